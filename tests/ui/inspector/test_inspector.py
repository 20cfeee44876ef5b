"""The right column: six tabs in 300 pixels, each reachable, none taller than a small window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dfgui.ui.inspector.inspector import Inspector
from dfgui.ui.widgets.theme import DARK, LIGHT, apply_theme


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    widget = Inspector()
    qtbot.addWidget(widget)
    widget.resize(300, 500)
    widget.show()
    return widget


def test_six_names_fit_side_by_side(inspector: Inspector) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.style().objectName(), app.palette(), app.styleSheet()
    try:
        apply_theme(app, "light")
        app.processEvents()
        bar = inspector.tabs.tabBar()
        assert [bar.tabText(at) for at in range(bar.count())] == [
            "Frame",
            "Settings",
            "Pixels",
            "Audio",
            "File",
            "Notes",
        ]
        assert bar.width() <= 300
        for at in range(bar.count()):
            assert bar.tabRect(at).right() <= bar.width()
            assert bar.tabRect(at).width() >= bar.fontMetrics().horizontalAdvance(bar.tabText(at))
    finally:
        app.setStyle(before[0])
        app.setPalette(before[1])
        app.setStyleSheet(before[2])


def test_tabs_are_changed_by_keyboard_and_by_the_window(qtbot: QtBot, inspector: Inspector) -> None:
    assert inspector.page is inspector.frame
    qtbot.keyClick(inspector.tabs.tabBar(), Qt.Key.Key_Right)
    assert inspector.page is inspector.settings
    inspector.show_page(inspector.audio)
    assert inspector.page is inspector.audio
    assert inspector.audio.isVisible()


def test_every_page_leaves_room_for_the_verdict(inspector: Inspector) -> None:
    for page in (
        inspector.frame,
        inspector.settings,
        inspector.pixels,
        inspector.audio,
        inspector.file,
        inspector.notes,
    ):
        inspector.show_page(page)
        assert inspector.verdict.height() >= 200
        assert inspector.height() == 500


def test_the_theme_reaches_what_is_painted(inspector: Inspector) -> None:
    for theme in (DARK, LIGHT):
        inspector.set_theme(theme)
        assert inspector.verdict._scale._theme is theme
        assert inspector.settings._meter._theme is theme
