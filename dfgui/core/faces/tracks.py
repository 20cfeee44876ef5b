"""Faces over time: which box of a frame is which person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dfgui.core.geometry import Box

SAME_FACE = 0.3  # overlap from which two boxes of successive frames are one person


@dataclass(frozen=True)
class Face:
    """A face in a frame: its box, its track number and its presence (None: not checked).

    The presence says how surely it is a face.
    """

    box: Box
    track: int
    presence: float | None = None


def owners(boxes: Sequence[Box], tracks: Sequence[tuple[int, Box]]) -> list[int | None]:
    """The number of each box's track, or None if it has none.

    A box belongs to the track whose last box it overlaps most; each track is used once.
    """
    pairs = sorted(
        ((last.overlap(box), i, number) for i, box in enumerate(boxes) for number, last in tracks),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    found: dict[int, int] = {}
    for overlap, i, number in pairs:
        if overlap >= SAME_FACE and i not in found and number not in found.values():
            found[i] = number
    return [found.get(i) for i in range(len(boxes))]


@dataclass
class _Track:
    number: int
    box: Box
    seen_s: float


@dataclass
class Tracker:
    """Gives each face the number of its person.

    That is the number of the open track that its box overlaps most, else a new number.

    Frames must come in time order. A track that was not seen for `lost_after_s` seconds is
    closed.
    """

    lost_after_s: float = 2.0
    _tracks: list[_Track] = field(default_factory=list)
    _next: int = 1

    def expected(self, time_s: float) -> list[Box]:
        """Last boxes of the tracks that are open at `time_s`."""
        self._close_old(time_s)
        return [track.box for track in self._tracks]

    def follow(self, boxes: Sequence[Box], time_s: float) -> list[Face]:
        """Give the boxes of the frame at `time_s` seconds their track numbers.

        Returns one face per box, in the order given.
        """
        self._close_old(time_s)
        tracks = {track.number: track for track in self._tracks}
        numbers = owners(boxes, [(track.number, track.box) for track in self._tracks])
        return [
            self._place(box, tracks.get(number or 0), time_s)
            for number, box in zip(numbers, boxes, strict=True)
        ]

    def _place(self, box: Box, track: _Track | None, time_s: float) -> Face:
        if track is None:
            track = _Track(self._next, box, time_s)
            self._tracks.append(track)
            self._next += 1
        track.box, track.seen_s = box, time_s
        return Face(box, track.number)

    def _close_old(self, time_s: float) -> None:
        self._tracks = [
            track for track in self._tracks if time_s - track.seen_s <= self.lost_after_s
        ]
