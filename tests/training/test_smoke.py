"""The whole way by the command line, on small synthetic data: train, continue, export."""

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import keras
import msgspec
import numpy as np
import pytest

import training.__main__ as entry
from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import load_package
from tests.training.material import prepare_all, write_data, write_gathered, write_stills
from tests.training.tiny import use_small_xception
from training.evaluation.package import make_package
from training.execution import carry_out, configured
from training.experiments.learn import EXPERIMENT
from training.fitting.learner import has_torch
from training.results import read_result

ROOT = Path(__file__).resolve().parents[2]


def _training(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "training", *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "140"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every data set, as it is laid out and prepared."""
    folder = tmp_path_factory.mktemp("material")
    data, gathered, stills = (
        write_data(folder / "data"),
        write_gathered(folder / "gathered"),
        write_stills(folder / "stills"),
    )
    prepare_all(data, gathered, stills, folder / "shards")
    return folder


@pytest.fixture(scope="module")
def run(material: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real network, two steps of one stage, by the command line."""
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    short = (
        "head.fit.steps=2",
        "head.fit.trained=head",
        "head.fit.refreshing=1",
        "main.fit.steps=0",
        "large.fit.steps=0",
        "engine=keras",
    )
    changes = [word for change in short for word in ("--set", change)]
    done = _training(
        "run", "learn", "--data", material / "shards", "--out", folder, "--smoke", *changes
    )
    assert done.returncode == 0, done.stderr
    yield folder
    shutil.rmtree(folder)


def test_a_smoke_run_trains_the_real_network(run: Path) -> None:
    lines = [
        json.loads(line)
        for line in (run / "head" / "steps.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line["step"] for line in lines if "loss" in line] == [1, 2]
    assert {key for key in lines[-1] if key.startswith("val_")} == {
        f"val_{name}_{metric}"
        for name in ("crops", "side_by_side", "stills")
        for metric in ("auc", "log_loss")
    }
    with zipfile.ZipFile(run / "head" / "final.keras") as network:
        # In float32 for whoever reads it, whatever it was trained in.
        assert b"bfloat16" not in network.read("config.json")
    assert {path.name for path in (run / "head").iterdir()} == {
        "settings.json",
        "steps.jsonl",
        "final.keras",
        "tensorboard",
    }
    assert {"config.json", "results.json", "final.keras", "parts"} <= {
        path.name for path in run.iterdir()
    }


def test_a_run_records_what_it_takes_to_repeat_it(run: Path, material: Path) -> None:
    result = read_result(run)
    assert (result.experiment, result.smoke, result.complete, result.skipped) == (
        "learn",
        True,
        True,
        (),
    )
    assert result.command.startswith(
        "python -m training run learn --data DIR --out RUN --smoke --set head.fit.steps=2 --set "
    )
    assert result.config["head"]["fit"]["steps"] == 2
    assert result.versions["keras"] == keras.__version__
    digest = hashlib.sha256(
        (material / "shards" / "speaking" / "manifest.jsonl").read_bytes()
    ).hexdigest()
    assert f"speaking/manifest.jsonl {digest}" in result.data
    assert json.loads((run / "parts" / "seen.json").read_text()) == [
        "dfdc:train", "ffpp:001", "ffpp:002", "real_clips:speaking_01", "side_by_side:component-01",
        "stills:train",
    ]  # fmt: skip
    # Four pairs of crops; three frames of two ffpp pairs, of one side by side, and of one person
    # speaking; a pair of stills.
    assert json.loads((run / "parts" / "counts.json").read_text()) == {
        "REAL": 4 + 6 + 3 + 3 + 1,
        "FAKE": 4 + 6 + 3 + 1,
    }
    said = [
        msgspec.json.decode(line, type=events.Event)
        for line in (run / "log.jsonl").read_bytes().splitlines()
    ]
    assert isinstance(said[0], events.Started)
    assert isinstance(said[-1], events.Ended)
    assert said[-1].outcome == "finished"
    epochs = [event for event in said if isinstance(event, events.Epoch)]
    assert [(event.arm, event.epoch) for event in epochs] == [("head", 1)]
    assert result.curves[0].values["val_loss"] == [epochs[0].values["val_loss"]]


def test_another_configuration_in_the_same_folder_is_refused(run: Path, material: Path) -> None:
    before = (run / "config.json").read_bytes()
    done = _training("run", "learn", "--data", material / "shards", "--out", run)
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith(
        "smoke holds a run with another configuration (engine, head, init, judged, large, main"
    )
    assert said.endswith("choose another folder for this one.")
    assert "Traceback" not in done.stderr
    assert (run / "config.json").read_bytes() == before


@pytest.mark.skipif(
    not has_torch(),
    reason="PyTorch is not installed; it trains faster than Keras, and is not required",
)
def test_pytorch_trains_a_stage_of_the_recipe(material: Path, tmp_path: Path) -> None:
    alone = (
        "head.fit.steps=1",
        "head.fit.refreshing=1",
        "main.fit.steps=0",
        "large.fit.steps=0",
        "engine=torch",
        "judged=4",
    )
    config = configured(EXPERIMENT, smoke=True, overrides=alone)
    assert (
        carry_out(
            EXPERIMENT,
            config,
            material / "shards",
            tmp_path / "run",
            smoke=True,
            command="",
            watch=lambda event: None,
        )
        == 0
    )
    assert {path.name for path in (tmp_path / "run" / "head").iterdir()} == {
        "settings.json",
        "steps.jsonl",
        "final.keras",
        "tensorboard",
    }
    assert keras.models.load_model(tmp_path / "run" / "final.keras", compile=False).input_shape == (
        None,
        72,
        72,
        3,
    )


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of two layers in place of Xception, which Keras alone trains."""
    use_small_xception(monkeypatch)


def _small_run(material: Path, out: Path, *changes: str) -> Path:
    config = configured(EXPERIMENT, smoke=True, overrides=["engine=keras", *changes])
    said: list[events.Event] = []
    status = carry_out(
        EXPERIMENT,
        config,
        material / "shards",
        out,
        smoke=True,
        command="the command",
        watch=said.append,
    )
    assert status == 0, said[-1]
    return out


@pytest.mark.usefixtures("small")
def test_the_stages_follow_each_other_and_a_set_can_be_left_out(
    material: Path, tmp_path: Path
) -> None:
    run = _small_run(material, tmp_path / "run", 'without=["ffpp"]')
    result = read_result(run)
    assert [(curve.arm, len(curve.values["val_loss"])) for curve in result.curves] == [
        ("head", 2),
        ("main", 2),
        ("large", 2),
    ]
    assert [arm.settings["start"] for arm in result.arms] == [
        "random",
        "the stage before",
        "the stage before",
    ]
    assert {
        metric.name: metric.n for metric in result.arms[-1].metrics if metric.name.endswith("_auc")
    } == {"crops_auc": 8, "ffpp_auc": 12, "side_by_side_auc": 6, "stills_auc": 2}
    assert not any(
        name.startswith("ffpp") for name in json.loads((run / "parts" / "seen.json").read_text())
    )
    final = keras.models.load_model(run / "final.keras", compile=False)
    for weight, expected in zip(
        final.get_weights(),
        keras.models.load_model(run / "large" / "final.keras").get_weights(),
        strict=True,
    ):
        np.testing.assert_array_equal(weight, expected)


@pytest.mark.usefixtures("small")
def test_a_run_starts_from_another_unless_it_would_be_judged_on_whom_that_met(
    material: Path, tmp_path: Path
) -> None:
    alone = ("main.fit.steps=0", "large.fit.steps=0")
    first = _small_run(material, tmp_path / "first", *alone)
    run = _small_run(material, tmp_path / "run", f"init={first}", *alone)
    assert (
        read_result(run).backbone
        == "Xception of the run first of learn, which began with Xception from random weights"
    )
    config = configured(
        EXPERIMENT,
        smoke=True,
        overrides=["engine=keras", f"init={first}", 'without=["ffpp"]', *alone],
    )
    said: list[events.Event] = []
    assert (
        carry_out(
            EXPERIMENT,
            config,
            material / "shards",
            tmp_path / "judged",
            smoke=True,
            command="",
            watch=said.append,
        )
        == 1
    )
    assert isinstance(said[-1], events.Ended)
    assert said[-1].sentence.startswith("The backbone has seen ffpp:")


@pytest.mark.usefixtures("small")
def test_an_interrupted_stage_goes_on_with_its_own_library(
    material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch may be installed after the interruption.

    It then neither finishes the stage nor begins it again.
    """
    overrides = ["main.fit.steps=0", "large.fit.steps=0", "head.fit.steps=4"]
    config, said = configured(EXPERIMENT, smoke=True, overrides=overrides), list[events.Event]()

    def stop_at_once(event: events.Event) -> None:
        said.append(event)
        if isinstance(event, events.Progress) and "step 1 of" in event.text:
            (tmp_path / "run" / "STOP").touch()

    monkeypatch.setattr("training.fitting.learner.has_torch", lambda: False)
    shards = material / "shards"
    assert (
        carry_out(
            EXPERIMENT, config, shards, tmp_path / "run", smoke=True, command="", watch=stop_at_once
        )
        == 130
    )
    assert {path.name for path in (tmp_path / "run" / "head").glob("*.keras")} == {
        "final.keras",
        "last.keras",
    }
    monkeypatch.setattr("training.fitting.learner.has_torch", lambda: True)
    assert (
        carry_out(
            EXPERIMENT, config, shards, tmp_path / "run", smoke=True, command="", watch=said.append
        )
        == 0
    ), said[-1]
    steps = [
        json.loads(line)["step"]
        for line in (tmp_path / "run" / "head" / "steps.jsonl").read_text().splitlines()
    ]
    assert steps == sorted(steps)
    assert steps[-1] == 4
    assert not (tmp_path / "run" / "head" / "last.keras").exists()


@pytest.mark.usefixtures("small")
def test_export_calibrates_each_clip_by_a_network_that_has_not_met_it(
    material: Path, tmp_path: Path
) -> None:
    alone = ("main.fit.steps=0", "large.fit.steps=0")
    run, fold = (
        _small_run(material, tmp_path / "run", *alone),
        _small_run(material, tmp_path / "fold", 'without=["ffpp"]', *alone),
    )
    with pytest.raises(
        AnalysisError,
        match=(
            r"^Calibration needs real and fake clips .* with --fold, or more clips with --clips\.$"
        ),
    ):
        make_package(run, material / "data", tmp_path / "net")  # it has met everybody there
    assert not (tmp_path / "net").exists()
    done = _training(
        "export", run, "--data", material / "data", "--clips", material / "gathered", "--fold",
        fold, "--to", tmp_path / "net", "--version", "2b",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    package = load_package(tmp_path / "net")
    card = package.card
    assert (card.schema, card.name, card.version, card.input_size) == (
        "dfgui.card/2",
        "net",
        "2b",
        72,
    )
    assert (
        card.training.steps,
        card.training.init_weights.words,
        card.training.init_weights.sha256,
    ) == (4, "random", None)
    assert (card.training.real, card.training.fake) == (17, 14)
    assert card.training.seen == tuple(json.loads((run / "parts" / "seen.json").read_text()))
    assert [source.name.partition(",")[0] for source in card.training.sources] == [
        "DFDC face crops", "FaceForensics++", "DeepFaceLive", "talk-vid",
        "stills that look like OpenForensics",
    ]  # fmt: skip
    # Of clips: two real and two fake of the fold, a half of each class of the component for
    # choosing, and one person speaking.
    assert (card.calibration.track.real, card.calibration.track.fake) == (2 + 1 + 1, 2 + 1)
    assert (card.calibration.face.real, card.calibration.face.fake) == (4 + 4, 4 + 3)
    assert "without 3 that every network has met" in card.calibration.track.set
    assert (
        "3 clips are left out, every network has met, or may have met, somebody in it: "
        in done.stderr
    )
    assert len(done.stdout.splitlines()) == len(card.metrics)
    assert not any("test" in metric.set.lower() for metric in card.metrics)
    assert set(card.files) == {"model.xml", "model.bin", "calibration.csv", "features.npz"}
    with (package.folder / "calibration.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    tracks = [(row["set"], row["label"], row["fold"]) for row in rows if row["kind"] == "track"]
    assert Counter(tracks) == {
        ("ffpp", "real", "without ffpp"): 2,
        ("ffpp", "fake", "without ffpp"): 2,
        ("side_by_side", "real", "all"): 1,
        ("side_by_side", "fake", "all"): 1,
        ("real_clips", "real", "all"): 1,
    }
    with np.load(package.folder / "features.npz") as found:
        assert found["features"].shape == (len(rows), 8)  # of the small network
        assert found["rows"].tolist() == list(range(len(rows)))
    assert card.export_difference["f32"] < 5e-3


@pytest.mark.usefixtures("small")
def test_export_needs_no_more_than_the_prepared_data_sets(material: Path, tmp_path: Path) -> None:
    run = _small_run(
        material, tmp_path / "run", 'without=["ffpp"]', "main.fit.steps=0", "large.fit.steps=0"
    )
    (run / "parts" / "counts.json").unlink()  # as a run of an earlier version
    package = make_package(run, material / "shards", tmp_path / "net")
    track, face = package.card.calibration.track, package.card.calibration.face
    # Both sides of the two ffpp pairs, which it has not met, and of the component for choosing; one
    # person speaking.
    assert (track.real, track.fake) == (2 + 1 + 1, 2 + 1)
    assert (face.real, face.fake) == (4 + 4, 4 + 3)
    assert (package.card.training.real, package.card.training.fake) == (4 + 3 + 3 + 1, 4 + 3 + 1)
    # of the clips: stored crops do not say how large a face was
    assert package.card.domain.cut_side < 200


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (AnalysisError("The table is wrong; correct it."), "The table is wrong; correct it."),
        (
            FileNotFoundError(2, "No such file or directory", "faces.csv"),
            "faces.csv cannot be used: No such file or directory.",
        ),
    ],
)
def test_an_expected_problem_is_one_sentence_and_exit_status_1(
    monkeypatch: pytest.MonkeyPatch, problem: Exception, says: str
) -> None:
    def app() -> None:
        raise problem

    monkeypatch.setattr(entry, "app", app)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert ended.value.code == says  # Python prints a text to standard error and exits with 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "nothing", "--data", ".", "--out", "x"], "There is no experiment named 'nothing'"),
        (["run", "learn", "--data", "absent", "--out", "x"], "does not exist"),
        (
            ["run", "learn", "--data", ".", "--out", "x", "--set", "step=5"],
            "learn has no setting 'step'",
        ),
        (
            ["run", "learn", "--data", ".", "--out", "x", "--set", "head.fit.steps=many"],
            "Expected `int`",
        ),
        (
            ["run", "learn", "--data", ".", "--out", "x", "--backbone", "frozen"],
            "learn has no setting 'backbone'",
        ),
        (["run", "learn", "--data", "."], "--out"),
        (["export", "absent", "--to", "x", "--data", "."], "does not exist"),
        (["forget"], "forget"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_status_2(arguments: list[str], says: str) -> None:
    done = _training(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (ROOT / "x").exists()


def test_help_says_what_each_command_needs() -> None:
    assert all(
        command in _training("--help").stdout
        for command in ("list", "run", "report", "export", "test", "robustness")
    )
    run_help, export_help = (_training(command, "--help").stdout for command in ("run", "export"))
    assert all(
        option in run_help
        for option in (
            "--data",
            "--out",
            "--smoke",
            "--set",
            "--init",
            "--allow-download",
            "--backbone",
            "--json",
        )
    )
    assert all(
        option in export_help
        for option in ("--data", "--to", "--version", "--clips", "--fold", "--shards")
    )
