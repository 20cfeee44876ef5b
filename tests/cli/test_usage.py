"""Wrong usage ends with 2 before any work, and help and version are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import dfgui
from dfgui.cli.main import app
from tests.support.clips import make_clip
from tests.support.packages import read_card, write_card
from tests.support.program import (
    run,
)

WIDE = {"COLUMNS": "400"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scan",), "Missing argument"),
        (("scan", "x.mp4", "--frames", "0"), "--frames"),
        (("scan", "x.mp4", "--frames", "9" * 30), "--frames"),
        (("scan", "x.mp4", "--faces", "cat"), "--faces"),
        (("scan", "x.mp4", "--workers", "0"), "--workers"),
        (("scan", "x.mp4", "--model", "no-such-model"), "no-such-model"),
        (("occlude", "x.mp4"), "--out"),
        (("occlude", "x.mp4", "--out", "o", "--frame", "1", "--time", "2"), "not both"),
        (("occlude", "x.mp4", "--out", "o", "--patch", "10", "--stride", "11"), "stride"),
        (("occlude", "x.mp4", "--out", "o", "--region", "1,2,3"), "X,Y,W,H"),
        (("occlude", "x.mp4", "--out", "o", "--region", "1,2,0,3"), "at least 1"),
        (("export", "x.mp4", "--out", "o", "--frame", "-1"), "--frame"),
        (("models", "chek"), "chek"),
        (("scam",), "scam"),
    ],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...], words: str, package: Path) -> None:
    model = (
        ()
        if "--model" in arguments or arguments[0] not in ("scan", "occlude", "export")
        else ("--model", str(package))
    )
    done = CliRunner(env=WIDE).invoke(app, [*arguments, *model])
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("command", ["", "scan", "occlude", "export", "models", "selftest"])
def test_help(command: str) -> None:
    done = CliRunner(env=WIDE).invoke(app, [*command.split(), "--help"], prog_name="dfgui")
    assert done.exit_code == 0
    assert f"Usage: dfgui {command}" in done.stdout


def test_wrong_usage_ends_the_program_with_2() -> None:
    assert run("scan").returncode == 2


def test_version() -> None:
    assert run("--version").stdout == f"dfgui {dfgui.__version__}\n".encode()


@pytest.mark.parametrize("fault", ["changed byte", "no card", "wrong field"])
def test_a_refused_package_is_named_and_ends_with_2(
    fault: str, clips: Path, package: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "suspect-net"
    broken.mkdir()
    for file in package.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    if fault == "changed byte":
        data = bytearray((broken / "model.bin").read_bytes())
        data[0] ^= 1
        (broken / "model.bin").write_bytes(data)
    elif fault == "no card":
        (broken / "card.json").unlink()
    else:
        write_card(broken, read_card(broken) | {"input_size": "wide"})
    done = run("scan", clips, "--model", broken, "--json", "-")
    assert done.returncode == 2
    assert b"suspect-net" in done.stderr
    assert done.stdout == b""


@pytest.mark.parametrize("place", ["file/out.json", "folder"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    place: str, clips: Path, package: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for option in ("--json", "--csv"):
        done = run("scan", clips, "--model", package, option, tmp_path / place, environment=WIDE)
        assert done.returncode == 2
        assert str(tmp_path / place) in done.stderr.decode()


def test_evidence_is_never_written_over(package: Path, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", codec="ffv1", frames=2)
    before = path.read_bytes()
    done = run(
        "scan", path, "--model", package, "--json", tmp_path / "." / "clip.mkv", environment=WIDE
    )
    assert done.returncode == 2
    assert b"will not be written over" in done.stderr
    assert path.read_bytes() == before
