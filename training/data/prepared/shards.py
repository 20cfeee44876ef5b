"""Prepared videos on disk: settings, shards of arrays, and the manifest that lists them.

`prepared.json` holds the settings. `manifest.jsonl` gets a line for each shard once its arrays are
in place and on the disk, so what it names is complete, whenever the power fails.
`shard-NNNNN-frames.npy` and `-faces.npy` hold the pictures, `-partners.npy` the real faces of
pairs, `-landmarks.npy` and `-presence.npy` the results of the landmark network for each face,
`-places.npy` where they are from.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file, replacing, sync
from training.data.videos import VideoRow
from training.results import Skipped

SCHEMA = "dfgui.prepared/2"
SETTINGS, MANIFEST = "prepared.json", "manifest.jsonl"
NO_FACE = -1
INDEX, FACE, BOX = 0, 1, slice(2, 6)  # columns of the places of frames
# Arrays of a shard, one file each.
ARRAYS = "frames", "faces", "partners", "landmarks", "presence", "places"
Pictures = NDArray[np.uint8]


class PrepareSettings(msgspec.Struct, frozen=True):
    """What is taken of each video; a folder holds one such choice.

    Attributes:
        frames: of each video, at most.
        first: take the first ones, as the paper took one; else they are spread evenly.
        size: side of the stored frames, pixels; the whole frame is stretched to a square, as in the
            paper. 0: none are stored.
        faces: how faces are found: by the Haar cascades, or the whole picture is one; with `none`,
            none are stored.
        face_size: side of the stored faces, pixels.
        face_scale: side of a stored face over the longer side of its box.
        pairs: a fake and its partner are prepared as one, cut from the same frames by the same box;
            else each video by itself.
        landmarks: each face is checked and its landmarks are stored; a box in which the check finds
            no face does not count.
    """

    frames: int = 8
    first: bool = False
    size: int = 200
    faces: Literal["haar", "whole", "none"] = "haar"
    face_size: int = 224
    face_scale: float = 1.25
    pairs: bool = False
    landmarks: bool = False
    schema: str = SCHEMA

    @property
    def scale(self) -> float:
        """Side of a stored face over its box: 1 if the picture is the face."""
        return 1.0 if self.faces == "whole" else self.face_scale

    @property
    def video_bytes(self) -> int:
        """Bytes of pictures of one video, at most."""
        return (
            self.frames
            * 3
            * (self.size**2 + (self.face_size**2 * (1 + self.pairs) if self.faces != "none" else 0))
        )


class PreparedVideo(msgspec.Struct, frozen=True):
    """A video in a shard.

    Attributes:
        row: its row of the table.
        bytes: size of its file.
        sha256: of its file.
        width, height: of its upright frames, pixels.
        shard: number of its shard.
        start, stop: its frames are these rows of the shard.
        faces: how many of them show the face.
        notes: what a reader must know, one sentence each.
        partners: the real face of its first one is this row of the shard's `partners`, the others
            follow; -1 if it has no partner.
        partner_sha256: of the partner's file.
        marked: how many of the faces have landmarks.
    """

    row: VideoRow
    bytes: int
    sha256: str
    width: int
    height: int
    shard: int
    start: int
    stop: int
    faces: int
    notes: tuple[str, ...] = ()
    partners: int = NO_FACE
    partner_sha256: str = ""
    marked: int = 0


class Stored(msgspec.Struct, frozen=True):
    """A file of a shard."""

    file: str
    bytes: int
    sha256: str
    shape: tuple[int, ...]


class Shard(msgspec.Struct, frozen=True, tag="shard"):
    """A line of the manifest: a shard, its files by content, and the videos left out on the way."""

    number: int
    files: dict[str, Stored]
    videos: tuple[PreparedVideo, ...]
    skipped: tuple[Skipped, ...] = ()

    def names(self) -> list[str]:
        """The videos that it covers."""
        return [video.row.file for video in self.videos] + [one.what for one in self.skipped]


class Source(msgspec.Struct, frozen=True, tag="source"):
    """A line of the manifest: what the table of videos left out, and the SHA-256 of its files.

    The last such line counts.
    """

    skipped: tuple[Skipped, ...]
    files: dict[str, str]


Line = Shard | Source


@dataclass(frozen=True, eq=False)
class Examined:
    """What one video gives.

    Attributes:
        bytes: size of its file.
        sha256: of its file.
        width, height: of its upright frames, or of the half that it is, pixels.
        frames: (n, size, size, 3) uint8 RGB in order of time; (0, ...) if none are stored.
        faces: (m, face_size, face_size, 3) uint8 RGB, of the frames that show the face.
        places: (n, 6) int32 for each frame: its number, row of its face in `faces` or -1, box (x,
            y, w, h) in the whole frame.
        notes: what a reader must know, one sentence each.
        partners: as `faces`, the real face of the same frame and box; None without a partner.
        landmarks: (m, 478, 2) float16 x and y in pixels of the stored face, for a pair those of the
            real one; NaN if there is no face.
        presence: (m,) float32 logit of the landmark network.
        partner_sha256: of the partner's file.
    """

    bytes: int
    sha256: str
    width: int
    height: int
    frames: Pictures
    faces: Pictures
    places: NDArray[np.int32]
    notes: tuple[str, ...]
    partners: Pictures | None = None
    landmarks: NDArray[np.float16] | None = None
    presence: NDArray[np.float32] | None = None
    partner_sha256: str = ""

    @property
    def marked(self) -> int:
        """How many of the faces have landmarks."""
        return 0 if self.landmarks is None else int(np.isfinite(self.landmarks[:, 0, 0]).sum())


class ShardWriter:
    """Gathers the content of one shard and writes it.

    Args:
        folder: of the preparation.
        number: of the shard.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._number = folder, number
        self._arrays: dict[str, list[NDArray[Any]]] = {name: [] for name in ARRAYS}
        self._videos: list[PreparedVideo] = []
        self._skipped: list[Skipped] = []
        self._rows = self._faces = self._partners = 0

    def add(self, row: VideoRow, found: Examined) -> None:
        """Append a video."""
        places = found.places.copy()
        places[places[:, FACE] != NO_FACE, FACE] += self._faces
        for name in ARRAYS:
            array = places if name == "places" else getattr(found, name)
            if array is not None:
                self._arrays[name].append(array)
        self._videos.append(self._prepared(row, found))
        self._rows, self._faces = self._rows + len(places), self._faces + len(found.faces)
        self._partners += 0 if found.partners is None else len(found.partners)

    def _prepared(self, row: VideoRow, found: Examined) -> PreparedVideo:
        return PreparedVideo(
            row, found.bytes, found.sha256, found.width, found.height, self._number,
            start=self._rows, stop=self._rows + len(found.places), faces=len(found.faces),
            notes=found.notes, partners=NO_FACE if found.partners is None else self._partners,
            partner_sha256=found.partner_sha256, marked=found.marked,
        )  # fmt: skip

    def skip(self, file: str, why: str) -> None:
        """Record a video that is left out."""
        self._skipped.append(Skipped(file, why))

    def write(self) -> Shard:
        """Put the arrays in place and on the disk.

        Raises:
            OSError: they cannot be written; no part of them stays.
        """
        files: dict[str, Stored] = {}
        try:
            for name in list(self._arrays):
                parts = [part for part in self._arrays.pop(name) if len(part)]
                if parts:
                    files[name] = _store(
                        self._folder / f"shard-{self._number:05d}-{name}.npy", np.concatenate(parts)
                    )
        except OSError:
            for stored in files.values():
                (self._folder / stored.file).unlink(missing_ok=True)
            raise
        return Shard(self._number, files, tuple(self._videos), tuple(self._skipped))


