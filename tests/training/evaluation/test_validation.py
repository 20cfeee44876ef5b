"""How good ratios are: from what was seen, from `calibration.csv`, and without one's own group."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from typer.testing import CliRunner

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import Bounds, Calibrations, Card, Metric, load_package
from dfgui.core.network.score import in_words
from tests.support.packages import make_package, read_card, write_card
from tests.training.looked import CARD, PLAIN, clip, look, seen
from training.__main__ import app
from training.evaluation.calibration_files import calibration_files
from training.evaluation.calibration_table import read_table
from training.evaluation.calibrations import calibrations_of, track_calibration
from training.evaluation.known_ratios import known_faces, known_files, known_tracks
from training.evaluation.looks import ClipLook, CropLook
from training.evaluation.validation import validate_again, validations_of
from training.network.export import write_card as write_with_hashes

NEEDED = 8  # faces of a track, the least that a domain asks for


def _crops(n: int, seed: int = 0) -> CropLook:
    labels = np.arange(n) % 2
    logits = np.random.default_rng(seed).normal(2.0 * labels - 1, 1.0).astype(np.float32)
    return CropLook(
        logits, np.full(n, 50.0), np.full(n, 90.0), labels, [f"film-{i // 2}" for i in range(n)]
    )


def _clips(people: int, seed: int = 0) -> list[ClipLook]:
    """A real and a fake clip of each person; two people each were swapped with each other."""
    rng, found = np.random.default_rng(seed), []
    for i in range(people):
        own, other = f"{i:03}", f"{i + 1 - 2 * (i % 2):03}"
        found.append(look(clip(own), list(rng.normal(-1, 1, NEEDED))))
        found.append(look(clip(f"{own}_{other}", "Deepfakes"), list(rng.normal(1, 1, NEEDED))))
    return found


def _card(crops: CropLook, looks: list[ClipLook]) -> Card:
    calibrations, tested = calibrations_of(crops, looks, "made clips")
    assert tested.track_frames == NEEDED
    return msgspec.structs.replace(CARD, calibration=calibrations, domain=tested)


def test_every_unit_has_its_own_ratios() -> None:
    # Two tracks of a real clip, of which the second decides; a third with too few faces.
    both = ClipLook(
        clip("001"),
        seen([0.0, 0.0]) + seen([2.0, 2.0], track=2) + seen([9.0], track=3),
        0.1,
    )
    swapped = ClipLook(
        clip("003_004", "Deepfakes"), seen([1.0, 3.0]) + seen([-1.0, -1.0], track=2), 0.1,
        fake_tracks=frozenset({1}),
    )  # fmt: skip
    looks, own = [both, swapped], Calibrations(PLAIN, PLAIN, Bounds(-0.5, 0.5))
    tracks = known_tracks(looks, [own, own], 2)
    assert tracks.fake == [False, False, True, False]
    assert tracks.ratios(within_bounds=True).log10_lr.tolist() == pytest.approx(
        [value / math.log(10) for value in (0, 2, 2, -1)], abs=1e-5
    )
    files = known_files(looks, [own, own], 2)
    assert files.fake == [False, True]
    assert files.ratios(within_bounds=False).log10_lr.tolist() == pytest.approx(
        [2 / math.log(10)] * 2, abs=1e-5
    )
    assert files.ratios(within_bounds=True).log10_lr.tolist() == [0.5, 0.5]
    # Faces are those of the main track: of the swapped clip the one whose face was replaced.
    faces = known_faces(_crops(2), looks, [PLAIN] * 2, [PLAIN] * 2)
    assert faces.fake == [False, True, False, False, True, True]
    weights = faces.ratios(within_bounds=True).weights
    assert weights.tolist() == pytest.approx([1 / 4, 1 / 4, 1 / 8, 1 / 8, 1 / 8, 1 / 8])


def test_tracks_and_files_have_bounds_of_their_own() -> None:
    # A real bystander in every clip: more real tracks than files, and files that take a maximum.
    # Halves of side-by-side clips: elsewhere a second track counts as a pattern.
    looks = [
        ClipLook(
            replace(one.clip, panel="left"),
            one.faces + seen([-3.0] * NEEDED, track=2),
            0.1,
            "h264",
        )
        for one in _clips(12)
    ]
    card = _card(_crops(40), looks)
    fitted = track_calibration(looks, "made clips", NEEDED)
    file = card.calibration.file
    assert file is not None
    assert (file.log10_lr_low, file.log10_lr_high) == (fitted.log10_lr_low, fitted.log10_lr_high)
    assert card.calibration.track.log10_lr_high > file.log10_lr_high


def test_a_network_that_knows_nothing_costs_all_and_reaches_no_verdict() -> None:
    rng = np.random.default_rng(2)
    crops = CropLook(
        rng.normal(size=80).astype(np.float32), np.ones(80), np.ones(80), np.arange(80) % 2,
        [str(i // 2) for i in range(80)],
    )  # fmt: skip
    looks = [look(one.clip, list(rng.normal(size=NEEDED))) for one in _clips(20)]
    card = _card(crops, looks)
    for one in validations_of(card, crops, looks):
        assert 0.99 < one.cllr.value < 1.01  # the bounds leave next to nothing
        assert one.cllr.low <= one.cllr.value <= one.cllr.high
    bounds = card.calibration.bounds_of_file(still=False)
    assert in_words(bounds.log10_lr_high)[0] == in_words(bounds.log10_lr_low)[0] == "inconclusive"


def test_each_person_is_answered_without_it() -> None:
    """One fake that looks most real: its own calibration would know that, the others' does not."""
    crops, looks = _crops(60), _clips(10)
    looks[1] = look(looks[1].clip, [-9.0] * NEEDED)
    card = _card(crops, looks)
    found = {one.of: one for one in validations_of(card, crops, looks)}
    assert found["file"].set == "made clips, by folds (calibrated on)"
    assert found["face"].set == (
        "DFDC validation crops and frames of made clips, by folds (calibrated on)"
    )
    assert (found["file"].real, found["file"].fake, found["file"].groups) == (10, 10, 5)
    assert (found["face"].real, found["face"].fake) == (30 + 80, 30 + 80)
    assert found["face"].groups == 30 + 5
    assert found["file"].cllr_min.value < found["file"].cllr.value
    # The steps hold every ratio once.
    assert sum(step.n for step in found["file"].reliability) == 20
    assert [found["file"].tippett[0].real, found["file"].tippett[-1].fake] == [1.0, 0.0]


