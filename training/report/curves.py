"""Learning curves: a mean and a band over seeds for each arm.

A line marks the level that a constant answer reaches.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from training.report.style import (
    COLOURS,
    DASHES,
    FADED,
    MUTED,
    NARROW,
    WIDE,
    Drawn,
    Studio,
    grid_of,
    legend,
    level,
    over_panel,
)
from training.report.words import capital, listed, named, number
from training.results import Curve, Result

CROWDED = 12  # arms, above which single fits and the other arms are not drawn
TOGETHER = 4  # arms on one pair of axes; more get one each
STEEP = 12.0  # highest over lowest value, from which an axis is logarithmic
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Averaged:
    """The curves of one arm.

    Attributes:
        fits: (seeds or folds, epochs), NaN after the end of one.
        mean: (epochs,) over them, as long as at least half continue.
        seeds: how many; if it is 1, `fits` are folds.
        folds: of each seed.
    """

    arm: str
    title: str
    fits: Values
    mean: Values
    seeds: int
    folds: int
    colour: str
    dash: Any

    @property
    def epochs(self) -> NDArray[np.int64]:
        """Epochs of the mean, from 1."""
        return np.arange(1, len(self.mean) + 1)


@dataclass(frozen=True)
class Constant:
    """The level of a constant answer: its mean over the fits.

    It has a range if their validation parts differ.
    """

    words: str
    mean: float
    low: float
    high: float


def draw_curves(studio: Studio, name: str, result: Result, quantity: str) -> Drawn | None:
    """The curves of one quantity of all arms; None if there are none."""
    curves = [curve for curve in result.curves if curve.values.get(quantity)]
    if not curves:
        return None
    titles = {arm.name: capital(arm.title) for arm in result.arms}
    names = list(dict.fromkeys([*titles, *(curve.arm for curve in curves)]))
    arms = [
        averaged(
            [curve for curve in curves if curve.arm == each],
            quantity,
            titles.get(each, each),
            place,
        )
        for place, each in enumerate(names)
        if any(curve.arm == each for curve in curves)
    ]
    constant = constant_of(curves, quantity)
    steep = _steep(arms, quantity)
    return studio.draw(
        f"{name}-{quantity}",
        lambda: _figure(arms, quantity, constant, steep=steep),
        title=f"{named(quantity)} per epoch",
        caption=_caption(arms, quantity, constant, steep=steep),
        alt=_alt(arms, quantity, constant),
    )


def averaged(curves: Sequence[Curve], quantity: str, title: str, place: int) -> Averaged:
    """Folds are averaged inside a seed, then seeds; with one seed the folds are kept apart."""
    seeds = sorted({curve.seed for curve in curves})
    by_seed = [
        _padded([curve.values[quantity] for curve in curves if curve.seed == seed])
        for seed in seeds
    ]
    folds = max(len(fits) for fits in by_seed)
    fits = by_seed[0] if len(seeds) == 1 else _padded([mean_of(each).tolist() for each in by_seed])
    return Averaged(
        curves[0].arm,
        title,
        fits,
        mean_of(fits),
        len(seeds),
        folds,
        COLOURS[place % len(COLOURS)],
        DASHES[place // len(COLOURS) % len(DASHES)],
    )


def mean_of(fits: Values) -> Values:
    """Mean over rows for each epoch at which at least half of them have a value.

    (rows, epochs) -> (epochs,).
    """
    going = np.isfinite(fits)
    enough = int(np.count_nonzero(going.sum(axis=0) * 2 >= len(fits)))
    kept = np.where(going, fits, 0.0)[:, :enough]
    return np.asarray(kept.sum(axis=0) / np.maximum(going[:, :enough].sum(axis=0), 1))


def constant_of(curves: Sequence[Curve], quantity: str) -> Constant | None:
    """What a constant answer reaches.

    The prior's log-loss, the share of the larger class, or .5 for an AUC.
    """
    if "auc" in quantity:
        return Constant("guessing", 0.5, 0.5, 0.5)
    priors = [curve.prior for curve in curves if curve.prior is not None]
    if not priors or not quantity.startswith("val_"):
        return None
    if "loss" in quantity:
        return Constant("prior", float(np.mean(priors)), min(priors), max(priors))
    if "accuracy" in quantity:
        shares = [larger_share(prior) for prior in priors]
        return Constant("all one class", float(np.mean(shares)), min(shares), max(shares))
    return None


def larger_share(prior: float) -> float:
    """The share p >= .5 of the larger class whose constant predictor has this log-loss.

    -p ln p - (1 - p) ln(1 - p) = prior, in nats.
    """
    low, high = 0.5, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        entropy = (
            -middle * math.log(middle) - (1 - middle) * math.log(1 - middle) if middle < 1 else 0.0
        )
        low, high = (middle, high) if entropy > prior else (low, middle)
    return low


def _padded(rows: Sequence[Sequence[float]]) -> Values:
    fits = np.full((len(rows), max(len(row) for row in rows)), np.nan)
    for place, row in enumerate(rows):
        fits[place, : len(row)] = row
    return fits


def _steep(arms: Sequence[Averaged], quantity: str) -> bool:
    values = np.concatenate([arm.fits[np.isfinite(arm.fits)] for arm in arms])
    return "loss" in quantity and bool(
        values.size and values.min() > 0 and values.max() / values.min() > STEEP
    )


def _figure(
    arms: Sequence[Averaged], quantity: str, constant: Constant | None, *, steep: bool
) -> Figure:
    if len(arms) <= TOGETHER:
        figure, panels = grid_of(1, width=NARROW, columns=1, height=3.0)
        for arm in arms:
            _plot(panels[0], arm, fits=True)
        legend(figure, panels[0])
    else:
        figure, panels = grid_of(len(arms), width=WIDE, columns=4, height=1.75)
        for axes, arm in zip(panels, arms, strict=True):
            for other in arms if len(arms) <= CROWDED else ():
                axes.plot(other.epochs, other.mean, color=FADED, linewidth=0.9, zorder=1)
            _plot(axes, arm, fits=len(arms) <= CROWDED)
            axes.set_title(over_panel(arm.title), color=arm.colour, fontsize=8.5)
    for place, axes in enumerate(panels):
        _finish(
            axes, constant, arms if len(panels) == 1 else arms[:1], label=place == 0, steep=steep
        )
    figure.supxlabel("Epoch", color=MUTED, fontsize=9)
    figure.supylabel(named(quantity), color=MUTED, fontsize=9)
    return figure


def _plot(axes: Axes, arm: Averaged, *, fits: bool) -> None:
    epochs = np.arange(1, arm.fits.shape[1] + 1)
    for fit in arm.fits if fits else ():
        axes.plot(epochs, fit, color=arm.colour, linewidth=0.6, alpha=0.35)
    if len(arm.fits) > 1:
        shown = arm.fits[:, : len(arm.mean)]
        axes.fill_between(
            arm.epochs,
            np.nanmin(shown, axis=0),
            np.nanmax(shown, axis=0),
            color=arm.colour,
            alpha=0.15,
            linewidth=0,
        )
    marker: dict[str, Any] = {"marker": "o", "markersize": 3.0} if len(arm.mean) <= 30 else {}
    axes.plot(
        arm.epochs,
        arm.mean,
        color=arm.colour,
        linestyle=arm.dash,
        linewidth=1.8,
        label=arm.title,
        zorder=3,
        **marker,
    )


def _finish(
    axes: Axes, constant: Constant | None, arms: Sequence[Averaged], *, label: bool, steep: bool
) -> None:
    if steep:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    axes.margins(y=0.12)
    if constant is None:
        return
    if constant.high - constant.low > 1e-3:
        axes.axhspan(constant.low, constant.high, color=FADED, alpha=0.3, linewidth=0)
    level(
        axes,
        constant.mean,
        f"{constant.words} {number(constant.mean)}" if label else "",
        side=_free_side(arms, constant.mean),
    )


def _free_side(arms: Sequence[Averaged], y: float) -> Literal["left", "right"]:
    """The side on which the curves are further from the level."""
    first, last = (
        min(abs(arm.mean[place] - y) for arm in arms if len(arm.mean)) for place in (0, -1)
    )
    return "left" if first > last else "right"


def _caption(
    arms: Sequence[Averaged], quantity: str, constant: Constant | None, *, steep: bool
) -> str:
    seeds, folds = max(arm.seeds for arm in arms), max(arm.folds for arm in arms)
    several = max(len(arm.fits) for arm in arms) > 1
    words = [
        f"{named(quantity)} of {_count(len(arms), 'arm')}, {_count(seeds, 'seed')}"
        + (f" of {_count(folds, 'fold')} each." if folds > 1 else ".")
    ]
    if several:
        of = "seeds" if seeds > 1 else "folds"
        words.append(
            f"Thick: the mean over {of}, as long as at least half of the fits go on; band: from the"
            f" lowest to the highest of the {of}."
        )
    else:
        words.append("One fit each, so there is no interval.")
    if TOGETHER < len(arms) <= CROWDED:
        words.append("Grey: the other arms.")
    if constant:
        words.append(f"Dashed: {_meaning(constant, quantity)}.")
    if steep:
        words.append("The axis is logarithmic.")
    return " ".join(words)


def _meaning(constant: Constant, quantity: str) -> str:
    if constant.words == "guessing":
        return "guessing"
    spread = (
        f", {number(constant.low)} to {number(constant.high)} over the folds"
        if constant.high - constant.low > 1e-3
        else ""
    )
    if "loss" in quantity:
        level_of = (
            "the log-loss of a constant answer on the same validation part"
            f" ({number(constant.mean)}{spread})"
        )
        return f"{level_of}; a curve above it has learned nothing"
    return (
        f"the share of the larger class ({number(constant.mean)}{spread}), which calling everything"
        " that class reaches"
    )


def _alt(arms: Sequence[Averaged], quantity: str, constant: Constant | None) -> str:
    lines = [
        f"{arm.title}: from {number(arm.mean[0])} to {number(arm.mean[-1])} in"
        f" {_count(len(arm.mean), 'epoch')}"
        for arm in arms
        if len(arm.mean)
    ]
    level_of = f" {constant.words}: {number(constant.mean)}." if constant else ""
    return (
        f"Curves of {named(quantity).lower()} per epoch for {listed(arm.title for arm in arms)}."
        f" {'; '.join(lines)}.{level_of}"
    )


def _count(many: int, what: str) -> str:
    return f"{many} {what}{'' if many == 1 else 's'}"
