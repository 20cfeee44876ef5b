"""Which pictures of a table can be used.

They are checked before a run, so that a bad one does not end it after hours.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from dfgui.core.errors import AnalysisError
from training.data.table import LABELS, FaceTable, Row

SMALLEST = 32  # side of a picture, pixels


def usable(
    table: FaceTable, rows: Sequence[Row], skip: Callable[[str, str], object]
) -> tuple[Row, ...]:
    """The rows, in order, whose picture can be read, has one label and a suitable size.

    Args:
        table: of face pictures.
        rows: of the table; each picture is decoded once (32,000 crops take about 20 s).
        skip: is called with each row that is left out and why; a run's `skip`.

    Raises:
        AnalysisError: a class stays empty; the message counts what was left out.
    """
    labels: dict[tuple[str, str], set[str]] = {}
    for row in table.rows:
        labels.setdefault((row.archive, row.file), set()).add(row.label)
    bad: Counter[str] = Counter()
    kept: list[Row] = []
    for row in rows:
        trouble = next(_troubles(table, row, labels[row.archive, row.file]), None)
        if trouble is None:
            kept.append(row)
        else:
            bad[row.label] += 1
            skip(f"{row.archive}/{row.file}", trouble)
    for label in LABELS:
        if not any(row.label == label for row in kept):
            raise AnalysisError(
                f"The table has no {label} picture that can be used; {bad[label]} of them were left"
                " out."
            )
    return tuple(kept)


def _troubles(table: FaceTable, row: Row, labels: set[str]) -> Iterator[str]:
    if len(labels) > 1:
        yield "it has two labels: REAL in one row and FAKE in another"
    try:
        height, width = table.picture(row).shape[:2]
    except AnalysisError as error:
        yield f"it cannot be read: {str(error).rstrip('.')}"
        return
    except (OSError, zipfile.BadZipFile) as error:
        yield f"it cannot be read ({error})"
        return
    if min(width, height) < SMALLEST:
        yield f"its size is {width} x {height} pixels, expected at least {SMALLEST} x {SMALLEST}"
