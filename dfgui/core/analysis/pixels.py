"""Distributions of pixels: colours and noise of a face against its background.

The luminance noise of a whole picture is computed here too.

The window imports the result types from here, so OpenCV is imported only where something is
computed.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from dfgui.core.sentences import Sentence
from dfgui.core.values import Count, Share

BINS = 64
FEW_IN_FACE = Sentence(
    "The face has {pixels} pixels in this frame and {needed} are needed to compare; choose a frame"
    " that shows it larger."
)
FEW_AROUND = Sentence(
    "The background has {pixels} pixels in this frame and {needed} are needed to compare; choose a"
    " frame that shows more around the face."
)
FEWEST_PIXELS = 1000
"""Fewest pixels of the face and of the background.

1000 pixels of a flat distribution already have a Jensen-Shannon distance of .11 from it in 64 bins,
and of .15 from 1000 others; with fewer, the distance mostly measures how few there are.
"""

Levels = Annotated[float, msgspec.Meta(ge=0, le=255)]
Noise = Annotated[float, msgspec.Meta(ge=0, le=1024)]
Ratio = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
Histogram = Annotated[tuple[Share, ...], msgspec.Meta(min_length=BINS, max_length=BINS)]
ChannelName = Literal["red", "green", "blue", "luma"]
CHANNELS: tuple[ChannelName, ...] = ("red", "green", "blue", "luma")

_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
"""ITU-R BT.601, the weights JPEG uses (JFIF 1.02)."""
_SECOND_DIFFERENCE = np.array([1, -2, 1], np.float32)
# One grey level of one channel adds at least .019 to a pixel; anything below is rounding.
_NO_NOISE = 0.01
# In one pass, the picture's float copy would not fit in the processor's cache.
_STRIP_ROWS = 32


class ChannelComparison(msgspec.Struct, frozen=True):
    """One channel of the face against the same channel of the background.

    Attributes:
        channel: which; "luma" is BT.601, rounded to whole grey levels.
        face: shares of the face's pixels in 64 bins of 4 grey levels, from 0-3 to 252-255; they add
            up to 1.
        background: the same of the background.
        wasserstein: the distance to show: how many grey levels the pixels of one have to move, on
            average, to become the other, from all 256 levels, 0-255.
        jensen_shannon: square root of the Jensen-Shannon divergence in bits of the two histograms:
            0 equal, 1 without overlap.
    """

    channel: ChannelName
    face: Histogram
    background: Histogram
    wasserstein: Levels
    jensen_shannon: Share


class PixelComparison(msgspec.Struct, frozen=True):
    """A face against its background; see `compare` for what this can say.

    Attributes:
        channels: red, green, blue, luma.
        face_noise: robust standard deviation of the luminance noise in the face, grey levels.
        background_noise: the same of the background.
        noise_ratio: face over background; None if the background has no noise at all.
        face_pixels: how many pixels the face has.
        background_pixels: how many the background has.
    """

    channels: tuple[ChannelComparison, ChannelComparison, ChannelComparison, ChannelComparison]
    face_noise: Noise
    background_noise: Noise
    noise_ratio: Ratio | None
    face_pixels: Count
    background_pixels: Count


def noise_map(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The luminance noise of each pixel: what a smooth surface does not explain.

    The BT.601 luma is filtered with the difference of two Laplacians, 1/6 x [[1, -2, 1], [-2, 4,
    -2], [1, -2, 1]]. Flat areas, slopes and straight horizontal or vertical edges give 0. White
    noise keeps its standard deviation, since the squared weights add up to 1; fine texture passes
    too, and compression removes both.

    Args:
        rgb: (H, W, 3) uint8 sRGB, 0-255.

    Returns:
        (H, W) float32, signed, grey levels, within -340 to 340. The outermost rows and columns lack
        neighbours and are 0.

    Raises:
        ValueError: not such an array.

    Source: J. Immerkaer, "Fast Noise Variance Estimation", Computer Vision and Image Understanding
    64(2), 1996.
    """
    return _noise(_luma(rgb))


def noise_picture(noise: NDArray[np.float32], *, scale: float = 20.0) -> NDArray[np.uint8]:
    """The strength of the noise as an 8-bit picture at a fixed scale.

    The fixed scale lets two frames be compared by eye.

    Args:
        noise: (H, W) float32, grey levels, signed.
        scale: brightness per grey level of noise, > 0; 20 shows 12.75 or more, of either sign, as
            white.

    Returns:
        (H, W) uint8: abs(noise) x scale, rounded, clipped to 0-255.

    Raises:
        ValueError: the scale is not positive.
    """
    if not scale > 0:
        raise ValueError(f"scale: expected > 0, received {scale}")
    import cv2

    return np.asarray(cv2.convertScaleAbs(noise, alpha=scale), np.uint8)


