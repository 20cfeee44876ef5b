"""Give thousands of damaged files to the real workers, and hold what must hold.

Run as `python tests/fuzz/run.py FOLDER --rounds 10000`. Run again with the same folder after a
stop, it continues; a new folder draws a new seed. It prints its figures as JSON and ends with
status 1 if something did not hold:

- every file ends in one answer, with a sentence if there is no result, and none in a fault of the
  program;
- no file next to the evidence, and no byte of it, changes;
- no worker uses more memory than it may, and this process grows by less than 50 MB.

A worker may be ended by a decoder that crashes. The file that did it is kept in FOLDER/kept: show
it to nobody but the makers of that decoder, and never commit it. Give a folder outside of Git.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import secrets
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # run as a script

from dfgui.core.analysis_results import ScanSettings
from dfgui.worker.messages import FAULT, Failed, Final, Heard, Listen, Progressed, Scan, Scanned
from dfgui.worker.pool import Pool
from dfgui.worker.process import Limits
from tests.fuzz.mutations import mutated
from tests.fuzz.sources import SOUND, Sources
from tests.support.packages import make_package

ROOT = Path(__file__).resolve().parents[2]
BATCH = 100  # files that are written, read and removed together
GROWTH_BYTES = 50 << 20
LIMITS = Limits(silence_s=60.0, start_s=600.0, total_s=300.0)
PER_FILE_S = 600.0  # longer than any limit of a worker: whoever waits so long hangs
WORKERS = 2
ENDED = ("ended unexpectedly", "nothing was heard", "memory", "more than the", "makes no sense")
"""Parts of the sentences that say that a worker ended or was ended."""


class Figures(msgspec.Struct):
    """What a run found; kept in a file, so that a run can be continued."""

    seed: int
    done: int = 0
    scored: int = 0
    not_scored: int = 0
    refused: int = 0
    heard: int = 0
    workers_ended: int = 0
    faults: int = 0
    without_sentence: int = 0
    evidence_changed: int = 0
    worker_peak_bytes: int = 0
    growth_bytes: int = 0
    seconds: float = 0.0
    kept: list[str] = []

    @property
    def holds(self) -> bool:
        """Whether all that must hold does."""
        broken = self.faults + self.without_sentence + self.evidence_changed
        return (
            not broken
            and self.growth_bytes < GROWTH_BYTES
            and self.worker_peak_bytes <= LIMITS.memory_bytes
        )


class PeakMemory:
    """Looks ten times a second at how much memory each worker has had at most."""

    def __init__(self) -> None:
        self.bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            for child in psutil.Process().children(recursive=True):
                self.bytes = max(self.bytes, _most_memory(child.pid))


def _most_memory(pid: int) -> int:
    """The most memory that a process has had, in bytes; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


class Fuzz:
    """A run.

    Args:
        folder: where it keeps its state and its files.
        seed: to begin with; drawn if it is None. A run that is continued keeps its own.
    """

    def __init__(self, folder: Path, seed: int | None) -> None:
        self._evidence, self._kept = folder / "evidence", folder / "kept"
        self._state = folder / "figures.json"
        for place in (folder, self._evidence, self._kept):
            place.mkdir(parents=True, exist_ok=True)
        for left in self._evidence.iterdir():  # by a run that was stopped
            left.unlink()
        self._sources = Sources(folder / "sources")
        package = folder / "red-mean"
        self._package = package if package.exists() else make_package(package)
        if self._state.exists():
            self.figures = msgspec.json.decode(self._state.read_bytes(), type=Figures)
        else:
            self.figures = Figures(secrets.randbits(32) if seed is None else seed)
        self._resident: int | None = None

    def run(self, rounds: int) -> None:
        """Read files until so many were read, over all runs in this folder."""
        while self.figures.done < rounds:
            began = time.monotonic()
            self._batch(range(self.figures.done, min(self.figures.done + BATCH, rounds)))
            self.figures.seconds += time.monotonic() - began
            self._state.write_bytes(msgspec.json.encode(self.figures))
            print(f"{self.figures.done} of {rounds}", file=sys.stderr)

    def _batch(self, numbers: range) -> None:
        requests = [self._request(number) for number in numbers]
        before = _hashes(self._evidence)
        missing = {request.id: request for request in requests}
        done = threading.Event()
        watchdog = threading.Timer(PER_FILE_S * len(requests) / WORKERS, self._give_up, [done])
        watchdog.daemon = True
        watchdog.start()
        with (
            PeakMemory() as peak,
            Pool(str(self._package), workers=WORKERS, limits=LIMITS) as pool,
        ):
            for message in pool.run(requests):
                if not isinstance(message, Progressed):
                    self._judge(missing.pop(message.id), message)
        done.set()
        watchdog.cancel()
        figures = self.figures
        figures.without_sentence += len(missing)
        figures.evidence_changed += before != _hashes(self._evidence)
        figures.worker_peak_bytes = max(figures.worker_peak_bytes, peak.bytes)
        figures.growth_bytes = max(figures.growth_bytes, self._growth())
        figures.done += len(requests)
        for path in self._evidence.iterdir():
            path.unlink()

    def _request(self, number: int) -> Scan | Listen:
        chance = random.Random(f"{self.figures.seed} {number}")
        name, source = self._sources.draw(chance)
        damage, data = mutated(source, chance)
        path = self._evidence / f"{number} {damage} {name}"
        path.write_bytes(data)
        raw = os.fsencode(path)
        if name in SOUND and chance.random() < 0.5:
            return Listen(number, raw)
        return Scan(number, raw, ScanSettings(frames=2, faces="whole"))

    def _judge(self, request: Scan | Listen, answer: Final) -> None:
        figures = self.figures
        if isinstance(answer, Heard):
            figures.heard += 1
            return
        if isinstance(answer, Scanned):
            status, sentence = answer.result.status, answer.result.reason or ""
            figures.scored += status == "scored"
            figures.not_scored += status == "not_scored"
            figures.refused += status == "failed"
            figures.without_sentence += status != "scored" and not sentence.endswith(".")
            return
        assert isinstance(answer, Failed)
        figures.without_sentence += not answer.sentence.endswith(".")
        if answer.trace or answer.sentence == FAULT:
            figures.faults += 1
            self._keep(request)
        elif any(part in answer.sentence for part in ENDED):
            figures.workers_ended += 1
            self._keep(request)
        else:
            figures.refused += 1

    def _keep(self, request: Scan | Listen) -> None:
        path = Path(os.fsdecode(request.path))
        (self._kept / path.name).write_bytes(path.read_bytes())
        self.figures.kept.append(path.name)

    def _growth(self) -> int:
        """Bytes by which this process has grown since its first batch, which loads all it needs."""
        resident = int(psutil.Process().memory_info().rss)
        if self._resident is None:
            self._resident = resident
        return resident - self._resident

    def _give_up(self, done: threading.Event) -> None:
        if not done.is_set():
            print("The program hangs.", file=sys.stderr)
            os._exit(1)


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main(arguments: Sequence[str]) -> int:
    """Run, or continue a run, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args(arguments)
    # A worker must import the same program, and it ignores the current folder.
    os.environ["PYTHONPATH"] = str(ROOT)
    fuzz = Fuzz(given.folder, given.seed)
    fuzz.run(given.rounds)
    print(msgspec.json.format(msgspec.json.encode(fuzz.figures), indent=1).decode())
    return int(not fuzz.figures.holds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
