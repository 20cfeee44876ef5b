"""Bundled files are found in each of the three places the program may be in."""

import sys
from pathlib import Path

import pytest

from dfgui import resources

PROJECT = Path(__file__).resolve().parents[2]


def test_source_tree() -> None:
    assert (
        resources.resource("demo", "portrait.mp4")
        == PROJECT / "resources" / "demo" / "portrait.mp4"
    )


def test_no_parts_is_the_folder_itself() -> None:
    assert resources.resource() == PROJECT / "resources"


def test_frozen_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.resource("models", "a") == tmp_path / "resources" / "models" / "a"


def test_installed_folder_wins_over_a_neighbour(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "dfgui"
    (package / "_resources").mkdir(parents=True)
    (tmp_path / "resources").mkdir()  # another package's
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.resource("demo") == package / "_resources" / "demo"
