"""Isolation on Linux: Landlock for files, seccomp for system calls. Neither needs any right."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

from dfgui.worker.isolation import landlock, seccomp
from dfgui.worker.isolation.provider import Isolation, Protection

PR_SET_NO_NEW_PRIVS = 38
THREADS = Path("/proc/self/task")


class LinuxIsolation(Isolation):
    """Landlock (Linux 5.13) refuses files; seccomp refuses sockets and programs."""

    def offered(self) -> frozenset[Protection]:
        """What this kernel and processor offer."""
        found: set[Protection] = set()
        if landlock.version() > 0:
            found |= {"writing", "reading"}
        if seccomp.offered():
            found |= {"network", "programs"}
        return frozenset(found)

    def enter(self, readable: Sequence[Path]) -> None:
        """Take the rights from the only thread, and so from all that it starts later."""
        # Landlock restricts the thread that asks and its children; one that already runs keeps its
        # rights, and the others could use them.
        threads = len(os.listdir(THREADS))
        if threads != 1:
            raise RuntimeError(f"expected one thread before the isolation, received {threads}")
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no_new_privs was refused")
        offered = self.offered()
        if "reading" in offered:
            landlock.restrict(readable)
        if "network" in offered:
            seccomp.restrict()
