"""One file, one frame, one face: results hold for these alone, and go away with them."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QObject, Signal
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import (
    ExcludedBox,
    ExcludedTrack,
    FaceResult,
    FileResult,
    FrameResult,
    OcclusionSettings,
    TrackResult,
)
from dfgui.core.display.contents import CONTENTS, Content
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.faces.haar import detect
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings, ViewSettings
from dfgui.core.media.video import open_media
from dfgui.core.network.package import Card, load_package
from dfgui.resources import resource
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.evidence.open_evidence import Item, OpenEvidence
from dfgui.services.evidence.selection import BY_HAND, Selection
from dfgui.services.faces.face_cut import FaceCut
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.services.faces.heat_maps import HeatMap, HeatMaps, occlusion_settings
from dfgui.services.faces.hidden_region import HiddenRegion, Region
from dfgui.worker.messages import Follow, Hide, Request, WasCut
from tests.e2e.hands import wait_up
from tests.support.clips import make_clip
from tests.support.packages import make_package
from tests.support.program import SCORE_RED_85, SCORE_RED_170, Y_RED_85, Y_RED_170
from tests.support.streams import LARGE, SMALL, two_streams
from tests.worker.test_handlers import BF16, LEFT_170, score

WAIT_MS = 60_000
LEFT, RIGHT = Box(0, 0, 64, 64), Box(64, 0, 64, 64)
assert (LEFT_170[0, 0], LEFT_170[0, -1]) == (Y_RED_170, Y_RED_85)
PORTRAIT = str(resource("demo", "portrait.mp4"))


class FakeSession(QObject):
    """Files with scans that the test controls."""

    frames_scanned = Signal(int)
    changed = Signal(int)
    removed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[int, Item] = {}

    def item(self, number: int) -> Item | None:
        return self._items.get(number)

    def put(self, item: Item) -> None:
        self._items[item.id] = item
        self.changed.emit(item.id)

    def look(self, number: int, *frames: FrameResult) -> None:
        item = self._items[number]
        self._items[number] = Item(number, item.path, "analysing", frames=(*item.frames, *frames))
        self.frames_scanned.emit(number)

    def read_stream(self, number: int, stream: int) -> None:
        self._items[number] = Item(number, self._items[number].path, stream=stream)

    def remove(self, number: int) -> None:
        del self._items[number]
        self.removed.emit(number)


class Workers:
    """The frame cache and the face queries that all tests share."""

    def __init__(self, model: Path) -> None:
        self.selection: Selection | None = None
        self.frame_cache = FrameCache(self._settings_of)
        self.face_queries = FaceQueries(str(model))

    def _settings_of(self, view: int, index: int) -> ViewSettings:
        return (
            ViewSettings() if self.selection is None else self.selection.view_settings(view, index)
        )

    def close(self) -> None:
        for service in (self.frame_cache, self.face_queries):
            service.close()
            service.deleteLater()


class Case:
    """Records the messages of a `Selection` and of what is asked about its face."""

    def __init__(self, qtbot: QtBot, workers: Workers, card: Card) -> None:
        self.qtbot = qtbot
        self.open_evidence, self.frame_cache, self.face_queries = (
            FakeSession(),
            workers.frame_cache,
            workers.face_queries,
        )
        self.settings = AppSettings(patch=16, stride=16)
        self.it = Selection(
            cast(OpenEvidence, self.open_evidence), self.frame_cache, card, lambda: self.settings
        )
        self.face_cut = FaceCut(self.it, self.frame_cache, self.face_queries, self.it)
        self.maps = HeatMaps(
            self.it,
            self.face_cut,
            self.frame_cache,
            self.face_queries,
            lambda: self.settings,
            self.it,
        )
        self.hidden = HiddenRegion(
            self.it, self.face_cut, self.face_queries, lambda: self.settings, self.it
        )
        workers.selection = self.it
        self.cuts: list[tuple[WasCut | None, str]] = []
        self.scores: list[float | None] = []
        self.heats: list[HeatMap | None] = []
        self.regions: list[Region | None] = []
        self.curves: list[tuple[tuple[int, float], ...]] = []
        self.faces: list[tuple[tuple[PlacedFace, ...], int | None]] = []
        self.refused: list[str] = []
        self.asked: list[Request] = []
        self.face_cut.cut_changed.connect(lambda cut, sentence: self.cuts.append((cut, sentence)))
        self.face_cut.score_changed.connect(self.scores.append)
        self.maps.changed.connect(self.heats.append)
        self.hidden.changed.connect(self.regions.append)
        self.hidden.curve_changed.connect(self.curves.append)
        self.it.faces_changed.connect(lambda faces, track: self.faces.append((faces, track)))
        for part in (self.face_cut, self.maps, self.hidden):
            part.refused.connect(self.refused.append)

    def open(
        self, path: str, *frames: FrameResult, number: int = 1, result: FileResult | None = None
    ) -> None:
        self.open_evidence.put(Item(number, path, "done", frames=frames, result=result))
        self.it.choose(number)
        self.qtbot.waitUntil(
            lambda: self.frame_cache.facts is not None and self.frame_cache.facts.path == path,
            timeout=WAIT_MS,
        )
        self.settle()

    def go_to(self, index: int) -> None:
        self.frame_cache.go_to(index)
        self.settle()

    def settle(self) -> None:
        """Wait until no request is open."""
        self.qtbot.waitUntil(self._is_quiet, timeout=WAIT_MS)

    def _is_quiet(self) -> bool:
        return not (self.frame_cache.busy or self.face_queries.busy or self.it.is_settling)


@pytest.fixture(scope="module")
def workers(qapp: object, package: Path) -> Iterator[Workers]:
    workers = Workers(package)
    try:
        wait_up(
            workers.frame_cache._client, workers.frame_cache._reader, workers.face_queries._client
        )
        yield workers
    finally:
        workers.close()


@pytest.fixture(scope="module")
def card(package: Path) -> Card:
    return load_package(package).card


@pytest.fixture
def case(qtbot: QtBot, workers: Workers, card: Card) -> Iterator[Case]:
    case = Case(qtbot, workers, card)
    yield case
    case.it.choose(None)
    case.settle()
    workers.selection = None
    case.it.deleteLater()
    case.open_evidence.deleteLater()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Sixty frames, red 170 on the left and 85 on the right."""
    path = tmp_path_factory.mktemp("clips") / "halves.mkv"
    return str(
        make_clip(path, codec="ffv1", frames=60, size=(128, 64), picture=LEFT_170, colour=(5, 1))
    )


