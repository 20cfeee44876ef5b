"""The message bar: one sentence and its next step, over the lower edge of the pictures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
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
READ_MS, DECIDE_MS = 10_000, 20_000
"""How long a note stays: one to be read, and one with buttons."""
WIDEST = 900  # px; longer lines are hard to read


@dataclass(frozen=True)
class _Message:
    sentence: str
    level: Level
    actions: tuple[Action, ...]
    stays: bool


class MessageBar(QFrame):
    """Shows the newest message and hides itself when there is none; "2 more" turns to older ones.

    A button of a message does what it says and takes the message away; Escape, with the keyboard in
    the bar, and the cross only take it away. A note leaves by itself after a while, but not under
    the pointer or the keyboard. A warning stays.

    Args:
        over: the widget over whose lower edge the bar lies, so that nothing has to make room.
    """

    def __init__(self, over: QWidget | None = None) -> None:
        super().__init__(over)
        self._over = over
        self._messages: deque[_Message] = deque()
        self._buttons: list[QPushButton] = []
        self._leaves = QTimer(self, singleShot=True)
        self._build_ui()
        self._close.clicked.connect(self.dismiss)
        self._more.clicked.connect(self._on_more)
        self._leaves.timeout.connect(self._on_leaves)
        if over is not None:
            over.installEventFilter(self)
        self.set_theme(LIGHT)
        self.hide()

    def put_over(self, over: QWidget) -> None:
        """Lie over another widget from now on; a message that is shown stays."""
        if self._over is over:
            return
        if self._over is not None:
            self._over.removeEventFilter(self)
        self._over = over
        was_shown = not self.isHidden()
        self.setParent(over)  # hides it
        over.installEventFilter(self)
        self.setVisible(was_shown)
        self._place()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self._colour()

    def show_message(
        self,
        sentence: str,
        level: Level = "info",
        actions: Sequence[Action] = (),
        *,
        stays: bool = False,
    ) -> None:
        """Show a message in front of those already there; a repeated one comes to the front.

        Args:
            sentence: what happened and what to do next.
            level: "warning" if something went wrong.
            actions: buttons: a name, and what is called when it is pressed.
            stays: whether a note waits until it is answered, as a warning does.
        """
        message = _Message(worded(sentence), level, tuple(actions), stays or level == "warning")
        same = [one for one in self._messages if one.sentence == message.sentence]
        for one in same:
            self._messages.remove(one)
        self._messages.append(message)
        self._show_newest()

    def dismiss(self) -> None:
        """Take the message that is shown away; an older one follows, or the bar hides."""
        if self._messages:
            self._messages.pop()
        if self._messages:
            self._show_newest()
        else:
            self._leaves.stop()
            self.hide()

    def sentence(self) -> str:
        """The sentence that is shown; empty if there is none."""
        return self._messages[-1].sentence if self._messages else ""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay at the lower edge of what the bar lies over."""
        if event.type() == QEvent.Type.Resize and watched is self._over:
            self._place()
        return super().eventFilter(watched, event)

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
        self._icon, self._text, self._more = QLabel(), QLabel(), QToolButton()
        self._icon.setObjectName("message_icon")
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        side = self.fontMetrics().height() + 4
        self._icon.setFixedSize(side, side)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # sentences hold names of files
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._more.setProperty("role", "flat")
        self._more.setAccessibleName(self.tr("Show an older message"))
        self._more.setToolTip(self.tr("Show an older message"))
        self._close = QToolButton()
        self._close.setText("\N{MULTIPLICATION SIGN}")
        self._close.setProperty("role", "flat")
        self._close.setAccessibleName(self.tr("Dismiss the message"))
        self._close.setToolTip(self.tr("Dismiss (Esc)"))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(SPACE, SPACE // 2, SPACE // 2, SPACE // 2)
        self._layout.setSpacing(SPACE)
        for widget in (self._icon, self._text, self._more, self._close):
            self._layout.addWidget(widget, 1 if widget is self._text else 0)

    def _show_newest(self) -> None:
        message = self._messages[-1]
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(name, action) for name, action in message.actions]
        for button in self._buttons:
            self._layout.insertWidget(self._layout.indexOf(self._close), button)
            button.show()  # at once, and not with the next events
        self._text.setText(message.sentence)
        self.setAccessibleName(message.sentence)
        self._colour()
        self._count_others()
        self.show()
        self._place()
        if message.stays:
            self._leaves.stop()
        else:
            self._leaves.start(DECIDE_MS if message.actions else READ_MS)
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

    def _on_more(self) -> None:
        """Turn to the message before; the one that is shown becomes the oldest."""
        self._messages.rotate()
        self._show_newest()

    def _on_leaves(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._leaves.start()
        else:
            self.dismiss()

    def _count_others(self) -> None:
        others = self.tr("{} more").format(len(self._messages) - 1)
        self._more.setVisible(len(self._messages) > 1)
        self._more.setText(others)
        self._more.setAccessibleName(others)

    def _place(self) -> None:
        """Lie over the lower edge, as wide as a line can be read."""
        if self._over is None:
            return
        width = min(self._over.width() - 2 * SPACE, WIDEST)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        left = (self._over.width() - width) // 2
        self.setGeometry(left, self._over.height() - height - SPACE, width, height)
        self.raise_()

    def _colour(self) -> None:
        warns = bool(self._messages) and self._messages[-1].level == "warning"
        colour = self._theme.warning if warns else self._theme.accent
        self._icon.setText("!" if warns else "i")
        self._icon.setAccessibleName(self.tr("Warning") if warns else self.tr("Note"))
        self.setStyleSheet(
            f"#message_bar {{ background: {self._theme.surface}; border: 2px solid {colour};"
            f" border-radius: 6px; }}#message_icon {{"
            f" background: {colour}; color: {self._theme.surface}; font-weight: 700; border-radius:"
            f" {self._icon.width() // 2}px; }}"
        )
