"""What a terminal shows: tables on standard output, progress and remarks on standard error.

rich is imported only when something is shown: the worker, which takes longer to start, starts
first.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from dfgui.worker.messages import Progressed

if TYPE_CHECKING:
    from rich.console import Console

MAIN_STAGES = ("frames", "map")
# Columns, if the output goes to a file or a pipe and nothing says how wide it is.
FILE_WIDTH = 160


def show_table(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, folded: Collection[str] = ()
) -> None:
    """Show a table on standard output.

    Args:
        headers: of the columns.
        rows: a text for each column.
        folded: headers of the columns whose long words are broken, not cut.
    """
    from rich.table import Column, Table

    columns = (
        Column(header, overflow="fold" if header in folded else "ellipsis") for header in headers
    )
    table = Table(*columns, box=None, padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    _standard_output().print(table)


def show_rows(rows: Iterable[tuple[str, str]], *, title: str | None = None) -> None:
    """Show names and what they stand for on standard output."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2))
    for row in rows:
        table.add_row(*row)
    _standard_output().print(table)


def show(text: str) -> None:
    """Show a text on standard output."""
    _standard_output().print(text)


def note(text: str) -> None:
    """Say something apart from the results."""
    _standard_error().print(visible(text), markup=False, soft_wrap=True)


def visible(text: str) -> str:
    """The text with "?" for what does not print: the name of a file could steer the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


class ProgressBar:
    """One bar over all inputs; silent if nobody looks at a terminal.

    A file that is being read counts by the share of its frames that is done.
    """

    def __init__(self, what: str, files: int) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        console = _standard_error()
        columns = (
            TextColumn(what),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(
            *columns,
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("starting", total=files)
        self._shares: dict[int, float] = {}
        self._done = 0

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def progress(self, message: Progressed) -> None:
        """Show that part of a file is done."""
        if message.stage in MAIN_STAGES and message.total:
            self._shares[message.id] = min(1.0, message.done / message.total)
        counts = f" {message.done}/{message.total}" if message.total else ""
        self._update(f"{message.stage}{counts}")

    def finished(self, number: int) -> None:
        """Count a file that has its outcome."""
        self._shares.pop(number, None)
        self._done += 1
        self._update("")

    def _update(self, text: str) -> None:
        self._progress.update(
            self._task, completed=self._done + sum(self._shares.values()), description=text
        )


def _standard_output() -> Console:
    """What is printed is text, never markup: names of files come from outside and could hold it."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    return (
        console
        if console.is_terminal or "COLUMNS" in os.environ
        else Console(highlight=False, markup=False, width=FILE_WIDTH)
    )


def _standard_error() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)
