"""The paper's draw of face crops, the fits on it, and their results.

The experiments that change how a fit is done share this. 8,486 FAKE and 1,514 REAL crops of `train`
to train on, 2,000 FAKE and 357 REAL of `validation` and `test` to judge on: the paper's 10,000
pictures with 84.86 % FAKE, and a set of the same balance, on which calling everything FAKE has the
precision .8486 and the recall 1, and on which the constant predictor has the log-loss .4251.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import cut, whole
from training.data.table import FaceTable, Row, read_table
from training.data.usable import usable
from training.experiments.shared.bootstrap import Judge
from training.metrics import prior_log_loss
from training.results import Curve
from training.runs import Run, Stopped

if TYPE_CHECKING:
    from training.fitting.epochs import Arrays, EpochSettings, Fitted
    from training.network.backbone import Backbone

TABLE = "dfdc_faces.csv"
NEEDS = "DFDC face crops"
JUDGED_SPLITS = ("validation", "test")
BLIND = (
    "It has learned nothing, so an arm may fail for that reason alone, and none is the primary one."
)
SIGHTED = (
    "The arms on them are the primary ones. How well an arm can rank comes with these features: it"
    " shows what its settings do to the dense layers, and not whether they would let a whole"
    " network learn."
)
TRAINABLE = "trainable_"  # prefix of the name of an arm whose whole network is trained
Weights = Literal["as_printed", "balanced", "none"]
Steps = dict[str, list[float]]
Distil = Callable[
    [Steps, "EpochSettings"], Steps
]  # (of every step, how it was fitted) -> what is kept


@dataclass(frozen=True)
class CropSettings:
    """Common settings of the experiments on crops.

    The paper gives the counts, the loss, patience 2 and no other value.
    """

    fakes: int = 8486  # drawn from `train`
    reals: int = 1514
    judged_fakes: int = 2000  # drawn from `validation` and `test` together
    judged_reals: int = 357
    draw_seed: int = 0  # of both draws: every arm and seed has the same pictures
    # Weights of the convolutional part: random, imagenet, a file, a model package, or a run of
    # `learn`.
    init: str = "random"
    # Frozen: features are computed once; trainable: every arm trains all weights.
    backbone: Literal["frozen", "trainable"] = "frozen"
    input_size: int = 112  # side of the network's input, pixels; the paper has 200
    dense: tuple[int, ...] = (256, 64)
    dropout: float = 0.0
    batch: int = 32
    epochs: int = 20  # at most
    patience: int = 2  # epochs without a lower validation loss, as printed
    learning_rate: float = 1e-3
    seeds: tuple[int, ...] = (0, 1, 2)
    # With a frozen backbone: arms that are also run with the whole network trained.
    trainable_arms: tuple[str, ...] = ()
    trainable_start: Literal["random", "init"] = "random"  # what those arms start from
    trainable_epochs: int = 2
    trainable_size: int = 80
    trainable_seeds: tuple[int, ...] = (0, 1, 2)
    draws: int = 1000  # bootstrap samples

    def small(self) -> Self:
        """Every stage, but nothing is learned."""
        few = replace(
            self,
            fakes=51,
            reals=9,
            judged_fakes=34,
            judged_reals=6,
            input_size=71,
            trainable_size=71,
        )
        return replace(
            few, epochs=2, trainable_epochs=1, seeds=(0,), trainable_seeds=(0,), draws=50
        )


@dataclass(frozen=True)
class Variant:
    """One arm.

    Attributes:
        changes: what it changes in `training.fitting.epochs.EpochSettings`.
        trainable: all weights are trained.
        short: its title if the figure says the rest; empty: the title.
    """

    name: str
    title: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    trainable: bool = False
    short: str = ""


class Fit(msgspec.Struct, frozen=True):
    """One finished fit, as it is stored.

    It holds scores of the evaluation set at the best epoch, and what was kept of its steps.
    """

    curve: Curve
    scores: list[float]
    steps: Steps


@dataclass(frozen=True)
class Trial:
    """One arm over its seeds."""

    variant: Variant
    fits: tuple[Fit, ...]

    @property
    def scores(self) -> NDArray[np.float64]:
        """(n, seeds), 0-1."""
        return np.array([fit.scores for fit in self.fits], dtype=np.float64).T

    @property
    def seeds(self) -> tuple[int, ...]:
        """In the order of the columns of `scores`."""
        return tuple(fit.curve.seed for fit in self.fits)


def nothing(steps: Steps, settings: EpochSettings) -> Steps:
    """Keeps no step."""
    return {}


@dataclass(frozen=True)
class Crops:
    """The drawn rows, in the order of the arrays made of them."""

    table: FaceTable
    train: tuple[Row, ...]
    judged: tuple[Row, ...]

    def pictures(self, rows: Iterable[Row], size: int) -> Iterator[NDArray[np.uint8]]:
        """Network inputs, cut as the application cuts a ready crop: (size, size, 3) uint8 each."""
        for row in rows:
            picture = self.table.picture(row)
            yield cut(picture, whole(picture), size=size, factor=1.0)


def draw(run: Run, config: CropSettings) -> Crops:
    """Draw the pictures; one that cannot be used is left out, and the run lists it.

    Raises:
        AnalysisError: there are fewer rows than asked for, an original is on both sides, or a class
            stays empty.
    """
    run.progress(0.0, "reading the crops")
    table = read_table(run.data / TABLE)
    rng = np.random.default_rng(config.draw_seed)
    train = _drawn(table, ("train",), config.fakes, config.reals, rng)
    judged = _drawn(table, JUDGED_SPLITS, config.judged_fakes, config.judged_reals, rng)
    shared = {row.original for row in train} & {row.original for row in judged}
    if shared:
        raise AnalysisError(
            f"{TABLE}: {sorted(shared)[0]} is behind pictures to learn from and pictures to judge"
            " on; correct the splits."
        )
    for path in (run.data / TABLE, *sorted({run.data / row.archive for row in (*train, *judged)})):
        if path.is_file():
            run.uses(path)
    return Crops(table, *(usable(table, rows, run.skip) for rows in (train, judged)))


def _drawn(
    table: FaceTable, splits: Sequence[str], fakes: int, reals: int, rng: np.random.Generator
) -> list[Row]:
    chosen: list[Row] = []
    for label, count, setting in (("FAKE", fakes, "fakes"), ("REAL", reals, "reals")):
        rows = [row for row in table.rows if row.split in splits and row.label == label]
        if not 0 < count <= len(rows):
            name = setting if splits == ("train",) else f"judged_{setting}"
            raise AnalysisError(
                f"{TABLE} has {len(rows)} {label} rows in {' and '.join(splits)}, and {name} asks"
                f" for {count}; change {name}."
            )
        chosen += [rows[i] for i in rng.choice(len(rows), count, replace=False)]
    return [chosen[i] for i in rng.permutation(len(chosen))]


def class_weight(kind: Weights, labels: NDArray[np.int64]) -> dict[int, float] | None:
    """Weights of REAL (0) and FAKE (1) in the loss.

    Args:
        kind: `as_printed` (appendix A 9: .84 for FAKE, of which there are too many), `balanced`
            (each class half of the sum) or `none`.
        labels: (n,) of the pictures to train on.
    """
    if kind == "as_printed":
        return {0: 0.16, 1: 0.84}
    if kind == "balanced":
        return {label: len(labels) / (2 * int((labels == label).sum())) for label in (0, 1)}
    return None


def arrays(rows: Sequence[Row], x: NDArray[Any]) -> Arrays:
    """The pictures or features `x` with the labels and originals of their rows."""
    from training.fitting.epochs import Arrays

    return Arrays(
        x, np.array([row.is_fake for row in rows], dtype=np.int64), [row.original for row in rows]
    )


class Bench:
    """Fits arms on the draw, each over its seeds; what is finished is kept in the run."""

    def __init__(self, run: Run, config: CropSettings) -> None:
        """Draw the pictures and read the backbone.

        Raises:
            AnalysisError: see `draw`; or the backbone is not available, or has seen pictures that
                are judged on.
        """
        from training.network.backbone import forbid, load

        self.run, self.config = run, config
        self.crops = draw(run, config)
        self.backbone: Backbone = load(config.init, input_size=config.input_size, seed=0)
        forbid(self.backbone.seen, [f"dfdc:{split}" for split in JUDGED_SPLITS])

    def start(self, variants: Sequence[Variant], *, more_fits: int = 0) -> None:
        """Announce what will be fitted."""
        fits = sum(len(self.seeds(variant)) for variant in variants) + more_fits
        names = [variant.name for variant in variants]
        self.run.started(
            names, fits=fits, backbone=self.backbone.words, prior=prior_log_loss(self.judge.labels)
        )

    def notes(self) -> tuple[str, ...]:
        """What holds for every arm: where the features come from, and what chose the epoch."""
        chosen = (
            "The epoch of every fit was chosen on the pictures that it is judged on, as in the"
            " paper, which flatters all arms alike."
        )
        if self.config.backbone == "trainable":
            return (
                f"The whole network was trained in every arm, from: {self.backbone.words}.",
                chosen,
            )
        seen = "dfdc:train" in self.backbone.seen
        before = (
            " It has seen the pictures that the arms learn from, and none that they are judged on."
            if seen
            else ""
        )
        limits = BLIND if self.config.init == "random" else SIGHTED
        return (f"Frozen features of: {self.backbone.words}.{before} {limits}", chosen)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """(n,) of the pictures to train on, 1 for FAKE."""
        return np.array([row.is_fake for row in self.crops.train], dtype=np.int64)

    @cached_property
    def judge(self) -> Judge:
        """The judge of the evaluation set."""
        labels = np.array([row.is_fake for row in self.crops.judged], dtype=np.int64)
        return Judge(labels, [row.original for row in self.crops.judged], draws=self.config.draws)

    @cached_property
    def features(self) -> tuple[Arrays, Arrays]:
        """Features of the pictures to train on and to judge on, (n, 2048) float32."""
        from training.network.backbone import features

        crops, size = self.crops, self.config.input_size
        parts = []
        for name, rows in (("train", crops.train), ("judged", crops.judged)):
            done = (0.01, 0.08) if name == "train" else (0.08, 0.1)
            x = features(
                self.run,
                self.backbone,
                f"features-{name}",
                crops.pictures(rows, size),
                len(rows),
                done=done,
            )
            parts.append(arrays(rows, x))
        return parts[0], parts[1]

    @cached_property
    def pictures(self) -> tuple[Arrays, Arrays]:
        """The pictures themselves, (n, size, size, 3) uint8.

        They are for arms whose whole network is trained.
        """
        crops = self.crops
        train, judged = (
            arrays(rows, np.stack([*crops.pictures(rows, self._size)]))
            for rows in (crops.train, crops.judged)
        )
        return train, judged

    @property
    def _size(self) -> int:
        return (
            self.config.input_size
            if self.config.backbone == "trainable"
            else self.config.trainable_size
        )

    def variants(self, variants: Sequence[Variant]) -> list[Variant]:
        """The arms to run.

        With a frozen backbone the `trainable_arms` run once more, with the whole network trained.

        Raises:
            AnalysisError: `trainable_arms` names an arm that does not exist.
        """
        if self.config.backbone == "trainable":
            return [replace(variant, trainable=True) for variant in variants]
        named = {variant.name: variant for variant in variants}
        unknown = [name for name in self.config.trainable_arms if name not in named]
        if unknown:
            raise AnalysisError(
                f"trainable_arms: there is no arm {unknown[0]!r}; there are: {', '.join(named)}."
            )
        whole = [named[name] for name in self.config.trainable_arms]
        return [
            *variants,
            *(
                replace(
                    one,
                    name=f"{TRAINABLE}{one.name}",
                    title=f"{one.title}, whole network trained",
                    trainable=True,
                )
                for one in whole
            ),
        ]

    def fit(
        self,
        variants: Sequence[Variant],
        distil: Distil = nothing,
        *,
        done: tuple[float, float] = (0.1, 1.0),
    ) -> list[Trial]:
        """Fit every arm over its seeds.

        After Ctrl-C: the arms that have a finished fit. A fit that diverges is left out, and the
        run lists it.

        Args:
            variants: see `variants`.
            distil: what to keep of the steps of a fit.
            done: share of the whole run at the start and at the end.

        Raises:
            Stopped: nothing was finished.
        """
        from training.fitting.fit import DivergedError

        if not all(variant.trainable for variant in variants):
            _ = self.features  # before the first fit, so that progress only increases
        trials: list[Trial] = []
        for number, variant in enumerate(variants):
            fits: list[Fit] = []
            seeds = self.seeds(variant)
            for place, seed in enumerate(seeds):
                shares = (number + place / len(seeds), number + (place + 1) / len(seeds))
                begin, end = (
                    done[0] + (done[1] - done[0]) * share / len(variants) for share in shares
                )
                self.run.progress(begin, f"{variant.title}, seed {seed}")
                try:
                    make = partial(self._fit, variant, seed, distil, (begin, end))
                    fits.append(self.run.once(f"fit-{variant.name}-{seed}", make, Fit))
                except DivergedError as error:
                    self.run.skip(f"{variant.name}, seed {seed}", str(error))
                except Stopped:
                    break
            if fits:
                trials.append(Trial(variant, tuple(fits)))
        if self.run.stopping() and not trials:
            raise Stopped
        return trials

    def seeds(self, variant: Variant) -> tuple[int, ...]:
        """Seeds of an arm."""
        extra = variant.trainable and self.config.backbone == "frozen"
        return self.config.trainable_seeds if extra else self.config.seeds

    def _fit(self, variant: Variant, seed: int, distil: Distil, done: tuple[float, float]) -> Fit:
        fitted = self.fitted(variant, seed, *self.data(trainable=variant.trainable), done=done)
        return Fit(
            fitted.curve,
            [float(score) for score in fitted.scores],
            distil(fitted.steps, self.settings(variant)),
        )

    def fitted(
        self,
        variant: Variant,
        seed: int,
        train: Arrays,
        judged: Arrays,
        *,
        done: tuple[float, float] | None = None,
    ) -> Fitted:
        """One fit from fresh dense layers.

        The random numbers depend on the seed alone, so every arm starts from the same weights.
        """
        import keras

        from training.fitting.epochs import fit
        from training.network.backbone import head, whole

        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        c = self.config
        if variant.trainable:
            start = c.init if c.backbone == "trainable" or c.trainable_start == "init" else "random"
            model = whole(
                input_size=self._size,
                dense=c.dense,
                dropout=c.dropout,
                start=None if start == "random" else self.backbone,
            )
        else:
            model = head(inputs=train.x.shape[1], dense=c.dense, dropout=c.dropout)
        return fit(
            self.run,
            model,
            train,
            judged,
            self.settings(variant),
            arm=variant.name,
            seed=seed,
            done=done,
        )

    def settings(self, variant: Variant) -> EpochSettings:
        """How an arm is fitted."""
        from training.fitting.epochs import EpochSettings

        c = self.config
        extra = variant.trainable and c.backbone == "frozen"
        common = {"batch": c.batch, "learning_rate": c.learning_rate, "patience": c.patience}
        return EpochSettings(
            **{**common, "epochs": c.trainable_epochs if extra else c.epochs, **variant.changes}
        )

    def data(self, *, trainable: bool) -> tuple[Arrays, Arrays]:
        """What an arm trains and is judged on.

        Pictures if all weights are trained, else features.
        """
        return self.pictures if trainable else self.features
