"""The program as its own process.

It ends with status 0, prints nothing on the terminal, and leaves no worker behind.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from dfgui.app import SCREENS
from dfgui.ui.widgets.theme import DARK
from tests.e2e.conftest import DEMO
from tests.support.clips import make_clip
from tests.support.program import PROGRAM, run
from tests.support.streams import LARGE, two_streams

WORKERS = 4  # for the scan, the views, slow tasks, and requests about a face


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("arguments", [(str(DEMO),), ("demo",)])
def test_ctrl_c_in_the_terminal_closes_the_window(home: Path, arguments: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        try:
            me = psutil.Process(program.pid)
            wait_until(lambda: program.poll() is not None or len(workers_of(me)) == WORKERS)
            workers = workers_of(me)
            program.send_signal(signal.SIGINT)
            said = program.communicate(timeout=90)
        finally:
            program.kill()
    assert said == (b"", b"")
    assert program.returncode == 0
    _, left = psutil.wait_procs(workers, timeout=30)
    assert left == []


def workers_of(program: psutil.Process) -> list[psutil.Process]:
    try:
        return [child for child in program.children() if "--worker" in child.cmdline()]
    except psutil.NoSuchProcess:
        return []


def test_a_screenshot_shows_the_window(home: Path, package: Path, tmp_path: Path) -> None:
    out = tmp_path / "window.png"
    done = run(
        "screenshot",
        DEMO,
        "--out",
        out,
        "--size",
        "1280x720",
        "--theme",
        "dark",
        "--model",
        package,
        "--frame",
        "10",
        "--occlusion",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with Image.open(out) as image:
        picture = np.asarray(image.convert("RGB"))
    assert picture.shape == (720, 1280, 3)
    colours, counts = np.unique(picture.reshape(-1, 3), axis=0, return_counts=True)
    share = {
        "#{:02x}{:02x}{:02x}".format(*colour): count / counts.sum()
        for colour, count in zip(colours, counts, strict=True)
    }
    assert all(share.get(colour, 0) > 0.02 for colour in (DARK.window, DARK.surface, DARK.canvas))
    assert share.get(DARK.accent, 0) > 0
    assert len(share) > 5000  # the pictures are visible


def test_a_screenshot_of_a_bad_file_says_why(home: Path, package: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.mp4").write_text("Dear Sir or Madam")
    done = run(
        "screenshot",
        tmp_path / "letter.mp4",
        "--out",
        tmp_path / "window.png",
        "--size",
        "1000x620",
        "--model",
        package,
    )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert done.stderr.endswith(b".\n")
    with Image.open(tmp_path / "window.png") as picture:
        assert picture.size == (1000, 620)


def test_a_screenshot_shows_the_stream_that_is_asked_for(
    home: Path, package: Path, tmp_path: Path
) -> None:
    """The second stream is grey 191 ((180 - 16) x 255 / 219), the first 51."""
    clip, out = two_streams(tmp_path / "two.mkv", (LARGE, LARGE), 0), tmp_path / "window.png"
    shot = ("screenshot", clip, "--out", out, "--size", "1000x620", "--model", package)
    for stream, grey, other in ((0, 51, 191), (1, 191, 51)):
        done = run(*shot, "--stream", str(stream))
        assert (done.returncode, done.stderr) == (0, b"")
        with Image.open(out) as image:
            picture = np.asarray(image.convert("RGB"))
        shown, not_shown = (
            np.count_nonzero((picture == level).all(axis=2)) for level in (grey, other)
        )
        assert shown > 100 * max(not_shown, 1)
    done = run(*shot, "--stream", "2")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{clip} has no video stream 2; choose one of these".encode())


def test_a_screenshot_without_its_heat_map_says_why(
    home: Path, root_package: Path, bright_face: Path, tmp_path: Path
) -> None:
    out = tmp_path / "window.png"
    done = run(
        "screenshot",
        bright_face,
        "--occlusion",
        "--out",
        out,
        "--size",
        "1000x620",
        "--model",
        root_package,
    )
    reason = (
        b"The network of the model package root gave no number for a face; choose another package."
    )
    assert (done.returncode, done.stderr) == (1, b"No heat map was made. " + reason + b"\n")
    assert out.is_file()


def test_a_screenshot_of_a_frame_without_a_face_says_so(
    home: Path, package: Path, tmp_path: Path
) -> None:
    clip, out = make_clip(tmp_path / "bars.mp4", frames=3, size=(320, 64)), tmp_path / "window.png"
    done = run(
        "screenshot", clip, "--occlusion", "--out", out, "--size", "1000x620", "--model", package
    )
    sentence = (
        b"No heat map was made: no face is chosen in this frame; choose another frame with"
        b" --frame.\n"
    )
    assert (done.returncode, done.stderr) == (1, sentence)
    assert out.is_file()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems always have a screen"
)
def test_without_a_screen_it_says_what_works(home: Path) -> None:
    done = run(DEMO, environment=dict.fromkeys(SCREENS, ""))
    assert done.returncode == 1
    assert (
        done.stderr
        == b"There is no screen to open the window on; `dfgui scan` and `dfgui screenshot` work"
        b" without one.\n"
    )
