"""Tells people, or another program, what a run says."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from dfgui.core import training_events as events
from dfgui.core.training_events import Described

Watcher = Callable[[events.Event], None]
SHOWN = ("loss", "val_loss", "val_accuracy", "val_auc")
QUIET_S = 20.0  # between two lines of progress if there is no terminal


@contextmanager
def while_preparing(
    watch: Watcher,
) -> Iterator[tuple[Callable[..., None], Callable[[float, str], None], Callable[[], bool]]]:
    """What `prepare` says, how far it is, and whether Ctrl-C came.

    A second Ctrl-C ends it at once.
    """
    asked: list[int] = []

    def on_signal(number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    earlier = signal.signal(signal.SIGINT, on_signal)
    try:
        yield (
            lambda text, level="info": watch(events.Said(text, level)),
            lambda done, text: watch(events.Progress(done, text)),
            lambda: bool(asked),
        )
    finally:
        signal.signal(signal.SIGINT, earlier)


@contextmanager
def watcher(*, as_json: bool) -> Iterator[Watcher]:
    """A function that is told every event.

    It writes JSON lines to standard output, or words and a bar to standard error.
    """
    if as_json:
        yield _json_line
        return
    console = Console(stderr=True, highlight=False)
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        yield _Words(console, bar, bar.add_task("starting", total=1.0))


def _json_line(event: events.Event) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
    sys.stdout.buffer.flush()


class _Words:
    def __init__(self, console: Console, bar: Progress, task: TaskID) -> None:
        self._console, self._bar, self._task = console, bar, task
        self._last = -QUIET_S

    def __call__(self, event: events.Event) -> None:
        match event:
            case events.Started():
                self._print(f"{event.experiment}: {len(event.arms)} arms. {event.backbone}")
            case events.Said():
                self._print(event.text)
            case events.Epoch():
                values = ", ".join(
                    f"{name} {event.values[name]:.4f}" for name in SHOWN if name in event.values
                )
                self._print(
                    f"{event.arm} (seed {event.seed}, fold {event.fold}), epoch {event.epoch}:"
                    f" {values or _all(event.values)}"
                )
            case events.Progress():
                self._progress(event)
            case events.Ended():
                self._print(event.sentence)

    def _progress(self, event: events.Progress) -> None:
        self._bar.update(self._task, completed=event.done, description=event.text)
        if self._bar.disable and time.monotonic() - self._last > QUIET_S:
            self._last = time.monotonic()
            self._print(f"{event.done:.0%}: {event.text}")

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def _all(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in values.items())


def table_of(described: Sequence[Described]) -> None:
    """Print the experiments as a table on standard output."""
    table = Table("name", "reproduces", "arms", "needs")
    for one in described:
        table.add_row(one.name, one.reproduces, ", ".join(one.arms), one.needs)
    Console().print(table)
