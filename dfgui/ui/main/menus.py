"""The menus of the window: which action stands where, the recent files and the colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from dfgui.services.app_settings import AppSettings

Entry = str | QMenu | None
"""The name of an action, a menu in the menu, or a line between two groups."""


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
        self.recent = QMenu(self.tr("Open recent"), window)
        self.recent.setToolTipsVisible(True)
        self.recent.triggered.connect(lambda action: self.recent_chosen.emit(action.data()))
        self.themes = self._colours()
        self.themes.triggered.connect(lambda action: self.theme_chosen.emit(action.data()))
        for menu in (
            self._file(),
            self._edit(),
            self._view(),
            self._analyse(),
            *self._experiments(),
            self._help(),
        ):
            window.menuBar().addMenu(menu)

    def show_settings(self, settings: AppSettings) -> None:
        """Tick what is in force, and list the recent files."""
        for action in self.themes.actions():
            action.setChecked(action.data() == settings.theme)
        self.recent.clear()
        for path in settings.recent:
            action = self.recent.addAction(Path(path).name.replace("&", "&&"))
            action.setData(path)
            action.setToolTip(path)
        self.recent.setEnabled(bool(settings.recent))

    def _file(self) -> QMenu:
        export = self._menu(
            self.tr("Export"),
            ("export_frame", "export_view", "export_map", "export_timeline", "export_scan"),
        )
        entries = (
            "open",
            "open_folder",
            self.recent,
            "remove",
            None,
            "save_notes",
            export,
            "copy",
            None,
            "quit",
        )
        return self._menu(self.tr("&File"), entries)

    def _edit(self) -> QMenu:
        return self._menu(self.tr("&Edit"), ("undo", "redo", None, "bookmark", "notes"))

    def _view(self) -> QMenu:
        moves = (
            "play",
            "forward",
            "backward",
            "pause",
            None,
            "step_on",
            "step_back",
            "key_on",
            "key_back",
            "to_start",
            "to_end",
        )
        playback = self._menu(self.tr("Playback"), (*moves, None, "go_to", "worst"))
        zooms = (
            "fit",
            "one_to_one",
            "two_to_one",
            "zoom_in",
            "zoom_out",
            "zoom_face",
            "solo",
            "linked",
        )
        parts = ("show_list", "show_inspector", "show_timeline", "full_screen")
        return self._menu(self.tr("&View"), (*zooms, None, playback, None, *parts, self.themes))

    def _analyse(self) -> QMenu:
        faces = (
            "again",
            "cancel",
            None,
            "next_face",
            "previous_face",
            "draw_box",
            None,
            "occlusion",
            None,
        )
        return self._menu(
            self.tr("&Analyse"), (*faces, "draw_region", "follow", "clear_region", None, "models")
        )

    def _experiments(self) -> list[QMenu]:
        """The menu of experiments; empty if there is no training program."""
        return (
            [self._menu(self.tr("E&xperiments"), ("experiment", "report"))]
            if "experiment" in self._actions
            else []
        )

    def _help(self) -> QMenu:
        return self._menu(self.tr("&Help"), ("help", "keys", None, "log", "about"))

    def _colours(self) -> QMenu:
        menu = self._menu(self.tr("Colours"), ())
        for name, text in (
            ("system", self.tr("As the desktop")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(name)
        return menu

    def _menu(self, title: str, entries: Sequence[Entry]) -> QMenu:
        menu = QMenu(title, self._window)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, QMenu):
                menu.addMenu(entry)
            else:
                menu.addAction(self._actions[entry])
        return menu
