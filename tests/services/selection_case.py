"""A `Selection` and what is asked about its face, on real workers and made-up scans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import (
    ExcludedBox,
    FaceResult,
    FileResult,
    FrameResult,
)
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings
from dfgui.core.network.package import Card
from dfgui.resources import resource
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.evidence.open_evidence import Item, OpenEvidence
from dfgui.services.evidence.selection import Selection
from dfgui.services.faces.face_cut import FaceCut
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.services.faces.heat_maps import HeatMap, HeatMaps
from dfgui.services.faces.hidden_region import HiddenRegion, Region
from dfgui.worker.messages import Request, WasCut
from tests.e2e.hands import wait_up
from tests.support.program import Y_RED_85, Y_RED_170
from tests.worker.test_handlers import LEFT_170

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


def looked_at(index: int, *faces: tuple[int, Box]) -> FrameResult:
    return FrameResult(
        index, None, "I", tuple(FaceResult(track, box, 0.75) for track, box in faces)
    )


def left_out(
    index: int, *boxes: tuple[int, Box], faces: tuple[FaceResult, ...] = ()
) -> FrameResult:
    return FrameResult(
        index, None, "I", faces, tuple(ExcludedBox(track, box, -5.0) for track, box in boxes)
    )
