"""Networks that take no time, in place of Xception, and an experiment carried out with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dfgui.core import training_events as events
from training.execution import Experiment, carry_out, configured
from training.fitting.epochs import Arrays, EpochSettings, Fitted, Span
from training.fitting.losses import term_and_gradient
from training.network.backbone import Backbone
from training.results import Curve
from training.runs import Run

SIZE = 71  # pixels, the least that Xception takes


def small_xception(
    size: int | None,
    *,
    dense: tuple[int, ...] = (6, 5),
    dropout: float = 0.0,
    weights: str | None = None,
) -> keras.Model:
    """As `build_xception` builds, with a network of two layers for the convolutional part."""
    layers = keras.layers
    picture = keras.Input((size, size, 3))
    x = layers.BatchNormalization()(layers.Conv2D(8, 3, strides=4, use_bias=False)(picture))
    base = keras.Model(
        picture, layers.GlobalAveragePooling2D()(layers.Activation("relu")(x)), name="xception"
    )
    if weights is not None:
        base.load_weights(weights)
    inputs = keras.Input((size, size, 3), name="rgb")
    x = base(layers.Rescaling(1 / 127.5, offset=-1.0)(inputs))
    for number, width in enumerate(dense, start=1):
        x = layers.Dense(width, activation="relu", name=f"dense_{number}")(x)
    return keras.Model(inputs, layers.Dense(1, dtype="float32", name="logit")(x))


def trained_xception(seed: int = 5, size: int | None = SIZE) -> keras.Model:
    """The small network with weights and statistics of its own."""
    network = small_xception(size)
    rng = np.random.default_rng(seed)
    network.set_weights([rng.uniform(0.1, 1, weight.shape) for weight in network.get_weights()])
    return network


def use_small_xception(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small network in place of Xception, and of the one that files are searched for."""
    for place in ("models", "backbone", "weights"):
        monkeypatch.setattr(f"training.network.{place}.build_xception", small_xception)


def _colours(given: Any) -> Any:
    return keras.layers.GlobalAveragePooling2D()(keras.layers.Rescaling(1 / 255)(given))


def use_tiny_networks(
    monkeypatch: pytest.MonkeyPatch, *, seen: frozenset[str] = frozenset()
) -> None:
    """Three features, the mean colours, and nothing else to learn from."""

    def load(init: str, *, input_size: int, seed: int = 0) -> Backbone:
        given = keras.Input((input_size, input_size, 3))
        return Backbone(
            keras.Model(given, _colours(given)), f"a tiny network, {init}", seen, "0" * 64
        )

    def whole(
        *, input_size: int, dense: Sequence[int], dropout: float, start: Backbone | None
    ) -> keras.Model:
        given = keras.Input((input_size, input_size, 3))
        return keras.Model(given, keras.layers.Dense(1)(_colours(given)))

    monkeypatch.setattr("training.network.backbone.load", load)
    monkeypatch.setattr("training.network.backbone.whole", whole)


def use_quick_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One epoch without fitting: the scores follow from the first feature, the losses are a saw."""

    def fit(
        run: Run,
        model: keras.Model,
        train: Arrays,
        validation: Arrays,
        settings: EpochSettings,
        *,
        arm: str,
        seed: int,
        done: Span | None,
    ) -> Fitted:
        scores = np.clip(
            validation.x.reshape(len(validation.y), -1)[:, 0] / 300 + 0.3 + 0.1 * seed, 0, 1
        ).astype(np.float64)
        values = {"loss": 0.5, "val_loss": 0.4 + 0.01 * seed, "val_accuracy": 0.8, "val_auc": 0.6}
        run.epoch(arm, seed, 0, 1, values, 0.4227)
        count = -(-len(train.y) // settings.batch) * settings.passes_per_batch
        passes = settings.passes_per_batch
        steps = {
            "loss": [
                1.0 + 0.3 * (step // passes % 2) - 0.1 * (step % passes) for step in range(count)
            ],
            "i": [-2.0] * count,
        }
        if settings.form != "none":
            term, gradient = term_and_gradient(
                settings.form, steps["i"], settings.batch, phi=settings.phi, tau=settings.tau
            )
            steps |= {"term": term.tolist(), "gradient": gradient.tolist()}
        curve = Curve(arm, seed, 0, 0.4227, {name: [value] for name, value in values.items()})
        return Fitted(curve, scores, 1, 1, False, steps, settings)

    monkeypatch.setattr("training.fitting.epochs.fit", fit)


def carried(
    experiment: Experiment,
    data: Path,
    *settings: str,
    watch: Callable[[events.Event], None] = lambda event: None,
) -> tuple[int, list[events.Event]]:
    """The exit status of a quick run into `data/run`, and what it said."""
    said: list[events.Event] = []

    def both(event: events.Event) -> None:
        said.append(event)
        watch(event)

    config = configured(experiment, smoke=True, overrides=settings)
    return (
        carry_out(
            experiment, config, data, data / "run", smoke=True, command="the command", watch=both
        ),
        said,
    )
