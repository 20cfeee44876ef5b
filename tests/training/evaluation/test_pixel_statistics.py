"""Colour, noise and DCT statistics against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.pixel_statistics import KINDS, colour, dct, noise


def _grey(plane: np.ndarray) -> np.ndarray:
    return np.repeat(np.asarray(plane, np.uint8)[:, :, None], 3, axis=2)


def test_a_flat_picture_has_a_mean_and_nothing_else() -> None:
    flat = np.full((16, 16, 3), (10, 20, 30), np.uint8)
    found = colour(flat).reshape(-1)
    assert found.shape == (27,)
    # BT.601: Y = .299 x 10 + .587 x 20 + .114 x 30 = 18.15, Cr = 128 + .713 (10 - 18.15) = 122.2,
    # Cb = 128 + .564 (30 - 18.15) = 134.7
    np.testing.assert_allclose(found[:24:4], [10, 20, 30, 18, 122, 135], atol=0.51)
    np.testing.assert_array_equal(np.delete(found, np.arange(0, 24, 4)), 0)
    np.testing.assert_array_equal(noise(flat), 0)
    np.testing.assert_allclose(dct(flat), np.log(1e-3), atol=0.1)


def test_moments_of_two_values() -> None:
    """A quarter 100, the rest 0: mean 25, deviation 43.3.

    Skewness (1 - 2 p) / sqrt(p q) = 1.1547, kurtosis (1 - 6 p q) / (p q) = -2/3.
    """
    plane = np.zeros((8, 8))
    plane[:, 6:] = 100
    np.testing.assert_allclose(colour(_grey(plane))[:4], [25, 43.301, 1.1547, -2 / 3], atol=1e-3)
    # grey: the channels are one
    np.testing.assert_allclose(colour(_grey(plane))[24:], [1, 1, 1], atol=1e-6)


def test_channels_that_go_against_each_other_are_anticorrelated() -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, ::2, 0] = 50
    picture[:, 1::2, 1] = 50
    assert colour(picture)[24] == pytest.approx(-1)


def test_white_noise_keeps_its_deviation_and_stripes_are_not_noise() -> None:
    rng = np.random.default_rng(0)
    found = noise(_grey(np.rint(rng.normal(128, 5, (256, 256)))))
    assert found[:2] == pytest.approx([5, 5], rel=0.05)  # grey noise: all of it in Y
    # Weights [1, -2, 1] across times the same down: neighbours share -4/6 of their variance,
    # as (-2 x 1 x 2) / (1 + 4 + 1) says.
    assert found[3:5] == pytest.approx([-2 / 3, -2 / 3], abs=0.02)
    np.testing.assert_allclose(found[5:], 0, atol=0.3)
    stripes = np.zeros((32, 32))
    stripes[::2] = 200  # straight lines across give 0
    np.testing.assert_allclose(noise(_grey(stripes))[:2], 0, atol=1e-3)


def test_one_wave_has_one_frequency() -> None:
    """40 cos(pi (2 n + 1) 3 / 16) down the columns.

    Coefficient (3, 0) is 40 sqrt(8 / 2) sqrt(8) = 226.3 in every block.
    """
    wave = 40 * np.cos(np.pi * (2 * np.arange(32) + 1) * 3 / 16)
    found = dct(_grey(np.rint(128 + np.repeat(wave[:, None], 24, axis=1))))
    assert found.shape == (63,)
    assert int(found.argmax()) == 3 * 8 - 1
    assert np.exp(found.max()) == pytest.approx(226.3, rel=0.01)


def test_all_of_a_picture_that_is_no_multiple_of_eight_is_finite() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (37, 51, 3), dtype=np.uint8)
    assert all(np.isfinite(kind(picture)).all() for kind in KINDS.values())
