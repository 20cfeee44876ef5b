"""The window's icons, drawn as one-colour paths so that they stay crisp and follow the theme."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

GRID = 24  # units of a side in which the paths are drawn
STROKE = 2.0  # units
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 3.0)  # device pixels per pixel for which a picture is kept
DISABLED = 0.35  # opacity

Point = tuple[float, float]


class _Pen:
    """What an icon draws with: filled shapes and lines of one colour, in units of the grid."""

    def __init__(self, painter: QPainter, colour: QColor) -> None:
        self._painter, self._colour = painter, colour

    def fill(self, path: QPainterPath) -> None:
        self._painter.fillPath(path, self._colour)

    def line(self, *paths: QPainterPath, width: float = STROKE) -> None:
        pen = QPen(
            self._colour,
            width,
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
            Qt.PenJoinStyle.RoundJoin,
        )
        for path in paths:
            self._painter.strokePath(path, pen)


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_ICONS)


def icon(name: str, colour: str, size: int = 18) -> QIcon:
    """An icon in one colour, paler if it is disabled.

    Args:
        name: one of `names()`.
        colour: #rrggbb.
        size: side in pixels at 100 % scale, > 0; pictures for screens up to 300 % come with it.

    Raises:
        ValueError: there is no such icon, or no such colour.
    """
    if name not in _ICONS:
        raise ValueError(f"icon: expected one of {', '.join(_ICONS)}, received {name!r}")
    if not QColor.isValidColorName(colour):
        raise ValueError(f"colour: expected #rrggbb, received {colour!r}")
    result = QIcon()
    for scale in SCALES:
        result.addPixmap(_picture(name, colour, size, scale, 1.0), QIcon.Mode.Normal)
        result.addPixmap(_picture(name, colour, size, scale, DISABLED), QIcon.Mode.Disabled)
    return result


def _picture(name: str, colour: str, size: int, scale: float, opacity: float) -> QPixmap:
    side = round(size * scale)
    picture = QPixmap(QSize(side, side))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    painter.scale(size / GRID, size / GRID)
    _ICONS[name](_Pen(painter, QColor(colour)))
    painter.end()
    return picture


def _shape(*points: Point, closed: bool = True) -> QPainterPath:
    path = QPainterPath(QPointF(*points[0]))
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.closeSubpath()
    return path


def _stroke(*points: Point) -> QPainterPath:
    return _shape(*points, closed=False)


def _box(x: float, y: float, width: float, height: float, radius: float = 0.0) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
    return path


def _disc(x: float, y: float, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), radius, radius)
    return path


def _arc(x: float, y: float, radius: float, start: float, span: float) -> QPainterPath:
    """An arc; angles in degrees, anti-clockwise from three o'clock."""
    path = QPainterPath()
    around = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
    path.arcMoveTo(around, start)
    path.arcTo(around, start, span)
    return path


def _triangle(x: float, width: float, height: float = 12.0) -> QPainterPath:
    """Points right from `x`, or left if `width` is negative."""
    return _shape((x, 12 - height / 2), (x + width, 12), (x, 12 + height / 2))


def _bar(x: float, width: float = 2.4, height: float = 12.0) -> QPainterPath:
    return _box(x - width / 2, 12 - height / 2, width, height, 0.6)


def _start(pen: _Pen) -> None:
    pen.fill(_bar(5.2))
    pen.fill(_triangle(19.5, -11.5))


def _end(pen: _Pen) -> None:
    pen.fill(_bar(18.8))
    pen.fill(_triangle(4.5, 11.5))


def _key(x: float, y: float) -> QPainterPath:
    return _shape((x, y - 3.4), (x + 3.4, y), (x, y + 3.4), (x - 3.4, y))


def _previous_key(pen: _Pen) -> None:
    pen.fill(_triangle(11.5, -8, 10.0))
    pen.fill(_key(17, 12))


def _next_key(pen: _Pen) -> None:
    pen.fill(_triangle(12.5, 8, 10.0))
    pen.fill(_key(7, 12))


def _back(pen: _Pen) -> None:
    pen.fill(_bar(17.2))
    pen.fill(_triangle(14.0, -9))


def _forward(pen: _Pen) -> None:
    pen.fill(_bar(6.8))
    pen.fill(_triangle(10.0, 9))


def _play(pen: _Pen) -> None:
    pen.fill(_triangle(6.5, 13, 15.0))


def _pause(pen: _Pen) -> None:
    pen.fill(_bar(8.4, 3.6, 14.0))
    pen.fill(_bar(15.6, 3.6, 14.0))


def _speaker(pen: _Pen) -> None:
    pen.fill(_shape((3, 9.5), (6.5, 9.5), (11.5, 5), (11.5, 19), (6.5, 14.5), (3, 14.5)))


def _volume(pen: _Pen) -> None:
    _speaker(pen)
    pen.line(_arc(11.5, 12, 4.5, -45, 90), _arc(11.5, 12, 8.5, -45, 90), width=1.8)


def _mute(pen: _Pen) -> None:
    _speaker(pen)
    pen.line(_stroke((15, 9), (21, 15)), _stroke((21, 9), (15, 15)), width=1.8)


