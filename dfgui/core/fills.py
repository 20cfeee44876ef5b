"""The fills of occlusion: what a hidden square or region shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dfgui.core.sentences import Sentence

Fill = Literal["black", "mean", "blur"]
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class FillEntry:
    """A fill: its words in the window, and the function that makes it.

    The function takes the crop, (H, W, 3) uint8, and the side of the patch in pixels. It returns
    what shows where the crop is hidden, in the crop's own shape.
    """

    words: Sentence
    make: Callable[[Picture, int], Picture]


def _black(crop: Picture, _patch: int) -> Picture:
    return np.zeros_like(crop)


def _mean(crop: Picture, _patch: int) -> Picture:
    return np.full_like(crop, np.rint(crop.mean(axis=(0, 1))))


def _blur(crop: Picture, patch: int) -> Picture:
    """The crop under a Gaussian of half a patch."""
    import cv2  # late: window and command line read this list and load no OpenCV

    return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigmaX=patch / 2), np.uint8)


FILLS: Mapping[Fill, FillEntry] = {
    "black": FillEntry(Sentence("Black"), _black),
    "mean": FillEntry(Sentence("Mean colour"), _mean),
    "blur": FillEntry(Sentence("Blur"), _blur),
}
