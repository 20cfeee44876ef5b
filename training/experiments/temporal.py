r"""`temporal`: frames in their order; the paper's fourth idea for future work.

"This may work because deep fake pixel distributions may be less consistent when they are dynamic
and in motion". Each clip gives bursts of closely following frames. Frozen features of the cut faces
pass through a gated recurrent unit (GRU), which is compared with a score for each frame and their
mean, and with the mean of the features. The same GRU with the frames of each burst in random order
shows whether the order helps, or just another network.

    python -m training run temporal --data DIR --out RUN --init RUN_OF_LEARN

DIR holds `ffpp/` in the official layout. Figures: balanced accuracy at .5 next to ROC-AUC;
validation log-loss per epoch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from dfgui.core.errors import AnalysisError
from training.data.clipset import View
from training.execution import Experiment
from training.experiments.shared.clip_outcome import outcome_of
from training.experiments.shared.clips import NEEDS, ClipArm, ClipBench, ClipSettings, Samples
from training.experiments.shared.outcome import BESIDE
from training.results import Findings
from training.runs import Run

if TYPE_CHECKING:
    import keras


VIEW = "cut"
TITLES = {
    "frames": "a score for each frame, and their mean",
    "mean": "mean of the features of a burst",
    "gru": "GRU over a burst",
    "gru_shuffled": "GRU over a burst in an order of chance",
}


@dataclass(frozen=True)
class Config(ClipSettings):
    """Everything that decides the result."""

    frames: int = 4  # bursts of each clip
    burst: int = 8  # frames of each
    stride: int = 3  # from one to the next: a burst lasts about 22 frames, .7 to .9 s
    # Cuts into the face box: .8 of its side, as the first network of `learn` was trained.
    margin: float = -0.1
    input_size: int = 112  # pixels
    projected: int = 64  # width of the projected features of a frame, before the GRU
    units: int = 64  # of the GRU

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        return replace(self.small(), burst=3, stride=2, projected=8, units=8)


def run(run: Run, config: Config) -> Findings:
    """Fit the arms and compare.

    Raises:
        AnalysisError: the data, the backbone or a setting is not suitable.
    """
    if config.backbone != "frozen":
        raise AnalysisError(
            "temporal takes frozen features, so that all arms see the same; leave backbone at"
            " frozen."
        )
    recipe = replace(
        config.recipe([View(VIEW, "cut", config.margin)]), burst=config.burst, stride=config.stride
    )
    bench = ClipBench(run, config, recipe)
    outcome = outcome_of(bench, arms(bench, config))
    pairs = [("gru", "frames"), ("gru", "mean"), ("gru", "gru_shuffled")]
    return Findings(
        arms=outcome.arms(),
        curves=outcome.curves(),
        figures=(
            outcome.bars("decision-and-ranking", "The decision at .5 and the ranking"),
            outcome.loss_curves("loss", "Validation log-loss of a frame or burst"),
        ),
        tables=(
            outcome.table(
                "Frames in their order", ("precision", "recall", *BESIDE), outcome.intervals
            ),
            outcome.by_method(),
        ),
        sentences=(
            *map(outcome.answer, outcome.trials),
            *(
                outcome.mend(name, base)
                for name, base in pairs
                if name in outcome and base in outcome
            ),
            outcome.apart(),
            *bench.notes(),
        ),
    )


def arms(bench: ClipBench, config: Config) -> list[ClipArm]:
    """The arms: frames, bursts that were averaged, bursts, and bursts in random order."""

    def bursts() -> Samples:
        frames = bench.features(VIEW)[:, 1:]
        return frames.reshape(len(frames), config.frames, config.burst, -1)

    samples = {
        "frames": lambda: bench.features(VIEW)[:, 1:],
        "mean": lambda: bursts().mean(axis=2),
        "gru": bursts,
        "gru_shuffled": lambda: shuffled(bursts()),
    }

    def network(shape: tuple[int, ...]) -> keras.Model:
        return recurrent(config, shape[-1])

    return [
        ClipArm(
            name,
            title,
            {"samples": title},
            samples[name],
            network if name.startswith("gru") else None,
        )
        for name, title in TITLES.items()
    ]


def shuffled(bursts: Samples) -> Samples:
    """(clips, bursts, frames, ...) with the frames of each burst in a random order of its own."""
    order = np.random.default_rng(0).permuted(
        np.broadcast_to(np.arange(bursts.shape[2]), bursts.shape[:3]), axis=2
    )
    return np.take_along_axis(bursts, order[..., None], axis=2)


def recurrent(config: Config, width: int = 2048) -> keras.Model:
    """(n, frames, width) features to (n, 1) logits.

    Each frame is projected, a GRU runs over them, and its last state is judged.
    """
    import keras

    features = keras.Input((None, width), name="features")
    x = keras.layers.Dense(config.projected, activation="relu", name="projected")(features)
    x = keras.layers.GRU(config.units, name="gru")(x)
    if config.dropout:
        x = keras.layers.Dropout(config.dropout, name="dropout")(x)
    return keras.Model(
        features, keras.layers.Dense(1, dtype="float32", name="logit")(x), name="recurrent"
    )


EXPERIMENT = Experiment(
    name="temporal",
    title="Frames in their order",
    reproduces="future work 4",
    summary=(
        "Frozen features of frames that follow each other, through a gated recurrent unit, against"
        " the mean of the frames' scores and the mean of their features; and with the frames in an"
        " order of chance."
    ),
    needs=NEEDS,
    arms=tuple(TITLES),
    config=Config,
    run=run,
)
