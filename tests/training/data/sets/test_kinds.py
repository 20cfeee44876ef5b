"""Data sets as tables of videos, and what of them cannot be used.

The kinds are side-by-side clips, real clips, stills and ready crops.
"""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from tests.training.faces import write_crops
from training.data import held_out
from training.data.lookup import BY_NAME, data_set_named, read_videos
from training.data.splits import check
from training.data.videos import VideoRow, VideoTable

COLUMNS = "file,component,one_panel"


def _write_pairs(
    folder: Path,
    rows: Sequence[tuple[object, ...]],
    *,
    files: Sequence[str],
    columns: str = COLUMNS,
) -> Path:
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns.split(","), *rows])
    for name in files:
        (folder / name).write_bytes(b"clip")
    return folder


def test_a_side_by_side_clip_is_a_real_and_a_fake_video(tmp_path: Path) -> None:
    folder = _write_pairs(tmp_path, [("a.mp4", 1, 0), ("b.mp4", 3, 1)], files=["a.mp4", "b.mp4"])
    left, right, alone = read_videos("side_by_side", folder).rows
    path = str(folder / "a.mp4")
    assert (left.file, left.label, left.path, left.panel, left.partner) == (
        "a.mp4:left",
        "REAL",
        path,
        "left",
        "",
    )
    assert (right.file, right.label, right.path, right.panel) == (
        "a.mp4:right",
        "FAKE",
        path,
        "right",
    )
    assert (right.partner, right.partner_panel) == (path, "left")
    assert {(row.original, row.people, row.split) for row in (left, right)} == {
        ("component-01", ("component-01",), "train")
    }
    assert (alone.file, alone.label, alone.panel, alone.partner, alone.split) == (
        "b.mp4",
        "FAKE",
        "",
        "",
        "validation",
    )
    check([left, right, alone])


def test_pairs_stand_for_their_real_side(tmp_path: Path) -> None:
    table = read_videos(
        "side_by_side",
        _write_pairs(tmp_path, [("a.mp4", 1, 0), ("b.mp4", 1, 1)], files=["a.mp4", "b.mp4"]),
    )
    assert [row.file for row in table.paired().rows] == ["a.mp4:right", "b.mp4"]


def test_clips_that_are_missing_or_not_listed_are_named(tmp_path: Path) -> None:
    table = read_videos(
        "side_by_side",
        _write_pairs(tmp_path, [("a.mp4", 1, 0), ("gone.mp4", 1, 0)], files=["a.mp4", "more.mp4"]),
    )
    assert [(one.what, one.why) for one in table.skipped] == [
        ("gone.mp4", "pairs.csv lists it, but the clip is not there"),
        (
            "more.mp4",
            "pairs.csv does not list it, so nobody knows with which clips it shares people",
        ),
    ]
    assert len(table) == 2


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        (
            [("a.mp4", "x", 0)],
            COLUMNS,
            r"pairs\.csv, line 2: expected a file, a number and 0 or 1, received a\.mp4, x, 0",
        ),
        ([("a.mp4", 1, "yes")], COLUMNS, r"line 2: expected .* received a\.mp4, 1, yes"),
        ([("a.mp4", 1)], "file,component", r"pairs\.csv: the columns one_panel are missing"),
        ([("a.mp4", 1, 1)], COLUMNS, "has no REAL video that can be used"),
    ],
)
def test_a_list_that_is_wrong_is_named(
    tmp_path: Path, rows: list[tuple[object, ...]], columns: str, says: str
) -> None:
    with pytest.raises(AnalysisError, match=says):
        read_videos("side_by_side", _write_pairs(tmp_path, rows, files=["a.mp4"], columns=columns))


def test_a_folder_without_a_list_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"clip")
    with pytest.raises(AnalysisError, match=r"holds no pairs\.csv"):
        read_videos("side_by_side", tmp_path)


def test_real_clips_are_people_of_their_own(tmp_path: Path) -> None:
    names = [f"speaking_{number:02d}" for number in (0, 1, 3)]
    for name in names:
        (tmp_path / f"{name}.mp4").write_bytes(b"clip")
    (tmp_path / "notes.txt").write_bytes(b"text")
    table = read_videos("real_clips", tmp_path)
    assert [(row.label, row.original, row.people, row.split) for row in table.rows] == [
        ("REAL", "speaking_00", ("speaking_00",), "test"),
        ("REAL", "speaking_01", ("speaking_01",), "train"),
        ("REAL", "speaking_03", ("speaking_03",), "validation"),
    ]
    assert [held_out.split_of_clip(name) for name in names] == [row.split for row in table.rows]
    assert table.classes == ("REAL",)


