"""What a worker is refused on this system, tried in a worker: rows for `dfgui selftest`."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dfgui.worker.isolation.attempts import ACTS, FILE, SOCKET
from dfgui.worker.isolation.provider import PROTECTIONS, Protection, isolation
from dfgui.worker.messages import Attempt, Attempted, Failed
from dfgui.worker.pool import Pool

Row = tuple[str, str, str, bool]
NOT_AVAILABLE = "not available"


def protections() -> Iterator[Row]:
    """Yield (what, expected, here, agrees) for each protection.

    Raises:
        RuntimeError: a worker did not answer; the sentence says why.
    """
    offered = isolation().offered()
    allowed = _allowed([name for name, (protection, _) in ACTS.items() if protection in offered])
    for protection in PROTECTIONS:
        if protection in offered:
            not_refused = ", ".join(name for name in allowed if ACTS[name][0] == protection)
            here = f"allowed: {not_refused}" if not_refused else "refused"
            yield _title(protection), "refused", here, not not_refused
        else:
            yield _title(protection), NOT_AVAILABLE, NOT_AVAILABLE, True


def _title(protection: Protection) -> str:
    return f"worker: {protection}"


def _allowed(names: list[str]) -> list[str]:
    """The acts among these that a worker was not refused."""
    if not names:
        return []
    answers: dict[int, Attempted] = {}
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        Path(folder, FILE).write_bytes(b"as it was")
        listening.bind(str(Path(folder, SOCKET)))
        listening.listen()
        requests = [Attempt(number, name, os.fsencode(folder)) for number, name in enumerate(names)]
        with Pool("") as pool:
            for message in pool.run(requests):
                if isinstance(message, Failed):
                    raise RuntimeError(message.sentence)
                if isinstance(message, Attempted):
                    answers[message.id] = message
    return [name for number, name in enumerate(names) if not answers[number].refusal]
