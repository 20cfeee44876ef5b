"""A wheel of the project, installed outside the source tree, brings its resources."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PROBE = """
import sys
import dfgui
from dfgui.resources import resource
print(dfgui.__file__)
print(resource("demo", "portrait.mp4"))
assert resource("demo", "portrait.mp4").is_file()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(folder),
            str(PROJECT),
        ],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("dfgui-*.whl")
    return built


def test_contents(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "dfgui/__main__.py",
        "dfgui/_resources/demo/portrait.mp4",
        "dfgui/_resources/translations/dfgui_de.ts",
        "training/__init__.py",
    } <= names
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "dfgui",
        "training",
    }
    assert "dfgui/_resources/demo/make_demo.py" not in names
    # 60 MB that no program reads
    assert not any(name.startswith("dfgui/_resources/experiments/") for name in names)
    bundled = {
        path.relative_to(PROJECT / "resources").as_posix()
        for path in (PROJECT / "resources").rglob("*")
        if path.is_file()
    }
    shipped = {
        name.removeprefix("dfgui/_resources/")
        for name in names
        if name.startswith("dfgui/_resources/")
    }
    of_the_source_tree = {
        name
        for name in bundled
        if name.startswith(("experiments/", "packaging/")) or "__pycache__" in name
    }
    assert bundled - of_the_source_tree - shipped <= {"demo/make_demo.py", "help/window.png"}


def test_installed_outside_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--no-deps",
            "--no-index",
            "--target",
            str(target),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    # -S keeps out this environment's packages, and with them the source tree.
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROBE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    package, clip = (Path(line) for line in done.stdout.splitlines())
    assert package == target / "dfgui" / "__init__.py"
    assert clip == target / "dfgui" / "_resources" / "demo" / "portrait.mp4"
