r"""`learn`: the network that the paper set out to make, with its faults mended.

What is mended: balanced pairs (a real face beside a fake made from it) instead of 84 % fakes, self-blended images,
augmentation, the face as it is cut in the application, and two data sets at once, because the DFDC crops alone do not
carry over to other video.

    python -m training run learn --data DIR --out RUN [--init PACKAGE]

DIR holds `dfdc_faces.csv` with its archives and `ffpp/` in the official layout. The clips of `held_out` people are for
choosing and calibrating, as is the DFDC split `validation`; the test people and the DFDC split `test` are not read.
A network that has seen no clip at all, from which the experiments on clips take their features; what it gave is the package
`resources/experiments/dfdc-only`:

    python -m training run learn --data DIR --out RUN --set ffpp_pairs=0 --set ffpp_blends=0 --set dfdc_pairs=9 --set dfdc_blends=7 \
        --set 'held_out=["033","035","036","055","097","134","147","192","210","241"]' --set ffpp_frames=20 --set 'ffpp_crfs=[23]' \
        --set input_size=96 --set early_share=0.9 --set fit.steps=5000
"""

from __future__ import annotations

from collections.abc import Callable
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
    from training.pairs import PairedBatches
    from training.runs import Run

HELD_OUT = ("210", "241", "055", "147")
ARM = "learn"
WORDS = {"dfdc": "DFDC (face crops)", "ffpp": "FaceForensics++ (frames of clips)"}
RATE_FROM_PACKAGE = 5e-4  # peak learning rate where the network has learned already


@dataclass(frozen=True)
class Config:
    """Everything that decides the result. Written to `config.json` of the run.

    The pairs are those of the second version: with 11, 3, 1 and 1 the first knew DFDC (AUC .78) better than FaceForensics++ (.59).
    """

    input_size: int = 112
    early_size: int = 80  # side of the input in the early part of a run from random weights: half the time a step
    early_share: float = 0.4
    haar_factor: float = 0.8  # side of the cut over the side of a Haar box
    dfdc_pairs: int = 6
    ffpp_pairs: int = 5
    dfdc_blends: int = 3
    ffpp_blends: int = 2
    ffpp_frames: int = 80  # per clip
    ffpp_crfs: tuple[int, ...] = (18, 21, 23, 26, 28, 30)
    held_out: tuple[str, ...] = HELD_OUT
    judged: int = 900  # DFDC validation crops, and as many held-out clip frames, at each judging
    init: str = "random"  # or the folder of a model package whose weights it starts from
    seed: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=5150, save_every=150))

    def smoke(self) -> Config:
        """Every stage in about two minutes; the network learns nothing."""
        small = FitSettings(steps=4, warm_up=2, judge_every=2, save_every=2, log_every=1, refreshing=2)
        pairs = replace(self, dfdc_pairs=1, ffpp_pairs=1, dfdc_blends=1, ffpp_blends=1)
        return replace(pairs, input_size=72, early_size=71, ffpp_frames=3, ffpp_crfs=(23,), judged=24, fit=small)


def run(run: Run, config: Config) -> Findings:
    """Prepare, train and keep the network in the run's folder; goes on where it stopped.

    Raises:
        AnalysisError: the data is not as described above, or `init` holds another network.
    """
    import keras

    from training.data.usable import usable
    from training.fit import fit
    from training.models import build_xception

    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.utils.set_random_seed(config.seed)
    build, settings, words = start(config)
    run.started([ARM], fits=1, backbone=words, prior=float(np.log(2)))
    run.progress(0.0, "reading the data")
    dfdc, clips = tables(run.data, run.folder, config)
    _record(run, dfdc)
    good = {id(row) for row in usable(dfdc, [row for row in dfdc.rows if row.split in ("train", "validation")], run.skip)}
    dfdc = dfdc.where(lambda row: id(row) in good)  # one that cannot be read would end the fit where it is drawn
    told = _Teller(run, settings)
    judged = judge(dfdc, clips, config)
    trained = fit(build, batches(dfdc, clips, config), settings, run.folder, judge=judged, told=told, stopping=run.stopping)
    model = build_xception(config.input_size)
    model.set_weights(trained.get_weights())
    model.save(run.folder / "final.keras")  # the one that `export` takes: of a fixed input size
    return told.findings(model, dfdc, clips, config)


