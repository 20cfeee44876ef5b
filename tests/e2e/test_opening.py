"""What the window says of a file while it opens, if it cannot be opened, and in the list."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import LONG_MS


def texts(part: QWidget) -> set[str]:
    return {one.text() for one in part.findChildren(QLabel) if not one.isHidden()}


def test_every_part_says_that_a_file_cannot_be_opened(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()

    def work(window: MainWindow) -> None:
        inspector = window.inspector
        parts = (
            window.transport,
            window.timeline,
            inspector.frame,
            inspector.audio,
            inspector.notes,
            inspector.settings,
        )
        evidence = window.services.open_evidence
        qtbot.waitUntil(lambda: evidence.items[0].state == "failed", timeout=LONG_MS)
        qtbot.waitUntil(
            lambda: "This file could not be opened." in texts(inspector.audio), timeout=LONG_MS
        )
        assert [part for part in parts if "This file could not be opened." not in texts(part)] == []
        waiting = {"Opening...", "The file is being opened.", "No file is open."}
        assert [part for part in parts if waiting & texts(part)] == []
        # The reason comes first: each of these places names the file anyway.
        row = window.evidence._model.index(0)
        words = row.data(Qt.ItemDataRole.AccessibleTextRole)
        assert words == "empty.mp4, failed: This file is empty."
        assert window.views.panels[1].sentence.text() == "This file is empty."
        evidence.remove(evidence.items[0].id)
        assert "No file is open." in texts(window.transport)
        assert "No frame is shown. Open a file with Ctrl+O." in texts(inspector.frame)

    program.run(work, empty)
