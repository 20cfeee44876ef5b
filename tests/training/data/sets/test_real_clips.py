"""Real clips as videos of people of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from training.data import held_out
from training.data.lookup import read_videos


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
