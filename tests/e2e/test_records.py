"""The records of an analyst: notes that survive a kill, exports, and the question at the end."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from dfgui.services.evidence.notes import notes_folder
from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import FRAMES, Program
from tests.e2e.hands import (
    LONG_MS,
    press,
    press_button,
    shown_of,
    wait_frame,
    wait_settled,
    when_asked,
)
from tests.support.clips import make_clip

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier

# Opens a file in the real program and types; it prints the text once it is in the window.
TYPIST = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from dfgui.__main__ import main
from dfgui.app import make_application

app = make_application()
def work():
    window = next(one for one in QApplication.topLevelWidgets() if hasattr(one, "services"))
    if window.services.notebook.current is None:
        QTimer.singleShot(50, work)
        return
    window.actions_by_name["notes"].trigger()
    QTest.keyClicks(QApplication.focusWidget(), "the left ear flickers")
    print("typed", flush=True)
QTimer.singleShot(0, work)
main()
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "numbered.mp4")


def wait_open(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the file is settled and accepts notes."""
    wait_settled(qtbot, window)
    qtbot.waitUntil(lambda: window.services.notebook.current is not None, timeout=LONG_MS)


def typed(qtbot: QtBot, window: MainWindow, text: str) -> QPlainTextEdit:
    """Press N and type."""
    press(qtbot, window, KEY.Key_N)
    field = QApplication.focusWidget()
    assert isinstance(field, QPlainTextEdit)
    qtbot.keyClicks(field, text)
    return field


def saved() -> dict[str, object]:
    """The only notes file."""
    (path,) = (path for path in notes_folder().glob("*.json") if ".draft" not in path.name)
    notes = json.loads(path.read_bytes())
    assert isinstance(notes, dict)
    return notes


def test_notes_bookmarks_undo_and_saving(program: Program, qtbot: QtBot, clip: Path) -> None:
    def work(window: MainWindow) -> None:
        wait_open(qtbot, window)
        press(qtbot, window, KEY.Key_Period)
        wait_frame(qtbot, window, 1)
        press(qtbot, window, KEY.Key_B)
        field = typed(qtbot, window, "bold, O and D are letters here")
        assert field.toPlainText() == "bold, O and D are letters here"
        assert window.services.frame_cache.index == 1
        notebook = window.services.notebook
        assert notebook.current is not None
        assert [(mark.frame, mark.pts_s) for mark in notebook.current.bookmarks] == [(1, 1 / 25)]
        press(qtbot, window, KEY.Key_Z, CTRL)
        assert field.toPlainText() == ""
        press(qtbot, window, KEY.Key_Z, CTRL)
        assert notebook.current.bookmarks == ()
        for _ in range(2):
            press(qtbot, window, KEY.Key_Y, CTRL)
        assert field.toPlainText() == "bold, O and D are letters here"
        press(qtbot, window, KEY.Key_S, CTRL)
        assert notebook.unsaved == ()

    program.run(work, clip)
    notes = saved()
    assert notes["text"] == "bold, O and D are letters here"
    assert notes["bookmarks"] == [{"frame": 1, "pts_s": 0.04, "label": ""}]

    def look(window: MainWindow) -> None:
        wait_open(qtbot, window)
        assert window.services.notebook.current is not None
        assert window.services.notebook.current.text == notes["text"]
        assert window.timeline._content.marks == ((1, ""),)

    program.run(look, clip)


def kill_while_it_types(clip: Path) -> None:
    """Run the program until the typed text is in a draft, and kill it."""
    with subprocess.Popen(
        [sys.executable, "-c", TYPIST, clip], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as killed:
        try:
            assert killed.stdout is not None
            assert killed.stdout.readline() == b"typed\n"
            workers = psutil.Process(killed.pid).children(recursive=True)
            until = time.monotonic() + 60
            while not any(
                b"flickers" in path.read_bytes() for path in notes_folder().glob("*.draft.json")
            ):
                assert time.monotonic() < until
                time.sleep(0.05)
        finally:
            killed.kill()
    _, left = psutil.wait_procs(workers, timeout=30)
    assert left == []  # no worker outlives its program


def test_notes_survive_a_kill_and_are_offered(
    program: Program, qtbot: QtBot, clip: Path, home: Path
) -> None:
    kill_while_it_types(clip)

    def work(window: MainWindow) -> None:
        assert "numbered.mp4" in window.message_bar.sentence()
        press_button(qtbot, window.message_bar, "Restore")
        wait_open(qtbot, window)
        assert window.windowTitle() == "numbered.mp4 - dfgui"
        assert not window.message_bar.isVisible()
        press(qtbot, window, KEY.Key_N)
        field = QApplication.focusWidget()
        assert isinstance(field, QPlainTextEdit)
        assert field.toPlainText() == "the left ear flickers"
        press(qtbot, window, KEY.Key_S, CTRL)

    program.run(work)
    assert saved()["text"] == "the left ear flickers"

    def look(window: MainWindow) -> None:
        assert not window.message_bar.isVisible()

    program.run(look)


@pytest.mark.parametrize(("button", "kept"), [("Save", "notes"), ("Quit and keep draft", "draft")])
def test_the_end_asks_about_notes_that_are_not_saved(
    program: Program, qtbot: QtBot, clip: Path, button: str, kept: str
) -> None:
    asked: list[str] = []

    def quit_and(button: str) -> None:
        def answer(box: QMessageBox) -> None:
            asked.append(box.text())
            press_button(qtbot, box, button)

        when_asked(QMessageBox, answer)
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Q, CTRL)

    def work(window: MainWindow) -> None:
        wait_open(qtbot, window)
        typed(qtbot, window, "a")
        quit_and("Cancel")
        assert window.isVisible()
        window.activateWindow()  # no desktop does this here
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClicks(QApplication.focusWidget(), "b")  # the focus is where it was
        quit_and(button)
        assert not window.isVisible()

    program.run(work, clip)
    assert asked == ["The notes of numbered.mp4 are not saved."] * 2
    if kept == "notes":
        assert saved()["text"] == "ab"
    else:
        (draft,) = notes_folder().iterdir()
        assert json.loads(draft.read_bytes())["notes"]["text"] == "ab"


