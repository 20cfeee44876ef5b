"""What a view of the window shows of a frame: the painted picture and the values behind it."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.error_levels import error_level_map, error_level_picture
from dfgui.core.analysis.pixels import noise_map, noise_picture
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import black_out_background, take
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings

# Share of the brightness left around the cut, to show where in the frame the face is.
DIMMED = 0.25
COLOUR_MAP = cv2.COLORMAP_INFERNO  # dark to bright for every eye; Smith and van der Walt, 2015


@cache
def colours() -> NDArray[np.uint8]:
    """(256, 3) uint8 RGB: the colours of error levels and noise, dark to bright."""
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    return np.asarray(
        cv2.cvtColor(cv2.applyColorMap(ramp, COLOUR_MAP), cv2.COLOR_BGR2RGB), np.uint8
    )[:, 0]


def view_picture(
    rgb: NDArray[np.uint8], settings: ViewSettings
) -> tuple[NDArray[np.uint8], NDArray[np.float32] | None]:
    """Make what a view shows.

    Args:
        rgb: (H, W, 3) uint8, the frame.
        settings: what to show.

    Returns:
        (H, W, 4) uint8 blue, green, red, 255, and for error levels and noise the values behind the
        colours, (H, W) float32 grey levels.

    Raises:
        AnalysisError: the content needs a face and there is none, or the picture is too large for
            error levels.
    """
    if settings.content == "error_levels":
        levels = error_level_map(rgb, quality=settings.ela.quality, channel=settings.ela_channel)
        return _coloured(error_level_picture(levels, scale=settings.ela.scale)), levels
    if settings.content == "noise":
        noise = noise_map(rgb)
        return _coloured(noise_picture(noise, scale=settings.noise_scale)), noise
    if settings.content == "original":
        return _painted(rgb), None
    if settings.box is None or settings.square is None:
        raise AnalysisError(
            "No face is chosen in this frame; choose one, or draw a box by hand (D)."
        )
    if settings.content == "face_only":
        return _painted(black_out_background(rgb, settings.box, margin=settings.margin)), None
    return _painted(_spotlight(rgb, settings.square)), None


def _spotlight(rgb: NDArray[np.uint8], square: Box) -> NDArray[np.uint8]:
    inside = square.clipped(rgb.shape[1], rgb.shape[0])
    dimmed = np.asarray(cv2.convertScaleAbs(rgb, alpha=DIMMED), np.uint8)
    if inside.area:
        dimmed[inside.y : inside.y + inside.h, inside.x : inside.x + inside.w] = take(rgb, inside)
    return dimmed


def _painted(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGRA), np.uint8)


def _coloured(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(
        cv2.cvtColor(cv2.applyColorMap(grey, COLOUR_MAP), cv2.COLOR_BGR2BGRA), np.uint8
    )
