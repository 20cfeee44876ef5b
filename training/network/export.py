"""Makes a model package from a run: OpenVINO IR with fp16 weights, and its card.

The network is checked against Keras and calibrated.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import keras
import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.network.engine import Detector, has_bf16
from dfgui.core.network.package import (
    FILES,
    MORE_FILES,
    Calibration,
    Card,
    ModelPackage,
    load_package,
)
from training.metrics import sigmoid
from training.network.models import in_float32
from training.network.weights import load_network

UNCALIBRATED = Calibration(1.0, 0.0, -1.0, 1.0, "none", 0, 0)
OUTPUTS = "logit", "features"


def write_ir(trained: Path, folder: Path) -> None:
    """Convert a saved Keras model to `model.xml` and `model.bin` with fp16 weights.

    The network has two outputs: logit and pooled features. The conversion runs in a process of its
    own with Keras' OpenVINO backend, so that it is the same whatever backend trained the model.

    Raises:
        RuntimeError: the conversion failed; the text is what it said.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        # A frozen program has no `python -m`: it is the module itself.
        start = (
            [sys.executable]
            if getattr(sys, "frozen", False)
            else [sys.executable, "-m", "training"]
        )
        command = [
            *start,
            "convert",
            str(trained),
            str(Path(work, "f32.xml")),
            str(folder / "model.xml"),
        ]
        ended = subprocess.run(
            command,
            env=os.environ | {"KERAS_BACKEND": "openvino"},
            capture_output=True,
            text=True,
            check=False,
        )
    if ended.returncode:
        raise RuntimeError(f"The conversion to OpenVINO failed:\n{ended.stderr[-2000:]}")


def convert(trained: Path, plain: Path, packed: Path) -> None:
    """The conversion itself, in a process in which KERAS_BACKEND is "openvino".

    It writes float32 to `plain`, and the same with fp16 weights to `packed`.
    """
    import openvino

    with_features(in_float32(load_network(trained, trained.name))).export(
        str(plain), format="openvino", verbose=False
    )
    model = openvino.Core().read_model(plain)
    for output, name in zip(model.outputs, OUTPUTS, strict=True):
        output.get_tensor().set_names({name})
    openvino.save_model(model, packed, compress_to_fp16=True)


def with_features(model: keras.Model) -> keras.Model:
    """The same network with a second output, the pooled features.

    They are what its first dense layer is given.
    """
    dense = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    return keras.Model(model.input, [model.output, dense.input])


def write_card(folder: Path, card: Card) -> ModelPackage:
    """Write `card.json` with the hashes of the files next to it, and load the package.

    It is loaded as the application loads it.
    """
    there = (*FILES, *(name for name in MORE_FILES if (folder / name).is_file()))
    card = msgspec.structs.replace(
        card,
        files={name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in there},
    )
    (folder / "card.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n"
    )
    return load_package(folder)


def export_differences(
    trained: Path, package: ModelPackage, crops: NDArray[np.uint8]
) -> dict[str, float]:
    """Largest difference of a score between the package and Keras, on real crops.

    Scores are 0-1 and uncalibrated. Keras computes in float32.

    Args:
        trained: saved Keras model.
        package: made from it.
        crops: (n, size, size, 3) uint8.
    """
    expected = in_float32(load_network(trained, trained.name)).predict(
        crops, batch_size=25, verbose=0
    )[:, 0]
    ways = {"f32": Detector(package, threads=2)}
    if has_bf16():
        ways["bf16"] = Detector(package, threads=2, precision="bf16")
    return {
        name: round(float(np.abs(sigmoid(way.logits(crops)) - sigmoid(expected)).max()), 6)
        for name, way in ways.items()
    }
