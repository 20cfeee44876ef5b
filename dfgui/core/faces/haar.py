"""OpenCV's Haar cascades, the first finder of faces."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.tracks import SAME_FACE
from dfgui.core.geometry import Box
from dfgui.core.network.package import CropRule

# Measured: 70-90 ms a frame, two or more boxes in 6 % of frames with one person; another frontal
# cascade at full size 157 ms and 44 %.
DETECTION_SIDE = 640  # px
SMALLEST_SHARE = 0.06  # of the frame's shorter side
SMALLEST_FACE = 24  # px in the reduced frame: the cascade's own window is 20
NEIGHBOURHOOD = 0.6  # margin around the last box that is searched again


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    folder = Path(cv2.data.haarcascades)
    return cv2.CascadeClassifier(str(folder / f"haarcascade_{name}.xml"))


def reduced(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """The equalised grey picture for detection and its scale (reduced / full).

    Its longer side is at most 640 px.
    """
    scale = min(1.0, DETECTION_SIDE / max(rgb.shape[:2]))
    if scale < 1.0:
        size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return (
        np.asarray(cv2.equalizeHist(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)), dtype=np.uint8),
        scale,
    )


def _run(name: str, grey: NDArray[np.uint8], *, neighbours: int) -> list[Box]:
    smallest = max(SMALLEST_FACE, round(min(grey.shape) * SMALLEST_SHARE))
    if min(grey.shape) < smallest:
        return []
    found = _cascade(name).detectMultiScale(
        grey, scaleFactor=1.1, minNeighbors=neighbours, minSize=(smallest, smallest)
    )
    return [Box(*map(int, row)) for row in found]


def _profiles(grey: NDArray[np.uint8]) -> list[Box]:
    """Faces turned to either side.

    The cascade knows one side; the mirrored picture gives the other.
    """
    width = grey.shape[1]
    mirrored = _run("profileface", np.ascontiguousarray(grey[:, ::-1]), neighbours=5)
    return _run("profileface", grey, neighbours=5) + [
        box._replace(x=width - box.x - box.w) for box in mirrored
    ]


def _distinct(boxes: Sequence[Box]) -> list[Box]:
    """Drop boxes that mostly lie over a larger one."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda each: each.area, reverse=True):
        if all(box.overlap(other) < SAME_FACE and not _inside(box, other) for other in kept):
            kept.append(box)
    return sorted(kept)


def _inside(box: Box, other: Box) -> bool:
    x, y = box.centre
    return other.x <= x < other.x + other.w and other.y <= y < other.y + other.h


def _enlarged(box: Box, scale: float) -> Box:
    return Box(*(round(value / scale) for value in box))


def detect(rgb: NDArray[np.uint8], *, expected: Sequence[Box] = ()) -> list[Box]:
    """Find the faces of one frame.

    The frontal cascade looks at the reduced frame. Where it misses a face that is `expected` (a
    track's last box), it looks again around that box, less strictly. Only if both find nothing
    do the two profile cascades run: they cost as much again.

    Args:
        rgb: (H, W, 3) uint8, upright.
        expected: boxes of the tracks that should still be there, full-frame pixels.

    Returns:
        Boxes in full-frame pixels, sorted by position; may be empty.

    Source: Viola and Jones, CVPR 2001; OpenCV's `haarcascade_frontalface_alt2` and
    `haarcascade_profileface`.
    """
    grey, scale = reduced(rgb)
    found = _run("frontalface_alt2", grey, neighbours=3)
    for box in expected:
        near = Box(*(round(value * scale) for value in box))
        if all(near.overlap(other) < SAME_FACE for other in found):
            found += _look_again(grey, near)
    if not found:
        found = _profiles(grey)
    return [_enlarged(box, scale) for box in _distinct(found)]


def _look_again(grey: NDArray[np.uint8], near: Box) -> list[Box]:
    window = near.expanded(NEIGHBOURHOOD).clipped(grey.shape[1], grey.shape[0])
    if min(window.w, window.h) < SMALLEST_FACE:
        return []
    part = np.ascontiguousarray(
        grey[window.y : window.y + window.h, window.x : window.x + window.w]
    )
    boxes = _run("frontalface_alt2", part, neighbours=1)
    shifted = [box._replace(x=box.x + window.x, y=box.y + window.y) for box in boxes]
    close = [box for box in shifted if box.overlap(near) >= SAME_FACE]
    return sorted(close, key=near.overlap, reverse=True)[:1]


class Haar:
    """The cascades as a `Finder`."""

    searches = True

    def find(self, rgb: NDArray[np.uint8], *, expected: Sequence[Box] = ()) -> list[Box]:
        """As `detect`."""
        return detect(rgb, expected=expected)

    def cut_factor(self, rule: CropRule) -> float:
        """The rule's own for a box of these cascades."""
        return rule.haar_factor
