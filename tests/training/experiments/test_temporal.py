"""`temporal`: bursts of frames, their order, and the recurrent network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from tests.training.tiny_clips import carried_out, learning, metric, use_tiny_backbone, write_pairs
from training.experiments import get
from training.experiments.temporal import Config, recurrent, shuffled
from training.results import Result
from training.runs import Run


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("data"), 4, frames=12)


def small(config: Any) -> Any:
    return replace(learning(config, burst=3, stride=1), frames=2)


@pytest.fixture(scope="module")
def result(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        use_tiny_backbone(patch)
        return carried_out("temporal", small, data, tmp_path_factory.mktemp("run"))


def test_shuffling_keeps_every_frame_in_its_burst() -> None:
    bursts = np.arange(2 * 5 * 6 * 2).reshape(2, 5, 6, 2)
    mixed = shuffled(bursts)
    np.testing.assert_array_equal(np.sort(mixed, axis=2), bursts)
    orders = {tuple(burst[:, 0] - burst[:, 0].min()) for clip in mixed for burst in clip}
    assert len(orders) > 5  # an order of its own for nearly each of ten bursts of six
    np.testing.assert_array_equal(shuffled(bursts), mixed)


def test_the_network_sees_the_order() -> None:
    keras.utils.set_random_seed(0)
    model = recurrent(Config(projected=8, units=8, dropout=0.5), 5)
    burst = np.random.default_rng(0).normal(size=(1, 7, 5)).astype(np.float32)
    there, back = (np.asarray(model.predict_on_batch(one)) for one in (burst, burst[:, ::-1]))
    assert there.shape == (1, 1)
    assert abs(there - back)[0, 0] > 1e-3


def test_every_arm_is_judged_on_every_clip(result: Result) -> None:
    assert (
        [arm.name for arm in result.arms]
        == ["frames", "mean", "gru", "gru_shuffled"]
        == list(get("temporal").arms)
    )
    assert {arm.n for arm in result.arms} == {16}
    for arm in ("frames", "mean", "gru"):
        assert metric(result, arm, "roc_auc") == 1.0  # the face alone tells, whatever the order
    assert sum("against" in sentence for sentence in result.sentences) >= 3


def test_samples_of_each_arm(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.data.clipset import View
    from training.experiments.shared.clips import ClipBench
    from training.experiments.temporal import VIEW, arms

    use_tiny_backbone(monkeypatch)
    config = small(Config().smoke())
    recipe = replace(
        config.recipe([View(VIEW, "cut", config.margin)]), burst=config.burst, stride=config.stride
    )
    bench = ClipBench(Run(tmp_path, data), config, recipe)
    frames, mean, gru, mixed = (arm.samples() for arm in arms(bench, config))
    # two bursts of three frames; the video's first frame is not among them
    assert frames.shape == (16, 6, 27)
    np.testing.assert_array_equal(frames, bench.features(VIEW)[:, 1:])
    np.testing.assert_allclose(mean[5, 1], frames[5, 3:].mean(axis=0), rtol=1e-6)
    np.testing.assert_array_equal(gru[7, 0], frames[7, :3])
    assert mixed.shape == gru.shape == (16, 2, 3, 27)
    # The clips get brighter by three grey levels a frame, so the last frame of a burst is brighter
    # than its first.
    brightness = bench.pictures(VIEW, 71)[:, 1:].reshape(16, 2, 3, -1).mean(axis=3)
    assert (brightness[:, :, 2] - brightness[:, :, 0] > 1).all()


def test_only_with_frozen_features(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="leave backbone at frozen"):
        get("temporal").run(Run(tmp_path, tmp_path), Config(backbone="trainable"))
