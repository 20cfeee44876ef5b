"""The open evidence: files in the order of opening, analysed one after another in a worker.

Each file is analysed on its own.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.core.analysis_results import FileResult, FrameResult, ScanSettings, failed
from dfgui.core.errors import AnalysisError
from dfgui.core.media.facts import HashedFile
from dfgui.core.media.media_files import MediaFiles, media_files, no_media
from dfgui.core.sentences import Sentence, as_sentence
from dfgui.services.folder_search import FolderSearch, Found
from dfgui.services.jobs import Jobs
from dfgui.services.worker_client import WorkerClient, new_id
from dfgui.worker.messages import (
    Cancelled,
    Failed,
    Final,
    FrameScanned,
    Identified,
    Part,
    Progressed,
    Scan,
    Scanned,
    Thumbnail,
)

TURN_S = 0.02
"""For so long, rows are added before the window gets its turn: a folder may hold thousands."""
ScanState = Literal["waiting", "analysing", "done", "failed", "cancelled", "left_out"]


@dataclass(frozen=True)
class Item:
    """One file.

    Attributes:
        id: its number in this session.
        path: as it was given.
        state: of its analysis.
        done: frames that were looked at.
        total: frames that will be; 0 while that is not known.
        frames: what was found so far; that of `result` once it is there.
        result: of the scan; None until then.
        settings: of the scan; None before it was asked for.
        stream: the video stream or picture that a person chose; None for the program's choice.
        evidence: the file as it was hashed when it was opened; None until then.
        left_out: why it is not scanned unless a person asks for it; None if it is.
    """

    id: int
    path: str
    state: ScanState = "waiting"
    done: int = 0
    total: int = 0
    frames: tuple[FrameResult, ...] = ()
    result: FileResult | None = None
    settings: ScanSettings | None = None
    stream: int | None = None
    evidence: HashedFile | None = None
    left_out: Sentence | None = None

    @property
    def is_scanning(self) -> bool:
        """Whether its scan is under way or waits for its turn."""
        return self.state in ("waiting", "analysing")

    def worst_frame(self, track: int | None) -> int | None:
        """The first frame in which a track scores highest; None if it has no score."""
        scored = [
            (face.score, -frame.index)
            for frame in self.frames
            for face in frame.faces
            if face.track == track
        ]
        return -max(scored)[1] if scored else None


class OpenEvidence(QObject):
    """Files and their scans.

    Args:
        model: folder of the model package.
        settings: of each scan that begins.
        parent: owner.
        jobs: shows what takes time.
    """

    added = Signal(int)
    changed = Signal(int)
    """State, progress or result of a file."""
    hashed = Signal(int)
    """The hash of a file is known, or another one since it was analysed again."""
    frames_scanned = Signal(int)
    """More frames of a file were scored."""
    pictured = Signal(int, object)
    """A file's small picture: `Array`, (H, W, 3) uint8."""
    removed = Signal(int)
    engine_found = Signal(str)
    died = Signal(object)

    def __init__(
        self,
        model: str,
        settings: ScanSettings,
        parent: QObject | None = None,
        *,
        jobs: Jobs | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self._jobs = jobs
        self.engine = ""
        self._items: dict[int, Item] = {}
        self._numbers: dict[str, int] = {}
        self._requests: dict[int, int] = {}
        self._search = FolderSearch(self)
        self._arriving: deque[Iterator[int]] = deque()
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._take_in)
        if jobs is not None:
            jobs.watch(self._search)
        self._client = self._new_client(model)
        self._client.prepare()  # the first file need not wait for the network to be loaded

    def _new_client(self, model: str) -> WorkerClient:
        client = WorkerClient(model, parent=self, behind=True)
        client.died.connect(self.died)
        client.engine_found.connect(self._on_engine)
        if self._jobs is not None:
            self._jobs.watch(client)
        return client

    @property
    def items(self) -> tuple[Item, ...]:
        """All files, in the order of opening."""
        return tuple(self._items.values())

    @property
    def pid(self) -> int | None:
        """Process id of the worker."""
        return self._client.pid

    def item(self, number: int) -> Item | None:
        """One file; None if it was removed."""
        return self._items.get(number)

    def scanned_by(self, request: int) -> Item | None:
        """The file that a request scans; None if it is no request of a scan."""
        numbers = [number for number, asked in self._requests.items() if asked == request]
        return self._items[numbers[0]] if numbers else None

    @property
    def searching(self) -> bool:
        """Whether a folder is being searched, or its files are being added."""
        return self._search.busy or bool(self._arriving)

    def add(
        self, paths: Iterable[str], listed: Callable[[int], None] = lambda _first: None
    ) -> list[int]:
        """Open files; a folder stands for every media file in it.

        A file that is open already is not opened twice. What stands for no file gets an entry that
        says why, and so does each file of a folder that is left out.

        Args:
            paths: of files and folders. A folder takes time: its files are added after this.
            listed: called for each folder with the number of the first of its files.

        Returns:
            The numbers of all that is no folder.
        """
        numbers = []
        for path in paths:
            if Path(path).is_dir():
                self._search.search(new_id(), path, partial(self._arrive, path, listed))
            else:
                numbers.append(self._add(path))
        return numbers

    def _add(self, path: str) -> int:
        try:
            (file,) = media_files(Path(path)).files
        except (AnalysisError, OSError) as error:
            return self._refuse(path, _sentence_of(error))
        return self._open(str(file))

    def _arrive(self, path: str, listed: Callable[[int], None], found: Found) -> None:
        numbers = self._numbered(path, found)
        listed(next(numbers))
        self._arriving.append(numbers)
        self._turn.start()

    def _take_in(self) -> None:
        """Add more of the files that were found, until the window is to have its turn."""
        until = time.monotonic() + TURN_S
        while self._arriving and time.monotonic() < until:
            if next(self._arriving[0], None) is None:
                self._arriving.popleft()
        if not self._arriving:
            self._turn.stop()

    def _numbered(self, path: str, found: Found) -> Iterator[int]:
        """Open what is in a folder one after another; at least one entry says what is there."""
        if not isinstance(found, MediaFiles):
            yield self._refuse(path, found)
            return
        if not found.files:
            yield self._refuse(path, no_media(Path(path)))
        for file in found.files:
            yield self._open(str(file))
        for file, reason in found.left_out:
            yield self._leave_out(str(file), reason)

    def analyse(self, number: int) -> None:
        """Scan a file, again if it was scanned before.

        It is hashed anew only if the scan before failed, which it does if the file changed.
        """
        item = self._items[number]
        settings = msgspec.structs.replace(self.settings, stream=item.stream)
        self.cancel(number)
        item = replace(
            item,
            state="waiting",
            done=0,
            total=0,
            frames=(),
            result=None,
            settings=settings,
            evidence=None if item.state == "failed" else item.evidence,
            left_out=None,
        )
        request = _request(new_id(), item)
        self._requests[number] = request.id
        self._put(item)
        self._client.ask(
            request,
            lambda answer: self._on_end(number, answer),
            lambda part: self._on_part(number, part),
        )

    def read_stream(self, number: int, stream: int) -> None:
        """Scan another video stream or picture of a file."""
        self._items[number] = replace(self._items[number], stream=stream)
        self.analyse(number)

    def is_next(self, number: int) -> bool:
        """Whether a file is being scanned or will be at once, which hashes it."""
        return next(iter(self._requests), None) == number

    def keep_hash(self, number: int, evidence: HashedFile) -> None:
        """Note what a file was when it was hashed; a scan that still waits does not hash it."""
        if (item := self._items.get(number)) is None:
            return
        self._items[number] = item = replace(item, evidence=evidence)
        if (request := self._requests.get(number)) is not None:
            self._client.amend(_request(request, item))
        self.hashed.emit(number)

    def cancel(self, number: int) -> None:
        """Stop or call off a file's scan; frames that were scored stay."""
        request = self._requests.pop(number, None)
        if request is not None:
            self._client.cancel(request)
            self._put(replace(self._items[number], state="cancelled"))

    def remove(self, number: int) -> None:
        """Forget a file."""
        self.cancel(number)
        if (item := self._items.pop(number, None)) is not None:
            del self._numbers[item.path]
            self.removed.emit(number)

    def use_model(self, model: str) -> None:
        """Scan everything again with another network."""
        for number in tuple(self._requests):
            self.cancel(number)
        self._client.close()
        self._client.deleteLater()
        self._client = self._new_client(model)
        for item in self.items:
            if item.state != "left_out":
                self.analyse(item.id)

    def close(self) -> None:
        """End the worker, and every search."""
        self._turn.stop()
        self._arriving.clear()
        self._search.close()
        self._client.close()

    def _open(self, path: str) -> int:
        number = self._numbers.get(path)
        if number is None:
            number = self._insert(Item(new_id(), path))
        elif self._items[number].state != "left_out":
            return number
        self.analyse(number)
        return number

    def _refuse(self, path: str, sentence: Sentence) -> int:
        return self._numbers.get(path) or self._insert(
            Item(new_id(), path, "failed", result=failed(path, sentence))
        )

    def _leave_out(self, path: str, reason: Sentence) -> int:
        return self._numbers.get(path) or self._insert(
            Item(new_id(), path, "left_out", left_out=reason)
        )

    def _insert(self, item: Item) -> int:
        self._items[item.id] = item
        self._numbers[item.path] = item.id
        self.added.emit(item.id)
        return item.id

    def _put(self, item: Item) -> None:
        self._items[item.id] = item
        self.changed.emit(item.id)

    def _current(self, number: int, request: int) -> Item | None:
        """The file, if it still waits for this request."""
        return self._items.get(number) if self._requests.get(number) == request else None

    def _on_engine(self, engine: str) -> None:
        self.engine = engine
        self.engine_found.emit(engine)

    def _on_part(self, number: int, part: Part) -> None:
        item = self._current(number, part.id)
        if item is None:
            return
        if isinstance(part, Identified):
            self.keep_hash(number, part.evidence)
        elif isinstance(part, Thumbnail):
            self.pictured.emit(number, part.picture)
        elif isinstance(part, FrameScanned):
            self._items[number] = replace(item, frames=(*item.frames, part.frame))
            self.frames_scanned.emit(number)
        elif isinstance(part, Progressed) and part.stage == "frames" and part.total:
            self._put(replace(item, state="analysing", done=part.done, total=part.total))
        elif item.state == "waiting":
            self._put(replace(item, state="analysing"))

    def _on_end(self, number: int, answer: Final) -> None:
        item = self._current(number, answer.id)
        if item is None:
            return
        del self._requests[number]
        if isinstance(answer, Cancelled):
            self._put(replace(item, state="cancelled"))
            return
        result = (
            answer.result if isinstance(answer, Scanned) else failed(item.path, _sentence(answer))
        )
        state: ScanState = "failed" if result.status == "failed" else "done"
        self._put(replace(item, state=state, result=result, frames=result.frames or item.frames))


def _request(number: int, item: Item) -> Scan:
    settings = item.settings or ScanSettings()
    return Scan(number, os.fsencode(item.path), settings, live=True, evidence=item.evidence)


def _sentence(answer: Final) -> Sentence:
    return (
        answer.sentence
        if isinstance(answer, Failed)
        else Sentence("The analysis of this file gave an answer that makes no sense.")
    )


def _sentence_of(error: AnalysisError | OSError) -> Sentence:
    return error.sentence if isinstance(error, AnalysisError) else as_sentence(str(error))
