"""Reading prepared videos: one at a time, by index, as arrays or as a table of pictures, without loading all."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from training.data.shards import BOX, FACE, INDEX, NO_FACE, Manifest, Pictures, PreparedVideo, Stored, missing_files, read_settings
from training.data.splits import groups
from training.data.table import LABELS, FaceTable, Row

OPEN_SHARDS = 8
Kind = Literal["frames", "faces"]


class Prepared:
    """Prepared videos; pictures are read from the disk when they are asked for.

    Args:
        folder: written by `prepare`.

    Attributes:
        settings: what was taken of each video.
        videos: all that were prepared, in the order of their shards.
        skipped: those that were left out, when the table was read or later, each with a sentence.

    Raises:
        AnalysisError: the folder holds none, a shard is missing or has another size; the sentence names it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, read_settings(folder)
        manifest = Manifest(folder)
        self._shards = dict(sorted(manifest.shards.items()))
        self._open: OrderedDict[str, NDArray[Any]] = OrderedDict()
        for name in (name for shard in self._shards.values() for name in missing_files(folder, shard)):
            raise AnalysisError(f"{folder.name}/{name} is missing or has another size than the manifest says; prepare again to mend it.")
        self.videos = tuple(video for shard in self._shards.values() for video in shard.videos)
        self.skipped = manifest.skipped()

    def __len__(self) -> int:
        return len(self.videos)

    def __iter__(self) -> Iterator[tuple[PreparedVideo, Pictures, Pictures]]:
        """Each video with its frames and faces, one at a time."""
        return ((video, self.frames(video), self.faces(video)) for video in self.videos)

    def frames(self, video: PreparedVideo) -> Pictures:
        """(n, size, size, 3) uint8 RGB, in the order of time; n is 0 where none are stored."""
        frames = self._array(video.shard, "frames")
        return np.zeros((0, 0, 0, 3), np.uint8) if frames is None else np.array(frames[video.start : video.stop])

    def faces(self, video: PreparedVideo) -> Pictures:
        """(m, face_size, face_size, 3) uint8 RGB, those of the frames that show the face, in the order of time."""
        kept = [place[FACE] for place in self.places(video) if place[FACE] != NO_FACE]
        faces = self._array(video.shard, "faces")
        return np.zeros((0, 0, 0, 3), np.uint8) if faces is None else np.array(faces[kept])

    def places(self, video: PreparedVideo) -> NDArray[np.int32]:
        """(n, 6) int32 of each frame: its number in the video, row of its face in the shard or -1, box (x, y, w, h) in the whole frame."""
        places = self._array(video.shard, "places")
        assert places is not None  # a video in the manifest has at least one frame
        return np.array(places[video.start : video.stop])

    def groups(self, videos: Sequence[PreparedVideo] | None = None) -> list[str]:
        """Group of each video (of all of them): those that share a source video or a person are one; see `splits.groups`."""
        return groups([video.row for video in (self.videos if videos is None else videos)])

    def arrays(
        self, kind: Kind = "faces", *, where: Callable[[PreparedVideo], bool] | None = None, each: int | None = None
    ) -> tuple[Pictures, NDArray[np.int64], list[str]]:
        """Pictures of many videos in memory.

        Args:
            kind: `frames` or `faces`.
            where: which videos; all without.
            each: at most so many of each video, the first ones.

        Returns:
            (n, s, s, 3) uint8 RGB; (n,) 1 for FAKE, 0 for REAL; (n,) group of each.

        Raises:
            AnalysisError: there are none, or a class is empty.
        """
        videos = [video for video in self.videos if where is None or where(video)]
        read = self.frames if kind == "frames" else self.faces
        counts = [min(self._count(video, kind), each or video.stop) for video in videos]
        self._require_classes(video for video, count in zip(videos, counts, strict=True) if count)
        side = self.settings.size if kind == "frames" else self.settings.face_size
        pictures = np.empty((sum(counts), side, side, 3), np.uint8)
        end = 0
        for video, count in zip(videos, counts, strict=True):
            pictures[end : end + count] = read(video)[:count] if count else 0
            end += count
        labels = np.repeat([video.row.label == "FAKE" for video in videos], counts).astype(np.int64)
        names = zip(self.groups(videos), counts, strict=True)
        return pictures, labels, [name for name, count in names for _ in range(count)]

    def table(self, kind: Kind = "faces") -> FaceTable:
        """A row for each stored picture. `original` is the video's, `moment` the number of the frame."""
        rows: list[Row] = []
        at: dict[str, tuple[PreparedVideo, int]] = {}
        for video in self.videos:
            for position, place in enumerate(self.places(video) if self._count(video, kind) else ()):
                number = position + video.start if kind == "frames" else int(place[FACE])
                if number != NO_FACE:
                    row = self._row(video, kind, place)
                    rows.append(row)
                    at[row.file] = video, number
        return _PictureTable(rows, lambda row: self._picture(*at[row.file], kind))

    def verify(self) -> None:
        """Hash every shard anew.

        Raises:
            AnalysisError: one is not what the manifest says.
        """
        for stored in (stored for shard in self._shards.values() for stored in shard.files.values()):
            with (self.folder / stored.file).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != stored.sha256:
                    raise AnalysisError(f"{self.folder.name}/{stored.file}: its SHA-256 is not that of the manifest; prepare anew.")

    def _count(self, video: PreparedVideo, kind: Kind) -> int:
        if kind == "faces":
            return video.faces
        return video.stop - video.start if self.settings.size else 0

    def _require_classes(self, videos: Iterable[PreparedVideo]) -> None:
        found = {video.row.label for video in videos}
        for label in LABELS:
            if label not in found:
                raise AnalysisError(f"{self.folder.name} has no {label} video of the kind asked for; prepare more, or choose otherwise.")

    def _row(self, video: PreparedVideo, kind: Kind, place: NDArray[np.int32]) -> Row:
        row, stored = video.row, self._shards[video.shard].files[kind]
        cut = Box(*map(int, place[BOX])).scaled(self.settings.scale).w if kind == "faces" else video.width
        scale = self.settings.scale if kind == "faces" else 1.0
        moment = f"{place[INDEX]:05d}"
        return Row(
            f"{row.file}#{moment}", stored.file, row.label, row.original, row.split, row.source, row.method, moment, scale, float(cut)
        )

    def _picture(self, video: PreparedVideo, number: int, kind: Kind) -> Pictures:
        array = self._array(video.shard, kind)
        assert array is not None
        return np.array(array[number])

    def _array(self, number: int, name: str) -> NDArray[Any] | None:
        """An array of a shard, mapped into memory; None where it has none."""
        stored = self._shards[number].files.get(name)
        if stored is None:
            return None
        if stored.file not in self._open:
            self._open[stored.file] = self._mapped(stored)
            while len(self._open) > OPEN_SHARDS:
                self._open.popitem(last=False)
        self._open.move_to_end(stored.file)
        return self._open[stored.file]

    def _mapped(self, stored: Stored) -> NDArray[Any]:
        try:
            array: NDArray[Any] = np.load(self.folder / stored.file, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise AnalysisError(f"{self.folder.name}/{stored.file} cannot be read ({error}); prepare again to mend it.") from error
        if array.shape != stored.shape:
            raise AnalysisError(f"{self.folder.name}/{stored.file}: its shape is {array.shape}, the manifest says {stored.shape}.")
        return array


class _PictureTable(FaceTable):
    """A table whose pictures are arrays on disk; none is kept in memory."""

    def __init__(self, rows: Iterable[Row], look: Callable[[Row], Pictures]) -> None:
        super().__init__(rows, lambda row: _png(look(row)))
        self._look = look

    def where(self, keep: Callable[[Row], bool]) -> FaceTable:
        return _PictureTable(filter(keep, self.rows), self._look)

    def picture(self, row: Row) -> Pictures:
        return self._look(row)


def _png(picture: Pictures) -> bytes:
    """For tables that are joined with others, which keep encoded pictures."""
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
