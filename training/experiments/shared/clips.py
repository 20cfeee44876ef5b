"""What the experiments on the 64 clips share: folds of people, fits, and held-out scores.

The folds are pairs of people, with one fit per fold and seed. Two pairs of people are held out at a
time, the next two choose the epoch, and the other six train; after five folds every clip has a
score from a network that has not seen its people. The score of a clip is the mean of the scores of
its pictures. Metrics are over all clips together, and their intervals over the ten pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from training.data.clipset import FOLDER, ClipSet, Recipe, View, pairs_of, prepare
from training.data.sets import ffpp
from training.data.splits import folds
from training.experiments.shared.bootstrap import Judge
from training.experiments.shared.crops import Fit, Trial, Variant, class_weight
from training.metrics import prior_log_loss, sigmoid
from training.runs import Run, Stopped

if TYPE_CHECKING:
    import keras

    from training.fitting.epochs import Arrays
    from training.network.backbone import Backbone

    Network = Callable[[tuple[int, ...]], keras.Model]

NEEDS = "FaceForensics++ clips"
Samples = NDArray[Any]  # (clips, samples of each, ...)
DECODED, FITTING = 0.15, 0.4  # progress of the whole run


@dataclass(frozen=True)
class ClipSettings:
    """Common settings of the experiments on clips.

    The paper gives the size 200, the loss, patience 2 and no other value.
    """

    frames: int = 8  # of each clip, spread evenly; the same ones of a fake and its original
    within: int = 0  # use only this many frames from the beginning; 0: the whole clip
    pairs: int = 0  # at most so many pairs of people; 0: all ten
    folds: int = 5
    fold_seed: int = 0
    # Weights of the convolutional part: random, imagenet, a file, a model package, or a run of
    # `learn`.
    init: str = "random"
    # Frozen: features are computed once; trainable: every arm trains all weights.
    backbone: Literal["frozen", "trainable"] = "frozen"
    input_size: int = 200  # side of the network's input, pixels
    dense: tuple[int, ...] = (256, 64)
    dropout: float = 0.0
    batch: int = 32
    epochs: int = 20  # at most
    patience: int = 2  # epochs without a lower validation loss, as printed
    learning_rate: float = 1e-3
    class_weight: Literal["none", "balanced", "as_printed"] = "none"
    ela_quality: int = 90  # of the probe save
    ela_scale: float = 20.0  # brightness per grey level of change
    seeds: tuple[int, ...] = (0, 1, 2)
    draws: int = 1000  # bootstrap samples

    def small(self) -> Self:
        """Every stage, but nothing is learned."""
        few = replace(self, frames=2, within=24, pairs=4, folds=2, input_size=71)
        return replace(few, epochs=2, seeds=(0,), draws=50)

    def recipe(self, views: Sequence[View]) -> Recipe:
        """Which frames are taken, and what is shown of them."""
        return Recipe(
            views=tuple(views),
            size=self.input_size,
            starts=self.frames,
            within=self.within,
            pairs=self.pairs,
            ela_quality=self.ela_quality,
            ela_scale=self.ela_scale,
        )


@dataclass(frozen=True)
class ClipArm:
    """One way to look at the clips.

    Attributes:
        settings: what distinguishes it, for the reader.
        samples: gives (clips, samples of each, ...); the score of a clip is the mean over its
            samples.
        network: gives a fresh network for samples of a shape, one logit each; None: the head on
            features.
        fitting: what it changes in `training.fitting.epochs.EpochSettings`.
        trainable: all weights are trained.
        folds: 0: as many as in the configuration.
    """

    name: str
    title: str
    settings: Mapping[str, Any]
    samples: Callable[[], Samples]
    network: Network | None = None
    fitting: Mapping[str, Any] = field(default_factory=dict)
    trainable: bool = False
    folds: int = 0


class HeldOut(Fit, frozen=True):
    """One finished fit of one fold.

    Attributes:
        clips: numbers of the held-out clips; `scores` are theirs.
        weight: number of clips in the part that chose the epoch; the curve's validation values are
            over these.
    """

    clips: list[int]
    weight: int


@dataclass(frozen=True)
class ClipTrial(Trial):
    """One arm over its seeds and folds."""

    fits: tuple[HeldOut, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        """In the order of the columns of `scores`."""
        return tuple(dict.fromkeys(fit.curve.seed for fit in self.fits))

    @property
    def scores(self) -> NDArray[np.float64]:
        """(clips, seeds), 0-1: the score of every clip from the fit that held it out."""
        columns = {
            seed: {
                clip: score
                for fit in self.of(seed)
                for clip, score in zip(fit.clips, fit.scores, strict=True)
            }
            for seed in self.seeds
        }
        return np.array(
            [[column[clip] for clip in sorted(column)] for column in columns.values()],
            dtype=np.float64,
        ).T

    def of(self, seed: int) -> list[HeldOut]:
        """The fits of one seed, one per fold."""
        return [fit for fit in self.fits if fit.curve.seed == seed]

    def epochs(self, key: str) -> NDArray[np.float64]:
        """(seeds, epochs) mean over the clips that choose the epoch, each in its fold.

        A fit that has ended keeps the value of its best epoch, whose weights it also keeps; if it
        were left out, the fits still running would stand for all.
        """
        length = max(len(fit.curve.values[key]) for fit in self.fits)
        return np.stack([self._mean(self.of(seed), key, length) for seed in self.seeds])

    @staticmethod
    def _mean(fits: Sequence[HeldOut], key: str, length: int) -> NDArray[np.float64]:
        weights = np.array([fit.weight for fit in fits])
        return weights @ np.stack([_kept_on(fit, key, length) for fit in fits]) / weights.sum()


def _kept_on(fit: Fit, key: str, length: int) -> NDArray[np.float64]:
    """(length,) the value per epoch, then that of the epoch with the lowest validation loss."""
    values = fit.curve.values[key]
    best = values[int(np.argmin(fit.curve.values["val_loss"]))]
    return np.array([*values, *[best] * (length - len(values))])


class ClipBench:
    """Fits arms on the clips; what is finished is kept in the run."""

    def __init__(self, run: Run, config: ClipSettings, recipe: Recipe) -> None:
        """Read the backbone and the clips.

        Raises:
            AnalysisError: the backbone is not available or has seen some of the people; the clips
                cannot be used, or not in so many folds.
        """
        from training.network.backbone import forbid, load

        if not config.seeds or config.frames < 1 or config.folds < 2:
            raise AnalysisError(
                f"frames {config.frames}, folds {config.folds}, seeds {config.seeds}: expected 1, 2"
                " and one seed at least."
            )
        self.run, self.config = run, config
        self._features: dict[str, Samples] = {}
        self._pictures: dict[tuple[str, int], Samples] = {}
        self._folds: dict[int, NDArray[np.int64]] = {}
        self.backbone: Backbone = load(config.init, input_size=config.input_size, seed=0)
        forbid(
            self.backbone.seen,
            [f"ffpp:{person}" for person in sorted(pairs_of(ffpp.clips(run.data / FOLDER)))],
        )
        self.clips: ClipSet = prepare(run, recipe, until=DECODED)
        self._kept_network: tuple[str, keras.Model] | None = None
        self.fold_of(config.folds)

    def fold_of(self, count: int) -> NDArray[np.int64]:
        """(clips,) the fold of each, for this number of folds.

        Raises:
            AnalysisError: a fold leaves too little.
        """
        if count not in self._folds:
            labels = ["FAKE" if label else "REAL" for label in self.clips.labels]
            self._folds[count] = folds(
                self.clips.pairs, count, seed=self.config.fold_seed, labels=labels
            )
            for fold, (part, words) in product(
                range(count), enumerate(("learn from", "choose the epoch on"))
            ):
                if set(self.clips.labels[self.parts(fold, count)[part]]) != {0, 1}:
                    raise AnalysisError(
                        f"Fold {fold + 1} of {count} leaves one class or none to {words}; change"
                        " the number of folds, or take more pairs."
                    )
        return self._folds[count]

    @cached_property
    def judge(self) -> Judge:
        """The judge of all clips."""
        return Judge(self.clips.labels, self.clips.pairs, draws=self.config.draws)

    def parts(
        self, fold: int, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of the clips that train, choose the epoch and are held out, in a fold of `count`.

        The next fold chooses the epoch; with two folds, the first pairs of the other one.
        """
        fold_of = self.fold_of(count)
        held = fold_of == fold
        others = sorted({pair for pair, out in zip(self.clips.pairs, held, strict=True) if not out})
        choosing = (
            fold_of == (fold + 1) % count
            if count > 2
            else np.isin(self.clips.pairs, others[: len(others) // 2])
        )
        return np.flatnonzero(~held & ~choosing), np.flatnonzero(choosing), np.flatnonzero(held)

    @property
    def trainable(self) -> bool:
        """Whether every arm trains all weights."""
        return self.config.backbone == "trainable"

    def inputs(self, view: str) -> Samples:
        """The input of an arm from a view, (clips, frames, ...).

        Features, or pictures if all weights are trained.
        """
        return (
            self.pictures(view, self.config.input_size) if self.trainable else self.features(view)
        )

    def network(self) -> Network | None:
        """Makes the network for `inputs`; None means the head on features."""
        return self.whole if self.trainable else None

    def whole(self, shape: tuple[int, ...]) -> keras.Model:
        """A network for pictures (size, size, ...), with all weights trained.

        The convolutional part starts from the backbone's weights.
        """
        from training.network.backbone import whole

        return whole(
            input_size=shape[0],
            dense=self.config.dense,
            dropout=self.config.dropout,
            start=self.backbone,
        )

    def features(self, view: str) -> Samples:
        """(clips, frames, 2048) float32 of a view; number 0 is the video's first frame."""
        if view not in self._features:
            from training.network.backbone import features

            names = [one.name for one in self.clips.recipe.views]
            begin, end = (
                DECODED + (FITTING - DECODED) * place / len(names)
                for place in (names.index(view), names.index(view) + 1)
            )
            n = len(self.clips.members) * self.clips.frames
            x = features(
                self.run,
                self.backbone,
                f"features-{view}",
                self.clips.pictures(view),
                n,
                done=(begin, end),
            )
            self._features[view] = x.reshape(len(self.clips.members), self.clips.frames, -1)
        return self._features[view]

    def pictures(self, view: str, size: int) -> Samples:
        """(clips, frames, size, size, 3) uint8 of a view; number 0 is the video's first frame."""
        if (view, size) not in self._pictures:
            self._pictures[view, size] = self.clips.array(view, size=size)
        return self._pictures[view, size]

    def start(self, arms: Sequence[ClipArm]) -> None:
        """Announce what will be fitted."""
        fits = sum(self._fold_count(arm) for arm in arms) * len(self.config.seeds)
        self.run.started(
            [arm.name for arm in arms],
            fits=fits,
            backbone=self.backbone.words,
            prior=prior_log_loss(self.clips.labels),
        )

    def fit(self, arms: Sequence[ClipArm]) -> list[ClipTrial]:
        """Fit every arm over its seeds and folds.

        After Ctrl-C: the arms that have a seed with all its folds.

        Raises:
            Stopped: nothing was finished.
        """
        if not self.trainable:
            for view in self.clips.recipe.views:
                self.features(view.name)
        trials: list[ClipTrial] = []
        for number, arm in enumerate(arms):
            done: list[HeldOut] = []
            try:
                for i, seed in enumerate(self.config.seeds):
                    share = FITTING + (1 - FITTING) * (number + i / len(self.config.seeds)) / len(
                        arms
                    )
                    self.run.progress(share, f"{arm.title}, seed {seed}")
                    done += [self._kept(arm, seed, fold) for fold in range(self._fold_count(arm))]
            except Stopped:
                if not trials and not done:
                    raise
            if done:
                trials.append(
                    ClipTrial(
                        Variant(arm.name, arm.title, arm.settings, arm.trainable), tuple(done)
                    )
                )
            if self.run.stopping():
                break
        return trials

    def _fold_count(self, arm: ClipArm) -> int:
        return arm.folds or self.config.folds

    def _kept(self, arm: ClipArm, seed: int, fold: int) -> HeldOut:
        return self.run.once(
            f"fit-{arm.name}-{seed}-{fold}", partial(self._fit, arm, seed, fold), HeldOut
        )

    def _fit(self, arm: ClipArm, seed: int, fold: int) -> HeldOut:
        """One fit from fresh weights; the random numbers depend on the seed alone."""
        from training.fitting.epochs import EpochSettings, fit, predict

        samples, c = arm.samples(), self.config
        learned, choosing, held = self.parts(fold, self._fold_count(arm))
        model = self._network(arm, samples.shape[2:], seed)
        weights = class_weight(
            c.class_weight, np.repeat(self.clips.labels[learned], samples.shape[1])
        )
        common = {
            "epochs": c.epochs,
            "batch": c.batch,
            "learning_rate": c.learning_rate,
            "patience": c.patience,
            "class_weight": weights,
        }
        settings = EpochSettings(**{**common, **arm.fitting})
        train, validation = self._arrays(samples, learned), self._arrays(samples, choosing)
        fitted = fit(
            self.run, model, train, validation, settings, arm=arm.name, seed=seed, fold=fold
        )
        scores = sigmoid(predict(model, self._arrays(samples, held).x))
        return HeldOut(
            fitted.curve,
            scores.reshape(len(held), -1).mean(axis=1).tolist(),
            {},
            held.tolist(),
            len(choosing),
        )

    def _network(self, arm: ClipArm, shape: tuple[int, ...], seed: int) -> keras.Model:
        """A network with fresh weights.

        It reuses the network of the arm's last fit if there is one, as tracing a new one costs time
        and memory.
        """
        import keras

        from training.network.backbone import head

        if self._kept_network is None or self._kept_network[0] != arm.name:
            self._kept_network = None
            keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        fresh = (
            arm.network(shape)
            if arm.network
            else head(inputs=shape[-1], dense=self.config.dense, dropout=self.config.dropout)
        )
        if self._kept_network is None:
            self._kept_network = arm.name, fresh
        else:
            self._kept_network[1].set_weights(fresh.get_weights())
        return self._kept_network[1]

    def _arrays(self, samples: Samples, clips: NDArray[np.int64]) -> Arrays:
        """All samples of some clips, each with the label and the pair of its clip."""
        from training.fitting.epochs import Arrays

        each = samples.shape[1]
        pairs = [self.clips.pairs[clip] for clip in clips for _ in range(each)]
        return Arrays(
            samples[clips].reshape(-1, *samples.shape[2:]),
            np.repeat(self.clips.labels[clips], each),
            pairs,
        )

    def notes(self) -> tuple[str, ...]:
        """What holds for every arm: where the features come from, and who was held out."""
        c, pairs = self.config, len(set(self.clips.pairs))
        source = self.backbone.words
        first = (
            f"The whole network was trained in every arm, from: {source}."
            if c.backbone == "trainable"
            else f"Frozen features of: {source}."
        )
        blind = (
            " It has learned nothing, so an arm may fail for that reason alone."
            if c.init == "random" and not self.trainable
            else ""
        )
        split = (
            f"{pairs} pairs of people in {c.folds} folds: no fit has met the people whose clips it"
            " scores, nor do they choose its epoch."
        )
        return (first + blind, split)
