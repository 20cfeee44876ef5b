"""What a worker may still read once it has started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from dfgui.worker.isolation.granted import readable


def test_a_frozen_program_reads_its_own_file_where_late_modules_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "dfgui"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_internal"), raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert {program, tmp_path / "_internal"} <= set(readable(b""))


def test_the_folder_of_the_model_package_is_read(tmp_path: Path) -> None:
    assert tmp_path in readable(os.fsencode(tmp_path))
    assert tmp_path not in readable(b"")
