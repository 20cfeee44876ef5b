"""Boxes of ISO files (ISO/IEC 14496-12), which MP4, MOV, HEIC and AVIF are made of."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_BOXES = 10_000  # in one place; a hostile file may be all boxes


@dataclass(frozen=True)
class IsoBox:
    """A box: its four letters, and where its content lies in the file, in bytes."""

    kind: bytes
    start: int
    end: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[IsoBox]:
    """The boxes one after another between two places of a file.

    A box that says it is longer than that ends at `end`. Nonsense ends the list.
    """
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head[:8])
        content = start + 8
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack(">Q", head[8:])
            content += 8
        elif size == 0:
            size = end - start
        if size < content - start or content > end:
            return
        yield IsoBox(kind, content, min(start + size, end))
        start += size


def inside(file: BinaryIO, outer: IsoBox, *path: bytes) -> IsoBox | None:
    """The first box along a path of kinds, such as `b"mdia", b"minf"`; None if there is none."""
    found: IsoBox | None = outer
    for kind in path:
        assert found is not None
        found = next((box for box in boxes(file, found.start, found.end) if box.kind == kind), None)
        if found is None:
            return None
    return found


def content(file: BinaryIO, box: IsoBox, most: int) -> bytes:
    """The first `most` bytes of a box's content."""
    file.seek(box.start)
    return file.read(min(most, box.end - box.start))
