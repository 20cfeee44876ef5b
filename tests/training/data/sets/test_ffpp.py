"""FaceForensics++ clips: who shows whom, and the same frames of a fake and its original."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import take
from dfgui.core.geometry import Box
from tests.training.faces import fake_path, frame, real_path, replaced, write_clip, write_pair
from training.data.sets.ffpp import (
    TEST_PEOPLE,
    Clip,
    aligned,
    clips,
    families,
    fitted,
    pairs,
    read_videos,
)

FRAMES = 8


def _aligned(
    root: Path, person: str, frames: int
) -> tuple[list[dict[int, np.ndarray]], dict[int, Box]]:
    return aligned(families(root, without=TEST_PEOPLE)[person], frames)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Person 001 with two fakes, one of them narrower; 002 with one.

    469 and its partner are test people and no videos at all.
    """
    root = tmp_path_factory.mktemp("ffpp")
    write_pair(root, "001", "002", frames=FRAMES)
    narrow = [
        cv2.resize(replaced(frame(number)), (232, 240), interpolation=cv2.INTER_AREA)
        for number in range(FRAMES)
    ]
    write_clip(fake_path(root, "001", "002", "FaceSwap"), narrow)
    write_pair(root, "002", "001", frames=FRAMES)
    for path in (real_path(root, "469"), fake_path(root, "469", "481")):
        path.write_bytes(b"never to be opened")
    return root


def test_the_official_layout_is_read(tmp_path: Path) -> None:
    write_pair(tmp_path, "033", "097", frames=1, method="Face2Face")
    real, fake = clips(tmp_path)
    assert real == Clip(real_path(tmp_path, "033"), "033", "", "original")
    assert fake == Clip(fake_path(tmp_path, "033", "097", "Face2Face"), "033", "097", "Face2Face")


def test_who_lend_each_other_faces_are_one_pair_whatever_the_order() -> None:
    shown = [
        ("097", "033", "Deepfakes"),
        ("033", "", "original"),
        ("097", "", "original"),
        ("033", "097", "FaceSwap"),
        ("210", "", "original"),
    ]
    assert pairs([Clip(Path("x.mp4"), *one) for one in shown]) == ["033-097"] * 4 + ["210"]


def test_another_layout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="original_sequences"):
        clips(tmp_path)


def test_families_are_a_person_with_the_fakes_made_from_it(root: Path) -> None:
    found = families(root, without=TEST_PEOPLE)
    assert {person: [clip.method for clip in family] for person, family in found.items()} == {
        "001": ["original", "Deepfakes", "FaceSwap"],
        "002": ["original", "Deepfakes"],
    }


def test_fake_and_original_show_the_same_frame(root: Path) -> None:
    (original, *fakes), boxes = _aligned(root, "001", 4)
    assert len(fakes) == 2
    assert len(boxes) == 4
    for number, box in boxes.items():
        for fake in fakes:
            assert fake[number].shape == original[number].shape
            change = take(cv2.absdiff(original[number], fake[number]), box.scaled(1.25)).mean(
                axis=2
            )
            side = change.shape[0]
            border = np.concatenate(
                [change[:, : side // 10].ravel(), change[:, -side // 10 :].ravel()]
            )
            middle = change[side // 3 : 2 * side // 3, side // 3 : 2 * side // 3]
            assert border.mean() < 3  # the next of the four frames is 6 grey levels brighter
            assert middle.mean() > 20  # of the 30 that the face was changed by


def test_only_frames_whose_face_was_changed_have_a_box(tmp_path: Path) -> None:
    pictures = [frame(number) for number in range(FRAMES)]
    write_clip(real_path(tmp_path, "001"), pictures)
    write_clip(
        fake_path(tmp_path, "001", "002"),
        pictures[:4] + [replaced(picture) for picture in pictures[4:]],
    )
    assert sorted(_aligned(tmp_path, "001", FRAMES)[1]) == [4, 5, 6, 7]


def test_a_fake_that_is_shorter_shares_its_frames(tmp_path: Path) -> None:
    pictures = [frame(number) for number in range(FRAMES)]
    write_clip(real_path(tmp_path, "001"), pictures)
    write_clip(fake_path(tmp_path, "001", "002"), [replaced(picture) for picture in pictures[:5]])
    shown, boxes = _aligned(tmp_path, "001", FRAMES)
    assert [sorted(frames) for frames in shown] == [[0, 1, 2, 3, 4]] * 2
    assert sorted(boxes) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("missing", ["original", "fake"])
def test_a_clip_without_its_partner_is_named(tmp_path: Path, missing: str) -> None:
    write_pair(tmp_path, "001", "002", frames=1)
    write_pair(tmp_path, "003", "004", frames=1)
    (
        real_path(tmp_path, "003") if missing == "original" else fake_path(tmp_path, "003", "004")
    ).unlink()
    with pytest.raises(AnalysisError, match="person 003 needs an original clip and fakes"):
        families(tmp_path)


def test_a_frame_that_was_cut_off_is_put_where_it_was(tmp_path: Path) -> None:
    real = frame(0)
    fake = replaced(real)
    cut = fake[:, 11:229]
    # the margins are those of the original
    np.testing.assert_array_equal(fitted(cut, real)[:, 11:229], cut)
    np.testing.assert_array_equal(fitted(cut, real)[:, :11], real[:, :11])
    np.testing.assert_array_equal(fitted(fake, real), fake)


@pytest.mark.parametrize("size", [(218, 240), (300, 300)])
def test_a_frame_that_was_resized_is_resized_back(size: tuple[int, int]) -> None:
    fake = replaced(frame(0))
    again = fitted(cv2.resize(fake, size, interpolation=cv2.INTER_AREA), frame(0))
    assert again.shape == fake.shape
    assert cv2.absdiff(again, fake).mean() < 4


def test_a_fake_names_its_original_as_partner(tmp_path: Path) -> None:
    write_pair(tmp_path, "001", "002", frames=1)
    write_clip(fake_path(tmp_path, "002", "001"), [frame(0)])  # without an original
    rows = {Path(row.file).stem: row for row in read_videos(tmp_path).rows}
    assert rows["001_002"].partner == str(real_path(tmp_path, "001"))
    assert (rows["001"].partner, rows["002_001"].partner) == ("", "")
    assert [row.file for row in read_videos(tmp_path).paired().rows] == [
        rows["001_002"].file,
        rows["002_001"].file,
    ]
