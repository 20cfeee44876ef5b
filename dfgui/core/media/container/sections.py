"""A part of a file as a file of its own, such as the film behind a photo."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, NamedTuple


class Part(NamedTuple):
    """Where a part of a file begins, and how long it is, in bytes."""

    start: int
    size: int


class Section(io.RawIOBase):
    """A part of an open file, for reading; nothing outside it is seen.

    Args:
        file: Open, and read by nobody else meanwhile.
        part: Of that file.
    """

    def __init__(self, file: BinaryIO, part: Part) -> None:
        super().__init__()
        self._file, self._part, self._at = file, part, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The place that is read next, from the part's first byte on."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place, counted from the beginning, this place or the end of the part."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._part.size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes, or all that are left."""
        left = max(self._part.size - self._at, 0)
        self._file.seek(self._part.start + self._at)
        data = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        return data
