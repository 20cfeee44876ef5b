"""Questions to the workers: outcomes with progress, and what `occlude` and `export` share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import typer

import dfgui
from dfgui.cli import console
from dfgui.cli.arguments import check_writable, chosen_package, numbered_inputs
from dfgui.core.analysis_results import InspectSettings, Model
from dfgui.core.errors import AnalysisError
from dfgui.core.sentences import Sentence
from dfgui.output.inspection import InspectionTool, write_inspection
from dfgui.worker.messages import Failed, Inspect, Inspected, Progressed, Request
from dfgui.worker.pool import Outcome, Pool

UNKNOWN_ENGINE = "OpenVINO"  # if no worker started to say its version


def outcomes(pool: Pool, requests: Sequence[Request], what: str) -> Iterator[Outcome]:
    """Yield the outcomes as they come, and show progress meanwhile."""
    messages = pool.run(requests)
    with console.ProgressBar(what, len(requests)) as bar:
        for message in messages:
            if isinstance(message, Progressed):
                bar.progress(message)
            else:
                bar.finished(message.id)
                yield message


def why(outcome: Outcome) -> Sentence:
    """Why there is no result, in a sentence."""
    return (
        outcome.sentence
        if isinstance(outcome, Failed)
        else Sentence("The analysis of this file gave an answer that makes no sense.")
    )


def inspect_all(path: Path, settings: InspectSettings, out: Path, model: str) -> NoReturn:
    """Analyse one frame of each file and write what comes out; ends the command."""
    package = chosen_package(model)
    found = numbered_inputs([path])
    inputs = found.files
    if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
        raise typer.BadParameter(
            f"{out} lies in the folder that is analysed; choose one outside it", param_hint="--out"
        )
    check_writable(out / "settings.json")
    for one in found.left_out:
        console.note(f"{one.path}: left out. {one.reason}")
    problems = [str(result.reason) for result in found.failed.values()]
    requests = [Inspect(number, os.fsencode(file), settings) for number, file in inputs.items()]
    missing = set(inputs)
    with suppress(KeyboardInterrupt), Pool(str(package.folder)) as pool:
        for outcome in outcomes(pool, requests, "mapping"):
            try:
                _write_out(
                    outcome,
                    settings,
                    InspectionTool(
                        dfgui.__version__, pool.engine or UNKNOWN_ENGINE, Model.of(package)
                    ),
                    out,
                )
            except AnalysisError as error:
                problems.append(f"{inputs[outcome.id]}: {error}")
            missing.remove(outcome.id)
    problems += [
        f"{inputs[number]}: Not read: the analysis was interrupted." for number in sorted(missing)
    ]
    for problem in problems:
        console.note(problem)
    raise typer.Exit(int(bool(problems)))


def _write_out(
    outcome: Outcome, settings: InspectSettings, tool: InspectionTool, out: Path
) -> None:
    if not isinstance(outcome, Inspected):
        raise AnalysisError(why(outcome))
    for written in write_inspection(outcome.result, settings, tool, out):
        typer.echo(console.visible(str(written)))
