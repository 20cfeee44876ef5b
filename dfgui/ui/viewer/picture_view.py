"""A view of a frame: picture, faces and heat map, a cross-hair, and rectangles drawn by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.ui.viewer.picture_items import HAND_COLOUR, Marks, PictureItem, pen
from dfgui.ui.widgets.theme import Theme

Tool = Literal["pan", "box", "region"]
ZOOM_STEP = 1.25
LARGEST_SCALE = 64.0  # screen pixels per picture pixel
KEY_STEP = 0.1  # of the view's width


@dataclass(frozen=True)
class Viewport:
    """Where a view looks: the picture point in its middle, and screen pixels per picture pixel."""

    x: float
    y: float
    scale: float


class _Box(pg.ViewBox):
    """Pans, zooms and, with a tool, draws a rectangle; its view gets what the mouse does."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(lockAspect=True, invertY=True, enableMenu=False, defaultPadding=0)
        self._view = view
        self.disableAutoRange()

    def wheelEvent(self, event: Any, axis: Any = None) -> None:  # noqa: N802 - Qt's name
        """Zoom about the mouse."""
        event.accept()
        self._view.zoom(ZOOM_STEP ** (event.delta() / 120), self.mapSceneToView(event.scenePos()))

    def mouseDragEvent(self, event: Any, axis: Any = None) -> None:  # noqa: N802 - pyqtgraph's name
        """Move the picture, or draw."""
        event.accept()
        start, now = (
            self.mapSceneToView(event.buttonDownScenePos()),
            self.mapSceneToView(event.scenePos()),
        )
        if self._view.tool != "pan" and event.button() == Qt.MouseButton.LeftButton:
            self._view.draw_to(start, now, done=event.isFinish())
        else:
            last = self.mapSceneToView(event.lastScenePos())
            self._view.pan(last.x() - now.x(), last.y() - now.y())

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802 - pyqtgraph's name
        """Choose."""
        event.accept()
        self._view.click(self.mapSceneToView(event.scenePos()), double=event.double())


