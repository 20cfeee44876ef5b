"""What lies behind the picture of a still: the film of a motion photo, or another picture.

Phones and tools append these; readers of pictures stop before them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dfgui.core.media.boxes import boxes

LARGEST_FILE = 1 << 28  # bytes that are searched
LARGEST_FTYP = 1024  # bytes
BEGIN, END, SCAN, FILL = b"\xff\xd8\xff", 0xD9, 0xDA, 0xFF
# ISO/IEC 10918-1, B.1.1: in coded data, 0xFF is followed by 0, a restart marker or another 0xFF.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length


@dataclass(frozen=True)
class Appended:
    """A film or a picture behind the picture: its first byte in the file, and how many it has."""

    is_film: bool
    start: int
    size: int


def behind_heif(file: BinaryIO) -> Iterator[Appended]:
    """The film that phones keep in a box `mpvd` of a HEIC or AVIF."""
    for box in boxes(file, 0, file.seek(0, 2)):
        if box.kind == b"mpvd":
            yield Appended(True, box.start, box.end - box.start)


def behind_jpeg(file: BinaryIO, known: int) -> Iterator[Appended]:
    """What lies behind the `known` pictures of a JPEG; nothing for another kind of file."""
    file.seek(0)
    if file.read(len(BEGIN)) != BEGIN:
        return
    file.seek(0)
    data = file.read(LARGEST_FILE)
    end = _end_of_jpeg(data, 0)
    film = _film(data, end)
    until = len(data) if film is None else film
    found, start = 1, data.find(BEGIN, end, until)
    while start >= 0:
        end = min(_end_of_jpeg(data, start), until)
        found += 1
        if found > known:
            yield Appended(False, start, end - start)
        start = data.find(BEGIN, end, until)
    if film is not None:
        yield Appended(True, film, len(data) - film)


def _end_of_jpeg(data: bytes, start: int) -> int:
    """First byte behind the JPEG that begins at `start`; the end of the data if it is cut short."""
    at = start + 2
    while at + 4 <= len(data):
        if data[at] != FILL:  # coded data, or damage
            found = MARKER.search(data, at)
            if found is None:
                break
            at = found.start()
        kind = data[at + 1]
        if kind == END:
            return at + 2
        if kind == FILL:
            at += 1
        elif kind in ALONE:
            at += 2
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + length
            if kind == SCAN:
                found = MARKER.search(data, at)
                if found is None:
                    break
                at = found.start()
    return at + 2 if data[at : at + 2] == b"\xff\xd9" else len(data)


def _film(data: bytes, start: int) -> int | None:
    """First byte of an MP4 behind `start`: where its box `ftyp` begins; None if there is none."""
    at = data.find(b"ftyp", start)
    while at >= 0:
        begin = at - 4
        if begin >= start and 16 <= struct.unpack_from(">I", data, begin)[0] <= LARGEST_FTYP:
            return begin
        at = data.find(b"ftyp", at + 1)
    return None
