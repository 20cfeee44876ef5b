r"""`learn`: the network that the paper set out to make, with its faults mended.

What is mended: balanced pairs (a real face beside a fake made from it) instead of 84 % fakes, self-blended images and swaps of real
faces, augmentation, and the face as it is cut in the application.

    python -m training run learn --data DIR --out RUN [--init PACKAGE]

DIR holds `dfdc_faces.csv` with its archives and `ffpp/` in the official layout. In the first stage the network learns what there is to
see, in the second it meets larger pictures, harder augmentation and more fakes that are made on the way. Both learn from the DFDC crops
alone, so the network has met nobody in the clips: `export` calibrates on them, and experiments on clips may take features from it.

The bundled network went through the second stage twice, the second time with larger pictures: `--init PACKAGE --set first.fit.steps=0 --set
second.input_size=160 --set second.early_size=160 --set second.fit.steps=2700`, PACKAGE being the network of the first time.

With clips in a batch of the second stage (`--set second.ffpp_pairs=4 --set second.fit.steps=350`) that stage runs once for each fold
without its pairs of people and once with all; the last network is the result, and the clips are scored by those that have not met
their people. The DFDC split `validation` is for choosing and calibrating; `test` and the test people are not read.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from training.augment import Augmentation
from training.experiments import Experiment
from training.results import Arm, Curve, Findings, Metric
from training.settings import FitSettings

if TYPE_CHECKING:
    import keras

    from training.data.table import FaceTable, Row
    from training.evaluate import Interval
    from training.pairs import PairedBatches
    from training.runs import Run

FIRST, SECOND = "first", "second"
TITLES = {FIRST: "first stage", SECOND: "second stage"}
WORDS = {"dfdc": "DFDC (face crops)", "ffpp": "FaceForensics++ (frames of clips)"}
RATE_FROM_PACKAGE = 5e-4  # peak learning rate of the first stage where the network has learned already
COIN = float(np.log(2))
ALWAYS = 2**62  # more steps than there are, and than measure the statistics of normalisation after them


@dataclass(frozen=True)
class Stage:
    """What a batch holds, how large its pictures are, and how long it goes on."""

    dfdc_pairs: int  # of a real crop and a fake made from it, a batch
    dfdc_blends: int  # of a real crop and a self-blended image of it
    dfdc_swaps: int = 0  # of a real crop and the same with the inner face of another
    ffpp_pairs: int = 0
    ffpp_blends: int = 0
    ffpp_swaps: int = 0
    input_size: int = 112
    early_size: int = 80  # side of the pictures in the early part: half the time a step
    early_share: float = 0.0  # 1 for all of it: random cuts enlarge faces, and the network is better asked with larger pictures (FixRes)
    augmentation: Augmentation = field(default_factory=Augmentation)
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=5000))

    @property
    def sees_clips(self) -> bool:
        """Whether pictures of FaceForensics++ are trained on."""
        return bool(self.fit.steps and (self.ffpp_pairs or self.ffpp_blends or self.ffpp_swaps))

    def smoke(self) -> Stage:
        """A few steps of small batches."""
        fit = FitSettings(steps=4, warm_up=2, judge_every=2, save_every=2, log_every=1, refreshing=2)
        small = {f"{source}_{kind}": min(getattr(self, f"{source}_{kind}"), 1) for source in WORDS for kind in ("pairs", "blends", "swaps")}
        return replace(self, **small, input_size=72, early_size=71, fit=fit)


GENTLE = Augmentation(
    detail=(1.0, 1.0), jpeg=(50, 95), jpeg_chance=0.3, h264_chance=0.0, down_chance=0.1, blur_chance=0.05, noise_chance=0.05,
    tint=0.0, grey_chance=0.0, light=0.0, warp_chance=0.0,
)  # fmt: skip
"""For a network that has still to learn what there is to see: hard augmentation from the start cost half of the speed."""


@dataclass(frozen=True)
class Config:
    """Everything that decides the result. Written to `config.json` of the run."""

    first: Stage = field(
        default_factory=lambda: Stage(14, 2, early_share=0.3, augmentation=GENTLE, fit=FitSettings(steps=20000, average_decay=0.9985))
    )
    second: Stage = field(
        default_factory=lambda: Stage(9, 3, 4, input_size=128, early_share=1.0, early_size=112, fit=FitSettings(3400, 5e-4, warm_up=100))
    )
    folds: int = 5  # of pairs of people, where the second stage sees clips: each has a network that has not met them
    haar_factor: float = 1.0  # side of the cut over the side of a Haar box
    ffpp_frames: int = 80  # per clip
    ffpp_crfs: tuple[int, ...] = (18, 21, 23, 26, 28, 30)
    judged: int = 900  # DFDC validation crops, and as many held-out clip frames, at each judging
    init: str = "random"  # or the folder of a model package whose weights it starts from
    seed: int = 0

    @property
    def last(self) -> Stage:
        """The stage that the result comes out of."""
        return self.second if self.second.fit.steps else self.first

    def smoke(self) -> Config:
        """Every stage in about two minutes; the network learns nothing."""
        return replace(self, first=self.first.smoke(), second=self.second.smoke(), folds=2, ffpp_frames=3, ffpp_crfs=(23,), judged=24)


@dataclass(frozen=True)
class Fit:
    """One fit of the recipe.

    Attributes:
        name: of its folder in the run.
        words: for people.
        arm: the stage it belongs to.
        fold: its number, from 1; 0 for the fit whose network goes on.
        held_out: whose clips it does not see.
    """

    name: str
    words: str
    arm: str
    fold: int
    stage: Stage
    held_out: frozenset[str] = frozenset()

    def kept(self, run: Path) -> Path:
        """Where its network is once it is finished."""
        return run / self.name / "final.keras"


def fits(data: Path, config: Config) -> list[Fit]:
    """The fits of the recipe in their order: the first stage and the second, which if it sees clips has one for each fold before the last.

    A stage without steps is left out.

    Raises:
        AnalysisError: there are no steps at all, too few pairs of people for the folds, or the first stage sees clips that they hold out.
    """
    from dfgui.core.errors import AnalysisError

    first = [Fit(FIRST, "first stage", FIRST, 0, config.first)] if config.first.fit.steps else []
    if not config.second.fit.steps:
        if not first:
            raise AnalysisError("Neither stage has any steps; give one of them some.")
        return first
    if not config.second.sees_clips:
        return [*first, Fit(SECOND, "second stage", SECOND, 0, config.second)]
    if config.first.sees_clips:
        raise AnalysisError("The first stage must see no clips, or no fold could hold them out; give them to the second.")
    sides = _held_out(data, config)
    folds = [Fit(f"fold-{i}", f"fold {i} of {len(sides)}", SECOND, i, config.second, side) for i, side in enumerate(sides, start=1)]
    return [*first, *folds, Fit("all", "all people", SECOND, 0, config.second)]


def _held_out(data: Path, config: Config) -> list[frozenset[str]]:
    """The people of each fold; who lend each other faces are in one."""
    from training.data import ffpp
    from training.data.splits import folds

    families = ffpp.families(data / "ffpp", without=ffpp.TEST_PEOPLE)
    place = folds([ffpp.pairs(family)[0] for family in families.values()], config.folds, seed=config.seed)
    return [frozenset(person for person, i in zip(families, place, strict=True) if i == fold) for fold in range(config.folds)]


def run(run: Run, config: Config) -> Findings:
    """Prepare, train and keep the network in the run's folder; goes on where it stopped.

    Raises:
        AnalysisError: the data is not as described above, or `init` holds another network.
        Stopped: Ctrl-C came before the last step.
    """
    from training.data.usable import usable

    build, config, words = start(config)
    plan = fits(run.data, config)
    run.started(list(dict.fromkeys(one.arm for one in plan)), fits=len(plan), backbone=words, prior=COIN)
    run.progress(0.0, "reading the data")
    dfdc, clips = tables(run.data, run.folder, config)
    _record(run, dfdc)
    good = {id(row) for row in usable(dfdc, [row for row in dfdc.rows if row.split in ("train", "validation")], run.skip)}
    dfdc = dfdc.where(lambda row: id(row) in good)  # one that cannot be read would end the fit where it is drawn
    recipe = _Recipe(run, config, plan, dfdc, clips)
    for one in plan:
        recipe.carry_out(one, build)
    shutil.copyfile(plan[-1].kept(run.folder), run.folder / "final.keras")  # the one that `export` takes
    return recipe.findings()


def start(config: Config) -> tuple[Callable[[], keras.Model], Config, str]:
    """How the network comes to be, the configuration with the rate for that (lower from learned weights), and its start in words."""
    from training.models import build_xception
    from training.start import package_name, weights_from_package
    from training.weights import read_weights

    if config.init == "random":
        return lambda: build_xception(None), config, "Xception from random weights"
    if config.first.fit.learning_rate == FitSettings.learning_rate:
        config = replace(config, first=replace(config.first, fit=replace(config.first.fit, learning_rate=RATE_FROM_PACKAGE)))
    package = Path(config.init)
    if config.init == "imagenet" or not package.is_dir():
        weights = read_weights(config.init)
        return lambda: weights.into(build_xception(None)), config, weights.words
    return lambda: weights_from_package(build_xception(None), package), config, f"Xception from the package {package_name(package)}"


def _record(run: Run, dfdc: FaceTable) -> None:
    from training.data import ffpp

    for path in (run.data / "dfdc_faces.csv", *_archives(run.data, dfdc), *(clip.path for clip in ffpp.clips(run.data / "ffpp"))):
        run.uses(path)


def _archives(data: Path, table: FaceTable) -> list[Path]:
    return [data / name for name in sorted({row.archive for row in table.rows}) if (data / name).is_file()]


class _Recipe:
    """The fits of a run, one after the other, and what they found."""

    def __init__(self, run: Run, config: Config, plan: Sequence[Fit], dfdc: FaceTable, clips: FaceTable) -> None:
        self._run, self._config, self._plan = run, config, plan
        self._dfdc, self._clips = dfdc, clips

    def carry_out(self, one: Fit, build: Callable[[], keras.Model]) -> None:
        """One fit, from the network of the first stage or from `build`; a finished one has its network and no checkpoint.

        Raises:
            Stopped: Ctrl-C came.
        """
        import keras

        from training.fit import fit
        from training.models import build_xception

        run, stage, kept = self._run, one.stage, one.kept(self._run.folder)
        checkpoint = kept.with_name("last.keras")
        if kept.exists() and not checkpoint.exists():
            return
        run.require_going()
        keras.backend.clear_session()  # which forgets the precision as well
        keras.mixed_precision.set_global_policy("mixed_bfloat16")
        keras.utils.set_random_seed(self._config.seed)
        first = next((earlier.kept(run.folder) for earlier in self._plan if earlier.arm == FIRST and one.arm == SECOND), None)
        begin = (lambda: _with_weights(build_xception(None), first)) if first else build
        measure = judge(self._dfdc, self._clips, self._config, one)
        drawn = batches(self._dfdc, self._clips, self._config, one)
        trained = fit(begin, drawn, stage.fit, kept.parent, judge=measure, told=self._told(one), stopping=run.stopping)
        run.require_going()
        model = build_xception(stage.input_size)  # what trains takes pictures of any size, and a package those of one
        model.set_weights(trained.get_weights())
        model.save(kept)
        checkpoint.unlink()

    def _told(self, one: Fit) -> Callable[[int, dict[str, float]], None]:
        """Turns the steps of a fit into the run's epochs, one for each judging, and its progress."""
        from training.fit import history

        run, before = self._run, sum(earlier.stage.fit.steps for earlier in self._plan[: self._plan.index(one)])
        steps = sum(each.stage.fit.steps for each in self._plan)

        def told(step: int, values: dict[str, float]) -> None:
            run.progress(0.02 + 0.95 * (before + step) / steps, f"{one.words}, step {step} of {one.stage.fit.steps}")
            if "loss" in values:
                return
            curve = _curve({at: logged for at, logged in history(run.folder / one.name).items() if at <= step})
            run.epoch(one.arm, 0, one.fold, len(curve["val_loss"]), {name: each[-1] for name, each in curve.items()}, COIN)

        return told

    def findings(self) -> Findings:
        """The network of each stage on all DFDC validation crops, and on the frames of clips of people that it has not met."""
        from training.fit import history

        arms, sentences = [], []
        for name in dict.fromkeys(one.arm for one in self._plan):
            own = [one for one in self._plan if one.arm == name]
            found = self._measured(own)
            arms.append(_arm(self._config, name, own[-1].stage, found))
            sentences += [
                f"{TITLES[name][0].upper()}{TITLES[name][1:]}: AUC on unseen pictures of {WORDS[part]}: {area}, {area.groups} originals."
                for part, area in ((part, measured["auc"]) for part, measured in found.items())
            ]
        curves = [Curve(one.arm, self._config.seed, one.fold, COIN, _curve(history(self._run.folder / one.name))) for one in self._plan]
        return Findings(arms=tuple(arms), curves=tuple(curves), sentences=tuple(sentences))

    def _measured(self, own: Sequence[Fit]) -> dict[str, dict[str, Interval]]:
        """The DFDC crops by the last fit of a stage, the frames of clips each by the one that holds its person out."""
        import keras

        from training.evaluate import evaluate, sigmoid

        scores: dict[str, list[NDArray[np.float64]]] = {part: [] for part in WORDS}
        labels: dict[str, list[NDArray[np.int64]]] = {part: [] for part in WORDS}
        groups: dict[str, list[str]] = {part: [] for part in WORDS}
        count = self._config.judged if self._run.smoke else None
        for one in own:
            model = keras.models.load_model(one.kept(self._run.folder), compile=False)
            for part, held in held_rows(self._dfdc, self._clips, one).items():
                if part == "dfdc" and one is not own[-1]:
                    continue
                pictures, truth, originals = _drawn(held, self._config, one.stage.input_size, count)
                scores[part].append(sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0]))
                labels[part].append(truth)
                groups[part] += originals
        return {part: evaluate(np.concatenate(labels[part]), np.concatenate(scores[part]), groups[part]) for part in WORDS}


