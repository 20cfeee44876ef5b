"""Messages between the program and a worker: what is asked, and what is answered.

`stream` is the index of the video stream or picture of a file, None for the one that the program
chooses.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from dfgui.core.analysis.pixels import PixelComparison
from dfgui.core.analysis_results import (
    ElaInformativeness,
    Faithfulness,
    FileResult,
    FrameResult,
    Inspection,
    InspectSettings,
    OcclusionSettings,
    RegionDrop,
    ScanSettings,
)
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.core.media.facts import (
    FrameFacts,
    HashedFile,
    MediaFacts,
    OtherHash,
    ViewSettings,
)
from dfgui.core.media.sound.audio import Sound
from dfgui.core.sentences import Sentence
from dfgui.core.values import Array, Count, Finite, Share

FAULT = Sentence(
    "The analysis of this file stopped because of a fault in the program; the log says where."
)
Stage = Literal["hash", "index", "frames", "map", "ela", "audio"]


class Setup(msgspec.Struct, frozen=True, tag=True):
    """First message to a worker: its network, its share of the processor and of the memory.

    An empty `model` means no network.
    """

    model: bytes  # its folder, as the file system has it
    threads: int
    memory_bytes: int


class Scan(msgspec.Struct, frozen=True, tag=True):
    """Scan one file.

    With `live`, the hash (`Identified`) and each frame (`FrameScanned`) are reported when they are
    there, and the first frame comes as a small picture (`Thumbnail`). `evidence` is the file as it
    was hashed before; without it, it is hashed now, with `hashes` too. `thorough` hashes it again
    at the end in any case.
    """

    id: int
    path: bytes  # as the file system has it
    settings: ScanSettings
    live: bool = False
    evidence: HashedFile | None = None
    hashes: tuple[OtherHash, ...] = ()
    thorough: bool = False


class Inspect(msgspec.Struct, frozen=True, tag=True):
    """Take one frame of a file apart: pictures, error levels, face, occlusion map.

    `evidence` is the file as it was hashed before; without it, it is hashed now.
    """

    id: int
    path: bytes
    settings: InspectSettings
    evidence: HashedFile | None = None


class Open(msgspec.Struct, frozen=True, tag=True):
    """Open a file and say what it is; it stays open until another is asked for."""

    id: int
    path: bytes
    stream: Count | None = None


class SharedPlace(msgspec.Struct, frozen=True):
    """A place for a picture in shared memory: the segment's name, offset and size in bytes."""

    segment: str
    offset: Count
    size: Count


class Hash(msgspec.Struct, frozen=True, tag=True):
    """Hash a file."""

    id: int
    path: bytes


class Render(msgspec.Struct, frozen=True, tag=True):
    """Make the picture that a view shows of a frame.

    The picture is blue, green, red, 255; for error levels and noise, the values follow it as
    float16. `hash` also asks for the SHA-256 of the frame, which takes longer than the picture.
    """

    id: int
    path: bytes
    index: Count
    settings: ViewSettings
    place: SharedPlace
    hash: bool = False
    stream: Count | None = None


class Find(msgspec.Struct, frozen=True, tag=True):
    """Find the faces of one frame.

    `expected` holds tracks and where their faces should be, from the frames that a scan looked at.
    """

    id: int
    path: bytes
    index: Count
    expected: tuple[tuple[Count, Box], ...]
    stream: Count | None = None


class Cut(msgspec.Struct, frozen=True, tag=True):
    """Cut a face for the network and compare it with the background.

    `check` also asks whether there is a face in the box.
    """

    id: int
    path: bytes
    index: Count
    box: Box
    size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    factor: Annotated[float, msgspec.Meta(gt=0)]
    check: bool = False
    stream: Count | None = None


class Outline(msgspec.Struct, frozen=True, tag=True):
    """Find the regions of a face in its cut; `box`, `size` and `factor` as for `Cut`."""

    id: int
    path: bytes
    index: Count
    box: Box
    size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    factor: Annotated[float, msgspec.Meta(gt=0)]
    stream: Count | None = None


