"""The bits of a packet's headers, and what a packet can give."""

from __future__ import annotations

# What a packet gives: a frame; one that an edit list hides; the second field of the frame before
# it; or nothing that is shown.
SHOWN, HIDDEN, SECOND, SILENT = range(4)
START = b"\0\0\1"
HEADER_BYTES = 32  # the longest start of a slice header that is read, with room to spare


class Bits:
    """Bits of a header, first bit first; zeros behind its end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def u(self, count: int) -> int:
        """An unsigned number of `count` bits."""
        self._left -= count
        shifted = self._value >> self._left if self._left >= 0 else self._value << -self._left
        return shifted & ((1 << count) - 1)

    def ue(self) -> int:
        """An unsigned Exp-Golomb number (ITU-T H.264, 9.1)."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > 32:  # no valid header
                return 0
        return (1 << zeros) - 1 + self.u(zeros)
