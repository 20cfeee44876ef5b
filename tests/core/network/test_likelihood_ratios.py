"""Bounds, cost and curves: by hand, against other people's software, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from dfgui.core.network.likelihood_ratios import (
    KnownRatios,
    cllr,
    cllr_min,
    elub,
    reliability,
    score_of,
)
from tests.support.binormal import binormal


def ratios(real: list[float], fake: list[float]) -> KnownRatios:
    return KnownRatios.of(np.array(real + fake), np.repeat([0, 1], [len(real), len(fake)]))


def test_two_of_each_apart_support_a_ratio_of_two() -> None:
    # With a misleading one each, at any threshold between -1 and 1 two of three fakes lie above and
    # one of three real ones: 2/3 over 1/3.
    assert elub(ratios([-1.0, -1.0], [1.0, 1.0])) == (-0.301, 0.301)


def test_no_bound_lies_beyond_the_largest_ratio() -> None:
    # Nine of ten over one of ten would be nine, log10 .954, but no fake reaches beyond .5. None of
    # the real ones falls below -.2.
    assert elub(ratios([-0.2] * 9, [0.5] * 9)) == (-0.2, 0.5)


def test_a_real_file_that_scores_high_ends_the_bound() -> None:
    # Between 0 and .4: of 4 fakes and one misleading, 4/5 lie above; of 4 real ones and one, 2/5.
    # That is 2, log10 .301, before the real file at .4.
    assert elub(ratios([-1.0, -1.0, -1.0, 0.4], [1.0] * 4))[1] == 0.301
    # Between -1 and 0: 3/5 of the real ones lie below, and 1/5 of the fakes. That is a third.
    assert elub(ratios([-1.0, -1.0, -1.0, 0.4], [1.0] * 4))[0] == -0.477


def test_ratios_that_point_the_wrong_way_support_nothing() -> None:
    assert elub(ratios([1.0] * 5, [-1.0] * 5)) == (0.0, 0.0)
    assert elub(ratios([0.0] * 5, [0.0] * 5)) == (0.0, 0.0)


def test_a_missing_class_supports_nothing() -> None:
    assert elub(ratios([-1.0] * 5, [])) == (0.0, 0.0)
    assert elub(ratios([], [1.0] * 5)) == (0.0, 0.0)


def test_infinite_ratios_count_as_beyond_all_others() -> None:
    # Four over one of five: log10 4 = .602.
    assert elub(ratios([-math.inf] * 4, [math.inf] * 4)) == (-0.602, 0.602)


def test_ratios_of_one_file_are_one_observation() -> None:
    one = ratios([-1.0, -1.0], [1.0, 1.0])
    twice = KnownRatios.of(
        np.repeat(one.log10_lr, 3), np.repeat(one.labels, 3), files=np.repeat([0, 1, 2, 3], 3)
    )
    assert elub(twice) == elub(one)
    assert elub(KnownRatios.of(twice.log10_lr, twice.labels))[1] == 0.778  # 6/7 over 1/7: log10 6


def test_uneven_weights_leave_fewer_files() -> None:
    # Kish: (3 + 1)^2 / (9 + 1) = 1.6 files of two.
    uneven = KnownRatios.of(
        np.array([-1.0, -1.0, 1.0, 1.0]),
        np.array([0, 0, 1, 1]),
        weights=np.array([3.0, 1.0, 1.0, 1.0]),
    )
    assert uneven.effective_files(0) == pytest.approx(1.6)
    assert uneven.effective_files(1) == 2
    # 2/3 of the fakes over 1/2.6 of the real ones: 1.7333, log10 .2388.
    assert elub(uneven)[1] == 0.238


def test_the_cost_by_hand() -> None:
    # Both classes: half of (log2(1 + 1/10) + log2(1 + 100)) / 2 and (log2(1 + 1/10) + log2(2)) / 2.
    found = cllr(ratios([-1.0, 2.0], [1.0, 0.0]))
    expected = ((math.log2(1.1) + math.log2(101)) / 2 + (math.log2(1.1) + 1) / 2) / 2
    assert found == pytest.approx(expected, abs=1e-12)
    assert cllr(ratios([0.0] * 3, [0.0])) == 1.0  # that of saying nothing
    assert cllr(ratios([-400.0], [400.0])) == pytest.approx(0)


def test_pooling_by_hand() -> None:
    # .5 (real) and .2 (fake) are in the wrong order: one pool, half real and half fake.
    found = reliability(ratios([-1.0, 0.5], [0.2, 2.0]))
    assert found.low.tolist() == [-1.0, 0.2, 2.0]
    assert found.high.tolist() == [-1.0, 0.5, 2.0]
    assert found.observed.tolist() == [0.0, 0.5, 1.0]
    assert found.counts.tolist() == [1, 2, 1]
    # The one pool costs 1 bit each: half of (0 + 1) / 2 and (1 + 0) / 2.
    assert cllr_min(ratios([-1.0, 0.5], [0.2, 2.0])) == 0.5
    assert cllr_min(ratios([-1.0], [-0.5])) == 0.0  # the order is right


def test_pooling_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(2, size=400)
    values = np.round(rng.normal(labels.astype(float), 1.0), 1)  # with ties
    weights = rng.uniform(0.2, 3.0, 400)
    even = np.where(
        labels == 1, weights / weights[labels == 1].sum(), weights / weights[labels == 0].sum()
    )
    expected = IsotonicRegression().fit(values, labels, sample_weight=even).predict(values)
    found = reliability(KnownRatios.of(values, labels, weights=weights)).observed_of(values)
    np.testing.assert_allclose(found, expected, atol=1e-12)


# real, fake, distance, stretch; then ELUB with steps of .01, Cllr and Cllr-min: what `lir` 1.3.1 of
# the Netherlands Forensic Institute gives. `test_lir.py` asks it again.
LIR = [
    ((10, 22, 1.41, 1.0), (-0.62, 0.42), 0.693814, 0.571933),
    ((469, 936, 1.66, 1.0), (-1.50, 1.35), 0.626729, 0.621317),
    ((100, 100, 2.5, 1.5), (-1.34, 1.34), 0.386984, 0.329904),
    ((40, 7, 1.0, 1.0), (-0.25, 0.40), 0.826450, 0.697369),
    ((1000, 1000, 3.0, 1.0), (-2.29, 2.29), 0.239639, 0.235192),
]


@pytest.mark.parametrize(("made", "bounds", "cost", "best"), LIR)
def test_the_figures_are_those_of_lir(
    made: tuple[int, int, float, float], bounds: tuple[float, float], cost: float, best: float
) -> None:
    known = binormal(*made)
    low, high = elub(known)
    # Theirs is the last step of .01 before the bound.
    assert 0 <= high - bounds[1] < 0.01
    assert 0 <= bounds[0] - low < 0.01
    assert cllr(known) == pytest.approx(cost, abs=1e-6)
    assert cllr_min(known) == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("files", [10, 30, 100, 1000])
def test_bounds_hold_where_the_ratios_claim_too_much(files: int) -> None:
    """One real file in 50 looks exactly like a fake, so no ratio above 50 is true.

    The ratios do not know that, and claim up to e^32 and more.
    """
    rng, highs = np.random.default_rng(files), []
    for _ in range(200):
        real = np.where(rng.random(files) < 1 / 50, 4.0, -4.0) + rng.normal(size=files)
        fake = 4.0 + rng.normal(size=files)
        low, high = elub(ratios((8 * real).tolist(), (8 * fake).tolist()))
        assert -math.log10(files + 1) < low <= 0 <= high < math.log10(files + 1)
        highs.append(high)
    assert np.median(highs) < math.log10(50)
    # Where the set is large enough to show it, the bound comes close.
    assert np.median(highs) > math.log10(min(files, 50) / 2)


def test_ten_real_and_22_fake_files_of_auc_84_support_less_than_three() -> None:
    # Phi(1.41 / sqrt(2)) = .84. The larger class alone would support ten.
    rng, highs = np.random.default_rng(0), []
    for _ in range(400):
        x = np.concatenate([rng.normal(-0.705, 1, 10), rng.normal(0.705, 1, 22)])
        known = KnownRatios.of(1.41 * x / math.log(10), np.repeat([0, 1], [10, 22]))
        highs.append(elub(known)[1])
    assert np.median(highs) == pytest.approx(0.44, abs=0.05)


def test_ratios_that_claim_too_much_are_bounded_where_they_stop_to_hold() -> None:
    # Three times too large in log10: a stated 10^t has the shares of 10^(t/3).
    honest, bold = (binormal(500, 500, 1.5, stretch) for stretch in (1.0, 3.0))
    assert elub(bold)[1] < elub(honest)[1]
    assert cllr(bold) > cllr(honest)
    assert cllr_min(bold) == pytest.approx(cllr_min(honest))


def test_scores_of_ratios() -> None:
    # 10 / 11, 1 / 11, 1 / 2
    assert score_of(np.array([1.0, -1.0, 0.0])).tolist() == pytest.approx([10 / 11, 1 / 11, 0.5])


@pytest.mark.parametrize(
    ("values", "labels", "message"),
    [
        ([0.0, 1.0], [0], "expected labels 0 and 1 of one length"),
        ([0.0], [2], "expected labels 0 and 1 of one length"),
        ([math.nan], [1], "expected numbers, received NaN"),
    ],
)
def test_wrong_input(values: list[float], labels: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        KnownRatios.of(np.array(values), np.array(labels))
