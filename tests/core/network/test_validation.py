"""The curves that a card holds, by hand."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from dfgui.core.network.likelihood_ratios import KnownRatios
from dfgui.core.network.validation import (
    Estimate,
    ReliabilityStep,
    Validation,
    reliability_steps,
    tippett_points,
)

# Real: -.25 and .1; fake: .05 and .32.
KNOWN = KnownRatios.of(np.array([-0.25, 0.1, 0.05, 0.32]), np.array([0, 0, 1, 1]))


def test_both_tippett_curves_begin_with_all_and_end_with_none() -> None:
    found = {point.log10_lr: (point.real, point.fake) for point in tippett_points(KNOWN)}
    assert found == {
        -0.3: (1, 1), -0.2: (0.5, 1), -0.1: (0.5, 1), 0: (0.5, 1),
        0.1: (0.5, 0.5),  # exactly .1 is at least .1
        0.2: (0, 0.5), 0.3: (0, 0.5), 0.4: (0, 0),
    }  # fmt: skip


def test_the_steps_of_the_reliability_diagram_are_in_scores() -> None:
    # .05 (fake) and .1 (real) are in the wrong order. 10^-.25 / (1 + 10^-.25) = .3599,
    # 10^.05 / (1 + 10^.05) = .5288, likewise .5573 and .6763.
    assert reliability_steps(KNOWN) == (
        ReliabilityStep(0.3599, 0.3599, 0.0, 1),
        ReliabilityStep(0.5288, 0.5573, 0.5, 2),
        ReliabilityStep(0.6763, 0.6763, 1.0, 1),
    )


@pytest.mark.parametrize("known", [KNOWN, KnownRatios.of(np.zeros(2), np.array([0, 1]))])
def test_what_is_measured_can_be_written_and_read(known: KnownRatios) -> None:
    made = Validation(
        "file", "clips", 2, 2, 2, Estimate(0.8, 0.7, 0.9), Estimate(0.5, 0.4, 0.6),
        tippett_points(known), reliability_steps(known),
    )  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(made), type=Validation) == made