def looked_at(index: int, *faces: tuple[int, Box]) -> FrameResult:
    return FrameResult(
        index, None, "I", tuple(FaceResult(track, box, 0.75) for track, box in faces)
    )


def test_the_first_face_is_chosen_cut_and_scored(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT), (2, RIGHT)))
    assert (case.it.track, case.it.face) == (1, PlacedFace(1, LEFT, True, 0.75))
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.square == LEFT
    assert case.face_cut.score == pytest.approx(SCORE_RED_170, abs=1e-6)
    assert case.frame_cache.facts is not None
    assert case.it.view_settings(2, 0) == ViewSettings("face_crop", box=LEFT, square=LEFT)


@pytest.mark.parametrize("content", CONTENTS)
def test_a_view_asks_for_what_its_content_needs(case: Case, clip: str, content: Content) -> None:
    case.settings = AppSettings(
        views=("original", "original", content),
        ela=ElaSettings(70, 5),
        ela_channel="red",
        noise_scale=8,
        face_margin=0.5,
    )
    case.open(clip, looked_at(0, (1, LEFT)))
    expected = {
        "original": ViewSettings(),
        "error_levels": ViewSettings("error_levels", ela=ElaSettings(70, 5), ela_channel="red"),
        "face_crop": ViewSettings("face_crop", box=LEFT, square=LEFT),
        "face_only": ViewSettings("face_only", box=LEFT, square=LEFT, margin=0.5),
        "noise": ViewSettings("noise", noise_scale=8),
    }
    assert case.it.view_settings(2, 0) == expected[content]


