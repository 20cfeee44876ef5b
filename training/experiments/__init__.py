"""The experiments, by name, one file each; a file is read only when its experiment is needed."""

from __future__ import annotations

import importlib

from dfgui.core.errors import AnalysisError
from training.execution import Experiment

NAMES = (
    "inputs",
    "conditional_loss",
    "class_weight",
    "minibatch_epochs",
    "occlusion",
    "padding",
    "patches",
    "audio",
    "temporal",
    "fusion",
    "pixels",
    "learn",
)


def get(name: str) -> Experiment:
    """The experiment of that name. Raises AnalysisError if there is none."""
    if name not in NAMES:
        raise AnalysisError(
            f"There is no experiment named {name!r}; there are: {', '.join(NAMES)}."
        )
    experiment = importlib.import_module(f"training.experiments.{name}").EXPERIMENT
    assert isinstance(experiment, Experiment)
    return experiment
