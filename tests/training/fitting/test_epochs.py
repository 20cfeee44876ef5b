"""A fit over epochs on toy problems: what is measured, when it ends, and resuming after a kill."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from training.fitting import epochs
from training.fitting.epochs import Arrays, EpochSettings, Fitted, fit, predict, validation_values
from training.fitting.fit import DivergedError
from training.runs import Run, Stopped

SETTINGS = EpochSettings(epochs=5, batch=8, learning_rate=0.01, patience=10)


def _samples(count: int, seed: int, *, shift: float = 1.5) -> Arrays:
    """Two numbers each; those of fakes are larger by `shift`."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    x = (rng.normal(size=(count, 2)) + shift * labels[:, None]).astype(np.float32)
    return Arrays(x, labels, [f"{seed}-{number}" for number in range(count)])


TRAIN, VALIDATION = _samples(60, 1), _samples(40, 2)


def _tiny(width: int = 4) -> keras.Model:
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(width, activation="tanh"), keras.layers.Dense(1)]
    )


def _linear(weight: float) -> keras.Model:
    """Logit = weight * (first + second number)."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.full((2, 1), weight, np.float32)])
    return model


class Watch:
    """A run and what it said; asks to stop, or is killed, at an event."""

    def __init__(
        self,
        folder: Path,
        *,
        at: Callable[[events.Event], bool] = lambda event: False,
        kill: bool = False,
    ) -> None:
        self.said: list[events.Event] = []
        self._at, self._kill = at, kill
        self.run = Run(folder, folder, watch=self._hear)

    def _hear(self, event: events.Event) -> None:
        self.said.append(event)
        if self._at(event):
            if self._kill:
                raise KeyboardInterrupt
            self.run.stop()

    @property
    def epochs(self) -> list[events.Epoch]:
        return [event for event in self.said if isinstance(event, events.Epoch)]


def _after(epoch: int) -> Callable[[events.Event], bool]:
    return lambda event: isinstance(event, events.Epoch) and event.epoch == epoch


def _fit(
    folder: Path,
    settings: EpochSettings = SETTINGS,
    *,
    model: keras.Model | None = None,
    watch: Watch | None = None,
    **more: Any,
) -> Fitted:
    train, validation = more.pop("train", TRAIN), more.pop("validation", VALIDATION)
    run = (watch or Watch(folder)).run
    return fit(run, model or _tiny(), train, validation, settings, arm="a", seed=4, **more)


def test_what_is_measured_on_the_validation_part() -> None:
    # Logits log 3, 0, -log 3, log 3 are scores .75, .5, .25, .75; labels 1, 1, 0, 0.
    # Cross-entropy: (-log .75 - log .5 - log .75 - log .25) / 4
    # = (.287682 + .693147 + .287682 + 1.386294) / 4 = .663701
    # Called FAKE: first, second (.5 counts) and fourth: 3 of 4; right: first, second, third.
    # Pairs fake-real: .75-.25 in order, .75-.75 a tie, .5-.25 in order, .5-.75 not: 2.5 of 4.
    logits, labels = np.array([math.log(3), 0.0, -math.log(3), math.log(3)]), np.array([1, 1, 0, 0])
    expected = {
        "val_loss": 0.663701,
        "val_accuracy": 0.75,
        "val_auc": 0.625,
        "val_share_fake": 0.75,
    }
    assert validation_values(logits, labels) == pytest.approx(expected, abs=1e-6)


def test_a_sure_mistake_has_a_finite_loss() -> None:
    assert validation_values(np.array([-800.0, -800.0]), np.array([1, 0]))["val_loss"] == 400


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fitted, Watch, list[np.ndarray]]:
    """An uninterrupted fit: the result, the run, the weights."""
    watch, model = Watch(tmp_path_factory.mktemp("whole")), _tiny()
    return _fit(watch.run.folder, model=model, watch=watch), watch, model.get_weights()


def test_it_learns_and_says_so(whole: tuple[Fitted, Watch, list[np.ndarray]]) -> None:
    fitted, watch, _ = whole
    values = fitted.curve.values
    assert set(values) == {"loss", "val_loss", "val_accuracy", "val_auc", "val_share_fake"}
    assert all(len(each) == 5 for each in values.values())
    assert values["val_loss"][-1] < 0.9 * values["val_loss"][0]
    assert (fitted.epochs, fitted.best_epoch, fitted.stopped) == (5, 5, False)
    assert fitted.curve.prior == pytest.approx(math.log(2))  # half of the validation part is fake
    assert [event.epoch for event in watch.epochs] == [1, 2, 3, 4, 5]
    last = watch.epochs[-1]
    assert (last.arm, last.seed, last.fold, last.prior) == ("a", 4, 0, fitted.curve.prior)
    assert last.values == {name: each[-1] for name, each in values.items()}


def test_curves_for_tensorboard(whole: tuple[Fitted, Watch, list[np.ndarray]]) -> None:
    fitted, watch, _ = whole
    board = EventAccumulator(str(watch.run.board("a", 4, 0))).Reload()
    assert set(board.Tags()["tensors"]) == set(fitted.curve.values)
    assert [event.step for event in board.Tensors("val_loss")] == [1, 2, 3, 4, 5]


def test_the_scores_are_those_of_the_network_that_is_left(
    whole: tuple[Fitted, Watch, list[np.ndarray]],
) -> None:
    fitted, _, weights = whole
    model = _tiny()
    model.set_weights(weights)
    np.testing.assert_allclose(
        fitted.scores, 1 / (1 + np.exp(-predict(model, VALIDATION.x))), rtol=1e-5
    )
    loss = -np.mean(np.where(VALIDATION.y == 1, np.log(fitted.scores), np.log(1 - fitted.scores)))
    assert fitted.curve.values["val_loss"][-1] == pytest.approx(loss, rel=1e-5)


def test_every_step_is_kept(whole: tuple[Fitted, Watch, list[np.ndarray]]) -> None:
    """60 samples in batches of 8 are 8 steps, the last of 4 samples.

    The loss of an epoch is the mean over its samples.
    """
    fitted = whole[0]
    assert {name: len(values) for name, values in fitted.steps.items()} == {"loss": 40, "i": 40}
    sizes = [8] * 7 + [4]
    first = np.average(fitted.steps["loss"][:8], weights=sizes)
    assert fitted.curve.values["loss"][0] == pytest.approx(first, rel=1e-5)
    assert all(-size <= i <= 0 for size, i in zip(sizes, fitted.steps["i"], strict=False))


def test_nothing_is_left_in_the_run_but_its_records(
    whole: tuple[Fitted, Watch, list[np.ndarray]],
) -> None:
    assert [*(whole[1].run.folder / "parts").iterdir()] == []


def test_the_same_seed_gives_the_same_fit(
    whole: tuple[Fitted, Watch, list[np.ndarray]], tmp_path: Path
) -> None:
    model = _tiny()
    again = _fit(tmp_path, model=model)
    assert again.curve == whole[0].curve
    for one, other in zip(model.get_weights(), whole[2], strict=True):
        np.testing.assert_array_equal(one, other)
    other_order = fit(Watch(tmp_path).run, _tiny(), TRAIN, VALIDATION, SETTINGS, arm="a", seed=5)
    assert other_order.curve.values != again.curve.values


@pytest.mark.parametrize("kill_after", [1, 3])
def test_a_killed_fit_ends_with_the_same_weights(
    tmp_path: Path, whole: tuple[Fitted, Watch, list[np.ndarray]], kill_after: int
) -> None:
    """Bit by bit.

    It is killed after an epoch was reported and before its state was written, so that epoch is
    trained again.
    """
    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path, watch=Watch(tmp_path, at=_after(kill_after), kill=True))
    watch, model = Watch(tmp_path), _tiny()
    again = _fit(tmp_path, model=model, watch=watch)
    assert [event.epoch for event in watch.epochs] == [*range(kill_after, 6)]
    assert (again.curve, again.steps) == (whole[0].curve, whole[0].steps)
    np.testing.assert_array_equal(again.scores, whole[0].scores)
    for one, other in zip(model.get_weights(), whole[2], strict=True):
        np.testing.assert_array_equal(one, other)


def test_ctrl_c_ends_it_after_the_step_and_it_goes_on(
    tmp_path: Path, whole: tuple[Fitted, Watch, list[np.ndarray]]
) -> None:
    watch = Watch(tmp_path, at=_after(2))
    with pytest.raises(Stopped):
        _fit(tmp_path, watch=watch)
    assert [event.epoch for event in watch.epochs] == [1, 2]
    state = json.loads(
        (tmp_path / "parts" / "fitting-a-seed4-fold0" / "state.json").read_text(encoding="utf-8")
    )
    # the step after epoch 2 is not in it
    assert (len(state["steps"]["loss"]), state["best_epoch"]) == (16, 2)
    assert _fit(tmp_path).curve == whole[0].curve


def test_half_a_state_does_not_count(
    tmp_path: Path, whole: tuple[Fitted, Watch, list[np.ndarray]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the weights of epoch 3 are written: epoch 2 is whole."""
    save = keras.Model.save_weights

    def killed(model: keras.Model, path: Path) -> None:
        if path.name == "epoch3.weights.h5":
            path.write_bytes(b"half")
            raise KeyboardInterrupt
        save(model, path)

    monkeypatch.setattr(keras.Model, "save_weights", killed)
    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path)
    monkeypatch.undo()
    watch = Watch(tmp_path)
    assert _fit(tmp_path, watch=watch).curve == whole[0].curve
    assert [event.epoch for event in watch.epochs] == [3, 4, 5]


