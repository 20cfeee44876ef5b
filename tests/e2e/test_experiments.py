"""Experiments from the main window, through the real `main()` with a training program for tests.

One test covers the list of the real training program.
"""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QLineEdit, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from dfgui.core.training_events import Described
from dfgui.resources import training_command
from dfgui.services.app_settings import load_settings
from dfgui.services.training.experiments import Experiments
from dfgui.services.training.packages import load_packages
from dfgui.services.training.run_folders import models_folder
from dfgui.ui.experiments.window import ExperimentsWindow
from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import LEFT, LONG_MS, named, press, press_button, when_asked
from tests.services.training.test_experiments import FAKE

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def fake_training(monkeypatch: pytest.MonkeyPatch) -> None:
    with_training(monkeypatch, FAKE)


def with_training(monkeypatch: pytest.MonkeyPatch, command: list[str] | None) -> None:
    for module in ("actions", "dialogs"):
        monkeypatch.setattr(f"dfgui.ui.main.{module}.training_command", lambda: command)


def menu_names(window: MainWindow) -> list[str]:
    return [action.text().replace("&", "") for action in window.menuBar().actions()]


def entries(window: MainWindow, name: str) -> list[QAction]:
    menu = next(
        action.menu()
        for action in window.menuBar().actions()
        if action.text().replace("&", "") == name
    )
    assert isinstance(menu, QMenu)
    return list(menu.actions())


def experiments_of(window: MainWindow, qtbot: QtBot) -> ExperimentsWindow:
    """Open the window of the experiments with its keys, and wait for its list."""
    press(qtbot, window, KEY.Key_R, CTRL)
    assert window.dialogs.controller is not None
    opened = window.dialogs.controller.window
    assert opened is not None
    qtbot.waitUntil(lambda: opened._list.count() == 12, timeout=LONG_MS)
    return opened


def start(opened: ExperimentsWindow, qtbot: QtBot, title: str, data: Path) -> None:
    """Choose an experiment, name the data, and press Run."""
    (item,) = opened._list.findItems(title, Qt.MatchFlag.MatchExactly)
    opened._list.setCurrentItem(item)
    line = named(opened, QLineEdit, "Data")
    line.clear()
    qtbot.keyClicks(line, str(data))
    qtbot.mouseClick(opened.form.run, LEFT)


def test_train_a_network_and_score_with_it(
    program: Program,
    qtbot: QtBot,
    fake_training: None,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FAKE_PACKAGE", str(package))

    def work(window: MainWindow) -> None:
        shown = [one for one in entries(window, "Tools") if not one.isSeparator()]
        assert [action.text().replace("&", "") for action in shown] == [
            "Model packages...",
            "Run an experiment...",
            "Open a report...",
        ]
        opened = experiments_of(window, qtbot)
        start(opened, qtbot, "The learn one", tmp_path)
        qtbot.waitUntil(lambda: opened.run_view.model.isEnabled(), timeout=LONG_MS)
        press_button(qtbot, opened, "Use this model")
        qtbot.waitUntil(
            lambda: window.services.package.folder == (models_folder() / "learn").resolve(),
            timeout=LONG_MS,
        )

    program.run(work)
    made = str(models_folder() / "learn")
    assert (load_settings().model, load_settings().training_data) == (made, str(tmp_path))
    assert [name for name, _ in load_packages("xception-face")] == [
        "face-check",
        "xception-face",
        made,
    ]

    def again(window: MainWindow) -> None:
        assert window.services.package.folder == (models_folder() / "learn").resolve()
        opened = experiments_of(window, qtbot)
        assert opened.form.data.path == str(tmp_path)

    program.run(again)


def test_quitting_asks_while_a_run_goes_on(
    program: Program, qtbot: QtBot, fake_training: None, tmp_path: Path
) -> None:
    before = {child.pid for child in psutil.Process().children()}

    def work(window: MainWindow) -> None:
        opened = experiments_of(window, qtbot)
        start(opened, qtbot, "The slow one", tmp_path)
        qtbot.waitUntil(lambda: opened.run_view.arms.rowCount() == 2, timeout=LONG_MS)
        when_asked(QMessageBox, lambda box: press_button(qtbot, box, "Cancel"))
        window.close()
        assert window.isVisible()
        assert opened._experiments.state == "running"
        when_asked(QMessageBox, lambda box: press_button(qtbot, box, "Stop the run and quit"))
        window.close()
        assert window.isVisible()  # until the run has stopped
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=LONG_MS)
        assert not opened.isVisible()

    program.run(work)
    assert {
        child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE
    } <= before


def test_help_is_one_key_away(program: Program, qtbot: QtBot, fake_training: None) -> None:
    def work(window: MainWindow) -> None:
        opened = experiments_of(window, qtbot)
        press_button(qtbot, opened, "Help")
        assert window.dialogs.help is not None
        assert window.dialogs.help.page() == "experiments"
        assert not named(opened, QCheckBox, "Smoke run").isChecked()

    program.run(work)


def test_without_a_training_program_there_is_no_menu(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_training(monkeypatch, None)

    def work(window: MainWindow) -> None:
        assert menu_names(window) == ["File", "Edit", "View", "Analyse", "Tools", "Help"]
        assert [one.text().replace("&", "") for one in entries(window, "Tools")] == [
            "Model packages..."
        ]
        assert not {"experiment", "report"} & set(window.actions_by_name)
        assert window.dialogs.controller is None

    program.run(work)


def test_the_real_program_lists_its_experiments(qtbot: QtBot) -> None:
    command = training_command()
    if command is None:
        pytest.skip("the training part is not installed")
    experiments = Experiments(command)
    with qtbot.waitSignal(experiments.listed, timeout=LONG_MS) as listed:
        experiments.load()
    found: tuple[Described, ...] = listed.args[0]
    experiments.close()
    experiments.deleteLater()
    assert not isinstance(found, str), found
    names = {
        "inputs",
        "conditional_loss",
        "class_weight",
        "minibatch_epochs",
        "occlusion",
        "padding",
    }
    assert {one.name for one in found} == names | {
        "patches",
        "audio",
        "temporal",
        "fusion",
        "pixels",
        "learn",
    }
    assert [one.name for one in found if one.makes_package] == ["learn"]
    assert all(
        one.title and one.reproduces and one.summary and one.arms and one.settings for one in found
    )
