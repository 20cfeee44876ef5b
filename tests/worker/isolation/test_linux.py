"""The isolation of Linux in a real worker, and that its tests would see what is allowed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image, ImageCms

if sys.platform != "linux":
    pytest.skip("Landlock and seccomp are Linux's", allow_module_level=True)

from dfgui.resources import resource
from dfgui.worker.isolation.attempts import ACTS, FILE
from dfgui.worker.isolation.linux import LinuxIsolation
from tests.worker.isolation.provider import CONTENT, IsolationProviderTest

# Another process of the same user may be read or not, as the system is set up.
DEPENDS = {"memory"}
ALL_ACTS = """
import sys
from pathlib import Path
from dfgui.worker.isolation.attempts import ACTS, FILE, attempt
for number, act in enumerate(ACTS):
    folder = Path(sys.argv[1], str(number))
    folder.mkdir()
    (folder / FILE).write_bytes(b"")
    print(act, attempt(act, folder), sep=":")
"""
TWO_THREADS = """
import sys, threading
from dfgui.worker.isolation.linux import LinuxIsolation
threading.Thread(target=threading.Event().wait, daemon=True).start()
try:
    LinuxIsolation().enter([])
except RuntimeError as error:
    print(error)
"""
READS_ONE = """
import sys
from pathlib import Path
from dfgui.worker.isolation.linux import LinuxIsolation
given, other = Path(sys.argv[1]), Path(sys.argv[2])
LinuxIsolation().enter([given, Path("not there")])
print(given.read_bytes())
try:
    other.read_bytes()
except PermissionError:
    print("refused")
"""
LATE_LIBRARIES = """
import sys
from pathlib import Path
from dfgui.core.media.video import open_media
from dfgui.worker.child import load_readers

def libraries():
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {line.split()[-1] for line in lines if ".so" in line}

load_readers()
before = libraries()
for path in sys.argv[1:]:
    open_media(Path(path)).close()
print(*sorted(libraries() - before), sep="\\n", end="")
"""


class TestLinux(IsolationProviderTest):
    provider = LinuxIsolation()


def run(script: str, *arguments: Path) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, check=True, text=True
    ).stdout.splitlines()


def test_without_isolation_the_same_acts_succeed(tmp_path: Path) -> None:
    said = dict(line.split(":", 1) for line in run(ALL_ACTS, tmp_path))
    assert set(said) == set(ACTS)
    assert {act for act, refusal in said.items() if refusal} <= DEPENDS


def test_a_process_with_two_threads_is_not_isolated_by_half() -> None:
    assert run(TWO_THREADS) == ["expected one thread before the isolation, received 2"]


def test_only_what_is_given_can_be_read(tmp_path: Path) -> None:
    if "reading" not in LinuxIsolation().offered():
        pytest.skip("this kernel does not offer Landlock")
    given, other = tmp_path / FILE, tmp_path / "other"
    given.write_bytes(CONTENT)
    other.write_bytes(CONTENT)
    assert run(READS_ONE, given, other) == [repr(CONTENT), "refused"]


def test_no_picture_needs_a_library_that_is_not_loaded_yet(tmp_path: Path) -> None:
    """An isolated worker could not load it if it lies among those of the system."""
    picture, paths = Image.new("RGB", (64, 64), (9, 60, 200)), []
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for suffix in ("jpg", "png", "webp", "tif", "avif", "bmp", "jp2", "ppm"):
        paths.append(tmp_path / f"still.{suffix}")
        picture.save(paths[-1], icc_profile=profile)
    paths.append(tmp_path / "still.heic")
    pillow_heif.from_pillow(picture).save(paths[-1])
    assert run(LATE_LIBRARIES, *paths, resource("demo", "portrait.mp4")) == []
