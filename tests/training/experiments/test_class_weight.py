"""`class_weight`: the effect of the printed weights, and the whole experiment on a small table.

The effect is worked out by hand.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dfgui.core import training_events as events
from tests.training.faces import write_crops
from tests.training.tiny import carried, use_tiny_networks
from training.experiments.class_weight import (
    EXPERIMENT,
    sentences,
    taken_back_sentence,
    weights_sentence,
    without_weights,
)
from training.experiments.shared.bootstrap import Judge
from training.experiments.shared.crops import TRAINABLE, Fit, Trial, Variant
from training.experiments.shared.outcome import Outcome
from training.results import Curve, read_result


def test_the_printed_weights_are_the_wrong_way_round() -> None:
    # .84 x .8486 : .16 x .1514 = .712824 : .024224 = 29.43; .712824 / .737048 = .967; without
    # weights .8486 / .1514 = 5.605.
    labels = np.array([1] * 8486 + [0] * 1514)
    assert (
        weights_sentence(labels)
        == "As printed, FAKE outweighs REAL 29.4 to 1 in the loss, and without weights 5.6 to 1: "
        "the best constant answer is 0.967 instead of 0.849."
    )


def trial(name: str, scores: Sequence[float]) -> Trial:
    return Trial(Variant(name, name), (Fit(Curve(name, 0, 0, None, {}), list(scores), {}),))


def test_each_mend_is_compared_with_the_arm_as_printed() -> None:
    all_fake, right = [0.9] * 30 + [0.8] * 10, [0.9] * 30 + [0.1] * 10
    judge = Judge(np.array([1] * 30 + [0] * 10), [str(number) for number in range(40)], draws=50)
    arms = {
        "as_printed": all_fake,
        "balanced": right,
        f"{TRAINABLE}as_printed": all_fake,
        f"{TRAINABLE}none": right,
    }
    said = sentences(Outcome(judge, [trial(name, scores) for name, scores in arms.items()]))
    assert len(said) == 6
    assert said[4].startswith("Balanced against as_printed: ")
    assert said[5].startswith("Trainable_none against trainable_as_printed: ")
    assert said[4].endswith(
        "the decision at .5 gets better, the ranking does not change beyond chance."
    )


def test_weights_are_taken_back_from_the_odds() -> None:
    # .84 : .16 multiplies odds by 5.25. Odds 21 become 4: .8. A score of .84 has odds 5.25, which
    # become 1: .5.
    fit = Fit(Curve("a", 0, 0, None, {}), [21 / 22, 0.84], {})
    printed = Trial(Variant("a", "a", {"class_weight": {0: 0.16, 1: 0.84}}), (fit,))
    assert without_weights(printed).scores[:, 0] == pytest.approx([0.8, 0.5])
    plain = Trial(Variant("a", "a", {"class_weight": None}), (fit,))
    assert without_weights(plain) is plain


def test_what_is_left_once_the_weights_are_taken_back() -> None:
    judge = Judge(np.array([1, 1, 1, 0]), list("abcd"), draws=20)
    fit = Fit(Curve("a", 0, 0, None, {}), [21 / 22, 21 / 22, 21 / 22, 0.84], {})
    trial = Trial(
        Variant("a", "class weights as printed", {"class_weight": {0: 0.16, 1: 0.84}}), (fit,)
    )
    # Before: -(3 ln (21/22) + ln .16) / 4 = .493; after: -(3 ln .8 + ln .5) / 4 = .341; the
    # constant .75 has .5623.
    said = taken_back_sentence(Outcome(judge, [trial]), Outcome(judge, [without_weights(trial)]))
    assert said.endswith(
        "Log-loss, where the constant predictor has 0.5623: class weights as printed 0.493, then"
        " 0.341."
    )


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    use_tiny_networks(monkeypatch)
    write_crops(tmp_path, {"train": 60, "validation": 20, "test": 20})
    return tmp_path


def fits(said: list[events.Event]) -> set[tuple[str, int]]:
    return {(event.arm, event.seed) for event in said if isinstance(event, events.Epoch)}


def test_the_whole_experiment(data: Path) -> None:
    status, said = carried(EXPERIMENT, data, "seeds=[0,1]")
    assert status == 0, said[-1]
    result = read_result(data / "run")
    arms = ["as_printed", "balanced", "none", "trainable_as_printed"]
    assert [arm.name for arm in result.arms] == arms
    assert [arm.seeds for arm in result.arms] == [(0, 1), (0, 1), (0, 1), (0,)]
    assert {curve.arm for curve in result.curves} == set(arms)
    # 34 of 40 are FAKE, .85: -(.85 ln .85 + .15 ln .15) = .4227.
    assert {round(arm.prior, 4) for arm in result.arms} == {0.4227}
    assert all(arm.n == 40 for arm in result.arms)
    first = result.arms[0]
    assert {"precision", "recall", "roc_auc", "pr_auc", "balanced_accuracy", "log_loss"} <= {
        metric.name for metric in first.metrics
    }
    assert first.settings["class_weight"] == {"0": 0.16, "1": 0.84}
    assert [figure.name for figure in result.figures] == [
        "accuracy",
        "loss",
        "decision-and-ranking",
    ]
    assert result.figures[1].lines[0].y == pytest.approx(0.4227, abs=1e-4)
    assert [len(table.rows) for table in result.tables] == [4, 4]
    # .84 x .85 : .16 x .15
    assert result.sentences[0].startswith("As printed, FAKE outweighs REAL 29.7 to 1")
    assert result.sentences[-1].startswith(
        "The epoch of every fit was chosen on the pictures that it is judged on"
    )
    assert fits(said) == {
        (arm, seed)
        for arm, seeds in zip(arms, [(0, 1)] * 3 + [(0,)], strict=True)
        for seed in seeds
    }
    again, repeated = carried(EXPERIMENT, data, "seeds=[0,1]")
    assert (again, fits(repeated)) == (0, set())
    assert read_result(data / "run").arms == result.arms


def test_ctrl_c_keeps_the_arms_that_are_finished_and_the_same_command_goes_on(data: Path) -> None:
    def interrupt(event: events.Event) -> None:
        if isinstance(event, events.Epoch) and event.arm == "balanced":
            os.kill(os.getpid(), signal.SIGINT)

    status, _ = carried(EXPERIMENT, data, watch=interrupt)
    assert status == 130
    result = read_result(data / "run")
    assert (result.complete, [arm.name for arm in result.arms]) == (False, ["as_printed"])
    status, said = carried(EXPERIMENT, data)
    assert status == 0
    assert fits(said) == {("balanced", 0), ("none", 0), ("trainable_as_printed", 0)}
    assert read_result(data / "run").complete


def test_all_weights_may_be_trained_in_every_arm(data: Path) -> None:
    status, _ = carried(EXPERIMENT, data, "backbone=trainable")
    result = read_result(data / "run")
    assert (status, [arm.name for arm in result.arms]) == (0, ["as_printed", "balanced", "none"])
    assert all(arm.settings["whole network trained"] for arm in result.arms)
    assert (
        "The whole network was trained in every arm, from: a tiny network, random."
        in result.sentences
    )


def test_a_backbone_that_has_seen_what_is_judged_on_is_refused(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_tiny_networks(monkeypatch, seen=frozenset({"dfdc:train", "dfdc:test"}))
    status, said = carried(EXPERIMENT, data)
    assert status == 1
    assert isinstance(said[-1], events.Ended)
    assert said[-1].sentence.startswith(
        "The backbone has seen dfdc:test, which this run is judged on"
    )


def test_a_fit_that_diverges_is_left_out_and_listed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.fitting import epochs
    from training.fitting.fit import DivergedError

    sound = epochs.fit

    def fit(*given: Any, arm: str, **named: Any) -> epochs.Fitted:
        if arm == "balanced":
            raise DivergedError("The loss is nan at step 3 of epoch 1; lower learning_rate or phi.")
        return sound(*given, arm=arm, **named)

    monkeypatch.setattr(epochs, "fit", fit)
    status, _ = carried(EXPERIMENT, data)
    result = read_result(data / "run")
    assert (status, [arm.name for arm in result.arms]) == (
        0,
        ["as_printed", "none", "trainable_as_printed"],
    )
    assert [(one.what, one.why[:15]) for one in result.skipped] == [
        ("balanced, seed 0", "The loss is nan")
    ]


def test_an_arm_that_there_is_not_is_named(data: Path) -> None:
    status, said = carried(EXPERIMENT, data, 'trainable_arms=["even"]')
    assert status == 1
    assert said[-1] == events.Ended(
        "failed", "trainable_arms: there is no arm 'even'; there are: as_printed, balanced, none."
    )
