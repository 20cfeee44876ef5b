"""The sub-commands. They ask workers and write files; nothing here parses evidence.

What the terminal shows is imported late, so that the worker, which takes longer to start, starts
first.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

import dfgui
from dfgui.core.analysis_results import (
    By,
    ElaSettings,
    FaceSource,
    FileResult,
    Fill,
    InspectSettings,
    Mode,
    Model,
    OcclusionSettings,
    Report,
    ScanSettings,
    Tool,
    failed,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check_card import FaceCheckPackage, load_face_check
from dfgui.core.geometry import Box
from dfgui.core.media.media_files import media_files
from dfgui.core.network.package import CHECK_KIND, Metric, ModelPackage, kind_of, load_package
from dfgui.logs import start_log
from dfgui.output import (
    InspectionTool,
    check_place,
    csv_text,
    json_bytes,
    write_inspection,
    write_safely,
)
from dfgui.resources import DEFAULT_MODEL, model_folder, resource
from dfgui.services.app_settings import ThemeName
from dfgui.worker.messages import Failed, Inspect, Inspected, Progressed, Request, Scan, Scanned
from dfgui.worker.pool import Outcome, Pool

if TYPE_CHECKING:
    from rich.console import Console

LARGEST = 2**31 - 1
STANDARD_OUTPUT = Path("-")
UNKNOWN_ENGINE = "OpenVINO"  # if no worker started to say its version
INTERRUPTED = "Not read: the scan was interrupted."

app = typer.Typer(
    help=(
        "Was a face in this video replaced? Scores faces with an Xception network; works offline"
        " and never writes to the evidence. `dfgui` alone, or with files, opens the window."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


# `readable=False`: one file that may not be read costs its own result and not the whole scan.
PathArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PATH", readable=False, help="A video, a still picture, or a folder of them."
    ),
]
PathsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH ...", readable=False, help="Videos, still pictures, or folders of them."
    ),
]
FacesOption = Annotated[
    FaceSource,
    typer.Option(help="haar: find faces; whole: the whole picture is the face (a ready crop)."),
]
ModelOption = Annotated[
    str,
    typer.Option(
        metavar="NAME|DIR", help="Model package: a name that `dfgui models` lists, or a folder."
    ),
]
FrameOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=LARGEST,
        help="Frame number, from 0. [default: the first that a scan finds the face in]",
    ),
]
TimeOption = Annotated[
    float | None, typer.Option(help="Time in seconds of the file's own clock, instead of --frame.")
]
TrackOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=LARGEST,
        help="Number of the person, as `dfgui scan` gives it. [default: the largest face]",
    ),
]
OutOption = Annotated[
    Path, typer.Option(help="Folder for what is written; made if missing.", file_okay=False)
]


def main() -> None:
    """Run the command line; the exit status is 0, 1 (some input failed) or 2 (wrong usage)."""
    start_log()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # File names may hold what a terminal's encoding cannot show.
            stream.reconfigure(errors="replace")
    app(prog_name="dfgui")


@app.callback(invoke_without_command=True)
def options(
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Score faces, show on what the score hangs."""
    if version:
        typer.echo(f"dfgui {dfgui.__version__}")
        raise typer.Exit


@app.command()
def demo() -> None:
    """Open the window on the bundled demo clips: a portrait, and the same with its face altered."""
    from dfgui.app import run

    raise typer.Exit(run([str(path) for path in sorted(resource("demo").glob("*.mp4"))]))


