"""The experiments, by name, one file each; a file is read only when its experiment is needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from dfgui.core.errors import AnalysisError
from dfgui.core.training_events import Described

if TYPE_CHECKING:
    from training.results import Findings

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


@dataclass(frozen=True)
class Experiment:
    """One experiment of the paper.

    Attributes:
        title: a few words.
        reproduces: figure, table or section of the paper.
        summary: one or two sentences: what is compared, and on what.
        needs: which data, in words.
        arms: names, in the order of the report.
        config: frozen dataclass of every free value, with its default; its `smoke()` gives a quick
            one.
        run: (Run, config) -> Findings.
        makes_package: whether `export` can make a model package from its run.
    """

    name: str
    title: str
    reproduces: str
    summary: str
    needs: str
    arms: tuple[str, ...]
    config: Any
    run: Callable[[Any, Any], Findings]
    makes_package: bool = False

    def described(self) -> Described:
        """The listing in the training program."""
        settings = msgspec.json.decode(msgspec.json.encode(self.config()))
        return Described(
            self.name,
            self.title,
            self.reproduces,
            self.summary,
            self.needs,
            self.arms,
            settings,
            self.makes_package,
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
