r"""`minibatch_epochs`: several passes over each mini-batch, and batch sizes (appendix A 7 and 8).

The paper went several times over each part of the data that it had downloaded and found the loss
"too noisy to make sense from"; it gives neither the number of passes nor the size of a part. Here a
mini-batch is used `passes` times in a row, before the next one. Within them the loss of that batch
falls, because the network learns these pictures by heart, and it jumps at the next batch: a saw. So
three numbers are measured for each arm: the standard deviation of the change of the training loss
from one step to the next, the mean size of the jump at a new batch, and the mean fall within a
batch.

    python -m training run minibatch_epochs --data DIR --out RUN --init PACKAGE

DIR holds `dfdc_faces.csv` with its archives. Figures: the training loss of the first steps, the
noise of each arm, and the validation loss per epoch with the prior's line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from training.execution import Experiment
from training.experiments.shared.crops import (
    NEEDS,
    Bench,
    CropSettings,
    Steps,
    Trial,
    Variant,
    Weights,
    class_weight,
)
from training.experiments.shared.outcome import Outcome, shown
from training.results import Figure, Findings, Metric, Series, Table
from training.runs import Run

if TYPE_CHECKING:
    from training.fitting.epochs import EpochSettings

PASSES = (1, 2, 4, 8)
BATCHES = (8, 32, 128)
FIRST_STEPS = 160  # shown in the figure
MEASURED = {
    "noise": "change of the loss from step to step (standard deviation)",
    "jump": "jump of the loss at a new batch (mean size)",
    "fall": "fall of the loss within a batch (mean)",
}


@dataclass(frozen=True)
class Config(CropSettings):
    """Everything that decides the result."""

    # Over each mini-batch of `batch` pictures; the paper does not say.
    passes: tuple[int, ...] = PASSES
    batches: tuple[int, ...] = BATCHES  # with one pass
    weights: Weights = "none"  # the same for all arms

    def smoke(self) -> Self:
        """Every stage in two minutes; nothing is learned."""
        return self.small()


def run(run: Run, config: Config) -> Findings:
    """Fit the arms, measure their noise and compare them.

    Raises:
        AnalysisError: the data or a setting is not suitable.
    """
    bench = Bench(run, config)
    variants = bench.variants(arms(config, class_weight(config.weights, bench.labels)))
    bench.start(variants)
    outcome = Outcome(bench.judge, bench.fit(variants, kept_steps))
    noise = {name: measured(trial) for name, trial in outcome.trials.items()}
    return Findings(
        arms=outcome.arms(more={name: tuple(found.values()) for name, found in noise.items()}),
        curves=outcome.curves(),
        figures=(
            _first_steps(outcome),
            _noise_bars(outcome, noise),
            outcome.loss_curves("loss", "Validation log-loss"),
        ),
        tables=(_table(outcome, noise),),
        sentences=(*sentences(outcome, config), *bench.notes()),
    )


def arms(config: Config, weights: dict[int, float] | None) -> list[Variant]:
    """Passes at the usual batch size, then the other batch sizes with one pass."""
    chosen = [(passes, config.batch) for passes in config.passes]
    chosen += [(1, batch) for batch in config.batches if (1, batch) not in chosen]
    return [
        Variant(
            arm_name(passes, batch),
            _title(passes, batch),
            {"passes_per_batch": passes, "batch": batch, "class_weight": weights},
        )
        for passes, batch in chosen
    ]


def arm_name(passes: int, batch: int) -> str:
    """Name of the arm with so many passes over batches of that size."""
    return f"passes{passes}_batch{batch}"


def _title(passes: int, batch: int) -> str:
    return f"{passes} pass{'' if passes == 1 else 'es'}, batch {batch}"


def kept_steps(steps: Steps, settings: EpochSettings) -> Steps:
    """The first losses of a fit and its three measures."""
    loss, passes = steps["loss"], settings.passes_per_batch
    return {
        "loss": [float(value) for value in loss[:FIRST_STEPS]],
        **{name: [value] for name, value in noise(loss, passes).items()},
    }


def noise(loss: Sequence[float], passes: int) -> dict[str, float]:
    """Three measures of how noisy a training loss is.

    Args:
        loss: of every step; each batch is used `passes` times in a row.
        passes: over each batch, at least 1.

    Returns:
        `noise`: standard deviation of the change from one step to the next, 0 with fewer than three
        steps. `jump`: mean size of the change at a new batch. `fall`: mean of what the loss of a
        batch loses from its first to its last pass; 0 with one pass.
    """
    values = np.asarray(loss, dtype=np.float64)
    change = np.diff(values)
    fresh = np.arange(1, len(values)) % passes == 0
    whole = values[: len(values) // passes * passes].reshape(-1, passes)
    return {
        "noise": float(change.std()) if len(change) > 1 else 0.0,
        "jump": float(np.abs(change[fresh]).mean()) if fresh.any() else 0.0,
        "fall": float((whole[:, 0] - whole[:, -1]).mean()) if len(whole) else 0.0,
    }


def measured(trial: Trial) -> dict[str, Metric]:
    """The three measures of an arm: mean over its seeds with the interval of Student's t."""
    return {name: over_seeds(name, [fit.steps[name][0] for fit in trial.fits]) for name in MEASURED}


def over_seeds(name: str, values: Sequence[float]) -> Metric:
    """Mean with its 95 % interval of Student's t.

    With one seed there is no interval, and its ends are the value itself.
    """
    from scipy.stats import t

    mean, count = float(np.mean(values)), len(values)
    half = (
        float(t.ppf(0.975, count - 1) * np.std(values, ddof=1) / np.sqrt(count))
        if count > 1
        else 0.0
    )
    return Metric(name, mean, mean - half, mean + half, count, count)


