"""OpenVINO, the engine of the program. Only this file uses it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dfgui.core.network.inference import FaceNetwork, Precision, ReadNetwork, Shape

# OpenVINO's network converter and its telemetry take longer to import than everything else and are
# not needed here. OpenVINO works without them if they are not installed, so this process marks them
# as not installed.
sys.modules.setdefault("openvino.tools.ovc", None)  # type: ignore[arg-type]
import openvino as ov  # noqa: E402


class OpenVino:
    """OpenVINO on the processor."""

    def name(self) -> str:
        """Its name and version."""
        return f"OpenVINO {ov.get_version().split('-')[0]}"

    def has_bf16(self) -> bool:
        """Whether this processor has native bf16 arithmetic."""
        return "BF16" in ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")

    def read(self, path: Path) -> ReadNetwork:
        """Read the IR of a network."""
        return _Read(ov.Core().read_model(path))


class _Read:
    def __init__(self, model: ov.Model) -> None:
        self._model = model

    def takes(self, side: int) -> bool:
        return len(self._model.inputs) == 1 and self._model.input().partial_shape.compatible(
            ov.PartialShape([1, side, side, 3])
        )

    def resize(self, side: int) -> tuple[Shape, ...]:
        self._model.reshape([1, side, side, 3])
        return tuple(_shape(output.partial_shape) for output in self._model.outputs)

    def compile_faces(self, *, threads: int, precision: Precision) -> FaceNetwork:
        prepared = ov.preprocess.PrePostProcessor(self._model)
        prepared.input().tensor().set_element_type(ov.Type.u8)
        compiled = _compiled(prepared.build(), precision, threads=threads, streams=threads)
        return _Faces(ov.AsyncInferQueue(compiled, threads))

    def compile_one(
        self, *, threads: int
    ) -> Callable[[NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
        compiled = _compiled(self._model, "f32", threads=threads, streams=1)

        def run(given: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
            return {
                output.any_name: np.array(value) for output, value in compiled({0: given}).items()
            }

        return run


class _Faces:
    """One request for each thread, each with one crop."""

    def __init__(self, queue: ov.AsyncInferQueue) -> None:
        self._queue = queue

    def run(self, crops: NDArray[np.uint8], results: Sequence[NDArray[np.float32]]) -> None:
        def keep(request: ov.InferRequest, place: int) -> None:
            for number, rows in enumerate(results):
                rows[place] = request.get_output_tensor(number).data[0]

        self._queue.set_callback(keep)
        for place in range(len(crops)):
            self._queue.start_async({0: crops[place : place + 1]}, place)
        self._queue.wait_all()


def _shape(shape: ov.PartialShape) -> Shape:
    """The sides of a shape; a shape without a fixed number of sides has none that is known."""
    if shape.rank.is_dynamic:
        return (None,)
    return tuple(side.get_length() if side.is_static else None for side in shape)


def _compiled(
    model: ov.Model, precision: Precision, *, threads: int, streams: int
) -> ov.CompiledModel:
    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": str(threads),
        "NUM_STREAMS": str(streams),
    }
    return ov.Core().compile_model(model, "CPU", settings)
