"""How the benchmarks measure.

Ways run in turn, medians, the memory of a process and its children, one table of all figures.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

from dfgui.core.network.engine import has_bf16

POLL_S = 0.02
Made = TypeVar("Made")


def interleaved(
    rounds: int, ways: Mapping[str, Callable[[], Made]]
) -> tuple[dict[str, float], dict[str, Made]]:
    """Run every way once per round, so that other load on the machine affects all of them alike.

    Returns:
        Median seconds of each way, and the last thing it made.
    """
    made: dict[str, Made] = {}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            made[name] = way()
            spent[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in spent.items()}, made


def run(command: Sequence[str]) -> str:
    """What a command prints; raises if it fails."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"},
    ).stdout


def run_watched(command: Sequence[str]) -> tuple[float, int]:
    """Run a command to its end.

    Returns:
        Its seconds, and the peak resident memory, in bytes, of it and its children together;
        shared pages count once per process.
    """
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        root = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, _resident(root))
            time.sleep(POLL_S)
    assert process.returncode == 0
    return time.perf_counter() - began, peak


def _resident(root: psutil.Process) -> int:
    total = 0
    try:
        for process in (root, *root.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def machine() -> str:
    """The class of this machine, in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = (names or [platform.processor() or platform.machine()])[0]
    bf16, memory = "with" if has_bf16() else "without", psutil.virtual_memory().total / 2**30
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{processor}, {os.cpu_count()} cores, {bf16} bf16, {memory:.0f} GB memory, {system}"


@dataclass
class BenchTable:
    """The rows so far.

    Each says what was measured, the plain way's figure, ours, how many times as good ours is, and
    what was asked for.
    """

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def compare(self, what: str, plain_s: float, ours_s: float, asked: str) -> None:
        """Add a row of two times in seconds."""
        self.rows.append(
            (what, seconds(plain_s), seconds(ours_s), f"{plain_s / ours_s:.2f}", asked)
        )

    def note(self, what: str, ours: str, asked: str) -> None:
        """Add a row without a plain way."""
        self.rows.append((what, "", ours, "", asked))

    def markdown(self) -> str:
        """The table, and the machine it was measured on."""
        head = ["| what | plain way | here | ratio | asked for |", "|---|---|---|---|---|"]
        return "\n".join(
            [machine(), "", *head, *("| " + " | ".join(row) + " |" for row in self.rows), ""]
        )


def seconds(value: float) -> str:
    """A time as people write it."""
    return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.3g} ms"


def dfgui(*arguments: object) -> list[str]:
    """The command line of a cold `dfgui`."""
    return [sys.executable, "-m", "dfgui", *map(str, arguments)]
