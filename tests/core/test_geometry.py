"""Rectangles: by hand, and what holds for every rectangle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfgui.core.geometry import Box

BOXES = st.builds(
    Box, st.integers(-500, 500), st.integers(-500, 500), st.integers(1, 400), st.integers(1, 400)
)


def test_by_hand() -> None:
    box = Box(10, 20, 30, 40)
    assert (box.centre, box.area) == ((25.0, 40.0), 1200)
    assert box.scaled(1.0) == Box(5, 20, 40, 40)
    assert box.scaled(0.5) == Box(15, 30, 20, 20)
    assert box.expanded(0.1) == Box(7, 16, 36, 48)
    assert box.expanded(-0.5) == Box(25, 40, 1, 1)
    assert box.clipped(25, 100) == Box(10, 20, 15, 40)
    assert Box(-5, -6, 10, 10).clipped(100, 100) == Box(0, 0, 5, 4)
    assert Box(200, 0, 10, 10).clipped(100, 100).area == 0


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        (Box(0, 0, 10, 10), 1.0),
        (Box(5, 0, 10, 10), 1 / 3),  # 50 of 150
        (Box(0, 0, 5, 5), 0.25),
        (Box(10, 0, 10, 10), 0.0),  # they only touch
        (Box(20, 20, 1, 1), 0.0),
        (Box(3, 3, 0, 0), 0.0),
    ],
)
def test_overlap(other: Box, overlap: float) -> None:
    assert Box(0, 0, 10, 10).overlap(other) == pytest.approx(overlap)
    assert Box(0, 0, 0, 0).overlap(Box(0, 0, 0, 0)) == 0.0


@given(BOXES, BOXES)
def test_overlap_is_a_share_and_symmetric(one: Box, other: Box) -> None:
    assert 0 <= one.overlap(other) <= 1
    assert one.overlap(other) == other.overlap(one)
    assert one.overlap(one) == 1
    assert (one.overlap(other) == 1) == (one == other)


@given(BOXES, st.floats(0.05, 4))
def test_a_scaled_box_is_a_square_about_the_same_middle(box: Box, factor: float) -> None:
    square = box.scaled(factor)
    assert square.w == square.h >= 1
    assert abs(square.w - max(1.0, max(box.w, box.h) * factor)) <= 0.5
    assert all(abs(mine - its) <= 0.5 for mine, its in zip(square.centre, box.centre, strict=True))


@given(BOXES, st.integers(1, 600), st.integers(1, 600))
def test_a_clipped_box_lies_inside_both(box: Box, width: int, height: int) -> None:
    part = box.clipped(width, height)
    assert 0 <= part.x <= part.x + part.w <= width
    assert 0 <= part.y <= part.y + part.h <= height
    if part.area:
        assert box.x <= part.x
        assert part.x + part.w <= box.x + box.w
        assert box.y <= part.y
        assert part.y + part.h <= box.y + box.h
    assert part.area == part.clipped(width, height).area


@given(BOXES, st.floats(0, 2))
def test_expanding_keeps_the_middle_and_holds_the_box(box: Box, margin: float) -> None:
    larger = box.expanded(margin)
    assert larger.centre == box.centre
    assert larger.w >= box.w
    assert larger.h >= box.h


def test_a_region_of_the_frame_is_seen_in_the_network_input() -> None:
    square = Box(100, 50, 200, 200)  # shown at 100 x 100: half the size
    assert Box(120, 90, 40, 20).seen_in(square, 100) == Box(10, 20, 20, 10)
    # What lies outside is cut off.
    assert Box(80, 50, 40, 400).seen_in(square, 100) == Box(0, 0, 10, 100)
    assert Box(300, 50, 10, 10).seen_in(square, 100).area == 0
