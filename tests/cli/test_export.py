"""`dfgui export` through the real program."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from dfgui.resources import resource
from tests.support.program import (
    run,
    scan,
)

PORTRAIT = resource("demo", "portrait.mp4")
WHOLE = ("--faces", "whole")


def test_export_writes_pictures_arrays_and_settings(
    clips: Path, package: Path, tmp_path: Path
) -> None:
    done = run("export", PORTRAIT, "--frame", "40", "--out", tmp_path / "out", "--model", package)
    assert done.returncode == 0
    written = [Path(line) for line in done.stdout.decode().split()]
    assert sorted(written) == sorted((tmp_path / "out").iterdir())
    kinds = {path.name.split("-", 4)[4]: path for path in written}
    assert set(kinds) == {
        "original.png", "face.png", "ela.png", "ela-colour.png", "ela.npy", "heat-map.png",
        "heat-map-16.png", "heat-map.npy", "settings.json",
    }  # fmt: skip
    facts = msgspec.json.decode(kinds["settings.json"].read_bytes())
    assert (facts["schema"], facts["index"], facts["settings"]["frame"]) == (
        "dfgui.inspection/1",
        40,
        40,
    )
    assert facts["sha256"] == hashlib.sha256(PORTRAIT.read_bytes()).hexdigest()
    with Image.open(kinds["original.png"]) as original, Image.open(kinds["face.png"]) as face:
        assert original.size == np.load(kinds["ela.npy"]).shape[::-1]
        assert face.size == (32, 32)
    assert np.load(kinds["heat-map.npy"]).shape == (32, 32)


def test_very_long_names_are_shortened_in_what_is_written(package: Path, tmp_path: Path) -> None:
    path = tmp_path / ("像" * 80 + ".png")
    Image.fromarray(np.full((40, 60, 3), 170, np.uint8)).save(path)
    done = run("export", path, *WHOLE, "--out", tmp_path / "out", "--model", package)
    assert done.returncode == 0
    # Each character is three bytes long.
    assert {name.partition("-")[0] for name in os.listdir(tmp_path / "out")} == {"像" * 33}


def test_a_folder_that_cannot_be_made_is_a_sentence(
    clips: Path, package: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = run(
        "export",
        clips / "still.png",
        *WHOLE,
        "--out",
        tmp_path / "file" / "out",
        "--model",
        package,
    )
    assert done.returncode == 2
    assert b"cannot be written (Not a directory)" in done.stderr
    assert done.stdout == b""


def test_nothing_is_written_next_to_the_evidence(
    clips: Path, package: Path, tmp_path: Path
) -> None:
    def state() -> list[tuple[str, int, int, bytes]]:
        return [
            (
                str(path),
                path.stat().st_mtime_ns,
                path.stat().st_size,
                path.read_bytes() if path.is_file() else b"",
            )
            for path in (clips, *sorted(clips.iterdir()))
        ]

    before = state()
    scan(clips, model=package)
    run("export", clips / "fake.mkv", *WHOLE, "--out", tmp_path, "--model", package)
    run("occlude", clips / "still.png", *WHOLE, "--out", tmp_path, "--model", package)
    assert state() == before