def test_a_fit_that_was_killed_at_its_end_trains_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # so large a rate that the loss soon rises
    settings = replace(SETTINGS, epochs=8, patience=1, learning_rate=3.0)

    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(epochs.shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path, settings)
    monkeypatch.undo()
    watch = Watch(tmp_path)
    fitted = _fit(tmp_path, settings, watch=watch)
    assert watch.epochs == []
    assert fitted.stopped
    assert fitted.curve.values["val_loss"][fitted.best_epoch - 1] == min(
        fitted.curve.values["val_loss"]
    )


@pytest.mark.parametrize("kill_after", [None, 3])
def test_patience_of_two_and_the_best_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_after: int | None
) -> None:
    """Validation losses .5, .4, .45, .4, .3: the fourth is the last.

    Neither the third nor the fourth is lower than the second.
    """
    losses, weights = iter([0.5, 0.4, 0.45, 0.4, 0.3]), []

    def scripted(logits: np.ndarray, labels: np.ndarray) -> dict[str, float]:
        return {
            "val_loss": next(losses),
            "val_accuracy": 0.5,
            "val_auc": 0.5,
            "val_share_fake": 1.0,
        }

    monkeypatch.setattr(epochs, "validation_values", scripted)
    model, settings = _tiny(), replace(SETTINGS, patience=2)
    keep = model.save_weights
    monkeypatch.setattr(
        model, "save_weights", lambda path: (weights.append(model.get_weights()), keep(path))
    )
    if kill_after:
        with pytest.raises(KeyboardInterrupt):
            _fit(
                tmp_path,
                settings,
                model=model,
                watch=Watch(tmp_path, at=_after(kill_after), kill=True),
            )
        losses = iter([0.45, 0.4, 0.3])  # the third again
    fitted = _fit(tmp_path, settings, model=model)
    assert fitted.curve.values["val_loss"] == [0.5, 0.4, 0.45, 0.4]
    assert (fitted.epochs, fitted.best_epoch, fitted.stopped) == (4, 2, True)
    for one, other in zip(model.get_weights(), weights[1], strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_validation_loss_is_cross_entropy_alone(tmp_path: Path) -> None:
    """At rate 1e-9 the network stays logit = first + second number.

    Class weights and a huge phi change the training loss only.
    """
    logits = VALIDATION.x.sum(axis=1).astype(np.float64)
    expected = float(np.mean(np.log1p(np.exp(logits)) - VALIDATION.y * logits))
    plain = replace(SETTINGS, epochs=1, learning_rate=1e-9)
    odd = replace(plain, class_weight={0: 0.16, 1: 0.84}, form="as_printed", phi=1e4, tau=0.01)
    one, other = (
        _fit(tmp_path, settings, model=_linear(1.0)).curve.values for settings in (plain, odd)
    )
    assert one["val_loss"][0] == pytest.approx(expected, rel=1e-5)
    assert other["val_loss"][0] == pytest.approx(expected, rel=1e-5)
    assert other["loss"][0] < -9000 < 0 < one["loss"][0]


def test_steps_of_the_conditional_term(tmp_path: Path) -> None:
    """One batch of four zeros: predictions .5, I = -2.

    With tau .25, I tau = -.5 (see test_losses); phi is 10.
    """
    zeros = Arrays(np.zeros((4, 2), np.float32), np.array([0, 1, 0, 1]))
    settings = EpochSettings(epochs=1, batch=4, form="as_intended", phi=10.0, tau=0.25)
    steps = _fit(tmp_path, settings, model=_linear(1.0), train=zeros).steps
    # dterm/dI = -2 * 10 * .25 * -.46211716 * .78644773 = 1.81715497
    expected = {
        "loss": [math.log(2) + 7.8644773],
        "i": [-2.0],
        "term": [7.8644773],
        "gradient": [1.81715497],
    }
    assert {name: pytest.approx(values, rel=1e-5) for name, values in expected.items()} == steps


def test_passes_over_each_batch(tmp_path: Path) -> None:
    """At rate 1e-9 nothing is learned: the loss is that of the batch.

    It is the same for three steps, then that of the next batch.
    """
    settings = replace(SETTINGS, epochs=1, passes_per_batch=3, learning_rate=1e-9)
    loss = np.array(_fit(tmp_path, settings).steps["loss"]).reshape(8, 3)
    np.testing.assert_allclose(loss, np.repeat(loss[:, :1], 3, axis=1), rtol=1e-5)
    assert len(set(loss[:, 0].round(4))) == 8


def test_it_takes_a_data_set_of_batches(tmp_path: Path) -> None:
    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 6

        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            part = np.s_[index * 10 : index * 10 + 10]
            return TRAIN.x[part], TRAIN.y[part]

    fitted = _fit(tmp_path, train=Batches(workers=2), done=(0.0, 1.0))
    assert len(fitted.steps["loss"]) == 30
    assert fitted.curve.values["val_auc"][-1] > 0.8


def test_it_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "PROGRESS_S", 0.0)
    watch = Watch(tmp_path)
    _fit(tmp_path, replace(SETTINGS, epochs=2), watch=watch, done=(0.2, 0.6))
    progress = [event for event in watch.said if isinstance(event, events.Progress)]
    # .2 + .4 * 1/16 and so on
    assert [event.done for event in progress[::4]] == [0.225, 0.325, 0.425, 0.525]
    assert progress[9].text == "epoch 2, step 2 of 8"


