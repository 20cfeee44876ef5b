"""The content of the page.

Each part of the paper with the runs that reproduce it, the faults, and what is needed to repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from training.report.charts import FOREST, PRIOR_METRIC, Mark, draw_metrics, draw_own, draw_pictures
from training.report.curves import draw_curves
from training.report.paper import Part, Row, the_paper
from training.report.style import COLOURS, Drawn, Studio, slug
from training.report.words import (
    AS_THE_PAPER,
    NONE,
    Learned,
    capital,
    collapse,
    flat,
    kind_of,
    learned,
    metric_names,
    metric_of,
    named,
    number,
    setting,
)
from training.results import Arm, Figure, Result, Skipped, Table

PANELS = 4  # of one metric figure
MANY = 12  # arms
SAME = 6e-4  # a value with three digits and the value itself
OF_FITS = ("val_auc",)  # shown after the paper's own quantities, if a run has it
PRINTED = re.compile(r"as[_ ]printed|^printed$")
FILLERS = {"as", "printed", "loss", "function"}


@dataclass(frozen=True)
class Held:
    """An arm compared with the constant predictor.

    If it gives one answer to everything, it says how.
    """

    arm: Arm
    learned: Learned
    collapse: str


@dataclass(frozen=True)
class Compared:
    """A row of tables 1 and 2: the paper's, ours, or both."""

    title: str
    printed: Row | None
    arm: Arm | None


