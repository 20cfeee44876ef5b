"""A run: its folder, its locked configuration, its finished pieces, and what it says."""

from __future__ import annotations

import hashlib
import math
import re
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file, replacing
from dfgui.core.plain import json_of
from training.results import Skipped

# In the run folder it does what Ctrl-C does: on Windows no Ctrl-C reaches a program without a
# console.
STOP_FILE = "STOP"
CLOCK = "seconds.txt"  # how long all starts of the run have taken
KEPT_EVERY_S = 5.0
T = TypeVar("T")
Watcher = Callable[[events.Event], None]  # is told what a run says


class Stopped(Exception):  # noqa: N818 - an outcome, not an error
    """Ctrl-C came before the result was there; finished pieces are kept."""


class Record(msgspec.Struct, frozen=True):
    """`config.json`: what decides the result. A run folder takes no other one afterwards."""

    experiment: str
    smoke: bool
    config: dict[str, Any]


class Run:
    """A run in progress; handed to the experiment.

    Attributes:
        folder: of the run; `parts` in it holds finished pieces.
        data: folder of the data sets.
        name: of the experiment.
        smoke: every stage has to run, but nothing has to be learned.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        *,
        name: str = "",
        smoke: bool = False,
        watch: Watcher | None = None,
    ) -> None:
        self.folder, self.data, self.name, self.smoke = folder, data, name, smoke
        self._watch = watch or (lambda event: None)
        self._stop = False
        self._began = time.monotonic()
        self._done_at_start: float | None = None
        self.backbone = ""
        self.skipped: list[Skipped] = []
        self.hashes: dict[str, str] = {}
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        self._clock = folder / CLOCK
        self._before = (
            float(self._clock.read_text(encoding="utf-8")) if self._clock.exists() else 0.0
        )
        self._kept_at = 0.0

    @property
    def seconds(self) -> float:
        """Seconds since this start of the run."""
        return time.monotonic() - self._began

    @property
    def spent(self) -> float:
        """Seconds in all starts of the run together.

        A start that was killed counts up to what it last said.
        """
        return self._before + self.seconds

    def started(
        self, arms: Sequence[str], *, fits: int = 0, backbone: str = "", prior: float | None = None
    ) -> None:
        """Say what is going to happen; see `dfgui.core.training_events.Started`."""
        self.backbone = backbone or self.backbone
        self.tell(events.Started(self.name, tuple(arms), fits, backbone, prior))

    def say(self, text: str, level: Literal["info", "warning"] = "info") -> None:
        """Tell the watcher a sentence."""
        self.tell(events.Said(text, level))

    def progress(self, done: float, text: str) -> None:
        """Report how far the whole run is, 0-1, and with what.

        The time left is estimated from the speed of this start.
        """
        if self._done_at_start is None:
            self._done_at_start = done
        gained = done - self._done_at_start
        left = self.seconds * (1 - done) / gained if gained > 0.01 else None
        self.tell(
            events.Progress(
                round(min(max(done, 0.0), 1.0), 4), text, None if left is None else round(left, 1)
            )
        )

    def epoch(
        self,
        arm: str,
        seed: int,
        fold: int,
        epoch: int,
        values: dict[str, float],
        prior: float | None = None,
    ) -> None:
        """Report one more pass of one fit; see `dfgui.core.training_events.Epoch`.

        Values that are not finite are left out: JSON has no word for them.
        """
        known = {name: value for name, value in values.items() if math.isfinite(value)}
        self.tell(events.Epoch(arm, seed, fold, epoch, known, prior))

    def skip(self, what: str, why: str) -> None:
        """Record something of the data that is not used.

        A resumed run that skips it again records it once.
        """
        if not any(one.what == what for one in self.skipped):
            self.skipped.append(Skipped(what, why))
            self.say(f"{what} is left out: {why}", "warning")

    def uses(self, path: Path) -> None:
        """Record a data file with its SHA-256."""
        if path.is_dir():
            raise ValueError(f"uses: expected a file, received the folder {path}")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.used(
            path.relative_to(self.data).as_posix() if path.is_relative_to(self.data) else path.name,
            digest,
        )

    def used(self, name: str, sha256: str) -> None:
        """Record a data file whose SHA-256 is known."""
        self.hashes[name] = sha256

    def once(self, key: str, make: Callable[[], T], kind: type[T]) -> T:
        """A piece of the run, made once: a resumed run takes it from `parts/KEY.json`.

        Args:
            key: names the piece and what it depends on beyond the configuration; letters, digits,
                `.`, `_`, `-`.
            make: gives a value that msgspec can write.
            kind: its type.
        """
        path = self._part(key, "json")
        if path.exists():
            return msgspec.json.decode(path.read_bytes(), type=kind)
        self.require_going()
        value = make()
        replace_file(path, json_of(value))
        return value

    def arrays(
        self, key: str, make: Callable[[], dict[str, NDArray[Any]]]
    ) -> dict[str, NDArray[Any]]:
        """The same for named arrays, in `parts/KEY.npz`."""
        path = self._part(key, "npz")
        if not path.exists():
            self.require_going()
            made: dict[str, Any] = make()
            with replacing(path) as part, part.open("wb") as file:
                np.savez(file, **made)
        with np.load(path, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}

    def board(self, arm: str, seed: int, fold: int) -> Path:
        """Folder for the TensorBoard records of one fit."""
        return self.folder / "tensorboard" / f"{arm}-seed{seed}-fold{fold}"

    def stop(self) -> None:
        """Ask the run to end after its current batch."""
        self._stop = True

    def stopping(self) -> bool:
        """Whether it was asked to end, by Ctrl-C or by a file."""
        return self._stop or (self.folder / STOP_FILE).exists()

    def require_going(self) -> None:
        """Raise Stopped if the run was asked to end."""
        if self.stopping():
            raise Stopped

    def _part(self, key: str, suffix: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9._-]+", key):
            raise ValueError(f"key: expected letters, digits, '.', '_' and '-', received {key!r}")
        return self.folder / "parts" / f"{key}.{suffix}"

    def tell(self, event: events.Event) -> None:
        """Log an event, and tell it to the watcher."""
        with (self.folder / "log.jsonl").open("ab") as lines:
            lines.write(msgspec.json.encode(event) + b"\n")
        if isinstance(event, events.Ended) or self.seconds - self._kept_at >= KEPT_EVERY_S:
            self._kept_at = self.seconds
            replace_file(self._clock, f"{self.spent:.1f}".encode())
        self._watch(event)


def read_record(folder: Path) -> Record:
    """The configuration of a run folder.

    Raises:
        AnalysisError: it holds no run, or what it holds cannot be read.
    """
    path = folder / "config.json"
    if not path.exists():
        raise AnalysisError(f"{folder.name} is not the folder of a run: config.json is missing.")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(
            f"{folder.name}/config.json cannot be read ({error}); choose another folder."
        ) from error


def lock(folder: Path, record: Record) -> None:
    """Write the configuration, or check that the folder holds the same.

    Raises:
        AnalysisError: the folder holds a run with another configuration; the sentence names what
            differs.
    """
    if not (folder / "config.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / "config.json", msgspec.json.format(msgspec.json.encode(record)))
        return
    earlier = read_record(folder)
    # Tuples become lists, as they did in the stored record.
    wanted = msgspec.json.decode(msgspec.json.encode(record), type=Record)
    if earlier == wanted:
        return
    if earlier.experiment != wanted.experiment:
        raise AnalysisError(
            f"{folder.name} holds a run of {earlier.experiment}; choose another folder for"
            f" {wanted.experiment}."
        )
    names = sorted({*earlier.config, *wanted.config})
    other = [name for name in names if earlier.config.get(name) != wanted.config.get(name)] or [
        "smoke"
    ]
    raise AnalysisError(
        f"{folder.name} holds a run with another configuration ({', '.join(other)}); choose another"
        " folder for this one."
    )


def source_commit() -> str:
    """Commit of the source tree that this program runs from; "" outside of one.

    A `+` follows if files differ from it.
    """
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        commit = subprocess.run(
            [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        changed = subprocess.run(
            [*git, "status", "--porcelain", "-uno", "--", "."],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    return commit + ("+" if changed.strip() else "")
