"""The views through the real `main()`: which one is in use, and what is copied from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import press, shown_of, wait_settled

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_the_picture_that_is_copied_has_its_own_pixels(
    program: Program, qtbot: QtBot, one_face: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        window.views.panels[1].picture.setFocus()
        press(qtbot, window, KEY.Key_C, CTRL)
        copied = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB32)
        assert (copied.width(), copied.height()) == (320, 320)  # those of the clip
        pixels = np.frombuffer(copied.constBits(), np.uint8).reshape(320, 320, 4)
        assert np.array_equal(pixels[..., :3], shown_of(window, 1).picture[..., :3])
        assert window.statusBar().currentMessage() == "The picture was copied: 320 x 320 pixels."

    program.run(work, one_face)
