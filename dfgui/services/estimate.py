"""How long a piece of work will still take, from how far it got."""

from __future__ import annotations

import time
from collections.abc import Callable

FIRST_S = 0.8  # before that, a guess jumps about


class Estimate:
    """Time left of one piece of work at a time.

    Args:
        now: a clock in seconds, for tests.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._what: object = None
        self._began = 0.0

    def left_s(self, what: object, fraction: float) -> float | None:
        """Seconds left of `what`, of which this share (0-1) is done; None while it is too early to tell. Another `what` starts anew."""
        now = self._now()
        if what != self._what:
            self._what, self._began = what, now
        spent = now - self._began
        return spent * (1 - fraction) / fraction if spent >= FIRST_S and 0 < fraction <= 1 else None
