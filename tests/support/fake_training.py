"""A training program for tests, which behaves as well or badly as the experiment's name says.

It runs as a program, starts quickly and imports nothing that takes time.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

SETTINGS = {
    "batch": 32,
    "rate": 0.001,
    "init": "random",
    "seeds": [0, 1],
    "fit": {"steps": 10, "note": None},
}
KINDS = {
    "good": "two arms, then it is finished",
    "slow": "runs until it is interrupted",
    "late": "answers an interrupt late",
    "deaf": "does not answer interrupts",
    "crash": "ends in the middle",
    "killed": "is killed by the system",
    "garbage": "says things that are no events",
    "silent": "ends without a word",
    "usage": "refuses its arguments",
    "failed": "says why it failed",
    "lingers": "does not end after its last line",
    "learn": "a package can be made of it",
}
PRIOR = 0.5
stop = False


def say(event: str, **values: Any) -> None:
    """Write one event to standard output and to the log of the run."""
    line = json.dumps({"event": event, **values})
    if RUN is not None:
        with (RUN / "log.jsonl").open("a") as log:
            log.write(line + "\n")
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def epochs(arm: str, seed: int, losses: list[float]) -> None:
    """Report one fit."""
    for number, loss in enumerate(losses, 1):
        say(
            "epoch",
            arm=arm,
            seed=seed,
            fold=0,
            epoch=number,
            values={"loss": loss / 2, "val_loss": loss},
            prior=PRIOR,
        )


def wait(longest_s: float = 60.0) -> None:
    """Wait for an interrupt, or for a file that asks to stop."""
    until = time.monotonic() + longest_s
    while (
        not stop and not (RUN is not None and (RUN / "STOP").exists()) and time.monotonic() < until
    ):
        time.sleep(0.01)


def interrupted(number: int, frame: object) -> None:
    """Remember the interrupt."""
    global stop
    stop = True


def results(name: str, complete: bool) -> None:
    """Write the results as a run does."""
    assert RUN is not None
    (RUN / "results.json").write_text(json.dumps({"experiment": name, "complete": complete}))


def run(name: str) -> int:
    """Behave as the name says."""
    signal.signal(signal.SIGINT, signal.SIG_IGN if name == "deaf" else interrupted)
    assert RUN is not None
    RUN.mkdir(parents=True, exist_ok=True)
    config = {"experiment": name, "smoke": "--smoke" in sys.argv, "config": SETTINGS | given()}
    (RUN / "config.json").write_text(json.dumps(config))
    say(
        "started",
        experiment=name,
        arms=["printed", "mended"],
        fits=4,
        backbone="random weights",
        prior=None,
    )
    say("progress", done=0.25, text="printed, seed 0", seconds_left=30.0)
    epochs("printed", 0, [0.9, 0.7])
    if name in ("slow", "late", "deaf"):
        wait()
        if name == "late":
            say("said", text="Finishing the batch.")
            time.sleep(0.3)
        results(name, complete=False)
        say("ended", outcome="stopped", sentence="Stopped; the best so far is kept.")
        return 130
    if name == "crash":
        sys.stderr.write(
            "loading\nTraceback (most recent call last):\nValueError: the shape is wrong\n"
        )
        return 3
    if name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "failed":
        say("ended", outcome="failed", sentence="The data folder holds no table.")
        return 1
    if name == "garbage":
        sys.stdout.buffer.write(b'\xff\xfe nonsense\n\n{"event": "epoch"}\n[1, 2\n{}\n')
        sys.stdout.buffer.write(b"x" * (1 << 21))
        sys.stdout.buffer.write(b"\n")
        sys.stdout.flush()
    epochs("printed", 1, [0.8, 0.6, 0.4])
    say("said", text="One clip is left out: no face.", level="warning")
    epochs("mended", 0, [0.6, 0.3])
    say("progress", done=1.0, text="done", seconds_left=0.0)
    results(name, complete=True)
    say("ended", outcome="finished", sentence=f"{name}: finished after 2 s.")
    if name == "lingers":
        time.sleep(60)
    return 0


def given() -> dict[str, Any]:
    """The settings of `--set`."""
    sets = [
        sys.argv[place + 1].split("=", 1) for place, word in enumerate(sys.argv) if word == "--set"
    ]
    return {name: json.loads(text) if text[0] in '0123456789[{"' else text for name, text in sets}


def described() -> list[dict[str, Any]]:
    """Every way to behave as an experiment."""
    return [
        {
            "name": name, "title": f"The {name} one", "reproduces": "figure 9",
            "summary": f"It {does}.", "needs": "nothing", "arms": ["printed", "mended"],
            "settings": SETTINGS, "makes_package": name == "learn",
        }
        for name, does in KINDS.items()
    ]  # fmt: skip


def main() -> int:
    """Run `list --json`, `run`, `report` or `export`."""
    what = sys.argv[1]
    if what == "list":
        if os.environ.get("FAKE_TRAINING") == "broken":
            sys.stderr.write("ModuleNotFoundError: no module\n")
            return 1
        sys.stdout.write(json.dumps(described()) + "\n")
        return 0
    to = Path(sys.argv[sys.argv.index("--to") + 1]) if "--to" in sys.argv else Path()
    if what == "report":
        if json.loads(Path(sys.argv[2], "results.json").read_text())["experiment"] == "slow":
            sys.stderr.write("The run has no arms.\n")
            return 1
        to.mkdir(parents=True, exist_ok=True)
        (to / "report.html").write_text("<p>report</p>")
        return 0
    if what == "export":
        if os.environ.get("FAKE_TRAINING") == "slow export":
            signal.signal(signal.SIGINT, interrupted)
            wait()
            return 1
        shutil.copytree(os.environ["FAKE_PACKAGE"], to)
        return 0
    name = sys.argv[2]
    if name == "usage":
        sys.stderr.write(
            "Usage: training run [OPTIONS] EXPERIMENT\n\nError: Invalid value for '--set': no"
            " setting 'x'.\n"
        )
        return 2
    return 0 if name == "silent" else run(name)


RUN = Path(sys.argv[sys.argv.index("--out") + 1]) if "--out" in sys.argv else None

if __name__ == "__main__":
    sys.exit(main())
