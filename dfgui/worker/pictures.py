"""Pictures in shared memory, written by a worker and copied out by the window.

The window makes a segment with a few places; a worker writes into one of them.
"""

from __future__ import annotations

import mmap
import os
import sys
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dfgui.core import opening
from dfgui.worker.messages import SharedPlace

PICTURE_BYTES, VALUE_BYTES = 4, 2
"""For each pixel: blue, green, red, 255; and a float16."""


class Segment:
    """Shared memory for pictures of up to `pixels` pixels, made by the window, which closes it.

    Raises:
        OSError, ValueError, OverflowError: there is not so much memory.
    """

    def __init__(self, pixels: int, places: int) -> None:
        self._size = pixels * (PICTURE_BYTES + VALUE_BYTES)
        self._memory = shared_memory.SharedMemory(create=True, size=self._size * places)
        try:
            _reserve(self._memory)
        except OSError:
            self.close()
            raise
        self._free = list(range(places))

    @property
    def name(self) -> str:
        """The name by which a worker finds it."""
        return self._memory.name

    def take(self) -> SharedPlace | None:
        """A place that nothing else uses; None if there is none."""
        if not self._free:
            return None
        return SharedPlace(self.name, self._free.pop() * self._size, self._size)

    def give_back(self, place: SharedPlace) -> None:
        """Let the place be used again."""
        self._free.append(place.offset // self._size)

    def read(
        self, place: SharedPlace, width: int, height: int, *, values: bool
    ) -> tuple[NDArray[np.uint8], NDArray[np.float16] | None]:
        """Copy out a picture, (H, W, 4) uint8, and the values behind it, (H, W) float16.

        Raises:
            ValueError: a picture of this size does not fit into the place.
        """
        if width * height * (PICTURE_BYTES + VALUE_BYTES) > place.size:
            raise ValueError(
                f"expected a picture of at most {place.size} bytes, received {width} x {height}"
                " pixels"
            )
        pixels = width * height
        picture = (
            np.frombuffer(self._bytes, np.uint8, pixels * PICTURE_BYTES, place.offset)
            .reshape(height, width, 4)
            .copy()
        )
        if not values:
            return picture, None
        start = place.offset + pixels * PICTURE_BYTES
        return (
            picture,
            np.frombuffer(self._bytes, np.float16, pixels, start).reshape(height, width).copy(),
        )

    @property
    def _bytes(self) -> memoryview:
        assert self._memory.buf is not None, "the segment is closed"
        return self._memory.buf

    def close(self) -> None:
        """Give the memory back; a worker that still uses it keeps access to it."""
        self._memory.close()
        self._memory.unlink()


class Writer:
    """The worker's side: holds the segment that was named last."""

    def __init__(self) -> None:
        self._name = ""
        self._memory: shared_memory.SharedMemory | mmap.mmap | None = None

    def write(
        self, place: SharedPlace, picture: NDArray[np.uint8], values: NDArray[np.float32] | None
    ) -> None:
        """Write a picture and the values behind it.

        Raises:
            ValueError: they do not fit into the place.
        """
        if picture.nbytes + (0 if values is None else values.size * VALUE_BYTES) > place.size:
            raise ValueError(
                f"expected a picture of at most {place.size} bytes, received {picture.nbytes}"
            )
        memory = self._attached(place.segment)
        np.frombuffer(memory, np.uint8, picture.nbytes, place.offset)[:] = picture.reshape(-1)
        if values is not None:
            np.frombuffer(memory, np.float16, values.size, place.offset + picture.nbytes)[:] = (
                values.reshape(-1)
            )

    def close(self) -> None:
        """Let go of the segment."""
        if self._memory is not None:
            self._memory.close()
            self._memory = None

    def _attached(self, name: str) -> memoryview | mmap.mmap:
        if self._memory is None or self._name != name:
            self.close()
            self._memory, self._name = _attach(name), name
        if isinstance(self._memory, mmap.mmap):
            return self._memory
        assert self._memory.buf is not None
        return self._memory.buf


def segment_path(name: str) -> Path:
    """The file that Linux shows for a segment."""
    return Path("/dev/shm", name)


def _reserve(memory: shared_memory.SharedMemory) -> None:
    """Have the system reserve the memory now.

    Linux gives it page by page, and kills a process that touches a page when none is left.

    Raises:
        OSError: there is not so much memory.
    """
    if sys.platform == "linux":
        descriptor = os.open(segment_path(memory.name), os.O_RDWR)
        try:
            os.posix_fallocate(descriptor, 0, memory.size)
        finally:
            os.close(descriptor)


def _attach(name: str) -> shared_memory.SharedMemory | mmap.mmap:
    """Attach without becoming the owner.

    Before Python 3.13, a process that attaches by name also removes the segment when it ends. On
    Linux it goes by the file, as a worker may not open it itself.
    """
    if sys.platform == "linux":
        handle = opening.open_file(segment_path(name), os.O_RDWR | os.O_CLOEXEC)
        try:
            return mmap.mmap(handle, 0)
        finally:
            os.close(handle)
    elif sys.version_info >= (3, 13):
        return shared_memory.SharedMemory(name, track=False)
    else:
        register = resource_tracker.register
        resource_tracker.register = lambda *_: None
        try:
            return shared_memory.SharedMemory(name)
        finally:
            resource_tracker.register = register
