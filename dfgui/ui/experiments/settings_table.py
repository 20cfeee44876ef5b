"""The settings of an experiment: each value that the paper leaves open, with its default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QMargins, QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from dfgui.services.training.run_folders import flat, for_set, in_text, suits
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

NAME, VALUE = 0, 1


class SettingsTable(QTableWidget):
    """Names and editable values; a changed one is bold, an unsuitable one in the warning colour."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self._defaults: dict[str, Any] = {}
        self._values: dict[str, QTableWidgetItem] = {}
        self._theme = LIGHT
        self.setHorizontalHeaderLabels([self.tr("setting"), self.tr("value")])
        self.setAccessibleName(self.tr("Settings of the experiment"))
        self.setToolTip(
            self.tr("F2 or a double click changes a value; Delete brings its default back")
        )
        self.setItemDelegate(_OneLine(self))
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AllEditTriggers
            ^ QAbstractItemView.EditTrigger.CurrentChanged
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + SPACE)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(VALUE, QHeaderView.ResizeMode.Stretch)
        self.itemChanged.connect(self._on_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        self._mark()

    def show_settings(
        self, defaults: Mapping[str, Any], given: Mapping[str, Any] | None = None
    ) -> None:
        """Show settings with their defaults.

        Args:
            defaults: as the experiment is described; settings inside settings get a dotted name.
            given: values to show instead of the defaults.
        """
        self._defaults = flat(defaults)
        shown = self._defaults | {
            name: value for name, value in flat(given or {}).items() if name in self._defaults
        }
        with QSignalBlocker(self):
            self._values = {name: QTableWidgetItem(in_text(value)) for name, value in shown.items()}
            self.setRowCount(len(shown))
            for row, (name, item) in enumerate(self._values.items()):
                named = QTableWidgetItem(name)
                named.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                named.setToolTip(
                    self.tr("{}, by default {}").format(name, in_text(self._defaults[name]))
                )
                self.setItem(row, NAME, named)
                self.setItem(row, VALUE, item)
        self.setCurrentCell(0, VALUE)
        self._mark()
        self._fit()

    def given(self) -> tuple[tuple[str, str], ...]:
        """Names and values that differ from the defaults, as `--set` takes them."""
        return tuple(
            (name, for_set(self._defaults[name], text))
            for name, text in self._texts()
            if text != in_text(self._defaults[name])
        )

    def unsuited(self) -> str:
        """The first setting whose value is not of its kind; empty if all are."""
        return next(
            (name for name, text in self._texts() if not suits(self._defaults[name], text)), ""
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Delete restores a default."""
        if event.key() in (
            Qt.Key.Key_Delete,
            Qt.Key.Key_Backspace,
        ) and 0 <= self.currentRow() < len(self._values):
            name = list(self._values)[self.currentRow()]
            self._values[name].setText(in_text(self._defaults[name]))
        else:
            super().keyPressEvent(event)

    def _texts(self) -> list[tuple[str, str]]:
        return [(name, item.text().strip()) for name, item in self._values.items()]

    def _on_changed(self) -> None:
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        with QSignalBlocker(self):
            for name, text in self._texts():
                item, default = self._values[name], self._defaults[name]
                font = self.font()
                font.setBold(text != in_text(default))
                item.setFont(font)
                item.setForeground(
                    QColor(self._theme.text if suits(default, text) else self._theme.warning)
                )
                item.setToolTip(self.tr("{}\nBy default {}").format(text, in_text(default)))
        self.viewport().update()

    def _fit(self) -> None:
        """As high as the rows are: the page scrolls, not the table."""
        edges = self.contentsMargins() + QMargins(1, 1, 1, 1)
        rows = self.rowCount() * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + rows + edges.top() + edges.bottom()
        )


class _OneLine(QStyledItemDelegate):
    """An editor as high as its row, without the style sheet's rounding."""

    def createEditor(  # noqa: N802 - Qt's name
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setStyleSheet("QLineEdit { border-radius: 0; padding: 0 2px; }")
        editor.setAccessibleName(index.sibling(index.row(), NAME).data())
        editor.setToolTip(index.data(Qt.ItemDataRole.ToolTipRole))
        return editor
