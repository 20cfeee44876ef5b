"""The frozen program gives the source tree's results on a machine that has nothing else."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from PIL import Image

from dfgui.resources import resource
from tests.packaging.conftest import Run
from tests.support import program as source_program

PACKAGING = Path(__file__).resolve().parents[2] / "resources" / "packaging"
BOTH = pytest.mark.parametrize("program", ["dfgui", "dfgui-window"])


@pytest.fixture
def clips(tmp_path: Path) -> tuple[Path, Path]:
    """Copies of the demo clips outside the source tree."""
    names = ("portrait-altered.mp4", "portrait.mp4")
    first, second = (Path(shutil.copy(resource("demo", name), tmp_path)) for name in names)
    return first, second


def test_selftest(run: Run) -> None:
    done = run("dfgui", "selftest")
    assert done.returncode == 0, done.stdout.decode()
    assert b"Every stage agrees." in done.stdout
    libraries = next(
        line for line in done.stdout.decode().splitlines() if line.split()[:1] == ["libraries"]
    )
    assert "?" not in libraries  # every version is known


@BOTH
def test_scan_gives_what_the_source_tree_gives(
    run: Run, clips: tuple[Path, Path], tmp_path: Path, program: str
) -> None:
    done = run(program, "scan", clips[0], "--json", tmp_path / "frozen.json")
    assert done.returncode == 0, done.stderr.decode()
    report = msgspec.json.decode((tmp_path / "frozen.json").read_bytes())
    assert [result["status"] for result in report["results"]] == ["scored"]
    status, expected = source_program.scan(clips[0], model=resource("models", "xception-face"))
    assert status == 0
    assert source_program.without_timing(report) == source_program.without_timing(expected)


@BOTH
def test_a_worker_that_is_killed_costs_its_file_and_no_other(
    command: Callable[..., list[str]],
    alone: dict[str, str],
    clips: tuple[Path, Path],
    tmp_path: Path,
    program: str,
) -> None:
    out = tmp_path / "result.json"
    line = command(program, "scan", *clips, "--workers", "1", "--json", out)
    with subprocess.Popen(
        line, cwd=tmp_path, env=alone, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _first_worker(process.pid).kill()
        assert process.wait(timeout=120) == 1
    first, second = msgspec.json.decode(out.read_bytes())["results"]
    assert (first["status"], first["score"]) == ("failed", None)
    assert first["reason"] == "The analysis of this file stopped: its process ended unexpectedly."
    assert second["status"] == "scored"


def _first_worker(parent: int) -> psutil.Process:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for process in psutil.Process(parent).children(recursive=True):
            if process.is_running() and process.cmdline()[-1:] == ["--worker"]:
                return process
        time.sleep(0.02)
    raise AssertionError("the program started no worker")


def test_screenshot_of_the_window(run: Run, clips: tuple[Path, Path], tmp_path: Path) -> None:
    done = run(
        "dfgui", "screenshot", clips[0], "--out", tmp_path / "window.png", "--size", "1600x1000"
    )
    assert done.returncode == 0, done.stderr.decode()
    with Image.open(tmp_path / "window.png") as picture:
        assert picture.size == (1600, 1000)
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    # A window with a picture of a face in it has thousands of colours; one without fonts, icons or
    # views a handful.
    assert len(np.unique(pixels, axis=0)) > 1000


@pytest.mark.skipif(
    sys.platform != "linux", reason="only there does PyInstaller's loader change the environment"
)
@pytest.mark.parametrize(("before", "after"), [(None, None), ("/usr/local/lib", "/usr/local/lib")])
def test_what_it_starts_gets_the_systems_libraries(
    monkeypatch: pytest.MonkeyPatch, before: str | None, after: str | None
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/dfgui/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    runpy.run_path(str(PACKAGING / "own_environment.py"))
    assert os.environ.get("LD_LIBRARY_PATH") == after


def test_training_answers_where_it_is_part_of_the_build(run: Run, frozen: Path) -> None:
    if not list(frozen.glob("dfgui-training*")):
        pytest.skip("a lean build")
    assert run("dfgui-training", "--help").returncode == 0
