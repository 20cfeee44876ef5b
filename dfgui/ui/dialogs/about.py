"""The About dialog: version, licences, the terms of the weights, and the way to the log."""

from __future__ import annotations

import platform

import PySide6
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

import dfgui
from dfgui.core.network.package import Card
from dfgui.resources import resource
from dfgui.ui.dialogs.help_window import set_markdown
from dfgui.ui.widgets.theme import SPACE


class AboutDialog(QDialog):
    """Show what this program is and its terms of use.

    `log_folder_requested` asks to show the folder of the log.

    Args:
        card: of the network in use; None if no package could be loaded.
        parent: the window.
    """

    log_folder_requested = Signal()

    def __init__(self, card: Card | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About dfgui"))
        self._build_ui(card)
        self._log.clicked.connect(self.log_folder_requested)
        self._copy.clicked.connect(self._on_copy)
        self._close.clicked.connect(self.accept)
        self.resize(600, 440)

    def _build_ui(self, card: Card | None) -> None:
        tabs = QTabWidget()
        tabs.addTab(
            self._text(_licences() or self._without_folder(), self.tr("Licences")),
            self.tr("Licences"),
        )
        tabs.addTab(
            self._text(self._terms(card), self.tr("Terms of the weights")),
            self.tr("Terms of the weights"),
        )
        self._log = self._button(
            self.tr("Show log folder"), self.tr("Open the folder with the program's log")
        )
        self._copy = self._button(
            self.tr("Copy versions"), self.tr("Copy what a support request needs")
        )
        self._close = self._button(self.tr("Close"), self.tr("Close (Esc)"))
        self._close.setDefault(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self._log)
        buttons.addWidget(self._copy)
        buttons.addStretch()
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE + SPACE // 2)
        layout.addLayout(self._head(card))
        layout.addWidget(tabs, 1)
        layout.addLayout(buttons)

    def _head(self, card: Card | None) -> QHBoxLayout:
        title = QLabel("dfgui")
        title.setProperty("role", "title")
        what = QLabel(
            self.tr(
                "Was a face in this video replaced? Works offline and never writes to the evidence."
            )
        )
        what.setWordWrap(True)
        self._versions = QLabel(_versions(card))
        self._versions.setProperty("role", "muted")
        self._versions.setWordWrap(True)
        self._versions.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words = QVBoxLayout()
        words.setSpacing(SPACE // 2)
        for label in (title, what, self._versions):
            words.addWidget(label)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        icon = self.windowIcon()
        if not icon.isNull():
            picture = QLabel()
            picture.setPixmap(icon.pixmap(64, 64))
            picture.setAlignment(Qt.AlignmentFlag.AlignTop)
            head.addWidget(picture)
        head.addLayout(words, 1)
        return head

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self._versions.text())

    def _text(self, markdown: str, name: str) -> QTextBrowser:
        browser = QTextBrowser()
        browser.setOpenLinks(False)
        browser.setAccessibleName(name)
        browser.document().setDocumentMargin(SPACE + SPACE // 2)
        set_markdown(browser, markdown)
        return browser

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        return button

    def _without_folder(self) -> str:
        return self.tr(
            "The source of dfgui is under the Apache License 2.0. The libraries it uses have their"
            " own licences; this copy of the program came without the folder that lists them."
        )

    def _terms(self, card: Card | None) -> str:
        if card is None:
            return self.tr(
                "No network is loaded. Choose a model package to read the terms of its weights."
            )
        head = self.tr("**{}**, version {}\n\n{}").format(card.name, card.version, card.terms)
        sources = [f"{one.name}: {one.terms}" for one in card.training.sources]
        listed = "\n".join(f"- {one}" for one in (*card.training.data, *sources))
        return f"{head}\n\n{self.tr('Trained on:')}\n\n{listed}"


def _versions(card: Card | None) -> str:
    network = [] if card is None else [f"{card.name} {card.version}"]
    libraries = [
        f"Python {platform.python_version()}",
        f"Qt for Python {PySide6.__version__}",
        f"{platform.system()} {platform.release()}",
    ]
    return ", ".join([f"dfgui {dfgui.__version__}", *network, *libraries])


def _licences() -> str | None:
    try:
        return resource("licences", "README.md").read_text(encoding="utf-8")
    except OSError:
        return None
