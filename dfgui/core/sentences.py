"""Sentences as values: an English source and what fills it, to be worded in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from dfgui.core.values import printable

Value = str | int | float
"""What a place of a sentence holds; a text may be another sentence."""
Translate = Callable[[str], str]
"""Gives what a language says for an English source; the source itself if it has nothing."""

# Only names and short formats: a source may come from a worker that evidence has corrupted.
PLACE = re.compile(r"\{(\w+)(?::([-+,.0-9]{0,4}[a-z%]?))?\}")
THOUSANDS = ","
"""Separates thousands; a source of its own, as languages differ."""


class Sentence(str):
    """An English text that remembers how it was made, so that another language can say it.

    It is the English text itself in JSON, CSV, log and terminal; `in_language` words it for the
    window and the report. `str()` of it forgets the source.

    Args:
        source: English, with places for values: "{name}", "{name:.1f}". If there is a value `n`,
            it may hold the forms for one and for several: "{n} frame|{n} frames".
        values: numbers, sentences that are worded along with it, or anything else, as text. Without
            any, the source is taken as it is.

    Raises:
        KeyError: a place has no value.
        ValueError: a value does not fit its format.
    """

    source: str
    values: Mapping[str, Value]

    def __new__(cls, source: str, /, **values: object) -> Self:
        """Make the English text."""
        kept = {name: _kept(value) for name, value in values.items()}
        self = super().__new__(cls, _filled(source, kept))
        self.source, self.values = str(source), kept
        return self

    def packed(self) -> object:
        """What `unpacked` makes it from, in types that messages can carry."""
        values = {
            name: value.packed() if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return [self.source, values]


def as_sentence(text: str) -> Sentence:
    """The text itself if it is a sentence, else one that is the same in every language."""
    return text if isinstance(text, Sentence) else Sentence("{text}", text=text)


def listed(sentences: Sequence[Sentence], separator: str = ", ") -> Sentence:
    """Several sentences as one."""
    places = [f"_{number}" for number in range(len(sentences))]
    return Sentence(
        separator.join(f"{{{place}}}" for place in places),
        **dict(zip(places, sentences, strict=True)),
    )


def unpacked(packed: object) -> Sentence:
    """The sentence that `packed` describes.

    Raises:
        ValueError: it describes none.
    """
    match packed:
        case str(text):
            return as_sentence(text)
        case [str(source), dict(values)]:
            try:
                return Sentence(
                    source,
                    **{
                        str(name): unpacked(one) if isinstance(one, list) else one
                        for name, one in values.items()
                    },
                )
            except KeyError as error:
                raise ValueError(f"expected the values of {source!r}, received {values}") from error
    raise ValueError(f"expected a sentence, received a {type(packed).__name__}")


def decoded(kind: type, value: object) -> Sentence:
    """A sentence from what messages and files hold; msgspec's `dec_hook`.

    Raises:
        ValueError: `value` describes none.
    """
    if kind is not Sentence:
        raise NotImplementedError(f"expected a sentence, received a {kind.__name__}")
    return unpacked(value)


def _kept(value: object) -> Value:
    """A value of Python's own types, which messages can carry."""
    match value:
        case Sentence():
            return value
        case int():
            return int(value)
        case float():
            return float(value)
    return printable(str(value))


def in_language(text: str, translate: Translate) -> str:
    """A sentence, or any other English source, in the language of `translate`."""
    if not isinstance(text, Sentence):
        return translate(text)
    values = {
        name: in_language(value, translate) if isinstance(value, Sentence) else value
        for name, value in text.values.items()
    }
    return _filled(translate(text.source), values, translate(THOUSANDS))


def _filled(text: str, values: Mapping[str, Value], thousands: str = THOUSANDS) -> str:
    if not values:
        return text

    def put(place: re.Match[str]) -> str:
        value, layout = values[place[1]], place[2] or ""
        return format(value, layout).replace(",", thousands if "," in layout else ",")

    number = values.get("n")
    forms = text.split("|") if isinstance(number, int | float) else [text]
    return PLACE.sub(put, forms[_form(number, len(forms))])


def _form(number: Value | None, forms: int) -> int:
    """Which of a language's forms goes with a number.

    Two forms are one and several; three are those of the Slavic languages.
    """
    if forms == 1 or number == 1:
        return 0
    if forms == 2 or not isinstance(number, int):
        return forms - 1
    few = number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14)
    return 1 if few else 2
