"""The score curve of each track in a scan: moving mean, its interval, and gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis_results import FrameResult

REACH = 2
"""Looked-at frames on each side of a frame in its moving mean: a window of up to 5."""
# 97.5 % points of Student's t with n - 1 degrees of freedom, n = 0..5 (tables in any textbook); a
# single value has no spread.
_STUDENT_T = np.array([np.nan, np.nan, 12.7062, 4.3027, 3.1824, 2.7764])
# Scores are rounded to six digits: 0 and 1 mean closer than half a unit of the last digit.
_NEAREST = 5e-7


@dataclass(frozen=True, eq=False)
class ScanArrays:
    """The frames that a scan looked at and the faces in them, as arrays.

    Attributes:
        frames: (N,) int64, frame numbers, ascending.
        rows: (M,) int64, for each face the place of its frame in `frames`, ascending.
        tracks: (M,) int64, its track.
        scores: (M,) float64, its score, 0-1.
        excluded_rows: (K,) int64, for each box that holds no face the place of its frame in
            `frames`, ascending.
        excluded_tracks: (K,) int64, its track.
    """

    frames: NDArray[np.int64]
    rows: NDArray[np.int64]
    tracks: NDArray[np.int64]
    scores: NDArray[np.float64]
    excluded_rows: NDArray[np.int64]
    excluded_tracks: NDArray[np.int64]

    @staticmethod
    def of(frames: Sequence[FrameResult]) -> ScanArrays:
        """Collect frames that come in any order, each once."""
        numbers = np.array([frame.index for frame in frames], np.int64)
        if (np.diff(numbers) < 0).any():
            order = np.argsort(numbers)
            numbers, frames = numbers[order], [frames[place] for place in order.tolist()]
        faces = [face for frame in frames for face in frame.faces]
        return ScanArrays(
            numbers,
            np.repeat(
                np.arange(len(frames)), np.array([len(frame.faces) for frame in frames], np.int64)
            ),
            np.array([face.track for face in faces], np.int64),
            np.array([face.score for face in faces], np.float64),
            np.repeat(
                np.arange(len(frames)),
                np.array([len(frame.excluded) for frame in frames], np.int64),
            ),
            np.array([box.track for frame in frames for box in frame.excluded], np.int64),
        )

    def plus(self, frames: Sequence[FrameResult]) -> ScanArrays:
        """A copy with more frames, all after those already here.

        The cost is that of the new frames and of a copy.

        Raises:
            ValueError: a frame does not come after the last.
        """
        more = ScanArrays.of(frames)
        if len(more.frames) and len(self.frames) and more.frames[0] <= self.frames[-1]:
            raise ValueError(
                f"frames: expected numbers above {self.frames[-1]}, received {more.frames[0]}"
            )
        return ScanArrays(
            np.concatenate([self.frames, more.frames]),
            np.concatenate([self.rows, more.rows + len(self.frames)]),
            np.concatenate([self.tracks, more.tracks]),
            np.concatenate([self.scores, more.scores]),
            np.concatenate([self.excluded_rows, more.excluded_rows + len(self.frames)]),
            np.concatenate([self.excluded_tracks, more.excluded_tracks]),
        )


@dataclass(frozen=True, eq=False)
class Gaps:
    """Stretches of looked-at frames that lack something, in order.

    Attributes:
        first: (G,) int64, first frame of each stretch.
        last: (G,) int64, last frame of it.
        left: (G,) float64, where to draw its start: halfway to the looked-at frame before it; half
            a frame before the very first.
        right: (G,) float64, likewise its end.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ScoreCurve:
    """One track over the frames that show it.

    Attributes:
        track: its number.
        frames: (n,) int64, ascending.
        scores: (n,) float64, 0-1, of single faces.
        mean: (n,) float64, 0-1, the moving mean.
        low: (n,) float64, 0-1, lower end of the mean's 95 % interval; NaN where `counted` is 1.
        high: (n,) float64, likewise its upper end.
        counted: (n,) int64, 1-5, scores that went into the mean.
        joined: (n,) bool, whether the next point follows without a looked-at frame between them;
            False for the last.
        gaps: looked-at frames in which this track was not found, including those before and
            after it.
    """

    track: int
    frames: NDArray[np.int64]
    scores: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    counted: NDArray[np.int64]
    joined: NDArray[np.bool_]
    gaps: Gaps

    def between(self, first: float, last: float, *, beyond: int = 0) -> ScoreCurve:
        """The points from frame `first` to `last`, `beyond` more on either side, and all gaps.

        The extra points let the lines run out of sight.
        """
        start = int(np.searchsorted(self.frames, first))
        end = int(np.searchsorted(self.frames, last, side="right"))
        part = slice(max(start - beyond, 0), end + beyond)
        names = ("frames", "scores", "mean", "low", "high", "counted")
        joined = self.joined[part].copy()
        joined[-1:] = False
        return replace(self, joined=joined, **{name: getattr(self, name)[part] for name in names})


@dataclass(frozen=True, eq=False)
class Columns:
    """A curve thinned to one point per column of pixels.

    The cost of drawing then depends on what is visible, not on the length of the curve.

    Attributes:
        x: (c,) float64, mean place of the column's points.
        mean: (c,) float64, mean of their moving means.
        low: (c,) float64, lowest lower end; NaN where none has an interval.
        high: (c,) float64, highest upper end.
        least: (c,) float64, smallest score.
        most: (c,) float64, largest score.
        joined: (c,) bool, whether the next column follows without a gap.
    """

    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    least: NDArray[np.float64]
    most: NDArray[np.float64]
    joined: NDArray[np.bool_]


