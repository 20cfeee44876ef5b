"""What the window asks and shows about evidence: frozen values that cross processes.

Imports nothing that computes.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from dfgui.core.geometry import Box
from dfgui.core.sentences import Sentence
from dfgui.core.values import Count, Finite, FrameType, Sha256

Channel = Literal["mean", "luminance", "red", "green", "blue"]
"""Which change error levels show."""


class ElaSettings(msgspec.Struct, frozen=True):
    """Settings of error level analysis: JPEG quality of the probe save, and scale.

    The scale is grey levels of the picture per grey level of change.
    """

    quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 90
    scale: Annotated[float, msgspec.Meta(ge=1, le=200)] = 20.0


class StreamChoice(msgspec.Struct, frozen=True):
    """A video stream of a file, or a picture of a still, that may be read.

    Attributes:
        index: of a stream, the number that ffprobe prints; of a picture, counted from 0.
        width: in pixels as stored; 0 if the file does not say.
        height: likewise.
    """

    index: Count
    width: Count
    height: Count


class Fact(msgspec.Struct, frozen=True):
    """One line of the File tab: a name and a value in words."""

    name: Sentence
    value: Sentence


class MediaFacts(msgspec.Struct, frozen=True):
    """An open file.

    Attributes:
        path: of the file.
        kind: "video" or "still".
        width: of the upright picture with square pixels.
        height: likewise.
        count: frames that the packets promise.
        fps: frames per second, from their times or as declared; None if neither is there.
        times_s: presentation time of every frame on the file's own clock, ascending: if that clock
            starts again, time goes on; empty if the file gives none.
        key_frames: numbers of the frames that can be decoded alone, ascending.
        has_audio: whether there is a sound track.
        facts: container, codec, colour and so on, in words.
        warnings: one sentence each.
        stream: the index of the stream or picture that is read.
        choices: all that may be read.
    """

    path: str
    kind: str
    width: Count
    height: Count
    count: Count
    fps: Finite | None
    times_s: tuple[Finite, ...]
    key_frames: tuple[Count, ...]
    has_audio: bool
    facts: tuple[Fact, ...]
    warnings: tuple[Sentence, ...]
    stream: Count = 0
    choices: tuple[StreamChoice, ...] = ()

    def time_of(self, index: int) -> float | None:
        """Presentation time of a frame in seconds; None if the file gives none."""
        return self.times_s[index] if 0 <= index < len(self.times_s) else None


class FrameFacts(msgspec.Struct, frozen=True):
    """A frame of the open file.

    Attributes:
        index: its number, from 0.
        pts_s: presentation time on the file's own clock, seconds; None if the file gives none.
        type: I, P, B or ?.
        damaged: the decoder met errors in it and repaired what it could.
        sha256: of its pixels; None if it was not asked for.
    """

    index: Count
    pts_s: Finite | None
    type: FrameType
    damaged: bool = False
    sha256: Sha256 | None = None


class ViewSettings(msgspec.Struct, frozen=True):
    """What to show of a frame.

    Attributes:
        content: a name of `CONTENTS` in `dfgui/core/display/contents.py`. Those who only send it
            need not load what paints it.
        ela: probe and scale of error levels.
        ela_channel: which change they show.
        noise_scale: brightness per grey level of noise.
        box: the face, in pixels of the frame; None if there is none.
        square: the network's cut.
        margin: share of the box kept on every side in "face_only".
    """

    content: str = "original"
    ela: ElaSettings = ElaSettings()
    ela_channel: Channel = "mean"
    noise_scale: Annotated[float, msgspec.Meta(gt=0)] = 16.0
    box: Box | None = None
    square: Box | None = None
    margin: Annotated[float, msgspec.Meta(ge=0)] = 0.0
