r"""`padding`: margins around the face; the paper's first idea for future work.

"This may be helpful because the current model only crops the face, but by padding the non-cropped
area, more context may be used". The square around the face is cut with 0, .1, .25, .5 and 1 of its
side added on every side, at one size of the network's input, so more surroundings also mean fewer
pixels of the face.

    python -m training run padding --data DIR --out RUN --init RUN_OF_LEARN

DIR holds `ffpp/` in the official layout. Figures: ROC-AUC and balanced accuracy over the margin;
validation log-loss per epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from dfgui.core.errors import AnalysisError
from training.data.clipset import FIRST, View
from training.execution import Experiment
from training.experiments.shared.clip_outcome import ClipOutcome, outcome_of
from training.experiments.shared.clips import NEEDS, ClipArm, ClipBench, ClipSettings, Samples
from training.experiments.shared.outcome import BESIDE
from training.results import Figure, Findings, Level, Series
from training.runs import Run

MARGINS = (0.0, 0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Config(ClipSettings):
    """Everything that decides the result."""

    margins: tuple[float, ...] = MARGINS  # share of the box's side, added on every side
    input_size: int = 112  # pixels

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        return self.small()


def arm_name(margin: float) -> str:
    """`margin_25` for a quarter."""
    return f"margin_{margin * 100:g}".replace(".", "_").replace("-", "minus_")


def run(run: Run, config: Config) -> Findings:
    """Fit every margin and compare with the first.

    Raises:
        AnalysisError: the data, the backbone or a setting is not suitable.
    """
    if (
        not config.margins
        or len({*config.margins}) < len(config.margins)
        or min(config.margins) <= -0.5
    ):
        raise AnalysisError(
            "margins: expected different numbers above -.5, received"
            f" {', '.join(map(str, config.margins)) or 'none'}."
        )
    bench = ClipBench(
        run,
        config,
        config.recipe([View(arm_name(margin), "cut", margin) for margin in config.margins]),
    )
    outcome = outcome_of(bench, arms(bench, config))
    base, *others = outcome.trials
    return Findings(
        arms=outcome.arms(),
        curves=outcome.curves(),
        figures=(over_margin(outcome, config), outcome.loss_curves("loss", "Validation log-loss")),
        tables=(
            outcome.table(
                "Margins around the face", ("precision", "recall", *BESIDE), outcome.intervals
            ),
            outcome.by_method(),
        ),
        sentences=(
            *map(outcome.answer, outcome.trials),
            *(outcome.mend(name, base) for name in others),
            outcome.apart(),
            *bench.notes(),
        ),
    )


def arms(bench: ClipBench, config: Config) -> list[ClipArm]:
    """One for each margin."""

    def samples(view: str) -> Callable[[], Samples]:
        return lambda: bench.inputs(view)[:, FIRST + 1 :]

    return [
        ClipArm(
            name,
            f"margin {margin:g}",
            {"margin": margin},
            samples(name),
            bench.network(),
            trainable=bench.trainable,
        )
        for margin, name in ((margin, arm_name(margin)) for margin in config.margins)
    ]


def over_margin(outcome: ClipOutcome, config: Config) -> Figure:
    """ROC-AUC and balanced accuracy over the margin."""
    done = [margin for margin in config.margins if arm_name(margin) in outcome]
    series = []
    for metric, words in (("roc_auc", "ROC-AUC"), ("balanced_accuracy", "balanced accuracy at .5")):
        found = [outcome.metric(arm_name(margin), metric) for margin in done]
        series.append(
            Series(
                words,
                [*done],
                [one.value for one in found],
                [one.low for one in found],
                [one.high for one in found],
            )
        )
    return Figure(
        "margin",
        "Margins around the face",
        "margin, share of the face box",
        "",
        "lines",
        tuple(series),
        outcome.intervals,
        (Level("guessing", 0.5),),
    )


EXPERIMENT = Experiment(
    name="padding",
    title="Margins around the face",
    reproduces="future work 1",
    summary="The square around the face with 0, .1, .25, .5 and 1 of its side added on every side.",
    needs=NEEDS,
    arms=tuple(map(arm_name, MARGINS)),
    config=Config,
    run=run,
)
