"""Forward decoding from any key frame; matches each decoded picture to its frame in the index."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from fractions import Fraction
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream

from dfgui.core.media.container.packet_index import PacketIndex, build_index
from dfgui.core.media.container.packets import (
    UNSEEKABLE,
    main_video,
    open_container,
    open_evidence,
    read_packets,
)
from dfgui.core.media.container.sections import Part
from dfgui.core.media.container.time_stamps import NO_TIME, REACH
from dfgui.core.media.media_files import MAX_PIXELS, REPORT_EVERY, Progress
from dfgui.core.media.picture_buffer import Picture

# Most pictures in a row that may depend on one shown after them.
HELD = 8
# Containers without an index, whose demuxers can start at any byte.
SOUGHT_BY_BYTES = ("mpegts", "mpeg")
VideoPacket: TypeAlias = "Packet[VideoStream]"


class Decoder:
    """The pictures of one video stream of a file, ascending from any key frame.

    Args:
        path: The file.
        threads: Threads for decoding; 0 for as many as there are cores.
        progress: Called with "index" or "frames", the packets read or decoded so far, and 0, every
            100 packets.
        stream: Index of the stream, else `main_video` chooses it.
        part: Read this part of the file as if it were the whole.

    Attributes:
        index: The packet index, read once at the beginning.
        last: Number of the frame given last; -1 before the first.
        wanted: From the next start on, the frames that are needed, None for all; others may be left
            out.
        damaged: Since the last start, something could not be read or decoded.

    Raises:
        AnalysisError: the file is not a readable video.
    """

    def __init__(
        self,
        path: Path,
        threads: int,
        progress: Progress | None = None,
        stream: int | None = None,
        part: Part | None = None,
    ) -> None:
        self._path, self._part = path, part
        self._wanted_stream = stream
        self._threads = threads
        self._progress = progress
        self._passed = 0
        self._fresh: int | None = None
        self._stack = ExitStack()
        self.damaged = False
        self.last = -1
        self.wanted: frozenset[int] | None = None
        try:
            self._open()
            self.index: PacketIndex = build_index(self.container, self.stream, progress)
        except BaseException:
            self._stack.close()
            raise
        self.start(-1)

    def _open(self) -> None:
        self._stack.close()
        file = self._stack.enter_context(open_evidence(self._path, self._part))
        self.container = self._stack.enter_context(open_container(file, self._path))
        self.stream: VideoStream = main_video(self.container, self._path, self._wanted_stream)
        self.stream.codec_context.options = {
            "max_pixels": str(MAX_PIXELS),
            "export_side_data": "film_grain",  # and do not paint it over the coded picture
        }
        self.stream.codec_context.thread_count = self._threads
        self.stream.codec_context.thread_type = "AUTO"
        # The demuxer of a raw stream puts a rate here that nothing declares; what the decoder puts
        # here is declared.
        self.stream.codec_context.framerate = Fraction(0)
        self._coded_aspect = self.stream.codec_context.sample_aspect_ratio or None

    def start(self, key: int, *, anew: bool = True) -> None:
        """Start decoding at row `key` of the index's keys; -1 is the start of the file.

        Args:
            key: The row.
            anew: Start again at the key frame before each damage that shows, with a new decoder. A
                decoder repairs a picture from what it decoded before, so that the same frame would
                come out differently when it is reached on another way.
        """
        self._key, self._anew, self._fresh = key, anew, None
        self._row = -1
        self.damaged = False
        self.last = self.index.first_from(key) - 1
        self._pictures = self._numbered()

    def leave_out_leading(self, count: int) -> None:
        """Number frames without the first `count`, and start again."""
        self.index = self.index.without_leading(count)
        self.start(-1)

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

    def next(self) -> tuple[int, Picture] | None:
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

    def passed(self, number: int) -> bool:
        """Whether the decoder has had the packet of frame `number` since the last start."""
        return int(self.index.rows[number]) <= self._row

    def _packets_from(self, key: int) -> Iterator[VideoPacket | None]:
        """The packets from row `key` of the index's keys on, each with its frame's number."""
        wanted = int(self.index.keys[key, 2]) if key >= 0 else 0
        for seek in self._seeks(key):
            self.damaged = False
            with suppress(av.FFmpegError, OSError):
                seek()
                packets = self._demux()
                first = next(packets)
                row = self.index.row_of(first) if first is not None else None
                if row is not None and row <= wanted:
                    return self._numbers(chain([first], packets), row, wanted)
        self.damaged = False
        self._open()
        return self._numbers(islice(self._demux(), self.index.headless, None), 0, 0)

    def _seeks(self, key: int) -> Iterator[Callable[[], None]]:
        """Ways to come to the key frame or before it, the quickest first."""
        seek = partial(self.container.seek, stream=self.stream)
        again = len(self.index.faults.restarts) > 0
        if key >= 0 and again and self.container.format.name in SOUGHT_BY_BYTES:
            # A search by time would find the wrong one of two frames of one time.
            place = int(self.index.packets[self.index.keys[key, 2], 2])
            yield partial(seek, max(place, 0), unsupported_byte_offset=True)
        for stamp in self._stamps(key):
            yield partial(seek, stamp)

    def _stamps(self, key: int) -> Iterator[int]:
        """Times to seek to: the key frame's own, then earlier and earlier ones.

        A seek in MPEG-TS may land late. None where the file has to be read from its beginning.
        """
        if self.container.format.name in UNSEEKABLE:
            return
        back = 1
        while key >= 0:
            pts, dts = (int(value) for value in self.index.keys[key, :2])
            yield pts
            if dts not in (NO_TIME, pts):
                yield dts
            key -= back
            back *= 2

    def _numbers(
        self, packets: Iterator[VideoPacket | None], row: int, wanted: int
    ) -> Iterator[VideoPacket | None]:
        """Number packets that begin with `row`; those before row `wanted` are passed over.

        The number takes the place of the time stamp, which the decoder hands on from packet to
        picture: stamps may be missing or repeated.
        """
        for packet in packets:
            if packet is not None:
                found = self.index.row_of(packet, row)
                if found is None:
                    packet.pts = None
                else:
                    row = found + 1
                    number = int(self.index.numbers[found])
                    packet.pts = number if number >= 0 else None
                if row <= wanted:
                    continue
                self._row = row - 1
            yield packet

    def _demux(self) -> Iterator[VideoPacket | None]:
        """The packets from the current position on, then None.

        None makes the decoder return the pictures that it holds back.
        """
        try:
            yield from read_packets(self.container, self.stream)
        except (av.FFmpegError, OSError):  # a damaged file ends here
            self.damaged = True
        yield None

    def _numbered(self) -> Iterator[tuple[int, Picture]]:
        """Frames from row `_key` on, started again where damage shows, with one thread."""
        while (key := (yield from self._until_damage())) is not None:
            self._threads, self._key, self._fresh = 1, key, key
            self._open()

    def _until_damage(self) -> Generator[tuple[int, Picture], None, int | None]:
        """Frames from row `_key` on; returns the key to start again from, None at the end.

        A picture that comes before its turn waits for those before it, since a wrong time stamp can
        give it too high a number.
        """
        held: list[tuple[int, Picture]] = []
        turn: int | None = None
        skipping = self.wanted is not None and self._threads != 1
        for number, picture in self._decode(self._packets_from(self._key)):
            if self._anew and (picture is None or picture.frame.is_corrupt):
                key = self._key_of_damage(number)
                if key != self._fresh:
                    return key
            if picture is not None:
                insort(held, (number, picture), key=itemgetter(0))
            while held:
                early = not skipping and turn is not None and held[0][0] > turn
                if len(held) <= (REACH if early else HELD if self._threads != 1 else 0):
                    break
                turn = held[0][0] + 1
                yield held.pop(0)
        yield from held
        return None

    def _key_of_damage(self, number: int) -> int:
        """The row of keys to start again from.

        Damage shows in frame `number`, or in the latest packet if that is -1.
        """
        if number >= 0 and self._threads == 1:  # all frames before it have come out
            return max(self.index.key_before(number), self._key)
        latest = (
            self.index.key_before(number)
            if number >= 0
            else int(np.searchsorted(self.index.keys[:, 2], self._row, side="right")) - 1
        )
        return max(min(latest, self.index.key_before(self.last + 1)), self._key)

    def _decode(
        self, packets: Iterator[VideoPacket | None]
    ) -> Iterator[tuple[int, Picture | None]]:
        """Number and picture, in presentation order; no picture if the decoder refused a packet."""
        taken: Counter[int] = Counter()
        aspect = self._aspect()
        for packet in packets:
            self._count()
            self.stream.codec_context.skip_frame = (
                "NONREF" if self._superfluous(packet) else "DEFAULT"
            )
            try:
                pictures = self.stream.codec_context.decode(packet)
            except (av.FFmpegError, OSError):
                # A packet without a picture may be refused; one that is hidden has a picture.
                if packet is None or packet.pts is not None or self.index.hidden:
                    self.damaged = True
                    yield -1, None
                continue
            for picture in pictures:
                self.damaged |= picture.is_corrupt
                number = picture.pts
                if number is None:
                    continue
                first = self.index.stretch_of(number)
                if first >= 0:
                    number = first + taken[first]
                    taken[first] += 1
                if picture.key_frame:
                    aspect = self._aspect()
                yield number, Picture(picture, aspect)

    def _aspect(self) -> Fraction | None:
        """The shape of the pixels in the group of pictures that the decoder has come to.

        It is stated for a group: when its key frame comes out, later ones may be decoded already,
        but none of the next group. A container that states another shape is believed.
        """
        stated = self.stream.sample_aspect_ratio or None
        if stated != self._coded_aspect:
            return stated
        return self.stream.codec_context.sample_aspect_ratio

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
        if packet is None or self.wanted is None or self._threads == 1:
            return False
        number = packet.pts
        return (
            number is not None and number not in self.wanted and self.index.stretch_of(number) < 0
        )
