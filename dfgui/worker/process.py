"""The program's side of one worker: starts it, asks it, watches it, and says in a sentence how it ended."""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

import psutil

from dfgui.worker.messages import Answer, Failed, Inspected, NonsenseError, Progressed, Ready, Request, Scanned, Setup, receive_answer, send

log = logging.getLogger(__name__)

POLL_S = 0.25
KEPT_BYTES = 4000  # of a dead worker's last words


@dataclass(frozen=True)
class Limits:
    """What one worker may use: memory in bytes, and seconds without a sign of life, at the start and later."""

    memory_bytes: int = 3 << 30
    silence_s: float = 120.0
    start_s: float = 60.0


def command() -> list[str]:
    """How a worker is started; a frozen program starts itself."""
    return [sys.executable, "--worker"] if getattr(sys, "frozen", False) else [sys.executable, "-m", "dfgui", "--worker"]


class WorkerGoneError(Exception):
    """The worker ended or was ended. Its text is the sentence for the user."""


class Worker:
    """One child process. Its owner calls `prepare`, then `ask` as often as wanted, and `close`; `kill` may come from any thread.

    Args:
        threads: processor threads it may use.
        limits: memory and silence.
        start: command line, for tests.

    Raises:
        WorkerGoneError: the process cannot be started.
    """

    def __init__(self, *, threads: int, limits: Limits | None = None, start: Sequence[str] | None = None) -> None:
        self._limits = limits or Limits()
        self._threads = threads
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self._process = self._spawn(list(start or command()))
        self._checked = 0.0
        self._answers: queue.Queue[Answer | Exception | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True, name=f"worker-{self._process.pid}")
        self._reader.start()

    def _spawn(self, line: list[str]) -> subprocess.Popen[bytes]:
        environment = os.environ | {"OMP_NUM_THREADS": str(self._threads), "OPENCV_LOG_LEVEL": "SILENT", "OPENCV_FFMPEG_LOGLEVEL": "-8"}
        try:
            return subprocess.Popen(
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                env=environment,
                # Ctrl-C is for the program, which ends its workers itself.
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            self._words.close()
            log.error("%s: %s", line, error)
            raise WorkerGoneError("The analysis process cannot be started; install the program again.") from error

    def prepare(self, model: str) -> None:
        """Have it load its network.

        Args:
            model: folder of the model package.

        Raises:
            WorkerGoneError: it did not come up; the sentence says why (a refused model package, say).
        """
        self._send(Setup(os.fsencode(model), self._threads, self._limits.memory_bytes))
        answer = self._next(self._limits.start_s)
        if not isinstance(answer, Ready):
            self._end(answer.sentence if isinstance(answer, Failed) else "The analysis process did not start properly.")

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def ask(self, request: Request, progressed: Callable[[Progressed], None]) -> Scanned | Inspected | Failed:
        """Send a request and wait for its answer.

        Raises:
            WorkerGoneError: the worker crashed, hung, used too much memory or answered nonsense; it is dead now.
        """
        self._send(request)
        while True:
            answer = self._next(self._limits.silence_s)
            if isinstance(answer, Ready) or answer.id != request.id:
                self._end("The analysis of this file stopped: its process gave an answer that makes no sense.")
            elif isinstance(answer, Progressed):
                progressed(answer)
            else:
                return answer

    def kill(self) -> None:
        """End it at once; may be called from another thread and more than once."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def close(self) -> None:
        """End it and give back what it held; for its owner alone."""
        self.kill()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._words.close()

    def _send(self, message: Setup | Request) -> None:
        pipe = self._process.stdin
        try:
            assert pipe is not None
            send(pipe, message)
        except (OSError, ValueError):
            self._end("The analysis of this file stopped: its process ended unexpectedly.")

    def _read(self) -> None:
        """Pass on what the worker says; None when it has ended."""
        pipe = self._process.stdout
        assert pipe is not None
        with pipe:
            try:
                while answer := receive_answer(pipe):
                    self._answers.put(answer)
                self._answers.put(None)
            except (NonsenseError, OSError) as error:
                self._answers.put(error)

    def _next(self, silence_s: float) -> Answer:
        """The next message; ends the worker where none comes in time or it takes too much memory."""
        until = time.monotonic() + silence_s
        while True:
            # Also between messages: a worker that talks all the time is watched like a silent one.
            self._check_memory()
            try:
                answer = self._answers.get(timeout=POLL_S)
            except queue.Empty:
                if time.monotonic() > until:
                    self._end(f"The analysis of this file stopped: nothing was heard of its process for {silence_s:.0f} s.")
                continue
            if answer is None:
                self._end("The analysis of this file stopped: its process ended unexpectedly.")
            if isinstance(answer, Exception):
                log.error("worker %d: %s", self._process.pid, answer)
                self._end("The analysis of this file stopped: its process gave an answer that makes no sense.")
            return answer

    def _check_memory(self) -> None:
        if time.monotonic() < self._checked + POLL_S:
            return
        self._checked = time.monotonic()
        if self._memory() > self._limits.memory_bytes:
            self._end(f"The file needs more than the {self._limits.memory_bytes >> 20} MB of memory that one file may use.")

    def _memory(self) -> int:
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _end(self, sentence: str) -> NoReturn:
        self.kill()
        self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, self._words.tell() - KEPT_BYTES))
        words = self._words.read().decode(errors="replace")
        log.error("worker %d ended with status %s: %s\n%s", self._process.pid, self._process.returncode, sentence, words)
        raise WorkerGoneError(sentence)
