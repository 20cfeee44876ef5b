"""Celeb-DF v2: folders, names that say who is in a video, the official list."""

from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from training.data import splits
from training.data.sets.celebdf import read_videos

NAMES = (
    "Celeb-real/id0_0000.mp4",
    "Celeb-real/id1_0003.mp4",
    "Celeb-real/id2_0001.mp4",
    "YouTube-real/00017.mp4",
    "Celeb-synthesis/id0_id1_0000.mp4",
    "Celeb-synthesis/id2_id3_0001.mp4",
)
TESTING = (
    "1 Celeb-real/id1_0003.mp4\n1 YouTube-real/00017.mp4\n0 Celeb-synthesis/id2_id3_0001.mp4\n"
)


def _made(root: Path, names: tuple[str, ...] = NAMES, testing: str | None = TESTING) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"video")
    if testing is not None:
        (root / "List_of_testing_videos.txt").write_text(testing)
    return root


def test_names_give_people_and_originals(tmp_path: Path) -> None:
    table = read_videos(_made(tmp_path))
    assert {row.file: (row.label, row.original, row.people, row.split) for row in table.rows} == {
        "Celeb-real/id0_0000.mp4": ("REAL", "id0_0000", ("id0",), "train"),
        "Celeb-real/id1_0003.mp4": ("REAL", "id1_0003", ("id1",), "test"),
        "Celeb-real/id2_0001.mp4": ("REAL", "id2_0001", ("id2",), "train"),
        "YouTube-real/00017.mp4": ("REAL", "YouTube-real/00017", (), "test"),
        "Celeb-synthesis/id0_id1_0000.mp4": ("FAKE", "id0_0000", ("id0", "id1"), "train"),
        "Celeb-synthesis/id2_id3_0001.mp4": ("FAKE", "id2_0001", ("id2", "id3"), "test"),
    }
    assert table.rows[0].path == str(tmp_path / table.rows[0].file)
    assert list(table.files) == ["List_of_testing_videos.txt"]


def test_a_fake_binds_both_people(tmp_path: Path) -> None:
    table = read_videos(_made(tmp_path))
    found = dict(zip((row.file for row in table.rows), splits.groups(table.rows), strict=True))
    # id0 - id1 by the first fake, id2 - id3 by the second; nobody else has the YouTube video.
    assert found == {
        "Celeb-real/id0_0000.mp4": "celebdf:id0_0000",
        "Celeb-real/id1_0003.mp4": "celebdf:id0_0000",
        "Celeb-synthesis/id0_id1_0000.mp4": "celebdf:id0_0000",
        "Celeb-real/id2_0001.mp4": "celebdf:id2_0001",
        "Celeb-synthesis/id2_id3_0001.mp4": "celebdf:id2_0001",
        "YouTube-real/00017.mp4": "celebdf:YouTube-real/00017",
    }
    with pytest.raises(AnalysisError, match=r"celebdf:id0_0000 is on 2 sides"):
        splits.check(table.rows)  # the list tests on id1, whose face is in a fake to learn from


def test_without_the_list_all_are_to_learn_from(tmp_path: Path) -> None:
    assert {row.split for row in read_videos(_made(tmp_path, testing=None)).rows} == {"train"}


def test_a_name_that_says_nobody_is_left_out(tmp_path: Path) -> None:
    table = read_videos(_made(tmp_path, (*NAMES, "Celeb-synthesis/fake7.mp4")))
    assert [(one.what, one.why) for one in table.skipped] == [
        (
            "Celeb-synthesis/fake7.mp4",
            "its name does not say who it shows; expected one as id0_id1_0000",
        )
    ]


def test_a_list_that_disagrees_gives_two_labels(tmp_path: Path) -> None:
    table = read_videos(_made(tmp_path, testing="0 Celeb-real/id0_0000.mp4\n"))
    (one,) = table.skipped
    assert one.what == "Celeb-real/id0_0000.mp4"
    assert one.why == "it has two labels: REAL by its folder, FAKE in List_of_testing_videos.txt"


def test_a_listed_video_that_is_not_there_is_named(tmp_path: Path) -> None:
    table = read_videos(_made(tmp_path, testing="1 Celeb-real/id9_0000.mp4\n"))
    assert [one.what for one in table.skipped] == ["Celeb-real/id9_0000.mp4"]


def test_a_list_that_is_cut_off_is_named_by_its_line(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError, match=r"List_of_testing_videos\.txt, line 3: expected 0 or 1"
    ):
        read_videos(_made(tmp_path, testing=TESTING[:-8]))


def test_an_empty_class_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="has no FAKE video"):
        read_videos(_made(tmp_path, NAMES[:4], testing=None))
