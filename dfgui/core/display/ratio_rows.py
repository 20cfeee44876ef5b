"""How far the likelihood ratios of a card go and how good they are, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfgui.core.display.wording import two_digits
from dfgui.core.network.package import Bounds, Calibration, Card
from dfgui.core.network.score import BANDS, out_of_reach
from dfgui.core.network.validation import TippettPoint, Unit, Validation
from dfgui.core.sentences import Sentence, as_sentence, listed

Row = tuple[Sentence, Sentence]
UNITS: dict[Unit, Sentence] = {
    "face": Sentence("single faces"),
    "track": Sentence("tracks"),
    "file": Sentence("files"),
}
# log10, either way: the limits of the words that most calibrations reach.
SHOWN = tuple(BANDS.values())[:3]


def ratio_rows(card: Card) -> Iterator[Row]:
    """All that a card says of its likelihood ratios: bounds, costs and both curves."""
    yield from bound_rows(card)
    yield from cost_rows(card)
    for one in card.validation:
        yield Sentence("Tippett plot, {unit}", unit=UNITS[one.of]), _tippett(one)
        yield Sentence("reliability, {unit}", unit=UNITS[one.of]), _reliability(one)


def bound_rows(card: Card) -> Iterator[Row]:
    """The smallest and the largest likelihood ratio of each unit."""
    calibrations = card.calibration
    limits: dict[Unit, Bounds | Calibration] = {
        "face": calibrations.face,
        "track": calibrations.track,
        "file": calibrations.bounds_of_file(still=False),
    }
    for unit, one in limits.items():
        bounds = Bounds(one.log10_lr_low, one.log10_lr_high)
        span = Sentence(
            "likelihood ratio from 1/{least} to {most}",
            least=two_digits(10**-bounds.log10_lr_low),
            most=two_digits(10**bounds.log10_lr_high),
        )
        yield UNITS[unit], listed([span, *filter(None, [out_of_reach(bounds)])], ". ")


def cost_rows(card: Card) -> Iterator[Row]:
    """Cllr and Cllr-min of each unit, with intervals and the set that they stand on."""
    for one in card.validation:
        yield (
            UNITS[one.of],
            Sentence(
                "Cllr {cost:.2f} [{low:.2f}, {high:.2f}], Cllr-min {best:.2f} [{best_low:.2f},"
                " {best_high:.2f}], on {real:,} real and {fake:,} fake in {groups:,} groups:"
                " {set}",
                cost=one.cllr.value,
                low=one.cllr.low,
                high=one.cllr.high,
                best=one.cllr_min.value,
                best_low=one.cllr_min.low,
                best_high=one.cllr_min.high,
                real=one.real,
                fake=one.fake,
                groups=one.groups,
                set=Sentence(one.set),
            ),
        )


def _tippett(one: Validation) -> Sentence:
    """The shares at the limits of the words, from the strongest for "real" to that for "fake"."""
    at = [*(-limit for limit in reversed(SHOWN)), *SHOWN]
    return listed([_shares(one.tippett, limit) for limit in at], "; ")


def _shares(points: Sequence[TippettPoint], log10_lr: float) -> Sentence:
    factor = f"{round(10 ** abs(log10_lr)):,}"
    below = [point for point in points if point.log10_lr <= log10_lr + 1e-9]
    # Below the first point is nothing, above the last one nothing is left.
    real, fake = (below[-1].real, below[-1].fake) if below else (1.0, 1.0)
    return Sentence(
        "{factor} or more: {real:.0f} % of the real, {fake:.0f} % of the fake",
        factor=factor if log10_lr > 0 else f"1/{factor}",
        real=100 * real,
        fake=100 * fake,
    )


def _reliability(one: Validation) -> Sentence:
    steps = [
        as_sentence(f"{step.low:.2f} - {step.high:.2f}: {step.observed:.2f} (n = {step.n})")
        for step in one.reliability
    ]
    return Sentence("score: share of fakes; {steps}", steps=listed(steps, "; "))
