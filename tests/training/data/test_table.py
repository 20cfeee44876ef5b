"""Tables of face pictures: reading, joining, and what is said of a bad one."""

import math
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from training.data.table import FaceTable, Row, face_box, read_table

HEADER = "file,archive,label,original,split"


def _png(red: int) -> bytes:
    """A 4x3 picture of one red."""
    picture = np.zeros((3, 4, 3), np.uint8)
    picture[..., 2] = red  # OpenCV writes BGR
    return cv2.imencode(".png", picture)[1].tobytes()


def _table(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "table.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_pictures_come_from_zip_archives_and_folders(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.png", _png(10))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.png").write_bytes(_png(20))
    table = read_table(_table(tmp_path, "one.png,a.zip,REAL,v1,train", "two.png,b,FAKE,v1,test"))
    pictures = [table.picture(row) for row in table.rows]
    assert [picture.shape for picture in pictures] == [(3, 4, 3)] * 2
    assert [tuple(picture[0, 0]) for picture in pictures] == [(10, 0, 0), (20, 0, 0)]  # RGB
    assert (len(table), table.labels().tolist(), table.groups()) == (2, [0, 1], ["v1", "v1"])


def test_optional_columns_and_unknown_ones(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    path = _table(
        tmp_path,
        "a.png,z,REAL,v,train,7,120.5,",
        "b.png,z,FAKE,v,train,7,,1.25",
        header=HEADER + ",part,box_width,scale",
    )
    first, second = read_table(path).rows
    assert (first.box_width, first.scale, first.source) == (120.5, 1.0, "dfdc")
    assert math.isnan(second.box_width)
    assert second.scale == 1.25


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    path = tmp_path / "table.csv"
    path.write_text(HEADER + "\na.png,z,REAL,v,train\n", encoding="utf-8-sig")
    assert read_table(path).rows[0].file == "a.png"


def test_an_archive_that_is_not_there_or_cut_off_is_one_sentence(tmp_path: Path) -> None:
    path = _table(tmp_path, "a.png,z.zip,REAL,v,train", "b.png,z.zip,FAKE,v,train")
    with pytest.raises(
        AnalysisError,
        match=(
            r"^table\.csv names the archive z\.zip, which is not next to it; put the archive"
            r" there\.$"
        ),
    ):
        read_table(path)
    (tmp_path / "z.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(AnalysisError, match=r"z\.zip, which is no zip file that can be read"):
        read_table(path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"table\.csv: the columns original, split are missing"):
        read_table(_table(tmp_path, "a.png,z,REAL", header="file,archive,label"))


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("b.png,z,MAYBE,v,train", "label must be REAL or FAKE, it is 'MAYBE'"),
        ("b.png,z,,v,train", "there is no label"),
        ("b.png,z,REAL", "there is no original and no split"),
        ("b.png,z,REAL,v,train,wide", "scale and box_width must be numbers"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, bad: str, says: str) -> None:
    with pytest.raises(AnalysisError, match=f"table.csv, line 3: .*{says}"):
        read_table(_table(tmp_path, "a.png,z,REAL,v,train,9", bad, header=HEADER + ",box_width"))


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "a.png").write_bytes(content)
    table = read_table(_table(tmp_path, "a.png,z,REAL,v,train"))
    with pytest.raises(AnalysisError, match=r"z/a\.png is not a picture"):
        table.picture(table.rows[0])


def test_a_picture_that_the_archive_lacks_is_named(tmp_path: Path) -> None:
    zipfile.ZipFile(tmp_path / "z.zip", "w").close()
    table = read_table(_table(tmp_path, "a.png,z.zip,REAL,v,train"))
    with pytest.raises(AnalysisError, match=r"z\.zip holds no a\.png"):
        table.picture(table.rows[0])


def test_joined_tables_keep_their_own_pictures_under_equal_names() -> None:
    def row() -> Row:
        return Row("a.png", "faces.zip", "REAL", "v", "train")

    joined = FaceTable([row()], lambda _: _png(1)) + FaceTable([row()], lambda _: _png(2))
    assert [joined.picture(one)[0, 0, 0] for one in joined.rows] == [1, 2]


def test_where_keeps_order_and_pictures() -> None:
    rows = [
        Row(f"{number}", "z", "FAKE" if number % 2 else "REAL", "v", "train") for number in range(5)
    ]
    fakes = FaceTable(rows, lambda row: _png(int(row.file))).where(lambda row: row.is_fake)
    assert [row.file for row in fakes.rows] == ["1", "3"]
    assert fakes.picture(fakes.rows[1])[0, 0, 0] == 3


def test_bytes_are_read_once() -> None:
    asked: list[str] = []

    def read(row: Row) -> bytes:
        asked.append(row.file)
        return _png(5)

    table = FaceTable([Row("a", "z", "REAL", "v", "train")], read)
    for _ in range(3):
        table.picture(table.rows[0])
    assert asked == ["a"]


def test_the_face_box_lies_in_the_middle() -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    assert face_box(picture, 1.0) == Box(0, 0, 100, 100)
    assert face_box(picture, 1.25) == Box(10, 10, 80, 80)  # 100 / 1.25 = 80
