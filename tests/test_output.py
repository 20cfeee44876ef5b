"""Arrays as files: the 16-bit map, names, and what is written with an inspected frame."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from dfgui.core.analysis_results import (
    Faithfulness,
    Inspection,
    InspectSettings,
    MapResult,
    Mode,
    Model,
    OcclusionSettings,
)
from dfgui.core.geometry import Box
from dfgui.core.values import Array
from dfgui.output import (
    InspectionTool,
    file_name,
    map_16bit,
    npy_bytes,
    png_bytes,
    reading_16bit,
    write_inspection,
)

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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a clip", "a clip"),
        ('a:b*c?"<>|\\d', "a_b_c______d"),
        ("line\nbreak", "line_break"),
        ("\udcff", "_"),
        ("像" * 40, "像" * 33),
    ],
)
def test_names_that_every_file_system_bears(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_the_frame_that_is_taken_apart_has_its_map_in_16_bits(tmp_path: Path) -> None:
    black = Array.of(np.zeros((2, 2, 3), np.uint8))
    faithful = Faithfulness(0.2, 0.7, 0.5, 0.5, (1.0, 0.0), (0.0, 1.0))
    values = Array.of(np.array([[-1, 0], [0.25, 1]], np.float32))
    result = Inspection(
        path="/evidence/clip.mp4", sha256="1" * 64, model="net", index=103, pts_s=4.12, type="P",
        frame_sha256="ab12cd34" * 8, track=1, box=Box(0, 0, 2, 2), cut=Box(0, 0, 2, 2), score=0.9,
        original=black, crop=black, map=MapResult(values, 0.9, 4, "f32", faithful, None), ela=None,
        warnings=(),
    )  # fmt: skip
    settings = InspectSettings(occlusion=OcclusionSettings(patch=1, stride=1))
    written = write_inspection(
        result, settings, InspectionTool("1.0", "engine", Model("net", "2" * 64, 32)), tmp_path
    )
    kinds = {path.name.split("-", 4)[4]: path for path in written}
    assert list(kinds) == [
        "face.png",
        "heat-map.png",
        "heat-map-16.png",
        "heat-map.npy",
        "settings.json",
    ]
    with Image.open(kinds["heat-map-16.png"]) as picture:
        assert np.asarray(picture).tolist() == [[1, 32768], [40960, 65535]]
    facts = msgspec.json.decode(kinds["settings.json"].read_bytes())
    assert facts["heat_map_16"] == {"value": "(grey - 32768) / 32767", "not_known": 0}
    # (.5 - .2) + (.7 - .5)
    assert facts["map"]["faithfulness"]["gain"] == pytest.approx(0.5)