@app.command()
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
    faces: FacesOption = "haar",
    model: ModelOption = DEFAULT_MODEL,
    workers: Annotated[
        int,
        typer.Option(min=1, max=64, help="Files analysed at once, each in a process of its own."),
    ] = 1,
) -> None:
    """Score the faces of videos and stills: per frame, per person, per file."""
    package = _package(model)
    settings = ScanSettings(frames, faces)
    inputs, results = _inputs(paths)
    _check_places([place for place in (json, csv) if place], inputs.values())
    requests = [Scan(number, _raw(path), settings) for number, path in inputs.items()]

    def keep(outcome: Outcome) -> None:
        path = str(inputs[outcome.id])
        results[outcome.id] = (
            outcome.result if isinstance(outcome, Scanned) else failed(path, _sentence(outcome))
        )

    with suppress(KeyboardInterrupt), Pool(str(package.folder), workers=workers) as pool:
        for outcome in _outcomes(pool, requests, "analysing"):
            keep(outcome)
    for outcome in pool.unheard:  # finished, but interrupted before it was read
        keep(outcome)
    missing = [number for number in inputs if number not in results]
    results |= {number: failed(str(inputs[number]), INTERRUPTED) for number in missing}
    ordered = tuple(results[number] for number in sorted(results))
    tool = Tool(
        dfgui.__version__, pool.engine or UNKNOWN_ENGINE, "f32", Model.of(package), settings
    )
    delivered = _deliver(Report("dfgui.scan/2", tool, ordered), json, csv)
    if missing:
        _note(f"Interrupted: {len(missing)} of {len(ordered)} inputs were not read:")
        for number in missing:
            _note(f"  {results[number].path}")
    raise typer.Exit(int(not delivered or any(result.status == "failed" for result in ordered)))


@app.command()
def occlude(
    path: PathArgument,
    out: OutOption,
    frame: FrameOption = None,
    time: TimeOption = None,
    track: TrackOption = None,
    faces: FacesOption = "haar",
    region: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,W,H", help="Also hide this rectangle of the frame and report the drop."
        ),
    ] = None,
    patch: Annotated[
        int,
        typer.Option(
            min=1, max=LARGEST, help="Side of the hidden square, in pixels of the network's input."
        ),
    ] = 20,
    stride: Annotated[
        int, typer.Option(min=1, max=LARGEST, help="Distance of the squares, at most the patch.")
    ] = 20,
    fill: Annotated[Fill, typer.Option(help="What a hidden square shows.")] = "black",
    mode: Annotated[
        Mode,
        typer.Option(
            help="drop: how far hiding lowers the score; printed: 255 x score, as in the paper."
        ),
    ] = "drop",
    by: Annotated[
        By,
        typer.Option(
            help=(
                "Hide squares in turn, or the eyes, brows, nose, mouth, cheeks, forehead, jaw line"
                " and surroundings."
            )
        ),
    ] = "squares",
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Map on which regions of a face the score hangs (occlusion sensitivity)."""
    try:
        occlusion = OcclusionSettings(patch, stride, fill, mode, by)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    _one_frame_only(frame, time)
    settings = InspectSettings(
        frame, time, track=track, faces=faces, region=_rectangle(region), occlusion=occlusion
    )
    _inspect(path, settings, out, model)


@app.command()
def export(
    path: PathArgument,
    out: OutOption,
    frame: FrameOption = None,
    time: TimeOption = None,
    track: TrackOption = None,
    faces: FacesOption = "haar",
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Write a frame, its error levels, face crop and heat map as PNG and NPY, settings as JSON."""
    _one_frame_only(frame, time)
    _inspect(
        path,
        InspectSettings(frame, time, track=track, faces=faces, ela=ElaSettings()),
        out,
        model,
    )


@app.command()
def screenshot(
    path: PathArgument,
    out: Annotated[Path, typer.Option(metavar="PNG", help="Picture to write.", dir_okay=False)],
    frame: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=LARGEST,
            help="Frame number, from 0. [default: where the most suspicious face scores highest]",
        ),
    ] = None,
    occlusion: Annotated[
        bool, typer.Option("--occlusion", help="Make the heat map of the face.")
    ] = False,
    size: Annotated[
        str, typer.Option(metavar="WxH", help="Size of the window in pixels.")
    ] = "1600x1000",
    theme: Annotated[ThemeName, typer.Option(help="Colours of the window.")] = "light",
    model: ModelOption = DEFAULT_MODEL,
) -> None:
    """Write a picture of the main window with a file in it, analysed. Needs no screen."""
    from dfgui.screenshot import Shot, take

    if path.is_dir():
        raise typer.BadParameter("give one file, not a folder")
    _package(model)
    _check_places([out], [path])
    try:
        sentence = take(Shot(path, out, frame, occlusion, _window_size(size), theme, model))
    except AnalysisError as error:
        sentence = str(error)
    if sentence:
        _note(sentence)
    raise typer.Exit(int(sentence is not None))


