"""Faces of prepared videos as a table; pictures and landmarks are memory-mapped from disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data.prepared.shards import Pictures
from training.data.table import FaceTable, Row

if TYPE_CHECKING:
    from training.data.prepared.reading import Prepared


class Place(NamedTuple):
    """Where the picture of a row is.

    Attributes:
        row: of the table.
        prepared: the folder.
        shard: number in it.
        array: name of the shard's array.
        number: row of that array.
        face: row of the shard's `landmarks`.
    """

    row: Row
    prepared: Prepared
    shard: int
    array: str
    number: int
    face: int


class FaceSet(FaceTable):
    """A table whose pictures are arrays on disk; none is kept in memory.

    Pictures are encoded only when it is joined with another kind of table.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = {id(place.row): place for place in places}
        super().__init__(
            [place.row for place in self._places.values()], lambda row: _png(self.picture(row))
        )

    def where(self, keep: Callable[[Row], bool]) -> FaceSet:
        """The rows for which `keep` holds, in the same order."""
        return FaceSet(place for place in self._places.values() if keep(place.row))

    def __add__(self, other: FaceTable) -> FaceTable:
        """Both; with another kind of table the pictures are encoded and kept in memory."""
        if isinstance(other, FaceSet):
            return FaceSet([*self._places.values(), *other._places.values()])
        return super().__add__(other)

    def picture(self, row: Row) -> Pictures:
        """(s, s, 3) uint8 RGB, a copy."""
        _, prepared, shard, name, number, _ = self._places[id(row)]
        array = prepared.array(shard, name)
        assert array is not None  # the row says so
        return np.array(array[number])

    def landmarks(self, row: Row) -> NDArray[np.float32] | None:
        """(478, 2) x and y in pixels of the picture; None if no face was found in it.

        Both sides of a pair have those of the real one.
        """
        place = self._places[id(row)]
        points = place.prepared.array(place.shard, "landmarks")
        if points is None or np.isnan(points[place.face, 0, 0]):
            return None
        return np.array(points[place.face], np.float32)

    def __getstate__(self) -> dict[str, Any]:
        """Only the places: names of rows in memory mean nothing to another process."""
        return {"places": list(self._places.values())}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["places"])  # type: ignore[misc]


def _png(picture: Pictures) -> bytes:
    """A PNG for joined tables, which keep encoded pictures."""
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
