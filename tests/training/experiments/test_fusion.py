"""`fusion`: features side by side, pictures on top of each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from tests.training.tiny_clips import carried_out, learning, metric, use_tiny_backbone, write_pairs
from training.experiments import fusion, get
from training.experiments.fusion import Config, branched, many_channel, spread, stacked
from training.experiments.shared.clips import ClipBench
from training.results import Result
from training.runs import Run

ALONE = ["full", "ela", "cut"]
ARMS = [
    *ALONE,
    "branched_full_ela_cut",
    "branched_ela_cut",
    *(f"whole_{view}" for view in ALONE),
    "channels_full_ela_cut",
    "channels_ela_cut",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("data"), 4)


@pytest.fixture(scope="module")
def result(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The result with error levels and the face only."""
    with pytest.MonkeyPatch.context() as patch:
        use_tiny_backbone(patch)
        patch.setattr(fusion, "ALONE", (("ela",), ("cut",)))
        patch.setattr(fusion, "TOGETHER", (("ela", "cut"),))
        return carried_out(
            "fusion",
            lambda config: learning(
                config, whole=("ela", "cut", "ela+cut"), whole_epochs=20, whole_rate=0.02
            ),
            data,
            tmp_path_factory.mktemp("run"),
        )


def redness(size: int) -> keras.Model:
    """Mean red less mean green of the picture."""
    given = keras.Input((size, size, 3))
    x = keras.layers.GlobalAveragePooling2D()(given)
    layer = keras.layers.Dense(1, use_bias=False)
    model = keras.Model(given, layer(x))
    layer.set_weights([np.array([[1.0], [-1.0], [0.0]], np.float32)])
    return model


def test_the_arms_of_the_issue() -> None:
    assert get("fusion").arms == tuple(ARMS)


def test_at_first_the_network_gets_the_mean_of_the_pictures() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (2, 71, 71, 9), dtype=np.uint8)
    given = stacked(redness(71), 3)
    red, green = (
        pictures[..., place::3].astype(np.float64).mean(axis=(1, 2, 3)) for place in (0, 1)
    )
    np.testing.assert_allclose(
        np.asarray(given.predict_on_batch(pictures))[:, 0], red - green, atol=1e-3
    )
    assert given.input_shape == (None, 71, 71, 9)


def test_the_adapter_is_trained() -> None:
    model = stacked(redness(71), 2)
    assert [tuple(variable.shape) for variable in model.trainable_variables] == [
        (1, 1, 6, 3),
        (3, 1),
    ]


def test_one_picture_needs_no_adapter() -> None:
    network = redness(71)
    assert stacked(network, 1) is network


def test_which_frames_the_whole_networks_see() -> None:
    assert spread(8, 4) == [2, 4, 6, 8]
    assert spread(2, 2) == [1, 2]


def test_samples_of_each_arm(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.data.clipset import View

    use_tiny_backbone(monkeypatch)
    config = replace(Config(), frames=2, input_size=71, folds=2, whole_frames=1, whole_size=71)
    bench = ClipBench(
        Run(tmp_path, data),
        config,
        config.recipe([View("full", "full"), View("ela", "ela"), View("cut", "cut")]),
    )
    features = {arm.name: arm.samples() for arm in branched(bench)}
    assert [*features] == ARMS[:5]
    assert features["branched_full_ela_cut"].shape == (16, 2, 3 * 27)
    np.testing.assert_array_equal(
        features["branched_ela_cut"], np.concatenate([features["ela"], features["cut"]], axis=2)
    )
    pictures = {arm.name: arm.samples() for arm in many_channel(bench, config)}
    assert [*pictures] == ARMS[5:]
    assert pictures["channels_full_ela_cut"].shape == (16, 1, 71, 71, 9)
    np.testing.assert_array_equal(pictures["channels_ela_cut"][..., 3:], pictures["whole_cut"])
    np.testing.assert_array_equal(pictures["channels_ela_cut"][..., :3], pictures["whole_ela"])


def test_every_arm_is_judged_on_every_clip(result: Result) -> None:
    assert [arm.name for arm in result.arms] == [
        "ela",
        "cut",
        "branched_ela_cut",
        "whole_ela",
        "whole_cut",
        "channels_ela_cut",
    ]
    assert {arm.n for arm in result.arms} == {16}
    assert [arm.settings["whole network trained"] for arm in result.arms] == [False] * 3 + [
        True
    ] * 3
    for arm in ("cut", "branched_ela_cut", "whole_cut", "channels_ela_cut"):
        assert metric(result, arm, "roc_auc") == 1.0


def test_each_combination_is_compared_with_its_parts(result: Result) -> None:
    text = "\n".join(result.sentences)
    assert "Error levels + face against face:" in text
    assert (
        "Error levels + face, 6 channels, whole network trained against error levels, 3 channels,"
        " whole network trained:" in text
    )
    assert text.count(" against ") == 4
    _, heads, whole = result.figures
    assert [len(heads.series), len(whole.series)] == [3, 3]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"backbone": "trainable"}, "leave backbone at frozen"),
        ({"whole_frames": 9}, r"whole_frames must be from 1 to frames \(8\), it is 9"),
    ],
)
def test_settings_that_do_not_suit(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AnalysisError, match=sentence):
        get("fusion").run(Run(tmp_path, tmp_path), Config(**changes))
