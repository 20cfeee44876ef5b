"""What is exported from the window is what the screen shows, with the settings it was made with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import FRAMES, Program
from tests.e2e.hands import LONG_MS, named, press, shown_of, wait_frame, wait_settled

KEY = Qt.Key
Export = Callable[[MainWindow, str], dict[str, Path]]


@pytest.fixture
def export(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Export:
    """Exports by an action of the menu, and gives the files by the end of their names."""
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))

    def export(window: MainWindow, kind: str) -> dict[str, Path]:
        before = set(out.iterdir())
        assert window.actions_by_name[kind].isEnabled()
        window.actions_by_name[kind].trigger()
        qtbot.waitUntil(lambda: str(out) in window.message_bar.sentence(), timeout=LONG_MS)
        window.message_bar.dismiss()
        return {path.name.rpartition("-frame")[2]: path for path in set(out.iterdir()) - before}

    return export


def one(files: dict[str, Path], ending: str) -> Path:
    """The one file whose name ends so."""
    (path,) = (path for name, path in files.items() if name.endswith(ending))
    return path


def facts_in(files: dict[str, Path], ending: str) -> Any:
    """The content of the one JSON whose name ends so."""
    return json.loads(one(files, ending).read_bytes())


def test_results_can_be_exported_as_soon_as_they_are_there(
    program: Program, qtbot: QtBot, one_face: Path, export: Export
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)  # and the file stays chosen
        assert len(facts_in(export(window, "export_scan"), "scan.json")["results"]) == 1

    program.run(work, one_face)


def test_exports_state_the_settings_of_the_result(
    program: Program, qtbot: QtBot, one_face: Path, export: Export
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        page = window.inspector.settings
        window.inspector.show_page(page)
        hint = f"The result shown used {FRAMES}; F5 applies {FRAMES + 1}."
        assert hint not in texts(page)
        qtbot.keyClick(named(page, QSpinBox, "Frames of a scan"), KEY.Key_Up)
        assert window.services.settings.frames == FRAMES + 1
        assert hint in texts(page)
        for kind, ending in (("export_timeline", "timeline.json"), ("export_view", "inal.json")):
            facts = facts_in(export(window, kind), ending)
            assert (facts["settings"]["frames"], facts["scan"]["frames"]) == (FRAMES, FRAMES)
        scan = facts_in(export(window, "export_scan"), "scan.json")
        assert scan["tool"]["settings"]["frames"] == FRAMES
        press(qtbot, window, KEY.Key_F5)
        wait_settled(qtbot, window)
        assert hint not in texts(page)
        facts = facts_in(export(window, "export_timeline"), "timeline-2.json")
        assert (facts["settings"]["frames"], facts["scan"]["frames"]) == (FRAMES + 1, FRAMES + 1)

    program.run(work, one_face)


def test_exports_hold_what_the_screen_shows(
    program: Program, qtbot: QtBot, one_face: Path, export: Export
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        window.services.change(ela_channel="red")
        press(qtbot, window, KEY.Key_Period)  # a frame that the scan did not look at
        wait_frame(qtbot, window, 1)
        qtbot.waitUntil(lambda: window.services.face_cut.score is not None, timeout=LONG_MS)
        wait_settled(qtbot, window)
        score = window.services.face_cut.score
        (marked,) = window.views.panels[0].picture._marks._faces
        assert (marked.track, marked.score) == (1, score)
        facts = facts_in(export(window, "export_view"), "inal.json")
        assert (facts["extra"]["track"], facts["extra"]["score"]) == (1, score)
        version = window.services.package.card.version
        assert facts["tool"]["model"]["version"] == version
        coloured = shown_of(window, 1)
        files = export(window, "export_frame")
        made = facts_in(files, "settings.json")
        assert (made["track"], made["score"]) == (1, pytest.approx(score, abs=1e-4))
        assert made["settings"]["ela_channel"] == "red"
        assert made["tool"]["model"]["version"] == version
        picture = np.asarray(Image.open(one(files, "ela-colour.png")))
        assert np.array_equal(picture, coloured.picture[..., 2::-1])

    program.run(work, one_face)


def texts(page: Any) -> list[str]:
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible()]
