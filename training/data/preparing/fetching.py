"""Opens one video from a local path, an archive or a URL, and hashes it on the way."""

from __future__ import annotations

import errno
import hashlib
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import fsspec

from dfgui.core.errors import AnalysisError
from dfgui.core.media.container.packets import open_evidence
from dfgui.core.media.media_files import sample_indices
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video, open_media
from training.data.prepared.shards import PrepareSettings

CHUNK = 1 << 20
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # errors of the disk, not of the video
SMALLEST = 32  # side of a frame, pixels
ARCHIVES = 4  # zip files that stay open: one of 15,000 pictures takes 0.1 s to open
Beat = Callable[[], None]
T = TypeVar("T")


def wanted_indices(count: int, settings: PrepareSettings) -> list[int]:
    """Which of `count` frames are taken."""
    return (
        list(range(min(count, settings.frames)))
        if settings.first
        else sample_indices(count, settings.frames)
    )


def one_behind(look: Callable[[T], None], items: Iterator[T]) -> Iterator[None]:
    """Look at each item while the next one is decoded."""
    with ThreadPoolExecutor(1) as pool:
        looking: Future[None] | None = None
        for item in items:
            if looking is not None:
                looking.result()
            looking = pool.submit(look, item)
            yield
        if looking is not None:
            looking.result()


def require_size(width: int, height: int) -> None:
    """Check that pictures are large enough.

    Raises:
        AnalysisError: a side is below `SMALLEST` pixels.
    """
    if min(width, height) < SMALLEST:
        raise AnalysisError(
            f"its pictures have {width} x {height} pixels, expected at least {SMALLEST} x"
            f" {SMALLEST}"
        )


@contextmanager
def opened(path: Path, threads: int, beat: Beat) -> Iterator[Video | Still]:
    """A video or a still.

    Raises:
        AnalysisError: it cannot be read; the message does not name it.
    """
    try:
        video = open_media(path, threads=threads, progress=lambda *_: beat())
    except AnalysisError as error:
        raise AnalysisError(str(error).replace(f"{path} ", "it ", 1)) from error
    with video:
        yield video


@contextmanager
def fetched(path: str, scratch: Path, beat: Beat = lambda: None) -> Iterator[tuple[Path, int, str]]:
    """A local file with its bytes and SHA-256.

    A video in an archive or elsewhere is copied to `scratch` for that time.

    Raises:
        AnalysisError: it cannot be read; the message does not name it.
        OSError: the disk is full.
    """
    if "://" not in path:
        with _read_errors(), open_evidence(Path(path)) as file:
            size, digest = _copy(file, None, beat)
        yield Path(path), size, digest
        return
    local = scratch.with_name(scratch.name + Path(path.partition("::")[0]).suffix)
    try:
        with _read_errors(), _open(path) as file, local.open("wb") as copy:
            size, digest = _copy(file, copy, beat)
        yield local, size, digest
    finally:
        local.unlink(missing_ok=True)


@contextmanager
def _open(path: str) -> Iterator[BinaryIO]:
    member, _, archive = path.removeprefix("zip://").partition("::")
    if path.startswith("zip://") and archive and "://" not in archive:
        with _archive(archive, Path(archive).stat().st_mtime_ns).open(member) as file:
            yield cast(BinaryIO, file)
    else:
        with fsspec.open(path, "rb") as file:
            yield file


@lru_cache(ARCHIVES)
def _archive(path: str, changed_ns: int) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


@contextmanager
def _read_errors() -> Iterator[None]:
    try:
        yield
    except AnalysisError as error:
        raise AnalysisError(f"it cannot be read: {error}") from error
    except OSError as error:
        if error.errno in FULL:
            raise
        raise AnalysisError(f"it cannot be read ({error.strerror or error})") from error
    except Exception as error:  # every kind of file system has its own errors
        raise AnalysisError(f"it cannot be read ({error})") from error


def _copy(source: BinaryIO, target: BinaryIO | None, beat: Beat) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
        beat()
    return size, digest.hexdigest()
