"""What the frozen program's folder holds, and what it does not."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import pytest

from dfgui.resources import resource, training_command

LARGEST_LEAN = 750_000_000


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


@pytest.fixture(scope="module")
def files(frozen: Path, bundled: Path) -> list[Path]:
    return _files(frozen) + (_files(bundled) if not bundled.is_relative_to(frozen) else [])


@pytest.fixture(scope="module")
def lean(frozen: Path) -> bool:
    return not list(frozen.glob("dfgui-training*"))


def test_size_of_a_lean_build(files: list[Path], lean: bool) -> None:
    if not lean:
        pytest.skip("this build holds TensorFlow")
    assert sum(path.stat().st_size for path in files) < LARGEST_LEAN


def test_a_lean_build_holds_nothing_of_the_training(files: list[Path], lean: bool) -> None:
    if not lean:
        pytest.skip("this build holds TensorFlow")
    assert [
        path
        for path in files
        if re.search(r"tensorflow|keras|scipy/|sklearn", str(path), re.IGNORECASE)
    ] == []


def test_models_demo_and_cascades_are_the_source_trees(bundled: Path) -> None:
    for part in ("models", "demo", "icons", "help", "translations"):
        for path in _files(resource(part)):
            if path.suffix not in (".py", ".pyc"):
                copy = bundled / "resources" / path.relative_to(resource())
                assert (
                    hashlib.sha256(copy.read_bytes()).digest()
                    == hashlib.sha256(path.read_bytes()).digest()
                ), path
    cascades = {path.name for path in (bundled / "cv2" / "data").glob("*.xml")}
    assert cascades == {"haarcascade_frontalface_alt2.xml", "haarcascade_profileface.xml"}


def test_qts_dialogs_speak_the_languages_of_the_window(files: list[Path]) -> None:
    codes = {path.stem.partition("_")[2] for path in resource("translations").glob("*.ts")}
    assert {path.name for path in files if path.suffix == ".qm"} == {
        f"qtbase_{code}.qm" for code in codes
    }


def test_nothing_of_the_source_tree_and_no_broken_link(frozen: Path, bundled: Path) -> None:
    assert [
        path for name in ("dfgui", "training", "tests") for path in (bundled / name).rglob("*.py")
    ] == []
    links = [
        path for folder in (frozen, bundled) for path in folder.rglob("*") if path.is_symlink()
    ]
    assert [link for link in links if not link.exists()] == []


def test_what_is_not_used_is_left_out(files: list[Path]) -> None:
    unused = re.compile(
        r"WebEngine|Qt6?(Quick|Qml|Pdf|Charts|3D|Designer)|ffmpegmediaplugin|gtk-3"
        r"|openvino_(tensorflow|pytorch|intel_[gn]pu)"
    )
    assert [path for path in files if unused.search(path.name)] == []


def test_terms_of_every_part_are_there(bundled: Path) -> None:
    folder = bundled / "resources" / "licences"
    assert "GPL-3.0-or-later" in (folder / "README.md").read_text(encoding="utf-8")
    listed = (folder / "PACKAGES.txt").read_text(encoding="utf-8")
    for name in (
        "av",
        "opencv-python-headless",
        "openvino",
        "numpy",
        "pillow",
        "pillow_heif",
        "msgspec",
        "pyqtgraph",
        "pyinstaller",
        "python",
    ):
        texts = _files(folder / "packages" / name)
        assert any(
            "license" in path.name.lower() or "copying" in path.name.lower() for path in texts
        ), name
        assert name == "python" or re.search(rf"^{name} \d", listed, re.MULTILINE), name
    # Qt's packages contain no licence text: it is next to the README.
    assert re.search(r"^PySide6 \S+: LGPL-3.0-only", listed, re.MULTILINE)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (folder / "LGPL-3.0.txt").read_text(
        encoding="utf-8"
    )


def test_the_window_finds_the_training_program_beside_its_own(
    monkeypatch: pytest.MonkeyPatch, frozen: Path, lean: bool
) -> None:
    program = next(path for path in frozen.iterdir() if path.stem == "dfgui-window")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert training_command() == (
        None if lean else [str(frozen / ("dfgui-training" + program.suffix))]
    )


def test_the_source_tree_starts_the_training_as_a_module() -> None:
    # The tests run where everything is installed.
    assert training_command() == [sys.executable, "-P", "-m", "training"]
