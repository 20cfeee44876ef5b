"""What the services decide together: what is cancelled, opened, bookmarked, gone to."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import FaceResult, FrameResult
from dfgui.core.geometry import Box
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.open_evidence import Item, ScanState
from tests.services.fakes import facts_of, fake_services

BOX = Box(0, 0, 8, 8)


def _scored(index: int, *scores: float) -> FrameResult:
    faces = tuple(FaceResult(track, BOX, score) for track, score in enumerate(scores, start=1))
    return FrameResult(index, None, "I", faces)


def _with_scan(done: list[Any], item: Item, *, request: int = 3) -> Any:
    """Services with one file, whose scan is request 3; `request` is the job that is shown."""
    job = SimpleNamespace(request=SimpleNamespace(id=request), cancel=lambda: done.append("job"))
    services = fake_services(jobs=SimpleNamespace(current=job))
    services.scan_cancelled = SimpleNamespace(emit=lambda item: done.append(("said", item.id)))
    services.cancel_scan = lambda number: AppServices.cancel_scan(services, number)
    evidence = services.open_evidence
    evidence.cancel, evidence.analyse = done.append, lambda number: done.append(("again", number))
    evidence.item = lambda number: item if number == item.id else None
    evidence.scanned_by = lambda number: item if number == 3 else None
    return services


def test_the_job_that_is_shown_is_called_off(qtbot: QtBot) -> None:
    done: list[Any] = []
    services = _with_scan(done, Item(7, "clip.mp4", "analysing"), request=4)
    AppServices.cancel_job(services)
    assert done == ["job"]
    services.jobs.current = None
    AppServices.cancel_job(services)
    assert done == ["job"]


@pytest.mark.parametrize("state", ["waiting", "analysing"])
def test_a_scan_that_is_called_off_is_said(qtbot: QtBot, state: ScanState) -> None:
    done: list[Any] = []
    AppServices.cancel_job(_with_scan(done, Item(7, "clip.mp4", state)))
    assert done == [7, ("said", 7)]


def test_only_what_was_called_off_is_scanned_again(qtbot: QtBot) -> None:
    done: list[Any] = []
    for state in ("done", "analysing", "cancelled"):
        services = _with_scan(done, Item(7, "clip.mp4", state))
        AppServices.undo_cancel(services, 7)
    AppServices.undo_cancel(services, 8)  # it was taken off the list
    assert done == [("again", 7)]
    AppServices.cancel_scan(services, 7)
    assert done == [("again", 7)]


def test_the_worst_frame_is_the_first_of_those_that_score_highest(qtbot: QtBot) -> None:
    item = Item(1, "a.mp4", frames=(_scored(0, 0.2), _scored(5, 0.9, 0.1), _scored(9, 0.9, 0.3)))
    assert [item.worst_frame(track) for track in (1, 2, 3, None)] == [5, 9, None, None]
    went: list[int] = []
    services = fake_services(player=SimpleNamespace(go_to=went.append))
    AppServices.go_to_worst(services)  # nothing is chosen
    services.selection.item, services.selection.track = item, 2
    AppServices.go_to_worst(services)
    assert went == [9]


def test_the_frame_that_is_shown_is_bookmarked_with_its_time(qtbot: QtBot) -> None:
    services, marked = fake_services(), []
    services.notebook.add_bookmark = lambda *mark: marked.append(mark)
    AppServices.bookmark(services)  # nothing is open
    services.frame_cache.open(facts_of())
    services.frame_cache.index = 1
    AppServices.bookmark(services)
    assert marked == [(1, 0.04)]


def test_files_are_opened_the_first_is_chosen_and_all_are_recent(qtbot: QtBot) -> None:
    chosen: list[int] = []
    services = fake_services()
    services.open_evidence.add = lambda paths, listed: list(range(3, 3 + len(paths)))
    services.use_settings = lambda settings: setattr(services, "settings", settings)
    services.selection.choose = chosen.append
    AppServices.open(services, ["/a.mp4", "/b.mp4"])
    assert chosen == [3]
    assert services.settings.recent == ("/b.mp4", "/a.mp4")
    AppServices.open(services, [])
    assert chosen == [3]


@pytest.mark.parametrize("other", [None, 8])
def test_the_first_file_of_a_folder_is_chosen_unless_another_one_was(
    other: int | None, qtbot: QtBot
) -> None:
    chosen: list[int] = []
    waiting: list[Callable[[int], None]] = []
    services = fake_services()
    services.open_evidence.add = lambda paths, listed: waiting.append(listed) or []
    services.use_settings = lambda settings: None
    services.selection.choose = chosen.append
    AppServices.open(services, ["/folder"])
    assert chosen == []
    if other is not None:
        services.selection.item = Item(other, "clip.mp4")
    waiting[0](5)
    assert chosen == ([5] if other is None else [])


def test_one_view_shows_something_else(qtbot: QtBot) -> None:
    services = fake_services()
    services.change = lambda **values: setattr(
        services, "settings", msgspec.structs.replace(AppSettings(), **values)
    )
    AppServices.show_content(services, 1, "noise")
    assert services.settings.views == ("original", "noise", "face_crop")