def _open(pen: _Pen) -> None:
    pen.line(_stroke((3.5, 18.5), (3.5, 5.5), (9, 5.5), (11, 8), (18.5, 8), (18.5, 10.5)))
    pen.line(_shape((3.5, 18.5), (6.5, 11), (21.5, 11), (18.5, 18.5)))


def _occlusion(pen: _Pen) -> None:
    """A grid of patches, one of them hidden."""
    pen.line(_box(3.5, 3.5, 17, 17, 1.5), width=1.8)
    pen.line(_stroke((9.2, 3.5), (9.2, 20.5)), _stroke((14.8, 3.5), (14.8, 20.5)), width=1.0)
    pen.line(_stroke((3.5, 9.2), (20.5, 9.2)), _stroke((3.5, 14.8), (20.5, 14.8)), width=1.0)
    pen.fill(_box(9.2, 9.2, 5.6, 5.6))


def _bookmark(pen: _Pen) -> None:
    pen.line(_shape((6.5, 3.5), (17.5, 3.5), (17.5, 20.5), (12, 16), (6.5, 20.5)))


def _fit(pen: _Pen) -> None:
    for x, y in ((4, 4), (20, 4), (20, 20), (4, 20)):
        across, down = math.copysign(5, 12 - x), math.copysign(5, 12 - y)
        pen.line(_stroke((x + across, y), (x, y), (x, y + down)))
    pen.fill(_box(8.5, 8.5, 7, 7, 1))


def _one_to_one(pen: _Pen) -> None:
    for x in (6.5, 19):
        pen.line(_stroke((x - 2.8, 8.2), (x, 6), (x, 18)))
    pen.fill(_disc(12, 9.3, 1.5))
    pen.fill(_disc(12, 14.7, 1.5))


def _cancel(pen: _Pen) -> None:
    pen.line(_stroke((6, 6), (18, 18)), _stroke((18, 6), (6, 18)), width=2.4)


def _camera(pen: _Pen) -> None:
    pen.line(
        _shape((3, 8), (7.5, 8), (9, 5.5), (15, 5.5), (16.5, 8), (21, 8), (21, 19), (3, 19)),
        _disc(12, 13, 3.6),
    )


def _rectangle(pen: _Pen) -> None:
    """A box with its handles."""
    pen.line(_box(5, 6.5, 14, 11), width=1.6)
    for x in (5, 19):
        for y in (6.5, 17.5):
            pen.fill(_box(x - 2.2, y - 2.2, 4.4, 4.4, 0.8))


def _face(pen: _Pen) -> None:
    pen.line(_disc(12, 12, 8.5))
    pen.fill(_disc(9, 10.2, 1.3))
    pen.fill(_disc(15, 10.2, 1.3))
    pen.line(_arc(12, 12.2, 4.4, 205, 130), width=1.8)


def _link(pen: _Pen) -> None:
    """Two links of a chain."""
    pen.line(
        _stroke((10.5, 7.5), (7, 7.5)), _arc(7, 12, 4.5, 90, 180), _stroke((7, 16.5), (10.5, 16.5))
    )
    pen.line(
        _stroke((13.5, 7.5), (17, 7.5)),
        _arc(17, 12, 4.5, 90, -180),
        _stroke((17, 16.5), (13.5, 16.5)),
    )
    pen.line(_stroke((8.5, 12), (15.5, 12)))


def _help(pen: _Pen) -> None:
    pen.line(_disc(12, 12, 9), width=1.8)
    hook = _arc(12, 9.6, 2.9, 180, -225)
    hook.quadTo(12, 12.6, 12, 14)
    pen.line(hook)
    pen.fill(_disc(12, 17, 1.3))


def _sun(pen: _Pen) -> None:
    pen.line(_disc(12, 12, 4))
    for step in range(8):
        x, y = math.cos(step * math.pi / 4), math.sin(step * math.pi / 4)
        pen.line(_stroke((12 + 7.2 * x, 12 + 7.2 * y), (12 + 9.4 * x, 12 + 9.4 * y)))


def _moon(pen: _Pen) -> None:
    pen.fill(_disc(11.5, 12.5, 8.5).subtracted(_disc(16, 9, 7.5)))


def _dot(pen: _Pen) -> None:
    pen.fill(_disc(12, 12, 6.5))


_ICONS: dict[str, Callable[[_Pen], None]] = {
    "start": _start,
    "previous_key": _previous_key,
    "back": _back,
    "play": _play,
    "pause": _pause,
    "forward": _forward,
    "next_key": _next_key,
    "end": _end,
    "volume": _volume,
    "mute": _mute,
    "open": _open,
    "occlusion": _occlusion,
    "bookmark": _bookmark,
    "fit": _fit,
    "one_to_one": _one_to_one,
    "cancel": _cancel,
    "camera": _camera,
    "rectangle": _rectangle,
    "face": _face,
    "link": _link,
    "help": _help,
    "sun": _sun,
    "moon": _moon,
    "dot": _dot,
}
