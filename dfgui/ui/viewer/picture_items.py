"""Items in a view of a frame: pictures at its coordinates, face boxes, a region hidden by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.ui.widgets.theme import EXCLUDED_COLOUR, track_colour

translate = QCoreApplication.translate

HAND_COLOUR = "#ffffff"


def pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen whose width is in screen pixels at any zoom."""
    made = QPen(QColor(colour), width, style, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
    made.setCosmetic(True)
    return made


class PictureItem(pg.GraphicsObject):
    """A picture at the frame's own coordinates: smooth when reduced, exact pixels when enlarged."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._data: NDArray[np.uint8] | None = None
        self._rect = QRectF()

    def show(
        self, data: NDArray[np.uint8] | None, rect: QRectF | None = None, *, alpha: bool = False
    ) -> None:
        """Show (H, W, 4) uint8 blue, green, red, alpha.

        `alpha` says whether the last channel counts (premultiplied).
        """
        self.prepareGeometryChange()
        self._data = data  # the image refers to its memory
        if data is None:
            self._image, self._rect = QImage(), QRectF()
        else:
            height, width = data.shape[:2]
            kind = (
                QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
            )
            self._image = QImage(data.data, width, height, width * 4, kind)
            self._rect = rect or QRectF(0, 0, width, height)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Where it paints."""
        return self._rect

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint."""
        if self._image.isNull():
            return
        scale = painter.worldTransform().m11() * self._rect.width() / max(self._image.width(), 1)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform,
            scale * painter.device().devicePixelRatioF() < 1,
        )
        painter.drawImage(self._rect, self._image)


class Marks(pg.GraphicsObject):
    """Boxes of faces with their track, and the rectangle that is hidden by hand."""

    def __init__(self) -> None:
        super().__init__()
        self._faces: tuple[PlacedFace, ...] = ()
        self._chosen: int | None = None
        self._region: Box | None = None
        self._bounds = QRectF()

    def show(
        self, faces: Sequence[PlacedFace], chosen: int | None, region: Box | None, bounds: QRectF
    ) -> None:
        """Draw these, all of them inside `bounds`.

        Called with every frame that is shown; if nothing is new, nothing is painted.
        """
        given = tuple(faces), chosen, region, bounds
        if given == (self._faces, self._chosen, self._region, self._bounds):
            return
        self.prepareGeometryChange()
        self._faces, self._chosen, self._region, self._bounds = given
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Where it paints."""
        return self._bounds

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for face in self._faces:
            self._draw_face(painter, face)
        if self._region is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            # A white line between two black ones is seen on any picture.
            for colour, width in (("#000000", 6.0), (HAND_COLOUR, 2.5)):
                painter.setPen(pen(colour, width))
                painter.drawRect(QRectF(*self._region))

    def _draw_face(self, painter: QPainter, face: PlacedFace) -> None:
        colour = QColor(_colour(face))
        is_chosen = face.track == self._chosen
        style = Qt.PenStyle.SolidLine if face.found and not face.excluded else Qt.PenStyle.DashLine
        rect = QRectF(*face.box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        # A dark edge: the box is seen on any picture.
        painter.setPen(pen("#000000", 4.5 if is_chosen else 3, style))
        painter.drawRect(rect)
        painter.setPen(pen(colour.name(), 2.5 if is_chosen else 1.5, style))
        painter.drawRect(rect)
        self._label(painter, rect, _name(face), face.score, colour)

    def _label(
        self, painter: QPainter, rect: QRectF, name: str, score: float | None, colour: QColor
    ) -> None:
        """A tag above the box, of the same size on the screen at any zoom."""
        text = name if score is None else f"{name}   {score:.2f}"
        corner = painter.worldTransform().map(rect.topLeft())
        painter.save()
        painter.resetTransform()
        ratio = painter.device().devicePixelRatioF()
        font = QFont(painter.font())
        font.setPixelSize(round(12 * ratio))
        font.setBold(True)
        metrics = QFontMetricsF(font)
        tag = QRectF(
            corner.x(),
            corner.y() - metrics.height() - 4 * ratio,
            metrics.horizontalAdvance(text) + 12 * ratio,
            metrics.height() + 4 * ratio,
        )
        if tag.top() < 0:
            tag.moveTop(corner.y())
        painter.fillRect(tag, colour)
        painter.setFont(font)
        painter.setPen(QColor("#000000"))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


def _colour(face: PlacedFace) -> str:
    if face.excluded:
        return EXCLUDED_COLOUR
    return track_colour(face.number) if face.number else HAND_COLOUR


def _name(face: PlacedFace) -> str:
    by_hand = translate("Views", "manual")
    name = by_hand if face.track == 0 else f"{face.number or '?'}"
    return translate("Views", "{}   no face").format(name) if face.excluded else name
