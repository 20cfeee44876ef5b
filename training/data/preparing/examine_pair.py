"""A fake and its real partner -> arrays.

The same frames of both are taken, each cut by the box of the face that was replaced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import cut, resize
from dfgui.core.faces.haar import detect
from dfgui.core.faces.landmarks import FaceMesh
from dfgui.core.geometry import Box
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video
from training.data.prepared.shards import Examined, Pictures, PrepareSettings
from training.data.preparing.examine import Kept, KeptFace, counted
from training.data.preparing.fetching import (
    Beat,
    fetched,
    one_behind,
    opened,
    require_size,
    wanted_indices,
)
from training.data.preparing.marks import PRESENCE, look
from training.data.preparing.panels import Half, panel
from training.data.sets.ffpp import fitted
from training.data.videos import VideoRow

# Side to which a box is reduced: coding differences average out, and a swap stays visible.
COARSE = 16
# Grey levels by which a replaced face differs at that size: 3.2 and more in 1,467 frames of 39
# side-by-side clips, 2.2 and more in 880 frames of 22 fakes of FaceForensics++.
LEAST = 1.5
# Share of the usual change in the clip: a box that differs less is of a bystander or a pattern. On
# 8 frames each of 43 side-by-side clips replaced faces differ by .61 of it and more, other faces by
# .12 and less.
SHARE = 0.5
USUAL = 75  # percentile: the replaced face may be missed in most frames, and others found
AROUND = 2.0  # side of a face's own surroundings over the side of its box
LEAST_AROUND = 500  # pixels: with fewer around the faces there is no answer
ENOUGH = 20_000  # of these pixels; their median is taken from about so many
UNLIKE = 8.0  # grey levels around the faces: 1.8 at most in these clips
# Pixels, by phase correlation. In 52 side-by-side clips .56 at most, and at least .86 if one half
# is moved by a pixel; in 22 fakes of FaceForensics++ .11 at most.
MOVED = 0.75
SEEN = 640  # longer side of the pictures for measuring the shift, pixels


@dataclass(frozen=True)
class _Opened:
    video: Video | Still
    half: Half
    bytes: int
    sha256: str


def examine_pair(
    row: VideoRow,
    settings: PrepareSettings,
    scratch: Path,
    mesh: FaceMesh | None = None,
    *,
    threads: int = 1,
    beat: Beat = lambda: None,
) -> Examined:
    """Take from a fake and its partner what the settings ask for.

    Boxes and landmarks are those of the real video.

    Args:
        row: the fake, with a partner.
        settings: what to take; faces by `haar`.
        scratch: folder for a temporary copy of a video that is not a local file.
        mesh: checks each face; without it, none is checked.
        threads: for decoding.
        beat: called repeatedly as a sign that the work continues.

    Raises:
        AnalysisError: one cannot be read, the two do not match, or no face was replaced; without
            the file's name.
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


def _open_partner(
    stack: ExitStack, row: VideoRow, fake: _Opened, scratch: Path, threads: int, beat: Beat
) -> _Opened:
    if row.partner == row.path:
        return _Opened(
            fake.video, panel(row.partner_panel, fake.video.info.width), fake.bytes, fake.sha256
        )
    try:
        path, size, digest = stack.enter_context(
            fetched(row.partner, scratch.with_name(f"{scratch.name}-partner"), beat)
        )
        video = stack.enter_context(opened(path, threads, beat))
    except AnalysisError as error:
        raise AnalysisError(f"of its partner {Path(row.partner).name}: {error}") from error
    return _Opened(video, panel(row.partner_panel, video.info.width), size, digest)