def start(config: Config) -> tuple[Callable[[], keras.Model], FitSettings, str]:
    """How the network comes to be, the settings of its fit (a package is trained on at a lower rate), and where it starts from in words."""
    from training.models import build_xception
    from training.start import package_name, weights_from_package

    if config.init == "random":
        return lambda: build_xception(None), config.fit, "Xception from random weights"
    package = Path(config.init)
    unchanged = config.fit.learning_rate == FitSettings.learning_rate
    settings = replace(config.fit, learning_rate=RATE_FROM_PACKAGE) if unchanged else config.fit
    return lambda: weights_from_package(build_xception(None), package), settings, f"Xception from the package {package_name(package)}"


def _record(run: Run, dfdc: FaceTable) -> None:
    from training.data import ffpp

    for path in (run.data / "dfdc_faces.csv", *_archives(run.data, dfdc), *(clip.path for clip in ffpp.clips(run.data / "ffpp"))):
        run.uses(path)


def _archives(data: Path, table: FaceTable) -> list[Path]:
    return [data / name for name in sorted({row.archive for row in table.rows}) if (data / name).is_file()]


class _Teller:
    """Turns the steps of `fit` into the run's epochs: one for each judging."""

    def __init__(self, run: Run, settings: FitSettings) -> None:
        self._run, self._settings = run, settings

    def __call__(self, step: int, values: dict[str, float]) -> None:
        from training.fit import history

        self._run.progress(0.02 + 0.9 * step / self._settings.steps, f"step {step} of {self._settings.steps}")
        if "loss" in values:
            return
        curve = _curve({at: logged for at, logged in history(self._run.folder).items() if at <= step})
        self._run.epoch(ARM, 0, 0, len(curve["val_loss"]), {name: each[-1] for name, each in curve.items()}, float(np.log(2)))

    def findings(self, model: keras.Model, dfdc: FaceTable, clips: FaceTable, config: Config) -> Findings:
        """The network as it ended, on all held-out crops and clip frames."""
        from training.evaluate import evaluate, sigmoid
        from training.fit import history

        metrics: list[Metric] = []
        sentences = []
        for name, table in (("dfdc", dfdc), ("ffpp", clips)):
            pictures, labels, groups = _drawn(table, config, all_rows=not self._run.smoke)
            found = evaluate(labels, sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0]), groups)
            metrics += [Metric(f"{name}_{metric}", i.value, i.low, i.high, i.n, i.groups) for metric, i in found.items()]
            sentences.append(f"AUC on the held-out pictures of {WORDS[name]}: {found['auc']}, {found['auc'].groups} originals.")
        loss = next(metric for metric in metrics if metric.name == "dfdc_log_loss")
        beat = bool(loss.high < np.log(2))
        verdict = "It beats the constant predictor" if beat else "It does not beat the constant predictor"
        settings = {"pairs": f"{config.dfdc_pairs} DFDC, {config.ffpp_pairs} FaceForensics++", "init": config.init}
        settings["self-blended pairs"] = f"{config.dfdc_blends} + {config.ffpp_blends}"
        arm = Arm(
            name=ARM,
            title="balanced pairs, self-blended images, augmentation",
            settings=settings,
            metrics=tuple(metrics),
            prior=float(np.log(2)),
            verdict=f"{verdict} on held-out DFDC crops: log-loss at even classes {loss.value:.3f} [{loss.low:.3f}, {loss.high:.3f}], "
            "where a coin has .693.",
            collapsed=False,
            n=loss.n,
            seeds=(config.seed,),
            beats=beat,
        )
        curve = Curve(ARM, config.seed, 0, float(np.log(2)), _curve(history(self._run.folder)))
        return Findings(arms=(arm,), curves=(curve,), sentences=tuple(sentences))


