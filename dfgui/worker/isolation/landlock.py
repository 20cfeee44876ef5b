"""Landlock by its three system calls: this process may read what it is given, and write nothing.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Sequence
from pathlib import Path

# The same numbers on every processor.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""For the versions that added some: how many rights to files there are, from bit 0 on."""
NETWORK_VERSION, NETWORK_RIGHTS = 4, 0b11
"""To bind and to connect a TCP socket."""
SCOPE_VERSION, SCOPES = 6, 0b11
"""Abstract Unix sockets and signals: those outside can no longer be reached."""


def version() -> int:
    """The version of Landlock that the kernel has; 0 if there is none or it is switched off."""
    return max(0, int(_libc().syscall(CREATE_RULESET, None, 0, VERSION_FLAG)))


def restrict(readable: Sequence[Path]) -> None:
    """Let this thread, and those that it starts, read these files and folders and no others.

    Nothing can be opened for writing, made, renamed or removed, and no program can be started.

    Raises:
        OSError: the kernel refuses it.
    """
    ruleset = _new_ruleset(version())
    try:
        for path in readable:
            _allow(ruleset, path)
        _call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _new_ruleset(known: int) -> int:
    """A ruleset that handles, and so refuses, all that this version of Landlock knows."""
    rights = max(count for since, count in FILE_RIGHTS.items() if since <= known)
    fields = [(1 << rights) - 1]
    if known >= NETWORK_VERSION:
        fields.append(NETWORK_RIGHTS)
    if known >= SCOPE_VERSION:
        fields.append(SCOPES)
    attributes = struct.pack(f"={len(fields)}Q", *fields)
    return _call(CREATE_RULESET, attributes, len(attributes), 0)


def _allow(ruleset: int, path: Path) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        # A right to list folders is an error for a file.
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        rights = READ_FILE | READ_DIR if folder else READ_FILE
        _call(ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc().syscall(number, *arguments))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"Landlock: {os.strerror(error)}")
    return result


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
