"""`dfgui occlude`: a heat map of a face."""

from __future__ import annotations

from typing import Annotated

import typer

from dfgui.cli.arguments import (
    LARGEST,
    FacesOption,
    FrameOption,
    ModelOption,
    OutOption,
    PathArgument,
    StreamOption,
    TimeOption,
    TrackOption,
    one_frame_only,
)
from dfgui.cli.asking import inspect_all
from dfgui.core.analysis_results import By, InspectSettings, Mode, OcclusionSettings
from dfgui.core.faces.finder import DEFAULT_FINDER
from dfgui.core.fills import Fill
from dfgui.core.geometry import Box
from dfgui.resources import DEFAULT_MODEL


def occlude(
    path: PathArgument,
    out: OutOption,
    frame: FrameOption = None,
    time: TimeOption = None,
    track: TrackOption = None,
    faces: FacesOption = DEFAULT_FINDER,
    stream: StreamOption = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,W,H", help="Also hide this rectangle of the frame and report the drop."
        ),
    ] = None,
    patch: Annotated[
        int,
        typer.Option(
            min=1, max=LARGEST, help="Side of the hidden square, in pixels of the network's input."
        ),
    ] = 20,
    stride: Annotated[
        int, typer.Option(min=1, max=LARGEST, help="Distance of the squares, at most the patch.")
    ] = 20,
    fill: Annotated[Fill, typer.Option(help="What a hidden square shows.")] = "black",
    mode: Annotated[
        Mode,
        typer.Option(
            help="drop: how far hiding lowers the score; printed: 255 x score, as in the paper."
        ),
    ] = "drop",
    by: Annotated[
        By,
        typer.Option(
            help=(
                "Hide squares in turn, or the eyes, brows, nose, mouth, cheeks, forehead, jaw line"
                " and surroundings."
            )
        ),
    ] = "squares",
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Map on which regions of a face the score hangs (occlusion sensitivity)."""
    try:
        occlusion = OcclusionSettings(patch, stride, fill, mode, by)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    one_frame_only(frame, time)
    settings = InspectSettings(
        frame,
        time,
        track=track,
        faces=faces,
        region=_rectangle(region),
        occlusion=occlusion,
        stream=stream,
    )
    inspect_all(path, settings, out, model)


def _rectangle(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        x, y, w, h = (int(part) for part in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"expected X,Y,W,H in whole pixels, received {text!r}", param_hint="--region"
        ) from error
    if min(w, h) < 1 or max(map(abs, (x, y, w, h))) > LARGEST:
        raise typer.BadParameter(
            "the width and height of the region must be at least 1, and no number huge",
            param_hint="--region",
        )
    return Box(x, y, w, h)
