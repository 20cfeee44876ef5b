"""Error level analysis: how strongly each pixel reacts to one more JPEG save.

It also measures how much this can say in a given picture.
"""

from __future__ import annotations

from fractions import Fraction
from typing import get_args

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from dfgui.core.analysis_results import ElaInformativeness, SavedAs
from dfgui.core.errors import AnalysisError
from dfgui.core.media.colour import Painter
from dfgui.core.media.facts import Channel

JPEG_LARGEST_SIDE = 65_500
"""Pixels; the JPEG library refuses more."""

_CHANNEL_INDEX = {"red": 0, "green": 1, "blue": 2}
_MEAN = np.full((1, 3), 1 / 3, np.float32)
_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
"""ITU-R BT.601, the weights JPEG itself uses (JFIF 1.02)."""

# Small enough for a strip's float copy to stay in the processor's cache; as one pass it costs a
# third of the save itself.
_STRIP_ROWS = 32

_GRID = 16
"""Pixels; a JPEG block with halved colour (4:2:0) and an H.264 macroblock."""
_SMALLEST_PATCH, _LARGEST_PATCH = _GRID, 96
_WORST_CRF = 51
_LOWEST_JPEG_QUALITY = 30
_ESTIMATION_SIDE = 512
_SAMPLINGS = {
    "4:2:0": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    "4:2:2": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    "4:4:4": cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
}
"""How a JPEG reduces colour, and OpenCV's flag for it."""
_BT601 = 5
"""ITU-T H.273, table 4."""


def error_level_map(
    rgb: NDArray[np.uint8], *, quality: int = 90, channel: Channel = "mean"
) -> NDArray[np.float32]:
    """Measure how strongly each pixel reacts to one more JPEG save.

    Args:
        rgb: (H, W, 3) uint8 sRGB, 0-255, upright.
        quality: Quality of the test re-compression, 1-100; colour is halved (4:2:0).
        channel: "mean", the mean absolute change of the three channels; "luminance", the absolute
            change of the BT.601 luma (a rise in red that a fall in blue cancels does not
            count); "red", "green" or "blue", that channel's absolute change.

    Returns:
        (H, W) float32, grey levels, 0-255. Not a probability; comparable only at one quality and
        one channel.

    Raises:
        ValueError: the array, the quality or the channel is out of range.
        AnalysisError: the picture is too large for a JPEG.

    Source: N. Krawetz, "A Picture's Worth", 2007.
    """
    if channel not in get_args(Channel):
        raise ValueError(f"channel: expected one of {get_args(Channel)}, received {channel!r}")
    saved = jpeg_roundtrip(rgb, quality=quality)
    if channel in _CHANNEL_INDEX:
        index = _CHANNEL_INDEX[channel]
        return np.asarray(cv2.absdiff(rgb[..., index], saved[..., index]), np.float32)
    levels = np.empty(rgb.shape[:2], np.float32)
    for top in range(0, len(rgb), _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        if channel == "mean":
            # absdiff keeps uint8 from wrapping: a plain difference would show a darkened pixel as
            # bright.
            levels[rows] = cv2.transform(
                cv2.absdiff(rgb[rows], saved[rows]).astype(np.float32), _MEAN
            )
        else:
            signed = cv2.subtract(rgb[rows], saved[rows], dtype=cv2.CV_32F)
            levels[rows] = np.abs(cv2.transform(signed, _LUMA))
    return levels


def error_levels(rgb: NDArray[np.uint8], *, quality: int = 90) -> NDArray[np.float32]:
    """The error levels of each channel, in grey levels 0-255.

    Returns (H, W, 3) float32: red, green, blue; otherwise as `error_level_map`.
    """
    return np.asarray(cv2.absdiff(rgb, jpeg_roundtrip(rgb, quality=quality)), np.float32)


def error_level_picture(levels: NDArray[np.float32], *, scale: float = 20.0) -> NDArray[np.uint8]:
    """Error levels as an 8-bit picture at a fixed scale, so that two frames can be compared by eye.

    Args:
        levels: (H, W) or (H, W, 3) float32, grey levels.
        scale: brightness per grey level of change, > 0; 20 shows a change of 12.75 or more as
            white.

    Returns:
        uint8 of the same shape: levels x scale, rounded, clipped to 0-255.

    Raises:
        ValueError: the scale is not positive.
    """
    if not scale > 0:
        raise ValueError(f"scale: expected > 0, received {scale}")
    return np.asarray(np.clip(np.rint(levels * np.float32(scale)), 0, 255), np.uint8)


def jpeg_roundtrip(
    rgb: NDArray[np.uint8], *, quality: int, sampling: str = "4:2:0"
) -> NDArray[np.uint8]:
    """Save as baseline JPEG and read again; `sampling` is a name in `_SAMPLINGS`.

    Takes and returns (H, W, 3) uint8 RGB; raises as `error_level_map`.
    """
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or 0 in rgb.shape:
        raise ValueError(f"rgb: expected (H, W, 3) uint8, received {rgb.shape} {rgb.dtype}")
    if not 1 <= quality <= 100:
        raise ValueError(f"quality: expected 1-100, received {quality}")
    if max(rgb.shape) > JPEG_LARGEST_SIDE:
        size = f"{rgb.shape[1]} x {rgb.shape[0]}"
        raise AnalysisError(
            "At {size} pixels the picture is too large for error levels; cut out a part of it"
            " first.",
            size=size,
        )
    # The codec expects blue first: with red first it would swap the weights of red and blue.
    how = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR]
    _, data = cv2.imencode(
        ".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [*how, _SAMPLINGS[sampling]]
    )
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)


