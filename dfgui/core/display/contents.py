"""What a view of the window can show of a frame, one entry each, and how it is painted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.error_levels import error_level_map, error_level_picture
from dfgui.core.analysis.pixels import noise_map, noise_picture
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import black_out_background, take
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings
from dfgui.core.media.turns import UPRIGHT, Turn
from dfgui.core.sentences import Sentence

# Share of the brightness left around the cut, to show where in the frame the face is.
DIMMED = 0.25
COLOUR_MAP = cv2.COLORMAP_INFERNO  # dark to bright for every eye; Smith and van der Walt, 2015


Content = Literal["original", "error_levels", "face_crop", "face_only", "noise"]
Painted = tuple[NDArray[np.uint8], NDArray[np.float32] | None]
"""(H, W, 4) uint8 blue, green, red, 255, and the values behind the colours if there are any."""
Paint = Callable[[NDArray[np.uint8], ViewSettings], Painted]


@dataclass(frozen=True)
class ViewContent:
    """What a view can show.

    Attributes:
        name: in the heading of the view.
        paint: makes it of a frame, (H, W, 3) uint8 RGB.
        settings: the fields of `ViewSettings` that it needs, each with the program's setting.
        of_face: whether it needs a face; then the heat map lies on it.
        has_boxes: whether the boxes of the faces are drawn on it.
        scale: the program's setting with the brightness per grey level; empty if it shows itself.
        as_stored: it depends on the grid of blocks on which the picture was coded, so it is made
            before the picture is turned.
    """

    name: Sentence
    paint: Paint
    settings: Mapping[str, str] = field(default_factory=dict)
    of_face: bool = False
    has_boxes: bool = False
    scale: str = ""
    as_stored: bool = False


def view_picture(rgb: NDArray[np.uint8], settings: ViewSettings, turn: Turn = UPRIGHT) -> Painted:
    """Make what a view shows.

    Args:
        rgb: (H, W, 3) uint8, the frame.
        settings: what to show.
        turn: from the frame as it is stored to `rgb`.

    Returns:
        (H, W, 4) uint8 blue, green, red, 255, and for error levels and noise the values behind the
        colours, (H, W) float32 grey levels.

    Raises:
        AnalysisError: the content needs a face and there is none, or the picture is too large for
            error levels.
        ValueError: there is no such content.
    """
    content = CONTENTS.get(settings.content)
    if content is None:
        raise ValueError(f"content: expected one of {list(CONTENTS)}, received {settings.content}")
    if content.of_face and (settings.box is None or settings.square is None):
        raise AnalysisError(
            "No face is chosen in this frame; choose one, or draw a box by hand (D)."
        )
    if not content.as_stored:
        return content.paint(rgb, settings)
    picture, values = content.paint(turn.undo(rgb), settings)
    return turn.apply(picture), None if values is None else turn.apply(values)


@cache
def colours() -> NDArray[np.uint8]:
    """(256, 3) uint8 RGB: the colours of error levels and noise, dark to bright."""
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    return np.asarray(
        cv2.cvtColor(cv2.applyColorMap(ramp, COLOUR_MAP), cv2.COLOR_BGR2RGB), np.uint8
    )[:, 0]


def _original(rgb: NDArray[np.uint8], _settings: ViewSettings) -> Painted:
    return _painted(rgb), None


def _error_levels(rgb: NDArray[np.uint8], settings: ViewSettings) -> Painted:
    levels = error_level_map(rgb, quality=settings.ela.quality, channel=settings.ela_channel)
    return _coloured(error_level_picture(levels, scale=settings.ela.scale)), levels


def _noise(rgb: NDArray[np.uint8], settings: ViewSettings) -> Painted:
    noise = noise_map(rgb)
    return _coloured(noise_picture(noise, scale=settings.noise_scale)), noise


def _face_only(rgb: NDArray[np.uint8], settings: ViewSettings) -> Painted:
    assert settings.box is not None
    return _painted(black_out_background(rgb, settings.box, margin=settings.margin)), None


def _face_crop(rgb: NDArray[np.uint8], settings: ViewSettings) -> Painted:
    assert settings.square is not None
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


CONTENTS: dict[str, ViewContent] = {
    "original": ViewContent(Sentence("Original"), _original, has_boxes=True),
    "error_levels": ViewContent(
        Sentence("Error levels"),
        _error_levels,
        {name: name for name in ("ela", "ela_channel")},
        scale="ela.scale",
        as_stored=True,
    ),
    # The network's cut in its own place, with the rest of the frame dimmed.
    "face_crop": ViewContent(Sentence("Face crop"), _face_crop, of_face=True),
    # The frame with everything but the face's box black.
    "face_only": ViewContent(
        Sentence("Face only"), _face_only, {"margin": "face_margin"}, of_face=True
    ),
    "noise": ViewContent(
        Sentence("Luminance noise"), _noise, {"noise_scale": "noise_scale"}, scale="noise_scale"
    ),
}
"""Every content by its name in `Content`, in the order of the views' list."""
