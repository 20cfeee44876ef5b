"""The shortcut sheet and the data that it reads from actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dfgui.ui.dialogs.shortcut_sheet import ShortcutSheet


def _action(text: str, *keys: str) -> QAction:
    action = QAction(text)
    action.setShortcuts(list(keys))
    return action


def _sheet(qtbot: QtBot) -> ShortcutSheet:
    groups = [
        (
            "File",
            [_action("&Open...", "Ctrl+Shift+O"), _action("Cut && paste", "+"), _action("No key")],
        ),
        ("Nothing", [_action("No key either")]),
        ("Play", [_action("Play or pause", "Space", "K", "P"), _action("Zoom in", "Ctrl++")]),
    ]
    sheet = ShortcutSheet(groups)
    qtbot.addWidget(sheet)
    sheet.show()
    return sheet


def test_keys_and_descriptions(qtbot: QtBot) -> None:
    sheet = _sheet(qtbot)
    labels = sheet.findChildren(QLabel)
    caps = [label.text() for label in labels if label.objectName() == "cap"]
    assert sorted(caps) == sorted(["Ctrl", "Shift", "O", "+", "Space", "K", "Ctrl", "+"])
    texts = [label.text() for label in labels if label.objectName() != "cap"]
    assert sorted(texts) == sorted(
        ["File", "Open", "Cut & paste", "Play", "Play or pause", "or", "Zoom in"]
    )


def test_a_cap_holds_its_whole_text(qtbot: QtBot) -> None:
    sheet = _sheet(qtbot)
    for cap in (label for label in sheet.findChildren(QLabel) if label.objectName() == "cap"):
        assert cap.width() >= cap.sizeHint().width()


def test_escape_and_the_question_mark_close_it(qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Question):
        sheet = _sheet(qtbot)
        qtbot.keyClick(sheet, key)
        assert not sheet.isVisible()
