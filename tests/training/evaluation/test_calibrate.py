"""Calibration finds what made the logits, and stays modest."""

import math

import msgspec
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import Calibration
from dfgui.core.network.score import calibrated
from training.evaluation.calibrate import calibrate, even_weights


def _labels(real: int, fake: int) -> np.ndarray:
    return np.array([0] * real + [1] * fake)


def test_slope_and_intercept_are_recovered_whatever_the_shares() -> None:
    # Real around -1, fake around 2, deviation 1.5: the log-ratio of the two normal densities is
    # 3 / 1.5^2 (x - .5).
    rng = np.random.default_rng(0)
    logits = np.concatenate([rng.normal(-1, 1.5, 30_000), rng.normal(2, 1.5, 6_000)])
    found = calibrate(logits, _labels(30_000, 6_000), name="made")
    assert found.slope == pytest.approx(4 / 3, abs=0.04)
    assert found.intercept == pytest.approx(-2 / 3, abs=0.04)
    assert (found.set, found.real, found.fake) == ("made", 30_000, 6_000)


def test_what_sharpness_does_to_the_logits_is_found_and_undone() -> None:
    # As above, and every logit is lower by 2 ln(s / 50), whether real or fake.
    rng = np.random.default_rng(0)
    sharpness = np.exp(rng.uniform(math.log(20), math.log(200), 36_000))
    logits = np.concatenate([rng.normal(-1, 1.5, 30_000), rng.normal(2, 1.5, 6_000)]) - 2 * np.log(
        sharpness / 50
    )
    found = calibrate(logits, _labels(30_000, 6_000), name="made", sharpness=sharpness)
    assert found.slope == pytest.approx(4 / 3, abs=0.04)
    assert found.sharpness_slope == pytest.approx(8 / 3, abs=0.1)
    assert found.intercept == pytest.approx(-2 / 3 - 8 / 3 * math.log(50), abs=0.4)
    assert found.sharpness_range == pytest.approx((20, 200), rel=0.01)
    assert calibrate(logits, _labels(30_000, 6_000), name="made").slope < found.slope


def test_the_bounds_are_what_the_set_supports() -> None:
    # Ten of each, apart, with Platt's targets: the ratios are 11 and 1/11, log10 1.041. With a
    # misleading one each, 10/11 of the fakes lie above and 1/11 of the real ones: log10 10.
    found = calibrate(np.array([-1.0] * 10 + [1.0] * 10), _labels(10, 10), name="apart")
    assert (found.log10_lr_low, found.log10_lr_high) == (-1.0, 1.0)


def test_a_single_file_of_each_class_supports_nothing() -> None:
    # Half of the fakes above, half of the real ones: log10 1.
    found = calibrate(np.array([-1.0, 1.0]), _labels(1, 1), name="two")
    assert (found.log10_lr_low, found.log10_lr_high) == (0.0, 0.0)


def test_uneven_sources_lower_the_bounds() -> None:
    # 20 real files, the fakes apart from them: 20 over one of 21, log10 20 = 1.301, at most.
    logits, labels = np.array([-3.0] * 20 + [3.0] * 40), _labels(20, 40)
    even = calibrate(logits, labels, name="even")
    # One of the 20 weighs as much as the 19 others: 1 / (1/4 + 19 / 38^2) = 3.8 files.
    sources = ["alone", *["many"] * 19, *["many"] * 40]
    uneven = calibrate(logits, labels, name="uneven", sources=sources)
    assert even.log10_lr_high > 1.28
    # 40/41 over 1/4.8: 4.683
    assert uneven.log10_lr_high == 0.67


def test_faces_of_one_file_count_as_one_file() -> None:
    # Real: file a with two faces, b with one; fake: c with three. The real half of the weight is
    # split evenly between a and b: a quarter each.
    labels, files = np.array([0, 0, 0, 1, 1, 1]), ["a", "a", "b", "c", "c", "c"]
    weights = even_weights(labels, np.full(6, ""), np.array(files))
    assert weights.tolist() == pytest.approx([1 / 8, 1 / 8, 1 / 4, 1 / 6, 1 / 6, 1 / 6])
    found = calibrate(np.array([-1.0, -1.0, 0.0, 1.0, 1.0, 2.0]), labels, name="files", files=files)
    assert (found.real, found.fake) == (2, 1)
    # At most one fake over one and a misleading one, and one of three real ones: 3/2, log10 .176.
    assert 0 < found.log10_lr_high <= 0.176


def test_every_source_of_a_class_weighs_the_same() -> None:
    # Real: three files of x, one of y; fake: one of x.
    labels, sources = np.array([0, 0, 0, 0, 1]), np.array(["x", "x", "x", "y", "x"])
    weights = even_weights(labels, sources, np.array(list("abcde")))
    assert weights.tolist() == pytest.approx([1 / 12, 1 / 12, 1 / 12, 1 / 4, 1 / 2])


def test_a_source_of_many_files_does_not_move_the_calibration_more() -> None:
    # Two sources with boundaries at 0 and 2: the same for the one with ten times as many files, in
    # between for both.
    rng = np.random.default_rng(0)
    few, many = (
        np.concatenate([rng.normal(middle - 1, 1, n), rng.normal(middle + 1, 1, n)])
        for middle, n in ((0, 400), (2, 4000))
    )
    labels = np.concatenate([_labels(400, 400), _labels(4000, 4000)])
    sources = ["few"] * 800 + ["many"] * 8000
    found = calibrate(np.concatenate([few, many]), labels, name="both", sources=sources)
    assert -found.intercept / found.slope == pytest.approx(1.0, abs=0.1)
    pooled = calibrate(np.concatenate([few, many]), labels, name="both")
    assert -pooled.intercept / pooled.slope > 1.5


def test_perfect_separation_gives_platts_targets_and_no_more() -> None:
    # Two points only: the fit goes through Platt's targets, 1/12 for ten real and 11/12 for ten
    # fake, logit +-log 11 at +-1.
    found = calibrate(np.array([-1.0] * 10 + [1.0] * 10), _labels(10, 10), name="apart")
    assert found.slope == pytest.approx(math.log(11), abs=1e-3)
    assert found.intercept == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("logits", [[1.0] * 10 + [-1.0] * 10, [0.3] * 20])
def test_a_network_that_knows_nothing_gives_even_scores_and_a_valid_card(
    logits: list[float],
) -> None:
    found = calibrate(np.array(logits), _labels(10, 10), name="reversed")
    assert msgspec.json.decode(msgspec.json.encode(found), type=Calibration) == found
    assert calibrated(logits[0], found) == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize("labels", [[0, 0], [1, 1]])
def test_a_missing_class_is_named(labels: list[int]) -> None:
    with pytest.raises(AnalysisError, match="held-out: calibration needs both classes"):
        calibrate(np.array([0.0, 1.0]), np.array(labels), name="held-out")
