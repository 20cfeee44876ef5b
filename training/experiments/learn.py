r"""`learn`: the network that the paper meant to make, with its faults fixed.

What is fixed: balanced pairs (a real face and a fake made from it) instead of 84 % fakes,
self-blended images, augmentation, many people and makers, and the face as it is cut in the
application.

    python -m training run learn --data SHARDS --out RUN --init imagenet

SHARDS holds a folder for each data set, written by `python -m training prepare`: `crops` (DFDC),
`ffpp` (FaceForensics++), `side_by_side` (originals and DeepFaceLab swaps in one encode), `speaking`
(people speaking, real) and `stills`. From the weights it starts with, the dense layers train alone
first, then every weight, and at last with larger pictures.

`--set without=["ffpp"]` leaves a data set out of the training and judges on it: how the network
does on a maker that is new to it. Rows of the split `validation` are for choosing and calibrating;
`test` rows are not read.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from training.experiments import Experiment
from training.fitting.augment import Augmentation
from training.fitting.learner import Engine, chosen
from training.fitting.settings import FitSettings
from training.results import Arm, Curve, Findings, Metric

if TYPE_CHECKING:
    import keras

    from training.data.table import FaceTable, Row
    from training.evaluation.metrics import Interval
    from training.fitting.fit import Judge
    from training.fitting.pairs import PairedBatches
    from training.runs import Run

HEAD, MAIN, LARGE = "head", "main", "large"
TITLES = {HEAD: "dense layers alone", MAIN: "every weight", LARGE: "larger pictures"}
WORDS = {
    "crops": "DFDC (face crops)",
    "ffpp": "FaceForensics++ (frames of clips)",
    "side_by_side": "DeepFaceLab swaps beside their originals (frames of clips)",
    "speaking": "people speaking (frames of clips)",
    "stills": "stills, real and GAN-made",
}
COIN = float(np.log(2))
ENGINES: tuple[Literal["keras", "torch"], ...] = ("keras", "torch")
COUNTS = "counts"  # part of a run: how many faces of each label it is trained on
NAMELESS = ("dfdc", "stills")  # sources of single pictures that do not say who is in them
# More steps than exist, also counting those that measure the statistics of normalisation after
# them.
ALWAYS = 2**62


@dataclass(frozen=True)
class Share:
    """The share of one kind of pair in a batch.

    Attributes:
        data: name of a data set.
        kind: `pairs` of a real face and the fake made from it, `unrelated` real and fake ones,
            `blends` of a real face with itself, or `swaps` of a real face with the inner face of
            another.
        pairs: how many.
    """

    data: str
    kind: Literal["pairs", "unrelated", "blends", "swaps"]
    pairs: int


BATCH = (
    Share("crops", "pairs", 6),
    Share("ffpp", "pairs", 2),
    Share("side_by_side", "pairs", 2),
    Share("stills", "unrelated", 1),
    Share("crops", "blends", 2),
    Share("ffpp", "blends", 1),
    Share("side_by_side", "blends", 1),
    Share("speaking", "blends", 1),
)


@dataclass(frozen=True)
class Stage:
    """What a batch holds, how large its pictures are, and how long it lasts."""

    batch: tuple[Share, ...] = BATCH
    input_size: int = 128
    early_size: int = 112  # side of the pictures in the early part
    # 1 for all of it: random cuts enlarge faces, so the network answers better on larger pictures
    # than it was trained on (FixRes).
    early_share: float = 1.0
    # Some halves of the side-by-side clips also differ in colour away from the face: in part of the
    # pairs each side gets its own colour change.
    augmentation: Augmentation = field(default_factory=lambda: Augmentation(apart_chance=0.25))
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=2400))

    def smoke(self) -> Stage:
        """A few steps of small batches."""
        fit = replace(
            self.fit, steps=4, warm_up=2, judge_every=2, save_every=2, log_every=1, refreshing=2
        )
        small = tuple(replace(share, pairs=min(share.pairs, 1)) for share in self.batch)
        return replace(self, batch=small, input_size=72, early_size=71, fit=fit)


@dataclass(frozen=True)
class Config:
    """Everything that decides the result. Written to `config.json` of the run."""

    head: Stage = field(
        default_factory=lambda: Stage(
            fit=FitSettings(
                160, 1e-3, warm_up=20, average_decay=0.98, judge_every=160, trained="head"
            )
        )
    )
    main: Stage = field(
        default_factory=lambda: Stage(
            fit=FitSettings(
                2400, 3e-4, warm_up=150, average_decay=0.9985, judge_every=400, save_every=100
            )
        )
    )
    large: Stage = field(
        default_factory=lambda: Stage(
            input_size=176,
            early_size=160,
            fit=FitSettings(
                700, 1e-4, warm_up=50, average_decay=0.997, judge_every=350, save_every=50
            ),
        )
    )
    without: tuple[str, ...] = ()  # data sets that are left out of training, and judged on
    haar_factor: float = 1.0  # side of the cut over the side of a Haar box
    judged: int = 600  # pictures of each data set at each judging
    # `imagenet`, `random`, a file of weights, the folder of a model package or of a run.
    init: str = "imagenet"
    engine: Engine = "auto"  # which library trains
    seed: int = 0

    @property
    def stages(self) -> dict[str, Stage]:
        """Those with steps, in their order."""
        every = {HEAD: self.head, MAIN: self.main, LARGE: self.large}
        return {name: stage for name, stage in every.items() if stage.fit.steps}

    @property
    def last(self) -> Stage:
        """The stage whose network is the result."""
        return [*self.stages.values()][-1]

    @property
    def sets(self) -> list[str]:
        """The data sets that are trained on."""
        named = {
            share.data for stage in self.stages.values() for share in stage.batch if share.pairs
        }
        return sorted(named - set(self.without))

    def smoke(self) -> Config:
        """Every stage in about two minutes; the network learns nothing."""
        return replace(
            self,
            head=self.head.smoke(),
            main=self.main.smoke(),
            large=self.large.smoke(),
            judged=24,
            init="random",
        )


def run(run: Run, config: Config) -> Findings:
    """Train and keep the network in the run's folder; continues from where it stopped.

    Raises:
        AnalysisError: a data set is missing or of another form, no stage has steps, nothing is left
            to train or to judge on, or `init` holds another network or one that has seen what the
            run is judged on.
        Stopped: Ctrl-C came before the last step.
    """
    from dfgui.core.errors import AnalysisError
    from training.network.training_exposure import forbid, seen_by_init
    from training.runs import source_commit

    if not config.stages:
        raise AnalysisError("No stage has any steps; give one of them some.")
    build, words = start(config)
    run.started(list(config.stages), fits=len(config.stages), backbone=words, prior=COIN)
    run.progress(0.0, "reading the data")
    tables = read_tables(run.data, config)
    forbid(seen_by_init(config.init, words), judged_on(tables, config))
    for path in sorted(run.data.glob("*/manifest.jsonl")):
        run.uses(path)
    run.once("commit", source_commit, str)
    run.once("seen", lambda: seen_in(tables, config), list[str])
    run.once(COUNTS, lambda: counts_in(tables, config), dict[str, int])
    recipe = _Recipe(run, config, tables)
    for name in config.stages:
        recipe.carry_out(name, build)
    # The network that `export` takes.
    shutil.copyfile(recipe.kept(list(config.stages)[-1]), run.folder / "final.keras")
    return recipe.findings()


def start(config: Config) -> tuple[Callable[[], keras.Model], str]:
    """How the network is made, and a description of its start."""
    from training.network.backbone import network_of_run
    from training.network.models import build_xception
    from training.network.package_weights import package_name, weights_from_package
    from training.network.weights import read_weights

    if config.init == "random":
        return lambda: build_xception(None), "Xception from random weights"
    package = Path(config.init)
    if config.init == "imagenet" or not package.is_dir():
        weights = read_weights(config.init)
        return lambda: weights.into(build_xception(None)), weights.words
    if (package / "config.json").is_file():
        trained, words = network_of_run(package)
        return lambda: _with_weights(build_xception(None), trained), words
    return (
        lambda: weights_from_package(build_xception(None), package),
        f"Xception from the package {package_name(package)}",
    )


def read_tables(data: Path, config: Config) -> Mapping[str, FaceTable]:
    """The faces of every data set that is trained or judged on, without `test` rows.

    Raises:
        AnalysisError: one is missing, or cannot be read; or a stage has no data set left.
    """
    from dfgui.core.errors import AnalysisError
    from training.data.prepared import Prepared

    for name, stage in config.stages.items():
        if not used(stage, config):
            raise AnalysisError(
                f"No data set is left to train on in the stage {name}; leave fewer of them out."
            )
    tables: dict[str, FaceTable] = {}
    for name in sorted({*config.sets, *config.without}):
        if not (data / name).is_dir():
            raise AnalysisError(
                f"{data.name} has no folder {name}; make it with `python -m training prepare`, or"
                " leave the set out."
            )
        tables[name] = Prepared(data / name).table("faces").where(lambda row: row.split != "test")
    return tables


def seen_in(tables: Mapping[str, FaceTable], config: Config) -> list[str]:
    """The people that the network sees in training: source and person.

    Names are such as `ffpp:033`, or `dfdc:train` if the source does not name people.
    """
    return _met(row for name in config.sets for row in tables[name].rows if row.split == "train")


def judged_on(tables: Mapping[str, FaceTable], config: Config) -> list[str]:
    """The people that the network is judged on, in the names of `seen_in`.

    Raises:
        AnalysisError: there is nothing to judge on.
    """
    from dfgui.core.errors import AnalysisError

    held = held_rows(tables, config)
    if not held:
        raise AnalysisError(
            "There is nothing to judge the network on: no data set has real and fake faces of the"
            " split `validation`, and none with both is left out. Prepare some, or leave a set out"
            " with --set without."
        )
    return _met(row for table in held.values() for row in table.rows)


def _met(rows: Iterable[Row]) -> list[str]:
    found = set()
    for row in rows:
        # Also the person who lends the face.
        people = {
            row.original,
            *(re.findall(r"\d{3}", Path(row.file).stem) if row.source == "ffpp" else ()),
        }
        found |= {
            f"{row.source}:{who}" for who in ((row.split,) if row.source in NAMELESS else people)
        }
    return sorted(found)


def counts_in(tables: Mapping[str, FaceTable], config: Config) -> dict[str, int]:
    """How many faces of each label the network is trained on."""
    labels = [
        row.label for name in config.sets for row in tables[name].rows if row.split == "train"
    ]
    return {label: labels.count(label) for label in ("REAL", "FAKE")}


class _Recipe:
    """The stages of a run, one after the other, and their results."""

    def __init__(self, run: Run, config: Config, tables: Mapping[str, FaceTable]) -> None:
        self._run, self._config, self._tables = run, config, tables

    def kept(self, name: str) -> Path:
        """Path for the network of a stage once it is finished."""
        return self._run.folder / name / "final.keras"

    def carry_out(self, name: str, build: Callable[[], keras.Model]) -> None:
        """One stage, from the network of the one before or from `build`.

        A finished one has its network and no checkpoint.

        Raises:
            Stopped: Ctrl-C came.
        """
        import keras

        from training.fitting.fit import CHECKPOINTS, fit
        from training.network.backbone import fast_precision
        from training.network.models import build_xception
        from training.network.weights import load_network

        run, config, stage, kept = (
            self._run,
            self._config,
            self._config.stages[name],
            self.kept(name),
        )
        begun = [engine for engine in ENGINES if kept.with_name(CHECKPOINTS[engine]).exists()]
        if kept.exists() and not begun:
            return
        # A different library cannot continue a checkpoint, and PyTorch may have been installed
        # since.
        engine = begun[0] if begun else chosen(config.engine)
        run.require_going()
        keras.backend.clear_session()
        keras.utils.set_random_seed(config.seed)
        before = self._before(name)
        with fast_precision():
            trained = fit(
                (
                    (lambda: _with_weights(build_xception(None), load_network(before, before.name)))
                    if before
                    else build
                ),
                batches(self._tables, config, stage),
                stage.fit,
                kept.parent,
                judge=judge(self._tables, config, stage),
                told=self._told(name),
                stopping=run.stopping,
                engine=engine,
            )
        run.require_going()
        # The trained model takes pictures of any size, a package those of one size.
        model = build_xception(stage.input_size)
        model.set_weights(trained.get_weights())
        model.save(kept)
        kept.with_name(CHECKPOINTS[engine]).unlink()

    def _before(self, name: str) -> Path | None:
        """The network of the stage before."""
        names = list(self._config.stages)
        place = names.index(name)
        return self.kept(names[place - 1]) if place else None

    def _told(self, name: str) -> Callable[[int, dict[str, float]], None]:
        """Turn the steps of a stage into epochs of the run, one per judging, and its progress."""
        from training.fitting.fit import history

        run, stages = self._run, self._config.stages
        before = sum(stage.fit.steps for stage in [*stages.values()][: list(stages).index(name)])
        steps = sum(stage.fit.steps for stage in stages.values())

        def told(step: int, values: dict[str, float]) -> None:
            run.progress(
                0.02 + 0.95 * (before + step) / steps,
                f"{TITLES[name]}, step {step} of {stages[name].fit.steps}",
            )
            if "loss" in values:
                return
            curve = _curve(
                {at: logged for at, logged in history(run.folder / name).items() if at <= step}
            )
            run.epoch(
                name,
                0,
                0,
                len(curve["val_loss"]),
                {key: each[-1] for key, each in curve.items()},
                COIN,
            )

        return told

    def findings(self) -> Findings:
        """The network of each stage on everything that it has not seen."""
        from training.fitting.fit import history

        arms, sentences = [], []
        for name, stage in self._config.stages.items():
            found = self._measured(name, stage)
            arms.append(_arm(self._config, name, stage, found))
            sentences += [
                f"{TITLES[name].capitalize()}: AUC on unseen pictures of {WORDS.get(part, part)}:"
                f" {one['auc']}."
                for part, one in found.items()
            ]
        curves = [
            Curve(name, self._config.seed, 0, COIN, _curve(history(self._run.folder / name)))
            for name in self._config.stages
        ]
        return Findings(arms=tuple(arms), curves=tuple(curves), sentences=tuple(sentences))

    def _measured(self, name: str, stage: Stage) -> dict[str, dict[str, Interval]]:
        from training.evaluation.metrics import evaluate, sigmoid
        from training.network.weights import load_network

        model = load_network(self.kept(name), name)
        count = self._config.judged if self._run.smoke else None
        found = {}
        for part, table in held_rows(self._tables, self._config).items():
            pictures, truth, originals = _drawn(table, self._config, stage.input_size, count)
            found[part] = evaluate(
                truth, sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0]), originals
            )
        return found


def _with_weights(model: keras.Model, other: keras.Model) -> keras.Model:
    model.set_weights(other.get_weights())
    return model


def _arm(config: Config, name: str, stage: Stage, sets: dict[str, dict[str, Interval]]) -> Arm:
    first = next(iter(sets))
    loss = sets[first]["log_loss"]
    beat = bool(loss.high < COIN)
    verdict = (
        "It beats the constant predictor" if beat else "It does not beat the constant predictor"
    )
    settings = {
        "batch": ", ".join(
            f"{share.pairs} {share.kind} of {share.data}" for share in used(stage, config)
        ),
        "pictures": (
            f"{stage.early_size} px, asked at {stage.input_size}"
            if stage.early_share == 1
            else f"{stage.input_size} px"
        ),
        "start": config.init if name == next(iter(config.stages)) else "the stage before",
        "left out": ", ".join(config.without) or "nothing",
        "steps": stage.fit.steps,
    }
    return Arm(
        name=name,
        title=TITLES[name],
        settings=settings,
        metrics=tuple(
            Metric(f"{part}_{metric}", i.value, i.low, i.high, i.n, i.groups)
            for part, found in sets.items()
            for metric, i in found.items()
        ),
        prior=COIN,
        verdict=(
            f"{verdict} on held-out pictures of {WORDS.get(first, first)}: log-loss at even classes"
            f" {loss.value:.3f} [{loss.low:.3f}, {loss.high:.3f}], where a coin has .693."
        ),
        collapsed=False,
        n=loss.n,
        seeds=(config.seed,),
        beats=beat,
    )


def _curve(steps: dict[int, dict[str, float]]) -> dict[str, list[float]]:
    """Values per judging, of all starts of a fit.

    `val_loss`, which is compared with the prior, is that of the first data set. `loss` is the mean
    of the values logged since the last judging; without any the one before counts, and at the start
    it is left out.
    """
    curve: dict[str, list[float]] = {}
    losses: list[float] = []
    for values in steps.values():
        losses += [values["loss"]] if "loss" in values else []
        judged = {name: value for name, value in values.items() if name.startswith("val_")}
        if judged:
            loss = (
                {"loss": float(np.mean(losses))}
                if losses
                else {"loss": curve["loss"][-1]}
                if "loss" in curve
                else {}
            )
            held = next(value for name, value in judged.items() if name.endswith("_log_loss"))
            for name, value in {**loss, "val_loss": held, **judged}.items():
                curve.setdefault(name, []).append(value)
            losses.clear()
    judgings = len(curve.get("val_loss", ()))
    return {name: each for name, each in curve.items() if len(each) == judgings}


def used(stage: Stage, config: Config) -> list[Share]:
    """The shares of a batch whose data set is trained on."""
    return [share for share in stage.batch if share.pairs and share.data not in config.without]


def batches(tables: Mapping[str, FaceTable], config: Config, stage: Stage) -> PairedBatches:
    """The paired batches of a stage, from the `train` rows.

    Raises:
        AnalysisError: a data set has nothing of the requested kind.
    """
    from training.fitting.pairs import (
        PairedBatches,
        real_and_blend,
        real_and_fake,
        real_and_swap,
        unrelated,
    )

    kinds = {
        "pairs": real_and_fake,
        "unrelated": unrelated,
        "blends": real_and_blend,
        "swaps": real_and_swap,
    }
    train = {name: tables[name].where(lambda row: row.split == "train") for name in config.sets}
    sources = [
        (share.pairs, kinds[share.kind](train[share.data], factor=config.haar_factor))
        for share in used(stage, config)
    ]
    early = round(stage.early_share * stage.fit.steps) if stage.early_share < 1 else ALWAYS
    return PairedBatches(
        sources, stage.input_size, config.seed, stage.early_size, early, stage.augmentation
    )


def held_rows(tables: Mapping[str, FaceTable], config: Config) -> dict[str, FaceTable]:
    """What the network has not seen and may be judged on.

    These are `validation` rows, and all of a set that was left out; both classes are needed.
    """
    found = {
        name: (
            table if name in config.without else table.where(lambda row: row.split == "validation")
        )
        for name, table in tables.items()
    }
    return {
        name: table
        for name, table in found.items()
        if {row.is_fake for row in table.rows} == {False, True}
    }


def judge(tables: Mapping[str, FaceTable], config: Config, stage: Stage) -> Judge:
    """AUC and even log-loss on a fixed draw of what the network has not seen of each data set."""
    from training.evaluation.metrics import auc, log_loss, sigmoid

    drawn = {
        name: _drawn(table, config, stage.input_size, config.judged)
        for name, table in held_rows(tables, config).items()
    }

    def measure(predict: Callable[[NDArray[np.uint8]], NDArray[np.float32]]) -> dict[str, float]:
        values: dict[str, float] = {}
        for name, (pictures, labels, _) in drawn.items():
            scores = sigmoid(predict(pictures))
            values |= {
                f"{name}_auc": auc(labels, scores),
                f"{name}_log_loss": log_loss(labels, scores),
            }
        return values

    return measure


def _drawn(
    held: FaceTable, config: Config, size: int, count: int | None
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """Inputs, labels and originals of `count` rows with both classes equal, or of all."""
    chosen = np.array(sorted(_even_draw(held.labels(), config.seed, count)), dtype=np.intp)
    rows = [held.rows[i] for i in chosen]
    return (
        inputs(held, rows, size, config.haar_factor),
        held.labels()[chosen],
        [row.original for row in rows],
    )


def _even_draw(labels: NDArray[np.int64], seed: int, count: int | None) -> Iterator[int]:
    """Places of `count` rows, half of each class as far as there are enough.

    Without a count: of all.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    for label in (0, 1):
        own = order[labels[order] == label]
        yield from own if count is None else own[: count // 2]


def inputs(
    table: FaceTable, rows: Sequence[Row], size: int, haar_factor: float
) -> NDArray[np.uint8]:
    """Network inputs of `rows`, cut as the application cuts: (n, size, size, 3) uint8."""
    from dfgui.core.faces.crop import cut
    from training.data.table import face_box

    pictures = []
    for row in rows:
        picture = table.picture(row)
        pictures.append(
            cut(
                picture,
                face_box(picture, row.scale),
                size=size,
                factor=1.0 if row.scale == 1.0 else haar_factor,
            )
        )
    return np.stack(pictures)


EXPERIMENT = Experiment(
    name="learn",
    title="The mended recipe",
    reproduces="what the paper set out to do",
    summary=(
        "Balanced pairs of a real face and a fake made from it, self-blended images, many people"
        " and makers, and augmentation, from ImageNet weights. Hours on a processor, minutes on a"
        " graphics processor; makes the network that the application runs."
    ),
    needs=(
        "prepared data sets: DFDC face crops, FaceForensics++ clips, clips side by side, people"
        " speaking, stills"
    ),
    arms=(HEAD, MAIN, LARGE),
    config=Config,
    run=run,
    makes_package=True,
)
