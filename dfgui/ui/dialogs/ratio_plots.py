"""Tippett plot and reliability diagram of a network's likelihood ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from dfgui.core.display.ratio_rows import UNITS
from dfgui.core.network.score import WEAK
from dfgui.core.network.validation import Validation
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.plots import still, style_plot
from dfgui.ui.widgets.theme import SPACE, Theme

HEIGHT_LINES = 16  # lines of text that a plot is high
LARGEST_MARK = 12.0  # px, of the step with most ratios


class RatioPlots(QWidget):
    """Both diagrams of one unit, and a choice of the unit.

    Args:
        validations: at least one.
        theme: its colours.
        parent: the page.
    """

    def __init__(
        self, validations: Sequence[Validation], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._validations, self._theme = tuple(validations), theme
        self._build_ui()
        self._unit.currentIndexChanged.connect(self._draw)
        self._unit.setCurrentIndex(len(self._validations) - 1)  # the file's: the verdict is its
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for plot in (self._tippett, self._reliability):
            plot.setBackground(theme.surface)
            style_plot(plot.getPlotItem(), theme)
        self._draw()

    def _build_ui(self) -> None:
        self._unit = QComboBox()
        self._unit.setAccessibleName(self.tr("Likelihood ratios of"))
        for one in self._validations:
            self._unit.addItem(worded(UNITS[one.of]))
        self._tippett = self._plot(
            self.tr("Tippett plot"),
            self.tr("log10 LR"),
            self.tr("% with this ratio or more"),
        )
        self._reliability = self._plot(
            self.tr("Reliability diagram"), self.tr("score"), self.tr("share of fakes observed")
        )
        plots = QHBoxLayout()
        plots.setSpacing(2 * SPACE)
        plots.addWidget(self._tippett)
        plots.addWidget(self._reliability)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._unit, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(plots)

    def _plot(self, name: str, below: str, left: str) -> pg.PlotWidget:
        plot = pg.PlotWidget()
        plot.setAccessibleName(name)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        plot.setMinimumHeight(HEIGHT_LINES * self.fontMetrics().lineSpacing())
        item = plot.getPlotItem()
        still(item)
        item.setTitle(name)
        item.setLabel("bottom", below)
        item.setLabel("left", left)
        for side in ("left", "bottom"):
            item.getAxis(side).enableAutoSIPrefix(False)
        return plot

    def _draw(self) -> None:
        one = self._validations[self._unit.currentIndex()]
        self._draw_tippett(one)
        self._draw_reliability(one)

    def _draw_tippett(self, one: Validation) -> None:
        item = self._tippett.getPlotItem()
        item.clear()
        at = np.array([point.log10_lr for point in one.tippett])
        for colour, shares in (
            (self._theme.real, [point.real for point in one.tippett]),
            (self._theme.fake, [point.fake for point in one.tippett]),
        ):
            item.addItem(
                pg.PlotDataItem(at, 100 * np.array(shares), pen=pg.mkPen(QColor(colour), width=2))
            )
        for limit in (-WEAK, WEAK):
            self._line(item, limit)
        item.setXRange(min(at[0], -WEAK), max(at[-1], WEAK), padding=0.02)
        item.setYRange(0, 100, padding=0.02)
        misleading = self.tr(
            "{0:.0f} % of the real ones have a ratio of 2 or more, {1:.0f} % of the fakes one"
            " below 1/2. Lines: where a verdict begins."
        ).format(
            100 * float(np.interp(WEAK, at, [point.real for point in one.tippett])),
            100 * (1 - float(np.interp(-WEAK, at, [point.fake for point in one.tippett]))),
        )
        self._tippett.setToolTip(misleading)
        self._tippett.setAccessibleDescription(misleading)

    def _draw_reliability(self, one: Validation) -> None:
        item = self._reliability.getPlotItem()
        item.clear()
        item.addItem(pg.PlotDataItem([0, 1], [0, 1], pen=self._dashes()))
        ink = QColor(self._theme.accent)
        for step in one.reliability:
            item.addItem(
                pg.PlotDataItem(
                    [step.low, step.high], [step.observed] * 2, pen=pg.mkPen(ink, width=2)
                )
            )
        most = max(step.n for step in one.reliability)
        item.addItem(
            pg.ScatterPlotItem(
                [(step.low + step.high) / 2 for step in one.reliability],
                [step.observed for step in one.reliability],
                size=[max(3.0, LARGEST_MARK * (step.n / most) ** 0.5) for step in one.reliability],
                brush=pg.mkBrush(ink),
                pen=None,
            )
        )
        item.setXRange(0, 1, padding=0.02)
        item.setYRange(0, 1, padding=0.02)
        words = self.tr(
            "If scores are calibrated, the marks lie on the dashed line. Larger marks stand for"
            " more ratios."
        )
        self._reliability.setToolTip(words)
        self._reliability.setAccessibleDescription(words)

    def _line(self, item: Any, at: float) -> None:
        item.addItem(pg.InfiniteLine(at, angle=90, movable=False, pen=self._dashes()))

    def _dashes(self) -> Any:
        return pg.mkPen(QColor(self._theme.muted), width=1, style=Qt.PenStyle.DashLine)
