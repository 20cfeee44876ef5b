"""Notes and bookmarks of the evidence, with undo and drafts that survive a kill.

There is one JSON file for each SHA-256 in the user's data folder.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TypeVar

import msgspec
import platformdirs
import psutil
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.core.files import replace_file
from dfgui.core.values import Count, Finite, Sha256, printable

log = logging.getLogger(__name__)

JOIN_S = 1.0  # typing that continues within this time is one step of undo
DRAFT_MS = 500
STEPS = 200  # of undo, for each evidence file

_Kind = TypeVar("_Kind")


class Bookmark(msgspec.Struct, frozen=True):
    """A frame worth coming back to.

    Attributes:
        frame: its number, from 0; one bookmark a frame.
        pts_s: its presentation time in seconds, None if the file gives none.
        label: what the analyst calls it, may be empty.
    """

    frame: Count
    pts_s: Finite | None
    label: str = ""


class Notes(msgspec.Struct, frozen=True):
    """What the analyst wrote about one piece of evidence.

    Attributes:
        sha256: of the evidence, 64 small hexadecimal digits; a copy of the file under another name
            has the same notes.
        path: of the evidence when it was last opened.
        text: free.
        bookmarks: by frame, ascending.
    """

    sha256: Sha256
    path: str
    text: str = ""
    bookmarks: tuple[Bookmark, ...] = ()


class _Draft(msgspec.Struct, frozen=True):
    """Notes that were not saved, and the process that wrote them.

    While that process lives, they do not count as left behind.
    """

    notes: Notes
    process: int
    started_s: float


@dataclass
class _Page:
    """One evidence file's notes in this session.

    Attributes:
        notes: as they are.
        saved: as the notes file holds them.
        drafted: as this program wrote the draft; None if there is no draft.
        undo: earlier states, oldest first.
        redo: states that were undone, the next one last.
        typed_s: when the text was last changed, by the monotonic clock.
    """

    notes: Notes
    saved: Notes
    drafted: Notes | None = None
    undo: list[Notes] = field(default_factory=list)
    redo: list[Notes] = field(default_factory=list)
    typed_s: float = float("-inf")


def notes_folder() -> Path:
    """Where notes and drafts lie."""
    return Path(platformdirs.user_data_dir("dfgui", appauthor=False)) / "notes"


class Notebook(QObject):
    """The notes of every evidence file that was opened.

    One of them is the current one; the methods that change notes change that one.

    Each change reaches the draft file within half a second. At the start of the program ask
    `drafts` for what an earlier one left. Call `flush` before the program ends: what is not saved
    by then is kept as a draft.
    """

    changed = Signal(object)  # Notes; None if no evidence is open
    undo_changed = Signal(bool, bool)  # whether there is something to undo, to redo
    saved_changed = Signal(bool)  # whether the notes file holds the current notes
    failed = Signal(str)  # a sentence for the user

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[str, _Page] = {}
        self._current = ""
        # Single shot and never restarted while it runs: even somebody who never stops typing gets
        # drafts.
        self._timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def current(self) -> Notes | None:
        """The notes of the evidence that is shown."""
        page = self._page
        return page.notes if page else None

    @property
    def unsaved(self) -> tuple[Notes, ...]:
        """All notes of this session which their notes files do not hold."""
        return tuple(page.notes for page in self._pages.values() if page.notes != page.saved)

    def open(self, sha256: str, path: str) -> None:
        """Make a file's notes the current ones.

        A draft that was left of it comes back as unsaved; undo leads to what was saved.

        Raises:
            ValueError: `sha256` is not a SHA-256.
        """
        self._current = self._load(sha256, path)
        self._tell()

    def leave(self) -> None:
        """Show no evidence any more; its notes stay in the session."""
        self._current = ""
        self._tell()

    def set_text(self, text: str) -> None:
        """Replace the text."""
        text = printable(text)
        if (page := self._page) and text != page.notes.text:
            now = monotonic()
            joined = now - page.typed_s <= JOIN_S
            page.typed_s = now
            self._change(page, replace(page.notes, text=text), joined=joined)

    def add_bookmark(self, frame: int, pts_s: float | None, label: str = "") -> None:
        """Mark a frame; one that is marked stays as it is."""
        if (page := self._page) and all(mark.frame != frame for mark in page.notes.bookmarks):
            self._mark(page, (*page.notes.bookmarks, Bookmark(frame, pts_s, printable(label))))

    def remove_bookmark(self, frame: int) -> None:
        """Remove the bookmark of a frame."""
        if page := self._page:
            self._mark(page, tuple(mark for mark in page.notes.bookmarks if mark.frame != frame))

    def rename_bookmark(self, frame: int, label: str) -> None:
        """Give the bookmark of a frame another label."""
        if page := self._page:
            marks = page.notes.bookmarks
            self._mark(
                page,
                tuple(
                    replace(mark, label=printable(label)) if mark.frame == frame else mark
                    for mark in marks
                ),
            )

    def undo(self) -> None:
        """Go one step back."""
        if (page := self._page) and page.undo:
            page.redo.append(page.notes)
            self._show(page, page.undo.pop())

    def redo(self) -> None:
        """Go one step forward again."""
        if (page := self._page) and page.redo:
            page.undo.append(page.notes)
            self._show(page, page.redo.pop())

    def save(self) -> bool:
        """Write the current notes to their file; False if that failed.

        The sentence then says so, and the draft stays.
        """
        page = self._page
        return page is None or self._save(page)

    def save_all(self) -> bool:
        """Write all notes of the session that are not saved; False if one failed."""
        done = [self._save(page) for page in self._pages.values() if page.notes != page.saved]
        return all(done)

    def drafts(self) -> tuple[Notes, ...]:
        """Unsaved notes that an earlier program left because it was killed.

        Those of a program that still runs are not among them.
        """
        return tuple(draft.notes for draft in _drafts() if not _lives(draft))

    def restore(self, draft: Notes) -> None:
        """Take a draft into this session, unsaved; its evidence need not be open."""
        self._load(draft.sha256, draft.path)
        if draft.sha256 == self._current:
            self._tell()

    def discard(self, draft: Notes) -> None:
        """Forget unsaved notes: an earlier program's draft, or those of this session.

        What was saved stays.
        """
        if page := self._pages.get(draft.sha256):
            self._pages[draft.sha256] = _Page(page.saved, page.saved)
        self._remove_draft(draft.sha256)
        if draft.sha256 == self._current:
            self._tell()

    def flush(self) -> None:
        """Write the drafts that are due now, and remove those that are no longer needed."""
        self._timer.stop()
        for sha256, page in self._pages.items():
            if page.notes == page.saved:
                if page.drafted is not None and self._remove_draft(sha256):
                    page.drafted = None
            elif page.drafted != page.notes:
                me = psutil.Process()
                if self._write(_draft_path(sha256), _Draft(page.notes, me.pid, me.create_time())):
                    page.drafted = page.notes

    @property
    def _page(self) -> _Page | None:
        return self._pages.get(self._current)

    def _load(self, sha256: str, path: str) -> str:
        """Load the notes of a file into the session, with its draft if one was left."""
        path = printable(path)
        # Refuses what is not a hash, as it becomes the name of a file.
        empty = msgspec.convert({"sha256": sha256, "path": path}, Notes)
        page = self._pages.get(sha256)
        if page is None:
            saved = replace(self._read_saved(sha256) or empty, path=path)
            page = self._pages[sha256] = _Page(saved, saved)
        draft = _read(_draft_path(sha256), _Draft)
        if (
            draft
            and page.notes == page.saved
            and draft.notes.sha256 == sha256
            and not _lives(draft)
        ):
            # So that it is written again, as this program's own, or removed.
            page.drafted = page.saved
            self._change(page, replace(draft.notes, path=path), told=False)
        return sha256

    def _read_saved(self, sha256: str) -> Notes | None:
        path = _notes_path(sha256)
        notes = _read(path, Notes)
        if notes is None and path.exists():
            aside = path.with_suffix(".unreadable")
            try:
                path.replace(aside)
            except OSError:
                log.exception("%s cannot be put aside", path)
            self.failed.emit(
                self.tr(
                    "The saved notes of this file cannot be read; they were put aside as {}."
                ).format(aside)
            )
        return notes

    def _mark(self, page: _Page, bookmarks: tuple[Bookmark, ...]) -> None:
        page.typed_s = float("-inf")
        self._change(
            page,
            replace(page.notes, bookmarks=tuple(sorted(bookmarks, key=lambda mark: mark.frame))),
        )

    def _change(
        self, page: _Page, notes: Notes, *, joined: bool = False, told: bool = True
    ) -> None:
        if notes == page.notes:
            return
        if not joined:
            page.undo = [*page.undo[1 - STEPS :], page.notes]
        page.redo.clear()
        page.notes = notes
        self._note_change(told)

    def _show(self, page: _Page, notes: Notes) -> None:
        page.notes = notes
        page.typed_s = float("-inf")
        self._note_change(True)

    def _note_change(self, told: bool) -> None:
        if not self._timer.isActive():
            self._timer.start()
        if told:
            self._tell()

    def _tell(self) -> None:
        page = self._page
        self.changed.emit(page.notes if page else None)
        self.undo_changed.emit(bool(page and page.undo), bool(page and page.redo))
        self.saved_changed.emit(page is None or page.notes == page.saved)

    def _save(self, page: _Page) -> bool:
        if not self._write(_notes_path(page.notes.sha256), page.notes):
            return False
        page.saved = page.notes
        page.typed_s = float("-inf")
        self.flush()
        if page is self._page:
            self.saved_changed.emit(True)
        return True

    def _write(self, path: Path, value: Notes | _Draft) -> bool:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, msgspec.json.format(msgspec.json.encode(value), indent=2))
        except OSError as error:
            log.exception("%s cannot be written", path)
            reason = os.strerror(error.errno) if error.errno else str(error)
            self.failed.emit(
                self.tr(
                    "The notes cannot be written ({}). Copy them elsewhere, or make room in {}."
                ).format(reason, path.parent)
            )
            return False
        return True

    def _remove_draft(self, sha256: str) -> bool:
        try:
            _draft_path(sha256).unlink(missing_ok=True)
        except OSError:
            log.exception("the draft %s cannot be removed", sha256)
            return False
        return True


def _notes_path(sha256: str) -> Path:
    return notes_folder() / f"{sha256}.json"


def _draft_path(sha256: str) -> Path:
    return notes_folder() / f"{sha256}.draft.json"


def _read(path: Path, kind: type[_Kind]) -> _Kind | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        log.exception("%s cannot be read", path)
        return None


def _drafts() -> Iterator[_Draft]:
    for path in sorted(notes_folder().glob("*.draft.json")):
        draft = _read(path, _Draft)
        if draft and path == _draft_path(draft.notes.sha256):
            yield draft


def _lives(draft: _Draft) -> bool:
    """Whether the program that wrote the draft still runs.

    Process numbers are used again, so its start must agree too.
    """
    try:
        return bool(abs(psutil.Process(draft.process).create_time() - draft.started_s) < 1)
    except psutil.Error:
        return False
