"""The worker's side: takes requests, answers them, and ends with its parent."""

from __future__ import annotations

import faulthandler
import os
import queue
import sys
import threading
import traceback
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO

import cv2
import msgspec

from dfgui.core.card import load_package
from dfgui.core.detector import Detector, engine, has_bf16
from dfgui.core.errors import AnalysisError
from dfgui.core.inspection import inspect_file
from dfgui.core.results import printable
from dfgui.core.scan import Progress, scan_file
from dfgui.worker.messages import (
    FAULT,
    MEMORY,
    Answer,
    Failed,
    Inspect,
    Inspected,
    Progressed,
    Ready,
    Request,
    Scan,
    Scanned,
    Setup,
    Stage,
    receive_request,
    send,
)


def main() -> None:
    """Answer requests on standard input until it closes; nothing but messages goes to standard output."""
    inlet, outlet = _private_pipes()
    faulthandler.enable()
    setup = receive_request(inlet)
    if not isinstance(setup, Setup):
        return
    _limit_memory(setup.memory_bytes)
    requests = _requests_of(inlet)
    try:
        station = Station(setup)
    except Exception as error:
        send(outlet, _failure(0, error, setup.memory_bytes))
        return
    send(outlet, Ready(engine()))
    while True:
        request = requests.get()
        send(outlet, station.answer(request, partial(_report, outlet, request.id)))


def _report(outlet: BinaryIO, number: int, stage: str, done: int, total: int) -> None:
    send(outlet, Progressed(number, msgspec.convert(stage, Stage), done, total))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Own copies of standard input and output; what libraries print then goes to standard error."""
    inlet, outlet = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return inlet, outlet


def _limit_memory(limit: int) -> None:
    """A hard limit from the system where it offers one, twice what is allowed: the parent, which watches the memory, ends it first.

    Libraries that run out of memory speak of damaged files instead, so the hard limit must stay the last resort.
    """
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (2 * limit, 2 * limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _requests_of(inlet: BinaryIO) -> queue.Queue[Request]:
    """Requests as they come; when the parent is gone the process ends at once, whatever it is doing."""
    requests: queue.Queue[Request] = queue.Queue()

    def read() -> None:
        try:
            while isinstance(request := receive_request(inlet), Scan | Inspect):
                requests.put(request)
        finally:
            os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return requests


class Station:
    """The tools of one worker: its network, for scores and for maps, with a share of the processor."""

    def __init__(self, setup: Setup) -> None:
        cv2.setNumThreads(setup.threads)
        self._threads = setup.threads
        self._memory_bytes = setup.memory_bytes
        self._package = load_package(Path(os.fsdecode(setup.model)))
        self._detector = Detector(self._package, threads=setup.threads)

    @cached_property
    def _mapper(self) -> Detector:
        return Detector(self._package, threads=self._threads, precision="bf16" if has_bf16() else "f32")

    def answer(self, request: Request, progress: Progress) -> Answer:
        """Do what is asked; every exception becomes a `Failed`."""
        try:
            return self._do(request, progress)
        except Exception as error:
            return _failure(request.id, error, self._memory_bytes)

    def _do(self, request: Request, progress: Progress) -> Answer:
        path = Path(os.fsdecode(request.path))
        if isinstance(request, Scan):
            return Scanned(request.id, scan_file(path, self._detector, request.settings, threads=self._threads, progress=progress))
        result = inspect_file(path, self._detector, lambda: self._mapper, request.settings, threads=self._threads, progress=progress)
        return Inspected(request.id, result)


def _failure(number: int, error: Exception, memory_bytes: int) -> Failed:
    if isinstance(error, AnalysisError):
        return Failed(number, printable(str(error)))
    if isinstance(error, MemoryError) or (isinstance(error, cv2.error) and error.code == cv2.Error.StsNoMem):
        return Failed(number, MEMORY.format(memory_bytes >> 20), traceback.format_exc())
    return Failed(number, FAULT, traceback.format_exc())
