"""One start of the training program: its lines, its last words, how it stops and ends."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from dfgui.core.sentences import Sentence

log = logging.getLogger(__name__)

INTERRUPTS = os.name == "posix"  # elsewhere no signal reaches a program without a console
LONGEST_LINE = 1 << 20  # bytes
KEPT_BYTES = 4000  # of standard error
CANNOT_START = Sentence("The training program cannot be started; install the program again.")


@dataclass(frozen=True)
class Ending:
    """How a process ended: its exit status and its last words.

    The status is None if it could not be started or was killed.
    """

    status: int | None
    words: str


class Program(QObject):
    """One start of the training program; `ended` comes once, after every `said`.

    Args:
        line: the command line.
        parent: owner.
    """

    said = Signal(bytes)
    """A line of standard output, without its end."""
    ended = Signal(object)
    """`Ending`."""

    def __init__(self, line: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rest, self._words = b"", b""
        self._process = QProcess(self)
        self._process.setProgram(line[0])
        self._process.setArguments(list(line[1:]))
        self._process.setProcessEnvironment(_environment())
        self._process.setStandardInputFile(QProcess.nullDevice())
        if INTERRUPTS:
            # Ctrl-C in a terminal is for the window, which asks first.
            self._process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
        self._process.readyReadStandardOutput.connect(self._read_output)
        self._process.readyReadStandardError.connect(self._read_words)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)

    def start(self) -> None:
        """Start the process."""
        self._process.start()

    def interrupt(self) -> None:
        """Send it Ctrl-C; kill it if it has not started yet."""
        number = self._process.processId()
        if number > 0:  # 0 would be our own group
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGINT)
        else:
            self.kill()

    def kill(self) -> None:
        """End it and what it started at once."""
        with suppress(psutil.Error):
            for child in psutil.Process(self._process.processId() or -1).children(recursive=True):
                with suppress(psutil.Error):
                    child.kill()
        self._process.kill()

    def close(self) -> None:
        """Kill it, with no more Qt signals; for when its owner ends."""
        self.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self.kill()
            self._process.waitForFinished(5000)

    def _read_output(self) -> None:
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(
            b"\n"
        )
        if len(self._rest) > LONGEST_LINE:
            log.warning(
                "the training program said a line of more than %d bytes; it is dropped",
                LONGEST_LINE,
            )
            self._rest = b""
        for line in lines:
            self.said.emit(line)

    def _read_words(self) -> None:
        self._words = (self._words + self._process.readAllStandardError().data())[-KEPT_BYTES:]

    def _on_finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._read_output()
        self._read_words()
        if self._rest:
            self.said.emit(self._rest)
        self._end(status if how == QProcess.ExitStatus.NormalExit else None)

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # `finished` follows every other
            self._words = CANNOT_START.encode()
            self._end(None)

    def _end(self, status: int | None) -> None:
        self.ended.emit(Ending(status, self._words.decode(errors="replace").strip()))


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    # Lines are UTF-8 on every system; errors of usage come as one plain line; TensorFlow says only
    # what went wrong.
    for name, value in {
        "PYTHONUTF8": "1",
        "TYPER_USE_RICH": "0",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }.items():
        environment.insert(name, value)
    return environment


def last_line(words: str) -> str:
    """The last line of what a program said, without what only a terminal needs."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ") if lines else ""
