"""Tables of face pictures: a CSV of rows beside zip archives or folders of images. Every data set becomes one."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.crop import whole
from dfgui.core.geometry import Box

LABELS = ("REAL", "FAKE")


@dataclass(frozen=True)
class Row:
    """One face picture.

    `original` names the real video behind it: a fake and its source share it, and no split may part them.
    `moment` names what two rows must share to show the same picture but for the manipulation (frame and compression); empty where a
    video has one row.
    `scale` is the picture's side over the side of the face box in its middle: 1 for a ready crop. `box_width` is the width in pixels of
    the cut in the frame it came from, before any resizing; NaN where that is not known.
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
    """Rows and their pictures. The encoded bytes are kept in memory (some KB each), decoding happens on request."""

    def __init__(self, rows: Iterable[Row], read: Callable[[Row], bytes]) -> None:
        self.rows = list(rows)
        self._read = read
        self._bytes: dict[tuple[str, str], bytes] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __add__(self, other: FaceTable) -> FaceTable:
        theirs = set(map(id, other.rows))
        return FaceTable(self.rows + other.rows, lambda row: (other if id(row) in theirs else self)._encoded(row))

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
        """(H, W, 3) uint8 RGB. Raises ValueError, naming the file, where it cannot be decoded."""
        picture = cv2.imdecode(np.frombuffer(self._encoded(row), dtype=np.uint8), cv2.IMREAD_COLOR_RGB)
        if picture is None:
            raise ValueError(f"{row.archive}/{row.file}: expected a picture, received bytes that do not decode")
        return np.asarray(picture, dtype=np.uint8)

    def _encoded(self, row: Row) -> bytes:
        key = row.archive, row.file
        if key not in self._bytes:
            self._bytes[key] = self._read(row)
        return self._bytes[key]


def face_box(picture: NDArray[np.uint8], scale: float) -> Box:
    """The face box in the middle of a table's picture: the whole of it for a ready crop (scale 1)."""
    return whole(picture) if scale == 1.0 else whole(picture).scaled(1.0 / scale)


def read_table(path: Path) -> FaceTable:
    """Read a face-crop table.

    Args:
        path: CSV with at least `file, archive, label, original, split`; archives lie beside it, as zip files or folders.

    Raises:
        ValueError: a column is missing or a label is neither REAL nor FAKE.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = [_row(record, line) for line, record in enumerate(csv.DictReader(file), start=2)]
    return FaceTable(rows, _reader(path.parent))


def _row(record: dict[str, str], line: int) -> Row:
    known = {field.name for field in fields(Row)}
    missing = {"file", "archive", "label", "original", "split"} - set(record)
    if missing:
        raise ValueError(f"table: expected the columns file, archive, label, original, split; missing {sorted(missing)}")
    if record["label"] not in LABELS:
        raise ValueError(f"table, line {line}: expected a label REAL or FAKE, received {record['label']!r}")
    values: dict[str, Any] = {name: value for name, value in record.items() if name in known and value != ""}
    numbers: dict[str, Any] = {name: float(values[name]) for name in ("scale", "box_width") if name in values}
    return Row(**(values | numbers))


def _reader(folder: Path) -> Callable[[Row], bytes]:
    archives: dict[str, zipfile.ZipFile] = {}

    def read(row: Row) -> bytes:
        place = folder / row.archive
        if place.is_dir():
            return (place / row.file).read_bytes()
        if row.archive not in archives:
            archives[row.archive] = zipfile.ZipFile(place)
        return archives[row.archive].read(row.file)

    return read


class TableWriter:
    """Writes a table of lossless pictures: `faces.csv` and `faces.zip` in a folder; a context manager, the CSV appears at its end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._zip = zipfile.ZipFile(folder / "faces.zip", "w", zipfile.ZIP_STORED)
        self._rows: list[Row] = []

    def __enter__(self) -> TableWriter:
        return self

    def add(self, row: Row, picture: NDArray[np.uint8]) -> None:
        """Append one row; `picture` is (H, W, 3) uint8 RGB, stored as PNG."""
        done, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        if not done:
            raise ValueError(f"{row.file}: expected a picture that PNG can hold, received shape {picture.shape}")
        self._zip.writestr(row.file, data.tobytes())
        self._rows.append(row)

    def __exit__(self, kind: object, *_: object) -> None:
        self._zip.close()
        if kind is None:
            self._write_rows()

    def _write_rows(self) -> None:
        names = [field.name for field in fields(Row)]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([getattr(row, name) for name in names] for row in self._rows)
        part = self._folder / "faces.csv.part"
        part.write_text(text.getvalue(), encoding="utf-8")
        part.replace(self._folder / "faces.csv")
