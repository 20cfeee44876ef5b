"""Still pictures as media with one frame: JPEG, PNG, WebP, TIFF, AVIF and HEIC.

Pillow reads them, and pillow-heif the HEIC.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, ImageOps

from dfgui.core.errors import AnalysisError
from dfgui.core.media.appended import Appended, behind_heif, behind_jpeg
from dfgui.core.media.facts import StreamChoice
from dfgui.core.media.heif import HeifFacts, heic_picture, heif_facts, heif_still, open_heic
from dfgui.core.media.media_files import (
    Frame,
    MediaInfo,
    check_ascending,
    check_index,
    check_size,
    in_words,
    turn_warning,
)
from dfgui.core.media.packets import open_evidence
from dfgui.core.sentences import Sentence

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")
# EXIF orientation: clockwise turn in degrees, then mirrored left-right.
ORIENTATIONS = {
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (90, True),
    6: (90, False),
    7: (270, True),
    8: (270, False),
}

# Pillow's and libheif's parsers raise any of these on altered files.
DAMAGE = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, ArithmeticError,
    AttributeError, RuntimeError, struct.error, Image.DecompressionBombError,
)  # fmt: skip


def still_format(head: bytes) -> str | None:
    """Name of the still format that a file's first 16 bytes show, None for anything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    return "TIFF" if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+") else None


MOST_PICTURES = 10_000  # that may be chosen from in one file
DEEP = Sentence("The picture has more than 8 bits per value; it is read with 8.")


