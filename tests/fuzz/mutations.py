"""Damage to a file, drawn by chance: flips, cuts, splices, wrong sizes, swapped packets."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Boxes of ISO files that hold others, and how many bytes stand before these.
HOLDERS = {
    b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"edts": 0, b"dinf": 0,
    b"moof": 0, b"traf": 0, b"mvex": 0, b"udta": 0, b"meta": 4, b"iprp": 0, b"ipco": 0,
}  # fmt: skip
WRONG_SIZES = (0, 1, 2, 7, 8, 9, 2**31 - 1, 2**31, 2**32 - 1)
PIECES = (1, 100, 5000)
"""Bytes that are put in."""


@dataclass(frozen=True)
class Source:
    """A harmless file.

    Attributes:
        data: its bytes.
        packets: place and size of its packets, in bytes; empty for a still.
    """

    data: bytes
    packets: Sequence[tuple[int, int]] = ()


Mutation = Callable[[Source, random.Random], bytes]


def flips(source: Source, chance: random.Random) -> bytes:
    """Give 1 to 512 bytes another value."""
    changed, start = bytearray(source.data), _start(source.data, chance)
    for _ in range(chance.choice((1, 8, 64, 512))):
        changed[chance.randrange(start, len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(source: Source, chance: random.Random) -> bytes:
    """Leave the end out."""
    return source.data[: chance.randrange(_start(source.data, chance), len(source.data))]


def insertion(source: Source, chance: random.Random) -> bytes:
    """Put random bytes in."""
    at = chance.randrange(_start(source.data, chance), len(source.data))
    return source.data[:at] + chance.randbytes(chance.choice(PIECES)) + source.data[at:]


def splice(source: Source, chance: random.Random) -> bytes:
    """Put a piece of the file over, or into, another place of it."""
    data, size = source.data, min(chance.choice((16, 1000, 50_000)), len(source.data))
    taken = chance.randrange(len(data) - size + 1)
    at = chance.randrange(len(data) - size + 1)
    return data[:at] + data[taken : taken + size] + data[at + size * chance.randrange(2) :]


def wrong_sizes(source: Source, chance: random.Random) -> bytes:
    """Give up to three boxes of an ISO file another size; in another file, four bytes anywhere."""
    changed = bytearray(source.data)
    places = list(_boxes(source.data, 0, len(source.data)))
    for _ in range(chance.randrange(1, 4)):
        at = chance.choice(places or [chance.randrange(_start(changed, chance), len(changed) - 4)])
        (size,) = struct.unpack_from(">I", changed, at)
        near = (size + chance.choice((-9, -1, 1, 9, 4096))) % 2**32
        struct.pack_into(">I", changed, at, chance.choice((near, *WRONG_SIZES)))
    return bytes(changed)


def swapped_packets(source: Source, chance: random.Random) -> bytes:
    """Exchange the bytes of up to three pairs of packets, as many as the smaller one has."""
    if len(source.packets) < 2:
        return flips(source, chance)
    changed = bytearray(source.data)
    for _ in range(chance.randrange(1, 4)):
        (one, size), (other, other_size) = chance.sample(source.packets, 2)
        count = min(size, other_size)
        kept = changed[one : one + count]
        changed[one : one + count] = changed[other : other + count]
        changed[other : other + count] = kept
    return bytes(changed)


MUTATIONS: tuple[Mutation, ...] = (
    flips, cut, insertion, splice, wrong_sizes, swapped_packets,
)  # fmt: skip


def mutated(source: Source, chance: random.Random) -> tuple[str, bytes]:
    """One kind of damage, or two, one after the other.

    Returns:
        The names of what was done, and the bytes; the packets of a file that was damaged before are
        taken to lie where they lay.
    """
    done = []
    for kind in chance.sample(MUTATIONS, chance.choice((1, 1, 1, 2))):
        if len(source.data) > max(PIECES):
            source = Source(kind(source, chance), source.packets)
            done.append(kind.__name__)
    return " and ".join(done), source.data


def _start(data: bytes | bytearray, chance: random.Random) -> int:
    """The first byte that may be hit: anywhere, near the beginning, or where MP4 has its tables."""
    return chance.choice((0, 0, min(64, len(data) // 2), len(data) * 95 // 100))


def _boxes(data: bytes, start: int, end: int) -> Iterator[int]:
    """Where each box of an ISO file begins, with those in others; nothing for another file."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > end:
            return
        yield start
        if kind in HOLDERS:
            yield from _boxes(data, start + 8 + HOLDERS[kind], start + size)
        start += size
