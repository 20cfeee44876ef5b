"""H.264 whose frames are coded as two fields, a packet each, as camcorders and broadcasters do.

No encoder at hand writes it, so the bits are put together here: macroblocks of plain samples
(I_PCM) and the headers that they need (ITU-T H.264, 7.3).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.support.clips import numbered

WIDTH, HEIGHT = 80, 64
GROUP = 6


def write_fields(
    path: Path, *, frames: int, whole: Sequence[int] = (), rate: int | None = 25
) -> Path:
    """Write a raw stream of `frames` interlaced frames of 80 x 64; frame i shows the number i.

    The frames in `whole` are coded as one picture, the others as a top and a bottom field. Every
    sixth is a key frame. The stream declares `rate` frames a second, or nothing.
    """
    sets = _unit(0x67, _sequence(rate)) + _unit(0x68, _picture_set())
    data = b"".join(
        (sets if number % GROUP == 0 else b"") + _frame(number, whole=number in whole)
        for number in range(frames)
    )
    path.write_bytes(data)
    return path


def wrap(source: Path, path: Path, pts: Callable[[int], int], *, rate: int = 50) -> Path:
    """Copy the packets of a raw stream into a container; the n-th gets the time pts(n) / rate."""
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        template = given.streams.video[0]
        stream = made.add_stream_from_template(template)
        packets = (packet for packet in given.demux(template) if packet.size)
        for number, packet in enumerate(packets):
            packet.pts = packet.dts = pts(number)
            packet.time_base, packet.stream = Fraction(1, rate), stream
            made.mux(packet)
    return path


def _u(value: int, count: int) -> str:
    return format(value, f"0{count}b")


def _ue(value: int) -> str:
    return "0" * ((value + 1).bit_length() - 1) + format(value + 1, "b")


def _unit(kind: int, bits: str, samples: bytes = b"") -> bytes:
    """A NAL unit: bits, then whole bytes, then the stop bit."""
    bits += "" if samples else "1"
    bits += "0" * (-len(bits) % 8)
    data = bytes([kind]) + int(bits, 2).to_bytes(len(bits) // 8, "big")
    data += samples + b"\x80" if samples else b""
    return b"\0\0\0\1" + re.sub(b"\0\0(?=[\0-\3])", b"\0\0\3", data)


def _sequence(rate: int | None) -> str:
    """Main profile, frame_num of 16 bits, fields allowed, BT.601 in limited range."""
    described = "00" + "1" + _u(5, 3) + "0" + "1" + _u(6, 8) * 3 + "0"
    timing = "0" if rate is None else "1" + _u(1, 32) + _u(2 * rate, 32) + "1"
    size = _ue(WIDTH // 16 - 1) + _ue(HEIGHT // 32 - 1)
    counters = _ue(0) + _ue(12) + _ue(0) + _ue(12) + _ue(1) + "0"
    return (
        _u(77, 8) + _u(0, 8) + _u(30, 8) + counters + size + "0" + "0" + "1" + "0"
        + "1" + described + timing + "0000"
    )  # fmt: skip


def _picture_set() -> str:
    return _ue(0) + _ue(0) + "00" + _ue(0) * 3 + "000" + _ue(0) * 3 + "100"


def _frame(number: int, *, whole: bool) -> bytes:
    luma = numbered(number, WIDTH, HEIGHT)
    chroma = np.full((HEIGHT // 2, WIDTH // 2), 128, np.uint8)
    if whole:
        return _picture(number, None, luma, chroma)
    return b"".join(
        _picture(number, bottom, luma[bottom::2], chroma[bottom::2]) for bottom in (0, 1)
    )


def _picture(
    number: int, bottom: int | None, luma: NDArray[np.uint8], chroma: NDArray[np.uint8]
) -> bytes:
    """An I picture: a frame, or the top (0) or bottom (1) field of one."""
    at = number % GROUP
    key = at == 0 and not bottom
    header = _ue(0) + _ue(7) + _ue(0) + _u(at, 16)
    header += "0" if bottom is None else "1" + str(bottom)
    header += _ue(number // GROUP % 2) if key else ""
    header += _u(2 * at + (bottom or 0), 16)
    # No long-term references; the filter is off; the first macroblock is I_PCM.
    header += ("00" if key else "0") + _ue(0) + _ue(1) + _ue(25)
    blocks = np.hstack([_blocks(luma, 16), _blocks(chroma, 8), _blocks(chroma, 8)])
    return _unit(0x65 if key else 0x61, header, b"\x0d\0".join(part.tobytes() for part in blocks))


def _blocks(plane: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The samples of each macroblock, a row each."""
    rows, columns = plane.shape[0] // side, plane.shape[1] // side
    return plane.reshape(rows, side, columns, side).swapaxes(1, 2).reshape(rows * columns, -1)
