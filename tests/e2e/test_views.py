"""The views through the real `main()`: which one is in use, and what is copied from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.widgets.theme import LIGHT
from tests.e2e.conftest import Program
from tests.e2e.hands import drag, press, shown_of, wait_settled

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


def test_the_view_in_use_is_marked(program: Program, qtbot: QtBot, one_face: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        panels = window.views.panels

        def marked() -> list[tuple[bool, str]]:
            """Of each view: whether it has the mark, and the colour of its border."""
            images = [panel.grab().toImage() for panel in panels]
            colours = [image.pixelColor(1, image.height() // 2).name() for image in images]
            return list(zip([panel.mark.isVisible() for panel in panels], colours, strict=True))

        plain = False, LIGHT.surface
        panels[1].picture.setFocus()
        assert marked() == [plain, (True, LIGHT.accent), plain]
        window.evidence._view.setFocus()  # the keyboard is elsewhere, and the view still in use
        assert marked() == [plain, (True, LIGHT.muted), plain]
        drag(qtbot, panels[2].picture, (100, 100), (120, 110))
        assert marked() == [plain, plain, (True, LIGHT.muted)]
        assert window.views.current is panels[2]
        panels[0].contents.setFocus()
        press(qtbot, window, KEY.Key_Down)  # another content is chosen
        assert marked()[0] == (True, LIGHT.muted)

    program.run(work, one_face)
