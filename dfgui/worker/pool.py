"""Several workers side by side: hands out requests, replaces dead workers, ends all at once."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress

from dfgui.worker.messages import FAULT, Failed, Final, Part, Progressed, Request
from dfgui.worker.process import BACKLOG, KEPT_BYTES, Limits, Worker, WorkerGoneError, path_of

log = logging.getLogger(__name__)

POLL_S = 0.25
Outcome = Final


class Pool:
    """Workers that answer requests in any order. A context manager; leaving it ends every worker.

    Args:
        model: folder of the model package.
        workers: how many; each gets its share of the processor's threads.
        limits: of each worker.
        start: command line of a worker, for tests.

    Attributes:
        engine: name and version of what runs the network, as the last worker to start said;
            None before one has started.
        unheard: outcomes that were ready but not yet given when it was stopped.
    """

    def __init__(
        self,
        model: str,
        *,
        workers: int = 1,
        limits: Limits | None = None,
        start: Sequence[str] | None = None,
    ) -> None:
        self.engine: str | None = None
        self.unheard: tuple[Outcome, ...] = ()
        self._said: queue.SimpleQueue[Progressed | Outcome] = queue.SimpleQueue()
        self._model = model
        self._limits = limits or Limits()
        self._start = start
        self._count = workers
        self._threads = max(1, (os.cpu_count() or 1) // workers)
        self._lock = threading.Lock()
        self._alive: set[Worker] = set()
        self._serving: list[threading.Thread] = []
        self._stopped = threading.Event()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, requests: Sequence[Request]) -> Iterator[Progressed | Outcome]:
        """Answer all requests; gives their progress and, once for each, its outcome, as they come.

        Ends early at `stop`. The workers start at once, not when the first outcome is asked for. A
        worker that dies costs the request it was on and is replaced.
        """
        waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        for request in requests:
            waiting.put(request)
        said = self._said = queue.SimpleQueue()
        serving = [
            threading.Thread(target=self._serve, args=(waiting, said), daemon=True)
            for _ in range(min(self._count, len(requests)))
        ]
        for thread in serving:
            thread.start()
            self._serving.append(thread)
        return self._heard(said, serving, len(requests))

    def _heard(
        self,
        said: queue.SimpleQueue[Progressed | Outcome],
        serving: Sequence[threading.Thread],
        missing: int,
    ) -> Iterator[Progressed | Outcome]:
        while missing and not self._stopped.is_set():
            try:
                # On Windows, Ctrl-C does not end an endless wait.
                message = said.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if self._stopped.is_set():
                break  # later messages only report killed workers
            missing -= not isinstance(message, Progressed)
            yield message
        for thread in serving:
            thread.join()
            self._serving.remove(thread)

    def stop(self) -> None:
        """End every worker at once.

        Outcomes that were not given yet go to `unheard`; no others come.
        """
        with self._lock:
            if not self._stopped.is_set():
                # Before the workers are killed: what comes then only reports that.
                self.unheard = tuple(self._queued_outcomes())
            self._stopped.set()
            for worker in self._alive:
                worker.kill()
        for thread in tuple(self._serving):
            thread.join()

    def _queued_outcomes(self) -> Iterator[Outcome]:
        with suppress(queue.Empty):
            while True:
                message = self._said.get_nowait()
                if not isinstance(message, Progressed):
                    yield message

    def _serve(
        self, waiting: queue.SimpleQueue[Request], said: queue.SimpleQueue[Progressed | Outcome]
    ) -> None:
        def heard(message: Part) -> None:
            if isinstance(message, Progressed) and said.qsize() < BACKLOG:
                said.put(message)

        worker: Worker | None = None
        while not self._stopped.is_set():
            try:
                request = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                if worker is None or not worker.alive:
                    self._forget(worker)
                    worker = self._new_worker()
                    self.engine = worker.prepare(self._model)
                outcome = worker.ask(request, heard)
                if isinstance(outcome, Failed) and outcome.trace:
                    log.error(
                        "%s: %s\n%s",
                        path_of(request),
                        outcome.sentence,
                        outcome.trace[-KEPT_BYTES:],
                    )
                    # After a fault, such as running out of memory, it cannot be relied on.
                    self._forget(worker)
                    worker = None
                said.put(outcome)
            except WorkerGoneError as gone:
                self._forget(worker)
                worker = None
                said.put(Failed(request.id, gone.sentence))
            except Exception:
                log.exception("%s: %s", path_of(request), FAULT)
                said.put(Failed(request.id, FAULT))
        self._forget(worker)

    def _new_worker(self) -> Worker:
        with self._lock:
            if self._stopped.is_set():
                raise WorkerGoneError("The analysis was stopped.")
            worker = Worker(threads=self._threads, limits=self._limits, start=self._start)
            self._alive.add(worker)
        return worker

    def _forget(self, worker: Worker | None) -> None:
        if worker is None:
            return
        with self._lock:
            self._alive.discard(worker)
        worker.close()
