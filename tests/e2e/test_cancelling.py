"""What is cancelled was meant, is named and can be undone; what is left unfinished says so."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from dfgui.services.app_settings import load_settings, save_settings
from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import DEMO, Program
from tests.e2e.hands import LEFT, LONG_MS, named, press, press_button

KEY = Qt.Key


def test_escape_cancels_no_scan_and_the_cross_can_be_undone(
    program: Program, qtbot: QtBot, one_face: Path
) -> None:
    save_settings(msgspec.structs.replace(load_settings(), frames=100))

    def work(window: MainWindow) -> None:
        evidence, transport = window.services.open_evidence, window.transport
        qtbot.waitUntil(lambda: evidence.items[1].done > 0, timeout=LONG_MS)
        # The other file is on view.
        assert window.services.selection.item_id == evidence.items[0].id
        for part in (window.views.panels[0].picture, window.evidence._view):
            part.setFocus()
            press(qtbot, window, KEY.Key_Escape)
        assert evidence.items[1].state == "analysing"
        assert window.message_bar.sentence() == ""
        qtbot.waitUntil(transport._job.isVisible, timeout=LONG_MS)
        qtbot.mouseClick(named(transport, QToolButton, "Cancel"), LEFT)
        assert evidence.items[1].state == "cancelled"
        said = f"The analysis of {DEMO.name} was cancelled."
        assert window.message_bar.sentence() == said
        press_button(qtbot, window.message_bar, "Undo")
        assert evidence.items[1].is_scanning
        qtbot.waitUntil(lambda: evidence.items[1].done > 0, timeout=LONG_MS)

    program.run(work, one_face, DEMO)
