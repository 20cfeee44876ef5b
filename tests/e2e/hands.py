"""A user's actions in the window, and waits for their results."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.services.worker_client import WorkerClient
from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.viewer.picture_view import PictureView
from tests.support.clips import read_number

LONG_MS = 90_000  # test machines may run other programs at the same time
LEFT = Qt.MouseButton.LeftButton
Kind = TypeVar("Kind", bound=QWidget)


def wait_up(*clients: WorkerClient) -> None:
    """Wait until each client has its worker.

    A worker that starts later would look like one that the first test left behind.
    """
    until = time.monotonic() + LONG_MS / 1000
    while any(client.pid is None for client in clients):
        assert time.monotonic() < until, "a worker does not start"
        QTest.qWait(10)


def wait_settled(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the chosen file is open and analysed, and every request is answered."""
    qtbot.waitUntil(
        lambda: window.services.frame_cache.facts is not None and window.is_settled(),
        timeout=LONG_MS,
    )


def wait_frame(qtbot: QtBot, window: MainWindow, index: int) -> None:
    """Wait until this frame is on screen."""
    qtbot.waitUntil(lambda: shown_of(window).frame.index == index, timeout=LONG_MS)


def shown_of(window: MainWindow, view: int = 0) -> ViewPicture:
    """The content of a view."""
    shown = window.views.panels[view].picture.shown
    assert shown is not None
    return shown


def number_on(window: MainWindow) -> int:
    """The number that the frame of a clip from `tests.support.clips` carries in its picture."""
    return read_number(shown_of(window).picture[..., 2::-1])


def drop(window: MainWindow, paths: Sequence[Path], part: QWidget | None = None) -> None:
    """Drag files over a part of the window, by default the left view, and drop them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    assert drag_over(window, data, part)
    assert dropped(window, data, part)


def drag_over(window: MainWindow, data: QMimeData, part: QWidget | None = None) -> bool:
    """Drag something over a part of the window, and say whether it would accept a drop."""
    target = part or window.views.panels[0].picture.graphics.viewport()
    where, copy, none = (
        target.rect().center(),
        Qt.DropAction.CopyAction,
        Qt.KeyboardModifier.NoModifier,
    )
    enter, move = (
        QDragEnterEvent(where, copy, data, LEFT, none),
        QDragMoveEvent(where, copy, data, LEFT, none),
    )
    QApplication.sendEvent(target, enter)
    # As Qt does, so that a part that refuses what the window accepts shows here.
    move.setAccepted(enter.isAccepted())
    QApplication.sendEvent(target, move)
    return move.isAccepted()


def dropped(window: MainWindow, data: QMimeData, part: QWidget | None = None) -> bool:
    """Drop something on a part of the window, and say whether it was accepted."""
    target = part or window.views.panels[0].picture.graphics.viewport()
    event = QDropEvent(
        QPointF(target.rect().center()),
        Qt.DropAction.CopyAction,
        data,
        LEFT,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setAccepted(False)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def scene_point(view: PictureView, x: float, y: float) -> QPoint:
    """The place of a point of the picture in the view's viewport."""
    return view.graphics.mapFromScene(view._box.mapViewToScene(QPointF(x, y)))


def drag(
    qtbot: QtBot, view: PictureView, start: tuple[float, float], end: tuple[float, float]
) -> None:
    """Drag the mouse from one point of the picture to another."""
    here, there = scene_point(view, *start), scene_point(view, *end)
    mouse(view, QEvent.Type.MouseMove, here, Qt.MouseButton.NoButton)
    mouse(view, QEvent.Type.MouseButtonPress, here, LEFT)
    for share in (0.3, 0.6, 1.0):
        qtbot.wait(15)  # pyqtgraph looks at the mouse a hundred times a second
        mouse(view, QEvent.Type.MouseMove, here + (there - here) * share, LEFT)
    mouse(view, QEvent.Type.MouseButtonRelease, there, Qt.MouseButton.NoButton)


def mouse(view: PictureView, kind: QEvent.Type, at: QPoint, held: Qt.MouseButton) -> None:
    """Send one mouse event, since Qt's simulation forgets the buttons held while it moves."""
    viewport = view.graphics.viewport()
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    where, on_screen = QPointF(at), QPointF(viewport.mapToGlobal(at))
    QApplication.sendEvent(
        viewport, QMouseEvent(kind, where, on_screen, button, held, Qt.KeyboardModifier.NoModifier)
    )


def painted(view: PictureView) -> NDArray[np.uint8]:
    """The pixels that a view's viewport paints, (H, W, 3) uint8 blue, green, red."""
    image = view.graphics.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[..., :3].copy()


def paints_its_pixels(view: PictureView) -> bool:
    """Whether a view paints exactly the pixels of its array, without smoothing.

    The view must be enlarged by a whole number.
    """
    assert view.shown is not None
    assert view.place is not None
    picture, screen = view.shown.picture[..., :3], painted(view)
    corner = view._box.mapSceneToView(view.graphics.mapToScene(0, 0))
    # The middle of a screen pixel may lie on the border of two picture pixels.
    for tie in (-0.01, 0.01):
        x, y = (
            np.floor(at + (np.arange(length) + 0.5) / view.place.scale + tie).astype(int)
            for at, length in ((corner.x(), screen.shape[1]), (corner.y(), screen.shape[0]))
        )
        rows, columns = (y >= 0) & (y < picture.shape[0]), (x >= 0) & (x < picture.shape[1])
        assert rows.sum() * columns.sum() > 1000
        if np.array_equal(screen[rows][:, columns], picture[y[rows]][:, x[columns]]):
            return True
    return False


def press(
    qtbot: QtBot,
    window: MainWindow,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    """Press a key in the widget that has the focus."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def named(parent: QWidget, kind: type[Kind], name: str) -> Kind:
    """The one widget of a kind with that accessible name."""
    (found,) = [one for one in parent.findChildren(kind) if one.accessibleName() == name]
    return found


def when_asked(kind: type[Kind], answer: Callable[[Kind], None]) -> None:
    """Answer the next dialog of a kind, while the program waits in it."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            answer(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


def press_button(qtbot: QtBot, parent: QWidget, text: str) -> None:
    """Press the button with these words."""
    (button,) = [
        one
        for one in parent.findChildren(QAbstractButton)
        if one.text().replace("&", "") == text and one.isVisible()
    ]
    qtbot.mouseClick(button, LEFT)
