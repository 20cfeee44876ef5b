"""What a network says of ready crops and of clips, asked as the application asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.file_result import ScannedFrame, bits_per_pixel
from dfgui.core.analysis.scan import look, sharpness
from dfgui.core.analysis_results import ScanSettings
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.faces.crop import cut, whole
from dfgui.core.media.media_files import Frame
from dfgui.core.media.video import Video
from dfgui.core.network.engine import Detector
from dfgui.core.network.score import FaceLogit
from dfgui.resources import FACE_CHECK, resource
from training.data import splits
from training.data.preparing.examine_pair import (
    LEAST,
    SHARE,
    USUAL,
    change,
    compared,
    require_match,
    shift,
)
from training.data.preparing.panels import panel
from training.data.table import FaceTable
from training.data.videos import VideoRow
from training.results import Skipped

Picture = NDArray[np.uint8]
Features = NDArray[np.float32]
OWN = "all"  # the fold of what the network itself answers
MOST_BOXES = 0.5  # of a track, from which on its face counts as replaced


@dataclass(frozen=True, eq=False)
class ClipLook:
    """What a scan sees of one clip.

    Attributes:
        clip: what the data set says of it.
        faces: all that were scored, in the order of time.
        bits_per_pixel: of its video stream.
        codec: of its video stream.
        fake_tracks: those whose face was replaced, if that is known.
        fold: which network answered.
        features: (n, width) of each face; None if the network gives none.
    """

    clip: VideoRow
    faces: tuple[FaceLogit, ...]
    bits_per_pixel: float
    codec: str = ""
    fake_tracks: frozenset[int] = frozenset()
    fold: str = OWN
    features: Features | None = None

    @property
    def is_fake(self) -> bool:
        """Whether a face in it was replaced."""
        return self.clip.label == "FAKE"

    @cached_property
    def main(self) -> int:
        """The track that is seen most often, of those with a replaced face if they are known."""
        numbers = [face.track for face in self.faces]
        return max(sorted(self.fake_tracks or set(numbers)), key=numbers.count)

    @property
    def main_track(self) -> tuple[FaceLogit, ...]:
        """The faces of that track."""
        return tuple(face for face in self.faces if face.track == self.main)

    def shows_fake(self, track: int) -> bool:
        """Whether the face of a track was replaced.

        In a fake clip those of the known tracks were, or that of the main one if none is known.
        """
        return self.is_fake and track in (self.fake_tracks or {self.main})


@dataclass(frozen=True, eq=False)
class CropLook:
    """What the network says of every row of a face-crop table; `features` as of a `ClipLook`."""

    logits: NDArray[np.float32]
    sharpness: NDArray[np.float64]
    cut_side: NDArray[np.float64]
    labels: NDArray[np.int64]
    groups: list[str]
    features: Features | None = None


@dataclass(frozen=True)
class Clips:
    """What was seen of clips, and those of which nothing can be said, each with a sentence."""

    looks: list[ClipLook] = field(default_factory=list)
    left_out: list[Skipped] = field(default_factory=list)

    def __add__(self, other: Clips) -> Clips:
        """Both."""
        return Clips(self.looks + other.looks, self.left_out + other.left_out)


class Remembering(Detector):
    """A detector that keeps the features of every face it is asked about, by the face's logit."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._kept: dict[float, Features] = {}

    def logits(self, crops: Picture) -> NDArray[np.float32]:
        """As that of `Detector`."""
        if not self.features:
            return super().logits(crops)
        logits, features = self.logits_and_features(crops)
        self._kept |= {float(logit): row for logit, row in zip(logits, features, strict=True)}
        return logits

    def taken(self, faces: Sequence[FaceLogit]) -> Features | None:
        """Give the features of these faces, (n, width), and forget all; None if there are none."""
        kept, self._kept = self._kept, {}
        return np.stack([kept[face.logit] for face in faces]) if self.features and faces else None


def look_at_crops(
    detector: Detector,
    table: FaceTable,
    *,
    change: Callable[[Picture], Picture] = lambda crop: crop,
) -> CropLook:
    """Ask the network about ready crops, each taken whole, as `scan --faces whole` does.

    Args:
        detector: of the package.
        table: of crops.
        change: what is done to each stored crop before.
    """
    pictures = [change(table.picture(row)) for row in table.rows]
    crops = np.stack(
        [
            cut(
                picture,
                whole(picture),
                size=detector.input_size,
                factor=detector.card.crop.whole_factor,
            )
            for picture in pictures
        ]
    )
    sharp, sides = (
        np.array([sharpness(crop) for crop in crops]),
        np.array([row.box_width for row in table.rows]),
    )
    logits, features = (
        detector.logits_and_features(crops) if detector.features else (detector.logits(crops), None)
    )
    return CropLook(logits, sharp, sides, table.labels(), table.groups(), features)


