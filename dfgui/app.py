"""Puts the application together; the only place where its long-lived objects are built."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication

import dfgui
from dfgui.core.network.package import ModelPackage
from dfgui.resources import DEFAULT_MODEL, resource
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import AppSettings, load_settings
from dfgui.services.training.packages import package_named
from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.widgets.language import SYSTEM, use_language

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


class _Application(QApplication):
    """The application; on macOS it also opens the files that the desktop sends as events.

    There a double click on a file arrives as an event, not as an argument, and may come before
    there is a window.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._wanted: list[str] = []
        self._open: Callable[[list[str]], None] | None = None

    def event(self, event: QEvent) -> bool:
        """Open what the desktop asks for."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._wanted.append(event.file())
            self._hand_over()
            return True
        return super().event(event)

    def open_with(self, open_files: Callable[[list[str]], None] | None) -> None:
        """Set what opens files from now on; None for nothing."""
        self._open = open_files
        self._hand_over()

    def _hand_over(self) -> None:
        if self._open is not None and self._wanted:
            wanted, self._wanted = self._wanted, []
            self._open(wanted)


def make_application(language: str = SYSTEM) -> QApplication:
    """The Qt application, with its name, icon and language; an existing one is used again."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = _Application(sys.argv[:1])
    app.setApplicationName("dfgui")
    app.setApplicationDisplayName("dfgui")
    app.setApplicationVersion(dfgui.__version__)
    app.setDesktopFileName("dfgui")
    app.setWindowIcon(QIcon(str(resource("icons", "dfgui.svg"))))
    use_language(app, language)
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
    return app


def make_window(settings: AppSettings, *, remembers: bool = True) -> tuple[MainWindow, str | None]:
    """Build the window over its services, not shown yet.

    Returns it with a sentence if the remembered network was refused, else with None.
    """
    package = package_named(settings.model)
    sentence = None
    if not isinstance(package, ModelPackage):
        sentence, package = package, package_named(DEFAULT_MODEL)
    if not isinstance(package, ModelPackage):
        sys.exit(str(package))
    return MainWindow(AppServices(settings, package, remembers=remembers)), sentence


def end_window(window: MainWindow) -> None:
    """Destroy the window while Qt is still whole.

    If it is left until the interpreter ends, pyqtgraph's scenes crash it.
    """
    window.close()
    services = window.services
    window.deleteLater()
    services.deleteLater()
    del window, services
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()


def run(paths: Sequence[str]) -> int:
    """Open the window with these files and stay until it closes; returns the exit status."""
    if sys.platform.startswith("linux") and not any(map(os.environ.get, SCREENS)):
        # Without a screen, Qt would abort.
        sys.exit(
            "There is no screen to open the window on; `dfgui scan` and `dfgui screenshot` work"
            " without one."
        )
    settings = load_settings()
    app = make_application(settings.language)
    window, sentence = make_window(settings)
    window.show()
    if sentence:
        window.message(sentence)
    if isinstance(app, _Application):
        app.open_with(window.open)
    if paths:
        QTimer.singleShot(0, lambda: window.open([str(Path(path).absolute()) for path in paths]))
    # Ctrl-C in the terminal closes the window properly, from the event loop, as it may come in the
    # middle of a paint. Python sees it only while Python code runs, so a timer runs some.
    signal.signal(signal.SIGINT, lambda *_: QTimer.singleShot(0, window.close))
    awake = QTimer(interval=200)
    awake.timeout.connect(lambda: None)
    awake.start()
    status = app.exec()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if isinstance(app, _Application):
        app.open_with(None)
    end_window(window)
    return status
