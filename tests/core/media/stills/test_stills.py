"""Stills are upright, in 8-bit RGB, and only from the supported formats."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, TiffImagePlugin, TiffTags

from dfgui.core.errors import AnalysisError
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import open_media

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.mark.parametrize(
    ("suffix", "options", "tolerance"),
    [
        ("jpg", {"quality": 95, "subsampling": 0}, 3),
        ("png", {}, 0),
        ("webp", {"lossless": True}, 0),
        ("tif", {}, 0),
        ("bmp", {}, 0),
        ("jp2", {"irreversible": False}, 0),
        ("j2k", {"irreversible": False}, 0),
        ("ppm", {}, 0),
    ],
)
def test_the_formats(suffix: str, options: dict[str, Any], tolerance: int, tmp_path: Path) -> None:
    path = tmp_path / f"still.{suffix}"
    Image.new("RGB", (5, 3), (200, 100, 50)).save(path, **options)
    with open_media(path) as still:
        frame = still.frame(0)
        assert (still.count, still.info.kind, frame.pts_s, frame.type, still.warnings) == (
            1,
            "still",
            None,
            "?",
            (),
        )
        assert frame.rgb.shape == (3, 5, 3) == (still.info.height, still.info.width, 3)
        assert np.abs(frame.rgb.astype(int) - (200, 100, 50)).max() <= tolerance
        assert not frame.rgb.flags.writeable
        assert [each.index for each in still.frames([0])] == [0]
        assert still.frame_at(3.5) is frame
        with pytest.raises(AnalysisError, match="no frame 1"):
            still.frame(1)


# Exif 2.32, table for tag 0x0112: where the stored row 0 and column 0 belong. Stored: A B / C D.
ORIENTATIONS = {
    1: "ABCD",
    2: "BADC",
    3: "DCBA",
    4: "CDAB",
    5: "ACBD",
    6: "CADB",
    7: "DBCA",
    8: "BDAC",
}
TURNS = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (90, True),
    6: (90, False),
    7: (270, True),
    8: (270, False),
}


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_exif_orientation(orientation: int, suffix: str, tmp_path: Path) -> None:
    greys = np.array([[10, 60], [110, 160]], np.uint8)
    image = Image.fromarray(np.repeat(greys[:, :, None], 3, axis=2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / f"turned.{suffix}", exif=exif, lossless=True)
    with open_media(tmp_path / f"turned.{suffix}") as still:
        seen = "".join(
            dict(zip((10, 60, 110, 160), "ABCD", strict=True))[value]
            for value in still.frame(0).rgb[:, :, 0].ravel().tolist()
        )
        assert seen == ORIENTATIONS[orientation]
        assert (still.info.rotation, still.info.mirrored) == TURNS[orientation]


def test_a_turn_is_said(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 7
    Image.new("RGB", (5, 3), RED).save(tmp_path / "turned.png", exif=exif)
    with open_media(tmp_path / "turned.png") as still:
        assert still.warnings == (
            (
                "The picture is shown turned clockwise by 270 degrees and mirrored left-right, as"
                " the file asks."
            ),
        )


def test_damaged_exif_is_refused_in_a_sentence(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x011A] = 6, 72.0
    Image.new("RGB", (5, 3), RED).save(tmp_path / "still.jpg", exif=exif)
    data = (tmp_path / "still.jpg").read_bytes()
    # The resolution, a fraction, becomes a width, which is a whole number.
    (tmp_path / "still.jpg").write_bytes(data.replace(b"\x01\x1a\x00\x05", b"\x01\x00\x00\x05"))
    with pytest.raises(AnalysisError, match="is not a picture that can be read") as caught:
        open_media(tmp_path / "still.jpg")
    assert isinstance(caught.value.__cause__, struct.error)


@pytest.mark.parametrize(
    "error", [struct.error, EOFError, OverflowError, ZeroDivisionError, AttributeError]
)
def test_whatever_the_parser_stumbles_over_is_a_sentence(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object, **__: object) -> None:
        raise error("inside the parser")

    Image.new("RGB", (5, 3), RED).save(tmp_path / "still.png")
    monkeypatch.setattr(Image, "open", stumble)
    with pytest.raises(AnalysisError, match=r"still\.png is not a picture that can be read"):
        open_media(tmp_path / "still.png")


def _rgb(path: Path) -> tuple[list[int], tuple[str, ...]]:
    with open_media(path) as still:
        return still.frame(0).rgb[0, 0].tolist(), still.warnings


def test_sixteen_bits(tmp_path: Path) -> None:
    Image.fromarray(np.full((2, 2), 257 * 77, np.uint16)).save(tmp_path / "deep.png")
    value, warnings = _rgb(tmp_path / "deep.png")
    assert value == [77, 77, 77]
    assert any("more than 8 bits" in sentence for sentence in warnings)


def test_sixteen_bits_of_colour_are_said(tmp_path: Path) -> None:
    deep = np.full((2, 3, 3), (50 * 257, 100 * 257, 200 * 257), np.uint16)
    assert cv2.imwrite(str(tmp_path / "deep.png"), deep)  # blue first
    assert cv2.imwrite(str(tmp_path / "deep.tif"), deep)
    for name in ("deep.png", "deep.tif"):
        assert _rgb(tmp_path / name) == (
            [200, 100, 50],
            ("The picture has more than 8 bits per value; it is read with 8.",),
        )


def _grey_tiff(path: Path, bits: int, data: bytes, *, white_is_zero: bool = False) -> Path:
    """A TIFF of 2 x 2 grey values; the rows follow each other without a gap."""
    tags = {256: 2, 257: 2, 258: bits, 259: 1, 262: int(not white_is_zero), 273: 8, 277: 1,
            278: 2, 279: len(data)}  # fmt: skip
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    head = struct.pack("<2sHI", b"II", 42, 8 + len(data))
    path.write_bytes(head + data + struct.pack("<H", len(tags)) + table + b"\0" * 4)
    return path


def test_twelve_bits_fill_the_range(tmp_path: Path) -> None:
    """Rows 4095, 0 and 2048, 1024, two values in three bytes."""
    path = _grey_tiff(tmp_path / "twelve.tif", 12, bytes.fromhex("fff000 800400"))
    with open_media(path) as still:
        assert still.frame(0).rgb[:, :, 0].tolist() == [[255, 0], [128, 64]]
        assert any("more than 8 bits" in sentence for sentence in still.warnings)


def test_sixteen_bits_with_white_at_zero(tmp_path: Path) -> None:
    data = struct.pack("<4H", 0, 65535, 65535 - 257 * 77, 257 * 30)
    path = _grey_tiff(tmp_path / "negative.tif", 16, data, white_is_zero=True)
    with open_media(path) as still:
        assert still.frame(0).rgb[:, :, 0].tolist() == [[255, 0], [77, 225]]


def test_a_turned_tiff_has_the_size_that_is_stored(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (5, 3), RED).save(tmp_path / "turned.tif", exif=exif)
    with open_media(tmp_path / "turned.tif") as still:
        assert (still.info.coded_width, still.info.coded_height) == (5, 3)
        assert (still.info.width, still.info.height) == (3, 5)


@pytest.mark.parametrize(
    ("at", "value", "sentence"),
    [
        pytest.param(4, 12, "is a JPEG with 12 bits per value", id="12 bits"),
        pytest.param(1, 0xC3, "is a JPEG that is coded without loss", id="lossless"),
    ],
)
def test_a_jpeg_of_another_kind_is_named(
    at: int, value: int, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.jpg"
    Image.new("RGB", (16, 16), RED).save(path)
    data = bytearray(path.read_bytes())
    data[data.index(b"\xff\xc0") + at] = value
    path.write_bytes(data)
    with pytest.raises(AnalysisError, match=sentence):
        open_media(path)


def test_pictures_in_inner_directories_are_named(tmp_path: Path) -> None:
    """A camera's raw file has its picture there, and only a preview in the first directory."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[330], tags.tagtype[330] = (8, 8), TiffTags.LONG
    Image.new("RGB", (5, 3), RED).save(tmp_path / "raw.tif", tiffinfo=tags)
    assert _rgb(tmp_path / "raw.tif") == (
        list(RED),
        ("The file holds 2 more pictures in directories inside another one, which are not read.",),
    )


