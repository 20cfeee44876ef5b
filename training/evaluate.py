"""How good a set of scores is: AUC, log-loss, balanced accuracy, calibration error, each with a bootstrap interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import log_loss as sk_log_loss
from sklearn.metrics import roc_auc_score

Labels = NDArray[np.int64]
Scores = NDArray[np.float64]
Metric = Callable[[Labels, Scores], float]


@dataclass(frozen=True)
class Interval:
    """A value with the bounds of its 95 % interval and the number of files (and groups) it stands on."""

    value: float
    low: float
    high: float
    n: int
    groups: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


def auc(labels: Labels, scores: Scores) -> float:
    """Chance that a fake scores above a real one, 0-1; .5 is guessing."""
    return float(roc_auc_score(labels, scores))


def log_loss(labels: Labels, scores: Scores) -> float:
    """Mean negative log-likelihood in nats, both classes weighted evenly; log 2 = .693 is guessing. Scores are kept off 0 and 1 by 1e-6."""
    weights = np.where(labels == 1, 0.5 / max(labels.mean(), 1e-12), 0.5 / max(1 - labels.mean(), 1e-12))
    return float(sk_log_loss(labels, np.clip(scores, 1e-6, 1 - 1e-6), sample_weight=weights, labels=[0, 1]))


def balanced_accuracy(labels: Labels, scores: Scores) -> float:
    """Mean of the two classes' shares on the right side of .5, 0-1."""
    called = scores >= 0.5
    return float((called[labels == 1].mean() + (~called[labels == 0]).mean()) / 2)


def calibration_error(labels: Labels, scores: Scores, *, bins: int = 10) -> float:
    """Expected calibration error at even priors: |share of fakes - mean score| over bins of equal width, weighted, 0-1.

    Source: Guo et al., ICML 2017; classes are weighted evenly because scores are calibrated at even prior odds.
    """
    weights = np.where(labels == 1, 0.5 / max(labels.mean(), 1e-12), 0.5 / max(1 - labels.mean(), 1e-12)) / len(labels)
    place = np.minimum((scores * bins).astype(int), bins - 1)
    gap = np.bincount(place, weights * (labels - scores), minlength=bins)
    return float(np.abs(gap).sum())


METRICS: Mapping[str, Metric] = {
    "auc": auc,
    "log_loss": log_loss,
    "balanced_accuracy": balanced_accuracy,
    "calibration_error": calibration_error,
}


def evaluate(
    labels: Labels, scores: Scores, groups: Sequence[str], *, metrics: Mapping[str, Metric] = METRICS, draws: int = 1000, seed: int = 0
) -> dict[str, Interval]:
    """Every metric with its 95 % interval from a bootstrap over groups.

    Args:
        labels: (n,) 1 fake, 0 real; both must occur.
        scores: (n,) calibrated scores, 0-1.
        groups: (n,) original or person; whole groups are drawn, since a fake and its source are not independent.
        metrics: name -> function of labels and scores.
        draws: bootstrap samples.
        seed: of the bootstrap.

    Raises:
        ValueError: lengths differ or one class is missing.
    """
    if not len(labels) == len(scores) == len(groups) or set(np.unique(labels)) != {0, 1}:
        raise ValueError(f"evaluate: expected both classes and equal lengths, received {len(labels)}, {len(scores)}, {len(groups)}")
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    members = [np.flatnonzero(place == number) for number in range(len(names))]
    rng = np.random.default_rng(seed)
    samples: dict[str, list[float]] = {name: [] for name in metrics}
    for _ in range(draws):
        chosen = np.concatenate([members[number] for number in rng.integers(len(names), size=len(names))])
        if 0 < labels[chosen].mean() < 1:
            for name, metric in metrics.items():
                samples[name].append(metric(labels[chosen], scores[chosen]))
    bounds = {name: np.quantile(values, [0.025, 0.975]) for name, values in samples.items()}
    return {
        name: Interval(metric(labels, scores), float(bounds[name][0]), float(bounds[name][1]), len(labels), len(names))
        for name, metric in metrics.items()
    }


def sigmoid(logits: NDArray[np.floating]) -> Scores:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -np.asarray(logits, dtype=np.float64))))