class _Hashing:
    """A file that is hashed while it is written."""

    def __init__(self, file: Any) -> None:
        self._file, self.digest, self.bytes = file, hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.bytes += memoryview(data).nbytes
        self._file.write(data)
        return memoryview(data).nbytes


def _store(path: Path, array: NDArray[Any]) -> Stored:
    try:
        with replacing(path, durable=True) as part, part.open("wb") as file:
            hashing = _Hashing(file)
            np.lib.format.write_array(hashing, array, allow_pickle=False)
    except OSError as error:
        # Writing, unlike opening, names no file.
        raise OSError(error.errno, error.strerror, str(path)) from error
    return Stored(path.name, hashing.bytes, hashing.digest.hexdigest(), array.shape)


class Manifest:
    """The manifest of a folder, for the one process that writes it.

    Attributes:
        shards: by number.
        source: the last line about the table of videos.

    Raises:
        AnalysisError: a line cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / MANIFEST
        self.shards: dict[int, Shard] = {}
        self.source: Source | None = None
        for line in _lines(self._path):
            self._take(line)

    def append(self, line: Line) -> None:
        """Write a line and wait until it is on the disk.

        Raises:
            OSError: it cannot be written; the file is unchanged.
        """
        new, data = not self._path.exists(), msgspec.json.encode(line) + b"\n"
        with self._path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                if file.write(data) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
                os.fsync(file.fileno())
            except OSError:
                os.truncate(self._path, before)
                raise
        if new:
            sync(self._path.parent)
        self._take(line)

    def mend(self) -> None:
        """Cut off a last line that a kill left unfinished; drop shards whose files are gone."""
        if self._path.exists():
            data = self._path.read_bytes()
            if not data.endswith(b"\n"):
                os.truncate(self._path, data.rfind(b"\n") + 1)
        self.shards = {
            number: shard
            for number, shard in self.shards.items()
            if not list(missing_files(self._path.parent, shard))
        }

    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out, in the table or later, and not prepared in a later attempt."""
        shards = sorted(self.shards.values(), key=lambda shard: shard.number)
        prepared = {video.row.file for shard in shards for video in shard.videos}
        early = self.source.skipped if self.source else ()
        last = {
            one.what: one for one in (*early, *(one for shard in shards for one in shard.skipped))
        }
        return tuple(one for one in last.values() if one.what not in prepared)

    def _take(self, line: Line) -> None:
        if isinstance(line, Source):
            self.source = line
        else:
            self.shards[line.number] = line


