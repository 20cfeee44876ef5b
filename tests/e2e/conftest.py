"""The real program in this process: `main()` with its own event loop.

A test works the window inside that loop as a person does.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dfgui.__main__ import main
from dfgui.core.faces.haar import detect
from dfgui.logs import log_folder
from dfgui.resources import resource
from dfgui.services.app_settings import AppSettings, save_settings
from dfgui.ui.main.main_window import MainWindow
from tests.support.clips import make_clip
from tests.support.packages import make_package

Work = Callable[[MainWindow], None]
DEMO = resource("demo", "portrait-altered.mp4")
FRAMES = 5  # frames per scan: the tests need no more


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: Path) -> Path:
    """A new home with no settings except a small network, with the logit (mean red - 128) / 16."""
    home = tmp_path / "home"
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    save_settings(AppSettings(theme="light", model=str(package), frames=FRAMES))
    return home


@pytest.fixture(scope="session")
def portrait() -> NDArray[np.uint8]:
    """(320, 320) uint8 grey: a face with a little around it."""
    with av.open(str(DEMO)) as container:
        return np.asarray(
            next(container.decode(video=0)).to_ndarray(format="gray8")[:320, 130:450], np.uint8
        )


@pytest.fixture(scope="session")
def one_face(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """Nine frames with one face."""
    return make_clip(
        tmp_path_factory.mktemp("clips") / "one.mp4", size=(320, 320), frames=9, picture=portrait
    )


@pytest.fixture(scope="session")
def root_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that scores `bright_face`, but gives no number once a part of it is hidden."""
    return make_package(tmp_path_factory.mktemp("models") / "root", red="root")


@pytest.fixture(scope="session")
def bright_face(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """Three frames with one face, whose mean is about 145."""
    (x, y, w, h), *_ = detect(np.repeat(portrait[..., None], 3, axis=2))
    lighter = portrait + 145.0 - portrait[y : y + h, x : x + w].mean()
    picture = np.clip(lighter, 0, 255).astype(np.uint8)
    return make_clip(
        tmp_path_factory.mktemp("clips") / "bright.mp4", size=(320, 320), frames=3, picture=picture
    )


@pytest.fixture
def program(
    home: Path, qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """Runs the program; at the end its log must hold no error that the test did not take.

    A test takes errors with `errors`.
    """
    program = Program(qtbot, monkeypatch)
    log, raises = logging.getLogger("dfgui"), logging.raiseExceptions
    yield program
    for handler in log.handlers[:]:
        log.removeHandler(handler)
        handler.close()
    log.propagate, log.level, logging.raiseExceptions = True, logging.NOTSET, raises
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    assert program.errors() == []


class Program:
    """Starts `main()` and lets a test work in its window.

    The test fails if the program does not end with status 0.
    """

    def __init__(self, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
        self._qtbot, self._monkeypatch = qtbot, monkeypatch
        self._seen = 0

    def run(self, work: Work, *arguments: str | Path) -> None:
        """Run the program with these arguments until `work` is done, then close its window.

        `work` may also close the window itself.
        """
        self._monkeypatch.setattr(sys, "argv", ["dfgui", *map(str, arguments)])
        failure: list[BaseException] = []

        def begin() -> None:
            window = next(
                one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)
            )
            try:
                self._qtbot.waitUntil(window.isActiveWindow)
                work(window)
            except BaseException as error:  # pytest raises errors that are not Exceptions
                failure.append(error)
                window.services.notebook.save_all()  # so that the program asks nothing
            window.close()

        QTimer.singleShot(0, begin)
        with pytest.raises(SystemExit) as ended:
            main()
        if failure:
            raise failure[0]
        assert ended.value.code == 0

    def errors(self) -> list[str]:
        """The errors logged since the last call."""
        log = log_folder() / "dfgui.jsonl"
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        new, self._seen = events[self._seen :], len(events)
        return [event["message"] for event in new if event["level"] == "ERROR"]
