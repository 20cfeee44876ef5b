"""What the program starts: the window for files, the command line for its commands."""

import subprocess
import sys

import pytest

from dfgui.__main__ import COMMANDS, wants_window
from dfgui.cli.main import app


def test_the_names_are_the_command_lines_own() -> None:
    assert {
        (command.name or command.callback.__name__)
        for command in app.registered_commands
        if command.callback
    } == COMMANDS


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], True),
        (["clip.mp4"], True),
        (["./scan"], True),
        (["scan", "clip.mp4"], False),
        (["demo"], False),
        (["--help"], False),
        (["--version"], False),
    ],
)
def test_files_open_the_window_and_commands_do_not(arguments: list[str], expected: bool) -> None:
    assert wants_window(arguments) is expected


def test_the_command_line_loads_no_window() -> None:
    code = (
        "import sys; sys.argv = ['dfgui', '--version']; from dfgui.__main__ import main\ntry:"
        " main()\nexcept SystemExit: pass\n"
    )
    check = (
        "print(sorted(name for name in sys.modules if name.startswith(('PySide6', 'pyqtgraph'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + check], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
