"""Three views side by side: their shared state, what each shows, and the colours of a heat map."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dfgui.core.display.contents import CONTENTS, Content
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import FrameFacts, ViewSettings
from dfgui.core.values import Array
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.services.faces.hidden_region import HiddenPart
from dfgui.ui.viewer.picture_view import Viewport
from dfgui.ui.viewer.views import ViewGrid, heat_layer, hidden_layer
from dfgui.ui.widgets.theme import LIGHT
from tests.e2e.hands import drag, scene_point

WIDTH, HEIGHT = 160, 90


def shown(content: Content, value: int = 128) -> ViewPicture:
    picture = np.full((HEIGHT, WIDTH, 4), value, np.uint8)
    values = np.full((HEIGHT, WIDTH), 3.5, np.float16) if CONTENTS[content].scale else None
    return ViewPicture(FrameFacts(0, 0.0, "I"), ViewSettings(content), picture, values)


@pytest.fixture
def grid(qtbot: QtBot) -> ViewGrid:
    grid = ViewGrid()
    qtbot.addWidget(grid)
    grid.resize(1200, 400)
    grid.set_theme(LIGHT)
    grid.set_settings(AppSettings())
    with qtbot.waitExposed(grid):
        grid.show()
    for view, content in enumerate(AppSettings().views):
        grid.show_picture(view, shown(content))
    return grid


def places(grid: ViewGrid) -> list[Viewport | None]:
    return [panel.picture.place for panel in grid.panels]


def is_whole(grid: ViewGrid) -> bool:
    """Whether every view shows the whole frame, and one of them has no free space at its sides."""
    (place,) = set(places(grid))
    assert place is not None
    room = min(panel.picture._box.width() for panel in grid.panels) - place.scale * WIDTH
    return 0 <= room < 1


def test_a_frame_is_shown_whole_in_all_of_them(qtbot: QtBot, grid: ViewGrid) -> None:
    first, *others = places(grid)
    assert first is not None
    assert others == [first, first]
    assert (first.x, first.y) == (WIDTH / 2, HEIGHT / 2)
    assert is_whole(grid)
    grid.resize(900, 400)
    qtbot.waitUntil(lambda: places(grid)[0] != first and is_whole(grid))
    # Scale bars leave less space for pictures.
    grid.set_settings(
        msgspec.structs.replace(AppSettings(), views=("noise", "error_levels", "noise"))
    )
    qtbot.waitUntil(lambda: all(panel.bar.isVisible() for panel in grid.panels) and is_whole(grid))
    assert grid.fits


def test_zoom_and_place_are_shared_until_they_are_not(qtbot: QtBot, grid: ViewGrid) -> None:
    drag(qtbot, grid.panels[1].picture, (80, 45), (90, 50))
    moved = places(grid)
    assert len(set(moved)) == 1
    assert not grid.fits
    grid.set_settings(msgspec.structs.replace(AppSettings(), linked=False))
    drag(qtbot, grid.panels[2].picture, (80, 45), (60, 45))
    assert places(grid)[:2] == moved[:2]
    assert places(grid)[2] != moved[2]
    grid.panels[2].picture.setFocus()
    grid.set_settings(AppSettings())  # linked again: all follow the one in use
    assert len(set(places(grid))) == 1


def test_one_to_one_and_closer_to_a_face(grid: ViewGrid) -> None:
    grid.set_scale(1)
    assert {place and place.scale for place in places(grid)} == {1.0}
    grid.zoom_to(Box(70, 40, 20, 20))
    place = places(grid)[0]
    assert place is not None
    assert (place.x, place.y) == (80, 50)
    # 2.2 sides of the box.
    assert place.scale == min(panel.picture.fitting_scale(44, 44) for panel in grid.panels)
    grid.zoom_to(Box(0, 0, 20, 20))
    place = places(grid)[0]
    assert place is not None
    # From the corner on: no space next to the picture, except for the extra width of a view wider
    # than the narrowest.
    assert place.x == pytest.approx(
        min(panel.picture.span(place.scale)[0] for panel in grid.panels) / 2
    )
    grid.zoom_to(Box(150, 40, 10, 10))
    place = places(grid)[0]
    assert place is not None
    assert place.x == pytest.approx(
        160 - min(panel.picture.span(place.scale)[0] for panel in grid.panels) / 2
    )
    grid.fit()
    assert grid.fits


def test_the_cross_hair_and_its_values_are_in_all_views(qtbot: QtBot, grid: ViewGrid) -> None:
    view = grid.panels[0].picture
    qtbot.wait(15)  # pyqtgraph looks at the mouse a hundred times a second
    qtbot.mouseMove(view.graphics.viewport(), scene_point(view, 50.5, 20.5))
    assert [panel.value.text() for panel in grid.panels] == [
        "50, 20:  128 128 128",
        "50, 20:  3.5",
        "50, 20:  128 128 128",
    ]
    view.leaveEvent(None)
    assert {panel.value.text() for panel in grid.panels} == {""}


def test_a_view_alone_has_all_the_room(qtbot: QtBot, grid: ViewGrid) -> None:
    before = places(grid)[2]
    grid.panels[2].picture.focused.emit(True)
    grid.show_alone(True)
    assert [panel.isVisible() for panel in grid.panels] == [False, False, True]
    assert before is not None
    qtbot.waitUntil(
        lambda: (after := places(grid)[2]) is not None and after.scale > 1.5 * before.scale
    )
    grid.show_alone(False)
    assert all(panel.isVisible() for panel in grid.panels)


def test_contents_bars_and_boxes(qtbot: QtBot, grid: ViewGrid) -> None:
    assert [panel.bar.isVisible() for panel in grid.panels] == [False, True, False]
    # 255 / 20 and quarters of it.
    assert grid.panels[1].bar._labels == ("12.8", "9.6", "6.4", "3.2", "0.0")
    grid.show_faces((PlacedFace(1, Box(10, 10, 30, 30)),), 1)
    assert [len(panel.picture._faces) for panel in grid.panels] == [1, 0, 0]
    box = grid.panels[0].contents
    with qtbot.waitSignal(grid.content_chosen) as chosen:
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == [0, "error_levels"]
    grid.set_settings(
        msgspec.structs.replace(
            AppSettings(), views=("noise", "face_only", "original"), noise_scale=2.0
        )
    )
    assert [panel.content for panel in grid.panels] == ["noise", "face_only", "original"]
    assert grid.panels[0].bar._labels[0] == "128"  # 255 / 2
    assert [len(panel.picture._faces) for panel in grid.panels] == [0, 0, 1]


def test_a_sentence_stands_where_there_is_no_picture(grid: ViewGrid) -> None:
    grid.show_sentence(2, "No face is chosen in this frame.")
    assert grid.panels[2].sentence.text() == "No face is chosen in this frame."
    assert grid.panels[2].picture.shown is None
    grid.show_picture(2, shown("face_crop"))
    assert grid.panels[2].sentence.text() == ""


def test_colours_of_a_heat_map() -> None:
    values = np.array([[0.4, 0.0], [-0.4, np.nan]], np.float32)
    layer = heat_layer(values, 0.4, False, 0.5)
    # Blue, green, red at half their strength: orange (200, 80, 0), white (247, 247, 247), blue (33,
    # 102, 172), nothing.
    expected = [[(0, 40, 100, 128), (124, 124, 124, 128)], [(86, 51, 16, 128), (0, 0, 0, 0)]]
    assert np.allclose(layer, expected, atol=1)
    printed = heat_layer(np.array([[255.0, 51.0]], np.float32), 1.0, True, 1.0)
    assert printed.tolist() == [[[255, 255, 255, 255], [51, 51, 51, 255]]]


def test_what_the_network_sees_is_laid_over_the_face() -> None:
    red_green_blue = Array.of(np.array([[[1, 2, 3]]], np.uint8))
    part = HiddenPart(red_green_blue, Box(1, 0, 1, 1), Box(0, 0, 20, 20), 2, "f32")
    layer = hidden_layer(part)
    assert layer[0, 1].tolist() == [3, 2, 1, 255]
    assert layer[..., 3].sum() == 255
