"""Landmarks of a face, and whether a box holds a face at all: MediaPipe's 478-point network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.crop import resize, take
from dfgui.core.geometry import Box
from dfgui.core.network.engine import Network

POINTS = 478
SIDE = 256  # px, of the network's input
# Side of the first cut over the Haar box: 1.0 to 1.5 work equally well, larger ones give weaker
# answers.
BOX_FACTOR = 1.25
SECOND_FACTOR = 1.2  # side of the second, level cut over the first landmarks
OUTER_EYES = 33, 263  # outer corners: the person's right eye, then the left


@dataclass(frozen=True, eq=False)
class Landmarks:
    """What the network says of one box.

    Attributes:
        presence: logit, about 20 to 30 for a face and below 0 for anything else; not a probability.
        points: (478, 2) float32, x and y in pixels of the frame. They mean nothing if there is
            no face.
    """

    presence: float
    points: NDArray[np.float32]


class FaceMesh:
    """The landmark network, compiled.

    Args:
        folder: of `model.xml` and `model.bin`.
        threads: processor threads, at least 1.

    Raises:
        AnalysisError: it cannot be loaded.

    Source: Y. Kartynnik and others, "Real-time Facial Surface Geometry from Monocular Video on
    Mobile GPUs", 2019; I. Grishchenko and others, "Attention Mesh: High-fidelity Face Mesh
    Prediction in Real-time", 2020.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        self._network = Network(folder, threads=threads)

    def look(self, rgb: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Landmarks]:
        """Landmarks for each box.

        A level cut around the first answer gives the second, which is the result. So the box need
        not be exact, and the head need not be upright.

        Args:
            rgb: (H, W, 3) uint8 sRGB, upright.
            boxes: from the face finder; each must touch the frame.

        Returns:
            One for each box, in order.
        """
        return [self._one(rgb, box) for box in boxes]

    def presence(self, rgb: NDArray[np.uint8], box: Box) -> float:
        """Presence alone, as `look` gives it, at half the cost.

        The first of the two passes of `look` gives it.

        Args:
            rgb: (H, W, 3) uint8 sRGB, upright.
            box: must touch the frame.
        """
        return self._first(rgb, box.scaled(BOX_FACTOR)).presence

    def _first(self, rgb: NDArray[np.uint8], square: Box) -> Landmarks:
        return self._ask(resize(take(rgb, square), (SIDE, SIDE)))

    def _one(self, rgb: NDArray[np.uint8], box: Box) -> Landmarks:
        square = box.scaled(BOX_FACTOR)
        first = self._first(rgb, square)
        points = first.points * (square.w / SIDE) + np.array([square.x, square.y], dtype=np.float32)
        matrix = _level(points)
        picture = cv2.warpAffine(
            rgb, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        second = self._ask(np.asarray(picture, dtype=np.uint8))
        back = cv2.invertAffineTransform(matrix)
        return Landmarks(
            first.presence, np.asarray(second.points @ back[:, :2].T + back[:, 2], dtype=np.float32)
        )

    def _ask(self, picture: NDArray[np.uint8]) -> Landmarks:
        found = self._network((picture[None] / np.float32(255)).astype(np.float32))
        points = found["Identity"].reshape(POINTS, 3)[:, :2]  # the third is depth
        return Landmarks(float(found["Identity_1"].item()), np.asarray(points, dtype=np.float32))


def _level(points: NDArray[np.float32]) -> NDArray[np.float64]:
    """(2, 3) affine matrix from the frame to a level square of `SIDE` pixels around the points."""
    right, left = points[list(OUTER_EYES)]
    angle = np.arctan2(left[1] - right[1], left[0] - right[0])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    turned = points @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    scale = SIDE / (max(float((high - low).max()), 1.0) * SECOND_FACTOR)
    return np.column_stack([scale * turn, SIDE / 2 - scale * (low + high) / 2])
