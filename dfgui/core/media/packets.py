"""The packet index of a video, and the guarded opening of a file.

The index has every packet's time, key flag and size, read once without decoding.
"""

from __future__ import annotations

import os
import stat
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import av.stream
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import REPORT_EVERY, Progress
from dfgui.core.sentences import Sentence

# Formats that name other files (hls, dash, concat, image sequences, playlists) are left out:
# evidence must not choose what is opened.
FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,dv,h264,hevc,m4v,obu,av1,ivf,gif,yuv4mpegpipe,nut,rm,wtv,mjpeg,"
    "wav,mp3,flac,aac,ac3,eac3,aiff,au,caf,amr"
)
OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
READ_BYTES = 1 << 20
NO_TIME = -(2**63)
A_FOLDER = Sentence("{path} is a folder; give one of its files.")
CLOSED = Sentence("{path} may not be read; check its permissions.")

Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PacketIndex:
    """Every frame that a stream's packets promise, in presentation order.

    Attributes:
        pts: (N,) int64, ascending, in units of `time_base`; when not `timed`, only the order.
        key: (N,) bool, the frame can be decoded without any other.
        size: (N,) int64, bytes of its packet.
        time_base: Seconds per unit.
        timed: `pts` are presentation times.
        counted: Times cannot tell the frames apart (missing, repeated or running backwards), so
            they are found by counting from the start.
        keys: (K, 3) int64: pts, dts (NO_TIME if unknown) and position in the file's packet order of
            each key packet, ascending by pts.
        packet_pts: (M,) int64, ascending: pts of all packets, also those that an edit list hides.
        packet_order: (M,) int64, their position in the file's packet order.
        hidden: Packets that an edit list or the container marks as not to be shown.
        headless: Packets before the first key frame, which no decoder can decode; not in `pts`.
        broken: The file ended with a read error.
    """

    pts: Int64
    key: NDArray[np.bool_]
    size: Int64
    time_base: Fraction
    timed: bool
    counted: bool
    keys: Int64
    packet_pts: Int64
    packet_order: Int64
    hidden: int
    headless: int
    broken: bool

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def start_pts(self) -> int:
        """First of `pts`; 0 when there is none."""
        return int(self.pts[0]) if len(self.pts) else 0

    def number(self, pts: int | None) -> int | None:
        """Index of the frame shown at exactly `pts`, None if there is none."""
        if pts is None:
            return None
        at = int(np.searchsorted(self.pts, pts))
        return at if at < len(self.pts) and self.pts[at] == pts else None

    def order(self, pts: int | None) -> int | None:
        """Position in the file of the packet with exactly `pts`, None if there is none."""
        if pts is None:
            return None
        at = int(np.searchsorted(self.packet_pts, pts))
        return (
            int(self.packet_order[at])
            if at < len(self.packet_pts) and self.packet_pts[at] == pts
            else None
        )

    def key_before(self, index: int) -> int:
        """Row of `keys` to decode frame `index` from; -1 means the start of the file."""
        if self.counted:
            return -1
        return int(np.searchsorted(self.keys[:, 0], self.pts[index], side="right")) - 1

    def first_from(self, key: int) -> int:
        """Index of the first frame that decoding from row `key` of `keys` gives."""
        return 0 if key < 0 else int(np.searchsorted(self.pts, self.keys[key, 0]))


