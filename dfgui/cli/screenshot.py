"""`dfgui screenshot`: the real main window with a file in it, analysed, as a picture."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dfgui.cli import console
from dfgui.cli.arguments import (
    LARGEST,
    ModelOption,
    PathArgument,
    StreamOption,
    check_places,
    chosen_package,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.values import ThemeName
from dfgui.output.places import write_safely
from dfgui.resources import DEFAULT_MODEL

if TYPE_CHECKING:
    from dfgui.services.evidence.selection import Selection
    from dfgui.services.faces.heat_maps import HeatMaps

POLL_MS = 30
QUIET_S = 0.4  # idle for so long means that everything was asked and answered
LONGEST_S = 3600.0


@dataclass(frozen=True)
class Shot:
    """What to show.

    Attributes:
        path: of the evidence.
        out: PNG file to write.
        stream: video stream or picture to read; None for the program's choice.
        frame: its number; None for the one in which the most suspicious face scores highest.
        occlusion: make the heat map.
        size: width and height of the window in pixels.
        theme: its colours.
        model: name or folder of the model package.
    """

    path: Path
    out: Path
    stream: int | None
    frame: int | None
    occlusion: bool
    size: tuple[int, int]
    theme: ThemeName
    model: str


def screenshot(
    path: PathArgument,
    out: Annotated[Path, typer.Option(metavar="PNG", help="Picture to write.", dir_okay=False)],
    frame: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=LARGEST,
            help="Frame number, from 0. [default: where the most suspicious face scores highest]",
        ),
    ] = None,
    stream: StreamOption = None,
    occlusion: Annotated[
        bool, typer.Option("--occlusion", help="Make the heat map of the face.")
    ] = False,
    size: Annotated[
        str, typer.Option(metavar="WxH", help="Size of the window in pixels.")
    ] = "1600x1000",
    theme: Annotated[ThemeName, typer.Option(help="Colours of the window.")] = "light",
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Write a picture of the main window with a file in it, analysed. Needs no screen."""
    if path.is_dir():
        raise typer.BadParameter("give one file, not a folder")
    chosen_package(model)
    check_places([out], [path])
    try:
        sentence = take(Shot(path, out, stream, frame, occlusion, _window_size(size), theme, model))
    except AnalysisError as error:
        sentence = str(error)
    if sentence:
        console.note(sentence)
    raise typer.Exit(int(sentence is not None))


def take(shot: Shot) -> str | None:
    """Drive the window without a screen and write its picture.

    Returns:
        None, or a sentence if part of it failed; the picture is written anyway.

    Raises:
        AnalysisError: the picture cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt takes longer to load than all of the command line, and most commands do without.
    from dfgui.app import end_window, make_application, make_window
    from dfgui.services.app_settings import AppSettings
    from dfgui.ui.main.export_menu import png_of

    settings = AppSettings(theme=shot.theme, model=shot.model)
    make_application(settings.language)
    window, sentence = make_window(settings, remembers=False)
    try:
        window.resize(*shot.size)
        window.show()
        window.open([str(shot.path.absolute())])
        if shot.stream is not None:
            window.services.selection.choose_stream(shot.stream)
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
            sentence = sentence or _why_no_map(window.services.selection, window.services.heat_maps)
        write_safely(shot.out, png_of(window))
    finally:
        end_window(window)
        del window
    return sentence


def _why_no_map(selection: Selection, maps: HeatMaps) -> str | None:
    """Why there is no heat map, in a sentence; None if there is one."""
    if maps.heat is not None and maps.heat.map.complete:
        return None
    if selection.face is None:
        return (
            "No heat map was made: no face is chosen in this frame; choose another frame with"
            " --frame."
        )
    return f"No heat map was made. {maps.no_map or 'It was not finished in time.'}"


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


def _window_size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (
        width.isdecimal()
        and height.isdecimal()
        and 400 <= int(width) <= 16384
        and 300 <= int(height) <= 16384
    ):
        raise typer.BadParameter(
            f"expected WIDTHxHEIGHT, from 400x300 to 16384x16384 pixels, received {text!r}",
            param_hint="--size",
        )
    return int(width), int(height)
