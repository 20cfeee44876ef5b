"""Colours of maps: a value has the same colour in every picture, and the bar shows which."""

from __future__ import annotations

import numpy as np
import pytest

from dfgui.core.display.rendering import BLUE, ORANGE, WHITE, diverging, drop_limit, heat_map


def test_the_ends_and_the_middle() -> None:
    values = np.array([-0.5, 0.0, 0.5, 2.0, -2.0, np.nan], np.float32)
    assert diverging(values, 0.5).tolist() == [
        list(BLUE),
        list(WHITE),
        list(ORANGE),
        list(ORANGE),
        list(BLUE),
        [128] * 3,
    ]
    # Half-way between white (247, 247, 247) and orange (200, 80, 0); .5 rounds to even.
    assert diverging(np.array([0.25], np.float32), 0.5).tolist() == [[224, 164, 124]]


@pytest.mark.parametrize(
    ("values", "limit"),
    [([0.0], 0.05), ([0.01, -0.02], 0.05), ([0.2, -0.4], 0.4), ([np.nan], 0.05), ([], 0.05)],
)
def test_the_scale_follows_the_map_but_not_into_the_noise(
    values: list[float], limit: float
) -> None:
    assert drop_limit(np.array(values, np.float32)) == pytest.approx(limit)


def test_a_drop_map_over_the_face() -> None:
    crop = np.full((8, 8, 3), 100, np.uint8)
    values = np.zeros((8, 8), np.float32)
    values[:, 4:] = 0.4
    sheet = heat_map(crop, values, printed=False, opacity=1.0)
    assert (sheet.shape, sheet.dtype) == ((480, 580, 3), np.uint8)
    assert (sheet[:, :240] == WHITE).all()
    assert (sheet[:, 240:480] == ORANGE).all()
    # The bar: orange above, white in the middle, blue below; letters next to it.
    assert sheet[20, 500].tolist() == list(ORANGE)
    assert sheet[459, 500].tolist() == list(BLUE)
    assert np.abs(sheet[240, 500].astype(int) - WHITE).max() <= 1
    assert (sheet[:, 515:] < 128).any()


def test_opacity_mixes_with_the_face() -> None:
    crop = np.full((8, 8, 3), 100, np.uint8)
    sheet = heat_map(crop, np.full((8, 8), 0.5, np.float32), printed=False, opacity=0.5)
    assert sheet[0, 0].tolist() == [150, 90, 50]  # the means of (200, 80, 0) and 100


def test_the_printed_map_is_grey_by_255_times_the_score() -> None:
    values = np.array([[0, 255], [128, 51]], np.float32)
    sheet = heat_map(np.zeros((2, 2, 3), np.uint8), values, printed=True, opacity=1.0)
    assert [sheet[y, x].tolist() for y, x in ((0, 0), (0, 479), (479, 0), (479, 479))] == [
        [0] * 3,
        [255] * 3,
        [128] * 3,
        [51] * 3,
    ]
    assert (sheet[20, 500].tolist(), sheet[459, 500].tolist()) == ([255] * 3, [0] * 3)


def test_gaps_are_grey_and_no_error() -> None:
    values = np.full((4, 4), np.nan, np.float32)
    assert (
        heat_map(np.zeros((4, 4, 3), np.uint8), values, printed=False, opacity=1.0)[0, 0].tolist()
        == [128] * 3
    )
    heat_map(np.zeros((4, 4, 3), np.uint8), values, printed=True)
