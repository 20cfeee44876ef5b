"""Results of the arms of an experiment on one evaluation set, with intervals.

They are means over seeds, and differences between arms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from training.metrics import measured
from training.results import Metric

WORDS = {
    "precision": "precision",
    "recall": "recall",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "roc_auc": "ROC-AUC",
    "pr_auc": "PR-AUC",
    "log_loss": "log-loss",
    "calibration_error": "calibration error",
}
Drawn = dict[str, NDArray[np.float64]]


class Judge:
    """One evaluation set and its bootstrap.

    Whole groups and whole seeds are drawn, the same ones for every arm. So the difference of two
    arms has an interval of its own, which is narrower than theirs: a picture that is hard for one
    is mostly hard for the other.
    """

    def __init__(
        self, labels: NDArray[np.int64], groups: Sequence[str], *, draws: int = 1000, seed: int = 0
    ) -> None:
        """Draw the bootstrap samples.

        Args:
            labels: (n,) 1 for FAKE, 0 for REAL; both must occur.
            groups: (n,) original of each; a fake and its source are not independent and are drawn
                together.
            draws: bootstrap samples.
            seed: of the bootstrap.

        Raises:
            ValueError: lengths differ or a class is missing.
        """
        if len(labels) != len(groups) or set(np.unique(labels)) != {0, 1}:
            raise ValueError(
                f"labels: expected both classes and {len(groups)} of them, received {len(labels)}"
            )
        names, place = np.unique(np.asarray(groups), return_inverse=True)
        self._seed = seed
        times = np.random.default_rng(seed).multinomial(
            len(names), np.full(len(names), 1 / len(names)), size=draws
        )
        # Without one class there is nothing to measure.
        times = times[[labels[row[place] > 0].std() > 0 for row in times]]
        self._times = np.vstack([np.ones(len(names)), times])[:, place]  # row 0: the set as it is
        self.labels, self.groups = labels, list(groups)
        self.n, self.group_count = len(labels), len(names)

    def drawn(self, scores: NDArray[np.float64]) -> Drawn:
        """Every metric, of the set itself and of every draw.

        Args:
            scores: (n, seeds) 0-1, one column for each seed.

        Returns:
            name -> (1 + draws,), the value itself first. If nothing is called FAKE there is no
            precision: NaN.
        """
        found = [measured(self.labels, column, self._times) for column in scores.T]
        weights = self._seed_weights(scores.shape[1])
        return {
            name: np.sum(weights * np.stack([one[name] for one in found], axis=1), axis=1)
            for name in found[0]
        }

    def metrics(self, drawn: Mapping[str, NDArray[np.float64]]) -> tuple[Metric, ...]:
        """Values with 95 % intervals; a missing value is left out."""
        return tuple(
            self.interval(name, rows) for name, rows in drawn.items() if np.isfinite(rows[0])
        )

    def interval(self, name: str, rows: NDArray[np.float64]) -> Metric:
        """The value, and the middle 95 % of the draws that have one."""
        low, high = (
            np.nanquantile(rows[1:], [0.025, 0.975])
            if np.isfinite(rows[1:]).any()
            else (rows[0], rows[0])
        )
        return Metric(name, float(rows[0]), float(low), float(high), self.n, self.group_count)

    def difference(self, ours: Drawn, base: Drawn, name: str) -> Metric:
        """Our value less the base's, over the same draws."""
        return self.interval(name, ours[name] - base[name])

    def _seed_weights(self, count: int) -> NDArray[np.float64]:
        rng = np.random.default_rng((self._seed, count))
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=len(self._times) - 1)
        return np.asarray(np.vstack([np.ones(count), drawn]) / count)


def measure(labels: NDArray[np.int64], scores: NDArray[np.float64]) -> dict[str, float]:
    """Every metric of (n,) scores, without intervals."""
    return {
        name: float(rows[0])
        for name, rows in measured(labels, scores, np.ones((1, len(labels)))).items()
    }
