"""Acts that a worker is refused, to test its isolation. Each is harmless if it succeeds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dfgui.core import opening
from dfgui.worker.isolation.provider import Protection

FILE, SOCKET = "file", "socket"
"""What lies in the folder of an attempt: a file with content, and a Unix socket that is listened
to."""
DISCARD = ("127.0.0.1", 9)
"""This machine, at the port of a service that throws away what it gets."""
Act = Callable[[Path], object]


def attempt(name: str, folder: Path) -> str:
    """Try the act of this name.

    Args:
        name: a key of `ACTS`.
        folder: made for this attempt, with `FILE` and `SOCKET` in it.

    Returns:
        What the system said when it refused; empty if the act was not refused.
    """
    try:
        ACTS[name][1](folder)
    except PermissionError as error:
        return str(error.strerror)
    except OSError:  # nobody listens, for example: that is no refusal
        return ""
    return ""


def _tcp(_folder: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.connect(DISCARD)


def _udp(_folder: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"", DISCARD)


def _unix(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(str(folder / SOCKET))


def _listen(_folder: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.bind(("127.0.0.1", 0))
        one.listen()


def _shrink(_folder: Path) -> None:
    descriptor = os.memfd_create("shared")
    try:
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _fork(_folder: Path) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _priority(_folder: Path) -> None:
    parent = os.getppid()
    os.setpriority(os.PRIO_PROCESS, parent, os.getpriority(os.PRIO_PROCESS, parent))


def _cores(_folder: Path) -> None:
    parent = os.getppid()
    os.sched_setaffinity(parent, os.sched_getaffinity(parent))


def _scheduler(_folder: Path) -> None:
    parent = os.getppid()
    os.sched_setscheduler(parent, os.sched_getscheduler(parent), os.sched_getparam(parent))


ACTS: dict[str, tuple[Protection, Act]] = {
    "tcp": ("network", _tcp),
    "udp": ("network", _udp),
    "unix": ("network", _unix),
    "listen": ("network", _listen),
    "create": ("writing", lambda folder: (folder / "new").write_bytes(b"")),
    "append": ("writing", lambda folder: (folder / FILE).open("ab").close()),
    "truncate": ("writing", lambda folder: os.truncate(folder / FILE, 0)),
    "shrink": ("writing", _shrink),
    "rename": ("writing", lambda folder: (folder / FILE).rename(folder / "renamed")),
    "remove": ("writing", lambda folder: (folder / FILE).unlink()),
    "make folder": ("writing", lambda folder: (folder / "made").mkdir()),
    "link": ("writing", lambda folder: (folder / "link").symlink_to(FILE)),
    "rights": ("writing", lambda folder: (folder / FILE).chmod(0o400)),
    "times": ("writing", lambda folder: os.utime(folder / FILE, (0, 0))),
    "read": ("reading", lambda folder: (folder / FILE).read_bytes()),
    # By way of the program, which opens the evidence of a request.
    "ask": ("reading", lambda folder: os.close(opening.open_file(folder / FILE, os.O_RDONLY))),
    "list": ("reading", lambda folder: os.listdir(folder)),
    "fork": ("programs", _fork),
    "start": ("programs", lambda _: subprocess.run([sys.executable, "-c", ""], check=True)),
    # Signal 0 asks whether a signal could be sent.
    "signal": ("programs", lambda _: os.kill(os.getppid(), 0)),
    # Each sets what is set already.
    "priority": ("programs", _priority),
    "cores": ("programs", _cores),
    "scheduler": ("programs", _scheduler),
    "memory": ("programs", lambda _: Path(f"/proc/{os.getppid()}/mem").open("rb").close()),
}
"""Name: what should refuse it, and the act."""
