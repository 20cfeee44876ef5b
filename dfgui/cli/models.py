"""`dfgui models`: the model packages, their cards and hashes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from dfgui.cli import console
from dfgui.core.display.card_rows import card_parts, listed_rows
from dfgui.core.display.ratio_rows import ratio_rows
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check_card import FaceCheckPackage, load_face_check
from dfgui.core.network.package import CHECK_KIND, Metric, ModelPackage, kind_of, load_package
from dfgui.resources import resource


def models(
    action: Annotated[
        Literal["check"] | None, typer.Argument(help="Verify every file against its hash.")
    ] = None,
) -> None:
    """List the model packages with their cards; `check` verifies them."""
    refused = 0
    for folder in sorted(entry for entry in resource("models").iterdir() if entry.is_dir()):
        try:
            if kind_of(folder) == CHECK_KIND:
                _show_face_check(load_face_check(folder), verified=action == "check")
            else:
                _show_package(load_package(folder), verified=action == "check")
        except AnalysisError as error:
            refused += 1
            typer.echo(str(error), err=True)
    raise typer.Exit(int(refused > 0))


def _show_package(package: ModelPackage, *, verified: bool) -> None:
    card = package.card
    rows = (
        ("network", f"{card.architecture}, {card.input_size} x {card.input_size} pixels"),
        ("sha256", package.sha256 + (" (files verified)" if verified else "")),
        *_metric_rows(card.metrics),
        *ratio_rows(card),
        *listed_rows(card_parts(card)),
    )
    console.show_rows(rows, title=f"{card.name} {card.version}")


def _show_face_check(package: FaceCheckPackage, *, verified: bool) -> None:
    card = package.card
    source = f"{card.source.file} of {card.source.bundle}, SHA-256 {card.source.sha256}"
    rows = (
        (
            "what it does",
            (
                "tells faces from patterns in a scan; it scores nothing and cannot be chosen with"
                " --model"
            ),
        ),
        ("network", f"{card.architecture}, {card.input.side} x {card.input.side} pixels"),
        ("sha256", package.sha256 + (" (files verified)" if verified else "")),
        ("a face from", f"a presence of {card.presence:g}, chosen on {card.chosen_on}"),
        *_metric_rows(card.metrics),
        ("source", f"{source}; {card.source.model_card}"),
        ("not for", "; ".join(card.not_for)),
        ("terms", card.terms),
    )
    console.show_rows(rows, title=f"{card.name} {card.version}")


def _metric_rows(metrics: Sequence[Metric]) -> list[tuple[str, str]]:
    words = "{:.3f} [{:.3f}, {:.3f}] on {}, n = {}"
    return [
        (one.name, words.format(one.value, one.low, one.high, one.set, one.n)) for one in metrics
    ]
