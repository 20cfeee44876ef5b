"""Weights of a package come back out of it.

They give the same function, and are refused if the network is another.
"""

import hashlib
from pathlib import Path

import keras
import numpy as np
import openvino as ov
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import ModelPackage
from tests.support.cards import card
from tests.training.tiny import trained_xception, use_small_xception
from training.experiments import learn
from training.network import models, training_exposure
from training.network.export import UNCALIBRATED, write_card, write_ir
from training.network.models import in_float32
from training.network.package_weights import package_name, weights_from_package

SIZE = 40
CARD = card(
    name="small", version="7", architecture="small", input_size=SIZE, calibration=UNCALIBRATED
)


def _small(seed: int, *, size: int = SIZE, width: int = 8) -> keras.Model:
    """The kinds of layers that Xception has, including a side branch.

    Every weight is random, statistics included.
    """
    layers = keras.layers
    inputs = keras.Input((size, size, 3))
    scaled = layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
    first = layers.Activation("relu")(
        layers.BatchNormalization()(layers.Conv2D(6, 3, strides=2, use_bias=False)(scaled))
    )
    side = layers.BatchNormalization()(
        layers.Conv2D(width, 1, strides=2, padding="same", use_bias=False)(first)
    )
    main = layers.BatchNormalization()(
        layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(first)
    )
    main = layers.MaxPooling2D(3, strides=2, padding="same")(main)
    features = layers.GlobalAveragePooling2D()(layers.add([main, side]))
    model = keras.Model(
        inputs, layers.Dense(1, dtype="float32")(layers.Dense(5, activation="relu")(features))
    )
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(0, 0.5, weight.shape) for weight in model.get_weights()])
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_variance.assign(rng.uniform(0.2, 1.0, layer.moving_variance.shape))
    return model


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    folder = tmp_path_factory.mktemp("small")
    _small(0).save(folder / "final.keras")
    write_ir(folder / "final.keras", folder)
    return write_card(folder, CARD)


@pytest.fixture(scope="module")
def crops() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (12, SIZE, SIZE, 3), dtype=np.uint8)


def _says(model: keras.Model, crops: np.ndarray) -> np.ndarray:
    return model.predict(crops, verbose=0)[:, 0]


def test_every_weight_comes_back_within_the_rounding_of_fp16(package: ModelPackage) -> None:
    model, original = _small(1), _small(0)
    assert weights_from_package(model, package.folder) is model
    for weight, expected in zip(model.get_weights(), original.get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=2.0**-11)  # fp16 keeps 11 binary digits


def test_the_network_says_what_the_package_says(package: ModelPackage, crops: np.ndarray) -> None:
    expected = Detector(package, threads=1).logits(crops)
    before = _small(1)
    assert expected.std() > 0.05
    assert np.abs(_says(before, crops) - expected).max() > 0.1
    np.testing.assert_allclose(
        _says(weights_from_package(before, package.folder), crops), expected, atol=1e-3
    )


def test_it_may_have_another_size_and_precision(package: ModelPackage, crops: np.ndarray) -> None:
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        model = weights_from_package(_small(1, size=56), package.folder)
    finally:
        keras.mixed_precision.set_global_policy("float32")
    assert {weight.dtype for weight in model.get_weights()} == {np.dtype("float32")}
    same = _small(2)
    same.set_weights(in_float32(model).get_weights())
    np.testing.assert_allclose(
        _says(same, crops), Detector(package, threads=1).logits(crops), atol=1e-3
    )


def test_a_network_with_other_shapes_is_refused_and_left_as_it_was(package: ModelPackage) -> None:
    model = _small(1, width=9)
    before = model.get_weights()
    with pytest.raises(AnalysisError, match="does not hold a network of this architecture"):
        weights_from_package(model, package.folder)
    for weight, expected in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_shapes_that_fit_are_not_enough(package: ModelPackage) -> None:
    """The same weights in a network that computes something else: its input is not scaled."""
    wrong = _small(1)
    plain = keras.models.clone_model(
        wrong,
        clone_function=lambda layer: (
            keras.layers.Identity() if isinstance(layer, keras.layers.Rescaling) else layer
        ),
    )
    with pytest.raises(AnalysisError, match="does not hold a network of this architecture"):
        weights_from_package(plain, package.folder)


