"""The timeline as a picture for a report: PNG or SVG, on white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from dfgui.ui.timeline.legend import LegendEntry
from dfgui.ui.timeline.plot import TimelinePlot
from dfgui.ui.widgets.theme import LIGHT, SPACE

PictureKind = Literal["png", "svg"]
SIZE = QSize(1000, 360)  # pixels at 100 %
PNG_SCALE = 2  # its pixels to one of these


def timeline_picture(
    kind: PictureKind, shown: TimelinePlot, entries: Sequence[LegendEntry], font: QFont
) -> bytes:
    """What a plot shows now as the bytes of a file, in the same stretch.

    The picture has the legend and no playhead.

    Raises:
        RuntimeError: the picture could not be coded.
    """
    plot = TimelinePlot()
    try:
        plot.setFont(font)
        plot.set_theme(LIGHT)
        plot.show_as(shown)
        head = round(2 * QFontMetricsF(font).height())
        plot.resize(SIZE.width(), SIZE.height() - head)
        plot.grab()  # a widget that is not on screen is laid out by this alone
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if kind == "svg":
            _paint(_svg(buffer, plot), plot, entries, font, head)
        else:
            image = QImage(SIZE * PNG_SCALE, QImage.Format.Format_RGB32)
            image.setDevicePixelRatio(PNG_SCALE)
            _paint(image, plot, entries, font, head)
            # Qt's stubs know this overload with bytes only.
            if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
                raise RuntimeError("the picture of the timeline could not be coded as PNG")
        return bytes(buffer.data().data())
    finally:
        plot.close()
        plot.deleteLater()


def _svg(buffer: QBuffer, plot: TimelinePlot) -> QSvgGenerator:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    # Points of the fonts then have as many pixels as when they were measured.
    generator.setResolution(plot.logicalDpiX())
    generator.setSize(SIZE)
    generator.setViewBox(QRectF(QPointF(), SIZE.toSizeF()))
    return generator


def _paint(
    device: QImage | QSvgGenerator,
    plot: TimelinePlot,
    entries: Sequence[LegendEntry],
    font: QFont,
    head: int,
) -> None:
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.fillRect(QRectF(QPointF(), SIZE.toSizeF()), QColor(LIGHT.surface))
    metrics, x = QFontMetricsF(font), float(SPACE)
    for entry in entries:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(entry.colour if entry.track is not None else LIGHT.text))
        painter.drawEllipse(QPointF(x + SPACE / 2, head / 2), SPACE / 2, SPACE / 2)
        painter.setPen(QColor(LIGHT.text))
        painter.drawText(QPointF(x + 1.5 * SPACE, head / 2 + metrics.capHeight() / 2), entry.text)
        x += metrics.horizontalAdvance(entry.text) + 3.5 * SPACE
    painter.setBrush(Qt.BrushStyle.NoBrush)
    plot.render(
        painter, QRectF(0, head, SIZE.width(), SIZE.height() - head), plot.viewport().rect()
    )
    painter.end()
