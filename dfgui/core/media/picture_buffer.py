"""Decoded pictures kept for stepping backward."""

from __future__ import annotations

from collections import OrderedDict
from fractions import Fraction
from typing import NamedTuple

from av.video.frame import VideoFrame


class Picture(NamedTuple):
    """A decoded picture and the shape of its pixels, width to height, as the file states it."""

    frame: VideoFrame
    aspect: Fraction | None


class PictureBuffer:
    """Decoded pictures by frame number, limited to a number of bytes.

    Beyond the limit the oldest is dropped first; at least two stay.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._pictures: OrderedDict[int, Picture] = OrderedDict()

    def __contains__(self, number: int) -> bool:
        return number in self._pictures

    def get(self, number: int) -> Picture | None:
        """The picture of a frame, None if it is not here."""
        return self._pictures.get(number)

    def put(self, number: int, picture: Picture) -> None:
        """Keep a picture as the newest."""
        old = self._pictures.pop(number, None)
        self._bytes += _bytes_of(picture) - (_bytes_of(old) if old else 0)
        self._pictures[number] = picture
        while self._bytes > self._limit and len(self._pictures) > 2:
            self._bytes -= _bytes_of(self._pictures.popitem(last=False)[1])

    def drop(self, number: int) -> None:
        """Forget the picture of a frame, if it is here."""
        if number in self._pictures:
            self._bytes -= _bytes_of(self._pictures.pop(number))

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()
        self._bytes = 0


def _bytes_of(picture: Picture) -> int:
    return sum(plane.buffer_size for plane in picture.frame.planes)
