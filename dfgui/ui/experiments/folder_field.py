"""A field for a folder, with a button that asks for one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from dfgui.ui.widgets.fields import label
from dfgui.ui.widgets.theme import SPACE


class FolderField(QWidget):
    """A name, a path that can be typed, and "Browse...".

    Args:
        name: over the field.
        tip: what the folder is for.
    """

    changed = Signal(str)
    """Emitted at each letter."""
    chosen = Signal(str)
    """The path is complete: Enter was pressed, the field lost focus, or the dialog answered."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._build_ui(name, tip)
        self.line.textChanged.connect(self.changed)
        self.line.editingFinished.connect(lambda: self.chosen.emit(self.path))
        self.browse.clicked.connect(self._on_browse)

    @property
    def path(self) -> str:
        """The text in the field."""
        return self.line.text().strip()

    def set_path(self, path: str) -> None:
        """Show a path without a signal."""
        with QSignalBlocker(self.line):
            self.line.setText(path)
        self.line.setCursorPosition(len(path))  # the end says more than the beginning

    def _build_ui(self, name: str, tip: str) -> None:
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setToolTip(tip)
        self.browse = QPushButton(self.tr("Browse..."))
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Browse: {}").format(name))
        self.browse.setToolTip(tip)
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        heading = label(name, "heading")
        heading.setBuddy(self.line)
        column.addWidget(heading)
        column.addLayout(row)

    def _on_browse(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, self._name, self.path):
            self.set_path(folder)
            self.changed.emit(folder)
            self.chosen.emit(folder)
