"""Kill workers in the middle of their work, and look for what was lost or left behind.

Run as `python tests/fuzz/kills.py --rounds 1000`. In every other round a worker that scans a clip
is killed while others wait; in the rest one that writes pictures into shared memory. It prints its
figures as JSON and ends with status 1 if something did not hold:

- the request that was killed ends in a sentence, and every other one in the result that the same
  scan has without a kill;
- no process is left, no file descriptor, no thread, no shared memory and no temporary file;
- the evidence stays as it was.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script

from dfgui.core.analysis_results import FileResult, ScanSettings, Timing
from dfgui.core.media.facts import ViewSettings
from dfgui.resources import resource
from dfgui.worker.messages import Failed, Opened, Progressed, Render, Scan, Scanned
from dfgui.worker.messages import Open as OpenFile
from dfgui.worker.pictures import Segment
from dfgui.worker.pool import Pool
from dfgui.worker.process import Limits, Worker, WorkerGoneError
from tests.support.packages import make_package

ROOT = Path(__file__).resolve().parents[2]
SCANS = 3  # in a round of scans; one of them is killed
FRAMES = 32
PICTURES = 20  # that are asked for in a round of pictures
SHARED = Path("/dev/shm")
LIMITS = Limits(silence_s=600.0, start_s=600.0)  # a slow machine must not count as a kill


class Figures(msgspec.Struct):
    """What was found."""

    seed: int
    rounds: int = 0
    killed: int = 0
    too_late: int = 0
    lost: int = 0
    changed: int = 0
    left: list[str] = []
    evidence_changed: bool = False
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether all that must hold does."""
        return not (self.lost or self.changed or self.left or self.evidence_changed)


class Kills:
    """A run.

    Args:
        folder: for the clip and the model package; temporary files go to a folder in it.
        seed: of the moments.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.figures = Figures(seed)
        self._chance = random.Random(seed)
        self._package = str(make_package(folder / "red-mean"))
        self._clip = Path(shutil.copy(resource("demo", "portrait.mp4"), folder / "clip.mp4"))
        self._hash = self._sha256()
        self._temporary = folder / "tmp"
        self._temporary.mkdir()
        tempfile.tempdir = os.environ["TMPDIR"] = str(self._temporary)
        # The first round also opens what stays open for good.
        self._scan_s, self._expected = self._undisturbed()
        self._before = self._held()

    def run(self, rounds: int) -> None:
        """Kill so many times."""
        began = time.monotonic()
        for number in range(rounds):
            (self._scans if number % 2 else self._pictures)()
            self.figures.rounds += 1
            self._look_around()
            if number % 100 == 99:
                print(f"{number + 1} of {rounds}", file=sys.stderr)
        self.figures.seconds = time.monotonic() - began
        self.figures.evidence_changed = self._hash != self._sha256()

    def _undisturbed(self) -> tuple[float, FileResult]:
        """How long a scan takes, and what it finds."""
        with Pool(self._package, limits=LIMITS) as pool:
            answers = list(pool.run([self._request(0), self._request(1)]))
        result = next(one.result for one in reversed(answers) if isinstance(one, Scanned))
        return result.timing_s.total, _without_time(result)

    def _request(self, number: int) -> Scan:
        settings = ScanSettings(frames=FRAMES, faces="whole")
        return Scan(number, os.fsencode(self._clip), settings)

    def _scans(self) -> None:
        victim, begun, answers = self._chance.randrange(SCANS), set[int](), dict[int, object]()
        moment = self._chance.random() * self._scan_s
        with Pool(self._package, limits=LIMITS) as pool:
            killer: threading.Timer | None = None
            for message in pool.run([self._request(number) for number in range(SCANS)]):
                if not isinstance(message, Progressed):
                    answers[message.id] = message
                elif message.id == victim and victim not in begun:
                    begun.add(victim)
                    killer = threading.Timer(moment, _kill_workers)
                    killer.start()
            if killer is not None:
                killer.cancel()
                killer.join()
        failed = [one for one in answers.values() if isinstance(one, Failed)]
        scanned = [one for one in answers.values() if isinstance(one, Scanned)]
        figures = self.figures
        figures.killed += len(failed)
        figures.too_late += not failed
        # The kill may come when the victim has just finished: then it hits its neighbour.
        figures.lost += SCANS - len(failed) - len(scanned) + (len(failed) > 1)
        figures.lost += sum(not one.sentence.endswith(".") for one in failed)
        figures.changed += sum(_without_time(one.result) != self._expected for one in scanned)

    def _pictures(self) -> None:
        worker, segment = Worker(threads=1, limits=LIMITS), None
        killer = threading.Timer(0, worker.kill)
        try:
            worker.prepare("")
            opened = worker.ask(OpenFile(1, os.fsencode(self._clip)), lambda part: None)
            assert isinstance(opened, Opened)
            segment = Segment(opened.facts.width * opened.facts.height, 2)
            killer = threading.Timer(self._chance.random() * self._scan_s, _kill_workers)
            killer.start()
            for number in range(PICTURES):
                place = segment.take()
                assert place is not None
                index = self._chance.randrange(opened.facts.count)
                path, view = os.fsencode(self._clip), ViewSettings("error_levels")
                worker.ask(Render(number + 2, path, index, view, place), lambda part: None)
                segment.give_back(place)
            self.figures.too_late += 1
        except WorkerGoneError as gone:
            self.figures.killed += 1
            self.figures.lost += not gone.sentence.endswith(".")
        finally:
            killer.cancel()
            if killer.ident is not None:
                killer.join()
            worker.close()
            if segment is not None:
                segment.close()

    def _look_around(self) -> None:
        for kind, held in self._held().items():
            if new := held - self._before[kind]:
                self.figures.left.append(f"round {self.figures.rounds}: {kind} {sorted(new)}")
                self._before[kind] |= new

    def _held(self) -> dict[str, set[str]]:
        """What could be left behind, by kind."""
        me = psutil.Process()
        return {
            "process": {f"{child.pid} {child.status()}" for child in me.children(recursive=True)},
            # Their numbers: one that is closed is used again.
            "descriptor": set(os.listdir("/proc/self/fd")),
            "thread": {thread.name for thread in threading.enumerate()},
            "shared memory": set(os.listdir(SHARED)) if SHARED.is_dir() else set(),
            "temporary file": set(os.listdir(self._temporary)),
            "file next to the evidence": set(os.listdir(self._clip.parent)),
        }

    def _sha256(self) -> str:
        return hashlib.sha256(self._clip.read_bytes()).hexdigest()


def _kill_workers() -> None:
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            if "--worker" in child.cmdline():
                child.send_signal(signal.SIGKILL)


def _without_time(result: FileResult) -> FileResult:
    return msgspec.structs.replace(result, timing_s=Timing(0, 0, 0, 0))


def main(arguments: Sequence[str]) -> int:
    """Kill, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args(arguments)
    # A worker must import the same program, and it ignores the current folder.
    os.environ["PYTHONPATH"] = str(ROOT)
    seed = secrets.randbits(32) if given.seed is None else given.seed
    with tempfile.TemporaryDirectory() as folder:
        kills = Kills(Path(folder), seed)
        kills.run(given.rounds)
    print(msgspec.json.format(msgspec.json.encode(kills.figures), indent=1).decode())
    return int(not kills.figures.holds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