def test_a_loss_that_is_not_a_number(tmp_path: Path) -> None:
    x = TRAIN.x.copy()
    x[:, 0] = np.nan
    with pytest.raises(
        DivergedError, match=r"The loss is nan at step 1 of epoch 1; lower learning_rate or phi\."
    ):
        _fit(tmp_path, train=replace(TRAIN, x=x))


def test_answers_that_are_not_numbers(tmp_path: Path) -> None:
    x = VALIDATION.x.copy()
    x[0] = np.nan
    with pytest.raises(DivergedError, match="answers are not numbers after epoch 1"):
        _fit(tmp_path, validation=replace(VALIDATION, x=x))


def test_a_state_of_another_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path, watch=Watch(tmp_path, at=_after(2), kill=True))
    with pytest.raises(
        AnalysisError,
        match=r"fitting-a-seed4-fold0/state\.json is of a fit with another learning_rate",
    ):
        _fit(tmp_path, replace(SETTINGS, learning_rate=0.02))
    with pytest.raises(AnalysisError, match="another samples"):
        _fit(tmp_path, train=_samples(50, 1))
    with pytest.raises(AnalysisError, match="another weights"):
        _fit(tmp_path, model=_tiny(5))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("state.json", "cannot be read"), ("epoch1.weights.h5", "cannot be read")],
)
def test_a_broken_state_is_named(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        _fit(tmp_path, watch=Watch(tmp_path, at=_after(2), kill=True))
    (tmp_path / "parts" / "fitting-a-seed4-fold0" / name).write_bytes(b"{")
    with pytest.raises(AnalysisError, match=f"fitting-a-seed4-fold0/{name} {sentence}"):
        _fit(tmp_path)


def test_a_class_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=r"part to learn from needs both classes, it has 0 REAL and 60 FAKE; add the other\.",
    ):
        _fit(tmp_path, train=replace(TRAIN, y=np.ones(60, np.int64)))
    with pytest.raises(
        AnalysisError, match="part to validate on needs both classes, it has 40 REAL and 0 FAKE"
    ):
        _fit(tmp_path, validation=replace(VALIDATION, y=np.zeros(40, np.int64)))


