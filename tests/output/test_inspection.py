"""What is written with an inspected frame."""

from __future__ import annotations

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
    Model,
    OcclusionSettings,
)
from dfgui.core.geometry import Box
from dfgui.core.values import Array
from dfgui.output.inspection import InspectionTool, write_inspection


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
