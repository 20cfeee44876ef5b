"""Figures, tables and sentences of `conditional_loss`, all made from its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.experiments.shared.bootstrap import WORDS
from training.experiments.shared.conditional_arms import (
    CASES,
    CASES_AND_BASE,
    SEARCHED,
    TERMS,
    WEIGHTS,
    Config,
    Form,
    arm_name,
    strengths,
)
from training.experiments.shared.crops import TRAINABLE, Steps, Weights
from training.experiments.shared.outcome import BESIDE, NEARLY, Outcome, listed, shown
from training.experiments.shared.phi_tau import Searched
from training.results import Figure, Findings, Level, Series, Table

if TYPE_CHECKING:
    from training.fitting.epochs import EpochSettings

BINS = 200  # of the steps of a fit, in a figure
# The mean cross-entropy over a batch of N has the derivative 1 / (N y) or 1 / (N (1 - y)) by a
# prediction y, whose absolute value is at least 1 / N; the derivative of the term by y is that by
# I, since I is the sum of the predictions less N. Below a hundredth of 1 / N it has no effect.
INERT = 0.01
FLOOR = 1e-12
PULL = (
    "Pull: size of the derivative of the term by a prediction, over the least that cross-entropy"
    " has (1 / batch)."
)
STRETCHES = f"Medians of {BINS} stretches of the steps of the first seed."
PAPER = (0.8486, 1.0)  # precision and recall of every row of tables 1 and 2
PAPER_CASES = ("baseline", "high_phi", "low_phi", "high_tau", "low_tau")
COLUMNS = ("balanced_accuracy", "roc_auc", "pr_auc", "log_loss")


def kept_steps(steps: Steps, settings: EpochSettings) -> Steps:
    """I in the steps of a fit, thinned.

    With a term it also gives the term's pull and how often that was too weak to matter.
    """
    i = np.asarray(steps["i"])
    kept = {
        "step": _binned(np.arange(1.0, len(i) + 1)),
        "i": _binned(i),
        "i_range": [float(value) for value in np.quantile(i, [0.05, 0.5, 0.95])],
    }
    if "gradient" not in steps:
        return kept
    pull = np.abs(np.asarray(steps["gradient"])) * settings.batch
    term, inert = _binned(np.asarray(steps["term"])), float(np.mean(pull < INERT))
    return kept | {
        "term": term,
        "pull": _binned(pull),
        "median_pull": [float(np.median(pull))],
        "inert": [inert],
    }


def _binned(values: NDArray[np.float64]) -> list[float]:
    """Medians of up to `BINS` stretches of equal length."""
    return [float(np.median(part)) for part in np.array_split(values, min(BINS, len(values)))]


def findings(
    outcome: Outcome, searches: Sequence[Searched], config: Config, notes: Iterable[str]
) -> Findings:
    """All figures, tables and sentences."""
    return Findings(
        arms=outcome.arms(),
        curves=outcome.curves(),
        figures=(
            *_curve_figures(outcome, config),
            *over_i(config),
            *_step_figures(outcome, config),
            *_search_figures(searches),
        ),
        tables=(*_tables(outcome, config), *_step_tables(outcome), *_search_tables(searches)),
        sentences=(
            *sentences(outcome, config),
            *(search_sentence(outcome, one, config) for one in searches),
            *notes,
        ),
    )


# Figures


def _family(
    outcome: Outcome, form: Form, weights: Weights, cases: Iterable[str] = CASES_AND_BASE
) -> list[str]:
    return [name for name in (arm_name(case, form, weights) for case in cases) if name in outcome]


def _curve_figures(outcome: Outcome, config: Config) -> list[Figure]:
    """Figures 10 and 11 for every form and kind of class weights, and the loss with the prior."""
    figures = []
    for weights in config.class_weights:
        for form in config.forms:
            words, place = f"{TERMS[form]}, {WEIGHTS[weights]}", f"{form}-{weights}"
            for greek, number, cases in (
                ("phi", 10, ("high_phi", "low_phi")),
                ("tau", 11, ("high_tau", "low_tau")),
            ):
                names = _family(outcome, form, weights, ("baseline", *cases, "high_phi_low_tau"))
                if names:
                    figures.append(
                        outcome.accuracy_curves(
                            f"{greek}-{place}", f"Figure {number}, tuning {greek}: {words}", names
                        )
                    )
            if names := _family(outcome, form, weights):
                figures.append(
                    outcome.loss_curves(f"loss-{place}", f"Validation log-loss: {words}", names)
                )
        names = [
            *dict.fromkeys(
                name for form in config.forms for name in _family(outcome, form, weights)
            )
        ]
        if names:
            figures.append(
                outcome.bars(
                    f"decision-and-ranking-{weights}",
                    f"The decision at .5 and the ranking: {WEIGHTS[weights]}",
                    names,
                )
            )
    return figures


def over_i(config: Config) -> list[Figure]:
    """Figure 7 and the defect: the term and its derivative over I.

    They are for a batch in which I runs from -N (all REAL) to 0 (all FAKE).
    """
    about = (
        f"I = sum of the predictions - {config.batch}: 0 where a batch of {config.batch} is called"
        " FAKE with certainty."
    )
    printed = (
        f"{about} As printed the term is lowest there, which rewards it; in both forms the"
        " derivative is 0 there, and 0 again a few 1 / tau away."
    )
    mended = (
        f"{about} The derivative is largest there, and no logit that is common to all predictions"
        " makes it vanish."
    )
    return [
        *_over_i(config, ("as_printed", "as_intended"), "", printed),
        *_over_i(config, ("well_behaved",), "-well-behaved", mended),
    ]


def _over_i(config: Config, forms: tuple[Form, ...], suffix: str, caption: str) -> Iterator[Figure]:
    from training.fitting.losses import term_and_gradient

    i = np.linspace(-config.batch, 0.0, 641)
    words = ("the term over phi", "its derivative by I over phi")
    series: tuple[list[Series], list[Series]] = ([], [])
    for form in forms:
        tuned = strengths(config, form)
        for tau in dict.fromkeys((tuned.high_tau, tuned.tau, tuned.low_tau)):
            for rows, y in zip(
                series, term_and_gradient(form, i, config.batch, phi=1.0, tau=tau), strict=True
            ):
                rows.append(Series(f"{TERMS[form]}, tau {tau:g}", i.tolist(), y.tolist()))
    for name, label, rows in zip(("term", "gradient"), words, series, strict=True):
        yield Figure(
            f"{name}-over-i{suffix}",
            f"Figure 7 and Eq. 1: {label}",
            "I",
            label,
            "lines",
            tuple(rows),
            caption,
        )


def _step_figures(outcome: Outcome, config: Config) -> list[Figure]:
    """I and the pull of the term in the steps of the first seed's fits."""
    figures = []
    for weights, form in product(config.class_weights, config.forms):
        names = [
            name for name in _family(outcome, form, weights) if outcome.trials[name].fits[0].steps
        ]
        pulled = [name for name in names if "pull" in outcome.trials[name].fits[0].steps]
        words, place = f"{TERMS[form]}, {WEIGHTS[weights]}", f"{form}-{weights}"
        if pulled:
            caption = f"I is 0 where everything is called FAKE with certainty. {STRETCHES}"
            i = tuple(_steps(outcome, name, "i") for name in names)
            figures.append(
                Figure(
                    f"i-{place}",
                    f"I in the steps of the fits: {words}",
                    "step",
                    "I",
                    "lines",
                    i,
                    caption,
                )
            )
            pull = tuple(_steps(outcome, name, "pull", logarithm=True) for name in pulled)
            title, lines = (
                f"Pull of the term in the steps of the fits: {words}",
                (Level("a hundredth of cross-entropy", float(np.log10(INERT))),),
            )
            figures.append(
                Figure(
                    f"pull-{place}",
                    title,
                    "step",
                    "log10 of the pull",
                    "lines",
                    pull,
                    f"{PULL} {STRETCHES}",
                    lines,
                )
            )
    return figures


