"""Start, ask and watch one worker from the program, and say in a sentence how it ended."""

from __future__ import annotations

import logging
import math
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
from pathlib import Path
from typing import NoReturn

import msgspec
import psutil

from dfgui.core.errors import AnalysisError
from dfgui.core.sentences import Sentence
from dfgui.core.values import printable
from dfgui.worker.isolation.files import CHANNEL, FileServer
from dfgui.worker.messages import (
    Answer,
    Cancel,
    Failed,
    Final,
    Inspected,
    Opened,
    Part,
    Progressed,
    Ready,
    Render,
    Request,
    Scanned,
    Setup,
    too_much_memory,
)
from dfgui.worker.pictures import segment_path
from dfgui.worker.protocol import (
    NonsenseError,
    packed,
    part_or_final,
    receive_answer,
)

log = logging.getLogger(__name__)

POLL_S = 0.1  # pictures of 8K take a few hundred megabytes in that time
# Messages that may wait: while so many do, progress is dropped, so that a flood costs no memory.
BACKLOG = 100
NONSENSE = Sentence(
    "The analysis of this file stopped: its process gave an answer that makes no sense."
)
KEPT_BYTES = 4000  # of a dead worker's last words, and of a trace


@dataclass(frozen=True)
class Limits:
    """What one worker may use.

    The limits are memory in bytes, seconds without a sign of life (after the start, and at the
    start), and seconds for one request.
    """

    memory_bytes: int = 3 << 30
    silence_s: float = 120.0
    start_s: float = 60.0
    total_s: float = 3600.0


