"""The whole way by the command line, on small synthetic data: train, go on, export."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import keras
import msgspec
import pytest

import training.__main__ as entry
from dfgui.core import experiments as events
from dfgui.core.card import load_package
from dfgui.core.errors import AnalysisError
from tests.training.faces import write_crops, write_pair
from training.results import read_result

ROOT = Path(__file__).resolve().parents[2]


def _training(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "training", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"COLUMNS": "140"}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs of people, four pairs of crops for each split."""
    folder = tmp_path_factory.mktemp("data")
    write_crops(folder, {"train": 4, "validation": 4, "test": 4})
    for person, donor in (("001", "002"), ("002", "001"), ("210", "241"), ("241", "210")):
        write_pair(folder / "ffpp", person, donor, frames=9)
    return folder


@pytest.fixture(scope="module")
def run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("runs") / "smoke"
    with_clips = [word for kind in ("pairs", "blends", "swaps") for word in ("--set", f"second.ffpp_{kind}=1")]
    done = _training("run", "learn", "--data", data, "--out", folder, "--smoke", *with_clips)
    assert done.returncode == 0, done.stderr
    yield folder
    shutil.rmtree(folder)  # two checkpoints of 340 MB, which pytest would keep for three sessions


def test_a_smoke_run_passes_every_stage(run: Path) -> None:
    for name in ("first", "fold-1", "fold-2", "all"):
        lines = [json.loads(line) for line in (run / name / "steps.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [line["step"] for line in lines if "loss" in line] == [1, 2, 3, 4]
        judged = {"val_dfdc_auc", "val_dfdc_log_loss"} | ({"val_ffpp_auc", "val_ffpp_log_loss"} if name != "all" else set())
        assert {key for key in lines[-1] if key.startswith("val_")} == judged
        with zipfile.ZipFile(run / name / "final.keras") as network:
            assert "mixed_bfloat16" in network.read("config.json").decode()
        assert {path.name for path in (run / name).iterdir()} == {"settings.json", "steps.jsonl", "final.keras", "tensorboard"}
    assert {"config.json", "results.json", "final.keras", "ffpp"} <= {path.name for path in run.iterdir()}


def test_a_run_records_what_it_takes_to_repeat_it(run: Path, data: Path) -> None:
    result = read_result(run)
    assert (result.experiment, result.smoke, result.complete, result.skipped) == ("learn", True, True, ())
    assert result.command.startswith("python -m training run learn --data DIR --out RUN --smoke --set second.ffpp_pairs=1 --set ")
    assert result.config["first"]["fit"]["steps"] == result.config["second"]["fit"]["steps"] == 4
    assert result.versions["keras"] == keras.__version__
    digest = hashlib.sha256((data / "dfdc_faces.csv").read_bytes()).hexdigest()
    assert f"dfdc_faces.csv {digest}" in result.data
    said = [msgspec.json.decode(line, type=events.Event) for line in (run / "log.jsonl").read_bytes().splitlines()]
    assert isinstance(said[0], events.Started)
    assert isinstance(said[-1], events.Ended)
    assert said[-1].outcome == "finished"
    epochs = [event for event in said if isinstance(event, events.Epoch)]
    fits = [("first", 0), ("second", 1), ("second", 2), ("second", 0)]
    assert [(event.arm, event.fold, event.epoch) for event in epochs] == [(*one, epoch) for one in fits for epoch in (1, 2)]
    assert [(curve.arm, curve.fold) for curve in result.curves] == fits
    for curve, start in zip(result.curves, (0, 2, 4, 6), strict=True):
        assert curve.values["val_loss"] == [event.values["val_loss"] for event in epochs[start : start + 2]]
    metrics = {(arm.name, metric.name): metric for arm in result.arms for metric in arm.metrics}
    assert {metrics[arm, "ffpp_auc"].groups for arm in ("first", "second")} == {4}  # everybody, in the second each by the fold without them


def test_another_configuration_in_the_same_folder_is_refused(run: Path, data: Path) -> None:
    before = (run / "config.json").read_bytes()
    done = _training("run", "learn", "--data", data, "--out", run)
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("smoke holds a run with another configuration (ffpp_crfs, ffpp_frames, first, folds")
    assert said.endswith("choose another folder for this one.")
    assert "Traceback" not in done.stderr
    assert (run / "config.json").read_bytes() == before


def test_export_makes_a_package_with_measured_counts(run: Path, data: Path, tmp_path: Path) -> None:
    done = _training("export", run, "--data", data, "--to", tmp_path / "my-net", "--version", "2b")
    assert done.returncode == 0, done.stderr
    card = load_package(tmp_path / "my-net").card
    assert (card.name, card.version, card.input_size) == ("my-net", "2b", 72)
    assert (card.training.steps, card.training.backbone_init) == (8, "random")
    # Crops to train on: four pairs. Clips: four people, three frames each, as they are and re-encoded, real and fake.
    assert (card.training.real, card.training.fake) == (4 + 24, 4 + 24)
    assert (card.calibration.face.real, card.calibration.face.fake) == (4, 4)
    assert (card.calibration.track.real, card.calibration.track.fake) == (4, 4)
    measured = {(metric.name, metric.n) for metric in card.metrics}
    assert {("auc", 8), ("auc_Deepfakes", 8), ("share_with_verdict", 8), ("real_called_fake", 4)} <= measured
    assert {metric.set for metric in card.metrics} == {
        "DFDC validation crops (calibrated on)",
        "FaceForensics++ train pairs, each by a network that has not met them (2 folds), by folds (calibrated on)",
    }
    # Weights are stored in fp16; a network of four steps, normalised by two batches, amplifies their rounding more than a trained one.
    assert card.export_difference["f32"] < 5e-3
    assert len(done.stdout.splitlines()) == len(card.metrics)
    assert not any("test" in metric.set.lower() for metric in card.metrics)


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (AnalysisError("The table is wrong; correct it."), "The table is wrong; correct it."),
        (FileNotFoundError(2, "No such file or directory", "faces.csv"), "faces.csv cannot be used: No such file or directory."),
    ],
)
def test_an_expected_problem_is_one_sentence_and_exit_status_1(monkeypatch: pytest.MonkeyPatch, problem: Exception, says: str) -> None:
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
        (["run", "learn", "--data", ".", "--out", "x", "--set", "step=5"], "learn has no setting 'step'"),
        (["run", "learn", "--data", ".", "--out", "x", "--set", "first.fit.steps=many"], "Expected `int`"),
        (["run", "learn", "--data", ".", "--out", "x", "--backbone", "frozen"], "learn has no setting 'backbone'"),
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
    assert all(command in _training("--help").stdout for command in ("list", "run", "report", "export", "test", "robustness"))
    run_help, export_help = (_training(command, "--help").stdout for command in ("run", "export"))
    assert all(
        option in run_help for option in ("--data", "--out", "--smoke", "--set", "--init", "--allow-download", "--backbone", "--json")
    )
    assert all(option in export_help for option in ("--data", "--to", "--version"))
