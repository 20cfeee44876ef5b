"""Several workers beside each other: hands out requests, replaces a worker that died, ends all at once."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterator, Sequence

from dfgui.worker.messages import Failed, Inspected, Progressed, Request, Scanned
from dfgui.worker.process import Limits, Worker, WorkerGoneError

log = logging.getLogger(__name__)

Outcome = Scanned | Inspected | Failed


class Pool:
    """Workers that answer requests in any order. A context manager; leaving it ends every worker.

    Args:
        model: folder of the model package.
        workers: how many; each gets its share of the processor's threads.
        limits: of each worker.
        start: command line of a worker, for tests.
    """

    def __init__(self, model: str, *, workers: int = 1, limits: Limits | None = None, start: Sequence[str] | None = None) -> None:
        self._model = model
        self._limits = limits or Limits()
        self._start = start
        self._count = workers
        self._threads = max(1, (os.cpu_count() or 1) // workers)
        self._lock = threading.Lock()
        self._alive: set[Worker] = set()
        self._stopped = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def run(self, requests: Sequence[Request]) -> Iterator[Progressed | Outcome]:
        """Answer all requests; gives their progress and, once for each, its outcome, as they come.

        A worker that dies costs the request it was on and is replaced.
        """
        waiting: queue.SimpleQueue[Request] = queue.SimpleQueue()
        for request in requests:
            waiting.put(request)
        said: queue.SimpleQueue[Progressed | Outcome] = queue.SimpleQueue()
        for _ in range(min(self._count, len(requests))):
            threading.Thread(target=self._serve, args=(waiting, said), daemon=True).start()
        missing = len(requests)
        while missing:
            message = said.get()
            missing -= not isinstance(message, Progressed)
            yield message

    def stop(self) -> None:
        """End every worker at once; outcomes that were not given yet will not come."""
        with self._lock:
            self._stopped = True
            for worker in self._alive:
                worker.kill()
            self._alive.clear()

    def _serve(self, waiting: queue.SimpleQueue[Request], said: queue.SimpleQueue[Progressed | Outcome]) -> None:
        worker: Worker | None = None
        while not self._stopped:
            try:
                request = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                worker = worker or self._new_worker()
                said.put(worker.ask(request, said.put))
            except WorkerGoneError as gone:
                self._forget(worker)
                worker = None
                said.put(Failed(request.id, str(gone)))
            except Exception:
                log.exception("request %d", request.id)
                said.put(Failed(request.id, "The analysis of this file stopped because of a fault in the program; the log says where."))
        self._forget(worker)

    def _new_worker(self) -> Worker:
        worker = Worker(self._model, threads=self._threads, limits=self._limits, start=self._start)
        with self._lock:
            if self._stopped:
                worker.kill()
                raise WorkerGoneError("The analysis was stopped.")
            self._alive.add(worker)
        return worker

    def _forget(self, worker: Worker | None) -> None:
        if worker is None:
            return
        with self._lock:
            self._alive.discard(worker)
        worker.kill()
