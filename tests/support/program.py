"""Runs the real program as a user does, and checks that no traceback reaches the terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

PROGRAM = (sys.executable, "-m", "dfgui")
SCORE_RED_170 = 0.932453  # 1 / (1 + exp(-(170 - 128) / 16))
SCORE_RED_85 = 0.063715  # 1 / (1 + exp(-(85 - 128) / 16))
Y_RED_170, Y_RED_85 = 162, 89  # 16 + 219 x red / 255, exactly


def run(
    *arguments: str | Path | bytes,
    environment: dict[str, str] | None = None,
    before: Callable[[], None] | None = None,
    longest_s: float = 120,
) -> subprocess.CompletedProcess[bytes]:
    """Run `dfgui` to its end; fail if a traceback is printed."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        env=os.environ | (environment or {}),
        preexec_fn=before,
        timeout=longest_s,
        check=False,
    )
    assert b"Traceback" not in done.stderr + done.stdout, done.stderr.decode(errors="replace")
    return done


def scan(
    *paths: str | Path | bytes,
    model: Path,
    options: tuple[str, ...] = (),
    before: Callable[[], None] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Exit status and report of `dfgui scan --json -` with a model.

    Standard output must be pure JSON.
    """
    done = run("scan", "--json", "-", "--model", model, *options, *paths, before=before)
    report = msgspec.json.decode(done.stdout)
    assert isinstance(report, dict)
    return done.returncode, report


def without_timing(report: dict[str, Any]) -> dict[str, Any]:
    """The report without what may differ from run to run."""
    return report | {
        "results": [
            {key: value for key, value in result.items() if key != "timing_s"}
            for result in report["results"]
        ]
    }
