"""What is calibrated, and what the domain spans.

Calibrated are faces of crops and of frames, and files as the maximum over their tracks.
"""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from dfgui.core.network.package import Calibrations, Domain
from tests.training.looked import CARD, PLAIN, clip, look, seen
from training.evaluation.calibrate import calibrate
from training.evaluation.calibrations import (
    cards_by_folds,
    domain_of,
    face_calibration,
    track_calibration,
)
from training.evaluation.looks import ClipLook, CropLook

NEEDED = 2


def _crops(logits: list[float], labels: list[int]) -> CropLook:
    n = len(logits)
    return CropLook(
        np.array(logits, np.float32),
        np.ones(n),
        np.ones(n),
        np.array(labels, np.int64),
        [str(i) for i in range(n)],
    )


def test_faces_are_calibrated_on_crops_and_on_frames_alike() -> None:
    looks = [look(clip("001"), [-1.0, -3.0]), look(clip("001_002", "Deepfakes"), [2.0, 4.0, 0.0])]
    found = face_calibration(_crops([0.5, 1.5, -0.5], [0, 1, 0]), looks, "both")
    expected = calibrate(
        np.array([0.5, 1.5, -0.5, -1, -3, 2, 4, 0]), np.array([0, 1, 0, 0, 0, 1, 1, 1]),
        name="both", files=["a", "b", "c", "d", "d", "e", "e", "e"],
        sources=["crops"] * 3 + ["ffpp"] * 5,
    )  # fmt: skip
    assert found == expected
    assert (found.real, found.fake) == (3, 2)  # files


def test_of_a_clip_the_faces_of_its_main_track_count_alone() -> None:
    one = ClipLook(
        clip("001_002", "Deepfakes"),
        seen([9.0] * 3, track=1) + seen([1.0], track=2),
        0.1,
        fake_tracks=frozenset({2}),
    )
    crops = _crops([-1.0], [0])
    assert face_calibration(crops, [one], "x") == face_calibration(
        crops, [look(clip("001_002", "Deepfakes"), [1.0])], "x"
    )


def test_a_file_is_calibrated_by_its_most_suspicious_track() -> None:
    def looks(bystander: float) -> list[ClipLook]:
        return [
            ClipLook(
                clip(name, method), seen([logit] * 2, track=1) + seen([bystander] * 2, track=2), 0.1
            )
            for name, method, logit in (
                ("001", "", -1),
                ("001_002", "Deepfakes", 1),
                ("003", "", 0.5),
                ("003_004", "Deepfakes", 2),
            )
        ]

    alone = track_calibration(looks(-5.0), "clips", NEEDED)
    assert alone == calibrate(np.array([-1, 1, 0.5, 2]), np.array([0, 1, 0, 1]), name="clips")
    # The two real files are judged by a bystander at .8; one of the fakes still by its own face.
    assert track_calibration(looks(0.8), "clips", NEEDED) == calibrate(
        np.array([0.8, 1, 0.8, 2]), np.array([0, 1, 0, 1]), name="clips"
    )


def test_a_track_with_too_few_faces_does_not_decide() -> None:
    short = [
        replace(one, faces=one.faces + seen([9.0], track=2))
        for one in (look(clip("001"), [-1, -1]), look(clip("3_4", "x"), [1, 1]))
    ]
    assert track_calibration(short, "clips", NEEDED) == calibrate(
        np.array([-1, 1]), np.array([0, 1]), name="clips"
    )


def _falling_with_sharpness(people: int) -> list[ClipLook]:
    """A real and a fake clip of each person.

    Logits fall by 1 if the sharpness is e times as high, and are otherwise -1 or 1, give or take 1.
    """
    return [
        ClipLook(
            clip(
                f"{i:03}_{i + 1 - 2 * (i % 2):03}" if fake else f"{i:03}",
                "Deepfakes" if fake else "",
            ),
            seen([2.0 * fake - 1 + (i % 3 - 1) - i % 4], sharpness=20 * np.e ** (i % 4)),
            0.1,
        )
        for fake in (False, True)
        for i in range(people)
    ]


def test_tracks_are_calibrated_with_their_sharpness_where_there_are_enough_clips() -> None:
    looks = _falling_with_sharpness(12)
    found = track_calibration(looks, "made", 1)
    assert found.sharpness_slope == pytest.approx(found.slope, rel=0.01)
    assert found.sharpness_range == pytest.approx((20, 20 * np.e**3), rel=1e-4)
    assert track_calibration([*looks[:9], *looks[12:]], "nine real", 1).sharpness_slope == 0


def test_sharpness_tells_no_source_of_one_class_alone() -> None:
    looks = _falling_with_sharpness(12)
    real = ClipLook(clip("speaking", source="real_clips"), seen([1.0], sharpness=900.0), 0.1)
    assert track_calibration([*looks, real], "a source without fakes", 1).sharpness_slope == 0


