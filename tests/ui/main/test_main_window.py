"""The window without a file.

Every entry works, every control has a name and can be reached, and colours change at run time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import SIGNAL, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dfgui.app import end_window, make_window
from dfgui.core.media.facts import ElaSettings
from dfgui.services.app_settings import AppSettings, settings_path
from dfgui.ui.main.actions import headings, menu_bar
from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.widgets.theme import DARK, LIGHT
from tests.e2e.hands import wait_up, when_asked

CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)


@pytest.fixture(scope="module")
def window(qapp: QApplication, package: Path) -> Iterator[MainWindow]:
    window, sentence = make_window(AppSettings(model=str(package), theme="light"), remembers=False)
    assert sentence is None
    window.resize(1280, 720)
    window.show()
    assert QTest.qWaitForWindowActive(window)
    services = window.services
    wait_up(
        services.open_evidence._client,
        services.frame_cache._client,
        services.frame_cache._reader,
        services.face_queries._client,
    )
    yield window
    end_window(window)


def entries(menu: QMenu) -> list[QAction]:
    """The actions of a menu and of the menus in it."""
    found: list[QAction] = []
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            found += entries(inner)
        elif not action.isSeparator():
            found.append(action)
    return found


def in_menus(window: MainWindow) -> list[QAction]:
    menus = [action.menu() for action in window.menuBar().actions()]
    assert all(isinstance(menu, QMenu) for menu in menus)
    return [action for menu in menus for action in entries(menu) if isinstance(menu, QMenu)]  # type: ignore[arg-type]


def controls(window: MainWindow) -> list[QWidget]:
    """The controls that a user works with, without the inner parts of compound Qt widgets."""
    found = [
        one
        for one in window.findChildren(QWidget)
        if isinstance(one, CONTROLS) and not isinstance(one, QScrollBar)
    ]
    inner = [
        one
        for one in found
        if isinstance(one.parentWidget(), QAbstractSpinBox | QComboBox | QTabBar)
        or one.objectName().startswith("qt_")
    ]
    return [
        one
        for one in found
        if one not in inner and not (isinstance(one, QPlainTextEdit) and one.isReadOnly())
    ]


def test_every_entry_does_something_and_every_action_is_an_entry(window: MainWindow) -> None:
    shown = in_menus(window)
    assert set(shown) >= set(window.actions_by_name.values())
    themes = set(window.menus.themes.actions())  # their menu handles them
    assert window.menus.themes.receivers(SIGNAL("triggered(QAction*)")) > 0
    assert [
        action.text()
        for action in shown
        if action not in themes and not action.receivers(SIGNAL("triggered(bool)"))
    ] == []


def test_every_entry_has_a_letter_of_its_own(window: MainWindow) -> None:
    """Alt and a letter open a menu; a letter then chooses an entry."""
    window.services.change(recent=("/cases/a & b.mp4", "/cases/c.mp4"))
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title()]
    menus += [menu for menu in window.findChildren(QMenu) if menu.title() and menu.actions()]
    assert {menu.title().replace("&", "") for menu in menus} >= {"File", "Export", "Playback"}
    for menu in menus:
        texts = [one.text().replace("&&", "") for one in menu.actions() if not one.isSeparator()]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), texts


def test_no_key_means_two_things(window: MainWindow) -> None:
    keys = Counter(
        keys for _, group in headings(menu_bar()) for spec in group for keys in spec.keys
    )
    assert [key for key, count in keys.items() if count > 1] == []
    assert keys.keys() >= {
        "Space",
        "J",
        "K",
        "L",
        ",",
        ".",
        "Alt+Left",
        "Alt+Right",
        "G",
        "O",
        "?",
        "Ctrl+O",
    }


def test_everything_has_a_name_a_tip_and_the_keyboard(window: MainWindow) -> None:
    found = controls(window)
    assert len(found) > 40
    assert [one for one in found if not one.accessibleName()] == []
    assert [one.accessibleName() for one in found if not one.toolTip()] == []
    assert [
        one
        for one in found
        if one.focusPolicy() == Qt.FocusPolicy.NoFocus and one.isVisible() and one.isEnabled()
    ] == []


def test_without_a_file_it_says_what_to_do_and_offers_only_that(window: MainWindow) -> None:
    assert window.start.isVisible()
    assert not window.views.isVisible()
    enabled = {name for name, action in window.actions_by_name.items() if action.isEnabled()}
    assert {"open", "open_folder", "models", "help", "keys", "about", "log", "quit"} <= enabled
    needing = {
        "remove",
        "export_frame",
        "export_view",
        "export_map",
        "export_timeline",
        "export_scan",
        "copy",
        "play",
        "step_on",
        "go_to",
    }
    assert enabled.isdisjoint(
        needing
        | {
            "occlusion",
            "draw_box",
            "draw_region",
            "follow",
            "bookmark",
            "undo",
            "redo",
            "fit",
            "worst",
            "solo",
            "linked",
        }
    )
    assert window.is_settled()


def test_space_presses_a_button_that_has_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    pressed: list[bool] = []
    button = QPushButton("press", window)
    button.clicked.connect(lambda: pressed.append(True))
    button.show()
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    button.deleteLater()
    assert len(pressed) == 1


def test_colours_change_while_it_runs(window: MainWindow) -> None:
    for theme in (DARK, LIGHT):
        next(
            action for action in window.menus.themes.actions() if action.data() == theme.name
        ).trigger()
        image = window.grab().toImage()
        corner = image.pixelColor(image.width() // 2, 3).name()
        view = window.views.panels[0].picture.graphics
        assert corner == theme.window
        assert view.grab().toImage().pixelColor(5, 5).name() == theme.canvas
        assert [
            action.data() for action in window.menus.themes.actions() if action.isChecked()
        ] == [theme.name]


@pytest.mark.parametrize("name", ["keys", "about", "models"])
def test_a_dialog_comes_and_goes(window: MainWindow, name: str) -> None:
    seen: list[QDialog] = []

    def answer(dialog: QDialog) -> None:
        seen.append(dialog)
        dialog.reject()

    when_asked(QDialog, answer)
    window.actions_by_name[name].trigger()
    assert len(seen) == 1
    seen.clear()


def test_nothing_is_remembered_where_that_is_not_wanted(window: MainWindow) -> None:
    window.services.change(ela=ElaSettings(quality=33))
    assert not settings_path().exists()


@pytest.mark.parametrize("layout", ["a,b,c", "AAAA,AAAA,AAAA", "nonsense", "é,é,é"])
def test_an_invalid_layout_is_ignored(qapp: QApplication, package: Path, layout: str) -> None:
    settings = AppSettings(model=str(package), layout=layout)
    window, sentence = make_window(settings, remembers=False)
    assert sentence is None
    assert window.width() > 200
    end_window(window)
