"""The window of the experiments as a user works it, with a fake training program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dfgui.services.training.learning import Learning
from dfgui.services.training.run_folders import run_in, runs_folder
from dfgui.ui.experiments.controller import ExperimentController
from dfgui.ui.experiments.window import ExperimentsWindow
from dfgui.ui.widgets.theme import DARK
from tests.e2e.hands import named, press_button, when_asked
from tests.services.training.test_experiments import FAKE, WAIT_MS

LEFT = Qt.MouseButton.LeftButton


class Bench:
    """The window, and its messages to the main window."""

    def __init__(self, qtbot: QtBot, controller: ExperimentController) -> None:
        self.qtbot, self.controller = qtbot, controller
        self.window = controller.show()
        self.models: list[str] = []
        self.data: list[str] = []
        self.quits: list[bool] = []
        controller.model_made.connect(self.models.append)
        controller.data_chosen.connect(self.data.append)
        controller.quit_requested.connect(lambda: self.quits.append(True))

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def choose(self, name: str) -> None:
        """Choose an experiment in the list."""
        self.wait(lambda: self.window._list.count() > 0)
        row = next(
            row
            for row in range(self.window._list.count())
            if self.window._list.item(row).text() == f"The {name} one"
        )
        self.window._list.setCurrentRow(row)

    def run(self, name: str) -> None:
        """Choose an experiment, press Run, and wait for its first message."""
        self.choose(name)
        self.qtbot.mouseClick(self.window.form.run, LEFT)
        self.wait(lambda: self.state != "starting")

    def run_to_end(self, name: str) -> None:
        self.run(name)
        self.wait(lambda: self.state == "idle")

    @property
    def state(self) -> str:
        return self.controller.experiments.state

    @property
    def judgement(self) -> str:
        return self.window.form._judgement.text()

    @property
    def outcome(self) -> str:
        return self.window.run_view._outcome.text()

    def type_into(self, name: str, text: str) -> None:
        line = named(self.window, QLineEdit, name)
        line.selectAll()
        self.qtbot.keyClicks(line, text)
        self.qtbot.keyClick(line, Qt.Key.Key_Return)


@contextmanager
def open_bench(qtbot: QtBot, data: str) -> Iterator[Bench]:
    main = QWidget()
    qtbot.addWidget(main)
    bench = Bench(qtbot, ExperimentController(main, FAKE, data))
    yield bench
    bench.controller.close()
    bench.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    with open_bench(qtbot, str(tmp_path)) as bench:
        yield bench


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that the desktop was asked to open."""
    paths: list[Path] = []

    def open_url(url: QUrl) -> bool:
        paths.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return paths


def test_a_run_from_the_list_to_the_report(bench: Bench, opened: list[Path]) -> None:
    window, view = bench.window, bench.window.run_view
    assert "press Run" in view._plot._nothing.text()
    bench.run_to_end("good")
    assert bench.outcome == "good: finished after 2 s."
    assert "Random weights\n! One clip is left out: no face." in view.said.toPlainText()
    table = [[view.arms.item(row, column).text() for column in range(4)] for row in range(2)]  # type: ignore[union-attr]
    # best epochs: .7 and .4 of two fits, .3 of one; the prior is .5
    assert table == [
        ["printed", "2", "0.5500", "+0.0500 no better"],
        ["mended", "1", "0.3000", "\N{MINUS SIGN}0.2000 better"],
    ]
    quantity = named(window, QComboBox, "Quantity over the epochs")
    assert [quantity.itemText(row) for row in range(quantity.count())] == [
        "Validation loss",
        "Training loss",
    ]
    assert (
        "printed: 0.4000 after 3 epochs; mended: 0.3000 after 2 epochs; prior: 0.5000"
        in view._plot._plot.accessibleDescription()
    )
    assert not view.model.isVisible()
    press_button(bench.qtbot, window, "Show the folder")
    press_button(bench.qtbot, window, "Open the report")
    run = runs_folder() / "good"
    bench.wait(lambda: opened == [run, run / "report" / "report.html"])
    press_button(bench.qtbot, window, "Open the report")  # it already exists
    assert opened[2:] == [run / "report" / "report.html"]
    assert window.form.out.path == str(runs_folder() / "good-2")  # for the next run


