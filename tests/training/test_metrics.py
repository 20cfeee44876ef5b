"""Metrics on few numbers by hand, and their intervals."""

import math
import time
from collections import Counter

import numpy as np
import pytest
import sklearn.metrics

from training.metrics import (
    auc,
    balanced_accuracy,
    calibration_error,
    collapse,
    evaluate,
    learned,
    log_loss,
    measured,
    paper_metrics,
    prior_log_loss,
    sigmoid,
)

LABELS = np.array([1, 0, 0, 0])


def test_auc_counts_pairs_in_the_right_order() -> None:
    # Of the pairs (.35, .8) x (.1, .4) three of four are in order.
    assert auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])) == 0.75
    assert auc(np.array([0, 1]), np.array([0.5, 0.5])) == 0.5


def test_auc_and_log_loss_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    labels, scores = rng.integers(2, size=300), rng.integers(1, 20, size=300) / 20  # many ties
    weights = np.where(labels == 1, 1 / labels.mean(), 1 / (1 - labels.mean()))
    assert auc(labels, scores) == pytest.approx(
        sklearn.metrics.roc_auc_score(labels, scores), abs=1e-12
    )
    assert log_loss(labels, scores) == pytest.approx(
        sklearn.metrics.log_loss(labels, scores, sample_weight=weights), abs=1e-12
    )


def test_log_loss_weights_the_classes_evenly() -> None:
    scores = np.array([0.8, 0.4, 0.2, 0.5])
    expected = -(math.log(0.8) + (math.log(0.6) + math.log(0.8) + math.log(0.5)) / 3) / 2
    assert log_loss(LABELS, scores) == pytest.approx(expected)
    assert log_loss(LABELS, np.full(4, 0.5)) == pytest.approx(math.log(2))


def test_log_loss_of_a_certain_mistake_is_finite() -> None:
    assert log_loss(np.array([1, 0]), np.array([0.0, 0.0])) == pytest.approx(
        -math.log(1e-6) / 2, rel=1e-4
    )


def test_balanced_accuracy() -> None:
    # The fake is on its side; of three real ones .5 counts as called fake, two are right.
    assert balanced_accuracy(LABELS, np.array([0.9, 0.5, 0.49, 0.0])) == pytest.approx(
        (1 + 2 / 3) / 2
    )


def test_calibration_error() -> None:
    # Weights 1/2 and three times 1/6. At .95: .5 (1 - .95) + 1/6 (0 - .95) = -.13333;
    # at .15: 2/6 (0 - .15) = -.05.
    assert calibration_error(LABELS, np.array([0.95, 0.95, 0.15, 0.15])) == pytest.approx(
        0.18333, abs=1e-5
    )
    # 1 falls into the last bin
    assert calibration_error(LABELS, np.array([1.0, 0.0, 0.0, 0.0])) == 0


def test_sigmoid_does_not_overflow() -> None:
    np.testing.assert_allclose(
        sigmoid(np.array([-1000.0, 0.0, math.log(3), 1000.0])), [0, 0.5, 0.75, 1]
    )


def _mean(_: np.ndarray, scores: np.ndarray) -> float:
    return float(scores.mean())


def _covered(group_size: int, seeds: range) -> int:
    """In how many of the samples the interval of the mean holds the true mean 0.

    Each group's members are copies.
    """
    hits = 0
    for seed in seeds:
        scores = np.random.default_rng(seed).normal(size=60).repeat(group_size)
        groups = [str(number) for number in np.arange(60).repeat(group_size)]
        labels = np.arange(len(scores)) // group_size % 2
        result = evaluate(labels, scores, groups, metrics={"mean": _mean}, draws=200)["mean"]
        hits += result.low <= 0 <= result.high
    return hits


@pytest.mark.parametrize("group_size", [1, 4])
def test_the_interval_covers_the_truth(group_size: int) -> None:
    # 95 of 100 are expected; if single rows were drawn, copies would make the interval half as wide
    # and cover 67.
    assert 88 <= _covered(group_size, range(100)) <= 100


