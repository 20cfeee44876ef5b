"""Stepping through a clip, error levels, and a very long file."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.analysis.error_levels import error_level_map
from dfgui.core.media.video import Video
from tests.benchmarks.filmed import FPS, film, loop
from tests.benchmarks.measure import BenchTable, dfgui, interleaved, run_watched, seconds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
STEPS = 12
LAST = 200
HOURS = 2
GOP = 60


def test_one_frame_back(clip: Path, table: BenchTable) -> None:
    capture = cv2.VideoCapture(str(clip))
    chance = np.random.default_rng(0)
    with Video(clip) as video, Video(clip) as fresh:
        video.frame(LAST)
        numbers = iter(range(LAST - 1, LAST - 1 - STEPS, -1))
        seen = []

        def seek() -> None:
            capture.set(cv2.CAP_PROP_POS_FRAMES, int(chance.integers(video.count)))
            assert capture.read()[0]

        spent, _ = interleaved(
            STEPS, {"seek": seek, "step": lambda: seen.append(video.frame(next(numbers)))}
        )
        expected = list(fresh.frames(range(LAST - STEPS, LAST)))
    assert [(frame.index, frame.sha256) for frame in reversed(seen)] == [
        (frame.index, frame.sha256) for frame in expected
    ]
    table.compare(
        "one frame back, buffered 1080p (plain: a random seek with OpenCV)",
        spent["seek"],
        spent["step"],
        "10",
    )


def test_error_levels(clip: Path, table: BenchTable) -> None:
    with Video(clip) as video:
        rgb = video.frame(0).rgb

    def save_and_read() -> None:
        cv2.imdecode(cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, 90])[1], cv2.IMREAD_COLOR)

    spent, _ = interleaved(30, {"save": save_and_read, "map": lambda: error_level_map(rgb)})
    table.compare(
        "error levels of a 1080p frame (plain: imencode and imdecode alone)",
        spent["save"],
        spent["map"],
        "0.67",
    )


def test_two_hours(table: BenchTable, tmp_path: Path) -> None:
    gop = film(
        tmp_path / "gop.mp4",
        frames=GOP,
        options={"g": str(GOP), "b:v": "1100k", "maxrate": "1100k", "bufsize": "1100k"},
    )
    long = loop(gop, tmp_path / "long.mp4", times=HOURS * 3600 * FPS // GOP)
    began = time.perf_counter()
    with Video(long) as video:
        opened = time.perf_counter() - began
        assert video.count == HOURS * 3600 * FPS
        assert video.info.duration_s == pytest.approx(HOURS * 3600)
    runs = [run_watched(dfgui("scan", long, "--json", tmp_path / "out.json")) for _ in range(3)]
    size = f"{HOURS} hours of 1080p, {long.stat().st_size / 1e9:.1f} GB"
    long.unlink()
    table.note(f"{size}: open", seconds(opened), "seconds")
    table.note(
        f"{size}: `scan`, 32 frames", seconds(statistics.median(spent for spent, _ in runs)), ""
    )
    table.note(
        f"{size}: peak memory of all processes",
        f"{max(peak for _, peak in runs) / 1e6:.0f} MB",
        "800 MB",
    )
