"""The words of a card, written by hand."""

from __future__ import annotations

import msgspec
import pytest

from dfgui.core.display.card_rows import Part, card_parts, listed_rows
from dfgui.core.network.package import Bounds, Calibration, Calibrations, DataSource, Domain
from tests.support.cards import PLAIN, card

SHARP = Calibration(1.0, 0.0, -0.6, 1.5, "clips", 1_234, 8, 0.5, (20.0, 200.0))
FACE = Calibration(1.0, 0.0, -2.0, 2.0, "portraits", 9, 8)


def _rows(title: str, **changes: object) -> tuple[tuple[str, str], ...]:
    (part,) = [part for part in card_parts(card(**changes)) if part.title == title]
    return part.rows


def test_the_calibration() -> None:
    assert _rows("Calibration", calibration=Calibrations(FACE, SHARP)) == (
        ("single faces", "9 real and 8 fake of portraits; likelihood ratio from 10^-2 to 10^2"),
        (
            "tracks",
            "1,234 real and 8 fake of clips; likelihood ratio from 10^-0.6 to 10^1.5;"
            " how sharp the face is counts too",
        ),
    )


def test_the_calibration_of_files() -> None:
    rows = _rows("Calibration", calibration=Calibrations(FACE, SHARP, Bounds(-0.5, 0.0)))
    assert rows[2] == (
        "files",
        "score of the most suspicious track; likelihood ratio from 10^-0.5 to 10^0",
    )


def test_the_domain() -> None:
    assert _rows("Tested in", domain=Domain(74.0, 6.6, None, 8)) == (
        ("side of the cut, pixels", "74 or more"),
        ("sharpness", "6.6 or more"),
        ("bits per pixel of a video", "not tested"),
        ("faces a track needs", "8 or more"),
    )


@pytest.mark.parametrize(("codec", "name"), [("h264", "H.264"), ("prores", "prores")])
def test_the_limit_of_compression_names_its_codec(codec: str, name: str) -> None:
    rows = _rows("Tested in", domain=Domain(74.0, 6.6, 0.026, 8, codec))
    assert rows[2] == ("bits per pixel of a video", f"0.026 or more in {name}")


def test_the_training() -> None:
    training = msgspec.structs.replace(
        PLAIN.training, data=("faces", "clips"), real=1_000, fake=2, steps=3_000, seed=7,
        sources=(DataSource("clips of a film", "Research only."),),
    )  # fmt: skip
    assert _rows("Training", training=training) == (
        ("data", "faces\nclips"),
        ("faces", "1,000 real, 2 fake"),
        ("split", "none"),
        ("steps", "3,000, from random weights, seed 7"),
        ("clips of a film", "Research only."),
    )


def test_what_the_command_line_lists() -> None:
    parts = card_parts(card(not_for=("cats", "dogs"), terms="Research only."))
    assert list(listed_rows(parts)) == [("not for", "cats; dogs"), ("terms", "Research only.")]


def test_a_field_with_a_title_has_a_part_of_its_own_unless_it_is_empty() -> None:
    titles = [part.title for part in card_parts(card(terms="Research only."))]
    assert titles == ["Calibration", "Tested in", "Not for", "Training", "Terms"]
    assert [part.title for part in card_parts(card(terms=""))] == titles[:-1]


def test_rows_with_labels_are_listed_one_by_one() -> None:
    rows = (("contact", "a@example.org"), ("place", "Ghent"))
    assert list(listed_rows([Part("Origin", rows, listed=True), Part("More", rows)])) == [*rows]
