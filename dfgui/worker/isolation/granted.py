"""What a worker may still read: the program, what it runs on, and how many cores there are."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path

from dfgui.resources import program_folders

# OpenVINO, OpenCV and NumPy ask for the cores, their caches and the share that a container has.
PROCESSOR = (
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/sys/fs/cgroup/cpu",
    "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpuset",
    "/sys/fs/cgroup/cpuset.cpus.effective",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/self",
)


def readable(model: bytes) -> list[Path]:
    """Files and folders that a worker needs once it has started, without the evidence.

    Libraries of the system are not among them: those that it needs are loaded by then.

    Args:
        model: folder of its model package; empty if it has none.
    """
    folders = [*program_folders(), *map(Path, PROCESSOR)]
    if getattr(sys, "frozen", False):
        # PyInstaller keeps the modules that are imported late in the program's own file.
        folders.append(Path(sys.executable))
    else:
        folders += map(Path, _python())
    if model:
        folders.append(Path(os.fsdecode(model)))
    return folders


def _python() -> set[str]:
    """Python's own folders and those of installed packages."""
    paths = sysconfig.get_paths()
    found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found |= set(site.getsitepackages())
    if site.ENABLE_USER_SITE:
        found.add(site.getusersitepackages())
    return found