def _both(
    fake: _Opened, real: _Opened, wanted: list[int]
) -> Iterator[tuple[int, Pictures, Pictures]]:
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

    def __init__(self, settings: PrepareSettings, mesh: FaceMesh | None) -> None:
        self._settings, self._mesh = settings, mesh
        self._kept = Kept(settings)
        self._faces: list[KeptFace | None] = []
        self._changes: list[float] = []  # of the face of each frame; 0 without one
        self._around: list[float] = []
        self._moved: list[tuple[float, float]] = []
        self._refused = 0

    def add(self, index: int, fake: Pictures, real: Pictures) -> None:
        fake = fitted(fake, real)
        self._kept.add(index, fake)
        boxes = detect(real)
        difference, around = compared(fake, real, boxes)
        self._around.append(around)
        self._moved.append(shift(real, fake))
        changes = {box: change(difference, box) for box in boxes}
        box = max(changes, key=changes.__getitem__, default=None)
        self._faces.append(None if box is None else self._face(fake, real, box))
        self._changes.append(changes[box] if box is not None else 0.0)

    def _face(self, fake: Pictures, real: Pictures, box: Box) -> KeptFace | None:
        marks = None if self._mesh is None else look(self._mesh, real, box)
        if marks is not None and marks.presence < PRESENCE:
            self._refused += 1
            return None
        s = self._settings
        picture, partner = (cut(rgb, box, size=s.face_size, factor=s.scale) for rgb in (fake, real))
        return KeptFace(box, picture, partner, marks)

    def examined(
        self, fake: _Opened, real: _Opened, size: tuple[int, int], wanted: int
    ) -> Examined:
        faces = self._replaced() if self._faces else []
        return self._kept.examined(
            faces, fake.bytes, fake.sha256, size, wanted, partner=real.sha256
        )

    def _replaced(self) -> list[KeptFace | None]:
        """The face of each frame, if it is the replaced one."""
        require_match(self._around, self._moved)
        found = [
            value
            for value, face in zip(self._changes, self._faces, strict=True)
            if face is not None
        ]
        usual = float(np.percentile(found, USUAL)) if found else 0.0
        if usual < LEAST:
            raise AnalysisError(self._no_face())
        return [
            face if value >= SHARE * usual else None
            for value, face in zip(self._changes, self._faces, strict=True)
        ]

    def _no_face(self) -> str:
        frames = "its frame" if len(self._faces) == 1 else f"any of its {len(self._faces)} frames"
        if self._refused:
            return (
                f"no replaced face was found in {frames}: what changed most in"
                f" {counted(self._refused, 'box')} is no face"
            )
        return (
            f"no replaced face was found in {frames}: no box of a face differs between it and its"
            " partner"
        )


def require_match(around: Sequence[float], moved: Sequence[tuple[float, float]]) -> None:
    """Check that the frames of a fake and its partner show the same scene.

    Args:
        around: how much they differ around the faces, in grey levels, one value per frame.
        moved: how far one is shifted against the other, x and y in pixels, one value per frame.

    Raises:
        AnalysisError: they do not.
    """
    off = float(np.median(around))
    if off > UNLIKE:
        raise AnalysisError(
            f"it and its partner do not match: around the faces they differ by {off:.1f} grey"
            f" levels, expected {UNLIKE:g} at most"
        )
    x, y = np.median(moved, axis=0)
    if np.hypot(x, y) > MOVED:
        raise AnalysisError(
            f"it and its partner do not match: one is moved by ({x:.1f}, {y:.1f}) pixels against"
            " the other"
        )


def compared(fake: Pictures, real: Pictures, boxes: list[Box]) -> tuple[NDArray[np.float32], float]:
    """The difference between two frames of one size, without a uniform colour offset.

    Args:
        fake: (H, W, 3) uint8 RGB.
        real: the same.
        boxes: of the faces, whose surroundings do not count for that offset.

    Returns:
        (H, W, 3) float32 fake - real - median around the faces, grey levels; and the mean
        absolute value of it around the faces, 0 if there is nothing around them.
    """
    difference = fake.astype(np.float32) - real
    around = np.ones(real.shape[:2], dtype=bool)
    for box in boxes:
        x, y, w, h = box.scaled(AROUND).clipped(real.shape[1], real.shape[0])
        around[y : y + h, x : x + w] = False
    if around.sum() < LEAST_AROUND:
        return difference, 0.0
    outside = difference[around]
    usual = np.median(outside[:: max(1, len(outside) // ENOUGH)], axis=0)
    return difference - usual, float(np.abs(outside - usual).mean())


def change(difference: NDArray[np.float32], box: Box) -> float:
    """Mean size of a difference, (H, W, 3), in a box reduced to 16 x 16 pixels, grey levels."""
    x, y, w, h = box.clipped(difference.shape[1], difference.shape[0])
    return float(
        np.abs(
            cv2.resize(
                difference[y : y + h, x : x + w], (COARSE, COARSE), interpolation=cv2.INTER_AREA
            )
        ).mean()
    )


def shift(real: Pictures, fake: Pictures) -> tuple[float, float]:
    """How far one picture is shifted against the other of the same size.

    x and y in pixels, by phase correlation.
    """
    scale = max(1.0, max(real.shape[:2]) / SEEN)
    size = round(real.shape[0] / scale), round(real.shape[1] / scale)
    one, other = (
        cv2.cvtColor(resize(rgb, size), cv2.COLOR_RGB2GRAY).astype(np.float32)
        for rgb in (real, fake)
    )
    window: NDArray[np.float32] = np.asarray(
        cv2.createHanningWindow(size[::-1], cv2.CV_32F), dtype=np.float32
    )
    (x, y), _ = cv2.phaseCorrelate(one, other, window)
    return x * scale, y * scale
