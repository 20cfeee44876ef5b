"""Evidence that attacks: modules planted next to it are not executed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.support.clips import make_clip
from tests.support.program import SCORE_RED_170, Y_RED_170


@pytest.mark.parametrize("module", ["av", "numpy", "msgspec", "dfgui"])
def test_a_planted_module_is_not_executed(module: str, package: Path, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    make_clip(evidence / "clip.mkv", codec="ffv1", frames=2, flat=(Y_RED_170, 128, 128))
    trap = tmp_path / "executed"
    (evidence / f"{module}.py").write_text(
        f"from pathlib import Path\nPath({str(trap)!r}).touch()\nraise SystemExit(3)\n"
    )
    # -P: as the console program starts, without the current directory in the module search path.
    program = [
        sys.executable,
        "-P",
        "-m",
        "dfgui",
        "scan",
        ".",
        "--json",
        "-",
        "--faces",
        "whole",
        "--model",
        str(package),
    ]
    done = subprocess.run(program, cwd=evidence, capture_output=True, timeout=120, check=False)
    assert not trap.exists()
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert [result["score"] for result in msgspec.json.decode(done.stdout)["results"]] == [
        SCORE_RED_170
    ]
