"""The shortcut sheet: every key of the window, read from its actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dfgui.ui.widgets.theme import SPACE

Group = tuple[str, Sequence[QAction]]
Line = tuple[str, list[QKeySequence]]

COLUMNS = 3  # at most; fewer if the screen is narrow
HEAD = 2  # lines that a group's heading and the gap after it take
SHOWN_PER_LINE = 2  # shortcuts of one action; a third would crowd the column
CAP = """QLabel { background: palette(button); color: palette(button-text); \
border: 1px solid palette(mid); border-bottom-width: 2px;
    border-radius: 4px; padding: 1px 6px; }"""


class ShortcutSheet(QDialog):
    """Keys and what they do, in groups. `?` again or Escape closes it.

    Args:
        groups: a heading and its actions, in order; actions without a key and groups without any
            such are left out.
        parent: the window.
    """

    def __init__(self, groups: Sequence[Group], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard"))
        lined = [(title, lines) for title, actions in groups if (lines := _lines(actions))]
        self._build_ui(lined)
        self._close.clicked.connect(self.accept)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """`?` closes the sheet as it opened it; Escape does so by itself."""
        if event.key() == Qt.Key.Key_Question:
            self.accept()
        else:
            super().keyPressEvent(event)

    def _build_ui(self, groups: list[tuple[str, list[Line]]]) -> None:
        room = self.screen().availableSize() - QSize(80, 80)
        for count in range(COLUMNS, 0, -1):
            sheet = self._sheet(_columns(groups, count))
            if sheet.sizeHint().width() + 8 * SPACE <= room.width():
                break
            sheet.deleteLater()
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setAccessibleName(self.tr("Keys and what they do"))
        frame = QFrame()
        frame.setProperty("role", "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(area)
        self._close = QPushButton(self.tr("Close"))
        self._close.setToolTip(self.tr("Close (Esc)"))
        self._close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE + SPACE // 2)
        layout.addWidget(frame, 1)
        layout.addLayout(buttons)
        hint = sheet.sizeHint()
        self.resize((hint + QSize(8 * SPACE, 12 * SPACE)).boundedTo(room))

    def _sheet(self, columns: list[list[tuple[str, list[Line]]]]) -> QWidget:
        sheet = QWidget()
        layout = QHBoxLayout(sheet)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(4 * SPACE)
        for number, column in enumerate(columns):
            if number:
                layout.addStretch()
            layout.addLayout(self._column(column))
        return sheet

    def _column(self, groups: list[tuple[str, list[Line]]]) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE // 2 + 2)
        row = 0
        for title, lines in groups:
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            grid.addWidget(heading, row, 0, 1, 2)
            for text, keys in lines:
                row += 1
                grid.addWidget(
                    self._caps(text, keys),
                    row,
                    0,
                    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                )
                grid.addWidget(QLabel(text), row, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.setRowMinimumHeight(row + 1, 2 * SPACE)
            row += 2
        column = QVBoxLayout()
        column.addLayout(grid)
        column.addStretch()
        return column

    def _caps(self, text: str, keys: list[QKeySequence]) -> QWidget:
        shown = [
            key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys[:SHOWN_PER_LINE]
        ]
        caps = QWidget()
        caps.setAccessibleName(self.tr("{}: {}").format(text, self.tr(" or ").join(shown)))
        layout = QHBoxLayout(caps)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        for number, keys_of_one in enumerate(shown):
            if number:
                layout.addWidget(_muted(self.tr("or")))
            for part in _parts(keys_of_one):
                cap = QLabel(part)
                cap.setObjectName("cap")
                cap.setStyleSheet(CAP)
                cap.setAlignment(Qt.AlignmentFlag.AlignCenter)
                cap.setMinimumWidth(max(cap.sizeHint().width(), cap.fontMetrics().height() + SPACE))
                layout.addWidget(cap)
        layout.addStretch()
        return caps


def _lines(actions: Sequence[QAction]) -> list[Line]:
    return [
        (_plain(action.text()), keys)
        for action in actions
        if (keys := [key for key in action.shortcuts() if not key.isEmpty()])
    ]


def _plain(text: str) -> str:
    """An action's text without the mark of its mnemonic and the dots of its dialog."""
    return (
        text.replace("&&", "\0")
        .replace("&", "")
        .replace("\0", "&")
        .removesuffix("...")
        .removesuffix("\N{HORIZONTAL ELLIPSIS}")
    )


def _parts(keys: str) -> list[str]:
    """The keys of "Ctrl+Shift+O"; a plus sign can itself be one."""
    if keys.endswith("++"):
        return [*keys[:-2].split("+"), "+"]
    return [keys] if keys == "+" else keys.split("+")


def _columns(
    groups: list[tuple[str, list[Line]]], count: int
) -> list[list[tuple[str, list[Line]]]]:
    """The groups, in their order, cut into at most `count` columns of about one height."""
    total = sum(len(lines) + HEAD for _, lines in groups)
    columns: list[list[tuple[str, list[Line]]]] = [[]]
    filled = 0
    for group in groups:
        height = len(group[1]) + HEAD
        # A group goes where its middle lies.
        place = min(int((filled + height / 2) * count / total), count - 1)
        if place >= len(columns) and columns[-1]:
            columns.append([])
        columns[-1].append(group)
        filled += height
    return columns


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label
