"""What a run says, sentence by sentence."""

from __future__ import annotations

from collections import deque

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from dfgui.ui.widgets.theme import LIGHT, Theme

KEPT = 2000  # sentences


class Sentences(QPlainTextEdit):
    """Sentences as they come, the newest last; warnings have a mark and a colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._said: deque[tuple[str, bool]] = deque(maxlen=KEPT)
        self.setReadOnly(True)
        self.setMaximumBlockCount(KEPT)
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("What the run says"))
        self.setPlaceholderText(self.tr("What the run says appears here."))

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        said = list(self._said)
        self.forget()
        for sentence, warns in said:
            self.add(sentence, warns=warns)

    def forget(self) -> None:
        """Remove all sentences."""
        self._said.clear()
        self.clear()

    def add(self, sentence: str, *, warns: bool = False) -> None:
        """Add a sentence; scroll to it only if the end was in view."""
        self._said.append((sentence, warns))
        bar = self.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        form = QTextCharFormat()
        form.setForeground(QColor(self._theme.warning if warns else self._theme.text))
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.document().isEmpty():
            cursor.insertBlock()
        cursor.insertText(f"! {sentence}" if warns else sentence, form)
        if at_end:
            bar.setValue(bar.maximum())
