"""Occlusion sensitivity: how a network's score moves when a region of its input is hidden.

Source: M. Zeiler, R. Fergus, "Visualizing and Understanding Convolutional Networks", ECCV 2014.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.occlusion_plan import BlockHints, PatchGrid, estimate, filler, hide
from dfgui.core.analysis_results import Faithfulness, OcclusionSettings
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box

__all__ = [
    "Faithfulness",
    "OcclusionMap",
    "OcclusionSettings",
    "PatchGrid",
    "Predict",
    "ShouldStop",
    "check_crop",
    "exact_map",
    "faithfulness",
    "refine",
    "region_drop",
    "scores_of",
]

Predict = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
"""(N, H, W, 3) uint8 pictures -> (N,) scores, 0 real to 1 fake."""

ShouldStop = Callable[[], bool]
"""Asked before each batch; True ends the work."""

_LATTICE = 3
_ROUND_SHARE = 0.04
"""Share of all patches that is measured between two looks at the error.

With a larger share the work overshoots, with a smaller one it stops by luck.
"""


@dataclass(frozen=True, eq=False)
class OcclusionMap:
    """A sensitivity map, whole or as far as it got.

    Attributes:
        values: (H, W) float32 as the settings' mode says, overlapping patches averaged; NaN where
            nothing is known yet.
        patch_values: (rows, columns) float32, the same for each patch of `PatchGrid`.
        exact: (rows, columns) bool, True where the patch itself was hidden alone; elsewhere the
            value is an estimate, or NaN.
        base: score of the untouched picture, 0-1.
        settings: what it was made with.
        evaluations: pictures the network has seen for it, the untouched one included.
        error: the difference from the exact map as far as it can be told, in units of the score
            (also in "printed" mode): the estimated root mean square, or the largest drop of a block
            that its patches do not account for if that is more; 0 if every patch is exact, NaN if
            it was not measured yet.
        complete: False if the work was stopped or still continues.
    """

    values: NDArray[np.float32]
    patch_values: NDArray[np.float32]
    exact: NDArray[np.bool_]
    base: float
    settings: OcclusionSettings
    evaluations: int
    error: float
    complete: bool

    @property
    def evaluated(self) -> int:
        """Patches hidden alone."""
        return int(np.count_nonzero(self.exact))

    @property
    def total(self) -> int:
        """Patches in the grid."""
        return self.exact.size


class _Probe:
    """One picture under test: asks the network and keeps what it said about each patch."""

    def __init__(
        self, predict: Predict, crop: NDArray[np.uint8], settings: OcclusionSettings
    ) -> None:
        check_crop(crop)
        self._predict, self._crop, self._settings = predict, crop, settings
        self._fill = filler(crop, settings)
        self.grid = PatchGrid.over(crop.shape[0], crop.shape[1], settings)
        self.base = float(scores_of(predict, crop[None])[0])
        self.evaluations = 1
        self.drops = np.full(self.grid.shape, np.nan)
        """Base minus score; NaN for patches not hidden yet."""

    @property
    def exact(self) -> NDArray[np.bool_]:
        return np.asarray(np.isfinite(self.drops))

    def hide(self, boxes: Sequence[Box]) -> NDArray[np.float64]:
        """The drop for each rectangle, hidden alone."""
        self.evaluations += len(boxes)
        return self.base - scores_of(self._predict, hide(self._crop, self._fill, boxes))

    def hide_patches(self, patches: NDArray[np.intp]) -> None:
        """Measure these patches (flat indices of the grid) in one batch."""
        rows, columns = np.unravel_index(patches, self.grid.shape)
        boxes = [
            self.grid.box(slice(r, r + 1), slice(c, c + 1))
            for r, c in zip(rows, columns, strict=True)
        ]
        self.drops.flat[patches] = self.hide(boxes)

    def map(self, drops: NDArray[np.float64], *, error: float, complete: bool) -> OcclusionMap:
        values = self._settings.value(self.base, drops)
        return OcclusionMap(
            values=self.grid.spread(values, self._crop.shape[0], self._crop.shape[1]),
            patch_values=values.astype(np.float32),
            exact=self.exact,
            base=self.base,
            settings=self._settings,
            evaluations=self.evaluations,
            error=error,
            complete=complete,
        )


def exact_map(
    predict: Predict,
    crop: NDArray[np.uint8],
    settings: OcclusionSettings,
    *,
    batch: int = 24,
    should_stop: ShouldStop | None = None,
) -> OcclusionMap:
    """Hide every patch in turn.

    Args:
        predict: the network; it is given at most `batch` pictures at once.
        crop: (H, W, 3) uint8, its input; H and W may differ.
        settings: patch, stride, fill and mode.
        batch: pictures at once, >= 1.
        should_stop: asked before each batch.

    Returns:
        The map; if it was stopped, NaN for the patches not reached and `complete` False.

    Raises:
        ValueError: the picture, the batch or what `predict` returns is out of range.
    """
    probe = _Probe(predict, crop, settings)
    every = np.arange(probe.drops.size)
    for part in _batches(every.size, batch):
        if should_stop is not None and should_stop():
            return probe.map(probe.drops, error=np.nan, complete=False)
        probe.hide_patches(every[part])
    return probe.map(probe.drops, error=0.0, complete=True)


def refine(
    predict: Predict,
    crop: NDArray[np.uint8],
    settings: OcclusionSettings,
    *,
    tolerance: float = 0.02,
    batch: int = 24,
    should_stop: ShouldStop | None = None,
) -> Iterator[OcclusionMap]:
    """The map from coarse to fine, with most patches measured where it is not flat.

    First large blocks are hidden, and each patch in one gets its equal share of the block's drop.
    Then every third patch of every third row is hidden alone, and the others are estimated from
    their neighbours. Then come, a few at a time, those patches whose neighbours differ most or
    whose block reacts more than its measured patches account for: each round also shows how wrong
    the estimates were. The work ends when `OcclusionMap.error` is within the tolerance.

    The estimates are guesses: a network is not additive, a patch can matter where its block and its
    neighbours do not, or two effects can cancel. So `exact` marks what was measured, which equals
    the exact map; the tolerance bounds an estimate of the mean error and not the largest one; and
    tolerance 0 measures every patch. A map that varies from patch to patch everywhere cannot be
    guessed, and takes as long as the exact map.

    Args:
        predict: as in `exact_map`.
        crop: as in `exact_map`.
        settings: as in `exact_map`.
        tolerance: in units of the score, >= 0.
        batch: as in `exact_map`.
        should_stop: as in `exact_map`.

    Yields:
        A map after each batch. The first costs at most 8 % of the exact map's evaluations where the
        grid has 62 patches or more; a smaller grid has no blocks and is measured whole. The last is
        `complete`, unless the work was stopped.

    Raises:
        ValueError: as in `exact_map`, or the tolerance is negative.
    """
    if not tolerance >= 0:
        raise ValueError(f"tolerance: expected >= 0, received {tolerance}")
    probe = _Probe(predict, crop, settings)
    hints, error = BlockHints(*probe.grid.shape), float("nan")
    steps = _steps(probe, hints, batch)
    while True:
        if should_stop is not None and should_stop():
            yield probe.map(estimate(probe.drops, hints)[0], error=error, complete=False)
            return
        error = next(steps)
        if probe.exact.all():
            error = 0.0
        done = error <= tolerance
        yield probe.map(estimate(probe.drops, hints)[0], error=error, complete=done)
        if done:
            return


def region_drop(
    predict: Predict, crop: NDArray[np.uint8], region: Box, settings: OcclusionSettings
) -> float:
    """Hide one rectangle, chosen by hand.

    Args:
        predict: as in `exact_map`.
        crop: (H, W, 3) uint8.
        region: in pixels of `crop`; parts outside it are cut off.
        settings: only the fill (and the patch, which sets how strong a "blur" is) matters.

    Returns:
        Base score minus the score with the region hidden, -1 to 1; positive if the region speaks
        for "fake".

    Raises:
        AnalysisError: the region lies outside the picture or is empty.
        ValueError: as in `exact_map`.
    """
    check_crop(crop)
    inside = region.clipped(crop.shape[1], crop.shape[0])
    if not inside.area:
        raise AnalysisError("The region to hide lies outside the face; draw it inside.")
    return float(_Probe(predict, crop, settings).hide([inside])[0])


def hidden_part(
    crop: NDArray[np.uint8], region: Box, settings: OcclusionSettings
) -> NDArray[np.uint8]:
    """What shows where a region of a face is hidden, as the network sees it.

    Args:
        crop: (H, W, 3) uint8.
        region: in pixels of `crop`; it has pixels inside.
        settings: the fill, and the patch for "blur".

    Returns:
        (h, w, 3) uint8, the size of the region inside the crop.
    """
    inside = region.clipped(crop.shape[1], crop.shape[0])
    rows, columns = slice(inside.y, inside.y + inside.h), slice(inside.x, inside.x + inside.w)
    return filler(crop, settings)[rows, columns]


def faithfulness(
    predict: Predict,
    crop: NDArray[np.uint8],
    heat: OcclusionMap,
    *,
    steps: int = 20,
    random_orders: int = 2,
    seed: int = 0,
    batch: int = 24,
    should_stop: ShouldStop | None = None,
) -> Faithfulness | None:
    """Measure whether hiding what the map calls important moves the score more than chance.

    Chance is hiding patches in random order.

    A patch is the more important, the more the score drops when it alone is hidden, that is, the
    more it speaks for "fake". Patches are replaced by the fill of the map's settings; insertion
    starts from a picture of that fill.

    Args:
        predict: as in `exact_map`.
        crop: the picture of the map.
        heat: a map without gaps.
        steps: points of a curve minus one, >= 1; at most one per patch. The network sees 2 x (1 +
            random_orders) x (steps + 1) pictures.
        random_orders: orders that make up the baseline, >= 1.
        seed: chooses them.
        batch: as in `exact_map`.
        should_stop: as in `exact_map`.

    Returns:
        The areas, or None if it was stopped.

    Raises:
        ValueError: as in `exact_map`, or the map has gaps or belongs to a picture of another size.

    Source: V. Petsiuk, A. Das, K. Saenko, "RISE: Randomized Input Sampling for Explanation of
    Black-box Models", BMVC 2018.
    """
    check_crop(crop)
    grid = PatchGrid.over(crop.shape[0], crop.shape[1], heat.settings)
    if heat.patch_values.shape != grid.shape or not np.isfinite(heat.patch_values).all():
        raise ValueError(
            f"heat: expected a map without gaps, {grid.shape} patches, received"
            f" {heat.patch_values.shape}"
        )
    if steps < 1 or random_orders < 1:
        raise ValueError(f"steps, random_orders: expected >= 1, received {steps}, {random_orders}")
    rising = heat.patch_values if heat.settings.mode == "printed" else -heat.patch_values
    chance = np.random.default_rng(seed)
    orders = [
        np.argsort(rising, axis=None, kind="stable"),
        *(chance.permutation(heat.total) for _ in range(random_orders)),
    ]
    hidden = filler(crop, heat.settings)
    curves: list[NDArray[np.float64]] = []
    for order in orders:
        for start, end in ((crop, hidden), (hidden, crop)):
            pictures = _exchange(start, end, grid, order, min(steps, heat.total))
            scores = _scores_in_batches(predict, pictures, batch, should_stop)
            if scores is None:
                return None
            curves.append(scores)
    areas = np.array([(curve[:-1] + curve[1:]).mean() / 2 for curve in curves])
    return Faithfulness(
        deletion=float(areas[0]),
        insertion=float(areas[1]),
        deletion_random=float(areas[2::2].mean()),
        insertion_random=float(areas[3::2].mean()),
        deletion_curve=tuple(curves[0].tolist()),
        insertion_curve=tuple(curves[1].tolist()),
    )


def check_crop(crop: NDArray[np.uint8]) -> None:
    """Raise ValueError unless it is (H, W, 3) uint8."""
    if crop.ndim != 3 or crop.shape[2] != 3 or crop.dtype != np.uint8 or 0 in crop.shape:
        raise ValueError(f"crop: expected (H, W, 3) uint8, received {crop.shape} {crop.dtype}")


def scores_of(predict: Predict, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The scores that `predict` gives for (N, H, W, 3) pictures, (N,).

    Raises ValueError unless there is a finite number for each.
    """
    scores = np.asarray(predict(pictures), np.float64)
    if scores.shape != (len(pictures),) or not np.isfinite(scores).all():
        raise ValueError(
            f"predict: expected {len(pictures)} finite scores, received {scores.shape}"
        )
    return scores


