"""What the window asks and shows about evidence: frozen values that cross processes.

Imports nothing that computes.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self

import msgspec

from dfgui.core.geometry import Box
from dfgui.core.sentences import Sentence
from dfgui.core.values import Count, Finite, FrameType, Sha256

Channel = Literal["mean", "luminance", "red", "green", "blue"]
"""Which change error levels show."""
LAST_NS = 2**63 - 1  # in the year 2262; messages carry no larger numbers
Nanoseconds = Annotated[int, msgspec.Meta(ge=-LAST_NS - 1, le=LAST_NS)]
Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32,40}$")]
OtherHash = Literal["md5", "sha1"]
"""What may be computed along with SHA-256. It finds a file in old lists and proves nothing."""


class FileState(msgspec.Struct, frozen=True):
    """What the file system says of a file: cheap to ask, and another once the file is written to.

    Attributes:
        size: Bytes.
        modified_ns: Time of the last change to its content, nanoseconds since 1970, as exact as the
            file system keeps it.
        changed_ns: Time of the last change to content or attributes; on Windows, that of creation.
        inode: Device and inode, as text because Windows has numbers of 128 bits.
    """

    size: Count
    modified_ns: Nanoseconds
    changed_ns: Nanoseconds
    inode: str

    @classmethod
    def of(cls, state: os.stat_result) -> Self:
        """The parts of `os.stat` that count."""
        modified, changed = (
            max(-LAST_NS - 1, min(time, LAST_NS)) for time in (state.st_mtime_ns, state.st_ctime_ns)
        )
        return cls(state.st_size, modified, changed, f"{state.st_dev}:{state.st_ino}")


class HashedFile(msgspec.Struct, frozen=True):
    """One file as it was found.

    Attributes:
        sha256: Hex SHA-256 of its bytes.
        state: What the file system said when they had been read.
        others: Hex digest by name, of those that were asked for.
    """

    sha256: Sha256
    state: FileState
    others: dict[OtherHash, Digest] = {}

    @property
    def size(self) -> int:
        """Bytes."""
        return self.state.size

    @property
    def modified_utc(self) -> str:
        """Time of the last change to its content, ISO 8601 with microseconds, UTC."""
        since = timedelta(microseconds=self.state.modified_ns // 1000)
        return (datetime(1970, 1, 1, tzinfo=UTC) + since).isoformat(timespec="microseconds")


class ElaSettings(msgspec.Struct, frozen=True):
    """Settings of error level analysis: JPEG quality of the probe save, and scale.

    The scale is grey levels of the picture per grey level of change.
    """

    quality: Annotated[int, msgspec.Meta(ge=1, le=100)] = 90
    scale: Annotated[float, msgspec.Meta(ge=1, le=200)] = 20.0


class StreamChoice(msgspec.Struct, frozen=True):
    """A video stream of a file, or a picture or film of a still, that may be read.

    Attributes:
        index: of a stream, the number that ffprobe prints; of a picture, counted from 0, and of a
            film in the file of a still, counted on from there.
        width: in pixels as stored; 0 if the file does not say.
        height: likewise.
        film: it is a film in the file of a still.
    """

    index: Count
    width: Count
    height: Count
    film: bool = False


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
