"""The training program's experiments, the current run, its report and its model package."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.core.sentences import Sentence
from dfgui.core.training_events import Described, Ended, Epoch, Event, Started
from dfgui.services.training.learning import Learning
from dfgui.services.training.run_folders import RunRequest, events_in
from dfgui.services.training.training_program import (
    CANNOT_START,
    INTERRUPTS,
    Ending,
    Program,
    last_line,
)

log = logging.getLogger(__name__)

RunState = Literal["idle", "starting", "running", "stopping"]
Making = Literal["", "report", "package"]

STOP_FILE = "STOP"  # in the run folder: asks the run to stop if no signal can
STATUS_USAGE = 2
# Time that a program may take to end after its last line; TensorFlow's threads do not always end.
LINGERS_S = 20.0
NONSENSE_LOGGED = 20  # lines of one run


class Experiments(QObject):
    """What the training program can do, the one current run, and what is made of runs.

    Args:
        command: how the training program is started, without arguments.
        parent: owner, which calls `close`.

    Attributes:
        state: of the run.
        making: what is being made of a run that ended.
        request: of the current run, or of the last one.
        learning: its epochs.
    """

    listed = Signal(object)
    """Tuple of `Described`, or the sentence that says why there is none."""
    changed = Signal()
    """`state` or `making`."""
    heard = Signal(object)
    """An event of the run, except its end."""
    ended = Signal(object, object)
    """`Ended`, once for each run, and the program's last words if they may help."""
    reported = Signal(object)
    """Path of the page, or a sentence that says why there is none: empty if it was given up."""
    exported = Signal(object)
    """Path of the model package, or the sentence, as above."""

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._lister: Program | None = None
        self._runner: Program | None = None
        self._maker: Program | None = None
        self._listed_text = b""
        self._end: Ended | None = None
        self._killed, self._given_up, self._nonsense = False, False, 0
        self._lingers = QTimer(self, singleShot=True, interval=round(LINGERS_S * 1000))
        self._lingers.timeout.connect(self._on_lingering)
        self.state: RunState = "idle"
        self.making: Making = ""
        self.request: RunRequest | None = None
        self.learning = Learning()

    # -- which experiments there are

    def load(self) -> None:
        """Ask the program for its experiments; `listed` follows."""
        if self._lister is not None:
            return
        self._listed_text = b""
        self._lister = self._program(["list", "--json"])
        self._lister.said.connect(self._on_listed_line)
        self._lister.ended.connect(self._on_listed)
        self._lister.start()

    def _on_listed_line(self, line: bytes) -> None:
        self._listed_text += line

    def _on_listed(self, ending: Ending) -> None:
        _forget(self._lister)
        self._lister = None
        try:
            found = msgspec.json.decode(self._listed_text, type=tuple[Described, ...])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            log.error(
                "the training program cannot list its experiments (status %s): %s\n%s",
                ending.status,
                str(error),
                ending.words,
            )
            sentence = Sentence(
                "The training program does not say which experiments it has; the log says more."
            )
            self.listed.emit(CANNOT_START if ending.words == CANNOT_START else sentence)
        else:
            self.listed.emit(found)

    # -- the run

    @property
    def runs(self) -> bool:
        """Whether a run is in progress."""
        return self.state != "idle"

    def start(self, request: RunRequest) -> None:
        """Start a run, or continue the one in its folder; events and one `ended` follow."""
        if self.runs:
            raise RuntimeError("a run is under way")
        self.request, self.learning = request, learned_in(request.out)
        self._end, self._killed, self._nonsense = None, False, 0
        self._forget_stop()
        self._runner = self._program(request.arguments())
        self._runner.said.connect(self._on_line)
        self._runner.ended.connect(self._on_ended)
        self._set_state("starting")
        self._runner.start()

    def stop(self) -> None:
        """Ask the run to stop after its present step; asked again, end it at once."""
        if self._runner is None:
            return
        if self.state == "stopping":
            self._killed = True
            self._runner.kill()
            return
        self._set_state("stopping")
        if INTERRUPTS:
            self._runner.interrupt()
        else:
            self._leave_stop()

    def _leave_stop(self) -> None:
        assert self.request is not None
        try:
            self.request.out.mkdir(parents=True, exist_ok=True)
            (self.request.out / STOP_FILE).touch()
        except OSError:
            log.exception("the run cannot be asked to stop; it is ended")
            self.stop()

    def _forget_stop(self) -> None:
        if self.request is not None and not INTERRUPTS:
            with suppress(OSError):
                (self.request.out / STOP_FILE).unlink(missing_ok=True)

    def _on_line(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            event = msgspec.json.decode(line, type=Event)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._nonsense += 1
            if self._nonsense <= NONSENSE_LOGGED:
                log.warning(
                    "the training program said what is no event (%s): %r", str(error), line[:300]
                )
            return
        if self.state == "starting":
            self._set_state("running")
        self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event, Ended):
            self._end = event
            self._lingers.start()
            return
        if isinstance(event, Started):
            self.learning.plan(event.arms, event.prior)
        elif isinstance(event, Epoch):
            self.learning.add(event)
        self.heard.emit(event)

    def _on_ended(self, ending: Ending) -> None:
        self._lingers.stop()
        _forget(self._runner)
        self._runner = None
        self._forget_stop()
        end = self._end or self._without_word(ending)
        failed = end.outcome == "failed"
        log.log(
            logging.ERROR if failed and self._end is None else logging.INFO,
            "the run ended (status %s): %s\n%s",
            ending.status,
            end.sentence,
            ending.words if failed else "",
        )
        self._set_state("idle")
        self.ended.emit(end, ending.words if failed and ending.words != end.sentence else "")

    def _on_lingering(self) -> None:
        if self._runner is not None:
            log.warning("the training program does not end; it is killed")
            self._runner.kill()

    def _without_word(self, ending: Ending) -> Ended:
        """How a run ended that did not say so itself."""
        if self._killed:
            return Ended(
                "stopped",
                Sentence(
                    "The run was ended at once. What was finished before is kept, and the run can"
                    " be resumed."
                ),
            )
        if self.state == "stopping":
            return Ended(
                "stopped",
                Sentence(
                    "The run was stopped. What was finished before is kept, and the run can be"
                    " resumed."
                ),
            )
        if ending.words == CANNOT_START:
            return Ended("failed", CANNOT_START)
        if ending.status == STATUS_USAGE:
            return Ended(
                "failed",
                last_line(ending.words)
                or Sentence("The training program does not take these settings."),
            )
        return Ended(
            "failed",
            Sentence(
                "The training program ended unexpectedly. What was finished is kept, and the run"
                " can be resumed."
                if ending.status is None
                else "The training program ended unexpectedly, with status {status}. What was"
                " finished is kept, and the run can be resumed.",
                status=ending.status,
            ),
        )

    # -- what is made of a run

    def make_report(self, run: Path) -> None:
        """Write the report of a run into its folder; `reported` follows."""
        to = run / "report"
        self._make("report", ["report", str(run), "--to", str(to)], to / "report.html")

    def make_package(self, run: Path, data: Path, to: Path) -> None:
        """Make a model package of a run; `exported` follows.

        Args:
            run: folder of the run.
            data: the data that it was trained on; the calibration needs it.
            to: folder of the package; its name becomes the package's.
        """
        self._make(
            "package", ["export", str(run), "--to", str(to), "--data", str(data)], to / "card.json"
        )

    def cancel_making(self) -> None:
        """Give up what is being made of a run; asked again, end it at once."""
        if self._maker is None:
            return
        if INTERRUPTS and not self._given_up:
            self._maker.interrupt()  # it then removes what is half made
        else:
            self._maker.kill()
        self._given_up = True

    def _make(self, what: Making, arguments: list[str], wanted: Path) -> None:
        if self._maker is not None:
            raise RuntimeError("something is being made")
        self._given_up = False
        self._maker = self._program(arguments)
        self._maker.ended.connect(lambda ending: self._on_made(ending, wanted))
        self._set_making(what)
        self._maker.start()

    def _on_made(self, ending: Ending, wanted: Path) -> None:
        _forget(self._maker)
        self._maker = None
        what = self.making
        made: Path | str = wanted.parent if what == "package" else wanted
        if ending.status != 0 or not wanted.is_file():
            level = logging.INFO if self._given_up else logging.ERROR
            log.log(
                level, "making the %s ended with status %s:\n%s", what, ending.status, ending.words
            )
            made = "" if self._given_up else _why_not(what, ending)
        self._set_making("")
        (self.exported if what == "package" else self.reported).emit(made)

    # -- inside

    def close(self) -> None:
        """End every process at once."""
        self._lingers.stop()
        for program in (self._lister, self._runner, self._maker):
            if program is not None:
                program.close()
            _forget(program)
        self._lister = self._runner = self._maker = None
        self.state, self.making = "idle", ""

    def _program(self, arguments: Sequence[str]) -> Program:
        return Program([*self._command, *arguments], self)

    def _set_state(self, state: RunState) -> None:
        self.state = state
        self.changed.emit()

    def _set_making(self, making: Making) -> None:
        self.making = making
        self.changed.emit()


def learned_in(folder: Path) -> Learning:
    """The epochs that the run in a folder has finished; a resumed run does not repeat them."""
    learning = Learning()
    for event in events_in(folder):
        if isinstance(event, Started):
            learning.plan(event.arms, event.prior)
        elif isinstance(event, Epoch):
            learning.add(event)
    return learning


def _forget(program: Program | None) -> None:
    if program is not None:
        program.deleteLater()


def _why_not(what: Making, ending: Ending) -> str:
    if ending.words == CANNOT_START:
        return CANNOT_START
    said = last_line(ending.words)
    if ending.status == 1 and said and "Traceback" not in ending.words:
        return said
    return Sentence(
        "The report was not made; the log says more."
        if what == "report"
        else "The model package was not made; the log says more."
    )
