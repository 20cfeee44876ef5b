"""Settings and results of an analysis: frozen values that cross processes and become JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.finder import DEFAULT_FINDER, FinderName
from dfgui.core.fills import FILLS, Fill
from dfgui.core.geometry import Box
from dfgui.core.media.facts import Channel, Digest, ElaSettings, OtherHash
from dfgui.core.network.package import ModelPackage
from dfgui.core.network.score import NotScored, Scored, Support, Verdict
from dfgui.core.sentences import Sentence, as_sentence
from dfgui.core.values import (
    Array,
    Count,
    Finite,
    FrameType,
    RegionName,
    Seconds,
    Sha256,
    Share,
    printable,
)

Mode = Literal["drop", "printed"]
By = Literal["squares", "regions"]
SavedAs = Literal["jpeg", "h264", "lossless"]
BOX_WITHOUT_FACE = Sentence(
    "The check of faces finds no face in this box; its score says nothing about a person."
)


class ScanSettings(msgspec.Struct, frozen=True):
    """What a scan may be asked for; `stream` as in `open_media`."""

    frames: Annotated[int, msgspec.Meta(ge=1)] = 32
    faces: FinderName = DEFAULT_FINDER
    stream: Count | None = None


class FaceResult(msgspec.Struct, frozen=True):
    """A face of a frame: its track, its box (x, y, w, h) and its own score."""

    track: Count
    box: Box
    score: Share


class ExcludedBox(msgspec.Struct, frozen=True):
    """A box that was found and left out because it holds no face, or because its track holds none.

    `presence` is the logit that the check of faces gave; see `dfgui.core.faces.check`.
    """

    track: Count
    box: Box
    presence: Finite


class FrameResult(msgspec.Struct, frozen=True):
    """A frame that was looked at, whether or not it shows a face."""

    index: Count
    pts_s: Finite | None
    type: FrameType
    faces: tuple[FaceResult, ...]
    excluded: tuple[ExcludedBox, ...] = ()


class TrackResult(msgspec.Struct, frozen=True):
    """One person: the score over `frames` faces.

    `cut` is the first frame looked at after the cut that ended the track; None if no cut did.
    """

    id: Count
    score: Share
    log10_lr: Finite
    frames: Count
    cut: Count | None = None


class ExcludedTrack(msgspec.Struct, frozen=True):
    """A track that holds no face, and why it was left out.

    It has the number of frames in which it was found, and the first of them.
    """

    id: Count
    frames: Count
    first_frame: Count
    reason: Sentence


class Timing(msgspec.Struct, frozen=True):
    """Seconds spent in each stage.

    The stages overlap, so they may add up to more than `total`.
    """

    decode: Seconds = 0.0
    faces: Seconds = 0.0
    network: Seconds = 0.0
    total: Seconds = 0.0


class FileResult(msgspec.Struct, frozen=True):
    """What is known about one file: an entry of `results` in `dfgui.scan/2`.

    `frames_total` is the number of frames in the file, `stream` the index of the video stream or
    picture that was read; None if it could not be opened. `hashes` has the digests that were asked
    for besides SHA-256. JSON has the fields of the answer one by one; all else asks `answer`.

    Raises:
        ValueError: the file is scored and lacks a field of the answer, or is not and has one or
            lacks the reason.
    """

    path: str
    sha256: Sha256 | None
    status: Literal["scored", "not_scored", "failed"]
    reason: Sentence | None = None
    score: Share | None = None
    log10_lr: Finite | None = None
    verdict: Verdict | None = None
    support: Support | None = None
    tracks: tuple[TrackResult, ...] = ()
    excluded_tracks: tuple[ExcludedTrack, ...] = ()
    frames_total: Count | None = None
    frames: tuple[FrameResult, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    timing_s: Timing = Timing()
    stream: Count | None = None
    hashes: dict[OtherHash, Digest] = {}

    def __post_init__(self) -> None:
        fields = self.score, self.log10_lr, self.verdict, self.support
        if self.status == "scored" and None in fields:
            raise ValueError(f"a scored file: expected a whole answer, received {fields}")
        if self.status != "scored" and (fields != (None,) * 4 or self.reason is None):
            raise ValueError(f"a file {self.status}: expected a reason alone, received {fields}")

    @property
    def answer(self) -> Scored | NotScored:
        """The score and the verdict, or why there is none; a file that failed has none."""
        if (
            self.score is None
            or self.log10_lr is None
            or self.verdict is None
            or self.support is None
        ):
            return NotScored(as_sentence(self.reason or ""))
        return Scored(self.score, self.log10_lr, self.verdict, self.support, self.reason)


def failed(path: str, reason: Sentence, *, sha256: str | None = None) -> FileResult:
    """The result of a file that could not be read."""
    return FileResult(printable(path), sha256, "failed", as_sentence(reason))


CSV_COLUMNS: dict[str, Callable[[FileResult], object]] = {
    "path": lambda result: result.path,
    "sha256": lambda result: result.sha256,
    "status": lambda result: result.status,
    "verdict": lambda result: result.verdict,
    "support": lambda result: result.support,
    "score": lambda result: result.score,
    "log10_lr": lambda result: result.log10_lr,
    "tracks": lambda result: len(result.tracks),
    "frames": lambda result: len(result.frames),
    "frames_with_face": lambda result: sum(bool(frame.faces) for frame in result.frames),
    "reason": lambda result: result.reason,
    "warnings": lambda result: " ".join(result.warnings),
    "excluded_tracks": lambda result: len(result.excluded_tracks),
    "md5": lambda result: result.hashes.get("md5"),
    "sha1": lambda result: result.hashes.get("sha1"),
}
"""The columns of `scan --csv`. A new one comes last, since readers may go by place."""


@dataclass(frozen=True)
class OcclusionSettings:
    """How regions are hidden and what the map shows.

    Attributes:
        patch: side of the hidden square, pixels of the network's input, >= 1.
        stride: distance between patches, pixels, 1 to `patch` (beyond it, pixels between patches
            would never be hidden).
        fill: what a hidden region shows, by its name in `dfgui.core.fills`.
        mode: "drop" maps base score minus score, positive where hiding lowers the score, that is,
            where the region speaks for "fake", -1 to 1; "printed" maps 255 x score, as the paper's
            figure 8 does, 0-255.
        by: what is hidden: "squares" that move over the crop, or the named "regions" of the face,
            each once; then the stride does not matter, and the patch only sets how strong a "blur"
            is.
    """

    patch: int = 20
    stride: int = 20
    fill: Fill = "black"
    mode: Mode = "drop"
    by: By = "squares"

    def __post_init__(self) -> None:
        if self.patch < 1:
            raise ValueError(f"patch: expected >= 1, received {self.patch}")
        if not 1 <= self.stride <= self.patch:
            raise ValueError(f"stride: expected 1 to patch ({self.patch}), received {self.stride}")
        if self.fill not in FILLS:
            raise ValueError(f"fill: expected one of {tuple(FILLS)}, received {self.fill!r}")
        if self.mode not in get_args(Mode):
            raise ValueError(f"mode: expected one of {get_args(Mode)}, received {self.mode!r}")
        if self.by not in get_args(By):
            raise ValueError(f"by: expected one of {get_args(By)}, received {self.by!r}")

    def value(self, base: float, drops: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the map shows where hiding lowered the score by these drops."""
        return 255 * (base - drops) if self.mode == "printed" else drops


