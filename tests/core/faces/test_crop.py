"""The face crop against pictures written by hand.

Training and application depend on every pixel of it.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dfgui.core.faces.crop import cut, resize, take, whole
from dfgui.core.geometry import Box


def picture(rows: list[list[int]]) -> NDArray[np.uint8]:
    """(H, W, 3): the red channel as given, green 1 more, blue 2 more."""
    red = np.array(rows, np.uint8)
    return np.stack([red, red + 1, red + 2], axis=2)


FRAME = picture(
    [
        [10, 20, 30, 40],
        [50, 60, 70, 80],
        [90, 100, 110, 120],
    ]
)


def test_golden_cut_inside_at_its_own_size() -> None:
    # A box of 1 x 2 becomes the square of 2 x 2 around its middle (2.5, 2); round() takes halves to
    # the even number: 1.5 -> 2.
    assert np.array_equal(cut(FRAME, Box(2, 1, 1, 2), size=2), picture([[70, 80], [110, 120]]))


def test_golden_cut_over_the_border_repeats_the_border() -> None:
    # The box of 2 x 2 at the corner, twice as large, reaches one pixel beyond the left and the
    # upper border.
    expected = picture([[10, 10, 20, 30], [10, 10, 20, 30], [50, 50, 60, 70], [90, 90, 100, 110]])
    assert np.array_equal(cut(FRAME, Box(0, 0, 2, 2), size=4, factor=2.0), expected)


def test_golden_cut_that_shrinks_averages_areas() -> None:
    # The square of the whole picture is 4 x 4 from (0, -0.5), and round(-0.5) is 0: the last row is
    # repeated below. Each pixel is the mean of 2 x 2: (10 + 20 + 50 + 60) / 4 = 35 and so on; green
    # and blue are one and two more.
    expected = picture([[35, 55], [95, 115]])
    assert np.array_equal(cut(FRAME, whole(FRAME), size=2), expected)


def test_golden_cut_that_grows_is_bilinear() -> None:
    # Two pixels become four, whose centres lie at -.25, .25, .75 and 1.25 of the old ones: 72 x 3/4
    # + 80 / 4 = 74, 72 / 4 + 80 x 3/4 = 78.
    grown = cut(picture([[72, 80]]), Box(0, 0, 2, 1), size=4)
    assert np.array_equal(grown, picture([[72, 74, 78, 80]] * 4))


def test_whole() -> None:
    assert whole(FRAME) == Box(0, 0, 4, 3)


def test_take_copies() -> None:
    part = take(FRAME, Box(1, 1, 2, 2))
    part[:] = 0
    assert FRAME[1, 1, 0] == 60
    assert resize(FRAME, (3, 4)) is FRAME


@pytest.mark.parametrize(
    "box", [Box(4, 0, 2, 2), Box(-2, 0, 2, 2), Box(0, 3, 1, 1), Box(1, 1, 0, 1)]
)
def test_a_box_outside_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match="touches the 4x3 frame"):
        take(FRAME, box)


@given(
    st.builds(
        Box, st.integers(-9, 15), st.integers(-9, 11), st.integers(1, 20), st.integers(1, 20)
    ),
)
def test_take_repeats_the_nearest_pixel_of_the_frame(box: Box) -> None:
    frame = np.arange(16 * 12 * 3, dtype=np.uint16).astype(np.uint8).reshape(12, 16, 3)
    if not box.clipped(16, 12).area:
        return
    rows = np.clip(np.arange(box.y, box.y + box.h), 0, 11)
    columns = np.clip(np.arange(box.x, box.x + box.w), 0, 15)
    assert np.array_equal(take(frame, box), frame[rows][:, columns])


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([8, 32, 57]), st.floats(0.3, 2))
def test_every_cut_has_the_size_asked_for_and_keeps_one_colour(
    width: int, height: int, size: int, factor: float
) -> None:
    frame = np.full((height, width, 3), (9, 130, 255), np.uint8)
    made = cut(frame, whole(frame), size=size, factor=factor)
    assert made.shape == (size, size, 3)
    assert (made == np.array([9, 130, 255])).all()
