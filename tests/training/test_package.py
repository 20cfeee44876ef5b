"""What a package says of itself: whose faces count, what the domain spans, which figures are measured."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from typer.testing import CliRunner

from dfgui.core.card import Calibration, Calibrations, Card, CropRule, Domain, Metric, Training, load_package
from dfgui.core.errors import AnalysisError
from dfgui.core.score import SeenFace
from tests.packages import make_package as make_card_package
from tests.packages import read_card, write_card
from tests.training.faces import clip, write_crops, write_pair
from training.__main__ import app
from training.data.ffpp import Clip
from training.data.table import FaceTable, Row
from training.experiments.learn import Config
from training.package import (
    ClipLook,
    CropLook,
    _card,
    _domain,
    _track_calibration,
    calibrate_again,
    cards_by_folds,
    clip_metrics,
    crop_metrics,
    make_package,
    pooling_metrics,
)
from training.seen import seen_by_package
from training.settings import FitSettings

PLAIN = Calibration(1.0, 0.0, 3.0, "made", 1, 1)
CARD = Card(
    schema="dfgui.card/1", name="made", version="1", architecture="none", input_size=72, colour_order="RGB", value_range=(0, 255),
    output="logit", crop=CropRule(0.8, 1.0), training=Training((), 0, 0, "", 0, "random", 0), metrics=(),
    calibration=Calibrations(PLAIN, PLAIN), domain=Domain(50.0, 10.0, 0.01, 2), export_difference={}, not_for=(), terms="", files={},
)  # fmt: skip


def _seen(logits: Sequence[float], *, track: int = 1, side: float = 100.0, sharpness: float = 100.0) -> tuple[SeenFace, ...]:
    return tuple(SeenFace(track, logit, side, sharpness) for logit in logits)


def _look(one: Clip, logits: Sequence[float], *, bits: float = 0.1) -> ClipLook:
    return ClipLook(one, _seen(logits), bits)


@pytest.fixture(scope="module")
def measured() -> dict[str, Metric]:
    """Two pairs of people; one real clip is called fake, one fake is too short for a verdict."""
    looks = [
        _look(clip("001"), [-3, -3]),
        _look(clip("002"), [-2, 6]),
        _look(clip("003"), [-3, -3]),
        _look(clip("001_002", "Deepfakes"), [3, 3]),
        _look(clip("002_001", "FaceSwap"), [1, 1]),
        _look(clip("003_004", "Deepfakes"), [5]),
    ]
    return {metric.name: metric for metric in clip_metrics("held out", looks, [CARD] * len(looks))}


def test_the_main_track_is_the_one_seen_most_often() -> None:
    faces = _seen([1.0], track=2) + _seen([2.0, 3.0], track=5) + _seen([4.0], track=7)
    assert [face.logit for face in ClipLook(clip("001"), faces, 0.1).main_track] == [2.0, 3.0]


def test_clips_are_measured_as_a_scan_answers(measured: dict[str, Metric]) -> None:
    # Means of logits: real -3, 2, -3; fake 3, 1, 5. Of the nine pairs only (2, 1) is in the wrong order.
    assert measured["auc"].value == pytest.approx(8 / 9, abs=1e-4)
    assert measured["auc_Deepfakes"].value == 1.0
    assert measured["auc_FaceSwap"].value == pytest.approx(2 / 3, abs=1e-4)
    # log10 of the ratio is the mean / ln 10: 1.3, .87, 1.3, 1.3, .43 lie beyond .3; the last has one face of two.
    assert measured["share_with_verdict"].value == pytest.approx(5 / 6, abs=1e-4)
    assert measured["real_called_fake"].value == pytest.approx(1 / 3, abs=1e-4)
    called = measured["real_called_fake"]  # Clopper and Pearson for 1 of 3: 1 - .975^(1/3) to the root of (1 - p)^3 + 3 p (1 - p)^2 = .025
    assert (called.low, called.high, called.n) == (pytest.approx(0.0084, abs=1e-4), pytest.approx(0.9057, abs=1e-4), 3)
    assert measured["balanced_accuracy"].value == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)
    assert {metric.set for metric in measured.values()} == {"held out"}


def test_ways_from_faces_to_a_clip_are_compared() -> None:
    # Eight faces each: one of the real clip's is far out, two of the fake's are a little higher than all others.
    looks = [_look(clip("001"), [0, 0, 0, 0, 0, 0, 0, 9]), _look(clip("001_002", "Deepfakes"), [0.5, 0.5, -1, -1, -1, -1, 1, 1])]
    looks += [_look(clip("002"), [-2] * 8), _look(clip("002_001", "Deepfakes"), [3] * 8)]
    found = {metric.name: metric.value for metric in pooling_metrics("clips", looks)}
    # Means: real 1.125 and -2, fake -.125 and 3. Without the outer tenths nothing goes off eight. Highest quarter: 4.5, -2, 1, 3.
    assert found == {
        "auc: mean of logits": 0.75,
        "auc: mean without the outer tenths": 0.75,
        "auc: median of logits": 0.75,
        "auc: mean of the highest quarter": 0.5,
    }


def test_people_who_lend_each_other_faces_are_one_group(measured: dict[str, Metric]) -> None:
    assert (measured["auc"].n, measured["auc"].groups) == (6, 2)  # 001 with 002, 003 with 004


def test_crops_are_measured_with_the_calibration_of_faces() -> None:
    crops = CropLook(np.array([-1.0, 0.5, 0.2, 2.0], np.float32), np.ones(4), np.ones(4), np.array([0, 0, 1, 1]), ["a", "b", "a", "b"])
    shifted = msgspec.structs.replace(PLAIN, intercept=-1.0)
    card = msgspec.structs.replace(CARD, calibration=Calibrations(shifted, PLAIN))
    measured = {metric.name: metric for metric in crop_metrics("crops", crops, card)}
    assert measured["auc"].value == 0.75  # (.5, .2) is in the wrong order
    assert measured["balanced_accuracy"].value == 0.75  # less 1, only 2.0 stays above 0
    assert (measured["auc"].n, measured["auc"].groups) == (4, 2)


def test_crops_are_measured_by_size_where_there_are_enough() -> None:
    labels = np.tile(np.array([0, 1]), 40)
    sides = np.repeat([50.0, 150.0], 40)
    logits = np.where(labels == 1, 1.0, -1.0) * np.where(sides < 100, -1, 1)  # small faces are all in the wrong order
    crops = CropLook(logits.astype(np.float32), np.ones(80), sides, labels, [str(i // 2) for i in range(80)])
    measured = {metric.name: (metric.value, metric.n) for metric in crop_metrics("crops", crops, CARD) if metric.name.startswith("auc: ")}
    assert measured == {"auc: faces under 100 px": (0.0, 40), "auc: faces of 100 to 199 px": (1.0, 40)}
    few = CropLook(crops.logits[:38], np.ones(38), sides[:38], labels[:38], crops.groups[:38])  # 19 of each class
    assert not [metric for metric in crop_metrics("crops", few, CARD) if metric.name.startswith("auc: ")]


def test_the_domain_is_what_the_calibration_data_spans() -> None:
    # 101 crops with sides 0 to 100 and sharpness 0 to 1000, the faces of the clips among them: the 2 % quantile of the whole.
    steps = np.arange(101.0)
    crops = CropLook(np.zeros(101, np.float32), 10 * steps, steps, np.zeros(101, np.int64), [""] * 101)
    clips = [ClipLook(clip("001"), (), 0.2), ClipLook(clip("002"), (), 0.05)]
    domain = _domain(crops, [ClipLook(one.clip, _seen([0.0], side=2.0, sharpness=20.0), one.bits_per_pixel) for one in clips])
    assert domain == Domain(cut_side=2.0, sharpness=20.0, bits_per_pixel=0.05, track_frames=8)


def test_the_domain_begins_where_the_network_tells_crops_apart() -> None:
    # 500 crops with sides 1 to 500; up to 100 the answer has nothing to do with the label, from there on it is right.
    sides = np.arange(1.0, 501.0)
    labels = np.tile(np.array([0, 1, 1, 0]), 125)
    logits = np.where(sides <= 100, np.tile(np.array([-1.0, -1.0, 1.0, 1.0]), 125), 2.0 * labels - 1).astype(np.float32)
    crops = CropLook(logits, np.full(500, 50.0), sides, labels, [str(i // 2) for i in range(500)])
    assert _domain(crops, [_look(clip("001"), [0.0])]).cut_side == 100.0
    good = CropLook((2.0 * labels - 1).astype(np.float32), crops.sharpness, sides, labels, crops.groups)
    assert _domain(good, [_look(clip("001"), [0.0])]).cut_side == 11.0  # the 2 % quantile of 1 to 500 with one 100


def _falling_with_sharpness(people: int) -> list[ClipLook]:
    """A real and a fake clip of each; logits fall by 1 where the sharpness is e times as high, and are else -1 or 1, give or take 1."""
    return [
        ClipLook(clip(f"{i:03}_{i + 1 - 2 * (i % 2):03}" if fake else f"{i:03}", "Deepfakes" if fake else "original"),
                 _seen([2.0 * fake - 1 + (i % 3 - 1) - i % 4], sharpness=20 * np.e ** (i % 4)), 0.1)
        for fake in (False, True) for i in range(people)
    ]  # fmt: skip


def test_tracks_are_calibrated_with_their_sharpness_where_there_are_enough_clips() -> None:
    looks = _falling_with_sharpness(12)
    found = _track_calibration(looks, "made")
    assert found.sharpness_slope == pytest.approx(found.slope, rel=0.01)
    assert found.sharpness_range == pytest.approx((20, 20 * np.e**3), rel=1e-4)
    assert _track_calibration([*looks[:9], *looks[12:]], "nine real").sharpness_slope == 0


def test_each_pair_of_people_is_answered_with_the_calibration_of_the_others() -> None:
    def looks_of(first: int, real: float, fake: float) -> list[ClipLook]:
        people = [(f"{i:03}", f"{i + 1 - 2 * (i % 2):03}") for i in (first, first + 1)]  # 000 with 001, 002 with 003, ...
        return [
            look for own, other in people
            for look in (_look(clip(own), [real]), _look(clip(f"{own}_{other}", "Deepfakes"), [fake]))
        ]  # fmt: skip

    looks = [*looks_of(0, -1, 1), *looks_of(2, -1, 2), *looks_of(4, 0, 3)]
    card = msgspec.structs.replace(CARD, calibration=Calibrations(PLAIN, _track_calibration(looks, "made")))
    cards = cards_by_folds(looks, card)
    assert [one.calibration.face for one in cards] == [PLAIN] * 12
    for number, start in enumerate((0, 4, 8)):
        expected = _track_calibration([*looks[:start], *looks[start + 4 :]], "made")
        assert [one.calibration.track for one in cards[4 * number : 4 * number + 4]] == [expected] * 4
    assert len({one.calibration.track.intercept for one in cards}) == 3
    assert cards_by_folds(looks[:4], card) == []  # nobody would be left


def test_folds_keep_the_term_for_sharpness_that_all_clips_bear() -> None:
    looks = _falling_with_sharpness(10)
    card = msgspec.structs.replace(CARD, calibration=Calibrations(PLAIN, _track_calibration(looks, "made")))
    assert all(one.calibration.track.real == 8 and one.calibration.track.sharpness_slope for one in cards_by_folds(looks, card))


def test_a_track_needs_more_faces_than_patterns_taken_for_one_have() -> None:
    def needed(*stray: int) -> int:
        looks = [ClipLook(clip("001"), _seen([0.0] * 32) + _seen([0.0] * count, track=2), 0.1) for count in stray]
        return _domain(CropLook(np.zeros(1, np.float32), np.ones(1), np.ones(1), np.zeros(1, np.int64), [""]), looks).track_frames

    assert needed(0) == 8  # a quarter of a scan's frames where there are none
    assert needed(1, 2, 3) == 8
    assert needed(*[1] * 49, 13, 13) == 14
    assert needed(25) == 16  # perhaps a second person: half of the frames are enough


def test_crops_of_unknown_size_do_not_decide_the_domain() -> None:
    crops = CropLook(np.zeros(3, np.float32), np.full(3, 50.0), np.full(3, np.nan), np.zeros(3, np.int64), [""] * 3)
    assert _domain(crops, [ClipLook(clip("001"), _seen([0.0], side=80.0), 0.1)]).cut_side == 80.0


def test_the_card_names_the_data_that_was_trained_on() -> None:
    def row(label: str, original: str, split: str) -> Row:
        return Row(original, "z", label, original, split)

    crops = FaceTable([row("REAL", "a", "train"), row("FAKE", "a", "train"), row("FAKE", "b", "validation")], lambda _: b"")
    clips = FaceTable([row("REAL", "210", "train"), row("FAKE", "210", "train"), row("FAKE", "210", "train")], lambda _: b"")
    config = Config()
    both = _card("net", "1", replace(config, second=replace(config.second, ffpp_pairs=4)), "random", crops, clips).training
    assert (len(both.data), both.real, both.fake) == (4, 2, 3)
    first_stage = replace(config, second=replace(config.second, fit=FitSettings(steps=0)))
    alone = _card("net", "1", first_stage, "random", crops, clips)
    assert alone.training.data == ("DFDC face crops, split train", "self-blended images of the real faces")
    assert (alone.training.real, alone.training.fake) == (1, 1)
    assert seen_by_package(alone) == {"dfdc:train"}


def test_a_run_that_has_not_finished_is_not_exported(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(AnalysisError, match="holds no finished run"):
        make_package(tmp_path / "run", tmp_path, tmp_path / "net")
    assert not (tmp_path / "net").exists()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people who lend each other faces, and four pairs of validation crops."""
    folder = tmp_path_factory.mktemp("data")
    write_crops(folder, {"validation": 4})
    for person, donor in (("001", "002"), ("002", "001")):
        write_pair(folder / "ffpp", person, donor, frames=9)
    return folder