class InspectSettings(msgspec.Struct, frozen=True):
    """Which frame and face to analyse, and what to compute.

    `frame` or `time_s` choose the frame, else it is the first of those that a scan looks at and
    that shows the face. `box` is a face drawn by hand, in a frame that was chosen; `track` chooses
    the face by the number that a scan gave it; with neither it is the largest. `region` is hidden
    by hand. Both in pixels of the upright frame. With `box`, `track` only names the person.
    `ela_channel` is the change that error levels show. `stream` is as in `open_media`.
    """

    frame: int | None = None
    time_s: float | None = None
    box: Box | None = None
    track: int | None = None
    faces: FinderName = DEFAULT_FINDER
    region: Box | None = None
    occlusion: OcclusionSettings | None = OcclusionSettings()
    ela: ElaSettings | None = None
    stream: Count | None = None
    ela_channel: Channel = "mean"


@dataclass(frozen=True)
class Faithfulness:
    """Whether the score follows the map.

    It has the areas under the score's curve while patches are hidden or shown, most important
    first.

    Attributes:
        deletion: area while patches are hidden one after another, 0-1; lower is better.
        insertion: area while patches appear on the hidden picture, 0-1; higher is better.
        deletion_random: the mean area of random orders, 0-1.
        insertion_random: likewise.
        deletion_curve: scores from the whole to the hidden picture, at equal steps.
        insertion_curve: scores from the hidden to the whole picture.
    """

    deletion: float
    insertion: float
    deletion_random: float
    insertion_random: float
    deletion_curve: tuple[float, ...]
    insertion_curve: tuple[float, ...]

    @property
    def gain(self) -> float:
        """What both areas gain over random orders, -2 to 2.

        0 is no better than chance; below 0 the map misleads.
        """
        return (self.deletion_random - self.deletion) + (self.insertion - self.insertion_random)


