"""The messages of the training program, one JSON object per line.

They report on a running experiment and describe the experiments that there are.

The program writes these lines and the window reads them; neither imports the other.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

RunOutcome = Literal["finished", "stopped", "failed"]


class Line(msgspec.Struct, frozen=True, tag_field="event"):
    """One line of the training program."""


class Started(Line, frozen=True, tag="started"):
    """The run has been set up.

    Attributes:
        arms: names of the arms, in the order of the report.
        fits: number of networks that will be fitted; 0 if that is not known.
        backbone: which network the features come from and what it had seen, in words.
        prior: log-loss of the constant predictor on the evaluation set, in nats; None if each
            fit has its own.
    """

    experiment: str
    arms: tuple[str, ...]
    fits: int = 0
    backbone: str = ""
    prior: float | None = None


class Epoch(Line, frozen=True, tag="epoch"):
    """One more pass over the data.

    Attributes:
        epoch: counts from 1.
        values: `loss`, `val_loss`, `val_accuracy`, `val_auc` and others, by name.
        prior: log-loss of the constant predictor on the validation part of this fit.
    """

    arm: str
    seed: int
    fold: int
    epoch: int
    values: dict[str, float]
    prior: float | None = None


class Progress(Line, frozen=True, tag="progress"):
    """Progress of the whole run: `done` is 0-1; `seconds_left` is None while unknown."""

    done: float
    text: str
    seconds_left: float | None = None


class Said(Line, frozen=True, tag="said"):
    """A sentence for the user who watches the run."""

    text: str
    level: Literal["info", "warning"] = "info"


class Ended(Line, frozen=True, tag="ended"):
    """The last line of every run."""

    outcome: RunOutcome
    sentence: str


Event = Started | Epoch | Progress | Said | Ended


class Described(msgspec.Struct, frozen=True):
    """An experiment, as the training program lists it.

    Attributes:
        reproduces: figure, table or section of the paper.
        needs: which data, in words.
        settings: every value that can be set, with its default.
        makes_package: whether a model package can be made from its run.
    """

    name: str
    title: str
    reproduces: str
    summary: str
    needs: str
    arms: tuple[str, ...]
    settings: dict[str, Any]
    makes_package: bool = False
