"""Still pictures as media with one frame; `FORMATS` names the kinds that Pillow reads.

pillow-heif reads HEIC.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Self, cast

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from dfgui.core.errors import AnalysisError
from dfgui.core.media.colour import HDR_TRANSFERS
from dfgui.core.media.container.packets import open_evidence
from dfgui.core.media.container.sections import Part, Section
from dfgui.core.media.media_files import (
    Frame,
    MediaInfo,
    check_ascending,
    check_index,
    check_size,
    in_words,
    turn_warning,
)
from dfgui.core.media.stills.contents import Appended, Contents, behind_heif, behind_jpeg
from dfgui.core.media.stills.heif import (
    HeifFacts,
    bits_of,
    heic_picture,
    heif_facts,
    heif_still,
    item_of,
    open_heic,
)
from dfgui.core.media.stills.profiles import by_primaries, by_profile, from_lab
from dfgui.core.media.stills.still_facts import (
    DAMAGE,
    DEEP_MODES,
    Stored,
    codec_of,
    eight_bits,
    flagged,
    sizes_of,
    stored,
    why_unreadable,
)
from dfgui.core.media.turns import Turn
from dfgui.core.sentences import Sentence

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "BMP", "JPEG2000", "PPM")
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
SUB_DIRECTORIES = 330  # tag of a TIFF
DEEP = Sentence("The picture has more than 8 bits per value; it is read with 8.")


def load_readers() -> None:
    """Load Pillow's readers now, and not with the first picture.

    Once a worker is isolated, it can load no more libraries of the system.
    """
    Image.init()


class Still:
    """One still picture with the interface of `Video`: a single frame without a time.

    Of several pictures in the file, it is the one that the file marks as the main one, else the
    largest; one that is appended to a JPEG is read only if it is asked for.

    Transparency is blended over black. Grey values of more than 8 bits are scaled to 0-255; of
    16-bit colour, the upper 8 bits are taken. Colours are converted to sRGB by the file's profile.

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
                raise AnalysisError(why_unreadable(path, file)) from error

    def _read(self, file: BinaryIO) -> None:
        if heif_still(file) == "HEIC":
            self._read_heic(file)
        else:
            self._read_pillow(file)
        for sentence in self._contents.sentences(self._chosen):
            self.warn(sentence)

    def _read_pillow(self, file: BinaryIO) -> None:
        appended = appended_to(file)
        with _opened(file) as image:
            self._contents = _contents(image, appended)
            self._choose(flagged(image))
            if (other := self._contents.at(self._chosen)) is None:
                # They are those of the main picture; others are the frames of a sequence.
                is_main = heif_still(file) is not None and not self._chosen
                heif = heif_facts(file) if is_main else HeifFacts()
                image.seek(self._chosen)
                self._take(image, file, heif)
                return
        section = cast(BinaryIO, Section(file, other.part))
        with _opened(section) as image:
            self._take(image, section, HeifFacts())

    def _take(self, image: Image.Image, file: BinaryIO, heif: HeifFacts) -> None:
        """Load the picture at which Pillow stands."""
        check_size(*image.size)
        kept = stored(image)  # before the EXIF, for which Pillow loads a PNG
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        if heif.bits:
            kept = replace(kept, bits=heif.bits)
        self.warn(_inner_pictures(image))
        self._load(image)
        if heif.is_cut:
            self.warn(
                Sentence(
                    "The file wants only a part of its picture to be shown; it is shown whole."
                )
            )
        self._keep(
            self._rgb(ImageOps.exif_transpose(image), kept, heif),
            codec_of(image, file),
            image.mode,
            kept.size,
            ORIENTATIONS.get(orientation, (0, False)),
        )

    def _read_heic(self, file: BinaryIO) -> None:
        appended = appended_to(file)
        held = open_heic(file)
        self._contents = Contents([image.size for image in held], appended)
        self._choose(held.primary_index)
        image = held[self._chosen]
        heif = heif_facts(file, item_of(image))
        check_size(*image.size)
        picture = heic_picture(image)
        kept = Stored(heif.coded or image.size, bits_of(image))
        if heif.is_cut:
            self.warn(Sentence("The picture is cut to the part that the file wants to be shown."))
        # libheif has turned it and cut it.
        rgb = self._rgb(picture, kept, heif)
        self._keep(rgb, "HEIC", image.mode, kept.size, heif.turn)

    def _choose(self, flagged: int | None) -> None:
        """Settle which picture is read; `flagged` is the one that the file marks."""
        sizes, choices = self._contents.sizes, self._contents.choices
        pictures = [one for one in choices if not one.film]
        if self._wanted is None:
            largest = max(range(len(sizes)), key=lambda number: sizes[number][0] * sizes[number][1])
            self._chosen = largest if flagged is None else flagged
        elif any(one.index == self._wanted for one in pictures):
            self._chosen = self._wanted
        else:
            raise AnalysisError(
                "{path} has no picture {picture}; choose one of these: {pictures}.",
                path=self._path,
                picture=self._wanted,
                pictures=in_words(choices),
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
        self.warn(turn_warning(turn, mirrored))
        rgb.flags.writeable = False
        self._frame = Frame(0, None, "?", rgb, turn=Turn.of(turn, mirrored))
        self.info = MediaInfo(
            kind="still", container=name, codec=name, pixel_format=mode,
            width=rgb.shape[1], height=rgb.shape[0], coded_width=coded[0], coded_height=coded[1],
            rotation=turn, mirrored=mirrored, sample_aspect_ratio=Fraction(1),
            fps=None, is_vfr=False, colour_range="full", colour_range_declared=True,
            matrix="RGB", matrix_declared=True,
            duration_s=None, declared_frames=1, frame_count=1, has_audio=False,
            streams=(f"still: {name}, {coded[0]} x {coded[1]}, {mode}",),
            stream=self._chosen, choices=self._contents.choices,
        )  # fmt: skip

    def _load(self, image: Image.Image) -> None:
        try:
            image.load()
        except OSError as error:
            if "truncated" not in str(error):
                raise
            self.warn(
                Sentence(
                    "The picture is cut short; the part that is missing is shown in one colour."
                )
            )
            before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
            try:
                image.load()
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = before

    def _rgb(self, image: Image.Image, kept: Stored, heif: HeifFacts) -> NDArray[np.uint8]:
        """The upright picture in sRGB."""
        if kept.bits > 8 or image.mode in DEEP_MODES:
            self.warn(DEEP)
        profile = image.info.get("icc_profile")
        if image.mode in DEEP_MODES:
            image = eight_bits(image, kept)
        image = self._opaque(image)
        if image.mode == "LAB":
            image, profile = from_lab(image), None
        if image.mode in ("YCbCr", "HSV", "CMYK") and not (profile and image.mode == "CMYK"):
            self.warn(
                Sentence(
                    "The picture is stored in {mode} without a colour profile; it was converted to"
                    " RGB by the usual formula.",
                    mode=image.mode,
                )
            )
        if image.mode not in ("RGB", "L", "CMYK"):
            image = image.convert("RGB")
        if profile:
            image, said = by_profile(image, profile)
            self.warn(said)
        rgb = np.array(image.convert("RGB"))
        if heif.nclx is not None and not profile:
            primaries, transfer, _ = heif.nclx
            if transfer in HDR_TRANSFERS:
                self.warn(
                    Sentence(
                        "The picture is HDR ({hdr}); it is shown without tone mapping, so colours"
                        " look flat.",
                        hdr=HDR_TRANSFERS[transfer],
                    )
                )
            else:
                rgb, said = by_primaries(rgb, primaries)
                self.warn(said)
        return rgb

    def _opaque(self, image: Image.Image) -> Image.Image:
        """The picture over black if parts of it are transparent."""
        if not image.has_transparency_data:
            return image
        self.warn(Sentence("The picture has transparent parts; they are shown over black."))
        rgba = image.convert("RGBA")
        over = Image.alpha_composite(Image.new("RGBA", rgba.size, (0, 0, 0, 255)), rgba)
        return over.convert("L" if image.mode in ("LA", "La") else "RGB")

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What a reader of the result must know, one sentence each."""
        return tuple(self._warnings)

    def warn(self, sentence: Sentence | None) -> None:
        """Add a warning unless it is there already; None is none."""
        if sentence is not None and sentence not in self._warnings:
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


@dataclass(frozen=True)
class FilmOfStill:
    """A film in the file of a still.

    Attributes:
        part: of the file; None for a film in a track next to the pictures.
        contents: everything that the file holds.
    """

    part: Part | None
    contents: Contents


def film_at(path: Path, number: int) -> FilmOfStill | None:
    """The film that has this number in the file of a still; None if another thing has it, or none.

    Raises:
        AnalysisError: the file cannot be read as a still.
    """
    with open_evidence(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            contents = _contents_of(file)
        except DAMAGE as error:
            raise AnalysisError(why_unreadable(path, file)) from error
    found = contents.at(number)
    if found is None or not found.is_film:
        return None
    return FilmOfStill(None if found.in_track else found.part, contents)


def appended_to(file: BinaryIO) -> list[Appended]:
    """What a still's file holds behind its first picture or next to its pictures."""
    return list(behind_heif(file) if heif_still(file) else behind_jpeg(file))


def _contents_of(file: BinaryIO) -> Contents:
    appended = appended_to(file)
    if heif_still(file) == "HEIC":
        return Contents([image.size for image in open_heic(file)], appended)
    with _opened(file) as image:
        return _contents(image, appended)


def _contents(image: Image.Image, appended: Sequence[Appended]) -> Contents:
    """Pillow finds some of the pictures that are appended to a JPEG."""
    sizes = sizes_of(image)
    pictures = [one for one in appended if not one.is_film]
    films = [one for one in appended if one.is_film]
    return Contents(sizes, pictures[len(sizes) - 1 :] + films)


def _opened(file: BinaryIO) -> Image.Image:
    file.seek(0)
    return Image.open(file, formats=FORMATS)


def _inner_pictures(image: Image.Image) -> Sentence | None:
    """Say that a TIFF has pictures in directories of their own, as cameras' raw files do."""
    if not isinstance(image, TiffImageFile):
        return None
    inner = image.tag_v2.get(SUB_DIRECTORIES, ())
    number = len(inner) if isinstance(inner, tuple) else 1
    if not number:
        return None
    return Sentence(
        "The file holds {n} more picture in a directory inside another one, which is not read."
        "|The file holds {n} more pictures in directories inside another one, which are not read.",
        n=number,
    )