def _steps(outcome: Outcome, name: str, key: str, *, logarithm: bool = False) -> Series:
    trial = outcome.trials[name]
    steps = trial.fits[0].steps
    y = [float(np.log10(max(value, FLOOR))) for value in steps[key]] if logarithm else steps[key]
    return Series(trial.variant.short or trial.variant.title, [*steps["step"]], y)


def _search_figures(searches: Sequence[Searched]) -> list[Figure]:
    figures = []
    for greek in ("phi", "tau") if searches else ():
        series = []
        for one in searches:
            x: list[float | str] = [float(np.log10(getattr(tried, greek))) for tried in one.tries]
            series.append(Series(TERMS[one.form], x, [tried.value for tried in one.tries]))
        words = WORDS[searches[0].space.objective]
        lines = (Level("baseline, without the term", searches[0].baseline),)
        caption = (
            f"{len(searches[0].tries)} tries of each form; {words} on the part of the pictures to"
            " learn from that was held back."
        )
        figures.append(
            Figure(
                f"search-{greek}",
                f"Search: {words} over {greek}",
                f"log10 of {greek}",
                words,
                "points",
                tuple(series),
                caption,
                lines,
            )
        )
    return figures


# Tables


def _tables(outcome: Outcome, config: Config) -> list[Table]:
    tables = [_as_in_the_paper(outcome, weights) for weights in config.class_weights]
    for weights in config.class_weights:
        names = [name for form in config.forms for name in _family(outcome, form, weights)]
        names = [*dict.fromkeys(names)]
        tables.append(
            outcome.table(
                f"Beside tables 1 and 2: {WEIGHTS[weights]}", BESIDE, outcome.intervals, names=names
            )
        )
        tables.append(
            _differences(outcome, names, arm_name("baseline", "", weights), WEIGHTS[weights])
        )
    others = [name for name in outcome.trials if name.startswith((TRAINABLE, SEARCHED))]
    if others:
        title = "Whole network trained, and the best of the search"
        tables.append(
            outcome.table(title, ("precision", "recall", *BESIDE), outcome.intervals, names=others)
        )
    return [table for table in tables if table.rows]


