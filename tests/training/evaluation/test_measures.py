"""Which figures a card holds: of faces one by one, and of clips as a scan answers."""

import msgspec
import numpy as np
import pytest

from dfgui.core.network.package import Calibrations, Metric
from tests.training.looked import CARD, PLAIN, clip, look, seen
from training.evaluation.looks import ClipLook, CropLook
from training.evaluation.measures import clip_metrics, crop_metrics, face_metrics, pooling_metrics


@pytest.fixture(scope="module")
def measured() -> dict[str, Metric]:
    """Two pairs of people; one real clip is called fake, one fake is too short for a verdict."""
    looks = [
        look(clip("001"), [-3, -3]),
        look(clip("002"), [-2, 6]),
        look(clip("003"), [-3, -3]),
        look(clip("001_002", "Deepfakes"), [3, 3]),
        look(clip("002_001", "FaceSwap"), [1, 1]),
        look(clip("003_004", "Deepfakes"), [5]),
    ]
    return {metric.name: metric for metric in clip_metrics("held out", looks, [CARD] * len(looks))}


def test_the_main_track_is_the_one_seen_most_often() -> None:
    faces = seen([1.0], track=2) + seen([2.0, 3.0], track=5) + seen([4.0], track=7)
    assert [face.logit for face in ClipLook(clip("001"), faces, 0.1).main_track] == [2.0, 3.0]


def test_the_main_track_of_a_fake_is_one_whose_face_was_replaced() -> None:
    faces = seen([1.0], track=2) + seen([2.0, 3.0], track=5) + seen([4.0], track=7)
    one = ClipLook(clip("001_002", "Deepfakes"), faces, 0.1, fake_tracks=frozenset({2, 7}))
    assert [face.logit for face in one.main_track] == [1.0]
    assert [one.shows_fake(track) for track in (2, 5, 7)] == [True, False, True]
    unknown = ClipLook(clip("001_002", "Deepfakes"), faces, 0.1)
    assert [unknown.shows_fake(track) for track in (2, 5, 7)] == [False, True, False]
    assert not any(ClipLook(clip("001"), faces, 0.1).shows_fake(track) for track in (2, 5, 7))


def test_clips_are_measured_as_a_scan_answers(measured: dict[str, Metric]) -> None:
    # Means of logits: real -3, 2, -3; fake 3, 1, 5. Of the nine pairs only (2, 1) is in the wrong
    # order.
    assert measured["auc"].value == pytest.approx(8 / 9, abs=1e-4)
    assert measured["auc_Deepfakes"].value == 1.0
    assert measured["auc_FaceSwap"].value == pytest.approx(2 / 3, abs=1e-4)
    # log10 of the ratio is the mean / ln 10: 1.3, .87, 1.3, 1.3, .43 lie beyond .3; the last has
    # one face of two.
    assert measured["share_with_verdict"].value == pytest.approx(5 / 6, abs=1e-4)
    assert measured["real_called_fake"].value == pytest.approx(1 / 3, abs=1e-4)
    # Clopper and Pearson for 1 of 3:
    # 1 - .975^(1/3) to the root of (1 - p)^3 + 3 p (1 - p)^2 = .025
    called = measured["real_called_fake"]
    assert (called.low, called.high, called.n) == (
        pytest.approx(0.0084, abs=1e-4),
        pytest.approx(0.9057, abs=1e-4),
        3,
    )
    assert measured["balanced_accuracy"].value == pytest.approx((2 / 3 + 1) / 2, abs=1e-4)
    assert {metric.set for metric in measured.values()} == {"held out"}


def test_people_who_lend_each_other_faces_are_one_group(measured: dict[str, Metric]) -> None:
    assert (measured["auc"].n, measured["auc"].groups) == (6, 2)  # 001 with 002, 003 with 004


def test_clips_of_real_people_alone_have_shares_with_exact_intervals() -> None:
    looks = [
        look(clip(f"speaking_{i:02d}", source="real_clips"), [-3, -3] if i else [3, 3])
        for i in range(28)
    ]
    found = {metric.name: metric for metric in clip_metrics("speaking", looks, [CARD] * 28)}
    assert set(found) == {"share_with_verdict", "real_called_fake"}
    called = found["real_called_fake"]
    # Clopper and Pearson for 1 of 28: from 1 - .975 ** (1 / 28) to 18.3 %, as tables of exact
    # binomial intervals have it.
    assert (called.value, called.low, called.high) == (
        pytest.approx(1 / 28, abs=1e-4),
        pytest.approx(0.0009, abs=1e-4),
        0.1835,
    )
    assert (found["share_with_verdict"].value, found["share_with_verdict"].high, called.groups) == (
        1.0,
        1.0,
        28,
    )