class PictureView(QWidget):
    """A view of the frame that is shown.

    Attributes:
        tool: what a drag does: move the picture, draw a face's box, or draw a region to hide.
    """

    moved = Signal(object)
    """The person moved this view: its `Viewport`."""
    pointed = Signal(object)
    """The pixel (x, y) under the mouse, or None."""
    face_clicked = Signal(int)
    drawing = Signal(str, object)
    """Tool and `Box` of a rectangle as it is drawn now."""
    drawn = Signal(str, object)
    """Tool and `Box` of a finished rectangle."""
    tool_left = Signal()
    """A drawing was cancelled."""
    focused = Signal(bool)
    """Whether this view has the keyboard now."""
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tool: Tool = "pan"
        self.shown: ViewPicture | None = None
        self._faces: Sequence[PlacedFace] = ()
        self._chosen: int | None = None
        self._region: Box | None = None
        self._drawing: QRectF | None = None
        self._place: Viewport | None = None
        self._build_ui()
        self._connect()

    def _build_ui(self) -> None:
        self.graphics = pg.GraphicsView(self, useOpenGL=False)
        self.graphics.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._box = _Box(self)
        self.graphics.setCentralItem(self._box)
        self._picture, self._heat, self._marks = PictureItem(), PictureItem(), Marks()
        self._hidden = PictureItem()
        items: tuple[pg.GraphicsObject, ...] = (
            self._picture,
            self._heat,
            self._hidden,
            self._marks,
        )
        for level, item in enumerate(items):
            item.setZValue(level)
            self._box.addItem(item, ignoreBounds=True)
        self._cross = [pg.InfiniteLine(angle=angle, movable=False) for angle in (0, 90)]
        for line in self._cross:
            line.setZValue(5)
            line.hide()
            self._box.addItem(line, ignoreBounds=True)
        self._rubber = pg.QtWidgets.QGraphicsRectItem()
        self._rubber.setPen(pen(HAND_COLOUR, 1.5, Qt.PenStyle.DashLine))
        self._rubber.setBrush(QColor(255, 255, 255, 40))
        self._rubber.setZValue(6)
        self._rubber.hide()
        self._box.addItem(self._rubber, ignoreBounds=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.graphics)

    def _connect(self) -> None:
        self.graphics.scene().sigMouseMoved.connect(self._on_mouse)
        self._box.sigResized.connect(self._on_box_resized)

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of the surround and the cross-hair."""
        self.graphics.setBackground(theme.canvas)
        for line in self._cross:
            line.setPen(pen(theme.accent, 1))

    def show_picture(self, shown: ViewPicture | None) -> None:
        """Show a picture, or none."""
        self.shown = shown
        self._picture.show(None if shown is None else shown.picture)
        self._update_marks()

    def show_faces(self, faces: Sequence[PlacedFace], chosen: int | None) -> None:
        """Draw the boxes of faces; none if the content needs none."""
        self._faces, self._chosen = faces, chosen
        self._update_marks()

    def show_region(self, region: Box | None) -> None:
        """Draw the rectangle that is hidden by hand."""
        self._region = region
        self._update_marks()

    def show_hidden(self, colours: NDArray[np.uint8] | None, square: Box | None) -> None:
        """Lay what the network saw over the square that was cut out, colours as for the map."""
        self._hidden.show(colours, None if square is None else QRectF(*square), alpha=True)

    def show_heat(self, colours: NDArray[np.uint8] | None, square: Box | None) -> None:
        """Lay a heat map over the square that was cut out for the face.

        It is (S, S, 4) uint8 premultiplied blue, green, red, alpha.
        """
        self._heat.show(colours, None if square is None else QRectF(*square), alpha=True)

    def show_cross(self, point: tuple[int, int] | None) -> None:
        """Draw the cross-hair through a pixel's middle."""
        for line, at in zip(
            self._cross, (None, None) if point is None else (point[1], point[0]), strict=True
        ):
            line.setVisible(at is not None)
            if at is not None:
                line.setPos(at + 0.5)

    def image(self) -> QImage | None:
        """The picture in its own pixels, without marks and heat map; None if there is none."""
        if self.shown is None:
            return None
        height, width = self.shown.picture.shape[:2]
        data = np.ascontiguousarray(self.shown.picture).data
        return QImage(data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()

    def value_at(self, x: int, y: int) -> str:
        """What this view shows at a pixel, in words: grey levels, or red, green and blue."""
        if self.shown is None or not (
            0 <= y < self.shown.picture.shape[0] and 0 <= x < self.shown.picture.shape[1]
        ):
            return ""
        if self.shown.values is not None:
            return f"{float(self.shown.values[y, x]):.1f}"
        blue, green, red = (int(value) for value in self.shown.picture[y, x, :3])
        return f"{red} {green} {blue}"

    # -- where it looks

    @property
    def place(self) -> Viewport | None:
        """What it looks at; None before anything was shown."""
        return self._place

    def fitting_scale(self, width: float, height: float) -> float:
        """Screen pixels per picture pixel so that this much of the picture fits."""
        return min(self._box.width() / max(width, 1), self._box.height() / max(height, 1)) or 1.0

    def span(self, scale: float) -> tuple[float, float]:
        """Width and height, in picture pixels, that fit at that scale."""
        return self._box.width() / scale, self._box.height() / scale

    def look_at(self, place: Viewport) -> None:
        """Look there, without a signal."""
        self._place = place
        width, height = self.span(place.scale)
        self._box.setRange(
            QRectF(place.x - width / 2, place.y - height / 2, width, height), padding=0
        )

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Enlarge about a point of the picture, else about the middle."""
        if self._place is None:
            return
        scale = min(max(self._place.scale * factor, 0.02), LARGEST_SCALE)
        factor = scale / self._place.scale
        about = about or QPointF(self._place.x, self._place.y)
        x, y = (
            at - (at - now) / factor
            for at, now in ((about.x(), self._place.x), (about.y(), self._place.y))
        )
        self._move(Viewport(x, y, scale))

    def pan(self, dx: float, dy: float) -> None:
        """Move by pixels of the picture."""
        if self._place is not None:
            self._move(Viewport(self._place.x + dx, self._place.y + dy, self._place.scale))

    def _move(self, place: Viewport) -> None:
        self.look_at(place)
        self.moved.emit(place)

    # -- drawing by hand

    def set_tool(self, tool: Tool) -> None:
        """Choose what a drag does.

        With a drawing tool, arrow keys move a rectangle, Shift and arrows size it, Enter takes it.
        """
        self.tool = tool
        self.graphics.setCursor(
            Qt.CursorShape.ArrowCursor if tool == "pan" else Qt.CursorShape.CrossCursor
        )
        self._set_drawing(None)

    def draw_to(self, start: QPointF, end: QPointF, *, done: bool) -> None:
        """Draw a rectangle that is being dragged."""
        self._set_drawing(QRectF(start, end).normalized())
        if done:
            self._take_drawing()
        else:
            self._tell_drawing()

    def click(self, at: QPointF, *, double: bool) -> None:
        """Choose the face under the mouse."""
        self.setFocus()
        hit = [
            face
            for face in self._faces
            if face.track is not None and QRectF(*face.box).contains(at)
        ]
        if hit and not double:
            self.face_clicked.emit(min(hit, key=lambda face: face.box.area).track)

    def _set_drawing(self, rect: QRectF | None) -> None:
        self._drawing = rect
        self._rubber.setVisible(rect is not None)
        if rect is not None:
            self._rubber.setRect(rect)
        self._update_marks()

    def _drawn_box(self) -> Box | None:
        """The rectangle in whole pixels; None while it is too small to be meant."""
        rect = self._drawing
        if rect is None or min(rect.width(), rect.height()) < 2:
            return None
        return Box(round(rect.x()), round(rect.y()), round(rect.width()), round(rect.height()))

    def _tell_drawing(self) -> None:
        if (box := self._drawn_box()) is not None:
            self.drawing.emit(self.tool, box)

    def _take_drawing(self) -> None:
        box, tool = self._drawn_box(), self.tool
        self._set_drawing(None)
        if box is not None:
            self.drawn.emit(tool, box)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the picture, or the rectangle that is drawn."""
        arrows = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        key = Qt.Key(event.key())
        if (
            self.tool != "pan"
            and self._place is not None
            and (key in arrows or key in (Qt.Key.Key_Return, Qt.Key.Key_Enter))
        ):
            self._draw_by_key(
                arrows.get(key), sizes=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            )
        elif self.tool != "pan" and key == Qt.Key.Key_Escape:
            self.tool_left.emit()
        elif key in arrows and not event.modifiers() and self._place is not None:
            step = KEY_STEP * self._box.width() / self._place.scale
            self.pan(arrows[key][0] * step, arrows[key][1] * step)
        else:
            super().keyPressEvent(event)

    def _draw_by_key(self, arrow: tuple[int, int] | None, *, sizes: bool) -> None:
        place = self._place
        assert place is not None
        if arrow is None:
            self._take_drawing()
            return
        step = max(1.0, 4 / place.scale)
        if self._drawing is None:
            side = self._box.height() / place.scale / 3
            self._set_drawing(QRectF(place.x - side / 2, place.y - side / 2, side, side))
        rect = QRectF(self._drawing or QRectF())
        if sizes:
            rect.setSize(rect.size() + pg.QtCore.QSizeF(arrow[0] * step, arrow[1] * step))
        else:
            rect.translate(arrow[0] * step, arrow[1] * step)
        self._set_drawing(rect)
        self._tell_drawing()

    # -- events

    def _on_mouse(self, at: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(at) or self.shown is None:
            self.pointed.emit(None)
            return
        point = self._box.mapSceneToView(at)
        x, y = int(np.floor(point.x())), int(np.floor(point.y()))
        inside = 0 <= x < self.shown.picture.shape[1] and 0 <= y < self.shown.picture.shape[0]
        self.pointed.emit((x, y) if inside else None)

    def leaveEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Say that the mouse points at no pixel any more."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def focusInEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Say that this view is the one in use."""
        self.focused.emit(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Say that the keyboard is elsewhere."""
        self.focused.emit(False)
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the middle where it is."""
        super().resizeEvent(event)
        self._on_box_resized()

    def _on_box_resized(self, *_: object) -> None:
        if self._place is not None:
            self.look_at(self._place)
        self.resized.emit()

    def _update_marks(self) -> None:
        height, width = (0, 0) if self.shown is None else self.shown.picture.shape[:2]
        # Tags stand above their boxes, also at the upper border.
        bounds = QRectF(-width, -height, 3 * width, 3 * height)
        # A region is already seen while it is drawn; what is hidden follows a moment later.
        region = (
            self._region if width and (self._drawing is None or self.tool != "region") else None
        )
        self._marks.show(self._faces if width else (), self._chosen, region, bounds)