def test_a_changed_package_is_refused(package: ModelPackage, tmp_path: Path) -> None:
    for name in ("card.json", "model.xml", "model.bin"):
        (tmp_path / name).write_bytes((package.folder / name).read_bytes())
    (tmp_path / "model.bin").write_bytes(bytes(100))
    with pytest.raises(AnalysisError, match=r"model\.bin differs from the hash"):
        weights_from_package(_small(1), tmp_path)


def test_the_record_names_the_package_and_its_network(package: ModelPackage) -> None:
    assert package_name(package.folder) == f"small 7 ({package.sha256[:12]})"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small network in place of Xception."""
    monkeypatch.setattr(models, "build_xception", lambda size: _small(1, size=size))


@pytest.mark.usefixtures("small")
def test_a_run_starts_from_a_package_and_records_it(package: ModelPackage) -> None:
    build, words = learn.start(learn.mended(init=str(package.folder)))
    for weight, expected in zip(build().get_weights(), _small(0).get_weights(), strict=True):
        np.testing.assert_allclose(weight, expected, rtol=2.0**-11)
    assert words == f"Xception from the package {package_name(package.folder)}"


def test_a_network_with_one_output_gives_its_weights_as_well(
    package: ModelPackage, crops: np.ndarray, tmp_path: Path
) -> None:
    """Packages up to 3 have no features."""
    model = ov.Core().read_model(package.folder / "model.xml")
    assert [output.any_name for output in model.outputs] == ["logit", "features"]
    old = ov.Model([model.output(0)], model.get_parameters(), "old")
    ov.save_model(old, tmp_path / "model.xml", compress_to_fp16=True)
    single = write_card(tmp_path, CARD)
    assert (Detector(single, threads=1).features, Detector(package, threads=1).features) == (0, 8)
    expected = Detector(package, threads=1).logits(crops)
    np.testing.assert_allclose(
        _says(weights_from_package(_small(1), tmp_path), crops), expected, atol=1e-3
    )


@pytest.mark.parametrize("init", ["imagenet", "mine.keras"])
def test_a_run_starts_from_a_file_of_weights(
    init: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The convolutional part is the file's, the head is not.

    `imagenet` is the file in Keras' cache.
    """
    use_small_xception(monkeypatch)
    network, file = trained_xception(), tmp_path / init
    if init == "imagenet":
        file = tmp_path / "models" / "xception_weights_tf_dim_ordering_tf_kernels_notop.h5"
        file.parent.mkdir()
        monkeypatch.setenv("KERAS_HOME", str(tmp_path))
        network.get_layer("xception").save(file)  # in the older format, as Keras publishes them
        monkeypatch.setattr(
            training_exposure, "KERAS_FILE", hashlib.md5(file.read_bytes()).hexdigest()
        )
    else:
        network.save(file)
    build, words = learn.start(learn.mended(init=init if init == "imagenet" else str(file)))
    built = build()
    for weight, expected in zip(
        built.get_layer("xception").get_weights(),
        network.get_layer("xception").get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(weight, expected)
    assert not np.array_equal(
        built.get_layer("dense_1").get_weights()[0], network.get_layer("dense_1").get_weights()[0]
    )
    start = "ImageNet weights as published with Keras" if init == "imagenet" else "Xception"
    assert words.startswith(
        f"{start}, from {file.name}, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}, "
    )


def test_a_run_needs_the_file_that_it_starts_from(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"^There is no file absent\.keras\. --init takes"):
        learn.start(learn.mended(init=str(tmp_path / "absent.keras")))


@pytest.mark.usefixtures("small")
def test_a_run_starts_from_random_weights_if_that_is_asked_for() -> None:
    build, words = learn.start(learn.mended(init="random"))
    for weight, expected in zip(build().get_weights(), _small(1).get_weights(), strict=True):
        np.testing.assert_array_equal(weight, expected)
    assert words == "Xception from random weights"
