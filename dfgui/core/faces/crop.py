"""The one way to cut a face box into the network's input, and the paper's non-facial cropping.

The application and the training use this and nothing else.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.geometry import Box


def whole(rgb: NDArray[np.uint8]) -> Box:
    """The box of the whole picture, for a ready face crop (`--faces whole`)."""
    return Box(0, 0, rgb.shape[1], rgb.shape[0])


def take(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Copy a box out of a frame; outside the frame, its border pixels are repeated.

    Args:
        rgb: (H, W, C) uint8.
        box: at least 1x1; may reach over the border, but must touch the frame.

    Returns:
        (box.h, box.w, C) uint8.

    Raises:
        ValueError: the box is empty or lies completely outside the frame.
    """
    height, width = rgb.shape[:2]
    inside = box.clipped(width, height)
    if inside.w < 1 or inside.h < 1:
        raise ValueError(
            f"box: expected one that touches the {width}x{height} frame, received {tuple(box)}"
        )
    part = rgb[inside.y : inside.y + inside.h, inside.x : inside.x + inside.w]
    left, top = inside.x - box.x, inside.y - box.y
    right, bottom = box.w - inside.w - left, box.h - inside.h - top
    if not (left or top or right or bottom):
        return part.copy()
    return np.asarray(
        cv2.copyMakeBorder(part, top, bottom, left, right, cv2.BORDER_REPLICATE), dtype=np.uint8
    )


def resize(rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resample to `size` (height, width).

    Shrinking averages areas (no aliasing), enlarging is bilinear.
    """
    height, width = size
    if rgb.shape[:2] == size:
        return rgb
    shrinks = rgb.shape[0] * rgb.shape[1] > height * width
    return np.asarray(
        cv2.resize(
            rgb, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        ),
        dtype=np.uint8,
    )


def cut(rgb: NDArray[np.uint8], box: Box, *, size: int, factor: float = 1.0) -> NDArray[np.uint8]:
    """Cut a face out of a frame for the network.

    The box becomes the square around its centre with `factor` times its longer side: the card's
    crop rule. A Haar box holds more than the face crops that the network was trained on, so its
    factor is below 1.

    Args:
        rgb: (H, W, 3) uint8 sRGB, upright.
        box: the face in pixels of the frame.
        size: side of the network's input in pixels.
        factor: side of the cut over the longer side of the box, above 0.

    Returns:
        (size, size, 3) uint8.

    Raises:
        ValueError: the box lies outside the frame.
    """
    return resize(take(rgb, box.scaled(factor)), (size, size))


def cut_to_face(rgb: NDArray[np.uint8], box: Box, *, margin: float = 0.0) -> NDArray[np.uint8]:
    """The paper's non-facial cropping: the face alone.

    Args:
        rgb: (H, W, 3) uint8.
        box: the face.
        margin: share of the box added on every side, at least 0.

    Returns:
        (h, w, 3) uint8, the part of the enlarged box that lies in the frame.
    """
    return take(rgb, box.expanded(margin).clipped(rgb.shape[1], rgb.shape[0]))


def black_out_background(
    rgb: NDArray[np.uint8], box: Box, *, margin: float = 0.0
) -> NDArray[np.uint8]:
    """The paper's non-facial cropping in frame coordinates: all but the face is black.

    Same arguments as `cut_to_face`; returns (H, W, 3) uint8.
    """
    kept = box.expanded(margin).clipped(rgb.shape[1], rgb.shape[0])
    picture = np.zeros_like(rgb)
    area = np.s_[kept.y : kept.y + kept.h, kept.x : kept.x + kept.w]
    picture[area] = rgb[area]
    return picture
