"""Tables of videos: path, label and people of each, and what cannot be used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np
from fsspec.core import url_to_fs

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import STILL_SUFFIXES, VIDEO_SUFFIXES
from training.data.table import LABELS
from training.results import Skipped

MEDIA_SUFFIXES = VIDEO_SUFFIXES | STILL_SUFFIXES
Panel = Literal["", "left", "right"]  # the half of the picture that counts; "" for all of it


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One video; a still picture is a video of one frame.

    Attributes:
        file: its name in the data set, `/` between folders; unique in the table.
        path: local path or fsspec URL; `zip://MEMBER::ARCHIVE` for a member of an archive.
        label: REAL or FAKE.
        original: name of the real video behind it; a fake and its source share it, and no split may
            part them.
        source: data set: dfdc, ffpp, celebdf, folders, side_by_side, real_clips, stills.
        people: those it shows, if the data set says; for a fake the one who lends the frame and
            the one who lends the face.
        method: how the fake was made, if the data set says.
        part: part of the data set, if it comes in several.
        split: as in the data set; `splits.assign` makes others.
        bytes: size of the file.
        panel: the half of its pictures that is the video.
        partner: for a fake, `path` of the real video of the same frames, if there is one.
        partner_panel: the half of the partner's pictures that is it.
    """

    file: str
    path: str
    label: str
    original: str
    source: str
    people: tuple[str, ...] = ()
    method: str = ""
    part: str = ""
    split: str = "train"
    bytes: int = 0
    panel: Panel = ""
    partner: str = ""
    partner_panel: Panel = ""


@dataclass(frozen=True)
class VideoTable:
    """The videos of a data set.

    Attributes:
        rows: those that can be used, in a fixed order.
        skipped: those that cannot, each with a sentence.
        files: SHA-256 of each file that gave labels or splits, by name.
        classes: the labels that such a data set must hold.
    """

    rows: tuple[VideoRow, ...]
    skipped: tuple[Skipped, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    classes: tuple[str, ...] = LABELS

    def __len__(self) -> int:
        return len(self.rows)

    def __add__(self, other: VideoTable) -> VideoTable:
        """Both tables, whose names must differ."""
        classes = tuple(label for label in LABELS if label in self.classes + other.classes)
        return VideoTable(
            self.rows + other.rows, self.skipped + other.skipped, self.files | other.files, classes
        )

    def where(self, keep: Callable[[VideoRow], bool]) -> VideoTable:
        """The rows for which `keep` holds; what was left out before stays listed."""
        return replace(self, rows=tuple(filter(keep, self.rows)))

    def paired(self) -> VideoTable:
        """The table without the real partners of fakes, which are prepared with their fakes."""
        partners = {(row.partner, row.partner_panel) for row in self.rows if row.partner}
        return self.where(lambda row: (row.path, row.panel) not in partners)

    def limited(self, most: int, *, seed: int = 0) -> VideoTable:
        """At most so many rows of each label and split, drawn at random.

        A larger number gives all of these and more.
        """
        kinds: dict[tuple[str, str], list[str]] = {}
        for row in self.rows:
            kinds.setdefault((row.label, row.split), []).append(row.file)
        drawn = {file for files in kinds.values() for file in _drawn(files, most, seed)}
        return self.where(lambda row: row.file in drawn)

    def require(self, place: object) -> VideoTable:
        """This table, checked for empty classes.

        Raises:
            AnalysisError: one of its classes is empty.
        """
        for label in self.classes:
            if not any(row.label == label for row in self.rows):
                raise AnalysisError(
                    f"{place} has no {label} video that can be used{_first(self.skipped)}."
                )
        return self


def _drawn(files: Sequence[str], most: int, seed: int) -> list[str]:
    order = np.random.default_rng(seed).permutation(len(files))
    return [sorted(files)[i] for i in order[:most]]


def _first(skipped: tuple[Skipped, ...]) -> str:
    return (
        f"; {len(skipped)} were left out, the first of them {skipped[0].what}: {skipped[0].why}"
        if skipped
        else ""
    )


class Store:
    """The files below a local folder or an fsspec URL, by their names relative to it.

    Args:
        root: folder, or URL such as `s3://bucket/dfdc` or `zip://::data.zip`.

    Attributes:
        sizes: bytes of each file, sorted by name.

    Raises:
        AnalysisError: the place does not exist, or the package for that kind of URL is missing.
    """

    def __init__(self, root: str | Path) -> None:
        self._after = "".join(str(root).partition("::")[1:])
        try:
            self._files, self._root = url_to_fs(str(root))
            found = self._files.find(self._root, detail=True)
        except (ImportError, ValueError, OSError) as error:
            raise AnalysisError(f"{root} cannot be looked at ({error}); check its name.") from error
        if not found:
            raise AnalysisError(f"{root} is no folder with files; check its name.")
        self._root = self._root.rstrip("/")
        start = len(self._root) + 1 if self._root else 0
        self._paths = {path[start:]: path for path in sorted(found)}
        self.sizes = {name: int(found[path]["size"] or 0) for name, path in self._paths.items()}

    def path(self, name: str) -> str:
        """Local path, or URL, of a file: the value of `VideoRow.path`."""
        path = self._paths[name]
        return (
            path
            if "file" in self._files.protocol
            else self._files.unstrip_protocol(path) + self._after
        )

    def open(self, name: str) -> BinaryIO:
        """The file, for reading."""
        return cast(BinaryIO, self._files.open(self._paths[name], "rb"))

    def read(self, name: str) -> bytes:
        """All bytes of a file."""
        with self.open(name) as file:
            return file.read()


def sha256(data: bytes) -> str:
    """Its SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def suffix(name: str) -> str:
    """The suffix in lower case: `.mp4` for `a/b.MP4`."""
    return Path(name).suffix.lower()
