"""FaceForensics++ in its official folders: a table of videos, and a table of faces.

For the faces the same frame of fake and original is cut in the same way.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import resize
from dfgui.core.faces.haar import detect
from dfgui.core.geometry import Box
from dfgui.core.media.media_files import sample_indices
from dfgui.core.media.video import Video
from dfgui.core.network.package import DataSource
from training.data.data_set import PAIRS, DataSet, HeldClips, Trained
from training.data.table import Row
from training.data.videos import VideoRow, VideoTable

# Grey levels, mean over the box. Replaced faces were measured to change by 6.7 and more, others by
# 3.5 and less.
CHANGED = 5.0
SOURCE = "ffpp"
TEST_PEOPLE = frozenset(("469", "481", "585", "599", "828", "830", "272", "396", "712", "716"))

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Clip:
    """A clip in the official folder layout.

    `target` lends the frame, `donor` the face ('' for a real clip).
    """

    path: Path
    target: str
    donor: str
    method: str

    @property
    def is_fake(self) -> bool:
        """Whether a face was put in."""
        return bool(self.donor)


def clips(root: Path, *, compression: str = "c23") -> list[Clip]:
    """All clips in the official layout, real ones first.

    Raises:
        AnalysisError: there are none.
    """
    real = [
        Clip(path, path.stem, "", "original")
        for path in sorted(root.glob(f"original_sequences/youtube/{compression}/videos/*.mp4"))
    ]
    fake = [
        Clip(path, target=path.stem[:3], donor=path.stem[4:], method=path.parts[-4])
        for path in sorted(root.glob(f"manipulated_sequences/*/{compression}/videos/*_*.mp4"))
    ]
    if not real:
        raise AnalysisError(
            f"{root} has no clips in original_sequences/youtube/{compression}/videos; name the"
            " folder of FaceForensics++."
        )
    return real + fake


def read_videos(root: str | Path, *, compression: str = "c23") -> VideoTable:
    """All clips; the partner of a fake is its original, and `test` is the people of `TEST_PEOPLE`.

    Raises:
        AnalysisError: it has no original clips, or no fakes.
    """
    base = Path(root)
    found = clips(base, compression=compression)
    originals = {clip.target: str(clip.path) for clip in found if not clip.is_fake}
    rows = tuple(
        _video(clip, base, originals.get(clip.target, "") if clip.is_fake else "") for clip in found
    )
    return VideoTable(rows).require(root)


def _video(clip: Clip, base: Path, partner: str) -> VideoRow:
    return VideoRow(
        file=clip.path.relative_to(base).as_posix(),
        path=str(clip.path),
        label="FAKE" if clip.is_fake else "REAL",
        original=clip.target,
        source=SOURCE,
        people=(clip.target, clip.donor) if clip.is_fake else (clip.target,),
        method=clip.method,
        split="test" if clip.target in TEST_PEOPLE else "train",
        bytes=clip.path.stat().st_size,
        partner=partner,
    )


def families(root: Path, *, without: Collection[str] = ()) -> dict[str, list[Clip]]:
    """All clips, grouped by the person whose frames they show, the original first.

    Args:
        root: folder with `original_sequences` and `manipulated_sequences`.
        without: people whose clips are left out.

    Raises:
        AnalysisError: a person has no original clip, or no fake was made from it.
    """
    by_target: dict[str, list[Clip]] = {}
    for clip in clips(root):
        if clip.target not in without:
            by_target.setdefault(clip.target, []).append(clip)
    for target, family in by_target.items():
        _require_both(target, family)
    return dict(sorted(by_target.items()))


def _require_both(target: str, family: list[Clip]) -> None:
    if {clip.is_fake for clip in family} != {False, True}:
        raise AnalysisError(
            f"{family[0].path.name}: person {target} needs an original clip and fakes made from it;"
            " add or remove clips."
        )


def pairs(clips: Sequence[Clip]) -> list[str]:
    """For each clip the two people who lend each other faces, `033-097`: no split may part them.

    A person without a fake stands alone.
    """
    donors = {clip.target: clip.donor for clip in clips if clip.is_fake}
    return ["-".join(sorted({clip.target, donors.get(clip.target, clip.target)})) for clip in clips]


def aligned(family: list[Clip], frames: int) -> tuple[list[dict[int, Picture]], dict[int, Box]]:
    """The same frames of an original and the fakes made from it.

    Returns:
        Per clip of the family, index -> (H, W, 3) uint8 RGB, all of the original's size by
        `fitted`; and index -> box of the face that was replaced, found in the original. Frames
        without such a face have no box.
    """
    decoded = _same_frames(family, frames)
    shared = sorted(set.intersection(*(set(frames_of) for frames_of in decoded)))
    original = decoded[0]
    alike = [{i: fitted(frames_of[i], original[i]) for i in shared} for frames_of in decoded]
    return alike, _boxes(alike[0], alike[1:], shared)


def _same_frames(family: list[Clip], frames: int) -> list[dict[int, Picture]]:
    """The same frame numbers of every clip of the family.

    Some fakes are a few frames shorter than their original.
    """
    with contextlib.ExitStack() as stack:
        videos = [stack.enter_context(Video(clip.path)) for clip in family]
        indices = sample_indices(min(video.count for video in videos), frames)
        return [{frame.index: frame.rgb for frame in video.frames(indices)} for video in videos]


def fitted(fake: Picture, real: Picture) -> Picture:
    """A fake frame in the size of its original.

    It is either placed in the middle of the original or resized, whichever looks more alike.
    Face2Face cut its frames to whole blocks of 16 pixels: of 854 columns, 11 are missing on each
    side. Resizing moves such a frame by as much against its original.
    """
    if fake.shape == real.shape:
        return fake
    resized = resize(fake, real.shape[:2])
    top, left = (real.shape[0] - fake.shape[0]) // 2, (real.shape[1] - fake.shape[1]) // 2
    if top < 0 or left < 0:
        return resized
    put = real.copy()
    put[top : top + fake.shape[0], left : left + fake.shape[1]] = fake
    return min(put, resized, key=lambda picture: float(cv2.absdiff(picture, real).mean()))


def _boxes(
    original: dict[int, Picture], fakes: list[dict[int, Picture]], indices: list[int]
) -> dict[int, Box]:
    """For each frame, the detected face that a fake changed most.

    Frames without a changed face are left out. Haar also finds captions and pictures on walls: one
    frame in twenty of these clips.
    """
    boxes: dict[int, Box] = {}
    for i in indices:
        changes = {
            box: max(_change(original[i], fake[i], box) for fake in fakes)
            for box in detect(original[i])
        }
        box = max(changes, key=changes.__getitem__, default=None)
        if box is not None and changes[box] >= CHANGED:
            boxes[i] = box
    return boxes


def _change(real: Picture, fake: Picture, box: Box) -> float:
    inside = box.clipped(real.shape[1], real.shape[0])
    area = np.s_[inside.y : inside.y + inside.h, inside.x : inside.x + inside.w]
    return float(cv2.absdiff(real[area], fake[area]).mean())


def _people_in(row: Row) -> list[str]:
    """Both people of a clip: `033_097` shows 033 with the face of 097."""
    return re.findall(r"\d{3}", Path(row.file).stem)


DATA_SET = DataSet(
    name="ffpp",
    hint="",
    read=read_videos,
    source=SOURCE,
    settings=PAIRS,
    others_in=_people_in,
    trained=Trained(
        folder="ffpp",
        words="FaceForensics++ (frames of clips)",
        needs="FaceForensics++ clips",
        source=DataSource("FaceForensics++", "Its own terms of use apply: research only."),
        shares={"pairs": 2, "blends": 1},
        split="FaceForensics++ by pair of people",
    ),
    clips=HeldClips("data", "ffpp", "FaceForensics++", "FaceForensics++ test pairs"),
)
