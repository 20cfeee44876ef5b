"""Icons: drawn in the colour that is asked for, and sharp on every screen."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from dfgui.ui.widgets.icons import icon, names


@pytest.mark.parametrize("name", names())
def test_one_colour(qtbot: QtBot, name: str) -> None:
    image = icon(name, "#ff0000").pixmap(18).toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(18)
        for y in range(18)
        if image.pixelColor(x, y).alpha() == 255
    }
    assert colours == {"#ff0000"}


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 1.75, 2.0, 3.0])
def test_an_edge_is_one_pixel_wide(qtbot: QtBot, scale: float) -> None:
    image = icon("dot", "#000000", 20).pixmap(QSize(20, 20), scale).toImage()
    side = round(20 * scale)
    assert (image.width(), image.height()) == (side, side)
    alpha = [image.pixelColor(x, y).alpha() for x in range(side) for y in range(side)]
    # A circle crosses about eight pixels for each one of its radius, which is 6.5 / 24 of the side.
    # A picture that was scaled up to three times its size has an edge of three pixels.
    assert 0 < sum(0 < one < 255 for one in alpha) < 1.5 * 8 * 6.5 / 24 * side


def test_a_disabled_icon_is_paler(qtbot: QtBot) -> None:
    image = icon("dot", "#000000", 20).pixmap(20, QIcon.Mode.Disabled).toImage()
    assert image.pixelColor(10, 10).alpha() == round(0.35 * 255)


def test_an_icon_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="icon: expected one of"):
        icon("rocket", "#000000")
    with pytest.raises(ValueError, match="colour"):
        icon("play", "blackish")
