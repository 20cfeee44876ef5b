"""The Notes tab: the analyst's notes on the evidence, and the frames worth coming back to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.display.wording import time_code
from dfgui.services.evidence.notes import Bookmark, Notes
from dfgui.ui.widgets.fields import label, scrolled
from dfgui.ui.widgets.mnemonics import mark_letters
from dfgui.ui.widgets.theme import SPACE

TIME, FRAME, LABEL = range(3)
NUMBER = Qt.ItemDataRole.UserRole  # of the frame, in the first column


class NotesPage(QWidget):
    """Text and bookmarks of one evidence file.

    Every change is sent by a signal and comes back through `show_notes`.
    """

    text_changed = Signal(str)
    bookmark_added = Signal()  # at the frame that is shown
    bookmark_removed = Signal(int)  # frame
    bookmark_renamed = Signal(int, str)  # frame, label
    went_to = Signal(int)  # frame
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sha256 = ""
        self._showing = self._has_notes = False
        self._is_saved = True
        self._build_ui()
        self._connect()
        self.show_instead("")
        self.show_notes(None)

    def show_instead(self, sentence: str) -> None:
        """Say what a chosen file waits for, or why it has no notes; empty if none is open."""
        self._empty.setText(sentence or self.tr("Open evidence to take notes on it."))

    def show_notes(self, notes: Notes | None) -> None:
        """Show notes, changing only what differs; None if no evidence is open.

        The cursor stays in place while somebody types.
        """
        self._stack.setCurrentIndex(0 if notes is None else 1)
        if notes is None:
            return
        self._showing = True
        try:
            other = notes.sha256 != self._sha256
            if other:
                self._bookmarks.clear()
                self._text.clear()
                self._sha256 = notes.sha256
            _replace_what_differs(self._text, notes.text)
            self._show_bookmarks(notes.bookmarks)
            self._has_notes = bool(notes.text or notes.bookmarks)
            self._say_state()
            if other and (first := self._bookmarks.topLevelItem(0)):
                self._bookmarks.setCurrentItem(first)
        finally:
            self._showing = False

    def set_saved(self, saved: bool) -> None:
        """Say whether the notes file holds what is shown; nothing while there are no notes."""
        self._is_saved = saved
        self._say_state()
        self._save.setEnabled(not saved)

    def _say_state(self) -> None:
        text = self.tr("Saved.") if self._has_notes else ""
        self._state.setText(text if self._is_saved else self.tr("Not saved yet; kept as a draft."))

    def _build_ui(self) -> None:
        self._text = _Text()
        self._text.setPlaceholderText(self.tr("What you see, where, and what it may mean."))
        self._text.setAccessibleName(self.tr("Notes on this evidence"))
        self._text.setToolTip(
            self.tr(
                "Notes on this evidence; kept next to the program's settings, never in the evidence"
            )
        )
        self._text.setTabChangesFocus(True)
        self._text.setUndoRedoEnabled(False)  # the notebook's undo knows text and bookmarks
        self.setFocusProxy(self._text)
        self._add = QPushButton(self.tr("Add bookmark"))
        self._add.setAccessibleName(self.tr("Add a bookmark at the frame that is shown"))
        self._add.setToolTip(self.tr("Mark the frame that is shown (B)"))
        self._bookmarks = _Bookmarks()
        self._bookmarks.setAccessibleName(self.tr("Bookmarks"))
        self._bookmarks.setToolTip(
            self.tr("Enter or double click: go there. F2: rename. Delete: remove.")
        )
        self._bookmarks.setHeaderLabels([self.tr("Time"), self.tr("Frame"), self.tr("Label")])
        self._no_bookmark = _sentence(self.tr("No bookmark yet. B marks the frame that is shown."))
        self._state = label("", "muted")
        self._save = QPushButton(self.tr("Save notes"))
        self._save.setAccessibleName(self.tr("Save the notes"))
        self._save.setToolTip(self.tr("Save the notes (Ctrl+S)"))
        self.set_saved(True)

        self._stack = QStackedWidget()
        self._empty = _sentence("")
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._laid_out())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _laid_out(self) -> QWidget:
        self._list = QStackedWidget()
        self._list.addWidget(self._no_bookmark)
        self._list.addWidget(self._bookmarks)
        above = QHBoxLayout()
        above.addWidget(label(self.tr("Bookmarks"), "heading"), 1)
        above.addWidget(self._add)
        below = QHBoxLayout()
        below.setContentsMargins(SPACE, 0, SPACE, SPACE)
        below.addWidget(self._state, 1)
        below.addWidget(self._save)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addWidget(self._text, 3)
        layout.addLayout(above)
        layout.addWidget(self._list, 2)
        page = QWidget()
        # What is written scrolls in a small window; whether it is saved stays in sight.
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(scrolled(content), 1)
        rows.addLayout(below)
        return page

    def _connect(self) -> None:
        self._text.textChanged.connect(self._on_typed)
        self._add.clicked.connect(self.bookmark_added)
        self._save.clicked.connect(self.save_requested)
        self._bookmarks.chosen.connect(self.went_to)
        self._bookmarks.dropped.connect(self.bookmark_removed)
        self._bookmarks.itemChanged.connect(self._on_item_changed)

    def _on_typed(self) -> None:
        if not self._showing:
            self.text_changed.emit(self._text.toPlainText())

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._showing and column == LABEL:
            self.bookmark_renamed.emit(item.data(TIME, NUMBER), item.text(LABEL).strip())

    def _show_bookmarks(self, bookmarks: tuple[Bookmark, ...]) -> None:
        """Update rows in place, so that the selection and a label being edited stay."""
        rows = self._bookmarks
        frames = {mark.frame for mark in bookmarks}
        for row in reversed(range(rows.topLevelItemCount())):
            item = rows.topLevelItem(row)
            if item and _frame_of(item) not in frames:
                rows.takeTopLevelItem(row)
        for row, mark in enumerate(bookmarks):
            item = rows.topLevelItem(row)
            if item is None or _frame_of(item) != mark.frame:
                item = _row(mark)
                rows.insertTopLevelItem(row, item)
                rows.setCurrentItem(item)
            if item.text(LABEL) != mark.label:
                item.setText(LABEL, mark.label)
            item.setToolTip(LABEL, mark.label)
        self._list.setCurrentIndex(1 if bookmarks else 0)


class _Text(QPlainTextEdit):
    """A text field that leaves undo and redo to the window: they take back bookmarks too."""

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _is_undo(event)
        ):
            event.ignore()
            return False
        return super().event(event)


class _Bookmarks(QTreeWidget):
    """Rows of time code, frame and label, worked by keys as the tool tip says."""

    chosen = Signal(int)  # frame
    dropped = Signal(int)  # frame

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(3)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setTabKeyNavigation(False)
        self.setStyleSheet("QTreeView::item { padding: 2px; }")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.itemDoubleClicked.connect(lambda item, column: self._choose(item))
        header = self.header()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes to the frame, Delete removes the bookmark, F2 renames it."""
        acts = {
            Qt.Key.Key_Return: self._choose,
            Qt.Key.Key_Enter: self._choose,
            Qt.Key.Key_Delete: self._drop,
            Qt.Key.Key_Backspace: self._drop,
            Qt.Key.Key_F2: self._rename,
        }
        act, item = acts.get(Qt.Key(event.key())), self.currentItem()
        if act and item and self.state() != QAbstractItemView.State.EditingState:
            act(item)
        else:
            super().keyPressEvent(event)

    def _choose(self, item: QTreeWidgetItem) -> None:
        self.chosen.emit(_frame_of(item))

    def _drop(self, item: QTreeWidgetItem) -> None:
        self.dropped.emit(_frame_of(item))

    def _rename(self, item: QTreeWidgetItem) -> None:
        self.editItem(item, LABEL)

    def _on_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, act in (
            (self.tr("Go to this frame"), self._choose),
            (self.tr("Rename"), self._rename),
            (self.tr("Remove"), self._drop),
        ):
            menu.addAction(text).triggered.connect(partial(self._on_menu_choice, act))
        mark_letters(menu)
        menu.popup(self.viewport().mapToGlobal(place))

    def _on_menu_choice(self, act: Callable[[QTreeWidgetItem], None]) -> None:
        if item := self.currentItem():
            act(item)


