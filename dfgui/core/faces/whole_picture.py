"""A ready face crop: the whole picture is the face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.crop import whole
from dfgui.core.geometry import Box
from dfgui.core.network.package import CropRule


class WholePicture:
    """A `Finder` that takes the whole picture as the only face."""

    searches = False

    def find(self, rgb: NDArray[np.uint8], *, expected: Sequence[Box] = ()) -> list[Box]:
        """One box, as large as the picture."""
        return [whole(rgb)]

    def cut_factor(self, rule: CropRule) -> float:
        """The rule's own for a ready crop."""
        return rule.whole_factor
