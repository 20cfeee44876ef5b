"""How good a set of scores is: its metrics with bootstrap intervals, and two checks.

The checks are whether it beats the constant predictor and whether it collapsed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Scores = NDArray[np.float64]
Metric = Callable[[Labels, Scores], float]
EDGE = 1e-6  # scores are kept off 0 and 1 by this much before their logarithm is taken
ONE_SCORE = 0.01  # scores that lie within this much are one


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval and the number of files (and groups) it stands on."""

    value: float
    low: float
    high: float
    n: int
    groups: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


def auc(labels: Labels, scores: Scores) -> float:
    """Chance that a fake scores above a real one, 0-1; a tie counts half, and .5 is guessing.

    scikit-learn's version checks its arguments each time, and a bootstrap asks a thousand times.
    """
    return float(_ranking(labels == 1, scores, np.ones((1, len(labels))))["roc_auc"][0])


def log_loss(labels: Labels, scores: Scores) -> float:
    """Mean negative log-likelihood in nats, both classes weighted evenly.

    log 2 = .693 is guessing. Scores are kept off 0 and 1 by 1e-6.
    """
    return float(np.average(_losses(labels, scores[:, None])[:, 0], weights=_even(labels)))


def balanced_accuracy(labels: Labels, scores: Scores) -> float:
    """Mean of the two classes' shares on the right side of .5, 0-1."""
    called = scores >= 0.5
    return float((called[labels == 1].mean() + (~called[labels == 0]).mean()) / 2)


def calibration_error(labels: Labels, scores: Scores, *, bins: int = 10) -> float:
    """Expected calibration error at even priors, 0-1.

    It is |share of fakes - mean score| over bins of equal width, weighted.

    Source: Guo et al., ICML 2017; classes are weighted evenly because scores are calibrated at even
    prior odds.
    """
    return float(_gaps(labels == 1, scores, _even(labels)[None], bins=bins)[0] / len(labels))


def _even(labels: Labels) -> NDArray[np.float64]:
    """(n,) weights under which each class counts n / 2."""
    fakes = labels.mean()
    return np.where(labels == 1, 0.5 / max(fakes, 1e-12), 0.5 / max(1 - fakes, 1e-12))


METRICS: Mapping[str, Metric] = {
    "auc": auc,
    "log_loss": log_loss,
    "balanced_accuracy": balanced_accuracy,
    "calibration_error": calibration_error,
}


def evaluate(
    labels: Labels,
    scores: Scores,
    groups: Sequence[str],
    *,
    metrics: Mapping[str, Metric] = METRICS,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, Interval]:
    """Every metric with its 95 % interval from a bootstrap over groups.

    Args:
        labels: (n,) 1 fake, 0 real; both must occur.
        scores: (n,) calibrated scores, 0-1, or (n, k) for metrics of k numbers each.
        groups: (n,) original or person; whole groups are drawn, since a fake and its source are not
            independent.
        metrics: name -> function of labels and scores.
        draws: bootstrap samples.
        seed: of the bootstrap.

    Raises:
        ValueError: lengths differ or one class is missing.
    """
    if not len(labels) == len(scores) == len(groups) or set(np.unique(labels)) != {0, 1}:
        raise ValueError(
            f"evaluate: expected both classes and equal lengths, received {len(labels)},"
            f" {len(scores)}, {len(groups)}"
        )
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    members = [np.flatnonzero(place == number) for number in range(len(names))]
    rng = np.random.default_rng(seed)
    samples: dict[str, list[float]] = {name: [] for name in metrics}
    for _ in range(draws):
        chosen = np.concatenate(
            [members[number] for number in rng.integers(len(names), size=len(names))]
        )
        if 0 < labels[chosen].mean() < 1:
            for name, metric in metrics.items():
                samples[name].append(metric(labels[chosen], scores[chosen]))
    bounds = {name: np.quantile(values, [0.025, 0.975]) for name, values in samples.items()}
    return {
        name: Interval(
            metric(labels, scores),
            float(bounds[name][0]),
            float(bounds[name][1]),
            len(labels),
            len(names),
        )
        for name, metric in metrics.items()
    }


def sigmoid(logits: NDArray[np.floating]) -> Scores:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -np.asarray(logits, dtype=np.float64))))


