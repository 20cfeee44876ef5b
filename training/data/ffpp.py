"""FaceForensics++ in its official folders: a table of videos; a table of faces, the same frame of fake and original cut alike."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.crop import resize, take
from dfgui.core.errors import AnalysisError
from dfgui.core.faces import detect
from dfgui.core.geometry import Box
from dfgui.core.video import Video, sample_indices
from training.data.table import Row, TableWriter
from training.data.videos import VideoRow, VideoTable

STORED_SCALE = 1.25  # of the Haar box, so that a cut of up to that size can be moved and scaled
CHANGED = 5.0  # grey levels, mean over the box: measured, replaced faces change by 6.7 and more, others by 3.5 and less
TEST_PEOPLE = frozenset(("469", "481", "585", "599", "828", "830", "272", "396", "712", "716"))

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Clip:
    """A clip in the official folder layout: `target` lends the frame, `donor` the face ('' for a real clip)."""

    path: Path
    target: str
    donor: str
    method: str

    @property
    def is_fake(self) -> bool:
        """Whether a face was put in."""
        return bool(self.donor)


def clips(root: Path, *, compression: str = "c23") -> list[Clip]:
    """All clips under the official layout, real ones first.

    Raises:
        AnalysisError: there are none.
    """
    real = [Clip(path, path.stem, "", "original") for path in sorted(root.glob(f"original_sequences/youtube/{compression}/videos/*.mp4"))]
    fake = [
        Clip(path, target=path.stem[:3], donor=path.stem[4:], method=path.parts[-4])
        for path in sorted(root.glob(f"manipulated_sequences/*/{compression}/videos/*_*.mp4"))
    ]
    if not real:
        raise AnalysisError(f"{root} has no clips in original_sequences/youtube/{compression}/videos; name the folder of FaceForensics++.")
    return real + fake


def read_videos(root: str | Path, *, compression: str = "c23") -> VideoTable:
    """All clips; the partner of a fake is its original, and `test` are the people of `TEST_PEOPLE`.

    Raises:
        AnalysisError: it has no original clips, or no fakes.
    """
    base = Path(root)
    found = clips(base, compression=compression)
    originals = {clip.target: str(clip.path) for clip in found if not clip.is_fake}
    rows = tuple(_video(clip, base, originals.get(clip.target, "") if clip.is_fake else "") for clip in found)
    return VideoTable(rows).require(root)


def _video(clip: Clip, base: Path, partner: str) -> VideoRow:
    return VideoRow(
        file=clip.path.relative_to(base).as_posix(),
        path=str(clip.path),
        label="FAKE" if clip.is_fake else "REAL",
        original=clip.target,
        source="ffpp",
        people=(clip.target, clip.donor) if clip.is_fake else (clip.target,),
        method=clip.method,
        split="test" if clip.target in TEST_PEOPLE else "train",
        bytes=clip.path.stat().st_size,
        partner=partner,
    )


def write_table(root: Path, out: Path, *, frames: int = 80, crfs: Collection[int] = (), seed: int = 0) -> None:
    """Cut faces out of all clips but those of the test people; all rows have the split `train`.

    Args:
        root: folder with `original_sequences` and `manipulated_sequences`.
        out: folder for the table.
        frames: per clip, evenly spread.
        crfs: beside the clips as they are, each is also re-encoded as 4:2:0 H.264 with one of these CRF, the same for fake and original.
        seed: chooses the CRF.

    Raises:
        AnalysisError: a clip has no partner, or cannot be read.
    """
    rng = np.random.default_rng(seed)
    people = families(root, without=TEST_PEOPLE)
    with TableWriter(out) as writer:
        for family in people.values():
            variants: list[int | None] = [None, int(rng.choice(sorted(crfs)))] if crfs else [None]
            for row, picture in _family(family, frames, variants):
                writer.add(row, picture)


def _family(family: list[Clip], frames: int, variants: list[int | None]) -> Iterator[tuple[Row, Picture]]:
    """Faces of one real clip and the fakes made from it."""
    pictures_of, boxes = aligned(family, frames)
    shared = sorted(pictures_of[0])
    for crf, (clip, pictures) in itertools.product(variants, zip(family, pictures_of, strict=True)):
        shown = pictures if crf is None else dict(zip(shared, reencoded([pictures[i] for i in shared], crf), strict=True))
        for i, box in boxes.items():
            yield _row(clip, i, crf), take(shown[i], box.scaled(STORED_SCALE))


def families(root: Path, *, without: Collection[str] = ()) -> dict[str, list[Clip]]:
    """All clips by the person whose frames they show, the original first.

    Args:
        root: folder with `original_sequences` and `manipulated_sequences`.
        without: people whose clips are not wanted.

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
        raise AnalysisError(f"{family[0].path.name}: person {target} needs an original clip and fakes made from it; add or remove clips.")


