"""Results of arms fitted on clips: per pair of people, per kind of fake, curves over folds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.experiments.shared.bootstrap import Judge, measure
from training.experiments.shared.clips import ClipArm, ClipBench, ClipTrial
from training.experiments.shared.outcome import Outcome, shown
from training.results import Arm, Figure, Level, Metric, Series, Table

WITHIN = "roc_auc_within_pairs"
DRAWS = 1000  # of pairs and seeds


class ClipOutcome(Outcome):
    """Results of arms that were fitted on clips."""

    def __init__(self, judge: Judge, trials: Sequence[ClipTrial], methods: Sequence[str]) -> None:
        """Measure the arms.

        Args:
            judge: of all clips.
            trials: at least one.
            methods: (clips,) how each was made; `original` for a real one.
        """
        super().__init__(judge, trials)
        self._clip_trials = {trial.variant.name: trial for trial in trials}
        self._methods = np.asarray(methods)

    @property
    def intervals(self) -> str:
        """What the intervals are based on, for a caption."""
        return (
            f"Means over the seeds on {self._judge.n} clips of {self._judge.group_count} pairs of"
            f" people, {self.share:.4f} FAKE, each held out with its pair; 95 % intervals from"
            " resampling pairs and seeds."
        )

    def epochs(
        self, name: str, title: str, key: str, y: str, *, names: Sequence[str], line: Level
    ) -> Figure:
        """A value per epoch, one line for each arm.

        The line is the mean over folds and seeds, with the range of the seeds.
        """
        series = []
        for arm in names or tuple(self.trials):
            rows = self._clip_trials[arm].epochs(key)
            x: list[float | str] = [float(epoch) for epoch in range(1, rows.shape[1] + 1)]
            series.append(
                Series(
                    self.title(arm),
                    x,
                    *(
                        ends.tolist()
                        for ends in (rows.mean(axis=0), rows.min(axis=0), rows.max(axis=0))
                    ),
                )
            )
        caption = (
            "Mean over the folds, weighted by their clips, and over the seeds, with the range of"
            " the seeds, on the pairs that choose the epoch. A fit that has stopped keeps the value"
            " of its best epoch."
        )
        return Figure(name, title, "epoch", y, "lines", tuple(series), caption, (line,))

    def arms(self, *, more: dict[str, tuple[Metric, ...]] | None = None) -> tuple[Arm, ...]:
        """Every arm with its metrics, that within pairs among them."""
        return super().arms(
            more={
                name: (self.within_pairs(name), *(more or {}).get(name, ())) for name in self.trials
            }
        )

    def within_pairs(self, name: str) -> Metric:
        """The chance that a fake scores above an original of the same two people; .5 is guessing.

        It is the mean over pairs and seeds. Other differences between two pairs (faces, light,
        studio) move all clips of a pair alike, and with ten pairs they hide what a manipulation
        changes. Here they have no effect. The interval comes from drawing pairs and seeds again.
        """
        found, rng = self._of_pairs(name), np.random.default_rng(0)
        pairs, seeds = (rng.integers(count, size=(DRAWS, count)) for count in found.shape)
        drawn = [found[np.ix_(*chosen)].mean() for chosen in zip(pairs, seeds, strict=True)]
        low, high = np.quantile(drawn, [0.025, 0.975])
        return Metric(
            WITHIN, float(found.mean()), float(low), float(high), self._judge.n, len(found)
        )

    def _of_pairs(self, name: str) -> NDArray[np.float64]:
        """(pairs, seeds) ROC-AUC of the clips of one pair; pairs of one class are left out."""
        groups, labels, scores = (
            np.asarray(self._judge.groups),
            self._judge.labels,
            self.trials[name].scores,
        )
        places = [groups == group for group in dict.fromkeys(self._judge.groups)]
        both = [place for place in places if len(set(labels[place])) == 2]
        return np.array(
            [
                [measure(labels[place], column[place])["roc_auc"] for column in scores.T]
                for place in both
            ]
        )

    def apart(self) -> str:
        """One sentence: what each arm reaches within pairs."""
        found = "; ".join(
            f"{self.title(name)} {shown(self.within_pairs(name))}" for name in self.trials
        )
        return (
            "Among clips of the same two people, a fake scores above an original with the chance:"
            f" {found}. Guessing is .5."
        )

    def by_method(self) -> Table:
        """ROC-AUC within pairs, and of each kind of fake against all real clips."""
        kinds = [kind for kind in dict.fromkeys(self._methods.tolist()) if kind != "original"]
        rows: list[tuple[str | float, ...]] = []
        for name in self.trials:
            rows.append(
                (
                    self.title(name),
                    shown(self.within_pairs(name)),
                    *(self._against_real(name, kind) for kind in kinds),
                )
            )
        counts = ", ".join(f"{(self._methods == kind).sum()} {kind}" for kind in kinds)
        caption = (
            "Within pairs: a fake against the originals of the same two people, with 95 %"
            f" intervals over pairs and seeds. {counts} against all"
            f" {(self._methods == 'original').sum()} real clips. Means over the seeds."
        )
        return Table(
            "ROC-AUC within pairs and by kind of fake",
            ("arm", "within pairs", *kinds),
            tuple(rows),
            caption,
        )

    def _against_real(self, name: str, kind: str) -> float:
        some = np.isin(self._methods, ["original", kind])
        found = [
            measure(self._judge.labels[some], column[some])["roc_auc"]
            for column in self.trials[name].scores.T
        ]
        return round(float(np.mean(found)), 3)


def outcome_of(bench: ClipBench, arms: Sequence[ClipArm]) -> ClipOutcome:
    """Start, fit every arm, and measure them."""
    bench.start(arms)
    methods = [member.clip.method for member in bench.clips.members]
    return ClipOutcome(bench.judge, bench.fit(arms), methods)