def _window_size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (
        width.isdecimal()
        and height.isdecimal()
        and 400 <= int(width) <= 16384
        and 300 <= int(height) <= 16384
    ):
        raise typer.BadParameter(
            f"expected WIDTHxHEIGHT, from 400x300 to 16384x16384 pixels, received {text!r}",
            param_hint="--size",
        )
    return int(width), int(height)


@app.command()
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


@app.command()
def selftest(
    record: Annotated[
        Path | None,
        typer.Option(hidden=True, help="Write new golden values here, for a new bundled network."),
    ] = None,
) -> None:
    """Run a golden frame through every stage and print what a support request needs."""
    from dfgui.selftest import run_selftest

    raise typer.Exit(int(not run_selftest(resource("models", DEFAULT_MODEL), record=record)))


def _show_package(package: ModelPackage, *, verified: bool) -> None:
    card = package.card
    rows = (
        ("network", f"{card.architecture}, {card.input_size} x {card.input_size} pixels"),
        ("sha256", package.sha256 + (" (files verified)" if verified else "")),
        *_metric_rows(card.metrics),
        ("not for", "; ".join(card.not_for)),
        ("terms", card.terms),
    )
    _show_rows(f"{card.name} {card.version}", rows)


def _metric_rows(metrics: Sequence[Metric]) -> list[tuple[str, str]]:
    words = "{:.3f} [{:.3f}, {:.3f}] on {}, n = {}"
    return [
        (one.name, words.format(one.value, one.low, one.high, one.set, one.n)) for one in metrics
    ]


def _show_rows(title: str, rows: Iterable[tuple[str, str]]) -> None:
    from rich.table import Table

    from dfgui.terminal import tables

    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    tables().print(table)


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
    _show_rows(f"{card.name} {card.version}", rows)


def _inspect(path: Path, settings: InspectSettings, out: Path, model: str) -> NoReturn:
    package = _package(model)
    inputs, results = _inputs([path])
    if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
        raise typer.BadParameter(
            f"{out} lies in the folder that is analysed; choose one outside it", param_hint="--out"
        )
    _check_place(out / "settings.json")
    problems = [result.reason for result in results.values()]
    requests = [Inspect(number, _raw(file), settings) for number, file in inputs.items()]
    missing = set(inputs)
    with suppress(KeyboardInterrupt), Pool(str(package.folder)) as pool:
        for outcome in _outcomes(pool, requests, "mapping"):
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
        _note(str(problem))
    raise typer.Exit(int(bool(problems)))


def _write_out(
    outcome: Outcome, settings: InspectSettings, tool: InspectionTool, out: Path
) -> None:
    if not isinstance(outcome, Inspected):
        raise AnalysisError(_sentence(outcome))
    for written in write_inspection(outcome.result, settings, tool, out):
        typer.echo(_visible(str(written)))


def _package(model: str) -> ModelPackage:
    folder = model_folder(model)
    if not folder.is_dir():
        raise typer.BadParameter(
            f"there is no model package named {model!r}; `dfgui models` lists them",
            param_hint="--model",
        )
    try:
        return load_package(folder.resolve())
    except AnalysisError as error:
        raise typer.BadParameter(str(error), param_hint="--model") from error


def _inputs(paths: Sequence[Path]) -> tuple[dict[int, Path], dict[int, FileResult]]:
    """Number the files behind the paths; a path with no files gets a failed result at once.

    The result says why.
    """
    files: list[Path | FileResult] = []
    for path in paths:
        try:
            files += media_files(path)
        except AnalysisError as error:
            files.append(failed(str(path), str(error)))
        except OSError as error:  # a name longer than the system allows
            files.append(
                failed(
                    str(path),
                    f"{path} cannot be read ({error.strerror}); check its name and permissions.",
                )
            )
    numbered = dict(enumerate(files, start=1))
    return (
        {number: file for number, file in numbered.items() if isinstance(file, Path)},
        {number: file for number, file in numbered.items() if isinstance(file, FileResult)},
    )


