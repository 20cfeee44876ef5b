"""`dfgui models` through the real program."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dfgui.cli.main import app
from dfgui.resources import resource
from tests.support.program import (
    run,
)

WIDE = {"COLUMNS": "400"}


@pytest.mark.skipif(
    not resource("models", "xception-face", "card.json").is_file(),
    reason="no bundled model package",
)
def test_models() -> None:
    for arguments in (("models",), ("models", "check")):
        done = run(*arguments)
        assert done.returncode == 0
        assert b"xception-face" in done.stdout
        assert b"face-check" in done.stdout
        assert b"likelihood ratio from 1/" in done.stdout
        assert b"cannot be chosen with --model" in done.stdout
        assert (b"verified" in done.stdout) is (arguments[1:] == ("check",))


def test_the_check_of_faces_is_no_network_to_choose(clips: Path) -> None:
    done = CliRunner(env=WIDE).invoke(app, ["scan", str(clips), "--model", "face-check"])
    assert done.exit_code == 2
    assert (
        "face-check is the check that tells faces from patterns, not a network that scores faces"
        in done.stderr
    )
