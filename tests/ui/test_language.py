"""The window in another language: every text comes from the catalogue, and German fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from dfgui.app import end_window, make_window
from dfgui.core.analysis_results import Report, failed
from dfgui.core.catalogue import Catalogue, catalogue_of
from dfgui.core.plain import json_of
from dfgui.core.sentences import Sentence, decoded
from dfgui.output.tables import json_bytes
from dfgui.resources import resource
from dfgui.services.app_settings import AppSettings
from dfgui.ui.inspector.settings_page import SettingsPage
from dfgui.ui.main.main_window import MainWindow
from dfgui.ui.widgets.language import (
    grouped,
    language_of,
    offered_languages,
    worded,
)
from tests.output.test_golden import NEW
from tests.translations import sources
from tests.ui.conftest import Speak

GERMAN = catalogue_of("de", resource("translations"))
MARKED = Catalogue({source: f"⟦{source}⟧" for source in sources()["dfgui"]})
SAME_EVERYWHERE = re.compile(
    r"dfgui|i|SHA-256|English|Deutsch|red-mean|mean of the red channel|[^a-zA-Z]*"
)
OF_LIBRARIES = {"Export...", "Scroll Left", "Scroll Right"}  # hidden, of pyqtgraph and Qt


def texts(widget: QWidget) -> Iterator[str]:
    """What a widget and everything in it says."""
    for one in (widget, *widget.findChildren(QWidget)):
        if isinstance(one, QLabel | QAbstractButton):
            yield one.text()
        elif isinstance(one, QTabBar):
            yield from map(one.tabText, range(one.count()))
        elif isinstance(one, QComboBox):
            yield from map(one.itemText, range(one.count()))
        yield one.accessibleName()
        if not one.objectName().startswith("qt_"):
            yield one.toolTip()
    for action in widget.findChildren(QAction):
        yield action.text()


def test_every_text_of_the_window_comes_from_the_catalogue(
    qapp: QApplication, package: Path, speak: Speak
) -> None:
    speak(MARKED)
    window, _ = make_window(AppSettings(model=str(package), theme="light"), remembers=False)
    try:
        english = {text for text in texts(window) if "⟦" not in text} - OF_LIBRARIES
        assert [text for text in english if not SAME_EVERYWHERE.fullmatch(text)] == []
    finally:
        end_window(window)
        del window


@pytest.mark.parametrize("size", [(1280, 720), (1600, 1000)])
def test_german_fits(
    qapp: QApplication, package: Path, speak: Speak, size: tuple[int, int]
) -> None:
    speak(GERMAN)
    window, _ = make_window(AppSettings(model=str(package), theme="light"), remembers=False)
    try:
        window.resize(*size)
        window.show()
        qapp.processEvents()
        assert window.size().toTuple() == size
        assert list(cut_off(window)) == []
    finally:
        end_window(window)
        del window


def cut_off(window: MainWindow) -> Iterator[str]:
    """Texts of buttons and tabs that have less room than they need."""
    for one in window.findChildren(QWidget):
        if not one.isVisible():
            continue
        if isinstance(one, QAbstractButton) and one.width() < one.minimumSizeHint().width():
            yield one.text()
        if isinstance(one, QTabBar) and one.tabRect(one.count() - 1).right() > one.width():
            yield one.accessibleName()


def test_a_sentence_is_worded_and_any_other_text_left_alone(
    qapp: QApplication, speak: Speak
) -> None:
    speak(GERMAN)
    assert worded(Sentence("{n} face|{n} faces", n=2)) == "2 Gesichter"
    assert worded("faces") == "faces"
    assert grouped(12345) == "12\u202f345"
    assert QCoreApplication.translate("QDialogButtonBox", "Cancel") == "Cancel"


def test_results_stay_english(qapp: QApplication, speak: Speak) -> None:
    speak(GERMAN)
    report = msgspec.json.decode(NEW.read_bytes(), type=Report, dec_hook=decoded)
    assert json_bytes(report) == NEW.read_bytes()
    empty = failed("a", Sentence("{path} is empty.", path="a"))
    assert worded(empty.reason or "") == "a ist leer."
    assert msgspec.json.decode(json_of(empty))["reason"] == "a is empty."


def test_the_desktops_language_counts_if_there_is_a_catalogue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class _Desktop:
        def __init__(self, *languages: str) -> None:
            self._languages = list(languages)

        def uiLanguages(self) -> list[str]:  # noqa: N802
            return self._languages

    for languages, expected in ((["de-AT", "de"], "de"), (["fr-FR", "fr"], "en"), (["C"], "en")):
        monkeypatch.setattr(QLocale, "system", lambda languages=languages: _Desktop(*languages))
        assert language_of("system") == expected
    assert language_of("de") == "de"
    assert language_of("xx") == "en"


def test_a_language_is_chosen_for_the_next_start(qtbot: QtBot) -> None:
    page = SettingsPage()
    qtbot.addWidget(page)
    assert offered_languages() == [("de", "Deutsch"), ("en", "English")]
    (field,) = (one for one in page.findChildren(QComboBox) if one.findData("de") >= 0)
    assert page._restart.isHidden()
    with qtbot.waitSignal(page.changed) as changed:
        field.setCurrentIndex(field.findData("de"))
    assert changed.args is not None
    assert changed.args[0].language == "de"
    assert not page._restart.isHidden()


def test_qt_brings_its_own_german() -> None:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert (folder / "qtbase_de.qm").is_file()
