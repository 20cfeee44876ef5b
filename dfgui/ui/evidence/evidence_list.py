"""The evidence list: one row per file with its picture, its state in words, and its actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dfgui.ui.evidence.evidence_row import ROW_ROLE, EvidenceRow, EvidenceRows, RowPainter
from dfgui.ui.widgets.language import grouped
from dfgui.ui.widgets.mnemonics import mark_letters
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme


class EvidenceList(QWidget):
    """The left column of the window. It shows rows and says what the user wants done with them.

    `chosen` is emitted when the user goes to another row, and when the chosen one was removed and
    its neighbour takes its place.
    """

    chosen = Signal(int)
    cancel_requested = Signal(int)
    again_requested = Signal(int)
    remove_requested = Signal(int)
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._build_ui()
        self._connect()
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._delegate.theme = theme
        self._view.viewport().update()

    def set_rows(self, rows: Sequence[EvidenceRow]) -> None:
        """Show these rows in this order; the chosen one stays chosen if it is still there."""
        before = self.current_id()
        self._quiet = True
        self._model.set_rows(rows)
        if before is not None:
            self._select(before)
        self._quiet = False
        self._changed()

    def put_row(self, row: EvidenceRow) -> None:
        """Update a row, or add it at the end."""
        self._model.put(row)
        self._changed()

    def remove_row(self, evidence: int) -> None:
        """Remove a row; if it was the chosen one, choose its neighbour and emit `chosen`."""
        before = self.current_id()
        self._quiet = True
        self._model.remove(evidence)
        self._quiet = False
        self._changed()
        after = self.current_id()
        if after is not None and after != before:
            self.chosen.emit(after)

    def set_thumbnail(self, evidence: int, image: QImage) -> None:
        """Show a picture of the file; ignored if the row is gone."""
        self._model.set_thumbnail(evidence, image)

    def choose(self, evidence: int) -> None:
        """Choose a row and bring it into sight, without a signal."""
        self._quiet = True
        self._select(evidence)
        self._quiet = False

    def current_id(self) -> int | None:
        """The evidence of the chosen row."""
        row = self._model.row_at(self._view.currentIndex())
        return None if row is None else row.id

    def _build_ui(self) -> None:
        self._model = EvidenceRows(self)
        self._delegate = RowPainter(self)
        self._view = _View(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(self._delegate)
        self._view.setAccessibleName(self.tr("Evidence"))
        heading, self._count = QLabel(self.tr("Evidence")), QLabel()
        heading.setProperty("role", "heading")
        self._count.setProperty("role", "muted")
        keys = QKeySequence(QKeySequence.StandardKey.Open).toString(
            QKeySequence.SequenceFormat.NativeText
        )
        self._open = QPushButton(self.tr("Open..."))
        self._open.setAccessibleName(self.tr("Open evidence"))
        self._open.setToolTip(self.tr("Open videos, pictures or a folder ({})").format(keys))
        header = QHBoxLayout()
        header.setSpacing(SPACE)
        header.addWidget(heading)
        header.addWidget(self._count)
        header.addStretch()
        header.addWidget(self._open)
        self._stack = QStackedWidget()
        self._stack.addWidget(
            self._empty_page(self.tr("Drop videos or pictures here, or press {}.").format(keys))
        )
        self._stack.addWidget(self._view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(header)
        layout.addWidget(self._stack, 1)
        self.setMinimumWidth(180)

    def _empty_page(self, sentence: str) -> QWidget:
        page = QFrame()
        page.setProperty("role", "panel")
        self._empty = QLabel(sentence)
        self._empty.setProperty("role", "muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.addWidget(self._empty)
        return page

    def _connect(self) -> None:
        self._open.clicked.connect(self.open_requested)
        self._view.selectionModel().currentChanged.connect(self._on_current_changed)
        self._view.remove_pressed.connect(self._on_remove_pressed)
        self._view.again_pressed.connect(self._on_again_pressed)
        self._view.menu_asked.connect(self._on_menu_asked)
        self._delegate.cancel_clicked.connect(self.cancel_requested)

    def _on_current_changed(self, current: QModelIndex) -> None:
        row = self._model.row_at(current)
        if row is not None and not self._quiet:
            self.chosen.emit(row.id)

    def _on_menu_asked(self, place: QPoint) -> None:
        row = self._model.row_at(self._view.currentIndex())
        if row is not None:
            self.menu(row).popup(place)

    def menu(self, row: EvidenceRow) -> QMenu:
        """What can be done with a row; the menu deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entry(menu, self.tr("Analyse again"), "F5", not row.running).triggered.connect(
            lambda: self.again_requested.emit(row.id)
        )
        self._entry(menu, self.tr("Cancel analysis"), "Shift+Esc", row.running).triggered.connect(
            lambda: self.cancel_requested.emit(row.id)
        )
        self._entry(menu, self.tr("Remove from list"), "Del").triggered.connect(
            lambda: self.remove_requested.emit(row.id)
        )
        menu.addSeparator()
        self._entry(menu, self.tr("Copy path")).triggered.connect(
            lambda: QGuiApplication.clipboard().setText(row.path)
        )
        copy = self._entry(menu, self.tr("Copy SHA-256"), enabled=row.sha256 is not None)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(row.sha256 or ""))
        mark_letters(menu)
        return menu

    def _entry(self, menu: QMenu, text: str, keys: str = "", enabled: bool = True) -> QAction:
        action = menu.addAction(text)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(enabled)
        return action

    def _on_remove_pressed(self) -> None:
        self._emit(self.remove_requested)

    def _on_again_pressed(self) -> None:
        self._emit(self.again_requested)

    def _emit(self, signal: SignalInstance) -> None:
        evidence = self.current_id()
        if evidence is not None:
            signal.emit(evidence)

    def _select(self, evidence: int) -> None:
        index = self._model.index_of(evidence)
        if index.isValid():
            self._view.setCurrentIndex(index)
            self._view.scrollTo(index)

    def _changed(self) -> None:
        count = self._model.rowCount()
        self._count.setText(grouped(count) if count else "")
        self._count.setAccessibleName(self.tr("{} files").format(count))
        self._stack.setCurrentIndex(1 if count else 0)


class _View(QListView):
    """Rows of one height; it takes Delete and F5 before the window's own shortcuts do."""

    remove_pressed = Signal()
    again_pressed = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._signal_for(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        asked = self._signal_for(event)
        if asked is None:
            super().keyPressEvent(event)
        else:
            asked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
            place = (
                self.viewport().mapToGlobal(self.visualRect(index).center())
                if by_key
                else event.globalPos()
            )
            self.menu_asked.emit(place)

    def _signal_for(self, event: QKeyEvent) -> SignalInstance | None:
        row = self.currentIndex().data(ROW_ROLE)
        if not isinstance(row, EvidenceRow) or event.modifiers() not in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            return None
        if event.key() == Qt.Key.Key_Delete:
            return self.remove_pressed
        return self.again_pressed if event.key() == Qt.Key.Key_F5 and not row.running else None
