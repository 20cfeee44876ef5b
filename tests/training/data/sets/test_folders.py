"""Folders named REAL and FAKE as a table of pictures, and of videos."""

import zipfile
from pathlib import Path

import cv2
import fsspec
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from training.data.sets.folders import read_folders, read_videos


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


VIDEOS = ("REAL/a.mp4", "REAL/b/1.MOV", "FAKE/a.mkv", "FAKE/b/deep/2.mp4", "FAKE/still.jpg")


def test_videos_share_their_original_as_pictures_do(tmp_path: Path) -> None:
    for name in (*VIDEOS, "FAKE/notes.txt", "OTHER/c.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12345")
    table = read_videos(tmp_path, split="test")
    assert {row.file: (row.label, row.original) for row in table.rows} == {
        "REAL/a.mp4": ("REAL", "a"),
        "REAL/b/1.MOV": ("REAL", "b"),
        "FAKE/a.mkv": ("FAKE", "a"),
        "FAKE/b/deep/2.mp4": ("FAKE", "b"),
        "FAKE/still.jpg": ("FAKE", "still"),
    }
    assert all(
        (row.path, row.bytes, row.split) == (str(tmp_path / row.file), 5, "test")
        for row in table.rows
    )


def test_a_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        for name in VIDEOS:
            archive.writestr(name, name)
    table = read_videos(f"zip://::{tmp_path / 'data.zip'}")
    assert sorted(row.file for row in table.rows) == sorted(VIDEOS)
    for row in table.rows:
        with fsspec.open(row.path) as file:
            assert file.read() == row.file.encode()


@pytest.mark.parametrize("missing", ["REAL", "FAKE"])
def test_a_folder_without_videos_is_named(tmp_path: Path, missing: str) -> None:
    there = tmp_path / ("FAKE" if missing == "REAL" else "REAL") / "a.mp4"
    there.parent.mkdir()
    there.write_bytes(b"12345")
    with pytest.raises(AnalysisError, match=f"has no {missing} video"):
        read_videos(tmp_path)
