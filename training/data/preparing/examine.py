"""One video -> arrays.

The video is fetched if it is not local and decoded once; its main face is followed and cut out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import cut, resize, take, whole
from dfgui.core.faces.haar import detect
from dfgui.core.faces.landmarks import FaceMesh, Landmarks
from dfgui.core.faces.tracks import SAME_FACE, owners
from dfgui.core.geometry import Box
from training.data.prepared.shards import NO_FACE, Examined, Pictures, PrepareSettings
from training.data.preparing.fetching import (
    SMALLEST,
    Beat,
    fetched,
    one_behind,
    opened,
    require_size,
    wanted_indices,
)
from training.data.preparing.marks import PRESENCE, in_face, look, look_at_crop
from training.data.preparing.panels import panel
from training.data.videos import VideoRow

# Around a face's last box, in a part 1.8 times its side with the face reduced to 56 px, the
# cascades take 6 ms instead of 130 and find it as often (138 of 140 frames of real clips; the whole
# frame gives 139). Most boxes overlap that of the whole frame by .87 or more, and their side is
# .97-1.07 of its side. With a face of 48 px or less they come out larger.
NEAR, NEAR_SIDE = 1.8, 100
PEOPLE = 3  # followed at the same time


@dataclass(frozen=True, eq=False)
class KeptFace:
    """A kept face: its box and landmarks in the frame, its picture and that of its partner."""

    box: Box
    picture: Pictures
    partner: Pictures | None = None
    marks: Landmarks | None = None


def examine(
    row: VideoRow,
    settings: PrepareSettings,
    scratch: Path,
    mesh: FaceMesh | None = None,
    *,
    threads: int = 1,
    beat: Beat = lambda: None,
) -> Examined:
    """Take from a video what the settings ask for.

    Args:
        row: the video.
        settings: what to take.
        scratch: folder for a temporary copy of a video that is not a local file.
        mesh: checks each face; without it, none is checked.
        threads: for decoding.
        beat: called repeatedly as a sign that the work continues.

    Raises:
        AnalysisError: it cannot be read or shows no face; without the file's name, which the caller
            knows.
        OSError: the disk is full.
    """
    with (
        fetched(row.path, scratch, beat) as (path, size, digest),
        opened(path, threads, beat) as video,
    ):
        half = panel(row.panel, video.info.width)
        width, height = half.width, video.info.height
        require_size(width, height)
        wanted = wanted_indices(video.count, settings)
        taken = _Taken(settings, mesh)
        for _ in one_behind(
            lambda frame: taken.add(frame.index, half.of(frame.rgb)), video.frames(wanted)
        ):
            beat()
    return taken.examined(size, digest, (width, height), len(wanted))


class _Taken:
    """What is kept of the frames so far."""

    def __init__(self, settings: PrepareSettings, mesh: FaceMesh | None) -> None:
        self._settings, self._mesh = settings, mesh
        self._people = People() if settings.faces == "haar" else None
        self._kept = Kept(settings)
        self._faces: list[dict[int, KeptFace]] = []  # for each frame, by person
        self._refused = 0  # boxes that hold no face

    def add(self, index: int, rgb: Pictures) -> None:
        self._kept.add(index, rgb)
        self._faces.append(
            {
                person: face
                for person, box in self._boxes(rgb).items()
                if (face := self._face(rgb, box))
            }
        )

    def _face(self, rgb: Pictures, box: Box) -> KeptFace | None:
        s, marks = self._settings, None
        if self._mesh is not None:
            marks = (
                look_at_crop(self._mesh, rgb) if s.faces == "whole" else look(self._mesh, rgb, box)
            )
            if marks.presence < PRESENCE and s.faces != "whole":
                self._refused += 1
                return None
        return KeptFace(box, cut(rgb, box, size=s.face_size, factor=s.scale), marks=marks)

    def _boxes(self, rgb: Pictures) -> dict[int, Box]:
        if self._people is not None:
            return self._people.follow(rgb)
        return {0: whole(rgb)} if self._settings.faces == "whole" else {}

    def examined(self, bytes_: int, digest: str, size: tuple[int, int], wanted: int) -> Examined:
        main = self._main()
        if main is None and self._settings.faces != "none" and self._faces:
            raise AnalysisError(self._no_face())
        faces = [found.get(main) if main is not None else None for found in self._faces]
        return self._kept.examined(faces, bytes_, digest, size, wanted)

    def _no_face(self) -> str:
        frames = "its frame" if len(self._faces) == 1 else f"any of its {len(self._faces)} frames"
        if self._refused:
            return (
                f"no face was found in {frames}, only what looks like one in"
                f" {counted(self._refused, 'box')}"
            )
        return f"no face was found in {frames}"

    def _main(self) -> int | None:
        """The person seen in most frames; if several, the one with the largest boxes."""
        seen: dict[int, tuple[int, int]] = {}
        for found in self._faces:
            for person, face in found.items():
                frames, area = seen.get(person, (0, 0))
                seen[person] = frames + 1, area + face.box.area
        return max(seen, key=lambda person: (seen[person], -person), default=None)


def counted(number: int, what: str) -> str:
    """Such as `1 box` or `2 boxes`."""
    return f"{number} {what}{'' if number == 1 else 'es'}"


class Kept:
    """The stored frames, and the arrays of a video."""

    def __init__(self, settings: PrepareSettings) -> None:
        self._settings = settings
        self._indices: list[int] = []
        self._frames: list[Pictures] = []

    def add(self, index: int, rgb: Pictures) -> None:
        """Append a frame, (H, W, 3) uint8 RGB."""
        self._indices.append(index)
        if size := self._settings.size:
            self._frames.append(resize(_halved(rgb, size), (size, size)))

    def examined(
        self,
        faces: list[KeptFace | None],
        bytes_: int,
        digest: str,
        size: tuple[int, int],
        wanted: int,
        *,
        partner: str = "",
    ) -> Examined:
        """The arrays.

        Args:
            faces: for each frame, None if it does not show the face.
            bytes_: of the file.
            digest: its SHA-256.
            size: width and height of its frames.
            wanted: frames that were asked for.
            partner: SHA-256 of the partner's file.

        Raises:
            AnalysisError: there are no frames.
        """
        count, s = len(self._indices), self._settings
        if not count:
            raise AnalysisError("none of its frames can be decoded")
        places = np.full((count, 6), NO_FACE, np.int32)
        places[:, 0] = self._indices
        shown = [face for face in faces if face is not None]
        rows = [number for number, face in enumerate(faces) if face is not None]
        for row, face in enumerate(shown):
            places[rows[row], 1:] = row, *face.box
        notes = (
            [f"{wanted - count} of {wanted} frames cannot be decoded."] if count < wanted else []
        )
        if shown and len(shown) < count:
            notes.append(f"{count - len(shown)} of {count} frames do not show the face.")
        pictures, others = (
            _stacked([face.picture for face in shown], s.face_size),
            [face.partner for face in shown],
        )
        return Examined(
            bytes_, digest, *size, _stacked(self._frames, s.size), pictures, places, tuple(notes),
            _stacked([other for other in others if other is not None], s.face_size)
            if partner else None,
            *_marks(shown, s), partner,
        )  # fmt: skip


def _marks(
    faces: list[KeptFace], settings: PrepareSettings
) -> tuple[NDArray[np.float16] | None, NDArray[np.float32] | None]:
    """Landmarks in pixels of the stored faces, and presence; None if no face was checked."""
    marks = [
        (face.box.scaled(settings.scale), face.marks) for face in faces if face.marks is not None
    ]
    if not marks:
        return None, None
    points = [in_face(found, square, settings.face_size) for square, found in marks]
    return np.stack(points), np.array([found.presence for _, found in marks], np.float32)


def _halved(rgb: Pictures, size: int) -> Pictures:
    """The picture halved while it is at least four times as large as wanted.

    Averaging halves is three times as fast as other ratios.
    """
    while min(rgb.shape[:2]) >= 4 * size and rgb.shape[0] % 2 == rgb.shape[1] % 2 == 0:
        rgb = resize(rgb, (rgb.shape[0] // 2, rgb.shape[1] // 2))
    return rgb


def _stacked(pictures: list[Pictures], side: int) -> Pictures:
    return np.stack(pictures) if pictures else np.zeros((0, side, side, 3), np.uint8)


@dataclass
class People:
    """Whose face is where, from frame to frame.

    Each face is searched near its last place first, and in the whole frame if the leading one is
    not there.
    """

    _last: dict[int, Box] = field(default_factory=dict)
    _frames: dict[int, int] = field(default_factory=dict)
    _new: Iterator[int] = field(default_factory=count)

    def follow(self, rgb: Pictures) -> dict[int, Box]:
        """Boxes of the next frame, (H, W, 3) uint8 RGB, in its pixels, by person."""
        found = {
            person: box
            for person, last in self._last.items()
            if (box := near(rgb, last)) is not None
        }
        leading = max(
            self._frames, key=lambda person: (self._frames[person], -person), default=None
        )
        if leading not in found:
            found |= self._searched(rgb, found)
        # A person who turned away is searched for at the same place again.
        self._last = {
            person: self._last[person] for person in (leading,) if person is not None
        } | found
        for person in found:
            self._frames[person] = self._frames.get(person, 0) + 1
        return found

    def _searched(self, rgb: Pictures, found: dict[int, Box]) -> dict[int, Box]:
        """Faces of the whole frame that are not found yet, the largest first."""
        boxes = [
            box
            for box in detect(rgb)
            if all(box.overlap(other) < SAME_FACE for other in found.values())
        ]
        boxes = sorted(boxes, key=lambda box: -box.area)[: PEOPLE - len(found)]
        missing = [(person, box) for person, box in self._last.items() if person not in found]
        numbers = [
            next(self._new) if person is None else person for person in owners(boxes, missing)
        ]
        return dict(zip(numbers, boxes, strict=True))


def near(rgb: Pictures, last: Box) -> Box | None:
    """The face around its last box; None if none overlaps it enough to be the same face.

    Args:
        rgb: (H, W, 3) uint8.
        last: in pixels of an earlier frame of the same size.
    """
    window = last.scaled(NEAR)
    inside = window.clipped(rgb.shape[1], rgb.shape[0])
    if min(inside.w, inside.h) < SMALLEST:
        return None
    side = min(NEAR_SIDE, window.w)
    scale = window.w / side
    small = np.asarray(
        cv2.resize(take(rgb, window), (side, side), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    boxes = [
        Box(
            window.x + round(x * scale),
            window.y + round(y * scale),
            round(w * scale),
            round(h * scale),
        )
        for x, y, w, h in detect(small)
    ]
    return max(
        (box for box in boxes if box.overlap(last) >= SAME_FACE), key=last.overlap, default=None
    )