@contextmanager
def open_evidence(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading only.

    Raises:
        AnalysisError: missing, a folder, a device, empty, or not readable.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait forever.
        handle = os.open(
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
            yield file
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


def video_streams(container: InputContainer) -> list[Stream]:
    """The video streams that are not cover art, in the file's order."""
    cover = av.stream.Disposition.attached_pic
    return [
        stream
        for stream in container.streams
        if stream.type == "video" and not stream.disposition & cover
    ]


def main_video(container: InputContainer, path: Path) -> VideoStream:
    """The first video stream that is not cover art.

    All other streams are left unread from then on.

    Raises:
        AnalysisError: there is no video stream, or no decoder for it.
    """
    videos = video_streams(container)
    if not videos:
        raise AnalysisError("{path} holds no video stream (for example only sound).", path=path)
    for stream in container.streams:
        stream.discard = av.stream.Discard.all
    chosen = videos[0]
    chosen.discard = av.stream.Discard.default
    if chosen.codec_context is None:
        raise AnalysisError("{path} is coded in a way that this program cannot decode.", path=path)
    assert isinstance(chosen, VideoStream)
    return chosen


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


def build_index(
    container: InputContainer, stream: VideoStream, progress: Progress | None = None
) -> PacketIndex:
    """Read every packet of `stream` once from the current position, without decoding.

    Args:
        container: At its beginning.
        stream: Of that container.
        progress: Called with "index", the packets read so far, and 0, every 100 packets.

    Returns:
        The index. 200,000 packets take at most a few seconds if the disk keeps up, and 40 bytes
        each.
    """
    columns, packets = array("q"), read_packets(container, stream)
    count, broken = 0, False
    while True:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, OSError):
            broken = True
            break
        if packet is None:
            break
        pts, dts = (NO_TIME if time is None else time for time in (packet.pts, packet.dts))
        columns.extend((pts, dts, packet.is_keyframe, packet.size, packet.is_discard))
        count += 1
        if progress is not None and count % REPORT_EVERY == 0:
            progress("index", count, 0)
    table = (
        np.frombuffer(columns, np.int64).reshape(-1, 5) if columns else np.empty((0, 5), np.int64)
    )
    # AVI stores no presentation times, and those that FFmpeg invents for reordered pictures are
    # wrong for H.264.
    guessed = container.format.name == "avi" and stream.codec_context.has_b_frames
    return index_from_table(table, stream.time_base or Fraction(1), guessed=guessed, broken=broken)


def index_from_table(
    table: Int64, time_base: Fraction, *, guessed: bool = False, broken: bool = False
) -> PacketIndex:
    """Sort packets into presentation order.

    Args:
        table: (M, 5) int64 in file order: pts, dts (NO_TIME if unknown), key (0 or 1), size in
            bytes, hidden (0 or 1).
        time_base: Seconds per unit of pts and dts.
        guessed: The pts are only a guess.
        broken: The file ended with a read error.
    """
    headless = int(np.argmax(table[:, 2])) if table[:, 2].any() else len(table)
    table = table[headless:]
    pts, dts, key, size, discarded = table.T
    shown = discarded == 0
    counted = guessed or _indistinct(pts) or _runs_backwards(dts)
    times = pts
    if counted:
        times, timed = _times_by_order(dts, shown)
    else:
        timed = True
    order = np.argsort(times, kind="stable")
    visible = order[shown[order]]
    keys = order[key[order] == 1]
    return PacketIndex(
        pts=times[visible], key=key[visible] == 1, size=size[visible],
        time_base=time_base, timed=timed, counted=counted,
        keys=np.stack([times[keys], dts[keys], keys], axis=1),
        packet_pts=times[order], packet_order=order,
        hidden=int(len(table) - shown.sum()), headless=headless, broken=broken,
    )  # fmt: skip


def _indistinct(pts: Int64) -> bool:
    return bool((pts == NO_TIME).any()) or len(np.unique(pts)) != len(pts)


def _runs_backwards(dts: Int64) -> bool:
    known = dts[dts != NO_TIME]
    return bool((np.diff(known) < 0).any())


def _times_by_order(dts: Int64, shown: NDArray[np.bool_]) -> tuple[Int64, bool]:
    """Decoding times if they ascend, else the bare order.

    If they ascend, the n-th frame shown has the n-th of them, up to a constant delay.
    """
    usable = bool(shown.all() and (dts != NO_TIME).all() and (np.diff(dts) > 0).all())
    return (dts, True) if usable else (np.arange(len(dts)), False)
