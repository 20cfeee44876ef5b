"""The worker's side: takes requests, answers them, and ends with its parent."""

from __future__ import annotations

import faulthandler
import os
import queue
import sys
import threading
from contextlib import suppress
from typing import BinaryIO

from dfgui.core import opening
from dfgui.core.media.stills.stills import load_readers
from dfgui.core.network.engine import ENGINE
from dfgui.worker.handlers import Handlers, failure
from dfgui.worker.isolation.files import CHANNEL, FileClient
from dfgui.worker.isolation.granted import readable
from dfgui.worker.isolation.provider import isolation
from dfgui.worker.messages import (
    Answer,
    Cancel,
    Ready,
    Request,
    Setup,
)
from dfgui.worker.protocol import (
    receive_request,
    send,
)

STDERR_BYTES = 64 << 20
"""The most bytes that a worker may write to standard error."""


def main() -> None:
    """Answer requests on standard input until it closes.

    Nothing but messages goes to standard output.
    """
    inlet, outlet = _private_pipes()
    faulthandler.enable()
    setup = receive_request(inlet)
    if not isinstance(setup, Setup):
        return
    _limit(setup.memory_bytes)
    try:
        _isolate(setup.model)
    except Exception as error:
        send(outlet, failure(0, error, setup.memory_bytes))
        return
    desk = _Desk(inlet, outlet)
    try:
        handlers = Handlers(setup, desk.say, desk.is_cancelled)
    except Exception as error:
        desk.say(failure(0, error, setup.memory_bytes))
        return
    desk.say(Ready(ENGINE.name() if setup.model else ""))
    with suppress(Exception):  # the request that needs it reports it
        for _ in handlers.warm_up():
            if desk.has_request:
                break
    while True:
        desk.say(handlers.answer(desk.next()))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Own copies of standard input and output; what libraries print then goes to standard error."""
    inlet, outlet = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return inlet, outlet


def _limit(memory_bytes: int) -> None:
    """Set the system's limits, if it has them: for memory, twice what is allowed.

    The parent watches the memory and ends the worker first. Libraries that run out of memory report
    damaged files instead, so the hard limit must stay the last resort.
    """
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (2 * memory_bytes, 2 * memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # Standard error is a file, the one thing that a worker can write to.
        resource.setrlimit(resource.RLIMIT_FSIZE, (STDERR_BYTES, STDERR_BYTES))


def _isolate(model: bytes) -> None:
    """Give up what a worker does not need, before it has threads and before it sees evidence.

    Raises:
        OSError, RuntimeError: the system offers it, and it could not be put in force.
    """
    load_readers()
    if CHANNEL in os.environ:
        opening.open_file = FileClient(int(os.environ[CHANNEL])).open
    isolation().enter(readable(model))


class _Desk:
    """Takes in requests and sends out answers.

    When the parent is gone the process ends at once, whatever it is doing.
    """

    def __init__(self, inlet: BinaryIO, outlet: BinaryIO) -> None:
        self._inlet, self._outlet = inlet, outlet
        self._writing = threading.Lock()
        self._requests: queue.Queue[Request] = queue.Queue()
        self._cancelled: set[int] = set()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            while (message := receive_request(self._inlet)) and not isinstance(message, Setup):
                if isinstance(message, Cancel):
                    self._cancelled.add(message.id)
                else:
                    self._requests.put(message)
        finally:
            os._exit(0)

    def next(self) -> Request:
        """Wait for the next request and return it."""
        return self._requests.get()

    @property
    def has_request(self) -> bool:
        """Whether a request waits."""
        return not self._requests.empty()

    def say(self, answer: Answer) -> None:
        """Send an answer; from any thread."""
        with self._writing:
            send(self._outlet, answer)

    def is_cancelled(self, number: int) -> bool:
        """Whether the parent no longer wants an answer to this request."""
        return number in self._cancelled
