"""The frozen program under test: DFGUI_FROZEN names its folder.

Without it these tests are not collected; `dev.py package` sets it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

collect_ignore_glob = [] if "DFGUI_FROZEN" in os.environ else ["test_*.py"]
Run = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="session")
def frozen() -> Path:
    """Folder of the frozen program."""
    return Path(os.environ["DFGUI_FROZEN"]).resolve()


@pytest.fixture(scope="session")
def bundled(frozen: Path) -> Path:
    """Folder of the bundled files: next to the program, or where a macOS app bundle has it."""
    return frozen.parent / "Frameworks" if frozen.name == "MacOS" else frozen / "_internal"


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine without Python and without the source tree; no screen."""
    (tmp_path / "empty").mkdir()
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "LANG") if name in os.environ}
    return kept | {
        "PATH": str(tmp_path / "empty"),
        "HOME": str(tmp_path),
        "USERPROFILE": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
    }


@pytest.fixture
def command(frozen: Path) -> Callable[..., list[str]]:
    """Command line of one of the programs."""
    suffix = ".exe" if sys.platform == "win32" else ""
    return lambda name, *arguments: [str(frozen / (name + suffix)), *map(str, arguments)]


@pytest.fixture
def run(command: Callable[..., list[str]], alone: dict[str, str], tmp_path: Path) -> Run:
    """Run one of the programs to its end in an empty folder; fail if a traceback is printed."""

    def start(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            command(name, *arguments),
            cwd=tmp_path,
            env=alone,
            capture_output=True,
            timeout=240,
            check=False,
        )
        assert b"Traceback" not in done.stderr + done.stdout, done.stderr.decode(errors="replace")
        return done

    return start
