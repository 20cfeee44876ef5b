"""The paper's network: its size, its inputs, and the same function in float32."""

from collections.abc import Iterator

import keras
import numpy as np
import pytest

from training.network.models import build_xception, in_float32

BACKBONE = 20_861_480  # keras.io: Xception without its top
DENSE = (2048 * 256 + 256, 256 * 64 + 64, 64 * 1 + 1)  # weights and biases of the three layers


@pytest.fixture(scope="module")
def mixed() -> Iterator[keras.Model]:
    """A random network of open input size, in the precision that trains."""
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.utils.set_random_seed(0)
    yield build_xception(None)
    keras.mixed_precision.set_global_policy("float32")


@pytest.fixture(scope="module")
def plain(mixed: keras.Model) -> keras.Model:
    return in_float32(mixed)


def _pictures(size: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (2, size, size, 3), dtype=np.uint8)


def test_parameters(mixed: keras.Model) -> None:
    assert mixed.count_params() == BACKBONE + sum(DENSE) == 21_402_537


def test_three_dense_layers(mixed: keras.Model) -> None:
    layers = [layer for layer in mixed.layers if isinstance(layer, keras.layers.Dense)]
    assert [(layer.units, layer.activation.__name__) for layer in layers] == [
        (256, "relu"),
        (64, "relu"),
        (1, "linear"),
    ]
    assert [layer.count_params() for layer in layers] == list(DENSE)


@pytest.mark.parametrize("size", [71, 96])
def test_any_size_from_71_gives_logits_in_float32(mixed: keras.Model, size: int) -> None:
    logits = np.asarray(keras.ops.convert_to_numpy(mixed(_pictures(size))))
    assert (logits.shape, logits.dtype) == ((2, 1), np.float32)
    assert np.isfinite(logits).all()


def test_a_smaller_size_is_refused() -> None:
    with pytest.raises(ValueError, match="71"):
        build_xception(70)


def test_float32_is_the_same_function(mixed: keras.Model, plain: keras.Model) -> None:
    """Against a network that was built in float32 and given the weights."""
    keras.mixed_precision.set_global_policy("float32")
    built = build_xception(None)
    built.set_weights(mixed.get_weights())
    exact, copied, rounded = (
        np.asarray(keras.ops.convert_to_numpy(model(_pictures(80))))
        for model in (built, plain, mixed)
    )
    assert np.abs(exact).min() > 0
    np.testing.assert_allclose(copied, exact, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(rounded, exact, rtol=0.1, atol=0.02)  # bf16 keeps 8 bits
    assert not np.array_equal(rounded, exact)


def test_float32_everywhere_and_variables_of_its_own(
    mixed: keras.Model, plain: keras.Model
) -> None:
    computing = [*plain.layers, *plain.layers[2].layers]
    layers = [
        layer for layer in computing if not isinstance(layer, keras.layers.InputLayer | keras.Model)
    ]
    assert len(layers) > 130  # with those of the convolutional part
    assert {layer.dtype_policy.name for layer in layers} == {"float32"}
    assert {id(variable) for variable in plain.variables}.isdisjoint(
        id(variable) for variable in mixed.variables
    )


def test_dropout_is_off_outside_training() -> None:
    model = build_xception(71, dense=(8,), dropout=0.9)
    assert [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)] == [
        0.9
    ]
    first, again = (keras.ops.convert_to_numpy(model(_pictures(71))) for _ in range(2))
    np.testing.assert_array_equal(first, again)