def pairs(clips: Sequence[Clip]) -> list[str]:
    """Of each clip the two people who lend each other faces, `033-097`: no split may part them.

    A person of whom there is no fake stands alone.
    """
    donors = {clip.target: clip.donor for clip in clips if clip.is_fake}
    return ["-".join(sorted({clip.target, donors.get(clip.target, clip.target)})) for clip in clips]


def aligned(family: list[Clip], frames: int) -> tuple[list[dict[int, Picture]], dict[int, Box]]:
    """The same frames of an original and the fakes made from it.

    Returns:
        Per clip of the family, index -> (H, W, 3) uint8 RGB, all of the original's size by `fitted`; and index -> box of the face that was
        replaced, found in the original. Frames without such a face have no box.
    """
    decoded = _same_frames(family, frames)
    shared = sorted(set.intersection(*(set(frames_of) for frames_of in decoded)))
    original = decoded[0]
    alike = [{i: fitted(frames_of[i], original[i]) for i in shared} for frames_of in decoded]
    return alike, _boxes(alike[0], alike[1:], shared)


def _row(clip: Clip, index: int, crf: int | None) -> Row:
    compression = "c23" if crf is None else f"420-crf{crf}"
    moment = f"{index:05d}-{compression}"
    label = "FAKE" if clip.is_fake else "REAL"
    name = f"{clip.method}-{clip.path.stem}-{moment}.png"
    return Row(name, "faces.zip", label, clip.target, "train", "ffpp", clip.method, moment, STORED_SCALE)


def _same_frames(family: list[Clip], frames: int) -> list[dict[int, Picture]]:
    """The same frame numbers of every clip of the family: some fakes are a few frames shorter than their original."""
    with contextlib.ExitStack() as stack:
        videos = [stack.enter_context(Video(clip.path)) for clip in family]
        indices = sample_indices(min(video.count for video in videos), frames)
        return [{frame.index: frame.rgb for frame in video.frames(indices)} for video in videos]


def fitted(fake: Picture, real: Picture) -> Picture:
    """A fake frame in the size of its original: the middle of the original put in its place, or resized, whichever is more alike.

    Face2Face cut its frames to whole blocks of 16 pixels: of 854 columns, 11 are missing on either side. Resizing moved such a frame by as
    much against its original.
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


def _boxes(original: dict[int, Picture], fakes: list[dict[int, Picture]], indices: list[int]) -> dict[int, Box]:
    """For each frame, the detected face that a fake changed most; frames where none was changed are left out.

    Haar also finds captions and pictures on walls: one frame in twenty of these clips.
    """
    boxes: dict[int, Box] = {}
    for i in indices:
        changes = {box: max(_change(original[i], fake[i], box) for fake in fakes) for box in detect(original[i])}
        box = max(changes, key=changes.__getitem__, default=None)
        if box is not None and changes[box] >= CHANGED:
            boxes[i] = box
    return boxes


def _change(real: Picture, fake: Picture, box: Box) -> float:
    inside = box.clipped(real.shape[1], real.shape[0])
    area = np.s_[inside.y : inside.y + inside.h, inside.x : inside.x + inside.w]
    return float(cv2.absdiff(real[area], fake[area]).mean())


def reencoded(pictures: list[Picture], crf: int) -> list[Picture]:
    """The pictures after a pass through 4:2:0 H.264 at `crf` (x264, preset fast), in memory.

    Args:
        pictures: (H, W, 3) uint8 RGB, all of one size; an odd last row or column is given back as it was.
        crf: 0-51.
    """
    packets, context = _encode(pictures, crf)
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = context.extradata
    frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    result = []
    for picture, frame in zip(pictures, frames, strict=True):
        copy = picture.copy()
        copy[: frame.height, : frame.width] = frame.to_ndarray(format="rgb24")
        result.append(copy)
    return result


def _encode(pictures: list[Picture], crf: int) -> tuple[list[av.Packet], av.VideoCodecContext]:
    height, width = pictures[0].shape[0] & ~1, pictures[0].shape[1] & ~1
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"crf": str(crf), "preset": "fast"}
    packets = []
    for i, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="rgb24").reformat(format="yuv420p")
        frame.pts = i
        packets += encoder.encode(frame)
    return packets + encoder.encode(None), encoder
