"""The window's icons: SVG files of one colour, drawn in a colour of the theme."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dfgui.resources import resource

PLACEHOLDER = "currentColor"  # in the files, for the colour
# Device pixels per pixel for which a picture is kept. Qt's own icon from an SVG file cannot be
# recoloured, and would scale one picture where it has none.
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 3.0)
DISABLED = 0.35  # opacity


def names() -> tuple[str, ...]:
    """Every icon there is."""
    return tuple(_files())


def icon(name: str, colour: str, size: int = 18) -> QIcon:
    """An icon in one colour, paler if it is disabled.

    Args:
        name: one of `names()`.
        colour: #rrggbb.
        size: side in pixels at 100 % scale, > 0; pictures for screens up to 300 % come with it.

    Raises:
        ValueError: there is no such icon, or no such colour.
    """
    if name not in _files():
        raise ValueError(f"icon: expected one of {', '.join(_files())}, received {name!r}")
    if not QColor.isValidColorName(colour):
        raise ValueError(f"colour: expected #rrggbb, received {colour!r}")
    drawing = _files()[name].read_text(encoding="utf-8").replace(PLACEHOLDER, colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    result = QIcon()
    for scale in SCALES:
        result.addPixmap(_picture(renderer, size, scale, 1.0), QIcon.Mode.Normal)
        result.addPixmap(_picture(renderer, size, scale, DISABLED), QIcon.Mode.Disabled)
    return result


@cache
def _files() -> dict[str, Path]:
    return {path.stem: path for path in sorted(resource("icons", "buttons").glob("*.svg"))}


def _picture(renderer: QSvgRenderer, size: int, scale: float, opacity: float) -> QPixmap:
    side = round(size * scale)
    picture = QPixmap(QSize(side, side))
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
