r"""`class_weight`: the class weights of appendix A 9, as printed, balanced, and none.

`class_weight={1: .84, 0: .16}` was meant to correct the imbalance. As 1 is FAKE and FAKE is 84.86 %
of the pictures, it adds to it: in the sum of the losses FAKE outweighs REAL .84 x .8486 :
.16 x .1514, about 29 to 1, and the best constant answer moves from .8486 to .967. `balanced` gives
each class half of the sum.

    python -m training run class_weight --data DIR --out RUN --init PACKAGE

DIR holds `dfdc_faces.csv` with its archives. Figures: validation accuracy and log-loss per epoch
with the level of the constant predictor, and balanced accuracy at .5 next to ROC-AUC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from training.execution import Experiment
from training.experiments.shared.crops import (
    NEEDS,
    TRAINABLE,
    Bench,
    CropSettings,
    Trial,
    Variant,
    Weights,
    class_weight,
)
from training.experiments.shared.outcome import BESIDE, Outcome
from training.results import Findings
from training.runs import Run

EDGE = 1e-6  # scores are kept this far from 0 and 1
BACK = (
    "Weights taken back: the odds of each score times the weight of REAL over that of FAKE, with"
    " which no pair changes its order."
)
TITLES: dict[Weights, str] = {
    "as_printed": "class weights as printed",
    "balanced": "balanced class weights",
    "none": "no class weights",
}


@dataclass(frozen=True)
class Config(CropSettings):
    """Everything that decides the result."""

    trainable_arms: tuple[str, ...] = ("as_printed",)

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        return self.small()


def run(run: Run, config: Config) -> Findings:
    """Fit the arms and compare them.

    Raises:
        AnalysisError: the data or a setting is not suitable.
    """
    bench = Bench(run, config)
    variants = bench.variants(
        [
            Variant(name, title, {"class_weight": class_weight(name, bench.labels)})
            for name, title in TITLES.items()
        ]
    )
    bench.start(variants)
    trials = bench.fit(variants)
    outcome, taken_back = (
        Outcome(bench.judge, trials),
        Outcome(bench.judge, [without_weights(trial) for trial in trials]),
    )
    return Findings(
        arms=outcome.arms(),
        curves=outcome.curves(),
        figures=(
            outcome.accuracy_curves("accuracy", "Validation accuracy"),
            outcome.loss_curves("loss", "Validation log-loss"),
            outcome.bars("decision-and-ranking", "The decision at .5 and the ranking"),
        ),
        tables=(
            outcome.table("Class weights", ("precision", "recall", *BESIDE), outcome.intervals),
            taken_back.table(
                "The same scores with the weights taken back",
                ("precision", "recall", *BESIDE),
                f"{BACK} {outcome.intervals}",
            ),
        ),
        sentences=(
            weights_sentence(bench.labels),
            *sentences(outcome),
            taken_back_sentence(outcome, taken_back),
            *bench.notes(),
        ),
    )


def weights_sentence(labels: NDArray[np.int64]) -> str:
    """How FAKE and REAL weigh in the sum of the losses, as printed and without weights.

    It also gives the best constant answer for each.
    """
    share = float(labels.mean())
    weights = class_weight("as_printed", labels) or {}
    fake, real = weights[1] * share, weights[0] * (1 - share)
    return (
        f"As printed, FAKE outweighs REAL {fake / real:.1f} to 1 in the loss, and without weights"
        f" {share / (1 - share):.1f} to 1: the best constant answer is {fake / (fake + real):.3f}"
        f" instead of {share:.3f}."
    )


def without_weights(trial: Trial) -> Trial:
    """The same scores without the effect of the weights.

    Weights multiply the odds that a network learns by FAKE's weight over REAL's.
    """
    weights = trial.variant.changes["class_weight"]
    if weights is None:
        return trial
    fits = []
    for fit in trial.fits:
        scores = np.clip(fit.scores, EDGE, 1 - EDGE)
        odds = scores / (1 - scores) * weights[0] / weights[1]
        fits.append(msgspec.structs.replace(fit, scores=(odds / (1 + odds)).tolist()))
    return replace(trial, fits=tuple(fits))


def taken_back_sentence(outcome: Outcome, taken_back: Outcome) -> str:
    """Whether the arms still differ once the weights are taken out of their scores."""
    losses = [
        f"{outcome.title(name)} {outcome.metric(name, 'log_loss').value:.3f}, then"
        f" {taken_back.metric(name, 'log_loss').value:.3f}"
        for name in outcome.trials
    ]
    return (
        f"{BACK} Log-loss, where the constant predictor has {outcome.prior:.4f}:"
        f" {'; '.join(losses)}."
    )


def sentences(outcome: Outcome) -> tuple[str, ...]:
    """What each arm does, and what correct weights change.

    Both are given with the backbone frozen and with the whole network trained.
    """
    answers = [outcome.answer(name) for name in outcome.trials]
    pairs = [
        (f"{kind}{name}", f"{kind}as_printed")
        for kind in ("", TRAINABLE)
        for name in TITLES
        if name != "as_printed"
    ]
    return (
        *answers,
        *(outcome.mend(name, base) for name, base in pairs if name in outcome and base in outcome),
    )


EXPERIMENT = Experiment(
    name="class_weight",
    title="Class weights",
    reproduces="appendix A 9",
    summary=(
        "The same network with the class weights as printed (.84 for FAKE, .16 for REAL, the wrong"
        " way round), balanced, and without."
    ),
    needs=NEEDS,
    arms=tuple(TITLES),
    config=Config,
    run=run,
)
