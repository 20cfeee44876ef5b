"""The paper's network: Xception with three dense layers, for any input size."""

from __future__ import annotations

from collections.abc import Sequence

import keras


def build_xception(
    input_size: int | None,
    *,
    dense: Sequence[int] = (256, 64),
    dropout: float = 0.0,
    weights: str | None = None,
) -> keras.Model:
    """Xception, average pooling, two dense layers and one output.

    Args:
        input_size: side of the input in pixels, at least 71; None leaves it open.
        dense: widths of the hidden dense layers. The paper has three layers in all and does not
            give their widths.
        dropout: share dropped before the last layer; the paper does not say.
        weights: None for random, or a weights file for the convolutional part.

    Returns:
        Model from (n, size, size, 3) RGB in 0-255 (any dtype) to (n, 1) float32 logits, positive
        for FAKE. The scaling to -1..1 is part of the network, so that an exported one takes plain
        pictures.

    Source: Chollet, CVPR 2017; Denholtz, section 5.1.
    """
    inputs = keras.Input((input_size, input_size, 3), name="rgb")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(inputs)
    base = keras.applications.Xception(
        include_top=False, weights=weights, input_shape=(input_size, input_size, 3), pooling="avg"
    )
    features = base(scaled)
    for number, width in enumerate(dense, start=1):
        features = keras.layers.Dense(width, activation="relu", name=f"dense_{number}")(features)
    if dropout:
        features = keras.layers.Dropout(dropout, name="dropout")(features)
    logit = keras.layers.Dense(1, dtype="float32", name="logit")(features)
    return keras.Model(inputs, logit, name="xception_face")


def in_float32(model: keras.Model) -> keras.Model:
    """The same network computing in float32, whatever precision it was trained in.

    It has the same weights, in variables of its own.
    """

    def plain(layer: keras.layers.Layer) -> keras.layers.Layer:
        return layer.__class__.from_config(layer.get_config() | {"dtype": "float32"})

    copy = keras.models.clone_model(model, clone_function=plain, recursive=True)
    copy.set_weights(model.get_weights())
    return copy
