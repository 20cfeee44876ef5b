"""The packet index of a video: every frame's time, key flag and size, read without decoding."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from dfgui.core.media.container.coded_pictures import CodedPictures, coded_pictures
from dfgui.core.media.container.packet_headers import HIDDEN, SECOND, SHOWN, SILENT
from dfgui.core.media.container.packets import read_packets
from dfgui.core.media.container.time_stamps import NO_TIME, Arrangement, Int64, arrange, ascending
from dfgui.core.media.media_files import REPORT_EVERY, Progress

# What the container calls a key frame: one, a picture that needs others (intra refresh), or a key
# frame with which decoding starts anew, so that nothing from before is shown after it.
WHOLE, RECOVERY, CLOSED = 1, 2, 3
# Columns of the table of packets.
PTS, DTS, KEY, SIZE, POS, KIND = range(6)


@dataclass(frozen=True, eq=False)
class StampFaults:
    """Numbers of the frames whose time stamps are not as they should be, each ascending.

    Attributes:
        missing: They have none; their times are filled in.
        repeated: They have that of the frame before them.
        misplaced: Theirs does not fit between their neighbours'.
        restarts: The file's clock starts again with them.
    """

    missing: Int64
    repeated: Int64
    misplaced: Int64
    restarts: Int64

    def without_first(self, count: int) -> StampFaults:
        """Those of the other frames if the first `count` are left out."""
        parts = (self.missing, self.repeated, self.misplaced, self.restarts)
        return StampFaults(*(part[part >= count] - count for part in parts))


@dataclass(frozen=True, eq=False)
class PacketIndex:
    """Every frame that a stream's packets promise, in presentation order.

    Rows are packets in the file's order, from the first key frame on.

    Attributes:
        pts: (N,) int64, in units of `time_base`, as the file gives them: ascending unless `faults`
            says otherwise; when not `timed`, only the order.
        key: (N,) bool, the frame can be decoded without any other.
        size: (N,) int64, bytes of its packets.
        rows: (N,) int64, row of its first packet.
        time_base: Seconds per unit.
        timed: `pts` are presentation times.
        counted: Stamps tell no frame from another: all are found by counting, from the start or
            from a key frame with which decoding starts anew.
        stretches: (S, 2) int64, numbers [first, end) of frames whose order the stamps do not tell:
            they are numbered as they leave the decoder.
        keys: (K, 4) int64 of each key packet, in presentation order: pts, dts (NO_TIME if unknown),
            row, and the first frame whose number is certain if decoding starts there.
        numbers: (M,) int64, frame of each row, -1 if it shows none. The second field of a frame has
            the same as the first.
        packets: (M, 3) int64 of each row: pts, size, and place in the file in bytes (-1 if
            unknown).
        faults: Frames with a bad time stamp.
        hidden: Packets that an edit list or the container marks as not to be shown.
        silent: Packets that give no frame of their own: second fields, and what is not shown.
        headless: Packets before the first key frame, which no decoder can decode; without a row.
        leading: Frames shown before the first key frame but coded after it, which need what comes
            before the file's beginning; without a number.
        broken: The file ended with a read error.
    """

    pts: Int64
    key: NDArray[np.bool_]
    size: Int64
    rows: Int64
    time_base: Fraction
    timed: bool
    counted: bool
    stretches: Int64
    keys: Int64
    numbers: Int64
    packets: Int64
    faults: StampFaults
    hidden: int
    silent: int
    headless: int
    broken: bool
    leading: int = 0

    def __len__(self) -> int:
        return len(self.pts)

    @cached_property
    def clock(self) -> Int64:
        """(N,) int64: `pts` without what runs back, for durations and for playing."""
        return ascending(self.pts)

    @cached_property
    def step(self) -> float:
        """Usual time from one frame to the next, in units of the time base; 0 with one frame.

        A gap in the recording does not change it.
        """
        return float(np.median(np.diff(self.clock))) if len(self) > 1 else 0.0

    @cached_property
    def _by_pts(self) -> Int64:
        return np.argsort(self.packets[:, 0], kind="stable")

    def row_of(self, packet: Packet[VideoStream], expected: int = -1) -> int | None:
        """Row of a packet that was read again, None if it is not told from others.

        Args:
            packet: Of this stream.
            expected: The row that it most likely has.
        """
        pts = NO_TIME if packet.pts is None else packet.pts
        if 0 <= expected < len(self.packets) and self.packets[expected, 0] == pts:
            return expected
        if pts == NO_TIME:
            return None
        order, stamps = self._by_pts, self.packets[:, 0]
        first, end = (
            int(np.searchsorted(stamps, pts, side, sorter=order)) for side in ("left", "right")
        )
        rows = order[first:end]
        if len(rows) > 1:
            rows = rows[self.packets[rows, 1] == packet.size]
        if len(rows) > 1:
            rows = rows[self.packets[rows, 2] == packet.pos]
        return int(rows[0]) if len(rows) == 1 else None

    def stretch_of(self, number: int) -> int:
        """First frame of the stretch that frame `number` lies in, -1 if it lies in none."""
        if not len(self.stretches):
            return -1
        at = int(np.searchsorted(self.stretches[:, 0], number, side="right")) - 1
        return int(self.stretches[at, 0]) if at >= 0 and number < self.stretches[at, 1] else -1

    def key_before(self, index: int) -> int:
        """Row of `keys` to decode frame `index` from; -1 means the start of the file."""
        return int(np.searchsorted(self.keys[:, 3], index, side="right")) - 1

    def leads(self, first: int) -> bool:
        """Whether frame `first` is the first key frame and those before it are coded after it."""
        rows = self.rows[:first]
        return (
            len(self.keys) > 0
            and bool((rows > self.rows[first]).all())
            and (int(self.rows[first]) == int(self.keys[0, 2]))
        )

    def without_leading(self, count: int) -> PacketIndex:
        """The index without its first `count` frames."""
        keys = self.keys.copy()
        keys[:, 3] = np.maximum(keys[:, 3] - count, 0)
        stretches = np.maximum(self.stretches - count, 0)
        return replace(
            self, pts=self.pts[count:], key=self.key[count:], size=self.size[count:],
            rows=self.rows[count:], stretches=stretches[stretches[:, 1] > 0], keys=keys,
            numbers=np.where(self.numbers >= count, self.numbers - count, -1),
            faults=self.faults.without_first(count), leading=count,
        )  # fmt: skip

    def first_from(self, key: int) -> int:
        """First frame whose number is certain if decoding starts from row `key` of `keys`."""
        return 0 if key < 0 else int(self.keys[key, 3])


def build_index(
    container: InputContainer, stream: VideoStream, progress: Progress | None = None
) -> PacketIndex:
    """Read every packet of `stream` once from the current position, without decoding.

    Args:
        container: At its beginning.
        stream: Of that container.
        progress: Called with "index", the packets read so far, and 0, every 100 packets.

    Returns:
        The index. 200,000 packets take at most a few seconds if the disk keeps up, and 100 bytes
        each.
    """
    pictures = coded_pictures(stream)
    look = pictures.kind if pictures.varied else None
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
        pts, dts, pos = packet.pts, packet.dts, packet.pos
        key = _key_kind(pictures, packet) if packet.is_keyframe else 0
        kind = look(packet) if look is not None else SHOWN
        columns.extend(
            (
                NO_TIME if pts is None else pts,
                NO_TIME if dts is None else dts,
                key,
                packet.size,
                -1 if pos is None else pos,
                kind or packet.is_discard,
            )
        )
        count += 1
        if progress is not None and count % REPORT_EVERY == 0:
            progress("index", count, 0)
    table = np.array(columns, np.int64).reshape(-1, 6)
    # AVI stores no presentation times. FFmpeg invents them for reordered pictures from their types,
    # which is wrong for codecs that reorder freely.
    invented = container.format.name == "avi" and stream.codec_context.has_b_frames
    guessed = bool(invented) and not pictures.ordered_by_type
    return index_from_table(table, stream.time_base or Fraction(1), guessed=guessed, broken=broken)


def _key_kind(pictures: CodedPictures, packet: Packet[VideoStream]) -> int:
    if not pictures.holds_key_frame(packet):
        return RECOVERY
    return CLOSED if pictures.closes(packet) else WHOLE


def index_from_table(
    table: Int64, time_base: Fraction, *, guessed: bool = False, broken: bool = False
) -> PacketIndex:
    """Sort packets into presentation order.

    Args:
        table: (M, 6) int64 in file order: pts, dts (NO_TIME if unknown), key (0; WHOLE: coded
            alone; RECOVERY: not; CLOSED: nothing from before it is shown after it), size in bytes,
            place in the file in bytes (-1 if unknown), and what it gives: SHOWN, HIDDEN, SECOND or
            SILENT.
        time_base: Seconds per unit of pts and dts.
        guessed: The pts are only a guess.
        broken: The file ended with a read error.
    """
    keyed = table[:, KEY] > 0
    headless = int(np.argmax(keyed)) if keyed.any() else len(table)
    table = table[headless:]
    kinds = table[:, KIND]
    if not (kinds == SHOWN).any():  # a stream of nothing but silence is read wrongly
        kinds = np.minimum(kinds, HIDDEN) * (kinds == HIDDEN)
    rows = np.flatnonzero(kinds <= HIDDEN)
    shown = kinds[rows] == SHOWN
    closed = table[rows, KEY] == CLOSED
    found = arrange(table[rows, PTS], table[rows, DTS], shown=shown, closed=closed, guessed=guessed)
    visible = found.order[shown[found.order]]
    numbers = np.full(len(table), -1)
    numbers[rows[visible]] = np.arange(len(visible))
    size = table[:, SIZE]
    if len(rows) < len(table):
        owner = _owners(kinds)
        size = np.bincount(owner, weights=size, minlength=len(table)).astype(np.int64)
        numbers[kinds == SECOND] = numbers[owner[kinds == SECOND]]
    # Number of the frame at each place, or of the next one that is shown.
    before = np.concatenate(([0], np.cumsum(shown[found.order])))
    return PacketIndex(
        pts=found.times[visible], key=np.isin(table[rows[visible], KEY], (WHOLE, CLOSED)),
        size=size[rows[visible]], rows=rows[visible], time_base=time_base, timed=found.timed,
        counted=found.counted, stretches=before[found.stretches],
        keys=_keys(table[rows], rows, found, before), numbers=numbers,
        packets=table[:, [PTS, SIZE, POS]], faults=_faults(found, visible),
        hidden=int(len(rows) - shown.sum()), silent=len(table) - len(rows), headless=headless,
        broken=broken,
    )  # fmt: skip


def _owners(kinds: Int64) -> Int64:
    """The row of the frame that each packet's bytes belong to.

    A second field belongs to the frame before it. What is not shown is there for the frame after
    it; at the end of the file, it counts to the last.
    """
    at, last = np.arange(len(kinds)), len(kinds)
    frames = kinds <= HIDDEN
    before = np.maximum.accumulate(np.where(frames, at, 0))
    after = np.minimum.accumulate(np.where(frames, at, last)[::-1])[::-1]
    return np.where((kinds == SILENT) & (after < last), after, before)


def _keys(table: Int64, rows: Int64, found: Arrangement, before: Int64) -> Int64:
    """The table of key packets; see `PacketIndex`."""
    places = np.flatnonzero(table[found.order, KEY])
    own, certain = found.order[places], places.copy()
    # The frames of a stretch can only be told apart by a decoder that gets all of them.
    whole = found.counted & (table[own, KEY] == CLOSED)  # these begin a stretch
    for first, end in found.stretches:
        certain[(places >= first) & (places < end) & ~whole] = end
    return np.stack([found.times[own], table[own, DTS], rows[own], before[certain]], axis=1)


def _faults(found: Arrangement, visible: Int64) -> StampFaults:
    if found.counted:
        none = np.empty(0, np.int64)
        return StampFaults(none, none, none, none)
    times, clock = found.times[visible], found.clock[visible]
    bad = found.missing[visible] | found.misplaced[visible]
    again = (np.diff(times) == 0) & (np.diff(clock) == 0) & ~bad[1:]
    return StampFaults(
        missing=np.flatnonzero(found.missing[visible]),
        repeated=np.flatnonzero(again) + 1,
        misplaced=np.flatnonzero(found.misplaced[visible]),
        restarts=np.flatnonzero(np.diff(clock) > 0) + 1,
    )