def _outcomes(pool: Pool, requests: Sequence[Request], what: str) -> Iterator[Outcome]:
    """Yield the outcomes as they come, and show progress meanwhile."""
    messages = pool.run(requests)
    from dfgui.terminal import ProgressBar

    with ProgressBar(_notes(), what, len(requests)) as shown:
        for message in messages:
            if isinstance(message, Progressed):
                shown.progress(message)
            else:
                shown.finished(message.id)
                yield message


def _sentence(outcome: Outcome) -> str:
    return (
        outcome.sentence
        if isinstance(outcome, Failed)
        else "The analysis of this file gave an answer that makes no sense."
    )


def _check_places(places: Sequence[Path], inputs: Iterable[Path]) -> None:
    """Refuse bad places for the results before the work begins.

    A place is bad if it cannot be written, would overwrite evidence, or is given twice.
    """
    if len(set(places)) < len(places):
        raise typer.BadParameter("give --json and --csv two places")
    for place in places:
        if place == STANDARD_OUTPUT:
            continue
        if place.exists() and any(file.exists() and place.samefile(file) for file in inputs):
            raise typer.BadParameter(f"{place} is one of the inputs and will not be written over")
        _check_place(place)


def _check_place(place: Path) -> None:
    try:
        check_place(place)
    except AnalysisError as error:
        raise typer.BadParameter(str(error)) from error


def _raw(path: Path) -> bytes:
    return os.fsencode(path)


def _one_frame_only(frame: int | None, time: float | None) -> None:
    if frame is not None and time is not None:
        raise typer.BadParameter("give --frame or --time, not both")


def _rectangle(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        x, y, w, h = (int(part) for part in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            f"expected X,Y,W,H in whole pixels, received {text!r}", param_hint="--region"
        ) from error
    if min(w, h) < 1 or max(map(abs, (x, y, w, h))) > LARGEST:
        raise typer.BadParameter(
            "the width and height of the region must be at least 1, and no number huge",
            param_hint="--region",
        )
    return Box(x, y, w, h)


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
            _note(str(error))
    if STANDARD_OUTPUT in (json, csv):
        sys.stdout.buffer.write(
            json_bytes(report) if json == STANDARD_OUTPUT else csv_text(report).encode()
        )
        sys.stdout.buffer.flush()
    else:
        _show_results(report)
    return delivered


def _show_results(report: Report) -> None:
    from rich.table import Column, Table

    from dfgui.terminal import tables

    name, reason = Column("file", overflow="fold"), Column("reason", overflow="fold")
    table = Table(name, "verdict", "score", "log10 LR", "faces", reason, box=None, padding=(0, 2))
    for result in report.results:
        words = result.status if result.verdict is None else _words(result)
        numbers = (
            ("", "")
            if result.score is None or result.log10_lr is None
            else (f"{result.score:.3f}", f"{result.log10_lr:+.2f}")
        )
        seen = (
            f"{sum(bool(frame.faces) for frame in result.frames)}/{len(result.frames)}"
            if result.frames
            else ""
        )
        table.add_row(
            _visible(Path(result.path).name), words, *numbers, seen, _visible(_remarks(result))
        )
    tables().print(table)


def _remarks(result: FileResult) -> str:
    """The reason for no verdict, else the warnings; also what was left out, unless that is why."""
    from dfgui.core.display.wording import left_out_sentence

    left_out = left_out_sentence(result) if result.tracks else ""
    return " ".join(filter(None, [result.reason or "; ".join(result.warnings), left_out]))


def _notes() -> Console:
    """Standard error."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _note(text: str) -> None:
    """Say something apart from the results."""
    _notes().print(_visible(text), markup=False, soft_wrap=True)


def _visible(text: str) -> str:
    """The text with "?" for what does not print: the name of a file could steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _words(result: FileResult) -> str:
    """The verdict as a person would say it: "weak support: fake"."""
    if result.verdict in (None, "inconclusive"):
        return "inconclusive"
    return f"{result.support} support: {'fake' if result.verdict == 'supports_fake' else 'real'}"
