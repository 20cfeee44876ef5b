"""Side-by-side clips as pairs of videos, and what of them cannot be used."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from dfgui.core.errors import AnalysisError
from training.data.lookup import read_videos
from training.data.splits import check

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
