"""The report: one self-contained page, laid out like the paper.

It shows what the runs found next to what the paper printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file
from training.report import page, words
from training.report.faults import faults
from training.report.paper import the_paper
from training.report.style import Studio, slug
from training.results import Result, read_result

FILE = "report.html"
FIGURES = "figures"
TITLE = "A deep-fake detector that did not learn, repeated and mended"


def report(runs: Sequence[Path], to: Path, *, title: str = TITLE) -> Path:
    """Write the report of finished runs.

    Args:
        runs: run folders, in any order; several of one experiment are shown below each other.
        to: folder for `report.html`, which needs no other file, and for `figures/NAME.png` and
            `.svg`.
        title: heading of the page.

    Returns:
        Path of the page. The same results give the same bytes.

    Raises:
        AnalysisError: no run was named, or one is not finished or cannot be read.
    """
    folders = list({run.resolve(): run for run in runs}.values())
    if not folders:
        raise AnalysisError("No run was named; give the folder of at least one finished run.")
    results = [words.clean(read_result(run), Result) for run in folders]
    studio = Studio(to / FIGURES)
    shown = page.in_order(
        [
            page.show(studio, name, slug(name, "run"), result)
            for name, result in zip(_names(folders), results, strict=True)
        ]
    )
    text = (
        _environment()
        .get_template("page.html")
        .render(
            title=words.clean(title, str),
            paper=the_paper(),
            words=words,
            runs=shown,
            chapters=page.chapters(shown),
            faults=faults(studio, shown),
            data=page.data_files(shown),
        )
    )
    replace_file(to / FILE, text.lstrip().encode())
    return to / FILE


def _names(folders: Sequence[Path]) -> list[str]:
    """Names of the folders, each once."""
    names: list[str] = []
    for folder in folders:
        name, count = words.clean(folder.resolve().name, str), 1
        while slug(own := name if count == 1 else f"{name} ({count})", "run") in map(slug, names):
            count += 1
        names.append(own)
    return names


def _environment() -> Environment:
    here = files(__name__)
    sources = {
        name: here.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "page.css")
    }
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(page.HELPERS, css=Markup(sources["page.css"]))
    environment.filters.update(
        cell=words.cell, listed=words.listed, duration=words.duration, slug=slug
    )
    return environment
