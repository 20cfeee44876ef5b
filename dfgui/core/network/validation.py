"""How good the likelihood ratios of a network are on known files, as its card holds it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import numpy as np

from dfgui.core.network.likelihood_ratios import KnownRatios, reliability, score_of
from dfgui.core.values import Count, Share

Unit = Literal["face", "track", "file"]
"""What has a likelihood ratio: a face of a still or frame, a track, or a whole file."""

TENTH = 10  # points of the Tippett plot to 1 of log10
Cost = Annotated[float, msgspec.Meta(ge=0)]


class Estimate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cost with its 95 % interval."""

    value: Cost
    low: Cost
    high: Cost


class TippettPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The share of the real and of the fake ones whose log10 likelihood ratio is at least this."""

    log10_lr: float
    real: Share
    fake: Share


class ReliabilityStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Scores from `low` to `high`, and the share of fakes at even odds among the n that had them.

    If scores are calibrated, `observed` lies between `low` and `high`.
    """

    low: Share
    high: Share
    observed: Share
    n: Count


class Validation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How good the likelihood ratios of one unit are, within their bounds.

    `real` and `fake` count ratios, `groups` groups of people or originals. Cllr is 0 if all ratios
    are perfect and 1 if they say nothing; Cllr-min is what it would be with perfect calibration.
    See `dfgui.core.network.likelihood_ratios`.
    """

    of: Unit
    set: str
    real: Count
    fake: Count
    groups: Count
    cllr: Estimate
    cllr_min: Estimate
    tippett: tuple[TippettPoint, ...]
    reliability: tuple[ReliabilityStep, ...]


def tippett_points(ratios: KnownRatios) -> tuple[TippettPoint, ...]:
    """Both curves at every tenth of log10, from below the smallest ratio to above the largest.

    Source: Tippett and others, Journal of the Forensic Science Society 8, 1968.
    """
    first = int(np.floor(ratios.log10_lr.min() * TENTH))
    last = int(np.floor(ratios.log10_lr.max() * TENTH)) + 1
    at = np.arange(first, last + 1) / TENTH
    # At least: above the next smaller number.
    real, fake = (ratios.shares_above(label, np.nextafter(at, -np.inf)) for label in (0, 1))
    return tuple(
        TippettPoint(float(x), *(min(max(round(float(y), 4), 0.0), 1.0) for y in shares))
        for x, *shares in zip(at, real, fake, strict=True)
    )


def reliability_steps(ratios: KnownRatios) -> tuple[ReliabilityStep, ...]:
    """The steps of the reliability curve, in scores."""
    pools = reliability(ratios)
    lows, highs, observed = (
        [round(float(value), 4) for value in values]
        for values in (score_of(pools.low), score_of(pools.high), pools.observed)
    )
    return tuple(map(ReliabilityStep, lows, highs, observed, pools.counts.tolist()))
