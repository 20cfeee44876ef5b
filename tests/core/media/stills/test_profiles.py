"""Stills of other colour spaces are shown in sRGB, and that is said."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from dfgui.core.media.video import open_media

# XYZ (D50) of the primaries of sRGB as its ICC profiles state them.
XYZ = {
    "r": (0.43607, 0.22249, 0.01392),
    "g": (0.38515, 0.71687, 0.09708),
    "b": (0.14307, 0.06061, 0.71410),
}
# CSS Color 4: Display P3 to linear sRGB, the product of its two published matrices.
P3_TO_SRGB = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])


def _s15(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _profile(red: str, green: str, blue: str, name: bytes = b"swapped") -> bytes:
    """An ICC profile, version 2, with sRGB's primaries in another order and a gamma of 2.2."""
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" * (79 + 1)
    tags = {
        b"desc": desc,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + _s15(0.9642, 1, 0.8249),
        b"rXYZ": b"XYZ \0\0\0\0" + _s15(*XYZ[red]),
        b"gXYZ": b"XYZ \0\0\0\0" + _s15(*XYZ[green]),
        b"bXYZ": b"XYZ \0\0\0\0" + _s15(*XYZ[blue]),
    }
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for kind, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += kind + struct.pack(">II", at + len(body), len(data))
        body += data
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s12s4s", size, b"\0" * 4, 0x02100000, b"mntr", b"RGB ", b"XYZ ",
                       b"\0" * 12, b"acsp")  # fmt: skip
    head += b"\0" * (68 - len(head)) + _s15(0.9642, 1, 0.8249)
    return head + b"\0" * (128 - len(head)) + table + body


CONVERTED = (
    "The picture's colours were converted to sRGB from its profile (swapped); colours that sRGB"
    " lacks are clipped."
)


@pytest.mark.parametrize("suffix", ["png", "tif", "webp", "heic"])
def test_colours_are_converted_by_the_profile(suffix: str, tmp_path: Path) -> None:
    """In the profile, red is blue and blue is red."""
    path = tmp_path / f"swapped.{suffix}"
    picture, profile = Image.new("RGB", (64, 64), (255, 0, 0)), _profile("b", "g", "r")
    if suffix == "heic":
        held = pillow_heif.from_pillow(picture)
        held.info["icc_profile"] = profile
        held.save(path, quality=-1, chroma=444)
    else:
        picture.save(path, icc_profile=profile, lossless=True)
    with open_media(path) as still:
        assert still.warnings == (CONVERTED,)
        assert np.abs(still.frame(0).rgb[5, 5].astype(int) - (0, 0, 255)).max() <= 3


def test_numbers_in_srgb_stay(tmp_path: Path) -> None:
    noise = np.random.default_rng(6).integers(0, 256, (64, 64, 3), np.uint8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(noise).save(tmp_path / "plain.png", icc_profile=profile)
    with open_media(tmp_path / "plain.png") as still:
        assert still.warnings == ()
        assert np.array_equal(still.frame(0).rgb, noise)


@pytest.mark.parametrize(
    ("profile", "mode"), [(b"no profile at all", "RGB"), (_profile("b", "g", "r"), "L")]
)
def test_a_profile_that_cannot_be_used_is_said(profile: bytes, mode: str, tmp_path: Path) -> None:
    Image.new(mode, (4, 4), 90 if mode == "L" else (90, 80, 70)).save(
        tmp_path / "odd.png", icc_profile=profile
    )
    with open_media(tmp_path / "odd.png") as still:
        assert still.frame(0).rgb[0, 0, 0] == 90
        assert still.warnings == (
            (
                "The picture's colour profile cannot be used; its colours are shown as they are"
                " stored."
            ),
        )


def _heic(path: Path, colour: tuple[int, int, int], **nclx: int) -> Path:
    held = pillow_heif.from_pillow(Image.new("RGB", (64, 64), colour))
    options: dict[str, Any] = {"matrix_coefficients": 0, "full_range_flag": 1, **nclx}
    held.save(path, quality=-1, chroma=444, save_nclx_profile=True, **options)
    return path


def _linear(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def test_wide_primaries_of_a_heic(tmp_path: Path) -> None:
    path = _heic(
        tmp_path / "wide.heic", (180, 90, 60), color_primaries=12, transfer_characteristics=13
    )
    light = P3_TO_SRGB @ _linear(np.array([180, 90, 60]) / 255)
    expected = 255 * (1.055 * light ** (1 / 2.4) - 0.055)
    with open_media(path) as still:
        assert np.abs(still.frame(0).rgb[9, 9] - expected).max() <= 2
        assert any("from its profile (Display P3)" in one for one in still.warnings)


def test_hdr_of_a_heic_is_said(tmp_path: Path) -> None:
    path = _heic(
        tmp_path / "hdr.heic", (180, 90, 60), color_primaries=9, transfer_characteristics=16
    )
    with open_media(path) as still:
        assert np.abs(still.frame(0).rgb[9, 9].astype(int) - (180, 90, 60)).max() <= 2
        assert still.warnings == (
            "The picture is HDR (PQ); it is shown without tone mapping, so colours look flat.",
        )
