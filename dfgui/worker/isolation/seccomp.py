"""seccomp by one system call: a filter that refuses sockets, programs and what Landlock misses.

It refuses by name and not the other way round: which calls a library makes changes with its
version and with the C library, and a worker that dies of a new one reads no evidence.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator

from dfgui.worker.isolation.system_calls import (
    CLONE,
    CLONE3,
    IOCTL,
    NEWEST_KNOWN,
    OWN_PROCESS,
    REFUSED,
)

PR_GET_SECCOMP, PR_SET_SECCOMP, MODE_FILTER = 21, 22, 2
PROCESSORS = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the numbers of calls, and the kernel's number of the processor."""
X32_CALLS = 0x40000000
"""On x86-64, calls from this number on are those of 32-bit addresses."""
CLONE_THREAD = 0x00010000
TERMINAL_AND_FLAGS = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Requests of ioctl that ask for a terminal's settings and size (TCGETS, TCGETS2, TIOCGWINSZ) and
those for a descriptor's own state (FIONREAD, FIONBIO, FIONCLEX, FIOCLEX). Others can change the
attributes of a file that is open for reading."""

# Where `struct seccomp_data` holds them: the call's number, the processor, the low half of an
# argument. Both processors store the low half first.
NUMBER_AT, PROCESSOR_AT, ARGUMENTS_AT = 0, 4, 16
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ALLOW, ERROR = 0x80000000, 0x7FFF0000, 0x00050000

Instruction = tuple[int, int, int, int]


def offered() -> bool:
    """Whether the kernel has seccomp and the numbers of this processor's calls are known."""
    libc = ctypes.CDLL(None, use_errno=True)
    return platform.machine() in PROCESSORS and libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def restrict() -> None:
    """Put the filter in force for this thread and all that it starts. Needs no_new_privs.

    Raises:
        OSError: the kernel refuses it.
    """
    program = b"".join(
        struct.pack("=HBBI", *step) for step in _filter(platform.machine(), os.getpid())
    )
    steps = ctypes.create_string_buffer(program, len(program))
    count = len(program) // struct.calcsize("=HBBI")
    header = struct.pack("@HP", count, ctypes.addressof(steps))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, MODE_FILTER, header, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"seccomp: {os.strerror(error)}")


def _filter(machine: str, process: int) -> Iterator[Instruction]:
    """The filter, as instructions (code, steps to skip if true, if false, operand)."""
    column, processor = PROCESSORS[machine]
    yield LOAD, 0, 0, PROCESSOR_AT
    yield JUMP_EQUAL, 1, 0, processor
    yield RETURN, 0, 0, KILL
    yield LOAD, 0, 0, NUMBER_AT
    yield from _refuse(JUMP_AT_LEAST, X32_CALLS, errno.EPERM)
    yield from _refuse(JUMP_EQUAL, CLONE3[column], errno.ENOSYS)  # the C library then uses clone
    for numbers in REFUSED.values():
        if (number := numbers[column]) is not None:
            yield from _refuse(JUMP_EQUAL, number, errno.EPERM)
    yield from _refuse(JUMP_AT_LEAST, NEWEST_KNOWN + 1, errno.ENOSYS)
    for numbers in OWN_PROCESS.values():
        number = numbers[column]
        assert number is not None
        # 0 is the process itself, or its group, in which it is alone.
        yield from _only_with(number, 0, [(JUMP_EQUAL, 0), (JUMP_EQUAL, process)])
    yield from _only_with(CLONE[column], 0, [(JUMP_ANY_BIT, CLONE_THREAD)])
    yield from _only_with(
        IOCTL[column], 1, [(JUMP_EQUAL, request) for request in TERMINAL_AND_FLAGS]
    )
    yield RETURN, 0, 0, ALLOW


def _refuse(test: int, operand: int, error: int) -> Iterator[Instruction]:
    yield test, 0, 1, operand
    yield RETURN, 0, 0, ERROR | error


def _only_with(number: int, argument: int, tests: list[tuple[int, int]]) -> Iterator[Instruction]:
    """Allow a call if the low half of an argument passes one of the tests, else refuse it."""
    count = len(tests)
    yield JUMP_EQUAL, 0, count + 3, number
    yield LOAD, 0, 0, ARGUMENTS_AT + 8 * argument
    for place, (test, operand) in enumerate(tests):
        yield test, count - place, 0, operand
    yield RETURN, 0, 0, ERROR | errno.EPERM
    yield RETURN, 0, 0, ALLOW
