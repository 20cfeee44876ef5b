"""Training with Keras, on whichever backend it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training.fitting.learner import Pictures, Predict
from training.recipe import FitSettings

BATCH = 50  # pictures asked about at once


class KerasLearner:
    """See `training.fitting.learner.Learner`.

    Args:
        build: makes the network to start from; called only if there is no checkpoint.
        settings: of the fit.
        checkpoint: from `save`, or None.
    """

    def __init__(
        self, build: Callable[[], keras.Model], settings: FitSettings, checkpoint: Path | None
    ) -> None:
        self._settings = settings
        self._model = (
            compiled(build(), settings) if checkpoint is None else resumed(checkpoint, settings)
        )

    @property
    def steps(self) -> int:
        """Steps that were done."""
        return int(self._model.optimizer.iterations)

    def step(self, pictures: Pictures, labels: NDArray[np.float32], rate: float) -> float:
        """Learn from one batch; returns the loss."""
        self._model.optimizer.learning_rate = rate
        return float(self._model.train_on_batch(pictures, labels))

    def is_finite(self) -> bool:
        """Whether every weight is a number."""
        return all(
            np.isfinite(keras.ops.convert_to_numpy(variable)).all()
            for variable in self._model.variables
        )

    @contextmanager
    def averaged(self, pictures: Iterable[Pictures] = ()) -> Iterator[Predict]:
        """Inside, the averaged weights with statistics from `pictures`; after, its own again."""
        model = self._model
        # Copied, because some backends give a view.
        own = [np.array(keras.ops.convert_to_numpy(variable)) for variable in model.weights]
        model.optimizer.finalize_variable_values(model.trainable_variables)
        if self._settings.trained != "head":
            _measure_statistics(model, pictures)
        try:
            yield self._predict
        finally:
            for variable, value in zip(model.weights, own, strict=True):
                variable.assign(value)

    def model(self) -> keras.Model:
        """The network with the weights that it has now."""
        return self._model

    def save(self, path: Path) -> None:
        """Write a checkpoint."""
        self._model.save(path)

    def _predict(self, pictures: Pictures) -> NDArray[np.float32]:
        return np.asarray(
            self._model.predict(pictures, batch_size=BATCH, verbose=0)[:, 0], dtype=np.float32
        )


def compiled(model: keras.Model, settings: FitSettings) -> keras.Model:
    """The model with AdamW, a moving average of its weights, and cross-entropy on logits.

    What is not trained is frozen.
    """
    _freeze(model, settings)
    optimizer = keras.optimizers.AdamW(
        settings.learning_rate,
        weight_decay=settings.weight_decay,
        global_clipnorm=settings.clip_norm,
        use_ema=True,
        ema_momentum=settings.average_decay,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(optimizer, keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def resumed(last: Path, settings: FitSettings) -> keras.Model:
    """The model of a checkpoint with its optimizer's state.

    It is compiled again, since a saved optimizer forgets which weights do not decay.
    """
    model = compiled(keras.models.load_model(last, compile=False), settings)
    model.optimizer.build(model.trainable_variables)
    model.load_weights(last)
    return model


def _freeze(model: keras.Model, settings: FitSettings) -> None:
    """Leave only the parts trainable that the settings name.

    The layers outside the convolutional part are the head.
    """
    for layer in model.layers:
        if isinstance(layer, keras.Model) and settings.trained != "all":
            for inner in layer.layers:
                inner.trainable = settings.trained == "norms" and isinstance(
                    inner, keras.layers.BatchNormalization
                )


def _measure_statistics(model: keras.Model, pictures: Iterable[Pictures]) -> None:
    """Set the normalisation layers' means and variances to their average over the batches."""
    layers = list(_normalisations(model))
    if not layers:
        return
    momenta = [layer.momentum for layer in layers]
    for count, batch in enumerate(pictures):
        for layer in layers:
            layer.momentum = count / (count + 1)
        model(batch, training=True)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum


def _normalisations(model: keras.Model) -> Iterator[keras.layers.BatchNormalization]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _normalisations(layer)
        elif isinstance(layer, keras.layers.BatchNormalization):
            yield layer
