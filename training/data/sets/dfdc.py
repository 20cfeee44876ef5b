"""DFDC as Kaggle serves it, as one table.

It comes as folders `dfdc_train_part_N` or zips of the same name, each with a `metadata.json`. The
test videos of Kaggle have no labels and are listed as left out.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import VIDEO_SUFFIXES
from training.data.data_set import DataSet
from training.data.table import LABELS
from training.data.videos import Store, VideoRow, VideoTable, sha256, suffix
from training.results import Skipped

PART = re.compile(r"dfdc_train_part_(\d+)")
METADATA = "metadata.json"
# A damaged directory, damaged data, an encrypted member, an unknown way of compressing.
BAD_ZIP = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError)


@dataclass
class _Folder:
    """A folder, on disk or in a zip, with its videos and what `metadata.json` says of each name.

    Videos are by name: path or URL, and bytes.
    """

    place: str
    videos: dict[str, tuple[str, int]] = field(default_factory=dict)
    metadata: bytes | None = None
    said: list[tuple[str, Any]] = field(default_factory=list)
    trouble: str = ""

    @property
    def part(self) -> str:
        """Number of the part; '' outside a part."""
        found = PART.findall(self.place)
        return str(int(found[-1])) if found else ""


def read_videos(root: str | Path) -> VideoTable:
    """All labelled videos below `root`.

    A video is known by its file name, which is unique in DFDC. If a part exists as a folder and as
    a zip, the folder's file is used.

    Args:
        root: local folder or fsspec URL.

    Raises:
        AnalysisError: nothing there has a label.
    """
    store = Store(root)
    folders, bad = _folders(store)
    for folder in folders:
        _understand(folder)
    files = {
        folder.place: sha256(folder.metadata) for folder in folders if folder.metadata is not None
    }
    if not files:
        raise AnalysisError(
            f"{root} holds no metadata.json, in no folder and in no zip dfdc_train_part_N; name the"
            " folder with DFDC's parts."
        )
    rows, skipped = _merge(folders)
    return VideoTable(tuple(rows), (*bad, *skipped), files).require(root)


def _folders(store: Store) -> tuple[list[_Folder], list[Skipped]]:
    """Folders before zips, each in the order of its part."""
    folders: dict[str, _Folder] = {}
    bad = []
    for name in store.sizes:
        if suffix(name) in VIDEO_SUFFIXES or PurePosixPath(name).name == METADATA:
            _put(folders, store, name)
    zips: dict[str, _Folder] = {}
    for name in store.sizes:
        if suffix(name) == ".zip" and PART.search(name):
            try:
                zips |= _in_zip(store, name)
            except BAD_ZIP as error:
                bad.append(
                    Skipped(
                        name,
                        f"it is no zip archive that can be read, or is cut off ({error}); download"
                        " it again",
                    )
                )
    return [*_in_order(folders), *_in_order(zips)], bad


def _in_order(folders: dict[str, _Folder]) -> list[_Folder]:
    return sorted(folders.values(), key=lambda folder: (int(folder.part or -1), folder.place))


def _put(folders: dict[str, _Folder], store: Store, name: str) -> None:
    where = PurePosixPath(name)
    folder = folders.setdefault(str(where.parent), _Folder((where.parent / METADATA).as_posix()))
    if where.name == METADATA:
        folder.metadata = store.read(name)
    else:
        folder.videos[where.name] = store.path(name), store.sizes[name]


def _in_zip(store: Store, archive: str) -> dict[str, _Folder]:
    folders: dict[str, _Folder] = {}
    with store.open(archive) as file, zipfile.ZipFile(file) as opened:
        for info in opened.infolist():
            where = PurePosixPath(info.filename)
            key = f"{archive}/{where.parent}"
            if where.name == METADATA:
                folders.setdefault(key, _Folder(f"{archive}/{where}")).metadata = opened.read(info)
            elif suffix(where.name) in VIDEO_SUFFIXES:
                folder = folders.setdefault(key, _Folder(f"{archive}/{where.parent / METADATA}"))
                folder.videos[where.name] = (
                    f"zip://{info.filename}::{store.path(archive)}",
                    info.file_size,
                )
    return folders


def _understand(folder: _Folder) -> None:
    """Fill in what `metadata.json` says; a name may be in it twice."""
    if folder.metadata is None:
        folder.trouble = f"there is no {folder.place}"
        return
    try:
        said = json.loads(folder.metadata, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        folder.trouble = f"{folder.place} cannot be read, it may be cut off ({error})"
        return
    if not isinstance(said, _Pairs):
        folder.trouble = f"{folder.place} is no table of videos"
        return
    folder.said = [
        (name, dict(entry) if isinstance(entry, _Pairs) else entry) for name, entry in said
    ]


class _Pairs(list[tuple[str, Any]]):
    """A JSON object that keeps names it holds twice."""


def _merge(folders: list[_Folder]) -> tuple[list[VideoRow], list[Skipped]]:
    told: dict[str, list[tuple[_Folder, Any]]] = {}
    for folder in folders:
        for name, entry in folder.said:
            told.setdefault(name, []).append((folder, entry))
    at: dict[str, tuple[_Folder, str, int]] = {}
    for folder in folders:
        for name, (path, size) in folder.videos.items():
            at.setdefault(name, (folder, path, size))
    rows: list[VideoRow] = []
    skipped: list[Skipped] = []
    for name in [*at, *(name for name in told if name not in at)]:
        one = _row(name, told.get(name, []), at.get(name))
        if isinstance(one, VideoRow):
            rows.append(one)
        else:
            skipped.append(one)
    return rows, skipped


def _row(
    name: str, told: list[tuple[_Folder, Any]], at: tuple[_Folder, str, int] | None
) -> VideoRow | Skipped:
    if at is None:
        return Skipped(name, f"{told[0][0].place} lists it, but the video is not there")
    folder, path, size = at
    # The same part exists as a folder and as a zip.
    file = (
        f"dfdc_train_part_{folder.part}/{name}"
        if folder.part
        else str(PurePosixPath(folder.place).parent / name)
    )
    if not told:
        return Skipped(
            file, f"it has no label: {folder.trouble or f'{folder.place} does not list it'}"
        )
    for trouble in _troubles(told):
        return Skipped(file, trouble)
    place, entry = told[0]
    original = name if entry["label"] == "REAL" else entry["original"]
    split = entry.get("split")
    return VideoRow(
        file=file,
        path=path,
        label=entry["label"],
        original=original,
        source="dfdc",
        part=place.part,
        split=split if isinstance(split, str) and split else "train",
        bytes=size,
    )


def _troubles(told: list[tuple[_Folder, Any]]) -> Iterator[str]:
    """What prevents the use of a video, in a sentence that names file and field."""
    for folder, entry in told:
        if not isinstance(entry, dict) or entry.get("label") not in LABELS:
            given = entry.get("label") if isinstance(entry, dict) else entry
            yield f"its label in {folder.place} is {given!r}, expected REAL or FAKE"
        elif entry["label"] == "FAKE" and not (
            isinstance(entry.get("original"), str) and entry["original"]
        ):
            yield (
                f"its original in {folder.place} is {entry.get('original')!r}, expected the name of"
                " the video it was made from"
            )
    labels = {
        entry["label"]: folder.place
        for folder, entry in told
        if isinstance(entry, dict) and entry.get("label") in LABELS
    }
    if len(labels) > 1:
        yield (
            "it has two labels:"
            f" {' and '.join(f'{label} in {place}' for label, place in labels.items())}"
        )


DATA_SET = DataSet(
    name="dfdc",
    hint="as Kaggle serves it",
    read=read_videos,
    source="dfdc",
    names_people=False,
)
