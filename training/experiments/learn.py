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

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import cut
from training.data.lookup import TRAINED, whole_batch, words_of
from training.data.table import FaceTable, Row, face_box
from training.execution import Experiment
from training.fitting.learner import chosen
from training.fitting.pairs import (
    PairedBatches,
    real_and_blend,
    real_and_fake,
    real_and_swap,
    unrelated,
)
from training.metrics import Interval, auc, evaluate, log_loss, sigmoid
from training.network.training_exposure import forbid, seen_by_init
from training.recipe import (
    CHECKPOINTS,
    HEAD,
    LARGE,
    MAIN,
    FitSettings,
    Recipe,
    Stage,
)
from training.results import Arm, Curve, Findings, Metric
from training.runs import Run, source_commit

# `list` reads this file: what loads Keras or OpenVINO is imported where a run needs it.
if TYPE_CHECKING:
    import keras

    from training.fitting.fit import Judge

TITLES = {HEAD: "dense layers alone", MAIN: "every weight", LARGE: "larger pictures"}
COIN = float(np.log(2))
# More steps than exist, also counting those that measure the statistics of normalisation after
# them.
ALWAYS = 2**62


def mended(**changes: Any) -> Recipe:
    """The recipe with the paper's faults fixed, or with other values of some settings."""
    batch = whole_batch()
    recipe = Recipe(
        head=Stage(
            batch,
            fit=FitSettings(
                160, 1e-3, warm_up=20, average_decay=0.98, judge_every=160, trained="head"
            ),
        ),
        main=Stage(
            batch,
            fit=FitSettings(
                2400, 3e-4, warm_up=150, average_decay=0.9985, judge_every=400, save_every=100
            ),
        ),
        large=Stage(
            batch,
            input_size=176,
            early_size=160,
            fit=FitSettings(
                700, 1e-4, warm_up=50, average_decay=0.997, judge_every=350, save_every=50
            ),
        ),
    )
    return replace(recipe, **changes)


def run(run: Run, recipe: Recipe) -> Findings:
    """Train and keep the network in the run's folder; continues from where it stopped.

    Raises:
        AnalysisError: a data set is missing or of another form, no stage has steps, nothing is left
            to train or to judge on, or `init` holds another network or one that has seen what the
            run is judged on.
        Stopped: Ctrl-C came before the last step.
    """
    from training.data.recipe_tables import COUNTS, counts_in, judged_on, read_tables, seen_in

    if not recipe.stages:
        raise AnalysisError("No stage has any steps; give one of them some.")
    build, words = start(recipe)
    run.started(list(recipe.stages), fits=len(recipe.stages), backbone=words, prior=COIN)
    run.progress(0.0, "reading the data")
    tables = read_tables(run.data, recipe)
    forbid(seen_by_init(recipe.init, words), judged_on(tables, recipe))
    for path in sorted(run.data.glob("*/manifest.jsonl")):
        run.uses(path)
    run.once("commit", source_commit, str)
    run.once("seen", lambda: seen_in(tables, recipe), list[str])
    run.once(COUNTS, lambda: counts_in(tables, recipe), dict[str, int])
    stages = _Stages(run, recipe, tables)
    for name in recipe.stages:
        stages.carry_out(name, build)
    # The network that `export` takes.
    shutil.copyfile(stages.kept(list(recipe.stages)[-1]), run.folder / "final.keras")
    return stages.findings()


def start(recipe: Recipe) -> tuple[Callable[[], keras.Model], str]:
    """How the network is made, and a description of its start."""
    from training.network.backbone import network_of_run
    from training.network.models import build_xception
    from training.network.package_weights import package_name, weights_from_package
    from training.network.weights import read_weights

    if recipe.init == "random":
        return lambda: build_xception(None), "Xception from random weights"
    package = Path(recipe.init)
    if recipe.init == "imagenet" or not package.is_dir():
        weights = read_weights(recipe.init)
        return lambda: weights.into(build_xception(None)), weights.words
    if (package / "config.json").is_file():
        trained, words = network_of_run(package)
        return lambda: _with_weights(build_xception(None), trained), words
    return (
        lambda: weights_from_package(build_xception(None), package),
        f"Xception from the package {package_name(package)}",
    )