@pytest.mark.parametrize(("lossless", "codec"), [(True, "WEBP"), (False, "WEBP (lossy)")])
def test_webp_says_whether_it_is_lossless(lossless: bool, codec: str, tmp_path: Path) -> None:
    picture = Image.new("RGBA", (16, 16), (200, 100, 50, 130))
    for name, more in (("one.webp", []), ("two.webp", [Image.new("RGBA", (16, 16))])):
        picture.save(tmp_path / name, lossless=lossless, save_all=bool(more), append_images=more)
        with open_media(tmp_path / name) as still:
            assert still.info.codec == codec


def test_floating_point(tmp_path: Path) -> None:
    Image.fromarray(np.full((2, 2), 0.4, np.float32)).save(tmp_path / "float.tif")
    assert _rgb(tmp_path / "float.tif")[0] == [102, 102, 102]


def test_transparency_lies_over_black(tmp_path: Path) -> None:
    Image.new("RGBA", (2, 2), (200, 100, 50, 0)).save(tmp_path / "clear.png")
    assert _rgb(tmp_path / "clear.png") == (
        [0, 0, 0],
        ("The picture has transparent parts; they are shown over black.",),
    )
    Image.new("RGBA", (2, 2), (255, 0, 51, 51)).save(tmp_path / "faint.png")  # a fifth
    assert _rgb(tmp_path / "faint.png")[0] == [51, 0, 10]