def test_nothing_runs_without_data_folder_and_settings_that_suit(
    bench: Bench, tmp_path: Path
) -> None:
    bench.choose("good")
    run = bench.window.form.run
    assert run.isEnabled()
    bench.type_into("Data", str(tmp_path / "nowhere"))
    assert (run.isEnabled(), bench.judgement) == (
        False,
        "Name the folder that holds the data sets.",
    )
    bench.type_into("Data", str(tmp_path))
    bench.type_into("Output", "here")
    assert (run.isEnabled(), bench.judgement) == (False, "Name a folder for the run.")
    # No system accepts such a name; the run says so.
    bench.type_into("Output", str(tmp_path / ("x" * 300)))
    bench.type_into("Output", str(tmp_path / "mine"))
    assert run.isEnabled()
    settings = bench.window.form.settings
    settings._values["batch"].setText("many")
    assert (run.isEnabled(), bench.judgement) == (
        False,
        "The value of batch does not suit; Delete brings its default back.",
    )
    settings.setCurrentItem(settings._values["batch"])
    bench.qtbot.keyClick(settings, Qt.Key.Key_Delete)
    assert (run.isEnabled(), settings.given()) == (True, ())
    assert bench.data == [str(tmp_path)]


def test_changed_settings_and_smoke_reach_the_run(bench: Bench) -> None:
    bench.choose("good")
    form = bench.window.form
    assert [*form.settings._values] == ["batch", "rate", "init", "seeds", "fit.steps", "fit.note"]
    form.settings._values["fit.steps"].setText("20")
    form.settings._values["init"].setText("7")
    assert form.settings._values["init"].font().bold()
    named(bench.window, QCheckBox, "Smoke run").click()
    assert form.out.path == str(runs_folder() / "good-smoke")
    bench.qtbot.mouseClick(form.run, LEFT)
    bench.wait(lambda: bench.outcome != "")
    kept = run_in(runs_folder() / "good-smoke")
    assert kept is not None
    assert kept.smoke
    assert (kept.config["fit.steps"], kept.config["init"], kept.config["batch"]) == (20, "7", 32)


def test_cancel_and_resume(bench: Bench) -> None:
    bench.run("slow")
    assert not bench.window.form.run.isEnabled()
    cancel = bench.window.run_view.cancel
    assert cancel.isVisible()
    assert not cancel.hasFocus()  # a second Enter would be a mistake
    bench.qtbot.mouseClick(cancel, LEFT)
    assert (bench.state, cancel.text()) == ("stopping", "End at once")
    bench.wait(lambda: bench.state == "idle")
    assert bench.outcome == "Stopped; the best so far is kept."
    assert (bench.window.form.run.text(), bench.window.form.run.isEnabled()) == ("Resume", True)
    assert bench.window.run_view.report.isEnabled()


def test_the_second_press_ends_a_program_that_does_not_answer(bench: Bench) -> None:
    bench.run("deaf")
    for _ in range(2):
        bench.qtbot.mouseClick(bench.window.run_view.cancel, LEFT)
    bench.wait(lambda: bench.state == "idle")
    assert bench.outcome.startswith("The run was ended at once.")


def test_an_earlier_run_is_taken_up_from_its_folder(bench: Bench) -> None:
    bench.run("slow")
    bench.window.form.settings._values["batch"].setText("8")  # for the next run, not for this one
    bench.qtbot.mouseClick(bench.window.run_view.cancel, LEFT)
    bench.wait(lambda: bench.state == "idle")
    bench.choose("good")
    bench.type_into("Output", str(runs_folder() / "slow"))
    form = bench.window.form
    assert form.described is not None
    assert (form.described.name, form.run.text(), bench.outcome) == (
        "slow",
        "Resume",
        "This run was interrupted.",
    )
    assert form.settings.given() == ()
    assert bench.window.run_view.arms.item(0, 1).text() == "1"  # type: ignore[union-attr]
    bench.type_into("Output", str(runs_folder() / "slow"))
    bench.window._list.setCurrentRow(0)
    assert bench.judgement == "The output folder holds a run of slow; choose another folder."
    assert not form.run.isEnabled()


