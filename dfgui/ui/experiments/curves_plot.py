"""The learning curves of a run under way: one colour per arm, and a constant answer's level."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStackedLayout, QWidget

from dfgui.services.training.learning import ArmCurve, ConstantLevel
from dfgui.ui.experiments.run_labels import (
    MARKERS,
    arm_colour,
    arm_pen,
    level_name,
    number,
    quantity_name,
)
from dfgui.ui.widgets.fields import label
from dfgui.ui.widgets.plots import still, style_plot
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

FAINT = 0.25  # opacity of the arms that are not chosen
BAND = 0.16  # opacity
BANDS_DRAWN = 2  # more of them would hide one another
MARKED = 40  # epochs: with more, the marks would run together
CROWD = 12  # arms: with more, lines are thin and without marks
ROOM = 0.08  # of the height, above and below the curves


class CurvesPlot(QWidget):
    """A quantity over the epochs; a sentence if there are none yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._quantity, self._chosen = "val_loss", ""
        self._curves: tuple[ArmCurve, ...] = ()
        self._level: ConstantLevel | None = None
        self._build_ui()
        self.set_theme(LIGHT)
        self.show_nothing("")

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        self._plot.setBackground(theme.surface)
        style_plot(self._item, theme)
        self._draw()

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence instead of curves."""
        self._nothing.setText(sentence)
        self._stack.setCurrentIndex(0)

    def show_curves(
        self,
        quantity: str,
        curves: Sequence[ArmCurve],
        level: ConstantLevel | None,
        chosen: str = "",
    ) -> None:
        """Show a quantity.

        Args:
            quantity: its name in the events.
            curves: of every arm, in the order of the report; those that have not begun are empty.
            level: what a constant answer reaches; None if not known.
            chosen: the arm to bring out; empty for all alike.
        """
        self._quantity, self._curves, self._level, self._chosen = (
            quantity,
            tuple(curves),
            level,
            chosen,
        )
        self._stack.setCurrentIndex(1)
        self._item.setLabel("left", quantity_name(quantity))
        self._draw()
        self._plot.setAccessibleDescription(self._in_words())

    def _build_ui(self) -> None:
        self._nothing = label("", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(4 * SPACE, SPACE, 4 * SPACE, SPACE)
        self._plot = pg.PlotWidget()
        self._plot.setAccessibleName(self.tr("Learning curves"))
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._item = self._plot.getPlotItem()
        still(self._item)
        self._item.setContentsMargins(SPACE // 2, SPACE, SPACE, SPACE // 2)
        self._item.setLabel("bottom", self.tr("epoch"))
        self._item.getAxis("left").enableAutoSIPrefix(False)
        self._item.showGrid(y=True, alpha=0.25)
        self._box: pg.ViewBox = self._item.getViewBox()
        self._box.disableAutoRange()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(self._plot)

    def _draw(self) -> None:
        self._item.clear()
        drawn = [(place, curve) for place, curve in enumerate(self._curves) if len(curve.epochs)]
        if not drawn:
            return
        with_bands = len(drawn) <= BANDS_DRAWN
        banded = {
            curve.arm
            for _, curve in drawn
            if curve.arm == self._chosen or (with_bands and not self._chosen)
        }
        for place, curve in sorted(drawn, key=lambda one: one[1].arm == self._chosen):
            if curve.arm in banded and curve.fits > 1:
                self._add_band(place, curve)
            self._add_curve(place, curve, 1.0 if self._chosen in ("", curve.arm) else FAINT)
        if self._level is not None:
            self._add_level(self._level, [curve for _, curve in drawn])
        self._fit([curve for _, curve in drawn], banded)

    def _add_curve(self, place: int, curve: ArmCurve, strength: float) -> None:
        ink = QColor(arm_colour(place, self._theme))
        ink.setAlphaF(strength)
        crowded = len(self._curves) > CROWD and curve.arm != self._chosen
        pen = arm_pen(place, ink, 1.2 if crowded else 2.0)
        marks = {
            "symbol": MARKERS[place % len(MARKERS)],
            "symbolSize": 7,
            "symbolBrush": ink,
            "symbolPen": None,
        }
        marked = {} if crowded or len(curve.epochs) > MARKED else marks
        self._item.addItem(pg.PlotDataItem(curve.epochs, curve.mean, pen=pen, **marked))

    def _add_band(self, place: int, curve: ArmCurve) -> None:
        """Fill from the lowest to the highest of the fits."""
        ink = QColor(arm_colour(place, self._theme))
        ink.setAlphaF(BAND)
        edges = [
            pg.PlotCurveItem(curve.epochs, values, pen=None) for values in (curve.low, curve.high)
        ]
        for edge in edges:
            self._item.addItem(edge)
        self._item.addItem(pg.FillBetweenItem(*edges, brush=ink))

    def _add_level(self, level: ConstantLevel, curves: Sequence[ArmCurve]) -> None:
        ink = QColor(self._theme.text)
        if level.high > level.low:
            band = QColor(ink)
            band.setAlphaF(BAND / 2)
            region = pg.LinearRegionItem(
                (level.low, level.high),
                orientation="horizontal",
                brush=band,
                pen=pg.mkPen(None),
                movable=False,
            )
            self._item.addItem(region)
        words = f"{level_name(self._quantity)} {level.mean:.4f}"
        paper = QColor(self._theme.surface)
        paper.setAlphaF(0.85)
        first, last = (
            min(abs(float(curve.mean[at]) - level.mean) for curve in curves) for at in (0, -1)
        )
        side = 0 if first > last else 1  # where the words hide no curve
        line = pg.InfiniteLine(
            level.mean,
            angle=0,
            movable=False,
            pen=pg.mkPen(ink, width=1.5, style=Qt.PenStyle.DashLine),
            label=words,
            labelOpts={
                "position": (0.015, 0.985)[side],
                "color": self._theme.text,
                "fill": paper,
                "anchors": [(side, 1), (side, 1)],
            },
        )
        self._item.addItem(line)

    def _fit(self, curves: Sequence[ArmCurve], banded: Set[str]) -> None:
        """Show everything but a first epoch so far off that it would flatten the rest."""
        last = max(int(curve.epochs[-1]) for curve in curves)
        edges = [
            (curve.epochs, each)
            for curve in curves
            for each in ((curve.low, curve.high) if curve.arm in banded else (curve.mean,))
        ]
        every = np.concatenate([values for _, values in edges])
        later = np.concatenate([values[epochs > 1] for epochs, values in edges])
        shown = np.append(
            later if len(later) else every, [] if self._level is None else [self._level.mean]
        )
        low, high = float(shown.min()), float(shown.max())
        reach = max(high - low, 1e-3)
        if every.max() <= high + reach and every.min() >= low - reach:
            low, high = min(low, float(every.min())), max(high, float(every.max()))
        reach = max(high - low, 1e-3)
        self._box.setYRange(low - ROOM * reach, high + ROOM * reach, padding=0)
        self._box.setXRange(0.5, max(last, 4) + 0.5, padding=0)
        step = max(1, round(max(last, 4) / 12))
        self._item.getAxis("bottom").setTicks(
            [[(epoch, str(epoch)) for epoch in range(step, last + step, step)] or [(1, "1")]]
        )

    def _in_words(self) -> str:
        """The curves in words, for those who do not see them."""
        lines = [
            self.tr("{}: {} after {} epochs").format(
                curve.arm, number(float(curve.mean[-1])), len(curve.mean)
            )
            for curve in self._curves
            if len(curve.mean)
        ]
        if self._level is not None:
            lines.append(f"{level_name(self._quantity)}: {number(self._level.mean)}")
        return f"{quantity_name(self._quantity)}. {'; '.join(lines)}."
