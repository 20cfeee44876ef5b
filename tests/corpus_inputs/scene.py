"""The pictures that the corpus is made from: a demo clip with colours and numbers drawn into it.

What a pixel of a frame must be is known from what was drawn, and where the face is from how
`resources/demo/make_demo.py` filmed it.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.cli.corpus import Face, Pixel

CLIP = Path(__file__).resolve().parents[2] / "resources" / "demo" / "portrait-altered.mp4"
FRAMES = 20
WIDTH, HEIGHT = 640, 480
PATCH = 64
"""Side of what is drawn, in pixels: colours in the corners, five bars between the lower two."""
COLOURS = {
    (0, 0): (180, 40, 40),
    (WIDTH - PATCH, 0): (40, 160, 60),
    (0, HEIGHT - PATCH): (50, 60, 180),
    (WIDTH - PATCH, HEIGHT - PATCH): (190, 180, 60),
}
"""Left and top of a patch, and its colour."""
BITS = 5
DARK, BRIGHT = 40, 200
BARS_FROM = (WIDTH - BITS * PATCH) // 2
BAR_WITHIN = 60
"""Grey levels by which a bar may differ: less than half the way to the other."""
# Of the demo clips' film: frames, pixels of the portrait.
FILMED, FACE, FACE_HALF_WIDTH = 100, (226.0, 117.0), 36.0

Picture = NDArray[np.uint8]


@cache
def scene() -> tuple[Picture, ...]:
    """`FRAMES` frames, each (480, 640, 3) uint8 RGB; frame i has the number i drawn into it."""
    with av.open(str(CLIP)) as clip:
        frames = [
            frame.to_ndarray(format="rgb24")
            for frame, _ in zip(clip.decode(video=0), range(FRAMES), strict=False)
        ]
    return tuple(_drawn(np.asarray(frame, np.uint8), number) for number, frame in enumerate(frames))


def _drawn(picture: Picture, number: int) -> Picture:
    for (left, top), colour in COLOURS.items():
        picture[top : top + PATCH, left : left + PATCH] = colour
    for bit in range(BITS):
        left = BARS_FROM + bit * PATCH
        picture[HEIGHT - PATCH :, left : left + PATCH] = _bar(number, bit)
    return picture


def _bar(number: int, bit: int) -> int:
    return BRIGHT if number >> bit & 1 else DARK


def scaled(picture: Picture, width: int, height: int) -> Picture:
    """A picture in another size."""
    if (width, height) == picture.shape[1::-1]:
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def pixels(
    frame: int,
    size: tuple[int, int],
    *,
    within: int = 10,
    shows: int | None = None,
    grey: bool = False,
    mirrored: bool = False,
) -> tuple[Pixel, ...]:
    """What the drawn places of a frame must be.

    Args:
        frame: its number in the file.
        size: width and height of the upright picture.
        within: levels by which a colour may differ.
        shows: number of the scene's picture that it shows, `frame` by default.
        grey: the file has no colour.
        mirrored: left and right are swapped in the upright picture.
    """
    found = []
    places = [(left, top, rgb, within) for (left, top), rgb in COLOURS.items()]
    for bit in range(BITS):
        level = _bar(frame if shows is None else shows, bit)
        left, rgb = BARS_FROM + bit * PATCH, (level, level, level)
        places.append((left, HEIGHT - PATCH, rgb, BAR_WITHIN))
    for left, top, rgb, tolerance in places:
        x = (left + PATCH / 2) / WIDTH
        x, y = 1 - x if mirrored else x, (top + PATCH / 2) / HEIGHT
        if grey:
            level = round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2])
            rgb = (level, level, level)
        found.append(Pixel(frame, int(x * size[0]), int(y * size[1]), rgb, tolerance))
    return tuple(found)


def face(
    frame: int, size: tuple[int, int], *, shows: int | None = None, mirrored: bool = False
) -> Face:
    """Where the face of a frame is; arguments as for `pixels`."""
    turn = 2 * pi * (frame if shows is None else shows) / FILMED
    scale, angle = 1.45 + 0.03 * cos(turn), 1.2 * sin(turn + 1) * pi / 180
    across, down = FACE[0] - (244 + 11 * sin(turn)), FACE[1] - (178 + 2 * sin(2 * turn))
    x = WIDTH / 2 + scale * (cos(angle) * across + sin(angle) * down)
    y = HEIGHT / 2 + scale * (cos(angle) * down - sin(angle) * across)
    x = WIDTH - x if mirrored else x
    to_x, to_y = size[0] / WIDTH, size[1] / HEIGHT
    return Face(
        frame, round(x * to_x, 1), round(y * to_y, 1), round(2 * FACE_HALF_WIDTH * scale * to_x, 1)
    )
