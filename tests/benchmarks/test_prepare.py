"""`prepare` against plain decoding of the same frames, and its memory with few and many videos."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import statistics
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

import cv2
import pytest

from dfgui.core.media.media_files import sample_indices
from dfgui.core.media.video import Video
from tests.benchmarks.measure import BenchTable, interleaved, run_watched
from training.data.lookup import read_videos
from training.data.prepared.reading import Prepared
from training.data.prepared.shards import PrepareSettings
from training.data.preparing.prepare import prepare

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
FRAMES = PrepareSettings().frames
VIDEOS = 4
SCRIPT = f"""
import sys
from pathlib import Path
from training.data.lookup import read_videos
from training.data.preparing.prepare import prepare
from training.data.prepared.shards import PrepareSettings

if __name__ == "__main__":
    prepare(read_videos("folders", sys.argv[1]), Path(sys.argv[2]), \
PrepareSettings(frames={FRAMES}), workers=1, shard_bytes=10 << 20)
"""
CORES = os.cpu_count() or 1


def _decode(path: Path, threads: int) -> int:
    cv2.setNumThreads(threads)
    with Video(path, threads=threads) as video:
        return sum(1 for _ in video.frames(sample_indices(video.count, FRAMES)))


def _decode_all(paths: list[Path], workers: int) -> int:
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        return sum(
            pool.starmap(_decode, [(path, max(2, CORES // workers)) for path in paths], chunksize=1)
        )


def _folders(root: Path, clip: Path, videos: int) -> list[Path]:
    paths = [root / ("REAL", "FAKE")[number % 2] / f"{number:02}.mp4" for number in range(videos)]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(clip, path)
    return paths


@pytest.mark.parametrize("workers", sorted({1, CORES}))
def test_prepare_against_decoding_alone(
    workers: int, clip: Path, table: BenchTable, tmp_path: Path
) -> None:
    paths = _folders(tmp_path / "data", clip, VIDEOS)
    numbers = count()

    def prepared() -> Path:
        out = tmp_path / f"out{next(numbers)}"
        assert (
            prepare(
                read_videos("folders", tmp_path / "data"),
                out,
                PrepareSettings(frames=FRAMES),
                workers=workers,
            )
            == 0
        )
        return out

    ways: dict[str, Callable[[], object]] = {
        "decoding": lambda: _decode_all(paths, workers),
        "prepare": prepared,
    }
    spent, made = interleaved(5, ways)
    assert made["decoding"] == VIDEOS * FRAMES
    assert all(video.faces == FRAMES for video in Prepared(Path(str(made["prepare"]))).videos)
    what = (
        f"`prepare`, {VIDEOS} clips of 10 s of 1080p, {FRAMES} frames and faces, {workers}"
        " processes (plain: decoding the same frames)"
    )
    table.compare(what, spent["decoding"], spent["prepare"], f"{1 / 1.3:.2f}")


def test_memory_does_not_grow_with_the_number_of_videos(
    clip: Path, table: BenchTable, tmp_path: Path
) -> None:
    peaks = {}
    for videos in (4, 16):
        data = tmp_path / str(videos)
        _folders(data, clip, videos)
        (tmp_path / "script.py").write_text(SCRIPT)
        runs = []
        for _ in range(3):
            runs.append(
                run_watched(
                    [sys.executable, str(tmp_path / "script.py"), str(data), str(tmp_path / "out")]
                )[1]
            )
            shutil.rmtree(tmp_path / "out")
        peaks[videos] = statistics.median(runs)
    table.note("peak memory of `prepare`, 4 videos", f"{peaks[4] / 1e6:.0f} MB", "")
    table.note("peak memory of `prepare`, 16 videos", f"{peaks[16] / 1e6:.0f} MB", "as with 4")
    assert peaks[16] < 1.1 * peaks[4]