def command() -> list[str]:
    """How a worker is started; a frozen program starts itself."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    # -P: the current directory may hold evidence, and a planted av.py there must not be imported.
    return [sys.executable, "-P", "-m", "dfgui", "--worker"]


def path_of(request: Request) -> str:
    """The file of a request, as results and the log name it.

    Some requests bring a picture and name no file.
    """
    return printable(os.fsdecode(getattr(request, "path", b"a face")))


def flags_of(request: Request, path: Path) -> int | None:
    """How a worker may have a file opened for a request, as flags for `os.open`.

    None if the request does not name that file. Evidence is for reading, and the shared memory for
    a picture is for writing too.
    """
    evidence: bytes | None = getattr(request, "path", None)
    if evidence is not None and path == Path(os.fsdecode(evidence)):
        # Without O_NONBLOCK, opening a named pipe would wait forever.
        return os.O_RDONLY | os.O_NONBLOCK
    if isinstance(request, Render) and path == segment_path(request.place.segment):
        return os.O_RDWR
    return None


def _renamed(answer: Final, path: str) -> Final:
    """Put the program's own name of the file into the answer.

    The program knows it better than a process that evidence may have taken over.
    """
    if isinstance(answer, Scanned | Inspected):
        return msgspec.structs.replace(
            answer, result=msgspec.structs.replace(answer.result, path=path)
        )
    if isinstance(answer, Opened):
        return msgspec.structs.replace(
            answer, facts=msgspec.structs.replace(answer.facts, path=path)
        )
    return answer


class WorkerGoneError(AnalysisError):
    """The worker ended or was ended."""


class Worker:
    """One child process.

    Its owner calls `prepare`, then `ask` as often as needed, then `close`; any thread may call
    `kill`.

    Args:
        threads: processor threads it may use.
        limits: memory and time.
        start: command line, for tests.

    Raises:
        WorkerGoneError: the process cannot be started.
    """

    def __init__(
        self, *, threads: int, limits: Limits | None = None, start: Sequence[str] | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._threads = threads
        self._request: Request | None = None
        # Only Linux has an isolation in which a worker cannot open files itself.
        self._files = FileServer(self._flags_of) if sys.platform == "linux" else None
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self._process = self._spawn(list(start or command()))
        if self._files is not None:
            self._files.start()
        self._killed = False
        self._checked = 0.0
        self._busy_with = "nothing"
        self._answers: queue.Queue[Answer | Exception | None] = queue.Queue()
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads_of_pipes = [
            threading.Thread(target=target, daemon=True, name=f"worker-{self._process.pid}")
            for target in (self._read, self._write)
        ]
        for thread in self._threads_of_pipes:
            thread.start()

    def _spawn(self, line: list[str]) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "PYTHONSAFEPATH": "1",
            "OMP_NUM_THREADS": str(self._threads),
            # NumPy's would be started on import, and a worker is isolated before it has threads.
            "OPENBLAS_NUM_THREADS": "1",
            "OPENCV_LOG_LEVEL": "SILENT",
            "OPENCV_FFMPEG_LOGLEVEL": "-8",
        }
        inherited = []
        if self._files is not None:
            inherited = [self._files.descriptor]
            environment[CHANNEL] = str(self._files.descriptor)
        try:
            return subprocess.Popen(
                line,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                env=environment,
                pass_fds=inherited,
                # Ctrl-C is for the program, which ends its workers itself.
                start_new_session=os.name == "posix",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            self._words.close()
            if self._files is not None:
                self._files.close()
            log.error("%s: %s", line, error)
            raise WorkerGoneError(
                "The analysis process cannot be started; install the program again."
            ) from error

    def prepare(self, model: str) -> str:
        """Have it load its network.

        Args:
            model: folder of the model package; empty for a worker that only shows.

        Returns:
            Name and version of the engine that runs it.

        Raises:
            WorkerGoneError: it did not start; the sentence says why (for example a refused model
                package).
        """
        self._busy_with = printable(model)
        self._outgoing.put(
            packed(Setup(os.fsencode(model), self._threads, self._limits.memory_bytes))
        )
        answer = self._next(self._limits.start_s)
        if not isinstance(answer, Ready):
            self._end(
                answer.sentence
                if isinstance(answer, Failed)
                else Sentence("The analysis process did not start properly.")
            )
        return answer.engine

    @property
    def pid(self) -> int:
        """Number of its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self._process.poll() is None

    def ask(self, request: Request, heard: Callable[[Part], None]) -> Final:
        """Send a request and wait for its answer; `heard` is called with what comes before it.

        Raises:
            WorkerGoneError: the worker crashed, hung, used too much memory or time or answered
                nonsense; it is dead now.
        """
        self._busy_with = path_of(request)
        self._request = request
        self._outgoing.put(packed(request))
        until = time.monotonic() + self._limits.total_s
        while True:
            answer = self._next(self._limits.silence_s, until)
            try:
                part, final = part_or_final(request, answer)
            except NonsenseError as error:
                log.error("%s: worker %d: %s", self._busy_with, self._process.pid, error)
                self._end(NONSENSE)
            if final is not None:
                return _renamed(final, path_of(request))
            if part is not None:
                heard(part)

    def cancel(self, number: int) -> None:
        """Ask it to stop working on request `number`; may come from another thread."""
        self._outgoing.put(packed(Cancel(number)))

    def kill(self) -> None:
        """End it and what it started at once; any thread may call this, more than once."""
        self._killed = True
        family = self._family()
        self._process.kill()
        for process in family[1:]:
            with suppress(psutil.Error):
                process.kill()
        self._process.wait()
        self._outgoing.put(None)
        for thread in self._threads_of_pipes:
            thread.join()
        if self._files is not None:
            self._files.close()

    def close(self) -> None:
        """End it and give back what it held; for its owner alone."""
        self.kill()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._words.close()

    def _flags_of(self, path: Path) -> int | None:
        return None if self._request is None else flags_of(self._request, path)

    def _write(self) -> None:
        """Send the worker what waits for it.

        A worker that does not read must not hold up whoever asks or cancels.
        """
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(OSError):  # whoever waits for the answer notices a dead worker
            while data := self._outgoing.get():
                pipe.write(data)
                pipe.flush()

    def _read(self) -> None:
        """Pass on what the worker says; None when it has ended."""
        pipe = self._process.stdout
        assert pipe is not None
        with pipe:
            try:
                while answer := receive_answer(pipe):
                    if not isinstance(answer, Progressed) or self._answers.qsize() < BACKLOG:
                        self._answers.put(answer)
                self._answers.put(None)
            except Exception as error:
                # Whatever it was (nesting too deep, out of memory), the owner must hear of it.
                self._answers.put(error)

    def _next(self, silence_s: float, until: float = math.inf) -> Answer:
        """The next message.

        Ends the worker if none comes in time, it is past `until`, or it takes too much memory.
        """
        silent_until = time.monotonic() + silence_s
        while True:
            # Also between messages: a worker that talks all the time is watched like a silent one.
            self._check_memory()
            if time.monotonic() > until:
                self._end(
                    Sentence(
                        "The analysis of this file stopped: it took more than the {limit:.0f} s"
                        " that one file may take.",
                        limit=self._limits.total_s,
                    )
                )
            try:
                answer = self._answers.get(timeout=POLL_S)
            except queue.Empty:
                if time.monotonic() > silent_until:
                    self._end(
                        Sentence(
                            "The analysis of this file stopped: nothing was heard of its process"
                            " for {limit:.0f} s.",
                            limit=silence_s,
                        )
                    )
                continue
            if answer is None:
                self._end(
                    Sentence("The analysis of this file stopped: its process ended unexpectedly.")
                )
            if isinstance(answer, Exception):
                log.error("%s: worker %d: %r", self._busy_with, self._process.pid, answer)
                self._end(NONSENSE)
            return answer

    def _check_memory(self) -> None:
        if time.monotonic() < self._checked + POLL_S:
            return
        self._checked = time.monotonic()
        if sum(map(_resident_bytes, self._family())) > self._limits.memory_bytes:
            self._end(too_much_memory(self._limits.memory_bytes))

    def _family(self) -> list[psutil.Process]:
        """The process and all that it started; none if it has ended.

        In a virtual environment of Windows the process only launches the real one.
        """
        if not self.alive:
            return []
        try:
            process = psutil.Process(self._process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.Error:
            return []

    def _end(self, sentence: Sentence) -> NoReturn:
        wanted = self._killed
        self.kill()
        self._words.seek(0, os.SEEK_END)
        self._words.seek(max(0, self._words.tell() - KEPT_BYTES))
        words = self._words.read().decode(errors="replace")
        status = self._process.returncode
        level = logging.INFO if wanted else logging.ERROR
        log.log(
            level,
            "%s: worker %d ended with status %s: %s\n%s",
            self._busy_with,
            self._process.pid,
            status,
            sentence,
            words,
        )
        raise WorkerGoneError(sentence)


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