@pytest.mark.parametrize(("name", "outcome", "words"), [
    (
        "crash",
        "The training program ended unexpectedly, with status 3.",
        "ValueError: the shape is wrong",
    ),
    ("usage", "Invalid value for '--set': no setting 'x'.", "Usage: training run"),
])  # fmt: skip
def test_a_failure_is_shown_with_the_last_words(
    bench: Bench, name: str, outcome: str, words: str
) -> None:
    bench.run_to_end(name)
    assert bench.outcome.startswith(outcome)
    assert words in bench.window.run_view.said.toPlainText()
    assert bench.window.run_view._outcome.property("role") == "warning"
    assert not bench.window.run_view.report.isEnabled()
    assert bench.window.form.run.isEnabled()


def test_progress_is_shown(bench: Bench) -> None:
    bench.run("slow")
    bar = named(bench.window, QProgressBar, "Progress of the run")
    bench.wait(lambda: bar.maximum() > 0)
    assert (bar.value(), bar.maximum()) == (250, 1000)
    assert bench.window.run_view._left.text() == "about 30 s left"
    assert bench.window.run_view._progress_text.whole == "printed, seed 0"


def test_a_model_is_made_and_handed_over(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "package"
    source.mkdir()
    (source / "card.json").write_text("{}")
    monkeypatch.setenv("FAKE_PACKAGE", str(source))
    bench.run_to_end("learn")
    press_button(bench.qtbot, bench.window, "Use this model")
    bench.wait(lambda: bool(bench.models))
    made = tmp_path / "home" / "dfgui" / "models" / "learn"
    assert bench.models == [str(made)]
    assert (made / "card.json").is_file()
    press_button(bench.qtbot, bench.window, "Use this model")  # it is not made again
    assert bench.models == [str(made)] * 2


def test_a_smoke_run_makes_no_model(bench: Bench) -> None:
    bench.choose("learn")
    named(bench.window, QCheckBox, "Smoke run").click()
    bench.qtbot.mouseClick(bench.window.form.run, LEFT)
    bench.wait(lambda: bench.outcome != "")
    assert bench.window.run_view.model.isVisible()
    assert not bench.window.run_view.model.isEnabled()


# -- closing


def test_closing_the_window_asks_while_a_run_goes_on(bench: Bench) -> None:
    bench.run("slow")
    asked: list[list[str]] = []

    def answer(words: str) -> Callable[[QMessageBox], None]:
        def press(box: QMessageBox) -> None:
            asked.append([button.text().replace("&", "") for button in box.buttons()])
            press_button(bench.qtbot, box, words)

        return press

    when_asked(QMessageBox, answer("Cancel"))
    bench.window.close()
    assert (bench.window.isVisible(), bench.state) == (True, "running")
    when_asked(QMessageBox, answer("Stop the run and close"))
    bench.window.close()
    bench.wait(lambda: not bench.window.isVisible())
    assert bench.state == "idle"
    assert [set(words) for words in asked] == [{"Cancel", "Stop the run and close"}] * 2
    assert bench.quits == []  # the program continues


def test_quitting_waits_for_the_run_and_then_for_nothing(bench: Bench) -> None:
    bench.run("slow")
    when_asked(QMessageBox, lambda box: press_button(bench.qtbot, box, "Stop the run and quit"))
    assert not bench.controller.may_close()
    bench.wait(lambda: bench.quits == [True])
    assert bench.controller.may_close()


def test_a_run_that_does_not_stop_can_be_ended_to_quit(bench: Bench) -> None:
    bench.run("deaf")
    bench.qtbot.mouseClick(bench.window.run_view.cancel, LEFT)
    when_asked(QMessageBox, lambda box: press_button(bench.qtbot, box, "End it at once"))
    assert bench.controller.may_close()
    assert bench.state == "idle"


def test_the_window_can_be_closed_and_opened_again(bench: Bench) -> None:
    bench.run_to_end("good")
    bench.window.close()
    assert not bench.window.isVisible()
    assert bench.controller.show() is bench.window
    assert bench.outcome == "good: finished after 2 s."


# -- the rest


def test_without_a_list_it_can_be_asked_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "broken")
    with open_bench(qtbot, "") as bench:
        again = named(bench.window, QPushButton, "Try again")
        bench.wait(again.isVisible)
        assert not bench.window.form.run.isEnabled()
        monkeypatch.delenv("FAKE_TRAINING")
        qtbot.mouseClick(again, LEFT)
        bench.wait(lambda: bench.window._list.count() == 12)
        assert not again.isVisible()


