"""What every isolation provider must hold: a base class of tests, run in a real worker."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfgui.worker.isolation.attempts import ACTS, FILE, SOCKET
from dfgui.worker.isolation.provider import Isolation, isolation
from dfgui.worker.messages import Attempt, Attempted
from dfgui.worker.process import Worker

CONTENT = b"as it was"


class IsolationProviderTest:
    """Subclass it for a provider, and give that as `provider`."""

    provider: Isolation

    @pytest.fixture(scope="class")
    @classmethod
    def worker(cls) -> Iterator[Worker]:
        assert type(isolation()) is type(cls.provider), "a worker would use another provider"
        worker = Worker(threads=2)
        worker.prepare("")
        yield worker
        worker.close()

    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        """A folder as an attempt needs it; its name is short enough for a Unix socket."""
        with tempfile.TemporaryDirectory() as name, socket.socket(socket.AF_UNIX) as listening:
            Path(name, FILE).write_bytes(CONTENT)
            listening.bind(str(Path(name, SOCKET)))
            listening.listen()
            yield Path(name)
            listening.setblocking(False)
            with pytest.raises(BlockingIOError):  # nobody has connected
                listening.accept()

    @pytest.mark.parametrize("act", ACTS)
    def test_the_act_is_refused(self, act: str, worker: Worker, folder: Path) -> None:
        if (protection := ACTS[act][0]) not in self.provider.offered():
            pytest.skip(f"this system does not offer the protection {protection!r}")
        before = looked_at(folder)
        answer = worker.ask(Attempt(1, act, os.fsencode(folder)), lambda part: None)
        assert isinstance(answer, Attempted)
        assert answer.refusal
        assert looked_at(folder) == before


def looked_at(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Rights, size and time of the last change of each file of a folder."""
    return {
        path.name: (path.lstat().st_mode, path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in folder.iterdir()
    }
