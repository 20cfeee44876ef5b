"""The file that is shown: which frame the views want, and the pictures that a worker makes.

The newest wish comes first, and nothing is made twice.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from dfgui.core.geometry import Box
from dfgui.core.media.facts import FrameFacts, MediaFacts, ViewSettings
from dfgui.services.jobs import Jobs
from dfgui.services.worker_client import GONE, Then, WorkerClient, new_id
from dfgui.worker.messages import (
    Cancelled,
    Cut,
    Failed,
    Final,
    Find,
    Hash,
    Listen,
    Measure,
    Open,
    Opened,
    Outline,
    Pcm,
    Render,
    Rendered,
    Request,
    SharedPlace,
)
from dfgui.worker.pictures import PICTURE_BYTES, Segment
from dfgui.worker.process import Limits
from dfgui.worker.protocol import NonsenseError

log = logging.getLogger(__name__)

DEPTH = 2  # requests that the worker has at once: it need not wait for the window between them
KEPT_BYTES = 160 << 20  # of pictures that were shown or will be
LIMITS = Limits(silence_s=60.0)

_Key = tuple[int, ViewSettings]  # a frame, and what to show of it
SettingsOf = Callable[[int, int], ViewSettings]


@dataclass(frozen=True, eq=False)
class ViewPicture:
    """A picture for a view.

    Attributes:
        frame: the frame that it shows.
        settings: what is shown of it.
        picture: (H, W, 4) uint8 blue, green, red, 255.
        values: (H, W) float16 grey levels behind the colours; None for a picture that shows itself.
    """

    frame: FrameFacts
    settings: ViewSettings
    picture: NDArray[np.uint8]
    values: NDArray[np.float16] | None


class FrameCache(QObject):
    """One open file and the pictures of up to three views.

    Args:
        settings_of: (view, frame) -> what that view is to show of that frame.
        views: how many there are.
        jobs: shows what takes time.
        parent: owner.
    """

    opening = Signal(str)
    opened = Signal(object)
    """`MediaFacts` of the file."""
    failed = Signal(object)
    """The file cannot be opened: the sentence."""
    shown = Signal(int, object)
    """A view's number and its new `ViewPicture`."""
    view_failed = Signal(int, object)
    died = Signal(object)

    def __init__(
        self,
        settings_of: SettingsOf,
        *,
        views: int = 3,
        jobs: Jobs | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings_of = settings_of
        self._views = views
        self._client = WorkerClient("", parent=self, limits=LIMITS, digest=self._digest)
        self._client.died.connect(self.died)
        # What takes seconds runs next to the pictures, not before them, and lets them go first.
        self._reader = WorkerClient("", threads=1, parent=self, behind=True)
        self._reader.died.connect(self.died)
        self._client.engine_found.connect(self._on_ready)
        if jobs is not None:
            jobs.watch(self._client)
            jobs.watch(self._reader)
        self._client.prepare()
        self._path: bytes | None = None
        self._stream: int | None = None
        self.facts: MediaFacts | None = None
        self._segment: Segment | None = None
        self._made: dict[int, Segment] = {}
        self._copying = threading.Lock()
        self._places: dict[int, SharedPlace] = {}
        self._copied: dict[int, tuple[NDArray[np.uint8], NDArray[np.float16] | None]] = {}
        self._in_flight: dict[int, _Key] = {}
        self._kept: OrderedDict[_Key, ViewPicture] = OrderedDict()
        self._bytes = 0
        self._refused: dict[_Key, str] = {}
        self._deadly: set[_Key] = set()
        self._opening = 0
        self._asked: set[int] = set()
        self._on_view: dict[int, _Key] = {}
        self._ahead: tuple[int, ...] = ()
        self.index = 0

    @property
    def pid(self) -> int | None:
        """Process id of the worker."""
        return self._client.pid

    @property
    def busy(self) -> bool:
        """Whether something was asked and not yet answered."""
        return self._client.busy or self._reader.busy

    def open(self, path: str, stream: int | None = None) -> None:
        """Open a file, or one of its video streams or pictures; `opened` or `failed` follows."""
        self.close_file()
        self._path, self._stream = os.fsencode(path), stream
        self.opening.emit(path)
        self._opening = self._client.ask(Open(new_id(), self._path, stream), self._on_opened)

    def close_file(self) -> None:
        """Forget the file that is open, and give up what was asked about it."""
        for number in (self._opening, *self._in_flight, *self._asked):
            self._client.cancel(number)
            self._reader.cancel(number)
        self._opening = 0
        self._drop_segment()
        self._path, self.facts, self.index = None, None, 0
        self._ahead = ()
        self._kept.clear()
        self._bytes = 0
        self._refused.clear()
        self._deadly.clear()
        self._in_flight.clear()
        self._places.clear()
        self._on_view.clear()

    def close(self) -> None:
        """End the worker."""
        self._client.close()
        self._reader.close()
        self._drop_segment()
        for segment in self._made.values():
            segment.close()
        self._made.clear()

    def go_to(self, index: int) -> None:
        """Show frame `index` in every view as soon as possible."""
        if self.facts is None:
            return
        self.index = min(max(index, 0), max(self.facts.count - 1, 0))
        self._pump()

    def refresh(self) -> None:
        """Ask again for what the views show: a setting or a face changed."""
        self._pump()

    def read_ahead(self, indices: Sequence[int]) -> None:
        """Make the originals of frames that will be shown next, soonest first, before all else.

        Of large pictures, only as many are made as fit into half of the memory for pictures.
        """
        pixels = 1 if self.facts is None else max(1, self.facts.width * self.facts.height)
        self._ahead = tuple(indices[: max(1, KEPT_BYTES // 2 // (pixels * PICTURE_BYTES))])
        self._pump()

    def has(self, index: int) -> bool:
        """Whether the first view's picture of a frame is ready."""
        return (index, self._settings_of(0, index)) in self._kept

    def refuses(self, index: int) -> bool:
        """Whether the first view's picture of a frame was asked for and cannot be made."""
        return (index, self._settings_of(0, index)) in self._refused

    def find_faces(self, expected: Sequence[tuple[int, Box]], then: Then) -> int:
        """Find the faces of the frame that is shown."""
        return self._ask(
            self._client,
            lambda path: Find(new_id(), path, self.index, tuple(expected), self._stream),
            then,
        )

    def cut(
        self, index: int, box: Box, size: int, factor: float, then: Then, *, check: bool = False
    ) -> int:
        """Cut a face for the network; `check`: also say whether there is a face in the box."""
        return self._ask(
            self._client,
            lambda path: Cut(new_id(), path, index, box, size, factor, check, self._stream),
            then,
        )

    def outline(self, index: int, box: Box, size: int, factor: float, then: Then) -> int:
        """Find the regions of a face in its cut."""
        return self._ask(
            self._client,
            lambda path: Outline(new_id(), path, index, box, size, factor, self._stream),
            then,
        )

    def pcm(self, start_s: float, seconds: float, then: Then) -> int:
        """Read sound to be played."""
        return self._ask(
            self._client, lambda path: Pcm(new_id(), path, start_s, seconds, self._stream), then
        )

    def measure(self, quality: int, then: Then) -> int:
        """Measure how much error levels can say in the frame that is shown."""
        return self._ask(
            self._reader,
            lambda path: Measure(new_id(), path, self.index, quality, self._stream),
            then,
        )

    def hash_file(self, then: Then) -> int:
        """Hash the file that is open."""
        return self._ask(self._reader, lambda path: Hash(new_id(), path), then)

    def hash_again(self, path: str, then: Then) -> None:
        """Hash a file, whichever is open by the time of the answer."""
        self._reader.ask(Hash(new_id(), os.fsencode(path)), then)

    def listen(self, then: Then) -> int:
        """Read the whole sound track."""
        return self._ask(self._reader, lambda path: Listen(new_id(), path, self._stream), then)

    def _ask(self, client: WorkerClient, make: Callable[[bytes], Request], then: Then) -> int:
        """Ask about the open file; an answer is dropped if another file was opened meanwhile."""
        path, opening = self._path, self._opening
        if path is None:
            return 0

        def current(answer: Final) -> None:
            self._asked.discard(answer.id)
            if self._opening == opening:
                then(answer)

        number = client.ask(make(path), current)
        self._asked.add(number)
        return number

    def _on_ready(self, _engine: str) -> None:
        """Start the other worker, now that the pictures can come.

        Earlier, it would start while the first file is opened.
        """
        self._reader.prepare()

    def _on_opened(self, answer: Final) -> None:
        segment = self._made.pop(answer.id, None)
        if answer.id != self._opening:  # another file was chosen meanwhile
            if segment is not None:
                segment.close()
            return
        if isinstance(answer, Failed):
            self.failed.emit(answer.sentence)
        elif isinstance(answer, Cancelled):
            self.failed.emit(
                self.tr(
                    "The opening of this file was called off; choose another file, and then this"
                    " one again."
                )
            )
        elif isinstance(answer, Opened):
            if segment is None:
                self.failed.emit(
                    self.tr(
                        "There is not enough shared memory to show this file's pictures; close"
                        " other programs."
                    )
                )
                return
            self._segment, self.facts = segment, answer.facts
            self.opened.emit(self.facts)
            self._pump()

    def _pump(self) -> None:
        """Show what is there, and ask for what is wanted most."""
        if self.facts is None or self._path is None or self._segment is None:
            return
        for view in range(self._views):
            self._show(view)
        while len(self._in_flight) < DEPTH and (key := self._next_wish()) is not None:
            place = self._segment.take()
            if place is None:
                return
            number = new_id()
            self._places[number] = place
            self._in_flight[number] = key
            self._client.ask(
                Render(number, self._path, *key, place, self._wants_hash(key), self._stream),
                self._on_rendered,
            )

    def _wish(self, view: int) -> _Key:
        return self.index, self._settings_of(view, self.index)

    def _show(self, view: int) -> None:
        key = self._wish(view)
        if self._on_view.get(view) == key:
            return
        if key in self._refused:
            self._on_view[view] = key
            self.view_failed.emit(view, self._refused[key])
        elif key in self._kept:
            self._kept.move_to_end(key)
            self._on_view[view] = key
            self.shown.emit(view, self._kept[key])

    def _next_wish(self) -> _Key | None:
        """The next picture to ask for: originals first, then those to come, then computed ones.

        Pictures that are ready or on their way are left out.
        """
        under_way = set(self._in_flight.values())
        for key in self._wishes():
            if (
                key not in self._refused
                and key not in under_way
                and (key not in self._kept or self._lacks_hash(key))
            ):
                return key
        return None

    def _wishes(self) -> list[_Key]:
        """All pictures that are wanted now, most urgent first."""
        wishes = [self._wish(view) for view in range(self._views)]
        first = [key for key in wishes if key[1].content == "original"]
        return [*first, *((index, self._settings_of(0, index)) for index in self._ahead), *wishes]

    def _lacks_hash(self, key: _Key) -> bool:
        """Whether a picture lacks its hash.

        Frames that were read ahead have no hash, as it takes time; the one that stays on screen
        gets its own.
        """
        return self._wants_hash(key) and self._kept[key].frame.sha256 is None

    def _wants_hash(self, key: _Key) -> bool:
        return not self._ahead and key[1].content == "original"

    def _drop_segment(self) -> None:
        """Give the memory of the pictures back; pictures that still come are dropped."""
        with self._copying:
            if self._segment is not None:
                self._segment.close()
                self._segment = None

    def _digest(self, request: Request, answer: Final) -> None:
        """Find and copy memory in the client's thread, where that holds up nobody."""
        if isinstance(answer, Opened):
            self._make_segment(answer.id, answer.facts)
        elif isinstance(request, Render) and isinstance(answer, Rendered):
            self._copy_out(request, answer)

    def _make_segment(self, number: int, facts: MediaFacts) -> None:
        try:
            self._made[number] = Segment(max(1, facts.width * facts.height), DEPTH)
        except (OSError, ValueError, OverflowError):
            log.exception("%s: %d x %d pixels", facts.path, facts.width, facts.height)

    def _copy_out(self, request: Render, answer: Rendered) -> None:
        """Copy out a picture; its place is free again before the window hears of it."""
        if answer.frame.index != request.index or (request.hash and answer.frame.sha256 is None):
            raise NonsenseError(
                f"another picture than frame {request.index} with what was asked of it"
            )
        with self._copying:
            if self._segment is None or self._segment.name != request.place.segment:
                return  # the file was closed meanwhile
            self._copied[request.id] = self._segment.read(
                request.place, answer.width, answer.height, values=answer.has_values
            )

    def _on_rendered(self, answer: Final) -> None:
        place = self._places.pop(answer.id, None)
        key = self._in_flight.pop(answer.id, None)
        copied = self._copied.pop(answer.id, None)
        if place is None or key is None:
            return  # of a file that was closed meanwhile
        if self._segment is not None and self._segment.name == place.segment:
            self._segment.give_back(place)
        if isinstance(answer, Failed):
            if answer.trace != GONE or key in self._deadly:
                self._refused[key] = answer.sentence
            self._deadly.add(key)  # a worker may die of something else; one more gets the chance
        elif isinstance(answer, Rendered) and copied is not None:
            self._keep(key, ViewPicture(answer.frame, key[1], *copied))
            self._follow(key)
        self._pump()

    def _follow(self, key: _Key) -> None:
        """Show what is computed from a frame although playback has left that frame.

        While frames run on, it comes late; it is shown anyway, as nothing newer is there.
        """
        if key[0] == self.index or key[1].content == "original" or key not in self._kept:
            return
        for view in range(self._views):
            if self._settings_of(view, key[0]) == key[1] and self._on_view.get(view) != self._wish(
                view
            ):
                self._on_view[view] = key
                self.shown.emit(view, self._kept[key])

    def _keep(self, key: _Key, shown: ViewPicture) -> None:
        self._bytes += _size(shown) - (_size(self._kept[key]) if key in self._kept else 0)
        self._kept[key] = shown
        self._on_view = {view: on_view for view, on_view in self._on_view.items() if on_view != key}
        wanted = self._wishes() if self._bytes > KEPT_BYTES else []
        # What is wanted stays: it would be asked for again and drive out the next.
        while (
            self._bytes > KEPT_BYTES
            and (old := next((one for one in self._kept if one not in wanted), None)) is not None
        ):
            self._bytes -= _size(self._kept.pop(old))


def _size(shown: ViewPicture) -> int:
    return shown.picture.nbytes + (0 if shown.values is None else shown.values.nbytes)
