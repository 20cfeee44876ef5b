"""One video -> arrays: fetched if it is not here, decoded once, its main face followed and cut out."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import BinaryIO

import cv2
import fsspec
import numpy as np

from dfgui.core.crop import cut, resize, take, whole
from dfgui.core.errors import AnalysisError
from dfgui.core.faces import SAME_FACE, detect, owners
from dfgui.core.geometry import Box
from dfgui.core.media import Frame, sample_indices
from dfgui.core.packets import open_evidence
from dfgui.core.video import Still, Video, open_media
from training.data.shards import NO_FACE, Examined, Pictures, Settings
from training.data.videos import VideoRow

CHUNK = 1 << 20
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # the disk's fault, not the video's
SMALLEST = 32  # side of a frame, pixels
# Around a face's last box, in a part 1.8 times its side reduced to a 56 px face, the cascades take 6 ms instead of 130 and find it as
# often (138 of 140 frames of real clips, where the whole frame gave 139). Most boxes overlap that of the whole frame by .87 or more, their
# side is .97-1.07 of its side. With a face of 48 px and less they come out larger.
NEAR, NEAR_SIDE = 1.8, 100
PEOPLE = 3  # followed at once
Beat = Callable[[], None]


def examine(row: VideoRow, settings: Settings, scratch: Path, *, threads: int = 1, beat: Beat = lambda: None) -> Examined:
    """Take from a video what the settings ask for.

    Args:
        row: the video.
        settings: what to take.
        scratch: where a video that is no local file is kept meanwhile.
        threads: for decoding.
        beat: is called again and again: the work goes on.

    Raises:
        AnalysisError: it cannot be read or shows no face; without the file's name, as whoever asks knows it.
        OSError: the disk is full.
    """
    with fetched(row.path, scratch, beat) as (path, size, digest), _opened(path, threads, beat) as video:
        width, height = video.info.width, video.info.height
        if min(width, height) < SMALLEST:
            raise AnalysisError(f"its pictures have {width} x {height} pixels, expected at least {SMALLEST} x {SMALLEST}")
        wanted = _indices(video.count, settings)
        taken = _Taken(settings)
        for _ in _one_behind(taken.add, video.frames(wanted)):
            beat()
    notes = [f"{len(wanted) - taken.count} of {len(wanted)} frames cannot be decoded."] if taken.count < len(wanted) else []
    return taken.examined(size, digest, (width, height), notes)


def _one_behind(look: Callable[[Frame], None], frames: Iterator[Frame]) -> Iterator[None]:
    """Look at each frame while the next one is decoded."""
    with ThreadPoolExecutor(1) as pool:
        looking: Future[None] | None = None
        for frame in frames:
            if looking is not None:
                looking.result()
            looking = pool.submit(look, frame)
            yield
        if looking is not None:
            looking.result()


def _indices(count: int, settings: Settings) -> list[int]:
    return list(range(min(count, settings.frames))) if settings.first else sample_indices(count, settings.frames)


@contextmanager
def _opened(path: Path, threads: int, beat: Beat) -> Iterator[Video | Still]:
    try:
        video = open_media(path, threads=threads, progress=lambda *_: beat())
    except AnalysisError as error:
        raise AnalysisError(str(error).replace(f"{path} ", "it ", 1)) from error
    with video:
        yield video


@contextmanager
def fetched(path: str, scratch: Path, beat: Beat = lambda: None) -> Iterator[tuple[Path, int, str]]:
    """A local file with its bytes and SHA-256; what lies in an archive or elsewhere is copied to `scratch` meanwhile.

    Raises:
        AnalysisError: it cannot be read; without its name.
        OSError: the disk is full.
    """
    if "://" not in path:
        with _read_errors(), open_evidence(Path(path)) as file:
            size, digest = _copy(file, None, beat)
        yield Path(path), size, digest
        return
    local = scratch.with_name(scratch.name + Path(path.partition("::")[0]).suffix)
    try:
        with _read_errors(), fsspec.open(path, "rb") as file, local.open("wb") as copy:
            size, digest = _copy(file, copy, beat)
        yield local, size, digest
    finally:
        local.unlink(missing_ok=True)


@contextmanager
def _read_errors() -> Iterator[None]:
    try:
        yield
    except AnalysisError as error:
        raise AnalysisError(f"it cannot be read: {error}") from error
    except OSError as error:
        if error.errno in FULL:
            raise
        raise AnalysisError(f"it cannot be read ({error.strerror or error})") from error
    except Exception as error:  # every kind of file system has its own
        raise AnalysisError(f"it cannot be read ({error})") from error


def _copy(source: BinaryIO, target: BinaryIO | None, beat: Beat) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
        beat()
    return size, digest.hexdigest()


class _Taken:
    """What is kept of the frames so far."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._people = People() if settings.faces == "haar" else None
        self._indices: list[int] = []
        self._frames: list[Pictures] = []
        self._faces: list[dict[int, tuple[Box, Pictures]]] = []  # of each frame, by person

    @property
    def count(self) -> int:
        return len(self._indices)

    def add(self, frame: Frame) -> None:
        s = self._settings
        self._indices.append(frame.index)
        if s.size:
            self._frames.append(resize(_halved(frame.rgb, s.size), (s.size, s.size)))
        boxes = self._boxes(frame.rgb)
        self._faces.append({person: (box, cut(frame.rgb, box, size=s.face_size, factor=s.scale)) for person, box in boxes.items()})

    def _boxes(self, rgb: Pictures) -> dict[int, Box]:
        if self._people is not None:
            return self._people.follow(rgb)
        return {0: whole(rgb)} if self._settings.faces == "whole" else {}

    def examined(self, bytes_: int, digest: str, size: tuple[int, int], notes: list[str]) -> Examined:
        if not self.count:
            raise AnalysisError("none of its frames can be decoded")
        s, main = self._settings, self._main()
        if main is None and s.faces != "none":
            raise AnalysisError(f"no face was found in {'its frame' if self.count == 1 else f'any of its {self.count} frames'}")
        places = np.full((self.count, 6), NO_FACE, np.int32)
        places[:, 0] = self._indices
        faces: list[Pictures] = []
        for place, found in zip(places, self._faces, strict=True):
            if main in found:
                box, face = found[main]
                place[1:] = len(faces), *box
                faces.append(face)
        if faces and len(faces) < self.count:
            notes.append(f"{self.count - len(faces)} of {self.count} frames do not show the face.")
        return Examined(bytes_, digest, *size, _stacked(self._frames, s.size), _stacked(faces, s.face_size), places, tuple(notes))

    def _main(self) -> int | None:
        """The person seen in most frames, of several the one with the largest boxes."""
        seen: dict[int, tuple[int, int]] = {}
        for found in self._faces:
            for person, (box, _) in found.items():
                frames, area = seen.get(person, (0, 0))
                seen[person] = frames + 1, area + box.area
        return max(seen, key=lambda person: (seen[person], -person), default=None)


