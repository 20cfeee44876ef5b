"""Forward decoding from any key frame; matches each decoded picture to its frame in the index."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from dfgui.core.media.media_files import MAX_PIXELS, REPORT_EVERY, Progress
from dfgui.core.media.packets import (
    NO_TIME,
    build_index,
    main_video,
    open_container,
    open_evidence,
    read_packets,
)

# Most pictures in a row that may depend on one shown after them.
HELD = 8
VideoPacket: TypeAlias = "Packet[VideoStream]"


class Decoder:
    """The pictures of a file's main video stream, ascending from any key frame.

    Args:
        path: The file.
        threads: Threads for decoding; 0 for as many as there are cores.
        progress: Called with "index" or "frames", the packets read or decoded so far, and 0, every
            100 packets.

    Attributes:
        index: The packet index, read once at the beginning.
        last: Number of the frame given last; -1 before the first.
        wanted: From the next start on, the frames that are needed, None for all; others may be left
            out.
        errors: Packets that the decoder refused.

    Raises:
        AnalysisError: the file is not a readable video.
    """

    def __init__(self, path: Path, threads: int, progress: Progress | None = None) -> None:
        self._path = path
        self._threads = threads
        self._progress = progress
        self._passed = 0
        self._stack = ExitStack()
        self.errors = 0
        self.last = -1
        self.wanted: frozenset[int] | None = None
        try:
            self._open()
            self.index = build_index(self.container, self.stream, progress)
        except BaseException:
            self._stack.close()
            raise
        self.start(-1)

    def _open(self) -> None:
        self._stack.close()
        file = self._stack.enter_context(open_evidence(self._path))
        self.container = self._stack.enter_context(open_container(file, self._path))
        self.stream: VideoStream = main_video(self.container, self._path)
        self.stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        self.stream.codec_context.thread_count = self._threads
        self.stream.codec_context.thread_type = "AUTO"

    def start(self, key: int) -> None:
        """Start decoding at row `key` of the index's keys; -1 is the start of the file."""
        self._key = key
        self.last = self.index.first_from(key) - 1
        self._pictures = self._numbered()

    def be_careful(self) -> None:
        """Decode with one thread from the next start on.

        With several, which pictures survive an error depends on timing.
        """
        if self._threads != 1:
            self._threads = 1
            self._open()

    def thorough(self, key: int) -> bool:
        """Whether repeating this run could find no more frames.

        True if it has one thread and began before row `key` of the index's keys.
        """
        return self._threads == 1 and self._key <= max(key - 1, -1)

    def next(self) -> tuple[int, VideoFrame] | None:
        """The next frame's number and picture; None at the end."""
        for number, picture in self._pictures:
            if number > self.last:
                self.last = number
                return number, picture
        return None

    def close(self) -> None:
        """Close the file."""
        self._pictures = iter(())
        self._stack.close()

    def _packets_from(self, key: int) -> Iterator[VideoPacket | None]:
        wanted = int(self.index.keys[key, 2]) if key >= 0 else 0
        for stamp in self._stamps(key):
            with suppress(av.FFmpegError, OSError):
                self.container.seek(stamp, stream=self.stream)
                packets = self._demux()
                first = next(packets)
                order = self.index.order(first.pts) if first is not None else None
                if order is not None and order <= wanted:
                    return chain(
                        [first] if order == wanted else self._up_to(wanted, packets), packets
                    )
        self._open()
        return islice(self._demux(), self.index.headless, None)

    def _stamps(self, key: int) -> Iterator[int]:
        """Times to seek to: the key frame's own, then earlier and earlier ones.

        A seek in MPEG-TS may land late.
        """
        back = 1
        while key >= 0:
            pts, dts = (int(value) for value in self.index.keys[key, :2])
            yield pts
            if dts not in (NO_TIME, pts):
                yield dts
            key -= back
            back *= 2

    def _up_to(
        self, order: int, packets: Iterator[VideoPacket | None]
    ) -> Iterator[VideoPacket | None]:
        """Skip the packets before the key frame and yield the key frame itself."""
        for packet in packets:
            if packet is None or self.index.order(packet.pts) == order:
                yield packet
                return

    def _demux(self) -> Iterator[VideoPacket | None]:
        """The packets from the current position on, then None.

        None makes the decoder return the pictures that it holds back.
        """
        # A damaged file ends at a read error.
        with suppress(av.FFmpegError, OSError):
            yield from read_packets(self.container, self.stream)
        yield None

    def _numbered(self) -> Iterator[tuple[int, VideoFrame]]:
        """Frames from row `_key` on, started again with one thread as soon as damage shows."""
        held: deque[tuple[int, VideoFrame]] = deque()
        for number, picture in self._decode(self._packets_from(self._key)):
            if self._threads != 1 and (picture is None or picture.is_corrupt):
                self.be_careful()
                yield from self._numbered()
                return
            if picture is not None:
                held.append((number, picture))
            if len(held) > (HELD if self._threads != 1 else 0):
                yield held.popleft()
        yield from held

    def _decode(
        self, packets: Iterator[VideoPacket | None]
    ) -> Iterator[tuple[int, VideoFrame | None]]:
        """Number and picture, in presentation order; no picture if the decoder refused a packet."""
        counted = 0
        for packet in packets:
            self._count()
            self.stream.codec_context.skip_frame = (
                "NONREF" if self._superfluous(packet) else "DEFAULT"
            )
            try:
                pictures = self.stream.codec_context.decode(packet)
            except (av.FFmpegError, OSError):
                self.errors += 1
                yield -1, None
                continue
            for picture in pictures:
                number = counted if self.index.counted else self.index.number(picture.pts)
                counted += 1
                if number is not None and number < len(self.index):
                    yield number, picture

    def _count(self) -> None:
        """Count a picture and report progress.

        Many pictures may lie before a requested one, and the reports show that work continues.
        """
        self._passed += 1
        if self._progress is not None and self._passed % REPORT_EVERY == 0:
            self._progress("frames", self._passed, 0)

    def _superfluous(self, packet: VideoPacket | None) -> bool:
        """Whether the packet's frame is needed only by frames that depend on it.

        With one thread all frames are decoded, so that all damage shows.
        """
        if packet is None or self.wanted is None or self._threads == 1 or self.index.counted:
            return False
        number = self.index.number(packet.pts)
        return number is not None and number not in self.wanted
