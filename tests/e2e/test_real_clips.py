"""The bundled network on real clips, through the real program.

The tests cover scores over frames, following a person, and heat maps.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from dfgui.core.analysis_results import FileResult, OcclusionSettings, ScanSettings
from dfgui.core.display.wording import deciding_track
from dfgui.core.geometry import Box
from dfgui.core.network.package import load_package
from dfgui.resources import resource
from dfgui.worker.messages import Cut, Map, Mapped, Scan, Scanned, WasCut
from dfgui.worker.process import Worker
from tests.support.program import run, scan
from tests.support.real_data import manipulated, needs_ffpp, original

CLIPS = (original("097"), manipulated("033_097", "Deepfakes"))
MODEL = resource("models", "xception-face")

pytestmark = [
    needs_ffpp,
    pytest.mark.skipif(not (MODEL / "card.json").is_file(), reason="no bundled model package"),
]


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    code, report = scan(*CLIPS, model=MODEL, options=("--frames", "12"))
    assert code == 0
    assert report["tool"]["model"]["name"] == "xception-face"
    results = report["results"]
    assert isinstance(results, list)
    return results


@pytest.mark.parametrize("number", [0, 1])
def test_scores_vary_over_frames(number: int, results: list[dict[str, Any]]) -> None:
    result = results[number]
    assert result["status"] == "scored"
    scores = [face["score"] for frame in result["frames"] for face in frame["faces"]]
    assert len(result["frames"]) == 12
    assert len(set(scores)) >= 10
    assert all(0 <= score <= 1 for score in scores)
    assert max(scores) - min(scores) > 0.001


@pytest.mark.parametrize("number", [0, 1])
def test_the_main_person_is_one_track(number: int, results: list[dict[str, Any]]) -> None:
    result = results[number]
    assert max(track["frames"] for track in result["tracks"]) >= 10
    assert sum(track["frames"] for track in result["tracks"]) == sum(
        len(frame["faces"]) for frame in result["frames"]
    )


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker(threads=2)
    worker.prepare(str(MODEL))
    yield worker
    worker.close()


def most_suspicious(result: FileResult) -> tuple[int, Box, float]:
    """Frame, box and score at the top of the deciding track, which the window shows first."""
    track = deciding_track(result)
    assert track is not None
    faces = [
        (face.score, -frame.index, face.box)
        for frame in result.frames
        for face in frame.faces
        if face.track == track.id
    ]
    score, place, box = max(faces)
    return -place, box, score


@pytest.mark.parametrize(
    "path", [*CLIPS, manipulated("712_716", "Deepfakes")], ids=lambda path: path.stem
)
def test_the_most_suspicious_frame_gets_its_heat_map(path: Path, worker: Worker) -> None:
    card, raw, parts = load_package(MODEL).card, os.fsencode(path), []
    scanned = worker.ask(Scan(1, raw, ScanSettings()), lambda _part: None)
    assert isinstance(scanned, Scanned)
    index, box, score = most_suspicious(scanned.result)
    cut = worker.ask(
        Cut(2, raw, index, box, card.input_size, card.crop.haar_factor), lambda _part: None
    )
    assert isinstance(cut, WasCut)
    made = worker.ask(Map(3, cut.crop, OcclusionSettings()), parts.append)
    assert isinstance(made, Mapped), made
    assert made.complete
    assert len(parts) >= 2
    assert np.isfinite(made.values.numpy()).all()
    assert made.base == pytest.approx(score, abs=0.05)  # maps may be made in bf16
    assert made.error is not None
    assert 0 <= made.error <= 0.02
    assert made.faithfulness is not None


def test_a_screenshot_with_the_heat_map_of_a_real_clip(tmp_path: Path) -> None:
    out = tmp_path / "window.png"
    done = run(
        "screenshot",
        manipulated("033_097", "Deepfakes"),
        "--occlusion",
        "--out",
        out,
        "--model",
        MODEL,
        longest_s=280,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    with Image.open(out) as picture:
        assert picture.size == (1600, 1000)
