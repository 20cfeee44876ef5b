"""A model package: its card and the check of its files.

The card says what the network takes, what it was made from and how wrong it may be.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeVar, get_args, get_type_hints

import msgspec

from dfgui.core.errors import AnalysisError
from dfgui.core.network.validation import Validation
from dfgui.core.sentences import Sentence
from dfgui.core.values import AtLeast0, AtMost0, Count, Positive, Sha256

Name = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9._-]*$")]
File = Literal["model.xml", "model.bin"]
CardFile = Literal["model.xml", "model.bin", "calibration.csv", "features.npz"]
FILES: tuple[File, File] = ("model.xml", "model.bin")
MORE_FILES: tuple[CardFile, CardFile] = ("calibration.csv", "features.npz")
"""Further files that a scoring network's package may hold: what it was calibrated on."""
CHECK_KIND = "dfgui.face-check"
KINDS = {
    "dfgui.card": Sentence("a network that scores faces"),
    CHECK_KIND: Sentence("the check that tells faces from patterns"),
}
"""What a package is, by the kind that its card names."""


class _HasFiles(Protocol):
    @property
    def files(self) -> Mapping[Any, str]: ...


AnyCard = TypeVar("AnyCard", bound=_HasFiles)


class CropRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a face becomes the network's input.

    Each factor is the side of the cut over the longer side of a Haar box, or of a ready crop.
    """

    haar_factor: Positive
    whole_factor: Positive


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The smallest and the largest likelihood ratio, log10, that a set can support.

    0 says that it supports none on that side.
    """

    log10_lr_low: AtMost0
    log10_lr_high: AtLeast0


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How logit x and sharpness s become a score at even prior odds.

    The score is 1 / (1 + exp(-(slope x + sharpness_slope ln s + intercept))).

    With little to see, a network is less sure that any face is real; the second term corrects for
    that. s, as in `Domain`, is kept within the range of the set.
    `log10_lr_low` and `log10_lr_high` are as in `Bounds`. `real` and `fake` are the numbers of
    files in the set.
    """

    slope: Positive
    intercept: float
    log10_lr_low: AtMost0
    log10_lr_high: AtLeast0
    set: str
    real: Count
    fake: Count
    sharpness_slope: float = 0.0
    sharpness_range: tuple[Positive, Positive] = (1.0, 1.0)

    def log_sharpness(self, sharpness: float) -> float:
        """Ln of a sharpness of 0 and more, within the range of the set."""
        low, high = self.sharpness_range
        return math.log(min(max(sharpness, low), high))


class Calibrations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Separate calibrations for single faces and for tracks.

    Single faces are those of stills and frames; a track has the mean of its faces' logits. A file
    takes the score of its most suspicious track, and as that is a maximum, its likelihood ratio has
    bounds of its own; None if the card gives none, and those of tracks count.
    """

    face: Calibration
    track: Calibration
    file: Bounds | None = None

    def bounds_of_file(self, *, still: bool) -> Bounds:
        """How far the likelihood ratio of a file may go: that of a still, or of a video."""
        if self.file is not None and not still:
            return self.file
        one = self.face if still else self.track
        return Bounds(one.log10_lr_low, one.log10_lr_high)


class Domain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The range that the network was tested in; outside it a verdict is withheld.

    `cut_side` in pixels of the frame, `sharpness` the variance of the Laplacian of the network's
    input, `bits_per_pixel` of the video stream (None: not tested), `track_frames` the faces a track
    needs, `codec` that of the clips on which `bits_per_pixel` stands, as FFmpeg names it. The same
    number of bits is another quality in another codec, so there it is no limit.
    """

    cut_side: Positive
    sharpness: float
    bits_per_pixel: float | None
    track_frames: Annotated[int, msgspec.Meta(ge=1)]
    codec: str = "h264"


CODEC_NAMES = {"h264": "H.264", "hevc": "HEVC", "av1": "AV1", "vp8": "VP8", "vp9": "VP9"}


def codec_name(codec: str) -> str:
    """How a codec is written; FFmpeg's own name if it is not one of the usual ones."""
    return CODEC_NAMES.get(codec, codec)


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measured figure with its 95 % interval.

    It was measured on a named set of n files in that many groups (originals or people).
    """

    name: str
    set: str
    value: float
    low: float
    high: float
    n: Count
    groups: Count


class InitWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The weights that the training began with, in words.

    If they came from a file, its SHA-256 is there too.
    """

    words: str
    sha256: Sha256 | None = None


class DataSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data set that was trained on, and its terms in one sentence."""

    name: str
    terms: str


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the network saw, in words and counts.

    `seen` names the sets and people it saw, such as `dfdc:train` or `ffpp:033`, including those
    that `init_weights` saw; None if the card does not say.
    """

    data: tuple[str, ...]
    real: Count
    fake: Count
    split: str
    steps: Count
    init_weights: InitWeights
    seed: int
    seen: tuple[str, ...] | None = None
    sources: tuple[DataSource, ...] = ()


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`card.json` of a model package.

    A field whose type carries a title is shown under it, by the window and by `dfgui models`.
    `validation` says how good the likelihood ratios are; empty if that was not measured.
    """

    schema: Literal["dfgui.card/2"]
    name: Name
    version: str
    architecture: str
    input_size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    colour_order: Literal["RGB"]
    value_range: tuple[Literal[0], Literal[255]]
    output: Literal["logit"]
    crop: CropRule
    training: Training
    metrics: tuple[Metric, ...]
    calibration: Calibrations
    domain: Domain
    export_difference: dict[str, float]
    not_for: tuple[str, ...]
    terms: Annotated[str, msgspec.Meta(title="Terms")]
    files: dict[CardFile, Sha256]
    validation: tuple[Validation, ...] = ()


@dataclass(frozen=True)
class ModelPackage:
    """A checked folder with the model's files.

    They are `model.xml`, `model.bin`, `card.json` and the other files that the card names.
    """

    folder: Path
    card: Card

    @property
    def sha256(self) -> str:
        """One hash for the network: see `network_sha256`."""
        return network_sha256(self.card.files)


def load_package(folder: Path) -> ModelPackage:
    """Read a package's card and verify the hash of each file.

    Raises:
        AnalysisError: the card is missing or wrong, or a file differs from its hash; the sentence
            names the package.
    """
    return ModelPackage(folder, read_checked(folder, Card, decode_card))


def network_sha256(files: Mapping[Any, str]) -> str:
    """One hash for a network: SHA-256 over the hashes of its two files, in hex."""
    return hashlib.sha256("".join(files[name] for name in FILES).encode()).hexdigest()


class _Schema(msgspec.Struct):
    schema: str = ""


def read_checked(
    folder: Path, kind: type[AnyCard], decode: Callable[[bytes], AnyCard] | None = None
) -> AnyCard:
    """Read `card.json` of a package and verify the hash of each of its files.

    Args:
        folder: of the package.
        kind: of card that is expected.
        decode: reads the card; without it, a card is exactly of this kind.

    Raises:
        AnalysisError: the card is missing, wrong or of another kind, or a file differs from its
            hash.
    """
    name = folder.name
    try:
        data = (folder / "card.json").read_bytes()
        _check_kind(data, kind, name)
        card = msgspec.json.decode(data, type=kind) if decode is None else decode(data)
    except OSError as error:
        raise AnalysisError(
            "The model package {name} has no readable card.json; choose another package.", name=name
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(
            "The card of the model package {name} is not valid: {error}.",
            name=name,
            error=error,
        ) from error
    if not set(card.files) >= set(FILES):
        raise AnalysisError(
            "The card of the model package {name} must give the hashes of model.xml and model.bin.",
            name=name,
        )
    for file, expected in card.files.items():
        if _sha256(folder / file, name) != expected:
            raise AnalysisError(
                "The model package {name} was changed: {file} differs from the hash in its card."
                " Install it again.",
                name=name,
                file=file,
            )
    return card


def decode_card(data: bytes) -> Card:
    """A card from its JSON; one of `dfgui.card/1` becomes what it says in `dfgui.card/2`.

    Raises:
        msgspec.DecodeError: it is of neither version, or a field of it is wrong.
    """
    if msgspec.json.decode(data, type=_Schema).schema == "dfgui.card/1":
        from dfgui.core.network.package_v1 import CardV1, upgraded

        return upgraded(msgspec.json.decode(data, type=CardV1))
    return msgspec.json.decode(data, type=Card)


def kind_of(folder: Path) -> str:
    """The kind that a folder's card states, such as `dfgui.card`; empty if no card can be read."""
    try:
        return _kind((folder / "card.json").read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return ""


def _kind(data: bytes) -> str:
    return msgspec.json.decode(data, type=_Schema).schema.partition("/")[0]


def _check_kind(data: bytes, kind: type[AnyCard], name: str) -> None:
    found, wanted = _kind(data), get_args(get_type_hints(kind)["schema"])[0].partition("/")[0]
    if found != wanted and found in KINDS:
        raise AnalysisError(
            "The model package {name} is {kind}, not {wanted}; choose another package.",
            name=name,
            kind=KINDS[found],
            wanted=KINDS[wanted],
        )


def _sha256(path: Path, package: str) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AnalysisError(
            "The model package {package} has no readable {name}; install it again.",
            package=package,
            name=path.name,
        ) from error
