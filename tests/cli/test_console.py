"""What reaches the terminal: progress, names it cannot show, and a reader that goes away."""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from tests.support.clips import make_clip
from tests.support.program import (
    PROGRAM,
    Y_RED_170,
    run,
)

WHOLE = ("--faces", "whole")


def test_a_reader_that_goes_away_gets_no_trace(clips: Path, package: Path, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*PROGRAM, "scan", clips, *WHOLE, "--model", package, "--csv", tmp_path / "out.csv"]
    for more in ([], ["--json", "-"]):
        done = subprocess.run(
            [*command, *more], stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60
        )
        assert done.returncode == 1
        assert b"Traceback" not in done.stderr
        assert b"Exception" not in done.stderr
        assert (tmp_path / "out.csv").read_text().count("\n") == 4
        (tmp_path / "out.csv").unlink()
    os.close(writing)


def test_a_terminal_that_knows_ascii_only(package: Path, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "відео.mkv", codec="ffv1", frames=2, flat=(Y_RED_170, 128, 128))
    done = run(
        "scan",
        path,
        *WHOLE,
        "--model",
        package,
        environment={"PYTHONIOENCODING": "ascii", "COLUMNS": "400"},
    )
    assert done.returncode == 0
    assert b"?????.mkv" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_progress_goes_to_the_terminal_and_not_into_the_json(clips: Path, package: Path) -> None:
    import pty

    ours, terminal = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        # The end of a pseudo-terminal is an error on Linux.
        with suppress(OSError):
            while piece := os.read(ours, 4096):
                shown.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    command = [*PROGRAM, "scan", clips, *WHOLE, "--model", package, "--json", "-"]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "200"}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=terminal, env=environment, check=False, timeout=60
    )
    os.close(terminal)
    reader.join()
    os.close(ours)
    assert len(msgspec.json.decode(done.stdout)["results"]) == 3
    assert b"analysing" in b"".join(shown)
    assert b"0/3" in b"".join(shown)