def test_groups_are_drawn_whole() -> None:
    draws: list[Counter[float]] = []

    def record(_: np.ndarray, scores: np.ndarray) -> float:
        draws.append(Counter(scores.tolist()))
        return 0.0

    groups = ["a", "a", "a", "b", "b", "c"]
    evaluate(
        np.array([1, 0, 0, 0, 1, 0]), np.arange(6.0), groups, metrics={"record": record}, draws=50
    )
    assert len(draws) > 40
    assert all(drawn[0] == drawn[1] == drawn[2] and drawn[3] == drawn[4] for drawn in draws)
    assert any(drawn[0] == 2 for drawn in draws)


def test_value_counts_and_repetition() -> None:
    arguments = np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8]), ["a", "b", "a", "b"]
    result = evaluate(*arguments, draws=100)
    assert set(result) == {"auc", "log_loss", "balanced_accuracy", "calibration_error"}
    assert (result["auc"].value, result["auc"].n, result["auc"].groups) == (0.75, 4, 2)
    assert result["auc"].low <= 0.75 <= result["auc"].high
    assert evaluate(*arguments, draws=100) == result
    assert str(result["auc"]).startswith("0.750 [")


@pytest.mark.parametrize(
    ("labels", "scores", "groups"),
    [
        ([1, 1], [0.5, 0.6], ["a", "b"]),
        ([0, 1], [0.5], ["a", "b"]),
        ([0, 1], [0.5, 0.6], ["a"]),
        ([], [], []),
    ],
)
def test_one_class_or_unequal_lengths_are_refused(
    labels: list[int], scores: list[float], groups: list[str]
) -> None:
    with pytest.raises(ValueError, match="expected both classes and equal lengths"):
        evaluate(np.array(labels), np.array(scores), groups)


def _paper(fakes: int, reals: int) -> tuple[np.ndarray, list[str]]:
    labels = np.repeat([1, 0], [fakes, reals])
    return labels, [str(number) for number in range(len(labels))]


def test_the_log_loss_of_the_prior() -> None:
    # The paper's balance: -.8486 log .8486 - .1514 log .1514
    # = .8486 * .164167 + .1514 * 1.887830 = .139312 + .285817 = .425129
    assert prior_log_loss(_paper(8486, 1514)[0]) == pytest.approx(0.4251, abs=5e-5)
    assert prior_log_loss(np.array([0, 1])) == pytest.approx(math.log(2))
    assert prior_log_loss(np.array([1, 1])) == 0
    with pytest.raises(ValueError, match="at least one label"):
        prior_log_loss(np.array([]))


@pytest.mark.parametrize(
    ("scores", "name"),
    [
        ([0.9, 0.5, 0.51, 0.99], "always FAKE"),  # .5 counts as called FAKE
        ([0.8486, 0.8486, 0.8486, 0.8486], "always FAKE"),
        ([0.0, 0.4999, 0.1, 0.2], "always REAL"),
        ([0.496, 0.5, 0.504, 0.5], "one score for all"),
        ([0.49, 0.5, 0.505, 0.5], None),
        ([0.1, 0.9, 0.2, 0.8], None),
    ],
)
def test_collapse_is_named(scores: list[float], name: str | None) -> None:
    assert collapse(np.array([1, 0, 1, 0]), np.array(scores)) == name


def test_one_answer_to_one_class_is_no_collapse() -> None:
    assert collapse(np.array([1, 1]), np.array([0.9, 0.8])) is None


def test_the_constant_predictor_does_not_beat_itself() -> None:
    # -.848 log .848 - .152 log .152 = .139814 + .286349 = .426163
    labels, groups = _paper(848, 152)
    sentence, beats, collapsed = learned(labels, np.full(1000, 0.848), groups, draws=200)
    assert (
        sentence
        == "It did not beat the prior: log-loss 0.4262, where the constant predictor has 0.4262;"
        " difference +0.0000 [+0.0000, +0.0000]. It is always FAKE at .5: precision 0.8480 is"
        " the share of fakes, and recall 1 says nothing."
    )
    assert collapsed
    assert not beats


