"""What an engine does to run a network: read it, say what it takes and gives, compile it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Precision = Literal["f32", "bf16"]
Shape = tuple[int | None, ...]
"""Sides of an output; None for one that is not fixed."""


class FaceNetwork(Protocol):
    """A compiled network that takes face crops."""

    def run(self, crops: NDArray[np.uint8], results: Sequence[NDArray[np.float32]]) -> None:
        """Put the first outputs of the network for each crop into the rows of `results`.

        Each crop is a request of its own. As many run at once as there are threads, and none
        depends on another.

        Args:
            crops: (n, side, side, 3) uint8.
            results: one array (n, width) for each output that is wanted.
        """


class ReadNetwork(Protocol):
    """A network as its file describes it.

    Each method raises a RuntimeError if the engine cannot do it.
    """

    def takes(self, side: int) -> bool:
        """Whether its only input can be (1, side, side, 3)."""

    def resize(self, side: int) -> tuple[Shape, ...]:
        """Fix its input to (1, side, side, 3), and give the shapes of its outputs."""

    def compile_faces(self, *, threads: int, precision: Precision) -> FaceNetwork:
        """Compile it for crops in uint8, after `resize`."""

    def compile_one(
        self, *, threads: int
    ) -> Callable[[NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
        """Compile it in f32 for one input of its own shape at a time; it gives outputs by name."""


class Engine(Protocol):
    """Software that runs networks."""

    def name(self) -> str:
        """Its name and version."""

    def has_bf16(self) -> bool:
        """Whether it has native bf16 arithmetic on this processor."""

    def read(self, path: Path) -> ReadNetwork:
        """Read a `model.xml`; its `model.bin` lies next to it. Raises RuntimeError."""
