"""Clips in the containers of camera recorders, which no encoder at hand writes."""

from __future__ import annotations

import struct
from pathlib import Path

import av

from tests.support.clips import CODE_WIDTH, make_clip

HEIGHT, RATE = 48, 25


def make_dhav(path: Path, *, frames: int = 20) -> Path:
    """Dahua's DHAV: a header of 24 bytes and extensions, the frame, "dhav" and the length.

    Frame i shows the number i, i x 40 ms after noon of 14 March 2026.
    """
    with path.open("wb") as file:
        for number, (unit, key) in enumerate(_units(path, frames)):
            # Width and height in units of 8 pixels; codec 2 is H.264.
            size = struct.pack("<BBBB", 0x80, 0, CODE_WIDTH // 8, HEIGHT // 8)
            extensions = size + struct.pack("<BBBB", 0x81, 0, 2, RATE)
            length = 24 + len(extensions) + len(unit) + 8
            date = 26 << 26 | 3 << 22 | 14 << 17 | 12 << 12 | number // RATE
            head = b"DHAV" + struct.pack("<BBBB", 0xFD if key else 0xFC, 0, 0, 0)
            head += struct.pack("<III", number, length, date)
            head += struct.pack("<HB", number * 1000 // RATE, len(extensions))
            checksum = bytes([sum(head) & 255])
            file.write(head + checksum + extensions + unit + b"dhav" + struct.pack("<I", length))
    return path


def make_luodat(path: Path, *, frames: int = 20) -> Path:
    """CCTV's DAT: 8 KiB, then a header of 128 bytes and the frame, in turn.

    Frame i shows the number i, i x 40 ms after 0.
    """
    with path.open("wb") as file:
        file.write(b"luo ".ljust(0x1FFC) + b" oul")
        for number, (unit, key) in enumerate(_units(path, frames)):
            head = b"liu " + struct.pack("<IIII16x", 1, CODE_WIDTH, HEIGHT, RATE)
            head += struct.pack("<I4xI4xQI", key, 0, number, len(unit))
            file.write(head.ljust(0x7C, b"\0") + b" uil" + unit)
    return path


def _units(path: Path, frames: int) -> list[tuple[bytes, bool]]:
    """Access units of H.264 and whether each is a key frame."""
    raw = make_clip(path.with_suffix(".h264"), frames=frames)
    with av.open(str(raw)) as reader:
        units = [
            (bytes(packet), packet.is_keyframe) for packet in reader.demux(video=0) if packet.size
        ]
    raw.unlink()
    return units