def test_a_group_on_both_sides(tmp_path: Path) -> None:
    groups = ["b", "a", *VALIDATION.groups[2:]]
    with pytest.raises(
        AnalysisError,
        match=r"^a is on both sides of the split \(2 such groups\); correct the split\.$",
    ):
        _fit(
            tmp_path,
            train=replace(TRAIN, groups=["a", "b", *TRAIN.groups[2:]]),
            validation=replace(VALIDATION, groups=groups),
        )


def test_samples_of_a_wrong_size(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=r"samples to learn from have the size \(3,\), and the network takes \(2,\)",
    ):
        _fit(tmp_path, train=replace(TRAIN, x=np.zeros((60, 3), np.float32)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": 0},
        {"batch": 0},
        {"passes_per_batch": 0},
        {"patience": -1},
        {"learning_rate": 0.0},
        {"tau": 0.0},
        {"class_weight": {1: 1.0}},
    ],
)
def test_settings_that_make_no_sense(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(AnalysisError, match=next(iter(wrong))):
        _fit(tmp_path, replace(SETTINGS, **wrong))


def test_lengths_and_names_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected equal lengths, received 60 x, 59 y"):
        _fit(tmp_path, train=replace(TRAIN, y=TRAIN.y[:59]))
    with pytest.raises(ValueError, match="arm: expected letters"):
        fit(Watch(tmp_path).run, _tiny(), TRAIN, VALIDATION, SETTINGS, arm="a/b", seed=0)


def test_what_is_fitted_can_be_written(whole: tuple[Fitted, Watch, list[np.ndarray]]) -> None:
    curve = whole[0].curve
    assert msgspec.json.decode(msgspec.json.encode(curve), type=type(curve)) == curve
