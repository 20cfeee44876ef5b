"""`dfgui export`: a frame, its error levels, face crop and heat map as files."""

from __future__ import annotations

from dfgui.cli.arguments import (
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
from dfgui.core.analysis_results import InspectSettings
from dfgui.core.faces.finder import DEFAULT_FINDER
from dfgui.core.media.facts import ElaSettings
from dfgui.resources import DEFAULT_MODEL


def export(
    path: PathArgument,
    out: OutOption,
    frame: FrameOption = None,
    time: TimeOption = None,
    track: TrackOption = None,
    faces: FacesOption = DEFAULT_FINDER,
    stream: StreamOption = None,
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Write a frame, its error levels, face crop and heat map as PNG and NPY, settings as JSON."""
    one_frame_only(frame, time)
    inspect_all(
        path,
        InspectSettings(frame, time, track=track, faces=faces, ela=ElaSettings(), stream=stream),
        out,
        model,
    )
