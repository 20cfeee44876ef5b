"""What decides between window and command line, and what the application is made with."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from dfgui import app as module
from dfgui.__main__ import COMMANDS, wants_window
from dfgui.app import end_window, make_application, make_window, run
from dfgui.cli.main import app as command_line
from dfgui.services.app_settings import AppSettings
from dfgui.ui.main.main_window import MainWindow

# As macOS does it; there can be only one application in a process.
DESKTOP = """
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent
from dfgui.app import make_application

app = make_application()
ask = lambda name: QCoreApplication.sendEvent(app, QFileOpenEvent(name))
ask("a.mp4")
print("nothing yet")
app.open_with(print)
ask("b.mp4")
app.open_with(None)
ask("c.mp4")
print("the end")
"""


@pytest.fixture
def clean(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())


def test_the_commands_are_those_of_the_command_line() -> None:
    group = typer.main.get_command(command_line)
    assert set(group.commands) == COMMANDS  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ([], True),
        (["clip.mp4"], True),
        (["./scan"], True),
        (["scan", "clip.mp4"], False),
        (["--help"], False),
        (["demo"], False),
    ],
)
def test_files_open_the_window_and_words_do_not(arguments: list[str], window: bool) -> None:
    assert wants_window(arguments) is window


def test_there_is_one_application(qapp: QApplication) -> None:
    assert make_application() is qapp


@pytest.mark.usefixtures("clean")
def test_a_window_leaves_nothing(qapp: QApplication, package: Path) -> None:
    window, sentence = make_window(AppSettings(model=str(package)), remembers=False)
    assert sentence is None
    window.show()
    end_window(window)
    del window
    gc.collect()
    assert [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)] == []


@pytest.mark.usefixtures("clean")
def test_a_refused_network_is_named_and_the_bundled_one_used(
    qapp: QApplication, tmp_path: Path
) -> None:
    window, sentence = make_window(AppSettings(model=str(tmp_path)), remembers=False)
    assert sentence is not None
    assert tmp_path.name in sentence
    assert window.services.package.card.name == "xception-face"
    end_window(window)


def test_without_any_network_it_ends_with_a_sentence(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DEFAULT_MODEL", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        make_window(AppSettings(model=str(tmp_path)))
    assert str(ended.value.code).endswith(".")


def test_without_a_screen_it_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in module.SCREENS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match="no screen"):
        run([])


def test_what_the_desktop_asks_for_before_there_is_a_window_waits() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DESKTOP], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["nothing yet", "['a.mp4']", "['b.mp4']", "the end"]
