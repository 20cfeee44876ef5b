"""What an experiment found: curves, arms with their metrics, figures and tables.

It is written to `results.json` of its run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file
from dfgui.core.plain import json_of

SCHEMA = "dfgui.experiment/1"
FILE = "results.json"


class Metric(msgspec.Struct, frozen=True):
    """A value with its 95 % interval from resampling `groups` groups of `n` samples."""

    name: str
    value: float
    low: float
    high: float
    n: int
    groups: int


class Curve(msgspec.Struct, frozen=True):
    """One fit: a value per epoch and quantity.

    Quantities are `loss`, `val_loss`, `val_accuracy`, `val_auc`...; `prior` is the constant's
    log-loss.
    """

    arm: str
    seed: int
    fold: int
    prior: float | None
    values: dict[str, list[float]]


class Arm(msgspec.Struct, frozen=True):
    """One way of doing it.

    Attributes:
        settings: what sets this arm apart from the others.
        prior: log-loss of the constant predictor on the arm's evaluation set, in nats.
        verdict: one sentence: whether it beat that predictor, and whether it gives one answer to
            everything.
        collapsed: whether it gives one answer to everything.
        n: samples of the evaluation set.
        beats: whether it beat that predictor; None if the two were not compared.
    """

    name: str
    title: str
    settings: dict[str, Any]
    metrics: tuple[Metric, ...]
    prior: float
    verdict: str
    collapsed: bool
    n: int
    seeds: tuple[int, ...]
    beats: bool | None = None


class Series(msgspec.Struct, frozen=True):
    """Points of one colour; `low` and `high` are the ends of an interval."""

    name: str
    x: list[float | str]
    y: list[float]
    low: list[float] | None = None
    high: list[float] | None = None


class Level(msgspec.Struct, frozen=True):
    """A line across a figure, such as the prior's."""

    name: str
    y: float


class Figure(msgspec.Struct, frozen=True):
    """A figure made of numbers."""

    name: str
    title: str
    x: str
    y: str
    kind: Literal["lines", "bars", "points"]
    series: tuple[Series, ...]
    caption: str
    lines: tuple[Level, ...] = ()


class Picture(msgspec.Struct, frozen=True):
    """A heat map alone, values between `low` and `high`; never with a face under it."""

    name: str
    title: str
    maps: list[list[float]]
    low: float
    high: float
    caption: str


class Table(msgspec.Struct, frozen=True):
    """A table; None is a missing value."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]
    caption: str = ""


class Skipped(msgspec.Struct, frozen=True):
    """Something of the data that was not used, and the sentence that says why."""

    what: str
    why: str


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What an experiment itself gives."""

    arms: tuple[Arm, ...] = ()
    curves: tuple[Curve, ...] = ()
    figures: tuple[Figure, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    sentences: tuple[str, ...] = ()


class Result(Findings, frozen=True, kw_only=True):
    """Findings, and what it takes to repeat them.

    Attributes:
        command: as it was given, paths left out.
        config: every value, given or default.
        backbone: which network the features came from and what it had seen.
        data: "name sha256" of each file that was read.
        seconds: of all starts of the run together.
        complete: False if it was stopped before its end.
    """

    schema: str
    experiment: str
    title: str
    reproduces: str
    command: str
    smoke: bool
    complete: bool
    config: dict[str, Any]
    backbone: str
    data: tuple[str, ...]
    versions: dict[str, str]
    seconds: float
    skipped: tuple[Skipped, ...] = ()


def read_result(run: Path) -> Result:
    """The result of a run folder.

    Raises:
        AnalysisError: there is none yet, or it is not one of this program.
    """
    path = run / FILE
    if not path.exists():
        raise AnalysisError(
            f"{run.name} holds no finished experiment ({FILE} is missing); run it to its end first."
        )
    try:
        result = msgspec.json.decode(path.read_bytes(), type=Result)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(
            f"{run.name}/{FILE} cannot be read ({error}); run the experiment again."
        ) from error
    if result.schema != SCHEMA:
        raise AnalysisError(
            f"{run.name}/{FILE} has the schema {result.schema!r}, this program reads {SCHEMA!r};"
            " run it again."
        )
    return result


def write_result(run: Path, result: Result) -> None:
    """Write to a temporary file, then replace the result, so a kill leaves no partial file.

    Raises:
        AnalysisError: a value is not a number, which JSON cannot say.
    """
    data = json_of(result)
    try:
        msgspec.json.decode(data, type=Result)
    except msgspec.ValidationError as error:
        raise AnalysisError(
            f"A result is not a number ({error}); the run has diverged. Lower its learning rate."
        ) from error
    replace_file(run / FILE, msgspec.json.format(data, indent=1) + b"\n")
