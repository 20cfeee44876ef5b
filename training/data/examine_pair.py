"""A fake and its real partner -> arrays: the same frames of both, each cut by the box of the face that was replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.crop import cut, resize
from dfgui.core.errors import AnalysisError
from dfgui.core.faces import detect
from dfgui.core.geometry import Box
from dfgui.core.landmarks import FaceMesh
from dfgui.core.video import Still, Video
from training.data.examine import Face, Kept
from training.data.fetching import Beat, fetched, one_behind, opened, require_size, wanted_indices
from training.data.ffpp import CHANGED
from training.data.marks import PRESENCE, look
from training.data.panels import Half, panel
from training.data.shards import Examined, Pictures, Settings
from training.data.videos import VideoRow

# Grey levels, of absolute differences. Measured on 10 frames each of 52 side-by-side clips: replaced faces differ by 5.3 and more, and by
# 3.0 and more beyond what surrounds the faces; others by up to 7.6 where the two were coded with noise, and by 2.0 at most beyond it.
CLEARLY = 2.5
AROUND = 2.0  # side of what counts as a face's own surroundings over its box
LEAST_AROUND = 500  # pixels: fewer around the faces say nothing
# Measured: up to 7.6 grey levels outside the faces; a shift by phase correlation of up to .56 pixels, and of at least .86 where one of the
# two was moved by a pixel.
UNLIKE = 12.0
MOVED = 0.75
SEEN = 640  # longer side of the pictures whose shift is measured, pixels


@dataclass(frozen=True)
class _Opened:
    video: Video | Still
    half: Half
    bytes: int
    sha256: str


def examine_pair(
    row: VideoRow, settings: Settings, scratch: Path, mesh: FaceMesh | None = None, *, threads: int = 1, beat: Beat = lambda: None
) -> Examined:
    """Take from a fake and its partner what the settings ask for; boxes and landmarks are those of the real one.

    Args:
        row: the fake, with a partner.
        settings: what to take; faces by `haar`.
        scratch: where a video that is no local file is kept meanwhile.
        mesh: looks at each face; without, none is checked.
        threads: for decoding.
        beat: is called again and again: the work goes on.

    Raises:
        AnalysisError: one cannot be read, the two do not match, or no face was replaced; without the file's name.
        OSError: the disk is full.
    """
    with ExitStack() as stack:
        fake = _open(stack, row, scratch, threads, beat)
        real = _open_partner(stack, row, fake, scratch, threads, beat)
        for one in (fake, real):
            require_size(one.half.width, one.video.info.height)
        wanted = wanted_indices(min(fake.video.count, real.video.count), settings)
        pairs = _Pairs(settings, mesh)
        for _ in one_behind(lambda both: pairs.add(*both), _both(fake, real, wanted)):
            beat()
    size = real.half.width, real.video.info.height
    return pairs.examined(fake, real, size, len(wanted))


def _open(stack: ExitStack, row: VideoRow, scratch: Path, threads: int, beat: Beat) -> _Opened:
    path, size, digest = stack.enter_context(fetched(row.path, scratch, beat))
    video = stack.enter_context(opened(path, threads, beat))
    return _Opened(video, panel(row.panel, video.info.width), size, digest)


def _open_partner(stack: ExitStack, row: VideoRow, fake: _Opened, scratch: Path, threads: int, beat: Beat) -> _Opened:
    if row.partner == row.path:
        return _Opened(fake.video, panel(row.partner_panel, fake.video.info.width), fake.bytes, fake.sha256)
    try:
        path, size, digest = stack.enter_context(fetched(row.partner, scratch.with_name(f"{scratch.name}-partner"), beat))
        video = stack.enter_context(opened(path, threads, beat))
    except AnalysisError as error:
        raise AnalysisError(f"of its partner {Path(row.partner).name}: {error}") from error
    return _Opened(video, panel(row.partner_panel, video.info.width), size, digest)


def _both(fake: _Opened, real: _Opened, wanted: list[int]) -> Iterator[tuple[int, Pictures, Pictures]]:
    """Number, fake and real picture of each frame that both give."""
    if fake.video is real.video:
        for frame in fake.video.frames(wanted):
            yield frame.index, fake.half.of(frame.rgb), real.half.of(frame.rgb)
        return
    others = real.video.frames(wanted)
    other = next(others, None)
    for frame in fake.video.frames(wanted):
        while other is not None and other.index < frame.index:
            other = next(others, None)
        if other is not None and other.index == frame.index:
            yield frame.index, fake.half.of(frame.rgb), real.half.of(other.rgb)


class _Pairs:
    """What is kept of the pairs of frames so far."""

    def __init__(self, settings: Settings, mesh: FaceMesh | None) -> None:
        self._settings, self._mesh = settings, mesh
        self._kept = Kept(settings)
        self._faces: list[Face | None] = []
        self._around: list[float] = []
        self._moved: list[tuple[float, float]] = []
        self._refused = 0

    def add(self, index: int, fake: Pictures, real: Pictures) -> None:
        fake = resize(fake, real.shape[:2])
        self._kept.add(index, fake)
        difference = np.asarray(cv2.absdiff(real, fake), dtype=np.uint8)
        boxes = detect(real)
        around = difference_around(difference, boxes)
        self._around += [around] if around is not None else []
        self._moved.append(shift(real, fake))
        self._faces.append(self._face(fake, real, replaced(difference, boxes, around or 0.0)))

    def _face(self, fake: Pictures, real: Pictures, box: Box | None) -> Face | None:
        if box is None:
            return None
        marks = None if self._mesh is None else look(self._mesh, real, box)
        if marks is not None and marks.presence < PRESENCE:
            self._refused += 1
            return None
        s = self._settings
        picture, partner = (cut(rgb, box, size=s.face_size, factor=s.scale) for rgb in (fake, real))
        return Face(box, picture, partner, marks)

    def examined(self, fake: _Opened, real: _Opened, size: tuple[int, int], wanted: int) -> Examined:
        if self._faces:
            self._require_match()
        if self._faces and not any(self._faces):
            raise AnalysisError(self._no_face())
        return self._kept.examined(self._faces, fake.bytes, fake.sha256, size, wanted, partner=real.sha256)

    def _require_match(self) -> None:
        around = float(np.median(self._around)) if self._around else 0.0
        if around > UNLIKE:
            raise AnalysisError(
                f"it and its partner do not match: around the faces they differ by {around:.1f} grey levels, expected {UNLIKE:g} at most"
            )
        x, y = np.median(self._moved, axis=0)
        if np.hypot(x, y) > MOVED:
            raise AnalysisError(f"it and its partner do not match: one is moved by ({x:.1f}, {y:.1f}) pixels against the other")

    def _no_face(self) -> str:
        frames = "its frame" if len(self._faces) == 1 else f"any of its {len(self._faces)} frames"
        if self._refused:
            return f"no replaced face was found in {frames}: {self._refused} boxes that changed hold something else"
        return f"no replaced face was found in {frames}: no box of a face differs between it and its partner"


def difference_around(difference: Pictures, boxes: list[Box]) -> float | None:
    """Mean of the difference outside all faces; None where they leave nothing."""
    height, width = difference.shape[:2]
    outside = np.ones((height, width), np.uint8)
    for box in boxes:
        x, y, w, h = box.scaled(AROUND).clipped(width, height)
        outside[y : y + h, x : x + w] = 0
    return float(np.mean(cv2.mean(difference, mask=outside)[:3])) if cv2.countNonZero(outside) >= LEAST_AROUND else None


def replaced(difference: Pictures, boxes: list[Box], around: float) -> Box | None:
    """The box that differs most between a real and a fake frame, where it differs enough.

    Args:
        difference: (H, W, 3) uint8, absolute.
        boxes: of the faces.
        around: mean of the difference outside the faces, grey levels.

    Returns:
        A box; None where none was replaced. Bystanders are the same in both but for the coding.
    """
    changes = {box: _mean(difference, box) for box in boxes}
    box = max(changes, key=changes.__getitem__, default=None)
    return box if box is not None and changes[box] >= CHANGED and changes[box] - around >= CLEARLY else None


def _mean(difference: Pictures, box: Box) -> float:
    x, y, w, h = box.clipped(difference.shape[1], difference.shape[0])
    return float(difference[y : y + h, x : x + w].mean())


def shift(real: Pictures, fake: Pictures) -> tuple[float, float]:
    """How far one picture is moved against the other of the same size: x and y in pixels, by phase correlation."""
    scale = max(1.0, max(real.shape[:2]) / SEEN)
    size = round(real.shape[0] / scale), round(real.shape[1] / scale)
    one, other = (cv2.cvtColor(resize(rgb, size), cv2.COLOR_RGB2GRAY).astype(np.float32) for rgb in (real, fake))
    window: NDArray[np.float32] = np.asarray(cv2.createHanningWindow(size[::-1], cv2.CV_32F), dtype=np.float32)
    (x, y), _ = cv2.phaseCorrelate(one, other, window)
    return x * scale, y * scale
