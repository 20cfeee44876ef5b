"""The message bar: one sentence and its next step, on top of the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

Level = Literal["info", "warning"]
Action = tuple[str, Callable[[], None]]


@dataclass(frozen=True)
class _Message:
    sentence: str
    level: Level
    actions: tuple[Action, ...]


class MessageBar(QFrame):
    """Shows one message at a time and hides itself when there is none; later ones wait their turn.

    A button of a message does what it says and takes the message away; Escape, with the keyboard in
    the bar, and the cross only take it away.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: deque[_Message] = deque()
        self._buttons: list[QPushButton] = []
        self._build_ui()
        self._close.clicked.connect(self.dismiss)
        self.set_theme(LIGHT)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._colour()

    def show_message(
        self, sentence: str, level: Level = "info", actions: Sequence[Action] = ()
    ) -> None:
        """Show a message, or queue it behind those already there; a repeated one is left out.

        Args:
            sentence: what happened and what to do next.
            level: "warning" if something went wrong.
            actions: buttons: a name, and what is called when it is pressed.
        """
        if any(worded(sentence) == message.sentence for message in self._messages):
            return
        self._messages.append(_Message(worded(sentence), level, tuple(actions)))
        if len(self._messages) == 1:
            self._show_first()
        self._count_waiting()

    def dismiss(self) -> None:
        """Take the message that is shown away; the next one follows, or the bar hides."""
        if self._messages:
            self._messages.popleft()
        if self._messages:
            self._show_first()
            self._count_waiting()
        else:
            self.hide()

    def sentence(self) -> str:
        """The sentence that is shown; empty if there is none."""
        return self._messages[0].sentence if self._messages else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape takes the message away."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Escape from the window's own shortcuts while the keyboard is in the bar."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def _build_ui(self) -> None:
        self.setObjectName("message_bar")
        self._icon, self._text, self._waiting = QLabel(), QLabel(), QLabel()
        self._icon.setObjectName("message_icon")
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        side = self.fontMetrics().height() + 4
        self._icon.setFixedSize(side, side)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # sentences hold names of files
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._waiting.setProperty("role", "muted")
        self._close = QToolButton()
        self._close.setText("\N{MULTIPLICATION SIGN}")
        self._close.setProperty("role", "flat")
        self._close.setAccessibleName(self.tr("Dismiss the message"))
        self._close.setToolTip(self.tr("Dismiss (Esc)"))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        self._layout.setSpacing(SPACE)
        for widget in (self._icon, self._text, self._waiting, self._close):
            self._layout.addWidget(widget, 1 if widget is self._text else 0)

    def _show_first(self) -> None:
        message = self._messages[0]
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(name, action) for name, action in message.actions]
        for button in self._buttons:
            self._layout.insertWidget(self._layout.indexOf(self._close), button)
        self._text.setText(message.sentence)
        self.setAccessibleName(message.sentence)
        self._colour()
        self.show()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, message.sentence))

    def _button(self, name: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(name)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self._on_pressed(action))
        return button

    def _on_pressed(self, action: Callable[[], None]) -> None:
        self.dismiss()
        action()

    def _count_waiting(self) -> None:
        waiting = len(self._messages) - 1
        self._waiting.setVisible(waiting > 0)
        self._waiting.setText(self.tr("{} more").format(waiting))

    def _colour(self) -> None:
        warns = bool(self._messages) and self._messages[0].level == "warning"
        colour = self._theme.warning if warns else self._theme.accent
        self._icon.setText("!" if warns else "i")
        self._icon.setAccessibleName(self.tr("Warning") if warns else self.tr("Note"))
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        self.setStyleSheet(
            f"#message_bar {{ background: rgba({red}, {green}, {blue}, 34); border: 1px solid"
            f" rgba({red}, {green}, {blue}, 120); border-radius: 6px; }}#message_icon {{"
            f" background: {colour}; color: {self._theme.surface}; font-weight: 700; border-radius:"
            f" {self._icon.width() // 2}px; }}"
        )
