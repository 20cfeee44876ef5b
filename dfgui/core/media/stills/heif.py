"""HEIC and AVIF: which files are stills, what their boxes say, and the pictures of a HEIC.

PyAV takes each tile of such a picture for a film of its own, so it reads the sequences alone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np
import pillow_heif
from PIL import Image

from dfgui.core.media.container.boxes import IsoBox, boxes, content, inside

# ISO/IEC 23008-12, annex B, and the AVIF specification: brands of pictures and of sequences.
PICTURES = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"mif3", b"avif"}
SEQUENCES = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"}
FULL_BOX = 4  # bytes of version and flags
MOST_PROPERTIES = 1 << 16  # bytes read of a table
MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class HeifFacts:
    """What the boxes of a HEIC or AVIF say of one of its pictures.

    Attributes:
        coded: width and height before cutting and turning; None if they are not given.
        turn: clockwise turn in degrees, and whether it is mirrored left-right after that.
        bits: per value; None if that is not given.
        nclx: code points of primaries, transfer and matrix (ITU-T H.273); None if not given.
        is_cut: it has a clean aperture, so that only a part of what is coded is to be shown.
    """

    coded: tuple[int, int] | None = None
    turn: tuple[int, bool] = (0, False)
    bits: int | None = None
    nclx: tuple[int, int, int] | None = None
    is_cut: bool = False


def heif_still(file: BinaryIO) -> Literal["HEIC", "AVIF"] | None:
    """Whether an open file is a HEIC or AVIF to be read as a picture; None for anything else.

    A sequence is none: it is read from its track, as a video.
    """
    size = file.seek(0, 2)
    first = next(boxes(file, 0, size), None)
    if first is None or first.kind != b"ftyp":
        return None
    words = content(file, first, 1024)
    major = words[:4]
    brands = {major, *(words[at : at + 4] for at in range(8, len(words), 4))}
    if not brands & (PICTURES | SEQUENCES):
        return None
    kinds = {box.kind for box in boxes(file, 0, size)}
    if b"meta" not in kinds or (b"moov" in kinds and major not in PICTURES):
        return None
    return "AVIF" if brands & {b"avif", b"avis"} else "HEIC"


def heif_facts(file: BinaryIO, item: int | None = None) -> HeifFacts:
    """Read the properties of a picture, None for the main one.

    What is missing or damaged has its default, and so has all of a file of another kind.
    """
    try:
        return _facts(list(_properties(file, item)))
    except (struct.error, IndexError, ValueError):
        return HeifFacts()


def _properties(file: BinaryIO, item: int | None) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each property of a picture, in the order in which they apply."""
    meta = next((box for box in boxes(file, 0, file.seek(0, 2)) if box.kind == b"meta"), None)
    if meta is None:
        return
    meta = IsoBox(meta.kind, meta.start + FULL_BOX, meta.end)
    pitm = inside(file, meta, b"pitm")
    ipco, ipma = inside(file, meta, b"iprp", b"ipco"), inside(file, meta, b"iprp", b"ipma")
    if pitm is None or ipco is None or ipma is None:
        return
    if item is None:
        words = content(file, pitm, 8)
        form = ">H" if words[0] == 0 else ">I"
        (item,) = struct.unpack_from(form, words, FULL_BOX)
    held = list(boxes(file, ipco.start, ipco.end))
    for number in _associations(content(file, ipma, MOST_PROPERTIES), item):
        if 0 < number <= len(held):
            yield held[number - 1].kind, content(file, held[number - 1], 64)


def _associations(table: bytes, item: int) -> Iterator[int]:
    """Numbers, from 1, of the properties of an item (box `ipma`)."""
    wide_id, wide_number = table[0] > 0, table[3] & 1
    (count,) = struct.unpack(">I", table[4:8])
    at = 8
    for _ in range(count):
        (found,) = struct.unpack_from(">I" if wide_id else ">H", table, at)
        at += 4 if wide_id else 2
        number = table[at]
        at += 1
        if found == item:
            for place in range(number):
                if wide_number:
                    yield struct.unpack_from(">H", table, at + 2 * place)[0] & 0x7FFF
                else:
                    yield table[at + place] & 0x7F
        at += number * (2 if wide_number else 1)


def _facts(properties: list[tuple[bytes, bytes]]) -> HeifFacts:
    coded: tuple[int, int] | None = None
    bits: int | None = None
    nclx: tuple[int, int, int] | None = None
    degrees, mirrored, is_cut = 0, False, False
    for kind, data in properties:
        if kind == b"ispe":
            width, height = struct.unpack(">II", data[4:12])
            coded = width, height
        elif kind == b"pixi":
            bits = max(data[5 : 5 + data[4]])
        elif kind == b"colr" and data[:4] == b"nclx":
            primaries, transfer, matrix = struct.unpack(">HHH", data[4:10])
            nclx = primaries, transfer, matrix
        elif kind == b"clap":
            is_cut = True
        elif kind == b"irot":  # quarter turns against the clock
            quarter = -90 * (data[0] & 3)
            degrees += -quarter if mirrored else quarter
        elif kind == b"imir":  # 0: top and bottom change places, 1: left and right
            degrees += 0 if data[0] & 1 else 180
            mirrored = not mirrored
    return HeifFacts(coded, (degrees % 360, mirrored), bits, nclx, is_cut)


def open_heic(file: BinaryIO) -> pillow_heif.HeifFile:
    """Open a HEIC; its pictures are decoded one by one, with all tiles joined, turned upright.

    Raises:
        OSError, ValueError, EOFError, SyntaxError, RuntimeError: it cannot be read.
    """
    return pillow_heif.open_heif(file, convert_hdr_to_8bit=False, hdr_to_16bit=False)


def item_of(image: pillow_heif.HeifImage) -> int:
    """The number that the file's boxes give a picture of a HEIC."""
    # The library tells it of groups of pictures alone.
    return int(image._c_image.item_id)


def bits_of(image: pillow_heif.HeifImage) -> int:
    """Bits per value of a picture of a HEIC, from its mode, such as "RGB;10"."""
    return int(image.mode.partition(";")[2] or 8)


def heic_picture(image: pillow_heif.HeifImage) -> Image.Image:
    """A picture of a HEIC with 8 bits per value; deeper values are scaled to 0-255."""
    name, _, depth = image.mode.partition(";")
    if not depth:
        return image.to_pillow()
    values = np.asarray(image)
    grey = np.rint(values * (255 / (2 ** int(depth) - 1))).astype(np.uint8)
    channels = 1 if grey.ndim == 2 else grey.shape[2]
    mode = MODES[channels].replace("A", "a") if name.endswith("a") else MODES[channels]
    height, width = grey.shape[:2]
    made = Image.frombytes(mode, (width, height), np.ascontiguousarray(grey).tobytes())
    made.info = {key: image.info[key] for key in ("icc_profile",) if key in image.info}
    return made
