"""The stills of the corpus: formats, depths, kinds of colour and orientations."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import ExifTags, Image

from dfgui.cli.corpus import Truth
from tests.corpus_inputs.scene import HEIGHT, WIDTH, face, pixels, scene

SHOWS = 10
"""The picture of the scene that every still shows."""
# EXIF orientation: how the picture is stored, so that the orientation sets it upright.
STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
NEW_SUBFILE_TYPE, REDUCED = 254, 1
"""The tag of TIFF that says of a picture that it is a small version of another."""
TURNED = {2: 0, 3: 180, 6: 90, 8: 270}


def picture() -> Image.Image:
    """The picture that the stills show."""
    return Image.fromarray(scene()[SHOWS])


@dataclass(frozen=True)
class Still:
    """How one still is made.

    Attributes:
        made: in words, for the truth.
        save: writes it.
        within: levels by which a colour may differ.
        turn: degrees clockwise that the file tells a viewer to turn.
        grey: it has no colour.
        needs: a program that must be installed.
    """

    made: str
    save: Callable[[Path], object]
    within: int = 6
    turn: int = 0
    grey: bool = False
    needs: str | None = None

    def truth(self, name: str) -> Truth:
        """What the file must be read as."""
        size = (WIDTH, HEIGHT)
        seen = pixels(0, size, within=self.within, shows=SHOWS, grey=self.grey)
        faces = (face(0, size, shows=SHOWS),)
        return Truth(name, self.made, "still", 1, None, True, 0.0, size, self.turn, seen, faces)

    def write(self, path: Path) -> None:
        """Write the file."""
        self.save(path)


def _saved(mode: str = "RGB", **options: Any) -> Callable[[Path], None]:
    return lambda path: picture().convert(mode).save(path, **options)


def _oriented(orientation: int) -> Callable[[Path], None]:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return lambda path: (
        picture().transpose(STORED[orientation]).save(path, quality=95, subsampling=0, exif=exif)
    )


def _two_pictures(path: Path) -> None:
    """A JPEG with a second picture behind it, as phones write it."""
    other = Image.new("RGB", (160, 120), (128, 128, 128))
    picture().save(path, "MPO", save_all=True, append_images=[other], quality=95)


def _thumbnail_first(path: Path) -> None:
    """A TIFF whose first directory is a thumbnail, and says so."""
    large, small = picture(), picture().resize((160, 120))
    large.encoderinfo = {"tiffinfo": {NEW_SUBFILE_TYPE: 0}}
    small.save(
        path, "TIFF", save_all=True, append_images=[large], tiffinfo={NEW_SUBFILE_TYPE: REDUCED}
    )


def _deep(path: Path) -> None:
    """16 bits a colour: 257 times the 8-bit value."""
    deep = scene()[SHOWS].astype(np.uint16) * 257
    cv2.imwrite(str(path), deep[..., ::-1])


def _heic(path: Path) -> None:
    source = path.with_suffix(".source.png")
    picture().save(source)
    try:
        subprocess.run(
            ["heif-enc", "-q", "90", str(source), "-o", str(path)], check=True, capture_output=True
        )
    finally:
        source.unlink()


def _motion_photo(path: Path) -> None:
    """A JPEG with a film behind it."""
    from tests.corpus_inputs.films import PLAIN

    film = path.with_suffix(".film.mp4")
    picture().save(path, quality=95)
    PLAIN.write(film)
    path.write_bytes(path.read_bytes() + film.read_bytes())
    film.unlink()


def stills() -> Iterator[tuple[str, Still]]:
    """Name and recipe of each still."""
    yield "444.jpg", Still("JPEG, 4:4:4", _saved(quality=95, subsampling=0))
    yield "420.jpg", Still("JPEG, 4:2:0", _saved(quality=95, subsampling=2))
    yield "progressive.jpg", Still("progressive JPEG", _saved(quality=95, progressive=True))
    yield "grey.jpg", Still("JPEG, grey", _saved("L", quality=95), grey=True)
    yield "two.jpg", Still("JPEG with a second picture", _two_pictures)
    yield "motion.jpg", Still("JPEG with a film behind it", _motion_photo)
    for orientation, turn in TURNED.items():
        made = f"JPEG, orientation {orientation}"
        yield f"orientation-{orientation}.jpg", Still(made, _oriented(orientation), turn=turn)
    yield "rgb.png", Still("PNG", _saved(), within=0)
    yield "alpha.png", Still("PNG, opaque alpha", _saved("RGBA"), within=0)
    yield "palette.png", Still("PNG, 256 colours", lambda path: picture().quantize(256).save(path))
    yield "deep.png", Still("PNG, 16 bits", _deep, within=1)
    yield "lossless.webp", Still("WebP without loss", _saved(lossless=True), within=0)
    yield "lossy.webp", Still("WebP", _saved(quality=95))
    yield "lzw.tiff", Still("TIFF, LZW", _saved(compression="tiff_lzw"), within=0)
    yield "deep.tiff", Still("TIFF, 16 bits", _deep, within=1)
    yield "thumbnail.tiff", Still("TIFF, a thumbnail first", _thumbnail_first, within=0)
    yield "rgb.bmp", Still("BMP", _saved(), within=0)
    yield "single.avif", Still("AVIF", _saved(quality=95))
    yield "single.heic", Still("HEIC", _heic, within=10, needs="heif-enc")
