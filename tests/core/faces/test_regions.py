"""Regions of a face: areas counted by hand, turned and cut heads, and a real face.

Every pixel lies in exactly one region.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.faces.regions import _MIRROR, REGIONS, SURROUNDINGS, outline, region_labels, winding
from dfgui.core.geometry import Box
from dfgui.core.media.video import open_media
from dfgui.resources import FACE_CHECK, resource
from tests.support.landmarks import AREAS, SIDE, rectangles


def area(labels: NDArray[np.uint8], region: str) -> int:
    return int((labels == REGIONS.index(region)).sum())  # type: ignore[arg-type]


def test_areas_counted_by_hand() -> None:
    labels = region_labels(rectangles(), SIDE)
    assert {region: area(labels, region) for region in REGIONS} == AREAS
    assert sum(AREAS.values()) == SIDE * SIDE


def test_right_is_the_persons_right_and_lies_on_the_left_of_the_picture() -> None:
    labels = region_labels(rectangles(), SIDE)
    for row, left_of_picture, right_of_picture in (
        (32, "right_brow", "left_brow"),
        (40, "right_eye", "left_eye"),
        (60, "right_cheek", "left_cheek"),
    ):
        assert REGIONS[labels[row, 25]] == left_of_picture
        assert REGIONS[labels[row, 74]] == right_of_picture
    assert [REGIONS[labels[row, 50]] for row in (15, 32, 50, 65, 80, 95)] == [
        "forehead", "forehead", "nose", "mouth", "jaw_line", "surroundings",
    ]  # fmt: skip


def test_a_crop_of_half_the_face_holds_half_its_pixels() -> None:
    """The points lie in pixels of the crop, and may lie outside it."""
    labels = region_labels(rectangles() - np.array([50, 0], np.float32), SIDE)
    assert area(labels, "left_eye") == AREAS["left_eye"]
    assert area(labels, "right_eye") == 0
    assert area(labels, "nose") == AREAS["nose"] / 2
    assert area(labels, "surroundings") == SIDE * SIDE - 40 * 80


def test_what_is_turned_away_is_not_seen() -> None:
    """A half that is turned away is not painted over the visible half.

    The left half lies folded behind the right one, as in a profile.
    """
    points = rectangles()
    behind = points[:, 0] > 50
    points[behind, 0] = 50 - (points[behind, 0] - 50) / 4
    labels = region_labels(points, SIDE)
    for region in ("left_brow", "left_eye", "left_cheek"):
        assert area(labels, region) == 0
    for region in ("right_brow", "right_eye", "right_cheek"):
        assert area(labels, region) == AREAS[region]
    for region in ("forehead", "nose", "mouth", "jaw_line"):
        assert area(labels, region) == AREAS[region] / 2


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    turn=st.floats(-3, 3),
    scale=st.floats(0.5, 4),
    shift=st.tuples(st.floats(-40, 40), st.floats(-40, 40)),
    noise=st.floats(0, 4),
    size=st.integers(8, 160),
)
def test_every_pixel_of_the_face_has_a_region_and_no_other_pixel_has(
    seed: int, turn: float, scale: float, shift: tuple[float, float], noise: float, size: int
) -> None:
    chance = np.random.default_rng(seed)
    centred = rectangles() - 50 + chance.normal(0, noise, (478, 2))
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points = (centred @ rotation * scale + np.array(shift) + 50) * (size / 100)
    labels = region_labels(points, size)
    assert (labels.shape, labels.dtype) == ((size, size), np.uint8)
    assert labels.max() < len(REGIONS)
    # The face is convex: a pixel is in it if and only if no line separates it from all landmarks.
    centres = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1).reshape(-1, 2) + 0.5
    face = (labels != SURROUNDINGS).ravel()
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    normals = np.stack([np.cos(angles), np.sin(angles)])
    beyond = (centres @ normals > (points @ normals).max(axis=0) + 1e-3).any(axis=1)
    assert not (face & beyond).any()
    # Too few directions miss pixels that lie just outside the corners of the hull.
    well_in = (centres @ normals < (points @ normals).max(axis=0) - 0.02 * scale * size).all(axis=1)
    assert face[well_in].all()


@given(st.integers(3, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_winding_turns_over_with_the_outline(corners: int, seed: int) -> None:
    polygon = np.random.default_rng(seed).uniform(-5, 25, (corners, 2))
    turns = winding(polygon, 20)
    np.testing.assert_array_equal(winding(polygon[::-1], 20), -turns)


def test_winding_by_hand() -> None:
    # Down, right, up, left: anticlockwise as seen.
    square = np.array([[1, 1], [1, 3], [3, 3], [3, 1]], np.float64)
    expected = np.zeros((5, 5), int)
    expected[1:3, 1:3] = 1
    np.testing.assert_array_equal(winding(square, 5), expected)


def test_points_that_are_no_landmarks() -> None:
    broken = rectangles()
    broken[3] = np.nan
    for points in (rectangles()[:468], broken):
        with pytest.raises(ValueError, match="points"):
            region_labels(points, SIDE)
    with pytest.raises(AnalysisError, match="outside its cut"):
        region_labels(rectangles() + 200, SIDE)


class _Fixed:
    """Always finds the same landmarks."""

    def __init__(self, points: NDArray[np.float32] | None) -> None:
        self._points = points

    def landmarks(self, _rgb: NDArray[np.uint8], _box: Box) -> NDArray[np.float32] | None:
        return self._points


def test_the_outline_lies_in_the_cut_and_needs_a_face() -> None:
    rgb = np.zeros((300, 300, 3), np.uint8)
    # A cut of 200 pixels at (30, 40), shown at 100: the landmarks lie twice as far apart in the
    # frame.
    in_frame = rectangles() * 2 + np.array([30, 40], np.float32)
    labels = outline(rgb, Box(40, 50, 100, 100), Box(30, 40, 200, 200), SIDE, _Fixed(in_frame))  # type: ignore[arg-type]
    assert area(labels, "mouth") == AREAS["mouth"]
    with pytest.raises(
        AnalysisError, match=r"No landmarks of a face were found in this box.*squares"
    ):
        outline(rgb, Box(40, 50, 100, 100), Box(30, 40, 200, 200), SIDE, _Fixed(None))  # type: ignore[arg-type]


def test_on_a_real_face() -> None:
    """The halves mirror each other, and eyes and mouth lie where the pixels show them.

    The portrait's face looks at the camera.
    """
    with open_media(resource("demo", "portrait.mp4"), threads=1) as media:
        rgb = media.frame(0).rgb
    box = Box(219, 72, 141, 141)
    check = FaceCheck(load_face_check(resource("models", FACE_CHECK)))
    points = check.landmarks(rgb, box)
    assert points is not None
    axis = (points[152] - points[10]) / np.linalg.norm(points[152] - points[10])
    width = np.linalg.norm(points[454] - points[234])
    for right, left in _MIRROR.items():
        across = points[right] - points[10]
        mirrored = points[10] + 2 * (across @ axis) * axis - across
        assert np.linalg.norm(mirrored - points[left]) < 0.15 * width, (right, left)
    labels = outline(rgb, box, box.scaled(1.25), 160, check)
    counted = {region: area(labels, region) for region in REGIONS}
    assert min(counted.values()) > 100
    assert counted["right_cheek"] == pytest.approx(counted["left_cheek"], rel=0.4)
    assert counted["right_eye"] == pytest.approx(counted["left_eye"], rel=0.4)
