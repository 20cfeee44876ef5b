"""What may be exported, from which frame, and the sentence if it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import FileResult, ScanSettings
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings, FrameFacts, ViewSettings
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.export.exporter import UNKNOWN_HASH, Exporter
from tests.services.fakes import facts_of, fake_services, hashed

RESULT = FileResult("clip.mp4", "ab" * 32, "not_scored", "No face was found.")


def shown(index: int, sha256: str | None = None) -> ViewPicture:
    picture = np.zeros((4, 4, 4), np.uint8)
    facts = FrameFacts(index, 0.04, "P", sha256=sha256)
    return ViewPicture(facts, ViewSettings(), picture, None)


class Case:
    """An exporter, and how each export ended."""

    def __init__(self) -> None:
        self.services: Any = fake_services()
        self.pictures: list[ViewPicture | None] = [None, None, None]
        self.it = Exporter(self.services, lambda: self.pictures)
        self.done: list[Any] = []
        self.it.finished.connect(self.done.append)


@pytest.fixture
def case(qtbot: QtBot) -> Iterator[Case]:
    case = Case()
    yield case
    case.it.deleteLater()


REFUSED: dict[str, tuple[Callable[[Exporter, Path], None], str]] = {
    "view": (lambda it, folder: it.export_view(1, "original", b"", folder), "shows no picture"),
    "map": (lambda it, folder: it.export_map(folder), "There is no heat map of this frame"),
    "scan": (lambda it, folder: it.export_scan(folder), "has no result yet"),
    "frame": (lambda it, folder: it.export_frame(folder), "No face is chosen"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_there_is_refused_with_a_sentence(
    case: Case, tmp_path: Path, kind: str
) -> None:
    export, sentence = REFUSED[kind]
    case.services.selection.item = Item(1, "clip.mp4")
    export(case.it, tmp_path)
    assert len(case.done) == 1
    assert sentence in case.done[0]
    assert list(tmp_path.iterdir()) == []


def test_without_a_file_there_is_nothing_to_export(case: Case, tmp_path: Path) -> None:
    case.it.export_timeline(b"", b"", tmp_path)
    assert case.done == ["No evidence is open; open a file first (Ctrl+O)."]


def test_a_view_is_exported_with_the_hash_of_its_frame(
    case: Case, qtbot: QtBot, tmp_path: Path
) -> None:
    case.services.selection.item = Item(1, "clip.mp4", evidence=hashed("ab" * 32))
    case.services.frame_cache.open(facts_of())
    case.services.frame_cache.index = 2  # asked for, and not yet on screen
    case.pictures = [shown(1, "cd" * 32), shown(1), None]
    case.it.export_view(1, "original", b"png", tmp_path)
    qtbot.waitUntil(lambda: bool(case.done))
    facts = msgspec.json.decode(
        next(path for path in case.done[0] if path.name.endswith("original.json")).read_bytes()
    )
    assert (facts["index"], facts["frame_sha256"]) == (1, "cd" * 32)
    assert facts["extra"]["frame_type"] == "P"
    assert "box" not in facts["extra"]  # the face belongs to the frame that is still to come


def test_the_settings_of_an_export_are_those_of_the_result(
    case: Case, qtbot: QtBot, tmp_path: Path
) -> None:
    case.services.selection.item = Item(
        1, "clip.mp4", evidence=hashed("ab" * 32), settings=ScanSettings(16)
    )
    case.services.frame_cache.open(facts_of())
    case.services.settings = AppSettings(frames=64, ela=ElaSettings(50), ela_channel="blue")
    levels = ViewSettings("error_levels", ela=ElaSettings(75), ela_channel="red")
    case.pictures = [shown(0), replace(shown(0), settings=levels), None]
    case.it.export_view(1, "error_levels", b"png", tmp_path)
    qtbot.waitUntil(lambda: bool(case.done))
    facts = msgspec.json.decode(
        next(path for path in case.done[0] if path.name.endswith("levels.json")).read_bytes()
    )
    made = facts["settings"]
    assert (made["frames"], made["ela_quality"], made["ela_channel"]) == (16, 75, "red")
    assert facts["scan"] == {"frames": 16, "faces": "haar", "stream": None}


def test_what_changed_since_it_was_opened_is_not_exported(
    case: Case, qtbot: QtBot, tmp_path: Path
) -> None:
    case.services.selection.item = Item(
        1, "clip.mp4", "done", result=RESULT, evidence=hashed("ab" * 32)
    )
    case.services.frame_cache.now = hashed("cd" * 32)
    case.it.export_scan(tmp_path)
    (said,) = case.done
    assert "clip.mp4 changed after it was opened; nothing was exported" in said
    assert list(tmp_path.iterdir()) == []
    case.services.frame_cache.now = hashed("ab" * 32)
    case.it.export_scan(tmp_path)
    qtbot.waitUntil(lambda: len(case.done) == 2)
    assert len(case.done[1]) == len(list(tmp_path.iterdir())) > 0


@pytest.mark.parametrize("kind", ["scan", "frame"])
def test_nothing_is_exported_before_the_hash_is_known(
    case: Case, kind: str, tmp_path: Path
) -> None:
    case.services.selection.item = Item(1, "clip.mp4", "done", result=RESULT)
    case.services.selection.face = PlacedFace(1, Box(0, 0, 4, 4))
    export, _ = REFUSED[kind]
    export(case.it, tmp_path)
    assert case.done == [UNKNOWN_HASH]
    assert list(tmp_path.iterdir()) == []


def test_an_export_whose_hash_was_called_off_says_so(case: Case, tmp_path: Path) -> None:
    case.services.selection.item = Item(
        1, "clip.mp4", "done", result=RESULT, evidence=hashed("ab" * 32)
    )
    case.services.frame_cache.now = None
    case.it.export_scan(tmp_path)
    assert case.done == ["Nothing was written, since hashing the file again was called off."]
    assert list(tmp_path.iterdir()) == []


def test_the_report_is_that_of_the_command_line(case: Case) -> None:
    case.services.selection.item = Item(
        1, "clip.mp4", "done", result=RESULT, settings=ScanSettings(16)
    )
    report = case.it.report()
    assert (report.tool.precision, report.tool.settings.frames) == ("f32", 16)
    assert report.results == (RESULT,)