def informativeness(
    rgb: NDArray[np.uint8],
    *,
    saved_as: SavedAs,
    strength: int | None = None,
    bits_per_pixel: float | None = None,
    quality: int = 90,
    patch_quality: int = 50,
    patches: int = 12,
    seed: int = 0,
) -> ElaInformativeness:
    """Measure how much of a known manipulation error level analysis can see in this picture.

    Blocks of the picture itself are replaced by their own copy saved at `patch_quality`: the same
    content, another JPEG history, which is all that error level analysis looks for. The picture
    with these implants and the picture without them then go through the file's own compression,
    and the mean error level inside each implant is divided by the mean level outside all of them.
    Content alone makes bright and dark places, so the figure is the quotient of both: with over
    without.

    It flatters the method a little: frames between key frames show the implant less, and other
    changes to a file after the implant (scaling, another save) are left out.

    Args:
        rgb: (H, W, 3) uint8 sRGB, at least 64 pixels on each side; of a video, any frame: it is
            coded as a key frame.
        saved_as: "jpeg" for a JPEG still, "lossless" for PNG and the like, "h264" for a frame of a
            video (x264 with 4:2:0 colour stands in for every codec).
        strength: JPEG quality 1-100 or x264 CRF 0-51 of the file. If None, a JPEG's quality and
            colour sampling are those that change the picture least when it is saved again, and a
            video's CRF the smallest that needs no more than `bits_per_pixel`.
        bits_per_pixel: 8 x bytes / (width x height) of the file's key frames, their median; needed
            for "h264" without a `strength`, and the better of the two: within a sequence x264 codes
            key frames finer than the CRF in the file's header says, and this picture is coded
            alone.
        quality: Quality of the test re-compression, 1-100.
        patch_quality: JPEG quality of the implants' history, 1-100.
        patches: largest number of places, >= 1; fewer fit in a small picture.
        seed: chooses the places; the same seed gives the same result.

    Returns:
        The contrasts with and without implants, their quotient, and the compression used.

    Raises:
        ValueError: an argument is out of range, or "h264" comes with neither a strength nor bits
            per pixel.
        AnalysisError: the picture is too small or too large, or this computer's video library
            cannot write H.264.
    """
    if saved_as not in get_args(SavedAs):
        raise ValueError(f"saved_as: expected one of {get_args(SavedAs)}, received {saved_as!r}")
    # Both codecs then see whole 2x2 colour cells; half a cell at the border would differ between
    # them.
    even = np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
    side = min(max(min(even.shape[:2]) // 8 // _GRID * _GRID, _SMALLEST_PATCH), _LARGEST_PATCH)
    places = _places(even.shape[0], even.shape[1], side, patches, seed)
    implanted = _implant(even, places, side, patch_quality)
    sampling = "4:2:0"
    if saved_as == "jpeg" and strength is None:
        strength, sampling = last_jpeg_save(even)
    strength = _strength(even, saved_as, strength, bits_per_pixel)
    before = _contrasts(implanted, places, side, quality) / _contrasts(even, places, side, quality)
    saved, pristine = (_save(one, saved_as, strength, sampling) for one in (implanted, even))
    with_implant = _contrasts(saved, places, side, quality)
    without = _contrasts(pristine, places, side, quality)
    ratios = with_implant / without
    return ElaInformativeness(
        contrast_implanted=float(np.median(with_implant)),
        contrast_pristine=float(np.median(without)),
        ratio=float(np.median(ratios)),
        ratio_uncompressed=float(np.median(before)),
        ratios=tuple(float(ratio) for ratio in ratios),
        saved_as=saved_as,
        strength=strength,
    )


def _places(height: int, width: int, side: int, count: int, seed: int) -> list[tuple[int, int]]:
    """Up to `count` corners (top, left) on the JPEG grid, at least one patch apart."""
    if count < 1:
        raise ValueError(f"patches: expected >= 1, received {count}")
    if min(height, width) < 4 * _SMALLEST_PATCH:
        raise AnalysisError(
            "The picture is too small to measure what error levels can say in it; 64 x 64 pixels"
            " are needed."
        )
    corners = [
        (top, left)
        for top in range(0, height - side + 1, 2 * side)
        for left in range(0, width - side + 1, 2 * side)
    ]
    order = np.random.default_rng(seed).permutation(len(corners))
    return [corners[index] for index in order[:count]]


def _implant(
    rgb: NDArray[np.uint8], places: list[tuple[int, int]], side: int, quality: int
) -> NDArray[np.uint8]:
    out = rgb.copy()
    for top, left in places:
        block = np.ascontiguousarray(rgb[top : top + side, left : left + side])
        out[top : top + side, left : left + side] = jpeg_roundtrip(block, quality=quality)
    return out


def _contrasts(
    rgb: NDArray[np.uint8], places: list[tuple[int, int]], side: int, quality: int
) -> NDArray[np.float64]:
    """Mean error level inside each place, divided by the mean outside all of them."""
    # A flat area has level 0: a hundredth of a grey level keeps the quotient finite and is far
    # too small to see.
    levels = error_level_map(rgb, quality=quality).astype(np.float64) + 0.01
    outside = np.ones(levels.shape, bool)
    for top, left in places:
        outside[top : top + side, left : left + side] = False
    inside = np.array([levels[top : top + side, left : left + side].mean() for top, left in places])
    return np.asarray(inside / levels[outside].mean(), np.float64)


def _strength(
    rgb: NDArray[np.uint8], saved_as: SavedAs, strength: int | None, bits_per_pixel: float | None
) -> int | None:
    if saved_as == "lossless":
        return None
    if strength is None:
        return _crf_for(rgb, bits_per_pixel)
    low, high = (1, 100) if saved_as == "jpeg" else (0, _WORST_CRF)
    if not low <= strength <= high:
        raise ValueError(f"strength: expected {low}-{high} for {saved_as}, received {strength}")
    return strength


def last_jpeg_save(rgb: NDArray[np.uint8]) -> tuple[int, str]:
    """The quality, 30-100, and the colour sampling of a picture's last save as JPEG.

    They are those at which one more save changes the picture's middle least. Quality 100 changes
    every picture little, so it is the answer only if no sampling has a lower one; then the picture
    was most likely never saved as JPEG.

    Source: H. Farid, "Exposing digital forgeries from JPEG ghosts", IEEE TIFS 4(1), 2009.
    """
    middle = _middle(rgb)

    def change(quality: int, sampling: str) -> float:
        saved = jpeg_roundtrip(middle, quality=quality, sampling=sampling)
        return float(cv2.absdiff(middle, saved).mean())

    qualities = range(_LOWEST_JPEG_QUALITY, 101)
    found = [
        min((change(quality, sampling), quality, sampling) for quality in qualities)
        for sampling in _SAMPLINGS
    ]
    _, quality, sampling = min(found, key=lambda one: (one[1] == 100, one))
    return quality, sampling


def _middle(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # Aligned to the grid of the last save: otherwise no quality stands out.
    top, left = (max(0, side - _ESTIMATION_SIDE) // 2 // _GRID * _GRID for side in rgb.shape[:2])
    return np.ascontiguousarray(rgb[top : top + _ESTIMATION_SIDE, left : left + _ESTIMATION_SIDE])


def _crf_for(rgb: NDArray[np.uint8], bits_per_pixel: float | None) -> int:
    """The smallest CRF whose picture needs at most `bits_per_pixel`, 51 if none does."""
    if bits_per_pixel is None or not bits_per_pixel > 0:
        raise ValueError(
            f"bits_per_pixel: expected > 0 where no strength is given, received {bits_per_pixel}"
        )
    low, high = 0, _WORST_CRF
    while low < high:
        middle = (low + high) // 2
        if _picture_bits(_encode_h264(rgb, middle)) <= bits_per_pixel * rgb.shape[0] * rgb.shape[1]:
            high = middle
        else:
            low = middle + 1
    return low


def _save(
    rgb: NDArray[np.uint8], saved_as: SavedAs, strength: int | None, sampling: str
) -> NDArray[np.uint8]:
    if strength is None:
        return rgb
    return (
        jpeg_roundtrip(rgb, quality=strength, sampling=sampling)
        if saved_as == "jpeg"
        else _decode_h264(_encode_h264(rgb, strength))
    )


def _encode_h264(rgb: NDArray[np.uint8], crf: int) -> bytes:
    """One key frame in Annex B form.

    It uses a single thread, so that the bits do not depend on the number of cores.
    """
    try:
        coder = av.VideoCodecContext.create("libx264", "w")
        coder.width, coder.height, coder.pix_fmt, coder.time_base = (
            rgb.shape[1],
            rgb.shape[0],
            "yuv420p",
            Fraction(1, 25),
        )
        coder.options = {"crf": str(crf), "preset": "veryfast", "threads": "1"}
        # Declared, as the decoded picture is otherwise read by the rule for its size.
        coder.colorspace, coder.color_range = _BT601, ColorRange.MPEG
        frame = av.VideoFrame.from_ndarray(rgb, "rgb24").reformat(
            format="yuv420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG
        )
        return b"".join(bytes(packet) for packet in [*coder.encode(frame), *coder.encode(None)])
    except (FFmpegError, ValueError) as error:
        raise AnalysisError(
            "What error levels can say in this video was not measured: the video library could not"
            " write H.264."
        ) from error


def _decode_h264(data: bytes) -> NDArray[np.uint8]:
    try:
        coder = av.VideoCodecContext.create("h264", "r")
        frames = [*coder.decode(av.Packet(data)), *coder.decode(None)]
        # As every frame of the evidence is converted: `to_ndarray` repeats chroma, up to 20 grey
        # levels away.
        return Painter(1).rgb(frames[0], Fraction(1))
    except (FFmpegError, IndexError) as error:
        raise AnalysisError(
            "What error levels can say in this video was not measured: the video library could not"
            " read H.264."
        ) from error


def _picture_bits(data: bytes) -> int:
    """Bits of the coded picture alone (NAL unit type 5).

    x264 also writes a text about its settings, which would outweigh a small frame.
    """
    units = data.split(b"\0\0\1")[1:]
    return sum(8 * (len(unit) + 3) for unit in units if unit[0] & 31 == 5)
