"""Rules for every test: no screen, no network, no user settings, no leaks of the window's tests."""

import gc
import os
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings

# These machines are noisy: no example fails for being slow.
settings.register_profile("noisy", deadline=None)
settings.load_profile("noisy")

# The screen is wide enough for every panel of the window; Qt's own without a file has 800 pixels.
# On Windows the colon of a drive would end the option.
SCREEN = Path(__file__).parent / "data" / "screen.json"
SCREEN = SCREEN if os.name == "posix" else Path(os.path.relpath(SCREEN))
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# The tests outside of these must do without Qt.
TIDY = tuple(Path(__file__).parent / name for name in ("e2e", "services", "ui"))
TRAINING = Path(__file__).parent / "training"
GRACE_S = 5.0
SHARED = Path("/dev/shm")
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        os.environ[f"XDG_{name}_HOME"] = str(Path(home, name.lower()))


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A read-only model package whose logit is (mean red - 128) / 16."""
    from tests.support.packages import make_package

    return make_package(tmp_path_factory.mktemp("models") / "red-mean")


@pytest.fixture(scope="module", autouse=True)
def _tidy_module(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check that what a whole file of tests shares is gone at its end."""
    yield from _tidy(request)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the training tests last.

    After each test of the window all objects are searched, and TensorFlow has very many.
    """
    items.sort(key=lambda item: TRAINING in item.path.parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember which tests failed: what a failure's traceback holds cannot be freed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(autouse=True)
def _tidy_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check that what a test makes is gone at its end."""
    yield from _tidy(request)


def _tidy(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail if there are new widgets, timers, threads, processes or shared memory at the end."""
    if not any(folder in request.path.parents for folder in TIDY):
        yield
        return
    before = _alive()
    yield
    getattr(request.node, "funcargs", {}).clear()  # pytest's own references to what fixtures made
    if any(
        item.stash.get(FAILED, False)
        for item in request.session.items
        if request.node in item.listchain()
    ):
        return
    until = time.monotonic() + GRACE_S
    while left := _left_since(before):
        if time.monotonic() > until:
            pytest.fail("left behind: " + "; ".join(left))
        gc.collect()
        time.sleep(0.02)


def _left_since(before: dict[str, dict[Any, str]]) -> list[str]:
    _finish_deleting()
    left = [
        f"{kind} {name}"
        for kind, now in _alive().items()
        for key, name in now.items()
        if key not in before[kind]
    ]
    return [
        name
        for name in left
        if not name.startswith("shared memory") or not _is_held_elsewhere(name.split()[-1])
    ]


def _finish_deleting() -> None:
    """Let Qt delete what is waiting for it, which outside of a loop needs an explicit request."""
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[call-overload]
        QCoreApplication.processEvents()


def _alive() -> dict[str, dict[Any, str]]:
    """What is alive now, by kind: each object with a text that describes it."""
    from PySide6.QtCore import QThread, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import isValid

    objects = [
        one for one in gc.get_objects() if issubclass(type(one), QTimer | QThread) and isValid(one)
    ]
    processes = [one for one in psutil.Process().children(recursive=True) if not _is_tracker(one)]
    return {
        "widget": {
            one: f"{type(one).__name__} {one.windowTitle()!r}"
            for one in QApplication.topLevelWidgets()
        },
        "timer": {
            one: repr(one.parent()) for one in objects if isinstance(one, QTimer) and one.isActive()
        },
        "Qt thread": {
            one: repr(one) for one in objects if isinstance(one, QThread) and one.isRunning()
        },
        "thread": {one: one.name for one in threading.enumerate()},
        "process": {one: str(one.pid) for one in processes},
        "shared memory": {path: path.name for path in SHARED.glob("psm_*")},
    }


def _is_tracker(process: psutil.Process) -> bool:
    """Whether this is Python's own helper, which stays until the end.

    It removes shared memory that a killed program leaves.
    """
    try:
        return (
            process.status() == psutil.STATUS_ZOMBIE
            or "multiprocessing.resource_tracker" in " ".join(process.cmdline())
        )
    except psutil.NoSuchProcess:
        return True


def _is_held_elsewhere(name: str) -> bool:
    """Whether another program, such as a window open during the tests, made that shared memory."""
    mine = {os.getpid(), *(child.pid for child in psutil.Process().children(recursive=True))}
    for process in psutil.process_iter():
        try:
            if (
                process.pid not in mine
                and name in Path("/proc", str(process.pid), "maps").read_text()
            ):
                return True
        except OSError:
            continue
    return False
