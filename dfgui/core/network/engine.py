"""Runs the network of a model package, and says with which engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.network.inference import Engine, FaceNetwork, Precision, ReadNetwork, Shape
from dfgui.core.network.openvino_engine import OpenVino
from dfgui.core.network.package import ModelPackage
from dfgui.core.network.score import calibrated

ENGINE: Engine = OpenVino()
"""What runs every network. This is the one place that chooses it."""


def has_bf16() -> bool:
    """Whether the engine has native bf16 arithmetic on this processor."""
    return ENGINE.has_bf16()


class Network:
    """A small network compiled in f32 that takes one input at a time.

    Args:
        folder: of `model.xml` and `model.bin`.
        threads: processor threads, at least 1.
        engine: runs it.

    Raises:
        AnalysisError: the engine cannot read it.
    """

    def __init__(self, folder: Path, *, threads: int, engine: Engine = ENGINE) -> None:
        try:
            self._compiled = engine.read(folder / "model.xml").compile_one(threads=threads)
        except RuntimeError as error:
            raise AnalysisError(
                "The network of {name} cannot be loaded; install it again.", name=folder.name
            ) from error

    def __call__(self, given: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """The outputs by name; `given` has the network's own shape."""
        return self._compiled(given)


class Detector:
    """The network of a package, compiled for one precision and one thread budget.

    Each request has one face and one thread; as many requests run at once as there are threads.
    That is as fast as batches, and a face's score depends neither on the other faces nor on the
    number of threads. Scores use f32; maps may use bf16, since only differences count there. The
    network is compiled in the background; the first request waits for that.

    Args:
        package: from `load_package`.
        threads: processor threads it may use, at least 1.
        precision: "f32" or "bf16".
        input_size: a side other than the card's, for measuring speed.
        engine: runs the network.

    Attributes:
        features: number of features per face that `logits_and_features` gives; 0 if the network
            gives none.

    Raises:
        AnalysisError: the engine cannot read the network, or it does not fit its card.
    """

    def __init__(
        self,
        package: ModelPackage,
        *,
        threads: int,
        precision: Precision = "f32",
        input_size: int | None = None,
        engine: Engine = ENGINE,
    ) -> None:
        self.card = package.card
        self.precision = precision
        self.input_size = input_size or self.card.input_size
        self._name = package.folder.name
        try:
            network = engine.read(package.folder / "model.xml")
            self._check_input(network)
            self._check_outputs(network.resize(self.input_size))
        except RuntimeError as error:
            raise self._unusable() from error
        compiling = ThreadPoolExecutor(1)
        self._compiling = compiling.submit(
            network.compile_faces, threads=threads, precision=precision
        )
        compiling.shutdown(wait=False)

    @cached_property
    def _network(self) -> FaceNetwork:
        try:
            return self._compiling.result()
        except RuntimeError as error:
            raise self._unusable() from error

    def _unusable(self) -> AnalysisError:
        return AnalysisError(
            "The network of the model package {name} cannot be loaded; install it again.",
            name=self._name,
        )

    def _check_input(self, network: ReadNetwork) -> None:
        side = self.card.input_size
        if not network.takes(side):
            raise AnalysisError(
                "The network of the model package {name} does not take pictures of {side} x"
                " {side} as its card says; choose another package.",
                name=self._name,
                side=side,
            )

    def _check_outputs(self, shapes: tuple[Shape, ...]) -> None:
        """Check the outputs: one number per face first, then its features, if any."""
        if not shapes or shapes[0] != (1, 1) or len(shapes) > 2:
            raise AnalysisError(
                "The network of the model package {name} does not give one number a face; choose"
                " another package.",
                name=self._name,
            )
        last = shapes[1] if len(shapes) == 2 else (1, 0)
        rows, features = last if len(last) == 2 else (None, None)
        if rows != 1 or features is None:
            raise AnalysisError(
                "The features of the model package {name} are not one row a face; choose another"
                " package.",
                name=self._name,
            )
        self.features = features

    def logits(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The network's output for face crops.

        Args:
            crops: (n, size, size, 3) uint8 RGB, size as in the card.

        Returns:
            (n,) float32, positive for FAKE; not calibrated.

        Raises:
            AnalysisError: the network gives no finite number.
            ValueError: the shape or type is wrong.
        """
        result = np.empty((len(crops), 1), dtype=np.float32)
        self._ask(crops, result)
        return self._finite(result[:, 0])

    def logits_and_features(
        self, crops: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The network's output for face crops, and the pooled features that it comes from.

        Args:
            crops: as for `logits`.

        Returns:
            (n,) float32 as from `logits`, and (n, `features`) float32.

        Raises:
            AnalysisError: the package gives no features, or no finite number.
            ValueError: the shape or type is wrong.
        """
        if not self.features:
            raise AnalysisError(
                "The network of the model package {name} gives no features; export it again, or"
                " choose another.",
                name=self._name,
            )
        result, features = (
            np.empty((len(crops), 1), dtype=np.float32),
            np.empty((len(crops), self.features), dtype=np.float32),
        )
        self._ask(crops, result, features)
        return self._finite(result[:, 0]), features

    def _ask(self, crops: NDArray[np.uint8], *results: NDArray[np.float32]) -> None:
        if crops.shape[1:] != (self.input_size, self.input_size, 3) or crops.dtype != np.uint8:
            raise ValueError(
                f"crops: expected (n, {self.input_size}, {self.input_size}, 3) uint8, received"
                f" {crops.shape} {crops.dtype}"
            )
        self._network.run(crops, results)

    def _finite(self, result: NDArray[np.float32]) -> NDArray[np.float32]:
        if not np.isfinite(result).all():
            raise AnalysisError(
                "The network of the model package {name} gave no number for a face; choose"
                " another package.",
                name=self._name,
            )
        return result

    def face_scores(self, crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        """(n,) calibrated scores of single faces, 0-1; `crops` as for `logits`."""
        return np.array(
            [calibrated(float(logit), self.card.calibration.face) for logit in self.logits(crops)]
        )
