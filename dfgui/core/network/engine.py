"""Runs the network of a model package. Only this file uses OpenVINO."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import ModelPackage
from dfgui.core.network.score import calibrated

# OpenVINO's network converter and its telemetry take longer to import than everything else and are
# not needed here. OpenVINO works without them if they are not installed, so this process marks them
# as not installed.
sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
import openvino as ov  # noqa: E402

Precision = Literal["f32", "bf16"]


def engine() -> str:
    """Name and version of what runs the network."""
    return f"OpenVINO {ov.get_version().split('-')[0]}"


def has_bf16() -> bool:
    """Whether this processor has native bf16 arithmetic."""
    return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class Network:
    """A small network compiled in f32 that takes one input at a time.

    Args:
        folder: of `model.xml` and `model.bin`.
        threads: processor threads, at least 1.

    Raises:
        AnalysisError: OpenVINO cannot read it.
    """

    def __init__(self, folder: Path, *, threads: int) -> None:
        settings = {
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": str(threads),
            "NUM_STREAMS": "1",
        }
        try:
            self._compiled = ov.Core().compile_model(
                ov.Core().read_model(folder / "model.xml"), "CPU", settings
            )
        except RuntimeError as error:
            raise AnalysisError(
                f"The network of {folder.name} cannot be loaded; install it again."
            ) from error

    def __call__(self, given: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """The outputs by name; `given` has the network's own shape."""
        return {
            output.any_name: np.array(value) for output, value in self._compiled({0: given}).items()
        }


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

    Attributes:
        features: number of features per face that `logits_and_features` gives; 0 if the network
            gives none.

    Raises:
        AnalysisError: OpenVINO cannot read the network, or it does not fit its card.
    """

    def __init__(
        self,
        package: ModelPackage,
        *,
        threads: int,
        precision: Precision = "f32",
        input_size: int | None = None,
    ) -> None:
        self.card = package.card
        self.precision = precision
        self.input_size = input_size or self.card.input_size
        self._name = package.folder.name
        self._threads = threads
        try:
            model = self._prepared(ov.Core().read_model(package.folder / "model.xml"))
        except RuntimeError as error:
            raise self._unusable() from error
        compiling = ThreadPoolExecutor(1)
        self._compiled = compiling.submit(self._compile, model)
        compiling.shutdown(wait=False)

    @cached_property
    def _queue(self) -> ov.AsyncInferQueue:
        try:
            return ov.AsyncInferQueue(self._compiled.result(), self._threads)
        except RuntimeError as error:
            raise self._unusable() from error

    def _unusable(self) -> AnalysisError:
        return AnalysisError(
            f"The network of the model package {self._name} cannot be loaded; install it again."
        )

    def _prepared(self, model: ov.Model) -> ov.Model:
        size = self.input_size
        self._check_input(model)
        model.reshape([1, size, size, 3])
        self._check_outputs(model)
        prepared = ov.preprocess.PrePostProcessor(model)
        prepared.input().tensor().set_element_type(ov.Type.u8)
        return prepared.build()

    def _compile(self, model: ov.Model) -> ov.CompiledModel:
        settings = {
            "INFERENCE_PRECISION_HINT": self.precision,
            "INFERENCE_NUM_THREADS": str(self._threads),
            "NUM_STREAMS": str(self._threads),
        }
        return ov.Core().compile_model(model, "CPU", settings)

    def _check_input(self, model: ov.Model) -> None:
        side = self.card.input_size
        fits = len(model.inputs) == 1 and model.input().partial_shape.compatible(
            ov.PartialShape([1, side, side, 3])
        )
        if not fits:
            raise AnalysisError(
                f"The network of the model package {self._name} does not take pictures of {side} x"
                f" {side} as its card says; choose another package."
            )

    def _check_outputs(self, model: ov.Model) -> None:
        """Check the outputs: one number per face first, then its features, if any."""
        shapes = [output.partial_shape for output in model.outputs]
        if not shapes or shapes[0] != ov.PartialShape([1, 1]) or len(shapes) > 2:
            raise AnalysisError(
                f"The network of the model package {self._name} does not give one number a face;"
                " choose another package."
            )
        if len(shapes) == 2 and not (
            shapes[1].rank == 2 and shapes[1].is_static and shapes[1][0] == 1
        ):
            raise AnalysisError(
                f"The features of the model package {self._name} are not one row a face; choose"
                " another package."
            )
        self.features = shapes[1][1].get_length() if len(shapes) == 2 else 0

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
        result = np.empty(len(crops), dtype=np.float32)

        def keep(request: ov.InferRequest, place: int) -> None:
            result[place] = request.get_output_tensor(0).data[0, 0]

        self._ask(crops, keep)
        return self._finite(result)

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
                f"The network of the model package {self._name} gives no features; export it again,"
                " or choose another."
            )
        result, features = (
            np.empty(len(crops), dtype=np.float32),
            np.empty((len(crops), self.features), dtype=np.float32),
        )

        def keep(request: ov.InferRequest, place: int) -> None:
            result[place] = request.get_output_tensor(0).data[0, 0]
            features[place] = request.get_output_tensor(1).data[0]

        self._ask(crops, keep)
        return self._finite(result), features

    def _ask(self, crops: NDArray[np.uint8], keep: Callable[[ov.InferRequest, int], None]) -> None:
        if crops.shape[1:] != (self.input_size, self.input_size, 3) or crops.dtype != np.uint8:
            raise ValueError(
                f"crops: expected (n, {self.input_size}, {self.input_size}, 3) uint8, received"
                f" {crops.shape} {crops.dtype}"
            )
        self._queue.set_callback(keep)
        for place in range(len(crops)):
            self._queue.start_async({0: crops[place : place + 1]}, place)
        self._queue.wait_all()

    def _finite(self, result: NDArray[np.float32]) -> NDArray[np.float32]:
        if not np.isfinite(result).all():
            raise AnalysisError(
                f"The network of the model package {self._name} gave no number for a face; choose"
                " another package."
            )
        return result

    def face_scores(self, crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        """(n,) calibrated scores of single faces, 0-1; `crops` as for `logits`."""
        return np.array(
            [calibrated(float(logit), self.card.calibration.face) for logit in self.logits(crops)]
        )
