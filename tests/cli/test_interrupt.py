"""Ctrl-C in the middle of a scan, through the real program.

It ends at once, keeps what is finished and says what is missing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from tests.support.clips import copy_packets, make_clip
from tests.support.program import PROGRAM, SCORE_RED_170, Y_RED_170

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A quick clip, one that takes many seconds, and a quick one after it."""
    folder = tmp_path_factory.mktemp("batch")
    quick = make_clip(folder / "quick.mp4", frames=10, flat=(Y_RED_170, 128, 128))
    long = copy_packets(
        make_clip(folder / "big.mp4", size=(1280, 720)), folder / "long.mp4", times=100
    )
    return [quick, long, quick]


def worker_on(path: Path, program: subprocess.Popen[bytes]) -> psutil.Process:
    """The program's worker once it has the file open."""
    while program.poll() is None:
        for child in psutil.Process(program.pid).children():
            try:
                if str(path) in [file.path for file in child.open_files()]:
                    return child
            except psutil.Error:
                continue
        threading.Event().wait(0.02)
    pytest.fail("the program ended before it was interrupted")


def interrupted(
    arguments: list[str | Path], path: Path, *, group: bool
) -> subprocess.CompletedProcess[bytes]:
    """Run the program, interrupt it while its worker reads `path`, check that no worker is left."""
    program = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    worker = worker_on(path, program)
    if group:
        os.killpg(program.pid, signal.SIGINT)
    else:
        program.send_signal(signal.SIGINT)
    out, words = program.communicate(timeout=30)
    assert not worker.is_running()
    assert b"Traceback" not in words
    return subprocess.CompletedProcess(arguments, program.returncode, out, words)


@pytest.mark.parametrize("group", [True, False], ids=["its process group", "the program alone"])
def test_finished_results_are_kept_and_missing_ones_named(
    group: bool, batch: list[Path], package: Path
) -> None:
    arguments = [
        "scan",
        *batch,
        "--model",
        package,
        "--faces",
        "whole",
        "--frames",
        "3000",
        "--json",
        "-",
    ]
    done = interrupted(arguments, batch[1], group=group)
    results: list[dict[str, Any]] = msgspec.json.decode(done.stdout)["results"]
    assert done.returncode == 1
    assert [Path(result["path"]).name for result in results] == [
        "quick.mp4",
        "long.mp4",
        "quick.mp4",
    ]
    assert (results[0]["status"], results[0]["score"]) == ("scored", SCORE_RED_170)
    for result in results[1:]:
        assert (result["status"], result["reason"], result["score"]) == (
            "failed",
            "Not read: the scan was interrupted.",
            None,
        )
    assert b"Interrupted: 2 of 3 inputs were not read:" in done.stderr
    assert str(batch[1]).encode() in done.stderr


def test_a_file_of_results_is_written_too(batch: list[Path], package: Path, tmp_path: Path) -> None:
    done = interrupted(
        [
            "scan",
            *batch,
            "--model",
            package,
            "--faces",
            "whole",
            "--frames",
            "3000",
            "--json",
            tmp_path / "out.json",
        ],
        batch[1],
        group=True,
    )
    results = msgspec.json.decode((tmp_path / "out.json").read_bytes())["results"]
    assert done.returncode == 1
    assert [result["status"] for result in results] == ["scored", "failed", "failed"]


def test_an_interrupted_map_is_said(batch: list[Path], package: Path, tmp_path: Path) -> None:
    # Frames without a face are searched to the last one, which takes long enough.
    arguments = [
        "occlude",
        batch[1],
        "--model",
        package,
        "--frame",
        "2999",
        "--track",
        "1",
        "--out",
        tmp_path / "out",
    ]
    done = interrupted(arguments, batch[1], group=False)
    assert done.returncode == 1
    assert b"interrupted" in done.stderr
    assert not (tmp_path / "out").exists()
