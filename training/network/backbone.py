"""The convolutional part of a network, and features made with it once and kept.

It says where its weights come from and what they have seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import has_bf16
from dfgui.core.network.package import load_package
from training.network.models import build_xception
from training.network.package_weights import package_name, weights_from_package
from training.network.training_exposure import (
    BEGAN,
    IMAGENET,
    PLAIN,
    recipe_of,
    seen_by_package,
    seen_by_run,
    started_from,
)
from training.network.training_exposure import UNKNOWN as UNKNOWN
from training.network.training_exposure import forbid as forbid
from training.network.weights import CONVOLUTIONAL, TAKES, load_network, read_weights, xception_in
from training.recipe import CHECKPOINTS
from training.runs import Run

WIDTH = 2048  # features
RUN_FILES = ("final.keras", "last.keras")
BATCH = 32
CHUNK = 2048  # pictures whose features are kept together: what an interrupted run loses at most


@dataclass(frozen=True)
class Backbone:
    """The convolutional part of an Xception, pooled.

    Attributes:
        model: (n, size, size, 3) RGB in 0-255 -> (n, 2048) float32, in mixed bf16 if the processor
            has it.
        words: where the weights come from.
        seen: what they were trained on: `imagenet`, `dfdc:train`, `ffpp:033` (a person's face) and
            the like; `UNKNOWN` among them if that is not known.
        digest: SHA-256 of the weights and the input size.
    """

    model: keras.Model
    words: str
    seen: frozenset[str]
    digest: str


def load(init: str, *, input_size: int, seed: int = 0) -> Backbone:
    """The backbone that `init` names.

    Args:
        init: `random`; the folder of a model package; that of a run of `learn`, finished or not;
            `imagenet`, or a file: see `training.network.weights.read_weights`.
        input_size: side of the pictures in pixels, at least 71.
        seed: of random weights.

    Raises:
        AnalysisError: the weights are not available, or are of another network.
    """
    keras.utils.set_random_seed(seed)
    with fast_precision():
        if init == "random":
            return _backbone(
                build_xception(input_size),
                f"Xception from random weights, seed {seed}",
                PLAIN[init],
            )
        return (
            _of_weights(init, input_size)
            if init == IMAGENET
            else _from_path(Path(init), input_size)
        )


def network_of_run(run: Path) -> tuple[keras.Model, str]:
    """The network of a run of `learn`, and where it and its start come from in words.

    If the run is not finished, it is the network of its last finished stage.

    Raises:
        AnalysisError: it is a run of another experiment, or has kept no network yet.
    """
    stages, finished = recipe_of(run).stages, run / RUN_FILES[0]
    start = f"{BEGAN}{before}" if (before := started_from(run)) else ""
    if finished.is_file():
        return load_network(finished, run.name), f"Xception of the run {run.name} of learn{start}"
    for stage in reversed(stages):
        if (run / stage / RUN_FILES[0]).is_file() and not any(
            (run / stage / name).is_file() for name in CHECKPOINTS.values()
        ):
            words = f"Xception of the unfinished run {run.name} of learn, stage {stage}{start}"
            return load_network(run / stage / RUN_FILES[0], run.name), words
    raise AnalysisError(
        f"{run.name} is a run that has kept no network yet; let it go on, or choose another with"
        " --init."
    )


def features(
    run: Run,
    backbone: Backbone,
    key: str,
    pictures: Iterable[NDArray[np.uint8]],
    n: int,
    *,
    done: tuple[float, float] = (0.0, 0.1),
) -> NDArray[np.float32]:
    """Features of pictures, computed once and kept in the run.

    An interrupted run continues where it stopped.

    Args:
        run: keeps them, is told how far it is, and may ask to stop.
        backbone: its digest becomes part of the key.
        key: names the pictures, and what they depend on beyond the run's configuration.
        pictures: (size, size, 3) uint8 RGB each, the same at each start of the run; read only if
            features are missing.
        n: how many.
        done: the share of the whole run at the beginning and at the end.

    Returns:
        (n, 2048) float32.

    Raises:
        AnalysisError: a picture is not of the network's size.
        Stopped: Ctrl-C came; what was finished is kept.
    """
    reader = _Reader(run, backbone.model, iter(pictures), n, key, done)
    parts = []
    for start in range(0, n, CHUNK):
        stop = min(start + CHUNK, n)
        make = partial(reader, start, stop)
        parts.append(run.arrays(f"{key}-{backbone.digest[:12]}-{n}-{start}", make)["x"])
    return np.concatenate(parts) if parts else np.zeros((0, WIDTH), np.float32)


class _Reader:
    """Features of the pictures from one place to another; earlier ones are read and skipped."""

    def __init__(
        self,
        run: Run,
        model: keras.Model,
        pictures: Iterator[NDArray[np.uint8]],
        n: int,
        key: str,
        done: tuple[float, float],
    ) -> None:
        self._run, self._model, self._pictures, self._n, self._key, self._done = (
            run,
            model,
            pictures,
            n,
            key,
            done,
        )
        self._read = 0

    def __call__(self, start: int, stop: int) -> dict[str, NDArray[np.float32]]:
        self._take(start - self._read)
        parts = []
        for at in range(start, stop, BATCH):
            self._run.require_going()
            batch = self._take(min(BATCH, stop - at))
            parts.append(
                np.asarray(
                    self._model.predict_on_batch(_stacked(batch, self._model, self._key)),
                    dtype=np.float32,
                )
            )
            begin, end = self._done
            self._run.progress(
                begin + (end - begin) * self._read / self._n,
                f"features of {self._read} of {self._n} pictures",
            )
        return {"x": np.concatenate(parts)}

    def _take(self, count: int) -> list[NDArray[np.uint8]]:
        taken = list(islice(self._pictures, count))
        self._read += len(taken)
        if len(taken) < count:
            raise ValueError(
                f"features: expected {self._n} pictures for {self._key}, received {self._read}"
            )
        return taken


def _stacked(
    pictures: Sequence[NDArray[np.uint8]], model: keras.Model, key: str
) -> NDArray[np.uint8]:
    expected = tuple(model.input_shape[1:])
    for picture in pictures:
        if picture.shape != expected:
            raise AnalysisError(
                f"{key}: a picture has the size {picture.shape}, and the backbone takes {expected};"
                " make it that size."
            )
    return np.stack(pictures)


def head(
    *, inputs: int = WIDTH, dense: Sequence[int] = (256, 64), dropout: float = 0.0
) -> keras.Model:
    """The paper's dense layers alone, in float32.

    From (n, inputs) features to (n, 1) logits, positive for FAKE.
    """
    layers = keras.layers
    given = keras.Input((inputs,), name="features")
    x = given
    for number, width in enumerate(dense, start=1):
        x = layers.Dense(width, activation="relu", dtype="float32", name=f"dense_{number}")(x)
    if dropout:
        x = layers.Dropout(dropout, dtype="float32", name="dropout")(x)
    return keras.Model(given, layers.Dense(1, dtype="float32", name="logit")(x), name="head")


def whole(
    *,
    input_size: int,
    dense: Sequence[int] = (256, 64),
    dropout: float = 0.0,
    start: Backbone | None = None,
) -> keras.Model:
    """A network with all weights trained, in mixed bf16 if the processor has it.

    Args:
        input_size: side of the pictures in pixels, at least 71.
        dense: see `training.network.models.build_xception`.
        dropout: see there as well.
        start: gives the convolutional part its weights; None leaves them random.

    Returns:
        (n, size, size, 3) RGB in 0-255 -> (n, 1) float32 logits, positive for FAKE.
    """
    with fast_precision():
        network = build_xception(input_size, dense=dense, dropout=dropout)
    if start is not None:
        network.get_layer(CONVOLUTIONAL).set_weights(
            start.model.get_layer(CONVOLUTIONAL).get_weights()
        )
    return network


@contextmanager
def fast_precision() -> Iterator[None]:
    """Inside, layers are made for mixed bf16 if the processor has it, else for float32."""
    earlier = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if has_bf16() else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(earlier)


def _backbone(network: keras.Model, words: str, seen: frozenset[str]) -> Backbone:
    """The pooled features of a network of `build_xception`."""
    after = network.layers[1 + [layer.name for layer in network.layers].index(CONVOLUTIONAL)]
    pooled = keras.layers.Activation("linear", dtype="float32", name="features")(after.input)
    model = keras.Model(network.input, pooled, name="backbone")
    digest = hashlib.sha256(str(model.input_shape).encode())
    for weight in model.get_weights():
        digest.update(np.ascontiguousarray(weight).tobytes())
    return Backbone(model, words, seen, digest.hexdigest())


# Where weights come from


def _from_path(path: Path, input_size: int) -> Backbone:
    if (path / "card.json").is_file():
        network = weights_from_package(build_xception(input_size), path)
        return _backbone(
            network,
            f"Xception of the package {package_name(path)}",
            seen_by_package(load_package(path).card),
        )
    run = path.parent if path.name in RUN_FILES else path
    if (run / "config.json").is_file():
        seen = seen_by_run(run)
        trained, words = network_of_run(run)
        return _backbone(_resized(trained, input_size, run), words, seen)
    if path.is_dir():
        raise AnalysisError(f"The folder {path.name} holds no weights. {TAKES}")
    return _of_weights(path, input_size)


def _of_weights(source: str | Path, input_size: int) -> Backbone:
    weights = read_weights(source)
    return _backbone(weights.into(build_xception(input_size)), weights.words, weights.seen)


def _resized(trained: keras.Model, input_size: int, path: Path) -> keras.Model:
    """A network for another input size with the same convolutional part.

    It is made for this processor's precision.
    """
    network = build_xception(input_size)
    network.get_layer(CONVOLUTIONAL).set_weights(xception_in(trained, path.name))
    return network