def test_what_ranks_beats_the_prior_and_may_still_call_everything_fake() -> None:
    """Fakes are at .95 and real ones at .6; the prior is .8.

    Log-loss: -.8 log .95 - .2 log .4 = .041034 + .183258 = .224293; the prior's: .500402.
    """
    labels, groups = _paper(160, 40)
    sentence, beats, collapsed = learned(labels, np.where(labels == 1, 0.95, 0.6), groups)
    assert sentence.startswith(
        "It beat the prior: log-loss 0.2243, where the constant predictor has 0.5004; difference"
        " -0.2761 [-0."
    )
    assert "always FAKE at .5: precision 0.8000" in sentence
    assert collapsed
    assert beats


def test_a_lower_loss_by_chance_does_not_beat_the_prior() -> None:
    """Four pictures: the log-loss is below the prior's, but not in every draw."""
    labels, scores = np.array([1, 1, 0, 0]), np.array([0.9, 0.4, 0.2, 0.45])
    sentence, beats, collapsed = learned(labels, scores, ["a", "b", "c", "d"])
    # (-log .9 - log .4 - log .8 - log .55) / 4
    # = (.105361 + .916291 + .223144 + .597837) / 4 = .460658
    assert sentence.startswith(
        "It did not beat the prior: log-loss 0.4607, where the constant predictor has 0.6931"
    )
    assert not collapsed
    assert not beats


def test_seeds_that_collapsed_are_counted() -> None:
    labels, groups = _paper(60, 40)
    good = np.where(labels == 1, 0.8, 0.3)
    sentence, beats, collapsed = learned(
        labels, np.stack([good, np.full(100, 0.7), np.full(100, 0.4)], axis=1), groups
    )
    assert "In 1 of 3 seeds it is always FAKE at .5" in sentence
    assert "In 1 of 3 seeds it is always REAL at .5: it finds no fake." in sentence
    assert not collapsed
    assert not beats
    assert learned(labels, np.full((100, 2), 0.6), groups).collapsed


def test_seeds_are_drawn_as_well() -> None:
    """Drawing seeds widens the interval if one is far better than the other.

    It does not with two that are alike.
    """
    labels, groups = _paper(500, 500)
    good, bad = np.where(labels == 1, 0.95, 0.05), np.full(1000, 0.55)

    def width(*columns: np.ndarray) -> float:
        low, high = (
            learned(labels, np.stack(columns, axis=1), groups)
            .sentence.partition("[")[2]
            .partition("]")[0]
            .split(", ")
        )
        return float(high) - float(low)

    assert width(good, bad) > 0.5  # log 2 - .05 apart, both drawn twice in half of the draws
    assert width(good, good) < 0.05


def test_metrics_of_the_paper_by_hand() -> None:
    # Scores FAKE .9, .6, .3; REAL .6, .1. At .5: 2 of 3 fakes found, 1 of 2 real ones accused.
    labels, scores = np.array([1, 1, 1, 0, 0]), np.array([0.9, 0.6, 0.3, 0.6, 0.1])
    found = paper_metrics(labels, scores, list("abcde"), draws=50)
    expected = {
        "precision": 2 / 3,
        "recall": 2 / 3,
        "accuracy": 3 / 5,
        "balanced_accuracy": (2 / 3 + 1 / 2) / 2,
        # Pairs: .9 beats both, .6 ties and beats, .3 loses and beats: 2 + 1.5 + 1 of 6.
        "roc_auc": 4.5 / 6,
        # Downwards: .9 finds 1/3 at precision 1; .6 (both) 1/3 at 2/3; .3 the last 1/3 at 3/4.
        "pr_auc": (1 + 2 / 3 + 3 / 4) / 3,
        # -log of .9, .6, .3, .4, .9, over 5: (.105361 + .510826 + 1.203973 + .916291 + .105361) / 5
        "log_loss": 0.568362,
        # Bins .9: 1 - .9; .6: |1 - 1.2|; .3: 1 - .3; .1: -.1: (.1 + .2 + .7 + .1) / 5
        "calibration_error": 0.22,
    }
    assert {name: interval.value for name, interval in found.items()} == pytest.approx(
        expected, abs=1e-6
    )
    assert {(interval.n, interval.groups) for interval in found.values()} == {(5, 5)}
    assert all(interval.low <= interval.value <= interval.high for interval in found.values())


