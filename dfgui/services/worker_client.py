"""One worker process as the window sees it: requests in, answers out, a dead one replaced.

Answers come in the window's thread.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final as Constant

import psutil
from PySide6.QtCore import QObject, Signal

from dfgui.worker.messages import FAULT, Cancelled, Failed, Final, Part, Progressed, Request
from dfgui.worker.process import BACKLOG, KEPT_BYTES, Limits, Worker, WorkerGoneError, path_of

log = logging.getLogger(__name__)

PREPARE: Constant = "prepare"
GONE: Constant = "the worker ended"
"""`trace` of a `Failed` that says so: the same request may well succeed with the next worker."""
Then = Callable[[Final], None]
OnPart = Callable[[Part], None]
NICENESS = 10
_numbers = itertools.count(1)


def new_id() -> int:
    """A number for a request, unique in the program."""
    return next(_numbers)


class WorkerClient(QObject):
    """A thread that owns a worker and asks it one request after another.

    Args:
        model: folder of the model package, empty for a worker that only shows.
        threads: processor threads of the worker; 0 for as many as there are cores.
        parent: owner.
        limits: of the worker.
        start: command line of the worker, for tests.
        behind: its worker lets the others go first: what nobody waits for must not slow down what
            is looked at.
        digest: called in the client's thread with each answer before anyone hears of it, to copy
            what lies in shared memory.
    """

    engine_found = Signal(str)
    """A worker came up: name and version of what runs its network."""
    died = Signal(object)
    """The worker ended unexpectedly: the sentence. The next request starts another one."""
    asked = Signal(object)
    """A `Request` was queued."""
    moved = Signal(int, object)
    """Id of a request, and a `Part`: the work on it continues."""
    ended = Signal(int)
    """Id of a request that was answered."""
    _said = Signal(int, object, bool)

    def __init__(
        self,
        model: str,
        *,
        threads: int = 0,
        parent: QObject | None = None,
        limits: Limits | None = None,
        start: Sequence[str] | None = None,
        behind: bool = False,
        digest: Callable[[Request, Final], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._threads = model, threads or os.cpu_count() or 1
        self._limits, self._start, self._behind, self._digest = limits, start, behind, digest
        self._requests: queue.SimpleQueue[Request | str | None] = queue.SimpleQueue()
        self._listeners: dict[int, tuple[Then, OnPart | None]] = {}
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._amended: dict[int, Request] = {}
        self._at_work = 0
        self._unheard = 0
        self._worker: Worker | None = None
        self._closing = False
        self._said.connect(self._on_said)
        self._thread = threading.Thread(target=self._serve, name="worker client", daemon=True)
        self._thread.start()

    def ask(self, request: Request, then: Then, heard: OnPart | None = None) -> int:
        """Queue a request.

        Args:
            request: with an id from `new_id`.
            then: called once, in the window's thread, with the answer, `Failed` or `Cancelled`; not
                after `close`.
            heard: called with what is said on the way.

        Returns:
            The request's id.
        """
        self._listeners[request.id] = then, heard
        self._requests.put(request)
        self.asked.emit(request)
        return request.id

    def amend(self, request: Request) -> None:
        """Replace the request of this id if it still waits."""
        if request.id in self._listeners:
            with self._lock:
                self._amended[request.id] = request

    def cancel(self, number: int) -> None:
        """Give up a request, whether it waits or is worked on.

        Its answer still comes, most likely `Cancelled`.
        """
        if number not in self._listeners:
            return
        with self._lock:
            self._cancelled.add(number)
            # A worker that is still starting must hear nothing before its set-up.
            if self._worker is not None and self._at_work == number:
                self._worker.cancel(number)

    def prepare(self) -> None:
        """Start the worker now, so that the first request need not wait for it."""
        self._requests.put(PREPARE)

    @property
    def pid(self) -> int | None:
        """Process id of the worker; None if there is none."""
        with self._lock:
            return None if self._worker is None else self._worker.pid

    @property
    def busy(self) -> bool:
        """Whether a request waits or is worked on."""
        return bool(self._listeners)

    def close(self) -> None:
        """End the worker at once, and the thread; nothing is heard of any request after that."""
        with self._lock:
            self._closing = True
            if self._worker is not None:
                self._worker.kill()
        self._requests.put(None)
        self._thread.join()
        for number in self._listeners:
            self.ended.emit(number)
        self._listeners.clear()

    def _on_said(self, number: int, said: object, last: bool) -> None:
        with self._lock:
            self._unheard -= not last
            if last:
                self._cancelled.discard(number)
                self._amended.pop(number, None)
        if number not in self._listeners:
            return  # closed meanwhile
        then, heard = self._listeners[number]
        if last:
            del self._listeners[number]
            self.ended.emit(number)
            then(said)  # type: ignore[arg-type]
        else:
            self.moved.emit(number, said)
            if heard is not None:
                heard(said)  # type: ignore[arg-type]

    def _serve(self) -> None:
        while (request := self._requests.get()) is not None and not self._closing:
            if isinstance(request, str):
                with suppress(WorkerGoneError):  # the first request reports it
                    self._ready_worker()
                continue
            try:
                answer = self._answer(request)
            except WorkerGoneError as gone:
                answer = Failed(request.id, gone.sentence, GONE)
                self._tell(self.died, gone.sentence)
            except Exception:
                log.exception("%s: %s", path_of(request), FAULT)
                answer = Failed(request.id, FAULT)
            self._at_work = 0
            self._tell(self._said, request.id, answer, True)
        self._forget()

    def _answer(self, request: Request) -> Final:
        if request.id in self._cancelled:
            return Cancelled(request.id)
        worker = self._ready_worker()
        with self._lock:
            if request.id in self._cancelled:  # while the worker came up
                return Cancelled(request.id)
            self._at_work = request.id
            request = self._amended.pop(request.id, request)
        answer = worker.ask(request, lambda part: self._hear(request.id, part))
        if isinstance(answer, Failed) and answer.trace:
            log.error("%s: %s\n%s", path_of(request), answer.sentence, answer.trace[-KEPT_BYTES:])
            self._forget()  # after a fault, such as running out of memory, it is unreliable
        if self._digest is not None:
            self._digest(request, answer)
        return answer

    def _hear(self, number: int, part: Part) -> None:
        """Pass on what comes before an answer, but not a flood of progress.

        It must not pile up before a window that has other things to do.
        """
        with self._lock:
            if isinstance(part, Progressed) and self._unheard >= BACKLOG:
                return
            self._unheard += 1
        self._tell(self._said, number, part, False)

    def _ready_worker(self) -> Worker:
        worker = self._worker
        if worker is not None and worker.alive:
            return worker
        self._forget()
        with self._lock:
            if self._closing:
                raise WorkerGoneError("The analysis was stopped.")
            worker = self._worker = Worker(
                threads=self._threads, limits=self._limits, start=self._start
            )
        if self._behind:
            _put_behind(worker.pid)
        self._tell(self.engine_found, worker.prepare(self._model))
        return worker

    def _tell(self, signal: object, *values: object) -> None:
        if not self._closing:
            signal.emit(*values)  # type: ignore[attr-defined]

    def _forget(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


def _put_behind(pid: int) -> None:
    """Lower the priority of a process, before it has threads.

    Linux lowers the priority of one thread and of the threads that it starts later.
    """
    with suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            psutil.Process(pid).nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
            return
        psutil.Process(pid).nice(NICENESS)
        # Linux counts niceness among the processes of one session, and each worker has its own.
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS))
