"""The guarded opening of a file and its container, and the packets of its video stream."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import av
import av.stream

# PyAV loads this with the first container, and an isolated worker can load nothing more.
import av.subtitles.stream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from dfgui.core import opening
from dfgui.core.errors import AnalysisError
from dfgui.core.media.container.sections import Part, Section
from dfgui.core.media.facts import StreamChoice
from dfgui.core.media.media_files import in_words
from dfgui.core.sentences import Sentence

# Formats that name other files (hls, dash, concat, image sequences, playlists) are left out:
# evidence must not choose what is opened.
FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,dv,h264,hevc,m4v,obu,av1,ivf,gif,yuv4mpegpipe,nut,rm,wtv,mjpeg,"
    "dhav,luodat,smjpeg,gxf,"
    "wav,mp3,flac,aac,ac3,eac3,aiff,au,caf,amr"
)
OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
# After a seek FFmpeg counts the times of these anew, so that they name other frames.
UNSEEKABLE = frozenset({"dhav"})
READ_BYTES = 1 << 20
A_FOLDER = Sentence("{path} is a folder; give one of its files.")
CLOSED = Sentence("You do not have permission to read {path}.")


@contextmanager
def open_evidence(path: Path, part: Part | None = None) -> Iterator[BinaryIO]:
    """Open a regular file, or a part of it, for reading only.

    Raises:
        AnalysisError: missing, a folder, a device, empty, or not readable.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait forever.
        handle = opening.open_file(
            path,
            os.O_RDONLY
            | getattr(os, "O_BINARY", 0)
            | getattr(os, "O_NONBLOCK", 0)
            | getattr(os, "O_CLOEXEC", 0),
        )
    except FileNotFoundError as error:
        raise AnalysisError("There is no file {path}; check its name.", path=path) from error
    except PermissionError as error:
        # Windows refuses to open any folder with the same error.
        what = A_FOLDER if path.is_dir() and os.access(path, os.R_OK) else CLOSED
        raise AnalysisError(what, path=path) from error
    except (OSError, ValueError) as error:
        raise AnalysisError(
            "{path} cannot be opened ({error}); check its name.",
            path=path,
            error=error,
        ) from error
    try:
        _check_regular(path, os.fstat(handle))
        with os.fdopen(handle, "rb", buffering=0, closefd=False) as file:
            yield file if part is None else cast(BinaryIO, Section(file, part))
    finally:
        os.close(handle)


def _check_regular(path: Path, state: os.stat_result) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise AnalysisError(A_FOLDER, path=path)
    if not stat.S_ISREG(state.st_mode):
        raise AnalysisError(
            "{path} is not a regular file; copy what it gives into one first.", path=path
        )
    if state.st_size == 0:
        raise AnalysisError("{path} is empty.", path=path)


class _Nameless:
    """A file for FFmpeg without its name, so that only its content decides what it is."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def open_container(file: BinaryIO, path: Path) -> InputContainer:
    """Open the container in an open file.

    Raises:
        AnalysisError: it is not a container that this program reads.
    """
    file.seek(0)
    try:
        return av.open(
            _Nameless(file), "r", options=OPTIONS, metadata_errors="replace", buffer_size=READ_BYTES
        )
    except (av.FFmpegError, OSError, ValueError) as error:
        raise AnalysisError(
            "{path} cannot be read as a video or a still picture; it may be damaged or of another"
            " kind.",
            path=path,
        ) from error


def video_choices(container: InputContainer) -> tuple[StreamChoice, ...]:
    """Every video stream, cover art and single pictures of a HEIF among them."""
    return tuple(
        StreamChoice(stream.index, *_size(stream))
        for stream in container.streams
        if stream.type == "video"
    )


def _size(stream: Stream) -> tuple[int, int]:
    context = stream.codec_context
    return (context.width, context.height) if isinstance(context, VideoCodecContext) else (0, 0)


def main_video(container: InputContainer, path: Path, wanted: int | None = None) -> VideoStream:
    """The video stream of that index, else the one with the default flag, else the largest.

    Of several with the flag, it is the largest, and of equals the first. Cover art and what has no
    decoder are read only if they are asked for. All other streams are left unread from then on.

    Raises:
        AnalysisError: there is no such stream, or no decoder for it.
    """
    videos = [stream for stream in container.streams if stream.type == "video"]
    if wanted is None:
        cover = av.stream.Disposition.attached_pic
        films = [stream for stream in videos if not stream.disposition & cover]
        if not films:
            raise AnalysisError("{path} holds no video stream (for example only sound).", path=path)
        chosen = max(films, key=lambda stream: _rank(container, stream))
    else:
        named = [stream for stream in videos if stream.index == wanted]
        if not named:
            raise AnalysisError(
                "{path} has no video stream {stream}; choose one of these: {streams}."
                if videos
                else "{path} holds no video stream (for example only sound).",
                path=path,
                stream=wanted,
                streams=in_words(video_choices(container)),
            )
        chosen = named[0]
    for stream in container.streams:
        stream.discard = av.stream.Discard.all
    chosen.discard = av.stream.Discard.default
    if chosen.codec_context is None:
        raise AnalysisError("{path} is coded in a way that this program cannot decode.", path=path)
    assert isinstance(chosen, VideoStream)
    return chosen


def _rank(container: InputContainer, stream: Stream) -> tuple[bool, bool, bool, int]:
    width, height = _size(stream)
    return (
        stream.codec_context is not None,
        not _is_heif_item(container, stream),
        bool(stream.disposition & av.stream.Disposition.default),
        width * height,
    )


def _is_heif_item(container: InputContainer, stream: Stream) -> bool:
    """Whether the stream is a single picture of a HEIF: it has one frame and no clock.

    FFmpeg lists these before the track of a sequence, with a default flag of their own.
    """
    return container.format.name.startswith("mov") and stream.time_base == 1 and stream.frames == 1


def read_packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """The packets of `stream` from the container's current position to the end.

    Raises:
        av.FFmpegError, OSError: the file cannot be read further.
    """
    while True:
        try:
            yield from (packet for packet in container.demux(stream) if packet.size)
        except IndexError:
            # PyAV raises this when a stream appears late in MPEG-TS; the next call knows the stream
            # and continues.
            continue
        return
