"""Folders named REAL and FAKE as a table."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.data.folders import read_folders


def _write(path: Path, value: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", np.full((4, 4, 3), value, np.uint8))[1].tobytes())


def test_pictures_of_one_subfolder_or_one_stem_share_their_original(tmp_path: Path) -> None:
    for name in ("REAL/a.png", "REAL/b/1.png", "REAL/b/2.PNG", "FAKE/a.jpeg", "FAKE/b/deep/3.png"):
        _write(tmp_path / name)
    table = read_folders(tmp_path, split="test")
    found = {(row.label, Path(row.file).as_posix(), row.original) for row in table.rows}
    assert found == {
        ("REAL", "a.png", "a"),
        ("REAL", "b/1.png", "b"),
        ("REAL", "b/2.PNG", "b"),
        ("FAKE", "a.jpeg", "a"),
        ("FAKE", "b/deep/3.png", "b"),
    }
    assert {row.split for row in table.rows} == {"test"}


def test_pictures_are_read_and_other_files_left_alone(tmp_path: Path) -> None:
    _write(tmp_path / "REAL" / "a.png", 7)
    _write(tmp_path / "FAKE" / "a.png", 9)
    (tmp_path / "FAKE" / "Thumbs.db").write_bytes(b"no picture")
    table = read_folders(tmp_path)
    assert [int(table.picture(row)[0, 0, 0]) for row in table.rows] == [7, 9]


@pytest.mark.parametrize("missing", ["REAL", "FAKE"])
def test_a_missing_folder_is_named(tmp_path: Path, missing: str) -> None:
    _write(tmp_path / ("FAKE" if missing == "REAL" else "REAL") / "a.png")
    with pytest.raises(AnalysisError, match=f"folder named {missing}"):
        read_folders(tmp_path)
