"""Metrics on few numbers by hand, and their intervals."""

import math
from collections import Counter

import numpy as np
import pytest

from training.evaluate import auc, balanced_accuracy, calibration_error, evaluate, log_loss, sigmoid

LABELS = np.array([1, 0, 0, 0])


def test_auc_counts_pairs_in_the_right_order() -> None:
    # Of the pairs (.35, .8) x (.1, .4) three of four are in order.
    assert auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])) == 0.75
    assert auc(np.array([0, 1]), np.array([0.5, 0.5])) == 0.5


def test_log_loss_weights_the_classes_evenly() -> None:
    scores = np.array([0.8, 0.4, 0.2, 0.5])
    expected = -(math.log(0.8) + (math.log(0.6) + math.log(0.8) + math.log(0.5)) / 3) / 2
    assert log_loss(LABELS, scores) == pytest.approx(expected)
    assert log_loss(LABELS, np.full(4, 0.5)) == pytest.approx(math.log(2))


def test_log_loss_of_a_certain_mistake_is_finite() -> None:
    assert log_loss(np.array([1, 0]), np.array([0.0, 0.0])) == pytest.approx(-math.log(1e-6) / 2, rel=1e-4)


def test_balanced_accuracy() -> None:
    # The fake is on its side; of three real ones .5 counts as called fake, two are right.
    assert balanced_accuracy(LABELS, np.array([0.9, 0.5, 0.49, 0.0])) == pytest.approx((1 + 2 / 3) / 2)


def test_calibration_error() -> None:
    # Weights 1/2 and three times 1/6. At .95: .5 (1 - .95) + 1/6 (0 - .95) = -.13333; at .15: 2/6 (0 - .15) = -.05.
    assert calibration_error(LABELS, np.array([0.95, 0.95, 0.15, 0.15])) == pytest.approx(0.18333, abs=1e-5)
    assert calibration_error(LABELS, np.array([1.0, 0.0, 0.0, 0.0])) == 0  # 1 falls into the last bin


def test_sigmoid_does_not_overflow() -> None:
    np.testing.assert_allclose(sigmoid(np.array([-1000.0, 0.0, math.log(3), 1000.0])), [0, 0.5, 0.75, 1])


def _mean(_: np.ndarray, scores: np.ndarray) -> float:
    return float(scores.mean())


def _covered(group_size: int, seeds: range) -> int:
    """In how many of the samples the interval of the mean holds the true mean 0; each group's members are copies."""
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
    # 95 of 100 are expected; were single rows drawn, copies would make the interval half as wide and cover 67.
    assert 88 <= _covered(group_size, range(100)) <= 100


def test_groups_are_drawn_whole() -> None:
    draws: list[Counter[float]] = []

    def record(_: np.ndarray, scores: np.ndarray) -> float:
        draws.append(Counter(scores.tolist()))
        return 0.0

    groups = ["a", "a", "a", "b", "b", "c"]
    evaluate(np.array([1, 0, 0, 0, 1, 0]), np.arange(6.0), groups, metrics={"record": record}, draws=50)
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
    [([1, 1], [0.5, 0.6], ["a", "b"]), ([0, 1], [0.5], ["a", "b"]), ([0, 1], [0.5, 0.6], ["a"]), ([], [], [])],
)
def test_one_class_or_unequal_lengths_are_refused(labels: list[int], scores: list[float], groups: list[str]) -> None:
    with pytest.raises(ValueError, match="expected both classes and equal lengths"):
        evaluate(np.array(labels), np.array(scores), groups)
