"""Plain folders named REAL and FAKE, full of face pictures, as a face-crop table."""

from __future__ import annotations

from pathlib import Path

from dfgui.core.errors import AnalysisError
from training.data.table import LABELS, FaceTable, Row

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def read_folders(root: Path, *, split: str = "train") -> FaceTable:
    """Read `root/REAL/...` and `root/FAKE/...`.

    Pictures of one sub-folder belong to one original; lying directly in REAL or FAKE, those with the same stem do
    (`REAL/clip1.jpg`, `FAKE/clip1.jpg`).

    Raises:
        AnalysisError: one of the two folders is missing or empty.
    """
    rows = [row for label in LABELS for row in _rows(root, label, split)]
    for label in LABELS:
        if not any(row.label == label for row in rows):
            raise AnalysisError(f"{root} has no pictures in a folder named {label}; put them there.")
    return FaceTable(rows, lambda row: (root / row.archive / row.file).read_bytes())


def _rows(root: Path, label: str, split: str) -> list[Row]:
    folder = root / label
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [
        Row(str(path.relative_to(folder)), label, label, _original(path.relative_to(folder)), split, source="folders") for path in files
    ]


def _original(path: Path) -> str:
    return path.parts[0] if len(path.parts) > 1 else path.stem