def test_one_group_of_people_is_answered_with_the_only_calibration_there_is() -> None:
    crops, looks = _crops(2), _clips(2)
    crops = CropLook(crops.logits, crops.sharpness, crops.cut_side, crops.labels, ["film"] * 2)
    card = _card(crops, looks)
    sets = [one.set for one in validations_of(card, crops, looks)]
    assert sets[1:] == ["made clips (calibrated on)"] * 2


def _package(folder: Path, crops: CropLook, looks: list[ClipLook]) -> Path:
    made = load_package(make_package(folder))
    calibration_files(crops, looks).write(folder)
    card = _card(crops, looks)
    stale = (
        Metric("share_with_verdict", "clips", 0.5, 0.4, 0.6, 20, 5),
        Metric("auc", "clips", 0.8, 0.7, 0.9, 20, 5),
    )
    write_with_hashes(
        folder,
        msgspec.structs.replace(
            made.card, calibration=card.calibration, domain=card.domain, metrics=stale
        ),
    )
    return folder


def test_the_table_of_a_package_gives_back_what_was_seen(tmp_path: Path) -> None:
    bystander = ClipLook(
        clip("090_091", "Deepfakes"), seen([1.5] * 3) + seen([-2.0] * 4, track=2), 0.2, "vp9",
        frozenset({1}), "without side_by_side",
    )  # fmt: skip
    crops, looks = _crops(6), [*_clips(2), bystander]
    read_crops, read_looks = read_table(_package(tmp_path / "net", crops, looks))
    assert read_crops.logits.tolist() == pytest.approx(crops.logits.tolist(), rel=1e-5)
    assert read_crops.labels.tolist() == crops.labels.tolist()
    assert [one.is_fake for one in read_looks] == [one.is_fake for one in looks]
    assert [[face.track for face in one.faces] for one in read_looks] == [
        [face.track for face in one.faces] for one in looks
    ]
    last = read_looks[-1]
    assert (last.main, last.fake_tracks, last.fold) == (1, frozenset({1}), "without side_by_side")
    assert (last.bits_per_pixel, last.codec) == (0.2, "vp9")
    assert [face.logit for face in last.main_track] == [1.5] * 3


def test_the_command_calculates_both_from_the_package_and_writes_them(tmp_path: Path) -> None:
    crops, looks = _crops(60), _clips(10)
    folder = _package(tmp_path / "net", crops, looks)
    card = read_card(folder)
    right = dict(card["calibration"]["track"])
    card["calibration"]["track"] |= {"log10_lr_low": -2.0, "log10_lr_high": 2.0}
    card["calibration"]["file"] = None
    write_card(folder, card)
    done = CliRunner().invoke(app, ["ratios", str(folder)])
    assert done.exit_code == 0, done.output
    assert "files: Cllr 0." in done.stdout
    assert "Tippett plot, files: 1/100 or more: " in done.stdout
    assert "1 figures of verdicts were measured with other bounds" in done.stderr
    assert load_package(folder).card.validation == ()  # not without --write
    assert CliRunner().invoke(app, ["ratios", str(folder), "--write"]).exit_code == 0
    after = load_package(folder).card
    assert after.calibration.track.log10_lr_high == right["log10_lr_high"]
    assert after.calibration.file is not None
    assert [metric.name for metric in after.metrics] == ["auc"]
    assert [one.of for one in after.validation] == ["face", "track", "file"]
    assert CliRunner().invoke(app, ["ratios", str(folder), "--write"]).exit_code == 0
    assert load_package(folder).card == after  # it repeats itself


def test_a_package_without_its_table_says_what_to_do(tmp_path: Path) -> None:
    package = load_package(make_package(tmp_path / "net"))
    with pytest.raises(AnalysisError, match="net does not say what it was calibrated on"):
        validate_again(package)


@pytest.mark.parametrize("table", ["", "row\n0\n", "set,clip\nffpp,x\n"])
def test_a_table_that_is_none_is_refused_by_name(table: str, tmp_path: Path) -> None:
    folder = make_package(tmp_path / "net")
    (folder / "calibration.csv").write_text(table)
    if table:
        with pytest.raises(AnalysisError, match=r"calibration\.csv of net cannot be read"):
            read_table(folder)
    else:
        with pytest.raises(AnalysisError, match=r"net does not say what it was calibrated on"):
            read_table(folder)
