"""What a container says of a video track and FFmpeg does not pass on.

It is whether the track is encrypted, and which part of the coded picture is to be shown.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from dfgui.core.media.container.boxes import IsoBox, boxes, content, inside

Encrypted = Literal["no", "partly", "wholly"]
HEAD_BYTES = 1 << 20  # of a Matroska or ASF file; the tracks are described at the beginning
TS_BYTES = 4 << 20
SAMPLE_ENTRY = 78  # ISO/IEC 14496-12, 12.1.3: bytes of a video's description before its boxes
TS_SIZES = (188, 192, 204)  # bytes of a packet: plain, with a time in front, with parity behind
SYNC, IN_A_ROW = 0x47, 8
# RFC 8794 and 9559: identifiers of elements.
SEGMENT, TRACKS, TRACK = 0x18538067, 0x1654AE6B, 0xAE
ENCODINGS, ENCODING, ENCRYPTION = 0x6D80, 0x6240, 0x5035
VIDEO, WIDTH, HEIGHT = 0xE0, 0xB0, 0xBA
CROP_ACROSS, CROP_DOWN = (0x54CC, 0x54DD), (0x54AA, 0x54BB)
# ASF specification, 3.14 and 3.15: the objects of encrypted content.
ASF_ENCRYPTED = (
    bytes.fromhex("fbb31122 23bdd211 b4b700a0c955fc6e"),
    bytes.fromhex("14e68a29 2226174c b935dae07ee9289c"),
)


@dataclass(frozen=True)
class TrackHeader:
    """What was found.

    Attributes:
        encrypted: how much of the track.
        shown: width and height that are to be shown of the coded picture, in pixels; None if the
            container asks for nothing.
    """

    encrypted: Encrypted = "no"
    shown: tuple[int, int] | None = None


def track_header(file: BinaryIO, container: str, index: int, number: int) -> TrackHeader:
    """Read what the container says of one track; the default for what is damaged or not known.

    Args:
        file: open.
        container: FFmpeg's name of its format.
        index: of the stream, from 0.
        number: FFmpeg's id of the stream: the track's in ISO files, the PID in MPEG-TS.
    """
    try:
        if container.startswith("mov"):
            return _in_iso(file, number)
        if container.startswith("matroska"):
            return _in_matroska(file, index)
        if container == "mpegts":
            return TrackHeader(_scrambled(file, number))
        if container == "asf":
            head = _first(file, HEAD_BYTES)
            return TrackHeader("wholly" if any(one in head for one in ASF_ENCRYPTED) else "no")
    except (struct.error, LookupError, ValueError, ZeroDivisionError):
        pass
    return TrackHeader()


def _first(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    return file.read(size)


def _in_iso(file: BinaryIO, number: int) -> TrackHeader:
    for moov in boxes(file, 0, file.seek(0, 2)):
        if moov.kind != b"moov":
            continue
        for track in boxes(file, moov.start, moov.end):
            head = inside(file, track, b"tkhd") if track.kind == b"trak" else None
            if head is None:
                continue
            words = content(file, head, 24)
            if struct.unpack_from(">I", words, 20 if words[0] else 12)[0] == number:
                return _described(file, track)
    return TrackHeader()


def _described(file: BinaryIO, track: IsoBox) -> TrackHeader:
    table = inside(file, track, b"mdia", b"minf", b"stbl", b"stsd")
    if table is None:
        return TrackHeader()
    entries = list(boxes(file, table.start + 8, table.end))
    locked = [entry.kind == b"encv" for entry in entries]
    encrypted: Encrypted = "no" if not any(locked) else "wholly" if all(locked) else "partly"
    shown = None
    for part in boxes(file, entries[0].start + SAMPLE_ENTRY, entries[0].end):
        if part.kind == b"clap":
            width, per_width, height, per_height = struct.unpack(">4I", content(file, part, 16))
            shown = round(width / per_width), round(height / per_height)
    return TrackHeader(encrypted, shown)


def _in_matroska(file: BinaryIO, index: int) -> TrackHeader:
    data = _first(file, HEAD_BYTES)
    tracks = [
        inner
        for name, *segment in _elements(data, 0, len(data))
        if name == SEGMENT
        for kind, *held in _elements(data, *segment)
        if kind == TRACKS
        for entry, *inner in _elements(data, *held)
        if entry == TRACK
    ]
    encrypted: Encrypted = "no"
    values: dict[int, int] = {}
    for kind, *held in _elements(data, *tracks[index]):
        if kind == ENCODINGS:
            locked = [
                part == ENCRYPTION
                for name, *one in _elements(data, *held)
                if name == ENCODING
                for part, _, _ in _elements(data, *one)
            ]
            encrypted = "wholly" if any(locked) else encrypted
        elif kind == VIDEO:
            values = {
                name: int.from_bytes(data[start:end]) for name, start, end in _elements(data, *held)
            }
    across, down = (
        sum(values.get(side, 0) for side in sides) for sides in (CROP_ACROSS, CROP_DOWN)
    )
    shown = (values[WIDTH] - across, values[HEIGHT] - down) if across or down else None
    return TrackHeader(encrypted, shown)


def _elements(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Identifier, first byte and end of the content of each EBML element."""
    while start < end:
        length = 9 - data[start].bit_length()
        name = int.from_bytes(data[start : start + length])
        start += length
        length = 9 - data[start].bit_length()
        size = int.from_bytes(data[start : start + length])
        start += length
        size &= (1 << 7 * length) - 1
        # All ones: the size is not known, and the element runs to the end.
        stop = end if size == (1 << 7 * length) - 1 else min(start + size, end)
        yield name, start, stop
        start = stop


def _scrambled(file: BinaryIO, pid: int) -> Encrypted:
    """By the scrambling bits of the packets (ISO/IEC 13818-1, 2.4.3.2)."""
    heads = _heads_of_packets(_first(file, TS_BYTES))
    own = ((heads[:, 1] & 0x1F) << 8 | heads[:, 2]) == pid
    has_payload = heads[:, 3] & 0x10 != 0
    locked = heads[own & has_payload, 3] >> 6 != 0
    return "no" if not locked.any() else "wholly" if locked.mean() > 0.9 else "partly"


def _heads_of_packets(data: bytes) -> NDArray[np.int32]:
    """(N, 4) first bytes of each packet of a transport stream."""
    for size in TS_SIZES:
        for start in range(size):
            signs = data[start : start + IN_A_ROW * size : size]
            if len(signs) == IN_A_ROW and set(signs) == {SYNC}:
                count = (len(data) - start) // size
                packets = np.frombuffer(data, np.uint8, count * size, start).reshape(-1, size)
                return packets[:, :4].astype(np.int32)
    return np.empty((0, 4), np.int32)
