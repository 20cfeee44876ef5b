"""The paper's faults, and the arms of the runs that show each one and its fix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.report.charts import FOREST, Mark, draw_metrics
from training.report.page import Held, Shown, panels
from training.report.paper import Fault, the_paper
from training.report.style import BLUE, VERMILLION, Drawn, Studio, slug
from training.report.words import AS_THE_PAPER, capital, flat, metric_names, setting
from training.results import Arm

PRINTED = re.compile(r"as[_ ]printed|^printed$")


@dataclass(frozen=True)
class Evidence:
    """An arm that shows a fault or its fix."""

    run: str
    held: Held
    value: str
    as_printed: bool


@dataclass(frozen=True)
class Fits:
    """How many fits of a run were ever below their own prior."""

    run: str
    fits: int
    below: int


@dataclass(frozen=True)
class Faulty:
    """A fault with what the runs say about it."""

    fault: Fault
    evidence: tuple[Evidence, ...]
    fits: tuple[Fits, ...]
    metrics: tuple[str, ...]
    figure: Drawn | None
    see: tuple[Shown, ...]


def faults(studio: Studio, runs: Sequence[Shown]) -> list[Faulty]:
    """Each fault with the arms whose settings switch it; smoke runs show nothing."""
    return [
        _faulty(studio, fault, [run for run in runs if not run.result.smoke])
        for fault in the_paper().faults
    ]


def _faulty(studio: Studio, fault: Fault, runs: Sequence[Shown]) -> Faulty:
    see = tuple(run for run in runs if run.result.experiment in fault.see)
    evidence = [row for run in see or runs for row in _evidence(fault, run)]
    metrics = metric_names(row.held.arm for row in evidence)
    kept = tuple(
        name for name in metrics if name in (*FOREST, *(AS_THE_PAPER if fault.evidence else ()))
    )
    fits = (
        tuple(row for run in runs if (row := _fits(run)).fits) if fault.evidence == "prior" else ()
    )
    figure = (
        _fault_figure(studio, fault, evidence, kept, several=len({row.run for row in evidence}) > 1)
        if kept
        else None
    )
    return Faulty(fault, tuple(evidence), fits, kept, figure, see)


def _fault_figure(
    studio: Studio,
    fault: Fault,
    evidence: Sequence[Evidence],
    metrics: Sequence[str],
    *,
    several: bool,
) -> Drawn:
    marks = [
        Mark(
            row.held.arm,
            f"{capital(row.held.arm.title)}{f' ({row.run})' if several else ''}",
            VERMILLION if row.as_printed else BLUE,
        )
        for row in evidence
    ]
    caption = (
        "Vermilion: as printed; blue: otherwise; hollow: one answer to everything at .5. Dashed:"
        " the prior's log-loss, or guessing."
    )
    return draw_metrics(
        studio,
        f"fault-{slug(fault.title)}",
        marks,
        panels(metrics),
        title=fault.title,
        caption=caption,
    )


def _evidence(fault: Fault, run: Shown) -> Iterator[Evidence]:
    if fault.evidence == "metrics":
        yield from (
            Evidence(run.name, each, "", _is_printed(fault, each.arm, []))
            for each in run.held
            if each.collapse
        )
    switched = [(each, found) for each in run.held if (found := _switched(fault, each.arm))]
    if len({tuple(found) for _, found in switched}) < 2:
        return  # there is nothing to compare
    others = [_others(fault, each.arm) for each, _ in switched]
    # Arms that differ in nothing else come together.
    for place in sorted(range(len(switched)), key=lambda place: others.index(others[place])):
        each, found = switched[place]
        yield Evidence(
            run.name,
            each,
            ", ".join(f"{name} {words}" for name, words in found),
            _is_printed(fault, each.arm, found),
        )


def _switched(fault: Fault, arm: Arm) -> list[tuple[str, str]]:
    """The arm's settings that belong to the fault."""
    mine = [
        (name, setting(value))
        for name, value in flat(arm.settings)
        if set(name.split(".")) & set(fault.keys)
    ]
    return [(name, words) for name, words in mine if not fault.values or words in fault.values]


def _others(fault: Fault, arm: Arm) -> list[tuple[str, str]]:
    return [
        (name, setting(value))
        for name, value in flat(arm.settings)
        if not set(name.split(".")) & set(fault.keys)
    ]


def _is_printed(fault: Fault, arm: Arm, switched: Sequence[tuple[str, str]]) -> bool:
    words = [words for _, words in switched]
    if fault.printed_values or fault.mended_values:
        return any(
            each in fault.printed_values
            or (fault.mended_values and each not in fault.mended_values)
            for each in words
        )
    texts = (
        words
        if fault.values
        else [arm.name, arm.title, *(words for _, words in _others(fault, arm))]
    )
    return any(PRINTED.search(text) for text in texts)


def _fits(run: Shown) -> Fits:
    best = [
        (min(values), curve.prior)
        for curve in run.result.curves
        if curve.prior is not None and (values := curve.values.get("val_loss"))
    ]
    return Fits(run.name, len(best), sum(lowest < prior for lowest, prior in best))
