"""`python -m training`: runs an experiment, makes a model package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dfgui.core.errors import AnalysisError

app = typer.Typer(
    help="Train networks and make model packages.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.command()
def run(
    experiment: Annotated[str, typer.Argument(help="There is one: `learn`.")],
    data: Annotated[Path, typer.Option(help="Folder with the data sets.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Run folder; an interrupted run goes on where it stopped.", file_okay=False)],
    smoke: Annotated[bool, typer.Option("--smoke", help="Every stage, in about two minutes; learns nothing.")] = False,
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps instead of the experiment's own number.")] = None,
    init: Annotated[str, typer.Option(help="Weights to start from: `random`, or the folder of a model package.")] = "random",
) -> None:
    """Run an experiment."""
    if experiment != "learn":
        raise typer.BadParameter(f"There is no experiment named {experiment!r}; there is: learn.")
    if init != "random" and not Path(init).is_dir():
        raise typer.BadParameter(f"There is no folder {init!r}; give `random` or the folder of a model package.", param_hint="--init")
    from training.experiments import learn

    learn.run(data, out, smoke=smoke, steps=steps, init=None if init == "random" else Path(init))


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Run folder of `learn`.", exists=True, file_okay=False)],
    to: Annotated[Path, typer.Option(help="Folder for the model package; its name is the package's.", file_okay=False)],
    data: Annotated[Path, typer.Option(help="Folder with the data sets of the run.", exists=True, file_okay=False)],
    version: Annotated[str, typer.Option(help="Version of the package, for its card.")] = "1",
    test: Annotated[bool, typer.Option("--test", help="Also measure on the test part, which is to be looked at once.")] = False,
) -> None:
    """Make a model package that the application opens."""
    from training.package import add_test_metrics, make_package

    package = make_package(run, data, to, version=version)
    if test:
        package = add_test_metrics(package, data)
    for metric in package.card.metrics:
        typer.echo(f"{metric.set}: {metric.name} {metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}] n={metric.n}")


@app.command(hidden=True)
def convert(trained: Path, plain: Path, packed: Path) -> None:
    """One step of `export`, in a process of its own."""
    from training.export import convert as convert_to_ir

    convert_to_ir(trained, plain, packed)


def main() -> None:
    """Run the command line; an expected problem becomes one sentence on standard error and exit status 1."""
    try:
        app()
    except AnalysisError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")


if __name__ == "__main__":
    main()
