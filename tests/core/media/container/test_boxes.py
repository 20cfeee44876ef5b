"""The boxes of ISO files, whose sizes may be wrong."""

from __future__ import annotations

import io
import struct

from dfgui.core.media.container.boxes import IsoBox, boxes, content


def test_a_long_header_that_crosses_the_end_ends_the_list() -> None:
    long = struct.pack(">I4sQ", 1, b"tkhd", 100)
    file = io.BytesIO(struct.pack(">I4s", 8, b"free") + long + b"x" * 84)
    assert list(boxes(file, 0, 20)) == [IsoBox(b"free", 8, 8)]
    assert [box.kind for box in boxes(file, 0, 108)] == [b"free", b"tkhd"]


def test_a_box_that_says_it_is_longer_ends_where_its_parent_does() -> None:
    file = io.BytesIO(struct.pack(">I4s", 1000, b"clap") + b"abcdef")
    (box,) = boxes(file, 0, 12)
    assert content(file, box, 100) == b"abcd"