def compare(rgb: NDArray[np.uint8], box: Box, *, margin: float = 0.25) -> PixelComparison:
    """Compare the pixels of a face with those of its background.

    The face is the ellipse inscribed in the box: its corners show hair and background. The
    background is everything outside the box with the margin; what lies between counts as neither.
    Other faces of the frame are part of the background.

    What it can say: whether, between frames of one video with the same face and the same scene, the
    face moves away from its background or towards it, and in which channel. What it cannot say:
    whether the face was replaced. Skin never has the colours or the texture of a wall, so that
    every face, real or not, differs from its background; no threshold separates the two, and
    figures of different videos, scenes or boxes must not be compared. A noise ratio far from 1 has
    common harmless reasons too: depth of focus, make-up, smoothing by the camera, and compression
    that treats skin and background differently.

    Args:
        rgb: (H, W, 3) uint8 sRGB, 0-255, upright.
        box: the face, pixels of the frame; it may reach over the border.
        margin: share of the box's width and height added on every side before the background
            begins, >= 0.

    Returns:
        Histograms and distances of red, green, blue and luma, noise levels (1.4826 x median
        absolute deviation of `noise_map`), their ratio and the numbers of pixels.

    Raises:
        ValueError: the array or the margin is out of range.
        AnalysisError: the face or the background has too few pixels.

    Sources: the comparison, the paper's section 7; J. Lin, "Divergence measures based on the
    Shannon entropy", IEEE TIT 37(1), 1991, and D. Endres and J. Schindelin, IEEE TIT 49(7), 2003
    (its root is a metric); P. Rousseeuw and C. Croux, JASA 88, 1993 (the deviation).
    """
    if not 0 <= margin < math.inf:
        raise ValueError(f"margin: expected >= 0, received {margin}")
    luma = _luma(rgb)
    face, background = _face_mask(rgb.shape[:2], box), _background_mask(rgb.shape[:2], box, margin)
    face_pixels, background_pixels = (int(np.count_nonzero(mask)) for mask in (face, background))
    _check_count(face_pixels, FEW_IN_FACE)
    _check_count(background_pixels, FEW_AROUND)
    planes = (*(rgb[..., channel] for channel in range(3)), np.rint(luma).astype(np.uint8))
    red, green, blue, grey = (
        _channel(name, plane[face], plane[background])
        for name, plane in zip(CHANNELS, planes, strict=True)
    )
    noise = _noise(luma)
    # The outermost pixels have no noise figure.
    inner = np.s_[1:-1, 1:-1]
    face_noise, background_noise = (
        _deviation(noise[inner][mask[inner]]) for mask in (face, background)
    )
    ratio = face_noise / background_noise if background_noise > _NO_NOISE else None
    return PixelComparison(
        (red, green, blue, grey),
        face_noise,
        background_noise,
        ratio,
        face_pixels,
        background_pixels,
    )


def wasserstein(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """First Wasserstein distance, in bins, of two histograms that each add up to 1.

    It is the area between their cumulative sums.
    """
    return float(np.abs(np.cumsum(first - second)).sum())


def jensen_shannon(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Jensen-Shannon distance, base 2, of two histograms that each add up to 1.

    It is 0 for equal ones and 1 without overlap.
    """
    middle = (first + second) / 2
    divergence = (
        sum(
            float((part[part > 0] * np.log2(part[part > 0] / middle[part > 0])).sum())
            for part in (first, second)
        )
        / 2
    )
    # Rounding can leave the range by 1e-16.
    return math.sqrt(min(max(divergence, 0.0), 1.0))


def _luma(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or 0 in rgb.shape:
        raise ValueError(f"rgb: expected (H, W, 3) uint8, received {rgb.shape} {rgb.dtype}")
    import cv2

    luma = np.empty(rgb.shape[:2], np.float32)
    for top in range(0, len(rgb), _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        # In float: rounding luma to whole levels would add .29 levels of noise, as much as
        # compressed video has.
        luma[rows] = cv2.transform(rgb[rows].astype(np.float32), _LUMA)
    return luma


def _noise(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    if min(luma.shape) < 3:
        return np.zeros_like(luma)
    import cv2

    noise = np.asarray(
        cv2.sepFilter2D(luma, cv2.CV_32F, _SECOND_DIFFERENCE / 6, _SECOND_DIFFERENCE), np.float32
    )
    noise[[0, -1], :] = 0
    noise[:, [0, -1]] = 0
    return noise


def _face_mask(shape: tuple[int, ...], box: Box) -> NDArray[np.bool_]:
    """(H, W) bool: pixels whose middle lies in the ellipse that the box encloses."""
    mask = np.zeros(shape, bool)
    inside = box.clipped(shape[1], shape[0])
    if inside.w > 0 and inside.h > 0:
        (middle_x, middle_y), rows, columns = (
            box.centre,
            np.arange(inside.y, inside.y + inside.h),
            np.arange(inside.x, inside.x + inside.w),
        )
        down, across = (
            (rows + 0.5 - middle_y) / (box.h / 2),
            (columns + 0.5 - middle_x) / (box.w / 2),
        )
        mask[inside.y : inside.y + inside.h, inside.x : inside.x + inside.w] = (
            down[:, None] ** 2 + across**2 <= 1
        )
    return mask


def _background_mask(shape: tuple[int, ...], box: Box, margin: float) -> NDArray[np.bool_]:
    mask = np.ones(shape, bool)
    left_out = box.expanded(margin).clipped(shape[1], shape[0])
    mask[left_out.y : left_out.y + left_out.h, left_out.x : left_out.x + left_out.w] = False
    return mask


def _check_count(pixels: int, too_few: Sentence) -> None:
    if pixels < FEWEST_PIXELS:
        raise AnalysisError(too_few, pixels=pixels, needed=FEWEST_PIXELS)


def _channel(
    name: ChannelName, face: NDArray[np.uint8], background: NDArray[np.uint8]
) -> ChannelComparison:
    first, second = (
        np.bincount(values, minlength=256) / len(values) for values in (face, background)
    )
    coarse, other = (shares.reshape(BINS, -1).sum(axis=1) for shares in (first, second))
    return ChannelComparison(
        name,
        _shares(coarse),
        _shares(other),
        min(wasserstein(first, second), 255.0),
        jensen_shannon(coarse, other),
    )


def _shares(values: NDArray[np.float64]) -> tuple[float, ...]:
    """The values as floats of at most 1, which rounding can leave by 1e-16."""
    return tuple(np.minimum(values, 1.0).tolist())


def _deviation(values: NDArray[np.float32]) -> float:
    """Robust standard deviation of normal noise.

    Edges and texture in less than half of the pixels hardly count.
    """
    if not values.size:
        return 0.0
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))
