"""The clips for full-frame experiments.

Pairs, frames, one geometry, the face box of the original, and what is left out.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.analysis.error_levels import error_level_picture, error_levels
from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from dfgui.core.media.video import Video
from tests.training.faces import (
    AXES,
    FACE,
    SIDE,
    clip,
    fake_path,
    frame,
    real_path,
    replaced,
    write_clip,
    write_pair,
)
from training.data.clipset import FIRST, ClipSet, Recipe, View, _window, pairs_of, prepare
from training.runs import Run

VIEWS = (
    View("full", "full"),
    View("ela", "ela"),
    View("cut", "cut"),
    View("wide", "cut", 0.5),
    View("blackout", "blackout"),
)
RECIPE = Recipe(VIEWS, size=120, starts=2)
FRAMES = 8


def cut_narrower(picture: np.ndarray) -> np.ndarray:
    """Ten columns are missing on each side, as in five of the Face2Face clips."""
    return np.ascontiguousarray(picture[:, 10:-10])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pairs: 001 (three clips, one of them narrower) and 002; 003 and 004."""
    data = tmp_path_factory.mktemp("data")
    for person, donor in (("001", "002"), ("002", "001"), ("003", "004"), ("004", "003")):
        write_pair(data / "ffpp", person, donor, frames=FRAMES)
    narrow = [cut_narrower(replaced(frame(number))) for number in range(FRAMES)]
    write_clip(fake_path(data / "ffpp", "001", "002", "Face2Face"), narrow)
    return data


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> ClipSet:
    return prepare(Run(tmp_path_factory.mktemp("run"), root), RECIPE)


def place(made: ClipSet, name: str, method: str) -> int:
    return next(
        i
        for i, member in enumerate(made.members)
        if (member.clip.path.stem, member.clip.method) == (name, method)
    )


def test_people_linked_by_a_fake_are_one_group() -> None:
    found = [
        clip("001"),
        clip("002"),
        clip("003"),
        clip("004"),
        clip("001_002", "FaceSwap"),
        clip("003_001", "Deepfakes"),
    ]
    assert pairs_of(found) == {
        "001": "001-002-003",
        "002": "001-002-003",
        "003": "001-002-003",
        "004": "004",
    }


@pytest.mark.parametrize(
    ("recipe", "count", "expected"),
    [
        # centres of three spans of the frames 1 to 9: 1 + 1.5, 1 + 4.5, 1 + 7.5, rounded down
        (Recipe((), starts=3), 10, [0, 2, 5, 8]),
        (Recipe((), starts=3), 4, [0, 1, 2, 3]),
        (Recipe((), starts=3), 3, None),
        # centres of two spans of the frames 1 to 4
        (Recipe((), starts=2, within=5), 100, [0, 2, 4]),
        # Bursts of three, two apart, are five frames long; they begin in the frames 1 to 15.
        (Recipe((), starts=2, burst=3, stride=2), 20, [0, 4, 6, 8, 12, 14, 16]),
        (Recipe((), starts=2, burst=3, stride=2), 10, None),  # they would overlap
    ],
)
def test_which_frames_are_taken(recipe: Recipe, count: int, expected: list[int] | None) -> None:
    assert recipe.indices(count) == expected


def test_members_labels_and_pairs(made: ClipSet) -> None:
    names = [
        (member.clip.method, member.clip.path.stem, member.label) for member in made.members[:3]
    ]
    assert names == [
        ("original", "001", 0),
        ("Deepfakes", "001_002", 1),
        ("Face2Face", "001_002", 1),
    ]
    assert made.labels.tolist() == [0, 1, 1, 0, 1, 0, 1, 0, 1]
    assert made.pairs == ["001-002"] * 5 + ["003-004"] * 4
    assert made.people == ["001", "002", "003", "004"]
    assert made.frames == 3
    assert made._run.skipped == []
    assert len(made._run.hashes) == 9


def test_order_and_shapes(made: ClipSet) -> None:
    for view in VIEWS:
        pictures = made.array(view.name, size=120)
        assert pictures.shape == (9, 3, 120, 120, 3)
        assert pictures.dtype == np.uint8
    one_by_one = [*made.pictures("full")]
    assert len(one_by_one) == 27
    np.testing.assert_array_equal(one_by_one[3 * 4 + 2], made.array("full", size=120)[4, 2])
    assert made.array("full", size=40).shape == (9, 3, 40, 40, 3)


