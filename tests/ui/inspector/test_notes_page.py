"""The Notes tab with a real notebook, worked by keys and mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dfgui.services.evidence import notes as service
from dfgui.services.evidence.notes import Bookmark, Notebook, Notes
from dfgui.ui.inspector.notes_page import NotesPage

A, B = "a" * 64, "b" * 64


@pytest.fixture
def page(qtbot: QtBot) -> NotesPage:
    page = NotesPage()
    qtbot.addWidget(page)
    page.resize(320, 500)
    page.show()
    return page


@pytest.fixture
def book(page: NotesPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """The notebook of the page, with the signals of both connected as in the window."""
    monkeypatch.setattr(
        service.platformdirs, "user_data_dir", lambda *args, **options: str(tmp_path)
    )
    book = Notebook()
    book.changed.connect(page.show_notes)
    book.saved_changed.connect(page.set_saved)
    page.text_changed.connect(book.set_text)
    page.bookmark_added.connect(lambda: book.add_bookmark(103, 4.12))
    page.bookmark_removed.connect(book.remove_bookmark)
    page.bookmark_renamed.connect(book.rename_bookmark)
    page.save_requested.connect(book.save)
    book.open(A, "clip.mp4")
    yield book
    book.deleteLater()


def _field(page: NotesPage) -> QPlainTextEdit:
    return page.findChild(QPlainTextEdit)


def _rows(page: NotesPage) -> list[list[str]]:
    tree = page.findChild(QTreeWidget)
    return [
        [tree.topLevelItem(row).text(column) for column in range(3)]
        for row in range(tree.topLevelItemCount())
    ]


def _button(page: NotesPage, text: str) -> QPushButton:
    return next(button for button in page.findChildren(QPushButton) if button.text() == text)


def _texts(page: NotesPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_without_evidence_and_without_bookmarks_it_says_what_to_do(page: NotesPage) -> None:
    assert _texts(page) == ["Open evidence to take notes on it."]
    page.show_notes(Notes(A, "clip.mp4"))
    assert "No bookmark yet. B marks the frame that is shown." in _texts(page)
    assert _field(page).isVisible()


def test_typing_in_the_middle_leaves_the_cursor_there(
    page: NotesPage, book: Notebook, qtbot: QtBot
) -> None:
    field = _field(page)
    qtbot.keyClicks(field, "seamchin")
    for _ in range(4):
        qtbot.keyClick(field, Qt.Key.Key_Left)
    said: list[str] = []
    page.text_changed.connect(said.append)
    qtbot.keyClicks(field, " at ")
    assert field.toPlainText() == "seam at chin"
    assert field.textCursor().position() == 8
    # Each key gives one message; showing the text gives none.
    assert said == ["seam chin", "seam achin", "seam atchin", "seam at chin"]
    assert book.current is not None
    assert book.current.text == "seam at chin"


def test_undo_changes_only_what_differs(page: NotesPage) -> None:
    field = _field(page)
    said: list[str] = []
    page.text_changed.connect(said.append)
    page.show_notes(Notes(A, "clip.mp4", "left \N{EYES} cheek\nchin"))
    page.show_notes(Notes(A, "clip.mp4", "left \N{EYES} chee\nchin"))
    assert field.toPlainText() == "left \N{EYES} chee\nchin"
    assert field.textCursor().position() == 12  # after "chee": the emoji is two of Qt's characters
    page.show_notes(Notes(A, "clip.mp4", "aaa"))
    page.show_notes(Notes(A, "clip.mp4", "aa"))
    assert field.toPlainText() == "aa"
    page.show_notes(Notes(B, "other.mp4", ""))
    assert field.toPlainText() == ""
    assert said == []


def test_the_window_undoes_while_the_text_has_the_focus(
    page: NotesPage, book: Notebook, qtbot: QtBot
) -> None:
    action = QAction(page)
    action.setShortcut(QKeySequence.StandardKey.Undo)
    action.triggered.connect(book.undo)
    page.addAction(action)
    page.activateWindow()
    _field(page).setFocus()
    qtbot.keyClicks(_field(page), "word")
    qtbot.mouseClick(_button(page, "Add bookmark"), Qt.MouseButton.LeftButton)
    _field(page).setFocus()
    qtbot.keyClick(_field(page), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    # The undo of the field itself would remove "word".
    assert book.current == Notes(A, "clip.mp4", "word")
    qtbot.keyClick(_field(page), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert _field(page).toPlainText() == ""


def test_bookmarks_by_keys(page: NotesPage, book: Notebook, qtbot: QtBot) -> None:
    book.add_bookmark(90_000, 3600.9996, "late")
    book.add_bookmark(4, None)
    qtbot.mouseClick(_button(page, "Add bookmark"), Qt.MouseButton.LeftButton)
    assert _rows(page) == [
        ["-", "4", ""],
        ["00:00:04.120", "103", ""],
        ["01:00:01.000", "90000", "late"],
    ]
    tree = page.findChild(QTreeWidget)
    went: list[int] = []
    page.went_to.connect(went.append)
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Return)  # the one just added is chosen
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.keyClick(tree, Qt.Key.Key_Enter)
    assert went == [103, 90_000]
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    editor = tree.findChild(QLineEdit)
    qtbot.keyClicks(editor, " seam ")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _rows(page)[1] == ["00:00:04.120", "103", "seam"])
    assert went == [103, 90_000]  # Enter in the label ends the editing only
    assert book.current is not None
    assert book.current.bookmarks[1] == Bookmark(103, 4.12, "seam")
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert [row[1] for row in _rows(page)] == ["4", "90000"]
    book.undo()
    assert _rows(page)[1] == ["00:00:04.120", "103", "seam"]


def test_bookmarks_by_mouse(page: NotesPage, book: Notebook, qtbot: QtBot) -> None:
    book.add_bookmark(7, 0.28, "eyes")
    tree = page.findChild(QTreeWidget)
    went: list[int] = []
    page.went_to.connect(went.append)
    place = tree.visualItemRect(tree.topLevelItem(0)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert went == []
    qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert went == [7]
    tree.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    remove = next(action for action in menu.actions() if "Remove" in action.text().replace("&", ""))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(remove).center())
    assert _rows(page) == []
    assert "No bookmark yet. B marks the frame that is shown." in _texts(page)


def test_it_says_whether_the_notes_are_saved(page: NotesPage, book: Notebook, qtbot: QtBot) -> None:
    assert "Saved." not in _texts(page)  # nothing was written
    assert not _button(page, "Save notes").isEnabled()
    qtbot.keyClicks(_field(page), "x")
    assert "Not saved yet; kept as a draft." in _texts(page)
    qtbot.mouseClick(_button(page, "Save notes"), Qt.MouseButton.LeftButton)
    assert "Saved." in _texts(page)
    assert not book.unsaved


def test_save_stays_in_sight_in_a_small_window(page: NotesPage, book: Notebook) -> None:
    for frame in range(9):
        book.add_bookmark(frame, frame / 25)
    page.resize(300, 150)
    QApplication.processEvents()
    save = _button(page, "Save notes")
    assert save.visibleRegion().boundingRect() == save.rect()
    assert page.rect().contains(save.geometry().translated(save.parentWidget().pos()))


def test_everything_has_a_name_and_can_be_reached(page: NotesPage) -> None:
    page.show_notes(Notes(A, "clip.mp4"))
    page.set_saved(False)
    controls: list[QWidget] = [
        _field(page),
        page.findChild(QTreeWidget),
        *page.findChildren(QPushButton),
    ]
    for control in controls:
        assert control.accessibleName()
        assert control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
