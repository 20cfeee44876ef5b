r"""`inputs`: figure 9 and sections 5.1 to 5.3: full frame, error levels, and the face alone.

The face is cut out, or the rest is blacked out.

Each is shown to the same network as the first frame of each video, as printed (appendix A 4), and
as several frames of each. The paper's figure has three curves without the level of a constant
answer; here that level is drawn.

    python -m training run inputs --data DIR --out RUN --init RUN_OF_LEARN

DIR holds `ffpp/` in the official layout. Figures: validation log-loss per epoch, first frames
(figure 9) and several frames, with the prior's line; balanced accuracy at .5 next to ROC-AUC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

from dfgui.core.errors import AnalysisError
from training.data.clipset import FIRST as PLACE
from training.data.clipset import View
from training.execution import Experiment
from training.experiments.shared.clip_outcome import ClipOutcome, outcome_of
from training.experiments.shared.clips import NEEDS, ClipArm, ClipBench, ClipSettings, Samples
from training.experiments.shared.outcome import BESIDE
from training.results import Findings
from training.runs import Run

FACES: tuple[Literal["cut", "blackout"], ...] = ("cut", "blackout")
VIEWS = {
    "full": "full frame",
    "ela": "error levels",
    "cut": "face cut out",
    "blackout": "all but the face black",
}
FIRST = "_first"  # suffix of the name of an arm that sees the first frame of each video


@dataclass(frozen=True)
class Config(ClipSettings):
    """Everything that decides the result."""

    views: tuple[str, ...] = tuple(VIEWS)
    margin: float = 0.0  # around the face, as a share of its box

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        return self.small()


def run(run: Run, config: Config) -> Findings:
    """Fit every view, first frames and several frames, and compare.

    Raises:
        AnalysisError: the data, the backbone or a setting is not suitable.
    """
    every = {
        view.name: view
        for view in (
            View("full", "full"),
            View("ela", "ela"),
            *(View(kind, kind, config.margin) for kind in FACES),
        )
    }
    if not config.views or set(config.views) - set(every):
        raise AnalysisError(
            f"views: expected some of {', '.join(every)}, received"
            f" {', '.join(config.views) or 'none'}."
        )
    bench = ClipBench(run, config, config.recipe([every[view] for view in config.views]))
    outcome = outcome_of(bench, arms(bench, config))
    firsts, several = (
        [f"{view}{ending}" for view in VIEWS if f"{view}{ending}" in outcome]
        for ending in (FIRST, "")
    )
    figures = (
        [outcome.loss_curves("figure-9", "Validation log-loss, first frame of each video", firsts)]
        if firsts
        else []
    )
    figures += (
        [
            outcome.loss_curves(
                "frames", f"Validation log-loss, {config.frames} frames of each video", several
            )
        ]
        if several
        else []
    )
    return Findings(
        arms=outcome.arms(),
        curves=outcome.curves(),
        figures=(
            *figures,
            outcome.bars("decision-and-ranking", "The decision at .5 and the ranking"),
        ),
        tables=(
            outcome.table("Inputs", ("precision", "recall", *BESIDE), outcome.intervals),
            outcome.by_method(),
        ),
        sentences=(*sentences(outcome), outcome.apart(), *bench.notes()),
    )


def arms(bench: ClipBench, config: Config) -> list[ClipArm]:
    """Every view of the first frame, then of several frames."""

    def samples(view: str, places: slice) -> Callable[[], Samples]:
        return lambda: bench.inputs(view)[:, places]

    chosen = []
    for ending, places, words in (
        (FIRST, slice(PLACE, PLACE + 1), "first frame"),
        ("", slice(PLACE + 1, None), f"{config.frames} frames"),
    ):
        for view, title in ((view, VIEWS[view]) for view in config.views):
            settings = {"view": title, "frames": words}
            chosen.append(
                ClipArm(
                    f"{view}{ending}",
                    f"{title}, {words}",
                    settings,
                    samples(view, places),
                    bench.network(),
                    trainable=bench.trainable,
                )
            )
    return chosen


def sentences(outcome: ClipOutcome) -> tuple[str, ...]:
    """What each view reaches, and whether ELA and the face beat the full frame, as in the paper."""
    answers = [outcome.answer(name) for name in outcome.trials]
    kinds = [
        [f"{view}{ending}" for view in VIEWS if f"{view}{ending}" in outcome]
        for ending in (FIRST, "")
    ]
    pairs = [
        (f"{view}{ending}", f"full{ending}")
        for ending in (FIRST, "")
        for view in VIEWS
        if view != "full"
    ]
    compared = [
        outcome.mend(name, base) for name, base in pairs if name in outcome and base in outcome
    ]
    return (*answers, *compared, *(order(outcome, names) for names in kinds if names))


def order(outcome: ClipOutcome, names: Sequence[str]) -> str:
    """One sentence: the order of the log-losses, which the paper reads from figure 9.

    It also says which are below the constant predictor's.
    """
    losses = {name: outcome.metric(name, "log_loss").value for name in names}
    ranked = [
        f"{outcome.title(name)} {losses[name]:.3f}"
        for name in sorted(names, key=losses.__getitem__)
    ]
    below = [outcome.title(name) for name in names if losses[name] < outcome.prior]
    return (
        f"Log-loss of held-out clips, lowest first: {'; '.join(ranked)}. "
        f"Below the constant predictor's {outcome.prior:.4f}: {', '.join(below) or 'none'}."
    )


EXPERIMENT = Experiment(
    name="inputs",
    title="What the network is shown",
    reproduces="figure 9, sections 5.1 to 5.3",
    summary=(
        "Full frame, error levels, face cut out, and all but the face black, as the first frame of"
        " each video and as several; validation log-loss per epoch against the level of a constant"
        " answer."
    ),
    needs=NEEDS,
    arms=tuple(f"{view}{ending}" for ending in (FIRST, "") for view in VIEWS),
    config=Config,
    run=run,
)
