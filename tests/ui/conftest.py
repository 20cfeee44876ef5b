"""Each test of a widget begins with a plain application, and may let it speak a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from dfgui.core.catalogue import Catalogue
from dfgui.ui.widgets.language import CatalogueTranslator

Speak = Callable[[Catalogue], None]


@pytest.fixture(autouse=True)
def _plain_application() -> Iterator[None]:
    """Take back the theme of a main window: it would colour the widgets of the next tests."""
    yield
    app = QApplication.instance()
    if isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")
        app.setPalette(QPalette())


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Speak]:
    """Lets what is built from now on speak a language, until the test ends."""
    installed: list[QTranslator] = []

    def use(catalogue: Catalogue) -> None:
        installed.append(CatalogueTranslator(catalogue, qapp))
        qapp.installTranslator(installed[-1])

    yield use
    for translator in installed:
        qapp.removeTranslator(translator)
        translator.deleteLater()
