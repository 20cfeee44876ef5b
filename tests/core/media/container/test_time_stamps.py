"""Order and times of frames, from stamps whose faults are known because they were put in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dfgui.core.media.container.time_stamps import NO_TIME, Arrangement, arrange, ascending

COUNT = 40
STEP = 40
EVEN = [number * STEP for number in range(COUNT)]
# I P B B P B B ...: presentation order of the packets, in the file's order.
REORDERED = [0, *(place + at for at in range(1, COUNT - 2, 3) for place in (2, 0, 1))]


def arranged(pts: Sequence[int], dts: Sequence[int] | None = None) -> Arrangement:
    stamps = np.array(pts, np.int64)
    known = np.array(pts if dts is None else dts, np.int64)
    return arrange(stamps, known, shown=np.ones(len(stamps), np.bool_))


def in_order(found: Arrangement) -> list[int]:
    return [int(time) for time in found.times[found.order]]


def test_good_stamps_in_any_order() -> None:
    pts = [place * STEP for place in REORDERED]
    found = arranged(pts, EVEN)
    assert found.order.tolist() == np.argsort(pts).tolist()
    assert (found.timed, found.counted, len(found.stretches)) == (True, False, 0)
    assert not np.any([found.missing, found.misplaced, found.clock])


@pytest.mark.parametrize("wrong", [EVEN[19], EVEN[5], 0, EVEN[33], 10**9, -(10**9)])
def test_one_wrong_stamp_costs_no_other_frame_its_place_or_time(wrong: int) -> None:
    pts = [*EVEN[:20], wrong, *EVEN[21:]]
    found = arranged(pts)
    assert found.order.tolist() == list(range(COUNT))
    assert in_order(found) == pts
    assert (found.timed, found.counted, len(found.stretches)) == (True, False, 0)
    assert np.flatnonzero(found.misplaced).tolist() == ([] if wrong == EVEN[19] else [20])
    expected = wrong if wrong == EVEN[19] else EVEN[20]
    assert ascending(found.times[found.order]).tolist() == [*EVEN[:20], expected, *EVEN[21:]]


@pytest.mark.parametrize("lost", [[0], [20], [39], [20, 21, 22], [5, 20, 33]])
def test_missing_stamps_are_filled_in(lost: list[int]) -> None:
    pts = [NO_TIME if number in lost else time for number, time in enumerate(EVEN)]
    found = arranged(pts)
    assert found.order.tolist() == list(range(COUNT))
    assert in_order(found) == EVEN
    assert np.flatnonzero(found.missing).tolist() == lost
    assert len(found.stretches) == 0


@pytest.mark.parametrize(
    ("at", "wrong"),
    [(at, NO_TIME) for at in range(1, len(REORDERED) - 1)] + [(at, 10**9) for at in range(1, 20)],
)
def test_a_bad_stamp_among_reordered_frames(at: int, wrong: int) -> None:
    pts = [place * STEP for place in REORDERED]
    right = pts[at]
    pts[at] = wrong
    found = arranged(pts, EVEN)
    place = found.order.tolist().index(at)
    # Its own place, and a stretch around it that is numbered as it leaves the decoder.
    assert abs(place - right // STEP) <= 2
    assert found.stretches.tolist() == [[max(place - 2, 0), min(place + 3, len(pts))]]
    others = [row for row in found.order.tolist() if row != at]
    assert others == sorted(others, key=lambda row: pts[row])


def test_equal_stamps_of_reordered_frames_are_told_apart_by_the_decoder() -> None:
    pts = [place * STEP for place in REORDERED]
    pts[REORDERED.index(20)] = 19 * STEP
    found = arranged(pts, EVEN)
    assert in_order(found) == [*EVEN[:20], EVEN[19], *EVEN[21 : len(REORDERED)]]
    assert found.stretches.tolist() == [[19, 21]]


@pytest.mark.parametrize("places", [list(range(20)), REORDERED[:22]])
def test_a_clock_that_starts_again(places: list[int]) -> None:
    half = [place * STEP for place in places]
    steps = [number * STEP for number in range(len(half))]
    found = arranged(half * 2, steps * 2)
    count = len(half)
    assert in_order(found) == sorted(half) * 2
    assert found.clock.tolist() == [0] * count + [1] * count
    assert not found.misplaced.any()
    assert len(found.stretches) == 0
    assert ascending(found.times[found.order]).tolist() == [STEP * n for n in range(2 * count)]


@pytest.mark.parametrize(
    ("pts", "dts", "timed"),
    [
        pytest.param([NO_TIME] * 4, [4, 5, 6, 7], True, id="decoding times only"),
        pytest.param([NO_TIME] * 4, [NO_TIME] * 4, False, id="no times"),
        pytest.param([7] * 4, [NO_TIME] * 4, False, id="one time for all"),
        pytest.param([9, 6, 3, 0], [9, 6, 3, 0], False, id="running backwards"),
    ],
)
def test_frames_are_counted_if_no_stamp_can_be_used(
    pts: Sequence[int], dts: Sequence[int], timed: bool
) -> None:
    found = arranged(pts, dts)
    assert (found.counted, found.timed) == (True, timed)
    assert in_order(found) == (list(dts) if timed else [0, 1, 2, 3])
    assert found.stretches.tolist() == [[0, 4]]
