"""The menu bar of the window, with the recent files and the colours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from dfgui.services.app_settings import AppSettings
from dfgui.ui.main.actions import Submenu, menu_bar
from dfgui.ui.widgets.mnemonics import mark_letters


class Menus(QObject):
    """Fills the menu bar of a window.

    Args:
        window: whose menu bar it is.
        actions: of the window, by name.

    Attributes:
        recent: the files that were opened last.
        themes: colours to choose from.
    """

    recent_chosen = Signal(str)
    theme_chosen = Signal(str)

    def __init__(self, window: QMainWindow, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._named: dict[str, QMenu] = {}
        for menu in menu_bar():
            window.menuBar().addMenu(self._menu(menu))
        self.recent, self.themes = self._named["recent"], self._named["themes"]
        self.recent.setToolTipsVisible(True)
        self.recent.triggered.connect(lambda action: self.recent_chosen.emit(action.data()))
        self._offer_themes()
        self.themes.triggered.connect(lambda action: self.theme_chosen.emit(action.data()))

    def show_settings(self, settings: AppSettings) -> None:
        """Tick what is in force, and list the recent files."""
        for action in self.themes.actions():
            action.setChecked(action.data() == settings.theme)
        self.recent.clear()
        for number, path in enumerate(settings.recent, start=1):
            name = Path(path).name.replace("&", "&&")
            action = self.recent.addAction(f"&{number}  {name}" if number < 10 else name)
            action.setData(path)
            action.setToolTip(path)
        self.recent.setEnabled(bool(settings.recent))

    def _menu(self, menu: Submenu) -> QMenu:
        made = QMenu(menu.title, self._window)
        if menu.name:
            self._named[menu.name] = made
        for entry in menu.entries:
            if entry is None:
                made.addSeparator()
            elif isinstance(entry, Submenu):
                made.addMenu(self._menu(entry))
            else:
                made.addAction(self._actions[entry.name])
        mark_letters(made)
        return made

    def _offer_themes(self) -> None:
        for name, text in (
            ("system", self.tr("Follow system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            action = self.themes.addAction(text)
            action.setCheckable(True)
            action.setData(name)
        mark_letters(self.themes)
