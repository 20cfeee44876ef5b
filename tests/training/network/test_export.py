"""A random Xception becomes a package that the application opens and that agrees with Keras."""

from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import Card, ModelPackage, load_package
from tests.support.cards import card
from training.network.export import UNCALIBRATED, export_differences, write_card, write_ir
from training.network.models import build_xception, in_float32

SIZE = 72


def _card() -> Card:
    return card(name="random", architecture="Xception", input_size=SIZE, calibration=UNCALIBRATED)


def _lively(model: keras.Model) -> keras.Model:
    """Enlarge random weights in the last layers, so that logits differ from face to face."""
    rng = np.random.default_rng(0)
    for layer in model.layers[-3:]:
        kernel, bias = layer.get_weights()
        layer.set_weights([rng.normal(0, 1.5, kernel.shape), bias])
    return model


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Saved as training saves it: in mixed precision."""
    path = tmp_path_factory.mktemp("run") / "final.keras"
    keras.utils.set_random_seed(0)
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    _lively(build_xception(SIZE)).save(path)
    keras.mixed_precision.set_global_policy("float32")
    return path


@pytest.fixture(scope="module")
def package(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    folder = tmp_path_factory.mktemp("random")
    write_ir(trained, folder)
    return write_card(folder, _card())


@pytest.fixture(scope="module")
def crops() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (12, SIZE, SIZE, 3), dtype=np.uint8)


def test_the_detector_agrees_with_keras(
    trained: Path, package: ModelPackage, crops: np.ndarray
) -> None:
    expected = in_float32(keras.models.load_model(trained, compile=False)).predict(
        crops, verbose=0
    )[:, 0]
    assert expected.std() > 0.01
    np.testing.assert_allclose(Detector(package, threads=2).logits(crops), expected, atol=1e-3)


def test_the_features_are_those_that_the_dense_layers_are_given(
    trained: Path, package: ModelPackage, crops: np.ndarray
) -> None:
    model = in_float32(keras.models.load_model(trained, compile=False))
    expected = keras.Model(model.input, model.get_layer("dense_1").input).predict(crops, verbose=0)
    logits, features = Detector(package, threads=2).logits_and_features(crops)
    assert features.shape == (12, 2048)
    assert expected.std(axis=0).max() > 0.05 * expected.max()  # pictures differ
    # half precision in 36 layers
    np.testing.assert_allclose(features, expected, atol=0.01 * expected.max())
    np.testing.assert_array_equal(logits, Detector(package, threads=2).logits(crops))
    # What follows: two dense layers with rectifiers, and the last one.
    for name in ("dense_1", "dense_2"):
        kernel, bias = model.get_layer(name).get_weights()
        features = np.maximum(features @ kernel + bias, 0)
    kernel, bias = model.get_layer("logit").get_weights()
    np.testing.assert_allclose((features @ kernel + bias)[:, 0], logits, rtol=5e-3, atol=5e-3)


def test_weights_are_stored_in_half_precision(package: ModelPackage) -> None:
    size = (package.folder / "model.bin").stat().st_size
    assert 2 * 21_300_000 < size < 2 * 21_600_000  # 21.4 million parameters of two bytes


def test_differences_are_those_of_scores(
    trained: Path, package: ModelPackage, crops: np.ndarray
) -> None:
    differences = export_differences(trained, package, crops)
    assert {"f32"} <= set(differences) <= {"f32", "bf16"}
    assert 0 <= differences["f32"] < 1e-3


def test_the_card_is_read_again_with_its_hashes(package: ModelPackage) -> None:
    again = load_package(package.folder)
    assert again == package
    assert set(again.card.files) == {"model.xml", "model.bin"}
    assert msgspec.structs.replace(again.card, files={}) == _card()


def test_a_card_that_the_application_would_refuse_is_refused_at_once(
    package: ModelPackage, tmp_path: Path
) -> None:
    for name in package.card.files:
        (tmp_path / name).write_bytes((package.folder / name).read_bytes())
    with pytest.raises(AnalysisError, match="not valid"):
        write_card(tmp_path, msgspec.structs.replace(_card(), name="No Good Name"))


def test_a_failed_conversion_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "final.keras"
    broken.write_bytes(b"no network")
    with pytest.raises(RuntimeError, match=r"conversion to OpenVINO failed(.|\n)*final\.keras"):
        write_ir(broken, tmp_path / "package")
