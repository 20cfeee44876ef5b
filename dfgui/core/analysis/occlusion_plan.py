"""Where and in which order a picture is hidden for occlusion sensitivity.

The module also estimates the values of patches not hidden yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.fills import FILLS
from dfgui.core.geometry import Box

_COARSE_SHARE = 0.08
"""Share of the exact map's evaluations that the first coarse map may cost.

It takes a tenth of the exact map's time, since few pictures keep the threads less busy.
"""
_FEWEST_BLOCKS, _MOST_BLOCKS = 4, 24
_REACH = 0.7
"""The Gaussian's standard deviation, in patch distances.

On the maps of a real network .5 to 1 estimated neighbours equally well.
"""
_BLOCK_WEIGHT = 0.02
"""Weight of a block's share against the measured neighbours of its patches.

It decides only if there are none.
"""


@dataclass(frozen=True)
class PatchGrid:
    """The grid of patches: every pair of a top and a left edge.

    The patches cover the whole picture.

    A picture smaller than the patch is one patch. The last row and column are moved inwards to end
    at the border.
    """

    tops: tuple[int, ...]
    lefts: tuple[int, ...]
    height: int
    width: int

    @classmethod
    def over(cls, height: int, width: int, settings: OcclusionSettings) -> PatchGrid:
        """The grid over a picture of `height` x `width` pixels."""
        tops, lefts = (_starts(side, settings.patch, settings.stride) for side in (height, width))
        return cls(tops, lefts, min(settings.patch, height), min(settings.patch, width))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of patches."""
        return len(self.tops), len(self.lefts)

    def box(self, rows: slice, columns: slice) -> Box:
        """The rectangle that these rows and columns of patches cover together."""
        tops, lefts = self.tops[rows], self.lefts[columns]
        return Box(
            lefts[0], tops[0], lefts[-1] + self.width - lefts[0], tops[-1] + self.height - tops[0]
        )

    def spread(self, values: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
        """Turn patch values (rows, columns) into a picture (height, width).

        Overlaps are averaged; a pixel is NaN if no patch that covers it has a value.
        """
        known = np.isfinite(values)
        down, across = _cover(self.tops, self.height, height), _cover(self.lefts, self.width, width)
        total = down @ np.where(known, values, 0) @ across.T
        count = down @ known @ across.T
        return np.asarray(
            np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0), np.float32
        )


def _starts(side: int, patch: int, stride: int) -> tuple[int, ...]:
    last = max(side - patch, 0)
    return (*range(0, last, stride), last)


def _cover(starts: Sequence[int], length: int, side: int) -> NDArray[np.float64]:
    """(side, len(starts)): 1 where a patch covers a pixel."""
    offset = np.arange(side)[:, None] - np.asarray(starts)[None, :]
    return np.asarray((offset >= 0) & (offset < length), np.float64)


def filler(crop: NDArray[np.uint8], settings: OcclusionSettings) -> NDArray[np.uint8]:
    """What shows where `crop` is hidden: (H, W, 3) uint8."""
    return FILLS[settings.fill].make(crop, settings.patch)


def hide(
    crop: NDArray[np.uint8], fill: NDArray[np.uint8], boxes: Sequence[Box]
) -> NDArray[np.uint8]:
    """One copy of `crop` per box, with `fill` showing inside it: (N, H, W, 3) uint8."""
    out = np.repeat(crop[None], len(boxes), axis=0)
    for picture, (x, y, w, h) in zip(out, boxes, strict=True):
        picture[y : y + h, x : x + w] = fill[y : y + h, x : x + w]
    return out


def hide_masked(
    crop: NDArray[np.uint8], fill: NDArray[np.uint8], masks: Sequence[NDArray[np.bool_]]
) -> NDArray[np.uint8]:
    """One copy of `crop` per mask (H, W), with `fill` where it is True: (N, H, W, 3) uint8."""
    return np.where(np.stack(masks)[..., None], fill, crop)