class _Stages:
    """The stages of a run, one after the other, and their results."""

    def __init__(self, run: Run, recipe: Recipe, tables: Mapping[str, FaceTable]) -> None:
        self._run, self._recipe, self._tables = run, recipe, tables

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

        from training.fitting.fit import fit
        from training.network.backbone import fast_precision
        from training.network.models import build_xception
        from training.network.weights import load_network

        run, recipe, stage, kept = (
            self._run,
            self._recipe,
            self._recipe.stages[name],
            self.kept(name),
        )
        begun = [engine for engine, file in CHECKPOINTS.items() if kept.with_name(file).exists()]
        if kept.exists() and not begun:
            return
        # A different library cannot continue a checkpoint, and PyTorch may have been installed
        # since.
        engine = begun[0] if begun else chosen(recipe.engine)
        run.require_going()
        keras.backend.clear_session()
        keras.utils.set_random_seed(recipe.seed)
        before = self._before(name)
        with fast_precision():
            trained = fit(
                (
                    (lambda: _with_weights(build_xception(None), load_network(before, before.name)))
                    if before
                    else build
                ),
                batches(self._tables, recipe, stage),
                stage.fit,
                kept.parent,
                judge=judge(self._tables, recipe, stage),
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
        names = list(self._recipe.stages)
        place = names.index(name)
        return self.kept(names[place - 1]) if place else None

    def _told(self, name: str) -> Callable[[int, dict[str, float]], None]:
        """Turn the steps of a stage into epochs of the run, one per judging, and its progress."""
        from training.fitting.fit import history

        run, stages = self._run, self._recipe.stages
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
        for name, stage in self._recipe.stages.items():
            found = self._measured(name, stage)
            arms.append(_arm(self._recipe, name, stage, found))
            sentences += [
                f"{TITLES[name].capitalize()}: AUC on unseen pictures of {words_of(part)}:"
                f" {one['auc']}."
                for part, one in found.items()
            ]
        curves = [
            Curve(name, self._recipe.seed, 0, COIN, _curve(history(self._run.folder / name)))
            for name in self._recipe.stages
        ]
        return Findings(arms=tuple(arms), curves=tuple(curves), sentences=tuple(sentences))

    def _measured(self, name: str, stage: Stage) -> dict[str, dict[str, Interval]]:
        from training.data.recipe_tables import held_rows
        from training.network.weights import load_network

        model = load_network(self.kept(name), name)
        count = self._recipe.judged if self._run.smoke else None
        found = {}
        for part, table in held_rows(self._tables, self._recipe).items():
            pictures, truth, originals = _drawn(table, self._recipe, stage.input_size, count)
            found[part] = evaluate(
                truth, sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0]), originals
            )
        return found


def _with_weights(model: keras.Model, other: keras.Model) -> keras.Model:
    model.set_weights(other.get_weights())
    return model


def _arm(recipe: Recipe, name: str, stage: Stage, sets: dict[str, dict[str, Interval]]) -> Arm:
    first = next(iter(sets))
    loss = sets[first]["log_loss"]
    beat = bool(loss.high < COIN)
    verdict = (
        "It beats the constant predictor" if beat else "It does not beat the constant predictor"
    )
    settings = {
        "batch": ", ".join(
            f"{share.pairs} {share.kind} of {share.data}" for share in recipe.used(stage)
        ),
        "pictures": (
            f"{stage.early_size} px, asked at {stage.input_size}"
            if stage.early_share == 1
            else f"{stage.input_size} px"
        ),
        "start": recipe.init if name == next(iter(recipe.stages)) else "the stage before",
        "left out": ", ".join(recipe.without) or "nothing",
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
            f"{verdict} on held-out pictures of {words_of(first)}: log-loss at even classes"
            f" {loss.value:.3f} [{loss.low:.3f}, {loss.high:.3f}], where a coin has .693."
        ),
        collapsed=False,
        n=loss.n,
        seeds=(recipe.seed,),
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


def batches(tables: Mapping[str, FaceTable], recipe: Recipe, stage: Stage) -> PairedBatches:
    """The paired batches of a stage, from the `train` rows.

    Raises:
        AnalysisError: a data set has nothing of the requested kind.
    """
    kinds = {
        "pairs": real_and_fake,
        "unrelated": unrelated,
        "blends": real_and_blend,
        "swaps": real_and_swap,
    }
    train = {name: tables[name].where(lambda row: row.split == "train") for name in recipe.sets}
    sources = [
        (share.pairs, kinds[share.kind](train[share.data], factor=recipe.haar_factor))
        for share in recipe.used(stage)
    ]
    early = round(stage.early_share * stage.fit.steps) if stage.early_share < 1 else ALWAYS
    return PairedBatches(
        sources, stage.input_size, recipe.seed, stage.early_size, early, stage.augmentation
    )


def judge(tables: Mapping[str, FaceTable], recipe: Recipe, stage: Stage) -> Judge:
    """AUC and even log-loss on a fixed draw of what the network has not seen of each data set."""
    from training.data.recipe_tables import held_rows

    drawn = {
        name: _drawn(table, recipe, stage.input_size, recipe.judged)
        for name, table in held_rows(tables, recipe).items()
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
    held: FaceTable, recipe: Recipe, size: int, count: int | None
) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """Inputs, labels and originals of `count` rows with both classes equal, or of all."""
    chosen = np.array(sorted(_even_draw(held.labels(), recipe.seed, count)), dtype=np.intp)
    rows = [held.rows[i] for i in chosen]
    return (
        inputs(held, rows, size, recipe.haar_factor),
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
    needs=f"prepared data sets: {', '.join(one.needs for one in TRAINED.values())}",
    arms=(HEAD, MAIN, LARGE),
    config=mended,
    run=run,
    makes_package=True,
)
