"""What a packet holds: a picture that is shown, a second field, or nothing to show.

Read from the first bits of its headers; nothing is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from av.packet import Packet
from av.video.stream import VideoStream

from dfgui.core.media.container.nal_pictures import H264, Hevc
from dfgui.core.media.container.packet_headers import HEADER_BYTES, SHOWN, SILENT, START, Bits


class CodedPictures(Protocol):
    """Reads the packets of one stream, in the file's order.

    Attributes:
        varied: A packet may give something other than a frame, so `kind` has to be asked.
        ordered_by_type: Pictures are shown in the order of their packets, but for B pictures, which
            are shown before the picture that comes before them.
    """

    varied: bool
    ordered_by_type: bool

    def kind(self, packet: Packet[VideoStream]) -> int:
        """SHOWN, SECOND or SILENT."""

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        """Whether a packet that the container calls a key frame holds one."""

    def closes(self, packet: Packet[VideoStream]) -> bool:
        """Whether a packet that `opens` is surely shown after all that come before it."""


def coded_pictures(stream: VideoStream) -> CodedPictures:
    """The reader for a stream's codec."""
    context = stream.codec_context
    extradata = bytes(context.extradata or b"")
    match context.codec.canonical_name:
        case "h264":
            return H264(extradata)
        case "hevc":
            return Hevc(extradata)
        case "vp8":
            return _Vp8()
        case "vp9":
            return _Vp9()
        case "av1":
            return _Av1()
        case "mpeg4":
            return _Mpeg4(extradata)
        case "mpeg1video" | "mpeg2video":
            return _Plain(ordered_by_type=True)
    return _Plain()


class _Plain:
    """A codec each of whose packets is a frame."""

    varied = False

    def __init__(self, *, ordered_by_type: bool = False) -> None:
        self.ordered_by_type = ordered_by_type

    def kind(self, packet: Packet[VideoStream]) -> int:
        return SHOWN

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        return True

    def closes(self, packet: Packet[VideoStream]) -> bool:
        return False


class _Vp8:
    """RFC 6386, 9.1: the frame tag says whether the frame is shown."""

    varied = True
    ordered_by_type = False

    def kind(self, packet: Packet[VideoStream]) -> int:
        return SHOWN if memoryview(packet)[0] & 0x10 else SILENT

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        return not memoryview(packet)[0] & 1

    def closes(self, packet: Packet[VideoStream]) -> bool:
        return False


class _Vp9:
    """VP9 bitstream specification, 6.2 and annex B: a superframe ends in an index of its frames."""

    varied = True
    ordered_by_type = False

    def kind(self, packet: Packet[VideoStream]) -> int:
        data = memoryview(packet)
        return SHOWN if any(_vp9_shown(data[at : at + 1]) for at in _vp9_frames(data)) else SILENT

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        return True

    def closes(self, packet: Packet[VideoStream]) -> bool:
        return False


def _vp9_frames(data: memoryview) -> Iterator[int]:
    """Where each frame of a packet begins."""
    marker = data[-1]
    count, width = (marker & 7) + 1, (marker >> 3 & 3) + 1
    length = 2 + count * width
    if marker & 0xE0 != 0xC0 or len(data) < length or data[-length] != marker:
        yield 0
        return
    at = 0
    for number in range(count):
        if at < len(data) - length:
            yield at
        field = len(data) - length + 1 + number * width
        at += int.from_bytes(data[field : field + width], "little")


def _vp9_shown(header: memoryview) -> bool:
    bits = Bits(bytes(header))
    bits.u(2)
    if bits.u(1) + 2 * bits.u(1) == 3:
        bits.u(1)
    existing = bits.u(1)
    bits.u(1)
    return bool(existing or bits.u(1))


class _Av1:
    """AV1 bitstream specification, 5.3 and 5.9: units of a header, a size and a payload."""

    varied = True
    ordered_by_type = False

    def kind(self, packet: Packet[VideoStream]) -> int:
        data = memoryview(packet)
        return SHOWN if any(_av1_shown(data, *unit) for unit in _av1_units(data)) else SILENT

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        return True

    def closes(self, packet: Packet[VideoStream]) -> bool:
        return False


def _av1_units(data: memoryview) -> Iterator[tuple[int, int]]:
    """Type and payload of each unit, the payload as its place."""
    at = 0
    while at < len(data):
        header = data[at]
        at += 2 if header & 4 else 1
        size, shift = len(data) - at, 0
        if header & 2:
            size = 0
            while at < len(data):
                part = data[at]
                size |= (part & 0x7F) << shift
                at, shift = at + 1, shift + 7
                if not part & 0x80 or shift > 56:
                    break
        yield header >> 3 & 15, at
        at += size


def _av1_shown(data: memoryview, kind: int, at: int) -> bool:
    """Whether a frame header (types 3 and 6) shows its frame, or an earlier one."""
    return kind in (3, 6) and at < len(data) and bool(data[at] & 0x90)


class _Mpeg4:
    """ISO/IEC 14496-2, 6.2.5: a picture may be marked as not coded, and then shows nothing new."""

    varied = True

    def __init__(self, extradata: bytes) -> None:
        self._time_bits = 0
        # Pictures that are packed into the packet of another one; each takes the place of one that
        # is not coded.
        self._packed = 0
        self.ordered_by_type = True
        self._learn(extradata)

    def kind(self, packet: Packet[VideoStream]) -> int:
        data = bytes(packet)
        if packet.is_keyframe:
            self._learn(data)
        at = data.find(START + b"\xb6")
        if at < 0:  # H.263 headers
            return SHOWN
        if data.find(START + b"\xb6", at + 4) >= 0:
            self._packed += 1
            self.ordered_by_type = False  # FFmpeg knows the type of the first one alone
        if not self._time_bits or self._coded(data[at + 4 : at + 4 + HEADER_BYTES]):
            return SHOWN
        if self._packed:
            self._packed -= 1
            return SHOWN
        return SILENT

    def holds_key_frame(self, packet: Packet[VideoStream]) -> bool:
        return True

    def closes(self, packet: Packet[VideoStream]) -> bool:
        return False

    def _coded(self, header: bytes) -> bool:
        bits = Bits(header)
        bits.u(2)
        seconds = 0
        while bits.u(1) and seconds < 8 * HEADER_BYTES:
            seconds += 1
        bits.u(1 + self._time_bits + 1)
        return bool(bits.u(1))

    def _learn(self, data: bytes) -> None:
        """Take the length of a picture's time from the layer's header (6.2.3)."""
        at = data.find(START)
        while 0 <= at < len(data) - 4:
            if data[at + 3] & 0xF0 == 0x20:
                bits = Bits(data[at + 4 : at + 4 + HEADER_BYTES])
                bits.u(9)
                version = bits.u(7) >> 3 if bits.u(1) else 1
                if bits.u(4) == 15:
                    bits.u(16)
                if bits.u(1) and bits.u(4) & 1:
                    bits.u(79)
                if bits.u(2) == 3 and version != 1:
                    bits.u(4)
                bits.u(1)
                self._time_bits = max((bits.u(16) - 1).bit_length(), 1)
            at = data.find(START, at + 3)
