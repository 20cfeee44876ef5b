"""A face of rectangles: landmarks whose regions have areas that are counted by hand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 100  # px of the crop
# The right half, as (x, y): landmarks of one list are at the same place. The left indices are in
# the same order, as MediaPipe numbers them.
_PLACES: tuple[tuple[float, float, tuple[int, ...], tuple[int, ...]], ...] = (
    (10, 10, (109, 67, 103, 54, 21), (338, 297, 332, 284, 251)),
    (10, 30, (162,), (389,)),
    (10, 50, (127, 234, 93), (356, 454, 323)),
    (10, 70, (132,), (361,)),
    (10, 90, (58, 172, 136, 150, 149), (288, 397, 365, 379, 378)),
    (40, 90, (176, 148), (400, 377)),
    (20, 30, (70,), (300,)),
    (30, 30, (63, 105, 66), (293, 334, 296)),
    (40, 30, (107,), (336,)),
    (40, 34, (55,), (285,)),
    (30, 34, (65, 52), (295, 282)),
    (20, 34, (53, 46), (283, 276)),
    (20, 40, (124, 35), (353, 265)),
    (20, 44, (31,), (261,)),
    (30, 44, (228, 229, 230, 231, 232), (448, 449, 450, 451, 452)),
    (40, 44, (233, 244), (453, 464)),
    (40, 40, (189,), (413,)),
    (46, 34, (193,), (417,)),
    (46, 50, (245, 128, 114, 126, 209, 129), (465, 357, 343, 355, 429, 358)),
    (46, 60, (98,), (327,)),
    (48, 60, (97,), (326,)),
    (36, 60, (92,), (322,)),
    (36, 65, (186, 57, 43), (410, 287, 273)),
    (36, 70, (106,), (335,)),
    (40, 70, (182, 83), (406, 313)),
    (30, 70, (194, 211, 210, 214, 192, 213), (418, 431, 430, 434, 416, 433)),
)
_MIDDLE = {
    10: 10, 151: 10, 9: 20, 8: 30, 168: 34, 6: 40, 197: 45, 195: 50, 5: 55, 4: 58, 2: 60, 164: 62,
    0: 64, 17: 66, 18: 70, 200: 75, 199: 80, 175: 85, 152: 90,
}  # fmt: skip

AREAS = {
    "forehead": 80 * 20 + 20 * 4,  # down to y 30, and between the brows
    "right_brow": 20 * 4,
    "left_brow": 20 * 4,
    "right_eye": 20 * 10,
    "left_eye": 20 * 10,
    "nose": 8 * 26,
    # y 30 to 70 less brow, glabella, eye, nose, mouth
    "right_cheek": 40 * 40 - 20 * 4 - 10 * 4 - 20 * 10 - 4 * 26 - 14 * 10,
    "left_cheek": 40 * 40 - 20 * 4 - 10 * 4 - 20 * 10 - 4 * 26 - 14 * 10,
    "mouth": 28 * 10,
    "jaw_line": 80 * 20,
    "surroundings": 100 * 100 - 80 * 80,
}
"""Square pixels of each region in the crop."""


def rectangles() -> NDArray[np.float32]:
    """(478, 2) float32; landmarks of no outline are in the middle."""
    points = np.full((478, 2), SIDE / 2, np.float32)
    for x, y, right, left in _PLACES:
        points[list(right)] = x, y
        points[list(left)] = SIDE - x, y
    for index, y in _MIDDLE.items():
        points[index] = SIDE / 2, y
    return points