def _halved(rgb: Pictures, size: int) -> Pictures:
    """The picture halved while it is at least four times as large as wanted: halves are averaged three times as fast as other shares."""
    while min(rgb.shape[:2]) >= 4 * size and rgb.shape[0] % 2 == rgb.shape[1] % 2 == 0:
        rgb = resize(rgb, (rgb.shape[0] // 2, rgb.shape[1] // 2))
    return rgb


def _stacked(pictures: list[Pictures], side: int) -> Pictures:
    return np.stack(pictures) if pictures else np.zeros((0, side, side, 3), np.uint8)


@dataclass
class People:
    """Whose face is where, from frame to frame: near its last place first, in the whole frame where the leading one is not there."""

    _last: dict[int, Box] = field(default_factory=dict)
    _frames: dict[int, int] = field(default_factory=dict)
    _new: Iterator[int] = field(default_factory=count)

    def follow(self, rgb: Pictures) -> dict[int, Box]:
        """Boxes of the next frame, (H, W, 3) uint8 RGB, in its pixels, by person."""
        found = {person: box for person, last in self._last.items() if (box := near(rgb, last)) is not None}
        leading = max(self._frames, key=lambda person: (self._frames[person], -person), default=None)
        if leading not in found:
            found |= self._searched(rgb, found)
        # One who turned away is looked for at the same place again.
        self._last = {person: self._last[person] for person in (leading,) if person is not None} | found
        for person in found:
            self._frames[person] = self._frames.get(person, 0) + 1
        return found

    def _searched(self, rgb: Pictures, found: dict[int, Box]) -> dict[int, Box]:
        """Faces of the whole frame that are not found yet, the largest first."""
        boxes = [box for box in detect(rgb) if all(box.overlap(other) < SAME_FACE for other in found.values())]
        boxes = sorted(boxes, key=lambda box: -box.area)[: PEOPLE - len(found)]
        missing = [(person, box) for person, box in self._last.items() if person not in found]
        numbers = [next(self._new) if person is None else person for person in owners(boxes, missing)]
        return dict(zip(numbers, boxes, strict=True))


def near(rgb: Pictures, last: Box) -> Box | None:
    """The face around its last box; None where there is none that overlaps it enough to be the same.

    Args:
        rgb: (H, W, 3) uint8.
        last: in pixels of an earlier frame of the same size.
    """
    window = last.scaled(NEAR)
    inside = window.clipped(rgb.shape[1], rgb.shape[0])
    if min(inside.w, inside.h) < SMALLEST:
        return None
    side = min(NEAR_SIDE, window.w)
    scale = window.w / side
    small = np.asarray(cv2.resize(take(rgb, window), (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    boxes = [
        Box(window.x + round(x * scale), window.y + round(y * scale), round(w * scale), round(h * scale)) for x, y, w, h in detect(small)
    ]
    return max((box for box in boxes if box.overlap(last) >= SAME_FACE), key=last.overlap, default=None)
