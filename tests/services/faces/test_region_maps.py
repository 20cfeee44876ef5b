"""A heat map by regions in the window's services: it is whole, or a sentence says why not."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from dfgui.core.analysis_results import FaceResult, FrameResult
from dfgui.core.geometry import Box
from dfgui.services.app_settings import AppSettings
from tests.services.selection_case import PORTRAIT, Case

FACE = Box(219, 72, 141, 141)
WALL = Box(0, 0, 60, 60)
SINGLE = 11


@pytest.fixture
def case(case: Case) -> Case:
    case.settings = AppSettings(by="regions")
    return case


def looked_at(*boxes: Box) -> FrameResult:
    return FrameResult(
        0, 0.0, "I", tuple(FaceResult(track, box, 0.75) for track, box in enumerate(boxes, 1))
    )


def test_a_map_by_regions_comes_with_its_table(case: Case) -> None:
    case.open(PORTRAIT, looked_at(FACE))
    case.maps.make()
    assert case.maps.is_mapping
    case.settle()
    assert not case.maps.is_mapping
    heat = case.maps.heat
    assert heat is not None
    assert (heat.settings.by, heat.map.complete, heat.map.faithfulness) == ("regions", True, None)
    assert len(heat.map.regions) == SINGLE + 3
    size = case.it.card.input_size
    assert sum(one.pixels for one in heat.map.regions[:SINGLE]) == size * size
    drops = np.array([one.drop for one in heat.map.regions[:SINGLE]], np.float32)
    assert set(heat.map.values.numpy().ravel().tolist()) == set(drops.tolist())
    assert case.refused == []


def test_where_no_landmarks_are_a_sentence_says_so_and_nothing_is_left(case: Case) -> None:
    case.open(PORTRAIT, looked_at(WALL, FACE))
    case.it.choose_face(1)
    case.settle()
    case.maps.make()
    case.settle()
    assert case.maps.heat is None
    assert not case.maps.is_mapping
    assert len(case.refused) == 1
    assert "No landmarks of a face were found in this box" in case.refused[0]
    case.it.choose_face(2)
    case.settle()
    case.maps.make()
    case.settle()
    assert case.maps.heat is not None


def test_from_squares_to_regions_and_back(case: Case) -> None:
    case.settings = AppSettings(patch=16, stride=16)
    case.open(PORTRAIT, looked_at(FACE))
    case.maps.make()
    case.settle()
    assert case.maps.heat is not None
    assert case.maps.heat.map.regions == ()
    for by, rows in (("regions", SINGLE + 3), ("squares", 0)):
        case.settings = msgspec.structs.replace(case.settings, by=by)
        case.maps.settings_changed()
        case.settle()
        assert case.maps.heat is not None
        assert len(case.maps.heat.map.regions) == rows


def test_a_map_that_is_called_off_stays_away(case: Case) -> None:
    case.open(PORTRAIT, looked_at(FACE))
    case.maps.make()
    heard = len(case.heats)
    case.maps.clear()
    assert not case.maps.is_mapping
    # None tells the window to stop showing that a map is in progress.
    assert case.heats[heard:] == [None]
    case.settle()
    assert case.maps.heat is None
    case.maps.make()
    case.it.choose_face(None)
    case.settle()
    assert case.maps.heat is None
    assert not case.maps.is_mapping
