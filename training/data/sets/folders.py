"""Plain folders named REAL and FAKE.

Face pictures give a face-crop table, videos give a table of videos.
"""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath

from dfgui.core.errors import AnalysisError
from training.data.data_set import DataSet
from training.data.table import LABELS, FaceTable, Row
from training.data.videos import MEDIA_SUFFIXES, Store, VideoRow, VideoTable, suffix

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def read_folders(root: Path, *, split: str = "train") -> FaceTable:
    """Read `root/REAL/...` and `root/FAKE/...`.

    Pictures of one sub-folder belong to one original; directly in REAL or FAKE, those with the same
    stem do (`REAL/clip1.jpg`, `FAKE/clip1.jpg`).

    Raises:
        AnalysisError: one of the two folders is missing or empty.
    """
    rows = [row for label in LABELS for row in _rows(root, label, split)]
    for label in LABELS:
        if not any(row.label == label for row in rows):
            raise AnalysisError(
                f"{root} has no pictures in a folder named {label}; put them there."
            )
    return FaceTable(rows, lambda row: (root / row.archive / row.file).read_bytes())


def _rows(root: Path, label: str, split: str) -> list[Row]:
    folder = root / label
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [
        Row(
            str(path.relative_to(folder)),
            label,
            label,
            _original(path.relative_to(folder)),
            split,
            source="folders",
        )
        for path in files
    ]


def _original(path: PurePath) -> str:
    return path.parts[0] if len(path.parts) > 1 else path.stem


def read_videos(root: str | Path, *, split: str = "train") -> VideoTable:
    """Read videos, and pictures as videos of one frame, in `root/REAL/...` and `root/FAKE/...`.

    Which ones belong to one original is decided as in `read_folders`.

    Args:
        root: local folder or fsspec URL.
        split: of all of them.

    Raises:
        AnalysisError: one of the two folders is missing or empty.
    """
    store = Store(root)
    rows = [
        _video(store, name, split)
        for name in store.sizes
        if name.partition("/")[0] in LABELS and suffix(name) in MEDIA_SUFFIXES
    ]
    return VideoTable(tuple(rows)).require(root)


def _video(store: Store, name: str, split: str) -> VideoRow:
    label, _, rest = name.partition("/")
    return VideoRow(
        name,
        store.path(name),
        label,
        _original(PurePosixPath(rest)),
        "folders",
        split=split,
        bytes=store.sizes[name],
    )


DATA_SET = DataSet(name="folders", hint="REAL and FAKE", read=read_videos, source="folders")