def _batches(count: int, batch: int) -> Iterator[slice]:
    if batch < 1:
        raise ValueError(f"batch: expected >= 1, received {batch}")
    return (slice(start, start + batch) for start in range(0, count, batch))


def _steps(probe: _Probe, hints: BlockHints, batch: int) -> Iterator[float]:
    """Measure one batch after another, blocks first.

    Yields the map's error, NaN while it is not known yet.
    """
    for part in _batches(len(hints.blocks), batch):
        hints.drops[part] = probe.hide(
            [probe.grid.box(rows, columns) for rows, columns in hints.blocks[part]]
        )
        yield np.nan
    # Without blocks nothing would reveal a patch that the lattice skips, so a small grid is
    # measured completely.
    pitch = _LATTICE if hints.blocks else 1
    lattice = np.arange(probe.drops.size).reshape(probe.drops.shape)[::pitch, ::pitch].ravel()
    for part in _batches(lattice.size, batch):
        probe.hide_patches(lattice[part])
        yield np.nan
    size = min(batch, max(1, round(probe.drops.size * _ROUND_SHARE)))
    # One round alone is too few: by luck it could end the work early.
    misses: deque[NDArray[np.float64]] = deque(maxlen=2)
    while True:
        guess, doubt = estimate(probe.drops, hints)
        patches = np.argsort(-doubt, axis=None, kind="stable")[
            : min(size, int((~probe.exact).sum()))
        ]
        probe.hide_patches(patches)
        misses.append(probe.drops.flat[patches] - guess.flat[patches])
        typical = float(np.sqrt((~probe.exact).mean() * np.square(np.concatenate(misses)).mean()))
        # In the worst case, all of a block's drop that no patch accounts for is in one patch.
        rest = hints.unexplained(probe.drops, estimate(probe.drops, hints)[0])
        yield max(typical, float(rest.max(initial=0.0)))


def _exchange(
    start: NDArray[np.uint8],
    end: NDArray[np.uint8],
    grid: PatchGrid,
    order: NDArray[np.intp],
    steps: int,
) -> NDArray[np.uint8]:
    """Pictures from `start` to `end`, with the patches exchanged in this order.

    Returns (steps + 1, H, W, 3), in equal steps.
    """
    pictures, picture, done = [start], start.copy(), 0
    for step in range(1, steps + 1):
        until = round(step * len(order) / steps)
        for row, column in zip(*np.unravel_index(order[done:until], grid.shape), strict=True):
            x, y, w, h = grid.box(slice(row, row + 1), slice(column, column + 1))
            picture[y : y + h, x : x + w] = end[y : y + h, x : x + w]
        pictures.append(picture.copy())
        done = until
    return np.stack(pictures)


def _scores_in_batches(
    predict: Predict, pictures: NDArray[np.uint8], batch: int, should_stop: ShouldStop | None
) -> NDArray[np.float64] | None:
    scores = []
    for part in _batches(len(pictures), batch):
        if should_stop is not None and should_stop():
            return None
        scores.append(scores_of(predict, pictures[part]))
    return np.concatenate(scores)
