"""Formulas for a set of likelihood ratios whose truth is known: bounds, cost, and two curves."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PLACES = 1000  # bounds have three digits
ROUNDING = 1e-6  # of the calculation, so that log10 of 9.999999999 is 1


@dataclass(frozen=True, eq=False)
class KnownRatios:
    """Likelihood ratios of faces, tracks or files that are known to be fake or real.

    Attributes:
        log10_lr: (n,) float64, positive supports "fake".
        labels: (n,) int64, 1 fake, 0 real.
        weights: (n,) float64, 0 or more; only their proportions within a class count.
        files: (n,) int64, number of the file that each is from. Ratios of one file are one
            observation.
    """

    log10_lr: Floats
    labels: NDArray[np.int64]
    weights: Floats
    files: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        log10_lr: NDArray[np.floating],
        labels: NDArray[np.integer],
        *,
        weights: NDArray[np.floating] | None = None,
        files: NDArray[np.integer] | None = None,
    ) -> KnownRatios:
        """Each weighs the same and is a file of its own unless something else is given.

        Raises:
            ValueError: lengths differ, a label is neither 0 nor 1, or a ratio is no number.
        """
        n = len(log10_lr)
        found = cls(
            np.asarray(log10_lr, np.float64),
            np.asarray(labels, np.int64),
            np.ones(n) if weights is None else np.asarray(weights, np.float64),
            np.arange(n) if files is None else np.asarray(files, np.int64),
        )
        lengths = n, len(found.labels), len(found.weights), len(found.files)
        if len(set(lengths)) > 1 or not set(found.labels.tolist()) <= {0, 1}:
            raise ValueError(f"expected labels 0 and 1 of one length, received {lengths}")
        if np.isnan(found.log10_lr).any():
            raise ValueError("expected numbers, received NaN")
        return found

    def mirrored(self) -> KnownRatios:
        """The same with "fake" and "real" exchanged."""
        return KnownRatios(-self.log10_lr, 1 - self.labels, self.weights, self.files)

    def shares_above(self, label: int, values: Floats) -> Floats:
        """(k,) weighted share of a class, 0-1, whose log10 ratio lies above each value."""
        own = self.labels == label
        order = np.argsort(self.log10_lr[own])
        total = np.concatenate([[0.0], np.cumsum(self.weights[own][order])])
        below = np.searchsorted(self.log10_lr[own][order], values, side="right")
        return np.asarray(1 - total[below] / total[-1] if total[-1] else np.zeros(len(values)))

    def effective_files(self, label: int) -> float:
        """How many files of a class count, given their weights; all of them if they are even.

        Source: Kish, "Survey Sampling", 1965: (sum of weights)^2 / sum of squared weights.
        """
        own = self.labels == label
        each = np.bincount(self.files[own], weights=self.weights[own]) if own.any() else np.zeros(1)
        squares = float(np.sum(each**2))
        return float(np.sum(each)) ** 2 / squares if squares else 0.0


def elub(ratios: KnownRatios) -> tuple[float, float]:
    """Empirical lower and upper bound of the log10 likelihood ratio.

    One misleading file is added to each class: a real one that scores above everything, a fake one
    that scores below. Somebody who acts on ratios above 10^t then loses, on average,
    P(fake at t or below) + 10^t P(real above t). The upper bound is the largest t up to which that
    is never more than the loss of somebody who has no ratios and takes each to be 1. The lower
    bound is the same with the classes exchanged.

    Returns:
        The lower bound, 0 or less, and the upper one, 0 or more, cut to three digits towards 0.
        0 says that the ratios support nothing on that side.

    Source: Vergeer, van Es, de Jongh, Alberink and Stoel, "Numerical likelihood ratios outputted by
        LR systems are often based on extrapolation: when to stop extrapolating?", Science & Justice
        56, 2016. Their threshold moves in steps of .01; here it moves from ratio to ratio.
    """
    return -_upper(ratios.mirrored()) + 0.0, _upper(ratios)


def _upper(ratios: KnownRatios) -> float:
    values = ratios.log10_lr
    # Between two neighbouring ratios the shares do not change.
    starts = np.concatenate([[0.0], np.unique(values[(values > 0) & np.isfinite(values)])])
    ends = np.append(starts[1:], np.inf)
    fakes, reals = (ratios.effective_files(label) for label in (1, 0))
    hits = fakes * ratios.shares_above(1, starts) / (fakes + 1)
    alarms = (reals * ratios.shares_above(0, starts) + 1) / (reals + 1)
    with np.errstate(divide="ignore"):
        limits = np.log10(hits / alarms)
    first = int(np.argmax(limits < ends))  # above the largest ratio there is no hit
    bound = max(float(starts[first]), float(limits[first]))
    return math.floor(bound * PLACES + ROUNDING) / PLACES


def cllr(ratios: KnownRatios) -> float:
    """Cost of the log likelihood ratio: 0 is perfect, 1 is that of saying nothing.

    It is the mean of log2(1 + LR) over the real ones and of log2(1 + 1/LR) over the fakes, halved.
    Both classes must occur.

    Source: Brümmer and du Preez, "Application-independent evaluation of speaker detection",
        Computer Speech & Language 20, 2006.
    """
    nats = ratios.log10_lr * math.log(10)
    costs = np.logaddexp(0, np.where(ratios.labels == 1, -nats, nats)) / math.log(2)
    return _mean_of_classes(costs, ratios)


def cllr_min(ratios: KnownRatios) -> float:
    """What `cllr` would be if the order stayed and the values were as good as they can be.

    The values are those of `reliability`. The difference from `cllr` is the price of calibration.

    Source: as for `cllr`.
    """
    observed = reliability(ratios).observed_of(ratios.log10_lr)
    right = np.where(ratios.labels == 1, observed, 1 - observed)
    return _mean_of_classes(-np.log2(np.where(ratios.weights > 0, right, 1.0)), ratios) + 0.0


def _mean_of_classes(values: Floats, ratios: KnownRatios) -> float:
    means = [
        np.average(values[own], weights=ratios.weights[own])
        for own in (ratios.labels == 0, ratios.labels == 1)
    ]
    return float(sum(means) / 2)


@dataclass(frozen=True, eq=False)
class Pools:
    """A rising step curve: what share of fakes was observed where.

    Attributes:
        low: (k,) smallest log10 likelihood ratio of each step, ascending.
        high: (k,) largest one of each step.
        observed: (k,) share of fakes at even odds, 0-1, rising.
        counts: (k,) int64, ratios in each step.
    """

    low: Floats
    high: Floats
    observed: Floats
    counts: NDArray[np.int64]

    def observed_of(self, log10_lr: Floats) -> Floats:
        """(n,) the share observed for each of the ratios that the curve was made from."""
        return self.observed[np.searchsorted(self.low, log10_lr, side="right") - 1]


def reliability(ratios: KnownRatios) -> Pools:
    """The reliability curve: the best rising fit to what is known, by pooling adjacent violators.

    Both classes weigh the same in it, so a calibrated score is what is observed there. Ratios that
    are equal are pooled first.

    Sources: Ayer and others, Annals of Mathematical Statistics 26, 1955; as a reliability diagram,
        Dimitriadis, Gneiting and Jordan, PNAS 118, 2021.
    """
    values, place, counts = np.unique(ratios.log10_lr, return_inverse=True, return_counts=True)
    even = np.zeros(len(ratios.labels))
    for label in (0, 1):
        own = ratios.labels == label
        even[own] = ratios.weights[own] / max(float(ratios.weights[own].sum()), 1e-300)
    weights = np.bincount(place, weights=even).tolist()
    fakes = np.bincount(place, weights=even * ratios.labels).tolist()
    starts, sums, parts = [0], [weights[0]], [fakes[0]]
    for number in range(1, len(values)):
        starts.append(number)
        sums.append(weights[number])
        parts.append(fakes[number])
        # a / b > c / d without the division: a weight may be 0.
        while len(sums) > 1 and parts[-2] * sums[-1] >= parts[-1] * sums[-2]:
            starts.pop()
            sums[-2:], parts[-2:] = [sums[-2] + sums[-1]], [parts[-2] + parts[-1]]
    ends = np.array([*starts[1:], len(values)]) - 1
    observed = np.array(parts) / np.maximum(np.array(sums), 1e-300)
    return Pools(values[starts], values[ends], observed, np.add.reduceat(counts, starts))


def score_of(log10_lr: Floats) -> Floats:
    """(n,) the scores at even odds that stand for log10 likelihood ratios, 0-1."""
    return np.asarray(np.exp(-np.logaddexp(0, -log10_lr * math.log(10))))
