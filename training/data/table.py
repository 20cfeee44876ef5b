"""Tables of face pictures: a CSV of rows with zip archives or folders of images.

Every data set becomes one.
"""

from __future__ import annotations

import csv
import math
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import whole
from dfgui.core.geometry import Box

LABELS = ("REAL", "FAKE")
Landmarks = NDArray[np.float32]
"""(478, 2) x and y in pixels of a picture."""
REQUIRED = ("file", "archive", "label", "original", "split")


@dataclass(frozen=True)
class Row:
    """One face picture.

    `original` names the real video behind it: a fake and its source share it, and no split may part
    them. `moment` names what two rows must share to show the same picture apart from the
    manipulation (frame and compression); empty if a video has one row. `scale` is the picture's
    side over the side of the face box in its middle: 1 for a ready crop. `box_width` is the width
    in pixels of the cut in the original frame, before any resizing; NaN if it is not known.
    """

    file: str
    archive: str
    label: str
    original: str
    split: str
    source: str = "dfdc"
    method: str = ""
    moment: str = ""
    scale: float = 1.0
    box_width: float = math.nan

    @property
    def is_fake(self) -> bool:
        """Whether the label is FAKE."""
        return self.label == "FAKE"


class FaceTable:
    """Rows and their pictures, which stay encoded in memory and are decoded on request."""

    def __init__(self, rows: Iterable[Row], read: Callable[[Row], bytes]) -> None:
        self.rows = list(rows)
        self._read = read
        self._bytes: dict[int, tuple[Row, bytes]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __add__(self, other: FaceTable) -> FaceTable:
        theirs = set(map(id, other.rows))
        return FaceTable(
            self.rows + other.rows, lambda row: (other if id(row) in theirs else self)._encoded(row)
        )

    def where(self, keep: Callable[[Row], bool]) -> FaceTable:
        """The rows for which `keep` holds, in the same order."""
        return FaceTable(filter(keep, self.rows), self._encoded)

    def labels(self) -> NDArray[np.int64]:
        """(n,) 1 for FAKE, 0 for REAL."""
        return np.array([row.is_fake for row in self.rows], dtype=np.int64)

    def groups(self) -> list[str]:
        """(n,) the original of each row."""
        return [row.original for row in self.rows]

    def picture(self, row: Row) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 RGB.

        Raises AnalysisError, which names the file, if it is missing or cannot be decoded.
        """
        encoded = self._encoded(row)
        picture = (
            cv2.imdecode(np.frombuffer(encoded, dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
            if encoded
            else None
        )
        if picture is None:
            raise AnalysisError(
                f"{row.archive}/{row.file} is not a picture that can be read; replace it or take"
                " its row out of the table."
            )
        return np.asarray(picture, dtype=np.uint8)

    def landmarks(self, row: Row) -> Landmarks | None:
        """The landmarks of a row's face; None if unknown, as for every row of a plain table."""
        return None

    def _encoded(self, row: Row) -> bytes:
        # By identity: joined tables may use the same names. The row is kept so that its id is not
        # reused.
        if id(row) not in self._bytes:
            self._bytes[id(row)] = row, self._read(row)
        return self._bytes[id(row)][1]


def face_box(picture: NDArray[np.uint8], scale: float) -> Box:
    """The face box in the middle of a table's picture; for a ready crop (scale 1), all of it."""
    return whole(picture) if scale == 1.0 else whole(picture).scaled(1.0 / scale)


def read_table(path: Path, *, rows_only: bool = False) -> FaceTable:
    """Read a face-crop table.

    Args:
        path: CSV with at least `file, archive, label, original, split`; archives are in the same
            folder, as zip files or folders.
        rows_only: no picture will be needed, so the archives may be elsewhere.

    Raises:
        AnalysisError: a column or a value is missing or wrong; the message names the table and the
            line. Or an archive is missing or is not one, so every picture in it would be missing.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            raise AnalysisError(
                f"{path.name}: the columns {', '.join(missing)} are missing; add them to the table."
            )
        rows = [_row(record, f"{path.name}, line {reader.line_num}") for record in reader]
    for name in () if rows_only else sorted({row.archive for row in rows}):
        place = path.parent / name
        if not place.is_dir() and not zipfile.is_zipfile(place):
            trouble = "is no zip file that can be read" if place.exists() else "is not next to it"
            raise AnalysisError(
                f"{path.name} names the archive {name}, which {trouble}; put the archive there."
            )
    return FaceTable(rows, _reader(path.parent))


def _row(record: dict[str, str | None], place: str) -> Row:
    values: dict[str, Any] = {
        field.name: record[field.name] for field in fields(Row) if record.get(field.name)
    }
    missing = [name for name in REQUIRED if name not in values]
    if missing:
        raise AnalysisError(f"{place}: there is no {' and no '.join(missing)}; correct the table.")
    if values["label"] not in LABELS:
        raise AnalysisError(
            f"{place}: the label must be REAL or FAKE, it is {values['label']!r}; correct the"
            " table."
        )
    try:
        numbers: dict[str, Any] = {
            name: float(values[name]) for name in ("scale", "box_width") if name in values
        }
    except ValueError as error:
        raise AnalysisError(
            f"{place}: scale and box_width must be numbers; correct the table."
        ) from error
    return Row(**(values | numbers))


def _reader(folder: Path) -> Callable[[Row], bytes]:
    archives: dict[str, zipfile.ZipFile] = {}

    def read(row: Row) -> bytes:
        place = folder / row.archive
        if place.is_dir():
            return (place / row.file).read_bytes()
        if row.archive not in archives:
            archives[row.archive] = zipfile.ZipFile(place)
        try:
            return archives[row.archive].read(row.file)
        except KeyError as error:
            raise AnalysisError(
                f"{row.archive} holds no {row.file}; add it or take its row out of the table."
            ) from error

    return read
