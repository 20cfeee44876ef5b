"""The window: how soon it is there, how soon it shows what is asked, and whether it ever stands still. Shown on no screen, painted all the same."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from dfgui.app import end_window, make_application, make_window
from dfgui.services.settings import Settings
from dfgui.services.viewer import Shown
from dfgui.ui.main_window import MainWindow
from tests.benchmarks.filmed import FPS
from tests.benchmarks.measure import BenchTable, interleaved, run, seconds

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
SIZE = (1600, 1000)
ROUNDS = 3
STEPS = 40
FIRST = 100  # frame where the steps begin
BUFFERED = 8  # frames of 1080p that are certainly kept
TICK_MS = 5
PLAYED_S = 8.0
SOUND_RATE = 48000
START = """
import sys, time
from dfgui.logs import start_log
start_log()
import dfgui.app
from PySide6.QtCore import QEvent, QObject, QTimer

class First(QObject):
    def eventFilter(self, window, event):
        if event.type() == QEvent.Type.Paint:
            window.removeEventFilter(self)
            QTimer.singleShot(0, lambda: (print(time.monotonic(), flush=True), window.close()))
        return False

first, make_window = First(), dfgui.app.make_window

def watched(*arguments, **words):
    window, sentence = make_window(*arguments, **words)
    window.installEventFilter(first)
    return window, sentence

dfgui.app.make_window = watched
sys.exit(dfgui.app.run([]))
"""
"""What `python -m dfgui` does; says on the system's clock when the window is painted, and closes it."""


class Painted(QObject):
    """Notes what the views have just painted: view, picture, moment."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.log: list[tuple[int, Shown, float]] = []
        self.heats: list[float] = []
        self._views: dict[QObject, int] = {}
        self._window = window
        for number, panel in enumerate(window.views.panels):
            viewport: QWidget = panel.picture.graphics.viewport()
            viewport.installEventFilter(self)
            self._views[viewport] = number

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """A view is about to paint; what comes next in the event loop comes after that."""
        if event.type() == QEvent.Type.Paint and (view := self._views.get(watched)) is not None:
            shown = self._window.views.panels[view].picture.shown
            if shown is not None:
                QTimer.singleShot(0, lambda: self.log.append((view, shown, time.perf_counter())))
        return False

    def shows(self, view: int, index: int) -> bool:
        """Whether a view painted a picture of this frame."""
        return any(number == view and shown.index == index for number, shown, _ in reversed(self.log))


def until(condition: Callable[[], bool], limit_s: float = 60.0) -> None:
    """Let the window work until something is so."""
    awake = QTimer(interval=20)  # a condition may come true without any event
    awake.start()
    end = time.perf_counter() + limit_s
    while not condition():
        assert time.perf_counter() < end
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    awake.stop()


def pause(seconds_: float) -> None:
    """Let the window work for a while."""
    end = time.perf_counter() + seconds_
    until(lambda: time.perf_counter() >= end)


@pytest.fixture
def window() -> Iterator[MainWindow]:
    """The whole program, its workers up, no file open."""
    make_application()
    window, _ = make_window(Settings(), remembers=False)
    window.resize(*SIZE)
    window.show()
    pause(3.0)
    until(lambda: not window.bench.viewer.busy and window.bench.viewer.pid is not None)
    yield window
    end_window(window)


def opened(window: MainWindow, clip: Path) -> Painted:
    """Open a clip and wait until nothing is under way."""
    painted = Painted(window)
    window.open([str(clip)])
    until(lambda: window.bench.viewer.facts is not None)
    until(window.is_settled, 120)
    until(window.is_settled, 120)
    return painted
