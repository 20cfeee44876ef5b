"""Files that are replaced whole: a crash leaves the older file, or none, never a part of one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: Path, *, keeps_suffix: bool = False, durable: bool = False) -> Iterator[Path]:
    """A temporary file next to `path`, which it replaces if the block ends without an error.

    Its name holds the number of the process, since a worker of a killed run may still be writing.

    Args:
        path: the file to write; its folder exists.
        keeps_suffix: the temporary file ends in the suffix of `path`, for writers that go by it.
        durable: file and name survive a loss of power.

    Yields:
        The temporary file, not made yet. After an error it is gone.
    """
    suffix = path.suffix if keeps_suffix else ""
    part = path.with_name(f"{path.name}.{os.getpid()}.part{suffix}")
    try:
        yield part
        if durable:
            sync(part)
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    if durable:
        sync(path.parent)


def replace_file(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Write `data` to `path`, as `replacing` does."""
    with replacing(path, durable=durable) as part:
        part.write_bytes(data)


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a loss of power, if the system can."""
    if path.is_dir() and os.name != "posix":
        return
    # Windows syncs only what is open for writing, and a folder can only be opened for reading.
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
