"""Training with PyTorch: the network, the steps and the end after an interruption as with Keras."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip(
    "torch", reason="PyTorch is not installed; it trains faster than Keras, and is not required"
)

import torch

from training.fitting.fit import Batch, fit
from training.fitting.keras_learner import KerasLearner
from training.fitting.learner import Predict, chosen
from training.fitting.torch_learner import TorchLearner
from training.network.models import build_xception
from training.network.torch_xception import TorchXception, load, unload
from training.recipe import FitSettings

SETTINGS = FitSettings(
    4, 1e-3, warm_up=0, average_decay=0.5, judge_every=2, save_every=2, log_every=1, refreshing=1
)
SIZE = 72


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Use one thread.

    Two wait for each other at every layer: on a busy machine that takes ten times as long.
    """
    earlier = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(earlier)


@pytest.fixture(scope="module")
def weights() -> list[NDArray[np.float32]]:
    """Weights of a network whose normalisation statistics are not its initial ones."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    found = build_xception(None, dense=(16,)).get_weights()
    return [
        rng.uniform(0.5, 1.5, array.shape).astype(np.float32) if array.ndim == 1 else array
        for array in found
    ]


@pytest.fixture
def build(weights: list[NDArray[np.float32]]) -> "Build":
    return Build(weights)


@pytest.fixture(autouse=True)
def _in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a processor with bf16 too, whose rounding would hide a difference."""
    monkeypatch.setattr("training.fitting.torch_learner.has_bf16", lambda: False)


class Build:
    """Makes the network, in float32 whatever ran before."""

    def __init__(self, weights: Sequence[NDArray[np.float32]]) -> None:
        self._weights = weights

    def __call__(self) -> keras.Model:
        keras.config.set_dtype_policy("float32")
        model = build_xception(None, dense=(16,))
        model.set_weights(self._weights)
        return model


def _batch(step: int, size: int = SIZE) -> Batch:
    rng = np.random.default_rng(step)
    return rng.integers(0, 256, (4, size, size, 3), dtype=np.uint8), np.array(
        [[0], [1], [0], [1]], np.float32
    )


def _nothing(predict: Predict) -> dict[str, float]:
    return {}


@pytest.mark.parametrize("size", [71, 97, 112])
def test_both_networks_say_the_same(build: Build, size: int) -> None:
    """Sides that are halved evenly and unevenly: "same" padding differs between them."""
    pictures = _batch(0, size)[0]
    model = build()
    expected = model.predict(pictures, verbose=0)[:, 0]
    found = TorchLearner(build, SETTINGS, None).predict(pictures)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_weights_come_back_as_they_went(weights: list[NDArray[np.float32]]) -> None:
    network = TorchXception(dense=(16,))
    load(network, weights)
    for one, other in zip(unload(network), weights, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match="expected 238 arrays, received 237"):
        load(network, weights[:-1])
    with pytest.raises(ValueError, match=r"expected \(1, 16\), received \(1, 8\)"):
        load(network, [*weights[:-2], weights[-2][:8], weights[-1]])


def test_both_take_the_same_steps(build: Build) -> None:
    """The first loss is that of the same weights, the second shows the first step.

    The step is small, since rounding grows.
    """
    losses = {}
    for name, kind in (("keras", KerasLearner), ("torch", TorchLearner)):
        learning = kind(build, SETTINGS, None)
        losses[name] = [learning.step(*_batch(0), 1e-5) for _ in range(2)]
    assert losses["torch"][0] == pytest.approx(losses["keras"][0], rel=1e-4)
    steps = [one - other for one, other in losses.values()]
    assert min(steps) > 0.01
    assert steps[1] == pytest.approx(steps[0], rel=0.1)


@pytest.mark.parametrize(
    ("kind", "trained", "changed"),
    [
        (TorchLearner, "head", 4), (TorchLearner, "norms", 4 + 4 * 40), (TorchLearner, "all", 238),
        (KerasLearner, "head", 4), (KerasLearner, "norms", 4 + 4 * 40),
    ],
)  # fmt: skip
def test_only_what_is_to_be_trained_changes(
    build: Build,
    kind: type[KerasLearner | TorchLearner],
    trained: Literal["head", "norms", "all"],
    changed: int,
) -> None:
    learning = kind(build, replace(SETTINGS, trained=trained), None)
    learning.step(*_batch(0), 1e-2)
    before, after = build().get_weights(), learning.model().get_weights()
    assert (
        sum(not np.array_equal(one, other) for one, other in zip(before, after, strict=True))
        == changed
    )
    assert len(before) == 238


def test_an_interrupted_run_ends_with_the_same_weights(build: Build, tmp_path: Path) -> None:
    def stopping(step: int) -> Batch:
        if step == 3:
            raise KeyboardInterrupt
        return _batch(step)

    whole = fit(build, _batch, SETTINGS, tmp_path / "whole", judge=_nothing, engine="torch")
    with pytest.raises(KeyboardInterrupt):
        fit(
            build,
            stopping,
            replace(SETTINGS, readers=1),
            tmp_path / "parts",
            judge=_nothing,
            engine="torch",
        )
    assert (tmp_path / "parts" / "last.pt").exists()
    again = fit(build, _batch, SETTINGS, tmp_path / "parts", judge=_nothing, engine="torch")
    for one, other in zip(again.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_the_average_is_asked_and_then_forgotten(build: Build) -> None:
    learning, pictures = TorchLearner(build, SETTINGS, None), _batch(9)[0]
    for step in range(2):
        learning.step(*_batch(step), 1e-3)
    before = learning.predict(pictures)
    with learning.averaged([pictures]) as predict:
        assert not np.allclose(predict(pictures), before)
    np.testing.assert_array_equal(learning.predict(pictures), before)


def test_pytorch_is_taken_if_it_is_there() -> None:
    assert chosen("auto") == "torch"
    assert chosen("keras") == "keras"