def test_the_track_that_decided_is_chosen_when_the_result_is_there(case: Case, clip: str) -> None:
    """A track with too few faces for a verdict may score higher, and is often not a face."""
    tracks = (
        TrackResult(1, 0.2, -0.6, 9),
        TrackResult(2, 0.9, 0.95, 9),
        TrackResult(3, 0.95, 1.28, 1),
    )
    result = FileResult(
        clip, None, "scored", None, 0.9, 0.954, "supports_fake", "weak", tracks=tracks
    )
    case.open(clip, looked_at(0, (1, LEFT), (2, RIGHT)), result=result)
    assert case.it.track == 2
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)


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


def test_between_two_frames_a_face_is_where_it_should_be(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, Box(0, 0, 32, 32))), looked_at(20, (1, Box(40, 20, 32, 32))))
    case.go_to(10)
    assert case.it.faces == (PlacedFace(1, Box(20, 10, 32, 32), found=False),)
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.square == Box(20, 10, 32, 32)


def test_a_frame_that_stays_is_searched_and_a_scan_of_it_counts_more(case: Case) -> None:
    with open_media(Path(PORTRAIT)) as video:
        first, middle, last = (video.frame(index).rgb for index in (0, 10, 20))
    (before,), (after,) = detect(first), detect(last)
    case.open(PORTRAIT, looked_at(0, (5, before)), looked_at(20, (5, after)))
    case.go_to(10)
    between = Box(*(round((a + b) / 2) for a, b in zip(before, after, strict=True)))
    (found,) = detect(middle, expected=[between])
    assert case.faces[-1][0] == (PlacedFace(5, found, found=True),)
    case.open_evidence.put(
        Item(1, PORTRAIT, frames=tuple(looked_at(index, (5, before)) for index in (0, 10, 20)))
    )
    assert case.faces[-1][0] == (PlacedFace(5, before, True, 0.75),)
    case.open_evidence.put(Item(1, PORTRAIT))  # a new scan begins
    assert not case.it.faces
    case.open_evidence.look(1, looked_at(0, (1, before)), looked_at(20, (1, before)))
    assert case.it.faces == (PlacedFace(1, before, found=False),)


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


@contextmanager
def case_of_its_own(qtbot: QtBot, model: Path, card: Card) -> Iterator[Case]:
    """A case with its own workers."""
    workers = Workers(model)
    case = Case(qtbot, workers, card)
    try:
        wait_up(
            workers.frame_cache._client, workers.frame_cache._reader, workers.face_queries._client
        )
        yield case
        case.it.choose(None)
        case.settle()
    finally:
        workers.close()
        case.it.deleteLater()
        case.open_evidence.deleteLater()


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


