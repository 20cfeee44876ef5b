"""Every action of the window: its words, its keys, its place in the menus, and what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from dfgui.resources import training_command
from dfgui.services.availability import Need


class Spec(NamedTuple):
    """An action.

    Attributes:
        name: in the program; `Commands` or `ExportMenu` says what it does.
        text: in menus.
        keys: every one of them works.
        tip: what the status line adds to the text.
        checkable: stays pressed.
        needs: what there must be, so that it can be used.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    needs: tuple[Need, ...] = ()


class Submenu(NamedTuple):
    """A menu, also one in another; its actions follow each other in the shortcut sheet as well.

    Attributes:
        title: in the menu bar or the menu; "&" marks the key that opens it.
        entries: actions, menus, and None for a line between two groups.
        heading: in the shortcut sheet; if it is empty, its actions stand with those around it.
        name: of a menu that the program fills.
    """

    title: str
    entries: tuple[Entry, ...] = ()
    heading: str = ""
    name: str = ""


Entry = Union[Spec, Submenu, None]  # noqa: UP007 - it names itself


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def menu_bar() -> tuple[Submenu, ...]:
    """The menus of the window, from left to right."""
    return (_file(), _edit(), _view(), _analyse(), _tools(), _help())


def headings(menus: Sequence[Submenu]) -> list[tuple[str, list[Spec]]]:
    """The actions under their headings, as the shortcut sheet shows them."""
    found: list[tuple[str, list[Spec]]] = []
    for menu in menus:
        found.append((menu.heading, list(_near(menu))))
        inner = [entry for entry in menu.entries if isinstance(entry, Submenu) and entry.heading]
        found += headings(inner)
    return found


def _near(menu: Submenu) -> Iterator[Spec]:
    """The actions of a menu and of those in it that have no heading of their own."""
    for entry in menu.entries:
        if isinstance(entry, Spec):
            yield entry
        elif isinstance(entry, Submenu) and not entry.heading:
            yield from _near(entry)


def _file() -> Submenu:
    return Submenu(
        _tr("&File"),
        (
            Spec("open", _tr("Open files..."), ("Ctrl+O",), _tr("Videos and pictures to analyse")),
            Spec(
                "open_folder",
                _tr("Open folder..."),
                ("Ctrl+Shift+O",),
                _tr("Every video and picture in it"),
            ),
            Submenu(_tr("Open recent"), name="recent"),
            Spec(
                "remove",
                _tr("Close this file"),
                ("Ctrl+W",),
                _tr("Take it out of the list; the file itself stays as it is"),
                needs=("chosen",),
            ),
            None,
            Spec("save_notes", _tr("Save notes"), ("Ctrl+S",), needs=("notes",)),
            _export(),
            Spec(
                "copy",
                _tr("Copy picture"),
                ("Ctrl+C",),
                _tr("That of the view in use, in its own pixels and without marks"),
                needs=("open",),
            ),
            None,
            Spec("quit", _tr("Quit"), ("Ctrl+Q",)),
        ),
        heading=_tr("File"),
    )


def _export() -> Submenu:
    return Submenu(
        _tr("Export"),
        (
            Spec(
                "export_frame",
                _tr("Frame and face..."),
                ("Ctrl+E",),
                _tr("Original, error levels, face crop and exact heat map"),
                needs=("open", "face"),
            ),
            Spec(
                "export_view",
                _tr("View in use..."),
                ("Ctrl+Shift+E",),
                _tr("Its picture in full size, its values, and what the screen shows"),
                needs=("open",),
            ),
            Spec("export_map", _tr("Heat map..."), needs=("heat_map",)),
            Spec("export_timeline", _tr("Timeline..."), needs=("moves",)),
            Spec("export_scan", _tr("Results of the scan..."), needs=("result",)),
        ),
    )


def _edit() -> Submenu:
    return Submenu(
        _tr("&Edit"),
        (
            Spec("undo", _tr("Undo"), ("Ctrl+Z",), _tr("In bookmarks and notes"), needs=("undo",)),
            Spec("redo", _tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), needs=("redo",)),
            None,
            Spec("bookmark", _tr("Bookmark this frame"), ("B",), needs=("notes",)),
            Spec("notes", _tr("Write a note"), ("N",), needs=("notes",)),
        ),
        heading=_tr("Edit"),
    )


def _view() -> Submenu:
    return Submenu(
        _tr("&View"),
        (
            Spec("fit", _tr("Fit to window"), ("Ctrl+0",), needs=("open",)),
            Spec(
                "one_to_one",
                _tr("1:1"),
                ("Ctrl+1",),
                _tr("One pixel of the picture on one of the screen"),
                needs=("open",),
            ),
            Spec("two_to_one", _tr("2:1"), ("Ctrl+2",), needs=("open",)),
            Spec("zoom_in", _tr("Zoom in"), ("Ctrl++", "Ctrl+="), needs=("open",)),
            Spec("zoom_out", _tr("Zoom out"), ("Ctrl+-",), needs=("open",)),
            Spec("zoom_face", _tr("Zoom to the face"), ("Z",), needs=("face",)),
            Spec(
                "solo",
                _tr("Only the view in use"),
                ("X",),
                _tr("As large as there is room; again: all three"),
                checkable=True,
                needs=("open",),
            ),
            Spec(
                "linked",
                _tr("Move all views together"),
                ("Ctrl+L",),
                checkable=True,
                needs=("open",),
            ),
            None,
            _playback(),
            None,
            Spec("show_list", _tr("Evidence list"), ("F8",), checkable=True, needs=("chosen",)),
            Spec("show_inspector", _tr("Inspector"), ("F9",), checkable=True, needs=("chosen",)),
            Spec("show_timeline", _tr("Timeline"), ("F10",), checkable=True, needs=("moves",)),
            Spec("full_screen", _tr("Full screen"), ("F11",), checkable=True),
            Submenu(_tr("Theme"), name="themes"),
        ),
        heading=_tr("View"),
    )


