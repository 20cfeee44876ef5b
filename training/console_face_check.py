"""What `python -m training face-check measure` prints and writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer

from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.network.package import Metric
from training.evaluation.face_check import (
    Judged,
    chosen_threshold,
    clip_path,
    judge,
    lost,
    metrics,
    outcomes,
    read_boxes,
    write_card,
)

CHOSEN_ON, STATED_ON = "the half that chose the threshold", "the other half"
WHERE = "FaceForensics++ train clips and people speaking"


def say_check(package: Path, data: Path, clips: Path, table: Path, *, write: bool) -> None:
    """Choose the threshold, print its effect on both halves, and write it into the card if asked.

    Args:
        package: folder of the check.
        data: folder with `ffpp`.
        clips: folder with the clips of people speaking.
        table: of labelled boxes.
        write: also put threshold and figures into the card.

    Raises:
        AnalysisError: a clip is missing, or the package is refused.
    """
    loaded = load_face_check(package)
    check = FaceCheck(loaded)
    judged = judge(
        read_boxes(table),
        check,
        lambda box: clip_path(box, data, clips),
        lambda text: typer.echo(text, err=True),
    )
    halves = {
        stated: [one for one in judged if one.box.is_stated_on is stated]
        for stated in (False, True)
    }
    threshold = chosen_threshold(halves[False])
    typer.echo(f"A face from a presence of {threshold:g}, chosen on {_counted(halves[False])}.")
    found: list[Metric] = []
    for stated, words in ((False, CHOSEN_ON), (True, STATED_ON)):
        measured = metrics(f"{WHERE}, {words}", outcomes(halves[stated], threshold))
        found += measured if stated else []
        for one in measured:
            typer.echo(
                f"{one.set}: {one.name} {one.value:.4f} [{one.low:.4f}, {one.high:.4f}] n={one.n}"
                f" in {one.groups} clips"
            )
        _say_lost(lost(halves[stated], threshold), words)
    if write:
        card = msgspec.structs.replace(
            loaded.card, presence=threshold, chosen_on=_counted(halves[False]), metrics=tuple(found)
        )
        write_card(package, card)


def _counted(judged: Sequence[Judged]) -> str:
    count = {label: sum(one.box.label == label for one in judged) for label in ("face", "pattern")}
    clips = len({one.box.clip for one in judged})
    return f"{count['face']:,} faces and {count['pattern']:,} patterns of {clips} clips"


def _say_lost(faces: Sequence[Judged], words: str) -> None:
    typer.echo(f"Faces lost on {words}: {len(faces)}")
    for one in faces:
        typer.echo(
            f"  {one.box.clip} frame {one.box.frame}: presence {one.presence:.2f},"
            f" {', '.join(one.box.kinds)}"
        )
