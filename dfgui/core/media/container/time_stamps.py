"""From a file's time stamps, good or bad, to the order and the times of its frames.

A bad stamp costs nothing but itself: the frames around it keep their order and their times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NO_TIME = -(2**63)
# Most pictures that a codec lets a picture wait for: H.264 and HEVC, 16. A stamp that moves its
# frame further is wrong.
REACH = 16

Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Arrangement:
    """M packets in presentation order.

    Attributes:
        order: (M,) int64, the packets' rows in presentation order.
        times: (M,) int64 of each row. A stamp that the file gives stays as it is, even if it is
            wrong; one that is missing is filled in. If not `timed`, the bare order.
        timed: `times` are presentation times.
        counted: The stamps tell no frame from another.
        stretches: (S, 2) int64, places [first, end) in `order`, ascending and apart: stretches
            whose order the stamps do not tell, so that only decoding does.
        missing: (M,) bool of each row: it has no stamp.
        misplaced: (M,) bool of each row: its stamp does not fit between its neighbours'.
        clock: (M,) int64 of each row: 0 up to the place where the file's clock starts again, then
            1, and so on.
    """

    order: Int64
    times: Int64
    timed: bool
    counted: bool
    stretches: Int64
    missing: Bools
    misplaced: Bools
    clock: Int64


def arrange(
    pts: Int64,
    dts: Int64,
    *,
    shown: Bools,
    closed: Bools | None = None,
    guessed: bool = False,
) -> Arrangement:
    """Sort packets into presentation order.

    Args:
        pts: (M,) int64 in file order, NO_TIME if unknown.
        dts: likewise.
        shown: (M,) bool, the packet's frame is shown; an edit list may hide some.
        closed: (M,) bool, what comes before the packet is shown before it; None if no packet is
            known to be one of these.
        guessed: The pts are only a guess.
    """
    missing = pts == NO_TIME
    known = pts[~missing]
    if guessed or 2 * len(known) < len(pts) or (len(pts) > 1 and _all_equal(known)):
        return _counted(dts, shown, missing, closed)
    late, clock = _read_clock(dts)
    bad = missing | late
    bad[~bad] |= np.abs(_moves(pts[~bad], clock[~bad])) > REACH
    if 2 * np.count_nonzero(bad) > len(pts) or 4 * int(clock[-1:].sum()) > len(pts):
        return _counted(dts, shown, missing, closed)
    depth = int(np.abs(_moves(pts[~bad], clock[~bad])).max(initial=0))
    fitted = _filled(pts, clock, bad, depth) if bad.any() else pts
    order = _sorted(fitted, clock)
    return Arrangement(
        order=order,
        times=np.where(missing, fitted, pts),
        timed=True,
        counted=False,
        stretches=_uncertain(order, fitted, clock, bad, depth),
        missing=missing,
        misplaced=bad & ~missing,
        clock=clock,
    )


def ascending(times: Int64) -> Int64:
    """Times that never run back, from those of frames in presentation order.

    A single time out of place is moved between its neighbours; where the clock starts again, time
    goes on by the usual step.
    """
    if len(times) < 2 or not (np.diff(times) < 0).any():
        return times
    even = times.copy()
    for at in np.flatnonzero(np.diff(times) < 0) + 1:
        lone = _lone(even, int(at))
        if lone is not None:
            even[lone] = (even[lone - 1] + even[lone + 1]) // 2
    steps = np.diff(even)
    usual = int(np.median(steps[steps >= 0])) if (steps >= 0).any() else 1
    return np.concatenate((even[:1], even[0] + np.cumsum(np.where(steps < 0, usual, steps))))


def _all_equal(times: Int64) -> bool:
    return not len(times) or bool((times == times[0]).all())


def _counted(dts: Int64, shown: Bools, missing: Bools, closed: Bools | None) -> Arrangement:
    """Stretches whose order only decoding tells, each up to the next packet that is `closed`.

    If decoding times ascend, the n-th frame shown has the n-th of them, up to a constant delay.
    """
    count = len(dts)
    inner = [] if closed is None else np.flatnonzero(closed).tolist()
    bounds = np.array(sorted({0, *inner, count}), np.int64)
    usable = bool(shown.all() and (dts != NO_TIME).all() and (np.diff(dts) > 0).all())
    return Arrangement(
        order=np.arange(count),
        times=dts if usable else np.arange(count),
        timed=usable,
        counted=True,
        stretches=np.stack([bounds[:-1], bounds[1:]], axis=1),
        missing=missing,
        misplaced=np.zeros(count, np.bool_),
        clock=np.zeros(count, np.int64),
    )


def _read_clock(dts: Int64) -> tuple[Bools, Int64]:
    """Which packets' decoding times are alone out of place, and which reading of the clock each is.

    Decoding times ascend through a file, so one that falls is either a single wrong one or the
    clock that starts again.
    """
    late, starts = np.zeros(len(dts), np.bool_), np.zeros(len(dts), np.int64)
    rows = np.flatnonzero(dts != NO_TIME)
    times = dts[rows]
    for at in np.flatnonzero(np.diff(times) < 0) + 1:
        lone = _lone(times, int(at))
        if lone is None:
            starts[rows[at]] = 1
        else:
            late[rows[lone]] = True
    return late, np.cumsum(starts)


def _lone(times: Int64, at: int) -> int | None:
    """The one place without which `times` does not fall at `at`; None if there is none.

    Either the time before stands too high or the one at `at` too low; the last time of all has no
    neighbour to tell by.
    """
    if at >= 2 and times[at] >= times[at - 2]:
        return at - 1
    if at + 1 < len(times) and times[at + 1] >= times[at - 1]:
        return at
    return None


def _sorted(times: Int64, clock: Int64) -> Int64:
    """Rows by the reading of the clock, then by time, then by their place in the file."""
    # Without a second reading a stable sort is much faster, since times are nearly sorted.
    return np.lexsort((times, clock)) if clock.any() else np.argsort(times, kind="stable")


def _moves(times: Int64, clock: Int64) -> Int64:
    """How many places each time, in file order, comes later once they are sorted."""
    order = _sorted(times, clock)
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    return ranks - np.arange(len(order))


def _filled(pts: Int64, clock: Int64, bad: Bools, depth: int) -> Int64:
    """The stamps, with each bad one put into the gap that it has left near its place in the file.

    Bad ones that follow each other closely share a gap.
    """
    fitted, rows, good = pts.copy(), np.flatnonzero(bad), np.flatnonzero(~bad)
    readings = clock[good]
    times = pts[good][_sorted(pts[good], readings)]
    steps = np.diff(times)[np.diff(readings) == 0]
    usual = max(int(np.median(steps)), 1) if len(steps) else 1
    ends = np.flatnonzero((np.diff(rows) > depth + 1) | (np.diff(clock[rows]) > 0)) + 1
    for group in np.split(rows, ends):
        place, reading = int(np.searchsorted(good, group[0])), clock[group[0]]
        first, end = (int(np.searchsorted(readings, reading, side)) for side in ("left", "right"))
        near = times[max(place - depth - 1, first) : min(place + depth + 1, end)]
        at_start, at_end = place - depth - 1 < first, place + depth + 1 > end
        fitted[group] = _in_gap(near, len(group), usual, at_start=at_start, at_end=at_end)
    return fitted


def _in_gap(times: Int64, count: int, usual: int, *, at_start: bool, at_end: bool) -> Int64:
    """Times for `count` frames in the widest gap of sorted `times`, or beyond one of their ends.

    Args:
        times: (K,) int64, those of the good frames around.
        count: Frames that are to be placed.
        usual: The usual step from frame to frame.
        at_start: Nothing comes before `times`.
        at_end: Nothing comes after them.
    """
    if not len(times):
        return np.arange(count) * usual
    gaps = np.diff(times)
    wide = gaps.max(initial=0) > count * usual + usual // 2
    if not wide and at_end:
        return int(times[-1]) + usual * np.arange(1, count + 1)
    if not wide and at_start:
        return int(times[0]) - usual * np.arange(count, 0, -1)
    at = int(np.argmax(gaps))
    return np.linspace(times[at], times[at + 1], count + 2)[1:-1].round().astype(np.int64)


def _uncertain(order: Int64, fitted: Int64, clock: Int64, bad: Bools, depth: int) -> Int64:
    """Places whose order the stamps do not tell: those of equal times, and those near a bad one.

    There are none in a file whose order is that of the frames.
    """
    if not depth:
        return np.empty((0, 2), np.int64)
    same = np.flatnonzero((np.diff(fitted[order]) == 0) & (np.diff(clock[order]) == 0))
    wrong = np.flatnonzero(bad[order])
    ranges = np.concatenate(
        (
            np.stack([same, same + 2], axis=1),
            np.stack([wrong - depth, wrong + depth + 1], axis=1).clip(0, len(order)),
        )
    )
    return _merged(ranges[np.argsort(ranges[:, 0], kind="stable")])


def _merged(ranges: Int64) -> Int64:
    """Ranges, ascending by their beginning, with those that overlap made one."""
    merged: list[list[int]] = []
    for first, end in ranges.tolist():
        if merged and first < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([first, end])
    return np.array(merged, np.int64).reshape(-1, 2)