def _with_weights(model: keras.Model, kept: Path) -> keras.Model:
    import keras

    model.set_weights(keras.models.load_model(kept, compile=False).get_weights())
    return model


def _arm(config: Config, name: str, stage: Stage, sets: dict[str, dict[str, Interval]]) -> Arm:
    loss = sets["dfdc"]["log_loss"]
    beat = bool(loss.high < COIN)
    verdict = "It beats the constant predictor" if beat else "It does not beat the constant predictor"
    settings = {
        "pairs": f"{stage.dfdc_pairs} DFDC, {stage.ffpp_pairs} FaceForensics++",
        "self-blended pairs": f"{stage.dfdc_blends} + {stage.ffpp_blends}",
        "pairs with a swap": f"{stage.dfdc_swaps} + {stage.ffpp_swaps}",
        "start": TITLES[FIRST] if name == SECOND and config.first.fit.steps else config.init,
        "steps": stage.fit.steps,
    }
    return Arm(
        name=name,
        title=TITLES[name],
        settings=settings,
        metrics=tuple(
            Metric(f"{part}_{metric}", i.value, i.low, i.high, i.n, i.groups) for part, found in sets.items() for metric, i in found.items()
        ),
        prior=COIN,
        verdict=f"{verdict} on held-out DFDC crops: log-loss at even classes {loss.value:.3f} [{loss.low:.3f}, {loss.high:.3f}], "
        "where a coin has .693.",
        collapsed=False,
        n=loss.n,
        seeds=(config.seed,),
        beats=beat,
    )


