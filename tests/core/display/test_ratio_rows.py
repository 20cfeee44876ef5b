"""What is said of the likelihood ratios of a card, written by hand."""

from __future__ import annotations

from dfgui.core.display.card_rows import RATIOS, card_parts
from dfgui.core.display.ratio_rows import bound_rows, ratio_rows
from dfgui.core.network.package import Bounds, Calibration, Calibrations
from tests.support.cards import card
from tests.support.validations import validation

ONE = Calibration(1.0, 0.0, -2.0, 1.5, "clips", 10, 20)
COST = (
    "Cllr 0.62 [0.51, 0.70], Cllr-min 0.56 [0.40, 0.61], on 10 real and 1,200 fake in 5 groups:"
    " clips of a film"
)


def test_the_bounds_of_each_unit() -> None:
    # 10^2 = 100, 10^1.5 = 31.6, 10^.44 = 2.75, 10^.2 = 1.58
    bounded = card(calibration=Calibrations(ONE, ONE, Bounds(-0.44, 0.2)))
    assert list(bound_rows(bounded)) == [
        ("single faces", "likelihood ratio from 1/100 to 32"),
        ("tracks", "likelihood ratio from 1/100 to 32"),
        (
            "files",
            "likelihood ratio from 1/2.8 to 1.6. A verdict for fake is not possible: the"
            " calibration supports a likelihood ratio of 1.58 at most, and that verdict needs 2.",
        ),
    ]


def test_costs_and_both_curves() -> None:
    rows = [*ratio_rows(card(validation=(validation("track"), validation("file"))))]
    assert [label for label, _ in rows[3:]] == [
        "tracks", "files", "Tippett plot, tracks", "reliability, tracks", "Tippett plot, files",
        "reliability, files",
    ]  # fmt: skip
    said = dict(rows)
    assert said["files"] == COST
    assert said["Tippett plot, files"] == (
        "1/100 or more: 100 % of the real, 100 % of the fake;"
        " 1/10 or more: 100 % of the real, 100 % of the fake;"
        " 1/2 or more: 40 % of the real, 95 % of the fake;"
        " 2 or more: 20 % of the real, 80 % of the fake;"
        " 10 or more: 10 % of the real, 50 % of the fake;"
        " 100 or more: 0 % of the real, 0 % of the fake"
    )
    assert said["reliability, files"] == (
        "score: share of fakes; 0.10 - 0.40: 0.20 (n = 6); 0.45 - 0.92: 0.75 (n = 24)"
    )


def test_the_card_has_a_part_for_them_if_they_were_measured() -> None:
    (part,) = [
        part for part in card_parts(card(validation=(validation(),))) if part.title == RATIOS
    ]
    assert part.rows == (("files", COST),)
    assert RATIOS not in [part.title for part in card_parts(card())]
