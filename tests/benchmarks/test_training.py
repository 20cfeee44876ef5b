"""Training: data loaded in time against one batch kept in memory, mixed bf16 against fp32."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import keras
import numpy as np
import pytest

from dfgui.core.network.engine import has_bf16
from tests.benchmarks.measure import BenchTable, interleaved
from training.fitting.batches import Arrays, batches_of
from training.fitting.losses import ConditionalLoss, StepValues
from training.network.backbone import head, whole

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
SIZE, BATCH, STEPS = 80, 32, 8
BF16_SIZE, BF16_STEPS = 128, 2
HEAD_STEPS = 250
ROUNDS = 5


class Crops(keras.utils.PyDataset):
    """Batches of JPEG pictures in memory, decoded, resized and flipped at random.

    A run that keeps no arrays does the same.
    """

    def __init__(self) -> None:
        super().__init__(workers=2)
        rng = np.random.default_rng(0)
        smooth = [
            cv2.resize(rng.integers(0, 256, (28, 28, 3), dtype=np.uint8), (224, 224))
            for _ in range(BATCH * STEPS)
        ]
        self._files = [
            cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])[1] for picture in smooth
        ]

    def __len__(self) -> int:
        return STEPS

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        flips = np.random.default_rng(index).integers(2, size=BATCH)
        files = self._files[index * BATCH : index * BATCH + BATCH]
        pictures = [
            cv2.resize(
                cv2.imdecode(file, cv2.IMREAD_COLOR_RGB), (SIZE, SIZE), interpolation=cv2.INTER_AREA
            )
            for file in files
        ]
        return np.stack(
            [
                picture[:, ::-1] if flip else picture
                for picture, flip in zip(pictures, flips, strict=True)
            ]
        ), _labels(BATCH)


def _labels(count: int) -> np.ndarray:
    return np.arange(count) % 2


def _compiled(model: keras.Model) -> keras.Model:
    """As `training.fitting.epochs.fit` compiles it."""
    loss = ConditionalLoss()
    model.compile(keras.optimizers.Adam(1e-3), loss, weighted_metrics=[StepValues(loss)])
    return model


def _over(model: keras.Model, train: Arrays | keras.utils.PyDataset) -> Callable[[], None]:
    """One epoch as `training.fitting.epochs.fit` runs it, reading the values of every step."""

    class Taken(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: dict[str, object]) -> None:
            float(logs["step_loss"])

    def epoch() -> None:
        with batches_of(train, batch=BATCH, passes=1, seed=0) as batches:
            model.fit(batches, shuffle=False, verbose=0, callbacks=[Taken()])

    return epoch


def _in_memory(model: keras.Model, x: np.ndarray, steps: int) -> Callable[[], None]:
    """The same number of steps on one batch that is already a tensor."""
    pictures, labels = (
        keras.ops.convert_to_tensor(x),
        keras.ops.convert_to_tensor(_labels(len(x)).astype(np.float32)[:, None]),
    )

    def train() -> None:
        for _ in range(steps):
            float(model.train_on_batch(pictures, labels, return_dict=True)["step_loss"])

    return train


def _ratio(ways: dict[str, Callable[[], None]]) -> dict[str, float]:
    for way in ways.values():
        way()  # builds the graph
    return interleaved(ROUNDS, ways)[0]


def test_data_come_in_time(table: BenchTable) -> None:
    model = _compiled(whole(input_size=SIZE))
    pictures = np.random.default_rng(0).integers(
        0, 256, (BATCH * STEPS, SIZE, SIZE, 3), dtype=np.uint8
    )
    ways = {
        "one": _in_memory(model, pictures[:BATCH], STEPS),
        "arrays": _over(model, Arrays(pictures, _labels(len(pictures)))),
        "files": _over(model, Crops()),
    }
    spent = _ratio(ways)
    what = f"{STEPS} steps of {BATCH} pictures of {SIZE} px, Xception, one batch in memory"
    table.compare(f"{what}; an epoch over arrays", spent["one"], spent["arrays"], ".87 or more")
    table.compare(f"{what}; an epoch over JPEG files", spent["one"], spent["files"], ".87 or more")
    assert spent["arrays"] <= 1.15 * spent["one"]
    assert spent["files"] <= 1.15 * spent["one"]


def test_features_come_in_time(table: BenchTable) -> None:
    model = _compiled(head())
    x = np.random.default_rng(0).random((BATCH * HEAD_STEPS, 2048), dtype=np.float32)
    spent = _ratio(
        {
            "one": _in_memory(model, x[:BATCH], HEAD_STEPS),
            "arrays": _over(model, Arrays(x, _labels(len(x)))),
        }
    )
    table.compare(
        f"{HEAD_STEPS} steps of {BATCH} kept features, dense layers alone, one batch in memory; an"
        " epoch",
        spent["one"],
        spent["arrays"],
        "",
    )


@pytest.mark.skipif(not has_bf16(), reason="this processor has no bf16")
def test_mixed_bf16(table: BenchTable) -> None:
    pictures = np.random.default_rng(0).integers(
        0, 256, (BATCH, BF16_SIZE, BF16_SIZE, 3), dtype=np.uint8
    )
    earlier = keras.config.dtype_policy()
    models = {"bf16": whole(input_size=BF16_SIZE)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.network.backbone.has_bf16", lambda: False)
        models["fp32"] = whole(input_size=BF16_SIZE)
    assert keras.config.dtype_policy() == earlier
    assert [model.get_layer("xception").layers[1].compute_dtype for model in models.values()] == [
        "bfloat16",
        "float32",
    ]
    ways = {
        name: _in_memory(_compiled(model), pictures, BF16_STEPS) for name, model in models.items()
    }
    spent = _ratio(ways)
    table.compare(
        f"{BF16_STEPS} steps of {BATCH} pictures of {BF16_SIZE} px, Xception: fp32; mixed bf16",
        spent["fp32"],
        spent["bf16"],
        "1.25",
    )
    assert spent["fp32"] >= 1.25 * spent["bf16"]
