"""One file, one frame, one face: which boxes are shown, which is chosen, and what goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfgui.core.analysis_results import (
    ExcludedTrack,
    FileResult,
    TrackResult,
)
from dfgui.core.display.contents import CONTENTS, Content
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.faces.haar import detect
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings, ViewSettings
from dfgui.core.media.video import open_media
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.evidence.selection import BY_HAND
from tests.services.selection_case import (
    LEFT,
    PORTRAIT,
    RIGHT,
    WAIT_MS,
    Case,
    left_out,
    looked_at,
)
from tests.support.program import SCORE_RED_85, SCORE_RED_170
from tests.support.streams import LARGE, SMALL, two_streams


@pytest.mark.parametrize("content", CONTENTS)
def test_a_view_asks_for_what_its_content_needs(case: Case, clip: str, content: Content) -> None:
    case.settings = AppSettings(
        views=("original", "original", content),
        ela=ElaSettings(70, 5),
        ela_channel="red",
        noise_scale=8,
        face_margin=0.5,
    )
    case.open(clip, looked_at(0, (1, LEFT)))
    expected = {
        "original": ViewSettings(),
        "error_levels": ViewSettings("error_levels", ela=ElaSettings(70, 5), ela_channel="red"),
        "face_crop": ViewSettings("face_crop", box=LEFT, square=LEFT),
        "face_only": ViewSettings("face_only", box=LEFT, square=LEFT, margin=0.5),
        "noise": ViewSettings("noise", noise_scale=8),
    }
    assert case.it.view_settings(2, 0) == expected[content]


def test_the_track_that_decided_is_chosen_when_the_result_is_there(case: Case, clip: str) -> None:
    """A track with too few faces for a verdict may score higher, and is often not a face."""
    tracks = (
        TrackResult(1, 0.2, -0.6, 9),
        TrackResult(2, 0.9, 0.95, 9),
        TrackResult(3, 0.95, 1.28, 1),
    )
    result = FileResult(
        clip, None, "scored", None, 0.9, 0.954, "supports_fake", "weak", tracks=tracks
    )
    case.open(clip, looked_at(0, (1, LEFT), (2, RIGHT)), result=result)
    assert case.it.track == 2
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)


def test_between_two_frames_a_face_is_where_it_should_be(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, Box(0, 0, 32, 32))), looked_at(20, (1, Box(40, 20, 32, 32))))
    case.go_to(10)
    assert case.it.faces == (PlacedFace(1, Box(20, 10, 32, 32), found=False),)
    assert case.face_cut.cut is not None
    assert case.face_cut.cut.square == Box(20, 10, 32, 32)


def test_a_frame_that_stays_is_searched_and_a_scan_of_it_counts_more(case: Case) -> None:
    with open_media(Path(PORTRAIT)) as video:
        first, middle, last = (video.frame(index).rgb for index in (0, 10, 20))
    (before,), (after,) = detect(first), detect(last)
    case.open(PORTRAIT, looked_at(0, (5, before)), looked_at(20, (5, after)))
    case.go_to(10)
    between = Box(*(round((a + b) / 2) for a, b in zip(before, after, strict=True)))
    (found,) = detect(middle, expected=[between])
    assert case.faces[-1][0] == (PlacedFace(5, found, found=True),)
    case.open_evidence.put(
        Item(1, PORTRAIT, frames=tuple(looked_at(index, (5, before)) for index in (0, 10, 20)))
    )
    assert case.faces[-1][0] == (PlacedFace(5, before, True, 0.75),)
    case.open_evidence.put(Item(1, PORTRAIT))  # a new scan begins
    assert not case.it.faces
    case.open_evidence.look(1, looked_at(0, (1, before)), looked_at(20, (1, before)))
    assert case.it.faces == (PlacedFace(1, before, found=False),)


def test_a_scan_that_goes_on_elsewhere_disturbs_nothing(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.go_to(30)
    case.it.set_box(RIGHT)
    case.maps.make()
    case.settle()
    case.hidden.hide(Box(64, 0, 32, 64))
    case.settle()
    heat, region, cut, count = case.maps.heat, case.hidden.region, case.face_cut.cut, len(case.cuts)
    assert heat is not None
    assert region is not None
    case.open_evidence.look(1, looked_at(10, (1, Box(8, 0, 32, 32))))
    case.open_evidence.look(1, looked_at(20, (1, Box(16, 0, 32, 32)), (2, RIGHT)))
    assert case.faces[-1] == (
        (
            PlacedFace(1, Box(16, 0, 32, 32), found=False),
            PlacedFace(2, RIGHT, found=False),
            PlacedFace(BY_HAND, RIGHT),
        ),
        BY_HAND,
    )
    case.settle()
    assert (case.maps.heat, case.hidden.region, case.face_cut.cut, len(case.cuts)) == (
        heat,
        region,
        cut,
        count,
    )
    assert case.scores[-1] == pytest.approx(SCORE_RED_85, abs=1e-6)


def test_there_and_back_before_the_picture_came_changes_nothing(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(50, (1, RIGHT)))
    case.frame_cache.go_to(50)
    # The scan moves on while frame 0 is still on screen.
    case.open_evidence.look(1, looked_at(55, (1, RIGHT)))
    case.frame_cache.go_to(0)
    case.settle()
    assert case.it.face == PlacedFace(1, LEFT, True, 0.75)
    assert case.face_cut.score == pytest.approx(SCORE_RED_170, abs=1e-6)


def test_a_first_view_that_cannot_be_shown_does_not_keep_the_faces_of_the_frame_before(
    case: Case, clip: str
) -> None:
    case.settings = AppSettings(views=("face_crop", "original", "noise"))
    case.open(clip, looked_at(0, (1, LEFT)), looked_at(1), looked_at(2, (1, RIGHT)))
    case.go_to(1)
    assert (case.it.faces, case.face_cut.cut) == ((), None)
    case.go_to(2)
    assert case.it.face == PlacedFace(1, RIGHT, True, 0.75)
    assert case.face_cut.score == pytest.approx(SCORE_RED_85, abs=1e-6)


def test_another_file_takes_nothing_along(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.it.set_box(LEFT)
    case.maps.make()
    case.hidden.hide(LEFT)
    case.settle()
    case.open(PORTRAIT, number=2)
    assert (case.maps.heat, case.hidden.region) == (None, None)
    # The face of the portrait, which no scan has numbered yet, can be looked at.
    (face,) = case.it.faces
    assert (case.it.face, face.number, face.track) == (face, None, -1)
    assert case.face_cut.score is not None
    case.open(clip, looked_at(0, (1, RIGHT)), number=3)
    assert case.it.face == PlacedFace(
        1, RIGHT, True, 0.75
    )  # the box by hand belongs to the other file


@pytest.mark.parametrize("picked", [False, True])
def test_a_face_without_a_number_gets_the_one_of_its_scan(case: Case, picked: bool) -> None:
    case.open(PORTRAIT, number=2)
    (face,) = case.it.faces
    if picked:
        case.it.choose_face(face.track)
    case.open_evidence.changed.emit(2)  # the scan has begun, and has found nothing
    assert case.it.face == face
    elsewhere = Box(0, 0, 20, 20)
    case.open_evidence.look(2, looked_at(0, (1, elsewhere), (4, face.box)))
    # What a person chose stays chosen; else it is the first of the scan.
    assert case.it.track == (4 if picked else 1)
    assert {one.track for one in case.it.faces} == {1, 4}


def test_a_removed_file_is_closed(case: Case, clip: str) -> None:
    case.open(clip, looked_at(0, (1, LEFT)))
    case.open_evidence.remove(1)
    assert (case.it.item, case.it.faces, case.frame_cache.facts) == (None, (), None)
    case.open_evidence.put(Item(4, clip))
    case.it.choose(4)
    case.open_evidence.remove(4)  # while it opens
    case.settle()
    assert case.frame_cache.facts is None


def test_without_any_face_nothing_is_chosen(case: Case, clip: str) -> None:
    tracks = (ExcludedTrack(1, 1, 0, "No face."),)
    case.open(
        clip,
        left_out(0, (1, LEFT)),
        result=FileResult(clip, None, "not_scored", "None.", excluded_tracks=tracks),
    )
    assert (case.it.track, case.it.face, case.face_cut.score) == (None, None, None)


def test_a_track_that_was_left_out_holds_no_face_in_any_frame(case: Case) -> None:
    # Detection finds the face of the portrait in frame 10, and it passes; the made-up scan left
    # its track out.
    with open_media(Path(PORTRAIT)) as video:
        (box,) = detect(video.frame(10).rgb)
    frames = (left_out(0, (5, box)), left_out(20, (5, box)))
    result = FileResult(
        PORTRAIT,
        None,
        "not_scored",
        "None.",
        excluded_tracks=(ExcludedTrack(5, 2, 0, "No face."),),
        frames=frames,
    )
    case.open(PORTRAIT, *frames, result=result)
    case.go_to(10)
    (face,) = case.it.faces
    assert (face.track, face.found, face.excluded) == (5, True, True)


def test_another_stream_of_the_file_is_opened(case: Case, tmp_path: Path) -> None:
    path = str(two_streams(tmp_path / "two.mkv", (SMALL, LARGE), default=1))
    case.open(path, looked_at(0, (1, LEFT)))
    facts = case.frame_cache.facts
    assert facts is not None
    assert (facts.stream, facts.width) == (1, LARGE[0])
    case.it.choose_stream(0)
    case.qtbot.waitUntil(lambda: case.frame_cache.facts is not None, timeout=WAIT_MS)
    case.settle()
    facts = case.frame_cache.facts
    assert facts is not None
    assert (facts.stream, facts.width) == (0, SMALL[0])
    assert case.it.shown == 0
    assert case.it.faces == ()
