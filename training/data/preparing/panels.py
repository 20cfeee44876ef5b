"""Halves of a picture that shows two videos side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dfgui.core.errors import AnalysisError
from training.data.prepared.shards import Pictures
from training.data.videos import Panel


@dataclass(frozen=True)
class Half:
    """Columns of a picture: all of it, or one half.

    Attributes:
        left: its first column.
        width: its width, pixels.
    """

    left: int
    width: int

    def of(self, rgb: Pictures) -> Pictures:
        """(H, width, 3) uint8 out of (H, W, 3)."""
        return np.ascontiguousarray(rgb[:, self.left : self.left + self.width])


def panel(name: Panel, width: int) -> Half:
    """The named part of pictures of this width.

    Raises:
        AnalysisError: it is a half, and the width is odd.
    """
    if not name:
        return Half(0, width)
    if width % 2:
        raise AnalysisError(
            f"its width of {width} pixels is odd, and two halves next to each other need an"
            " even one"
        )
    return Half(0 if name == "left" else width // 2, width // 2)