def _trained_on(folder: Path, *entries: str) -> Path:
    card = read_card(make_card_package(folder))
    write_card(folder, card | {"training": card["training"] | {"data": entries, "backbone_init": "random"}})
    return folder


def test_a_network_that_has_met_nobody_in_the_clips_is_calibrated_anew(data: Path, tmp_path: Path) -> None:
    package = _trained_on(tmp_path / "red-mean", "DFDC face crops, split train")
    before = load_package(package)
    command = ["calibrate", str(package), "--data", str(data), "--version", "1.1"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert load_package(package).card == before.card
    assert CliRunner().invoke(app, [*command, "--write"]).exit_code == 0
    after = load_package(package)
    assert (after.card.version, after.sha256) == ("1.1", before.sha256)
    face, track = after.card.calibration.face, after.card.calibration.track
    assert (face.real, face.fake, track.real, track.fake) == (4, 4, 2, 2)
    assert (face.sharpness_slope, track.sharpness_slope) == (0.0, 0.0)  # two clips of each class bear no third number
    assert after.card.domain.track_frames == 8
    assert {metric.set for metric in after.card.metrics} == {  # the figure of before belonged to another calibration
        "DFDC validation crops (calibrated on)", "FaceForensics++ train pairs, never trained on (calibrated on)",
    }  # fmt: skip
    assert len(done.stdout.splitlines()) == len(after.card.metrics)


@pytest.mark.parametrize("entry", ["FaceForensics++ clips of the train people, c23 and 4:2:0 re-encodings", "something else"])
def test_a_network_that_may_have_met_them_is_not(data: Path, tmp_path: Path, entry: str) -> None:
    package = load_package(_trained_on(tmp_path / "red-mean", entry))
    with pytest.raises(AnalysisError, match="red-mean may have met whom it would be calibrated on"):
        calibrate_again(package, data, version="2")
