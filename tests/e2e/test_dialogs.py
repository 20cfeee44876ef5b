"""The dialogs that choose files and folders: what they offer, and where they begin."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from dfgui.services.app_settings import load_settings
from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import wait_settled


def test_dialogs_begin_in_the_folder_used_last(
    program: Program,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    one_face: Path,
) -> None:
    begun: list[tuple[str, str]] = []
    filters: list[str] = []
    out = tmp_path / "out"
    out.mkdir()

    def files(_parent: object, title: str, folder: str, kinds: str) -> tuple[list[str], str]:
        begun.append((title, folder))
        filters.append(kinds)
        return [str(one_face)], ""

    def chosen(_parent: object, title: str, folder: str) -> str:
        begun.append((title, folder))
        return str(out)

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", files)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", chosen)

    def work(window: MainWindow) -> None:
        window.actions_by_name["open"].trigger()
        wait_settled(qtbot, window)
        window.actions_by_name["export_timeline"].trigger()
        qtbot.waitUntil(window.message_bar.isVisible)

    program.run(work)
    program.run(work)
    evidence = str(one_face.parent)
    assert begun == [
        ("Open evidence", ""),
        ("Choose an export folder", ""),
        ("Open evidence", evidence),
        ("Choose an export folder", str(out)),
    ]
    assert load_settings().export_folder == str(out)
    patterns = filters[0].partition("(")[2].partition(")")[0].split()
    assert {"*.mp4", "*.MP4", "*.264"} <= set(patterns)
    assert [one for one, count in Counter(patterns).items() if count > 1] == []
