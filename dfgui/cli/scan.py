"""`dfgui scan`: scores of files, as a table, as JSON and as CSV."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

import dfgui
from dfgui.cli import console
from dfgui.cli.arguments import (
    LARGEST,
    STANDARD_OUTPUT,
    FacesOption,
    HashesOption,
    ModelOption,
    PathsArgument,
    StreamOption,
    check_places,
    chosen_package,
    numbered_inputs,
    other_hashes,
)
from dfgui.cli.asking import UNKNOWN_ENGINE, outcomes, why
from dfgui.core.analysis_results import (
    FileResult,
    LeftOut,
    Model,
    Report,
    ScanSettings,
    Tool,
    failed,
)
from dfgui.core.display.wording import STRENGTHS, left_out_sentence
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.finder import DEFAULT_FINDER
from dfgui.core.network.score import Scored
from dfgui.core.sentences import Sentence
from dfgui.output.places import write_safely
from dfgui.output.tables import csv_text, json_bytes
from dfgui.resources import DEFAULT_MODEL
from dfgui.worker.messages import Scan, Scanned
from dfgui.worker.pool import Outcome, Pool

INTERRUPTED = Sentence("Not read: the scan was interrupted.")


def scan(
    paths: PathsArgument,
    json: Annotated[
        Path | None,
        typer.Option(metavar="OUT|-", help="Write the result as JSON; - for standard output."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Write one line a file as CSV.")
    ] = None,
    frames: Annotated[
        int,
        typer.Option(min=1, max=LARGEST, help="Frames of each video to look at, evenly spread."),
    ] = 32,
    faces: FacesOption = DEFAULT_FINDER,
    stream: StreamOption = None,
    model: ModelOption = DEFAULT_MODEL,
    workers: Annotated[
        int,
        typer.Option(min=1, max=64, help="Files analysed at once, each in a process of its own."),
    ] = 1,
    hashes: HashesOption = "",
) -> None:
    """Score the faces of videos and stills: per frame, per person, per file."""
    package = chosen_package(model)
    settings = ScanSettings(frames, faces, stream)
    found = numbered_inputs(paths)
    inputs, results = found.files, found.failed
    check_places([place for place in (json, csv) if place], inputs.values())
    others, writes = other_hashes(hashes), bool(json or csv)
    requests = [
        Scan(number, os.fsencode(path), settings, hashes=others, thorough=writes)
        for number, path in inputs.items()
    ]

    def keep(outcome: Outcome) -> None:
        path = str(inputs[outcome.id])
        results[outcome.id] = (
            outcome.result if isinstance(outcome, Scanned) else failed(path, why(outcome))
        )

    with suppress(KeyboardInterrupt), Pool(str(package.folder), workers=workers) as pool:
        for outcome in outcomes(pool, requests, "analysing"):
            keep(outcome)
    for outcome in pool.unheard:  # finished, but interrupted before it was read
        keep(outcome)
    missing = [number for number in inputs if number not in results]
    results |= {number: failed(str(inputs[number]), INTERRUPTED) for number in missing}
    ordered = tuple(results[number] for number in sorted(results))
    tool = Tool(
        dfgui.__version__, pool.engine or UNKNOWN_ENGINE, "f32", Model.of(package), settings
    )
    delivered = _deliver(Report("dfgui.scan/2", tool, ordered, found.left_out), json, csv)
    if missing:
        console.note(f"Interrupted: {len(missing)} of {len(ordered)} inputs were not read:")
        for number in missing:
            console.note(f"  {results[number].path}")
    raise typer.Exit(int(not delivered or any(result.status == "failed" for result in ordered)))


def _deliver(report: Report, json: Path | None, csv: Path | None) -> bool:
    """Write and show the report; False, with a sentence, if a file could not be written."""
    delivered = True
    for path, data in ((json, json_bytes(report)), (csv, csv_text(report).encode())):
        if path is None or path == STANDARD_OUTPUT:
            continue
        try:
            write_safely(path, data)
        except AnalysisError as error:
            delivered = False
            console.note(str(error))
    if STANDARD_OUTPUT in (json, csv):
        sys.stdout.buffer.write(
            json_bytes(report) if json == STANDARD_OUTPUT else csv_text(report).encode()
        )
        sys.stdout.buffer.flush()
    else:
        _show_results(report)
    return delivered


def _show_results(report: Report) -> None:
    console.show_table(
        ("file", "verdict", "score", "log10 LR", "faces", "reason"),
        [*map(_row, report.results), *map(_left_out_row, report.left_out)],
        folded=("file", "reason"),
    )


def _row(result: FileResult) -> tuple[str, ...]:
    answer = result.answer
    verdict = (
        (_words(answer), f"{answer.score:.3f}", f"{answer.log10_lr:+.2f}")
        if isinstance(answer, Scored)
        else (result.status, "", "")
    )
    seen = (
        f"{sum(bool(frame.faces) for frame in result.frames)}/{len(result.frames)}"
        if result.frames
        else ""
    )
    name, remarks = console.visible(Path(result.path).name), console.visible(_remarks(result))
    return name, *verdict, seen, remarks


def _left_out_row(one: LeftOut) -> tuple[str, ...]:
    name = console.visible(Path(one.path).name)
    return name, "left out", "", "", "", console.visible(one.reason)


def _remarks(result: FileResult) -> str:
    """The reason for no verdict, else the warnings; also what was left out, unless that is why."""
    left_out = left_out_sentence(result) if result.tracks else ""
    return " ".join(filter(None, [result.reason or "; ".join(result.warnings), left_out]))


def _words(answer: Scored) -> str:
    """The verdict as a person would say it: "weak support: fake"."""
    if answer.verdict == "inconclusive":
        return "inconclusive"
    strength = "" if answer.support == "none" else STRENGTHS[answer.support]
    return f"{strength} support: {'fake' if answer.verdict == 'supports_fake' else 'real'}"
