"""Which pictures of a face-crop table can be used, and what is said of the others."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.data.table import FaceTable, read_table
from training.data.usable import usable

HEADER = "file,archive,label,original,split"


def _table(folder: Path, sizes: dict[str, tuple[int, int]], *extra: str) -> FaceTable:
    """One picture of each size (width, height), REAL if its name begins with r."""
    (folder / "z").mkdir()
    lines = [HEADER, *extra]
    for name, (width, height) in sizes.items():
        cv2.imwrite(str(folder / "z" / name), np.zeros((height, width, 3), np.uint8))
        lines.append(f"{name},z,{'REAL' if name.startswith('r') else 'FAKE'},v,train")
    (folder / "table.csv").write_text("\n".join(lines))
    return read_table(folder / "table.csv")


def test_bad_pictures_are_listed_and_the_rest_is_kept(tmp_path: Path) -> None:
    sizes = {"r1.png": (64, 64), "f1.png": (64, 64), "r2.png": (64, 20), "f2.png": (64, 64)}
    table = _table(
        tmp_path,
        sizes,
        "gone.png,z,REAL,v,train",
        "bad.png,z,FAKE,v,train",
        "f2.png,z,REAL,v,train",
    )
    (tmp_path / "z" / "bad.png").write_bytes(b"no picture")
    told: list[tuple[str, str]] = []
    found = usable(table, table.rows[::-1], lambda what, why: told.append((what, why)))
    assert [row.file for row in found] == ["f1.png", "r1.png"]
    whys = dict(told)
    assert sorted(what for what, _ in told) == [
        "z/bad.png",
        "z/f2.png",
        "z/f2.png",
        "z/gone.png",
        "z/r2.png",
    ]
    assert whys["z/r2.png"] == "its size is 64 x 20 pixels, expected at least 32 x 32"
    assert whys["z/f2.png"] == "it has two labels: REAL in one row and FAKE in another"
    assert "it cannot be read: z/bad.png is not a picture" in whys["z/bad.png"]
    assert "No such file" in whys["z/gone.png"]


def test_a_second_label_is_found_in_rows_that_were_not_drawn(tmp_path: Path) -> None:
    table = _table(
        tmp_path,
        {"r1.png": (64, 64), "f1.png": (64, 64), "f2.png": (64, 64)},
        "f2.png,z,REAL,v,test",
    )
    drawn = [row for row in table.rows if row.split == "train"]
    assert [row.file for row in usable(table, drawn, lambda *_: None)] == ["r1.png", "f1.png"]


def test_an_empty_class_is_named_with_a_count(tmp_path: Path) -> None:
    table = _table(tmp_path, {"r1.png": (9, 9), "r2.png": (9, 9), "f1.png": (64, 64)})
    with pytest.raises(
        AnalysisError, match="no REAL picture that can be used; 2 of them were left out"
    ):
        usable(table, table.rows, lambda *_: None)