def _curve(steps: dict[int, dict[str, float]]) -> dict[str, list[float]]:
    """Values per judging, of all starts of a fit; `val_loss`, which is held against the prior, is that of the DFDC crops.

    `loss` is the mean of those logged since the last judging; where none was, the one before stands, and without any it is left out.
    """
    curve: dict[str, list[float]] = {}
    losses: list[float] = []
    for values in steps.values():
        losses += [values["loss"]] if "loss" in values else []
        judged = {name: value for name, value in values.items() if name.startswith("val_")}
        if judged:
            loss = {"loss": float(np.mean(losses))} if losses else {"loss": curve["loss"][-1]} if "loss" in curve else {}
            for name, value in {**loss, "val_loss": judged["val_dfdc_log_loss"], **judged}.items():
                curve.setdefault(name, []).append(value)
            losses.clear()
    judgings = len(curve.get("val_loss", ()))
    return {name: each for name, each in curve.items() if len(each) == judgings}


def tables(data: Path, out: Path, config: Config) -> tuple[FaceTable, FaceTable]:
    """The DFDC table, and the FaceForensics++ table, made in `out/ffpp` where it is not there yet."""
    from training.data import ffpp
    from training.data.table import read_table

    if not (out / "ffpp" / "faces.csv").exists():
        ffpp.write_table(data / "ffpp", out / "ffpp", frames=config.ffpp_frames, crfs=config.ffpp_crfs, seed=config.seed)
    return read_table(data / "dfdc_faces.csv"), read_table(out / "ffpp" / "faces.csv")


