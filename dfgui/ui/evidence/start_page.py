"""The first screen: what the program does and does not do, and three ways on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dfgui.ui.widgets.fields import label, scrolled
from dfgui.ui.widgets.theme import SPACE

WIDE = 80  # letters; narrower pages have one column
WIDEST = 110  # letters of two lines that are read with ease


class StartPage(QWidget):
    """Shown while no file is open."""

    open_requested = Signal()
    demo_requested = Signal()
    meaning_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build_ui()
        self.open.clicked.connect(self.open_requested)
        self.demo.clicked.connect(self.demo_requested)
        self.meaning.clicked.connect(self.meaning_requested)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the two lists below each other if the page is narrow."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE * self.fontMetrics().averageCharWidth()
        way = QBoxLayout.Direction
        self._lists.setDirection(way.LeftToRight if wide else way.TopToBottom)

    def _build_ui(self) -> None:
        title = label(self.tr("Was a face in this video replaced?"), "title")
        content = QWidget()
        content.setMaximumWidth(WIDEST * self.fontMetrics().averageCharWidth())
        column = QVBoxLayout(content)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addWidget(title)
        column.addLayout(self._both_lists())
        column.addLayout(self._ways())
        column.addWidget(
            label(self.tr("Or drop videos, pictures or a folder anywhere on this window."), "muted")
        )
        middle = QWidget()
        around = QVBoxLayout(middle)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(content, 20)
        row.addStretch(1)
        around.addStretch(1)
        around.addLayout(row)
        around.addStretch(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolled(middle))

    def _both_lists(self) -> QBoxLayout:
        self._lists = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lists.setSpacing(3 * SPACE)
        does = (
            self.tr("Scores every face of a video or picture with a neural network."),
            self.tr("Answers with a likelihood ratio, its strength in words, and error rates."),
            self.tr("Shows frame, error levels and face side by side, and what drives the score."),
            self.tr("Works offline and never writes to the evidence."),
        )
        does_not = (
            self.tr("Prove anything: an answer is one piece of evidence among others."),
            self.tr("Say how likely a fake is: that also depends on the rest of the case."),
            self.tr("Judge voices, wholly generated pictures, or edits outside a face."),
            self.tr("Answer at any price: without enough face it says so, without a number."),
        )
        self._lists.addWidget(_listed(self.tr("What this program does"), does), 1)
        self._lists.addWidget(_listed(self.tr("What it does not do"), does_not), 1)
        return self._lists

    def _ways(self) -> QHBoxLayout:
        self.open = _button(
            self.tr("Open files..."), self.tr("Videos and pictures to analyse (Ctrl+O)")
        )
        self.open.setDefault(True)
        self.demo = _button(
            self.tr("Open the demo"), self.tr("A portrait, and the same with its face altered")
        )
        self.meaning = _button(
            self.tr("What an answer means"), self.tr("Help on score, likelihood ratio and verdict")
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in (self.open, self.demo, self.meaning):
            row.addWidget(button)
        row.addStretch()
        return row


def _listed(title: str, sentences: tuple[str, ...]) -> QWidget:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE)
    column.addWidget(label(title, "heading"))
    for sentence in sentences:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        dot = QLabel("\N{BULLET}")
        dot.setAlignment(Qt.AlignmentFlag.AlignTop)
        row.addWidget(dot)
        row.addWidget(label(sentence), 1)
        column.addLayout(row)
    column.addStretch()
    return part


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button
