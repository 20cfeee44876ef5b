"""`dfgui demo`: the window on the bundled demo clips."""

from __future__ import annotations

import typer

from dfgui.resources import demo_clips


def demo() -> None:
    """Open the window on the bundled demo clips: a portrait, and the same with its face altered."""
    # Qt, which no other command but screenshot needs.
    from dfgui.app import run

    raise typer.Exit(run([str(path) for path in demo_clips()]))