def batches(dfdc: FaceTable, clips: FaceTable, config: Config, one: Fit) -> PairedBatches:
    """The paired batches of a fit: the `train` rows of both tables, without the people that it holds out."""
    from training.pairs import PairedBatches, real_and_blend, real_and_fake, real_and_swap

    stage, factor = one.stage, config.haar_factor
    dfdc = dfdc.where(lambda row: row.split == "train")
    clips = clips.where(lambda row: row.original not in one.held_out)
    sources = [
        (stage.dfdc_pairs, lambda: real_and_fake(dfdc)),
        (stage.ffpp_pairs, lambda: real_and_fake(clips, factor=factor)),
        (stage.dfdc_blends, lambda: real_and_blend(dfdc)),
        (stage.ffpp_blends, lambda: real_and_blend(clips, factor=factor)),
        (stage.dfdc_swaps, lambda: real_and_swap(dfdc)),
        (stage.ffpp_swaps, lambda: real_and_swap(clips, factor=factor)),
    ]
    used = [(pairs, source()) for pairs, source in sources if pairs]
    early = round(stage.early_share * stage.fit.steps) if stage.early_share < 1 else ALWAYS
    return PairedBatches(used, stage.input_size, config.seed, stage.early_size, early, stage.augmentation)


def held_rows(dfdc: FaceTable, clips: FaceTable, one: Fit) -> dict[str, FaceTable]:
    """What a fit has not seen and may be judged on; without clips where it knows everybody in them."""
    found = {"dfdc": dfdc.where(lambda row: row.split == "validation")}
    if not one.stage.sees_clips:
        return found | {"ffpp": clips}
    return found | ({"ffpp": clips.where(lambda row: row.original in one.held_out)} if one.held_out else {})


