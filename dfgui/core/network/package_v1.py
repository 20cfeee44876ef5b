"""Cards of the first version, as packages up to 3 carry them, and what they say in the second."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from dfgui.core.network.package import (
    Calibration,
    Calibrations,
    Card,
    CardFile,
    CropRule,
    Domain,
    InitWeights,
    Metric,
    Name,
    Training,
)
from dfgui.core.values import Count, Positive, Sha256


class CalibrationV1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One bound for both sides: the likelihood ratio, log10, that the smaller class can support."""

    slope: Positive
    intercept: float
    log10_lr_bound: Positive
    set: str
    real: Count
    fake: Count
    sharpness_slope: float = 0.0
    sharpness_range: tuple[Positive, Positive] = (1.0, 1.0)

    def upgraded(self) -> Calibration:
        """The same with a bound for each side."""
        return Calibration(
            slope=self.slope,
            intercept=self.intercept,
            log10_lr_low=-self.log10_lr_bound,
            log10_lr_high=self.log10_lr_bound,
            set=self.set,
            real=self.real,
            fake=self.fake,
            sharpness_slope=self.sharpness_slope,
            sharpness_range=self.sharpness_range,
        )


class CalibrationsV1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of single faces and of tracks."""

    face: CalibrationV1
    track: CalibrationV1


class TrainingV1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the network saw; its sets and people are named in sentences only."""

    data: tuple[str, ...]
    real: Count
    fake: Count
    split: str
    steps: Count
    backbone_init: str
    seed: int


class CardV1(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`card.json` of `dfgui.card/1`."""

    schema: Literal["dfgui.card/1"]
    name: Name
    version: str
    architecture: str
    input_size: Annotated[int, msgspec.Meta(ge=32, le=1024)]
    colour_order: Literal["RGB"]
    value_range: tuple[Literal[0], Literal[255]]
    output: Literal["logit"]
    crop: CropRule
    training: TrainingV1
    metrics: tuple[Metric, ...]
    calibration: CalibrationsV1
    domain: Domain
    export_difference: dict[str, float]
    not_for: tuple[str, ...]
    terms: str
    files: dict[CardFile, Sha256]


def upgraded(card: CardV1) -> Card:
    """What it says, in the second version."""
    made = card.training
    return Card(
        schema="dfgui.card/2",
        name=card.name,
        version=card.version,
        architecture=card.architecture,
        input_size=card.input_size,
        colour_order=card.colour_order,
        value_range=card.value_range,
        output=card.output,
        crop=card.crop,
        training=Training(
            made.data,
            made.real,
            made.fake,
            made.split,
            made.steps,
            InitWeights(made.backbone_init),
            made.seed,
        ),
        metrics=card.metrics,
        calibration=Calibrations(
            card.calibration.face.upgraded(), card.calibration.track.upgraded()
        ),
        domain=card.domain,
        export_difference=card.export_difference,
        not_for=card.not_for,
        terms=card.terms,
        files=card.files,
    )
