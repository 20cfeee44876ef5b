r"""`fusion`: full frame, error levels and face together.

It is the paper's fifth idea for future work, and includes ELA with the face, which the paper
proposes at its end.

"The combination of the image processing techniques to highlight certain features without removing
other features". There are two ways to combine them. Branched: each picture passes through the
frozen backbone by itself, and the head gets the features side by side; it is compared with the head
on each picture's features alone. Many-channel: the pictures are stacked, 9 or 6 channels; a 1x1
convolution, at first their mean, reduces them to the three that the network takes, and all of it is
trained. That needs a training of the whole network for every fold and seed, so these arms have two
folds, fewer and smaller frames and few epochs, and are compared with the same network trained in
the same way on each picture alone.

    python -m training run fusion --data DIR --out RUN --init RUN_OF_LEARN

DIR holds `ffpp/` in the official layout. Figures: balanced accuracy at .5 next to ROC-AUC;
validation log-loss per epoch, of the heads and of the whole networks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import sample_indices
from training.data.clipset import View
from training.execution import Experiment
from training.experiments.shared.clip_outcome import ClipOutcome, outcome_of
from training.experiments.shared.clips import NEEDS, ClipArm, ClipBench, ClipSettings, Samples
from training.experiments.shared.outcome import BESIDE
from training.results import Findings
from training.runs import Run

if TYPE_CHECKING:
    import keras


TITLES = {"full": "full frame", "ela": "error levels", "cut": "face"}
TOGETHER = (("full", "ela", "cut"), ("ela", "cut"))
ALONE = tuple((view,) for view in TITLES)
ALL = tuple(map("+".join, (*ALONE, *TOGETHER)))


@dataclass(frozen=True)
class Config(ClipSettings):
    """Everything that decides the result."""

    margin: float = 0.0  # around the face, as a share of its box
    input_size: int = 112  # pixels
    whole: tuple[str, ...] = ALL  # which are also trained as whole networks
    whole_folds: int = 2  # five pairs of people held out at a time
    whole_frames: int = 4  # of each clip, as their input
    whole_size: int = 80  # pixels
    whole_epochs: int = 4  # at most
    whole_rate: float = 3e-4  # learning rate; the weights are already trained

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        return replace(
            self.small(), whole=("ela+cut",), whole_frames=1, whole_size=71, whole_epochs=1
        )


def run(run: Run, config: Config) -> Findings:
    """Fit pictures alone and combined, and compare.

    Raises:
        AnalysisError: the data, the backbone or a setting is not suitable.
    """
    if config.backbone != "frozen":
        raise AnalysisError(
            "fusion has arms with a frozen backbone and arms whose whole network is trained; leave"
            " backbone at frozen."
        )
    if not 0 < config.whole_frames <= config.frames:
        raise AnalysisError(
            f"whole_frames must be from 1 to frames ({config.frames}), it is {config.whole_frames};"
            " correct the setting."
        )
    if set(config.whole) - set(ALL):
        raise AnalysisError(
            f"whole: expected some of {', '.join(ALL)}, received {', '.join(config.whole)}."
        )
    bench = ClipBench(
        run,
        config,
        config.recipe(
            [View("full", "full"), View("ela", "ela"), View("cut", "cut", config.margin)]
        ),
    )
    outcome = outcome_of(bench, [*branched(bench), *many_channel(bench, config)])
    heads, whole = (
        [name for name, trial in outcome.trials.items() if trial.variant.trainable is trained]
        for trained in (False, True)
    )
    curves = [
        ("loss", "Validation log-loss, heads on frozen features", heads),
        ("loss-whole", "Validation log-loss, whole networks", whole),
    ]
    return Findings(
        arms=outcome.arms(),
        curves=outcome.curves(),
        figures=(
            outcome.bars("decision-and-ranking", "The decision at .5 and the ranking"),
            *(outcome.loss_curves(name, title, names) for name, title, names in curves if names),
        ),
        tables=(
            outcome.table(
                "Pictures alone and together", ("precision", "recall", *BESIDE), outcome.intervals
            ),
            outcome.by_method(),
        ),
        sentences=(
            *map(outcome.answer, outcome.trials),
            *comparisons(outcome),
            outcome.apart(),
            *bench.notes(),
        ),
    )


def branched(bench: ClipBench) -> list[ClipArm]:
    """Heads on features of each picture alone, and of several side by side."""

    def samples(views: Sequence[str]) -> Callable[[], Samples]:
        return lambda: np.concatenate([bench.features(view)[:, 1:] for view in views], axis=-1)

    return [
        ClipArm(arm_name("", views), title(views), {"pictures": title(views)}, samples(views))
        for views in (*ALONE, *TOGETHER)
    ]


def many_channel(bench: ClipBench, config: Config) -> list[ClipArm]:
    """Whole networks, trained on each picture alone and on several stacked ones."""
    size, chosen = config.whole_size, spread(config.frames, config.whole_frames)
    fitting = {"epochs": config.whole_epochs, "learning_rate": config.whole_rate}

    def samples(views: Sequence[str]) -> Callable[[], Samples]:
        return lambda: np.concatenate(
            [bench.pictures(view, size)[:, chosen] for view in views], axis=-1
        )

    def network(shape: tuple[int, ...]) -> keras.Model:
        return stacked(bench.whole(shape), shape[-1] // 3)

    return [
        ClipArm(
            arm_name("whole", views),
            f"{title(views)}, {3 * len(views)} channels, whole network trained",
            {
                "pictures": title(views),
                "channels": 3 * len(views),
                "size": size,
                "frames": config.whole_frames,
                "folds": config.whole_folds,
                **fitting,
            },
            samples(views),
            network,
            fitting,
            trainable=True,
            folds=config.whole_folds,
        )
        for views in (*ALONE, *TOGETHER)
        if "+".join(views) in config.whole
    ]


def arm_name(kind: str, views: Sequence[str]) -> str:
    """`cut`, `branched_ela_cut`, `whole_cut`, `channels_ela_cut`."""
    together = {"": "branched", "whole": "channels"}[kind] if len(views) > 1 else kind
    return "_".join([*([together] if together else []), *views])


def title(views: Sequence[str]) -> str:
    """`error levels + face`."""
    return " + ".join(TITLES[view] for view in views)


def spread(frames: int, wanted: int) -> list[int]:
    """Places of `wanted` of the frames after the first one, spread evenly."""
    return [1 + place for place in sample_indices(frames, wanted)]


def stacked(network: keras.Model, pictures: int) -> keras.Model:
    """A network for `pictures` stacked pictures.

    Args:
        network: (n, size, size, 3) RGB in 0-255 to (n, 1) logits.
        pictures: how many; 1 gives the network itself.

    Returns:
        (n, size, size, 3 x pictures) RGB of each in 0-255 to (n, 1) logits. At first the network
        gets their mean, so that what it has learned for one picture is not lost from the start.
    """
    import keras

    if pictures == 1:
        return network
    given = keras.Input((*network.input_shape[1:3], 3 * pictures), name="pictures")
    plain = keras.layers.Rescaling(1.0, dtype="float32", name="plain")(given)  # from uint8
    adapter = keras.layers.Conv2D(3, 1, use_bias=False, dtype="float32", name="adapter")
    model = keras.Model(given, network(adapter(plain)), name="many_channel")
    adapter.set_weights(
        [np.tile(np.eye(3, dtype=np.float32) / pictures, (pictures, 1))[None, None]]
    )
    return model


def comparisons(outcome: ClipOutcome) -> list[str]:
    """Each combination against each of its pictures alone, made in the same way."""
    pairs = [
        (arm_name(kind, views), arm_name(kind, (view,)))
        for kind in ("", "whole")
        for views in TOGETHER
        for view in views
    ]
    return [outcome.mend(name, base) for name, base in pairs if name in outcome and base in outcome]


EXPERIMENT = Experiment(
    name="fusion",
    title="Full frame, error levels and face together",
    reproduces="future work 5",
    summary=(
        "Full frame + error levels + face, and error levels + face: features of each side by side,"
        " and one network with 9 or 6 channels, against each alone."
    ),
    needs=NEEDS,
    arms=tuple(arm_name(kind, views) for kind in ("", "whole") for views in (*ALONE, *TOGETHER)),
    config=Config,
    run=run,
)
