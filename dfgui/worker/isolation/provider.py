"""The isolation of a worker, as a provider: what it can refuse here, and how it is entered."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

Protection = Literal["network", "writing", "reading", "programs"]
"""What a worker is kept from.

`network`: any socket. `writing`: opening a file for writing, or changing its name, rights or times.
`reading`: any file but the evidence, the model package and the program. `programs`: starting one,
or reaching into another process.
"""
PROTECTIONS: tuple[Protection, ...] = get_args(Protection)


class Isolation(ABC):
    """Takes rights from the process that enters it, for good."""

    @abstractmethod
    def offered(self) -> frozenset[Protection]:
        """The protections that this system offers."""

    @abstractmethod
    def enter(self, readable: Sequence[Path]) -> None:
        """Take from this process every right that `offered` covers.

        Args:
            readable: files and folders that it may still read, with what lies in them. One that is
                not there is passed over.

        Raises:
            OSError, RuntimeError: a protection that the system offers could not be put in force.
        """


class NoIsolation(Isolation):
    """For a system where none is used; a worker then has the rights of the user."""

    def offered(self) -> frozenset[Protection]:
        """None."""
        return frozenset()

    def enter(self, readable: Sequence[Path]) -> None:
        """Change nothing."""


def isolation() -> Isolation:
    """The provider for this system."""
    if sys.platform == "linux":
        from dfgui.worker.isolation.linux import LinuxIsolation

        return LinuxIsolation()
    else:
        return NoIsolation()