class BlockHints:
    """The drops of hidden blocks that the patches measured since do not account for.

    Attributes:
        blocks: rows and columns of each block; none if the first map may not cost enough for
            four.
        drops: (blocks,) the drop when each is hidden, NaN if it was not hidden yet.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.blocks = _coarse_blocks(rows, columns)
        self.drops = np.full(len(self.blocks), np.nan)

    def unexplained(
        self, drops: NDArray[np.float64], values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """How much more a block cost than all these values in it: (blocks,), >= 0.

        The values are (rows, columns), and NaN counts as 0.

        The result is 0 if all patches of a block are in `drops`, NaN if it was not hidden.
        """
        rest: NDArray[np.float64] = np.abs(self.drops)
        for index, block in enumerate(self.blocks):
            rest[index] = (
                max(rest[index] - np.nansum(np.abs(values[block])), 0)
                if np.isnan(drops[block]).any()
                else 0
            )
        return rest

    def shares(self, drops: NDArray[np.float64]) -> NDArray[np.float64]:
        """The unexplained part, shared equally by a block's unmeasured patches.

        Returns (rows, columns); NaN where no block was hidden.
        """
        shares = np.full(drops.shape, np.nan)
        for block, rest, drop in zip(
            self.blocks, self.unexplained(drops, drops), self.drops, strict=True
        ):
            shares[block] = np.copysign(rest, drop) / max(
                np.count_nonzero(np.isnan(drops[block])), 1
            )
        return shares


def _coarse_blocks(rows: int, columns: int) -> list[tuple[slice, slice]]:
    """Cut the grid into blocks of about one size, as many as the first map may cost."""
    count = min(int((rows * columns + 1) * _COARSE_SHARE) - 1, _MOST_BLOCKS)
    count -= count % 2  # an odd count would leave a thread without work
    blocks = [(0, rows, 0, columns)]
    while len(blocks) < count:
        blocks.sort(key=lambda block: (block[1] - block[0]) * (block[3] - block[2]))
        top, bottom, left, right = blocks.pop()
        middle, centre = (top + bottom) // 2, (left + right) // 2
        if bottom - top >= right - left:
            blocks += [(top, middle, left, right), (middle, bottom, left, right)]
        else:
            blocks += [(top, bottom, left, centre), (top, bottom, centre, right)]
    return (
        [(slice(top, bottom), slice(left, right)) for top, bottom, left, right in blocks]
        if count >= _FEWEST_BLOCKS
        else []
    )


def estimate(
    drops: NDArray[np.float64], hints: BlockHints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every patch's drop, measured or guessed, and the doubt about it.

    The drop is NaN without any hint; the doubt is -1 if the drop was measured.

    The guess is the mean of measured neighbours under a Gaussian, with the block's share as one
    more weak neighbour.

    Source: H. Knutsson, C.-F. Westin, "Normalized and differential convolution", CVPR 1993.
    """
    shares = hints.shares(drops)
    known, hinted = np.isfinite(drops), np.isfinite(shares)
    measured, share = np.where(known, drops, 0), np.where(hinted, shares, 0)
    near = _smooth(known.astype(np.float64))
    weight = near + _BLOCK_WEIGHT * hinted

    def mean_of(values: NDArray[np.float64], hint: NDArray[np.float64]) -> NDArray[np.float64]:
        total = _smooth(values) + _BLOCK_WEIGHT * hint
        return np.asarray(
            np.divide(total, weight, out=np.full(drops.shape, np.nan), where=weight > 0), np.float64
        )

    mean = mean_of(measured, share)
    spread = np.sqrt(np.maximum(mean_of(measured**2, share**2) - mean**2, 0))
    # Of two equal patches, the one with fewer measured neighbours comes first.
    doubt = (np.nan_to_num(spread) + np.abs(share)) * (1 - near / 2)
    return np.where(known, drops, mean), np.where(known, -1, doubt)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(
        cv2.GaussianBlur(values, (0, 0), sigmaX=_REACH, borderType=cv2.BORDER_CONSTANT), np.float64
    )
