"""The identity of an evidence file: its SHA-256, size and times.

The module also checks that the file stayed the same while it was read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.media.packets import open_evidence

CHUNK = 1 << 20


@dataclass(frozen=True)
class HashedFile:
    """One file as it was found.

    Attributes:
        path: Absolute path, as text.
        sha256: Hex SHA-256 of its bytes.
        size: Bytes.
        modified_utc: Time of the last change to its content, ISO 8601 with microseconds, UTC.
        modified_ns: The same in nanoseconds since 1970, as exact as the file system keeps it.
    """

    path: str
    sha256: str
    size: int
    modified_utc: str
    modified_ns: int


def hash_file(path: Path, *, progress: Callable[[int, int], None] | None = None) -> HashedFile:
    """Hash a regular file, read in pieces of 1 MiB, and note its size and times.

    Args:
        path: The file.
        progress: Called after each piece with the bytes read so far and the size of the file.

    Raises:
        AnalysisError: the file is missing, not a regular file, empty or unreadable.
    """
    digest, state = _hash(path, progress)
    modified = datetime.fromtimestamp(state.st_mtime_ns // 10**9, UTC).replace(
        microsecond=state.st_mtime_ns % 10**9 // 1000
    )
    return HashedFile(
        os.path.abspath(path),
        digest,
        state.st_size,
        modified.isoformat(timespec="microseconds"),
        state.st_mtime_ns,
    )


def check_unchanged(
    evidence: HashedFile, *, progress: Callable[[int, int], None] | None = None
) -> None:
    """Compare a file with what it was: size and time first, then the hash.

    Raises:
        AnalysisError: it changed or cannot be read any more.
    """
    path = Path(evidence.path)
    try:
        state = path.stat()
    except OSError as error:
        raise AnalysisError(
            "{path} disappeared while it was read; no result was made.", path=path
        ) from error
    same = (state.st_size, state.st_mtime_ns) == (evidence.size, evidence.modified_ns)
    if not same or hash_file(path, progress=progress).sha256 != evidence.sha256:
        raise AnalysisError(
            "{path} changed while it was read; no result was made, so analyse a copy that nothing"
            " writes to.",
            path=path,
        )


def _hash(path: Path, progress: Callable[[int, int], None] | None) -> tuple[str, os.stat_result]:
    digest, done = hashlib.sha256(), 0
    with open_evidence(path) as file:
        before = os.fstat(file.fileno())
        try:
            while piece := file.read(CHUNK):
                digest.update(piece)
                done += len(piece)
                if progress is not None:
                    progress(done, before.st_size)
        except OSError as error:
            raise AnalysisError(
                "{path} cannot be read to its end ({strerror}); check the disk it is on.",
                path=path,
                strerror=error.strerror,
            ) from error
        after = os.fstat(file.fileno())
    if (done, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise AnalysisError(
            "{path} changed while it was read; analyse a copy that nothing writes to.", path=path
        )
    return digest.hexdigest(), after
