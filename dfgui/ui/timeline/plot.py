"""The plot of the timeline: axes, canvas and playhead."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dfgui.core.network.score import WEAK
from dfgui.ui.timeline.axes import BOTTOM, TOP, TimeAxis, ZoneAxis, score_at
from dfgui.ui.timeline.canvas import Canvas, PlotContent
from dfgui.ui.widgets.theme import LIGHT, Theme

translate = QCoreApplication.translate

CLOSEST = 10  # frames that stay in view


class Playhead(QGraphicsItem):
    """A line with a handle; only its own strip is drawn again when it moves."""

    HALF = 6.0  # pixels, of the handle

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._box = box
        self._theme = LIGHT
        self.setZValue(10)
        box.sigResized.connect(self.prepareGeometryChange)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """A strip as high as the view box."""
        return QRectF(-self.HALF - 1, 0, 2 * self.HALF + 2, self._box.rect().height())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """A pentagon on a line."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(self._theme.accent)
        painter.fillRect(QRectF(-1, 0, 2, self._box.rect().height()), ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        side, tip = self.HALF, 2 * self.HALF
        corners = [
            QPointF(-side, 0),
            QPointF(side, 0),
            QPointF(side, side),
            QPointF(0, tip),
            QPointF(-side, side),
        ]
        painter.drawPolygon(QPolygonF(corners))


class TimelinePlot(pg.PlotWidget):
    """Axes, canvas and playhead, without the mouse: the timeline has its own use of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._time_axis, self._zone_axis = TimeAxis(), ZoneAxis()
        super().__init__(parent, axisItems={"bottom": self._time_axis, "right": self._zone_axis})
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setContentsMargins(0, 0, 0, 0)
        self.box: pg.ViewBox = item.getViewBox()
        self.box.setMouseEnabled(False, False)
        self.box.setDefaultPadding(0)
        self.box.disableAutoRange()
        self.box.setYRange(BOTTOM, TOP, padding=0)
        self.canvas, self.playhead = Canvas(self.box), Playhead(self.box)
        self._scores = item.getAxis("left")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self._count, self._position = 0, 0
        self.box.sigRangeChanged.connect(self._place_playhead)
        self.box.sigResized.connect(self._place_playhead)
        self._label_axes()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        self.setBackground(theme.surface)
        for axis in (self._scores, self._time_axis, self._zone_axis):
            axis.setPen(theme.border)
            axis.setTextPen(theme.muted)
        self.box.setBorder(pg.mkPen(theme.border))
        self._zone_axis.set_theme(theme)
        self.canvas.set_theme(theme)
        self.playhead.set_theme(theme)

    def set_focused(self, focused: bool) -> None:
        """Frame the plot in the accent while keys go to it."""
        self.box.setBorder(pg.mkPen(self._theme.accent if focused else self._theme.border))

    def set_media(self, count: int, times: NDArray[np.float64]) -> None:
        """Set the number of frames and their times in seconds; empty if the file gives none."""
        self._count, self._position = count, 0
        self._time_axis.set_times(times)
        self._time_axis.setStyle(showValues=count > 1)
        self.playhead.setVisible(count > 1)
        self.reset()

    def show_content(self, content: PlotContent) -> None:
        """Draw this from now on."""
        self.canvas.show_content(content)
        self._zone_axis.set_bounds(content.bounds)

    def show_as(self, other: TimelinePlot) -> None:
        """Show the other's content and stretch for a picture: drawn each time, no playhead."""
        self.set_media(other._count, other._time_axis.times)
        self.show_range(*other.range_now)
        self.show_content(other.canvas.content)
        self.canvas.draw_for_picture()
        self.playhead.hide()

    @property
    def range_now(self) -> tuple[float, float]:
        """First and last place in view, in frames."""
        left, right = self.box.viewRange()[0]
        return left, right

    def zoom(self, factor: float, about: float) -> None:
        """Show `factor` times as many frames; the place `about` stays where it is."""
        left, right = self.range_now
        whole, closest = float(max(self._count, 1)), float(min(CLOSEST, max(self._count, 1)))
        factor = min(max(factor, closest / (right - left)), whole / (right - left))
        self.show_range(about - (about - left) * factor, about + (right - about) * factor)

    def reset(self) -> None:
        """Show the whole file."""
        self.show_range(-0.5, self._count - 0.5)

    def show_range(self, left: float, right: float) -> None:
        """Show frames `left` to `right`, as far as the file's ends and the closest zoom allow."""
        whole = float(max(self._count, 1))
        width = min(max(right - left, min(CLOSEST, whole)), whole)
        # Neither end wins over the middle.
        left = min(max((left + right - width) / 2, -0.5), whole - 0.5 - width)
        self.box.setXRange(left, left + width, padding=0)

    def set_position(self, index: int) -> None:
        """Move the playhead, and the view if it would be out of sight."""
        self._position = index
        left, right = self.range_now
        if not left <= index <= right:
            self.show_range(index - 0.1 * (right - left), index + 0.9 * (right - left))
        self._place_playhead()

    def frame_at(self, at: QPointF) -> float:
        """Where a point of the widget lies, in frames."""
        scale = self.canvas.scale_now
        return float(scale.left + self._in_box(at).x() / scale.width * (scale.right - scale.left))

    def nearest(self, at: QPointF) -> int:
        """The frame nearest to a point of the widget, among those in view."""
        left, right = self.range_now
        seen = min(max(self.frame_at(at), left), right)
        return min(max(round(seen), 0), self._count - 1)

    def point(self, frame: float, score: float) -> QPointF:
        """Where a frame and a score lie, in pixels of the widget."""
        return QPointF(
            self.mapFromScene(self.box.mapToScene(self.canvas.scale_now.place(frame, score)))
        )

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A strip."""
        return QSize(600, 140)

    def _in_box(self, at: QPointF) -> QPointF:
        return QPointF(self.box.mapFromScene(self.mapToScene(at.toPoint())))

    def _place_playhead(self) -> None:
        self.playhead.setPos(self.canvas.scale_now.place(self._position, TOP))

    def _label_axes(self) -> None:
        weak = score_at(WEAK)
        metrics = QFontMetricsF(self._scores.font())
        ends = [
            (0.0, translate("Timeline", "real {}").format(0)),
            (1.0, translate("Timeline", "fake {}").format(1)),
        ]
        labels = [*ends, (1 - weak, f"{1 - weak:.2f}"), (weak, f"{weak:.2f}")]
        self._scores.setTicks([labels])
        self._scores.setStyle(tickLength=4)
        self._scores.setWidth(max(metrics.horizontalAdvance(text) for _, text in labels) + 12)
        # The first label may stand out by half of itself.
        beyond = int(metrics.horizontalAdvance("0:00:00.000") / 2) + 2
        self._time_axis.setStyle(tickLength=4, hideOverlappingLabels=beyond)
        self._time_axis.setHeight(metrics.height() + 8)
        self._zone_axis.setWidth(self._zone_axis.needed())
        self.getPlotItem().showAxis("right")
