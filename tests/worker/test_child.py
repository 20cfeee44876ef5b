"""What a worker limits for itself before it reads evidence."""

from __future__ import annotations

import subprocess
import sys
import tempfile

import pytest

MOST = 64 << 20  # bytes, as docs/THREATS.md promises
WRITE = f"""
import os
from dfgui.worker.child import _limit
_limit(1 << 30)
os.lseek(2, {MOST} - 1, os.SEEK_SET)  # takes no disk space
written = os.write(2, b"ab")
try:
    os.write(2, b"c")
except OSError as error:
    print(written, error.strerror)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the limit")
def test_standard_error_is_bounded() -> None:
    with tempfile.TemporaryFile() as words:
        done = subprocess.run(
            [sys.executable, "-c", WRITE], stdout=subprocess.PIPE, stderr=words, text=True
        )
        assert words.seek(0, 2) == MOST
    assert (done.returncode, done.stdout) == (0, "1 File too large\n")
