"""Random changes of face pictures, drawn for both pictures of a pair at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.faces.crop import cut, resize
from dfgui.core.geometry import Box
from training.recipe import Augmentation

Picture = NDArray[np.uint8]
Change = Callable[[Picture, Box, int], Picture]


def draw(ranges: Augmentation, rng: np.random.Generator) -> tuple[Change, Change]:
    """Fix every random choice, for the real and the fake picture of a pair.

    Each function returned cuts (picture, nominal box, size) and changes the cut the same way
    each time. The two are the same or, with `apart_chance`, differ in colour and quality.
    """
    scale = rng.uniform(*ranges.scale)
    shift = rng.uniform(-ranges.shift, ranges.shift, 2)
    flip = rng.random() < 0.5
    detail = rng.uniform(*ranges.detail)
    person, recording = _person(ranges, rng), _recording(ranges, rng)
    erasing = [_erasing(ranges, rng)] if rng.random() < ranges.erase_chance else []
    other = (
        _recording(ranges, rng)
        if ranges.apart_chance and rng.random() < ranges.apart_chance
        else recording
    )

    def change(steps: Sequence[Callable[[Picture], Picture]]) -> Change:
        def apply(picture: Picture, box: Box, size: int) -> Picture:
            moved = Box(
                round(box.x + shift[0] * box.w), round(box.y + shift[1] * box.h), box.w, box.h
            )
            result = cut(picture, moved, size=round(size * detail), factor=scale)
            if flip:
                result = np.ascontiguousarray(result[:, ::-1])
            for step in steps:
                result = step(result)
            return resize(result, (size, size))

        return apply

    return change([*person, *recording, *erasing]), change([*person, *other, *erasing])


def _recording(
    ranges: Augmentation, rng: np.random.Generator
) -> list[Callable[[Picture], Picture]]:
    """Changes that imitate another camera and another way of storage."""
    return [_colour(ranges, rng), *_quality(ranges, rng)]


def _person(ranges: Augmentation, rng: np.random.Generator) -> list[Callable[[Picture], Picture]]:
    """Changes that imitate another face shape in another light.

    There are far fewer people than pictures, and the network must not memorise them.
    """
    steps: list[Callable[[Picture], Picture]] = []
    if rng.random() < ranges.warp_chance:
        turn, stretch, shear = (
            np.deg2rad(rng.uniform(-ranges.turn, ranges.turn)),
            *rng.uniform(-ranges.stretch, ranges.stretch, 2),
        )
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        matrix = rotation @ np.array([[np.exp(stretch / 2), shear], [0.0, np.exp(-stretch / 2)]])
        field = rng.uniform(-ranges.bend, ranges.bend, (4, 4, 2)).astype(np.float32)
        steps.append(lambda picture: warped(picture, matrix, field))
    if ranges.light:
        across = rng.uniform(-ranges.light, ranges.light, 2)
        steps.append(lambda picture: lit(picture, across))
    return steps


def _colour(ranges: Augmentation, rng: np.random.Generator) -> Callable[[Picture], Picture]:
    gain = 1 + rng.uniform(-ranges.contrast, ranges.contrast)
    offset = rng.uniform(-ranges.brightness, ranges.brightness) + rng.uniform(
        -ranges.tint, ranges.tint, 3
    )
    power = np.exp(rng.uniform(-ranges.gamma, ranges.gamma))
    levels = np.arange(256)[None, :, None]
    curve = 255 * (np.clip((levels - 128) * gain + 128 + offset, 0, 255) / 255) ** power
    table = np.asarray(curve, dtype=np.uint8)
    saturation = (
        0.0
        if rng.random() < ranges.grey_chance
        else 1 + rng.uniform(-ranges.saturation, ranges.saturation)
    )
    return lambda picture: saturated(
        np.asarray(cv2.LUT(picture, table), dtype=np.uint8), saturation
    )


def _quality(ranges: Augmentation, rng: np.random.Generator) -> list[Callable[[Picture], Picture]]:
    """What storage and transmission do to a picture, in their order.

    That is scaling, blur, sensor noise, JPEG, H.264.
    """
    steps: list[Callable[[Picture], Picture]] = []
    if rng.random() < ranges.down_chance:
        share = rng.uniform(*ranges.down)
        steps.append(lambda picture: down_up(picture, share))
    if rng.random() < ranges.blur_chance:
        sigma = rng.uniform(0.4, 1.2)
        steps.append(
            lambda picture: np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), dtype=np.uint8)
        )
    if rng.random() < ranges.noise_chance:
        seed, strength = int(rng.integers(2**31)), rng.uniform(1, 6)
        steps.append(lambda picture: noisy(picture, strength, seed))
    if rng.random() < ranges.jpeg_chance:
        quality = int(rng.integers(ranges.jpeg[0], ranges.jpeg[1] + 1))
        steps.append(lambda picture: jpeg(picture, quality))
    if rng.random() < ranges.h264_chance:
        crf = int(rng.integers(ranges.h264[0], ranges.h264[1] + 1))
        steps.append(lambda picture: h264(picture, crf))
    return steps


def _erasing(ranges: Augmentation, rng: np.random.Generator) -> Callable[[Picture], Picture]:
    """Paint a rectangle over the picture, so the network does not rely on one part of the face.

    Source: Zhong et al., "Random Erasing", AAAI 2020.
    """
    sides = rng.uniform(*ranges.erased, 2)
    place = rng.uniform(0, 1 - sides)
    colour = rng.integers(0, 256, 3)

    def erase(picture: Picture) -> Picture:
        size = np.array(picture.shape[:2])
        (top, left), (bottom, right) = (
            np.round(place * size).astype(int),
            np.round((place + sides) * size).astype(int),
        )
        result = picture.copy()
        result[top:bottom, left:right] = colour
        return result

    return erase


def warped(picture: Picture, matrix: NDArray[np.float64], field: NDArray[np.float32]) -> Picture:
    """Move the points of a picture.

    Args:
        picture: (H, W, 3) uint8.
        matrix: (2, 2), from a point of the result to its source in the picture, both relative to
            the middle.
        field: (h, w, 2) x and y added to that, as shares of the sides; stretched smoothly over the
            picture.
    """
    height, width = picture.shape[:2]
    y, x = (
        np.mgrid[0:height, 0:width].astype(np.float32)
        - np.array([[[height - 1]], [[width - 1]]], dtype=np.float32) / 2
    )
    shift = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) * np.array(
        [width, height], dtype=np.float32
    )
    linear = np.asarray(matrix, dtype=np.float32)
    from_x = linear[0, 0] * x + linear[0, 1] * y + shift[:, :, 0] + np.float32((width - 1) / 2)
    from_y = linear[1, 0] * x + linear[1, 1] * y + shift[:, :, 1] + np.float32((height - 1) / 2)
    return np.asarray(
        cv2.remap(picture, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101),
        dtype=np.uint8,
    )


def lit(picture: Picture, across: NDArray[np.float64]) -> Picture:
    """Multiply a picture by a plane.

    The plane is 1 in its middle and 1 plus or minus `across` at its right and its lower border.
    """
    height, width = picture.shape[:2]
    x, y = np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    plane = 1 + np.float32(across[0]) * x[None, :] + np.float32(across[1]) * y[:, None]
    return np.asarray(np.clip(picture * plane[:, :, None] + 0.5, 0, 255), dtype=np.uint8)


def saturated(picture: Picture, factor: float) -> Picture:
    """Move every colour towards (factor < 1) or away from its grey."""
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(picture, factor, grey, 1 - factor, 0), dtype=np.uint8)


def down_up(picture: Picture, share: float) -> Picture:
    """Reduce to `share` of the side (area), then enlarge again (bilinear)."""
    height, width = picture.shape[:2]
    small = cv2.resize(
        picture,
        (max(1, round(width * share)), max(1, round(height * share))),
        interpolation=cv2.INTER_AREA,
    )
    return np.asarray(
        cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8
    )


def noisy(picture: Picture, strength: float, seed: int) -> Picture:
    """Add Gaussian noise of `strength` grey levels, independent per channel."""
    noise = np.random.default_rng(seed).standard_normal(
        picture.shape, dtype=np.float32
    ) * np.float32(strength)
    return np.asarray(np.clip(picture + noise, 0, 255), dtype=np.uint8)


def h264(picture: Picture, crf: int) -> Picture:
    """Encode as one key frame of H.264 4:2:0 (x264) at `crf` 0-51, and decode again.

    An odd last row or column stays as it was.
    """
    height, width = picture.shape[0] & ~1, picture.shape[1] & ~1
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = (
        width,
        height,
        "yuv420p",
        Fraction(1, 25),
    )
    encoder.options = {"crf": str(crf), "preset": "veryfast", "tune": "zerolatency", "threads": "1"}
    # For one frame this conversion is much faster than FFmpeg's.
    planes = cv2.cvtColor(np.ascontiguousarray(picture[:height, :width]), cv2.COLOR_RGB2YUV_I420)
    packets = [
        *encoder.encode(
            av.VideoFrame.from_ndarray(np.asarray(planes, dtype=np.uint8), format="yuv420p")
        ),
        *encoder.encode(None),
    ]
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    decoder.extradata = encoder.extradata
    decoded = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    result = picture.copy()
    result[:height, :width] = cv2.cvtColor(decoded[0].to_ndarray(), cv2.COLOR_YUV2RGB_I420)
    return result


def jpeg(picture: Picture, quality: int) -> Picture:
    """Save as JPEG (4:2:0) at `quality` 1-100 and read again."""
    _, data = cv2.imencode(
        ".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)
