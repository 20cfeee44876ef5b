"""A network while it is trained, with Keras (any backend) or plain PyTorch.

PyTorch is faster on processors.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from training.recipe import Engine, FitSettings

if TYPE_CHECKING:
    import keras

Pictures = NDArray[np.uint8]
Predict = Callable[[Pictures], NDArray[np.float32]]
"""(n, H, W, 3) uint8 pictures -> (n,) float32 logits."""


class Learner(Protocol):
    """A network with its optimiser's state and the moving average of its weights."""

    @property
    def steps(self) -> int:
        """Steps that were done."""

    def step(self, pictures: Pictures, labels: NDArray[np.float32], rate: float) -> float:
        """Learn from one batch.

        Args:
            pictures: (n, H, W, 3) uint8 RGB.
            labels: (n, 1) float32, 1 for FAKE.
            rate: learning rate of this step.

        Returns:
            The loss, in nats.
        """

    def is_finite(self) -> bool:
        """Whether every weight is a number."""

    def averaged(self, pictures: Iterable[Pictures] = ()) -> AbstractContextManager[Predict]:
        """Inside, the network has the moving average of its weights, and can be asked.

        Afterwards it has its own weights again.

        Args:
            pictures: batches that measure the statistics of its normalisation: those it has belong
                to its own weights, and with averaged ones they cost .05 of AUC half-way through a
                run.
        """

    def model(self) -> keras.Model:
        """The network with the weights that it has now, in Keras."""

    def save(self, path: Path) -> None:
        """Write a checkpoint: weights, average, optimiser."""


def has_torch() -> bool:
    """Whether PyTorch is installed."""
    return importlib.util.find_spec("torch") is not None


def chosen(engine: Engine) -> Literal["keras", "torch"]:
    """The library to train with: `auto` takes PyTorch if it is installed.

    Raises:
        AnalysisError: PyTorch is asked for, and is not installed.
    """
    if engine == "auto":
        return "torch" if has_torch() else "keras"
    if engine == "torch" and not has_torch():
        raise AnalysisError(
            "PyTorch is not installed; install it (pip install torch), or train with Keras (--set"
            " engine=keras)."
        )
    return engine


def learner(
    engine: Engine, build: Callable[[], keras.Model], settings: FitSettings, checkpoint: Path | None
) -> Learner:
    """A network to train, from its start or from a checkpoint of the same library.

    Args:
        engine: the library; see `chosen`.
        build: makes the network of `training.network.models.build_xception`, with the weights to
            start from.
        settings: of the fit.
        checkpoint: from `Learner.save`; None begins with what `build` makes.

    Raises:
        AnalysisError: PyTorch is asked for, and is not installed.
    """
    # Each loads its library, which takes seconds, or may not be installed.
    if chosen(engine) == "torch":
        from training.fitting.torch_learner import TorchLearner

        return TorchLearner(build, settings, checkpoint)
    from training.fitting.keras_learner import KerasLearner

    return KerasLearner(build, settings, checkpoint)
