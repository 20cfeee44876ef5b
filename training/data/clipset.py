"""The FaceForensics++ clips for full-frame experiments, in one geometry and several views.

A fake and its original give the same frames.

A full frame can reveal the label through something that has nothing to do with a face. Two such
differences are removed. Within a family (an original and the fakes made from it) some fakes are
narrower than their original: 11, 7 or 12 columns are cut off on each side, not squeezed, so every
clip of the family is cut to the part that all of them show. Between families the shape of the frame
differs, and so does the number of fakes: every frame is cut to the narrowest shape of all, around
the face, before it is resized.

Error levels are measured on the frame as it is in the file, before any cut: a cut moves a frame
against its own coding grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.error_levels import error_level_picture, error_levels
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import black_out_background, cut, resize, take
from dfgui.core.geometry import Box
from dfgui.core.media.media_files import sample_indices
from dfgui.core.media.video import Video
from training.data.sets.ffpp import Clip, clips
from training.data.sets.ffpp import _boxes as changed_faces
from training.data.splits import components
from training.runs import Run

FOLDER = "ffpp"
FIRST = 0  # position of a video's first frame among those taken from it
Picture = NDArray[np.uint8]
Size = tuple[int, int]  # width, height


@dataclass(frozen=True)
class View:
    """What is shown of a frame, `size` x `size`.

    Attributes:
        name: letters and digits.
        kind: `full`, the frame; `ela`, its error levels; `cut`, the square around the face;
            `blackout`, the frame, black but for the face.
        margin: around the face box, as a share of its side; below 0 it cuts into the box.
    """

    name: str
    kind: Literal["full", "ela", "cut", "blackout"]
    margin: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """Which frames to take from which clips, and what to show of them.

    Attributes:
        views: all that are needed; each clip is decoded once.
        size: side of the pictures, pixels.
        starts: moments of each clip, spread evenly; the video's first frame is taken as well.
        burst: frames from each moment on.
        stride: frames from one frame of a burst to the next.
        within: use only this many frames from the beginning; 0: the whole clip.
        pairs: at most so many pairs of people; 0: all.
        ela_quality: JPEG quality of the probe save.
        ela_scale: brightness per grey level of change.
    """

    views: tuple[View, ...]
    size: int = 200
    starts: int = 8
    burst: int = 1
    stride: int = 3
    within: int = 0
    pairs: int = 0
    ela_quality: int = 90
    ela_scale: float = 20.0

    @property
    def frames(self) -> int:
        """Frames of each clip, without the first one."""
        return self.starts * self.burst

    def indices(self, count: int) -> list[int] | None:
        """Frame numbers in a clip of `count` frames: 0, then those of the bursts, ascending.

        None if the clip is too short.
        """
        # A burst may begin before frame `last`.
        last = min(self.within or count, count) - (self.burst - 1) * self.stride
        if last - 1 < self.starts:
            return None
        found = [
            0,
            *(
                1 + start + self.stride * step
                for start in sample_indices(last - 1, self.starts)
                for step in range(self.burst)
            ),
        ]
        return found if all(one < other for one, other in pairwise(found)) else None


class Facts(msgspec.Struct, frozen=True):
    """What is known of the clips before decoding: width, height and frames, and why some fail.

    All of it is by name of the clip.
    """

    sizes: dict[str, tuple[int, int, int]]
    unreadable: dict[str, str]


@dataclass(frozen=True)
class Member:
    """A clip of the set."""

    clip: Clip
    pair: str  # people whose clips must stay on one side of a split
    label: int  # 1 fake, 0 real


class ClipSet:
    """Clips, ordered by pair and family, originals first, and their views.

    Attributes:
        members: the usable clips.
        frames: pictures of each clip and view; number 0 is the video's first frame.
    """

    def __init__(self, run: Run, recipe: Recipe, members: Sequence[Member]) -> None:
        self._run, self.recipe, self.members = run, recipe, tuple(members)
        self.frames = 1 + recipe.frames

    @property
    def labels(self) -> NDArray[np.int64]:
        """(clips,) 1 fake, 0 real."""
        return np.array([member.label for member in self.members], dtype=np.int64)

    @property
    def pairs(self) -> list[str]:
        """(clips,) the pair of people of each clip."""
        return [member.pair for member in self.members]

    @property
    def people(self) -> list[str]:
        """All whose faces are in the set, sorted."""
        return sorted(
            {
                person
                for member in self.members
                for person in (member.clip.target, member.clip.donor)
                if person
            }
        )

    def pictures(self, view: str) -> Iterator[Picture]:
        """(size, size, 3) uint8 RGB, clip by clip and frame by frame.

        Only one family is in memory at a time.
        """
        for _, family in groupby(self.members, key=lambda member: member.clip.target):
            kept = self._run.arrays(_key(next(family).clip), _already_there)
            yield from kept[view].reshape(-1, *kept[view].shape[2:])

    def array(self, view: str, *, size: int) -> Picture:
        """(clips, frames, size, size, 3) uint8."""
        stacked = np.stack([resize(picture, (size, size)) for picture in self.pictures(view)])
        return stacked.reshape(len(self.members), self.frames, size, size, 3)


def _already_there() -> dict[str, NDArray[Any]]:
    raise AnalysisError(
        "A piece of the run has disappeared; start it again with the same output folder."
    )


def _key(clip: Clip) -> str:
    return f"clips-{clip.target}"


def name_of(clip: Clip) -> str:
    """`METHOD/NAME`, which is unique."""
    return f"{clip.method}/{clip.path.stem}"


def pairs_of(found: Iterable[Clip]) -> dict[str, str]:
    """Person -> name of the group of people who are linked by a fake.

    A split must keep a group together.
    """
    people = [{clip.target, clip.donor} - {""} for clip in found]
    groups: dict[int, set[str]] = {}
    for number, own in zip(components([*people]), people, strict=True):
        groups.setdefault(number, set()).update(own)
    return {person: "-".join(sorted(group)) for group in groups.values() for person in group}


def prepare(run: Run, recipe: Recipe, *, until: float = 0.3) -> ClipSet:
    """Decode what is needed, family by family; a finished family is kept in the run.

    Args:
        run: its `data` holds `ffpp` in the official layout. A clip that cannot be used is left out,
            and the run lists it.
        recipe: which frames to take, and what to show of them.
        until: progress of the whole run when this ends.

    Raises:
        AnalysisError: there are no clips, or none of them can be used.
    """
    found = clips(run.data / FOLDER)
    groups = pairs_of(found)
    chosen = sorted(set(groups.values()))[: recipe.pairs or None]
    found = [clip for clip in found if groups[clip.target] in chosen]
    facts = run.once("clips", partial(_facts, run, found), Facts)
    for name, why in facts.unreadable.items():
        run.skip(name, why)
    readable = [clip for clip in found if name_of(clip) in facts.sizes]
    families = [
        [*family]
        for _, family in groupby(
            sorted(readable, key=lambda clip: _order(clip, groups)), key=lambda clip: clip.target
        )
    ]
    shape = min(width / height for width, height, _ in facts.sizes.values()) if families else 1.0
    members: list[Member] = []
    for number, family in enumerate(families):
        run.progress(
            until * number / len(families), f"decoding the clips of person {family[0].target}"
        )
        members += [
            Member(clip, groups[clip.target], int(clip.is_fake))
            for clip in _kept(run, recipe, family, facts, shape)
        ]
    if not members:
        raise AnalysisError(f"{FOLDER}: no clip can be used; the run's list says why of each.")
    for member in members:
        run.uses(member.clip.path)
    return ClipSet(run, recipe, members)


def _order(clip: Clip, groups: dict[str, str]) -> tuple[str, str, bool, str]:
    return groups[clip.target], clip.target, clip.is_fake, name_of(clip)


def _facts(run: Run, found: Sequence[Clip]) -> Facts:
    sizes, unreadable = {}, {}
    for number, clip in enumerate(found):
        run.require_going()
        run.progress(0.02 * number / len(found), f"opening {name_of(clip)}")
        try:
            with Video(clip.path) as video:
                sizes[name_of(clip)] = (video.info.width, video.info.height, video.count)
        except AnalysisError as error:
            unreadable[name_of(clip)] = str(error)
    return Facts(sizes, unreadable)


def _kept(
    run: Run, recipe: Recipe, family: Sequence[Clip], facts: Facts, shape: float
) -> list[Clip]:
    """The usable clips of the family; afterwards their pictures are in the run."""
    kept = run.arrays(_key(family[0]), lambda: _Family(run, recipe, family, facts, shape).arrays())
    for what, why in kept["left_out"]:
        run.skip(str(what), str(why))
    return [clip for clip in family if name_of(clip) in set(kept["members"].tolist())]


class _Family:
    """An original and the fakes made from it, while their pictures are made."""

    def __init__(
        self, run: Run, recipe: Recipe, family: Sequence[Clip], facts: Facts, shape: float
    ) -> None:
        self._run, self._recipe, self._family, self._facts, self._shape = (
            run,
            recipe,
            family,
            facts,
            shape,
        )
        self._left_out: dict[str, str] = {}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """`members` (clips,), `left_out` (n, 2), and for each view (clips, frames, size, size, 3).

        Without members there are no views.
        """
        frames = self._frames()
        faces = self._faces(frames) if frames else []
        if not faces:
            return self._written({}, [])
        size = self._shared_size(frames)
        window = _window(size, self._shape, faces)
        views: dict[str, list[Picture]] = {view.name: [] for view in self._recipe.views}
        for pictures in frames.values():
            for picture, face in zip(pictures, faces, strict=True):
                for view in self._recipe.views:
                    views[view.name].append(self._seen(view, picture, size, window, face))
        shape = (len(frames), len(faces), self._recipe.size, self._recipe.size, 3)
        return self._written(
            {name: np.stack(pictures).reshape(shape) for name, pictures in views.items()}, [*frames]
        )

    def _written(
        self, views: dict[str, NDArray[Any]], members: Sequence[Clip]
    ) -> dict[str, NDArray[Any]]:
        left_out = np.array([*self._left_out.items()], dtype=np.str_).reshape(-1, 2)
        return {
            "members": np.array([name_of(clip) for clip in members], dtype=np.str_),
            "left_out": left_out,
            **views,
        }

    def _leave_out(self, found: Iterable[Clip], why: str) -> None:
        self._left_out |= {name_of(clip): why for clip in found}

    def _frames(self) -> dict[Clip, list[Picture]]:
        """The same frames of every clip, the original first.

        Empty if there is no original or no fake to compare.
        """
        if {clip.is_fake for clip in self._family} != {False, True}:
            missing = "original" if self._family[0].is_fake else "fake made from it"
            self._leave_out(self._family, f"there is no readable {missing}.")
            return {}
        long_enough = [clip for clip in self._family if self._indices(clip) is not None]
        self._leave_out(
            set(self._family) - set(long_enough),
            f"it is too short for {self._recipe.frames} frames; ask for fewer.",
        )
        if not long_enough:
            return {}
        indices = (
            self._recipe.indices(min(self._facts.sizes[name_of(clip)][2] for clip in long_enough))
            or []
        )
        frames = {
            clip: pictures for clip in long_enough if (pictures := self._decoded(clip, indices))
        }
        if {clip.is_fake for clip in frames} != {False, True}:
            self._leave_out(
                frames,
                "of its original and the fakes made from it, none is left to compare it with.",
            )
            return {}
        return frames

    def _indices(self, clip: Clip) -> list[int] | None:
        return self._recipe.indices(self._facts.sizes[name_of(clip)][2])

    def _decoded(self, clip: Clip, indices: Sequence[int]) -> list[Picture]:
        self._run.require_going()
        try:
            with Video(clip.path) as video:
                pictures = [frame.rgb for frame in video.frames(indices)]
        except AnalysisError as error:
            self._leave_out([clip], str(error))
            return []
        if len(pictures) < len(indices):
            self._leave_out(
                [clip],
                f"{len(indices) - len(pictures)} of the {len(indices)} frames needed cannot be"
                " decoded.",
            )
            return []
        return pictures

    def _shared_size(self, frames: Iterable[Clip]) -> Size:
        """The size of the middle part that every clip shows."""
        sizes = [self._facts.sizes[name_of(clip)] for clip in frames]
        return min(width for width, _, _ in sizes), min(height for _, height, _ in sizes)

    def _faces(self, frames: dict[Clip, list[Picture]]) -> list[Box]:
        """For each frame the face that was replaced, in pixels of the shared part.

        If no frame has one, the list is empty and the family is left out. A frame in which the face
        is not found takes the box of the nearest one in which it is.
        """
        size = self._shared_size(frames)
        original, *fakes = (
            [_middle(picture, size) for picture in pictures] for pictures in frames.values()
        )
        places = range(len(original))
        found = changed_faces(
            dict(enumerate(original)), [dict(enumerate(fake)) for fake in fakes], [*places]
        )
        if not found:
            self._leave_out(
                frames, "no face was found in it that differs between the original and the fakes."
            )
            return []
        if len(found) < len(original):
            missing = len(original) - len(found)
            self._run.say(
                f"Person {self._family[0].target}: {missing} of {len(original)} frames take the"
                " face box of the nearest frame."
            )
        return [found[min(found, key=lambda other: abs(other - place))] for place in places]

    def _seen(self, view: View, picture: Picture, size: Size, window: Box, face: Box) -> Picture:
        side = self._recipe.size
        if view.kind == "ela":
            levels = error_levels(picture, quality=self._recipe.ela_quality)
            shown = _middle(error_level_picture(levels, scale=self._recipe.ela_scale), size)
            return resize(take(shown, window), (side, side))
        shown = _middle(picture, size)
        if view.kind == "cut":
            return cut(shown, face, size=side, factor=1 + 2 * view.margin)
        if view.kind == "blackout":
            shown = black_out_background(shown, face, margin=view.margin)
        return resize(take(shown, window), (side, side))


def _middle(picture: Picture, size: Size) -> Picture:
    """The middle part of this size.

    If a fake is narrower than its original, it shows this part of it.
    """
    width, height = size
    left, top = (picture.shape[1] - width) // 2, (picture.shape[0] - height) // 2
    return picture[top : top + height, left : left + width]


def _window(size: Size, shape: float, faces: Sequence[Box]) -> Box:
    """The part of full height and `shape` (width / height) that holds the face.

    Of all such parts it is the nearest to the middle of the frame.
    """
    (width, height), left, right = (
        size,
        min(face.x for face in faces),
        max(face.x + face.w for face in faces),
    )
    across = min(width, round(height * shape))
    x = (width - across) // 2
    x = max(min(x, left), right - across)
    return Box(max(0, min(x, width - across)), 0, across, height)
