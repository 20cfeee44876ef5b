"""What the file of a still says of its pictures: sizes, which is the main one, depth, codec."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from dfgui.core.media.stills.jpeg import BEGIN, coded_as
from dfgui.core.sentences import Sentence

# Pillow's and libheif's parsers raise any of these on altered files.
DAMAGE = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, ArithmeticError,
    AttributeError, RuntimeError, struct.error, Image.DecompressionBombError,
)  # fmt: skip

MOST_PICTURES = 10_000  # that may be chosen from in one file
LARGEST_HEAD = 1 << 20  # bytes of a JPEG in which its coding is looked for
DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")
BITS, PHOTOMETRIC, WIDTH, HEIGHT = 258, 262, 256, 257  # TIFF tags
WHITE_IS_ZERO = 0
LOSSY_WEBP = "WEBP (lossy)"
LOSSY = ("HEIC", "AVIF", LOSSY_WEBP)
"""Codecs, apart from JPEG, that change a picture when they store it."""


@dataclass(frozen=True)
class Stored:
    """How a picture is stored: its size, bits per value, and whether 0 is white."""

    size: tuple[int, int]
    bits: int
    inverted: bool = False


def sizes_of(image: Image.Image) -> list[tuple[int, int]]:
    """The stored size of each picture of a file; (0, 0) of one that cannot be read."""
    count = min(getattr(image, "n_frames", 1), MOST_PICTURES)
    if image.format not in ("TIFF", "MPO"):  # the pictures of an animation have one size
        return [image.size] * count
    sizes = []
    for number in range(count):
        try:
            image.seek(number)
            sizes.append(image.size)
        except DAMAGE:
            sizes.append((0, 0))
    return sizes


def flagged(image: Image.Image) -> int | None:
    """The picture that the file marks: in a JPEG with several, its "representative image".

    An animation begins with its first picture.
    """
    if image.format == "TIFF":
        return None
    entries = getattr(image, "mpinfo", {}).get(0xB002, ())  # CIPA DC-007: MP entries
    marked = (
        number
        for number, entry in enumerate(entries)
        if entry["Attribute"]["RepresentativeImageFlag"]
    )
    return next(marked, None if entries else 0)


def stored(image: Image.Image) -> Stored:
    """How a picture lies in its file; it is not loaded yet, as Pillow turns a TIFF with that."""
    if isinstance(image, TiffImageFile):
        tags = image.tag_v2
        bits = tags.get(BITS, 1)
        return Stored(
            (int(tags[WIDTH]), int(tags[HEIGHT])),
            max(bits) if isinstance(bits, tuple) else int(bits),
            tags.get(PHOTOMETRIC) == WHITE_IS_ZERO,
        )
    # Pillow names how the values lie in the file, such as "RGB;16B".
    raw = [str(tile.args) for tile in getattr(image, "tile", ())]
    return Stored(image.size, 16 if any(";16" in words for words in raw) else 8)


def eight_bits(image: Image.Image, stored: Stored) -> Image.Image:
    """A grey picture of more than 8 bits in mode L."""
    values = np.nan_to_num(np.asarray(image).astype(np.float64))
    # By convention floating-point TIFF holds 0-1, integer TIFF as much as its bits do, and 32 bits
    # hold 0-65535.
    most = 1.0 if image.mode == "F" else 2.0 ** min(stored.bits, 16) - 1
    if stored.inverted and image.mode.startswith("I;16"):  # Pillow inverts 8 bits alone
        values = most - values
    return Image.fromarray(np.clip(np.rint(values * 255 / most), 0, 255).astype(np.uint8))


def codec_of(image: Image.Image, file: BinaryIO) -> str:
    """The name of the coding; `LOSSY` has those that a picture does not survive unchanged."""
    if image.format == "MPO":  # a phone's second picture makes a JPEG an "MPO"
        return "JPEG"
    if image.format == "WEBP" and not _is_lossless_webp(file):
        return LOSSY_WEBP
    return image.format or "?"


def _is_lossless_webp(file: BinaryIO) -> bool:
    """Whether the first picture of a WebP is stored without loss (RFC 9649: chunk VP8L)."""
    at = 12
    while True:
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or head[:4] in (b"VP8L", b"VP8 "):
            return head[:4] == b"VP8L"
        # The pictures of an animation lie in a chunk with 16 bytes of its own in front.
        size = int.from_bytes(head[4:], "little")
        at += 8 + (16 if head[:4] == b"ANMF" else size + size % 2)


def why_unreadable(path: Path, file: BinaryIO) -> Sentence:
    """Why a still cannot be read, as far as its first bytes say."""
    file.seek(0)
    data = file.read(LARGEST_HEAD)
    coded = coded_as(data) if data.startswith(BEGIN) else None
    if coded is not None and coded[1]:
        return Sentence(
            "{path} is a JPEG that is coded without loss; this program does not read it, so convert"
            " it with a tool that does.",
            path=path,
        )
    if coded is not None and coded[0] != 8:
        return Sentence(
            "{path} is a JPEG with {bits} bits per value; this program reads those with 8, so"
            " convert it with a tool that reads it.",
            path=path,
            bits=coded[0],
        )
    return Sentence(
        "{path} is not a picture that can be read; it may be damaged or too large.", path=path
    )
