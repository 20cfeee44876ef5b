"""Colours of stills in sRGB: from the file's ICC profile, or from the primaries it names."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from dfgui.core.sentences import Sentence
from dfgui.core.values import printable

# ITU-T H.273, table 2: x and y of red, green, blue and white.
PRIMARIES = {
    1: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), (0.3127, 0.3290)),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), (0.3127, 0.3290)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.3127, 0.3290)),
}
NAMES = {9: "BT.2020", 12: "Display P3"}
SAME = 2  # grey levels; a profile that moves no colour further is sRGB
LONGEST_NAME = 80


def by_profile(image: Image.Image, profile: bytes) -> tuple[Image.Image, Sentence | None]:
    """The picture in sRGB by its ICC profile, and the sentence that says so.

    Args:
        image: Mode RGB, L, CMYK or LAB.
        profile: As the file holds it. One that is sRGB leaves the numbers as they are, and nothing
            is said.
    """
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(
            source, _srgb(), image.mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip
        if image.mode in ("RGB", "L") and _keeps(transform, image.mode):
            return image, None
        name = printable(ImageCms.getProfileDescription(source).strip())[:LONGEST_NAME]
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image, Sentence(
            "The picture's colour profile cannot be used; its colours are shown as they are stored."
        )
    assert converted is not None
    return converted, _converted(name)


def by_primaries(
    rgb: NDArray[np.uint8], primaries: int
) -> tuple[NDArray[np.uint8], Sentence | None]:
    """An (H, W, 3) picture in sRGB, if the code point of its primaries is known and is not sRGB's.

    The curve of sRGB is taken for both sides.
    """
    name = NAMES.get(primaries)
    if name is None:
        return rgb, None
    matrix = np.linalg.inv(_to_xyz(1)) @ _to_xyz(primaries)
    values = np.arange(256) / 255
    # IEC 61966-2-1.
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    out = np.empty_like(rgb)
    for row, picture in enumerate(rgb):  # a row at a time: the whole takes 12 times its bytes
        light = np.clip(linear[picture] @ matrix.T, 0, 1)
        coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
        out[row] = np.rint(coded * 255)
    return out, _converted(name)


def from_lab(image: Image.Image) -> Image.Image:
    """A picture of mode LAB in sRGB."""
    return ImageCms.profileToProfile(  # type: ignore[return-value]
        image, ImageCms.createProfile("LAB"), _srgb(), outputMode="RGB"
    )


def _converted(name: str) -> Sentence:
    return Sentence(
        "The picture's colours were converted to sRGB from its profile ({profile}); colours that"
        " sRGB lacks are clipped.",
        profile=name,
    )


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _keeps(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Whether a transform leaves the colours of a grid where they are."""
    steps = np.arange(0, 256, 17).astype(np.uint8)
    grid = (
        steps[None]
        if mode == "L"
        else np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(16, -1, 3)
    )
    moved = ImageCms.applyTransform(Image.fromarray(grid), transform)
    before = grid[:, :, None] if mode == "L" else grid
    return bool(np.abs(np.asarray(moved).astype(int) - before.astype(int)).max() <= SAME)


def _to_xyz(primaries: int) -> NDArray[np.float64]:
    """(3, 3) from linear RGB to XYZ; white has Y 1."""
    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in PRIMARIES[primaries]]).T
    return columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3])
