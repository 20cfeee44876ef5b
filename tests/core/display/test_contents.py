"""The pictures of the views: known pixels in, known colours and values out."""

from __future__ import annotations

from typing import get_args

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.analysis.error_levels import error_level_map
from dfgui.core.display.contents import CONTENTS, Content, colours, view_picture
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings, ViewSettings
from dfgui.core.media.turns import Turn

BOX, SQUARE = Box(8, 8, 8, 16), Box(4, 8, 16, 16)


@pytest.fixture
def rgb() -> NDArray[np.uint8]:
    """(32, 40, 3): red 200, green 100, blue 40 with one bright pixel at row 3, column 5."""
    picture = np.tile(np.array([200, 100, 40], np.uint8), (32, 40, 1))
    picture[3, 5] = 255
    return picture


def test_the_original_is_the_frame_in_the_screen_s_order(rgb: NDArray[np.uint8]) -> None:
    picture, values = view_picture(rgb, ViewSettings())
    assert picture.shape == (32, 40, 4)
    assert picture.dtype == np.uint8
    assert values is None
    assert picture[0, 0].tolist() == [40, 100, 200, 255]
    assert picture[3, 5].tolist() == [255] * 4


def test_the_cut_keeps_its_brightness_and_the_rest_has_a_quarter(rgb: NDArray[np.uint8]) -> None:
    picture, values = view_picture(rgb, ViewSettings("face_crop", box=BOX, square=SQUARE))
    bright = np.zeros((32, 40), bool)
    bright[8:24, 4:20] = True
    assert values is None
    assert (picture[bright] == [40, 100, 200, 255]).all()
    assert (picture[~bright][1:, :3] <= [64, 64, 64]).all()
    assert picture[31, 39].tolist() == [10, 25, 50, 255]


def test_a_cut_beyond_the_border_dims_all(rgb: NDArray[np.uint8]) -> None:
    picture, _ = view_picture(rgb, ViewSettings("face_crop", box=BOX, square=Box(100, 100, 5, 5)))
    assert picture[..., 2].max() == 64  # 255 / 4, to the nearest level


def test_the_face_alone_stands_on_black(rgb: NDArray[np.uint8]) -> None:
    picture, _ = view_picture(rgb, ViewSettings("face_only", box=BOX, square=SQUARE, margin=0.5))
    kept = np.zeros((32, 40), bool)
    kept[0:32, 4:20] = True  # 8 - 4 to 16 + 4 across; 8 - 8 to 24 + 8 down
    kept[3, 5] = False
    assert (picture[kept] == [40, 100, 200, 255]).all()
    assert (picture[:, 20:] == [0, 0, 0, 255]).all()


def test_every_name_has_an_entry_and_every_entry_asks_for_settings_that_exist() -> None:
    assert tuple(CONTENTS) == get_args(Content)
    asked = {name for content in CONTENTS.values() for name in content.settings}
    assert asked < {field.name for field in msgspec.structs.fields(ViewSettings)}


def test_an_unknown_content_is_refused(rgb: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="received colour"):
        view_picture(rgb, ViewSettings("colour"))


@pytest.mark.parametrize("content", ["face_crop", "face_only"])
def test_without_a_face_there_is_a_sentence(content: Content, rgb: NDArray[np.uint8]) -> None:
    with pytest.raises(AnalysisError, match="No face is chosen"):
        view_picture(rgb, ViewSettings(content, box=BOX))


def test_error_levels_carry_their_values_and_the_colour_of_level_times_scale() -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (32, 40, 3), np.uint8)
    picture, values = view_picture(
        rgb, ViewSettings("error_levels", ela=ElaSettings(70, 5.0), ela_channel="red")
    )
    levels = error_level_map(rgb, quality=70, channel="red")
    assert values is not None
    assert (values == levels).all()
    brightness = np.clip(np.rint(levels * 5), 0, 255).astype(np.uint8)
    assert (picture[..., 2::-1] == colours()[brightness]).all()
    assert len(np.unique(brightness)) > 50


def test_noise_of_one_pixel_by_hand() -> None:
    rgb = np.full((32, 40, 3), 90, np.uint8)
    rgb[10, 10] = (
        93  # 3 above: 3 x 4 / 6 in its place, -3 x 2 / 6 next to it, 3 x 1 / 6 at the corners
    )
    picture, values = view_picture(rgb, ViewSettings("noise", noise_scale=16.0))
    assert values is not None
    assert values[9:12, 9:12] == pytest.approx(
        np.array([[0.5, -1, 0.5], [-1, 2, -1], [0.5, -1, 0.5]]), abs=1e-3
    )
    assert (picture[20, 20, 2::-1] == colours()[0]).all()
    assert (picture[10, 10, 2::-1] == colours()[32]).all()


def test_the_colours_rise_from_black() -> None:
    brightness = colours().astype(int) @ [299, 587, 114]
    assert brightness[0] < 5000
    assert (np.diff(brightness) >= 0).mean() > 0.95


def test_error_levels_are_made_before_the_turn(rgb: NDArray[np.uint8]) -> None:
    noisy = np.random.default_rng(2).integers(0, 256, rgb.shape, np.uint8)
    turn = Turn.of(90, mirrored=False)
    stored, levels = view_picture(noisy, ViewSettings("error_levels"))
    picture, turned = view_picture(turn.apply(noisy), ViewSettings("error_levels"), turn)
    assert levels is not None
    assert turned is not None
    assert np.array_equal(turned, np.rot90(levels, -1))
    assert np.array_equal(picture, np.rot90(stored, -1))
