"""The package of the network that tells faces from patterns: its card, and how it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from dfgui.core.network.package import (
    File,
    Metric,
    Name,
    network_sha256,
    read_checked,
)
from dfgui.core.values import Positive, Sha256


class CheckInput(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a box becomes the network's input: a square of `side` pixels.

    The square is cut at `box_factor` times the box's longer side.
    """

    side: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    colour_order: Literal["RGB"]
    value_range: tuple[Literal[0], Literal[1]]
    box_factor: Positive


class CheckSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file that the network was converted from, its licence, and who states that licence."""

    file: str
    sha256: Sha256
    bundle: str
    model_card: str
    licence: str
    conversion: str


class FaceCheckCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`card.json` of the check.

    `presence` is the lowest presence logit of the network at which a box counts as a face.
    `metrics` say which share of the patterns it leaves out and which share of the faces it keeps.
    """

    schema: Literal["dfgui.face-check/1"]
    name: Name
    version: str
    architecture: str
    input: CheckInput
    presence: float
    chosen_on: str
    metrics: tuple[Metric, ...]
    source: CheckSource
    not_for: tuple[str, ...]
    terms: str
    files: dict[File, Sha256]


@dataclass(frozen=True)
class FaceCheckPackage:
    """A checked folder with `model.xml`, `model.bin` and `card.json`."""

    folder: Path
    card: FaceCheckCard

    @property
    def sha256(self) -> str:
        """One hash for the network, as of a network that scores."""
        return network_sha256(self.card.files)


def load_face_check(folder: Path) -> FaceCheckPackage:
    """Read the card and verify the hash of each file.

    Raises:
        AnalysisError: the card is missing or wrong, or a file differs from its hash; the sentence
            names the package.
    """
    return FaceCheckPackage(folder, read_checked(folder, FaceCheckCard))
