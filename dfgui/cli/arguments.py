"""What commands take: arguments and options that several share, and what is refused in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from dfgui.core.analysis_results import FileResult, failed
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.finder import FINDERS, FinderName
from dfgui.core.media.media_files import media_files
from dfgui.core.network.package import ModelPackage, load_package
from dfgui.core.sentences import Sentence
from dfgui.output.places import check_place
from dfgui.resources import model_folder

LARGEST = 2**31 - 1
STANDARD_OUTPUT = Path("-")

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
    FinderName,
    typer.Option(help="; ".join(f"{name}: {one.words}" for name, one in FINDERS.items()) + "."),
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
StreamOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=LARGEST,
        help=(
            "Video stream to read, by the index that ffprobe prints; of a still with several"
            " pictures, the picture, from 0. [default: the one marked as default, else the largest]"
        ),
    ),
]
OutOption = Annotated[
    Path, typer.Option(help="Folder for what is written; made if missing.", file_okay=False)
]


def chosen_package(model: str) -> ModelPackage:
    """The package behind --model; wrong usage if there is none, or if it is refused."""
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


def numbered_inputs(paths: Sequence[Path]) -> tuple[dict[int, Path], dict[int, FileResult]]:
    """Number the files behind the paths; a path with no files gets a failed result at once.

    The result says why.
    """
    files: list[Path | FileResult] = []
    for path in paths:
        try:
            files += media_files(path)
        except AnalysisError as error:
            files.append(failed(str(path), error.sentence))
        except OSError as error:  # a name longer than the system allows
            files.append(
                failed(
                    str(path),
                    Sentence(
                        "{path} cannot be read ({reason}); check its name and permissions.",
                        path=path,
                        reason=error.strerror,
                    ),
                )
            )
    numbered = dict(enumerate(files, start=1))
    return (
        {number: file for number, file in numbered.items() if isinstance(file, Path)},
        {number: file for number, file in numbered.items() if isinstance(file, FileResult)},
    )


def check_places(places: Sequence[Path], inputs: Iterable[Path]) -> None:
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
        check_writable(place)


def check_writable(place: Path) -> None:
    """Refuse a place that cannot be written."""
    try:
        check_place(place)
    except AnalysisError as error:
        raise typer.BadParameter(str(error)) from error


def one_frame_only(frame: int | None, time: float | None) -> None:
    """Refuse --frame together with --time."""
    if frame is not None and time is not None:
        raise typer.BadParameter("give --frame or --time, not both")
