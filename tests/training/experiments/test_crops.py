"""What the experiments on crops share.

The draw, metrics over seeds, differences, sentences, the search over phi and tau.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from tests.training.faces import write_crops
from training.experiments.shared.bootstrap import Judge, measure
from training.experiments.shared.crops import CropSettings, Fit, Trial, Variant, class_weight, draw
from training.experiments.shared.outcome import Outcome, direction, shown
from training.experiments.shared.phi_tau import Space, Try, search
from training.results import Curve, Level, Metric
from training.runs import Run

# Real: .1 .4 .6, fake: .3 .5 .6 .9. Of 12 pairs the fake is above in
# (.3: 1) + (.5: 2) + (.6: 2 and a tie) + (.9: 3) = 8.5.
LABELS = np.array([0, 0, 0, 1, 1, 1, 1])
SCORES = np.array([0.1, 0.4, 0.6, 0.3, 0.5, 0.6, 0.9])
GROUPS = ["a", "b", "c", "a", "b", "c", "d"]


def trial(name: str, columns: Sequence[Sequence[float]], **changes: object) -> Trial:
    curve = {"val_loss": [0.5, 0.4], "val_accuracy": [0.7, 0.8]}
    fits = [
        Fit(Curve(name, seed, 0, 0.4251, curve), list(column), {})
        for seed, column in enumerate(columns)
    ]
    return Trial(Variant(name, name.replace("_", " "), changes), tuple(fits))


def small(tmp_path: Path, pairs: int = 6) -> Run:
    write_crops(tmp_path, {"train": pairs, "validation": 3, "test": 3})
    return Run(tmp_path / "run", tmp_path)


FEW = CropSettings(fakes=5, reals=2, judged_fakes=4, judged_reals=1, input_size=71)


def test_metrics_by_hand() -> None:
    found = measure(LABELS, SCORES)
    assert found["precision"] == pytest.approx(3 / 4)  # called: .6 real, .5 .6 .9 fake
    assert found["recall"] == pytest.approx(3 / 4)
    assert found["balanced_accuracy"] == pytest.approx((3 / 4 + 2 / 3) / 2)
    assert found["roc_auc"] == pytest.approx(8.5 / 12)
    # By threshold: .9 1 of 1, .6 2 of 3 (a tie of one each), .5 3 of 4, .3 4 of 6; each adds a
    # quarter of the recall.
    assert found["pr_auc"] == pytest.approx((1 + 2 / 3 + 3 / 4 + 4 / 6) / 4)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.6, 0.4, 0.3, 0.5, 0.6, 0.9]).mean())
    # Bins .1: -.1; .3: .7; .4: -.4; .5: .5; .6: 1 fake of 2, mean .6: -.2 in sum; .9: .1.
    assert found["calibration_error"] == pytest.approx((0.1 + 0.7 + 0.4 + 0.5 + 0.2 + 0.1) / 7)


def test_calling_everything_fake_has_the_papers_precision_and_recall() -> None:
    labels = np.array([1] * 2000 + [0] * 357)
    found = measure(labels, np.full(2357, 0.8486))
    assert (
        round(found["precision"], 4),
        found["recall"],
        found["balanced_accuracy"],
        found["roc_auc"],
    ) == (0.8485, 1.0, 0.5, 0.5)
    assert found["log_loss"] == pytest.approx(0.4251, abs=3e-4)


def test_a_metric_is_the_mean_over_seeds_and_its_interval_holds_it() -> None:
    judge = Judge(LABELS, GROUPS, draws=200)
    worse = 1 - SCORES  # reverses every pair: 3.5 of 12
    metrics = {
        metric.name: metric
        for metric in judge.metrics(judge.drawn(np.stack([SCORES, worse], axis=1)))
    }
    assert metrics["roc_auc"].value == pytest.approx(0.5)
    assert metrics["roc_auc"].low < 0.5 < metrics["roc_auc"].high
    assert (metrics["roc_auc"].n, metrics["roc_auc"].groups) == (7, 4)


def test_whole_groups_are_drawn() -> None:
    """Ten originals, one right and one wrong picture each: half is right in every draw."""
    labels = np.array([0, 1] * 10)
    scores = np.full((20, 1), 0.9)
    judge = Judge(labels, [f"{number // 2}" for number in range(20)], draws=100)
    precision = judge.interval("precision", judge.drawn(scores)["precision"])
    assert (precision.value, precision.low, precision.high) == (0.5, 0.5, 0.5)
    apart = Judge(labels, [str(number) for number in range(20)], draws=100)
    alone = apart.interval("precision", apart.drawn(scores)["precision"])
    assert alone.low < 0.4
    assert alone.high > 0.6


def test_where_nothing_is_called_fake_there_is_no_precision() -> None:
    judge = Judge(LABELS, GROUPS, draws=20)
    drawn = judge.drawn(np.full((7, 1), 0.2))
    assert "precision" not in {metric.name for metric in judge.metrics(drawn)}
    assert judge.interval("recall", drawn["recall"]).high == 0.0


def test_a_difference_is_taken_within_each_draw() -> None:
    """Two arms that differ by .1 in the score of every fake.

    The intervals overlap, but that of the difference does not hold 0.
    """
    labels, rng = np.array([1] * 40 + [0] * 10), np.random.default_rng(0)
    base = np.r_[rng.uniform(0.3, 0.8, 40), rng.uniform(0.2, 0.7, 10)][:, None]
    ours = base + 0.1 * labels[:, None]
    judge = Judge(labels, [str(number) for number in range(50)], draws=200)
    one, other = judge.drawn(ours), judge.drawn(base)
    apart = judge.difference(one, other, "log_loss")
    assert (
        judge.interval("log_loss", one["log_loss"]).high
        > judge.interval("log_loss", other["log_loss"]).low
    )
    assert apart.high < 0
    assert direction(judge.difference(one, other, "roc_auc")) == "gets better"
    assert direction(judge.difference(other, one, "roc_auc")) == "gets worse"
    assert direction(judge.difference(one, one, "roc_auc")) == "does not change beyond chance"


@pytest.mark.parametrize(
    ("labels", "groups"), [(LABELS, GROUPS[1:]), (np.ones(7, dtype=np.int64), GROUPS)]
)
def test_a_set_that_cannot_be_judged_on(labels: np.ndarray, groups: list[str]) -> None:
    with pytest.raises(ValueError, match="expected both classes"):
        Judge(labels, groups)


def test_class_weights_by_hand() -> None:
    labels = np.array([1] * 8 + [0] * 2)
    assert class_weight("as_printed", labels) == {1: 0.84, 0: 0.16}
    assert class_weight("balanced", labels) == {1: 10 / 16, 0: 10 / 4}
    assert class_weight("none", labels) is None


def test_the_draw_takes_what_it_is_asked_for(tmp_path: Path) -> None:
    run = small(tmp_path)
    crops = draw(run, FEW)
    for rows, splits, fakes, reals in (
        (crops.train, {"train"}, 5, 2),
        (crops.judged, {"validation", "test"}, 4, 1),
    ):
        assert {row.split for row in rows} <= splits
        assert [sum(row.label == label for row in rows) for label in ("FAKE", "REAL")] == [
            fakes,
            reals,
        ]
        assert len({row.file for row in rows}) == fakes + reals
    assert draw(run, FEW).train == crops.train
    assert draw(run, CropSettings(**{**FEW.__dict__, "draw_seed": 1})).train != crops.train
    assert set(run.hashes) == {"dfdc_faces.csv", "crops.zip"}
    assert next(crops.pictures(crops.train, 71)).shape == (71, 71, 3)


def test_the_default_draw_is_the_papers() -> None:
    config = CropSettings()
    assert (
        config.fakes + config.reals,
        round(config.fakes / (config.fakes + config.reals), 4),
    ) == (10_000, 0.8486)
    assert round(config.judged_fakes / (config.judged_fakes + config.judged_reals), 4) == 0.8485


def test_too_few_rows_are_named(tmp_path: Path) -> None:
    run = small(tmp_path)
    with pytest.raises(
        AnalysisError, match="has 6 FAKE rows in train, and fakes asks for 7; change fakes"
    ):
        draw(run, CropSettings(fakes=7, reals=1))
    with pytest.raises(
        AnalysisError,
        match=(
            "has 6 REAL rows in validation and test, and judged_reals asks for 9; change"
            " judged_reals"
        ),
    ):
        draw(run, CropSettings(fakes=5, reals=1, judged_fakes=1, judged_reals=9))


def test_an_original_on_both_sides_stops_the_run(tmp_path: Path) -> None:
    run = small(tmp_path)
    path = tmp_path / "dfdc_faces.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("validation-0.mp4", "train-0.mp4"),
        encoding="utf-8",
    )
    with pytest.raises(
        AnalysisError,
        match=r"train-0\.mp4 is behind pictures to learn from and pictures to judge on",
    ):
        draw(run, CropSettings(fakes=6, reals=6, judged_fakes=6, judged_reals=6))


def test_an_unreadable_picture_is_left_out_and_listed(tmp_path: Path) -> None:
    run = small(tmp_path)
    path = tmp_path / "dfdc_faces.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / rows[1][0]).write_bytes(b"no picture")
    rows[1][1] = "broken"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    crops = draw(run, CropSettings(fakes=6, reals=6, judged_fakes=1, judged_reals=1))
    assert len(crops.train) == 11
    assert [one.what for one in run.skipped] == [f"broken/{rows[1][0]}"]
    assert "not a picture that can be read" in run.skipped[0].why


def outcome(**columns: Sequence[Sequence[float]]) -> Outcome:
    """The outcome of arms judged on 30 fakes and 10 real pictures, each its own original."""
    labels = np.array([1] * 30 + [0] * 10)
    judge = Judge(labels, [str(number) for number in range(40)], draws=200)
    return Outcome(judge, [trial(name, scores) for name, scores in columns.items()])


# everything is called FAKE, every fake is above every real picture
ALL_FAKE_RANKED = [0.9] * 30 + [0.8] * 10
CONSTANT = [0.75] * 40
RIGHT = [0.9] * 30 + [0.1] * 10


def test_a_collapse_of_the_threshold_is_told_from_a_collapse_of_what_was_learned() -> None:
    found = outcome(ranked=[ALL_FAKE_RANKED, ALL_FAKE_RANKED], constant=[CONSTANT], right=[RIGHT])
    assert (
        found.answer("ranked")
        == "Ranked calls 100.0% FAKE at .5 (all of it in 2 of 2 seeds; precision 0.7500, recall"
        " 1.0000); ROC-AUC 1.000 [1.000, 1.000]: it ranks fakes above real pictures, so what"
        " collapsed is the decision at .5 and not what was learned."
    )
    assert found.answer("constant").endswith(
        "ROC-AUC 0.500 [0.500, 0.500]: it does not rank better than chance, so no learning shows."
    )
    assert found.answer("right").startswith(
        "Right decides at .5 with the balanced accuracy 1.000 [1.000, 1.000]; ROC-AUC 1.000"
    )
    nearly = outcome(nearly=[ALL_FAKE_RANKED, ALL_FAKE_RANKED, [*ALL_FAKE_RANKED[:39], 0.4]])
    assert nearly.called_fake("nearly") == pytest.approx(119 / 120)
    assert nearly.answer("nearly").startswith(
        "Nearly calls 99.2% FAKE at .5 (all of it in 2 of 3 seeds; "
    )
    assert not found.fell("right")


def test_what_a_mend_changes_is_said_of_the_decision_and_of_the_ranking() -> None:
    found = outcome(ranked=[ALL_FAKE_RANKED], constant=[CONSTANT], right=[RIGHT])
    assert found.mend("right", "ranked").endswith(
        "the decision at .5 gets better, the ranking does not change beyond chance."
    )
    assert found.mend("ranked", "constant").endswith(
        "the decision at .5 does not change beyond chance, the ranking gets better."
    )
    assert (
        "balanced accuracy at .5 1.000 instead of 0.500 (difference +0.500 [+0.500, +0.500])"
        in found.mend("right", "ranked")
    )


def test_many_arms_are_compared_in_one_sentence() -> None:
    found = outcome(ranked=[ALL_FAKE_RANKED], constant=[CONSTANT], right=[RIGHT])
    assert (
        found.effect(["ranked", "right"], "constant")
        == "the decision at .5 does not change beyond chance with ranked; gets better with right,"
        " and the ranking gets better with all"
    )
    assert (
        found.effect(["ranked"], "ranked")
        == "the decision at .5 does not change beyond chance with any, and the ranking does not"
        " change beyond chance with any"
    )


def test_curves_are_means_over_the_seeds_that_got_so_far() -> None:
    fits = [
        Fit(Curve("a", seed, 0, None, {"val_loss": values}), RIGHT, {})
        for seed, values in enumerate(([0.6, 0.5, 0.3], [0.4, 0.3]))
    ]
    judge = Judge(np.array([1] * 30 + [0] * 10), [str(number) for number in range(40)], draws=20)
    figure = Outcome(judge, [Trial(Variant("a", "A"), tuple(fits))]).epochs(
        "f", "F", "val_loss", "loss", names=(), line=Level("l", 1.0)
    )
    assert figure.series[0].x == [1.0, 2.0, 3.0]
    assert figure.series[0].y == pytest.approx([0.5, 0.4, 0.3])
    assert figure.series[0].low == [0.4, 0.3, 0.3]
    assert figure.series[0].high == [0.6, 0.5, 0.3]


def test_numbers_are_shown_with_their_interval() -> None:
    assert shown(Metric("a", 0.5, 0.25, 0.75, 4, 2)) == "0.500 [0.250, 0.750]"
    assert shown(Metric("a", 0.5, -0.25, 0.75, 4, 2), sign=True) == "+0.500 [-0.250, +0.750]"


SPACE = Space(phi=(1e-2, 1e4), tau=(1e-3, 10.0), trials=6, objective="roc_auc", seed=3)


def hill(number: int, phi: float, tau: float) -> float:
    return float(-((np.log10(phi) - 1) ** 2) - np.log10(tau) ** 2)


def test_an_interrupted_search_finds_what_an_uninterrupted_one_finds(tmp_path: Path) -> None:
    whole = search(Run(tmp_path / "whole", tmp_path), "a", SPACE, hill)
    broken = Run(tmp_path / "broken", tmp_path)

    def killed(number: int, phi: float, tau: float) -> float:
        if number == 2:
            raise KeyboardInterrupt
        return hill(number, phi, tau)

    with pytest.raises(KeyboardInterrupt):
        search(broken, "a", SPACE, killed)
    assert search(broken, "a", SPACE, hill) == whole
    assert len(whole) == 6
    assert all(1e-2 <= one.phi <= 1e4 and 1e-3 <= one.tau <= 10 for one in whole)
    assert len({one.phi for one in whole}) == 6


def test_a_stopped_search_gives_the_tries_so_far(tmp_path: Path) -> None:
    run = Run(tmp_path, tmp_path)

    def one(number: int, phi: float, tau: float) -> float:
        if number == 1:
            run.stop()
        return hill(number, phi, tau)

    assert len(search(run, "a", SPACE, one)) == 2


def test_the_best_try_is_the_lowest_log_loss_or_the_highest_of_the_others() -> None:
    tries = [Try(1, 1, 0.4), Try(2, 1, 0.6), Try(3, 1, 0.5)]
    assert SPACE.best(tries).phi == 2
    assert Space(SPACE.phi, SPACE.tau, 3, "log_loss", 0).best(tries).phi == 1
