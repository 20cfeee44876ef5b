"""Pairs of people as tiny clips with fakes that are easy to tell, and a tiny backbone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import msgspec
import pytest

from tests.training.faces import write_pair
from training.execution import carry_out
from training.experiments import get
from training.experiments.shared.clips import HeldOut
from training.network import backbone
from training.network.backbone import Backbone
from training.results import Curve, Result, read_result

WIDTH = 27
"""Features of the tiny backbone: the colour of each of 3 x 3 parts."""


def write_pairs(data: Path, pairs: int, *, frames: int = 8) -> Path:
    """Pairs 001-002, 003-004 and so on: four clips each, in `data/ffpp`."""
    for number in range(1, 2 * pairs, 2):
        for person, donor in ((number, number + 1), (number + 1, number)):
            write_pair(data / "ffpp", f"{person:03d}", f"{donor:03d}", frames=frames)
    return data


def _colours(size: int, *, trained: bool) -> keras.Model:
    given = keras.Input((size, size, 3))
    x = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(given)
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(size // 3)(x))
    return keras.Model(given, keras.layers.Dense(1)(x) if trained else x)


def use_tiny_backbone(monkeypatch: pytest.MonkeyPatch, *, seen: Sequence[str] = ()) -> None:
    """Every backbone is the colour of 3 x 3 parts, every whole network one layer on that."""

    def load(init: str, *, input_size: int, seed: int = 0) -> Backbone:
        return Backbone(
            _colours(input_size, trained=False),
            f"colours, {init}",
            frozenset(seen),
            f"{input_size:064d}",
        )

    def whole(
        *, input_size: int, dense: Sequence[int], dropout: float, start: Backbone | None = None
    ) -> keras.Model:
        return _colours(input_size, trained=True)

    monkeypatch.setattr(backbone, "load", load)
    monkeypatch.setattr(backbone, "whole", whole)


def carried_out(name: str, change: Callable[[Any], Any], data: Path, out: Path) -> Result:
    """The result of an experiment with a changed smoke configuration.

    Fails with the sentence that the experiment ends with.
    """
    experiment, said = get(name), []
    config = change(experiment.config().smoke())
    status = carry_out(
        experiment, config, data, out, smoke=True, command="the command", watch=said.append
    )
    assert status == 0, msgspec.json.encode(said[-1]).decode()
    return read_result(out)


def held_out(
    arm: str,
    seed: int,
    fold: int,
    clips: dict[int, float],
    losses: Sequence[float],
    weight: int = 1,
) -> HeldOut:
    """A finished fit: scores by clip, validation losses by epoch."""
    curve = Curve(
        arm, seed, fold, 0.6, {"val_loss": [*losses], "val_accuracy": [1 - loss for loss in losses]}
    )
    return HeldOut(curve, [*clips.values()], {}, [*clips], weight)


def learning(config: Any, **changes: Any) -> Any:
    """Settings with which the tiny backbone learns, on four pairs in two folds."""
    fit = {"epochs": 12, "patience": 12, "batch": 8, "learning_rate": 0.02, "dense": (16,)}
    return replace(config, frames=3, within=0, pairs=0, folds=2, **fit, **changes)


def metric(result: Result, arm: str, name: str) -> float:
    return next(
        one.value
        for found in result.arms
        if found.name == arm
        for one in found.metrics
        if one.name == name
    )