def _lines(path: Path) -> Iterator[Line]:
    """The finished lines; whatever follows the last line's end was never finished."""
    if not path.exists():
        return
    decoder = msgspec.json.Decoder(Line)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                try:
                    yield decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise AnalysisError(
                        f"{path.parent.name}/{path.name}, line {number} cannot be read ({error});"
                        " prepare again."
                    ) from error


def missing_files(folder: Path, shard: Shard) -> Iterator[str]:
    """Names of the files of a shard that do not exist or have another size."""
    for stored in shard.files.values():
        path = folder / stored.file
        if not path.is_file() or path.stat().st_size != stored.bytes:
            yield stored.file


def read_settings(folder: Path) -> PrepareSettings:
    """The settings of a prepared folder.

    Raises:
        AnalysisError: there are none.
    """
    path = folder / SETTINGS
    try:
        settings = msgspec.json.decode(path.read_bytes(), type=PrepareSettings)
    except OSError as error:
        raise AnalysisError(
            f"{folder} holds no prepared videos: {SETTINGS} cannot be read ({error.strerror})."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(
            f"{folder.name}/{SETTINGS} cannot be read ({error}); prepare again in another folder."
        ) from error
    if settings.schema != SCHEMA:
        raise AnalysisError(
            f"{folder.name}/{SETTINGS}: schema is {settings.schema!r}, this version reads"
            f" {SCHEMA!r}; prepare again."
        )
    return settings


def lock(folder: Path, settings: PrepareSettings) -> None:
    """Write the settings, or check that the folder was prepared with the same ones.

    Raises:
        AnalysisError: it holds others; the message names what differs.
    """
    path = folder / SETTINGS
    if path.exists():
        there = json.loads(msgspec.json.encode(read_settings(folder)))
        wanted = json.loads(msgspec.json.encode(settings))
        other = [
            f"{name} {there[name]}, not {value}"
            for name, value in wanted.items()
            if there[name] != value
        ]
        if other:
            raise AnalysisError(
                f"{folder} was prepared with {'; '.join(other)}; choose another folder."
            )
        return
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(path, msgspec.json.encode(settings), durable=True)
