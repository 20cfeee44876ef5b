"""Noise and colour distances: pictures with figures worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from dfgui.core.analysis import pixels
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box

BOX = Box(60, 40, 80, 60)


def _grey(luma: NDArray[Any]) -> NDArray[np.uint8]:
    return np.repeat(np.asarray(luma, np.uint8)[..., None], 3, axis=2)


def _scene(face: int, background: int, height: int = 160, width: int = 200) -> NDArray[np.uint8]:
    """A picture of one grey, with a face box of another grey."""
    rgb = np.full((height, width, 3), background, np.uint8)
    rgb[BOX.y : BOX.y + BOX.h, BOX.x : BOX.x + BOX.w] = face
    return rgb


def test_noise_of_a_single_pixel_by_hand() -> None:
    luma = np.zeros((5, 6))
    luma[2, 3] = 60
    noise = pixels.noise_map(_grey(luma))
    assert noise.dtype == np.float32
    expected = np.zeros((5, 6))
    expected[1:4, 2:5] = [[10, -20, 10], [-20, 40, -20], [10, -20, 10]]  # 60 / 6 x the weights
    np.testing.assert_allclose(noise, expected, atol=1e-4)


def test_noise_is_that_of_luma() -> None:
    rgb = np.zeros((3, 3, 3), np.uint8)
    rgb[1, 1] = (100, 0, 0)
    assert pixels.noise_map(rgb)[1, 1] == pytest.approx(19.9333, abs=1e-3)  # 100 x .299 x 4 / 6


def test_slopes_and_straight_edges_are_no_noise() -> None:
    rows, columns = np.mgrid[0:70, 0:90]
    for smooth in (
        np.full((70, 90), 77),
        columns * 2,
        rows * 3,
        columns + rows,
        np.where(columns < 31, 20, 220),
        np.where(rows < 9, 0, 255),
    ):
        np.testing.assert_allclose(pixels.noise_map(_grey(smooth)), 0, atol=1e-3)


def test_white_noise_keeps_its_strength() -> None:
    luma = np.random.default_rng(1).normal(128, 6, (400, 500))
    noise = pixels.noise_map(_grey(np.rint(luma)))[1:-1, 1:-1]
    # Whole grey levels add 1/12 to the variance: sqrt(36 + 1/12).
    assert noise.std() == pytest.approx(6.007, rel=0.02)
    assert noise.mean() == pytest.approx(0, abs=0.05)


def test_the_border_has_no_figure_and_strips_do_not_show() -> None:
    luma = np.random.default_rng(2).integers(0, 256, (100, 40))
    noise = pixels.noise_map(_grey(luma))
    assert not noise[[0, -1]].any()
    assert not noise[:, [0, -1]].any()
    # Each row worked out by hand, the 32nd and the 64th too.
    difference = luma[:, :-2] - 2 * luma[:, 1:-1] + luma[:, 2:]
    np.testing.assert_allclose(
        noise[1:-1, 1:-1], (difference[:-2] - 2 * difference[1:-1] + difference[2:]) / 6, atol=1e-2
    )


@pytest.mark.parametrize("shape", [(1, 1), (2, 9), (9, 2)])
def test_tiny_pictures_have_no_noise(shape: tuple[int, int]) -> None:
    assert not pixels.noise_map(_grey(np.random.default_rng(3).integers(0, 256, shape))).any()


def test_the_noise_picture_has_a_fixed_scale() -> None:
    noise = np.array([[0, 1, -1, 2.52, 12.75, -13, 200]], np.float32)
    np.testing.assert_array_equal(pixels.noise_picture(noise), [[0, 20, 20, 50, 255, 255, 255]])
    np.testing.assert_array_equal(pixels.noise_picture(noise, scale=1), [[0, 1, 1, 3, 13, 13, 200]])
    for scale in (0, -1, math.nan):
        with pytest.raises(ValueError, match="scale"):
            pixels.noise_picture(noise, scale=scale)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_a_wrong_array_is_refused(bad: Any) -> None:
    with pytest.raises(ValueError, match="rgb"):
        pixels.noise_map(bad)
    with pytest.raises(ValueError, match="rgb"):
        pixels.compare(bad, BOX)


def test_two_greys_by_hand() -> None:
    found = pixels.compare(_scene(100, 130), BOX)
    assert [channel.channel for channel in found.channels] == ["red", "green", "blue", "luma"]
    for channel in found.channels:
        assert channel.wasserstein == pytest.approx(30)
        assert channel.jensen_shannon == 1
        assert channel.face.index(1) == 25  # 100 / 4
        assert channel.background.index(1) == 32  # 130 / 4 = 32.5
    assert (found.face_noise, found.background_noise) == pytest.approx((0, 0), abs=1e-4)
    assert found.noise_ratio is None


def test_only_the_channel_that_differs_counts() -> None:
    rgb = _scene(90, 90)
    rgb[BOX.y : BOX.y + BOX.h, BOX.x : BOX.x + BOX.w, 2] = 140
    red, green, blue, luma = pixels.compare(rgb, BOX).channels
    assert (red.wasserstein, green.wasserstein) == (0, 0)
    assert (red.jensen_shannon, green.jensen_shannon) == (0, 0)
    assert blue.wasserstein == pytest.approx(50)
    assert luma.wasserstein == pytest.approx(6)  # 50 x .114 = 5.7, rounded with 90 to 96


def test_corners_of_the_box_and_its_surroundings_count_as_neither() -> None:
    rgb = _scene(100, 130)
    grown = BOX.expanded(0.25)
    rgb[grown.y : grown.y + grown.h, grown.x : grown.x + grown.w] = 255
    rows, columns = np.mgrid[0:160, 0:200]
    # The ellipse of the box: middle (100, 70), half axes 40 and 30, a pixel's middle half a pixel
    # further.
    inside = ((columns + 0.5 - 100) / 40) ** 2 + ((rows + 0.5 - 70) / 30) ** 2 <= 1
    rgb[inside] = 100
    found = pixels.compare(rgb, BOX, margin=0.25)
    assert found.face_pixels == inside.sum() == pytest.approx(math.pi * 40 * 30, rel=0.01)
    assert found.background_pixels == 160 * 200 - 120 * 90  # 80 + 2 x 20 by 60 + 2 x 15
    assert found.channels[0].face[25] == 1
    assert found.channels[0].background[32] == 1
    assert pixels.compare(rgb, BOX, margin=0).background_pixels == 160 * 200 - 80 * 60


def test_noise_of_face_and_background() -> None:
    generator = np.random.default_rng(5)
    luma = generator.normal(120, 2, (400, 500))
    box = Box(150, 100, 200, 200)
    luma[100:300, 150:350] = generator.normal(120, 5, (200, 200))
    luma[::40] = 255  # lines through a fortieth of the rows: they are not noise
    found = pixels.compare(_grey(np.rint(luma)), box)
    # A line reaches 3 of 40 rows, which lifts the median absolute deviation by about a tenth; the
    # ratio hardly changes.
    assert found.face_noise == pytest.approx(5, rel=0.15)
    assert found.background_noise == pytest.approx(2, rel=0.15)
    assert found.noise_ratio == pytest.approx(2.5, rel=0.07)


def test_one_distribution_has_no_distance_worth_the_name() -> None:
    rgb = np.random.default_rng(6).integers(0, 256, (400, 500, 3)).astype(np.uint8)
    found = pixels.compare(rgb, Box(150, 100, 200, 200))
    for channel in found.channels:
        assert channel.wasserstein < 2
        assert channel.jensen_shannon < 0.05
        assert sum(channel.face) == pytest.approx(1)
        assert sum(channel.background) == pytest.approx(1)
    assert found.noise_ratio == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(10, 10, 20, 20), "The face has 316 pixels"),  # of 400, pi / 4
        (Box(500, 500, 80, 80), "The face has 0 pixels"),
        (Box(-200, 0, 100, 100), "The face has 0 pixels"),
        (Box(0, 0, 0, 0), "The face has 0 pixels"),
        (Box(0, 0, 200, 160), "The background has 0 pixels"),
        (Box(4, 0, 300, 300), "The background has 0 pixels"),
    ],
)
def test_too_few_pixels_are_no_comparison(box: Box, words: str) -> None:
    with pytest.raises(
        AnalysisError,
        match=f"^{words} in this frame and 1000 are needed to compare; choose a frame",
    ):
        pixels.compare(_scene(1, 2), box, margin=0.1)


@pytest.mark.parametrize("margin", [-0.1, math.nan, math.inf])
def test_a_wrong_margin_is_refused(margin: float) -> None:
    with pytest.raises(ValueError, match="margin"):
        pixels.compare(_scene(1, 2), BOX, margin=margin)


def test_distances_by_hand() -> None:
    one, two = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    # Middle (.75, .25): (log2(1 / .75) + .5 log2(.5 / .75) + .5 log2(.5 / .25)) / 2 = .311278, its
    # root .557923.
    assert pixels.jensen_shannon(one, two) == pytest.approx(0.557923, abs=1e-6)
    assert pixels.wasserstein(one, two) == pytest.approx(0.5)
    assert pixels.jensen_shannon(one, one[::-1]) == 1
    assert pixels.wasserstein(np.eye(9)[1], np.eye(9)[7]) == pytest.approx(6)


HISTOGRAMS = (
    arrays(np.int64, 16, elements=st.integers(0, 50))
    .filter(np.any)
    .map(lambda counts: counts / counts.sum())
)


@given(first=HISTOGRAMS, second=HISTOGRAMS, third=HISTOGRAMS)
def test_distances_are_metrics(first: Any, second: Any, third: Any) -> None:
    for distance, largest in ((pixels.wasserstein, 15), (pixels.jensen_shannon, 1)):
        assert distance(first, first) == pytest.approx(0, abs=1e-7)
        assert 0 <= distance(first, second) <= largest + 1e-9
        assert distance(first, second) == pytest.approx(distance(second, first))
        assert distance(first, third) <= distance(first, second) + distance(second, third) + 1e-7


@settings(max_examples=40)
@given(
    seed=st.integers(0, 99),
    box=st.builds(
        Box, st.integers(-80, 150), st.integers(-80, 150), st.integers(0, 200), st.integers(0, 200)
    ),
    margin=st.floats(0, 2),
)
def test_any_box_is_compared_or_refused(seed: int, box: Box, margin: float) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (90, 120, 3)).astype(np.uint8)
    try:
        found = pixels.compare(rgb, box, margin=margin)
    except AnalysisError:
        return
    assert found.face_pixels >= 1000
    assert found.background_pixels >= 1000
    assert found.face_pixels + found.background_pixels <= 90 * 120
    # The ranges of the fields are checked on arrival.
    assert (
        msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=pixels.PixelComparison) == found
    )
