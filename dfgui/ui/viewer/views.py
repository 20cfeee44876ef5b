"""The three views side by side, with a shared zoom and place.

Each has its content, its scale bar and the value under the cross-hair.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.display.contents import CONTENTS, Content, colours
from dfgui.core.display.rendering import diverging, drop_limit
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.services.faces.heat_maps import HeatMap
from dfgui.services.faces.hidden_region import HiddenPart, Region
from dfgui.ui.viewer.picture_view import PictureView, Tool, Viewport
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import SPACE, Theme

VIEWS = 3
BAR_WIDTH = 12  # px
FACE_ROOM = 2.2  # sides of the face's box that "zoom to the face" shows
WIDEST_VALUE = "0000, 0000:  000 000 000"


class ScaleBar(QWidget):
    """The colours of a view or heat map with their numbers, on a fixed scale to compare frames."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._labels: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.hide()

    def show_scale(self, ramp: NDArray[np.uint8] | None, labels: Sequence[str], name: str) -> None:
        """Show (n, 3) uint8 RGB colours, top down, with evenly spread labels; None hides it."""
        self.setVisible(ramp is not None)
        if ramp is not None:
            rgb = np.ascontiguousarray(ramp[:, None])
            self._image = QImage(rgb.data, 1, len(rgb), 3, QImage.Format.Format_RGB888).copy()
            self._labels = tuple(labels)
            self.setFixedWidth(
                BAR_WIDTH
                + SPACE
                + max(map(self.fontMetrics().horizontalAdvance, labels))
                + SPACE // 2
            )
            self.setToolTip(name)
            self.setAccessibleName(name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint."""
        painter = QPainter(self)
        high = self.fontMetrics().height()
        bar = QRectF(SPACE / 2, high / 2, BAR_WIDTH, self.height() - high)
        painter.drawImage(bar, self._image)
        for place, label in enumerate(self._labels):
            middle = bar.top() + bar.height() * place / (len(self._labels) - 1)
            area = QRectF(bar.right() + SPACE / 2, middle - high / 2, self.width(), high)
            painter.drawText(
                area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label
            )
        painter.end()


class ViewPanel(QWidget):
    """One view with its header and its bars."""

    content_chosen = Signal(str)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._build_ui()

    def _build_ui(self) -> None:
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.picture = PictureView()
        self.picture.setAccessibleName(self.tr("View {}").format(self._number + 1))
        self.contents = QComboBox()
        self.contents.setAccessibleName(self.tr("Content of view {}").format(self._number + 1))
        self.contents.setToolTip(self.tr("What this view shows"))
        self.contents.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for name, content in CONTENTS.items():
            self.contents.addItem(worded(content.name), name)
        self.contents.activated.connect(
            lambda place: self.content_chosen.emit(self.contents.itemData(place))
        )
        self.value = QLabel()
        self.value.setProperty("role", "muted")
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.bar, self.heat_bar = ScaleBar(), ScaleBar()
        self.sentence = QLabel()
        self.sentence.setProperty("role", "muted")
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note = QLabel()
        self.note.setProperty("role", "note")
        self.note.hide()
        notes = QWidget()
        notes.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        at_top = QVBoxLayout(notes)  # messages of the window lie over the lower edge
        at_top.addWidget(self.note, 1, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self.mark = QLabel("\N{BLACK CIRCLE}")
        self.mark.setToolTip(
            self.tr("The view in use: Ctrl+C copies it, Ctrl+Shift+E exports it, X enlarges it.")
        )
        self.mark.setAccessibleName(self.tr("The view in use"))
        policy = self.mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.mark.setSizePolicy(policy)
        named = QHBoxLayout()
        named.setSpacing(SPACE // 4)
        named.addWidget(self.mark)
        named.addWidget(self.contents, 1)
        self._header = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._header.setSpacing(SPACE // 4)
        self._header.addLayout(named)
        self._header.addWidget(self.value, 1)
        canvas = QWidget()
        stack = QStackedLayout(canvas)
        stack.setStackingMode(QStackedLayout.StackingMode.StackAll)
        stack.addWidget(self.picture)
        stack.addWidget(notes)
        stack.addWidget(self.sentence)
        stack.setCurrentWidget(self.sentence)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(canvas, 1)
        body.addWidget(self.bar)
        body.addWidget(self.heat_bar)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        layout.setSpacing(SPACE // 2)
        layout.addLayout(self._header)
        layout.addLayout(body, 1)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as the longest name of a content."""
        wide = self.mark.sizeHint().width() + self.contents.sizeHint().width()
        return QSize(wide + SPACE + SPACE // 4 + 2, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the value below the name of the content if there is no room next to it."""
        super().resizeEvent(event)
        wide = self.mark.sizeHint().width() + self.contents.sizeHint().width() + 3 * SPACE
        wide += self.value.fontMetrics().horizontalAdvance(WIDEST_VALUE)
        is_narrow = self.width() < wide
        way = QBoxLayout.Direction
        self._header.setDirection(way.TopToBottom if is_narrow else way.LeftToRight)
        self.value.setWordWrap(is_narrow)
        # Room for two lines, so that the picture stays where it is while the mouse moves.
        lines = 2 if is_narrow else 1
        self.value.setMinimumHeight(lines * self.value.fontMetrics().lineSpacing())

    @property
    def content(self) -> Content:
        """What it shows."""
        content: Content = self.contents.currentData()
        return content

    def set_content(self, content: Content) -> None:
        """Say in the header what it shows, without a signal."""
        self.contents.setCurrentIndex(list(CONTENTS).index(content))

    def show_sentence(self, sentence: str) -> None:
        """Show a sentence instead of a picture."""
        self.sentence.setText(worded(sentence))

    def show_use(self, *, in_use: bool, focused: bool) -> None:
        """Mark the view that actions act on, and whether it has the keyboard."""
        self.mark.setVisible(in_use)
        self.picture.setAccessibleDescription(self.tr("The view in use") if in_use else "")
        state = "focused" if focused else "used" if in_use else ""
        if self.property("use") != state:
            self.setProperty("use", state)
            self.style().unpolish(self)
            self.style().polish(self)  # the style sheet goes by the property

    def show_note(self, note: str) -> None:
        """Show a note over the picture, such as that a heat map is not complete; empty for none."""
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def show_value(self, point: tuple[int, int] | None) -> None:
        """Show the value under the cross-hair."""
        text = "" if point is None else self.picture.value_at(*point)
        self.value.setText(f"{point[0]}, {point[1]}:  {text}" if point and text else "")


class ViewGrid(QWidget):
    """Three views of the same frame."""

    content_chosen = Signal(int, str)
    face_clicked = Signal(int)
    drawing = Signal(str, object)
    drawn = Signal(str, object)
    tool_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._linked = True
        self._fits = True
        self._size = (0, 0)
        self._faces: tuple[Sequence[PlacedFace], int | None] = (), None
        self._heat: HeatMap | None = None
        self._settings = AppSettings()
        self._current = 0
        self._build_ui()
        self._connect()
        self._use(0)

    def _build_ui(self) -> None:
        self.panels = [ViewPanel(number) for number in range(VIEWS)]
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(SPACE // 2)
        self.splitter.setChildrenCollapsible(False)
        for panel in self.panels:
            self.splitter.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self) -> None:
        for number, panel in enumerate(self.panels):
            panel.content_chosen.connect(
                lambda content, number=number: self._on_content_chosen(number, content)
            )
            panel.picture.moved.connect(lambda place, number=number: self._on_moved(number, place))
            panel.picture.pointed.connect(self._on_pointed)
            panel.picture.face_clicked.connect(self.face_clicked)
            panel.picture.drawing.connect(self.drawing)
            panel.picture.drawn.connect(self.drawn)
            panel.picture.tool_left.connect(self.tool_left)
            panel.picture.focused.connect(
                lambda focused, number=number: self._on_focused(number, focused)
            )
            # Also when a scale bar next to it comes or goes.
            panel.picture.resized.connect(self._on_resized)
        self.splitter.splitterMoved.connect(lambda *_: self._on_resized())

    @property
    def current(self) -> ViewPanel:
        """The view that was used last."""
        return self.panels[self._current]

    @property
    def pictures(self) -> list[ViewPicture | None]:
        """What each view shows now."""
        return [panel.picture.shown for panel in self.panels]

    @property
    def fits(self) -> bool:
        """Whether the whole frame is shown, and stays so when the window changes."""
        return self._fits

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of the surround."""
        for panel in self.panels:
            panel.picture.set_theme(theme)

    def set_settings(self, settings: AppSettings) -> None:
        """Set contents, scales, opacity and linking."""
        self._settings = settings
        for panel, content in zip(self.panels, settings.views, strict=True):
            panel.set_content(content)
            self._show_bar(panel)
        if settings.linked and not self._linked:
            self._linked = True
            if (place := self.current.picture.place) is not None:
                self._on_moved(self._current, place)
        self._linked = settings.linked
        self.show_faces(*self._faces)
        self.show_heat(self._heat)

    def show_picture(self, view: int, shown: ViewPicture) -> None:
        """Show a view's new picture; the first of a size is fitted into the views."""
        panel = self.panels[view]
        panel.show_sentence("")
        panel.picture.show_picture(shown)
        size = shown.picture.shape[1], shown.picture.shape[0]
        if size != self._size:
            self._size = size
            for one in self.panels:
                self._show_bar(one)
            self.fit()
        elif panel.picture.place is None:
            self._show_fitting()

    def show_sentence(self, view: int, sentence: str) -> None:
        """Show a sentence instead of a picture."""
        self.panels[view].picture.show_picture(None)
        self.panels[view].show_sentence(sentence)

    def clear(self, sentence: str) -> None:
        """No file is open: show a sentence that says what to do."""
        self._size = (0, 0)
        self.show_heat(None)
        for view, panel in enumerate(self.panels):
            self.show_sentence(view, sentence if view == VIEWS // 2 else "")
            self._show_bar(panel)

    def show_faces(self, faces: Sequence[PlacedFace], chosen: int | None) -> None:
        """Draw the boxes of the faces, in the views that have them."""
        self._faces = faces, chosen
        for panel in self.panels:
            has_boxes = CONTENTS[panel.content].has_boxes
            panel.picture.show_faces(faces if has_boxes else (), chosen)

    def show_region(self, region: Region | None) -> None:
        """Draw the rectangle that is hidden by hand; the views of the face show it hidden."""
        part = None if region is None else region.part
        layer = None if part is None else hidden_layer(part)
        for panel in self.panels:
            panel.picture.show_region(None if region is None else region.box)
            is_face = CONTENTS[panel.content].of_face
            panel.picture.show_hidden(
                layer if is_face else None, part.square if part and is_face else None
            )

    def show_heat(self, heat: HeatMap | None) -> None:
        """Show the heat map over the views of the face, and its scale bar."""
        self._heat = heat
        layer = ramp = None
        labels: Sequence[str] = ()
        if heat is not None:
            values = np.asarray(heat.map.values.numpy(), np.float32)
            limit = drop_limit(values)
            layer = heat_layer(
                values, limit, heat.settings.mode == "printed", self._settings.opacity
            )
            ramp, labels = _heat_scale(limit, heat.settings.mode == "printed")
        name = self.tr(
            "Occlusion sensitivity: warm where hiding lowers the score, so that the region speaks"
            " for fake"
        )
        note = ""
        if heat is not None and not heat.map.complete:
            note = self.tr("Part of a heat map: {} of {} patches measured").format(
                heat.map.evaluated, heat.map.total
            )
        for panel in self.panels:
            is_face = CONTENTS[panel.content].of_face
            panel.show_note(note if is_face else "")
            panel.picture.show_heat(
                layer if is_face else None, heat.square if heat and is_face else None
            )
            panel.heat_bar.show_scale(ramp if is_face else None, labels, name)

    def show_alone(self, alone: bool) -> None:
        """Show only the view in use, or all."""
        for panel in self.panels:
            panel.setVisible(not alone or panel is self.current)
        self._on_resized()

    def set_tool(self, tool: Tool) -> None:
        """Set what a drag does in every view."""
        for panel in self.panels:
            panel.picture.set_tool(tool)

    # -- zoom

    def fit(self) -> None:
        """Show the whole frame in every view."""
        self._fits = True
        self._show_fitting()

    def zoom(self, factor: float) -> None:
        """Enlarge the view in use, and the others with it."""
        self.current.picture.zoom(factor)

    def set_scale(self, scale: float) -> None:
        """Set the screen pixels per picture pixel, about the middle."""
        place = self.current.picture.place
        if place is not None:
            self._move_all(Viewport(place.x, place.y, scale / self.devicePixelRatioF()))

    def zoom_to(self, box: Box) -> None:
        """Show a face and what is around it, with as little as possible outside the picture."""
        pictures = [panel.picture for panel in self.panels if panel.isVisibleTo(self)]
        scale = min(
            picture.fitting_scale(box.w * FACE_ROOM, box.h * FACE_ROOM) for picture in pictures
        )
        room = (
            min(seen) for seen in zip(*(picture.span(scale) for picture in pictures), strict=True)
        )
        x, y = (
            _filled(at, seen, size)
            for at, seen, size in zip(box.centre, room, self._size, strict=True)
        )
        self._move_all(Viewport(x, y, scale))

    def _show_fitting(self) -> None:
        width, height = self._size
        if width:
            scale = min(
                panel.picture.fitting_scale(width, height)
                for panel in self.panels
                if panel.isVisibleTo(self)
            )
            for panel in self.panels:
                panel.picture.look_at(Viewport(width / 2, height / 2, scale))

    def _move_all(self, place: Viewport) -> None:
        self._fits = False
        for panel in self.panels if self._linked else [self.current]:
            panel.picture.look_at(place)

    def _show_bar(self, panel: ViewPanel) -> None:
        setting = CONTENTS[panel.content].scale
        if not setting or not self._size[0]:
            panel.bar.show_scale(None, (), "")
            return
        top = 255 / self._settings.value(setting)
        labels = [f"{top * share:.{0 if top >= 40 else 1}f}" for share in (1, 0.75, 0.5, 0.25, 0)]
        panel.bar.show_scale(
            colours()[::-1],
            labels,
            self.tr("Grey levels of change; the scale stays the same in every frame"),
        )

    # -- events

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the whole frame in sight where it was."""
        super().resizeEvent(event)
        self._on_resized()

    def _on_resized(self) -> None:
        if self._fits:
            self._show_fitting()

    def _on_content_chosen(self, number: int, content: Content) -> None:
        self._use(number)
        self.content_chosen.emit(number, content)

    def _on_moved(self, number: int, place: Viewport) -> None:
        self._fits = False
        self._use(number)
        if self._linked:
            for other, panel in enumerate(self.panels):
                if other != number:
                    panel.picture.look_at(place)

    def _on_pointed(self, point: tuple[int, int] | None) -> None:
        for panel in self.panels:
            panel.picture.show_cross(point)
            panel.show_value(point)

    def _on_focused(self, number: int, focused: bool) -> None:
        self._use(number if focused else self._current)

    def _use(self, number: int) -> None:
        """Make this view the one that actions act on, and mark it."""
        self._current = number
        for place, panel in enumerate(self.panels):
            panel.show_use(in_use=place == number, focused=panel.picture.hasFocus())


def _filled(at: float, seen: float, size: float) -> float:
    """The middle nearest to `at` of a stretch `seen` within 0 to `size`.

    If the stretch is longer, the middle of `size`.
    """
    return size / 2 if seen >= size else min(max(at, seen / 2), size - seen / 2)


def heat_layer(
    values: NDArray[np.float32], limit: float, printed: bool, opacity: float
) -> NDArray[np.uint8]:
    """Colours of a heat map to lay over the face; clear where nothing is known.

    Returns (S, S, 4) uint8: premultiplied blue, green, red, alpha.
    """
    grey = np.nan_to_num(values).clip(0, 255).astype(np.uint8)
    rgb = np.repeat(grey[..., None], 3, axis=2) if printed else diverging(values, limit)
    alpha = np.where(np.isnan(values), 0.0, opacity)[..., None]
    layer = np.concatenate((rgb[..., ::-1] * alpha, 255 * alpha), axis=2)
    return np.ascontiguousarray(np.rint(layer).astype(np.uint8))


def hidden_layer(part: HiddenPart) -> NDArray[np.uint8]:
    """What the network saw instead of a region, to lay over the face; clear elsewhere.

    Returns (S, S, 4) uint8: premultiplied blue, green, red, alpha.
    """
    layer = np.zeros((part.size, part.size, 4), np.uint8)
    x, y, w, h = part.inside
    layer[y : y + h, x : x + w, :3] = np.asarray(part.picture.numpy())[..., ::-1]
    layer[y : y + h, x : x + w, 3] = 255
    return layer


def _heat_scale(limit: float, printed: bool) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    ramp = np.linspace(1, -1, 129, dtype=np.float32)
    if printed:
        grey = np.rint((ramp + 1) * 127.5).astype(np.uint8)
        return np.repeat(grey[:, None], 3, axis=1), ("255", "128", "0")
    return diverging(ramp * limit, limit), (f"{limit:+.2f}", "0", f"{-limit:+.2f}")
