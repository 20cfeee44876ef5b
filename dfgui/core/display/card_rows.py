"""A model card in words: what the dialog of models and `dfgui models` show of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_type_hints

import msgspec

from dfgui.core.network.package import Calibration, Card

Row = tuple[str, str]
"""Label and value; the label is empty if the value is a sentence that stands alone."""


@dataclass(frozen=True)
class Part:
    """Some rows of a card under a heading; `listed` says that `dfgui models` shows them too."""

    title: str
    rows: tuple[Row, ...]
    listed: bool = False


def card_parts(card: Card) -> tuple[Part, ...]:
    """The card without its figures and hashes, in the order in which it is read."""
    return (
        Part("Calibration", tuple(_calibration(card))),
        Part("Tested in", tuple(_domain(card))),
        Part("Not for", tuple(("", sentence) for sentence in card.not_for), listed=True),
        Part("Training", tuple(_training(card))),
        *_titled(card),
    )


def _titled(card: Card) -> Iterator[Part]:
    """One part for each field whose type carries a title; an empty field has none."""
    for name, kind in get_type_hints(Card, include_extras=True).items():
        value, notes = getattr(card, name), getattr(kind, "__metadata__", ())
        for title in (note.title for note in notes if isinstance(note, msgspec.Meta)):
            if title and value:
                sentences = (value,) if isinstance(value, str) else value
                yield Part(title, tuple(("", str(one)) for one in sentences), listed=True)


def listed_rows(parts: Sequence[Part]) -> Iterator[Row]:
    """The rows of the parts that are listed; sentences of one part are one row."""
    for part in parts:
        if part.listed and all(not label for label, _ in part.rows):
            yield part.title.lower(), "; ".join(sentence for _, sentence in part.rows)
        elif part.listed:
            yield from part.rows


def _calibration(card: Card) -> Iterator[Row]:
    yield "single faces", _calibrated_on(card.calibration.face)
    yield "tracks", _calibrated_on(card.calibration.track)


def _calibrated_on(one: Calibration) -> str:
    sharpness = "; how sharp the face is counts too" if one.sharpness_slope else ""
    return (
        f"{one.real:,} real and {one.fake:,} fake of {one.set}; likelihood ratio from"
        f" 10^{one.log10_lr_low:g} to 10^{one.log10_lr_high:g}{sharpness}"
    )


def _domain(card: Card) -> Iterator[Row]:
    domain, bits = card.domain, card.domain.bits_per_pixel
    yield "side of the cut, pixels", f"{domain.cut_side:g} or more"
    yield "sharpness", f"{domain.sharpness:g} or more"
    yield "bits per pixel of a video", "not tested" if bits is None else f"{bits:g} or more"
    yield "faces a track needs", f"{domain.track_frames:g} or more"


def _training(card: Card) -> Iterator[Row]:
    made = card.training
    yield "data", "\n".join(made.data) or "not given"
    yield "faces", f"{made.real:,} real, {made.fake:,} fake"
    yield "split", made.split
    yield "steps", f"{made.steps:,}, from {made.init_weights.words} weights, seed {made.seed}"
    yield from ((source.name, source.terms) for source in made.sources)