@dataclass(frozen=True)
class Shown:
    """A run with its figures.

    Attributes:
        name: of its folder.
        figures: curves per epoch on the paper's axes, the experiment's own figures, its heat maps.
        tables: the experiment's own.
        notes: captions of its tables and figures that show no more than the table and the figure of
            all arms.
        compared: rows of tables 1 and 2, if the paper has them.
        metrics: names, in the order of the columns.
    """

    name: str
    anchor: str
    result: Result
    held: tuple[Held, ...]
    figures: tuple[Drawn, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    compared: tuple[Compared, ...]
    metrics: tuple[str, ...]
    forest: Drawn | None

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of its arms and fits."""
        return tuple(
            sorted(
                {seed for arm in self.result.arms for seed in arm.seeds}
                | {curve.seed for curve in self.result.curves}
            )
        )

    @property
    def better(self) -> int:
        """How many arms beat the prior."""
        return sum(each.learned == "yes" for each in self.held)

    @property
    def collapsed(self) -> int:
        """How many arms give one answer to everything."""
        return sum(bool(each.collapse) for each in self.held)

    @property
    def known(self) -> bool:
        """Whether any arm is compared with the prior."""
        return any(each.learned != "unknown" for each in self.held)


@dataclass(frozen=True)
class Section:
    """A part of the paper and its runs."""

    anchor: str
    part: Part
    runs: tuple[Shown, ...]


@dataclass(frozen=True)
class DataFile:
    """A file that was read, and the runs that read it."""

    name: str
    sha256: str
    runs: tuple[str, ...]


# ---------------------------------------------------------------- runs


def show(studio: Studio, name: str, anchor: str, result: Result) -> Shown:
    """Draw all figures of a run."""
    part = the_paper().parts.get(result.experiment)
    names = metric_names(result.arms)
    both: list[Table | Figure] = [*result.tables, *result.figures]
    repeats = [one for one in both if _repeats(one, result.arms)]
    own = [figure for figure in result.figures if figure.series and figure not in repeats]
    asked = part.quantities if part else ("val_loss",)
    asked = (*asked, *(OF_FITS if len(result.arms) <= MANY else ()))
    quantities = [
        quantity for quantity in asked if not any(_shows(figure, quantity) for figure in own)
    ]
    curves = [
        drawn for quantity in quantities if (drawn := draw_curves(studio, anchor, result, quantity))
    ]
    drawn_own = [draw_own(studio, anchor, figure) for figure in own]
    # If the experiment has curves of its own, they are grouped as the paper's are.
    figures = [*drawn_own, *curves] if any(map(_over_epochs, own)) else [*curves, *drawn_own]
    pictures = [picture for picture in result.pictures if picture.maps and picture.maps[0]]
    if pictures:
        figures += draw_pictures(studio, anchor, pictures)
    compared = tuple(_compared(part.rows, result.arms)) if part and part.rows else ()
    return Shown(
        name,
        anchor,
        result,
        tuple(Held(arm, learned(arm), collapse(arm)) for arm in result.arms),
        tuple(figures),
        tuple(table for table in result.tables if table not in repeats),
        tuple(dict.fromkeys(one.caption for one in repeats if one.caption)),
        compared,
        tuple(names),
        _forest(studio, anchor, result, compared),
    )


def _over_epochs(figure: Figure) -> bool:
    return figure.kind == "lines" and figure.x.strip().lower() in ("epoch", "epochs")


def _shows(figure: Figure, quantity: str) -> bool:
    """Whether the experiment itself shows this quantity per epoch, in groups of its own."""
    words = re.sub(r"[_-]", " ", f"{figure.name} {figure.title} {figure.y}".lower())
    return (
        _over_epochs(figure)
        and "validation" in words
        and quantity.removeprefix("val_").replace("_", " ") in words
    )


def _repeats(one: Table | Figure, arms: Sequence[Arm]) -> bool:
    """Whether it holds only metrics that are in the table of all arms, too."""
    if isinstance(one, Table):
        cells = [
            (row[0], column, cell)
            for row in one.rows
            for column, cell in zip(one.columns[1:], row[1:], strict=True)
        ]
    elif one.kind == "bars":
        cells = [
            (x, series.name, y)
            for series in one.series
            for x, y in zip(series.x, series.y, strict=True)
        ]
    else:
        return False
    return bool(cells) and all(_is_metric(arms, title, name, cell) for title, name, cell in cells)


def _is_metric(arms: Sequence[Arm], title: object, name: str, cell: str | float | None) -> bool:
    """Whether a cell is a metric of the arm of that title; a text begins with its value."""
    leading = re.match(r"[+-]?\d*\.?\d+", cell) if isinstance(cell, str) else None
    shown = float(leading[0]) if leading else cell
    known = [
        metric
        for arm in arms
        if arm.title == title
        for metric in arm.metrics
        if name.lower() in (metric.name, named(metric.name).lower())
    ]
    return isinstance(shown, int | float) and any(
        abs(metric.value - shown) < SAME for metric in known
    )


def _compared(rows: Sequence[Row], arms: Sequence[Arm]) -> Iterator[Compared]:
    """The paper's rows first, each with our arm of that name.

    Then our other arms, if they are few.
    """
    found = {
        row.name: next(
            (arm for arm in arms if _plain(row.name) in (_plain(arm.name), _plain(arm.title))), None
        )
        for row in rows
    }
    for row in rows:
        yield Compared(row.name, row, found[row.name])
    others = [
        arm
        for arm in arms
        if arm not in found.values() and any(metric_of(arm, name) for name in AS_THE_PAPER)
    ]
    for arm in others if len(arms) <= MANY else ():
        yield Compared(arm.title, None, arm)


def _plain(name: str) -> str:
    """An arm's name without the part that all arms of the printed recipe share."""
    return " ".join(word for word in re.findall(r"[a-z0-9]+", name.lower()) if word not in FILLERS)


def _forest(
    studio: Studio, anchor: str, result: Result, compared: Sequence[Compared]
) -> Drawn | None:
    names = metric_names(result.arms)
    printed = {
        (row.arm.name, metric): value
        for row in compared
        if row.arm and row.printed
        for metric, value in (("precision", row.printed.precision), ("recall", row.printed.recall))
    }
    chosen = [
        name for name in names if kind_of(name) in FOREST or (printed and name in AS_THE_PAPER)
    ] or names[:PANELS]
    if not chosen:
        return None
    marks = [
        Mark(arm, capital(arm.title), COLOURS[place % len(COLOURS)])
        for place, arm in enumerate(result.arms)
    ]
    words = [
        "Dots: value on the evaluation set; bars: 95 % interval from resampling groups; hollow: one"
        " answer to everything at .5."
    ]
    if any(kind_of(name) == PRIOR_METRIC for name in chosen):
        words.append(
            "Dashed: the prior's log-loss, or guessing; left of it, a log-loss is better than a"
            " constant."
        )
    if printed:
        words.append("Diamonds: what the paper printed.")
    return draw_metrics(
        studio,
        f"{anchor}-metrics",
        marks,
        panels(chosen),
        title="Metrics of all arms",
        caption=" ".join(words),
        printed=printed,
    )


def panels(names: Sequence[str]) -> list[str]:
    """At most five panels; the log-loss is always among them."""
    losses = [name for name in names if kind_of(name) == PRIOR_METRIC][:2]
    return [*[name for name in names if name not in losses][: PANELS + 1 - len(losses)], *losses]


# ---------------------------------------------------------------- sections


@dataclass(frozen=True)
class ChapterShown:
    """Sections under one heading."""

    title: str
    sections: tuple[Section, ...]


def in_order(runs: Sequence[Shown]) -> list[Shown]:
    """By the paper's order."""
    places = list(the_paper().parts)
    return sorted(
        runs,
        key=lambda run: (
            places.index(run.result.experiment) if run.result.experiment in places else len(places)
        ),
    )


def chapters(runs: Sequence[Shown]) -> list[ChapterShown]:
    """The paper's parts in its order, then experiments that it does not have."""
    found = [
        ChapterShown(
            chapter.title,
            tuple(
                Section(
                    slug(part.experiment),
                    part,
                    tuple(run for run in runs if run.result.experiment == part.experiment),
                )
                for part in chapter.parts
            ),
        )
        for chapter in the_paper().chapters
    ]
    others = dict.fromkeys(
        run.result.experiment for run in runs if run.result.experiment not in the_paper().parts
    )
    extra = [
        Section(
            f"other-{slug(name)}",
            Part("Not in the paper", mine[0].result.title, name, "Not in the paper.", ()),
            mine,
        )
        for name in others
        if (mine := tuple(run for run in runs if run.result.experiment == name))
    ]
    return [*found, ChapterShown("Other runs", tuple(extra))] if extra else found


# ---------------------------------------------------------------- for the template


def data_files(runs: Iterable[Shown]) -> list[DataFile]:
    """Every data file once."""
    used: dict[str, list[str]] = {}
    for run in runs:
        for line in run.result.data:
            used.setdefault(line, []).append(run.name)
    return [DataFile(*_split(line), tuple(names)) for line, names in sorted(used.items())]


def _split(line: str) -> tuple[str, str]:
    name, _, digest = line.rpartition(" ")
    return (name, digest) if name else (digest, "")


def left_out(skipped: Sequence[Skipped]) -> list[tuple[str, list[str]]]:
    """What was skipped, by reason."""
    reasons: dict[str, list[str]] = {}
    for each in skipped:
        reasons.setdefault(each.why, []).append(each.what)
    return list(reasons.items())


def value(arm: Arm | None, metric: str) -> str:
    """A metric of an arm as a cell of a table."""
    found = metric_of(arm, metric) if arm else None
    return number(found.value, _digits(metric)) if found else NONE


def interval(arm: Arm | None, metric: str) -> str:
    """The interval of a metric of an arm."""
    found = metric_of(arm, metric) if arm else None
    if found is None:
        return ""
    return f"{number(found.low)}{' to ' if found.low < 0 else NONE}{number(found.high)}"


def groups(arm: Arm) -> str:
    """Groups that the intervals on the evaluation set resample."""
    return (
        ", ".join(map(str, sorted({metric.groups for metric in arm.metrics if metric.n == arm.n})))
        or NONE
    )


def numeric(table: Table) -> list[bool]:
    """For each column, whether its values are numbers, alone or followed by more text."""
    columns = [
        [row[place] for row in table.rows if row[place] is not None]
        for place in range(len(table.columns))
    ]
    return [
        all(not isinstance(cell, str) or re.match(r"[+-]?\.?\d", cell) for cell in column)
        for column in columns
    ]


def _digits(metric: str) -> int:
    return 4 if metric in AS_THE_PAPER else 3


HELPERS: dict[str, Any] = {
    "capital": capital,
    "value": value,
    "interval": interval,
    "groups": groups,
    "left_out": left_out,
    "numeric": numeric,
    "named": named,
    "number": number,
    "setting": setting,
    "flat": flat,
}