def track_curves(scan: ScanArrays) -> tuple[ScoreCurve, ...]:
    """The curve of each track, in the order of the tracks' numbers.

    The moving mean of a frame is taken over the logits of the same track's scores in that looked-at
    frame and in up to two looked-at frames on each side, and turned back into a score. Its 95 %
    interval is Student's, on the same scale. It says how steady the score is, not how right:
    neighbouring frames look alike, and a network makes the same error on all of them.
    """
    return tuple(_curve(scan, track, rows, scores) for track, rows, scores in _by_track(scan))


def left_out(scan: ScanArrays) -> dict[int, NDArray[np.int64]]:
    """Tracks without a single face, by number: the frames in which they were found, ascending."""
    tracks = sorted(set(scan.excluded_tracks.tolist()) - set(scan.tracks.tolist()))
    return {
        track: scan.frames[scan.excluded_rows[scan.excluded_tracks == track]] for track in tracks
    }


def faceless(scan: ScanArrays) -> Gaps:
    """The stretches of looked-at frames in which no face at all was found."""
    # Not np.unique: it imports all of numpy.ma, which delays the window's start.
    has_face = np.zeros(len(scan.frames), np.bool_)
    has_face[scan.rows] = True
    return _gaps(scan.frames, np.flatnonzero(has_face))


def per_column(curve: ScoreCurve, x: NDArray[np.float64]) -> Columns:
    """Thin a curve to whole pixels.

    Args:
        curve: n points, n > 0.
        x: (n,) float64, where each point lies, in pixels, ascending.
    """
    columns = np.floor(x)
    start = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    end = np.append(start[1:], len(x)) - 1
    size = end - start + 1
    return Columns(
        x=np.add.reduceat(x, start) / size,
        mean=np.add.reduceat(curve.mean, start) / size,
        low=np.fmin.reduceat(curve.low, start),
        high=np.fmax.reduceat(curve.high, start),
        least=np.minimum.reduceat(curve.scores, start),
        most=np.maximum.reduceat(curve.scores, start),
        joined=curve.joined[end],
    )


def _by_track(scan: ScanArrays) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
    """Each track with the rows and scores of its faces.

    If a track has two faces in one frame, the last one counts.
    """
    order = np.argsort(scan.tracks, kind="stable")
    tracks, rows, scores = scan.tracks[order], scan.rows[order], scan.scores[order]
    starts = np.flatnonzero(np.diff(tracks, prepend=tracks[:1] - 1))
    for own in np.split(np.arange(len(tracks)), starts)[1:]:
        last = own[np.append(np.diff(rows[own]) > 0, True)]
        yield int(tracks[own[0]]), rows[last], scores[last]


def _curve(
    scan: ScanArrays, track: int, rows: NDArray[np.int64], scores: NDArray[np.float64]
) -> ScoreCurve:
    mean, half, counted = _moving(rows, scores)
    return ScoreCurve(
        track=track,
        frames=scan.frames[rows],
        scores=scores,
        mean=_score(mean),
        low=_score(mean - half),
        high=_score(mean + half),
        counted=counted,
        joined=np.append(np.diff(rows) == 1, False),
        gaps=_gaps(scan.frames, rows),
    )


def _moving(
    rows: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """The moving mean of the logits, half the width of its interval, and how many went in.

    Each is (n,); the half width is NaN for a single value.
    """
    clipped = np.clip(scores, _NEAREST, 1 - _NEAREST)
    logits = np.log(clipped / (1 - clipped))
    total, counted = logits.copy(), np.ones(len(rows), np.int64)
    # Rows ascend, so every point within reach is at most that many points away.
    pairs = [
        (slice(None, -by), slice(by, None), rows[by:] - rows[:-by] <= REACH)
        for by in range(1, REACH + 1)
    ]
    for here, there, near in pairs:
        for to, source in ((here, there), (there, here)):
            total[to] += np.where(near, logits[source], 0.0)
            counted[to] += near
    mean = total / counted
    squares = (logits - mean) ** 2
    for here, there, near in pairs:
        for to, source in ((here, there), (there, here)):
            squares[to] += np.where(near, (logits[source] - mean[to]) ** 2, 0.0)
    half = _STUDENT_T[counted] * np.sqrt(squares / np.maximum(counted - 1, 1) / counted)
    return mean, half, counted


def _score(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Back to 0-1, without overflow."""
    small = np.exp(-np.abs(logit))
    return np.asarray(np.where(logit >= 0, 1, small) / (1 + small), np.float64)


def _gaps(frames: NDArray[np.int64], present: NDArray[np.int64]) -> Gaps:
    """Stretches of `frames` whose places are not among `present` (ascending)."""
    fences = np.concatenate([[-1], present, [len(frames)]])
    before = np.flatnonzero(np.diff(fences) > 1)
    start, end = fences[before] + 1, fences[before + 1] - 1
    # Add one frame of spacing at either end, so that halfway to it is half a frame.
    padded = np.concatenate([frames[:1] - 1, frames, frames[-1:] + 1])
    return Gaps(
        frames[start],
        frames[end],
        (padded[start] + padded[start + 1]) / 2,
        (padded[end + 1] + padded[end + 2]) / 2,
    )
