"""The Frame tab as a user works it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import FrameFacts
from dfgui.ui.inspector.frame_page import FramePage

HASH = "0123456789abcdef" * 4
FACES = (
    PlacedFace(1, Box(207, 69, 145, 146), True, 0.93296),
    PlacedFace(4, Box(362, 145, 202, 202), True, 0.1),
)


@pytest.fixture
def page(qtbot: QtBot) -> FramePage:
    widget = FramePage()
    qtbot.addWidget(widget)
    widget.resize(320, 700)
    widget.show()
    widget.show_frame(FrameFacts(1103, 4.12, "P", sha256=HASH))
    return widget


def _shown(page: FramePage) -> list[str]:
    QApplication.processEvents()  # Qt shows labels added later only after this
    return [
        label.text() for label in page.findChildren(QLabel) if label.isVisible() and label.text()
    ]


def test_facts_of_a_frame(page: FramePage) -> None:
    shown = _shown(page)
    for text in ("1,103", "00:00:04.120", "4.120000 s", "P (predicted)"):
        assert text in shown
    assert "earlier frames" in page._type.toolTip()
    assert not any("damaged" in text for text in shown)
    page.show_frame(FrameFacts(3, None, "?", damaged=True))
    assert "This frame is damaged: parts of it may come from other frames." in _shown(page)
    assert _shown(page).count("not given by the file") == 2


def test_without_a_frame_it_says_what_to_do(page: FramePage) -> None:
    page.show_frame(None)
    assert _shown(page) == ["No frame is shown. Open a file with Ctrl+O."]


def test_the_hash_is_whole_at_any_width_and_copied_without_breaks(
    qtbot: QtBot, page: FramePage
) -> None:
    button = next(
        one
        for one in page.findChildren(QToolButton)
        if one.accessibleName() == "Copy SHA-256 of the picture"
    )
    for width in (240, 320, 700):
        page.resize(width, 700)
        text = page._hash._text
        qtbot.waitUntil(lambda text=text: text.verticalScrollBar().maximum() == 0)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == HASH
    page.show_frame(FrameFacts(3, None, "?"))
    assert not button.isEnabled()


def test_a_face_is_chosen_with_mouse_or_keyboard(qtbot: QtBot, page: FramePage) -> None:
    chosen: list[int] = []
    page.face_chosen.connect(chosen.append)
    page.show_faces(FACES, 1)
    assert not page._choose.isEnabled()  # the highlighted face is the chosen one
    place = page._table.visualItemRect(page._table.item(1, 1)).center()
    qtbot.mouseClick(page._table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == []
    qtbot.mouseClick(page._choose, Qt.MouseButton.LeftButton)
    assert chosen == [4]
    qtbot.keyClick(page._table, Qt.Key.Key_Up)
    qtbot.keyClick(page._table, Qt.Key.Key_Return)
    assert chosen == [4, 1]


def test_faces_with_track_place_and_score(page: FramePage) -> None:
    page.show_faces(FACES, 4)
    texts = [[page._table.item(row, column).text() for column in range(3)] for row in range(2)]
    assert texts == [["1", "207, 69, 145 x 146", "0.933"], ["4", "362, 145, 202 x 202", "0.100"]]
    assert [index.row() for index in page._table.selectionModel().selectedRows()] == [1]
    page.show_faces((), None)
    assert "No face is known in this frame. Draw a box by hand to score one." in _shown(page)
    assert not page._choose.isEnabled()


def test_a_box_by_hand(qtbot: QtBot, page: FramePage) -> None:
    with qtbot.waitSignal(page.box_requested, timeout=1000):
        qtbot.mouseClick(page._draw, Qt.MouseButton.LeftButton)
    page.show_hand_score(Box(10, 20, 30, 40), None, "The box is too small.")
    assert "10, 20, 30 x 40" in _shown(page)
    assert "The box is too small." in _shown(page)
    assert "0.613" not in _shown(page)
    page.show_hand_score(Box(10, 20, 30, 40), 0.6131, "A single face, drawn by hand.")
    assert "0.613" in _shown(page)
    page.show_hand_score(None, None, "")
    assert "10, 20, 30 x 40" not in _shown(page)


def test_a_box_without_a_face_has_no_score(page: FramePage) -> None:
    page.show_faces((FACES[0], PlacedFace(4, Box(362, 145, 202, 202), excluded=True)), 1)
    table = page._table
    assert [table.item(row, 2).text() for row in range(table.rowCount())] == ["0.933", "no face"]
