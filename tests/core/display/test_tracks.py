"""The place of a face in frames that no scan looked at: on a straight line, worked out by hand."""

from __future__ import annotations

from dfgui.core.analysis_results import ExcludedBox, FaceResult, FrameResult
from dfgui.core.display.tracks import PlacedFace, faces_at
from dfgui.core.geometry import Box


def frame(index: int, *faces: tuple[int, Box]) -> FrameResult:
    return FrameResult(
        index, None, "P", tuple(FaceResult(track, box, 0.25) for track, box in faces)
    )


FRAMES = (
    frame(10, (1, Box(0, 0, 40, 40)), (2, Box(200, 50, 20, 20))),
    frame(20, (1, Box(100, 10, 60, 20))),
    frame(30),
    frame(40, (2, Box(7, 8, 9, 10))),
)


def test_a_frame_that_was_looked_at_has_its_own_faces() -> None:
    assert faces_at(FRAMES, 10) == [
        PlacedFace(1, Box(0, 0, 40, 40), True, 0.25),
        PlacedFace(2, Box(200, 50, 20, 20), True, 0.25),
    ]
    assert faces_at(FRAMES, 30) == []


def test_between_two_frames_a_face_is_on_the_line_and_only_if_both_show_it() -> None:
    # 3 tenths of the way: 0.3 x 100, 0.3 x 10, 40 + 0.3 x 20, 40 - 0.3 x 20.
    assert faces_at(FRAMES, 13) == [PlacedFace(1, Box(30, 3, 46, 34), False)]
    assert faces_at(FRAMES, 25) == []


def test_outside_the_frames_the_nearest_one_holds() -> None:
    assert faces_at(FRAMES, 0) == [
        PlacedFace(1, Box(0, 0, 40, 40), False),
        PlacedFace(2, Box(200, 50, 20, 20), False),
    ]
    assert faces_at(FRAMES, 99) == [PlacedFace(2, Box(7, 8, 9, 10), False)]
    assert faces_at((), 5) == []


def left_out(track: int, box: Box) -> ExcludedBox:
    return ExcludedBox(track, box, -5.0)


def test_boxes_without_a_face_are_placed_as_excluded() -> None:
    frames = (
        FrameResult(
            10,
            None,
            "P",
            (FaceResult(1, Box(0, 0, 10, 10), 0.25),),
            (left_out(3, Box(50, 0, 10, 10)),),
        ),
        FrameResult(
            20, None, "P", (), (left_out(1, Box(10, 0, 10, 10)), left_out(3, Box(70, 0, 10, 10)))
        ),
    )
    assert faces_at(frames, 10) == [
        PlacedFace(1, Box(0, 0, 10, 10), True, 0.25),
        PlacedFace(3, Box(50, 0, 10, 10), excluded=True),
    ]
    # Track 1 holds a face in one of the two frames, track 3 in neither.
    assert faces_at(frames, 15) == [
        PlacedFace(1, Box(5, 0, 10, 10), False),
        PlacedFace(3, Box(60, 0, 10, 10), False, excluded=True),
    ]
    assert faces_at(frames, 99) == [
        PlacedFace(1, Box(10, 0, 10, 10), False, excluded=True),
        PlacedFace(3, Box(70, 0, 10, 10), False, excluded=True),
    ]