def _as_in_the_paper(outcome: Outcome, weights: Weights) -> Table:
    rows = []
    for case in CASES_AND_BASE:
        name = arm_name(case, "as_printed", weights)
        if name in outcome:
            theirs = PAPER if case in PAPER_CASES else (None, None)
            ours = [
                shown(outcome.metric(name, metric), digits=4) for metric in ("precision", "recall")
            ]
            words = "baseline loss function" if case == "baseline" else CASES[case]
            share, seeds = (
                f"{outcome.called_fake(name):.2%}",
                f"{outcome.all_fake(name)} of {len(outcome.trials[name].seeds)}",
            )
            rows.append((words, *theirs, *ours, share, seeds))
    columns = (
        "",
        "precision, paper",
        "recall, paper",
        "precision",
        "recall",
        "called FAKE",
        "seeds that call everything FAKE",
    )
    return Table(
        f"Tables 1 and 2: sign as printed, {WEIGHTS[weights]}",
        columns,
        tuple(rows),
        outcome.intervals,
    )


def _differences(outcome: Outcome, names: Sequence[str], base: str, words: str) -> Table:
    rows = []
    for name in names:
        if name != base and base in outcome:
            rows.append(
                (
                    outcome.title(name),
                    *(
                        shown(outcome.difference(name, base, metric), sign=True)
                        for metric in COLUMNS
                    ),
                )
            )
    caption = (
        "Differences over the same draws of originals and seeds: an interval without 0 is more"
        f" than chance. {outcome.intervals}"
    )
    return Table(
        f"Less the baseline: {words}",
        ("arm", *(WORDS[metric] for metric in COLUMNS)),
        tuple(rows),
        caption,
    )


def _step_tables(outcome: Outcome) -> list[Table]:
    rows: list[tuple[str | None, ...]] = []
    for trial in outcome.trials.values():
        steps = [fit.steps for fit in trial.fits if fit.steps]
        if steps:
            i = [f"{value:.3g}" for value in np.mean([one["i_range"] for one in steps], axis=0)]
            term = [
                float(np.mean([one[key][0] for one in steps]))
                for key in ("median_pull", "inert")
                if key in steps[0]
            ]
            rows.append(
                (
                    trial.variant.title,
                    *i,
                    *((f"{term[0]:.3g}", f"{term[1]:.1%}") if term else (None, None)),
                )
            )
    columns = ("arm", "I, 5 %", "I, median", "I, 95 %", "median pull", "steps without effect")
    caption = f"Mean over the seeds. {PULL} Without effect: below a hundredth."
    return (
        [Table("The term in the steps of the fits", columns, tuple(rows), caption)] if rows else []
    )


def _search_tables(searches: Sequence[Searched]) -> list[Table]:
    rows: list[tuple[str | float, ...]] = []
    for one in searches:
        for tried in sorted(
            one.tries, key=lambda tried: tried.value, reverse=one.space.objective != "log_loss"
        )[:5]:
            rows.append(
                (
                    TERMS[one.form],
                    f"{tried.phi:.4g}",
                    f"{tried.tau:.4g}",
                    round(tried.value, 4),
                    round(one.baseline, 4),
                )
            )
    if not rows:
        return []
    words = WORDS[searches[0].space.objective]
    columns = ("form", "phi", "tau", f"{words}, held back", "without the term")
    caption = (
        f"The five best of {searches[0].space.trials} tries of each form, on a part of the pictures"
        " to learn from; one seed."
    )
    return [Table("Search over phi and tau", columns, tuple(rows), caption)]


# Sentences


