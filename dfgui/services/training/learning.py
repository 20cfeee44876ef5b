"""What a training run has learned so far: the epochs of its fits, arm by arm.

The level that a constant answer reaches is here too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dfgui.core.training_events import Epoch

# The order in which quantities are offered; others follow by name.
FIRST = ("val_loss", "val_accuracy", "val_auc", "loss")
Fit = tuple[int, int]
"""Seed and fold."""


@dataclass(frozen=True, eq=False)
class ArmCurve:
    """One quantity of one arm.

    Attributes:
        arm: its name.
        fits: networks that have at least one epoch.
        epochs: (E,) int64, ascending from 1: those that at least half of the fits have reached, as
            in the report.
        mean: (E,) float64, over the fits that have reached them.
        low: (E,) float64, the lowest of them.
        high: (E,) float64, the highest.
        best: mean over the fits of each one's best epoch; None if there is no value.
    """

    arm: str
    fits: int
    epochs: NDArray[np.int64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    best: float | None


@dataclass(frozen=True)
class ConstantLevel:
    """What a constant answer reaches: the mean over the fits, and their range.

    The range is wide only if the validation parts of the fits differ.
    """

    mean: float
    low: float
    high: float


class Learning:
    """Collects epochs; one that comes again after a resume replaces the older one."""

    def __init__(self) -> None:
        self._arms: dict[str, dict[Fit, dict[int, dict[str, float]]]] = {}
        self._priors: dict[tuple[str, Fit], float] = {}
        self.prior: float | None = None
        """Of the evaluation set, if the run said it at its start."""

    def plan(self, arms: Sequence[str], prior: float | None) -> None:
        """Take the order of the arms, and the prior of the run."""
        self._arms = {arm: self._arms.get(arm, {}) for arm in [*arms, *self._arms]}
        self.prior = prior

    def add(self, epoch: Epoch) -> None:
        """Take one more epoch; what is not a finite number counts as missing."""
        fit = (epoch.seed, epoch.fold)
        values = {name: value for name, value in epoch.values.items() if math.isfinite(value)}
        self._arms.setdefault(epoch.arm, {}).setdefault(fit, {})[epoch.epoch] = values
        if epoch.prior is not None and math.isfinite(epoch.prior):
            self._priors[epoch.arm, fit] = epoch.prior

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, in the order of the report; also those that have not begun."""
        return tuple(self._arms)

    @property
    def quantities(self) -> tuple[str, ...]:
        """Names of what was measured, the usual ones first."""
        found = {
            name
            for fits in self._arms.values()
            for epochs in fits.values()
            for values in epochs.values()
            for name in values
        }
        usual = [name for name in FIRST if name in found]
        return (*usual, *sorted(found - set(usual)))

    def curve(self, arm: str, quantity: str) -> ArmCurve:
        """The mean of an arm over its folds and seeds, as far as they have come."""
        series = [
            {number: values[quantity] for number, values in epochs.items() if quantity in values}
            for epochs in self._arms.get(arm, {}).values()
        ]
        series = [one for one in series if one]
        reached: dict[int, list[float]] = {}
        for one in series:
            for number, value in one.items():
                reached.setdefault(number, []).append(value)
        shown = sorted(
            number for number, values in reached.items() if 2 * len(values) >= len(series)
        )
        rows = [reached[number] for number in shown]
        mean, low, high = (
            np.array([of(row) for row in rows], np.float64) for of in (np.mean, np.min, np.max)
        )
        best = max if is_better_high(quantity) else min
        mean_best = float(np.mean([best(one.values()) for one in series])) if series else None
        return ArmCurve(arm, len(series), np.array(shown, np.int64), mean, low, high, mean_best)

    def constant(self, quantity: str) -> ConstantLevel | None:
        """What a constant answer reaches; None if it is not known.

        That is the prior's log-loss, the share of the larger class, or .5 for an AUC.
        """
        if "auc" in quantity:
            return ConstantLevel(0.5, 0.5, 0.5)
        priors = list(self._priors.values()) or ([] if self.prior is None else [self.prior])
        if not priors or quantity not in ("val_loss", "val_accuracy"):
            return None
        levels = priors if quantity == "val_loss" else [larger_share(prior) for prior in priors]
        return ConstantLevel(float(np.mean(levels)), min(levels), max(levels))


def is_better_high(quantity: str) -> bool:
    """Whether more of a quantity is better; less of a loss or an error is."""
    return "loss" not in quantity and "error" not in quantity


def larger_share(prior: float) -> float:
    """The share p >= .5 of the larger of two classes, from a constant answer's log-loss.

    The log-loss is that of the best constant answer.

    Args:
        prior: -p ln p - (1 - p) ln(1 - p), in nats; 0 gives 1, ln 2 and more give .5.
    """
    low, high = 0.5, 1.0
    for _ in range(50):  # halves the interval each time: exact to the last digit
        middle = (low + high) / 2
        entropy = (
            -middle * math.log(middle) - (1 - middle) * math.log1p(-middle) if middle < 1 else 0.0
        )
        low, high = (middle, high) if entropy > prior else (low, middle)
    return low
