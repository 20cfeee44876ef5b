"""The main job in cold processes: a 1080p clip against a plain loop, a folder of ready crops."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.faces.crop import cut
from dfgui.core.faces.haar import detect
from dfgui.core.media.video import Video
from tests.benchmarks import plain_scan
from tests.benchmarks.measure import BenchTable, dfgui, interleaved, run, run_watched, seconds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
FRAMES = 32
CROPS, CROP_SIDE = 400, 200


def test_scan_of_a_clip(clip: Path, plain_network: Path, table: BenchTable, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    plain = [sys.executable, plain_scan.__file__, str(clip), str(plain_network), str(FRAMES)]
    ours = dfgui("scan", clip, "--frames", FRAMES, "--json", out)
    spent, _ = interleaved(3, {"plain": lambda: run(plain), "ours": lambda: run(ours)})
    result = json.loads(out.read_text())["results"][0]
    assert len(result["frames"]) == FRAMES
    assert all(frame["faces"] for frame in result["frames"])
    table.compare(
        f"`scan` of 10 s of 1080p, {FRAMES} frames, cold process",
        spent["plain"],
        spent["ours"],
        "5, under 5 s",
    )


def test_scan_of_a_folder_of_crops(clip: Path, table: BenchTable, tmp_path: Path) -> None:
    folder = tmp_path / "crops"
    folder.mkdir()
    with Video(clip) as video:
        rgb = video.frame(0).rgb
    face = detect(rgb)[0]
    for number in range(CROPS):
        moved = face._replace(x=face.x + number % 20, y=face.y + number // 20)
        bgr = np.ascontiguousarray(cut(rgb, moved, size=CROP_SIDE, factor=0.8)[..., ::-1])
        cv2.imwrite(str(folder / f"{number:03}.jpg"), bgr)
    out = tmp_path / "out.json"
    runs = [run_watched(dfgui("scan", folder, "--faces", "whole", "--json", out)) for _ in range(3)]
    results = json.loads(out.read_text())["results"]
    assert [result["status"] for result in results] == ["scored"] * CROPS
    table.note(
        f"`scan --faces whole` of {CROPS} ready crops in a folder",
        seconds(statistics.median(spent for spent, _ in runs)),
        "30 s",
    )
