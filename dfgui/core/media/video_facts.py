"""What is known about a video once it is open: its facts, and what a reader must know of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from dfgui.core.media.colour import (
    Colour,
    colour_of,
    has_film_grain,
    has_transparency,
    square_size,
    turn_of,
)
from dfgui.core.media.container.packet_index import PacketIndex
from dfgui.core.media.container.packets import video_choices
from dfgui.core.media.container.track_header import TrackHeader
from dfgui.core.media.media_files import MediaInfo, in_words, turn_warning
from dfgui.core.sentences import Sentence

INTERLACED = Sentence(
    "The video is interlaced; frames are shown as they are stored, with both fields."
)
# A single frame gives no rate, and what a header then says may be the inverse of a clock's tick.
HIGHEST_RATE = 1000
WRAPPING = ("mpegts", "mpeg")
"""Containers whose clock of 33 bits starts again after 26.5 hours."""


def facts_of(
    container: InputContainer,
    stream: VideoStream,
    index: PacketIndex,
    first: VideoFrame,
    aspect: Fraction,
) -> MediaInfo:
    """The facts of an open video.

    Args:
        container: open.
        stream: The one that is read.
        index: Of that stream.
        first: Its first picture.
        aspect: The shape of its pixels, width to height.
    """
    turn, colour = turn_of(first), colour_of(first)
    width, height = square_size(first.width, first.height, aspect)
    return MediaInfo(
        kind="video", container=container.format.name,
        codec=stream.codec_context.codec.canonical_name, pixel_format=first.format.name,
        width=height if turn.transpose else width, height=width if turn.transpose else height,
        coded_width=first.width, coded_height=first.height,
        rotation=turn.degrees, mirrored=turn.mirrored, sample_aspect_ratio=aspect,
        fps=frame_rate(stream, index),
        is_vfr=index.timed and is_variable(index.clock),
        colour_range=colour.range_name, colour_range_declared=colour.range_declared,
        matrix=colour.matrix, matrix_declared=colour.matrix_declared,
        duration_s=_duration(container, stream, index),
        declared_frames=stream.frames or None, frame_count=len(index),
        has_audio=any(other.type == "audio" for other in container.streams),
        streams=tuple(map(_describe, container.streams)),
        stream=stream.index, choices=video_choices(container),
    )  # fmt: skip


def frame_rate(stream: VideoStream, index: PacketIndex) -> float | None:
    """Frames a second, the mean over the file; None if neither times nor the file tell.

    It is taken from the frames' times. Times are rounded to the units of the container, so a rate
    that the file declares is given if they agree with it. A single frame has the declared rate; if
    there are no times, it is the one that the coded video declares.
    """
    if not index.timed:
        return _plausible(stream.codec_context.framerate)
    declared, span = stream.average_rate, int(index.clock[-1] - index.clock[0])
    if not span:
        return _plausible(declared)
    steps = len(index) - 1
    if declared and abs(steps / declared / index.time_base - span) <= 1.5:
        return float(declared)
    return float(steps / (span * index.time_base))


def _plausible(rate: Fraction | None) -> float | None:
    return float(rate) if rate and 0 < rate <= HIGHEST_RATE else None


def frame_length(stream: VideoStream, index: PacketIndex) -> float:
    """How long a frame is shown, in units of the time base.

    It is 0 if there is one frame and no rate.
    """
    if len(index) > 1:
        return index.step
    rate = _plausible(stream.average_rate)
    return 1 / rate / float(index.time_base) if rate else 0.0


def _duration(container: InputContainer, stream: VideoStream, index: PacketIndex) -> float | None:
    """Seconds from the first frame to the end of the last.

    If the frames have no times, it is what the header says.
    """
    if index.timed and (len(index) > 1 or _plausible(stream.average_rate)):
        length = float(index.clock[-1] - index.clock[0]) + frame_length(stream, index)
        return length * float(index.time_base)
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def notes_on(index: PacketIndex, info: MediaInfo, first: VideoFrame) -> Iterator[Sentence]:
    """What a reader of the result must know of the file, one sentence each.

    Args:
        index: Of the stream that is read.
        info: The facts of it.
        first: Its first picture.
    """
    colour = colour_of(first)
    unread = [one for one in info.choices if one.index != info.stream]
    notes: tuple[tuple[object, Sentence], ...] = (
        (
            index.broken,
            Sentence("The file ends with a read error; what comes before it is read."),
        ),
        (
            index.headless,
            Sentence(
                "{packets} packets before the first key frame cannot be decoded and are not"
                " counted.",
                packets=index.headless,
            ),
        ),
        (
            index.leading,
            Sentence(
                "{n} frame before the first key frame needs what was recorded before the file"
                " begins, and is not counted.|{n} frames before the first key frame need what was"
                " recorded before the file begins, and are not counted.",
                n=index.leading,
            ),
        ),
        (
            index.counted,
            Sentence(
                "The file's time stamps are missing, repeated, run backwards or do not tell the"
                " order of its frames; frames are found by counting."
            ),
        ),
        (
            not index.timed,
            Sentence("The file gives no usable time stamps; frames have a number and no time."),
        ),
        (
            index.timed and info.container in WRAPPING and index.pts.min() < 0,
            Sentence(
                "The file's clock is near its end, where it starts again at 0; times before that"
                " are negative, from {time:.3f} s on.",
                time=float(int(index.pts.min()) * index.time_base),
            ),
        ),
        (info.fps is None, Sentence("The file declares no frame rate.")),
        (
            info.is_vfr,
            Sentence("The frame rate varies; times come from the file's time stamps."),
        ),
        (
            colour.hdr,
            Sentence(
                "The video is HDR ({hdr}); it is shown without tone mapping, so colours look flat.",
                hdr=colour.hdr,
            ),
        ),
        (
            has_film_grain(first),
            Sentence(
                "The file asks players to paint film grain over its pictures; they are shown as"
                " they are coded, without it."
            ),
        ),
        (
            colour.unsupported_matrix,
            Sentence(
                "The colour matrix the file declares is not supported; {matrix} was assumed.",
                matrix=colour.matrix,
            ),
        ),
        (first.interlaced_frame, INTERLACED),
        (
            not turn_of(first).exact,
            Sentence(
                "The file asks for a turn that is not a right angle; the nearest right angle is"
                " shown."
            ),
        ),
        (
            info.sample_aspect_ratio != 1,
            Sentence(
                "Its pixels are not square; the picture is stretched to {width} x {height}.",
                width=info.width,
                height=info.height,
            ),
        ),
        (
            unread,
            Sentence(
                "The file holds {count} video streams; stream {read} is read. Not read: {others}.",
                count=len(info.choices),
                read=info.stream,
                others=in_words(unread),
            ),
        ),
    )
    yield from (sentence for applies, sentence in notes if applies)
    yield from _about_stamps(index)
    for found in (
        turn_warning(info.rotation, info.mirrored),
        _assumed(colour, info.pixel_format),
    ):
        if found:
            yield found


def notes_of_container(
    header: TrackHeader, stream: VideoStream, info: MediaInfo, first: VideoFrame
) -> Iterator[Sentence]:
    """What a reader must know of what the container asks for and is not done, one sentence each.

    Args:
        header: What the container says of the track.
        stream: The one that is read.
        info: The facts of it.
        first: Its first picture.
    """
    if header.encrypted == "partly":
        yield Sentence(
            "Part of the video stream is encrypted; frames from it show noise or cannot be decoded."
        )
    if header.shown is not None and header.shown != (info.coded_width, info.coded_height):
        width, height = header.shown
        yield Sentence(
            "The file wants only {width} x {height} of its {coded_width} x {coded_height} pixels to"
            " be shown; they are shown whole.",
            width=width,
            height=height,
            coded_width=info.coded_width,
            coded_height=info.coded_height,
        )
    # FFmpeg's decoders of VP8 and VP9 leave the transparency of WebM out.
    if has_transparency(first) or stream.metadata.get("alpha_mode") == "1":
        yield Sentence(
            "The video has transparent parts; they are not applied, and its colours are shown as"
            " they are stored."
        )


def _about_stamps(index: PacketIndex) -> Iterator[Sentence]:
    """Which time stamps are not as they should be, and where."""

    def seconds(number: int) -> float:
        return float(int(index.pts[number]) * index.time_base)

    faults = index.faults
    if len(faults.missing):
        yield Sentence(
            "{n} frame has no time stamp, frame {first}; its time is filled in from its neighbours."
            "|{n} frames have no time stamp, the first of them frame {first}; their times are"
            " filled in from their neighbours.",
            n=len(faults.missing),
            first=int(faults.missing[0]),
        )
    if len(faults.repeated):
        first = int(faults.repeated[0])
        yield Sentence(
            "{n} frame repeats the time stamp of the frame before it: frame {first},"
            " {time:.3f} s.|{n} frames repeat the time stamp of the frame before them, the first"
            " of them frame {first}, {time:.3f} s.",
            n=len(faults.repeated),
            first=first,
            time=seconds(first),
        )
    if len(faults.misplaced):
        first = int(faults.misplaced[0])
        yield Sentence(
            "{n} frame has a time stamp that does not fit between its neighbours': frame {first},"
            " {time:.3f} s. It is placed by its position in the file.|{n} frames have time stamps"
            " that do not fit between their neighbours', the first of them frame {first},"
            " {time:.3f} s. They are placed by their position in the file.",
            n=len(faults.misplaced),
            first=first,
            time=seconds(first),
        )
    if len(faults.restarts):
        first = int(faults.restarts[0])
        yield Sentence(
            "The file's clock starts again {n} time, at frame {first}: from {before:.3f} s back to"
            " {after:.3f} s. Times are those of the file, so some may occur twice.|The file's clock"
            " starts again {n} times, first at frame {first}: from {before:.3f} s back to"
            " {after:.3f} s. Times are those of the file, so some may occur several times.",
            n=len(faults.restarts),
            first=first,
            before=seconds(first - 1),
            after=seconds(first),
        )


def is_variable(pts: NDArray[np.int64]) -> bool:
    """Whether ascending times show a variable frame rate.

    They do if they leave a uniform grid by more than their unit's rounding, or if a gap is at least
    half as long again as usual.
    """
    if len(pts) < 3:
        return False
    grid = np.linspace(pts[0], pts[-1], len(pts))
    steps = np.diff(pts)
    return bool(np.abs(pts - grid).max() > 1 or steps.max() >= 1.5 * np.median(steps))


def _assumed(colour: Colour, pixel_format: str) -> Sentence | None:
    """The sentence that says which of a picture's colour facts the file does not declare.

    None if it declares all.
    """
    silent_matrix = not (
        colour.matrix_declared or colour.unsupported_matrix or pixel_format.startswith("gray")
    )
    if not silent_matrix and colour.range_declared:
        return None
    return Sentence(
        "The file does not say how its colours are coded; the matrix {matrix} was assumed."
        if colour.range_declared
        else "The file does not say how its colours are coded; the matrix {matrix} and {range}"
        " range were assumed."
        if silent_matrix
        else "The file does not say how its colours are coded; {range} range was assumed.",
        matrix=colour.matrix,
        range=Sentence("limited" if colour.range_name == "limited" else "full"),
    )


def _describe(stream: Stream) -> str:
    context = getattr(stream, "codec_context", None)
    words = [
        f"{stream.index}: {stream.type}",
        context.codec.canonical_name if context else "unknown codec",
    ]
    if isinstance(stream, VideoStream) and context:
        words.append(f"{context.width} x {context.height}")
    if stream.type == "audio" and context:
        words.append(f"{context.sample_rate} Hz")
    if stream.language:
        words.append(stream.language)
    return ", ".join(words)
