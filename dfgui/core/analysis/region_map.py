"""Occlusion sensitivity by regions of the face.

Each region is hidden once, alone, and the pairs also together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.occlusion import Predict, check_crop, scores_of
from dfgui.core.analysis.occlusion_plan import filler, hide_masked
from dfgui.core.analysis_results import (
    OcclusionSettings,
    RegionDrop,
)
from dfgui.core.faces.regions import PAIRS, REGIONS, SURROUNDINGS
from dfgui.core.values import RegionName

MOST_HIDDEN = len(REGIONS) + len(PAIRS)


@dataclass(frozen=True, eq=False)
class RegionMap:
    """A sensitivity map by regions; always exact.

    It has no faithfulness figure: the curves of that figure exchange equal parts in equal steps,
    and a cheek is about 16 times as large as a brow, so the areas under them would show the sizes
    of the regions and not the quality of their order.

    Attributes:
        values: (H, W) float32, each pixel what the settings' mode says of its region.
        regions: single regions from the forehead down, the surroundings last, then pairs. Regions
            that the crop does not show are missing, and so are pairs that lack one.
        base: score of the untouched picture, 0-1.
        settings: what it was made with.
        evaluations: pictures the network has seen for it, the untouched one included.
    """

    values: NDArray[np.float32]
    regions: tuple[RegionDrop, ...]
    base: float
    settings: OcclusionSettings
    evaluations: int


def map_regions(
    predict: Predict,
    crop: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    settings: OcclusionSettings,
) -> RegionMap:
    """Hide every region in turn.

    Args:
        predict: the network; it is asked once, with at most `MOST_HIDDEN` + 1 pictures.
        crop: (H, W, 3) uint8, its input.
        labels: (H, W) uint8, places in `REGIONS`.
        settings: fill and mode, and the patch if the fill is "blur".

    Raises:
        ValueError: crop, labels or what `predict` returns is out of range.
    """
    check_crop(crop)
    if labels.shape != crop.shape[:2] or labels.dtype != np.uint8 or labels.max() >= len(REGIONS):
        raise ValueError(
            f"labels: expected {crop.shape[:2]} uint8 below {len(REGIONS)}, received {labels.shape}"
            f" {labels.dtype}"
        )
    masks = _masks(labels)
    scores = scores_of(
        predict,
        np.concatenate(
            (crop[None], hide_masked(crop, filler(crop, settings), list(masks.values())))
        ),
    )
    base = float(scores[0])
    drops = {region: base - float(score) for region, score in zip(masks, scores[1:], strict=True)}
    by_label = np.array([drops.get(region, 0.0) for region in REGIONS])
    return RegionMap(
        values=settings.value(base, by_label)[labels].astype(np.float32),
        regions=tuple(
            _measured(region, drops[region], mask, labels) for region, mask in masks.items()
        ),
        base=base,
        settings=settings,
        evaluations=len(scores),
    )


def _masks(labels: NDArray[np.uint8]) -> dict[RegionName, NDArray[np.bool_]]:
    """What is hidden for each name, (H, W) bool; names with no pixels are left out."""
    masks = {
        region: labels == label for label, region in enumerate(REGIONS) if (labels == label).any()
    }
    pairs = {
        name: masks[right] | masks[left]
        for name, (right, left) in PAIRS.items()
        if right in masks and left in masks
    }
    return masks | pairs


def _measured(
    region: RegionName, drop: float, mask: NDArray[np.bool_], labels: NDArray[np.uint8]
) -> RegionDrop:
    pixels, face = int(mask.sum()), int((labels != SURROUNDINGS).sum())
    return RegionDrop(
        region, drop, None if region == REGIONS[SURROUNDINGS] else pixels / face, pixels
    )
