"""Statistics of a picture's pixels as a whole: colour, noise and DCT, a short vector each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Vector = NDArray[np.float32]
BLOCK = 8
# The second difference of a YCbCr plane. The squares of its weights add up to 1, so white noise
# keeps its deviation.
_HIGH_PASS = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6


def colour(picture: Picture) -> Vector:
    """Moments and correlations of the colours.

    They are mean, deviation, skewness and excess kurtosis of R, G, B, Y, Cb and Cr, and the
    correlations of R with G, G with B, B with R.

    Args:
        picture: (H, W, 3) uint8 RGB.

    Returns:
        (27,) float32.
    """
    planes = np.concatenate(
        [_flat(picture), _flat(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb), np.uint8))]
    )
    red, green, blue = planes[:3]
    pairs = [_correlation(a, b) for a, b in ((red, green), (green, blue), (blue, red))]
    return np.array([*_moments(planes).ravel(), *pairs], np.float32)


def noise(picture: Picture) -> Vector:
    """Statistics of what no smooth surface explains, of Y, Cb and Cr.

    They are deviation, excess kurtosis, and correlation with the neighbour right and below.

    Args:
        picture: (H, W, 3) uint8 RGB, at least 4x4.

    Returns:
        (15,) float32: for each channel deviation, robust deviation (1.4826 x median absolute
        deviation), kurtosis, two correlations.

    Source of the filter: J. Immerkaer, "Fast Noise Variance Estimation", CVIU 64(2), 1996.
    """
    values: list[float] = []
    for plane in np.moveaxis(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb).astype(np.float32), 2, 0):
        left = np.asarray(
            cv2.filter2D(np.ascontiguousarray(plane), cv2.CV_32F, _HIGH_PASS)[1:-1, 1:-1],
            np.float32,
        )
        robust = 1.4826 * float(np.median(np.abs(left - np.median(left))))
        moments = _moments(left.reshape(1, -1))[0]
        across, down = _correlation(left[:, 1:], left[:, :-1]), _correlation(left[1:], left[:-1])
        values += [float(moments[1]), robust, float(moments[3]), across, down]
    return np.array(values, np.float32)


def dct(picture: Picture) -> Vector:
    """How strong each frequency is in the luma.

    It is the log of the mean absolute coefficient of the 8x8 block transform.

    Args:
        picture: (H, W, 3) uint8 RGB, at least 8x8; pixels right of and below the whole blocks are
            not used.

    Returns:
        (63,) float32, row by row without the mean.

    Source: J. Frank and others, "Leveraging Frequency Analysis for Deep Fake Image Recognition",
    ICML 2020, look at the whole picture's transform; blocks make it independent of the picture's
    size.
    """
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    rows, columns = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK
    blocks = (
        luma[: rows * BLOCK, : columns * BLOCK]
        .reshape(rows, BLOCK, columns, BLOCK)
        .swapaxes(1, 2)
        .reshape(-1, BLOCK, BLOCK)
    )
    basis = _basis()
    strength = np.abs(basis @ blocks @ basis.T).mean(axis=0)
    return np.asarray(np.log(strength.ravel()[1:] + 1e-3), np.float32)


KINDS: Mapping[str, Callable[[Picture], Vector]] = {"colour": colour, "noise": noise, "dct": dct}


def _basis() -> NDArray[np.float32]:
    """(8, 8) rows of the orthonormal DCT-II."""
    k, n = np.mgrid[0:BLOCK, 0:BLOCK]
    rows = np.sqrt(2 / BLOCK) * np.cos(np.pi * (2 * n + 1) * k / (2 * BLOCK))
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, np.float32)


def _flat(picture: Picture) -> NDArray[np.float32]:
    return np.asarray(picture.reshape(-1, 3).T, np.float32)


def _moments(planes: NDArray[np.float32]) -> NDArray[np.float64]:
    """(channels, n) -> (channels, 4): mean, deviation, skewness, excess kurtosis.

    The last two are 0 if nothing varies.
    """
    wide = planes.astype(np.float64)
    mean, deviation = wide.mean(axis=1), wide.std(axis=1)
    scaled = (wide - mean[:, None]) / np.where(deviation > 1e-6, deviation, np.inf)[:, None]
    kurtosis = np.where(deviation > 1e-6, (scaled**4).mean(axis=1) - 3, 0.0)
    return np.stack([mean, deviation, (scaled**3).mean(axis=1), kurtosis], axis=1)


def _correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Pearson's correlation, 0 if one of the two does not vary."""
    a, b = (np.asarray(x, np.float64).ravel() - float(np.mean(x)) for x in (first, second))
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum() / size) if size > 1e-9 else 0.0