def judge(dfdc: FaceTable, clips: FaceTable, config: Config, one: Fit) -> Callable[[keras.Model], dict[str, float]]:
    """AUC and even log-loss on a fixed draw of what the fit has not seen of each table."""
    from training.evaluate import auc, log_loss, sigmoid

    drawn = {name: _drawn(held, config, one.stage.input_size, config.judged) for name, held in held_rows(dfdc, clips, one).items()}

    def measure(model: keras.Model) -> dict[str, float]:
        values: dict[str, float] = {}
        for name, (pictures, labels, _) in drawn.items():
            scores = sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0])
            values |= {f"{name}_auc": auc(labels, scores), f"{name}_log_loss": log_loss(labels, scores)}
        return values

    return measure


def _drawn(held: FaceTable, config: Config, size: int, count: int | None) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    """Inputs, labels and originals of `count` rows, or of all."""
    chosen = np.random.default_rng(config.seed).permutation(len(held))[:count]
    rows = [held.rows[i] for i in chosen]
    return inputs(held, rows, size, config.haar_factor), held.labels()[chosen], [row.original for row in rows]


def inputs(table: FaceTable, rows: Sequence[Row], size: int, haar_factor: float) -> NDArray[np.uint8]:
    """Network inputs of `rows`, cut as the application cuts: (n, size, size, 3) uint8."""
    from dfgui.core.crop import cut
    from training.data.table import face_box

    pictures = []
    for row in rows:
        picture = table.picture(row)
        pictures.append(cut(picture, face_box(picture, row.scale), size=size, factor=1.0 if row.scale == 1.0 else haar_factor))
    return np.stack(pictures)


EXPERIMENT = Experiment(
    name="learn",
    title="The mended recipe",
    reproduces="what the paper set out to do",
    summary="Balanced pairs of a real face and a fake made from it, self-blended images, swaps and augmentation, in two stages on "
    "thousands of single crops; clips can be added. Hours on a processor, minutes on a graphics processor; makes the network that the "
    "application runs.",
    needs="DFDC face crops and FaceForensics++ clips",
    arms=(FIRST, SECOND),
    config=Config,
    run=run,
    makes_package=True,
)
