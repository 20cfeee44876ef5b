"""What finds the faces of a frame: the protocol, and the finders by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from dfgui.core.geometry import Box
from dfgui.core.network.package import CropRule

FinderName = Literal["haar", "whole"]
DEFAULT_FINDER: FinderName = "haar"
"""For the window, and for a command that names none."""


class Finder(Protocol):
    """Finds the faces of a frame."""

    @property
    def searches(self) -> bool:
        """Whether a box may hold something else than a face.

        Such boxes are checked, and followed from frame to frame.
        """

    def find(self, rgb: NDArray[np.uint8], *, expected: Sequence[Box] = ()) -> list[Box]:
        """The faces of a frame.

        Args:
            rgb: (H, W, 3) uint8, upright.
            expected: last boxes of the tracks that should still be there.

        Returns:
            Boxes in pixels of the frame, sorted by position; may be empty.
        """

    def cut_factor(self, rule: CropRule) -> float:
        """Side of the network's cut over the longer side of one of these boxes, above 0."""


@dataclass(frozen=True)
class FinderEntry:
    """A finder: what it does, as `--help` says it, and how it is made."""

    words: str
    make: Callable[[], Finder]


# The modules are imported late: the command line reads the names and loads no OpenCV.
def _haar() -> Finder:
    from dfgui.core.faces.haar import Haar

    return Haar()


def _whole() -> Finder:
    from dfgui.core.faces.whole_picture import WholePicture

    return WholePicture()


FINDERS: Mapping[FinderName, FinderEntry] = {
    "haar": FinderEntry("find faces", _haar),
    "whole": FinderEntry("the whole picture is the face (a ready crop)", _whole),
}


@cache
def finder(name: FinderName) -> Finder:
    """The finder of that name, made at its first use."""
    return FINDERS[name].make()
