"""Make the environment on a fresh machine, then run one command (standard library only)."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("DFGUI_VENV", ROOT / ".venv")).absolute()
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
USAGE = """usage: python3 dev.py COMMAND

  demo     open the window on the bundled demo clips; without a screen, scan them
  test     run the tests; further arguments go to pytest. --changed: those that a change since the
           last commit can reach; --cov: and say which lines no test reaches
  check    ruff, mypy, the import rules and a search for dead code
  bench    run the benchmarks; further arguments go to pytest
  translations
           bring the languages of the window up to date with the code, and begin those named by
           a code; --check only says what is left, --clean removes what the code no longer has
  docs     build the site of help and documents, in dist/docs/site; fetches nothing
  package  build what is installed elsewhere, and test it: in dist/ a wheel, the folder of a
           program that needs no Python, and on Debian a package made from it

DFGUI_VENV names another folder for the environment than .venv. DFGUI_LEAN=1 packages without \
the training and TensorFlow."""

SITE_PAGES = (
    "*.md",
    "docs/**/*.md",
    "resources/help/*",
    "resources/models/*/*.md",
    "tests/data/*.md",
)
# What PySide6 links against and a bare Debian or Ubuntu lacks: windows on X11 and Wayland, drawing,
# fonts, sound.
QT_PACKAGES = (
    "libdbus-1-3 libdrm2 libegl1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0 libgssapi-krb5-2"
    " libpulse0 libwayland-client0 libwayland-cursor0 libwayland-egl1 libx11-6 libx11-xcb1"
    " libxcb-cursor0 libxcb-glx0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0"
    " libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1"
    " libxcb-xfixes0 libxcb-xkb1 libxext6 libxkbcommon-x11-0 libxkbcommon0 libxrandr2"
)
# The window system's plugin is loaded by name at run time, so importing Qt says nothing about it.
QT_PROBE = """
import ctypes, PySide6.QtWidgets, PySide6.QtMultimedia
from PySide6.QtCore import QLibraryInfo
ctypes.CDLL(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath) + "/platforms/libqxcb.so")
"""


def program(name: str) -> str:
    """Return the path of a program of the environment."""
    return str(BIN / (name + (".exe" if os.name == "nt" else "")))


def run(*command: str) -> int:
    """Run a command in the project's folder and return its exit status."""
    print("+ " + shlex.join(command), file=sys.stderr, flush=True)
    return subprocess.call(command, cwd=ROOT)


def require_python() -> None:
    """Stop with one sentence if this Python cannot make the environment."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(
            f"dfgui needs Python 3.11, 3.12 or 3.13, and this is {sys.version.split()[0]}: start"
            " dev.py with one of those."
        )
    if not Path(program("python")).exists() and importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python cannot make environments; run `sudo apt-get install python3-venv` and"
            " start dev.py again."
        )


def install(target: str) -> None:
    """Install the project into the environment, unless the same was done before.

    Args:
        target: "." for the program alone, ".[dev]" for everything; the second holds the first.
    """
    stamp = VENV / "dfgui-installed"
    files = (ROOT / name for name in ("pyproject.toml", "constraints.txt"))
    digest = hashlib.sha256(
        b"\0".join([*(file.read_bytes() for file in files), os.fsencode(ROOT)])
    ).hexdigest()
    if stamp.exists() and stamp.read_text() in (f"{digest} {target}", f"{digest} .[dev]"):
        return
    if not Path(program("python")).exists() and run(sys.executable, "-m", "venv", str(VENV)):
        sys.exit(f"The environment {VENV} could not be made; the lines above say why.")
    if run(
        program("python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "-c",
        "constraints.txt",
        "-e",
        target,
    ):
        sys.exit("The packages could not be installed; the lines above say why.")
    stamp.write_text(f"{digest} {target}")


def qt_loads() -> bool:
    """Say whether Qt and its window plugin find every library they need."""
    return subprocess.run([program("python"), "-c", QT_PROBE], capture_output=True).returncode == 0


def provide_qt_libraries() -> None:
    """Install Qt's system libraries on Debian or Ubuntu if allowed, else print the command."""
    if not sys.platform.startswith("linux") or not shutil.which("apt-get") or qt_loads():
        return
    is_root = os.geteuid() == 0
    may_sudo = (
        not is_root
        and shutil.which("sudo")
        and subprocess.call(["sudo", "-n", "true"], stderr=subprocess.DEVNULL) == 0
    )
    if is_root or may_sudo:
        prefix = [] if is_root else ["sudo", "-n"]
        run(*prefix, "apt-get", "update", "-q")
        run(
            *prefix,
            "apt-get",
            "install",
            "-q",
            "-y",
            "--no-install-recommends",
            *QT_PACKAGES.split(),
        )
        if qt_loads():
            return
    line = "sudo apt-get install --no-install-recommends " + QT_PACKAGES
    print(
        f"Qt lacks system libraries; the window will not open until this line was run:\n  {line}",
        file=sys.stderr,
    )