def test_the_report_of_an_earlier_run(
    bench: Bench, opened: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench.run_to_end("good")
    refused: list[str] = []
    bench.controller.refused.connect(refused.append)
    folders = [str(runs_folder() / "good"), str(runs_folder() / "good"), str(tmp_path), ""]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: folders.pop(0))
    for count in (1, 2):
        press_button(bench.qtbot, bench.window, "Open a report...")
        bench.wait(lambda count=count: len(opened) == count)
    assert opened == [runs_folder() / "good" / "report" / "report.html"] * 2
    for _ in range(2):
        press_button(bench.qtbot, bench.window, "Open a report...")
    assert refused == [
        f"{tmp_path.name} holds neither a report nor the results of a run; choose the folder of a"
        " run."
    ]


def test_a_folder_is_browsed_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench.choose("good")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("mine")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "other"))
    bench.qtbot.mouseClick(named(bench.window, QPushButton, "Browse: Data"), LEFT)
    bench.qtbot.mouseClick(named(bench.window, QPushButton, "Browse: Output"), LEFT)
    assert bench.data == [str(tmp_path / "other")]
    assert bench.window.form.run.isEnabled()
    assert "other files" in bench.judgement


def test_an_arm_is_brought_out_and_all_are_shown_again(bench: Bench) -> None:
    bench.run_to_end("good")
    arms, plot = bench.window.run_view.arms, bench.window.run_view._plot
    arms.setFocus()
    bench.qtbot.mouseClick(arms.viewport(), LEFT, pos=arms.visualItemRect(arms.item(1, 0)).center())  # type: ignore[arg-type]
    assert (arms.arm, plot._chosen) == ("mended", "mended")
    bench.qtbot.keyClick(arms, Qt.Key.Key_Escape)
    assert (arms.arm, plot._chosen) == ("", "")
    assert bench.window.isVisible()


def test_colours_change_while_it_runs(bench: Bench) -> None:
    bench.run_to_end("good")
    bench.controller.set_theme(DARK)
    plot = bench.window.run_view._plot._plot
    assert plot.grab().toImage().pixelColor(3, 3).name() == DARK.surface
    assert bench.window.run_view.said.toPlainText().count("\n") == 1  # each sentence once


def test_everything_has_a_name_a_tip_and_the_keyboard(bench: Bench) -> None:
    bench.run_to_end("learn")
    window: ExperimentsWindow = bench.window
    window.form._section.set_open(True)
    found = [
        one
        for kind in (QAbstractButton, QComboBox, QLineEdit)
        for one in window.findChildren(kind)
        if one.isVisible()
    ]
    assert len(found) > 12
    assert [one for one in found if not (one.accessibleName() and one.toolTip())] == []
    assert [
        one.accessibleName() for one in found if one.focusPolicy() == Qt.FocusPolicy.NoFocus
    ] == []
    reached: set[QWidget] = set()
    window.form.data.line.setFocus()
    for _ in range(60):
        bench.qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        if (now := QApplication.focusWidget()) is not None:
            reached.add(now)
    enabled = [one for one in found if one.isEnabled()]
    assert [one.accessibleName() for one in enabled if one not in reached] == []
    assert {
        window._list,
        window.form.settings,
        window.run_view.arms,
        window.run_view.said,
    } <= reached


def test_a_run_ended_before_any_result_points_to_no_report(bench: Bench) -> None:
    bench.run("deaf")
    view = bench.window.run_view
    view.show_run("Statistics", Learning())
    for _ in range(2):
        bench.qtbot.mouseClick(view.cancel, LEFT)
    bench.wait(lambda: bench.state == "idle")
    assert not view.report.isEnabled()
    said = view._plot._nothing.text()
    assert said == "This run has no epochs to draw, and no results to report on."


def test_a_run_without_epochs_points_to_the_report(bench: Bench) -> None:
    bench.run("slow")
    bench.window.run_view.show_run("Statistics", Learning())
    assert "first epoch" in bench.window.run_view._plot._nothing.text()
    bench.qtbot.mouseClick(bench.window.run_view.cancel, LEFT)
    bench.wait(lambda: bench.state == "idle")
    assert (
        bench.window.run_view._plot._nothing.text()
        == "This run has no epochs to draw. Its figures are in the report."
    )
