"""Rectangles in pixels of the upright frame."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle: left, top, width, height, in whole pixels of the upright frame.

    It may reach over the frame's border.
    """

    x: int
    y: int
    w: int
    h: int

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point (x, y)."""
        return self.x + self.w / 2, self.y + self.h / 2

    @property
    def area(self) -> int:
        """Width times height, in square pixels."""
        return self.w * self.h

    def overlap(self, other: Box) -> float:
        """Intersection over union with `other`, 0-1; 0 if either is empty."""
        across = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        down = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        both = max(across, 0) * max(down, 0)
        either = self.area + other.area - both
        return both / either if either > 0 else 0.0

    def scaled(self, factor: float) -> Box:
        """The square around the same centre, with side `factor` times the longer side.

        It is never smaller than one pixel.
        """
        side = max(1, round(max(self.w, self.h) * factor))
        centre_x, centre_y = self.centre
        return Box(round(centre_x - side / 2), round(centre_y - side / 2), side, side)

    def expanded(self, margin: float) -> Box:
        """The box with `margin` added on every side.

        The margin is a share of the width and height; a negative one shrinks the box.
        """
        dx, dy = round(self.w * margin), round(self.h * margin)
        return Box(self.x - dx, self.y - dy, max(1, self.w + 2 * dx), max(1, self.h + 2 * dy))

    def seen_in(self, square: Box, size: int) -> Box:
        """The box in pixels of a `size` x `size` picture of `square`, cut off at its border.

        w or h is 0 if nothing remains.
        """
        scale = size / square.w
        left, top = (self.x - square.x) * scale, (self.y - square.y) * scale
        return Box(
            round(left), round(top), max(1, round(self.w * scale)), max(1, round(self.h * scale))
        ).clipped(size, size)

    def clipped(self, width: int, height: int) -> Box:
        """The part of the box inside a frame of `width` x `height`.

        w or h is 0 if nothing is left.
        """
        left, top = min(max(self.x, 0), width), min(max(self.y, 0), height)
        right, bottom = min(max(self.x + self.w, 0), width), min(max(self.y + self.h, 0), height)
        return Box(left, top, right - left, bottom - top)