def sentences(outcome: Outcome, config: Config) -> list[str]:
    """What the paper's arms reproduce, and what each fix changes, one at a time."""
    said = []
    for weights in config.class_weights:
        said += collapses(outcome, weights)
        base = arm_name("baseline", "", weights)
        for form in config.forms:
            names = _family(outcome, form, weights, CASES)
            if names and base in outcome:
                turned = [outcome.short(name) for name in names if outcome.rose(name)]
                other = (
                    f" The other collapse, nothing called FAKE, comes with {listed(turned)}."
                    if turned
                    else ""
                )
                said.append(
                    f"{_words(form, weights)}, against the baseline:"
                    f" {outcome.effect(names, base)}.{other}"
                )
    base, *others = config.class_weights
    for weights in others:
        pair = arm_name("baseline", "", weights), arm_name("baseline", "", base)
        said += [outcome.mend(*pair)] if all(name in outcome for name in pair) else []
    for weights in config.class_weights:
        for form in config.forms:
            said += inert(outcome, form, weights)
    said += [
        outcome.answer(name) for name in outcome.trials if name.startswith((TRAINABLE, SEARCHED))
    ]
    return said


def _words(form: Form, weights: Weights) -> str:
    return f"{TERMS[form][:1].upper()}{TERMS[form][1:]}, {WEIGHTS[weights]}"


def collapses(outcome: Outcome, weights: Weights) -> list[str]:
    """Which of the paper's six arms call everything FAKE, and whether those still rank."""
    names = _family(outcome, "as_printed", weights)
    if not names:
        return []
    fallen = [name for name in names if outcome.fell(name)]
    wholly = sum(outcome.all_fake(name) == len(outcome.trials[name].seeds) for name in fallen)
    said = (
        f"{_words('as_printed', weights)}: {len(fallen)} of {len(names)} arms call at least"
        f" {NEARLY:.0%} FAKE at .5, {wholly} of them everything in every seed"
    )
    if not fallen:
        return [f"{said}: the paper's tables are not reproduced."]
    aucs = [outcome.metric(name, "roc_auc") for name in fallen]
    ranked = [name for name, auc in zip(fallen, aucs, strict=True) if auc.low > 0.5]
    low, high = min(auc.value for auc in aucs), max(auc.value for auc in aucs)
    says = (
        f"{said}, as in the paper's tables ({listed([outcome.short(name) for name in fallen])})."
        f" Their ROC-AUC is {low:.3f} to {high:.3f}"
    )
    if len(ranked) == len(fallen):
        return [
            f"{says}: all of them rank fakes above real pictures, so it is the decision at .5 that"
            " collapsed and not what was learned."
        ]
    if not ranked:
        return [f"{says}: none of them ranks better than chance, so no learning shows."]
    return [
        f"{says}: better than chance: {listed([outcome.short(name) for name in ranked])}; of the"
        " others no learning shows."
    ]


def inert(outcome: Outcome, form: Form, weights: Weights) -> list[str]:
    """How often the term had no effect in the fits of a form."""
    parts = []
    for name in _family(outcome, form, weights, CASES):
        shares = [
            fit.steps["inert"][0] for fit in outcome.trials[name].fits if "inert" in fit.steps
        ]
        if shares:
            parts.append(f"{outcome.short(name)} {np.mean(shares):.0%}")
    share = (
        "share of steps at which the term pulls less than a hundredth of what cross-entropy does"
    )
    return [f"{_words(form, weights)}: {share}: {', '.join(parts)}."] if parts else []


def search_sentence(outcome: Outcome, searched: Searched, config: Config) -> str:
    """Whether the best phi and tau of a search beat the baseline on pictures new to the search."""
    space, name = searched.space, f"{SEARCHED}{searched.form}"
    best, base = space.best(searched.tries), arm_name("baseline", "", config.search_weights)
    words = WORDS[space.objective]
    said = (
        f"Of {len(searched.tries)} tries, {TERMS[searched.form]}, phi {best.phi:.3g} and tau"
        f" {best.tau:.3g} did best on the part that was held back: {words} {best.value:.3f},"
        f" without the term {searched.baseline:.3f}"
    )
    if name not in outcome or base not in outcome:
        return f"{said}."
    change = outcome.difference(name, base, space.objective)
    lower_is_better = space.objective == "log_loss"
    better, worse = (
        (change.high < 0, change.low > 0) if lower_is_better else (change.low > 0, change.high < 0)
    )
    verdict = (
        "it beats the baseline"
        if better
        else (
            "it is worse than the baseline"
            if worse
            else "it does not beat the baseline beyond chance"
        )
    )
    decision = outcome.difference(name, base, "balanced_accuracy")
    return (
        f"{said}. On the pictures that are judged on the difference is {shown(change, sign=True)},"
        f" so {verdict}; balanced accuracy at .5 differs by {shown(decision, sign=True)}."
    )
