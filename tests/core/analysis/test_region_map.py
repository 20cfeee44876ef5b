"""Maps by regions: a network that looks at one region only, and drops calculated by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.analysis.region_map import MOST_HIDDEN, RegionMap, map_regions
from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.faces.regions import PAIRS, REGIONS, region_labels
from dfgui.core.fills import Fill
from tests.support.landmarks import AREAS, SIDE, rectangles

LABELS = region_labels(rectangles(), SIDE)
WHITE = np.full((SIDE, SIDE, 3), 255, np.uint8)
FACE = 80 * 80


class Watcher:
    """Scores the brightness of one region, 0-1, and keeps the pictures it is shown."""

    def __init__(self, region: str) -> None:
        self.mask = REGIONS.index(region) == LABELS  # type: ignore[arg-type]
        self.calls: list[int] = []

    def __call__(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.calls.append(len(pictures))
        return np.array([picture[self.mask].mean() / 255 for picture in pictures], np.float32)


def mapped(region: str, fill: Fill = "black", *, printed: bool = False) -> RegionMap:
    return map_regions(
        Watcher(region),
        WHITE,
        LABELS,
        OcclusionSettings(fill=fill, mode="printed" if printed else "drop", by="regions"),
    )


@pytest.mark.parametrize("watched", REGIONS)
def test_a_network_that_looks_at_one_region_falls_there_alone(watched: str) -> None:
    made = mapped(watched)
    holders = {watched} | {pair for pair, parts in PAIRS.items() if watched in parts}
    assert {one.region: one.drop for one in made.regions} == {
        one.region: float(one.region in holders) for one in made.regions
    }
    np.testing.assert_array_equal(
        made.values,
        (REGIONS.index(watched) == LABELS).astype(np.float32),  # type: ignore[arg-type]
    )
    assert made.base == 1.0


def test_order_areas_and_shares() -> None:
    made = mapped("nose")
    assert [one.region for one in made.regions] == [*REGIONS, *PAIRS]
    by_name = {one.region: one for one in made.regions}
    for region, pixels in AREAS.items():
        assert by_name[region].pixels == pixels  # type: ignore[index]
    assert by_name["eyes"].pixels == 400
    assert by_name["eyes"].face_share == pytest.approx(400 / FACE)
    assert by_name["surroundings"].face_share is None
    assert sum(by_name[region].face_share or 0 for region in REGIONS) == pytest.approx(1)


def test_what_leaves_the_core_are_python_numbers() -> None:
    made = mapped("nose")
    assert type(made.base) is float
    for one in made.regions:
        assert (type(one.drop), type(one.pixels)) == (float, int)
        assert type(one.face_share) in (float, type(None))


def test_the_network_is_asked_once() -> None:
    watcher = Watcher("nose")
    made = map_regions(watcher, WHITE, LABELS, OcclusionSettings(by="regions"))
    assert watcher.calls == [1 + MOST_HIDDEN] == [made.evaluations]


def test_the_fill_shows_through_the_mask_alone() -> None:
    """Only the region takes on the fill, and the drop is what the region loses.

    Half of the crop is white: the mean colour is grey 128 (127.5, rounded to even).
    """
    crop = WHITE.copy()
    crop[:, 50:] = 0
    seen: list[NDArray[np.uint8]] = []

    def predict(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(pictures.copy())
        return np.zeros(len(pictures), np.float32)

    map_regions(predict, crop, LABELS, OcclusionSettings(fill="mean", by="regions"))
    hidden = seen[0][1 + REGIONS.index("mouth")]
    mouth = REGIONS.index("mouth") == LABELS
    assert (hidden[mouth] == 128).all()
    np.testing.assert_array_equal(hidden[~mouth], crop[~mouth])
    np.testing.assert_array_equal(seen[0][0], crop)


def test_blur_of_one_colour_changes_nothing() -> None:
    assert all(one.drop == 0 for one in mapped("nose", "blur").regions)


def test_the_printed_map_is_255_times_the_score_with_the_region_hidden() -> None:
    made = mapped("nose", printed=True)
    nose = REGIONS.index("nose") == LABELS
    assert (made.values[nose] == 0).all()
    assert (made.values[~nose] == 255).all()
    assert next(one for one in made.regions if one.region == "nose").drop == 1.0


def test_a_region_that_is_not_there_is_left_out_and_its_pair_too() -> None:
    labels = LABELS.copy()
    labels[labels == REGIONS.index("left_eye")] = REGIONS.index("left_cheek")
    made = map_regions(Watcher("nose"), WHITE, labels, OcclusionSettings(by="regions"))
    names = [one.region for one in made.regions]
    assert "left_eye" not in names
    assert "eyes" not in names
    assert "right_eye" in names
    assert made.evaluations == len(names) + 1 == MOST_HIDDEN - 1


def test_bad_input() -> None:
    predict, settings = Watcher("nose"), OcclusionSettings(by="regions")
    for labels in (
        LABELS[:50],
        LABELS.astype(np.int32),
        np.full((SIDE, SIDE), len(REGIONS), np.uint8),
    ):
        with pytest.raises(ValueError, match="labels"):
            map_regions(predict, WHITE, labels, settings)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="finite"):
        map_regions(
            lambda pictures: np.full(len(pictures), np.nan, np.float32), WHITE, LABELS, settings
        )
    with pytest.raises(ValueError, match="by"):
        OcclusionSettings(by="triangles")  # type: ignore[arg-type]
