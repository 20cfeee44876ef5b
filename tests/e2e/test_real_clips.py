"""The bundled network on real clips, through the real program: scores that vary over frames, a person that is followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dfgui.resources import resource
from tests.program import scan

FFPP = Path(__file__).parents[3] / "shared" / "data" / "ffpp"
CLIPS = ("original_sequences/youtube/c23/videos/097.mp4", "manipulated_sequences/Deepfakes/c23/videos/033_097.mp4")
MODEL = resource("models", "xception-face")

pytestmark = [
    pytest.mark.skipif(not FFPP.is_dir(), reason="the FaceForensics++ clips are not here"),
    pytest.mark.skipif(not (MODEL / "card.json").is_file(), reason="no bundled model package"),
]


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    code, report = scan(*(FFPP / name for name in CLIPS), model=MODEL, options=("--frames", "12"))
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
    assert sum(track["frames"] for track in result["tracks"]) == sum(len(frame["faces"]) for frame in result["frames"])
