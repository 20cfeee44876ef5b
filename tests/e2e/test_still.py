"""A still picture is shown as one: no playback, no timeline, no person followed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import press, wait_frame, wait_settled

KEY = Qt.Key


def words(part: QWidget) -> str:
    """The texts on the screen of a part of the window."""
    return "\n".join(one.text() for one in part.findChildren(QLabel) if one.isVisible())


def test_a_still_has_no_time(
    program: Program, qtbot: QtBot, tmp_path: Path, portrait: NDArray[np.uint8], one_face: Path
) -> None:
    still = tmp_path / "face.png"
    Image.fromarray(portrait).save(still)

    def work(window: MainWindow) -> None:
        window.resize(1000, 750)
        wait_settled(qtbot, window)
        assert not window.timeline.isVisible()
        assert window.frame_line.text() == "Still picture"
        assert "One face was found; its score is the file's." in words(window.inspector.verdict)
        shown = words(window)
        for wrong in ("followed", "looked at", "Time code", "not known", "frame 0"):
            assert wrong not in shown
        moving = {"play", "step_on", "go_to", "to_end", "key_on", "worst", "export_timeline"}
        actions = window.actions_by_name
        assert not any(actions[name].isEnabled() for name in moving | {"show_timeline"})
        window.open([str(one_face)])
        wait_settled(qtbot, window)
        assert window.timeline.isVisible()
        press(qtbot, window, KEY.Key_Period)
        wait_frame(qtbot, window, 1)
        assert "frame 1 of 9" in window.frame_line.text()

    program.run(work, still)
