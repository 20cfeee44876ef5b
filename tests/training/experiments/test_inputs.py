"""`inputs`, and what it shares with the other experiments on clips.

That is folds, scores of held-out clips, and curves over folds.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from tests.training.tiny_clips import (
    carried_out,
    held_out,
    learning,
    metric,
    use_tiny_backbone,
    write_pairs,
)
from training.experiments import get
from training.experiments.inputs import Config, order
from training.experiments.shared.bootstrap import Judge
from training.experiments.shared.clip_outcome import WITHIN, ClipOutcome
from training.experiments.shared.clips import ClipArm, ClipBench, ClipSettings, ClipTrial, HeldOut
from training.experiments.shared.crops import Variant
from training.results import Level, Result
from training.runs import Run

VIEWS = ("full", "cut")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pairs(tmp_path_factory.mktemp("data"), 4)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


def change(config: Any) -> Any:
    return learning(config, views=VIEWS)


@pytest.fixture(scope="module")
def result(data: Path, out: Path) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        use_tiny_backbone(patch)
        return carried_out("inputs", change, data, out)


def trial(name: str, *fits: Any) -> ClipTrial:
    return ClipTrial(Variant(name, name), tuple(fits))


def test_scores_are_put_together_from_the_folds() -> None:
    first = held_out("a", 5, 0, {2: 0.2, 0: 0.9}, [1]), held_out("a", 5, 1, {1: 0.4}, [1])
    one = trial(
        "a", *first, held_out("a", 7, 0, {0: 0.1, 2: 0.3}, [1]), held_out("a", 7, 1, {1: 0.5}, [1])
    )
    assert one.seeds == (5, 7)
    np.testing.assert_array_equal(one.scores, [[0.9, 0.1], [0.4, 0.5], [0.2, 0.3]])


def test_a_fit_that_has_ended_keeps_its_best_epoch() -> None:
    """Fold 0 counts once and ends at .8 after .6 was best; fold 1 counts three times."""
    one = trial(
        "a",
        held_out("a", 0, 0, {0: 0.5}, [0.6, 0.8], weight=1),
        held_out("a", 0, 1, {1: 0.5}, [0.9, 0.7, 0.5, 0.3], weight=3),
    )
    np.testing.assert_allclose(one.epochs("val_loss"), [[0.825, 0.725, 0.525, 0.375]])
    np.testing.assert_allclose(one.epochs("val_accuracy")[0, -1], 0.25 * 0.4 + 0.75 * 0.7)


def outcome() -> ClipOutcome:
    labels = np.array([0, 1, 1, 0, 1, 1])
    methods = ["original", "Deepfakes", "FaceSwap"] * 2
    scores = [0.3, 0.9, 0.1, 0.4, 0.8, 0.35]
    fits = [
        held_out("a", seed, 0, dict(enumerate(scores)), [0.7, 0.6 - 0.1 * seed]) for seed in (0, 1)
    ]
    return ClipOutcome(
        Judge(labels, ["p", "p", "p", "q", "q", "q"], draws=20), [trial("a", *fits)], methods
    )


def test_each_kind_of_fake_against_all_real_clips() -> None:
    """Deepfakes are above both real clips.

    Of the four pairs of FaceSwap with a real clip, .35 above .3 is the only right one.
    """
    table = outcome().by_method()
    assert table.columns == ("arm", "within pairs", "Deepfakes", "FaceSwap")
    assert table.rows == (("a", "0.500 [0.500, 0.500]", 1.0, 0.25),)
    assert "2 Deepfakes, 2 FaceSwap against all 2 real clips" in table.caption


def test_fakes_are_held_against_the_originals_of_the_same_people() -> None:
    """Pair p: .9 and .1 against .3, one of two; pair q: .8 and .35 against .4, one of two.

    r has no fake. Seed 1 has all of q right.
    """
    labels, methods = (
        np.array([0, 1, 1, 0, 1, 1, 0]),
        ["original", "Deepfakes", "FaceSwap"] * 2 + ["original"],
    )
    scores = [0.3, 0.9, 0.1, 0.4, 0.8, 0.35, 0.99]
    better = [0.3, 0.9, 0.1, 0.4, 0.8, 0.45, 0.99]
    fits = [
        held_out("a", seed, 0, dict(enumerate(own)), [0.7])
        for seed, own in ((0, scores), (1, better))
    ]
    found = ClipOutcome(Judge(labels, [*"pppqqqr"], draws=200), [trial("a", *fits)], methods)
    within = next(metric for metric in found.arms()[0].metrics if metric.name == WITHIN)
    assert within == found.within_pairs("a")
    assert (within.value, within.n, within.groups) == (
        pytest.approx((0.5 + 0.5 + 0.5 + 1.0) / 4),
        7,
        2,
    )
    assert (within.low, within.high) == (0.5, 1.0)  # drawn: only p, and only q with seed 1
    assert "the chance: a 0.625 [0.500, 1.000]. Guessing is .5." in found.apart()


def test_curves_show_the_mean_and_the_range_of_the_seeds() -> None:
    figure = outcome().epochs("f", "t", "val_loss", "y", names=(), line=Level("prior", 0.6365))
    (series,) = figure.series
    assert series.x == [1.0, 2.0]
    assert series.y == pytest.approx([0.7, 0.55])
    assert series.low == pytest.approx([0.7, 0.5])
    assert series.high == pytest.approx([0.7, 0.6])
    assert figure.lines[0].name == "prior"


def test_the_order_of_the_losses_is_held_against_the_prior() -> None:
    labels, groups = np.array([0, 1, 0, 1]), [*"ppqq"]
    fits = {
        name: held_out(name, 0, 0, dict(enumerate(scores)), [0.7])
        for name, scores in (("a", [0.5] * 3 + [0.4]), ("b", [0.1, 0.9] * 2))
    }
    found = ClipOutcome(
        Judge(labels, groups, draws=20),
        [trial(name, fit) for name, fit in fits.items()],
        ["original", "Deepfakes"] * 2,
    )
    # a: three times log 2 and -log .4; b: -log .9
    assert (
        order(found, ["a", "b"])
        == "Log-loss of held-out clips, lowest first: b 0.105; a 0.749. Below the constant"
        " predictor's 0.6931: b."
    )
    assert order(found, ["a"]).endswith("Below the constant predictor's 0.6931: none.")


def bench(data: Path, out: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> ClipBench:
    from training.data.clipset import View

    use_tiny_backbone(monkeypatch, seen=changes.pop("seen", ()))
    config = replace(ClipSettings(frames=2, input_size=71), **changes)
    return ClipBench(Run(out, data), config, config.recipe([View("full", "full")]))


@pytest.mark.parametrize(("folds", "learned_from", "choose"), [(4, 8, 4), (2, 4, 4)])
def test_three_parts_without_a_person_in_common(
    folds: int,
    learned_from: int,
    choose: int,
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = bench(data, tmp_path, monkeypatch, folds=folds)
    times_held = np.zeros(len(found.clips.members))
    for fold in range(folds):
        learned, choosing, held = parts = found.parts(fold, folds)
        pairs = [{found.clips.pairs[clip] for clip in part} for part in parts]
        assert sum(map(len, pairs)) == len(set.union(*pairs)) == len(set(found.clips.pairs))
        assert sorted(np.concatenate(parts)) == list(range(len(found.clips.members)))
        assert (len(learned), len(choosing)) == (learned_from, choose)
        times_held[held] += 1
    assert set(times_held) == {1}


def test_a_backbone_that_knows_somebody_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AnalysisError, match="ffpp:003"):
        bench(data, tmp_path, monkeypatch, seen=("dfdc:train", "ffpp:003"))


def test_too_few_pairs_to_learn_from(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(
        AnalysisError,
        match=(
            "Fold 1 of 2 leaves one class or none to choose the epoch on; change the number of"
            " folds"
        ),
    ):
        bench(data, tmp_path, monkeypatch, folds=2, pairs=2)


@pytest.mark.parametrize("changes", [{"seeds": ()}, {"frames": 0}, {"folds": 1}])
def test_settings_that_do_not_suit(
    changes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AnalysisError, match="expected 1, 2 and one seed at least"):
        bench(tmp_path, tmp_path, monkeypatch, **changes)


def test_places_of_the_first_frame_and_of_the_others(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = bench(data, tmp_path, monkeypatch, folds=4)
    pictures, features = found.pictures("full", 71), found.features("full")
    assert pictures.shape == (16, 3, 71, 71, 3)
    assert features.shape == (16, 3, 27)
    # The tiny backbone gives the colour of each ninth, -1 to 1; 69 of the 71 rows and columns
    # count.
    corner = pictures[4, 2, :23, :23].astype(np.float64).mean(axis=(0, 1)) / 127.5 - 1
    np.testing.assert_allclose(features[4, 2, :3], corner, atol=1e-3)


def test_the_arms_of_the_issue() -> None:
    views = ("full", "ela", "cut", "blackout")
    assert get("inputs").arms == (*(f"{view}_first" for view in views), *views)


def test_every_arm_is_judged_on_every_clip(result: Result) -> None:
    assert [arm.name for arm in result.arms] == ["full_first", "cut_first", "full", "cut"]
    for arm in result.arms:
        assert (arm.n, arm.seeds, arm.prior) == (16, (0,), pytest.approx(np.log(2)))
        assert {one.groups for one in arm.metrics} == {4}
        assert "prior" in arm.verdict
    assert len(result.curves) == 4 * 2
    assert len(result.data) == 16


def test_the_colour_of_a_face_is_learned_and_carries_over(result: Result) -> None:
    """Fakes are 30 grey levels redder and bluer in the face and nowhere else."""
    assert metric(result, "cut", "roc_auc") == 1.0
    verdict = next(arm.verdict for arm in result.arms if arm.name == "cut")
    assert verdict.startswith("It beat the prior")


def test_figure_9_has_a_line_for_each_input_and_the_prior(result: Result) -> None:
    first, several, _ = result.figures
    assert [series.name for series in first.series] == [
        "full frame, first frame",
        "face cut out, first frame",
    ]
    assert [series.name for series in several.series] == [
        "full frame, 3 frames",
        "face cut out, 3 frames",
    ]
    for figure in (first, several):
        assert [(line.name, line.y) for line in figure.lines] == [
            ("prior 0.6931", pytest.approx(np.log(2)))
        ]
        assert len(figure.series[0].y) == 12


def test_sentences_compare_each_input_with_the_full_frame(result: Result) -> None:
    text = " ".join(result.sentences)
    assert (
        text.count("against full frame, first frame")
        == text.count("against full frame, 3 frames")
        == 1
    )
    assert "4 pairs of people in 2 folds: no fit has met the people whose clips it scores" in text
    assert "Frozen features of: colours, random. It has learned nothing" in text


def test_a_resumed_run_fits_nothing_twice(
    result: Result, data: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_tiny_backbone(monkeypatch)
    (out / "parts" / "fit-cut-0-1.json").unlink()
    fitted: list[tuple[str, int]] = []
    original = ClipBench._fit

    def watched(bench: ClipBench, arm: ClipArm, seed: int, fold: int) -> HeldOut:
        fitted.append((arm.name, fold))
        return original(bench, arm, seed, fold)

    monkeypatch.setattr(ClipBench, "_fit", watched)
    assert carried_out("inputs", change, data, out).arms == result.arms
    assert fitted == [("cut", 1)]


def test_whole_networks_can_be_trained_instead(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_tiny_backbone(monkeypatch)
    found = carried_out(
        "inputs",
        lambda config: learning(config, views=("cut",), backbone="trainable"),
        data,
        tmp_path,
    )
    assert all(arm.settings["whole network trained"] for arm in found.arms)
    assert metric(found, "cut", "roc_auc") == 1.0
    assert found.sentences[-2].startswith("The whole network was trained in every arm")
    assert not [*(tmp_path / "parts").glob("features-*")]


def test_a_view_that_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError, match="views: expected some of full, ela, cut, blackout, received face"
    ):
        get("inputs").run(Run(tmp_path, tmp_path), Config(views=("face",)))
