"""The arms of a run: the colour of each, how many networks were fitted, and how good each got."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from dfgui.services.training.learning import ArmCurve, ConstantLevel, is_better_high
from dfgui.ui.experiments.run_labels import (
    MARKERS,
    NONE,
    arm_colour,
    arm_pen,
    level_name,
    number,
    quantity_name,
)
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

ICON = QSize(26, 12)  # px
ARM = 0  # column


class ArmTable(QTableWidget):
    """One row per arm; the plot highlights the chosen one."""

    chosen = Signal(str)
    """Name of an arm; empty for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self._theme = LIGHT
        self._shown: tuple[str, Sequence[ArmCurve], ConstantLevel | None] = ("val_loss", (), None)
        self.setAccessibleName(self.tr("Arms of the run"))
        self.setToolTip(self.tr("Choose an arm to bring it out in the plot; Esc shows all alike"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setIconSize(ICON)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + SPACE // 2)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(ARM, QHeaderView.ResizeMode.Stretch)
        self.itemSelectionChanged.connect(lambda: self.chosen.emit(self.arm))

    @property
    def arm(self) -> str:
        """The chosen arm; empty for none."""
        rows = self.selectionModel().selectedRows()
        return str(rows[0].data()) if rows else ""

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        palette = self.palette()
        for role, colour in (
            (QPalette.ColorRole.Highlight, theme.border),
            (QPalette.ColorRole.HighlightedText, theme.text),
        ):
            # On the accent the pieces of curves would be lost.
            palette.setColor(role, QColor(colour))
        self.setPalette(palette)
        self.setRowCount(0)  # the icons have the colours of the theme
        self.show_arms(*self._shown)

    def show_arms(
        self, quantity: str, curves: Sequence[ArmCurve], level: ConstantLevel | None
    ) -> None:
        """Show every arm; arguments as for the plot."""
        self._shown = (quantity, curves, level)
        self._show_headings(quantity)
        with QSignalBlocker(self):
            self.setRowCount(len(curves))
            for row, curve in enumerate(curves):
                texts = (
                    curve.arm,
                    str(curve.fits),
                    number(curve.best),
                    self._against(quantity, curve, level),
                )
                items = [self._put(row, column, text) for column, text in enumerate(texts)]
                if items[ARM].icon().isNull():
                    items[ARM].setIcon(self._icon(row))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All rows, up to eight of them."""
        rows = min(max(self.rowCount(), 2), 8) * self.verticalHeader().defaultSectionSize()
        return QSize(300, self.horizontalHeader().sizeHint().height() + rows + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape shows all arms alike."""
        if event.key() == Qt.Key.Key_Escape and self.arm:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def _show_headings(self, quantity: str) -> None:
        best = self.tr("highest") if is_better_high(quantity) else self.tr("lowest")
        of_each = self.tr("{} at each fit's best epoch, mean over the fits so far").format(
            quantity_name(quantity)
        )
        kind = self.tr(
            "Against a constant answer, at the best epoch: chosen on the same data, so too kind."
            " The verdict is in the report."
        )
        headings = (
            (self.tr("arm"), ""),
            (self.tr("fits"), self.tr("Networks that have at least one epoch")),
            (best, of_each),
            (self.tr("against {}").format(level_name(quantity)), kind),
        )
        for column, (text, tip) in enumerate(headings):
            heading = QTableWidgetItem(text)
            heading.setToolTip(tip)
            heading.setTextAlignment(_alignment(column))
            self.setHorizontalHeaderItem(column, heading)

    def _put(self, row: int, column: int, text: str) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(_alignment(column))
            self.setItem(row, column, item)
        item.setText(text)
        item.setToolTip(text)
        return item

    def _against(self, quantity: str, curve: ArmCurve, level: ConstantLevel | None) -> str:
        if level is None or curve.best is None:
            return NONE
        difference = curve.best - level.mean
        is_better = difference > 0 if is_better_high(quantity) else difference < 0
        text = self.tr("{:+.4f} better") if is_better else self.tr("{:+.4f} no better")
        return text.format(difference).replace("-", "\N{MINUS SIGN}")

    def _icon(self, place: int) -> QIcon:
        """A piece of the arm's curve with its mark."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(ICON * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        ink = QColor(arm_colour(place, self._theme))
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(arm_pen(place, ink, 2))
            painter.drawLine(0, ICON.height() // 2, ICON.width(), ICON.height() // 2)
            painter.translate(ICON.width() / 2, ICON.height() / 2)
            painter.scale(8, 8)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPath(
                pg.graphicsItems.ScatterPlotItem.Symbols[MARKERS[place % len(MARKERS)]]
            )
        icon = QIcon()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
            icon.addPixmap(picture, mode)
        return icon


def _alignment(column: int) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignLeft if column == ARM else Qt.AlignmentFlag.AlignRight
    ) | Qt.AlignmentFlag.AlignVCenter
