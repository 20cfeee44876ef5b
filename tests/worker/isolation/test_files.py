"""What the program opens for a worker: the file and the memory of its request, and no others."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from dfgui.core.analysis_results import ScanSettings
from dfgui.core.media.facts import ViewSettings
from dfgui.core.values import Array
from dfgui.worker.messages import Render, Scan, ScoreFace, SharedPlace

if sys.platform != "linux":
    pytest.skip("workers elsewhere open files themselves", allow_module_level=True)

from dfgui.worker.isolation.files import FileClient, FileServer
from dfgui.worker.process import flags_of

READ = os.O_RDONLY | os.O_NONBLOCK
SCAN = Scan(1, b"/a/b.mp4", ScanSettings())
RENDER = Render(1, b"/a/b.mp4", 0, ViewSettings(), SharedPlace("psm_1", 0, 6))
FACE = ScoreFace(1, Array.of(np.zeros((1, 1, 3), np.uint8)))


@pytest.mark.parametrize(
    ("request_", "path", "flags"),
    [
        (SCAN, "/a/b.mp4", READ),
        (SCAN, "/a//b.mp4", READ),
        (SCAN, "/a/c.mp4", None),
        (SCAN, "/a", None),
        (SCAN, "/dev/shm/psm_1", None),
        (RENDER, "/a/b.mp4", READ),
        (RENDER, "/dev/shm/psm_1", os.O_RDWR),
        (RENDER, "/dev/shm/psm_2", None),
        (FACE, ".", None),
    ],
)
def test_a_request_lets_its_own_files_be_opened(
    request_: Scan | Render | ScoreFace, path: str, flags: int | None
) -> None:
    assert flags_of(request_, Path(path)) == flags


@pytest.fixture
def _refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every first attempt to open a path is refused, as Landlock does in a worker."""
    opened, seen = os.open, set[Path]()

    def refuse(path: Path, flags: int) -> int:
        if path not in seen:
            seen.add(path)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opened(path, flags)

    monkeypatch.setattr(os, "open", refuse)


@pytest.mark.usefixtures("_refused")
def test_what_the_program_opens_is_read_and_what_it_refuses_is_an_error(tmp_path: Path) -> None:
    given, other = tmp_path / "given", tmp_path / "other"
    given.write_bytes(b"evidence")
    other.write_bytes(b"secret")
    allowed = {given: READ, tmp_path / "missing": READ}
    server = FileServer(allowed.get)
    client = FileClient(os.dup(server.descriptor))
    server.start()
    try:
        handle = client.open(given, os.O_RDONLY)
        assert os.read(handle, 100) == b"evidence"
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(handle, b"x")
        os.close(handle)
        with pytest.raises(PermissionError, match="other"):
            client.open(other, os.O_RDONLY)
        with pytest.raises(FileNotFoundError, match="missing"):
            client.open(tmp_path / "missing", os.O_RDONLY)
    finally:
        client.close()
        server.close()
