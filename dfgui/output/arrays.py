"""Pictures and arrays as PNG and NPY files.

Pillow is imported only when a picture is drawn, so that a scan starts its worker sooner.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis_results import Mode

PNG_LEVEL = 2  # three times as fast as the usual 6, files a sixth larger
GREY_16: dict[Mode, tuple[int, int]] = {"drop": (32768, 32767), "printed": (0, 257)}
"""For each mode of a map the 16-bit grey of the value 0, and the greys for each unit."""


def png_bytes(picture: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]) -> bytes:
    """A PNG file of (H, W) or (H, W, 3), 0-255, or of (H, W) uint16 with 16 bits."""
    from PIL import Image

    file = io.BytesIO()
    pixels = picture if picture.dtype == np.uint16 else np.asarray(picture, dtype=np.uint8)
    Image.fromarray(pixels).save(file, "PNG", compress_level=PNG_LEVEL)
    return file.getvalue()


def npy_bytes(values: NDArray[np.uint8] | NDArray[np.float32]) -> bytes:
    """An NPY file of the array."""
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def map_16bit(values: NDArray[np.float32], mode: Mode) -> NDArray[np.uint16]:
    """An occlusion map as grey values, with one scale for all maps of a mode.

    Args:
        values: drops in score, -1 to 1, or in mode "printed" 255 x score, 0-255; NaN where nothing
            is known.
        mode: of the map.

    Returns:
        The same shape, uint16: 0 where nothing is known, else 1-65535. A drop of 0 is 32768, of -1
        is 1, of 1 is 65535; a printed 255 is 65535.
    """
    zero, unit = GREY_16[mode]
    grey = np.clip(np.rint(zero + unit * values.astype(np.float64)), 1, 65535)
    return np.where(np.isnan(values), 0, grey).astype(np.uint16)


def reading_16bit(mode: Mode) -> dict[str, object]:
    """How to read `map_16bit`, for the settings next to it."""
    zero, unit = GREY_16[mode]
    return {"value": f"(grey - {zero}) / {unit}", "not_known": 0}
