"""A search over phi and tau of the conditional loss, on a part of the training pictures.

It never uses the pictures that are judged on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from training.experiments.shared.conditional_arms import Form
from training.runs import Run, Stopped

if TYPE_CHECKING:
    import optuna

    from training.fitting.epochs import Arrays

Objective = Literal["roc_auc", "pr_auc", "balanced_accuracy", "log_loss"]


@dataclass(frozen=True)
class Try:
    """One phi and tau, and what they reached."""

    phi: float
    tau: float
    value: float


@dataclass(frozen=True)
class Space:
    """The ranges of the search; both are drawn on a logarithmic scale.

    Attributes:
        objective: the goal: the lowest log-loss, or the highest of the others.
        seed: of the search.
    """

    phi: tuple[float, float]
    tau: tuple[float, float]
    trials: int
    objective: Objective
    seed: int

    @property
    def worst(self) -> float:
        """The value reported for a try without an answer.

        No log-loss is above -log 1e-6 (13.8), since scores are clipped at 1e-6.
        """
        return 13.9 if self.objective == "log_loss" else 0.0

    def best(self, tries: Sequence[Try]) -> Try:
        """The best of these tries."""
        sign = -1 if self.objective == "log_loss" else 1
        return max(tries, key=lambda one: sign * one.value)


@dataclass(frozen=True)
class Searched:
    """The result of a search of one form of the term.

    `baseline` is the objective without the term, on the same pictures.
    """

    form: Form
    space: Space
    baseline: float
    tries: tuple[Try, ...]


def search(
    run: Run, name: str, space: Space, value: Callable[[int, float, float], float]
) -> list[Try]:
    """Ask the sampler for phi and tau and report what they reached, so many times.

    The study is in the run's folder and continues where it stopped. The sampler (tree-structured
    Parzen estimator) is created again for each trial, seeded with its number: an interrupted search
    finds the same as an uninterrupted one.

    Args:
        run: keeps the study; when it is asked to stop, the tries so far are returned.
        name: of the study.
        space: see `Space`.
        value: (number of the trial, phi, tau) -> objective.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{_study_file(run.folder, name).as_posix()}")
    try:
        lowest = space.objective == "log_loss"
        study = optuna.create_study(
            storage=storage,
            study_name=name,
            direction="minimize" if lowest else "maximize",
            load_if_exists=True,
        )
        for killed in study.get_trials(states=(optuna.trial.TrialState.RUNNING,)):
            study.tell(killed.number, state=optuna.trial.TrialState.FAIL)
        while len(_tries(study)) < space.trials and not run.stopping():
            number = len(_tries(study))
            study.sampler = optuna.samplers.TPESampler(seed=space.seed + number)
            trial = study.ask()
            phi, tau = (
                trial.suggest_float("phi", *space.phi, log=True),
                trial.suggest_float("tau", *space.tau, log=True),
            )
            try:
                study.tell(trial, value(number, phi, tau))
            except Stopped:
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
        return _tries(study)
    finally:
        storage.remove_session()
        storage.engine.dispose()


def _study_file(folder: Path, name: str) -> Path:
    return folder / "parts" / f"search-{name}.sqlite3"


def _tries(study: optuna.Study) -> list[Try]:
    from optuna.trial import TrialState

    done = study.get_trials(states=(TrialState.COMPLETE,))
    return [
        Try(trial.params["phi"], trial.params["tau"], trial.value)
        for trial in done
        if trial.value is not None
    ]


def held_back(train: Arrays, share: float, seed: int) -> tuple[Arrays, Arrays]:
    """Split the training pictures by original.

    Returns what is left to train on, and about `share` of the originals to choose on.
    """
    names = np.unique(np.asarray(train.groups))
    chosen = np.random.default_rng(seed).permutation(names)[: max(1, round(share * len(names)))]
    back = np.isin(np.asarray(train.groups), chosen)
    return _where(train, ~back), _where(train, back)


def _where(part: Arrays, keep: np.ndarray) -> Arrays:
    from training.fitting.epochs import Arrays

    return Arrays(
        part.x[keep],
        part.y[keep],
        [group for group, kept in zip(part.groups, keep, strict=True) if kept],
    )
