"""The search of folders for evidence, in threads of its own: a disk may be large or slow."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import MediaFiles, media_files
from dfgui.core.sentences import Sentence, as_sentence
from dfgui.worker.messages import FAULT

log = logging.getLogger(__name__)

PATIENCE_S = 1.0
"""A network share that does not answer may hold a thread for ever; it is then left."""
Found = MediaFiles | Sentence
"""What a folder holds, or why it cannot be searched."""


@dataclass(frozen=True)
class Search:
    """A folder that is being searched."""

    id: int
    path: str


@dataclass(frozen=True)
class Seen:
    """How many files of a folder were looked at so far."""

    count: int


class _CancelledError(Exception):
    """Nobody wants the answer any more."""


class FolderSearch(QObject):
    """Searches folders; each search ends in one call, unless it is cancelled."""

    asked = Signal(object)
    """A `Search` began."""
    moved = Signal(int, object)
    """Id of a search, and `Seen`."""
    ended = Signal(int)
    """Id of a search that has ended or was cancelled."""
    _found = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listeners: dict[int, Callable[[Found], None]] = {}
        self._threads: list[threading.Thread] = []
        self._found.connect(self._on_found)

    @property
    def busy(self) -> bool:
        """Whether a folder is being searched."""
        return bool(self._listeners)

    def search(self, number: int, path: str, then: Callable[[Found], None]) -> None:
        """Search a folder.

        Args:
            number: an id that no other search has.
            path: of the folder.
            then: called in the window's thread with what was found, unless it is cancelled.
        """
        self._listeners[number] = then
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(
            target=self._search, args=(number, path), name="folder search", daemon=True
        )
        self._threads.append(thread)
        self.asked.emit(Search(number, path))
        thread.start()

    def cancel(self, number: int) -> None:
        """Give up a search."""
        if self._listeners.pop(number, None) is not None:
            self.ended.emit(number)

    def close(self) -> None:
        """Give up all searches."""
        for number in tuple(self._listeners):
            self.cancel(number)
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _search(self, number: int, path: str) -> None:
        def progress(_stage: str, done: int, _total: int) -> None:
            if number not in self._listeners:
                raise _CancelledError
            self.moved.emit(number, Seen(done))

        try:
            found: Found = media_files(Path(path), progress)
        except _CancelledError:
            return
        except AnalysisError as error:
            found = error.sentence
        except OSError as error:
            found = as_sentence(str(error))
        except Exception:
            log.exception("%s: the search stopped", path)
            found = FAULT
        if number in self._listeners:
            self._found.emit(number, found)

    def _on_found(self, number: int, found: Found) -> None:
        if (then := self._listeners.pop(number, None)) is not None:
            then(found)
            self.ended.emit(number)
