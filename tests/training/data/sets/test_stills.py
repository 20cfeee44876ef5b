"""Stills as a table of videos of one frame."""

from __future__ import annotations

from pathlib import Path

from training.data.lookup import read_videos


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
