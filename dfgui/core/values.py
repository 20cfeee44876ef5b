"""Values that every room uses: kinds of numbers and strings, arrays, names."""

from __future__ import annotations

import math
import sys
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
AtLeast0 = Annotated[float, msgspec.Meta(ge=0)]
AtMost0 = Annotated[float, msgspec.Meta(le=0)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
# A worker's answers are checked against these: evidence that corrupts a worker must not change file
# names or break the program.
Finite = Annotated[float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=sys.float_info.max)]
FrameType = Annotated[str, msgspec.Meta(pattern="^[IPB?]$")]
ThemeName = Literal["light", "dark"]
"""Colours of the window; named here, as the command line takes one and loads no window."""
RegionName = Literal[
    "forehead", "right_brow", "left_brow", "right_eye", "left_eye", "nose",
    "right_cheek", "left_cheek", "mouth", "jaw_line", "surroundings",
    "brows", "eyes", "cheeks",
]  # fmt: skip
"""Regions of a face; right and left are the person's own.

Each of the last three is two regions together.
"""


def printable(text: str) -> str:
    """The text with "?" for what is not Unicode: names of files may hold any bytes."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Array(msgspec.Struct, frozen=True):
    """An array sent between processes.

    Raises ValueError if size and shape do not agree.
    """

    dtype: Literal["uint8", "float32"]
    shape: tuple[Annotated[int, msgspec.Meta(ge=1)], ...]
    data: bytes

    def __post_init__(self) -> None:
        needed = math.prod(self.shape) * np.dtype(self.dtype).itemsize
        if len(self.data) != needed:
            raise ValueError(
                f"an array of {self.shape} {self.dtype}: expected {needed} bytes, received"
                f" {len(self.data)}"
            )

    @classmethod
    def of(cls, values: NDArray[np.uint8] | NDArray[np.float32]) -> Array:
        """Copy `values`."""
        dtype: Literal["uint8", "float32"] = "uint8" if values.dtype == np.uint8 else "float32"
        return cls(dtype, values.shape, np.ascontiguousarray(values, dtype=dtype).tobytes())

    def numpy(self) -> NDArray[np.uint8] | NDArray[np.float32]:
        """The array, read-only."""
        return np.frombuffer(self.data, dtype=self.dtype).reshape(self.shape)

    def check(self, dtype: str, *, channels: int | None = None) -> None:
        """Raise ValueError unless it is (H, W) of that type; with `channels`, (H, W, channels)."""
        if (
            self.dtype != dtype
            or len(self.shape) < 2
            or self.shape[2:] != (() if channels is None else (channels,))
        ):
            raise ValueError(
                f"expected (H, W{'' if channels is None else f', {channels}'}) {dtype}, received"
                f" {self.shape} {self.dtype}"
            )
