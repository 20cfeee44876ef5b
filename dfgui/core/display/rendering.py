"""Pictures of maps for files: fixed colours, a scale bar with numbers, colour-blind safe."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

# Diverging: blue (hiding raises the score), white (no effect), orange (hiding lowers it: the region
# speaks for "fake"). After the PuOr and RdBu schemes of C. Brewer, which stay apart for all common
# colour vision deficiencies.
BLUE, WHITE, ORANGE = (33, 102, 172), (247, 247, 247), (200, 80, 0)
SIDE = 480  # px of the picture
SMALLEST_RANGE = 0.05  # of a drop: below it a map is noise, and its colours stay pale


def diverging(values: NDArray[np.float32], limit: float) -> Picture:
    """Colours for -limit (blue) through 0 (white) to limit (orange).

    Returns (..., 3) uint8; NaN is mid-grey.
    """
    place = np.clip(np.nan_to_num(values) / limit, -1, 1)[..., None].astype(np.float64)
    ends = np.where(place >= 0, np.array(ORANGE), np.array(BLUE))
    colours = np.array(WHITE) + np.abs(place) * (ends - np.array(WHITE))
    colours[np.isnan(values)] = 128
    return np.asarray(np.rint(colours), dtype=np.uint8)


def drop_limit(values: NDArray[np.float32]) -> float:
    """The ends of the colour scale for a drop map: its largest size, at least .05."""
    return max(SMALLEST_RANGE, float(np.nanmax(np.abs(values), initial=0.0)))


def heat_map(
    crop: Picture, values: NDArray[np.float32], *, printed: bool, opacity: float = 0.6
) -> Picture:
    """The face crop with an occlusion map over it and a scale bar next to it.

    Args:
        crop: (S, S, 3) uint8, the network's input.
        values: (S, S) float32: drops in score (-1 to 1), or 255 x score if `printed`.
        printed: draw as the paper does, grey values from 0 to 255.
        opacity: of the map, 0-1.

    Returns:
        (480, 580, 3) uint8 RGB.
    """
    limit = drop_limit(values)
    coloured = (
        np.repeat(np.nan_to_num(values).astype(np.uint8)[..., None], 3, axis=2)
        if printed
        else diverging(values, limit)
    )
    large, under = (
        cv2.resize(layer, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
        for layer in (coloured, crop)
    )
    blended = cv2.addWeighted(large, opacity, under, 1 - opacity, 0)
    ramp = np.linspace(1, 0, SIDE - 40, dtype=np.float32)[:, None].repeat(20, axis=1)
    bar = (
        np.repeat((ramp * 255).astype(np.uint8)[..., None], 3, axis=2)
        if printed
        else diverging((ramp * 2 - 1) * limit, limit)
    )
    labels = ("255", "128", "0") if printed else (f"{limit:+.2f}", "0", f"{-limit:+.2f}")
    return _beside(np.asarray(blended, dtype=np.uint8), bar, labels)


def _beside(picture: Picture, bar: Picture, labels: tuple[str, str, str]) -> Picture:
    # Only files need Pillow: importing it here lets the window, which uses these colours, start
    # sooner.
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (SIDE + 100, SIDE), (255, 255, 255))
    sheet.paste(Image.fromarray(picture), (0, 0))
    sheet.paste(Image.fromarray(bar), (SIDE + 12, 20))
    draw = ImageDraw.Draw(sheet)
    for share, label in zip((0.0, 0.5, 1.0), labels, strict=True):
        draw.text(
            (SIDE + 40, 20 + share * bar.shape[0]), label, fill=(0, 0, 0), anchor="lm", font_size=16
        )
    return np.asarray(sheet, dtype=np.uint8)
