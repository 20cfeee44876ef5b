"""Cuts: whether another scene or another face begins between two frames that a scan looked at.

The frames of a scan lie apart. A library that compares each frame with the next one, such as
scenedetect-headless, has little to go by: within a shot two of these frames may differ much. And
the picture alone does not tell: in a news studio the wall behind a speaker changes, and a face
alone may be exchanged. So both the picture and the face are compared, by measures of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.crop import cut, resize
from dfgui.core.geometry import Box

# docs/decisions/0012-tracks-end-at-cuts.md has what the limits were chosen on.
SAME_COLOURS = 0.75  # overlap of the colours of two pictures
SAME_LAYOUT = 0.45  # correlation of their brightness
ALIKE = 0.75  # correlation of two faces
OTHER_SKIN = 7.0  # distance of two skins in a* and b*

LAYOUT = (36, 64)  # rows and columns of the small picture
EDGE = 6, 10  # of its rows and columns, by which the camera may have moved
FLAT = 2.0  # grey levels: the standard deviation of a picture without a layout
BINS, LEAST, MOST = 8, (0, 80, 80), (256, 176, 176)  # of L*, a* and b* as 8-bit numbers
FACE = 48  # px, side of the small face: 1.5 times the box
INNER, SKIN = slice(12, 36), slice(15, 33)  # of its rows and columns
SIZES = (36, 42, 48, 54, 62)  # px: the box of a face may be looser or tighter than the one before


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture in small: what tells whether two frames can be of one shot.

    Attributes:
        lab: (36, 64, 3) uint8 CIE L*a*b*, as OpenCV scales it.
    """

    lab: NDArray[np.uint8]

    @classmethod
    def of(cls, rgb: NDArray[np.uint8]) -> Scene:
        """The scene of an upright picture, (H, W, 3) uint8 sRGB."""
        return cls(_lab(resize(rgb, LAYOUT)))

    @cached_property
    def tint(self) -> NDArray[np.float64]:
        """Mean a* and b*, (2,)."""
        return np.asarray(self.lab[..., 1:].mean((0, 1)), np.float64)

    @cached_property
    def colours(self) -> NDArray[np.float64]:
        """(8, 8, 8) shares of L*, a* and b*, 0-1; the sum is 1.

        Each pixel also counts for the neighbouring bins, so that a slightly brighter picture does
        not fall into others.
        """
        inside = np.clip(self.lab, LEAST, np.array(MOST) - 1).reshape(-1, 3)
        ranges = list(zip(LEAST, MOST, strict=True))
        counts = np.histogramdd(inside, bins=BINS, range=ranges)[0]
        for axis in range(3):
            counts = np.apply_along_axis(np.convolve, axis, counts, (0.25, 0.5, 0.25), "same")
        return np.asarray(counts / counts.sum(), np.float64)

    def is_other(self, before: Scene) -> bool:
        """Whether it shows something else than the scene `before`: other colours or another layout.

        Source: for the overlap of histograms, Swain and Ballard, "Color Indexing", 1991.
        """
        if float(np.minimum(self.colours, before.colours).sum()) < SAME_COLOURS:
            return True
        grey, earlier = self.lab[..., 0], before.lab[..., 0]
        if min(grey.std(), earlier.std()) < FLAT:
            return False
        rows, columns = EDGE
        return _correlation(grey, earlier[rows:-rows, columns:-columns]) < SAME_LAYOUT


@dataclass(frozen=True, eq=False)
class Appearance:
    """What a face looks like, to tell whether another one has taken its place.

    Attributes:
        grey: (48, 48) uint8, the face and its surroundings.
        skin: mean a* and b* of the middle of the face, (2,).
        tint: those of the whole picture, (2,).
    """

    grey: NDArray[np.uint8]
    skin: NDArray[np.float64]
    tint: NDArray[np.float64]

    @classmethod
    def of(cls, rgb: NDArray[np.uint8], box: Box, scene: Scene) -> Appearance:
        """The appearance of the face in a box, which must touch the picture of the scene."""
        lab = _lab(cut(rgb, box, size=FACE, factor=1.5))
        skin = lab[SKIN, SKIN, 1:].mean((0, 1))
        return cls(lab[..., 0], np.asarray(skin, np.float64), scene.tint)

    def has_other_skin(self, before: Appearance) -> bool:
        """Whether the colour of the skin has jumped, and not by a new tint of the whole picture."""
        change, tint = self.skin - before.skin, self.tint - before.tint
        return bool(min(np.hypot(*change), np.hypot(*(change - tint))) > OTHER_SKIN)

    def is_like(self, before: Appearance) -> bool:
        """Whether it shows the same features; a face that has turned in between does not."""
        inner = before.grey[INNER, INNER]
        return any(_correlation(resize(self.grey, (s, s)), inner) >= ALIKE for s in SIZES)


def _lab(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.uint8)


def _correlation(picture: NDArray[np.uint8], part: NDArray[np.uint8]) -> float:
    """The best correlation of the part with a place in the picture, -1 to 1."""
    return float(cv2.matchTemplate(picture, part, cv2.TM_CCOEFF_NORMED).max())
