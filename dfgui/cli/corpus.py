"""`dfgui selftest --corpus`: a folder of files whose content is known, read as evidence is read.

`truth.json` in the folder says what each file holds. `tests/corpus.py` makes such a folder.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.cli import console
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from dfgui.core.media.facts import MediaFacts, ViewSettings
from dfgui.worker.messages import Failed, Find, Found, Open, Opened, Render, Rendered, Request
from dfgui.worker.messages import Final as Answer
from dfgui.worker.pictures import Segment
from dfgui.worker.process import Worker, WorkerGoneError

TRUTH: Final = "truth.json"
Wanted = TypeVar("Wanted", bound=Answer)
Level = Annotated[int, msgspec.Meta(ge=0, le=255)]


class Pixel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A colour in the upright picture of a frame, and by how many levels it may differ."""

    frame: int
    x: int
    y: int
    rgb: tuple[Level, Level, Level]
    within: int


class Face(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one face of a frame: its centre and width, in pixels of the upright picture."""

    frame: int
    x: float
    y: float
    width: float


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file holds, known from how it was made.

    Attributes:
        file: its name in the folder.
        made: how it was made, in words.
        kind: "video" or "still".
        frames: how many are shown.
        times_s: of each frame, None if the file gives none. With `from_first`, counted from the
            first one: the container chooses where its clock starts.
        within_s: half the step of the container's clock, and what its rounding adds.
        size: width and height of the upright picture with square pixels.
        turn: degrees by which the stored picture is turned clockwise.
    """

    file: str
    made: str
    kind: Literal["video", "still"]
    frames: int
    times_s: tuple[float, ...] | None
    from_first: bool
    within_s: float
    size: tuple[int, int]
    turn: int
    pixels: tuple[Pixel, ...]
    faces: tuple[Face, ...]


class Corpus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `truth.json` holds."""

    schema: Literal["dfgui.corpus/1"]
    files: tuple[Truth, ...]


class _RefusedError(Exception):
    """The worker gave a sentence and no answer."""


def run_corpus(folder: Path) -> bool:
    """Read every file of a corpus and print what differs; True if nothing does.

    Raises:
        AnalysisError: the folder has no truth that can be read.
    """
    try:
        corpus = msgspec.json.decode((folder / TRUTH).read_bytes(), type=Corpus)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(
            "{folder} is no corpus: {error}; make one with tests/corpus.py.",
            folder=folder,
            error=error,
        ) from error
    wrong = 0
    with CorpusReader() as reader:
        for truth in corpus.files:
            found = reader.differences(folder / truth.file, truth)
            wrong += bool(found)
            for difference in found:
                console.show(f"FAILED: {console.visible(truth.file)}: {difference}")
    console.show(f"{len(corpus.files) - wrong} of {len(corpus.files)} files are read as made.")
    return wrong == 0


class CorpusReader:
    """Compares files with their truth, in a worker that is replaced when it dies.

    A context manager.
    """

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._numbers = itertools.count(1)

    def __enter__(self) -> CorpusReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.close()

    def differences(self, path: Path, truth: Truth) -> list[str]:
        """What is read differently from the truth, a sentence each."""
        try:
            facts = self._ask(Open(next(self._numbers), os.fsencode(path)), Opened).facts
            return [*_about_file(facts, truth), *self._about_pictures(path, facts, truth)]
        except (_RefusedError, WorkerGoneError) as error:
            return [str(error)]

    def _ask(self, request: Request, kind: type[Wanted]) -> Wanted:
        if self._worker is None or not self._worker.alive:
            if self._worker is not None:
                self._worker.close()
            self._worker = Worker(threads=os.cpu_count() or 1)
            self._worker.prepare("")
        answer = self._worker.ask(request, lambda part: None)
        if isinstance(answer, Failed):
            raise _RefusedError(answer.sentence)
        assert isinstance(answer, kind)
        return answer

    def _about_pictures(self, path: Path, facts: MediaFacts, truth: Truth) -> Iterator[str]:
        if (facts.width, facts.height) != truth.size:
            return  # no place would be right
        for frame in sorted({pixel.frame for pixel in truth.pixels}):
            picture = self._picture(path, facts, frame)
            for pixel in truth.pixels:
                if pixel.frame == frame:
                    yield from _about_pixel(picture, pixel)
        for face in truth.faces:
            found = self._ask(Find(next(self._numbers), os.fsencode(path), face.frame, ()), Found)
            yield from _about_face([one.box for one in found.faces if not one.excluded], face)

    def _picture(self, path: Path, facts: MediaFacts, frame: int) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB."""
        segment = Segment(facts.width * facts.height, 1)
        try:
            place = segment.take()
            assert place is not None
            number = next(self._numbers)
            request = Render(number, os.fsencode(path), frame, ViewSettings(), place)
            shown = self._ask(request, Rendered)
            bgra, _ = segment.read(place, shown.width, shown.height, values=False)
        finally:
            segment.close()
        return bgra[..., 2::-1]


def _about_file(facts: MediaFacts, truth: Truth) -> Iterator[str]:
    if facts.kind != truth.kind:
        yield f"it is a {truth.kind}, read as a {facts.kind}"
    if facts.count != truth.frames:
        yield f"it has {truth.frames} frames, {facts.count} were read"
    if (facts.width, facts.height) != truth.size:
        yield f"its size is {truth.size}, read as {(facts.width, facts.height)}"
    if truth.times_s is not None and facts.count == truth.frames:
        yield from _about_times(np.array(facts.times_s), np.array(truth.times_s), truth)


def _about_times(
    read: NDArray[np.float64], made: NDArray[np.float64], truth: Truth
) -> Iterator[str]:
    if len(read) != len(made):
        yield f"it has {len(made)} times, {len(read)} were read"
        return
    apart = np.abs(read - (read[0] if truth.from_first else 0.0) - made)
    # A relative comparison adds the rounding of the first time.
    if apart.max() > truth.within_s * (1 + truth.from_first) + 1e-9:
        worst = int(apart.argmax())
        yield f"the time of frame {worst} is {made[worst]:.6f} s, wrong by {apart[worst]:.6f} s"


def _about_pixel(picture: NDArray[np.uint8], pixel: Pixel) -> Iterator[str]:
    seen = picture[pixel.y, pixel.x]
    if np.abs(seen.astype(int) - pixel.rgb).max() > pixel.within:
        yield (
            f"frame {pixel.frame} is {pixel.rgb} at {(pixel.x, pixel.y)},"
            f" read as {tuple(seen.tolist())}"
        )


def _about_face(boxes: list[Box], face: Face) -> Iterator[str]:
    if len(boxes) != 1:
        yield f"frame {face.frame} has 1 face, {len(boxes)} were found"
        return
    left, top, width, height = boxes[0]
    across, down = left + width / 2 - face.x, top + height / 2 - face.y
    if max(abs(across), abs(down)) > face.width / 3 or not 0.5 < width / face.width < 2:
        yield f"the face of frame {face.frame} was found at {tuple(boxes[0])}"
