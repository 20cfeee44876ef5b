"""Tracks by hand: who is who over time, through gaps, changes of size and cuts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.faces.tracks import Face, FoundBox, Tracker
from dfgui.core.geometry import Box

A, B = Box(0, 0, 10, 10), Box(100, 0, 10, 10)
BLANK = np.full((60, 200, 3), 128, np.uint8)
PLACE = Box(80, 40, 60, 60)  # of the face in a picture of `scene`


def follow(tracker: Tracker, *boxes: Box, rgb: NDArray[np.uint8] = BLANK) -> list[int]:
    """The numbers of the boxes in the next frame."""
    return [face.track for face in tracker.follow(rgb, lambda _: [FoundBox(box) for box in boxes])]


def texture(seed: int, height: int, width: int, hue: tuple[int, int, int]) -> NDArray[np.float64]:
    """Random soft spots of one colour."""
    spots = np.random.default_rng(seed).uniform(-1, 1, (height // 10, width // 10))
    soft = np.kron(spots, np.ones((10, 10)))
    return np.array(hue) + 40 * soft[..., None]


def scene(wall: int, face: int, hue: tuple[int, int, int] = (170, 130, 110)) -> NDArray[np.uint8]:
    """A picture of a face at `PLACE`, before a wall; each number stands for a look of its own."""
    colours = ((60, 90, 160), (150, 150, 70), (90, 90, 90))
    rgb = texture(wall, 150, 240, colours[wall])
    x, y, w, h = PLACE
    rgb[y : y + h, x : x + w] = texture(100 + face, h, w, hue)
    return np.asarray(np.clip(rgb, 0, 255), np.uint8)


def test_two_people_keep_their_numbers() -> None:
    tracker = Tracker()
    found = tracker.follow(BLANK, lambda _: [FoundBox(A, 20.5), FoundBox(B, None)])
    assert found == [Face(A, 1, 20.5), Face(B, 2)]
    # Both move a little, and arrive in the other order.
    moved = [Box(101, 0, 10, 10), Box(1, 0, 10, 10)]
    assert follow(tracker, *moved) == [2, 1]
    # A third one comes, the first is missed.
    assert follow(tracker, Box(50, 40, 10, 10), moved[0]) == [3, 2]
    assert follow(tracker, moved[1]) == [1]


def test_the_better_overlap_wins_the_track() -> None:
    tracker = Tracker()
    follow(tracker, A)
    near, nearer = Box(4, 0, 10, 10), Box(1, 0, 10, 10)  # overlaps of 6/14 and 9/11
    assert follow(tracker, near, nearer) == [2, 1]


def test_a_box_too_far_away_is_another_person() -> None:
    tracker = Tracker()
    follow(tracker, A)
    # 5 of 15 is a third, enough; 4 of 16 is a quarter, too little.
    assert follow(tracker, Box(5, 0, 10, 10)) == [1]
    assert follow(tracker, Box(11, 0, 10, 10)) == [2]


def test_a_track_ends_once_it_was_missed_in_too_many_frames() -> None:
    tracker, expected = Tracker(most_missed=2), list[list[Box]]()

    def find(boxes: list[Box]) -> list[FoundBox]:
        expected.append(boxes)
        return []

    follow(tracker, A)
    tracker.follow(BLANK, find)
    tracker.follow(BLANK, find)
    assert follow(tracker, A) == [1]  # missed in two
    for _ in range(4):
        tracker.follow(BLANK, find)
    assert follow(tracker, A) == [2]  # missed in more than two
    assert expected == [[A], [A], [A], [A], [A], []]
    assert tracker.ended_by_cut == ()


def test_boxes_are_compared_as_shares_of_a_picture_that_changes_its_size() -> None:
    tracker, expected = Tracker(), list[list[Box]]()
    small, large = scene(0, 0), np.kron(scene(0, 0), np.ones((2, 2, 1), np.uint8))

    def find(boxes: list[Box]) -> list[FoundBox]:
        expected.append(boxes)
        return [FoundBox(Box(162, 82, 118, 118))]

    follow(tracker, PLACE, rgb=small)
    assert [face.track for face in tracker.follow(large, find)] == [1]
    assert expected == [[Box(160, 80, 120, 120)]]  # all of `PLACE` is doubled
    assert follow(tracker, PLACE, rgb=small) == [1]


def test_two_people_one_after_the_other_in_one_place_are_two_tracks() -> None:
    tracker = Tracker()
    assert follow(tracker, PLACE, rgb=scene(0, 0)) == [1]
    assert follow(tracker, PLACE, rgb=scene(0, 0)) == [1]
    assert follow(tracker, PLACE, rgb=scene(1, 1)) == [2]
    assert tracker.ended_by_cut == (1,)
    assert follow(tracker, PLACE, rgb=scene(1, 1)) == [2]
    assert tracker.ended_by_cut == ()
    # A cut back begins a third one: that the first person is back is not known.
    assert follow(tracker, PLACE, rgb=scene(0, 0)) == [3]
    assert tracker.ended_by_cut == (2,)


def test_a_track_goes_on_if_only_the_wall_behind_the_face_changes() -> None:
    tracker = Tracker()
    assert [follow(tracker, PLACE, rgb=scene(wall, 0)) for wall in (0, 1, 2)] == [[1]] * 3
    assert tracker.ended_by_cut == ()


def test_a_cut_ends_what_is_not_seen_after_it() -> None:
    tracker = Tracker()
    follow(tracker, PLACE, Box(180, 20, 40, 40), rgb=scene(0, 0))
    assert follow(tracker, rgb=scene(1, 1)) == []
    assert tracker.ended_by_cut == (1, 2)
    assert follow(tracker, PLACE, rgb=scene(1, 0)) == [3]


PALE = (130, 130, 150)


def test_a_face_that_is_exchanged_in_an_unchanged_picture_is_another() -> None:
    tracker = Tracker()
    assert follow(tracker, PLACE, rgb=scene(0, 0)) == [1]
    assert follow(tracker, PLACE, rgb=scene(0, 0, PALE)) == [2]
    assert tracker.ended_by_cut == (1,)


@pytest.mark.parametrize("holds", [(False, True), (True, False), (False, False)])
def test_the_colour_of_a_pattern_says_nothing(holds: tuple[bool, bool]) -> None:
    tracker = Tracker()
    for hue, face in zip(((170, 130, 110), PALE), holds, strict=True):
        found = [FoundBox(PLACE, 1.0, face)]
        (seen,) = tracker.follow(scene(0, 0, hue), lambda _, found=found: found)
        assert seen.track == 1
