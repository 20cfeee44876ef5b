"""What the paper printed, part by part in its order, and its faults.

Both come from `paper.toml`.

J. Denholtz, "Deep Fake Detection: Non-Facial Feature Cropping, and a Novel Conditional Loss
Function", Stanford University.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of tables 1 and 2."""

    name: str
    precision: float
    recall: float


class Printed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that the paper shows.

    Attributes:
        label: "Figure 9".
        words: what it is; for a picture of curves there are only words.
        quote: what the paper says about it, word for word.
    """

    label: str
    words: str
    quote: str = ""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the paper and the experiment that reproduces it.

    Attributes:
        number: sections of the paper.
        experiment: name of ours.
        claim: what the paper found, in one sentence, for the summary.
        quantities: of a curve, on the axes that the paper uses; the first one comes first.
        rows: its table of precision and recall.
    """

    number: str
    title: str
    experiment: str
    claim: str
    printed: tuple[Printed, ...] = ()
    quantities: tuple[str, ...] = ("val_loss",)
    rows: tuple[Row, ...] = ()


class Chapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts under one heading."""

    title: str
    parts: tuple[Part, ...]


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something in the paper that prevents it from learning, or from seeing that it does not.

    Attributes:
        printed: what the paper has.
        effect: what that does.
        mend: what is done instead.
        keys: names of the settings that switch it.
        values: of those settings, if only some matter here.
        printed_values: of those settings, the paper's, if neither the setting nor the arm says so.
        mended_values: those that differ from the paper's, if all others are the paper's.
        evidence: what else of a run shows it: fits against the prior, or precision and recall next
            to the other metrics.
        see: experiments that show it; if one was run, no other one counts.
    """

    title: str
    printed: str
    effect: str
    mend: str
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    printed_values: tuple[str, ...] = ()
    mended_values: tuple[str, ...] = ()
    evidence: Literal["", "prior", "metrics"] = ""
    see: tuple[str, ...] = ()


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole paper."""

    title: str
    author: str
    chapters: tuple[Chapter, ...]
    faults: tuple[Fault, ...]

    @property
    def parts(self) -> dict[str, Part]:
        """The parts, by the name of our experiment."""
        return {part.experiment: part for chapter in self.chapters for part in chapter.parts}


@cache
def the_paper() -> Paper:
    """The paper, read once."""
    return msgspec.convert(
        tomllib.loads(files(__package__).joinpath("paper.toml").read_text(encoding="utf-8")), Paper
    )
