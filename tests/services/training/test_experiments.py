"""The training program as the window sees it: every run ends once, with a sentence.

This holds whatever the program does.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.training_events import Described, Ended, Epoch, Event, Progress, Said, Started
from dfgui.services.training import experiments as module
from dfgui.services.training.experiments import Experiments
from dfgui.services.training.learning import Learning, larger_share
from dfgui.services.training.run_folders import (
    RunRequest,
    flat,
    for_set,
    free_folder,
    has_results,
    in_text,
    package_name,
    report_in,
    run_in,
    suits,
)
from dfgui.services.training.training_program import CANNOT_START

FAKE = [sys.executable, "-S", str(Path(__file__).parents[2] / "support" / "fake_training.py")]
WAIT_MS = 30_000


class Ear:
    """Records the messages of the training program."""

    def __init__(self, qtbot: QtBot, experiments: Experiments, folder: Path) -> None:
        self.experiments, self._qtbot, self._folder = experiments, qtbot, folder
        self.events: list[Event] = []
        self.ends: list[Ended] = []
        self.words: list[str] = []
        self.states: list[str] = []
        experiments.heard.connect(self.events.append)
        experiments.ended.connect(self._on_ended)
        experiments.changed.connect(lambda: self.states.append(experiments.state))

    def _on_ended(self, end: Ended, words: str) -> None:
        self.ends.append(end)
        self.words.append(words)

    def request(self, name: str, **more: object) -> RunRequest:
        return RunRequest(name, self._folder, self._folder / "run", **more)  # type: ignore[arg-type]

    def start(self, name: str) -> None:
        self.experiments.start(self.request(name))

    def wait_end(self) -> Ended:
        self._qtbot.waitUntil(lambda: bool(self.ends), timeout=WAIT_MS)
        return self.ends[-1]

    def wait_epochs(self, count: int = 2) -> None:
        self._qtbot.waitUntil(lambda: len(self.of(Epoch)) >= count, timeout=WAIT_MS)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def ear(qtbot: QtBot, tmp_path: Path) -> Iterator[Ear]:
    ear = Ear(qtbot, Experiments(FAKE), tmp_path)
    yield ear
    ear.experiments.close()
    ear.experiments.deleteLater()


# -- the list


def test_the_list(qtbot: QtBot, ear: Ear) -> None:
    with qtbot.waitSignal(ear.experiments.listed, timeout=WAIT_MS) as listed:
        ear.experiments.load()
    first, *_, last = listed.args[0]
    assert isinstance(first, Described)
    assert (first.name, first.title, first.arms, first.makes_package) == (
        "good",
        "The good one",
        ("printed", "mended"),
        False,
    )
    assert (last.name, last.makes_package, last.settings["fit"]) == (
        "learn",
        True,
        {"steps": 10, "note": None},
    )
    assert ear.states == []  # no run has begun


def test_a_list_that_cannot_be_read(
    qtbot: QtBot, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "broken")
    with qtbot.waitSignal(ear.experiments.listed, timeout=WAIT_MS) as listed:
        ear.experiments.load()
    assert listed.args == [
        "The training program does not say which experiments it has; the log says more."
    ]


def test_a_program_that_is_not_there(qtbot: QtBot, tmp_path: Path) -> None:
    experiments = Experiments([str(tmp_path / "missing")])
    ear = Ear(qtbot, experiments, tmp_path)
    with qtbot.waitSignal(experiments.listed, timeout=WAIT_MS) as listed:
        experiments.load()
    assert listed.args == [CANNOT_START]
    ear.start("good")
    assert ear.wait_end() == Ended("failed", CANNOT_START)
    assert experiments.state == "idle"
    experiments.close()
    experiments.deleteLater()


# -- a run


def test_a_run_from_start_to_end(ear: Ear) -> None:
    ear.start("good")
    assert ear.experiments.state == "starting"
    assert ear.wait_end() == Ended("finished", "good: finished after 2 s.")
    assert ear.states == ["starting", "running", "idle"]
    assert ear.events[0] == Started("good", ("printed", "mended"), 4, "random weights", None)
    assert ear.of(Progress)[0] == Progress(0.25, "printed, seed 0", 30.0)
    assert ear.of(Said) == [Said("One clip is left out: no face.", "warning")]
    assert len(ear.of(Epoch)) == 7
    assert ear.words == [""]
    # printed: two fits reach epochs 1 and 2, one of two reaches epoch 3
    printed = ear.experiments.learning.curve("printed", "val_loss")
    assert printed.mean.tolist() == pytest.approx([0.85, 0.65, 0.4])
    assert printed.best == pytest.approx((0.7 + 0.4) / 2)


def test_what_is_ordered_reaches_the_program(ear: Ear) -> None:
    request = ear.request("good", settings=(("batch", "8"), ("init", "imagenet")), smoke=True)
    ear.experiments.start(request)
    ear.wait_end()
    kept = run_in(request.out)
    assert kept is not None
    assert (kept.experiment, kept.smoke, kept.finished) == ("good", True, True)
    assert (kept.config["batch"], kept.config["init"], kept.config["rate"]) == (
        8,
        "imagenet",
        0.001,
    )


def test_only_one_run_at_a_time(ear: Ear) -> None:
    ear.start("slow")
    with pytest.raises(RuntimeError):
        ear.start("good")


@pytest.mark.parametrize(("name", "sentence", "words"), [
    ("failed", "The data folder holds no table.", ""),
    ("usage", "Invalid value for '--set': no setting 'x'.", "Usage: training run"),
    (
        "crash",
        "The training program ended unexpectedly, with status 3.",
        "ValueError: the shape is wrong",
    ),
    ("killed", "The training program ended unexpectedly.", ""),
    ("silent", "The training program ended unexpectedly, with status 0.", ""),
])  # fmt: skip
def test_a_run_that_fails_says_why(ear: Ear, name: str, sentence: str, words: str) -> None:
    ear.start(name)
    end = ear.wait_end()
    assert end.outcome == "failed"
    assert end.sentence.startswith(sentence)
    assert words in ear.words[0]
    assert ear.experiments.state == "idle"
    assert len(ear.ends) == 1


def test_lines_that_are_no_events_are_logged_and_left_out(
    ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    ear.start("garbage")
    assert ear.wait_end().outcome == "finished"
    assert len(ear.of(Epoch)) == 7
    assert "no event" in caplog.text
    assert "nonsense" in caplog.text


def test_cancel_keeps_what_there_is(ear: Ear) -> None:
    ear.start("slow")
    ear.wait_epochs()
    ear.experiments.stop()
    assert ear.experiments.state == "stopping"
    assert ear.wait_end() == Ended("stopped", "Stopped; the best so far is kept.")
    assert has_results(ear.request("slow").out)
    assert not has_results(ear.request("slow").out, complete=True)


def test_an_interrupt_that_is_answered_late(ear: Ear) -> None:
    ear.start("late")
    ear.wait_epochs()
    ear.experiments.stop()
    assert ear.wait_end().outcome == "stopped"
    assert ear.of(Said) == [Said("Finishing the batch.")]


def test_cancel_twice_ends_it_at_once(ear: Ear) -> None:
    ear.start("deaf")
    ear.wait_epochs()
    ear.experiments.stop()
    ear.experiments.stop()
    assert ear.wait_end() == Ended(
        "stopped",
        "The run was ended at once. What was finished before is kept, and the run can be resumed.",
    )


def test_where_no_signal_reaches_it_a_file_asks_it_to_stop(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "INTERRUPTS", False)
    ear.start("slow")
    ear.wait_epochs()
    ear.experiments.stop()
    assert ear.wait_end().sentence == "Stopped; the best so far is kept."
    assert not (ear.request("slow").out / "STOP").exists()


def test_cancel_before_it_is_up(ear: Ear) -> None:
    ear.start("slow")
    ear.experiments.stop()
    assert ear.wait_end().outcome == "stopped"


def test_a_program_that_does_not_end_after_its_last_line(ear: Ear) -> None:
    ear.experiments._lingers.setInterval(50)
    ear.start("lingers")
    assert ear.wait_end() == Ended("finished", "lingers: finished after 2 s.")


def test_a_resumed_run_still_has_its_first_epochs(ear: Ear) -> None:
    ear.start("crash")
    ear.wait_end()
    ear.ends.clear()
    ear.start("silent")
    assert ear.experiments.learning.curve("printed", "val_loss").mean.tolist() == [0.9, 0.7]
    ear.wait_end()


def test_its_end_takes_the_process_with_it(ear: Ear, qtbot: QtBot) -> None:
    before = {child.pid for child in psutil.Process().children()}
    ear.start("deaf")
    ear.wait_epochs()
    (process,) = [child for child in psutil.Process().children() if child.pid not in before]
    ear.experiments.close()
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    qtbot.wait(50)
    assert ear.ends == []


# -- the results of a run


def test_a_report(ear: Ear, qtbot: QtBot) -> None:
    ear.start("good")
    ear.wait_end()
    run = ear.request("good").out
    assert report_in(run) is None
    with qtbot.waitSignal(ear.experiments.reported, timeout=WAIT_MS) as reported:
        ear.experiments.make_report(run)
        assert ear.experiments.making == "report"
    assert reported.args == [run / "report" / "report.html"]
    assert report_in(run) == report_in(run / "report") == run / "report" / "report.html"
    assert ear.experiments.making == ""
    old = (run / "report" / "report.html").stat().st_mtime
    os.utime(run / "results.json", (old + 9, old + 9))
    assert report_in(run) is None  # the run has continued since


def test_a_report_that_fails_says_why(ear: Ear, qtbot: QtBot) -> None:
    ear.start("slow")
    ear.wait_epochs()
    ear.experiments.stop()
    ear.wait_end()
    with qtbot.waitSignal(ear.experiments.reported, timeout=WAIT_MS) as reported:
        ear.experiments.make_report(ear.request("slow").out)
    assert reported.args == ["The run has no arms."]


def test_a_package(ear: Ear, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "card.json").write_text("{}")
    monkeypatch.setenv("FAKE_PACKAGE", str(package))
    to = tmp_path / "models" / "mine"
    with qtbot.waitSignal(ear.experiments.exported, timeout=WAIT_MS) as exported:
        ear.experiments.make_package(tmp_path / "run", tmp_path, to)
    assert exported.args == [to]


def test_a_package_can_be_given_up(
    ear: Ear, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "slow export")
    with qtbot.waitSignal(ear.experiments.exported, timeout=WAIT_MS) as exported:
        ear.experiments.make_package(tmp_path / "run", tmp_path, tmp_path / "mine")
        ear.experiments.cancel_making()
    assert exported.args == [""]


# -- epochs


def epoch(arm: str, seed: int, number: int, prior: float | None = None, **values: float) -> Epoch:
    return Epoch(arm, seed, 0, number, values, prior)


def test_the_mean_is_over_the_fits_that_came_so_far_as_long_as_half_of_them_did() -> None:
    learning = Learning()
    learning.plan(("b", "a"), None)
    for seed, losses in enumerate(((4.0, 2.0, 1.0), (2.0, 1.0), (3.0,))):
        for number, loss in enumerate(losses, 1):
            learning.add(epoch("a", seed, number, val_loss=loss, val_auc=1 - loss / 10, other=1.0))
    curve = learning.curve("a", "val_loss")
    assert (curve.fits, curve.epochs.tolist(), curve.mean.tolist()) == (3, [1, 2], [3.0, 1.5])
    assert (curve.low.tolist(), curve.high.tolist()) == ([2.0, 1.0], [4.0, 2.0])
    assert curve.best == pytest.approx((1 + 1 + 3) / 3)  # the lowest loss
    # The highest AUC.
    assert learning.curve("a", "val_auc").best == pytest.approx((0.9 + 0.9 + 0.7) / 3)
    assert learning.arms == ("b", "a")
    assert learning.quantities == ("val_loss", "val_auc", "other")
    assert (learning.curve("b", "val_loss").fits, learning.curve("b", "val_loss").best) == (0, None)


def test_an_epoch_that_comes_again_takes_the_place_of_the_older_one_and_no_number_is_no_value() -> (
    None
):
    learning = Learning()
    learning.add(epoch("a", 0, 1, val_loss=9.0))
    learning.add(epoch("a", 0, 1, val_loss=1.0))
    learning.add(epoch("a", 0, 2, val_loss=math.inf, prior=math.nan))
    assert learning.curve("a", "val_loss").mean.tolist() == [1.0]
    assert learning.constant("val_loss") is None


def test_the_level_of_a_constant_answer() -> None:
    learning = Learning()
    learning.plan(("a",), 0.6)
    assert learning.constant("val_loss") is not None
    learning.add(epoch("a", 0, 1, prior=0.3))
    learning.add(epoch("a", 1, 1, prior=0.5))
    level = learning.constant("val_loss")
    assert level is not None
    assert (level.mean, level.low, level.high) == (pytest.approx(0.4), 0.3, 0.5)
    assert learning.constant("loss") is None  # the prior on the training part is unknown
    chance = learning.constant("val_auc")
    assert chance is not None
    assert chance.mean == 0.5


def test_the_share_behind_a_prior() -> None:
    # -.8486 ln .8486 - .1514 ln .1514 = .13930 + .28582 = .42512, the paper's balance
    assert larger_share(0.42512) == pytest.approx(0.8486, abs=1e-4)
    assert larger_share(math.log(2)) == pytest.approx(0.5, abs=1e-6)
    assert larger_share(0.0) == pytest.approx(1.0)


# -- folders and settings


def test_folders(tmp_path: Path) -> None:
    assert free_folder(tmp_path, "learn") == tmp_path / "learn"
    (tmp_path / "learn").mkdir()
    (tmp_path / "learn-2").mkdir()
    assert free_folder(tmp_path, "learn") == tmp_path / "learn-3"
    assert package_name(tmp_path / "Mein Lauf (2)") == "mein-lauf-2"
    assert package_name(tmp_path / "???") == "model"


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"experiment": 1}'])
def test_a_folder_without_a_run_that_can_be_read(tmp_path: Path, data: bytes) -> None:
    assert run_in(tmp_path) is None
    (tmp_path / "config.json").write_bytes(data)
    assert run_in(tmp_path) is None


def test_settings_in_words() -> None:
    settings = {
        "batch": 32,
        "fit": {"steps": 10, "deep": {"on": True}},
        "seeds": [0, 1],
        "weights": {},
    }
    assert flat(settings) == {
        "batch": 32,
        "fit.steps": 10,
        "fit.deep.on": True,
        "seeds": [0, 1],
        "weights": {},
    }
    assert [in_text(value) for value in ("random", 0.001, [0, 1], None, True)] == [
        "random",
        "0.001",
        "[0,1]",
        "null",
        "true",
    ]
    assert for_set("random", "imagenet") == "imagenet"
    assert for_set("random", "17") == '"17"'  # a name, not a number
    assert for_set(1, "17") == "17"


@pytest.mark.parametrize(("default", "text", "expected"), [
    (32, "16", True), (32, "1.5", False), (32, "many", False), (32, "", False), (32, "true", False),
    (32, "null", True), (0.1, "1", True), (0.1, "1e-4", True), (0.1, "true", False),
    (True, "false", True), (True, "1", False), ([0], "[1, 2]", True), ([0], "1", False),
    ("random", "anything", True), ("random", "", False), (None, "x", True),
])  # fmt: skip
def test_what_suits_a_setting(default: object, text: str, expected: bool) -> None:
    assert suits(default, text) is expected


def test_the_command_line() -> None:
    request = RunRequest(
        "learn", Path("data"), Path("out"), (("a", "1"), ("b.c", "x y")), smoke=True
    )
    assert request.arguments() == [
        "run", "learn", "--data", "data", "--out", "out", "--smoke",
        "--set", "a=1", "--set", "b.c=x y", "--json",
    ]  # fmt: skip