def test_each_group_of_people_is_answered_with_the_calibration_of_the_others() -> None:
    def looks_of(first: int, real: float, fake: float) -> list[ClipLook]:
        # 000 with 001, 002 with 003, ...
        people = [(f"{i:03}", f"{i + 1 - 2 * (i % 2):03}") for i in (first, first + 1)]
        return [
            one for own, other in people
            for one in (look(clip(own), [real]), look(clip(f"{own}_{other}", "Deepfakes"), [fake]))
        ]  # fmt: skip

    looks = [*looks_of(0, -1, 1), *looks_of(2, -1, 2), *looks_of(4, 0, 3)]
    card = msgspec.structs.replace(
        CARD, calibration=Calibrations(PLAIN, track_calibration(looks, "made", NEEDED))
    )
    cards = cards_by_folds(looks, card)
    assert [one.calibration.face for one in cards] == [PLAIN] * 12
    for number, start in enumerate((0, 4, 8)):
        expected = track_calibration([*looks[:start], *looks[start + 4 :]], "made", NEEDED)
        assert [one.calibration.track for one in cards[4 * number : 4 * number + 4]] == [
            expected
        ] * 4
    assert len({one.calibration.track.intercept for one in cards}) == 3
    assert cards_by_folds(looks[:4], card) == []  # nobody would be left


def test_folds_keep_the_term_for_sharpness_that_all_clips_bear() -> None:
    looks = _falling_with_sharpness(10)
    card = msgspec.structs.replace(
        CARD, calibration=Calibrations(PLAIN, track_calibration(looks, "made", 1))
    )
    assert all(
        one.calibration.track.real == 8 and one.calibration.track.sharpness_slope
        for one in cards_by_folds(looks, card)
    )


def test_the_domain_is_what_the_calibration_data_spans() -> None:
    # 101 crops with sides 0 to 100 and sharpness 0 to 1000, the faces of the clips among them: the
    # 2 % quantile of the whole.
    steps = np.arange(101.0)
    crops = CropLook(
        np.zeros(101, np.float32), 10 * steps, steps, np.zeros(101, np.int64), [""] * 101
    )
    looks = [
        ClipLook(clip(name), seen([0.0], side=2.0, sharpness=20.0), bits, codec)
        for name, bits, codec in (("001", 0.2, "vp9"), ("002", 0.05, "vp9"), ("003", 0.01, "h264"))
    ]
    assert domain_of(crops, looks) == Domain(
        cut_side=2.0, sharpness=20.0, bits_per_pixel=0.05, track_frames=8, codec="vp9"
    )


def test_the_domain_begins_where_the_network_tells_crops_apart() -> None:
    # 500 crops with sides 1 to 500; up to 100 the answer has nothing to do with the label, from
    # there on it is right.
    sides = np.arange(1.0, 501.0)
    labels = np.tile(np.array([0, 1, 1, 0]), 125)
    logits = np.where(
        sides <= 100, np.tile(np.array([-1.0, -1.0, 1.0, 1.0]), 125), 2.0 * labels - 1
    ).astype(np.float32)
    crops = CropLook(logits, np.full(500, 50.0), sides, labels, [str(i // 2) for i in range(500)])
    assert domain_of(crops, [look(clip("001"), [0.0])]).cut_side == 100.0
    good = CropLook(
        (2.0 * labels - 1).astype(np.float32), crops.sharpness, sides, labels, crops.groups
    )
    # the 2 % quantile of 1 to 500 with one 100
    assert domain_of(good, [look(clip("001"), [0.0])]).cut_side == 11.0


def test_a_track_needs_more_faces_than_patterns_taken_for_one_have() -> None:
    def needed(*stray: int, panel: str = "") -> int:
        looks = [
            ClipLook(clip("001", panel=panel), seen([0.0] * 32) + seen([0.0] * count, track=2), 0.1)
            for count in stray
        ]
        return domain_of(
            CropLook(np.zeros(1, np.float32), np.ones(1), np.ones(1), np.zeros(1, np.int64), [""]),
            looks,
        ).track_frames

    assert needed(0) == 8  # a quarter of a scan's frames if there are none
    assert needed(1, 2, 3) == 8
    assert needed(*[1] * 49, 13, 13) == 14
    assert needed(25) == 16  # perhaps a second person: half of the frames are enough
    assert needed(25, panel="left") == 8  # a bystander


def test_crops_of_unknown_size_do_not_decide_the_domain() -> None:
    crops = CropLook(
        np.zeros(3, np.float32),
        np.full(3, 50.0),
        np.full(3, np.nan),
        np.zeros(3, np.int64),
        [""] * 3,
    )
    assert domain_of(crops, [ClipLook(clip("001"), seen([0.0], side=80.0), 0.1)]).cut_side == 80.0