def test_a_fake_shows_the_frames_of_its_original(made: ClipSet) -> None:
    """Frames 0, 2 and 6: each is three grey levels brighter than the one before it."""
    full = made.array("full", size=120).astype(np.float64)
    corner = full[:, :, -20:, :20].mean(axis=(2, 3, 4))
    for clip_number in range(9):
        assert corner[clip_number, 1] - corner[clip_number, FIRST] == pytest.approx(6, abs=1.5)
        assert corner[clip_number, 2] - corner[clip_number, FIRST] == pytest.approx(18, abs=1.5)


def test_a_narrower_fake_is_in_register_with_its_original(made: ClipSet) -> None:
    full = made.array("full", size=120).astype(np.float64)
    real, fake, other = (
        full[place(made, *name)]
        for name in (("001", "original"), ("001_002", "Face2Face"), ("002", "original"))
    )
    # Outside the face nothing differs; if it were stretched by the 20 columns instead, the edges of
    # the portrait would.
    assert np.abs(real - fake)[:, 80:].mean() < 1.5
    # Everything else in the set is cut to the same shape, 220 to 240, in families without a narrow
    # clip too.
    expected = cv2.resize(frame(0)[:, 10:-10], (120, 120), interpolation=cv2.INTER_AREA)
    assert np.abs(other[FIRST] - expected).mean() < 2


def test_the_face_is_the_only_difference(made: ClipSet) -> None:
    scale = 120 / 220
    middle = round((FACE[0] - 10) * scale), round(FACE[1] * 0.5)
    full = made.array("full", size=120).astype(np.float64)
    change = np.abs(
        full[place(made, "002", "original")] - full[place(made, "002_001", "Deepfakes")]
    ).mean(axis=(0, 3))
    assert change[middle[1] - 8 : middle[1] + 8, middle[0] - 8 : middle[0] + 8].mean() > 20
    assert change[80:].mean() < 1.5


def test_one_box_for_the_family(made: ClipSet) -> None:
    cut = made.array("cut", size=120).astype(np.float64)
    real = cut[place(made, "001", "original")]
    for method in ("Deepfakes", "Face2Face"):
        change = np.abs(real - cut[place(made, "001_002", method)]).mean(axis=(0, 3))
        border = np.concatenate([change[:3].ravel(), change[:, :3].ravel(), change[:, -3:].ravel()])
        assert border.mean() < 6
        assert change[50:70, 50:70].mean() > 20


def test_a_margin_makes_the_face_smaller(made: ClipSet) -> None:
    """The margin is half a side more all around.

    The picture of side 2 shows the face at half the size, in the middle.
    """
    tight, wide = (made.array(name, size=120)[3, 1].astype(np.float64) for name in ("cut", "wide"))
    smaller = cv2.resize(tight, (60, 60), interpolation=cv2.INTER_AREA)
    assert np.abs(wide[30:90, 30:90] - smaller).mean() < 5


def test_all_but_the_face_is_black(made: ClipSet) -> None:
    full, black = (
        made.array(name, size=120)[3, 1].astype(np.float64) for name in ("full", "blackout")
    )
    lit = black.sum(axis=2) > 0
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    # the border of the box is mixed with black
    assert np.abs(full - black)[rows[1] : rows[-1], columns[1] : columns[-1]].max() <= 1
    box = Box(columns[0], rows[0], len(columns), len(rows))
    x, y = box.centre
    assert abs(x - (FACE[0] - 10) * 120 / 220) < 8
    assert abs(y - FACE[1] / 2) < 10
    assert AXES[0] * 120 / 220 < box.w / 2 < 2 * AXES[1] * 120 / 220


def test_error_levels_are_those_of_the_frame_as_it_is_stored(made: ClipSet, root: Path) -> None:
    with Video(fake_path(root / "ffpp", "001", "002", "Face2Face")) as video:
        stored = video.frame(0).rgb
    assert stored.shape == (SIDE, 220, 3)
    expected = cv2.resize(
        error_level_picture(error_levels(stored)), (120, 120), interpolation=cv2.INTER_AREA
    )
    np.testing.assert_array_equal(made.array("ela", size=120)[2, FIRST], expected)
    assert expected.mean() > 3


