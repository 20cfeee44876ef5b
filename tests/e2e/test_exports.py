"""What is exported from the window is what the screen shows, with the settings it was made with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import LONG_MS, wait_settled

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


def facts_in(files: dict[str, Path], ending: str) -> Any:
    """The content of the one JSON whose name ends so."""
    (path,) = (path for name, path in files.items() if name.endswith(ending))
    return json.loads(path.read_bytes())


def test_results_can_be_exported_as_soon_as_they_are_there(
    program: Program, qtbot: QtBot, one_face: Path, export: Export
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)  # and the file stays chosen
        assert len(facts_in(export(window, "export_scan"), "scan.json")["results"]) == 1

    program.run(work, one_face)
