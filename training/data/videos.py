"""Tables of videos: where each is, its label, whose face it shows, and what of a data set cannot be used and why."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from fsspec.core import url_to_fs

from dfgui.core.errors import AnalysisError
from dfgui.core.media import STILL_SUFFIXES, VIDEO_SUFFIXES
from training.data import ffpp
from training.data.table import LABELS
from training.results import Skipped

MEDIA_SUFFIXES = VIDEO_SUFFIXES | STILL_SUFFIXES


@dataclass(frozen=True, slots=True)
class VideoRow:
    """One video; a still picture is one of a single frame.

    Attributes:
        file: its name in the data set, `/` between folders; no other row of the table has it.
        path: local path or fsspec URL; `zip://MEMBER::ARCHIVE` for a member of an archive.
        label: REAL or FAKE.
        original: name of the real video behind it; a fake and its source share it, and no split may part them.
        source: data set: dfdc, ffpp, celebdf, folders.
        people: those it shows, where the data set says; for a fake the one who lends the frame and the one who lends the face.
        method: how the fake was made, where the data set says.
        part: part of the data set, where it comes in several.
        split: as the data set has it; `splits.assign` makes others.
        bytes: size of the file.
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


@dataclass(frozen=True)
class VideoTable:
    """The videos of a data set.

    Attributes:
        rows: those that can be used, in a fixed order.
        skipped: those that cannot, each with a sentence.
        files: SHA-256 of each file that gave labels or splits, by name.
    """

    rows: tuple[VideoRow, ...]
    skipped: tuple[Skipped, ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __add__(self, other: VideoTable) -> VideoTable:
        """Both, whose names must differ."""
        return VideoTable(self.rows + other.rows, self.skipped + other.skipped, self.files | other.files)

    def where(self, keep: Callable[[VideoRow], bool]) -> VideoTable:
        """The rows for which `keep` holds; what was left out before stays listed."""
        return VideoTable(tuple(filter(keep, self.rows)), self.skipped, self.files)

    def require_both(self, place: object) -> VideoTable:
        """Itself.

        Raises:
            AnalysisError: a class is empty.
        """
        for label in LABELS:
            if not any(row.label == label for row in self.rows):
                raise AnalysisError(f"{place} has no {label} video that can be used{_first(self.skipped)}.")
        return self


def _first(skipped: tuple[Skipped, ...]) -> str:
    return f"; {len(skipped)} were left out, the first of them {skipped[0].what}: {skipped[0].why}" if skipped else ""


class Store:
    """The files below a local folder or an fsspec URL, by their names from there on.

    Args:
        root: folder, or URL such as `s3://bucket/dfdc` or `zip://::data.zip`.

    Attributes:
        sizes: bytes of each file; names ascend.

    Raises:
        AnalysisError: there is no such place, or the package for that kind of URL is missing.
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
        """Local path, or URL, of a file: what `VideoRow.path` holds."""
        path = self._paths[name]
        return path if "file" in self._files.protocol else self._files.unstrip_protocol(path) + self._after

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
    """`.mp4` of `a/b.MP4`."""
    return Path(name).suffix.lower()


def read_ffpp(root: str | Path, *, compression: str = "c23") -> VideoTable:
    """FaceForensics++ in its official folders; `test` are the people of `ffpp.TEST_PEOPLE`.

    Raises:
        AnalysisError: it has no original clips, or no fakes.
    """
    base = Path(root)
    rows = tuple(
        VideoRow(
            file=clip.path.relative_to(base).as_posix(),
            path=str(clip.path),
            label="FAKE" if clip.is_fake else "REAL",
            original=clip.target,
            source="ffpp",
            people=(clip.target, clip.donor) if clip.is_fake else (clip.target,),
            method=clip.method,
            split="test" if clip.target in ffpp.TEST_PEOPLE else "train",
            bytes=clip.path.stat().st_size,
        )
        for clip in ffpp.clips(base, compression=compression)
    )
    return VideoTable(rows).require_both(root)
