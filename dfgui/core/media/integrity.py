"""The identity of an evidence file: hashing it, and checking that it stayed the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.media.container.packets import open_evidence
from dfgui.core.media.facts import FileState, HashedFile, OtherHash

CHUNK = 1 << 20


def hash_file(
    path: Path,
    *,
    others: Sequence[OtherHash] = (),
    progress: Callable[[int, int], None] | None = None,
) -> HashedFile:
    """Hash a regular file, read once in pieces of 1 MiB, and note its state.

    Args:
        path: The file.
        others: Digests to compute besides SHA-256.
        progress: Called after each piece with the bytes read so far and the size of the file.

    Raises:
        AnalysisError: the file is missing, not a regular file, empty or unreadable.
    """
    digests = {
        name: hashlib.new(name, usedforsecurity=False)
        for name in ("sha256", *dict.fromkeys(others))
    }
    done = 0
    with open_evidence(path) as file:
        before = os.fstat(file.fileno())
        try:
            while piece := file.read(CHUNK):
                for digest in digests.values():
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
    return HashedFile(
        digests["sha256"].hexdigest(),
        FileState.of(after),
        {name: digests[name].hexdigest() for name in others},
    )


def check_unchanged(
    path: Path,
    evidence: HashedFile,
    *,
    thorough: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Compare a file with what it was when it was hashed.

    Its state is compared, and its hash if the state differs: a copy restored in its place or a
    change of its permissions alters no byte.

    Args:
        path: The file.
        evidence: What it was.
        thorough: Hash it again in any case, as before an export: whoever writes to a file can set
            its times back.
        progress: As in `hash_file`.

    Raises:
        AnalysisError: it changed or cannot be read any more.
    """
    try:
        state = FileState.of(path.stat())
    except OSError as error:
        raise AnalysisError(
            "{path} disappeared while it was read; no result was made.", path=path
        ) from error
    if state == evidence.state and not thorough:
        return
    if hash_file(path, progress=progress).sha256 != evidence.sha256:
        raise AnalysisError(
            "{path} changed while it was read; no result was made, so analyse a copy that nothing"
            " writes to.",
            path=path,
        )
