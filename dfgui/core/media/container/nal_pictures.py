"""What a packet of H.264 or HEVC holds, from the headers of its NAL units."""

from __future__ import annotations

from collections.abc import Iterator

from av.packet import Packet
from av.video.stream import VideoStream

from dfgui.core.media.container.packet_headers import (
    HEADER_BYTES,
    SECOND,
    SHOWN,
    SILENT,
    START,
    Bits,
)


def _units(data: bytes, length_size: int) -> Iterator[tuple[int, int]]:
    """Beginning and end of each NAL unit: behind a length, or with `length_size` 0 a start code."""
    at = 0
    if not length_size:
        at = data.find(START)
        while at >= 0:
            after = data.find(START, at + 3)
            if at + 3 < len(data):
                yield at + 3, after if after >= 0 else len(data)
            at = after
        return
    while at + length_size < len(data):
        size = int.from_bytes(data[at : at + length_size], "big")
        yield at + length_size, min(at + length_size + size, len(data))
        at += length_size + size


def _payload(data: bytes, at: int, end: int) -> bytes:
    """The beginning of a unit's content, without its emulation prevention bytes."""
    return data[at : min(end, at + HEADER_BYTES)].replace(b"\0\0\3", b"\0\0")


class Hevc:
    """ITU-T H.265, table 7-1: a key frame is a picture of one of the types 16 to 23."""

    varied = False
    ordered_by_type = False

    def __init__(self, extradata: bytes) -> None:
        configured = len(extradata) > 22 and extradata[0] == 1
        self._length_size = (extradata[21] & 3) + 1 if configured else 0

    def kind(self, packet: Packet[VideoStream]) -> int:
        """SHOWN: FFmpeg gives a frame for each picture, fields too."""
        return SHOWN

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        """Whether its picture is of a type that needs no other."""
        data = bytes(packet)
        for at, _ in _units(data, self._length_size):
            kind = data[at] >> 1 & 63
            if kind < 32:
                return kind >= 16
        return True

    def closes(self, packet: Packet[VideoStream]) -> bool:
        """Whether its picture is of the types 19 or 20: decoding starts anew (IDR)."""
        data = bytes(packet)
        kinds = (data[at] >> 1 & 63 for at, _ in _units(data, self._length_size))
        return next((kind for kind in kinds if kind < 32), None) in (19, 20)


