"""The meter that says how much error levels can show in a picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from dfgui.core.display.wording import ELA_CLEARLY, ELA_HARDLY
from dfgui.ui.widgets.theme import LIGHT, Theme


class InformativenessMeter(QWidget):
    """How far a known implant stands out, from 1 (blind) to 2 and more.

    Marks show where the words change.
    """

    TOP = 2.0

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._visibility: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What error levels can show here"))

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self.update()

    def show_value(self, visibility: float | None) -> None:
        """Show a visibility, >= 1; None if it was not measured."""
        self._visibility = visibility
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A bar and a line below it."""
        return QSize(160, 14 + self.fontMetrics().lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the bar, its marks and its ends."""
        bar = QRectF(0.5, 0.5, self.width() - 1, 10)
        outline = QPainterPath()
        outline.addRoundedRect(bar, 5, 5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(outline, QColor(self._theme.raised))
            if self._visibility is not None:
                painter.setClipPath(outline)
                filled = QRectF(
                    bar.left(), bar.top(), self._x(bar, self._visibility) - bar.left(), bar.height()
                )
                painter.fillRect(
                    filled,
                    QColor(
                        self._theme.warning if self._visibility < ELA_HARDLY else self._theme.accent
                    ),
                )
            painter.setPen(QPen(QColor(self._theme.muted), 1))
            for border in (ELA_HARDLY, ELA_CLEARLY):
                painter.drawLine(round(self._x(bar, border)), 1, round(self._x(bar, border)), 10)
            painter.setClipping(False)
            painter.setPen(QPen(QColor(self._theme.border), 1))
            painter.drawPath(outline)
            painter.setPen(QColor(self._theme.muted))
            below = QRectF(0, 12, self.width(), self.fontMetrics().lineSpacing())
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self.tr("1: no sensitivity"))
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("2 or more: clear"))

    def _x(self, bar: QRectF, visibility: float) -> float:
        # A blind method still shows a sliver: an empty bar would look like one that was not
        # measured.
        share = min(max((visibility - 1) / (self.TOP - 1), 0.015), 1)
        return bar.left() + bar.width() * share
