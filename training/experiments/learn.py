"""`learn`: the network that the paper set out to make, with its faults mended.

What is mended: balanced pairs (a real face beside a fake made from it) instead of 84 % fakes, self-blended images,
augmentation, the face as it is cut in the application, and two data sets at once, because the DFDC crops alone do not
carry over to other video.

    python -m training run learn --data DIR --out RUN [--init PACKAGE]

DIR holds `dfdc_faces.csv` with its archives and `ffpp/` in the official layout. The clips of `HELD_OUT` people are for
choosing and calibrating, as is the DFDC split `validation`; the test people and the DFDC split `test` are not read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.crop import cut
from dfgui.core.errors import AnalysisError
from training.data import ffpp
from training.data.table import FaceTable, Row, face_box, read_table
from training.evaluate import auc, log_loss, sigmoid
from training.fit import FitSettings, fit
from training.models import build_xception
from training.pairs import PairedBatches, real_and_blend, real_and_fake
from training.start import package_name, weights_from_package

HELD_OUT = ("210", "241", "055", "147")
RATE_FROM_PACKAGE = 5e-4  # peak learning rate where the network has learned already


@dataclass(frozen=True)
class Config:
    """Everything that decides the result. Written to `config.json` of the run.

    The pairs are those of the second version: with 11, 3, 1 and 1 the first knew DFDC (AUC .78) better than FaceForensics++ (.59).
    """

    input_size: int = 112
    haar_factor: float = 0.8  # side of the cut over the side of a Haar box
    dfdc_pairs: int = 6
    ffpp_pairs: int = 5
    dfdc_blends: int = 3
    ffpp_blends: int = 2
    ffpp_frames: int = 80  # per clip
    ffpp_crfs: tuple[int, ...] = (18, 21, 23, 26, 28, 30)
    held_out: tuple[str, ...] = HELD_OUT
    judged: int = 900  # DFDC validation crops, and as many held-out clip frames, at each judging
    init: str = "random"  # or the name, version and hash of the package whose weights it starts from
    seed: int = 0
    fit: FitSettings = field(default_factory=lambda: FitSettings(steps=5150, save_every=150))

    def smoke(self) -> Config:
        """Every stage in about two minutes; the network learns nothing."""
        small = FitSettings(steps=4, warm_up=2, judge_every=2, save_every=2, log_every=1, refreshing=2)
        pairs = replace(self, dfdc_pairs=1, ffpp_pairs=1, dfdc_blends=1, ffpp_blends=1)
        return replace(pairs, input_size=72, ffpp_frames=3, ffpp_crfs=(23,), judged=24, fit=small)


def run(data: Path, out: Path, *, smoke: bool = False, steps: int | None = None, init: Path | None = None) -> None:
    """Prepare, train and keep the network in `out`; goes on where it stopped.

    Args:
        data: folder as described above.
        out: run folder.
        smoke: quick pass through every stage.
        steps: other number of steps than the configuration's.
        init: model package to start from; None for random weights.

    Raises:
        AnalysisError: `out` holds a run with another configuration, the data is not as described above, or `init` holds another network.
    """
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    config = Config().smoke() if smoke else Config()
    if steps:
        config = replace(config, fit=replace(config.fit, steps=steps))
    if init:
        config = replace(config, init=package_name(init), fit=replace(config.fit, learning_rate=RATE_FROM_PACKAGE))
    out.mkdir(parents=True, exist_ok=True)
    _keep(config, out / "config.json")
    keras.utils.set_random_seed(config.seed)
    dfdc, clips = tables(data, out, config)

    def build() -> keras.Model:
        model = build_xception(config.input_size)
        return weights_from_package(model, init) if init else model

    fit(build, batches(dfdc, clips, config), config.fit, out, judge=judge(dfdc, clips, config))


def _keep(config: Config, path: Path) -> None:
    """Write the configuration; that of an earlier start of the run may differ in the number of steps only."""
    if path.exists():
        earlier = msgspec.json.decode(path.read_bytes(), type=Config)
        if replace(earlier, fit=replace(earlier.fit, steps=config.fit.steps)) != config:
            raise AnalysisError(f"{path.parent} holds a run with another configuration; choose another folder for this one.")
    path.write_bytes(msgspec.json.format(msgspec.json.encode(asdict(config))))


def tables(data: Path, out: Path, config: Config) -> tuple[FaceTable, FaceTable]:
    """The DFDC table, and the FaceForensics++ table, made in `out/ffpp` where it is not there yet."""
    if not (out / "ffpp" / "faces.csv").exists():
        ffpp.write_table(
            data / "ffpp", out / "ffpp", frames=config.ffpp_frames, crfs=config.ffpp_crfs, held_out=config.held_out, seed=config.seed
        )
    return read_table(data / "dfdc_faces.csv"), read_table(out / "ffpp" / "faces.csv")


def batches(dfdc: FaceTable, clips: FaceTable, config: Config) -> PairedBatches:
    """The paired batches of the `train` rows of both tables."""
    dfdc, clips = (table.where(lambda row: row.split == "train") for table in (dfdc, clips))
    factor = config.haar_factor
    sources = [
        (config.dfdc_pairs, real_and_fake(dfdc)),
        (config.ffpp_pairs, real_and_fake(clips, factor=factor)),
        (config.dfdc_blends, real_and_blend(dfdc)),
        (config.ffpp_blends, real_and_blend(clips, factor=factor)),
    ]
    return PairedBatches(sources, config.input_size, config.seed)


def judge(dfdc: FaceTable, clips: FaceTable, config: Config) -> Callable[[keras.Model], dict[str, float]]:
    """AUC and even log-loss on a fixed draw of the `validation` rows of each table."""
    drawn = {name: _drawn(table, config) for name, table in (("dfdc", dfdc), ("ffpp", clips))}

    def measure(model: keras.Model) -> dict[str, float]:
        values: dict[str, float] = {}
        for name, (pictures, labels) in drawn.items():
            scores = sigmoid(model.predict(pictures, batch_size=50, verbose=0)[:, 0])
            values |= {f"{name}_auc": auc(labels, scores), f"{name}_log_loss": log_loss(labels, scores)}
        return values

    return measure


def _drawn(table: FaceTable, config: Config) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    held = table.where(lambda row: row.split == "validation")
    chosen = np.random.default_rng(config.seed).permutation(len(held))[: config.judged]
    rows = [held.rows[i] for i in chosen]
    return inputs(held, config, rows), held.labels()[chosen]


def inputs(table: FaceTable, config: Config, rows: list[Row]) -> NDArray[np.uint8]:
    """Network inputs of `rows`, cut as the application cuts: (n, size, size, 3) uint8."""
    pictures = []
    for row in rows:
        picture = table.picture(row)
        factor = 1.0 if row.scale == 1.0 else config.haar_factor
        pictures.append(cut(picture, face_box(picture, row.scale), size=config.input_size, factor=factor))
    return np.stack(pictures)
