"""Curves of a scan: moving mean, interval and gaps worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfgui.core.analysis_results import ExcludedBox, FaceResult, FrameResult
from dfgui.core.display.score_curves import (
    ScanArrays,
    ScoreCurve,
    faceless,
    left_out,
    per_column,
    track_curves,
)
from dfgui.core.geometry import Box

NAN = math.nan


def frame(index: int, *faces: tuple[int, float]) -> FrameResult:
    return FrameResult(
        index,
        index / 25,
        "P",
        tuple(FaceResult(track, Box(0, 0, 50, 50), score) for track, score in faces),
    )


def curves(*frames: FrameResult) -> tuple[ScoreCurve, ...]:
    return track_curves(ScanArrays.of(frames))


def same(values: Any, expected: Sequence[float], *, rtol: float = 1e-4, atol: float = 0.0) -> None:
    np.testing.assert_allclose(values, np.array(expected), rtol=rtol, atol=atol)


def test_one_frame_has_a_mean_and_no_interval() -> None:
    (curve,) = curves(frame(7, (3, 0.8)))
    assert (curve.track, curve.frames.tolist(), curve.counted.tolist(), curve.joined.tolist()) == (
        3,
        [7],
        [1],
        [False],
    )
    same(curve.mean, [0.8])
    same(curve.low, [NAN])
    same(curve.high, [NAN])
    assert len(curve.gaps.first) == 0


def test_two_frames_by_hand() -> None:
    # Logits ln 9 = 2.19722 and ln 4 = 1.38629: mean 1.79176 = ln 6, so 6/7. s = .81093 / sqrt 2 =
    # .57342, half = 12.7062 x .57342 / sqrt 2 = 5.15196: -3.36020 -> .033574 and 6.94372 ->
    # .999036.
    (curve,) = curves(frame(0, (1, 0.9)), frame(1, (1, 0.8)))
    same(curve.mean, [6 / 7] * 2)
    same(curve.low, [0.033574] * 2, rtol=1e-3)
    same(curve.high, [0.999036] * 2, rtol=1e-5)
    assert curve.joined.tolist() == [True, False]


def test_the_window_reaches_two_looked_at_frames_to_each_side() -> None:
    # Odds 1, 2, 4, 8, 16, 32: the mean of logits is the geometric mean of the odds.
    odds = [1, 2, 4, 8, 16, 32]
    (curve,) = curves(*(frame(10 * i, (1, o / (1 + o))) for i, o in enumerate(odds)))
    assert curve.counted.tolist() == [3, 4, 5, 5, 4, 3]
    # 1.2.4 -> 2; 1.2.4.8 -> 2^1.5; 1..16 -> 4; 2..32 -> 8; 4..32 -> 2^3.5; 8.16.32 -> 16
    expected = [2.0, 2**1.5, 4.0, 8.0, 2**3.5, 16.0]
    same(curve.mean, [o / (1 + o) for o in expected], rtol=1e-9)
    # Five logits ln 2 apart: s = ln 2 x sqrt 2.5, half = 2.7764 x s / sqrt 5 = 1.36079 about ln 4.
    same(curve.low[2:3], [1 / (1 + math.exp(-(math.log(4) - 1.36079)))])
    same(curve.high[2:3], [1 / (1 + math.exp(-(math.log(4) + 1.36079)))])


def test_a_frame_without_the_track_counts_as_a_place_in_the_window() -> None:
    # Track 1 is absent in the third to fifth looked-at frame: no mean spans these
    # three.
    curve, other = curves(
        frame(0, (1, 0.5)),
        frame(4, (1, 0.5), (2, 0.2)),
        frame(8, (2, 0.2)),
        frame(12),
        frame(16),
        frame(20, (1, 0.9)),
    )
    assert curve.counted.tolist() == [2, 2, 1]
    assert curve.joined.tolist() == [True, False, False]
    same(curve.mean, [0.5, 0.5, 0.9])
    same(curve.low, [0.5, 0.5, NAN])
    assert (curve.gaps.first.tolist(), curve.gaps.last.tolist()) == ([8], [16])
    assert (curve.gaps.left.tolist(), curve.gaps.right.tolist()) == ([6.0], [18.0])
    assert (other.gaps.first.tolist(), other.gaps.last.tolist()) == ([0, 12], [0, 20])
    assert (other.gaps.left.tolist(), other.gaps.right.tolist()) == ([-0.5, 10.0], [2.0, 20.5])


def test_gaps_without_any_face() -> None:
    gaps = faceless(
        ScanArrays.of(
            [frame(0), frame(10), frame(20, (1, 0.3)), frame(30), frame(35, (2, 0.3)), frame(40)]
        )
    )
    assert (gaps.first.tolist(), gaps.last.tolist()) == ([0, 30, 40], [10, 30, 40])
    assert (gaps.left.tolist(), gaps.right.tolist()) == ([-0.5, 25.0, 37.5], [15.0, 32.5, 40.5])
    whole = faceless(ScanArrays.of([frame(3), frame(5)]))
    assert (whole.left.tolist(), whole.right.tolist()) == ([2.5], [5.5])
    assert len(faceless(ScanArrays.of([])).first) == 0
    assert curves() == ()


def test_certain_scores_stay_finite() -> None:
    (curve,) = curves(frame(0, (1, 0.0)), frame(1, (1, 1.0)))
    same(curve.mean, [0.5, 0.5])
    assert 0 <= curve.low[0] < 1e-6
    assert 1 - 1e-6 < curve.high[0] <= 1
    (certain,) = curves(frame(0, (1, 1.0)), frame(1, (1, 1.0)))
    same(certain.mean, [1, 1], atol=1e-6)
    same(certain.low, certain.high.tolist())


def test_of_two_faces_of_a_track_in_one_frame_the_last_counts() -> None:
    (curve,) = curves(frame(0, (1, 0.1), (1, 0.7)))
    assert (curve.frames.tolist(), curve.scores.tolist()) == ([0], [0.7])


def test_frames_may_come_later_and_in_any_order() -> None:
    frames = [frame(i, *([(1, 0.1 + 0.1 * i)] if i != 3 else [])) for i in range(6)]
    whole = ScanArrays.of(frames[::-1])
    grown = ScanArrays.of([]).plus(frames[:2]).plus([]).plus(frames[2:])
    for name in ("frames", "rows", "tracks", "scores"):
        np.testing.assert_array_equal(getattr(grown, name), getattr(whole, name))
    assert grown.rows.tolist() == [0, 1, 2, 4, 5]
    with pytest.raises(ValueError, match="above 5"):
        grown.plus([frame(5)])


def test_a_part_of_a_curve() -> None:
    (curve,) = curves(*(frame(10 * i, (1, 0.5)) for i in range(6)))
    assert curve.between(11, 30).frames.tolist() == [20, 30]
    assert curve.between(11, 29, beyond=1).frames.tolist() == [10, 20, 30]
    assert curve.between(-5, 500, beyond=1).frames.tolist() == curve.frames.tolist()
    part = curve.between(20, 20, beyond=1)
    assert (part.counted.tolist(), part.joined.tolist()) == ([4, 5, 5], [True, True, False])
    assert curve.between(60, 70).frames.tolist() == []
    assert curve.between(60, 70, beyond=1).frames.tolist() == [50]


def test_columns_by_hand() -> None:
    (curve,) = curves(frame(0, (1, 0.2)), frame(1, (1, 0.6)), frame(2), frame(3, (1, 0.4)))
    thin = per_column(curve, np.array([0.2, 0.8, 3.5]))
    same(thin.x, [0.5, 3.5])
    same(thin.least, [0.2, 0.4])
    same(thin.most, [0.6, 0.4])
    same(thin.mean, [(curve.mean[0] + curve.mean[1]) / 2, curve.mean[2]])
    same(thin.low, [min(curve.low[:2]), curve.low[2]])
    assert thin.joined.tolist() == [False, False]
    (alone,) = curves(frame(0, (1, 0.2)))
    same(per_column(alone, np.array([4.0])).low, [NAN])


@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(1, 3), st.floats(0, 1)),
            max_size=3,
            unique_by=lambda face: face[0],
        ),
        max_size=30,
    )
)
def test_every_score_is_in_one_curve_and_every_frame_in_a_curve_or_a_gap(
    faces: list[list[tuple[int, float]]],
) -> None:
    looked = ScanArrays.of([frame(7 * i, *found) for i, found in enumerate(faces)])
    for curve in track_curves(looked):
        assert curve.scores.tolist() == [
            score for found in faces for track, score in found if track == curve.track
        ]
        assert ((curve.mean >= 0) & (curve.mean <= 1)).all()
        some = curve.counted > 1
        assert (curve.low[some] <= curve.mean[some] + 1e-12).all()
        assert (curve.high[some] >= curve.mean[some] - 1e-12).all()
        missing = [
            7 * i
            for i, found in enumerate(faces)
            if curve.track not in [track for track, _ in found]
        ]
        assert [
            n
            for a, b in zip(curve.gaps.first, curve.gaps.last, strict=True)
            for n in range(a, b + 1, 7)
        ] == missing


def test_boxes_without_a_face_are_no_curve_and_leave_a_gap() -> None:
    def found(index: int, faces: Sequence[tuple[int, float]], *without: int) -> FrameResult:
        return replace_excluded(frame(index, *faces), without)

    def replace_excluded(one: FrameResult, tracks: Sequence[int]) -> FrameResult:
        return msgspec.structs.replace(
            one, excluded=tuple(ExcludedBox(track, Box(0, 0, 9, 9), -5.0) for track in tracks)
        )

    frames = [
        found(0, [(1, 0.5)], 2),
        found(5, [], 1, 2),
        found(9, [], 2),
        found(12, [(1, 0.5)], 3),
    ]
    for looked in (
        ScanArrays.of(frames),
        ScanArrays.of(frames[:1]).plus(frames[1:]),
        ScanArrays.of(frames[::-1]),
    ):
        assert [curve.track for curve in track_curves(looked)] == [1]
        gaps = faceless(looked)
        assert (gaps.first.tolist(), gaps.last.tolist()) == ([5], [9])
        assert {track: places.tolist() for track, places in left_out(looked).items()} == {
            2: [0, 5, 9],
            3: [12],
        }
