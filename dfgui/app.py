"""Puts the application together; the only place where its long-lived objects are built."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import dfgui
from dfgui.core.card import ModelPackage
from dfgui.resources import resource
from dfgui.services.bench import Bench
from dfgui.services.packages import package_named
from dfgui.services.settings import Settings, load_settings
from dfgui.ui.main_window import MainWindow

DEFAULT_MODEL = "xception-face"


def make_application() -> QApplication:
    """The Qt application, with its name and icon; the one there is, where there is one."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = QApplication(sys.argv[:1])
    app.setApplicationName("dfgui")
    app.setApplicationDisplayName("dfgui")
    app.setApplicationVersion(dfgui.__version__)
    app.setDesktopFileName("dfgui")
    app.setWindowIcon(QIcon(str(resource("icons", "dfgui.svg"))))
    translator = QTranslator(app)
    if translator.load(QLocale(), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=True)
    return app


def make_window(settings: Settings, *, remembers: bool = True) -> tuple[MainWindow, str | None]:
    """The window over its services, not shown yet; and a sentence where the remembered network was refused."""
    package = package_named(settings.model)
    sentence = None
    if not isinstance(package, ModelPackage):
        sentence, package = package, package_named(DEFAULT_MODEL)
    if not isinstance(package, ModelPackage):
        sys.exit(package)
    return MainWindow(Bench(settings, package, remembers=remembers)), sentence


def end_window(window: MainWindow) -> None:
    """Destroy the window while Qt is still whole: left to the interpreter's end, pyqtgraph's scenes crash it."""
    window.close()
    bench = window.bench
    window.deleteLater()
    bench.deleteLater()
    del window, bench
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()


def run(paths: Sequence[str]) -> int:
    """Open the window, with these files in it, and stay until it is closed; returns the exit status."""
    app = make_application()
    window, sentence = make_window(load_settings())
    window.show()
    if sentence:
        window.message(sentence)
    if paths:
        QTimer.singleShot(0, lambda: window.open([str(Path(path).absolute()) for path in paths]))
    # Ctrl-C in the terminal closes the window properly; Python sees it only while it runs, so a timer lets it.
    signal.signal(signal.SIGINT, lambda *_: window.close())
    awake = QTimer(interval=200)
    awake.timeout.connect(lambda: None)
    awake.start()
    status = app.exec()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    end_window(window)
    return status