def demo() -> int:
    """Open the window on the demo clips; without a screen, print what a scan says of them."""
    has_screen = not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return (
        run(program("dfgui"), "demo")
        if has_screen
        else run(program("dfgui"), "scan", str(Path("resources", "demo")))
    )


def test(*arguments: str) -> int:
    """Run the tests."""
    if "--changed" in arguments:
        rest = (argument for argument in arguments if argument != "--changed")
        return run(program("python"), "-m", "tests.changed", *rest)
    return run(program("pytest"), *arguments)


def check() -> int:
    """Run every static check, even after one fails; 0 if all passed."""
    commands = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["vulture"],
        ["python", "-m", "tests.translations", "--check"],
    )
    return max([run(program(name), *rest) != 0 for name, *rest in commands])


def bench(*arguments: str) -> int:
    """Run the benchmarks."""
    return run(program("pytest"), "-m", "benchmark", "tests/benchmarks", *arguments)


def translations(*arguments: str) -> int:
    """Collect the texts of the code into the files of the languages."""
    return run(program("python"), "-m", "tests.translations", *arguments)


def docs() -> int:
    """Build the site from the pages where they lie, so links between them hold.

    Zensical reads one folder alone, so the pages are copied first.
    """
    project = ROOT / "dist" / "docs"
    shutil.rmtree(project, ignore_errors=True)
    for pattern in SITE_PAGES:
        for page in ROOT.glob(pattern):
            place = project / "pages" / page.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(page, place)
    shutil.copyfile(ROOT / "docs" / "zensical.toml", project / "zensical.toml")
    return run(
        program("zensical"), "build", "--strict", "--config-file", str(project / "zensical.toml")
    )


def package() -> int:
    """Build the wheel and the frozen program, test the program, and make the Debian package.

    Stops at the first step that fails.
    """
    frozen = Path("dist", "dfgui")
    os.environ["DFGUI_FROZEN"] = str(frozen)
    steps = [
        [program("python"), "-m", "build", "--wheel", "--no-isolation"],
        [program("pyinstaller"), "build_app.spec", "--noconfirm"],
        [program("pytest"), "tests/packaging"],
    ]
    if shutil.which("dpkg-deb"):
        steps.append(
            [
                program("python"),
                str(Path("resources", "packaging", "make_deb.py")),
                str(frozen),
                "dist",
            ]
        )
    return next((status for step in steps if (status := run(*step))), 0)


def main(arguments: list[str]) -> int:
    """Prepare the environment and run one command; returns its exit status, 2 for wrong usage."""
    commands = {
        "demo": demo,
        "test": test,
        "check": check,
        "bench": bench,
        "translations": translations,
        "docs": docs,
        "package": package,
    }
    name, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if name not in commands or (rest and name in ("demo", "check", "docs", "package")):
        print(USAGE, file=sys.stderr)
        return 2
    require_python()
    install("." if name == "demo" else ".[dev]")
    provide_qt_libraries()
    return commands[name](*rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