def test_a_resumed_run_decodes_nothing_and_lists_the_same(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    write_pair(data / "ffpp", "001", "002", frames=FRAMES)
    write_clip(real_path(data / "ffpp", "002"), [frame(0)] * 3)  # without a fake
    first = Run(tmp_path / "run", data)
    before = prepare(first, RECIPE).array("cut", size=120)
    monkeypatch.setattr("training.data.clipset.Video", None)
    again = Run(tmp_path / "run", data)
    np.testing.assert_array_equal(prepare(again, RECIPE).array("cut", size=120), before)
    assert again.skipped == first.skipped
    assert [(one.what, one.why) for one in again.skipped] == [
        ("original/002", "there is no readable fake made from it.")
    ]


def test_what_cannot_be_used_is_listed(tmp_path: Path) -> None:
    ffpp = tmp_path / "ffpp"
    write_pair(ffpp, "001", "002", frames=FRAMES)
    fake_path(ffpp, "001", "002", "FaceSwap").parent.mkdir(parents=True)
    fake_path(ffpp, "001", "002", "FaceSwap").write_bytes(b"not a video")
    write_pair(ffpp, "002", "001", frames=FRAMES)
    write_clip(fake_path(ffpp, "002", "001", "FaceSwap"), [replaced(frame(0))] * 2)
    write_pair(ffpp, "003", "004", frames=FRAMES)
    real_path(ffpp, "003").write_bytes(b"not a video")
    for path in (real_path(ffpp, "004"), fake_path(ffpp, "004", "003")):
        write_clip(path, [frame(number) for number in range(FRAMES)])
    run = Run(tmp_path / "run", tmp_path)
    made = prepare(run, RECIPE)
    kept = [(member.clip.method, member.clip.path.stem) for member in made.members]
    assert kept == [
        ("original", "001"),
        ("Deepfakes", "001_002"),
        ("original", "002"),
        ("Deepfakes", "002_001"),
    ]
    why = {one.what: one.why for one in run.skipped}
    assert set(why) == {
        *("FaceSwap/001_002", "original/003", "FaceSwap/002_001"),
        *("Deepfakes/003_004", "original/004", "Deepfakes/004_003"),
    }
    assert why["FaceSwap/002_001"] == "it is too short for 2 frames; ask for fewer."
    assert why["Deepfakes/003_004"] == "there is no readable original."
    assert (
        why["original/004"]
        == why["Deepfakes/004_003"]
        == "no face was found in it that differs between the original and the fakes."
    )


def test_a_frame_without_a_face_takes_the_box_of_the_nearest(tmp_path: Path) -> None:
    pictures = [frame(number) for number in range(FRAMES)]
    pictures[0] = np.zeros_like(pictures[0])
    write_clip(real_path(tmp_path / "ffpp", "001"), pictures)
    write_clip(
        fake_path(tmp_path / "ffpp", "001", "002"),
        [pictures[0], *(replaced(picture) for picture in pictures[1:])],
    )
    said: list[str] = []
    run = Run(
        tmp_path / "run", tmp_path, watch=lambda event: said.append(getattr(event, "text", ""))
    )
    cut = prepare(run, RECIPE).array("cut", size=120)
    assert cut.shape[:2] == (2, 3)
    assert cut[:, FIRST].max() < 20
    assert "Person 001: 1 of 3 frames take the face box of the nearest frame." in said


def test_no_clip_that_can_be_used(tmp_path: Path) -> None:
    write_clip(real_path(tmp_path / "ffpp", "001"), [frame(0)] * 4)
    with pytest.raises(AnalysisError, match="no clip can be used"):
        prepare(Run(tmp_path / "run", tmp_path), RECIPE)


def test_so_many_pairs_and_no_more(root: Path, tmp_path: Path) -> None:
    made = prepare(Run(tmp_path, root), Recipe(VIEWS[:1], size=71, starts=2, pairs=1))
    assert set(made.pairs) == {"001-002"}


@pytest.mark.parametrize(
    ("faces", "left"),
    [
        ([Box(280, 10, 40, 40)], 200),  # in the middle: 600 wide, 200 to be shown
        ([Box(10, 10, 40, 40), Box(30, 10, 40, 40)], 10),  # moved until both are in it
        ([Box(540, 10, 50, 40)], 390),
        ([Box(-20, 10, 40, 40)], 0),  # a box over the border does not move it out of the frame
        ([Box(10, 10, 40, 40), Box(540, 10, 50, 40)], 390),  # more than it can hold
    ],
)
def test_the_window_holds_the_face(faces: list[Box], left: int) -> None:
    assert _window((600, 200), 1.0, faces) == Box(left, 0, 200, 200)