class H264:
    """ITU-T H.264, 7.3: the slice header tells fields, and parameter sets give its shape."""

    ordered_by_type = False

    def __init__(self, extradata: bytes) -> None:
        configured = len(extradata) > 6 and extradata[0] == 1
        self._length_size = (extradata[4] & 3) + 1 if configured else 0
        # By the number of the set: bits of frame_num, only frames, separate planes; its sequence.
        self._sequences: dict[int, tuple[int, bool, bool]] = {}
        self._pictures: dict[int, int] = {}
        # frame_num and parity of a first field that waits for its second.
        self._waiting: tuple[int, int] | None = None
        if configured:
            self._learn(extradata, _configured_sets(extradata))
        else:
            self._learn(extradata, _units(extradata, 0))
        # A configured stream keeps its parameter sets; others may bring new ones.
        self.varied = not configured or self._has_fields

    @property
    def _has_fields(self) -> bool:
        return not all(only_frames for _, only_frames, _ in self._sequences.values())

    def kind(self, packet: Packet[VideoStream]) -> int:
        """SHOWN, SECOND or SILENT."""
        if not (packet.is_keyframe or self._has_fields):
            return SHOWN
        data = bytes(packet)
        if packet.is_keyframe:
            self._learn(data, _units(data, self._length_size))
            if not self._has_fields:
                return SHOWN
        fields = [self._field(data, at, end) for at, end in self._first_slices(data)]
        if not fields or fields[0] is None or len(fields) > 1:
            self._waiting = None
            return SHOWN if fields else SILENT
        number, bottom = fields[0]
        if self._waiting == (number, 1 - bottom):
            self._waiting = None
            return SECOND
        self._waiting = number, bottom
        return SHOWN

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        """Whether its first slice is an I slice: with intra refresh no later picture has one."""
        data = bytes(packet)
        for at, end in self._first_slices(data):
            bits = Bits(_payload(data, at + 1, end))
            bits.ue()
            return bits.ue() % 5 in (2, 4)
        return True

    def closes(self, packet: Packet[VideoStream]) -> bool:
        """Whether its slices are of the type 5: decoding starts anew (IDR)."""
        data = bytes(packet)
        return any(data[at] & 31 == 5 for at, _ in self._first_slices(data))

    def _first_slices(self, data: bytes) -> Iterator[tuple[int, int]]:
        """The units that begin a picture: slices with macroblock 0, whose header begins with 1."""
        for at, end in _units(data, self._length_size):
            if at + 1 < end and data[at] & 31 in (1, 2, 5) and data[at + 1] & 0x80:
                yield at, end

    def _field(self, data: bytes, at: int, end: int) -> tuple[int, int] | None:
        """frame_num and parity (1: bottom) of a field; None for a frame."""
        bits = Bits(_payload(data, at + 1, end))
        bits.ue()
        bits.ue()
        sequence = self._sequences.get(self._pictures.get(bits.ue(), -1))
        if sequence is None or sequence[1]:
            return None
        number_bits, _, planes = sequence
        if planes:
            bits.u(2)
        number = bits.u(number_bits)
        return (number, bits.u(1)) if bits.u(1) else None

    def _learn(self, data: bytes, units: Iterator[tuple[int, int]]) -> None:
        """Take in the parameter sets before the first slice."""
        for at, end in units:
            kind = data[at] & 31 if at < end else 0
            if kind in (1, 2, 5):
                return
            if kind == 7:
                number, sequence = _sequence(data[at + 1 : end].replace(b"\0\0\3", b"\0\0"))
                self._sequences[number] = sequence
            elif kind == 8:
                bits = Bits(_payload(data, at + 1, end))
                self._pictures[bits.ue()] = bits.ue()


def _configured_sets(extradata: bytes) -> Iterator[tuple[int, int]]:
    """Beginning and end of each parameter set of an AVC configuration (ISO/IEC 14496-15, 5.3.3)."""
    at = 5
    for mask in (31, 255):
        if at >= len(extradata):
            return
        count, at = extradata[at] & mask, at + 1
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2], "big")
            yield min(at + 2, len(extradata)), min(at + 2 + size, len(extradata))
            at += 2 + size


MOST_NUMBER_BITS = 16  # of a frame number; ITU-T H.264, 7.4.2.1.1
# Profiles whose sequence parameter sets tell the chroma format (ITU-T H.264, 7.3.2.1.1).
_WITH_CHROMA = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)


def _sequence(data: bytes) -> tuple[int, tuple[int, bool, bool]]:
    """Number of a sequence parameter set, bits of frame_num, only frames, separate planes."""
    bits, planes = Bits(data), False
    profile = bits.u(8)
    bits.u(16)
    number = bits.ue()
    if profile in _WITH_CHROMA:
        chroma = bits.ue()
        planes = chroma == 3 and bool(bits.u(1))
        bits.ue()
        bits.ue()
        bits.u(1)
        if bits.u(1):
            for matrix in range(12 if chroma == 3 else 8):
                if bits.u(1):
                    _skip_scaling(bits, 16 if matrix < 6 else 64)
    number_bits = min(bits.ue(), MOST_NUMBER_BITS - 4) + 4
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.u(1)
        bits.ue()
        bits.ue()
        for _ in range(min(bits.ue(), 255)):
            bits.ue()
    bits.ue()
    bits.u(1)
    bits.ue()
    bits.ue()
    return number, (number_bits, bool(bits.u(1)), planes)


def _skip_scaling(bits: Bits, count: int) -> None:
    last = following = 8
    for _ in range(count):
        if following:
            coded = bits.ue()
            following = (last + (coded + 1 >> 1 if coded & 1 else -(coded >> 1))) % 256
        last = following or last
