"""Right-angle turns between a picture as it is stored and the upright one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Picture = TypeVar("Picture", NDArray[np.uint8], NDArray[np.float32])


@dataclass(frozen=True)
class Turn:
    """A right-angle turn: first transposed, then mirrored left-right, then top-bottom.

    `exact` is false if the file asks for another angle and this is the nearest one.
    """

    transpose: bool = False
    mirror_x: bool = False
    mirror_y: bool = False
    exact: bool = True

    @classmethod
    def of(cls, degrees: int, mirrored: bool) -> Self:
        """The clockwise turn by 0, 90, 180 or 270 degrees, with a left-right mirroring after it."""
        return cls(degrees in (90, 270), (degrees in (90, 180)) ^ mirrored, degrees in (180, 270))

    def apply(self, picture: Picture) -> Picture:
        """Turn an (H, W) or (H, W, channels) picture; the result is contiguous."""
        if self.transpose:
            picture = picture.swapaxes(0, 1)
        return np.ascontiguousarray(self._mirror(picture))

    def undo(self, picture: Picture) -> Picture:
        """Turn an upright picture back to how it is stored; the result is contiguous."""
        picture = self._mirror(picture)
        return np.ascontiguousarray(picture.swapaxes(0, 1) if self.transpose else picture)

    def _mirror(self, picture: Picture) -> Picture:
        return picture[:: -1 if self.mirror_y else 1, :: -1 if self.mirror_x else 1]

    @property
    def mirrored(self) -> bool:
        """Whether the picture is seen as in a mirror."""
        return self.transpose ^ self.mirror_x ^ self.mirror_y

    @property
    def degrees(self) -> int:
        """The clockwise turn: 0, 90, 180 or 270.

        If `mirrored`, the picture is mirrored left-right after it.
        """
        mirror_x = self.mirror_x ^ self.mirrored
        if self.transpose:
            return 90 if mirror_x else 270
        return 180 if mirror_x else 0


UPRIGHT = Turn()
"""That of a picture that is stored as it is shown."""
