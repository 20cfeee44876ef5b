"""What the timeline draws inside its axes: zones, gaps, curves, marks, however many frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from dfgui.core.display.score_curves import (
    Columns,
    Gaps,
    ScanArrays,
    ScoreCurve,
    faceless,
    per_column,
)
from dfgui.core.network.package import Bounds
from dfgui.ui.timeline.axes import BOTTOM, LIMITLESS, TINTS, TOP, Scale, small, zones
from dfgui.ui.widgets.theme import LIGHT, Theme, track_colour

translate = QCoreApplication.translate

FAINT = 0.3  # opacity of the tracks that are not chosen
# Pixels: strokes of tracks without a face, above the lower edge, and half of their length.
LEFT_OUT_HEIGHT, LEFT_OUT_HALF = 10.0, 4.0
BANDS_DRAWN = 3  # intervals of more tracks at a time would hide one another


def _no_gaps() -> Gaps:
    return faceless(ScanArrays.of([]))


@dataclass(frozen=True, eq=False)
class PlotContent:
    """What the canvas draws.

    Attributes:
        count: frames of the file.
        curves: of the tracks.
        gaps: stretches without any face.
        left_out: tracks that hold no face, by number: the frames in which they were found,
            ascending.
        has_scan: whether any frame was looked at.
        chosen: number of the emphasised track.
        key_frames: (K,) int64, ascending.
        marks: frame number and label of each bookmark.
        region: (2, R) float64, frame numbers (ascending) and how much the score drops there when
            the region is hidden, -1 to 1.
    """

    count: int = 0
    curves: tuple[ScoreCurve, ...] = ()
    gaps: Gaps = field(default_factory=_no_gaps)
    left_out: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    has_scan: bool = False
    chosen: int | None = None
    key_frames: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    marks: tuple[tuple[int, str], ...] = ()
    region: NDArray[np.float64] = field(default_factory=lambda: np.empty((2, 0)))
    bounds: Bounds = LIMITLESS

    def offset(self, curve: ScoreCurve) -> float:
        """Frames by which a curve is moved: the faces of a one-frame file stand side by side."""
        if self.count != 1:
            return 0.0
        return (self.curves.index(curve) + 1) / (len(self.curves) + 1) - 0.5


class Canvas(QGraphicsItem):
    """Everything inside the axes but the playhead, in pixels of the view box.

    It is kept as a picture until something changes.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._box = box
        self._theme = LIGHT
        self._for_picture = False
        self.content = PlotContent()
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        box.sigRangeChanged.connect(self.refresh)
        box.sigResized.connect(self.refresh)

    def show_content(self, content: PlotContent) -> None:
        """Draw this from now on."""
        self.content = content
        self.update()

    def draw_for_picture(self) -> None:
        """Draw each time, and nothing beyond the edges: an SVG has no stored pixels or clipping."""
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self._for_picture = True

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        self.update()

    def refresh(self) -> None:
        """The view box moved or has another size."""
        self.prepareGeometryChange()
        self.update()

    @property
    def scale_now(self) -> Scale:
        """How frames and scores lie now."""
        (left, right), size = self._box.viewRange()[0], self._box.size()
        return Scale(left, right, max(size.width(), 1.0), max(size.height(), 1.0))

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The whole view box."""
        return QRectF(self._box.rect())

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw from back to front."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small(self._box.font()))
        scale, content = self.scale_now, self.content
        self._zones(painter, scale)
        self._gaps(painter, scale)
        self._key_frames(painter, scale)
        self._left_out(painter, scale)
        with_band = len(content.curves) <= BANDS_DRAWN
        for curve in sorted(content.curves, key=lambda curve: curve.track == content.chosen):
            emphasised = content.chosen in (None, curve.track)
            self._curve(
                painter,
                scale,
                curve,
                1.0 if emphasised else FAINT,
                band=curve.track == content.chosen or (with_band and emphasised),
            )
        self._region(painter, scale)
        self._marks(painter, scale)
        if not content.has_scan:
            painter.setPen(QColor(self._theme.muted))
            sentence = translate(
                "Timeline", "No scores yet: they appear here while the file is analysed."
            )
            painter.drawText(
                self.boundingRect(),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                sentence,
            )

    def _zones(self, painter: QPainter, scale: Scale) -> None:
        for zone in zones(self.content.bounds):
            if zone.strength is None:
                continue
            ink = QColor(self._theme.fake if zone.side == "fake" else self._theme.real)
            ink.setAlpha(TINTS[zone.strength])
            # The outermost ones reach the edges of the plot.
            top = scale.place(0, TOP if zone.high == 1 else zone.high).y()
            bottom = scale.place(0, BOTTOM if zone.low == 0 else zone.low).y()
            painter.fillRect(QRectF(0, top, scale.width, bottom - top), ink)
        if self.content.has_scan:
            painter.setPen(QPen(QColor(self._theme.border), 1, Qt.PenStyle.DotLine))
            middle = scale.place(0, 0.5).y()
            painter.drawLine(QPointF(0, middle), QPointF(scale.width, middle))

    def _gaps(self, painter: QPainter, scale: Scale) -> None:
        grey, edge, word = (
            QColor(self._theme.muted),
            QColor(self._theme.muted),
            translate("Timeline", "no face"),
        )
        grey.setAlpha(48)
        edge.setAlpha(150)
        metrics = QFontMetricsF(painter.font())
        needed, height = metrics.horizontalAdvance(word) + 8, scale.height
        for left, right in _merged(scale, self.content.gaps):
            painter.fillRect(QRectF(left, 0, right - left, height), grey)
            if right - left < needed:
                continue
            painter.setPen(QPen(edge, 1))
            painter.drawLines(
                [QPointF(left, 0), QPointF(left, height), QPointF(right, 0), QPointF(right, height)]
            )
            painter.setPen(QColor(self._theme.muted))
            # Below the middle, where a region's curve runs.
            painter.drawText(
                QRectF(left, height / 2, right - left, height / 2),
                int(Qt.AlignmentFlag.AlignCenter),
                word,
            )

    def _key_frames(self, painter: QPainter, scale: Scale) -> None:
        places = _within(self.content.key_frames, scale)
        painter.setPen(QPen(QColor(self._theme.muted), 1))
        for x in _whole(scale.x(places)):
            painter.drawLine(QPointF(x + 0.5, scale.height - 5), QPointF(x + 0.5, scale.height))

    def _left_out(self, painter: QPainter, scale: Scale) -> None:
        """Draw a grey stroke above the key frames for each frame with a track that holds no face.

        The strokes of the chosen track are darker.
        """
        for track, frames in self.content.left_out.items():
            ink = QColor(self._theme.muted)
            ink.setAlpha(255 if track == self.content.chosen else 110)
            painter.setPen(QPen(ink, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            y = scale.height - LEFT_OUT_HEIGHT
            for x in _whole(scale.x(_within(frames, scale))):
                painter.drawLine(QPointF(x - LEFT_OUT_HALF, y), QPointF(x + LEFT_OUT_HALF, y))

    def _curve(
        self, painter: QPainter, scale: Scale, curve: ScoreCurve, strength: float, *, band: bool
    ) -> None:
        part = curve.between(scale.left, scale.right, beyond=0 if self._for_picture else 1)
        if not len(part.frames):
            return
        x = scale.x(part.frames + self.content.offset(curve))
        thin = len(x) > scale.width / 2
        drawn = (
            per_column(part, x)
            if thin
            else Columns(x, part.mean, part.low, part.high, part.scores, part.scores, part.joined)
        )
        ink = QColor(track_colour(curve.track))
        if band:
            ink.setAlphaF(0.22 * strength)
            painter.setBrush(ink)
            painter.setPen(Qt.PenStyle.NoPen)
            for polygon in _bands(drawn, scale):
                painter.drawPolygon(polygon)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        ink.setAlphaF((0.45 if thin else 0.75) * strength)
        self._points(painter, scale, drawn, ink, thin)
        ink.setAlphaF(strength)
        join = Qt.PenJoinStyle.BevelJoin if thin else Qt.PenJoinStyle.RoundJoin
        painter.setPen(
            QPen(
                ink,
                2,
                Qt.PenStyle.SolidLine,
                Qt.PenCapStyle.FlatCap if thin else Qt.PenCapStyle.RoundCap,
                join,
            )
        )
        painter.drawPath(
            pg.functions.arrayToQPath(
                drawn.x, scale.y(drawn.mean), connect=drawn.joined.astype(np.int32)
            )
        )
        if self.content.count == 1:
            self._name(painter, QPointF(float(x[0]), float(scale.y(part.scores)[0])), curve.track)

    def _points(
        self, painter: QPainter, scale: Scale, drawn: Columns, ink: QColor, thin: bool
    ) -> None:
        """Draw a dot per score, or a line per column if there are more scores than pixels.

        The line goes from the smallest to the largest score of its column.
        """
        least, most = scale.y(drawn.least), scale.y(drawn.most)
        if not thin:
            painter.setPen(
                QPen(
                    ink,
                    9 if self.content.count == 1 else 5,
                    Qt.PenStyle.SolidLine,
                    Qt.PenCapStyle.RoundCap,
                )
            )
            painter.drawPoints(pg.functions.arrayToQPolygonF(drawn.x, most))
            return
        painter.setPen(QPen(ink, 1))
        ends = np.stack([least + 0.5, most - 0.5], 1).ravel()
        # Upright lines are crisp without smoothing, which costs more than all else here.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPath(pg.functions.arrayToQPath(np.repeat(drawn.x, 2), ends, connect="pairs"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _name(self, painter: QPainter, at: QPointF, track: int) -> None:
        painter.setPen(QColor(self._theme.text))
        painter.drawText(
            at + QPointF(10, QFontMetricsF(painter.font()).capHeight() / 2),
            translate("Timeline", "track {}").format(track),
        )

    def _region(self, painter: QPainter, scale: Scale) -> None:
        frames, drops = self.content.region
        start, end = np.searchsorted(frames, [scale.left, scale.right]).tolist()
        beyond = 0 if self._for_picture else 1
        part = slice(max(start - beyond, 0), end + beyond)
        if not len(frames[part]):
            return
        x = scale.x(frames[part])
        first = np.flatnonzero(np.diff(np.floor(x), prepend=np.floor(x[0]) - 1))
        size = np.diff(np.append(first, len(x)))
        x, drop = np.add.reduceat(x, first) / size, np.add.reduceat(drops[part], first) / size
        painter.setPen(QPen(QColor(self._theme.text), 1.5, Qt.PenStyle.DashLine))
        painter.drawPath(pg.functions.arrayToQPath(x, scale.y(0.5 + drop / 2)))

    def _marks(self, painter: QPainter, scale: Scale) -> None:
        painter.setPen(QPen(QColor(self._theme.text), 1.2))
        painter.setBrush(QColor(self._theme.warning))
        places = np.array(sorted(frame for frame, _ in self.content.marks), np.float64)
        for x in _whole(scale.x(_within(places, scale))):
            painter.drawLine(QPointF(x, 1), QPointF(x, 16))
            painter.drawPolygon(QPolygonF([QPointF(x, 1), QPointF(x + 9, 4.5), QPointF(x, 8)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _within(frames: NDArray[Any], scale: Scale) -> NDArray[np.float64]:
    start, end = np.searchsorted(frames, [scale.left, scale.right])
    return np.asarray(frames[start:end], np.float64)


def _whole(x: NDArray[np.float64]) -> list[float]:
    """Whole pixels of ascending places, each once."""
    pixels = np.floor(x)
    return pixels[np.flatnonzero(np.diff(pixels, prepend=pixels[:1] - 1))].tolist()


def _merged(scale: Scale, gaps: Gaps) -> Iterator[tuple[float, float]]:
    """The gaps in view as stretches of pixels, none narrower than a pixel.

    Gaps less than a pixel apart are merged.
    """
    seen = (gaps.right > scale.left) & (gaps.left < scale.right)
    left = np.clip(scale.x(gaps.left[seen]), 0, scale.width)
    right = np.clip(scale.x(gaps.right[seen]), 0, scale.width)
    if len(left):
        first = np.flatnonzero(np.append(True, left[1:] - right[:-1] >= 1))
        last = np.append(first[1:], len(left)) - 1
        yield from zip(
            left[first].tolist(), np.maximum(right[last], left[first] + 1).tolist(), strict=True
        )


def _bands(drawn: Columns, scale: Scale) -> Iterator[QPolygonF]:
    """The interval around each stretch of joined points; a lone point gets a width of 3 pixels."""
    low, high = scale.y(drawn.low), scale.y(drawn.high)
    ends = np.flatnonzero(~drawn.joined) + 1
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        x, lower, upper = drawn.x[start:end], low[start:end], high[start:end]
        if end - start == 1:
            x, lower, upper = (
                np.array([x[0] - 1.5, x[0] + 1.5]),
                np.repeat(lower, 2),
                np.repeat(upper, 2),
            )
        known = np.isfinite(lower)
        if known.any():
            around = [
                np.concatenate([values[known], other[known][::-1]])
                for values, other in ((x, x), (lower, upper))
            ]
            yield pg.functions.arrayToQPolygonF(*around)