def test_a_folder_without_clips_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"text")
    with pytest.raises(AnalysisError, match="holds no video; name the folder with the real clips"):
        read_videos("real_clips", tmp_path)


def test_stills_have_label_and_split_from_their_folders(tmp_path: Path) -> None:
    for name in (
        "train/real/a.jpg",
        "train/fake/a.jpg",
        "validation/fake/b.jpg",
        "train/other/c.jpg",
        "train/real/notes.txt",
        "real/d.jpg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"picture")
    table = read_videos("stills", tmp_path)
    assert [(row.file, row.label, row.split, row.original) for row in table.rows] == [
        ("train/fake/a.jpg", "FAKE", "train", "train/fake/a"),
        ("train/real/a.jpg", "REAL", "train", "train/real/a"),
        ("validation/fake/b.jpg", "FAKE", "validation", "validation/fake/b"),
    ]


def test_crops_come_from_their_table(tmp_path: Path) -> None:
    path = write_crops(tmp_path, {"train": 2, "test": 1})
    for given in (tmp_path, path):
        table = read_videos("crops", given)
        assert len(table) == 6
        row = table.rows[1]
        assert (row.file, row.label, row.original, row.split) == (
            "crops.zip/train-0-FAKE.png",
            "FAKE",
            "train-0.mp4",
            "train",
        )
        assert row.path == f"zip://train-0-FAKE.png::{tmp_path / 'crops.zip'}"
    with zipfile.ZipFile(tmp_path / "crops.zip") as archive:
        assert row.bytes == archive.getinfo("train-0-FAKE.png").file_size


def test_a_crop_that_no_archive_holds_is_named(tmp_path: Path) -> None:
    path = write_crops(tmp_path, {"train": 2})
    path.write_text(path.read_text() + "gone.png,crops.zip,REAL,x.mp4,train,90\n")
    table = read_videos("crops", tmp_path)
    assert [(one.what, one.why) for one in table.skipped] == [
        ("crops.zip/gone.png", "dfdc_faces.csv lists it, but crops.zip does not hold it")
    ]
    assert len(table) == 4


def test_crops_may_lie_in_a_folder(tmp_path: Path) -> None:
    path = write_crops(tmp_path, {"train": 1})
    with zipfile.ZipFile(tmp_path / "crops.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    path.write_text(path.read_text().replace("crops.zip", "unpacked"))
    assert read_videos("crops", path).rows[0].path == str(
        tmp_path / "unpacked" / "train-0-REAL.png"
    )


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        AnalysisError, match=r"dfdc_faces\.csv is not there; name a table of face crops"
    ):
        read_videos("crops", tmp_path)


def _rows(count: int) -> VideoTable:
    kinds = [
        (label, split, i)
        for label in ("REAL", "FAKE")
        for split in ("train", "validation")
        for i in range(count)
    ]
    return VideoTable(
        tuple(
            VideoRow(f"{label}-{split}-{i}", "", label, "", "s", split=split)
            for label, split, i in kinds
        )
    )


def test_a_limit_takes_so_many_of_each_class_and_split() -> None:
    table = _rows(20)
    few, more = table.limited(3), table.limited(5)
    assert len(few) == 3 * 4
    assert {row.file for row in few.rows} < {row.file for row in more.rows}
    assert few.rows == table.limited(3).rows
    assert few.rows != table.limited(3, seed=1).rows
    assert len(table.limited(99)) == 80


def test_each_kind_says_what_is_taken() -> None:
    assert (
        BY_NAME["crops"].settings.faces,
        BY_NAME["crops"].settings.scale,
        BY_NAME["crops"].settings.face_size,
    ) == ("whole", 1.0, 224)
    for name in ("ffpp", "side_by_side"):
        settings = BY_NAME[name].settings
        assert (
            settings.frames,
            settings.face_size,
            settings.face_scale,
            settings.pairs,
            settings.landmarks,
        ) == (40, 288, 1.6, True, True)
    with pytest.raises(AnalysisError, match="no kind of data set named 'mnist'"):
        data_set_named("mnist")
