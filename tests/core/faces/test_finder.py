"""The finders by name, and what a scan does with the boxes of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.analysis.scan import find_faces
from dfgui.core.faces.finder import FINDERS, Finder, FinderName, finder
from dfgui.core.faces.tracks import Face, Tracker
from dfgui.core.geometry import Box
from dfgui.core.media.media_files import Frame
from dfgui.core.network.package import CropRule

RULE = CropRule(haar_factor=0.8, whole_factor=1.0)
BLANK = np.zeros((60, 80, 3), np.uint8)


class Wanderer:
    """A finder whose one box moves two pixels to the right with each frame."""

    def __init__(self, *, searches: bool) -> None:
        self.searches = searches
        self.expected: list[tuple[Box, ...]] = []

    def find(self, _rgb: NDArray[np.uint8], *, expected: Sequence[Box] = ()) -> list[Box]:
        self.expected.append(tuple(expected))
        return [Box(2 * len(self.expected), 0, 20, 20)]

    def cut_factor(self, rule: CropRule) -> float:
        return rule.haar_factor


def _frame(index: int) -> Frame:
    return Frame(index=index, pts_s=index / 25, type="I", damaged=False, rgb=BLANK)


def test_every_name_has_a_finder_with_words_of_its_own() -> None:
    assert tuple(FINDERS) == get_args(FinderName)
    assert len({entry.words for entry in FINDERS.values()}) == len(FINDERS)


@pytest.mark.parametrize("name", FINDERS)
def test_a_finder_is_made_once_and_finds_boxes(name: FinderName) -> None:
    made: Finder = finder(name)
    assert finder(name) is made
    assert made.cut_factor(RULE) > 0
    boxes = made.find(BLANK)
    assert boxes == sorted(boxes)
    assert made.find(BLANK, expected=[Box(10, 10, 30, 30)]) == boxes


def test_the_card_says_how_the_boxes_of_each_are_cut() -> None:
    assert finder("haar").cut_factor(RULE) == 0.8
    assert finder("whole").cut_factor(RULE) == 1.0


def test_the_whole_picture_is_one_face() -> None:
    assert finder("whole").find(BLANK) == [Box(0, 0, 80, 60)]


def test_boxes_of_a_search_are_followed() -> None:
    own, tracker = Wanderer(searches=True), Tracker()
    found = [find_faces(_frame(index), tracker, own, None) for index in range(2)]
    assert found == [[Face(Box(2, 0, 20, 20), 1)], [Face(Box(4, 0, 20, 20), 1)]]
    assert own.expected == [(), (Box(2, 0, 20, 20),)]


def test_boxes_that_are_given_are_not_followed() -> None:
    own = Wanderer(searches=False)
    assert find_faces(_frame(0), Tracker(), own, None) == [Face(Box(2, 0, 20, 20), 1)]
    assert own.expected == [()]
