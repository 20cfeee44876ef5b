"""A heat map is of one face, frame and choice of settings, or a sentence says why not."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings
from dfgui.core.network.package import Card
from dfgui.services.app_settings import AppSettings
from dfgui.services.faces.heat_maps import occlusion_settings
from tests.services.selection_case import (
    LEFT,
    RIGHT,
    WAIT_MS,
    Case,
    case_of_its_own,
    looked_at,
)
from tests.support.packages import make_package
from tests.worker.test_handlers import BF16, score


def test_a_map_grows_and_goes_when_the_frame_is_left(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.maps.make()
    case.settle()
    heat = case.maps.heat
    assert heat is not None
    assert (heat.square, heat.index, heat.map.complete, heat.settings) == (
        LEFT,
        0,
        True,
        occlusion_settings(case.settings),
    )
    assert heat.map.values.numpy() == pytest.approx(score(170) - score(170 * 0.75), abs=BF16)
    assert len(case.heats) >= 2
    case.go_to(1)
    assert case.heats[-1] is None
    assert case.maps.heat is None


def test_a_map_is_made_for_the_frame_it_was_asked_for_or_for_none(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.it.set_box(RIGHT)
    case.maps.make()  # before the box is cut
    case.settle()
    assert case.maps.heat is not None
    assert case.maps.heat.square == RIGHT
    case.it.choose_face(1)
    case.settle()
    case.frame_cache.go_to(5)
    case.maps.make()  # before the frame is there
    case.settle()
    assert case.maps.heat is not None
    assert (case.maps.heat.index, case.maps.heat.square) == (5, LEFT)
    case.frame_cache.go_to(6)
    case.maps.make()
    case.frame_cache.go_to(7)  # before the map is made
    case.settle()
    case.go_to(6)
    assert not case.heats[-1]


def test_without_a_face_there_is_no_map_and_no_region(case: Case, clip: str) -> None:
    case.open(clip)
    case.maps.make()
    case.hidden.hide(LEFT)
    case.hidden.follow()
    assert len(case.refused) == 3
    assert all(sentence.endswith(".") for sentence in case.refused)
    assert (
        case.maps.no_map == "No face is chosen in this frame; click one, or draw a box by hand (D)."
    )
    case.maps.clear()
    assert case.maps.no_map == ""


def test_a_map_that_fails_says_why_and_what_was_there_of_it_goes(
    qtbot: QtBot, card: Card, clip: str, tmp_path: Path
) -> None:
    """The network gives no number for 127.5, the mean red with a quarter hidden.

    The left half has 170 for red, and 127.5 - 128 has no root.
    """
    with case_of_its_own(qtbot, make_package(tmp_path / "root", red="root"), card) as case:
        case.open(clip, looked_at(0, (1, LEFT)))
        case.maps.make()
        case.settle()
        sentence = (
            "The network of the model package root gave no number for a face; choose another"
            " package."
        )
        assert (case.refused, case.maps.no_map, case.maps.heat, case.it.face) == (
            [sentence],
            sentence,
            None,
            PlacedFace(1, LEFT, True, 0.75),
        )
        # 170 x 1023 / 1024 = 169.8 and, in blocks of a fourth, 127.5 again.
        case.settings = AppSettings(patch=1, stride=1)
        case.maps.make()
        assert case.maps.no_map == ""
        case.settle()
        assert case.refused == [sentence] * 2
        case.go_to(1)
        assert case.maps.no_map == ""  # it was about the frame before


def test_a_map_whose_worker_is_killed_leaves_no_half_of_one(
    qtbot: QtBot, card: Card, clip: str, package: Path
) -> None:
    with case_of_its_own(qtbot, package, card) as case:
        case.settings = AppSettings(patch=2, stride=1)
        case.open(clip, looked_at(0, (1, LEFT)))
        pid = case.face_queries._client.pid
        assert pid is not None
        case.maps.make()
        case.qtbot.waitUntil(lambda: case.maps.heat is not None, timeout=WAIT_MS)
        os.kill(pid, signal.SIGKILL)
        case.settle()
        assert case.maps.heat is None
        assert (
            case.maps.no_map
            == case.refused[-1]
            == "The analysis of this file stopped: its process ended unexpectedly."
        )


def test_a_map_of_a_face_that_cannot_be_cut_says_why(case: Case, clip: str) -> None:
    case.open(clip)
    case.it.set_box(Box(500, 500, 40, 40))
    case.maps.make()  # before the box is cut
    case.settle()
    outside = "The box lies outside the frame; draw it over the face."
    assert (case.refused, case.maps.no_map) == ([outside], outside)
    case.maps.make()  # after the cut has failed
    case.settle()
    assert (case.refused, case.maps.no_map) == ([outside] * 2, outside)
    case.it.set_box(LEFT)
    assert case.maps.no_map == ""
    case.maps.make()
    case.settle()
    assert case.maps.heat is not None
    assert len(case.refused) == 2


def test_a_map_that_is_cleared_stays_away(case: Case, clip: str) -> None:
    case.settings = AppSettings(patch=2, stride=1)
    case.open(clip, looked_at(0, (1, LEFT)))
    case.maps.make()
    case.qtbot.waitUntil(lambda: case.maps.heat is not None, timeout=WAIT_MS)
    case.maps.clear()
    assert case.maps.heat is None
    case.settle()
    assert case.maps.heat is None


def test_other_settings_make_another_map(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.maps.make()
    case.settle()
    case.settings = msgspec.structs.replace(
        case.settings, mode="printed", ela=ElaSettings(scale=5.0)
    )
    case.maps.settings_changed()
    case.settle()
    assert case.maps.heat is not None
    assert case.maps.heat.settings.mode == "printed"
    assert case.maps.heat.map.values.numpy() == pytest.approx(
        255 * score(170 * 0.75), abs=255 * BF16
    )
    assert case.it.view_settings(1, 0).ela.scale == 5.0


def test_a_map_that_nobody_completes_says_so(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.maps.make()
    case.settle()
    assert case.maps.heat is not None
    assert (case.maps.heat.map.complete, case.maps.heat.stopped) == (True, False)
    part = msgspec.structs.replace(
        case.maps.heat.map, complete=False, evaluated=1, faithfulness=None
    )
    case.face_queries.mapped.emit(part)
    assert not case.maps.heat.stopped
    case.face_queries.finished.emit("map")  # called off
    assert (case.maps.heat.stopped, case.maps.heat.map.evaluated) == (True, 1)
    # A map with other settings does not stand for one that was called off at once.
    case.settings = msgspec.structs.replace(case.settings, mode="printed")
    case.maps.settings_changed()
    case.face_queries.cancel("map")
    assert case.maps.heat is None