def _playback() -> Submenu:
    return Submenu(
        _tr("Playback"),
        (
            Spec("play", _tr("Play or pause"), ("Space",), needs=("moves",)),
            Spec("backward", _tr("Play backward, again: faster"), ("J",), needs=("moves",)),
            Spec("pause", _tr("Pause"), ("K",), needs=("moves",)),
            Spec("forward", _tr("Play forward, again: faster"), ("L",), needs=("moves",)),
            None,
            Spec("step_back", _tr("Previous frame"), (",",), needs=("moves",)),
            Spec("step_on", _tr("Next frame"), (".",), needs=("moves",)),
            Spec("key_back", _tr("Previous key frame"), ("Alt+Left",), needs=("moves",)),
            Spec("key_on", _tr("Next key frame"), ("Alt+Right",), needs=("moves",)),
            Spec("to_start", _tr("First frame"), ("Home",), needs=("moves",)),
            Spec("to_end", _tr("Last frame"), ("End",), needs=("moves",)),
            None,
            Spec("go_to", _tr("Go to frame or time..."), ("G",), needs=("moves",)),
            Spec(
                "worst", _tr("Most suspicious frame of the face"), ("W",), needs=("moves", "track")
            ),
        ),
        heading=_tr("Play"),
    )


def _analyse() -> Submenu:
    return Submenu(
        _tr("&Analyse"),
        (
            Spec("again", _tr("Analyse again"), ("F5",), needs=("chosen",)),
            Spec(
                "cancel",
                _tr("Cancel analysis"),
                ("Shift+Esc",),
                _tr("Of the chosen file; the message that follows offers to undo it"),
                needs=("scanning",),
            ),
            Spec(
                "leave",
                _tr("Leave tool or heat map"),
                ("Esc",),
                _tr("An analysis under way continues"),
                needs=("open",),
            ),
            None,
            Spec("next_face", _tr("Next face"), ("F",), needs=("faces",)),
            Spec("previous_face", _tr("Previous face"), ("Shift+F",), needs=("faces",)),
            Spec(
                "draw_box",
                _tr("Draw a face by hand"),
                ("D",),
                _tr("Where none was found: drag a box over the face"),
                checkable=True,
                needs=("open",),
            ),
            None,
            Spec(
                "occlusion",
                _tr("Heat map of the face"),
                ("O",),
                _tr("Which regions drive the score"),
                checkable=True,
                needs=("face",),
            ),
            None,
            Spec(
                "draw_region",
                _tr("Hide a region by hand"),
                ("R",),
                _tr("Drag a rectangle on the face and see the score move"),
                checkable=True,
                needs=("face",),
            ),
            Spec(
                "follow",
                _tr("Hide that region along the track"),
                ("Shift+R",),
                _tr("Its effect over time, in the timeline"),
                needs=("region", "track"),
            ),
            Spec("clear_region", _tr("Clear region"), ("Backspace",), needs=("region",)),
        ),
        heading=_tr("Analyse"),
    )


def _tools() -> Submenu:
    """The network, and experiments if there is a training program: no entry without a function."""
    experiments = (
        None,
        Spec(
            "experiment",
            _tr("Run an experiment..."),
            ("Ctrl+R",),
            _tr("The paper's experiments, and training a network"),
        ),
        Spec(
            "report",
            _tr("Open a report..."),
            ("Ctrl+Shift+R",),
            _tr("Of an experiment that was run before"),
        ),
    )
    models = Spec("models", _tr("Model packages..."), ("Ctrl+M",))
    return Submenu(
        _tr("&Tools"),
        (models, *(experiments if training_command() is not None else ())),
        heading=_tr("Tools"),
    )


def _help() -> Submenu:
    return Submenu(
        _tr("&Help"),
        (
            Spec("help", _tr("Help"), ("F1",)),
            Spec("keys", _tr("Keyboard"), ("?",)),
            None,
            Spec("log", _tr("Open the log folder")),
            Spec("about", _tr("About dfgui")),
        ),
        heading=_tr("Help"),
    )


class Actions(dict[str, QAction]):
    """The actions by name; they belong to the window and work wherever its focus is.

    Attributes:
        groups: headings with their actions, for the shortcut sheet.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._needs: dict[str, tuple[Need, ...]] = {}
        self.groups: list[tuple[str, Sequence[QAction]]] = [
            (title, [self._make(spec, window) for spec in group])
            for title, group in headings(menu_bar())
        ]
        self.enable(frozenset())

    def enable(self, met: frozenset[Need]) -> None:
        """Enable the actions whose needs are met."""
        for name, needs in self._needs.items():
            self[name].setEnabled(met.issuperset(needs))

    def _make(self, spec: Spec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.setCheckable(spec.checkable)
        if spec.tip:
            action.setStatusTip(spec.tip)
        window.addAction(action)
        self[spec.name], self._needs[spec.name] = action, spec.needs
        return action
