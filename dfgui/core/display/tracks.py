"""Where a person's face is in frames that a scan did not look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dfgui.core.analysis_results import FrameResult
from dfgui.core.geometry import Box
from dfgui.core.values import Count, Share


@dataclass(frozen=True)
class PlacedFace:
    """A face in a frame.

    Attributes:
        track: number of the person; 0 for a box drawn by hand. A face that no scan has numbered has
            None, or a negative number that counts for its frame alone.
        box: pixels of the frame.
        found: False if the box was not found in this frame but lies between those of two others.
        score: of this face alone, None if it was not scored.
        excluded: it holds no face, or its track holds none; it is shown but not scored.
    """

    track: Count | None
    box: Box
    found: bool = True
    score: Share | None = None
    excluded: bool = False

    @property
    def number(self) -> int | None:
        """The number that a scan gave the person; None if it gave none."""
        return self.track if self.track is not None and self.track > 0 else None


def faces_at(frames: Sequence[FrameResult], index: int) -> list[PlacedFace]:
    """The faces of frame `index`: as a scan found them there, else where they should be.

    Between two frames that were looked at, a face is on the straight line between its places in
    both; before the first and after the last it is where that frame shows it.

    Args:
        frames: those that a scan looked at, ascending.
        index: of any frame.

    Returns:
        One face for each track that the frame itself or both its neighbours show.
    """
    before = after = None
    for frame in frames:
        if frame.index == index:
            faces = [PlacedFace(face.track, face.box, True, face.score) for face in frame.faces]
            return faces + [PlacedFace(box.track, box.box, excluded=True) for box in frame.excluded]
        if frame.index < index:
            before = frame
        else:
            after = frame
            break
    if before is None or after is None:
        nearest = before or after
        return _placed(nearest) if nearest else []
    share = (index - before.index) / (after.index - before.index)
    later = {face.track: face for face in _placed(after)}
    return [
        _between(face, later[face.track], share) for face in _placed(before) if face.track in later
    ]


def _placed(frame: FrameResult) -> list[PlacedFace]:
    """The faces of a frame, as places for the same faces in other frames."""
    faces = [PlacedFace(face.track, face.box, found=False) for face in frame.faces]
    return faces + [
        PlacedFace(box.track, box.box, found=False, excluded=True) for box in frame.excluded
    ]


def _between(face: PlacedFace, later: PlacedFace, share: float) -> PlacedFace:
    """A face on the line between two boxes of a track; excluded only if both are."""
    box = Box(*(round(a + (b - a) * share) for a, b in zip(face.box, later.box, strict=True)))
    return PlacedFace(face.track, box, found=False, excluded=face.excluded and later.excluded)
