"""The program `dfgui` on the command line: its commands and their exit status.

A command is a module of this folder. It asks workers and writes files; nothing here parses
evidence.
"""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

import dfgui
from dfgui.cli import demo, export, models, occlude, scan, screenshot, selftest
from dfgui.logs import start_log

app = typer.Typer(
    help=(
        "Was a face in this video replaced? Scores faces with an Xception network; works offline"
        " and never writes to the evidence. `dfgui` alone, or with files, opens the window."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    demo.demo,
    scan.scan,
    occlude.occlude,
    export.export,
    screenshot.screenshot,
    models.models,
    selftest.selftest,
):
    app.command()(command)


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Score faces, show on what the score hangs."""
    if version:
        typer.echo(f"dfgui {dfgui.__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; the exit status is 0, 1 (some input failed) or 2 (wrong usage)."""
    start_log()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # File names may hold what a terminal's encoding cannot show.
            stream.reconfigure(errors="replace")
    app(prog_name="dfgui")
