"""HEIC and AVIF: stills with all tiles, upright, and sequences from their track."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from dfgui.core.errors import AnalysisError
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video, open_media
from tests.core.media.stills.test_stills import ORIENTATIONS, TURNS

GREYS = {"A": 10, "B": 60, "C": 110, "D": 160}
LOSSLESS: dict[str, dict[str, Any]] = {
    "heic": {"quality": -1, "chroma": 444, "matrix_coefficients": 0},
    "avif": {"quality": 100, "subsampling": "4:4:4"},
}


def _quarters(side: int) -> Image.Image:
    """A B above C D, each a square of that side."""
    greys = np.array([[GREYS["A"], GREYS["B"]], [GREYS["C"], GREYS["D"]]], np.uint8)
    grey = np.kron(greys, np.ones((side, side), np.uint8))
    return Image.fromarray(np.repeat(grey[:, :, None], 3, axis=2))


def _write(image: Image.Image, path: Path, **options: Any) -> Path:
    options = {**LOSSLESS[path.suffix[1:]], **options}
    if path.suffix == ".heic":
        held = pillow_heif.from_bytes(image.mode, image.size, image.tobytes())
        held.save(path, **options)
    else:
        image.save(path, **options)
    return path


def _seen(rgb: NDArray[np.uint8]) -> str:
    """The quarters of a picture as letters, from the middle of each."""
    height, width = rgb.shape[:2]
    middles = [rgb[y, x] for y in (height // 4, -height // 4) for x in (width // 4, -width // 4)]
    return "".join(min(GREYS, key=lambda name: abs(GREYS[name] - int(m[0]))) for m in middles)


@pytest.mark.parametrize("suffix", ["heic", "avif"])
def test_a_picture_is_a_still(suffix: str, tmp_path: Path) -> None:
    with open_media(_write(_quarters(64), tmp_path / f"still.{suffix}")) as still:
        assert isinstance(still, Still)
        assert (still.count, still.info.kind, still.info.codec, still.warnings) == (
            1,
            "still",
            suffix.upper(),
            (),
        )
        rgb = still.frame(0).rgb
        assert np.abs(rgb.astype(int) - np.asarray(_quarters(64))).max() <= 2


def test_all_tiles_of_a_photo_are_joined(tmp_path: Path) -> None:
    """Phones write tiles of 512 x 512; here four of 64 make a picture, and the last are cut."""
    whole = _quarters(64).crop((0, 0, 120, 100))
    path = _write(whole, tmp_path / "photo.heic", tile_size=64)
    assert pillow_heif.open_heif(path).info["tiling"]["num_columns"] == 2
    with open_media(path) as still:
        assert np.abs(still.frame(0).rgb.astype(int) - np.asarray(whole)).max() <= 2


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("suffix", ["heic", "avif"])
def test_a_turned_picture_stands_upright(suffix: str, orientation: int, tmp_path: Path) -> None:
    """Both encoders turn the orientation of the EXIF into the boxes `irot` and `imir`."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = _write(_quarters(64), tmp_path / f"turned.{suffix}", exif=exif.tobytes())
    with open_media(path) as still:
        assert _seen(still.frame(0).rgb) == ORIENTATIONS[orientation]
        assert (still.info.rotation, still.info.mirrored) == TURNS[orientation]
        assert (still.info.coded_width, still.info.coded_height) == (128, 128)


def test_ten_bits_are_scaled_and_said(tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 64 * 64 * 3).reshape(64, 64, 3).astype(np.uint16)
    path = tmp_path / "deep.heic"
    pillow_heif.from_bytes("RGB;16", (64, 64), ramp.tobytes()).save(path, **LOSSLESS["heic"])
    with open_media(path) as still:
        assert np.abs(still.frame(0).rgb - ramp / 257).max() <= 1
        assert still.warnings == ("The picture has more than 8 bits per value; it is read with 8.",)


def test_transparent_parts_lie_over_black(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (64, 64), (200, 100, 50, 0))
    for suffix in ("heic", "avif"):
        with open_media(_write(clear, tmp_path / f"clear.{suffix}")) as still:
            assert still.frame(0).rgb.max() == 0
            assert "The picture has transparent parts; they are shown over black." in still.warnings


def test_a_sequence_is_read_from_its_track(tmp_path: Path) -> None:
    greys = [20, 70, 120, 170, 220]
    frames = [Image.new("RGB", (160, 96), (grey, grey, grey)) for grey in greys]
    path = tmp_path / "moving.avif"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    with open_media(path) as video:
        assert isinstance(video, Video)
        seen = [video.frame(number) for number in range(video.count)]
        assert [round(float(frame.rgb.mean())) for frame in seen] == pytest.approx(greys, abs=2)
        assert [frame.pts_s for frame in seen] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
        # FFmpeg lists the single picture before the track.
        assert video.info.stream == 1
        assert any("Not read: 0 (160 x 96)." in sentence for sentence in video.warnings)


def test_the_name_does_not_decide(tmp_path: Path) -> None:
    path = _write(_quarters(32), tmp_path / "still.heic").rename(tmp_path / "photo.mp4")
    with open_media(path) as still:
        assert still.warnings == ("The name ends in .mp4, but the file is a still picture (HEIC).",)


@pytest.mark.parametrize("suffix", ["heic", "avif"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_cut_file_is_refused_in_a_sentence(suffix: str, share: float, tmp_path: Path) -> None:
    path = _write(_quarters(64), tmp_path / f"cut.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(AnalysisError, match=r"cut\.\w+ (is not a picture|cannot be read)"):
        open_media(path)


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = _write(_quarters(32), tmp_path / "large.heic")
    data, size = path.read_bytes(), struct.pack(">II", 64, 64)
    assert size in data
    path.write_bytes(data.replace(size, struct.pack(">II", 16384, 8193)))
    with pytest.raises(AnalysisError, match="16384 x 8193 pixels"):
        open_media(path)
