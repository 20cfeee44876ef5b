"""The message bar: the newest sentence, the older ones, and the actions of its buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from dfgui.ui.main.message_bar import WIDEST, MessageBar
from dfgui.ui.widgets.theme import DARK, SPACE


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def _buttons(bar: MessageBar) -> list[str]:
    return [button.text() for button in bar.findChildren(QPushButton) if button.isVisible()]


def _texts(bar: MessageBar) -> list[str]:
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]


def _press(bar: MessageBar, qtbot: QtBot, name: str) -> None:
    (button,) = [one for one in bar.findChildren(QToolButton) if one.accessibleName() == name]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_newest_message_is_shown_and_older_ones_can_be_read(
    bar: MessageBar, qtbot: QtBot
) -> None:
    assert not bar.isVisible()
    ended = "The analysis process ended and was restarted."
    bar.show_message(ended, "warning", [("Show log", lambda: None)])
    bar.show_message("Saved.")
    bar.show_message("Copied.")
    bar.show_message("Saved.")  # said again: it is the newest, and there is one of it
    assert (_texts(bar), bar.accessibleName()) == (["i", "Saved."], "Saved.")
    for sentence in ("Copied.", ended, "Saved.", "Copied.", ended):
        _press(bar, qtbot, "2 more")
        assert (bar.sentence(), _texts(bar)[1]) == (sentence, sentence)
    assert (_texts(bar)[0], _buttons(bar)) == ("!", ["Show log"])
    for sentence in ("Saved.", "Copied.", ""):
        _press(bar, qtbot, "Dismiss the message")
        assert bar.sentence() == sentence
    assert not bar.isVisible()


def test_a_note_leaves_and_a_warning_or_a_question_stays(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message("It ended.", "warning")
    bar.show_message("Restore them?", actions=[("Restore", lambda: None)], stays=True)
    assert not bar._leaves.isActive()
    bar.show_message("Saved.")
    assert bar._leaves.isActive()
    bar._leaves.start(0)
    qtbot.waitUntil(lambda: bar.sentence() == "Restore them?")
    assert not bar._leaves.isActive()
    bar.dismiss()
    assert (bar.sentence(), bar._leaves.isActive()) == ("It ended.", False)


def test_a_note_does_not_leave_under_the_keyboard(bar: MessageBar, qtbot: QtBot) -> None:
    with qtbot.waitActive(bar):
        bar.show_message("It was cancelled.", actions=[("Undo", lambda: None)])
        bar.activateWindow()
    bar.findChildren(QPushButton)[0].setFocus()
    bar._leaves.start(0)
    qtbot.wait(50)
    assert bar.sentence() == "It was cancelled."


def test_the_bar_lies_over_the_lower_edge(qtbot: QtBot) -> None:
    below = QWidget()
    qtbot.addWidget(below)
    below.resize(600, 400)
    below.show()
    bar = MessageBar(below)
    bar.show_message("A sentence that needs two lines in a window as narrow as this one. " * 2)
    for size in ((600, 400), (1400, 300)):
        below.resize(*size)
        qtbot.waitUntil(lambda size=size: bar.geometry().bottom() == size[1] - SPACE - 1)
        assert bar.width() == min(size[0] - 2 * SPACE, WIDEST)
        assert abs(bar.geometry().center().x() - size[0] / 2) <= 1


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