def _curve(steps: dict[int, dict[str, float]]) -> dict[str, list[float]]:
    """Values per judging, of all starts of the run; `val_loss`, which is held against the prior, is that of the DFDC crops.

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
        ffpp.write_table(
            data / "ffpp", out / "ffpp", frames=config.ffpp_frames, crfs=config.ffpp_crfs, held_out=config.held_out, seed=config.seed
        )
    return read_table(data / "dfdc_faces.csv"), read_table(out / "ffpp" / "faces.csv")


def batches(dfdc: FaceTable, clips: FaceTable, config: Config) -> PairedBatches:
    """The paired batches of the `train` rows of both tables."""
    from training.pairs import PairedBatches, real_and_blend, real_and_fake

    dfdc, clips = (table.where(lambda row: row.split == "train") for table in (dfdc, clips))
    factor = config.haar_factor
    sources = [
        (config.dfdc_pairs, lambda: real_and_fake(dfdc)),
        (config.ffpp_pairs, lambda: real_and_fake(clips, factor=factor)),
        (config.dfdc_blends, lambda: real_and_blend(dfdc)),
        (config.ffpp_blends, lambda: real_and_blend(clips, factor=factor)),
    ]
    used = [(pairs, source()) for pairs, source in sources if pairs]
    early = round(config.early_share * config.fit.steps) if config.init == "random" else 0
    return PairedBatches(used, config.input_size, config.seed, early_size=config.early_size, early_steps=early, augmentation=config.augmentation)


def judge(dfdc: FaceTable, clips: FaceTable, config: Config) -> Callable[[keras.Model], dict[str, float]]:
    """AUC and even log-loss on a fixed draw of the `validation` rows of each table."""
    from training.evaluate import auc, log_loss, sigmoid

    drawn = {name: _drawn(table, config) for name, table in (("dfdc", dfdc), ("ffpp", clips))}

    def measure(model: keras.Model) -> dict[str, float]:
        values: dict[str, float] = {}
        for name, (pictures, labels, _) in drawn.items():
            scores = sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0])
            values |= {f"{name}_auc": auc(labels, scores), f"{name}_log_loss": log_loss(labels, scores)}
        return values

    return measure


def _drawn(table: FaceTable, config: Config, *, all_rows: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.int64], list[str]]:
    held = table.where(lambda row: row.split == "validation")
    chosen = np.random.default_rng(config.seed).permutation(len(held))[: None if all_rows else config.judged]
    rows = [held.rows[i] for i in chosen]
    return inputs(held, config, rows), held.labels()[chosen], [row.original for row in rows]


def inputs(table: FaceTable, config: Config, rows: list[Row]) -> NDArray[np.uint8]:
    """Network inputs of `rows`, cut as the application cuts: (n, size, size, 3) uint8."""
    from dfgui.core.crop import cut
    from training.data.table import face_box

    pictures = []
    for row in rows:
        picture = table.picture(row)
        factor = 1.0 if row.scale == 1.0 else config.haar_factor
        pictures.append(cut(picture, face_box(picture, row.scale), size=config.input_size, factor=factor))
    return np.stack(pictures)


EXPERIMENT = Experiment(
    name="learn",
    title="The mended recipe",
    reproduces="what the paper set out to do",
    summary="Balanced pairs of a real face and a fake made from it, self-blended images and augmentation, on two data sets at once. "
    "Hours on a processor, minutes on a graphics processor; makes the network that the application runs.",
    needs="DFDC face crops and FaceForensics++ clips",
    arms=(ARM,),
    config=Config,
    run=run,
    makes_package=True,
)
