"""Regions of a face in the network's input, from the 478 landmarks.

They are eyes, brows, nose, mouth, cheeks, forehead, jaw line and surroundings.

Left and right are the person's own: the right eye is on the left of a picture that is not mirrored.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.landmarks import POINTS
from dfgui.core.geometry import Box
from dfgui.core.values import RegionName

REGIONS: tuple[RegionName, ...] = (
    "forehead", "right_brow", "left_brow", "right_eye", "left_eye", "nose",
    "right_cheek", "left_cheek", "mouth", "jaw_line", "surroundings",
)  # fmt: skip
"""Every pixel of a crop belongs to exactly one region; a label is a place in this tuple."""
PAIRS: dict[RegionName, tuple[RegionName, RegionName]] = {
    "brows": ("right_brow", "left_brow"),
    "eyes": ("right_eye", "left_eye"),
    "cheeks": ("right_cheek", "left_cheek"),
}
"""Regions measured both together and apart."""
SURROUNDINGS = REGIONS.index("surroundings")

# Indices of landmarks, each outline in order. The person's right half; the left one is its mirror
# image. The rings around eyes and lips, the brows and the oval are those that MediaPipe publishes
# (`face_mesh_connections.py`; `keypoints.ts` of face-landmarks-detection). On a face that looks at
# the camera each runs anticlockwise; one that runs clockwise is seen from behind and not shown.
_OVAL = 10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152
_MIDLINE = 152, 175, 199, 200, 18, 17, 0, 164, 2, 4, 5, 195, 197, 6, 168, 8, 9, 151, 10
_BROW = 53, 52, 65, 55, 107, 66, 105, 63, 70, 46
_EYE = 31, 228, 229, 230, 231, 232, 233, 244, 189, 55, 65, 52, 53, 46, 124, 35
_NOSE = 168, 193, 245, 128, 114, 126, 209, 129, 98, 97, 2
_MOUTH = 2, 97, 98, 92, 186, 57, 43, 106, 182, 83, 18
_FOREHEAD = 10, 109, 67, 103, 54, 21, 162, 70, 63, 105, 66, 107, 55, 193, 168
_JAW = 18, 83, 194, 211, 210, 214, 192, 213, 132, 58, 172, 136, 150, 149, 176, 148, 152
_MIRROR = {
    109: 338, 67: 297, 103: 332, 54: 284, 21: 251, 162: 389, 127: 356, 234: 454, 93: 323,
    132: 361, 58: 288, 172: 397, 136: 365, 150: 379, 149: 378, 176: 400, 148: 377, 46: 276,
    70: 300, 63: 293, 105: 334, 66: 296, 107: 336, 55: 285, 65: 295, 52: 282, 53: 283, 35: 265,
    124: 353, 189: 413, 244: 464, 233: 453, 232: 452, 231: 451, 230: 450, 229: 449, 228: 448,
    31: 261, 193: 417, 245: 465, 128: 357, 114: 343, 126: 355, 209: 429, 129: 358, 98: 327,
    97: 326, 92: 322, 186: 410, 57: 287, 43: 273, 106: 335, 182: 406, 83: 313, 213: 433,
    192: 416, 214: 434, 210: 430, 211: 431, 194: 418,
}  # fmt: skip
"""Landmarks off the middle line, and their counterparts in the left half."""


def _closed(half: Sequence[int]) -> tuple[int, ...]:
    """The outline of a half that begins and ends on the middle line, closed along that line."""
    up = _MIDLINE[_MIDLINE.index(half[-1]) : _MIDLINE.index(half[0]) + 1]
    return (*half, *up[1:-1])


def _mirrored(outline: Sequence[int]) -> tuple[int, ...]:
    """The counterpart in the left half, reversed so that it runs the same way round."""
    return tuple(_MIRROR.get(point, point) for point in reversed(outline))


_OUTLINES: tuple[tuple[RegionName, RegionName, tuple[int, ...]], ...] = (
    ("right_cheek", "left_cheek", _closed(_OVAL)),
    ("jaw_line", "jaw_line", _closed(_JAW)),
    ("forehead", "forehead", _closed(_FOREHEAD)),
    ("mouth", "mouth", _closed(_MOUTH)),
    ("right_eye", "left_eye", _EYE),
    ("right_brow", "left_brow", _BROW),
    ("nose", "nose", _closed(_NOSE)),
)
"""In painting order: later ones cover earlier ones.