def _row(mark: Bookmark) -> QTreeWidgetItem:
    item = QTreeWidgetItem(
        ["-" if mark.pts_s is None else time_code(mark.pts_s), str(mark.frame), mark.label]
    )
    item.setData(TIME, NUMBER, mark.frame)
    item.setFlags(
        Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsEditable
    )
    item.setTextAlignment(FRAME, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _frame_of(item: QTreeWidgetItem) -> int:
    return int(item.data(TIME, NUMBER))


def _replace_what_differs(field: QPlainTextEdit, text: str) -> None:
    """Change only the part of the text between what is equal at both ends.

    So the view does not jump, and the cursor goes to the change.
    """
    old = field.toPlainText()
    if old == text:
        return
    head = _common(old, text)
    rest = text[head:]
    tail = _common(old[head:][::-1], rest[::-1])
    cursor = field.textCursor()
    cursor.setPosition(_units(old[:head]))
    cursor.setPosition(_units(old[: len(old) - tail]), QTextCursor.MoveMode.KeepAnchor)
    cursor.insertText(rest[: len(rest) - tail])
    field.setTextCursor(cursor)


def _common(first: str, second: str) -> int:
    """How many characters both start with."""
    return next(
        (at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other),
        min(len(first), len(second)),
    )


def _units(text: str) -> int:
    """Length as Qt counts it, in UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(
        QKeySequence.StandardKey.Redo
    )


def _sentence(text: str) -> QLabel:
    """A sentence to show if there is nothing else."""
    made = label(text, "muted")
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
    return made
