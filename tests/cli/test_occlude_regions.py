"""`dfgui occlude --by regions`, through the real program.

What is written for a face, for a ready crop, and if there is no face.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from dfgui.core.media.video import open_media
from dfgui.resources import resource
from tests.support.program import run

CLIP = resource("demo", "portrait-altered.mp4")
SINGLE = [
    "forehead", "right_brow", "left_brow", "right_eye", "left_eye", "nose", "right_cheek",
    "left_cheek", "mouth", "jaw_line", "surroundings",
]  # fmt: skip
PAIRS = ["brows", "eyes", "cheeks"]
KINDS = [
    "face.png",
    "heat-map.png",
    "heat-map-16.png",
    "heat-map.npy",
    "regions.csv",
    "regions.json",
    "settings.json",
]


def occluded(evidence: Path, out: Path, *options: str | Path) -> dict[str, Path]:
    """The files that the command names, by kind."""
    done = run("occlude", evidence, "--out", out, "--by", "regions", *options)
    assert done.returncode == 0, done.stderr
    paths = [Path(line) for line in done.stdout.decode().splitlines()]
    assert sorted(paths) == sorted(out.iterdir())
    return {kind: path for path in paths for kind in KINDS if path.name.endswith(f"-{kind}")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The files for the altered demo clip, with the bundled network."""
    return occluded(CLIP, tmp_path_factory.mktemp("maps"), "--frame", "20", "--fill", "mean")


@pytest.fixture(scope="module")
def told(made: dict[str, Path]) -> dict[str, Any]:
    facts: dict[str, Any] = msgspec.json.decode(made["regions.json"].read_bytes())
    return facts


def test_the_files(made: dict[str, Path], told: dict[str, Any]) -> None:
    assert sorted(made) == sorted(KINDS)
    assert (told["schema"], told["index"]) == ("dfgui.regions/1", 20)
    assert told["settings"]["occlusion"] == {
        "patch": 20,
        "stride": 20,
        "fill": "mean",
        "mode": "drop",
        "by": "regions",
    }
    assert told["map"]["faithfulness"] is None
    assert told["map"]["patches"] == len(SINGLE + PAIRS)


def test_the_table_holds_every_region_once(made: dict[str, Path], told: dict[str, Any]) -> None:
    with made["regions.csv"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["region", "drop", "face_share", "pixels"]
    assert [row["region"] for row in rows] == SINGLE + PAIRS
    assert sum(float(row["face_share"]) for row in rows[:10]) == pytest.approx(1)
    assert rows[10]["face_share"] == ""
    assert sum(int(row["pixels"]) for row in rows[:11]) == 160 * 160
    for row, one in zip(rows, told["regions"], strict=True):
        assert (row["region"], float(row["drop"]), int(row["pixels"])) == (
            one["region"],
            one["drop"],
            one["pixels"],
        )


def test_each_pixel_of_the_map_has_the_drop_of_its_region(
    made: dict[str, Path], told: dict[str, Any]
) -> None:
    values = np.load(made["heat-map.npy"])
    assert (values.shape, values.dtype) == ((160, 160), np.float32)
    pixels = {np.float32(one["drop"]): one["pixels"] for one in told["regions"][:11]}
    assert dict(zip(*np.unique(values, return_counts=True), strict=True)) == pixels


def test_the_score_with_the_face_hidden_piece_by_piece(told: dict[str, Any]) -> None:
    for one in told["regions"]:
        assert -1e-3 <= told["map"]["base"] - one["drop"] <= 1 + 1e-3
    # Maps may be made in bf16: three digits.
    assert told["map"]["base"] == pytest.approx(told["score"], abs=0.02)


def test_squares_stay_the_default_and_write_no_table(tmp_path: Path, package: Path) -> None:
    done = run("occlude", CLIP, "--out", tmp_path, "--frame", "20", "--model", package)
    assert done.returncode == 0, done.stderr
    assert not [path for path in tmp_path.iterdir() if "regions" in path.name]
    settings = next(path for path in tmp_path.iterdir() if path.name.endswith("-settings.json"))
    assert msgspec.json.decode(settings.read_bytes())["settings"]["occlusion"]["by"] == "squares"


def test_a_ready_crop(tmp_path: Path, package: Path) -> None:
    with open_media(CLIP, threads=1) as media:
        face = media.frame(20).rgb[55:230, 200:380]
    Image.fromarray(face).save(tmp_path / "face.png")
    made = occluded(tmp_path / "face.png", tmp_path / "out", "--faces", "whole", "--model", package)
    told = msgspec.json.decode(made["regions.json"].read_bytes())
    assert [one["region"] for one in told["regions"]] == SINGLE + PAIRS
    assert told["box"] == [0, 0, 180, 175]


def test_where_there_is_no_face_one_sentence_says_so(tmp_path: Path, package: Path) -> None:
    wall = np.random.default_rng(1).integers(90, 110, (120, 120, 3), np.uint8)
    Image.fromarray(wall).save(tmp_path / "wall.png")
    done = run(
        "occlude",
        tmp_path / "wall.png",
        "--faces",
        "whole",
        "--by",
        "regions",
        "--out",
        tmp_path / "out",
        "--model",
        package,
    )
    assert done.returncode == 1
    assert (
        done.stderr.decode().count(
            "No landmarks of a face were found in this box, so it has no regions;"
        )
        == 1
    )
    assert not (tmp_path / "out").exists()


def test_an_unknown_way_is_refused(tmp_path: Path) -> None:
    done = run("occlude", CLIP, "--by", "triangles", "--out", tmp_path)
    assert done.returncode == 2
    assert "'squares'" in done.stderr.decode()
