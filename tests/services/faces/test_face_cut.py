"""The chosen face is cut and scored; another face, frame or network has another score."""

from __future__ import annotations

import math
from types import SimpleNamespace

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication

from dfgui.core.analysis_results import (
    FaceResult,
)
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings
from dfgui.core.network.package import Card
from dfgui.services.evidence.selection import BY_HAND
from tests.services.selection_case import (
    LEFT,
    RIGHT,
    Case,
    left_out,
    looked_at,
)
from tests.support.program import SCORE_RED_85, SCORE_RED_170
from tests.worker.test_handlers import score


def test_the_first_face_is_chosen_cut_and_scored(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT), (2, RIGHT)))
    assert (case.it.track, case.it.face) == (1, PlacedFace(1, LEFT, True, 0.75))
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.square == LEFT
    assert case.face_cut.score == pytest.approx(SCORE_RED_170, abs=1e-6)
    assert case.frame_cache.facts is not None
    assert case.it.view_settings(2, 0) == ViewSettings("face_crop", box=LEFT, square=LEFT)


def test_another_face_is_another_score(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT), (2, RIGHT)))
    case.it.choose_face(2)
    # At once: the old score no longer holds.
    assert (case.scores[-1], case.face_cut.cut) == (None, None)
    case.settle()
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)
    for direction, track in ((1, 1), (1, 2), (-1, 1), (-1, 2)):
        case.it.next_face(direction)
        assert case.it.track == track
    case.open_evidence.look(1, looked_at(9, (3, LEFT)))
    assert case.it.track == 2  # chosen by hand
    case.it.choose_face(7)
    case.settle()
    assert case.cuts[-1] == (None, "No face is chosen in this frame.")


def test_a_box_by_hand_is_scored_in_its_frame_alone(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.go_to(4)
    case.it.set_box(RIGHT)
    assert (case.it.track, case.it.face) == (BY_HAND, PlacedFace(BY_HAND, RIGHT))
    case.settle()
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)
    case.go_to(5)
    assert (case.it.face, case.face_cut.cut, case.face_cut.score) == (None, None, None)
    case.go_to(4)
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)


def test_a_box_that_cannot_be_cut_is_a_sentence(case: Case, clip: str) -> None:
    case.open(clip)
    case.it.set_box(Box(500, 500, 40, 40))
    case.settle()
    assert case.cuts[-1] == (None, "The box lies outside the frame; draw it over the face.")


def test_after_fast_seeking_all_is_of_the_last_frame(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, Box(0, 0, 16, 16))), looked_at(50, (1, Box(100, 0, 16, 16))))
    before = len(case.cuts)
    for index in (*range(1, 50), *range(48, 29, -1)):
        case.frame_cache.go_to(index)
        QCoreApplication.processEvents()
    case.settle()
    assert case.it.faces == (PlacedFace(1, Box(60, 0, 16, 16), found=False),)
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.square == Box(60, 0, 16, 16)
    assert all(
        cut is None or cut.square.x == 60 or cut.square.x % 2 == 0 for cut, _ in case.cuts[before:]
    )
    # Columns 60 to 63 are 170, the other 12 are 85.
    assert case.face_cut.score == pytest.approx(
        1 / (1 + math.exp(-((4 * 170 + 12 * 85) / 16 - 128) / 16)), abs=5e-3
    )


def test_another_network_cuts_and_scores_anew(case: Case, clip: str, card: Card) -> None:
    case.open(clip, looked_at(0, (1, Box(32, 0, 64, 64))))
    assert case.face_cut.score == pytest.approx(score(127.5), abs=1e-6)
    case.it.use_card(
        msgspec.structs.replace(card, crop=msgspec.structs.replace(card.crop, haar_factor=0.5))
    )
    assert (case.face_cut.cut, case.face_cut.score) == (None, None)
    case.settle()
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.square == Box(48, 16, 32, 32)


def test_the_finder_says_how_large_the_cut_of_its_boxes_is(
    case: Case, clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SimpleNamespace(cut_factor=lambda _rule: 0.5)
    monkeypatch.setattr("dfgui.services.evidence.selection.finder", lambda _name: small)
    case.settings = case.settings.with_value("views", ("original", "original", "face_crop"))
    case.open(clip, looked_at(0, (1, Box(32, 0, 64, 64))))
    # By hand: the square of half the side around the same centre.
    half = Box(48, 16, 32, 32)
    assert case.face_cut.cut is not None
    assert (case.face_cut.cut.square, case.it.view_settings(2, 0).square) == (half, half)


def test_a_box_by_hand_without_a_face_is_scored_and_says_so(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.holds_face is None  # a box from detection was checked on detection
    case.it.set_box(RIGHT)
    case.settle()
    cut, _ = case.cuts[-1]
    assert cut is not None
    assert (cut.holds_face, case.face_cut.score) == (False, pytest.approx(SCORE_RED_85, abs=1e-6))


def test_a_box_without_a_face_is_shown_and_not_scored(case: Case, clip: str) -> None:
    case.open(clip, left_out(0, (1, LEFT), faces=(FaceResult(2, RIGHT, 0.75),)))
    assert case.it.faces == (PlacedFace(2, RIGHT, True, 0.75), PlacedFace(1, LEFT, excluded=True))
    assert case.it.track == 2  # not what opens first
    case.it.choose_face(1)
    case.settle()
    assert case.face_cut.cut is not None
    assert (case.face_cut.cut.square, case.face_cut.score) == (LEFT, None)
    case.maps.make()
    case.hidden.hide(Box(0, 0, 16, 16))
    case.settle()
    assert (case.maps.heat, case.hidden.region) == (None, None)
    assert (
        case.refused
        == [
            "This box holds no face, so it is not scored; draw a box by hand (D) to score it all"
            " the same."
        ]
        * 2
    )