def test_a_manipulation_is_held_against_real_clips_of_its_own_set() -> None:
    looks = [
        look(clip("001"), [0, 0]),
        look(clip("001_002", "Deepfakes"), [1, 1]),
        look(clip("speaking_00", source="real_clips"), [5, 5]),
    ]
    looks += [
        look(clip("component-01", source="side_by_side"), [3, 3]),
        look(clip("component-01", "DeepFaceLab", "side_by_side"), [2, 2]),
    ]
    found = {metric.name: metric.value for metric in clip_metrics("all", looks, [CARD] * 5)}
    assert (found["auc_Deepfakes"], found["auc_DeepFaceLab"]) == (1.0, 0.0)
    # of (1, 2) against (0, 5, 3) two are in order
    assert found["auc"] == pytest.approx(2 / 6, abs=1e-4)


def test_ways_from_faces_to_a_clip_are_compared() -> None:
    # Eight faces each: one of the real clip's is far out, two of the fake's are a little higher
    # than all others.
    looks = [
        look(clip("001"), [0, 0, 0, 0, 0, 0, 0, 9]),
        look(clip("001_002", "Deepfakes"), [0.5, 0.5, -1, -1, -1, -1, 1, 1]),
    ]
    looks += [look(clip("002"), [-2] * 8), look(clip("002_001", "Deepfakes"), [3] * 8)]
    found = {metric.name: metric.value for metric in pooling_metrics("clips", looks)}
    # Means: real 1.125 and -2, fake -.125 and 3. Without the outer tenths nothing goes off eight.
    # Highest quarter: 4.5, -2, 1, 3.
    assert found == {
        "auc: mean of logits": 0.75,
        "auc: mean without the outer tenths": 0.75,
        "auc: median of logits": 0.75,
        "auc: mean of the highest quarter": 0.5,
    }


def test_crops_are_measured_with_the_calibration_of_faces() -> None:
    crops = CropLook(
        np.array([-1.0, 0.5, 0.2, 2.0], np.float32),
        np.ones(4),
        np.ones(4),
        np.array([0, 0, 1, 1]),
        ["a", "b", "a", "b"],
    )
    shifted = msgspec.structs.replace(PLAIN, intercept=-1.0)
    card = msgspec.structs.replace(CARD, calibration=Calibrations(shifted, PLAIN))
    measured = {metric.name: metric for metric in crop_metrics("crops", crops, card)}
    assert measured["auc"].value == 0.75  # (.5, .2) is in the wrong order
    assert measured["balanced_accuracy"].value == 0.75  # less 1, only 2.0 stays above 0
    assert (measured["auc"].n, measured["auc"].groups) == (4, 2)


def test_frames_are_measured_one_by_one() -> None:
    shifted = msgspec.structs.replace(PLAIN, intercept=-1.0)
    card = msgspec.structs.replace(CARD, calibration=Calibrations(shifted, PLAIN))
    looks = [look(clip("001"), [-1, 0.5]), look(clip("003_004", "Deepfakes"), [0.2, 2])]
    measured = {metric.name: metric for metric in face_metrics("frames", looks, card)}
    assert (measured["auc"].value, measured["balanced_accuracy"].value) == (0.75, 0.75)
    assert (measured["auc"].n, measured["auc"].groups) == (4, 2)


def test_crops_are_measured_by_size_where_there_are_enough() -> None:
    labels = np.tile(np.array([0, 1]), 40)
    sides = np.repeat([50.0, 150.0], 40)
    # small faces are all in the wrong order
    logits = np.where(labels == 1, 1.0, -1.0) * np.where(sides < 100, -1, 1)
    crops = CropLook(
        logits.astype(np.float32), np.ones(80), sides, labels, [str(i // 2) for i in range(80)]
    )
    measured = {
        metric.name: (metric.value, metric.n)
        for metric in crop_metrics("crops", crops, CARD)
        if metric.name.startswith("auc: ")
    }
    assert measured == {
        "auc: faces under 100 px": (0.0, 40),
        "auc: faces of 100 to 199 px": (1.0, 40),
    }
    # 19 of each class
    few = CropLook(crops.logits[:38], np.ones(38), sides[:38], labels[:38], crops.groups[:38])
    assert not [
        metric for metric in crop_metrics("crops", few, CARD) if metric.name.startswith("auc: ")
    ]
