"""Faces over time: which box of a frame is which person's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.cuts import Appearance, Scene
from dfgui.core.geometry import Box

SAME_FACE = 0.3  # overlap from which two boxes of successive frames are one person


@dataclass(frozen=True)
class FoundBox:
    """A box that a finder gave, its presence (None: not checked) and whether it holds a face."""

    box: Box
    presence: float | None = None
    holds_face: bool = True


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


Size = tuple[int, int]
Find = Callable[[list[Box]], Sequence[FoundBox]]
"""Gives what is found in a frame; it gets the last boxes of the tracks that are open there."""


@dataclass
class _Track:
    """A person who may still be there.

    Attributes:
        number: of the track.
        last: what was found last, in a picture of `size` (width, height).
        appearance: of that.
        missed: number of looked-at frames since then.
    """

    number: int
    last: FoundBox
    size: Size
    appearance: Appearance
    missed: int = 0

    def box_in(self, size: Size) -> Box:
        """The last box at the same place of a picture of another size."""
        if size == self.size:
            return self.last.box
        across, down = (new / old for new, old in zip(size, self.size, strict=True))
        x, y, w, h = self.last.box
        return Box(round(x * across), round(y * down), round(w * across), round(h * down))

    def ends_with(self, found: FoundBox, appearance: Appearance, *, cut: bool) -> bool:
        """Whether what was found in its place is another face.

        A pattern has no skin: its colour depends on where the box happens to lie.
        """
        faces = found.holds_face and self.last.holds_face
        if faces and appearance.has_other_skin(self.appearance):
            return True
        return cut and not appearance.is_like(self.appearance)


@dataclass
class Tracker:
    """Gives each face the number of its person.

    That is the number of the open track that its box overlaps most, else a new number. If the
    picture has changed its size, boxes are compared as shares of it.

    A track ends once its face was missed in more than `most_missed` looked-at frames in a row,
    however much time lies between them. It also ends at a cut: if another scene begins and no face
    in its place looks like its own, or if the colour of the face's skin jumps.

    Attributes:
        most_missed: number of frames, at least 0.
        ended_by_cut: tracks that a cut right before the frame followed last has ended.
    """

    most_missed: int = 15
    ended_by_cut: tuple[int, ...] = ()
    _tracks: list[_Track] = field(default_factory=list)
    _scene: Scene | None = None
    _next: int = 1

    def follow(self, rgb: NDArray[np.uint8], find: Find) -> list[Face]:
        """Give what is found in the next frame its track numbers.

        Args:
            rgb: (H, W, 3) uint8 sRGB, upright; frames must come in time order.
            find: looks for faces in it.

        Returns:
            One face for each box found, in the same order.
        """
        scene, size = Scene.of(rgb), (rgb.shape[1], rgb.shape[0])
        cut = self._scene is not None and scene.is_other(self._scene)
        last = [(track.number, track.box_in(size)) for track in self._tracks]
        found = find([box for _, box in last])
        numbers = owners([one.box for one in found], last)
        open_tracks = {track.number: track for track in self._tracks}
        seen: list[_Track] = []
        for one, number in zip(found, numbers, strict=True):
            appearance = Appearance.of(rgb, one.box, scene)
            if number is not None and open_tracks[number].ends_with(one, appearance, cut=cut):
                number = None
            seen.append(_Track(number or self._new_number(), one, size, appearance))
        self._end(seen, replaced=set(numbers), cut=cut)
        self._scene = scene
        return [Face(track.last.box, track.number, track.last.presence) for track in seen]

    def _new_number(self) -> int:
        self._next += 1
        return self._next - 1

    def _end(self, seen: Sequence[_Track], *, replaced: set[int | None], cut: bool) -> None:
        """Keep the tracks seen and those that may come back, and note which ones a cut ended."""
        kept = {track.number for track in seen}
        gone = [track for track in self._tracks if track.number not in kept]
        by_cut = [track for track in gone if cut or track.number in replaced]
        self.ended_by_cut = tuple(track.number for track in by_cut)
        missed = [track for track in gone if track.number not in self.ended_by_cut]
        for track in missed:
            track.missed += 1
        waiting = [track for track in missed if track.missed <= self.most_missed]
        self._tracks = sorted([*seen, *waiting], key=lambda track: track.number)
