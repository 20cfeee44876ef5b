"""The check of faces: whether a found or drawn box holds a face, and which tracks hold none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.check_card import FaceCheckPackage
from dfgui.core.faces.landmarks import BOX_FACTOR, FaceMesh
from dfgui.core.faces.tracks import FoundBox
from dfgui.core.geometry import Box

Track = TypeVar("Track", bound=Hashable)
DIGITS = 2
"""Digits of a presence: few enough to be the same on every processor.

The value in a result is then the one that decided.
"""


class FaceCheck:
    """A second opinion on boxes: the presence that the landmark network gives for each.

    The network is compiled at its first use, or in the background after `start`. It uses one
    thread, so that a presence does not depend on the number of threads.

    Args:
        package: from `load_face_check`.
    """

    def __init__(self, package: FaceCheckPackage) -> None:
        self._package = package

    @cached_property
    def _compiling(self) -> Future[FaceMesh]:
        pool = ThreadPoolExecutor(1)
        compiling = pool.submit(FaceMesh, self._package.folder, threads=1)
        pool.shutdown(wait=False)
        return compiling

    def start(self) -> None:
        """Compile the network in the background, before the first box comes."""
        _ = self._compiling

    def landmarks(self, rgb: NDArray[np.uint8], box: Box) -> NDArray[np.float32] | None:
        """Landmarks of the face in a box.

        Args:
            rgb: (H, W, 3) uint8 sRGB, upright.
            box: may lie beyond the frame.

        Returns:
            (478, 2) x and y in pixels of the frame; None if the box holds no face.

        Raises:
            AnalysisError: the network cannot be loaded.
        """
        if not _seen(rgb, box):
            return None
        found = self._compiling.result().look(rgb, [box])[0]
        return found.points if self.passes(round(found.presence, DIGITS)) else None

    def presence(self, rgb: NDArray[np.uint8], box: Box) -> float:
        """How surely a box holds a face.

        Args:
            rgb: (H, W, 3) uint8 sRGB, upright.
            box: must touch the frame.

        Returns:
            A logit to two digits, not a probability: about 17 to 33 for faces.

        Raises:
            AnalysisError: the network cannot be loaded.
        """
        return round(self._compiling.result().presence(rgb, box), DIGITS)

    def passes(self, presence: float | None) -> bool:
        """Whether a presence is that of a face; None means an unchecked box, which passes."""
        return presence is None or presence >= self._package.card.presence

    def holds_face(self, rgb: NDArray[np.uint8], box: Box) -> bool:
        """Whether a box, which may lie beyond the frame, holds a face; otherwise as `presence`."""
        return _seen(rgb, box) and self.passes(self.presence(rgb, box))

    def checked(self, rgb: NDArray[np.uint8], boxes: Sequence[Box]) -> list[FoundBox]:
        """The boxes of a frame, each with its presence; arguments and errors as for `presence`."""
        presences = [self.presence(rgb, box) for box in boxes]
        return [
            FoundBox(box, presence, self.passes(presence))
            for box, presence in zip(boxes, presences, strict=True)
        ]


def _seen(rgb: NDArray[np.uint8], box: Box) -> bool:
    """Whether any part of the network's input lies in the frame."""
    return box.scaled(BOX_FACTOR).clipped(rgb.shape[1], rgb.shape[0]).area > 0


def faceless_tracks(boxes: Iterable[tuple[Track, bool]]) -> set[Track]:
    """Tracks without a face: those in which fewer than half of the boxes hold one.

    Args:
        boxes: for each box the number of its track, and whether it holds a face.
    """
    listed = list(boxes)
    found, holding = (
        Counter(track for track, _ in listed),
        Counter(track for track, holds in listed if holds),
    )
    return {track for track, count in found.items() if 2 * holding[track] < count}