def test_hiding_a_region_by_hand(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.hidden.hide(Box(32, 0, 32, 64))
    assert case.hidden.region == Region(Box(32, 0, 32, 64), OcclusionSettings(16, 16))
    case.settle()
    region = case.hidden.region
    assert region is not None
    assert region.base is not None
    assert region.drop is not None
    assert [region.base, region.drop] == pytest.approx(
        [score(170), score(170) - score(85)], abs=BF16
    )
    case.hidden.hide(Box(100, 0, 20, 20))
    assert case.refused == ["The region lies outside the face; draw it inside the cut."]
    assert case.hidden.region == region
    case.go_to(2)
    assert case.regions[-1] is None


def test_a_region_is_hidden_again_when_its_fill_changes(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(2, (1, LEFT)))
    case.hidden.hide(Box(32, 0, 32, 64))
    case.settle()
    case.hidden.follow()
    case.settle()
    assert case.hidden.followed == Region(Box(32, 0, 32, 64), OcclusionSettings(16, 16))
    assert len(case.hidden.curve) == 2
    # The mean of a face that is 170 everywhere changes nothing.
    case.settings = msgspec.structs.replace(case.settings, fill="mean")
    case.hidden.settings_changed()
    case.settle()
    region = case.hidden.region
    assert region is not None
    assert (region.settings.fill, region.drop) == ("mean", pytest.approx(0, abs=BF16))
    assert (case.hidden.followed, case.hidden.curve) == (None, ())
    assert case.refused[-1].startswith("The curve of the hidden region is gone")


def strip(width: int) -> Box:
    """The left `width` of the 64 columns of the face, which has 170 for red everywhere."""
    return Box(0, 0, width, 64)


def test_a_region_is_asked_about_while_it_is_drawn_and_the_newest_wins(
    case: Case, clip: str
) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    asked: list[Request] = []
    case.face_queries._client.asked.connect(asked.append)
    for width in range(4, 52, 4):
        case.hidden.draw(strip(width))  # all before the first answer
    case.qtbot.waitUntil(lambda: len(asked) == 2, timeout=WAIT_MS)
    case.settle()
    # Only the first and the newest are sent, not the ten between. The network sees half of the
    # columns.
    assert [request.region for request in asked if isinstance(request, Hide)] == [
        Box(0, 0, 2, 32),
        Box(0, 0, 24, 32),
    ]
    known = [region for region in case.regions if region is not None and region.drop is not None]
    assert [region.box for region in known] == [strip(4), strip(48)]
    lowered = [score(170) - score(170 * share / 64) for share in (60, 16)]
    assert [region.drop for region in known] == pytest.approx(lowered, abs=BF16)
    case.hidden.hide(strip(48))  # released where the last request was made
    case.settle()
    assert (len(asked), case.hidden.region) == (2, known[-1])
    case.hidden.hide(strip(32))
    assert len(asked) == 3


def test_what_is_drawn_replaces_what_was_asked_on_the_way(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.hidden.draw(strip(4))
    case.hidden.draw(strip(8))
    case.hidden.hide(strip(32))
    case.settle()
    known = [region for region in case.regions if region is not None and region.drop is not None]
    assert [region.box for region in known] == [strip(32)]
    assert case.hidden.region == known[0]
    assert known[0].drop == pytest.approx(score(170) - score(85), abs=BF16)


def test_a_drawing_that_is_given_up_leaves_the_region_before(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.hidden.draw(strip(16))
    case.hidden.give_up_drawing()
    case.settle()
    assert case.regions[-1] is None
    case.hidden.hide(strip(32))
    case.hidden.draw(strip(8))  # before the answer to the other came
    case.hidden.give_up_drawing()
    case.settle()
    region = case.hidden.region
    assert region is not None
    assert (region.box, region.drop) == (strip(32), pytest.approx(score(170) - score(85), abs=BF16))
    case.hidden.draw(strip(8))
    case.hidden.draw(Box(200, 0, 8, 8))  # outside the face: no message on the way
    assert case.refused == []
    case.hidden.hide(Box(200, 0, 8, 8))
    assert len(case.refused) == 1
    assert case.hidden.region == region


def test_a_region_along_its_track_by_hand(case: Case, clip: str) -> None:
    frames = [
        looked_at(index, (1, LEFT if index < 20 else RIGHT), (2, RIGHT)) for index in (0, 10, 20)
    ]
    case.open(clip, *frames, looked_at(30, (2, RIGHT)))
    case.hidden.hide(Box(-20, 0, 52, 80))  # reaches over the face: its left half is hidden
    case.hidden.follow()
    case.settle()
    drops = [score(170) - score(85), score(170) - score(85), score(85) - score(42.5)]
    assert [index for index, _ in case.hidden.curve] == [0, 10, 20]
    assert [drop for _, drop in case.hidden.curve] == pytest.approx(drops, abs=BF16)
    case.go_to(3)
    assert len(case.hidden.curve) == 3  # it is the track's and not the frame's
    case.hidden.clear()
    assert case.curves[-1] == ()


@pytest.mark.parametrize(
    "how", ["another face", "a box by hand", "another file", "another network"]
)
def test_a_curve_on_its_way_does_not_come_into_the_next(
    how: str, case: Case, clip: str, card: Card
) -> None:
    case.settings = AppSettings(patch=16, stride=16, fill="blur")
    case.open(clip, *(looked_at(index, (1, LEFT), (2, RIGHT)) for index in range(60)))
    case.open_evidence.put(Item(2, PORTRAIT))
    case.hidden.hide(Box(0, 0, 32, 64))
    changes = {
        "another face": lambda: case.it.choose_face(2),
        "a box by hand": lambda: case.it.set_box(RIGHT),
        "another file": lambda: case.it.choose(2),
        "another network": lambda: case.it.use_card(card),
    }
    done: list[bool] = []

    def change(curve: tuple[tuple[int, float], ...]) -> None:
        """Act at the second point, since a fast worker soon sends them all."""
        if len(curve) == 2 and not done:
            done.append(case.face_queries.is_busy("follow"))
            changes[how]()
            done.append(case.hidden.curve == () and not case.face_queries.is_busy("follow"))

    case.hidden.curve_changed.connect(change)
    case.hidden.follow()
    case.qtbot.waitUntil(lambda: len(done) == 2, timeout=WAIT_MS)
    assert done == [True, True]
    case.settle()
    assert (case.hidden.curve, case.curves[-1]) == ((), ())


def test_a_scan_that_goes_on_elsewhere_disturbs_nothing(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.go_to(30)
    case.it.set_box(RIGHT)
    case.maps.make()
    case.settle()
    case.hidden.hide(Box(64, 0, 32, 64))
    case.settle()
    heat, region, cut, count = case.maps.heat, case.hidden.region, case.face_cut.cut, len(case.cuts)
    assert heat is not None
    assert region is not None
    case.open_evidence.look(1, looked_at(10, (1, Box(8, 0, 32, 32))))
    case.open_evidence.look(1, looked_at(20, (1, Box(16, 0, 32, 32)), (2, RIGHT)))
    assert case.faces[-1] == (
        (
            PlacedFace(1, Box(16, 0, 32, 32), found=False),
            PlacedFace(2, RIGHT, found=False),
            PlacedFace(BY_HAND, RIGHT),
        ),
        BY_HAND,
    )
    case.settle()
    assert (case.maps.heat, case.hidden.region, case.face_cut.cut, len(case.cuts)) == (
        heat,
        region,
        cut,
        count,
    )
    assert case.scores[-1] == pytest.approx(SCORE_RED_85, abs=1e-6)


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


def test_there_and_back_before_the_picture_came_changes_nothing(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(50, (1, RIGHT)))
    case.frame_cache.go_to(50)
    # The scan moves on while frame 0 is still on screen.
    case.open_evidence.look(1, looked_at(55, (1, RIGHT)))
    case.frame_cache.go_to(0)
    case.settle()
    assert case.it.face == PlacedFace(1, LEFT, True, 0.75)
    assert case.face_cut.score == pytest.approx(SCORE_RED_170, abs=1e-6)


def test_a_first_view_that_cannot_be_shown_does_not_keep_the_faces_of_the_frame_before(
    case: Case, clip: str
) -> None:
    case.settings = AppSettings(views=("face_crop", "original", "noise"))
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(1), looked_at(2, (1, RIGHT)))
    case.go_to(1)
    assert (case.it.faces, case.face_cut.cut) == ((), None)
    case.go_to(2)
    assert case.it.face == PlacedFace(1, RIGHT, True, 0.75)
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)


def test_another_file_takes_nothing_along(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.it.set_box(LEFT)
    case.maps.make()
    case.hidden.hide(LEFT)
    case.settle()
    case.open(PORTRAIT, number=2)
    assert (case.maps.heat, case.hidden.region) == (None, None)
    # The face of the portrait, which no scan has numbered yet, can be looked at.
    (face,) = case.it.faces
    assert (case.it.face, face.number, face.track) == (face, None, -1)
    assert case.face_cut.score is not None
    case.open(clip, looked_at(0, (1, RIGHT)), number=3)
    assert case.it.face == PlacedFace(
        1, RIGHT, True, 0.75
    )  # the box by hand belongs to the other file


@pytest.mark.parametrize("picked", [False, True])
def test_a_face_without_a_number_gets_the_one_of_its_scan(case: Case, picked: bool) -> None:
    case.open(PORTRAIT, number=2)
    (face,) = case.it.faces
    if picked:
        case.it.choose_face(face.track)
    case.open_evidence.changed.emit(2)  # the scan has begun, and has found nothing
    assert case.it.face == face
    elsewhere = Box(0, 0, 20, 20)
    case.open_evidence.look(2, looked_at(0, (1, elsewhere), (4, face.box)))
    # What a person chose stays chosen; else it is the first of the scan.
    assert case.it.track == (4 if picked else 1)
    assert {one.track for one in case.it.faces} == {1, 4}


def test_a_removed_file_is_closed(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.open_evidence.remove(1)
    assert (case.it.item, case.it.faces, case.frame_cache.facts) == (None, (), None)
    case.open_evidence.put(Item(4, clip))
    case.it.choose(4)
    case.open_evidence.remove(4)  # while it opens
    case.settle()
    assert case.frame_cache.facts is None


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


def test_a_track_is_followed_only_where_it_was_found(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(9, (2, LEFT)), looked_at(12, (1, RIGHT)))
    case.hidden.hide(Box(0, 32, 64, 32))
    asked: list[Request] = []
    case.face_queries._client.asked.connect(asked.append)
    case.hidden.follow()
    case.settle()
    (follow,) = (request for request in asked if isinstance(request, Follow))
    assert (follow.faces, follow.region) == (((0, LEFT), (12, RIGHT)), (0.0, 0.5, 1.0, 0.5))


def left_out(
    index: int, *boxes: tuple[int, Box], faces: tuple[FaceResult, ...] = ()
) -> FrameResult:
    return FrameResult(
        index, None, "I", faces, tuple(ExcludedBox(track, box, -5.0) for track, box in boxes)
    )


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


def test_without_any_face_nothing_is_chosen(case: Case, clip: str) -> None:
    tracks = (ExcludedTrack(1, 1, 0, "No face."),)
    case.open(
        clip,
        left_out(0, (1, LEFT)),
        result=FileResult(clip, None, "not_scored", "None.", excluded_tracks=tracks),
    )
    assert (case.it.track, case.it.face, case.face_cut.score) == (None, None, None)


def test_a_track_that_was_left_out_holds_no_face_in_any_frame(case: Case) -> None:
    # Detection finds the face of the portrait in frame 10, and it passes; the made-up scan left
    # its track out.
    with open_media(Path(PORTRAIT)) as video:
        (box,) = detect(video.frame(10).rgb)
    frames = (left_out(0, (5, box)), left_out(20, (5, box)))
    result = FileResult(
        PORTRAIT,
        None,
        "not_scored",
        "None.",
        excluded_tracks=(ExcludedTrack(5, 2, 0, "No face."),),
        frames=frames,
    )
    case.open(PORTRAIT, *frames, result=result)
    case.go_to(10)
    (face,) = case.it.faces
    assert (face.track, face.found, face.excluded) == (5, True, True)


def test_a_box_by_hand_without_a_face_is_scored_and_says_so(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.holds_face is None  # a box from detection was checked on detection
    case.it.set_box(RIGHT)
    case.settle()
    cut, _ = case.cuts[-1]
    assert cut is not None
    assert (cut.holds_face, case.face_cut.score) == (False, pytest.approx(SCORE_RED_85, abs=1e-6))


def test_another_stream_of_the_file_is_opened(case: Case, tmp_path: Path) -> None:
    path = str(two_streams(tmp_path / "two.mkv", (SMALL, LARGE), default=1))
    case.open(path, looked_at(0, (1, LEFT)))
    facts = case.frame_cache.facts
    assert facts is not None
    assert (facts.stream, facts.width) == (1, LARGE[0])
    case.it.choose_stream(0)
    case.qtbot.waitUntil(lambda: case.frame_cache.facts is not None, timeout=WAIT_MS)
    case.settle()
    facts = case.frame_cache.facts
    assert facts is not None
    assert (facts.stream, facts.width) == (0, SMALL[0])
    assert case.it.shown == 0
    assert case.it.faces == ()
