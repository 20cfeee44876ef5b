"""Scenes and faces that are the same or another, made so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.faces.cuts import Appearance, Scene
from dfgui.core.geometry import Box
from dfgui.core.media.video import open_media
from dfgui.resources import resource

FACE = Box(209, 81, 139, 139)  # in frame 35 of both demo clips, by tests/golden/scan-2.json


def demo(name: str, index: int) -> NDArray[np.uint8]:
    with open_media(resource("demo", name)) as media:
        return media.frame(index).rgb


@pytest.fixture(scope="module")
def portrait() -> NDArray[np.uint8]:
    return demo("portrait.mp4", 35)


def is_other(rgb: NDArray[np.uint8], before: NDArray[np.uint8]) -> bool:
    return Scene.of(rgb).is_other(Scene.of(before))


def test_a_scene_stays_the_same_in_other_light_and_if_the_camera_moves(
    portrait: NDArray[np.uint8],
) -> None:
    height, width = portrait.shape[:2]
    brighter = np.clip(portrait * 1.2, 0, 255).astype(np.uint8)
    moved = np.roll(portrait, (height // 12, width // 12), (0, 1))
    larger = cv2.resize(portrait, (2 * width, 2 * height))
    for other in (portrait, brighter, moved, np.asarray(larger, np.uint8)):
        assert not is_other(other, portrait)
        assert not is_other(portrait, other)


def test_other_colours_and_another_layout_are_another_scene(portrait: NDArray[np.uint8]) -> None:
    height, width = portrait.shape[:2]
    upside_down = np.ascontiguousarray(portrait[::-1])  # the same colours
    for other in (255 - portrait, upside_down, np.zeros((height, width, 3), np.uint8)):
        assert is_other(other, portrait)
        assert is_other(portrait, other)


def test_flat_pictures_have_no_layout_that_could_differ() -> None:
    grey, lighter, white = (np.full((48, 64, 3), level, np.uint8) for level in (120, 128, 255))
    assert not is_other(grey, lighter)
    assert is_other(grey, white)


@pytest.mark.parametrize(
    ("rgb", "a", "b"),
    # CIE a* and b* of the sRGB primaries (D65) and of grey; OpenCV adds 128 to each.
    [((255, 0, 0), 80.1, 67.2), ((0, 0, 255), 79.2, -107.9), ((128, 128, 128), 0.0, 0.0)],
)
def test_the_skin_is_measured_in_cie_lab(rgb: tuple[int, int, int], a: float, b: float) -> None:
    picture = np.full((60, 60, 3), rgb, np.uint8)
    skin = Appearance.of(picture, Box(10, 10, 40, 40), Scene.of(picture)).skin
    assert skin == pytest.approx([a + 128, b + 128], abs=1)


def seen(rgb: NDArray[np.uint8], box: Box = FACE) -> Appearance:
    return Appearance.of(rgb, box, Scene.of(rgb))


def test_an_exchanged_face_has_other_skin(portrait: NDArray[np.uint8]) -> None:
    # make_demo.py: the altered face is warmer; all else is the same picture.
    altered = seen(demo("portrait-altered.mp4", 35))
    assert altered.has_other_skin(seen(portrait))
    assert seen(portrait).has_other_skin(altered)
    assert not seen(demo("portrait.mp4", 32)).has_other_skin(seen(portrait))


def test_a_tint_of_the_whole_picture_is_no_other_skin() -> None:
    grey = np.full((60, 60, 3), 128, np.uint8)
    red = np.full((60, 60, 3), (190, 100, 100), np.uint8)
    spot = grey.copy()
    spot[10:50, 10:50] = red[10:50, 10:50]
    box = Box(15, 15, 30, 30)
    assert not seen(red, box).has_other_skin(seen(grey, box))
    assert seen(spot, box).has_other_skin(seen(grey, box))


def test_a_face_is_like_itself_in_a_looser_box_and_unlike_something_else(
    portrait: NDArray[np.uint8],
) -> None:
    face = seen(portrait)
    assert face.is_like(face)
    assert seen(portrait, FACE._replace(x=215, w=150, h=150)).is_like(face)
    assert seen(np.clip(portrait * 0.8, 0, 255).astype(np.uint8)).is_like(face)
    assert not seen(portrait, Box(361, 150, 198, 198)).is_like(face)  # the wall beside her
    assert not seen(np.ascontiguousarray(portrait[::-1])).is_like(face)
