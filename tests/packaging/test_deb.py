"""What the Debian package puts on a system."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import dfgui

PACKAGING = Path(__file__).resolve().parents[2] / "resources" / "packaging"

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's")


@pytest.fixture(scope="module")
def root(frozen: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deb") / "root"
    program = (
        "import sys, pathlib, make_deb; make_deb.stage(pathlib.Path(sys.argv[1]),"
        " pathlib.Path(sys.argv[2]))"
    )
    environment = os.environ | {"PYTHONPATH": str(PACKAGING)}
    subprocess.run(
        [sys.executable, "-c", program, str(frozen), str(folder)], env=environment, check=True
    )
    return folder


def test_control(root: Path) -> None:
    control = (root / "DEBIAN" / "control").read_text(encoding="utf-8")
    assert f"\nVersion: {dfgui.__version__}\n" in control
    depends = next(line for line in control.splitlines() if line.startswith("Depends: "))
    assert re.search(r"libc6 \(>= 2\.\d+\)", depends)
    assert {"libegl1", "libxcb-cursor0", "libpulse0"} <= set(
        depends.removeprefix("Depends: ").split(", ")
    )


def test_commands_lead_to_the_programs(root: Path) -> None:
    for name in ("dfgui", "dfgui-window"):
        assert (root / "usr" / "bin" / name).readlink() == Path("/opt/dfgui", name)
        assert os.access(root / "opt" / "dfgui" / name, os.X_OK)


def test_desktop_entry_opens_videos_and_stills(root: Path) -> None:
    entry = root / "usr/share/applications/dfgui.desktop"
    fields = dict(
        line.split("=", 1) for line in entry.read_text(encoding="utf-8").splitlines() if "=" in line
    )
    assert fields["Exec"] == "/opt/dfgui/dfgui-window %F"
    assert {"video/mp4", "video/quicktime", "video/x-matroska", "video/webm", "image/jpeg"} <= set(
        fields["MimeType"].split(";")
    )
    if shutil.which("desktop-file-validate"):
        done = subprocess.run(
            ["desktop-file-validate", str(entry)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (0, "")


def test_icons(root: Path) -> None:
    hicolor = root / "usr/share/icons/hicolor"
    for size in (16, 32, 48, 256):
        with Image.open(hicolor / f"{size}x{size}/apps/dfgui.png") as picture:
            assert (picture.size, picture.mode) == ((size, size), "RGBA")
    assert (hicolor / "scalable/apps/dfgui.svg").is_file()
