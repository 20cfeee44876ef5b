"""What lies behind the picture of a still: the film of a motion photo, or another picture.

Phones and tools append these; readers of pictures stop before them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dfgui.core.media.container.boxes import boxes
from dfgui.core.media.stills.jpeg import BEGIN, end_of_jpeg

LARGEST_FILE = 1 << 28  # bytes that are searched
LARGEST_FTYP = 1024  # bytes


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
    end = end_of_jpeg(data, 0)
    film = _film(data, end)
    until = len(data) if film is None else film
    found, start = 1, data.find(BEGIN, end, until)
    while start >= 0:
        end = min(end_of_jpeg(data, start), until)
        found += 1
        if found > known:
            yield Appended(False, start, end - start)
        start = data.find(BEGIN, end, until)
    if film is not None:
        yield Appended(True, film, len(data) - film)


def _film(data: bytes, start: int) -> int | None:
    """First byte of an MP4 behind `start`: where its box `ftyp` begins; None if there is none."""
    at = data.find(b"ftyp", start)
    while at >= 0:
        begin = at - 4
        if begin >= start and 16 <= struct.unpack_from(">I", data, begin)[0] <= LARGEST_FTYP:
            return begin
        at = data.find(b"ftyp", at + 1)
    return None
