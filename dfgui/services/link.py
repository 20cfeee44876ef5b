"""One worker process as the window sees it: requests go in, answers come back in the window's thread, a dead one is replaced."""

from __future__ import annotations

import itertools
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final as Constant

from PySide6.QtCore import QObject, Signal

from dfgui.worker.messages import FAULT, Cancelled, Failed, Final, Part, Request
from dfgui.worker.process import KEPT_BYTES, Limits, Worker, WorkerGoneError, path_of

log = logging.getLogger(__name__)

PREPARE: Constant = "prepare"
GONE: Constant = "the worker ended"
"""`trace` of a `Failed` that says so: the same request may well succeed with the next worker."""
Then = Callable[[Final], None]
Heard = Callable[[Part], None]
_numbers = itertools.count(1)


def new_id() -> int:
    """A number for a request; no two in one program are alike."""
    return next(_numbers)


class Link(QObject):
    """A thread that owns a worker and asks it one request after another.

    Args:
        model: folder of the model package, empty for a worker that only shows.
        threads: processor threads of the worker; 0 for as many as there are cores.
        parent: owner.
        limits: of the worker.
        start: command line of the worker, for tests.
        digest: called in the link's thread with each answer before anyone hears of it, to copy what lies in shared memory.
    """

    engine_found = Signal(str)
    """A worker came up: name and version of what runs its network."""
    died = Signal(str)
    """The worker ended unexpectedly: the sentence. The next request starts another one."""
    _said = Signal(int, object, bool)

    def __init__(
        self,
        model: str,
        *,
        threads: int = 0,
        parent: QObject | None = None,
        limits: Limits | None = None,
        start: Sequence[str] | None = None,
        digest: Callable[[Request, Final], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._threads = model, threads or os.cpu_count() or 1
        self._limits, self._start, self._digest = limits, start, digest
        self._requests: queue.SimpleQueue[Request | str | None] = queue.SimpleQueue()
        self._listeners: dict[int, tuple[Then, Heard | None]] = {}
        self._lock = threading.Lock()
        self._cancelled: set[int] = set()
        self._worker: Worker | None = None
        self._closing = False
        self._said.connect(self._on_said)
        self._thread = threading.Thread(target=self._serve, name="link", daemon=True)
        self._thread.start()

    def ask(self, request: Request, then: Then, heard: Heard | None = None) -> int:
        """Queue a request.

        Args:
            request: with an id from `new_id`.
            then: called once, in the window's thread, with the answer, `Failed` or `Cancelled`; not after `close`.
            heard: called with what is said on the way.

        Returns:
            The request's id.
        """
        self._listeners[request.id] = then, heard
        self._requests.put(request)
        return request.id

    def cancel(self, number: int) -> None:
        """Give up a request, whether it waits or is worked on; its answer, most likely `Cancelled`, still comes."""
        with self._lock:
            self._cancelled.add(number)
            if self._worker is not None:
                self._worker.cancel(number)

    def prepare(self) -> None:
        """Start the worker now, so that the first request need not wait for it."""
        self._requests.put(PREPARE)

    @property
    def pid(self) -> int | None:
        """Process id of the worker; None where there is none."""
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
        self._listeners.clear()

    def _on_said(self, number: int, said: object, last: bool) -> None:
        if number not in self._listeners:
            return  # closed meanwhile
        then, heard = self._listeners[number]
        if last:
            del self._listeners[number]
            then(said)  # type: ignore[arg-type]
        elif heard is not None:
            heard(said)  # type: ignore[arg-type]

    def _serve(self) -> None:
        while (request := self._requests.get()) is not None and not self._closing:
            if isinstance(request, str):
                with suppress(WorkerGoneError):  # the first request will say so
                    self._ready_worker()
                continue
            try:
                answer = self._answer(request)
            except WorkerGoneError as gone:
                answer = Failed(request.id, str(gone), GONE)
                self._tell(self.died, str(gone))
            except Exception:
                log.exception("%s: %s", path_of(request), FAULT)
                answer = Failed(request.id, FAULT)
            with self._lock:
                self._cancelled.discard(request.id)
            self._tell(self._said, request.id, answer, True)
        self._forget()

    def _answer(self, request: Request) -> Final:
        if request.id in self._cancelled:
            return Cancelled(request.id)
        worker = self._ready_worker()
        answer = worker.ask(request, lambda part: self._tell(self._said, request.id, part, False))
        if isinstance(answer, Failed) and answer.trace:
            log.error("%s: %s\n%s", path_of(request), answer.sentence, answer.trace[-KEPT_BYTES:])
            self._forget()  # after a fault, out of memory for one, it is not to be relied upon
        if self._digest is not None:
            self._digest(request, answer)
        return answer

    def _ready_worker(self) -> Worker:
        worker = self._worker
        if worker is not None and worker.alive:
            return worker
        self._forget()
        with self._lock:
            if self._closing:
                raise WorkerGoneError("The analysis was stopped.")
            worker = self._worker = Worker(threads=self._threads, limits=self._limits, start=self._start)
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
