"""The message bar: one sentence at a time, and the actions of its buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from dfgui.ui.main.message_bar import MessageBar
from dfgui.ui.widgets.theme import DARK


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def _buttons(bar: MessageBar) -> list[str]:
    return [button.text() for button in bar.findChildren(QPushButton) if button.isVisible()]


def _texts(bar: MessageBar) -> list[str]:
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]


def test_messages_wait_their_turn(bar: MessageBar, qtbot: QtBot) -> None:
    assert not bar.isVisible()
    bar.show_message(
        "The analysis process ended and was restarted.", "warning", [("Show log", lambda: None)]
    )
    bar.show_message("Saved.")
    bar.show_message("Saved.")
    assert _texts(bar) == ["!", "The analysis process ended and was restarted.", "1 more"]
    assert (_buttons(bar), bar.accessibleName()) == (
        ["Show log"],
        "The analysis process ended and was restarted.",
    )
    qtbot.mouseClick(bar.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert (_texts(bar), _buttons(bar)) == (["i", "Saved."], [])
    qtbot.mouseClick(bar.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert bar.sentence() == ""


def test_a_button_acts_once_and_may_show_the_next_message(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message(
        "Notes were found.", "info", [("Take over", lambda: bar.show_message("Taken over."))]
    )
    qtbot.mouseClick(
        next(button for button in bar.findChildren(QPushButton)), Qt.MouseButton.LeftButton
    )
    assert (bar.isVisible(), bar.sentence(), _buttons(bar)) == (True, "Taken over.", [])


def test_escape_dismisses_before_the_window_gets_it(bar: MessageBar, qtbot: QtBot) -> None:
    stopped: list[bool] = []
    QShortcut(QKeySequence("Esc"), bar.window()).activated.connect(lambda: stopped.append(True))
    with qtbot.waitActive(bar):
        bar.show_message("Saved.", actions=[("Show", lambda: None)])
        bar.activateWindow()
    button = bar.findChildren(QPushButton)[0]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Escape)
    assert (bar.isVisible(), stopped) == (False, [])


def test_names_of_files_are_not_markup(bar: MessageBar) -> None:
    bar.show_message("<b>x</b>.mp4 cannot be read.")
    assert (
        next(label for label in bar.findChildren(QLabel) if "cannot" in label.text()).textFormat()
        == Qt.TextFormat.PlainText
    )


def test_a_warning_has_the_warning_colour_of_the_theme(bar: MessageBar) -> None:
    bar.show_message("Saved.")
    bar.set_theme(DARK)
    assert DARK.accent in bar.styleSheet()
    bar.dismiss()
    bar.show_message("It ended.", "warning")
    assert DARK.warning in bar.styleSheet()