def prior_log_loss(labels: Labels) -> float:
    """Log-loss in nats of the constant predictor, which answers the share of fakes to everything.

    It is .4251 at .8486, and log 2 at .5.

    Args:
        labels: (n,) 1 fake, 0 real; at least one.
    """
    if not len(labels):
        raise ValueError("prior_log_loss: expected at least one label, received none")
    share = float(np.mean(labels == 1))
    return -sum(one * math.log(one) for one in (share, 1 - share) if one)


def collapse(labels: Labels, scores: Scores) -> str | None:
    """Name the way in which the scores are one answer to everything.

    Args:
        labels: (n,) 1 fake, 0 real; of one class alone one answer is no fault.
        scores: (n,) 0-1.

    Returns:
        "always FAKE" or "always REAL" if all are called that at .5, "one score for all" if all lie
        within .01 around .5, None if there is no collapse.
    """
    if len(np.unique(labels)) < 2:
        return None
    called = scores >= 0.5
    if called.all():
        return "always FAKE"
    if not called.any():
        return "always REAL"
    return "one score for all" if np.ptp(scores) <= ONE_SCORE else None


class Verdict(NamedTuple):
    """Whether scores beat the constant predictor, and whether every seed collapsed.

    One or two sentences say both.
    """

    sentence: str
    beats: bool
    collapsed: bool


def learned(
    labels: Labels, scores: Scores, groups: Sequence[str], *, draws: int = 1000, seed: int = 0
) -> Verdict:
    """Say whether scores beat the constant predictor of their own set, and whether they collapsed.

    They beat it if the whole 95 % interval of [their log-loss - its log-loss] lies below 0.

    Args:
        labels: (n,) 1 fake, 0 real; both must occur.
        scores: (n,) 0-1, or (n, seeds), one column for each seed; then means over the seeds, which
            are drawn as well.
        groups: (n,) original or person; whole groups are drawn.
        draws: bootstrap samples.
        seed: of the bootstrap.

    Raises:
        ValueError: lengths differ or one class is missing.
    """
    columns = np.asarray(scores, dtype=np.float64).reshape(len(scores), -1)
    prior, share = prior_log_loss(labels), float(np.mean(labels == 1))
    excess = _losses(labels, columns) - _losses(labels, np.full((len(labels), 1), share))
    times = _drawn(labels, groups, len(scores), draws, seed)
    rows = (times @ excess) / times.sum(axis=1, keepdims=True)
    picked = np.random.default_rng(seed).multinomial(
        columns.shape[1], np.full(columns.shape[1], 1 / columns.shape[1]), size=len(rows) - 1
    )
    low, high = np.quantile(np.sum(rows[1:] * picked, axis=1) / columns.shape[1], [0.025, 0.975])
    change = float(rows[0].mean())
    says = "It beat the prior" if high < 0 else "It did not beat the prior"
    difference = f"{change:+.4f} [{low:+.4f}, {high:+.4f}]"
    sentence = (
        f"{says}: log-loss {prior + change:.4f}, where the constant predictor has {prior:.4f};"
        f" difference {difference}."
    )
    ways = [collapse(labels, column) for column in columns.T]
    return Verdict(" ".join([sentence, *_collapses(ways, share)]), bool(high < 0), all(ways))


def _collapses(ways: Sequence[str | None], share: float) -> Iterator[str]:
    """A sentence for each way in which seeds collapsed."""
    words = {
        "always FAKE": (
            f"is always FAKE at .5: precision {share:.4f} is the share of fakes, and recall 1 says"
            " nothing"
        ),
        "always REAL": "is always REAL at .5: it finds no fake",
        "one score for all": "gives one score for all",
    }
    for way in words:
        if count := list(ways).count(way):
            where = f"In {count} of {len(ways)} seeds it" if count < len(ways) else "It"
            yield f"{where} {words[way]}."


