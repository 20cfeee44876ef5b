"""Arrays as files: the 16-bit map, PNG and NPY."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from dfgui.core.analysis_results import (
    Mode,
)
from dfgui.output.arrays import map_16bit, npy_bytes, png_bytes, reading_16bit

# Drop: 32768 + 32767 v; .25 gives 40959.75.
# Printed: 257 v; 127.5 gives 32767.5, which rounds to the even neighbour.
DROPS = {-1.0: 1, 0.0: 32768, 0.25: 40960, 1.0: 65535, float("nan"): 0}
PRINTED = {0.0: 1, 1.0: 257, 127.5: 32768, 255.0: 65535, float("nan"): 0}


@pytest.mark.parametrize(("mode", "expected"), [("drop", DROPS), ("printed", PRINTED)])
def test_a_16_bit_map_has_one_scale_and_keeps_0_for_what_is_not_known(
    mode: Mode, expected: dict[float, int]
) -> None:
    grey = map_16bit(np.array([list(expected)], np.float32), mode)
    assert grey.dtype == np.uint16
    assert grey.tolist() == [list(expected.values())]


def test_how_to_read_a_16_bit_map() -> None:
    assert reading_16bit("drop") == {"value": "(grey - 32768) / 32767", "not_known": 0}
    assert reading_16bit("printed") == {"value": "(grey - 0) / 257", "not_known": 0}


def test_16_bits_reach_the_file() -> None:
    with Image.open(
        io.BytesIO(png_bytes(np.array([[0, 1], [32768, 65535]], np.uint16)))
    ) as picture:
        assert picture.mode == "I;16"
        assert np.asarray(picture).tolist() == [[0, 1], [32768, 65535]]


def test_an_array_comes_back() -> None:
    back = np.load(io.BytesIO(npy_bytes(np.array([[0.5, np.nan]], np.float32))))
    assert back.dtype == np.float32
    np.testing.assert_array_equal(back, [[0.5, np.nan]])
