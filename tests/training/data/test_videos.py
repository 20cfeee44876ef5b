"""What is taken of a table of videos."""

from __future__ import annotations

from training.data.videos import VideoRow, VideoTable


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