def ratio(name: str, ours: Trial, base: Trial) -> Metric:
    """A measure of one arm over another's, with its 95 % interval.

    It is the geometric mean over the seeds they share.
    """
    theirs = {fit.curve.seed: fit.steps[name][0] for fit in base.fits}
    logs = [
        np.log(fit.steps[name][0] / theirs[fit.curve.seed])
        for fit in ours.fits
        if fit.curve.seed in theirs
    ]
    found = over_seeds(name, logs)
    value, low, high = (float(np.exp(one)) for one in (found.value, found.low, found.high))
    return Metric(name, value, low, high, found.n, found.groups)


def sentences(outcome: Outcome, config: Config) -> tuple[str, ...]:
    """What passes and batch sizes do to the noise and to what is learned."""
    base = arm_name(1, config.batch)
    others = [name for name in outcome.trials if name != base]
    if base not in outcome:
        return ()
    effect = f"What is learned, against {outcome.title(base)}: {outcome.effect(others, base)}."
    return (
        *(_against(outcome, name, base) for name in others),
        *([effect] if others else []),
        outcome.answer(base),
    )


def _against(outcome: Outcome, name: str, base: str) -> str:
    ours, theirs = outcome.trials[name], outcome.trials[base]
    if not all(
        fit.steps[measure][0] > 0
        for trial in (ours, theirs)
        for fit in trial.fits
        for measure in ("noise", "jump")
    ):
        return (
            f"{ours.variant.title} against {theirs.variant.title}: too few steps to tell which is"
            " noisier."
        )
    noise, jump = (ratio(measure, ours, theirs) for measure in ("noise", "jump"))
    passes, batch = (ours.variant.changes[name] for name in ("passes_per_batch", "batch"))
    if passes > 1:
        means = (
            f"; within a batch the loss falls by {measured(ours)['fall'].value:.3f}: {_jumps(jump)}"
        )
    else:
        means = (
            "; the square root of the sizes would give"
            f" {np.sqrt(theirs.variant.changes['batch'] / batch):.2f}: {_noisy(noise)}"
        )
    return (
        f"{ours.variant.title} against {theirs.variant.title}: from step to step the training loss"
        f" moves {_times(noise)} as much, at a new batch {_times(jump)}{means}."
    )


def _jumps(jump: Metric) -> str:
    if jump.low > 1:
        return "noisier, by larger jumps from batch to batch"
    if jump.high < 1:
        return "calmer, by smaller jumps from batch to batch"
    return "no noisier, the jumps from batch to batch are as large as with one pass"


def _noisy(noise: Metric) -> str:
    return (
        "noisier"
        if noise.low > 1
        else "calmer"
        if noise.high < 1
        else "neither noisier nor calmer beyond what the seeds vary"
    )


def _times(ratio: Metric) -> str:
    return f"{ratio.value:.2f} times [{ratio.low:.2f}, {ratio.high:.2f}]"


def _first_steps(outcome: Outcome) -> Figure:
    series = []
    for trial in outcome.trials.values():
        loss = trial.fits[0].steps["loss"]
        series.append(
            Series(trial.variant.title, [float(step) for step in range(1, len(loss) + 1)], loss)
        )
    caption = (
        f"Training loss of each of the first {FIRST_STEPS} steps, first seed, nothing smoothed."
    )
    return Figure(
        "first-steps",
        "Training loss, step by step",
        "step",
        "training loss",
        "lines",
        tuple(series),
        caption,
    )


def _noise_bars(outcome: Outcome, noise: dict[str, dict[str, Metric]]) -> Figure:
    series = []
    for name, words in MEASURED.items():
        found = [noise[arm][name] for arm in outcome.trials]
        titles: list[float | str] = [outcome.title(arm) for arm in outcome.trials]
        series.append(
            Series(
                words,
                titles,
                [one.value for one in found],
                [one.low for one in found],
                [one.high for one in found],
            )
        )
    caption = "Mean over the seeds, 95 % intervals of Student's t; training loss in nats."
    return Figure(
        "noise", "How noisy the training loss is", "", "nats", "bars", tuple(series), caption
    )


def _table(outcome: Outcome, noise: dict[str, dict[str, Metric]]) -> Table:

    rows = []
    for name, trial in outcome.trials.items():
        changes = trial.variant.changes
        values = [shown(noise[name][measure]) for measure in MEASURED]
        metrics = [
            shown(outcome.metric(name, metric))
            for metric in ("balanced_accuracy", "roc_auc", "log_loss")
        ]
        rows.append(
            (trial.variant.title, changes["passes_per_batch"], changes["batch"], *values, *metrics)
        )
    columns = (
        "arm",
        "passes",
        "batch",
        "noise",
        "jump at a new batch",
        "fall within a batch",
        "balanced accuracy",
        "ROC-AUC",
        "log-loss",
    )
    return Table(
        "Passes over each mini-batch, and batch sizes",
        columns,
        tuple(rows),
        f"Noise: intervals over seeds. {outcome.intervals}",
    )


EXPERIMENT = Experiment(
    name="minibatch_epochs",
    title="Several passes over each mini-batch",
    reproduces="appendix A 7 and 8",
    summary=(
        "1, 2, 4 and 8 passes over each mini-batch before the next, and batches of 8, 32 and 128:"
        " how noisy the training loss gets, and what is learned."
    ),
    needs=NEEDS,
    arms=tuple(
        dict.fromkeys(
            [arm_name(passes, 32) for passes in PASSES] + [arm_name(1, batch) for batch in BATCHES]
        )
    ),
    config=Config,
    run=run,
)
