"""From 800x500 up nothing is cut off and nothing overlaps; what has no room is folded."""

from __future__ import annotations

from itertools import combinations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QStackedLayout,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import DEMO, Program
from tests.e2e.hands import press, wait_settled

KEY = Qt.Key
SIZES = [(800, 500), (900, 560), (1000, 620), (1280, 720)]


def faults(window: MainWindow) -> list[str]:
    """What is cut off or overlaps in the window, one sentence each."""
    shown = [one for one in window.findChildren(QWidget) if one.isVisible() and not scrolls(one)]
    return [
        *(f"{named(one)} leaves its parent" for one in shown if leaves_parent(one)),
        *(f"{named(one)} is cut off" for one in shown if is_cut_off(one)),
        *(
            f"{named(one)} covers {named(other)}"
            for one, other in combinations(shown, 2)
            if overlap(one, other)
        ),
    ]


def scrolls(one: QWidget) -> bool:
    """Whether a widget is inside of an area that scrolls to all of it."""
    parent = one.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return one.isWindow()


def leaves_parent(one: QWidget) -> bool:
    parent = one.parentWidget()
    return parent is not None and not parent.rect().contains(one.geometry())


def is_cut_off(one: QWidget) -> bool:
    """Whether a text or a button has less room than it needs."""
    if isinstance(one, QLabel) and not one.wordWrap() and type(one) is QLabel:
        return one.fontMetrics().horizontalAdvance(one.text()) > one.width()
    if isinstance(one, QAbstractButton | QComboBox):
        return one.width() < one.minimumSizeHint().width()
    if isinstance(one, QTabBar):
        return sum(one.tabRect(place).width() for place in range(one.count())) > one.width()
    return False


def overlap(one: QWidget, other: QWidget) -> bool:
    parent = one.parentWidget()
    if parent is not other.parentWidget() or parent is None:
        return False
    if isinstance(parent.layout(), QStackedLayout):
        return False
    return not QRect(one.geometry()).intersected(other.geometry()).isEmpty()


def named(one: QWidget) -> str:
    return f"{type(one).__name__} {one.accessibleName() or one.property('text') or ''!r}"


def test_nothing_is_cut_off_at_any_size(program: Program, qtbot: QtBot) -> None:
    def work(window: MainWindow) -> None:
        assert window.minimumSize() == QSize(800, 500)
        wait_settled(qtbot, window)
        for size in SIZES:
            window.resize(*size)
            qtbot.wait(50)
            assert (window.width(), window.height()) == size
            assert faults(window) == []

    program.run(work, DEMO)


def test_the_first_screen_is_whole_at_any_size(program: Program, qtbot: QtBot) -> None:
    def work(window: MainWindow) -> None:
        for size in SIZES:
            window.resize(*size)
            qtbot.wait(50)
            assert faults(window) == []
            button = window.start.meaning
            assert button.visibleRegion().boundingRect() == button.rect()

    program.run(work)


def test_panels_fold_where_there_is_no_room_and_come_back(program: Program, qtbot: QtBot) -> None:
    def shown(window: MainWindow) -> tuple[bool, bool, bool]:
        parts = window.evidence, window.inspector, window.timeline
        for part, name in zip(parts, ("list", "inspector", "timeline"), strict=True):
            assert window.actions_by_name[f"show_{name}"].isChecked() is part.isVisible()
        return parts[0].isVisible(), parts[1].isVisible(), parts[2].isVisible()

    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        window.resize(1280, 720)
        assert shown(window) == (True, True, True)
        window.resize(800, 500)
        assert shown(window) == (False, True, True)
        press(qtbot, window, KEY.Key_F8)
        assert shown(window) == (True, False, True)
        press(qtbot, window, KEY.Key_F10)
        assert shown(window) == (True, False, False)
        window.resize(1280, 720)
        assert shown(window) == (True, True, False)
        assert window.services.settings.hidden == ("timeline",)

    program.run(work, DEMO)