class Still:
    """One still picture with the interface of `Video`: a single frame without a time.

    Of several pictures in the file, it is the one that the file marks as the main one, else the
    largest.

    Transparency is blended over black; 16-bit values are divided by 257; colour profiles are not
    applied, so that the stored numbers are shown.

    Args:
        path: The file.
        picture: Number of the picture to read instead, from 0.

    Raises:
        AnalysisError: the file cannot be read as a picture, or is too large, or has no such
            picture.
    """

    count = 1

    def __init__(self, path: Path, picture: int | None = None) -> None:
        self._path, self._wanted = path, picture
        self._warnings: list[Sentence] = []
        with open_evidence(path) as file, warnings.catch_warnings():
            # Pillow warns of metadata and sizes; the size limit is checked here.
            warnings.simplefilter("ignore")
            try:
                self._read(file)
            except DAMAGE as error:
                raise AnalysisError(
                    "{path} is not a picture that can be read; it may be damaged or too large.",
                    path=path,
                ) from error

    def _read(self, file: BinaryIO) -> None:
        kind = heif_still(file)
        heif = heif_facts(file) if kind else None
        file.seek(0)
        if kind == "HEIC":
            self._read_heic(file, heif or HeifFacts())
        else:
            self._read_pillow(file, heif)
        self._note_unread()
        behind = behind_heif(file) if kind else behind_jpeg(file, len(self._choices))
        self._warnings += [_behind_sentence(one) for one in behind]

    def _read_pillow(self, file: BinaryIO, heif: HeifFacts | None) -> None:
        with Image.open(file, formats=FORMATS) as image:
            sizes = _sizes(image)
            image.seek(self._choose(sizes, _flagged(image)))
            check_size(*image.size)
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
            self._load(image)
            upright = ImageOps.exif_transpose(image)
            self._keep(
                self._rgb(upright, heif.bits if heif else None),
                # A phone's second picture makes a JPEG an "MPO"; it is a JPEG all the same.
                "JPEG" if image.format == "MPO" else image.format or "?",
                image.mode,
                image.size,
                ORIENTATIONS.get(orientation, (0, False)),
            )

    def _read_heic(self, file: BinaryIO, heif: HeifFacts) -> None:
        held = open_heic(file)
        chosen = self._choose([image.size for image in held], held.primary_index)
        image = held[chosen]
        check_size(*image.size)
        picture = heic_picture(image)
        if chosen != held.primary_index:
            heif = HeifFacts()  # they are those of the main picture
        rgb = self._rgb(picture, heif.bits or int(image.info["bit_depth"]))
        # libheif has turned it and cut it to its clean aperture.
        self._keep(rgb, "HEIC", image.mode, heif.coded or image.size, heif.turn)

    def _choose(self, sizes: Sequence[tuple[int, int]], flagged: int | None) -> int:
        """The number of the picture to read; `flagged` is the one that the file marks."""
        self._choices = tuple(StreamChoice(number, *size) for number, size in enumerate(sizes))
        if self._wanted is None:
            largest = max(range(len(sizes)), key=lambda number: sizes[number][0] * sizes[number][1])
            self._chosen = largest if flagged is None else flagged
        elif self._wanted < len(sizes):
            self._chosen = self._wanted
        else:
            raise AnalysisError(
                "{path} has no picture {picture}; choose one of these: {pictures}.",
                path=self._path,
                picture=self._wanted,
                pictures=in_words(self._choices),
            )
        return self._chosen

    def _note_unread(self) -> None:
        unread = [one for one in self._choices if one.index != self._chosen]
        if unread:
            self._warnings.append(
                Sentence(
                    "The file holds {count} pictures; picture {read} is read. Not read: {others}.",
                    count=len(self._choices),
                    read=self._chosen,
                    others=in_words(unread),
                )
            )

    def _keep(
        self,
        rgb: NDArray[np.uint8],
        name: str,
        mode: str,
        coded: tuple[int, int],
        turned: tuple[int, bool],
    ) -> None:
        """Make the one frame and its facts: name of the format, pixel format, coded size, turn."""
        turn, mirrored = turned
        self._warnings += [said] if (said := turn_warning(turn, mirrored)) else []
        rgb.flags.writeable = False
        self._frame = Frame(0, None, "?", rgb)
        self.info = MediaInfo(
            kind="still", container=name, codec=name, pixel_format=mode,
            width=rgb.shape[1], height=rgb.shape[0], coded_width=coded[0], coded_height=coded[1],
            rotation=turn, mirrored=mirrored, sample_aspect_ratio=Fraction(1),
            fps=None, is_vfr=False, colour_range="full", colour_range_declared=True,
            matrix="RGB", matrix_declared=True,
            duration_s=None, declared_frames=1, frame_count=1, has_audio=False,
            streams=(f"still: {name}, {coded[0]} x {coded[1]}, {mode}",),
            stream=self._chosen, choices=self._choices,
        )  # fmt: skip

    def _load(self, image: Image.Image) -> None:
        try:
            image.load()
        except OSError as error:
            if "truncated" not in str(error):
                raise
            self._warnings.append(
                Sentence(
                    "The picture is cut short; the part that is missing is shown in one colour."
                )
            )
            before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
            try:
                image.load()
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = before

    def _rgb(self, image: Image.Image, bits: int | None) -> NDArray[np.uint8]:
        """The picture in RGB; `bits` per value in the file, None if they show in its mode."""
        if bits is not None and bits > 8:
            self._warnings.append(DEEP)
        if image.mode.startswith("I;16") or image.mode in ("I", "F"):
            return self._from_deep(image)
        if image.mode in ("CMYK", "YCbCr", "LAB", "HSV"):
            self._warnings.append(
                Sentence(
                    "The picture is stored in {mode}; it was converted to RGB without its colour"
                    " profile.",
                    mode=image.mode,
                )
            )
        if image.has_transparency_data:
            self._warnings.append(
                Sentence("The picture has transparent parts; they are shown over black.")
            )
            rgba = image.convert("RGBA")
            image = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
        return np.array(image.convert("RGB"))

    def _from_deep(self, image: Image.Image) -> NDArray[np.uint8]:
        self._warnings.append(DEEP)
        values = np.nan_to_num(np.asarray(image).astype(np.float64))
        # By convention floating-point TIFF holds 0-1, integer TIFF 0-65535.
        grey = np.rint(values * 255 if image.mode == "F" else values / 257)
        return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What a reader of the result must know, one sentence each."""
        return tuple(self._warnings)

    def warn(self, sentence: Sentence) -> None:
        """Add a warning unless it is there already."""
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    def frame(self, index: int) -> Frame:
        """The picture; AnalysisError for any number but 0."""
        check_index(index, self.count)
        return self._frame

    def frame_at(self, seconds: float) -> Frame:
        """The picture, at every time."""
        return self._frame

    def frames(self, indices: Sequence[int]) -> Iterator[Frame]:
        """The picture once, or nothing if no index is given."""
        check_ascending(indices, self.count)
        yield from [self._frame] * len(indices)

    def close(self) -> None:
        """Do nothing: the whole picture was read and no file is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sizes(image: Image.Image) -> list[tuple[int, int]]:
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


def _flagged(image: Image.Image) -> int | None:
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


def _behind_sentence(one: Appended) -> Sentence:
    return Sentence(
        "Behind its picture the file holds a film of {size} bytes, from byte {start} on, that is"
        " not read; to analyse it, copy that part into a file of its own."
        if one.is_film
        else "Behind its picture the file holds another picture of {size} bytes, from byte {start}"
        " on, that is not read; to analyse it, copy that part into a file of its own.",
        size=one.size,
        start=one.start,
    )
