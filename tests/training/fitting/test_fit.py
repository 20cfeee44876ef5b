"""Training on a toy problem: it learns, resumes where it stopped, stops at non-finite numbers."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from dfgui.core.errors import AnalysisError
from training.experiments.learn import _curve
from training.fitting.fit import Batch, DivergedError, fit, history, learning_rate
from training.fitting.keras_learner import KerasLearner
from training.fitting.learner import Predict, chosen
from training.recipe import FitSettings

SETTINGS = FitSettings(
    steps=12,
    learning_rate=0.02,
    warm_up=3,
    weight_decay=0.5,
    average_decay=0.8,
    judge_every=6,
    save_every=5,
    log_every=2,
    readers=2,
)


def _tiny() -> keras.Model:
    keras.utils.set_random_seed(1)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((4, 4, 3)),
            layers.Rescaling(1 / 127.5, offset=-1.0),
            layers.Flatten(),
            layers.Dense(8, activation="relu"),
            layers.BatchNormalization(momentum=0.5),
            layers.Dense(1),
        ]
    )


def _batch(step: int) -> Batch:
    """Fakes are 60 grey levels brighter than real ones."""
    labels = np.tile(np.array([[0.0], [1.0]], np.float32), (8, 1))
    pictures = np.random.default_rng(step).integers(0, 130, (16, 4, 4, 3)) + (
        60 * labels[:, :, None, None]
    ).astype(np.int64)
    return pictures.astype(np.uint8), labels


def _weights(model: keras.Model) -> list[np.ndarray]:
    return [
        np.array(keras.ops.convert_to_numpy(variable)) for variable in model.trainable_variables
    ]


PROBE = np.arange(48, dtype=np.uint8).reshape(1, 4, 4, 3) * 5


def _judge(predict: Predict) -> dict[str, float]:
    """What the network says of one picture, so that the log shows what was judged."""
    return {"logit": float(predict(PROBE)[0])}


def _logit(model: keras.Model) -> float:
    return float(model.predict(PROBE, verbose=0)[0, 0])


def _stopping_at(stop: int, batches: Callable[[int], Batch] = _batch) -> Callable[[int], Batch]:
    def batch(step: int) -> Batch:
        if step == stop:
            raise KeyboardInterrupt
        return batches(step)

    return batch


def _lines(run: Path) -> list[dict[str, float]]:
    return [
        json.loads(line) for line in (run / "steps.jsonl").read_text(encoding="utf-8").splitlines()
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """An uninterrupted run."""
    run = tmp_path_factory.mktemp("whole")
    return fit(_tiny, _batch, SETTINGS, run, judge=_judge), run


def test_the_rate_warms_up_and_falls_as_a_cosine() -> None:
    settings = FitSettings(steps=1200, learning_rate=1e-3, warm_up=200)
    expected = {0: 5e-6, 99: 5e-4, 199: 1e-3, 200: 1e-3, 700: 5e-4, 1200: 0.0, 1300: 0.0}
    assert {step: learning_rate(step, settings) for step in expected} == pytest.approx(
        expected, abs=1e-12
    )


def test_the_loss_falls_on_a_separable_problem(tmp_path: Path) -> None:
    fit(
        _tiny,
        _batch,
        replace(SETTINGS, steps=80, weight_decay=0.0, log_every=10),
        tmp_path,
        judge=_judge,
    )
    losses = [line["loss"] for line in _lines(tmp_path) if "loss" in line]
    assert len(losses) == 8
    assert losses[-1] < 0.3 * losses[0]


def test_lines_and_curves_are_written(whole: tuple[keras.Model, Path]) -> None:
    _, run = whole
    lines = _lines(run)
    assert [line["step"] for line in lines if "loss" in line] == [2, 4, 6, 8, 10, 12]
    assert [line["step"] for line in lines if "val_logit" in line] == [6, 12]
    # the second of three warm-up steps
    assert lines[0]["learning_rate"] == pytest.approx(0.02 * 2 / 3)
    curves = EventAccumulator(str(run / "tensorboard")).Reload()
    assert set(curves.Tags()["tensors"]) == {"loss", "learning_rate", "val_logit"}
    assert json.loads((run / "settings.json").read_text(encoding="utf-8"))["weight_decay"] == 0.5


def test_the_logged_loss_is_the_mean_since_the_last_line(
    tmp_path: Path, whole: tuple[keras.Model, Path]
) -> None:
    fit(_tiny, _batch, replace(SETTINGS, log_every=1), tmp_path, judge=_judge)
    each = [line["loss"] for line in _lines(tmp_path) if "loss" in line]
    pairs = [line["loss"] for line in _lines(whole[1]) if "loss" in line]
    assert pairs == pytest.approx(
        [(one + two) / 2 for one, two in zip(each[::2], each[1::2], strict=True)], rel=1e-5
    )


def test_the_result_is_the_average_that_was_judged_last(whole: tuple[keras.Model, Path]) -> None:
    model, run = whole
    judged = [line["val_logit"] for line in _lines(run) if "val_logit" in line][-1]
    assert _logit(model) == pytest.approx(judged, rel=1e-5)
    last = keras.models.load_model(run / "last.keras", compile=False)
    # the checkpoint has the weights themselves
    assert _logit(last) != pytest.approx(judged, rel=1e-3)


@pytest.mark.parametrize("stop", [3, 7])
def test_an_interrupted_run_ends_with_the_same_weights(
    tmp_path: Path, whole: tuple[keras.Model, Path], stop: int
) -> None:
    """Bit by bit: stopped before the first checkpoint (3) and after it (7).

    Half a checkpoint is left over.
    """
    with pytest.raises(KeyboardInterrupt):
        fit(_tiny, _stopping_at(stop), SETTINGS, tmp_path, judge=_judge)
    assert (tmp_path / "last.keras").exists() == (stop > SETTINGS.save_every)
    (tmp_path / "last.part.keras").write_bytes(b"killed while it was written")
    again = fit(_tiny, _batch, SETTINGS, tmp_path, judge=_judge)
    for resumed, expected in zip(again.get_weights(), whole[0].get_weights(), strict=True):
        np.testing.assert_array_equal(resumed, expected)


def test_a_resumed_run_asks_only_for_the_steps_that_are_left(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fit(_tiny, _stopping_at(11), SETTINGS, tmp_path, judge=_judge)
    asked: list[int] = []

    def batch(step: int) -> Batch:
        asked.append(step)
        return _batch(step)

    fit(
        lambda: pytest.fail("built anew"),
        batch,
        replace(SETTINGS, readers=1),
        tmp_path,
        judge=_judge,
    )
    assert [step for step in asked if step < SETTINGS.steps] == [10, 11]


def test_a_finished_run_trains_no_more(whole: tuple[keras.Model, Path]) -> None:
    model, run = whole
    again = fit(_tiny, _stopping_at(0), SETTINGS, run, judge=_judge)
    for now, before in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(now, before)


def test_a_loss_that_is_not_a_number_stops_and_leaves_the_checkpoint_whole(tmp_path: Path) -> None:
    def poisoned(step: int) -> Batch:
        pictures, labels = _batch(step)
        return pictures, np.full_like(labels, np.nan) if step == 7 else labels

    with pytest.raises(DivergedError, match="at step 7"):
        fit(_tiny, poisoned, SETTINGS, tmp_path, judge=_judge)
    last = keras.models.load_model(tmp_path / "last.keras")
    assert int(last.optimizer.iterations) == 5
    assert all(np.isfinite(weight).all() for weight in last.get_weights())
    assert not (tmp_path / "final.keras").exists()


def test_weights_that_are_not_finite_become_no_checkpoint(tmp_path: Path) -> None:
    """The slope of a root at 0 is infinite while its value, and the loss, are not."""

    def build() -> keras.Model:
        root = keras.layers.Activation(lambda x: keras.ops.sqrt(keras.ops.relu(x)))
        zero = {"kernel_initializer": "zeros"}
        return keras.Sequential(
            [keras.Input((4, 4, 3)), keras.layers.Flatten(), keras.layers.Dense(1, **zero), root]
        )

    with pytest.raises(DivergedError, match="not finite after step 0"):
        fit(build, _batch, replace(SETTINGS, save_every=1), tmp_path, judge=_judge)
    assert not (tmp_path / "last.keras").exists()


def test_inside_averaged_the_statistics_are_those_of_the_pictures_given() -> None:
    inputs = keras.Input((2, 2, 1))
    normalised = keras.layers.BatchNormalization(name="norm")(inputs)
    learning = KerasLearner(
        lambda: keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(normalised))),
        SETTINGS,
        None,
    )
    learning.model().optimizer.build(learning.model().trainable_variables)
    layer = learning.model().get_layer("norm")
    pictures = [np.full((3, 2, 2, 1), value, dtype=np.uint8) for value in (10, 20, 60)]
    # one of three pictures: mean (40 + 10 + 10) / 3 = 20, variance (400 + 100 + 100) / 3 = 200
    pictures[0][0] = 40
    with learning.averaged(pictures):
        assert float(np.mean(layer.moving_mean)) == pytest.approx((20 + 20 + 60) / 3)
        assert float(np.mean(layer.moving_variance)) == pytest.approx(200 / 3)
        assert layer.momentum == 0.99
    assert (float(np.mean(layer.moving_mean)), float(np.mean(layer.moving_variance))) == (0, 1)


def test_inside_averaged_the_moving_average_and_after_it_the_weights() -> None:
    learning = KerasLearner(_tiny, SETTINGS, None)
    steps = []
    for step in range(3):
        learning.step(*_batch(step), 0.02)
        steps.append(_weights(learning.model()))
    # The average starts at the weights after the first step; each later step counts .2.
    expected = [
        0.8 * (0.8 * one + 0.2 * two) + 0.2 * three for one, two, three in zip(*steps, strict=True)
    ]
    with learning.averaged():
        inside = _weights(learning.model())
    for weight, value in zip(inside, expected, strict=True):
        np.testing.assert_allclose(weight, value, rtol=1e-4, atol=1e-6)
    for weight, value in zip(_weights(learning.model()), steps[-1], strict=True):
        np.testing.assert_array_equal(weight, value)


def test_decay_spares_biases_and_normalisation() -> None:
    model = KerasLearner(_tiny, SETTINGS, None).model()
    model.optimizer.build(model.trainable_variables)
    spared = [
        variable.name
        for variable in model.trainable_variables
        if not model.optimizer._use_weight_decay(variable)
    ]
    assert spared == ["bias", "gamma", "beta", "bias"]


def test_the_history_of_a_run_that_was_killed_counts_each_step_once(tmp_path: Path) -> None:
    def judged(step: int, loss: float) -> dict[str, float]:
        return {"step": step, "seconds": 1.0, "val_dfdc_log_loss": loss, "val_dfdc_auc": 0.5}

    steps = [
        {"step": 2, "loss": 0.9},
        {"step": 4, "loss": 0.7},
        judged(4, 0.71),
        {"step": 6, "loss": 0.1},
    ]
    # killed after 6, started again from 4
    again = [{"step": 6, "loss": 0.6}, {"step": 8, "loss": 0.4}, judged(8, 0.65)]
    (tmp_path / "steps.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in steps + again), encoding="utf-8"
    )
    found = history(tmp_path)
    assert {step: values["loss"] for step, values in found.items()} == {
        2: 0.9,
        4: 0.7,
        6: 0.6,
        8: 0.4,
    }
    curve = _curve(found)
    assert curve["loss"] == pytest.approx([0.8, 0.5])
    assert (curve["val_loss"], curve["val_dfdc_log_loss"], curve["val_dfdc_auc"]) == (
        [0.71, 0.65],
        [0.71, 0.65],
        [0.5, 0.5],
    )
    assert "val_ffpp_auc" not in curve


def test_a_judging_without_a_loss_logged_before_it_leaves_no_gap() -> None:
    def judged(loss: float) -> dict[str, float]:
        return {"val_dfdc_log_loss": loss}

    assert _curve({2: {"loss": 0.9} | judged(0.7), 3: judged(0.6)})["loss"] == [0.9, 0.9]
    curve = _curve({1: judged(0.7), 2: {"loss": 0.9} | judged(0.6)})
    assert (set(curve), curve["val_loss"]) == ({"val_loss", "val_dfdc_log_loss"}, [0.7, 0.6])


def test_a_library_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.fitting.learner.has_torch", lambda: False)
    assert chosen("auto") == "keras"
    with pytest.raises(AnalysisError, match=r"^PyTorch is not installed; install it"):
        chosen("torch")
