"""The handling of boxes and tracks that hold no face, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from dfgui.core.analysis.file_result import ScannedFace, ScannedFrame, file_result, without_faceless
from dfgui.core.analysis_results import ExcludedBox, ExcludedTrack
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.faces.tracks import Face
from dfgui.core.geometry import Box
from dfgui.core.media.video import open_media
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import Bounds, load_package
from dfgui.core.network.score import FaceLogit
from dfgui.resources import FACE_CHECK, resource

LEFT, RIGHT = Box(0, 0, 40, 40), Box(90, 0, 40, 40)
YES, NO = 25.0, -3.0


@pytest.fixture(scope="module")
def check() -> FaceCheck:
    return FaceCheck(load_face_check(resource("models", FACE_CHECK)))


def look(index: int, *boxes: tuple[int, Box, float]) -> ScannedFrame:
    faces = [Face(box, track, presence) for track, box, presence in boxes]
    kept = tuple(face for face in faces if face.presence == YES)
    left = tuple(face for face in faces if face.presence == NO)
    return ScannedFrame(
        index,
        index / 25,
        "P",
        tuple(ScannedFace(face, FaceLogit(face.track, 1.0, 40.0, 50.0)) for face in kept),
        left,
    )


def test_a_track_with_a_face_keeps_its_passing_boxes_and_one_without_none() -> None:
    looks = [
        look(0, (1, LEFT, YES), (2, RIGHT, YES)),
        look(5, (1, LEFT, NO), (2, RIGHT, NO)),
        look(9, (2, RIGHT, NO)),
    ]
    kept = without_faceless(looks)
    assert [[scanned.face.track for scanned in one.faces] for one in kept] == [[1], [], []]
    assert [[scanned.answer.track for scanned in one.faces] for one in kept] == [[1], [], []]
    assert [[face.track for face in one.excluded] for one in kept] == [[2], [1, 2], [2]]


def test_the_result_names_what_was_left_out(check: FaceCheck, package: Path) -> None:
    looks = without_faceless(
        [
            look(0, (1, LEFT, YES), (2, RIGHT, YES)),
            look(5, (1, LEFT, NO), (2, RIGHT, NO)),
            look(9, (2, RIGHT, NO), (3, LEFT, NO)),
        ]
    )
    with open_media(resource("demo", "portrait.mp4")) as media:
        result = file_result(
            "clip.mp4", "0" * 64, media, looks, Detector(load_package(package), threads=1), check
        )
    assert [(track.id, track.frames) for track in result.tracks] == [(1, 1)]
    assert result.excluded_tracks == (
        ExcludedTrack(
            2, 3, 0, "No face: the check finds a face in 1 of 3 boxes; at least half are needed."
        ),
        ExcludedTrack(
            3, 1, 9, "No face: the check finds a face in 0 of 1 box; at least half are needed."
        ),
    )
    assert result.frames_total == 100
    assert [frame.excluded for frame in result.frames] == [
        (ExcludedBox(2, RIGHT, YES),),
        (ExcludedBox(1, LEFT, NO), ExcludedBox(2, RIGHT, NO)),
        (ExcludedBox(3, LEFT, NO), ExcludedBox(2, RIGHT, NO)),
    ]


def test_the_result_says_which_verdict_is_not_possible(check: FaceCheck, package: Path) -> None:
    loaded = load_package(package)
    # Every logit is 1: log10 of the ratio would be 1 / ln 10 = .434. The file's bound is .2, a
    # ratio of 1.58; that of tracks stays.
    bounded = msgspec.structs.replace(loaded.card.calibration, file=Bounds(-1.0, 0.2))
    card = msgspec.structs.replace(loaded.card, calibration=bounded)
    with open_media(resource("demo", "portrait.mp4")) as media:
        result = file_result(
            "clip.mp4",
            "0" * 64,
            media,
            [look(0, (1, LEFT, YES))],
            Detector(replace(loaded, card=card), threads=1),
            check,
        )
    assert (result.log10_lr, result.verdict, result.support) == (0.2, "inconclusive", "none")
    assert result.tracks[0].log10_lr == pytest.approx(0.434294, abs=1e-5)
    assert result.warnings == (
        "A verdict for fake is not possible: the calibration supports a likelihood ratio of 1.58 at"
        " most, and that verdict needs 2.",
    )


def test_the_result_says_which_tracks_a_cut_ended(check: FaceCheck, package: Path) -> None:
    looks = without_faceless(
        [
            look(0, (1, LEFT, YES), (2, RIGHT, NO)),
            replace(look(5, (3, LEFT, YES)), ended_by_cut=(1, 2)),
            look(9, (3, LEFT, YES)),
        ]
    )
    with open_media(resource("demo", "portrait.mp4")) as media:
        result = file_result(
            "clip.mp4", "0" * 64, media, looks, Detector(load_package(package), threads=1), check
        )
    assert [(track.id, track.frames, track.cut) for track in result.tracks] == [
        (1, 1, 5),
        (3, 2, None),
    ]
    assert result.warnings == (
        "A cut in the video before frame 5 ends tracks: a person seen before and after it has one"
        " for each part.",
    )