def test_palette_grey_and_bilevel(tmp_path: Path) -> None:
    palette = Image.new("P", (2, 2), 1)
    palette.putpalette([*BLUE, *RED])
    palette.save(tmp_path / "palette.png")
    assert _rgb(tmp_path / "palette.png") == (list(RED), ())
    Image.new("L", (2, 2), 90).save(tmp_path / "grey.png")
    assert _rgb(tmp_path / "grey.png") == ([90, 90, 90], ())
    Image.new("1", (2, 2), 1).save(tmp_path / "bits.tif")
    assert _rgb(tmp_path / "bits.tif") == ([255, 255, 255], ())


def test_cmyk_is_converted_and_said(tmp_path: Path) -> None:
    Image.new("CMYK", (2, 2), (0, 255, 255, 0)).save(tmp_path / "print.tif")
    value, warnings = _rgb(tmp_path / "print.tif")
    assert value == [255, 0, 0]
    assert any("CMYK" in sentence for sentence in warnings)


@pytest.mark.parametrize("suffix", ["webp", "png", "tif"])
def test_first_of_several_pictures(suffix: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, BLUE)]
    frames[0].save(
        tmp_path / f"moving.{suffix}", save_all=True, append_images=frames[1:], lossless=True
    )
    assert _rgb(tmp_path / f"moving.{suffix}") == (
        list(RED),
        ("The file holds 2 pictures; picture 0 is read. Not read: 1 (4 x 4).",),
    )


def test_a_still_named_as_a_video(tmp_path: Path) -> None:
    Image.new("RGB", (3, 2), RED).save(tmp_path / "clip.mp4", format="PNG")
    value, warnings = _rgb(tmp_path / "clip.mp4")
    assert value == list(RED)
    assert warnings == ("The name ends in .mp4, but the file is a still picture (PNG).",)


def test_a_cut_jpeg_shows_what_is_there(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.jpg", quality=95)
    data = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "cut.jpg").write_bytes(data[: len(data) * 2 // 3])
    with open_media(tmp_path / "whole.jpg") as whole, open_media(tmp_path / "cut.jpg") as cut:
        assert np.array_equal(whole.frame(0).rgb[:16], cut.frame(0).rgb[:16])
        assert any("cut short" in sentence for sentence in cut.warnings)


def test_a_picture_that_is_too_large_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    Image.new("1", (2**14, 2**13 + 1)).save(tmp_path / "large.tif", compression="group4")
    with pytest.raises(AnalysisError, match="16384 x 8193 pixels"):
        open_media(tmp_path / "large.tif")


@pytest.mark.parametrize("kind", ["GIF", "PCX", "SGI", "ICO", "EPS", "TGA"])
def test_pillow_parses_nothing_else(kind: str, tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), RED).save(tmp_path / "other.png", format=kind)
    with pytest.raises(AnalysisError):
        Still(tmp_path / "other.png")
