"""`conditional_loss`: its arms, what is measured of its steps, its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dfgui.core import training_events as events
from tests.training.faces import write_crops
from tests.training.tiny import carried, use_quick_fits, use_tiny_networks
from training.experiments.conditional_loss import EXPERIMENT
from training.experiments.shared.bootstrap import Judge
from training.experiments.shared.conditional_arms import Config, arm_name, arms
from training.experiments.shared.conditional_report import (
    collapses,
    inert,
    kept_steps,
    over_i,
    search_sentence,
    sentences,
)
from training.experiments.shared.crops import Fit, Steps, Trial, Variant
from training.experiments.shared.outcome import Outcome
from training.experiments.shared.phi_tau import Searched, Space, Try, held_back
from training.fitting.batches import Arrays
from training.results import Curve, read_result

LABELS = np.array([1] * 8 + [0] * 2)
ALL_FAKE, RIGHT, CONSTANT = [0.9] * 30 + [0.8] * 10, [0.9] * 30 + [0.1] * 10, [0.75] * 40


def outcome(**scores: Sequence[float]) -> Outcome:
    steps: Steps = {
        "step": [1.0],
        "i": [-3.0],
        "term": [-1.0],
        "pull": [0.1],
        "i_range": [-4.0, -3.0, -2.0],
        "median_pull": [0.1],
        "inert": [0.25],
    }
    trials = []
    for name, values in scores.items():
        curve = Curve(name, 0, 0, 0.5, {"val_accuracy": [0.7], "val_loss": [0.6]})
        variant = (
            next(variant for variant in arms(Config(), LABELS) if variant.name == name)
            if name in EXPERIMENT.arms
            else Variant(name, name)
        )
        trials.append(
            Trial(variant, (Fit(curve, list(values), {} if "baseline" in name else steps),))
        )
    return Outcome(
        Judge(np.array([1] * 30 + [0] * 10), [str(number) for number in range(40)], draws=50),
        trials,
    )


def test_the_arms_are_the_papers_then_the_mended() -> None:
    found = {variant.name: variant for variant in arms(Config(), LABELS)}
    assert tuple(found) == EXPERIMENT.arms
    assert list(found)[:6] == [
        "baseline",
        "high_phi",
        "low_phi",
        "high_tau",
        "low_tau",
        "high_phi_low_tau",
    ]
    assert len(found) == 2 * (1 + 3 * 5)
    paper = {
        name: (found[name].changes["phi"], found[name].changes["tau"], found[name].changes["form"])
        for name in list(found)[1:6]
    }
    assert paper == {
        "high_phi": (10_000.0, 1.0, "as_printed"),
        "low_phi": (1.0, 1.0, "as_printed"),
        "high_tau": (100.0, 10.0, "as_printed"),
        "low_tau": (100.0, 0.1, "as_printed"),
        "high_phi_low_tau": (10_000.0, 0.1, "as_printed"),
    }
    assert found["baseline"].changes == {"class_weight": {0: 0.16, 1: 0.84}, "form": "none"}
    assert found["intended_low_tau_unweighted"].changes == {
        "class_weight": None,
        "form": "as_intended",
        "phi": 100.0,
        "tau": 0.1,
    }


def test_a_search_with_other_weights_brings_its_baseline() -> None:
    config = replace(Config(), class_weights=("as_printed",), forms=("as_printed",))
    assert (
        [variant.name for variant in arms(config, LABELS)][-1]
        == arm_name("baseline", "", "none")
        == "baseline_unweighted"
    )


def test_the_term_is_without_effect_where_it_pulls_less_than_a_hundredth_of_cross_entropy() -> None:
    # A batch of 10: the least pull of cross-entropy is .1, a hundredth of it .001.
    steps = {"i": [-1.0] * 4, "term": [0.0] * 4, "gradient": [0.0, -0.0009, 0.0011, -5.0]}
    assert kept_steps(steps, SimpleNamespace(batch=10))["inert"] == [0.5]  # type: ignore[arg-type]


def test_what_is_kept_of_the_steps() -> None:
    steps = {
        "loss": [1.0] * 400,
        "i": [float(-value) for value in range(400)],
        "term": [2.0] * 400,
        "gradient": [0.5, -0.5] * 200,
    }
    kept = kept_steps(steps, SimpleNamespace(batch=4))  # type: ignore[arg-type]
    assert len(kept["i"]) == 200
    assert kept["i"][:2] == [-0.5, -2.5]
    assert kept["step"][:2] == [1.5, 3.5]
    assert kept["pull"] == [2.0] * 200
    assert kept["i_range"] == pytest.approx([-379.05, -199.5, -19.95])
    assert kept["inert"] == [0.0]
    plain = kept_steps({"loss": [1.0, 0.9], "i": [-2.0, -1.0]}, SimpleNamespace(batch=4))  # type: ignore[arg-type]
    assert plain == {
        "step": [1.0, 2.0],
        "i": [-2.0, -1.0],
        "i_range": pytest.approx([-1.95, -1.5, -1.05]),
    }


def test_the_papers_collapse_is_found_and_what_it_is_is_said() -> None:
    ranked = collapses(outcome(baseline=ALL_FAKE, high_phi=ALL_FAKE, low_phi=RIGHT), "as_printed")
    assert ranked == [
        "Sign as printed, class weights as printed: 2 of 3 arms call at least 99% FAKE at .5, 2 of"
        " them everything in every seed, as in the paper's tables (baseline and high phi). Their"
        " ROC-AUC is 1.000 to 1.000: all of them rank fakes above real pictures, so it is the"
        " decision at .5 that collapsed and not what was learned."
    ]
    assert collapses(outcome(baseline=CONSTANT), "as_printed")[0].endswith(
        "none of them ranks better than chance, so no learning shows."
    )
    assert collapses(outcome(baseline=CONSTANT, high_phi=ALL_FAKE), "as_printed")[0].endswith(
        "better than chance: high phi; of the others no learning shows."
    )
    assert collapses(outcome(baseline=RIGHT), "as_printed")[0].endswith(
        "the paper's tables are not reproduced."
    )


def test_each_form_is_compared_with_the_baseline_and_the_other_collapse_is_named() -> None:
    found = outcome(
        baseline=ALL_FAKE,
        high_phi=RIGHT,
        intended_high_phi=RIGHT,
        intended_low_tau=[0.4] * 30 + [0.1] * 10,
    )
    said = sentences(found, replace(Config(), class_weights=("as_printed",)))
    assert (
        said[1]
        == "Sign as printed, class weights as printed, against the baseline: the decision at .5"
        " gets better with all, and the ranking does not change beyond chance with any."
    )
    assert (
        said[2]
        == "Sign as intended, class weights as printed, against the baseline: the decision at .5"
        " gets better with high phi; does not change beyond chance with low tau, and the ranking"
        " does not change beyond chance with any. The other collapse, nothing called FAKE, comes"
        " with low tau."
    )
    assert found.answer("intended_low_tau").startswith(
        "Low tau, sign as intended, class weights as printed calls 100.0% REAL at .5, with the"
        " balanced accuracy 0.500"
    )


def test_how_often_the_term_did_nothing() -> None:
    assert inert(outcome(baseline=RIGHT, high_phi=RIGHT), "as_printed", "as_printed")[0].endswith(
        "cross-entropy does: high phi 25%."
    )
    assert inert(outcome(baseline=RIGHT), "as_printed", "as_printed") == []


SPACE = Space((1e-3, 1e4), (1e-3, 10.0), 2, "roc_auc", 0)
SEARCHED = Searched("as_intended", SPACE, 0.75, (Try(1.0, 0.1, 0.74), Try(10.0, 0.5, 0.78)))


@pytest.mark.parametrize(
    ("ours", "base", "says"),
    [
        (RIGHT, CONSTANT, "is +0.500 [+0.500, +0.500], so it beats the baseline;"),
        (CONSTANT, RIGHT, "is -0.500 [-0.500, -0.500], so it is worse than the baseline;"),
        (
            RIGHT,
            RIGHT,
            "is +0.000 [+0.000, +0.000], so it does not beat the baseline beyond chance;",
        ),
    ],
)
def test_the_search_is_judged_on_pictures_it_had_not_seen(
    ours: Sequence[float], base: Sequence[float], says: str
) -> None:
    said = search_sentence(
        outcome(searched_as_intended=ours, baseline_unweighted=base), SEARCHED, Config()
    )
    assert said.startswith(
        "Of 2 tries, sign as intended, phi 10 and tau 0.5 did best on the part that was held back:"
        " ROC-AUC 0.780, without the term 0.750."
    )
    assert says in said


def test_a_lower_log_loss_is_better() -> None:
    found = outcome(searched_as_intended=RIGHT, baseline_unweighted=CONSTANT)
    assert "it beats the baseline" in search_sentence(
        found, replace(SEARCHED, space=replace(SPACE, objective="log_loss")), Config()
    )


def test_the_whole_experiment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use_tiny_networks(monkeypatch)
    use_quick_fits(monkeypatch)
    write_crops(tmp_path, {"train": 60, "validation": 20, "test": 20})
    quick = (
        'cases=["high_phi","low_phi","high_tau","low_tau","high_phi_low_tau"]',
        'trainable_arms=["low_phi"]',
        "trials=3",
    )
    status, said = carried(EXPERIMENT, tmp_path, *quick)
    assert status == 0, said[-1]
    result = read_result(tmp_path / "run")
    names = [arm.name for arm in result.arms]
    assert names[:6] == [
        "baseline",
        "high_phi",
        "low_phi",
        "high_tau",
        "low_tau",
        "high_phi_low_tau",
    ]
    assert names[-4:] == [
        "baseline_unweighted",
        "trainable_low_phi",
        "searched_as_intended",
        "searched_well_behaved",
    ]
    assert result.tables[0].title == "Tables 1 and 2: sign as printed, class weights as printed"
    assert [row[:3] for row in result.tables[0].rows][:2] == [
        ("baseline loss function", 0.8486, 1.0),
        ("high phi", 0.8486, 1.0),
    ]
    assert result.tables[0].rows[5][:3] == ("high phi with low tau", None, None)
    figures = {figure.name: figure for figure in result.figures}
    assert [series.name for series in figures["phi-as_printed-as_printed"].series] == [
        "baseline",
        "high phi",
        "low phi",
        "high phi with low tau",
    ]
    assert [len(series.x) for series in figures["search-phi"].series] == [3, 3]
    assert {
        "term-over-i",
        "gradient-over-i",
        "term-over-i-well-behaved",
        "i-as_printed-as_printed",
        "pull-well_behaved-as_printed",
    } < set(figures)
    assert sum(sentence.startswith("Of 3 tries, ") for sentence in result.sentences) == 2
    tried = {
        event.arm
        for event in said
        if isinstance(event, events.Epoch) and event.arm.startswith("search_")
    }
    assert len(tried) == 1 + 2 * 3


def test_the_search_never_sees_what_is_judged_on() -> None:
    groups = [f"{number // 3}" for number in range(60)]
    train = Arrays(np.arange(60.0)[:, None], np.array([0, 1, 1] * 20), groups)
    left, back = held_back(train, 0.25, 0)
    assert (len(left.y), len(back.y)) == (45, 15)  # 5 of 20 originals, three pictures each
    assert not {*left.groups} & {*back.groups}
    assert sorted([*left.x[:, 0], *back.x[:, 0]]) == list(range(60))
    assert [groups[int(value)] for value in back.x[:, 0]] == list(back.groups)


def test_figure_7_shows_the_defect() -> None:
    figures = {figure.name: figure for figure in over_i(Config())}
    printed = {series.name: series for series in figures["term-over-i"].series}
    assert printed["sign as printed, tau 1"].x[-1] == 0.0
    # the lowest value, with everything called FAKE
    assert printed["sign as printed, tau 1"].y[-1] == -1.0
    assert printed["sign as intended, tau 1"].y[-1] == 1.0
    gradient = {series.name: series for series in figures["gradient-over-i"].series}
    assert gradient["sign as printed, tau 10"].y[-1] == 0.0
    # at I = -1: 20 tanh 10 / cosh^2 10
    assert abs(gradient["sign as printed, tau 10"].y[-21]) == pytest.approx(1.649e-7, rel=1e-3)
    mended = figures["gradient-over-i-well-behaved"].series
    assert all(series.y[-1] == max(series.y) > 1 for series in mended)