def test_drafts_that_are_discarded_are_gone(
    program: Program, qtbot: QtBot, clip: Path, home: Path
) -> None:
    kill_while_it_types(clip)

    def discard(window: MainWindow) -> None:
        assert "numbered.mp4" in window.message_bar.sentence()
        press_button(qtbot, window.message_bar, "Discard")
        assert not window.message_bar.isVisible()
        assert list(notes_folder().iterdir()) == []
        window.open([str(clip)])
        wait_open(qtbot, window)
        assert window.services.notebook.current is not None
        assert window.services.notebook.current.text == ""

    def look(window: MainWindow) -> None:
        assert window.message_bar.sentence() == ""

    program.run(discard)
    program.run(look)


def test_exports(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, one_face: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))

    def export(window: MainWindow, kind: str) -> dict[str, Path]:
        before = set(out.iterdir())
        window.actions_by_name[kind].trigger()
        qtbot.waitUntil(lambda: window.message_bar.isVisible(), timeout=LONG_MS)
        assert str(out) in window.message_bar.sentence()
        window.message_bar.dismiss()
        return {path.name.rpartition("-frame")[2]: path for path in set(out.iterdir()) - before}

    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_O)
        qtbot.waitUntil(
            lambda: (
                window.services.heat_maps.heat is not None
                and window.services.heat_maps.heat.map.complete
            ),
            timeout=LONG_MS,
        )
        wait_settled(qtbot, window)
        shown, heat = shown_of(window), window.services.heat_maps.heat
        assert heat is not None
        files = {
            kind: export(window, kind)
            for kind in (
                "export_view",
                "export_map",
                "export_timeline",
                "export_scan",
                "export_frame",
            )
        }
        assert shown.frame.sha256 is not None
        assert all(
            shown.frame.sha256[:8] in name
            for kind in ("export_view", "export_map")
            for name in files[kind]
        )
        view = one(files["export_view"], "-original.png")
        assert np.array_equal(np.asarray(Image.open(view)), shown.picture[..., 2::-1])
        settings = json.loads(one(files["export_view"], "-original.json").read_bytes())
        assert (settings["index"], settings["frame_sha256"]) == (0, shown.frame.sha256)
        assert np.array_equal(
            np.load(one(files["export_map"], "-heat-map.npy")), heat.map.values.numpy()
        )
        assert len(one(files["export_timeline"], ".csv").read_text().splitlines()) == 1 + FRAMES
        assert (
            Image.open(io.BytesIO(one(files["export_timeline"], ".png").read_bytes())).width == 2000
        )
        assert b"<svg" in one(files["export_timeline"], ".svg").read_bytes()
        scan = json.loads(one(files["export_scan"], ".json").read_bytes())
        assert (scan["schema"], len(scan["results"][0]["frames"])) == ("dfgui.scan/2", FRAMES)
        assert any(path.suffix == ".npy" for path in files["export_frame"].values())

    program.run(work, one_face)


def one(files: dict[str, Path], ending: str) -> Path:
    (path,) = (path for path in files.values() if path.name.endswith(ending))
    return path


def test_the_help_closes_with_the_window(program: Program, qtbot: QtBot) -> None:
    def work(window: MainWindow) -> None:
        press(qtbot, window, KEY.Key_F1)
        qtbot.waitUntil(lambda: window.dialogs.help is not None and window.dialogs.help.isVisible())

    program.run(work)


def test_drafts_of_a_program_that_runs_are_not_offered(
    program: Program, qtbot: QtBot, clip: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_open(qtbot, window)
        typed(qtbot, window, "in use")
        window.services.notebook.flush()
        (draft,) = notes_folder().glob("*.draft.json")
        assert json.loads(draft.read_bytes())["process"] == os.getpid()
        assert window.services.notebook.drafts() == ()
        press(qtbot, window, KEY.Key_S, CTRL)

    program.run(work, clip)