A cheek is what the others leave of its half, and the nose is nearest to the camera.
"""


def outline(
    rgb: NDArray[np.uint8], box: Box, square: Box, size: int, check: FaceCheck
) -> NDArray[np.uint8]:
    """Find the regions of a face.

    Args:
        rgb: (H, W, 3) uint8 sRGB, the upright frame.
        box: from the face finder, or drawn by hand.
        square: the cut, in pixels of the frame.
        size: side of the network's input, to which the cut is resized.
        check: finds the landmarks, and says whether there is a face.

    Returns:
        Labels as `region_labels` gives them.

    Raises:
        AnalysisError: no landmarks are found there, or they lie outside the cut.
    """
    points = check.landmarks(rgb, box)
    if points is None:
        raise AnalysisError(
            "No landmarks of a face were found in this box, so it has no regions; map it by"
            " squares, or choose another face."
        )
    corner = np.array([square.x, square.y])
    return region_labels((points - corner) * (size / square.w), size)


def region_labels(points: NDArray[np.floating], size: int) -> NDArray[np.uint8]:
    """Name the region of every pixel.

    The face is the convex hull of all landmarks, which ends near the hairline. In it:
    an eye reaches from the lower edge of its brow to the ring below the lower lid; the nose from
    between the eyes to its base; the mouth from there to the fold above the chin; the jaw line is
    the band along the lower hull, with the chin; the forehead lies above the brows and between
    them; a cheek is the rest of its half, with the temple.

    Args:
        points: (478, 2) landmarks, x and y in pixels of the crop; a pixel's centre lies at .5. They
            may lie outside.
        size: side of the crop in pixels, >= 1.

    Returns:
        (size, size) uint8, places in `REGIONS`.

    Raises:
        AnalysisError: no pixel of the crop lies in the face.
        ValueError: the points have another shape or are not numbers.
    """
    if points.shape != (POINTS, 2) or not np.isfinite(points).all():
        raise ValueError(f"points: expected ({POINTS}, 2) finite, received {points.shape}")
    hull = np.asarray(cv2.convexHull(points.astype(np.float32)), np.float32)[:, 0]
    face = winding(hull, size) != 0
    labels = np.full((size, size), SURROUNDINGS, np.uint8)
    for right, left, indices in _OUTLINES:
        for region, corners in ((right, indices), (left, _mirrored(indices))):
            labels[winding(points[list(corners)], size) > 0] = REGIONS.index(region)
    return np.where(face, _nearest(labels, face & (labels != SURROUNDINGS)), SURROUNDINGS).astype(
        np.uint8
    )


def _nearest(labels: NDArray[np.uint8], known: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The label of the nearest known pixel.

    It fills the narrow rest between the outlines and the hull.
    """
    if not known.any():
        raise AnalysisError(
            "The landmarks of the face lie outside its cut; draw the box over the face, or map it"
            " by squares."
        )
    _, cells = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    by_cell = np.zeros(int(cells.max()) + 1, np.uint8)
    by_cell[cells[known]] = labels[known]
    return np.asarray(by_cell[cells], np.uint8)


def winding(polygon: NDArray[np.floating], size: int) -> NDArray[np.int32]:
    """How often a polygon winds around the centre of each pixel.

    Args:
        polygon: (n, 2) corners in order, x and y, y down; it may cross itself.
        size: side of the picture in pixels.

    Returns:
        (size, size) int32: 0 outside, above 0 where it runs anticlockwise as seen, below 0 where
        it runs clockwise.
    """
    centres = np.arange(size) + 0.5
    begin, end = polygon.astype(np.float64), np.roll(polygon, -1, axis=0).astype(np.float64)
    turns = np.zeros((size, size), np.int32)
    for (x0, y0), (x1, y1) in zip(begin, end, strict=True):
        rows = (centres >= min(y0, y1)) & (centres < max(y0, y1))
        if rows.any():
            crossing = x0 + (centres[rows] - y0) * (x1 - x0) / (y1 - y0)
            turns[rows] += (crossing[:, None] > centres) * (1 if y1 < y0 else -1)
    return turns
