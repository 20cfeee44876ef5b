"""A run: its locked configuration, the pieces it keeps, what it says, how it ends."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from training.__main__ import _option
from training.execution import Experiment, carry_out, configured
from training.experiments import NAMES, get
from training.results import Curve, Findings, Table, read_result
from training.runs import Record, Run, Stopped, lock, read_record


@dataclass(frozen=True)
class Inner:
    steps: int = 3


@dataclass(frozen=True)
class Config:
    rate: float = 0.5
    init: str = "random"
    seeds: tuple[int, ...] = (0, 1)
    inner: Inner = field(default_factory=Inner)

    def smoke(self) -> Config:
        return replace(self, seeds=(0,))


def experiment(run: Callable[[Run, Config], Findings]) -> Experiment:
    return Experiment(
        "padding", "Padding", "future work 1", "A test.", "nothing", ("a",), Config, run
    )


def carried(
    tmp_path: Path, run: Callable[[Run, Config], Findings], config: Config | None = None
) -> tuple[int, list[events.Event]]:
    said: list[events.Event] = []
    status = carry_out(
        experiment(run),
        config or Config(),
        tmp_path,
        tmp_path / "run",
        smoke=False,
        command="the command",
        watch=said.append,
    )
    return status, said


TABLE = Table("t", ("a",), ((1,),))


def test_a_finished_run_is_written_and_said(tmp_path: Path) -> None:
    def work(run: Run, config: Config) -> Findings:
        run.started(["a"], fits=2, backbone="none")
        run.epoch("a", 0, 0, 1, {"loss": 0.5, "val_auc": float("nan")}, 0.4251)
        (tmp_path / "data.bin").write_bytes(b"abc")
        run.uses(tmp_path / "data.bin")
        run.skip("b.mp4", "it has no face.")
        run.skip("b.mp4", "it has no face.")
        return Findings(tables=(TABLE,), sentences=(f"{config.rate}",))

    status, said = carried(tmp_path, work)
    assert status == 0
    assert said[:2] == [
        events.Started("padding", ("a",), 2, "none"),
        events.Epoch("a", 0, 0, 1, {"loss": 0.5}, 0.4251),
    ]
    assert said[2] == events.Said("b.mp4 is left out: it has no face.", "warning")
    assert isinstance(said[-1], events.Ended)
    assert said[-1].outcome == "finished"
    assert said[-1].sentence.endswith("Left out, as the results list: 1.")
    lines = [
        msgspec.json.decode(line, type=events.Event)
        for line in (tmp_path / "run" / "log.jsonl").read_bytes().splitlines()
    ]
    assert lines == said
    result = read_result(tmp_path / "run")
    assert (result.tables, result.sentences, result.complete, result.backbone) == (
        (TABLE,),
        ("0.5",),
        True,
        "none",
    )
    assert result.data == (f"data.bin {hashlib.sha256(b'abc').hexdigest()}",)
    assert result.config == {"rate": 0.5, "init": "random", "seeds": [0, 1], "inner": {"steps": 3}}
    assert [one.what for one in result.skipped] == ["b.mp4"]


def test_pieces_are_made_once_over_two_starts(tmp_path: Path) -> None:
    made: list[str] = []

    def number() -> float:
        made.append("number")
        return 1.5

    def matrix() -> dict[str, Any]:
        made.append("matrix")
        return {"x": np.arange(6.0).reshape(2, 3)}

    def work(run: Run, config: Config) -> Findings:
        assert run.once("one-1.5_a", number, float) == 1.5
        np.testing.assert_array_equal(run.arrays("two", matrix)["x"], [[0, 1, 2], [3, 4, 5]])
        if len(made) == 2 and not (tmp_path / "second").exists():
            (tmp_path / "second").touch()
            raise AnalysisError("The first start ends here.")
        return Findings()

    assert carried(tmp_path, work)[0] == 1
    assert carried(tmp_path, work)[0] == 0
    assert made == ["number", "matrix"]


@pytest.mark.parametrize("key", ["", "a/b", "../x", "a b"])
def test_a_key_is_a_plain_name(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key: expected letters"):
        Run(tmp_path, tmp_path).once(key, lambda: 1, int)


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (AnalysisError("The table is wrong; correct it."), "The table is wrong; correct it."),
        (
            OSError(28, "No space left on device", "/somewhere/shard.npz"),
            "shard.npz cannot be used: No space left on device.",
        ),
        (MemoryError(), "There is not enough memory; take fewer pictures, or smaller ones."),
        (
            ZeroDivisionError(),
            "The experiment stopped by a fault of the program; trace.txt in its folder says where.",
        ),
    ],
)
def test_every_failure_is_one_sentence(tmp_path: Path, problem: Exception, sentence: str) -> None:
    def work(run: Run, config: Config) -> Findings:
        raise problem

    status, said = carried(tmp_path, work)
    assert (status, said) == (1, [events.Ended("failed", sentence)])
    assert (tmp_path / "run" / "trace.txt").exists() == isinstance(problem, ZeroDivisionError)
    assert not (tmp_path / "run" / "results.json").exists()


def test_ctrl_c_ends_the_run_after_the_present_step_and_it_goes_on_later(tmp_path: Path) -> None:
    def work(run: Run, config: Config) -> Findings:
        run.once("first", lambda: 1, int)
        os.kill(os.getpid(), signal.SIGINT)
        assert run.stopping()
        run.once("second", lambda: 2, int)
        return Findings()

    handler = signal.getsignal(signal.SIGINT)
    status, said = carried(tmp_path, work)
    assert status == 130
    assert [type(event) for event in said] == [events.Said, events.Ended]
    assert isinstance(said[-1], events.Ended)
    assert said[-1].outcome == "stopped"
    assert {path.name for path in (tmp_path / "run" / "parts").iterdir()} == {"first.json"}
    assert signal.getsignal(signal.SIGINT) == handler


def test_a_file_in_the_run_folder_does_what_ctrl_c_does_and_goes_with_the_run(
    tmp_path: Path,
) -> None:
    def work(run: Run, config: Config) -> Findings:
        run.once("first", lambda: 1, int)
        (run.folder / "STOP").touch()
        assert run.stopping()
        run.once("second", lambda: 2, int)
        return Findings()

    assert carried(tmp_path, work)[0] == 130
    assert {path.name for path in (tmp_path / "run" / "parts").iterdir()} == {"first.json"}
    assert not (tmp_path / "run" / "STOP").exists()


def test_what_a_stopped_run_hands_over_is_kept_as_incomplete(tmp_path: Path) -> None:
    def work(run: Run, config: Config) -> Findings:
        run.stop()
        return Findings(sentences=("half",))

    assert carried(tmp_path, work)[0] == 130
    result = read_result(tmp_path / "run")
    assert (result.complete, result.sentences) == (False, ("half",))


def test_a_second_ctrl_c_ends_at_once(tmp_path: Path) -> None:
    def work(run: Run, config: Config) -> Findings:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("not reached")

    with pytest.raises(KeyboardInterrupt):
        carried(tmp_path, work)


def test_a_folder_takes_no_other_configuration(tmp_path: Path) -> None:
    def work(run: Run, config: Config) -> Findings:
        return Findings()

    assert carried(tmp_path, work)[0] == 0
    status, said = carried(tmp_path, work, Config(rate=0.25, inner=Inner(4)))
    assert status == 1
    assert said == [
        events.Ended(
            "failed",
            "run holds a run with another configuration (inner, rate); choose another folder for"
            " this one.",
        )
    ]
    with pytest.raises(
        AnalysisError, match="run holds a run of padding; choose another folder for fusion"
    ):
        lock(tmp_path / "run", Record("fusion", False, {}))


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "config.json is missing"), ("{", "cannot be read"), ("[]", "cannot be read")],
)
def test_a_folder_that_holds_no_run(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(AnalysisError, match=says):
        read_record(tmp_path)


def test_settings_are_given_by_name() -> None:
    def never(run: Run, config: Config) -> Findings:
        raise AssertionError

    given = ["rate=0.25", "init=some/folder", "seeds=[4,5]", "inner.steps=7"]
    assert configured(experiment(never), smoke=False, overrides=given) == Config(
        0.25, "some/folder", (4, 5), Inner(7)
    )
    assert configured(experiment(never), smoke=True) == Config(seeds=(0,))
    for wrong in ("rat=1", "rate", "inner.step=1", "inner=3.x.y", "rate.x=1"):
        with pytest.raises(
            AnalysisError,
            match="padding has no setting" if "inner=" not in wrong else "does not suit",
        ):
            configured(experiment(never), smoke=False, overrides=[wrong])
    with pytest.raises(AnalysisError, match="does not suit: Expected `float`"):
        configured(experiment(never), smoke=False, overrides=["rate=fast"])


def test_the_time_left_comes_from_the_speed_of_this_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("training.runs.time.monotonic", lambda: now[0])
    said: list[events.Event] = []
    run = Run(tmp_path, tmp_path, watch=said.append)
    run.progress(0.5, "a")  # the first half was done by an earlier start
    now[0] = 110.0
    run.progress(0.75, "b")  # a quarter in 10 s: the other takes 10 s more
    assert said == [events.Progress(0.5, "a"), events.Progress(0.75, "b", 10.0)]


def test_the_time_of_a_run_is_that_of_all_its_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, kills = [100.0], [True, False, False]
    monkeypatch.setattr("training.runs.time.monotonic", lambda: clock[0])

    def work(run: Run, config: Config) -> Findings:
        clock[0] += 7
        run.say("half of it")  # what is kept if it is killed after this
        clock[0] += 3
        if kills.pop(0):
            raise KeyboardInterrupt
        return Findings()

    with pytest.raises(KeyboardInterrupt):
        carried(tmp_path, work)
    assert (tmp_path / "run" / "seconds.txt").read_text(encoding="utf-8") == "7.0"
    for spent in (17.0, 27.0):
        carried(tmp_path, work)
        assert read_result(tmp_path / "run").seconds == spent


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_describes_itself(name: str) -> None:
    found = get(name)
    described = found.described()
    assert described.name == name
    assert described.arms
    assert described.settings == msgspec.json.decode(msgspec.json.encode(described.settings))
    assert configured(found, smoke=True) == msgspec.convert(
        msgspec.to_builtins(found.config().smoke()), type(found.config())
    )


def test_a_stop_before_a_piece_is_made(tmp_path: Path) -> None:
    run = Run(tmp_path, tmp_path)
    run.stop()
    with pytest.raises(Stopped):
        run.arrays("x", dict)


def test_a_result_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    def work(run: Run, config: Config) -> Findings:
        return Findings(curves=(Curve("a", 0, 0, None, {"loss": [float("nan")]}),))

    status, said = carried(tmp_path, work)
    assert status == 1
    assert isinstance(said[-1], events.Ended)
    assert said[-1].sentence.startswith("A result is not a number")
    assert not (tmp_path / "run" / "results.json").exists()


def test_a_command_is_kept_as_one_types_it_and_without_absolute_paths(tmp_path: Path) -> None:
    assert _option('trainable_arms=["baseline"]') == "--set 'trainable_arms=[\"baseline\"]'"
    assert (
        _option("init=resources/models/xception-face")
        == "--set init=resources/models/xception-face"
    )
    assert _option(f"init={tmp_path / 'net'}") == "--set init=net"
