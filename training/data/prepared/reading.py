"""Reading prepared videos without loading all of them.

They come one at a time, by index, as arrays or as a set of pictures.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.landmarks import POINTS
from dfgui.core.geometry import Box
from training.data.prepared.face_set import FaceSet, Place
from training.data.prepared.shards import (
    BOX,
    FACE,
    INDEX,
    NO_FACE,
    Manifest,
    Pictures,
    PreparedVideo,
    Stored,
    missing_files,
    read_settings,
)
from training.data.splits import groups
from training.data.table import LABELS, Row

OPEN_FILES = 256  # memory maps of a folder at once; each holds a file open
Kind = Literal["frames", "faces"]


class Prepared:
    """Prepared videos; pictures are read from the disk on request.

    Args:
        folder: written by `prepare`.

    Attributes:
        settings: what was taken of each video.
        videos: all that were prepared, in the order of their shards.
        skipped: those left out, when the table was read or later, each with a sentence.

    Raises:
        AnalysisError: the folder holds none, a shard is missing or has another size; the message
            names it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.settings = folder, read_settings(folder)
        manifest = Manifest(folder)
        self._shards = dict(sorted(manifest.shards.items()))
        self._open: OrderedDict[str, NDArray[Any]] = OrderedDict()
        self._lock = threading.Lock()
        for name in (
            name for shard in self._shards.values() for name in missing_files(folder, shard)
        ):
            raise AnalysisError(
                f"{folder.name}/{name} is missing or has another size than the manifest says;"
                " prepare again to mend it."
            )
        self.videos = tuple(video for shard in self._shards.values() for video in shard.videos)
        self.skipped = manifest.skipped()

    def __len__(self) -> int:
        return len(self.videos)

    def __iter__(self) -> Iterator[tuple[PreparedVideo, Pictures, Pictures]]:
        """Each video with its frames and faces, one at a time."""
        return ((video, self.frames(video), self.faces(video)) for video in self.videos)

    def frames(self, video: PreparedVideo) -> Pictures:
        """(n, size, size, 3) uint8 RGB, in order of time; n is 0 if none are stored."""
        frames = self.array(video.shard, "frames")
        return (
            np.zeros((0, 0, 0, 3), np.uint8)
            if frames is None
            else np.array(frames[video.start : video.stop])
        )

    def faces(self, video: PreparedVideo) -> Pictures:
        """(m, face_size, face_size, 3) uint8 RGB, in order of time.

        Only frames that show the face have one.
        """
        kept = self._face_rows(video)
        faces = self.array(video.shard, "faces")
        return np.zeros((0, 0, 0, 3), np.uint8) if faces is None else np.array(faces[kept])

    def partners(self, video: PreparedVideo) -> Pictures:
        """As `faces`, the real face of the same frame and box; none if the video has no partner."""
        if video.partners == NO_FACE:
            return np.zeros((0, self.settings.face_size, self.settings.face_size, 3), np.uint8)
        partners = self.array(video.shard, "partners")
        assert partners is not None  # the video says so
        return np.array(partners[video.partners : video.partners + video.faces])

    def landmarks(self, video: PreparedVideo) -> NDArray[np.float32]:
        """(m, 478, 2) x and y in pixels of each stored face; NaN if there is none.

        For a pair they are those of the real one.
        """
        points = self.array(video.shard, "landmarks")
        kept = self._face_rows(video)
        return (
            np.full((len(kept), POINTS, 2), np.nan, np.float32)
            if points is None
            else np.array(points[kept], np.float32)
        )

    def presence(self, video: PreparedVideo) -> NDArray[np.float32]:
        """(m,) logit of the landmark network for each stored face; NaN if it was not asked."""
        presence = self.array(video.shard, "presence")
        kept = self._face_rows(video)
        return (
            np.full(len(kept), np.nan, np.float32) if presence is None else np.array(presence[kept])
        )

    def places(self, video: PreparedVideo) -> NDArray[np.int32]:
        """(n, 6) int32 for each frame.

        Its number in the video, the row of its face in the shard or -1, and the box (x, y, w, h) in
        the whole frame.
        """
        places = self.array(video.shard, "places")
        assert places is not None  # a video in the manifest has at least one frame
        return np.array(places[video.start : video.stop])

    def groups(self, videos: Sequence[PreparedVideo] | None = None) -> list[str]:
        """The group of each video, of all of them by default.

        Videos that share a source video or a person are one group; see `splits.groups`.
        """
        return groups([video.row for video in (self.videos if videos is None else videos)])

    def arrays(
        self,
        kind: Kind = "faces",
        *,
        where: Callable[[PreparedVideo], bool] | None = None,
        each: int | None = None,
    ) -> tuple[Pictures, NDArray[np.int64], list[str]]:
        """Pictures of many videos in memory.

        For a pair there are both, the real ones after the fake ones.

        Args:
            kind: `frames` or `faces`.
            where: which videos; by default all.
            each: at most so many of each video, the first ones.

        Returns:
            (n, s, s, 3) uint8 RGB; (n,) 1 for FAKE, 0 for REAL; (n,) group of each.

        Raises:
            AnalysisError: there are none, or a class is empty.
        """
        videos = [video for video in self.videos if where is None or where(video)]
        parts = [part for video in videos for part in self._parts(video, kind)]
        counts = [min(self._count(video, kind), each or video.stop) for video, _, _ in parts]
        self._require_classes(
            label for (_, label, _), count in zip(parts, counts, strict=True) if count
        )
        side = self.settings.size if kind == "frames" else self.settings.face_size
        pictures = np.empty((sum(counts), side, side, 3), np.uint8)
        end = 0
        for (video, _, read), count in zip(parts, counts, strict=True):
            pictures[end : end + count] = read(video)[:count] if count else 0
            end += count
        labels = np.repeat([label == "FAKE" for _, label, _ in parts], counts).astype(np.int64)
        names = zip(self.groups([video for video, _, _ in parts]), counts, strict=True)
        return pictures, labels, [name for name, count in names for _ in range(count)]

    def _parts(
        self, video: PreparedVideo, kind: Kind
    ) -> Iterator[tuple[PreparedVideo, str, Callable[[PreparedVideo], Pictures]]]:
        yield video, video.row.label, self.frames if kind == "frames" else self.faces
        if kind == "faces" and video.partners != NO_FACE:
            yield video, "REAL", self.partners

    def table(self, kind: Kind = "faces") -> FaceSet:
        """A row for each stored picture; a pair has one for each side.

        `original` is the video's. `moment` is the number of the frame; for a pair, the name of the
        fake and the number, so that only the two sides of one moment share it.
        """
        places: list[Place] = []
        for video in self.videos:
            first = NO_FACE
            for position, place in enumerate(
                self.places(video) if self._count(video, kind) else ()
            ):
                number = position + video.start if kind == "frames" else int(place[FACE])
                if number != NO_FACE:
                    first = number if first == NO_FACE else first
                    places.append(
                        Place(
                            self._row(video, kind, place), self, video.shard, kind, number, number
                        )
                    )
                    if kind == "faces" and video.partners != NO_FACE:
                        partner = video.partners + number - first
                        places.append(
                            Place(
                                self._row(video, "partners", place),
                                self,
                                video.shard,
                                "partners",
                                partner,
                                number,
                            )
                        )
        return FaceSet(places)

    def verify(self) -> None:
        """Hash every shard again.

        Raises:
            AnalysisError: one differs from the manifest.
        """
        for stored in (
            stored for shard in self._shards.values() for stored in shard.files.values()
        ):
            with (self.folder / stored.file).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != stored.sha256:
                    raise AnalysisError(
                        f"{self.folder.name}/{stored.file}: its SHA-256 is not that of the"
                        " manifest; prepare again."
                    )

    def _count(self, video: PreparedVideo, kind: Kind) -> int:
        if kind == "faces":
            return video.faces
        return video.stop - video.start if self.settings.size else 0

    def _face_rows(self, video: PreparedVideo) -> list[int]:
        return [int(place[FACE]) for place in self.places(video) if place[FACE] != NO_FACE]

    def _require_classes(self, labels: Iterable[str]) -> None:
        found = set(labels)
        for label in LABELS:
            if label not in found:
                raise AnalysisError(
                    f"{self.folder.name} has no {label} video of the kind asked for; prepare more,"
                    " or choose otherwise."
                )

    def _row(self, video: PreparedVideo, kind: str, place: NDArray[np.int32]) -> Row:
        row, stored = video.row, self._shards[video.shard].files[kind]
        cut = (
            video.width
            if kind == "frames"
            else Box(*map(int, place[BOX])).scaled(self.settings.scale).w
        )
        scale = 1.0 if kind == "frames" else self.settings.scale
        name = f"{row.file}#{place[INDEX]:05d}"
        moment = name if kind != "frames" and video.partners != NO_FACE else f"{place[INDEX]:05d}"
        if kind == "partners":
            return Row(
                f"{name}:real",
                stored.file,
                "REAL",
                row.original,
                row.split,
                row.source,
                "",
                moment,
                scale,
                float(cut),
            )
        return Row(
            name,
            stored.file,
            row.label,
            row.original,
            row.split,
            row.source,
            row.method,
            moment,
            scale,
            float(cut),
        )

    def array(self, number: int, name: str) -> NDArray[Any] | None:
        """An array of a shard, memory-mapped and read-only; None if it has none.

        Callers need no lock of their own.
        """
        stored = self._shards[number].files.get(name)
        if stored is None:
            return None
        with self._lock:
            if stored.file not in self._open:
                self._open[stored.file] = self._mapped(stored)
                while len(self._open) > OPEN_FILES:
                    self._open.popitem(last=False)
            self._open.move_to_end(stored.file)
            return self._open[stored.file]

    def _mapped(self, stored: Stored) -> NDArray[Any]:
        try:
            array: NDArray[Any] = np.load(
                self.folder / stored.file, mmap_mode="r", allow_pickle=False
            )
        except (OSError, ValueError) as error:
            raise AnalysisError(
                f"{self.folder.name}/{stored.file} cannot be read ({error}); prepare again to"
                " mend it."
            ) from error
        if array.shape != stored.shape:
            raise AnalysisError(
                f"{self.folder.name}/{stored.file}: its shape is {array.shape}, the manifest says"
                f" {stored.shape}."
            )
        # A plain array over the same memory: indexing a memmap takes ten times as long.
        return array.view(np.ndarray)

    def __getstate__(self) -> dict[str, Any]:
        """The state without open files, so that it can be passed to another process."""
        return self.__dict__ | {"_open": OrderedDict(), "_lock": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"_lock": threading.Lock()})
