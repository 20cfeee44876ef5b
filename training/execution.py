"""An experiment: what it declares, its configuration, and how it is carried out to its end."""

from __future__ import annotations

import importlib.metadata
import platform
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import msgspec

import dfgui
from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from dfgui.core.training_events import Described
from training.results import SCHEMA, Findings, Result, write_result
from training.runs import STOP_FILE, Record, Run, Stopped, Watcher, lock

STOPPED = 130  # exit status after Ctrl-C, as shells give it
PACKAGES = (
    *("keras", "tensorflow", "tensorflow-cpu", "jax", "torch"),
    *("numpy", "opencv-python-headless", "openvino", "av", "scikit-learn", "scipy", "optuna"),
)


@dataclass(frozen=True)
class Experiment:
    """One experiment of the paper.

    Attributes:
        title: a few words.
        reproduces: figure, table or section of the paper.
        summary: one or two sentences: what is compared, and on what.
        needs: which data, in words.
        arms: names, in the order of the report.
        config: gives a frozen dataclass of every free value, with its default; its `smoke()`
            gives a quick one.
        run: (Run, config) -> Findings.
        makes_package: whether `export` can make a model package from its run.
    """

    name: str
    title: str
    reproduces: str
    summary: str
    needs: str
    arms: tuple[str, ...]
    config: Callable[[], Any]
    run: Callable[[Any, Any], Findings]
    makes_package: bool = False

    def described(self) -> Described:
        """The listing in the training program."""
        settings = msgspec.json.decode(msgspec.json.encode(self.config()))
        return Described(
            self.name,
            self.title,
            self.reproduces,
            self.summary,
            self.needs,
            self.arms,
            settings,
            self.makes_package,
        )


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
        return msgspec.convert(values, type(config), strict=False)
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
    run = Run(out, data, name=experiment.name, smoke=smoke, watch=watch)
    with _interruptible(run):
        ended = _ended(run, experiment, config, command)
    (out / STOP_FILE).unlink(missing_ok=True)
    run.tell(ended)
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
            "Stopped. The best so far is kept and is in the results; the same command continues.",
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
