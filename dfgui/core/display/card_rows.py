"""A model card in words: what the dialog of models and `dfgui models` show of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_type_hints

import msgspec

from dfgui.core.display.ratio_rows import Row, cost_rows
from dfgui.core.network.package import Calibration, Card, codec_name
from dfgui.core.sentences import Sentence, as_sentence, listed

RATIOS = Sentence("How good the likelihood ratios are")


@dataclass(frozen=True)
class Part:
    """Some rows of a card under a heading; `listed` says that `dfgui models` shows them too.

    The label of a row is empty if its value is a sentence that stands alone.
    """

    title: Sentence
    rows: tuple[Row, ...]
    listed: bool = False


def card_parts(card: Card) -> tuple[Part, ...]:
    """The card without its figures and hashes, in the order in which it is read."""
    return (
        Part(Sentence("Calibration"), tuple(_calibration(card))),
        *([Part(RATIOS, tuple(cost_rows(card)))] if card.validation else []),
        Part(Sentence("Tested in"), tuple(_domain(card))),
        Part(Sentence("Not for"), tuple(map(_alone, card.not_for)), listed=True),
        Part(Sentence("Training"), tuple(_training(card))),
        *_titled(card),
    )


def _titled(card: Card) -> Iterator[Part]:
    """One part for each field whose type carries a title; an empty field has none."""
    for name, kind in get_type_hints(Card, include_extras=True).items():
        value, notes = getattr(card, name), getattr(kind, "__metadata__", ())
        for title in (note.title for note in notes if isinstance(note, msgspec.Meta)):
            if title and value:
                sentences = (value,) if isinstance(value, str) else value
                yield Part(Sentence(title), tuple(map(_alone, sentences)), listed=True)


def listed_rows(parts: Sequence[Part]) -> Iterator[Row]:
    """The rows of the parts that are listed; sentences of one part are one row."""
    for part in parts:
        if part.listed and all(not label for label, _ in part.rows):
            sentences = [sentence for _, sentence in part.rows]
            yield Sentence(part.title.lower()), listed(sentences, "; ")
        elif part.listed:
            yield from part.rows


def _alone(text: str) -> Row:
    return Sentence(""), Sentence(text)


def _calibration(card: Card) -> Iterator[Row]:
    yield Sentence("single faces"), _calibrated_on(card.calibration.face)
    yield Sentence("tracks"), _calibrated_on(card.calibration.track)
    if card.calibration.file is not None:
        yield (
            Sentence("files"),
            Sentence(
                "score of the most suspicious track; likelihood ratio from 10^{low:g} to"
                " 10^{high:g}",
                low=card.calibration.file.log10_lr_low,
                high=card.calibration.file.log10_lr_high,
            ),
        )


def _calibrated_on(one: Calibration) -> Sentence:
    return Sentence(
        "{real:,} real and {fake:,} fake of {set}; likelihood ratio from 10^{low:g} to"
        " 10^{high:g}{sharpness}",
        real=one.real,
        fake=one.fake,
        set=Sentence(one.set),
        low=one.log10_lr_low,
        high=one.log10_lr_high,
        sharpness=Sentence("; how sharp the face is counts too") if one.sharpness_slope else "",
    )


def _domain(card: Card) -> Iterator[Row]:
    domain, bits = card.domain, card.domain.bits_per_pixel
    yield Sentence("side of the cut, pixels"), _or_more(domain.cut_side)
    yield Sentence("sharpness"), _or_more(domain.sharpness)
    yield (
        Sentence("bits per pixel of a video"),
        Sentence("not tested")
        if bits is None
        else Sentence("{least:g} or more in {codec}", least=bits, codec=codec_name(domain.codec)),
    )
    yield Sentence("faces a track needs"), _or_more(domain.track_frames)


def _or_more(least: float) -> Sentence:
    return Sentence("{least:g} or more", least=least)


def _training(card: Card) -> Iterator[Row]:
    made = card.training
    data = as_sentence("\n".join(made.data)) if made.data else Sentence("not given")
    yield Sentence("data"), data
    yield (
        Sentence("faces"),
        Sentence("{real:,} real, {fake:,} fake", real=made.real, fake=made.fake),
    )
    yield Sentence("split"), as_sentence(made.split)
    yield (
        Sentence("steps"),
        Sentence(
            "{steps:,}, from {weights} weights, seed {seed}",
            steps=made.steps,
            weights=made.init_weights.words,
            seed=made.seed,
        ),
    )
    for source in made.sources:
        yield as_sentence(source.name), as_sentence(source.terms)
