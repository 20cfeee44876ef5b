"""A run: its folder, its locked configuration, what it says as it runs, and how it ends."""

from __future__ import annotations

import hashlib
import importlib.metadata
import math
import platform
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

import dfgui
from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file, replacing
from dfgui.core.plain import json_of
from training.experiments import Experiment
from training.results import SCHEMA, Findings, Result, Skipped, write_result

STOPPED = 130  # exit status after Ctrl-C, as shells give it
# In the run folder it does what Ctrl-C does: on Windows no Ctrl-C reaches a program without a
# console.
STOP_FILE = "STOP"
CLOCK = "seconds.txt"  # how long all starts of the run have taken
KEPT_EVERY_S = 5.0
PACKAGES = (
    *("keras", "tensorflow", "tensorflow-cpu", "jax", "torch"),
    *("numpy", "opencv-python-headless", "openvino", "av", "scikit-learn", "scipy", "optuna"),
)
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
        smoke: every stage has to run, but nothing has to be learned.
    """

    def __init__(
        self, folder: Path, data: Path, *, smoke: bool = False, watch: Watcher | None = None
    ) -> None:
        self.folder, self.data, self.smoke = folder, data, smoke
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
        self._say(events.Started(self._name, tuple(arms), fits, backbone, prior))

    def say(self, text: str, level: Literal["info", "warning"] = "info") -> None:
        """Tell the watcher a sentence."""
        self._say(events.Said(text, level))

    def progress(self, done: float, text: str) -> None:
        """Report how far the whole run is, 0-1, and with what.

        The time left is estimated from the speed of this start.
        """
        if self._done_at_start is None:
            self._done_at_start = done
        gained = done - self._done_at_start
        left = self.seconds * (1 - done) / gained if gained > 0.01 else None
        self._say(
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
        self._say(events.Epoch(arm, seed, fold, epoch, known, prior))

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

    _name = ""

    def _part(self, key: str, suffix: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9._-]+", key):
            raise ValueError(f"key: expected letters, digits, '.', '_' and '-', received {key!r}")
        return self.folder / "parts" / f"{key}.{suffix}"

    def _say(self, event: events.Event) -> None:
        with (self.folder / "log.jsonl").open("ab") as lines:
            lines.write(msgspec.json.encode(event) + b"\n")
        if isinstance(event, events.Ended) or self.seconds - self._kept_at >= KEPT_EVERY_S:
            self._kept_at = self.seconds
            replace_file(self._clock, f"{self.spent:.1f}".encode())
        self._watch(event)


def configured(experiment: Experiment, *, smoke: bool, overrides: Sequence[str] = ()) -> Any:
    """The experiment's configuration with `name=value` overrides.

    Raises:
        AnalysisError: there is no such setting, or the value does not suit it.
    """
    config = experiment.config()
    values = asdict(config.smoke() if smoke else config)
    for override in overrides:
        name, mark, text = override.partition("=")
        *place, last = name.strip().split(".")
        inner = values
        for step in place:
            inner = inner.get(step, {})
        if not mark or not isinstance(inner, dict) or last not in inner:
            raise AnalysisError(
                f"{experiment.name} has no setting {name!r}; it has: {', '.join(_names(config))}."
            )
        inner[last] = _value(text)
    try:
        return msgspec.convert(values, experiment.config, strict=False)
    except msgspec.ValidationError as error:
        raise AnalysisError(
            f"A setting of {experiment.name} does not suit: {error}. Given: {', '.join(overrides)}."
        ) from error


def _value(text: str) -> Any:
    """Read JSON, or else take the text itself: `--set init=random` needs no quotes."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _names(config: Any, before: str = "") -> Iterator[str]:
    for field in fields(config):
        value = getattr(config, field.name)
        yield from (
            _names(value, f"{before}{field.name}.")
            if is_dataclass(value)
            else (f"{before}{field.name}",)
        )


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


def carry_out(
    experiment: Experiment,
    config: Any,
    data: Path,
    out: Path,
    *,
    smoke: bool,
    command: str,
    watch: Watcher,
) -> int:
    """Run an experiment to its end, or resume it where an earlier start stopped.

    Args:
        experiment: what to run.
        config: from `configured`.
        data: folder of the data sets.
        out: run folder.
        smoke: quick pass through every stage.
        command: for the record; no paths.
        watch: is told every event.

    Returns:
        Exit status: 0 finished, 1 failed, 130 stopped by Ctrl-C.
    """
    try:
        lock(out, Record(experiment.name, smoke, asdict(config)))
    except AnalysisError as error:
        watch(events.Ended("failed", str(error)))
        return 1
    (out / "trace.txt").unlink(missing_ok=True)
    run = Run(out, data, smoke=smoke, watch=watch)
    run._name = experiment.name
    with _interruptible(run):
        ended = _ended(run, experiment, config, command)
    (out / STOP_FILE).unlink(missing_ok=True)
    run._say(ended)
    return {"finished": 0, "stopped": STOPPED, "failed": 1}[ended.outcome]


def _ended(run: Run, experiment: Experiment, config: Any, command: str) -> events.Ended:
    complete = True
    try:
        findings = experiment.run(run, config)
        complete = not run.stopping()
        write_result(
            run.folder, _result(run, experiment, config, command, findings, complete=complete)
        )
    except Stopped:
        return events.Ended(
            "stopped",
            "Stopped. What was finished is kept: the same command with the same output folder goes"
            " on there.",
        )
    except AnalysisError as error:
        return events.Ended("failed", str(error))
    except OSError as error:
        what = Path(error.filename).name if error.filename else "A file"
        return events.Ended("failed", f"{what} cannot be used: {error.strerror or error}.")
    except MemoryError:
        return events.Ended(
            "failed", "There is not enough memory; take fewer pictures, or smaller ones."
        )
    except Exception:
        (run.folder / "trace.txt").write_text(traceback.format_exc(), encoding="utf-8")
        return events.Ended(
            "failed",
            "The experiment stopped by a fault of the program; trace.txt in its folder says where.",
        )
    if not complete:
        return events.Ended(
            "stopped",
            "Stopped. The best so far is kept and is in the results; the same command goes on.",
        )
    left_out = f" Left out, as the results list: {len(run.skipped)}." if run.skipped else ""
    return events.Ended(
        "finished", f"{experiment.title}: finished after {_duration(run.spent)}.{left_out}"
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _result(
    run: Run,
    experiment: Experiment,
    config: Any,
    command: str,
    findings: Findings,
    *,
    complete: bool,
) -> Result:
    found = {field: getattr(findings, field) for field in Findings.__struct_fields__}
    return Result(
        **found,
        schema=SCHEMA,
        experiment=experiment.name,
        title=experiment.title,
        reproduces=experiment.reproduces,
        command=command,
        smoke=run.smoke,
        complete=complete,
        config=msgspec.json.decode(msgspec.json.encode(config)),
        backbone=run.backbone,
        data=tuple(f"{name} {digest}" for name, digest in sorted(run.hashes.items())),
        versions=_versions(),
        seconds=round(run.spent, 1),
        skipped=tuple(run.skipped),
    )


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "dfgui": dfgui.__version__}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    if "keras" in sys.modules:
        found["backend"] = sys.modules["keras"].backend.backend()
    return found


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


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Ctrl-C once asks the run to end; twice ends it at once."""

    def asked(number: int, frame: object) -> None:
        if run.stopping():
            raise KeyboardInterrupt
        run.stop()
        run.say("Stopping after the present step; once more ends at once.")

    earlier = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)
