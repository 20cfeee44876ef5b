"""`dfgui screenshot`: the real main window with a file in it, analysed, as a picture."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from dfgui.services.selection import Selection

POLL_MS = 30
QUIET_S = 0.4  # idle for so long means that everything was asked and answered
LONGEST_S = 3600.0


@dataclass(frozen=True)
class Shot:
    """What to show.

    Attributes:
        path: of the evidence.
        out: PNG file to write.
        frame: its number; None for the one in which the most suspicious face scores highest.
        occlusion: make the heat map.
        size: width and height of the window in pixels.
        theme: its colours.
        model: name or folder of the model package.
    """

    path: Path
    out: Path
    frame: int | None
    occlusion: bool
    size: tuple[int, int]
    theme: Literal["light", "dark"]
    model: str


def take(shot: Shot) -> str | None:
    """Drive the window without a screen and write its picture.

    Returns:
        None, or a sentence if part of it failed; the picture is written anyway.

    Raises:
        AnalysisError: the picture cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from dfgui.app import end_window, make_application, make_window
    from dfgui.output import write_safely
    from dfgui.services.app_settings import AppSettings
    from dfgui.ui.main.export_menu import png_of

    make_application()
    window, sentence = make_window(AppSettings(theme=shot.theme, model=shot.model), remembers=False)
    try:
        window.resize(*shot.size)
        window.show()
        window.open([str(shot.path.absolute())])
        _wait(window.is_settled)
        result = window.services.selection.item
        if result is not None and result.result is not None and result.result.status == "failed":
            sentence = result.result.reason
        if shot.frame is None:
            window.actions_by_name["worst"].trigger()
        else:
            window.go_to(shot.frame)
        _wait(window.is_settled)
        if shot.occlusion:
            window.make_map()
            _wait(window.is_settled)
            sentence = sentence or _why_no_map(window.services.selection)
        write_safely(shot.out, png_of(window))
    finally:
        end_window(window)
        del window
    return sentence


def _why_no_map(selection: Selection) -> str | None:
    """Why there is no heat map, in a sentence; None if there is one."""
    if selection.heat is not None and selection.heat.map.complete:
        return None
    if selection.face is None:
        return (
            "No heat map was made: no face is chosen in this frame; choose another frame with"
            " --frame."
        )
    return f"No heat map was made. {selection.no_map or 'It was not finished in time.'}"


def _wait(is_settled: Callable[[], bool]) -> None:
    """Let the window work until nothing is under way."""
    from PySide6.QtCore import QEventLoop, QTimer

    quiet_since: float | None = None
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        loop = QEventLoop()
        QTimer.singleShot(POLL_MS, loop.quit)
        loop.exec()
        if not is_settled():
            quiet_since = None
        elif quiet_since is None:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > QUIET_S:
            return
