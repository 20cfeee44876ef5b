"""The first screen, and the way from it to a verdict."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import DEMO, Program
from tests.e2e.hands import press, press_button, wait_settled

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


def test_from_the_first_screen_to_the_demo_and_back(program: Program, qtbot: QtBot) -> None:
    def work(window: MainWindow) -> None:
        assert window.start.isVisible()
        for part in (window.views, window.transport, window.timeline, window.inspector):
            assert not part.isVisible()
        said = "\n".join(one.text() for one in window.start.findChildren(QLabel))
        for words in ("What this program does", "What it does not do", "error rates", "Prove"):
            assert words in said
        enabled = {name for name, one in window.actions_by_name.items() if one.isEnabled()}
        assert enabled == {
            *("open", "open_folder", "quit", "full_screen", "models", "help", "keys", "log"),
            *("about", *({"experiment", "report"} & set(window.actions_by_name))),
        }
        press_button(qtbot, window, "What an answer means")
        assert window.dialogs.help is not None
        assert window.dialogs.help._name == "verdict"
        window.dialogs.help.close()
        window.activateWindow()  # no desktop does this here
        qtbot.waitUntil(window.isActiveWindow)
        press_button(qtbot, window, "Open the demo")
        wait_settled(qtbot, window)
        assert not window.start.isVisible()
        assert window.views.isVisible()
        assert window.windowTitle() == f"{DEMO.name} - dfgui"
        for _ in range(2):
            press(qtbot, window, KEY.Key_W, CTRL)
        qtbot.waitUntil(window.start.isVisible)
        assert not window.transport.isVisible()

    program.run(work)
