"""What a person sees in a terminal: tables on standard output, progress on standard error."""

from __future__ import annotations

import os
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from dfgui.worker.messages import Progressed

MAIN_STAGES = ("frames", "map")
# Columns, if the output goes to a file or a pipe and nothing says how wide it is.
FILE_WIDTH = 160


def tables() -> Console:
    """Standard output for tables; what is printed is text, never markup.

    Names of files come from outside and could hold markup.
    """
    wide = Console(highlight=False, markup=False)
    return (
        wide
        if wide.is_terminal or "COLUMNS" in os.environ
        else Console(highlight=False, markup=False, width=FILE_WIDTH)
    )


class ProgressBar:
    """One bar over all inputs; silent if nobody looks at a terminal.

    A file that is being read counts by the share of its frames that is done.
    """

    def __init__(self, console: Console, what: str, files: int) -> None:
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
