"""Which needs of actions are met, from an empty window to a face with its map."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import FileResult
from dfgui.services.availability import Availability
from dfgui.services.evidence.open_evidence import Item
from tests.services.fakes import facts_of, fake_services

RESULT = FileResult("1.mp4", None, "not_scored", "No face was found.")


def test_needs_are_met_as_the_services_say(qtbot: QtBot) -> None:
    services: Any = fake_services()
    it = Availability(services)
    said: list[frozenset[str]] = []
    it.changed.connect(said.append)
    selection, notebook = services.selection, services.notebook
    assert it.met == frozenset()
    selection.choose(Item(1, "1.mp4"))
    assert it.met == {"chosen", "scanning"}
    services.frame_cache.open(facts_of())
    assert it.met == {"chosen", "scanning", "open", "moves"}
    selection.item = Item(1, "1.mp4", "done", result=RESULT)
    services.open_evidence.changed.emit(1)  # also in a file without faces
    assert it.met == {"chosen", "open", "moves", "result"}
    selection.faces, selection.face, selection.track = (object(),), object(), 1
    selection.faces_changed.emit(selection.faces, 1)
    with_face = it.met
    assert with_face == {"chosen", "open", "moves", "result", "faces", "face", "track"}
    maps, hidden = services.heat_maps, services.hidden_region
    maps.heat = SimpleNamespace(map=SimpleNamespace(complete=False))
    maps.changed.emit(maps.heat)
    assert it.met == with_face
    maps.heat.map.complete = True
    maps.changed.emit(maps.heat)
    hidden.region = object()
    hidden.changed.emit(hidden.region)
    assert it.met == with_face | {"heat_map", "region"}
    assert said[-1] == it.met
    notebook.current = object()
    notebook.changed.emit(notebook.current)
    notebook.undo_changed.emit(True, False)
    assert it.met == with_face | {"heat_map", "region", "notes", "undo"}
    it.deleteLater()


def test_a_still_does_not_move(qtbot: QtBot) -> None:
    services: Any = fake_services()
    it = Availability(services)
    services.selection.choose(Item(1, "1.png"))
    services.frame_cache.open(facts_of(count=1))
    assert it.met == {"chosen", "scanning", "open"}
    it.deleteLater()


def test_what_stays_the_same_is_not_said_again(qtbot: QtBot) -> None:
    services: Any = fake_services()
    it = Availability(services)
    said: list[object] = []
    it.changed.connect(said.append)
    services.frame_cache.open(facts_of())
    for _ in range(3):
        services.selection.faces_changed.emit((), None)
    assert said == [{"open", "moves"}]
    it.deleteLater()
