"""What a card says of its likelihood ratios, for tests."""

from __future__ import annotations

from dfgui.core.network.validation import (
    Estimate,
    ReliabilityStep,
    TippettPoint,
    Unit,
    Validation,
)


def validation(of: Unit = "file") -> Validation:
    """Ten real and 1,200 fake ones; of the real ones one in ten reaches a ratio of 10."""
    return Validation(
        of=of,
        set="clips of a film",
        real=10,
        fake=1_200,
        groups=5,
        cllr=Estimate(0.62, 0.51, 0.7),
        cllr_min=Estimate(0.555, 0.4, 0.61),
        tippett=(
            TippettPoint(-1.0, 1.0, 1.0),
            TippettPoint(-0.3, 0.4, 0.95),
            TippettPoint(0.3, 0.2, 0.8),
            TippettPoint(1.0, 0.1, 0.5),
            TippettPoint(1.1, 0.0, 0.0),
        ),
        reliability=(ReliabilityStep(0.1, 0.4, 0.2, 6), ReliabilityStep(0.45, 0.92, 0.75, 24)),
    )
