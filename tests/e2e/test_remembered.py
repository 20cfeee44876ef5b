"""Settings, theme, recent files and layout survive a program that is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dfgui.services.app_settings import load_settings
from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.widgets.theme import DARK
from tests.e2e.conftest import Program
from tests.e2e.hands import press, wait_settled
from tests.support.clips import make_clip

KEY = Qt.Key

# Changes what is remembered, says so, and waits to be killed.
CHANGE = """
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider
from dfgui.__main__ import main
from dfgui.app import make_application

app = make_application()
def work():
    window = next(one for one in QApplication.topLevelWidgets() if hasattr(one, "services"))
    if not window.isActiveWindow() or not window.columns.isVisible():
        QTimer.singleShot(50, work)
        return
    window.resize(1000, 640)
    next(one for one in window.menus.themes.actions() if one.data() == "dark").trigger()
    QTest.keyClick(window, Qt.Key.Key_F9)
    window.columns.moveSplitter(211, 1)
    sliders = window.findChildren(QSlider)
    next(one for one in sliders if one.accessibleName() == "JPEG quality, slider").setValue(71)
    print("changed", flush=True)
QTimer.singleShot(0, work)
main()
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "numbered.mp4")


def change_and_kill(clip: Path) -> None:
    """Run the program until it has changed settings and had two seconds to write, and kill it."""
    with subprocess.Popen([sys.executable, "-c", CHANGE, clip], stdout=subprocess.PIPE) as killed:
        try:
            assert killed.stdout is not None
            assert killed.stdout.readline() == b"changed\n"
            workers = psutil.Process(killed.pid).children(recursive=True)
            until = time.monotonic() + 60
            while load_settings().layout == "" or load_settings().theme != "dark":
                assert time.monotonic() < until, "nothing is written before the end"
                time.sleep(0.1)
            time.sleep(2)
        finally:
            killed.kill()
    psutil.wait_procs(workers, timeout=30)


def test_what_was_changed_survives_a_kill(program: Program, qtbot: QtBot, clip: Path) -> None:
    change_and_kill(clip)
    kept = load_settings()
    assert (kept.theme, kept.hidden, kept.ela.quality) == ("dark", ("inspector",), 71)
    assert kept.recent == (str(clip),)

    def look(window: MainWindow) -> None:
        assert (window.width(), window.height()) == (1000, 640)
        assert window.palette().window().color().name() == DARK.window
        (recent,) = window.menus.recent.actions()
        assert recent.data() == str(clip)
        recent.trigger()
        wait_settled(qtbot, window)
        assert window.columns.sizes()[0] == 211
        assert not window.inspector.isVisible()
        press(qtbot, window, KEY.Key_F9)
        assert window.inspector.isVisible()

    program.run(look)
    assert load_settings().hidden == ()
