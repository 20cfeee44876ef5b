"""Markers of a JPEG file: where it ends, and how its picture is coded."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

BEGIN = b"\xff\xd8\xff"
END, SCAN, FILL = 0xD9, 0xDA, 0xFF
ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
LOSSLESS = {0xC3, 0xC7, 0xCB, 0xCF}
# ISO/IEC 10918-1, B.1.1: in coded data, 0xFF is followed by 0, a restart marker or another 0xFF.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def end_of_jpeg(data: bytes, start: int) -> int:
    """First byte behind the JPEG that begins at `start`; the end of the data if it is cut short."""
    return next((at + 2 for kind, at in _markers(data, start) if kind == END), len(data))


def coded_as(data: bytes) -> tuple[int, bool] | None:
    """Bits per value of a JPEG, and whether it is coded without loss; None if it does not say."""
    for kind, at in _markers(data, 0):
        if kind in FRAMES and at + 4 < len(data):
            return data[at + 4], kind in LOSSLESS
    return None


def size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG; (0, 0) if it does not say."""
    for kind, at in _markers(data, 0):
        if kind in FRAMES and at + 9 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
    return 0, 0


def _markers(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Kind and place of each marker with a length from `start` to the end of the picture."""
    at = start + 2
    while at + 2 <= len(data):
        if data[at] != FILL:  # coded data, or damage
            found = MARKER.search(data, at)
            if found is None:
                return
            at = found.start()
        kind = data[at + 1]
        if kind == FILL:
            at += 1
        elif kind in ALONE:
            at += 2
        else:
            yield kind, at
            if kind == END or at + 4 > len(data):
                return
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + length
            if kind == SCAN:
                found = MARKER.search(data, at)
                if found is None:
                    return
                at = found.start()
