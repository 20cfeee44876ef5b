"""What the services decide together: what is cancelled, opened, bookmarked, gone to."""

from __future__ import annotations

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


def _with_jobs(done: list[Any], *, job: bool = False) -> Any:
    services = fake_services(
        jobs=SimpleNamespace(
            current=SimpleNamespace(cancel=lambda: done.append("job")) if job else None
        )
    )
    services.open_evidence.cancel = done.append
    return services


def test_the_latest_request_is_cancelled_first(qtbot: QtBot) -> None:
    done: list[Any] = []
    services = _with_jobs(done, job=True)
    services.selection.item = Item(7, "clip.mp4", "analysing")
    AppServices.cancel(services)
    assert (done, services.heat_maps.cleared) == (["job"], 0)


@pytest.mark.parametrize("state", ["waiting", "analysing"])
def test_a_scan_that_is_not_shown_yet_is_cancelled(qtbot: QtBot, state: ScanState) -> None:
    done: list[Any] = []
    services = _with_jobs(done)
    services.selection.item = Item(7, "clip.mp4", state)
    AppServices.cancel(services)
    assert (done, services.heat_maps.cleared) == ([7], 0)


def test_with_nothing_under_way_the_heat_map_is_cleared(qtbot: QtBot) -> None:
    done: list[Any] = []
    services = _with_jobs(done)
    services.selection.item = Item(7, "clip.mp4", "done")
    AppServices.cancel(services)
    assert (done, services.heat_maps.cleared) == ([], 1)


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
    services.open_evidence.add = lambda paths: list(range(3, 3 + len(paths)))
    services.use_settings = lambda settings: setattr(services, "settings", settings)
    services.selection.choose = chosen.append
    assert AppServices.open(services, ["/a.mp4", "/b.mp4"]) == 3
    assert chosen == [3]
    assert services.settings.recent == ("/b.mp4", "/a.mp4")
    assert AppServices.open(services, []) is None


def test_one_view_shows_something_else(qtbot: QtBot) -> None:
    services = fake_services()
    services.change = lambda **values: setattr(
        services, "settings", msgspec.structs.replace(AppSettings(), **values)
    )
    AppServices.show_content(services, 1, "noise")
    assert services.settings.views == ("original", "noise", "face_crop")
