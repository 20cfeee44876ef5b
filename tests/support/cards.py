"""Cards for tests: a plain one, and what a test changes of it."""

from __future__ import annotations

from typing import Any

import msgspec

from dfgui.core.network.package import (
    Calibration,
    Calibrations,
    Card,
    CropRule,
    Domain,
    InitWeights,
    Training,
)

CALIBRATION = Calibration(1.0, 0.0, -3.0, 3.0, "clips", 500, 500)
PLAIN = Card(
    schema="dfgui.card/2",
    name="made",
    version="1",
    architecture="none",
    input_size=112,
    colour_order="RGB",
    value_range=(0, 255),
    output="logit",
    crop=CropRule(0.8, 1.0),
    training=Training((), 0, 0, "none", 0, InitWeights("random"), 0),
    metrics=(),
    calibration=Calibrations(CALIBRATION, CALIBRATION),
    domain=Domain(1.0, 0.0, None, 8),
    export_difference={},
    not_for=(),
    terms="none",
    files={},
)


def card(**changes: Any) -> Card:
    """A card whose calibration leaves the logit as it is, within a ratio of 1,000.

    Args:
        changes: fields of the card. A `calibration` counts for faces and tracks.
    """
    one = changes.get("calibration")
    if isinstance(one, Calibration):
        changes["calibration"] = Calibrations(one, one)
    return msgspec.structs.replace(PLAIN, **changes)