def paper_metrics(
    labels: Labels, scores: Scores, groups: Sequence[str], *, draws: int = 1000, seed: int = 0
) -> dict[str, Interval]:
    """The paper's two metrics and those that a collapse cannot hide behind.

    The 95 % intervals come from a bootstrap over groups.

    Args:
        labels: (n,) 1 fake, 0 real; both must occur.
        scores: (n,) 0-1.
        groups: (n,) original or person; whole groups are drawn.
        draws: bootstrap samples.
        seed: of the bootstrap.

    Returns:
        `precision` and `recall` (of FAKE at .5), `accuracy`, `balanced_accuracy`, `roc_auc`,
        `pr_auc`, `log_loss` and `calibration_error`; the last two at the classes' own shares,
        unlike those of `evaluate`. If nothing is called FAKE, precision is left out.

    Raises:
        ValueError: lengths differ or one class is missing.
    """
    times = _drawn(labels, groups, len(scores), draws, seed)
    count = len(set(groups))
    found = {}
    for name, rows in measured(labels, np.asarray(scores, dtype=np.float64), times).items():
        if np.isfinite(rows[0]):
            low, high = np.nanquantile(rows[1:], [0.025, 0.975])
            found[name] = Interval(float(rows[0]), float(low), float(high), len(labels), count)
    return found


def measured(
    labels: Labels, scores: Scores, times: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """The metrics of `paper_metrics` under many multiplicities at once.

    Args:
        labels: (n,) 1 fake, 0 real.
        scores: (n,) 0-1.
        times: (draws, n) how often each sample counts; both classes must occur in each row.

    Returns:
        name -> (draws,). NaN for a precision that does not exist.
    """
    fake, called = labels == 1, scores >= 0.5
    fakes, reals = times @ fake, times @ ~fake
    hits, alarms = times @ (fake & called), times @ (~fake & called)
    with np.errstate(invalid="ignore"):
        precision = hits / (hits + alarms)
    recall, spared = hits / fakes, 1 - alarms / reals
    return {
        "precision": precision,
        "recall": recall,
        "accuracy": (hits + reals - alarms) / (fakes + reals),
        "balanced_accuracy": (recall + spared) / 2,
        **_ranking(fake, scores, times),
        "log_loss": (times @ _losses(labels, scores[:, None]))[:, 0] / (fakes + reals),
        "calibration_error": _gaps(fake, scores, times) / (fakes + reals),
    }


def _ranking(
    fake: NDArray[np.bool_], scores: Scores, times: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """ROC-AUC, in which a tie counts half, and PR-AUC as average precision."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores are one step of the curve.
    steps = np.flatnonzero(np.r_[True, np.diff(scores[order]) != 0])
    fakes = np.add.reduceat(times[:, order] * fake[order], steps, axis=1)
    reals = np.add.reduceat(times[:, order] * ~fake[order], steps, axis=1)
    hits, alarms = np.cumsum(fakes, axis=1), np.cumsum(reals, axis=1)
    precision = hits / np.maximum(hits + alarms, 1)
    return {
        "roc_auc": np.sum(reals * (hits - fakes / 2), axis=1) / (hits[:, -1] * alarms[:, -1]),
        "pr_auc": np.sum(fakes * precision, axis=1) / hits[:, -1],
    }


def _gaps(
    fake: NDArray[np.bool_], scores: Scores, times: NDArray[np.float64], *, bins: int = 10
) -> NDArray[np.float64]:
    """Sum over bins of equal width of |fakes - sum of scores|. Source: Guo et al., ICML 2017."""
    place = np.minimum((scores * bins).astype(int), bins - 1)
    return np.asarray(
        np.abs(times @ ((fake - scores)[:, None] * (place[:, None] == np.arange(bins)))).sum(axis=1)
    )


def _losses(labels: Labels, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, seeds) cross-entropy of each."""
    clipped = np.clip(scores, EDGE, 1 - EDGE)
    return np.asarray(-np.where((labels == 1)[:, None], np.log(clipped), np.log1p(-clipped)))


def _drawn(
    labels: Labels, groups: Sequence[str], count: int, draws: int, seed: int
) -> NDArray[np.float64]:
    """How often each sample is drawn: (1 + draws, n), the set itself first.

    Draws without one of the classes are left out.
    """
    if not len(labels) == len(groups) == count or set(np.unique(labels)) != {0, 1}:
        raise ValueError(
            f"expected both classes and equal lengths, received {len(labels)} labels, {count}"
            f" scores, {len(groups)} groups"
        )
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    times = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=draws
    )
    rows = np.vstack([np.ones(len(names)), times])[:, place]
    fakes = rows @ (labels == 1)
    return np.asarray(rows[(fakes > 0) & (fakes < rows.sum(axis=1))])
