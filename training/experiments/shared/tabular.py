"""Short vectors of clips instead of pictures, and the results of boosted trees on them.

The trees are fitted over folds by pair of people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from dfgui.core.geometry import Box
from training.data.sets import ffpp
from training.data.sets.ffpp import Clip
from training.experiments.shared.bootstrap import Judge
from training.metrics import learned, prior_log_loss
from training.results import Arm, Figure, Level, Metric, Series, Table
from training.runs import Run

Picture = NDArray[np.uint8]
Measure = Callable[[Picture, "Box", np.random.Generator], Mapping[str, NDArray[np.float32]]]
SHOWN = ("balanced_accuracy", "roc_auc", "pr_auc", "log_loss")


@dataclass(frozen=True)
class Samples:
    """Vectors of frames.

    Attributes:
        vectors: kind -> (n, d).
        labels: (n,) 1 for a fake.
        pairs: (n,) the two people, whom no split may part.
        clips: (n,) name of the clip.
        methods: (n,) `original`, `Deepfakes`, ...
    """

    vectors: dict[str, NDArray[np.float32]]
    labels: NDArray[np.int64]
    pairs: NDArray[np.str_]
    clips: NDArray[np.str_]
    methods: NDArray[np.str_]


def gather(
    run: Run, frames: int, measure: Measure, kinds: Sequence[str], *, share: float = 1.0
) -> Samples:
    """Measure the same frames of every original and its fakes.

    The result is kept family by family, so that a stopped run continues.

    Args:
        run: holds the data and keeps what is finished.
        frames: per clip, evenly spread.
        measure: (frame, box of the face, random numbers that are the same for all clips of a
            family) -> vectors by kind.
        kinds: the kinds that it gives.
        share: the part of `progress` that this takes.
    """
    families = ffpp.families(run.data / "ffpp")
    if run.smoke:
        families = dict(list(families.items())[:4])
    parts = []
    for number, (target, family) in enumerate(families.items()):
        run.progress(share * number / len(families), f"measuring the clips of {target}")
        for clip in family:
            run.uses(clip.path)
        part = run.arrays(f"family-{target}", partial(_measured, family, frames, measure))
        if not len(part["labels"]):
            run.skip(f"the clips of {target}", "no face that was replaced is found in any frame.")
        else:
            parts.append(part)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    vectors = {kind: joined[kind] for kind in kinds}
    return Samples(vectors, joined["labels"], joined["pairs"], joined["clips"], joined["methods"])


def _measured(family: list[Clip], frames: int, measure: Measure) -> dict[str, NDArray[Any]]:

    pictures, boxes = ffpp.aligned(family, frames)
    rows: list[Mapping[str, NDArray[np.float32]]] = []
    about: list[tuple[int, str, str]] = []
    for clip, of_clip in zip(family, pictures, strict=True):
        for index, box in boxes.items():
            # The same places in a fake as in its original: what differs is the manipulation.
            rows.append(
                measure(of_clip[index], box, np.random.default_rng((int(clip.target), index)))
            )
            about.append((clip.is_fake, f"{clip.method}/{clip.path.stem}", clip.method))
    kinds = rows[0] if rows else {}
    return {
        **{kind: np.stack([row[kind] for row in rows]) for kind in kinds},
        "labels": np.array([fake for fake, _, _ in about], np.int64),
        "pairs": np.array(ffpp.pairs(family)[:1] * len(about), np.str_),
        "clips": np.array([name for _, name, _ in about], np.str_),
        "methods": np.array([method for _, _, method in about], np.str_),
    }


@dataclass(frozen=True)
class Clips:
    """Held-out scores of clips, by trees that saw neither of the clip's two people.

    The score of a clip is the mean over its frames.

    Attributes:
        labels: (clips,).
        scores: (clips, seeds), 0-1.
        pairs: (clips,).
        methods: (clips,).
    """

    labels: NDArray[np.int64]
    scores: NDArray[np.float64]
    pairs: list[str]
    methods: NDArray[np.str_]


def held_out(
    run: Run,
    samples: Samples,
    kinds: Sequence[str],
    seeds: Sequence[int],
    *,
    arm: str,
    trees: int,
    rate: float,
) -> Clips:
    """Fit trees for every pair of people without that pair, and score that pair.

    Args:
        run: keeps what is finished.
        samples: of the clips.
        kinds: whose vectors are concatenated.
        seeds: one model each.
        arm: its name, for the record.
        trees: boosting rounds.
        rate: learning rate.
    """
    x = np.concatenate([samples.vectors[kind] for kind in kinds], axis=1)
    per_seed = [
        run.once(f"{arm}-seed{seed}", partial(_scores, x, samples, seed, trees, rate), list[float])
        for seed in seeds
    ]
    names, first = np.unique(samples.clips, return_index=True)
    means = [
        [np.array(scores)[samples.clips == name].mean() for name in names] for scores in per_seed
    ]
    return Clips(
        samples.labels[first], np.array(means).T, list(samples.pairs[first]), samples.methods[first]
    )


def _scores(
    x: NDArray[np.float32], samples: Samples, seed: int, trees: int, rate: float
) -> list[float]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    scores = np.full(len(x), np.nan)
    for pair in np.unique(samples.pairs):
        out = samples.pairs == pair
        model = HistGradientBoostingClassifier(
            max_iter=trees,
            learning_rate=rate,
            max_features=0.5,
            max_leaf_nodes=8,
            l2_regularization=1.0,
            random_state=seed,
        )
        # On so few rows threads only wait for each other: three times slower next to other work.
        with threadpool_limits(1):
            scores[out] = model.fit(x[~out], samples.labels[~out]).predict_proba(x[out])[:, 1]
    return [round(float(score), 9) for score in scores]


class Board:
    """The results of the arms on the clips."""

    def __init__(
        self,
        found: Mapping[str, Clips],
        titles: Mapping[str, str],
        settings: Mapping[str, dict[str, Any]],
        seeds: Sequence[int],
    ) -> None:

        self._found, self._titles, self._settings, self._seeds = (
            found,
            titles,
            settings,
            tuple(seeds),
        )
        any_arm = next(iter(found.values()))
        self.judge = Judge(any_arm.labels, any_arm.pairs)
        self._drawn = {name: self.judge.drawn(clips.scores) for name, clips in found.items()}

    @property
    def stands_on(self) -> str:
        """What the intervals are based on, for a caption."""
        judge = self.judge
        return (
            f"{judge.n} clips, {int(judge.labels.sum())} of them fakes, each scored by models that"
            f" saw neither of its two people; means over {len(self._seeds)} seeds, 95 % intervals"
            f" from resampling the {judge.group_count} pairs of people and the seeds."
        )

    def metric(self, arm: str, name: str) -> Metric:
        """The mean over seeds with its interval."""
        return self.judge.interval(name, self._drawn[arm][name])

    def arms(self) -> tuple[Arm, ...]:
        """Every arm with its metrics and its verdict."""
        return tuple(self._arm(name) for name in self._found)

    def _arm(self, name: str) -> Arm:

        scores = self._found[name].scores
        verdict = learned(self.judge.labels, scores, self.judge.groups)
        return Arm(
            name=name,
            title=self._titles[name],
            settings=self._settings[name],
            metrics=self.judge.metrics(self._drawn[name]),
            prior=prior_log_loss(self.judge.labels),
            verdict=verdict.sentence,
            collapsed=verdict.collapsed,
            n=self.judge.n,
            seeds=self._seeds,
            beats=verdict.beats,
        )

    def table(self, title: str) -> Table:
        """A row for each arm."""
        rows = tuple(
            (self._titles[arm], *(_shown(self.metric(arm, name)) for name in SHOWN))
            for arm in self._found
        )
        return Table(
            title,
            ("arm", "balanced accuracy", "ROC-AUC", "PR-AUC", "log-loss"),
            rows,
            self.stands_on,
        )

    def bars(self, name: str, title: str) -> Figure:
        """ROC-AUC of each arm."""
        found = [self.metric(arm, "roc_auc") for arm in self._found]
        low, high = [one.low for one in found], [one.high for one in found]
        series = Series(
            "ROC-AUC",
            [self._titles[arm] for arm in self._found],
            [one.value for one in found],
            low,
            high,
        )
        return Figure(
            name,
            title,
            "",
            "ROC-AUC on held-out clips",
            "bars",
            (series,),
            self.stands_on,
            (Level("guessing", 0.5),),
        )

    def sentences(self) -> tuple[str, ...]:
        """Which arms rank fakes above originals beyond chance, and which is best."""
        ranking = {arm: self.metric(arm, "roc_auc") for arm in self._found}
        best = max(ranking, key=lambda arm: ranking[arm].value)
        above = [self._titles[arm] for arm, metric in ranking.items() if metric.low > 0.5]
        says = (
            f"Beyond chance (interval above .5): {', '.join(above)}."
            if above
            else "None ranks the clips beyond chance."
        )
        return (f"Best by ROC-AUC is {self._titles[best]}, {_shown(ranking[best])}. {says}",)


def _shown(metric: Metric) -> str:
    return f"{metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}]"
