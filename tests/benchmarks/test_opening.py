"""Opening a plain MP4, and a jump in a file with one bad time stamp."""

from __future__ import annotations

import os
import statistics
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from dfgui.core.media.video import Video
from tests.benchmarks.filmed import film, loop
from tests.benchmarks.measure import BenchTable, interleaved, run

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
GOP, TURNS = 60, 100
BAD = 3000
PAIRS = 15
# The folder of another commit's files, to be compared with these.
BASE = os.environ.get("DFGUI_BASE")
OPENING = """
import statistics, sys, time
from pathlib import Path
from dfgui.core.media.video import Video

spent = []
for _ in range(7):
    began = time.perf_counter()
    Video(Path(sys.argv[1]), threads=1).close()
    spent.append(time.perf_counter() - began)
print(statistics.median(spent[2:]))
"""


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """6,000 frames of 1080p."""
    folder = tmp_path_factory.mktemp("long")
    gop = film(folder / "gop.mp4", frames=GOP, options={"g": str(GOP), "b:v": "1100k"})
    return loop(gop, folder / "long.mp4", times=TURNS)


def with_one_bad_stamp(source: Path, path: Path) -> Path:
    """Copy a clip; one of its frames is shown at the time of the frame before it."""
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        template = given.streams.video[0]
        stream = made.add_stream_from_template(template)
        packets = [packet for packet in given.demux(template) if packet.size]
        times = sorted(packet.pts or 0 for packet in packets)
        # All are shown later than they were, as no time may lie before that of decoding.
        later = 2 * (times[1] - times[0])
        for packet in packets:
            time = times[BAD - 1] if packet.pts == times[BAD] else packet.pts or 0
            packet.pts, packet.stream = time + later, stream
            made.mux(packet)
    return path


def test_a_jump_in_a_file_with_one_bad_stamp(long: Path, table: BenchTable, tmp_path: Path) -> None:
    bad = with_one_bad_stamp(long, tmp_path / "bad.mp4")
    chance = np.random.default_rng(0)
    with Video(long, buffer_bytes=0) as clean, Video(bad, buffer_bytes=0) as spoiled:
        assert clean.count == spoiled.count == GOP * TURNS
        places = chance.integers(0, clean.count, 2 * PAIRS).tolist()
        clean_places, bad_places = iter(places), iter(places)
        spent, seen = interleaved(
            2 * PAIRS,
            {
                "clean": lambda: clean.frame(next(clean_places)).sha256,
                "bad": lambda: spoiled.frame(next(bad_places)).sha256,
            },
        )
    assert seen["clean"] == seen["bad"]
    assert spent["bad"] <= 1.5 * spent["clean"]
    table.compare(
        "a jump, one bad stamp in 6,000 frames (plain: without it)",
        spent["clean"],
        spent["bad"],
        "0.67",
    )


@pytest.mark.skipif(BASE is None, reason="DFGUI_BASE names no other commit's files")
def test_opening_a_plain_mp4_as_before(
    long: Path, table: BenchTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    ratios, spent = [], {"before": 0.0, "here": 0.0}
    for _ in range(PAIRS):
        for name, folder in (("before", str(BASE)), ("here", str(Path.cwd()))):
            monkeypatch.setenv("PYTHONPATH", folder)
            spent[name] = float(run([sys.executable, "-c", OPENING, str(long)]))
        ratios.append(spent["here"] / spent["before"])
    low, high = np.quantile(
        np.median(np.random.default_rng(0).choice(ratios, (2000, PAIRS)), axis=1), (0.025, 0.975)
    )
    table.note(
        f"opening 6,000 frames against another commit, median of {PAIRS} pairs (95 % interval)",
        f"{statistics.median(ratios):.3f} ({low:.3f} to {high:.3f})",
        "at most 1.05",
    )
