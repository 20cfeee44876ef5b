"""Weights to start from: those of a model package, read back out of its OpenVINO IR."""

from __future__ import annotations

import math
from pathlib import Path
from xml.etree import ElementTree

import keras
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import ModelPackage, load_package
from training.network.models import in_float32

ELEMENT_TYPES = {"f16": np.float16, "f32": np.float32}
TOLERANCE = 1e-2  # of a logit; the weights are the same numbers, so only the order of sums differs


def weights_from_package(model: keras.Model, folder: Path) -> keras.Model:
    """Give a network the weights of a package that was made from one of the same architecture.

    The export writes every weight, normalisation statistics included, once and in the order of
    `model.weights`. That this holds is checked: afterwards the network must say what the package
    says.

    Args:
        model: takes (n, size, size, 3) RGB in 0-255, any size; in any precision.
        folder: model package.

    Returns:
        `model`.

    Raises:
        AnalysisError: the package is not valid, or holds another network.
    """
    package = load_package(folder)
    weights = _arrays(package)
    if [array.shape for array in weights] != [tuple(variable.shape) for variable in model.weights]:
        raise _other_network(package)
    model.set_weights(weights)
    if _difference(model, package) > TOLERANCE:
        raise _other_network(package)
    return model


def package_name(folder: Path) -> str:
    """Name, version and first digits of the hash of a package's network, for a run's record."""
    package = load_package(folder)
    return f"{package.card.name} {package.card.version} ({package.sha256[:12]})"


def _other_network(package: ModelPackage) -> AnalysisError:
    return AnalysisError(
        f"The model package {package.folder.name} does not hold a network of this architecture;"
        " start from another."
    )


def _arrays(package: ModelPackage) -> list[NDArray[np.float32]]:
    """The floating-point constants of the IR that are not scalars, in the order of its file.

    fp16 is widened to float32.
    """
    data = (package.folder / "model.bin").read_bytes()
    arrays = []
    for layer in (
        ElementTree.parse(package.folder / "model.xml")
        .getroot()
        .iterfind("layers/layer[@type='Const']/data")
    ):
        shape = [int(side) for side in layer.get("shape", "").split(",") if side.strip()]
        element = ELEMENT_TYPES.get(layer.get("element_type", ""))
        if element and shape:
            flat = np.frombuffer(data, element, math.prod(shape), int(layer.get("offset", "")))
            arrays.append(flat.reshape(shape).astype(np.float32))
    return arrays


def _difference(model: keras.Model, package: ModelPackage) -> float:
    """Largest difference of a logit between the two, on noise of several strengths.

    Both compute in float32.
    """
    size = model.input_shape[1] or package.card.input_size
    rng = np.random.default_rng(0)
    pictures = np.stack(
        [rng.normal(128, strength, (size, size, 3)).clip(0, 255) for strength in (5, 20, 40, 80)]
    ).astype(np.uint8)
    expected = Detector(package, threads=1, input_size=size).logits(pictures)
    return float(np.abs(in_float32(model).predict(pictures, verbose=0)[:, 0] - expected).max())