class Listen(msgspec.Struct, frozen=True, tag=True):
    """Read the whole sound track: waveform and spectrogram."""

    id: int
    path: bytes
    stream: Count | None = None


class Pcm(msgspec.Struct, frozen=True, tag=True):
    """Read sound to be played: 48 kHz, two channels."""

    id: int
    path: bytes
    start_s: Finite
    seconds: Annotated[float, msgspec.Meta(gt=0, le=10)]
    stream: Count | None = None


class Measure(msgspec.Struct, frozen=True, tag=True):
    """Measure how much error levels can say in this file, at this frame."""

    id: int
    path: bytes
    index: Count
    quality: Annotated[int, msgspec.Meta(ge=1, le=100)]
    stream: Count | None = None


class ScoreFace(msgspec.Struct, frozen=True, tag=True):
    """Score one face cut; `crop` is (size, size, 3) uint8."""

    id: int
    crop: Array


class Map(msgspec.Struct, frozen=True, tag=True):
    """Make a heat map of a face cut.

    A map by squares goes from coarse to fine and is sent as it grows (`Mapped` with `complete`
    false). If the settings say so, it is made by the regions of `labels`, (size, size) uint8 from
    `Outlined`.
    """

    id: int
    crop: Array
    settings: OcclusionSettings
    labels: Array | None = None


class Hide(msgspec.Struct, frozen=True, tag=True):
    """Hide one rectangle of a face cut; `region` in pixels of the network's input."""

    id: int
    crop: Array
    region: Box
    settings: OcclusionSettings


class Follow(msgspec.Struct, frozen=True, tag=True):
    """Hide the same part of a face in every frame of its track.

    The part is left, top, width and height as shares of the cut.
    """

    id: int
    path: bytes
    faces: tuple[tuple[Count, Box], ...]
    region: tuple[Share, Share, Share, Share]
    settings: OcclusionSettings
    stream: Count | None = None


class Attempt(msgspec.Struct, frozen=True, tag=True):
    """Try something that a worker is refused: `act` names it.

    `folder` was made for this, and holds what `dfgui.worker.isolation.attempts` says.
    """

    id: int
    act: str
    folder: bytes


class Cancel(msgspec.Struct, frozen=True, tag=True):
    """Stop working on request `id`.

    The answer is `Cancelled`, unless another one is already on the way.
    """

    id: int


Request = (
    Scan
    | Inspect
    | Open
    | Hash
    | Render
    | Find
    | Cut
    | Outline
    | Listen
    | Pcm
    | Measure
    | ScoreFace
    | Map
    | Hide
    | Follow
    | Attempt
)


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker has loaded its network.

    `engine` is the name and version of what runs it, empty without a network.
    """

    engine: str


class Progressed(msgspec.Struct, frozen=True, tag=True):
    """Part of request `id` is done; also the sign that the worker is alive."""

    id: int
    stage: Stage
    done: Count
    total: Count


class Identified(msgspec.Struct, frozen=True, tag=True):
    """The file of a live scan was hashed."""

    id: int
    evidence: HashedFile


class FrameScanned(msgspec.Struct, frozen=True, tag=True):
    """A frame of a live scan was scored."""

    id: int
    frame: FrameResult


class Thumbnail(msgspec.Struct, frozen=True, tag=True):
    """A small picture of a file: (H, W, 3) uint8."""

    id: int
    picture: Array

    def __post_init__(self) -> None:
        self.picture.check("uint8", channels=3)


class Scanned(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Scan`."""

    id: int
    result: FileResult


