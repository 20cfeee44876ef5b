"""Renders `resources/icons/dfgui.svg` as a PNG and as the icon files of Windows and macOS."""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parent.parent / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def rendered(size: int) -> Image.Image:
    """The icon as an RGBA picture of `size` x `size` pixels; needs a QGuiApplication."""
    picture = QImage(size, size, QImage.Format.Format_RGBA8888)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(ICONS / "dfgui.svg")).render(painter)
    painter.end()
    return Image.frombytes("RGBA", (size, size), bytes(picture.constBits()))


def pictures() -> dict[int, Image.Image]:
    """The icon in every size of SIZES."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    made = {size: rendered(size) for size in SIZES}
    del application
    return made


def main() -> None:
    """Write `dfgui.png`, `dfgui.ico` and `dfgui.icns` next to the drawing."""
    made = pictures()
    made[256].save(ICONS / "dfgui.png", optimize=True)
    others = [made[size] for size in SIZES if size <= 256]
    made[256].save(ICONS / "dfgui.ico", sizes=[each.size for each in others], append_images=others)
    made[512].save(ICONS / "dfgui.icns", append_images=list(made.values()))


if __name__ == "__main__":
    main()
