"""What is cancelled was meant, is named and can be undone; what is left unfinished says so."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from dfgui.services.app_settings import load_settings, save_settings
from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import DEMO, Program
from tests.e2e.hands import LEFT, LONG_MS, named, press, press_button, wait_settled

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
        # It is named, since it is not the file that is looked at.
        assert named(transport, QLabel, "What runs").text().startswith(f"{DEMO.name}: analysing")
        qtbot.mouseClick(named(transport, QToolButton, "Cancel"), LEFT)
        assert evidence.items[1].state == "cancelled"
        said = f"The analysis of {DEMO.name} was cancelled."
        assert window.message_bar.sentence() == said
        press_button(qtbot, window.message_bar, "Undo")
        assert evidence.items[1].is_scanning
        qtbot.waitUntil(lambda: evidence.items[1].done > 0, timeout=LONG_MS)

    program.run(work, one_face, DEMO)


def test_a_heat_map_that_is_stopped_says_so_with_its_own_figures(
    program: Program, qtbot: QtBot, one_face: Path
) -> None:
    # The bundled network: the tests' own might be done before anybody can stop it.
    save_settings(
        msgspec.structs.replace(load_settings(), model="xception-face", patch=80, stride=80)
    )

    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        maps, panel = window.services.heat_maps, window.views.panels[2]
        press(qtbot, window, KEY.Key_O)
        qtbot.waitUntil(lambda: maps.heat is not None and maps.heat.map.complete, timeout=LONG_MS)
        assert "Faithfulness" in window.statusBar().currentMessage()
        assert not panel.note.isVisible()
        window.services.change(patch=16, stride=4)
        qtbot.waitUntil(
            lambda: maps.heat is not None and maps.heat.settings.patch == 16, timeout=LONG_MS
        )
        assert window.statusBar().currentMessage().startswith("Heat map so far: ")
        qtbot.waitUntil(window.transport._job.isVisible, timeout=LONG_MS)
        qtbot.mouseClick(named(window.transport, QToolButton, "Cancel"), LEFT)
        qtbot.waitUntil(lambda: maps.heat is not None and maps.heat.stopped, timeout=LONG_MS)
        heat = maps.heat
        assert heat is not None
        figures = f"{heat.map.evaluated} of {heat.map.total} patches"
        assert heat.map.evaluated < heat.map.total == 37 * 37
        said = f"Heat map stopped: {figures} were measured one by one."
        assert window.statusBar().currentMessage() == said
        assert (panel.note.isVisible(), figures in panel.note.text()) == (True, True)
        assert not window.actions_by_name["export_map"].isEnabled()
        press(qtbot, window, KEY.Key_Escape)
        assert (maps.heat, panel.note.isVisible()) == (None, False)

    program.run(work, one_face)
