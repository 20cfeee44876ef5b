"""One view as a user works it: exact pixels, zoom about the mouse, boxes by mouse and keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import FrameFacts, ViewSettings
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.ui.viewer.picture_view import LARGEST_SCALE, PictureView, Viewport
from dfgui.ui.widgets.theme import EXCLUDED_COLOUR, LIGHT, track_colour
from tests.e2e.hands import LEFT, drag, painted, paints_its_pixels, scene_point

KEY = Qt.Key
WIDTH, HEIGHT = 120, 90


def shown(picture: NDArray[np.uint8], values: NDArray[np.float16] | None = None) -> ViewPicture:
    return ViewPicture(FrameFacts(0, 0.0, "I"), ViewSettings(), picture, values)


@pytest.fixture
def noise() -> NDArray[np.uint8]:
    picture = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8)
    picture[..., 3] = 255
    return picture


@pytest.fixture
def view(qtbot: QtBot, noise: NDArray[np.uint8]) -> Iterator[PictureView]:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(401, 300)
    view.set_theme(LIGHT)
    with qtbot.waitExposed(view):
        view.show()
    view.show_picture(shown(noise))
    view.look_at(Viewport(WIDTH / 2, HEIGHT / 2, 2.0))
    return view


@pytest.mark.parametrize("scale", [1, 2, 3, 7])
def test_enlarged_pixels_are_exact(view: PictureView, scale: int) -> None:
    view.look_at(Viewport(WIDTH / 2, HEIGHT / 2, float(scale)))
    assert paints_its_pixels(view)


def test_a_reduced_picture_is_smooth(view: PictureView) -> None:
    board = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 255
    view.show_picture(shown(board))
    view.look_at(Viewport(WIDTH / 2, HEIGHT / 2, 0.5))
    screen = painted(view)
    y, x = screen.shape[0] // 2, screen.shape[1] // 2
    middle = screen[y - 10 : y + 10, x - 10 : x + 10]
    assert 100 < middle.mean() < 155  # grey, not black and white: no pixel is left out
    assert middle.min() > 40


def test_the_wheel_zooms_about_the_mouse(qtbot: QtBot, view: PictureView) -> None:
    moved: list[Viewport] = []
    view.moved.connect(moved.append)
    viewport, at = view.graphics.viewport(), scene_point(view, 30, 20)
    before = view._box.mapSceneToView(view.graphics.mapToScene(at))
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)
    after = view._box.mapSceneToView(view.graphics.mapToScene(at))
    assert moved[-1].scale == 2.5
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))
    for _ in range(40):
        view.zoom(1.25)
    assert moved[-1].scale == LARGEST_SCALE


def test_a_drag_moves_the_picture_with_the_mouse(qtbot: QtBot, view: PictureView) -> None:
    drag(qtbot, view, (60, 45), (80, 40))
    assert view.place is not None
    assert (view.place.x, view.place.y) == pytest.approx((WIDTH / 2 - 20, HEIGHT / 2 + 5), abs=0.5)
    qtbot.keyClick(view, KEY.Key_Right)
    assert view.place.x > WIDTH / 2 - 20


def test_a_box_is_drawn_with_the_mouse_in_any_direction(qtbot: QtBot, view: PictureView) -> None:
    view.set_tool("box")
    with qtbot.waitSignal(view.drawn) as drawn:
        drag(qtbot, view, (80, 70), (20, 10))
    tool, box = drawn.args
    assert tool == "box"
    assert np.allclose(box, Box(20, 10, 60, 60), atol=1)
    with qtbot.assertNotEmitted(view.drawn):
        drag(qtbot, view, (50, 50), (51, 50.4))  # a slip of the hand


def test_a_rectangle_is_told_of_while_it_is_drawn(qtbot: QtBot, view: PictureView) -> None:
    told: list[tuple[str, str, Box]] = []
    for word, signal in (("on the way", view.drawing), ("done", view.drawn)):
        signal.connect(lambda tool, box, word=word: told.append((word, tool, box)))
    view.set_tool("region")
    drag(qtbot, view, (20, 10), (80, 70))
    assert [word for word, _, _ in told] == ["on the way", "on the way", "on the way", "done"]
    assert {tool for _, tool, _ in told} == {"region"}
    widths = [box.w for _, _, box in told]
    assert widths == pytest.approx([18, 36, 60, 60], abs=1)


def test_the_hidden_region_is_not_drawn_beside_the_rectangle_that_moves(
    qtbot: QtBot, view: PictureView
) -> None:
    view.show_picture(shown(np.full((HEIGHT, WIDTH, 4), 100, np.uint8)))
    view.show_region(Box(20, 10, 40, 40))
    corner = scene_point(view, 20, 30)
    edge = np.s_[corner.y() - 5 : corner.y() + 5, corner.x() - 2 : corner.x() + 3]
    assert (painted(view)[edge] != 100).any()
    view.set_tool("region")
    view.draw_to(QPointF(70, 10), QPointF(90, 30), done=False)
    assert (painted(view)[edge] == 100).all()
    view.set_tool("pan")
    assert (painted(view)[edge] != 100).any()


def test_the_outline_of_a_region_is_seen_on_skin(view: PictureView) -> None:
    view.show_picture(shown(np.full((HEIGHT, WIDTH, 4), (140, 170, 220, 255), np.uint8)))
    view.show_region(Box(20, 10, 40, 40))
    edge = scene_point(view, 20, 30)
    across = painted(view)[edge.y(), edge.x() - 6 : edge.x() + 7]
    assert (across > 230).all(axis=1).any()
    assert (across < 40).all(axis=1).any()


def test_a_region_is_shown_as_the_network_sees_it(view: PictureView) -> None:
    view.show_picture(shown(np.full((HEIGHT, WIDTH, 4), 100, np.uint8)))
    layer = np.zeros((8, 8, 4), np.uint8)
    layer[2:6, 2:6] = (10, 20, 30, 255)
    view.show_hidden(layer, Box(20, 10, 40, 40))  # each pixel of the cut is five of the frame
    inside, outside = scene_point(view, 32, 22), scene_point(view, 28, 18)
    assert painted(view)[inside.y(), inside.x()].tolist() == [10, 20, 30]
    assert painted(view)[outside.y(), outside.x()].tolist() == [100, 100, 100]
    view.show_hidden(None, None)
    assert painted(view)[inside.y(), inside.x()].tolist() == [100, 100, 100]


def test_a_region_is_drawn_by_keys(qtbot: QtBot, view: PictureView) -> None:
    view.set_tool("region")
    shift = Qt.KeyboardModifier.ShiftModifier
    view.setFocus()
    # At scale 2 a step is two pixels; the first key makes a square of a third of the view's height,
    # 300 / 2 / 3 = 50, in the middle.
    for key, modifier in (
        (KEY.Key_Right, None),
        (KEY.Key_Up, None),
        (KEY.Key_Left, shift),
        (KEY.Key_Down, shift),
    ):
        qtbot.keyClick(view, key, modifier or Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(view.drawn) as drawn:
        qtbot.keyClick(view, KEY.Key_Return)
    assert drawn.args == ["region", Box(60 - 25 + 2, 45 - 25 - 2, 48, 52)]
    with qtbot.waitSignal(view.tool_left):
        qtbot.keyClick(view, KEY.Key_Escape)


def test_a_click_chooses_the_smaller_face_and_ignores_one_of_no_track(
    qtbot: QtBot, view: PictureView
) -> None:
    faces = (
        PlacedFace(1, Box(10, 10, 80, 70)),
        PlacedFace(2, Box(30, 30, 20, 20)),
        PlacedFace(None, Box(100, 70, 15, 15)),
    )
    view.show_faces(faces, 1)
    clicked: list[int] = []
    view.face_clicked.connect(clicked.append)
    for point in ((40, 40), (15, 15), (107, 77), (115, 5)):
        qtbot.mouseClick(view.graphics.viewport(), LEFT, pos=scene_point(view, *point))
        qtbot.wait(QApplication.doubleClickInterval() + 50 if point == (40, 40) else 1)
    assert clicked == [2, 1]
    assert view.hasFocus()


def test_the_value_under_the_mouse(
    qtbot: QtBot, view: PictureView, noise: NDArray[np.uint8]
) -> None:
    pointed: list[object] = []
    view.pointed.connect(pointed.append)
    for point in ((17.5, 33.5), (-5, 5)):
        qtbot.wait(15)  # pyqtgraph looks at the mouse a hundred times a second
        qtbot.mouseMove(view.graphics.viewport(), scene_point(view, *point))
    assert pointed == [(17, 33), None]
    blue, green, red = noise[33, 17, :3]
    assert view.value_at(17, 33) == f"{red} {green} {blue}"
    assert view.value_at(WIDTH, 0) == ""
    view.show_picture(shown(noise, np.full((HEIGHT, WIDTH), 12.25, np.float16)))
    assert view.value_at(17, 33) == "12.2"


def test_boxes_and_cross_are_where_the_numbers_say(view: PictureView) -> None:
    grey = np.full((HEIGHT, WIDTH, 4), 128, np.uint8)
    view.show_picture(shown(grey))
    bare = painted(view)
    view.show_faces((PlacedFace(1, Box(20, 30, 40, 50)),), 1)
    changed = np.argwhere((painted(view) != bare).any(axis=2))
    (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
    first, last = scene_point(view, 20, 30), scene_point(view, 60, 80)
    assert abs(left - first.x()) <= 3
    assert abs(right - last.x()) <= 3
    assert abs(bottom - last.y()) <= 3
    assert top < first.y() - 10  # the tag with the track
    view.show_faces((), None)
    view.show_cross((50, 40))
    crossed = (painted(view) != bare).any(axis=2)
    middle = scene_point(view, 50.5, 40.5)
    assert crossed.all(axis=0)[middle.x() - 1 : middle.x() + 2].any()
    assert crossed.all(axis=1)[middle.y() - 1 : middle.y() + 2].any()


def test_a_heat_map_lies_on_its_square_alone(view: PictureView) -> None:
    view.show_picture(shown(np.full((HEIGHT, WIDTH, 4), 100, np.uint8)))
    layer = np.zeros((2, 2, 4), np.uint8)
    # Premultiplied; half of what lies below stays: 100 x 127 / 255 = 50.
    layer[0, 0] = (60, 0, 120, 128)
    view.show_heat(layer, Box(20, 10, 40, 40))
    screen = painted(view)
    inside, beside = scene_point(view, 30, 20), scene_point(view, 50, 40)
    assert np.allclose(screen[inside.y(), inside.x()], (110, 50, 170), atol=1)
    assert (screen[beside.y(), beside.x()] == 100).all()
    view.show_heat(None, None)
    assert (painted(view)[inside.y(), inside.x()] == 100).all()


def test_a_box_without_a_face_is_grey_dashed_and_named(view: PictureView) -> None:
    view.show_picture(shown(np.full((HEIGHT, WIDTH, 4), 20, np.uint8)))
    view.show_faces((PlacedFace(1, Box(20, 40, 40, 40)),), None)
    whole = painted(view)
    view.show_faces((PlacedFace(1, Box(20, 40, 40, 40), excluded=True),), None)
    greyed = painted(view)
    grey, own = (
        [int(colour[i : i + 2], 16) for i in (5, 3, 1)]
        for colour in (EXCLUDED_COLOUR, track_colour(1))
    )
    left, top, bottom = (scene_point(view, *point) for point in ((20, 60), (20, 40), (20, 80)))
    side = np.s_[top.y() + 5 : bottom.y() - 5, left.x() - 1 : left.x() + 2]

    def share(picture: NDArray[np.uint8], colour: list[int]) -> float:
        return float(
            (np.abs(picture[side].astype(int) - colour).sum(axis=2) < 40).any(axis=1).mean()
        )

    # A dashed line has its colour on only part of its length.
    assert (share(whole, own), share(greyed, own)) == (1.0, 0.0)
    assert 0.3 < share(greyed, grey) < 0.95
    # The tag is longer by two words.
    tag = np.s_[top.y() - 12, :]
    widths = [
        int((np.abs(picture[tag].astype(int) - colour).sum(axis=1) < 40).sum())
        for picture, colour in ((whole, own), (greyed, grey))
    ]
    assert widths[1] > widths[0] + 20
