"""Every action of the window: its words, its keys, its place in the menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from dfgui.resources import training_command


class Spec(NamedTuple):
    """An action: its name in the program, its text, its keys, and what its tip adds to the text."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


def specs() -> dict[str, tuple[Spec, ...]]:
    """The actions by group, as the shortcut sheet shows them."""
    return {
        _tr("File"): (
            Spec("open", _tr("Open files..."), ("Ctrl+O",), _tr("Videos and pictures to analyse")),
            Spec(
                "open_folder",
                _tr("Open folder..."),
                ("Ctrl+Shift+O",),
                _tr("Every video and picture in it"),
            ),
            Spec(
                "remove",
                _tr("Close this file"),
                ("Ctrl+W",),
                _tr("Take it out of the list; the file itself stays as it is"),
            ),
            Spec("save_notes", _tr("Save notes"), ("Ctrl+S",)),
            Spec(
                "export_frame",
                _tr("Frame and face..."),
                ("Ctrl+E",),
                _tr("Original, error levels, face crop and exact heat map"),
            ),
            Spec(
                "export_view",
                _tr("View in use..."),
                ("Ctrl+Shift+E",),
                _tr("Its picture in full size, its values, and what the screen shows"),
            ),
            Spec("export_map", _tr("Heat map...")),
            Spec("export_timeline", _tr("Timeline...")),
            Spec("export_scan", _tr("Results of the scan...")),
            Spec(
                "copy",
                _tr("Copy picture"),
                ("Ctrl+C",),
                _tr("The view in use, as the screen shows it"),
            ),
            Spec("quit", _tr("Quit"), ("Ctrl+Q",)),
        ),
        _tr("Edit"): (
            Spec("undo", _tr("Undo"), ("Ctrl+Z",), _tr("In bookmarks and notes")),
            Spec("redo", _tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z")),
            Spec("bookmark", _tr("Bookmark this frame"), ("B",)),
            Spec("notes", _tr("Write a note"), ("N",)),
        ),
        _tr("View"): (
            Spec("fit", _tr("Whole frame"), ("Ctrl+0",)),
            Spec(
                "one_to_one",
                _tr("1:1"),
                ("Ctrl+1",),
                _tr("One pixel of the picture on one of the screen"),
            ),
            Spec("two_to_one", _tr("2:1"), ("Ctrl+2",)),
            Spec("zoom_in", _tr("Enlarge"), ("Ctrl++", "Ctrl+=")),
            Spec("zoom_out", _tr("Reduce"), ("Ctrl+-",)),
            Spec("zoom_face", _tr("Zoom to the face"), ("Z",)),
            Spec(
                "solo",
                _tr("Only the view in use"),
                ("X",),
                _tr("As large as there is room; again: all three"),
                True,
            ),
            Spec("linked", _tr("Move all views together"), ("Ctrl+L",), checkable=True),
            Spec("show_list", _tr("Evidence list"), ("F8",), checkable=True),
            Spec("show_inspector", _tr("Inspector"), ("F9",), checkable=True),
            Spec("show_timeline", _tr("Timeline"), ("F10",), checkable=True),
            Spec("full_screen", _tr("Full screen"), ("F11",), checkable=True),
        ),
        _tr("Play"): (
            Spec("play", _tr("Play or pause"), ("Space",)),
            Spec("backward", _tr("Play backward, again: faster"), ("J",)),
            Spec("pause", _tr("Pause"), ("K",)),
            Spec("forward", _tr("Play forward, again: faster"), ("L",)),
            Spec("step_back", _tr("One frame back"), (",",)),
            Spec("step_on", _tr("One frame on"), (".",)),
            Spec("key_back", _tr("Key frame before"), ("Alt+Left",)),
            Spec("key_on", _tr("Next key frame"), ("Alt+Right",)),
            Spec("to_start", _tr("First frame"), ("Home",)),
            Spec("to_end", _tr("Last frame"), ("End",)),
            Spec("go_to", _tr("Go to frame or time..."), ("G",)),
            Spec("worst", _tr("Most suspicious frame of the face"), ("W",)),
        ),
        _tr("Analyse"): (
            Spec("again", _tr("Analyse again"), ("F5",)),
            Spec("cancel", _tr("Cancel what is under way"), ("Esc",)),
            Spec("next_face", _tr("Next face"), ("F",)),
            Spec("previous_face", _tr("Face before"), ("Shift+F",)),
            Spec(
                "draw_box",
                _tr("Draw a face by hand"),
                ("D",),
                _tr("Where none was found: drag a box over the face"),
                True,
            ),
            Spec(
                "occlusion",
                _tr("Heat map of the face"),
                ("O",),
                _tr("On which regions the score hangs"),
                True,
            ),
            Spec(
                "draw_region",
                _tr("Hide a region by hand"),
                ("R",),
                _tr("Drag a rectangle on the face and see the score move"),
                True,
            ),
            Spec(
                "follow",
                _tr("Hide that region along the track"),
                ("Shift+R",),
                _tr("Its effect over time, in the timeline"),
            ),
            Spec("clear_region", _tr("Forget the region"), ("Backspace",)),
            Spec("models", _tr("Model packages..."), ("Ctrl+M",)),
        ),
        **_of_training(),
        _tr("Help"): (
            Spec("help", _tr("Help"), ("F1",)),
            Spec("keys", _tr("Keyboard"), ("?",)),
            Spec("log", _tr("Open the log folder")),
            Spec("about", _tr("About dfgui")),
        ),
    }


def _of_training() -> dict[str, tuple[Spec, ...]]:
    """The training actions, only if there is a training program: no entry without a function."""
    if training_command() is None:
        return {}
    return {
        _tr("Experiments"): (
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
    }


class Actions(dict[str, QAction]):
    """The actions by name; they belong to the window and work wherever its focus is.

    Attributes:
        groups: headings with their actions, for the shortcut sheet.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.groups: list[tuple[str, Sequence[QAction]]] = []
        for title, group in specs().items():
            made = [self._make(spec, window) for spec in group]
            self.groups.append((title, made))

    def _make(self, spec: Spec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
        action.setCheckable(spec.checkable)
        if spec.tip:
            action.setStatusTip(spec.tip)
        window.addAction(action)
        self[spec.name] = action
        return action