def look_at_clips(
    detector: Detector,
    clips: Sequence[VideoRow],
    *,
    tell_faces: bool = False,
    fold: str = OWN,
    told: Callable[[str], None] = lambda _: None,
) -> Clips:
    """Ask the network about clips, as `scan` does with its defaults.

    Args:
        detector: of the package; a `Remembering` one also gives features.
        clips: local files, or halves of such.
        tell_faces: also find which track of a fake half holds the replaced face; a clip for
            which that is unclear is left out.
        fold: name of the network among those that answer.
        told: is told the clip that is next.

    Returns:
        What was seen; clips that cannot be read or show no face are named.
    """
    check, found = FaceCheck(load_face_check(resource("models", FACE_CHECK))), Clips()
    for clip in clips:
        told(clip.file)
        try:
            found.looks.append(_look(detector, check, clip, fold, tell_faces=tell_faces))
        except AnalysisError as error:
            found.left_out.append(Skipped(clip.file, str(error)))
    return found


def _look(
    detector: Detector, check: FaceCheck, clip: VideoRow, fold: str, *, tell_faces: bool
) -> ClipLook:
    compare = tell_faces and clip.label == "FAKE" and bool(clip.partner_panel)
    with Half(clip, compare=compare) as video:
        looks = look(video, detector, ScanSettings(), check=check)
        faces = tuple(scanned.answer for one in looks for scanned in one.faces)
        if not faces:
            raise AnalysisError("no face was found in it")
        fake = _replaced_tracks(looks, video.pairs) if compare else frozenset[int]()
        features = detector.taken(faces) if isinstance(detector, Remembering) else None
        return ClipLook(
            clip, faces, bits_per_pixel(video) or 0.0, video.info.codec, fake, fold, features
        )


class Half(Video):
    """A clip, or the half of it that a row names.

    Args:
        clip: a local file.
        compare: keep both halves of each frame.

    Attributes:
        pairs: for each frame given, the half and the other one, (H, W, 3) uint8.

    Raises:
        AnalysisError: it cannot be read, or has no two halves.
    """

    def __init__(self, clip: VideoRow, *, compare: bool = False) -> None:
        if "::" in clip.path:
            raise AnalysisError(
                "it lies in an archive; unpack the archive and prepare the data set again"
            )
        super().__init__(Path(clip.path))
        self.pairs: dict[int, tuple[Picture, Picture]] = {}
        try:
            self._own = panel(clip.panel, self.info.width)
            self._other = panel(clip.partner_panel, self.info.width) if compare else None
        except AnalysisError:
            self.close()
            raise

    def frames(self, indices: Sequence[int]) -> Iterator[Frame]:
        """As those of `Video`, cut to the half."""
        for frame in super().frames(indices):
            yield self._half(frame)

    def _half(self, frame: Frame) -> Frame:
        own = self._own.of(frame.rgb)
        if self._other is not None:
            self.pairs[frame.index] = own, self._other.of(frame.rgb)
        return replace(frame, rgb=own)


def _replaced_tracks(
    looks: Sequence[ScannedFrame], pairs: Mapping[int, tuple[Picture, Picture]]
) -> frozenset[int]:
    """The tracks most of whose boxes are the one that differs most from the other half.

    Bystanders are alike in both halves.

    Raises:
        AnalysisError: there is none, or the two halves do not match.
    """
    around, seen, most = list[float](), list[int](), list[tuple[float, int]]()
    for one in looks:
        faces = [scanned.face for scanned in one.faces]
        difference, off = compared(*pairs[one.index], [face.box for face in faces])
        changes = [(change(difference, face.box), face.track) for face in faces]
        around.append(off)
        seen += [face.track for face in faces]
        most += [max(changes)] if changes else []
    require_match(around, [shift(other, own) for own, other in pairs.values()])
    usual = float(np.percentile([value for value, _ in most], USUAL))
    changed = [track for value, track in most if value >= max(LEAST, SHARE * usual)]
    found = frozenset(
        track for track in set(changed) if changed.count(track) >= MOST_BOXES * seen.count(track)
    )
    if not found:
        raise AnalysisError(
            "no face in it differs from the other half, so nobody can tell which one was replaced"
        )
    return found


def labels_of(looks: Sequence[ClipLook]) -> NDArray[np.int64]:
    """(n,) 1 for a clip with a replaced face, 0 for a real one."""
    return np.array([one.is_fake for one in looks], dtype=np.int64)


def groups_of(looks: Sequence[ClipLook]) -> list[str]:
    """(n,) the group of each clip; clips that share a person, directly or not, are one group."""
    return splits.groups([one.clip for one in looks])