def test_the_paper_is_what_always_fake_gives() -> None:
    """Table 1: precision .8486, recall 1; and what it does not show."""
    labels, groups = _paper(8486, 1514)
    found = paper_metrics(labels, np.full(10_000, 0.8486), groups, draws=20)
    assert (found["precision"].value, found["recall"].value) == (pytest.approx(0.8486), 1.0)
    assert (found["roc_auc"].value, found["balanced_accuracy"].value) == (0.5, 0.5)
    assert found["log_loss"].value == pytest.approx(0.4251, abs=5e-5)
    assert found["calibration_error"].value == pytest.approx(0, abs=1e-9)


def test_without_a_fake_that_is_called_there_is_no_precision() -> None:
    found = paper_metrics(np.array([1, 0, 1, 0]), np.full(4, 0.2), list("abcd"), draws=50)
    assert "precision" not in found
    assert found["recall"].value == 0


def test_many_draws_at_once_are_one_draw_at_a_time() -> None:
    """A draw that takes samples 0, 0, 1, 3, 3 has the metrics of those five."""
    labels, scores = np.array([1, 0, 0, 1]), np.array([0.7, 0.8, 0.2, 0.4])
    drawn = measured(labels, scores, np.array([[2.0, 1.0, 0.0, 2.0]]))
    chosen = np.array([0, 0, 1, 3, 3])
    alone = measured(labels[chosen], scores[chosen], np.ones((1, 5)))
    assert {name: rows[0] for name, rows in drawn.items()} == pytest.approx(
        {name: rows[0] for name, rows in alone.items()}
    )


def test_intervals_of_the_paper_metrics_come_from_whole_groups() -> None:
    """Every group copied four times: the interval stays as wide.

    If single rows were drawn, it would halve.
    """
    rng = np.random.default_rng(5)
    labels = np.arange(120) % 2
    scores = np.clip(0.4 + 0.2 * labels + rng.normal(0, 0.2, 120), 0, 1)
    once = paper_metrics(labels, scores, [str(number) for number in range(120)])
    copied = paper_metrics(
        labels.repeat(4), scores.repeat(4), [str(number) for number in np.arange(120).repeat(4)]
    )
    for name in ("roc_auc", "log_loss"):
        widths = [found[name].high - found[name].low for found in (once, copied)]
        assert widths[1] == pytest.approx(widths[0], rel=1e-9)


def test_a_thousand_draws_of_the_evaluation_set_are_quick() -> None:
    labels, groups = _paper(2000, 357)
    began = time.process_time()
    paper_metrics(labels, np.linspace(0, 1, 2357), groups)
    assert time.process_time() - began < 3  # .4 s measured; drawing by drawing it takes 6


@pytest.mark.parametrize("judge", [paper_metrics, learned])
def test_one_class_or_unequal_lengths_are_refused_here_too(judge: object) -> None:
    for labels, scores, groups in (([1, 1], [0.5, 0.6], ["a", "b"]), ([0, 1], [0.5, 0.6], ["a"])):
        with pytest.raises(ValueError, match="expected both classes and equal lengths"):
            judge(np.array(labels), np.array(scores), groups)  # type: ignore[operator]
