"""Ready crops as a table of videos, and what of them cannot be used."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from tests.training.faces import write_crops
from training.data.lookup import read_videos


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
