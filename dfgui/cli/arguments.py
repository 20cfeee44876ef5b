"""What commands take: arguments and options that several share, and what is refused in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_args

import typer

from dfgui.core.analysis_results import FileResult, LeftOut, failed
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.finder import FINDERS, FinderName
from dfgui.core.media.facts import OtherHash
from dfgui.core.media.media_files import media_files, no_media
from dfgui.core.network.package import ModelPackage, load_package
from dfgui.core.sentences import Sentence
from dfgui.core.values import printable
from dfgui.output.places import check_place
from dfgui.resources import model_folder

LARGEST = 2**31 - 1
STANDARD_OUTPUT = Path("-")
OTHER_HASHES: tuple[OtherHash, ...] = get_args(OtherHash)

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
HashesOption = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help=f"Digests to compute besides SHA-256, separated by commas: {', '.join(OTHER_HASHES)}.",
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


@dataclass(frozen=True)
class Inputs:
    """What the paths of a command stand for, in their order.

    Attributes:
        files: to be read, by number.
        failed: the results of paths with no such file, by number; they say why.
        left_out: the other files of the folders.
    """

    files: dict[int, Path]
    failed: dict[int, FileResult]
    left_out: tuple[LeftOut, ...]


def numbered_inputs(paths: Sequence[Path]) -> Inputs:
    """Number the files behind the paths; a path with no files gets a failed result at once."""
    files: list[Path | FileResult] = []
    left_out: list[LeftOut] = []
    for path in paths:
        try:
            found = media_files(path)
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
        else:
            files += found.files or [failed(str(path), no_media(path))]
            left_out += [LeftOut(printable(str(file)), reason) for file, reason in found.left_out]
    numbered = dict(enumerate(files, start=1))
    return Inputs(
        {number: file for number, file in numbered.items() if isinstance(file, Path)},
        {number: file for number, file in numbered.items() if isinstance(file, FileResult)},
        tuple(left_out),
    )


def other_hashes(names: str) -> tuple[OtherHash, ...]:
    """The digests that --hashes names; wrong usage if one of them is not known."""
    wanted = {name.strip().lower() for name in names.split(",") if name.strip()}
    if unknown := wanted.difference(OTHER_HASHES):
        raise typer.BadParameter(
            f"{min(unknown)!r} is not one of {', '.join(OTHER_HASHES)}", param_hint="--hashes"
        )
    return tuple(name for name in OTHER_HASHES if name in wanted)


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
