"""Calibration, likelihood ratio, words and reasons, each by hand from the rules of the design."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfgui.core.network.package import Bounds, Calibration, Domain
from dfgui.core.network.score import (
    FaceLogit,
    NotScored,
    Scored,
    TrackScore,
    calibrated,
    file_score,
    in_words,
    log10_likelihood_ratio,
    out_of_reach,
    track_scores,
)

PLAIN = Calibration(
    slope=1.0, intercept=0.0, log10_lr_low=-1.5, log10_lr_high=1.5, set="none", real=0, fake=0
)
LOOSE = Domain(cut_side=40.0, sharpness=10.0, bits_per_pixel=0.02, track_frames=4)


def faces(
    track: int, logits: list[float], *, cut_side: float = 100.0, sharpness: float = 50.0
) -> list[FaceLogit]:
    return [FaceLogit(track, logit, cut_side, sharpness) for logit in logits]


def answer(
    seen: list[FaceLogit],
    *,
    still: bool = False,
    bits_per_pixel: float | None = 0.1,
    codec: str = "h264",
) -> Scored | NotScored:
    return file_score(
        track_scores(seen, PLAIN), LOOSE, still=still, bits_per_pixel=bits_per_pixel, codec=codec
    )


def test_calibration() -> None:
    assert calibrated(0.0, PLAIN) == 0.5
    assert calibrated(math.log(3), PLAIN) == 0.75
    assert calibrated(-math.log(3), PLAIN) == 0.25
    steep = Calibration(
        slope=2.0,
        intercept=-math.log(9),
        log10_lr_low=-1.0,
        log10_lr_high=1.0,
        set="none",
        real=0,
        fake=0,
    )
    assert calibrated(math.log(9), steep) == 0.9  # 2 ln 9 - ln 9 = ln 9: nine to one
    assert (calibrated(-1e6, PLAIN), calibrated(1e6, PLAIN)) == (0.0, 1.0)
    assert calibrated(1.0, PLAIN) == 0.731059  # six digits


def test_sharpness_moves_the_score_of_a_track_within_the_range_of_the_calibration_set() -> None:
    plain = Calibration(1.0, 0.0, -1.5, 1.5, "none", 0, 0)
    aware = Calibration(
        1.0,
        -2 * math.log(50),
        -1.5,
        1.5,
        "none",
        0,
        0,
        sharpness_slope=2.0,
        sharpness_range=(25.0, 150.0),
    )
    for sharpness, odds in (
        (50.0, 1),
        (100.0, 4),
        (25.0, 1 / 4),
        (10.0, 1 / 4),
        (0.0, 1 / 4),
        (150.0, 9),
        (4000.0, 9),
    ):
        [track] = track_scores(faces(1, [0.5, -0.5], sharpness=sharpness), aware)
        assert track.score == pytest.approx(odds / (1 + odds), abs=1e-6)
        assert track_scores(faces(1, [0.5, -0.5], sharpness=sharpness), plain)[0].score == 0.5
    both = faces(1, [0.0], sharpness=25.0) + faces(1, [0.0], sharpness=100.0)
    assert track_scores(both, aware)[0].score == 0.5  # their geometric mean is 50


@pytest.mark.parametrize(
    ("score", "log10_lr"),
    [
        (0.5, 0.0),
        (0.75, 0.477121),
        (10 / 11, 1.0),
        (1 / 11, -1.0),
        (0.99, 1.5),
        (0.01, -1.5),
        (1.0, 1.5),
        (0.0, -1.5),
    ],
)
def test_likelihood_ratio_is_clipped_to_what_the_set_supports(
    score: float, log10_lr: float
) -> None:
    assert log10_likelihood_ratio(score, PLAIN) == log10_lr


@pytest.mark.parametrize(
    ("score", "log10_lr"),
    [(0.0, -2.0), (0.001, -2.0), (1 / 11, -1.0), (0.75, 0.477121), (0.99, 1.0), (1.0, 1.0)],
)
def test_each_side_is_clipped_to_its_own_bound(score: float, log10_lr: float) -> None:
    lopsided = Calibration(
        slope=1.0,
        intercept=0.0,
        log10_lr_low=-2.0,
        log10_lr_high=1.0,
        set="none",
        real=10,
        fake=100,
    )
    assert log10_likelihood_ratio(score, lopsided) == log10_lr


@given(st.floats(-50, 50), st.floats(0.1, 5))
def test_score_and_ratio_agree(logit: float, bound: float) -> None:
    calibration = Calibration(
        slope=1.0,
        intercept=0.0,
        log10_lr_low=-bound,
        log10_lr_high=bound,
        set="none",
        real=0,
        fake=0,
    )
    score = calibrated(logit, calibration)
    log10_lr = log10_likelihood_ratio(score, calibration)
    assert 0 <= score <= 1
    assert abs(log10_lr) <= bound + 1e-6
    assert (log10_lr > 0) == (score > 0.5)


@pytest.mark.parametrize(
    ("log10_lr", "verdict", "support"),
    [
        (0.0, "inconclusive", "none"),
        (0.299999, "inconclusive", "none"),
        (-0.299999, "inconclusive", "none"),
        (0.3, "supports_fake", "weak"),
        (-0.3, "supports_real", "weak"),
        (0.999999, "supports_fake", "weak"),
        (1.0, "supports_fake", "moderate"),
        (-1.999999, "supports_real", "moderate"),
        (2.0, "supports_fake", "moderately_strong"),
        (-2.999999, "supports_real", "moderately_strong"),
        (3.0, "supports_fake", "strong"),
        (-7.0, "supports_real", "strong"),
    ],
)
def test_words(log10_lr: float, verdict: str, support: str) -> None:
    assert in_words(log10_lr) == (verdict, support)


# 10^.2 = 1.58, 10^.1 = 1.26; .3 is the least that gives a verdict.
NO_FAKE = (
    "A verdict for fake is not possible: the calibration supports a likelihood ratio of 1.58 at"
    " most, and that verdict needs 2."
)
NO_REAL = (
    "A verdict for real is not possible: the calibration supports a likelihood ratio of 1/1.26 at"
    " least, and that verdict needs 1/2."
)
NEITHER = (
    "No verdict is possible: the calibration supports likelihood ratios from 1/1.26 to 1.58 only,"
    " and a verdict needs 1/2 or 2."
)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (-0.3, 0.3, None),
        (-1.0, 0.2, NO_FAKE),
        (-0.1, 1.0, NO_REAL),
        (-0.1, 0.2, NEITHER),
    ],
)
def test_a_verdict_beyond_the_bounds_is_said_to_be_impossible(
    low: float, high: float, sentence: str | None
) -> None:
    assert out_of_reach(Bounds(low, high)) == sentence


def test_the_file_has_bounds_of_its_own() -> None:
    seen = track_scores(faces(1, [5.0] * 4), PLAIN)
    assert seen[0].log10_lr == 1.5
    score = round(1 / (1 + math.exp(-5)), 6)
    found = file_score(seen, LOOSE, still=False, bounds=Bounds(-1.0, 0.4))
    assert found == Scored(score, 0.4, "supports_fake", "weak")
    none = file_score(seen, LOOSE, still=False, bounds=Bounds(-1.0, 0.0))
    assert none == Scored(score, 0.0, "inconclusive", "none")


def test_a_track_takes_the_mean_of_its_logits() -> None:
    seen = faces(2, [0.0, 2 * math.log(3)]) + faces(1, [-math.log(3)])
    first, second = track_scores(seen, PLAIN)
    assert first == TrackScore(1, 0.25, -0.477121, tuple(seen[2:]))
    assert second == TrackScore(2, 0.75, 0.477121, tuple(seen[:2]))
    assert track_scores([], PLAIN) == []


def test_no_face_is_not_scored() -> None:
    assert answer([]) == NotScored("No face was found in the frames that were looked at.")


def test_the_most_suspicious_track_decides() -> None:
    seen = faces(1, [-math.log(9)] * 4) + faces(2, [math.log(3)] * 4) + faces(3, [0.0] * 4)
    assert answer(seen) == Scored(0.75, 0.477121, "supports_fake", "weak")


def test_a_track_with_too_few_frames_does_not_decide() -> None:
    seen = faces(1, [-math.log(3)] * 4) + faces(2, [5.0] * 3)
    assert answer(seen) == Scored(0.25, -0.477121, "supports_real", "weak")


def test_too_few_frames_keep_the_score_and_withhold_the_verdict() -> None:
    reason = "Too few frames show the same face: 3, at least 4 are needed for a verdict."
    assert answer(faces(1, [math.log(3)] * 3)) == Scored(
        0.75, 0.477121, "inconclusive", "none", reason
    )
    assert answer(faces(1, [math.log(3)]), still=True, bits_per_pixel=None) == Scored(
        0.75, 0.477121, "supports_fake", "weak"
    )


def test_the_longest_track_answers_if_none_has_enough_frames() -> None:
    seen = faces(1, [-math.log(3)] * 2) + faces(2, [math.log(3)] * 2) + faces(3, [5.0])
    reason = "Too few frames show the same face: 2, at least 4 are needed for a verdict."
    assert answer(seen) == Scored(0.75, 0.477121, "inconclusive", "none", reason)
    # In a still every face is one.
    assert answer(faces(1, [0.0]) + faces(2, [math.log(3)]), still=True) == Scored(
        0.75, 0.477121, "supports_fake", "weak"
    )


@pytest.mark.parametrize(
    ("outside", "words"),
    [
        (
            {"cut_side": 39.0},
            (
                "The face is too small for a verdict: the cut has 39 pixels, the network was tested"
                " from 40."
            ),
        ),
        (
            {"sharpness": 9.5},
            (
                "The face is too blurred for a verdict: sharpness 9.5, the network was tested from"
                " 10.0."
            ),
        ),
    ],
)
def test_outside_the_tested_faces(outside: dict[str, Any], words: str) -> None:
    assert answer(faces(1, [math.log(3)] * 4, **outside)) == Scored(
        0.75, 0.477121, "inconclusive", "none", words
    )


def test_compressed_too_hard() -> None:
    words = (
        "The video is compressed too hard for a verdict: 0.019 bits per pixel, the network was"
        " tested from 0.020."
    )
    assert answer(faces(1, [math.log(3)] * 4), bits_per_pixel=0.019) == Scored(
        0.75, 0.477121, "inconclusive", "none", words
    )


@pytest.mark.parametrize("codec", ["hevc", "av1", "mpeg4", ""])
def test_the_limit_of_compression_counts_for_its_own_codec_alone(codec: str) -> None:
    seen = faces(1, [math.log(3)] * 4)
    inside = Scored(0.75, 0.477121, "supports_fake", "weak")
    assert answer(seen, bits_per_pixel=0.001, codec=codec) == inside
    other = msgspec.structs.replace(LOOSE, codec=codec)
    result = file_score(
        track_scores(seen, PLAIN), other, still=False, bits_per_pixel=0.001, codec=codec
    )
    assert "compressed too hard" in str(getattr(result, "reason", ""))


def test_the_edge_of_the_domain_is_inside() -> None:
    inside = faces(1, [math.log(3)] * 4, cut_side=40.0, sharpness=10.0)
    assert answer(inside, bits_per_pixel=0.02) == Scored(0.75, 0.477121, "supports_fake", "weak")


def test_the_median_face_decides_about_the_domain() -> None:
    small = faces(1, [math.log(3)] * 2, cut_side=10.0)
    assert getattr(answer(small + faces(1, [math.log(3)] * 3)), "reason", "") is None
    # (10 + 100) / 2 = 55, inside the domain.
    assert "the cut has 55 pixels" not in str(answer(small + faces(1, [math.log(3)] * 2)))
    assert "the cut has 10 pixels" in str(
        answer(small + faces(1, [math.log(3)]) + faces(1, [math.log(3)], cut_side=9.0))
    )


@pytest.mark.parametrize(
    ("left_out", "reason"),
    [
        (0, "No face was found in the frames that were looked at."),
        (1, "Nothing that was found is a face: its one track was left out."),
        (3, "Nothing that was found is a face: all 3 tracks were left out."),
    ],
)
def test_nothing_to_score_has_a_reason(left_out: int, reason: str) -> None:
    assert file_score([], LOOSE, still=False, left_out=left_out) == NotScored(reason)