class RegionDrop(msgspec.Struct, frozen=True):
    """What hiding one region of a face did.

    Attributes:
        region: its name; "brows", "eyes" and "cheeks" are two regions hidden together.
        drop: base score minus the score with the region hidden, -1 to 1; positive if it speaks
            for "fake".
        face_share: its share of the face's area in the crop, 0-1; None for the surroundings, which
            are not part of the face.
        pixels: its area in the crop, pixels of the network's input.
    """

    region: RegionName
    drop: Finite
    face_share: Share | None
    pixels: Annotated[int, msgspec.Meta(ge=1)]


class MapResult(msgspec.Struct, frozen=True):
    """An occlusion map, (H, W) float32, and how far it can be trusted.

    `region_drop` belongs to the region that was hidden by hand.

    By regions, `patches` counts what was hidden, `regions` has the drop of each, and there is no
    faithfulness.
    """

    values: Array
    base: Share
    patches: Count
    precision: str
    faithfulness: Faithfulness | None
    region_drop: Finite | None
    regions: tuple[RegionDrop, ...] = ()

    def __post_init__(self) -> None:
        self.values.check("float32")


@dataclass(frozen=True)
class ElaInformativeness:
    """What error level analysis can still see of a known implant in one picture.

    See `dfgui.core.analysis.error_levels.informativeness`.

    Attributes:
        contrast_implanted: error level inside the implant over the level outside, after the file's
            compression; median over places. >= 0.
        contrast_pristine: the same at the same places without an implant: the effect of the
            picture's own content.
        ratio: contrast with over contrast without, median of the places' own ratios; 1 means no
            trace. Below 1: the implant is darker.
        ratio_uncompressed: the same ratio before the file's compression: what could be seen.
        ratios: `ratio` of each place, to show how far they scatter.
        saved_as: the compression that was simulated.
        strength: its JPEG quality (1-100) or x264 CRF (0-51); None for "lossless".
    """

    contrast_implanted: float
    contrast_pristine: float
    ratio: float
    ratio_uncompressed: float
    ratios: tuple[float, ...]
    saved_as: SavedAs
    strength: int | None

    @property
    def visibility(self) -> float:
        """`ratio` without its direction, >= 1.

        1 means that nothing is seen, 2 that the implant differs by a factor of two.
        """
        return max(self.ratio, 1 / self.ratio)


class ElaResult(msgspec.Struct, frozen=True):
    """Error levels of the frame, and how much they can say here.

    The levels are (H, W) float32 in grey levels, their fixed-scale picture is (H, W) uint8.

    `informativeness` is None for a picture that is too small.
    """

    levels: Array
    picture: Array
    informativeness: ElaInformativeness | None

    def __post_init__(self) -> None:
        self.levels.check("float32")
        self.picture.check("uint8")


class Inspection(msgspec.Struct, frozen=True):
    """What `occlude` and `export` write. `original` and `crop` are (H, W, 3) uint8 sRGB."""

    path: str
    sha256: Sha256
    model: str
    index: Count
    pts_s: Finite | None
    type: FrameType
    frame_sha256: Sha256
    track: Count | None
    box: Box
    cut: Box
    score: Share
    original: Array
    crop: Array
    map: MapResult | None
    ela: ElaResult | None
    warnings: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        self.original.check("uint8", channels=3)
        self.crop.check("uint8", channels=3)


class Model(msgspec.Struct, frozen=True):
    """Which network gave the scores."""

    name: str
    sha256: str
    input_size: int
    version: str = ""

    @classmethod
    def of(cls, package: ModelPackage) -> Model:
        """The network of a package."""
        card = package.card
        return cls(card.name, package.sha256, card.input_size, card.version)


SCORE_PRECISION = "f32"
"""Scores are computed in it; heat maps may use less."""


class Tool(msgspec.Struct, frozen=True):
    """The program that made the scan."""

    version: str
    engine: str
    precision: str
    model: Model
    settings: ScanSettings


class LeftOut(msgspec.Struct, frozen=True):
    """A file of a scanned folder that holds nothing to be scanned, and why."""

    path: str
    reason: Sentence


class Report(msgspec.Struct, frozen=True):
    """What `scan --json` writes."""

    schema: Literal["dfgui.scan/2"]
    tool: Tool
    results: tuple[FileResult, ...]
    left_out: tuple[LeftOut, ...] = ()