class Inspected(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Inspect`."""

    id: int
    result: Inspection


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Open`."""

    id: int
    facts: MediaFacts


class Hashed(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Hash`."""

    id: int
    evidence: HashedFile


class Rendered(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Render`: the picture lies in shared memory."""

    id: int
    frame: FrameFacts
    width: Annotated[int, msgspec.Meta(ge=1)]
    height: Annotated[int, msgspec.Meta(ge=1)]
    has_values: bool


class Found(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Find`: the boxes of the frame, excluded if they hold no face.

    The track is None if the box belongs to none of those expected.
    """

    id: int
    faces: tuple[PlacedFace, ...]


class WasCut(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Cut`.

    `square` is the cut in pixels of the frame. There is no comparison if the face or the background
    is too small. `holds_face` is None if that was not asked.
    """

    id: int
    crop: Array
    square: Box
    pixels: PixelComparison | None
    sentence: Sentence
    holds_face: bool | None = None

    def __post_init__(self) -> None:
        self.crop.check("uint8", channels=3)


class Outlined(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Outline`: the region of each pixel of the cut.

    `labels` is (size, size) uint8, numbered as in `dfgui.core.faces.regions`.
    """

    id: int
    labels: Array

    def __post_init__(self) -> None:
        self.labels.check("uint8")


class Heard(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Listen`."""

    id: int
    sound: Sound


class Played(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Pcm`: 16-bit samples, left and right in turn."""

    id: int
    samples: bytes


class Measured(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Measure`."""

    id: int
    value: ElaInformativeness


class FaceScored(msgspec.Struct, frozen=True, tag=True):
    """The answer to `ScoreFace`."""

    id: int
    score: Share


class Mapped(msgspec.Struct, frozen=True, tag=True):
    """A heat map so far; the last one is complete and has its faithfulness.

    `values` is (size, size) float32, NaN where nothing is known; `error` is the estimated
    difference from the exact map, None while not known. A map by regions comes complete, with the
    drop of each region and without faithfulness.
    """

    id: int
    values: Array
    base: Share
    evaluated: Count
    total: Count
    error: Finite | None
    precision: str
    complete: bool
    faithfulness: Faithfulness | None
    regions: tuple[RegionDrop, ...] = ()

    def __post_init__(self) -> None:
        self.values.check("float32")


class Hidden(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Hide`: the score with nothing hidden, and how far hiding lowers it.

    `part` is what shows instead of the region inside the cut, (h, w, 3) uint8 red, green, blue;
    `precision` that of both scores, "f32" or "bf16".
    """

    id: int
    base: Share
    drop: Finite
    part: Array
    precision: str

    def __post_init__(self) -> None:
        self.part.check("uint8", channels=3)


class FollowedOne(msgspec.Struct, frozen=True, tag=True):
    """One frame of a `Follow`."""

    id: int
    index: Count
    drop: Finite


class Followed(msgspec.Struct, frozen=True, tag=True):
    """The end of a `Follow`."""

    id: int


class Attempted(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Attempt`: what the system said, empty if the act was not refused."""

    id: int
    refusal: str


class Cancelled(msgspec.Struct, frozen=True, tag=True):
    """The answer to any request that was cancelled."""

    id: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The request failed: a sentence for the user, and a trace for the log if it was a bug.

    Request 0 is the set-up.
    """

    id: int
    sentence: Sentence
    trace: str = ""


def too_much_memory(limit_bytes: int) -> Sentence:
    """What to say of a request that needs more memory than one may use."""
    return Sentence(
        "The file needs more than the {limit} MB of memory that one file may use.",
        limit=limit_bytes >> 20,
    )


Part = Progressed | Identified | FrameScanned | Thumbnail | Mapped | FollowedOne
"""Sent while the worker works on a request."""
Final = (
    Scanned | Inspected | Opened | Hashed | Rendered | Found | WasCut | Outlined | Heard | Played
    | Measured | FaceScored | Mapped | Hidden | Followed | Attempted | Cancelled | Failed
)  # fmt: skip
"""Ends a request."""
Answer = Ready | Progressed | Identified | FrameScanned | Thumbnail | FollowedOne | Final
