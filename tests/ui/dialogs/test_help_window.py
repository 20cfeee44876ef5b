"""The help window: pages, links, search, back and forward."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QTextBrowser,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from dfgui.ui.dialogs.help_window import HelpWindow
from dfgui.ui.widgets.theme import apply_theme

PAGES = {
    "index": "# Contents\n\n- [Maps](maps.md)\n- [The meter](meter.md)\n- [Maps again](maps.md)\n",
    "maps": (
        "# Maps\n\nThe patch hides a part. [Elsewhere](https://example.org/x.md)\n\n"
        + "More.\n\n" * 200
        + "## End\n\nThe patch again.\n"
    ),
    "meter": "# The meter\n\n| a | b |\n|---|---|\n| patch of levels | 1.06 |\n",
}


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot) -> HelpWindow:
    for name, text in PAGES.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    window = HelpWindow(tmp_path)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def _listed(window: HelpWindow) -> list[str]:
    pages = window.findChildren(QListWidget)[0]
    return [pages.item(row).text() for row in range(pages.count())]


def _browser(window: HelpWindow) -> QTextBrowser:
    return window.findChildren(QTextBrowser)[0]


def _press(window: HelpWindow, name: str, qtbot: QtBot) -> None:
    button = next(
        button for button in window.findChildren(QToolButton) if button.accessibleName() == name
    )
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_pages_in_the_order_of_the_index(window: HelpWindow) -> None:
    assert _listed(window) == ["Contents", "Maps", "The meter"]
    assert window.page() == "index"


def test_open_by_name_and_by_link(window: HelpWindow) -> None:
    window.open_page("meter")
    assert _browser(window).toPlainText().startswith("The meter")
    assert window.findChildren(QListWidget)[0].currentItem().text() == "The meter"
    _browser(window).anchorClicked.emit(QUrl("maps.md"))
    assert window.page() == "maps"


def test_no_address_outside_is_opened(window: HelpWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "PySide6.QtGui.QDesktopServices.openUrl", lambda url: pytest.fail(f"{url} was opened")
    )
    window.open_page("maps")
    _browser(window).anchorClicked.emit(QUrl("https://example.org/meter.md"))
    assert window.page() == "maps"
    assert not _browser(window).openLinks()


def test_a_page_that_is_not_there(window: HelpWindow) -> None:
    window.open_page("maps")
    window.open_page("nonsense")
    assert window.page() == "index"


def test_back_and_forward(window: HelpWindow, qtbot: QtBot) -> None:
    window.open_page("maps")
    window.open_page("meter")
    seen = []
    for name in ("Back", "Back", "Back", "Forward"):
        _press(window, name, qtbot)
        seen.append(window.page())
    assert seen == ["maps", "index", "index", "maps"]
    window.open_page("index")
    _press(window, "Forward", qtbot)
    assert window.page() == "index"


def test_search_filters_and_marks(window: HelpWindow, qtbot: QtBot) -> None:
    search, browser = window.findChildren(QLineEdit)[0], _browser(window)
    qtbot.keyClicks(search, "PATCH again")
    assert _listed(window) == ["Maps"]
    assert window.page() == "maps"  # the page shown before does not have these words
    marked = sorted(hit.cursor.selectedText() for hit in browser.extraSelections())
    assert marked == ["again", "patch", "patch"]
    top = browser.verticalScrollBar().value()
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert browser.verticalScrollBar().value() > top  # the next place is at the end of a long page
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert _listed(window) == ["Contents", "Maps", "The meter"]
    assert browser.extraSelections() == []
    assert window.page() == "maps"
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_nothing_found(window: HelpWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.findChildren(QLineEdit)[0], "zzz")
    assert "No page has these words. Try fewer." in [
        label.text() for label in window.findChildren(QLabel) if label.isVisible()
    ]


def test_lines_stay_short_in_a_wide_window(window: HelpWindow) -> None:
    window.resize(2400, 800)
    QApplication.processEvents()
    shape = _browser(window).document().rootFrame().frameFormat()
    column = _browser(window).viewport().width() - shape.leftMargin() - shape.rightMargin()
    assert column <= 44 * window.fontMetrics().height()


def test_links_follow_the_theme(window: HelpWindow, qapp: QApplication) -> None:
    def client() -> str:
        block = _browser(window).document().firstBlock().next()
        fragments = [fragment.fragment() for fragment in block]
        return next(
            one.charFormat().foreground().color().name()
            for one in fragments
            if one.charFormat().isAnchor()
        )

    before = qapp.styleSheet(), QPalette(qapp.palette()), qapp.style().objectName()
    try:
        for name in ("dark", "light"):
            theme = apply_theme(qapp, name)
            QApplication.processEvents()
            assert client() == theme.accent
    finally:
        qapp.setStyleSheet(before[0])
        qapp.setStyle(before[2])
        qapp.setPalette(before[1])
