"""`dfgui occlude` through the real program, with maps worked out by hand."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from tests.support.program import (
    run,
)

WHOLE = ("--faces", "whole")


def test_occlude_by_hand(package: Path, tmp_path: Path) -> None:
    square = tmp_path / "square.png"
    Image.fromarray(np.full((64, 64, 3), 170, np.uint8)).save(square)
    done = run(
        "occlude", square, *WHOLE, "--region", "0,0,32,64", "--patch", "16", "--stride", "16",
        "--out", tmp_path / "out", "--model", package,
    )  # fmt: skip
    assert done.returncode == 0
    kinds = {Path(line).name.split("-", 4)[4]: Path(line) for line in done.stdout.decode().split()}
    facts = msgspec.json.decode(kinds["settings.json"].read_bytes())
    # Half of the picture hidden in black leaves a mean of 85, a quarter leaves 127.5:
    # logits (85 - 128) / 16 and (127.5 - 128) / 16.
    assert facts["map"]["base"] == pytest.approx(0.932453, abs=1e-6)
    assert facts["map"]["region_drop"] == pytest.approx(0.932453 - 0.063715, abs=2e-6)
    assert np.load(kinds["heat-map.npy"]) == pytest.approx(
        np.full((32, 32), 0.932453 - 0.492188), abs=2e-6
    )
    # On a picture of one colour every order is as good as any other.
    assert facts["map"]["faithfulness"]["gain"] == pytest.approx(0, abs=1e-9)


def test_another_analysis_of_the_frame_overwrites_nothing_and_the_folder_that_is_analysed_stays_as_it_is(  # noqa: E501
    clips: Path, package: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for mode in ("drop", "printed"):
        assert (
            run(
                "occlude",
                clips / "still.png",
                *WHOLE,
                "--mode",
                mode,
                "--out",
                out,
                "--model",
                package,
            ).returncode
            == 0
        )
    assert len(list(out.iterdir())) == 10
    refused = run(
        "occlude",
        clips,
        *WHOLE,
        "--out",
        clips / "maps",
        "--model",
        package,
        environment={"COLUMNS": "400"},
    )
    assert refused.returncode == 2
    assert b"lies in the folder that is analysed" in refused.stderr
    assert not (clips / "maps").exists()


def test_a_frame_that_is_not_there(clips: Path, package: Path, tmp_path: Path) -> None:
    done = run(
        "occlude",
        clips / "fake.mkv",
        *WHOLE,
        "--frame",
        "10",
        "--out",
        tmp_path / "out",
        "--model",
        package,
    )
    assert done.returncode == 1
    assert (
        done.stderr.decode().strip()
        == f"{clips / 'fake.mkv'}: There is no frame 10; this file has 10 frames, numbered from 0"
        " to 9."
    )
    assert not (tmp_path / "out").exists()
