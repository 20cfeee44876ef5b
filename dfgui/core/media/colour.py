"""From a decoded picture to an upright one with full-range RGB and square pixels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import cv2
import numpy as np
from av.sidedata.sidedata import SideDataContainer, Type
from av.video.frame import PictureType, VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

from dfgui.core.media.media_files import check_size
from dfgui.core.media.turns import Turn

# ITU-T H.273, table 4: name, K_R and K_B of each matrix coefficients code point.
MATRICES = {
    1: ("BT.709", 0.2126, 0.0722),
    4: ("FCC", 0.30, 0.11),
    5: ("BT.601", 0.299, 0.114),
    6: ("BT.601", 0.299, 0.114),
    7: ("SMPTE 240M", 0.212, 0.087),
    9: ("BT.2020", 0.2627, 0.0593),
    10: ("BT.2020", 0.2627, 0.0593),
}
BY_NAME = {name: (kr, kb) for name, kr, kb in MATRICES.values()}
UNSPECIFIED_MATRICES = (2, 3)
HDR_TRANSFERS = {16: "PQ", 18: "HLG"}
WIDEST_PIXEL = 8
PLANAR = {f"yuv{j}{sampling}p" for j in ("", "j") for sampling in (410, 411, 420, 422, 440, 444)}
TYPES = {
    PictureType.I: "I", PictureType.SI: "I", PictureType.P: "P", PictureType.SP: "P",
    PictureType.B: "B", PictureType.BI: "B",
}  # fmt: skip


def _unknown_kind(cls: type[Type], number: int) -> Type:
    kind = object.__new__(cls)
    kind._name_ = f"UNKNOWN_{number}"
    kind._value_ = number  # type: ignore[assignment]
    return kind


# FFmpeg knows more kinds of side data than PyAV, such as EXIF and the views of spatial video. PyAV
# 18.1 names every kind as soon as one is asked for and raises ValueError for these.
Type._missing_ = classmethod(_unknown_kind)  # type: ignore[assignment]


@dataclass(frozen=True)
class Colour:
    """How a picture's numbers become colours, and what of this the file declares."""

    matrix: str
    matrix_declared: bool
    full: bool
    range_declared: bool
    hdr: str | None
    unsupported_matrix: bool

    @property
    def range_name(self) -> Literal["limited", "full"]:
        """The range in a word."""
        return "full" if self.full else "limited"

    def to_rgb(self) -> NDArray[np.float64]:
        """The (3, 4) matrix from 8-bit Y, Cb, Cr, 1 to 8-bit full-range R, G, B.

        It inverts ITU-T H.273, equations 39-44.
        """
        kr, kb = BY_NAME[self.matrix]
        kg = 1 - kr - kb
        luma, chroma, black = (1.0, 1.0, 0.0) if self.full else (255 / 219, 255 / 224, 16.0)
        r_cr, b_cb = 2 * (1 - kr) * chroma, 2 * (1 - kb) * chroma
        matrix = np.array(
            [[luma, 0, r_cr], [luma, -b_cb * kb / kg, -r_cr * kr / kg], [luma, b_cb, 0]]
        )
        return np.hstack([matrix, -matrix @ [[black], [128.0], [128.0]]])


def turn_of(frame: VideoFrame) -> Turn:
    """The turn that the frame's display matrix asks for.

    See ISO/IEC 14496-12, 8.2.2: x' = a x + c y, y' = b x + d y.
    """
    # Not frame.side_data: it and the frame would refer to each other, and the picture's memory
    # would wait for the garbage collector.
    # The stub of SideDataContainer declares no constructor.
    data = SideDataContainer(frame).get("DISPLAYMATRIX")  # type: ignore[call-arg]
    if data is None:
        return Turn()
    a, b, _, c, d = (int(value) for value in np.frombuffer(bytes(data), np.int32)[:5])
    straight, across = abs(a) + abs(d), abs(b) + abs(c)
    exact = min(straight, across) * 100 <= max(straight, across)
    if straight >= across:
        return Turn(False, a < 0, d < 0, exact)
    return Turn(True, c < 0, b < 0, exact)


def has_film_grain(frame: VideoFrame) -> bool:
    """Whether the file asks players to paint film grain over this frame, as AV1 can."""
    # The stub of SideDataContainer declares no constructor.
    return SideDataContainer(frame).get("FILM_GRAIN_PARAMS") is not None  # type: ignore[call-arg]


def colour_of(frame: VideoFrame) -> Colour:
    """What the frame declares about its colours, else what players assume.

    Players assume limited range, and BT.709 from 1280 columns or more than 576 rows on, BT.601
    below (mpv's rule).
    """
    hdr = HDR_TRANSFERS.get(frame.color_trc)
    name = frame.format.name
    if frame.format.is_rgb or name.startswith("pal"):
        return Colour("RGB", True, True, True, hdr, False)
    by_format = name.startswith("yuvj")
    told = by_format or frame.color_range in (ColorRange.MPEG, ColorRange.JPEG)
    full = (
        by_format or frame.color_range == ColorRange.JPEG or (not told and name.startswith("gray"))
    )
    declared = MATRICES.get(frame.colorspace)
    matrix = (
        declared[0]
        if declared
        else "BT.709"
        if frame.width >= 1280 or frame.height > 576
        else "BT.601"
    )
    unsupported = declared is None and frame.colorspace not in UNSPECIFIED_MATRICES
    return Colour(matrix, declared is not None, full, told, hdr, unsupported)


def square_size(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    """Size with square pixels, reached by widening one side and never by shrinking the other."""
    if aspect >= 1:
        return max(1, round(width * aspect)), height
    return width, max(1, round(height / aspect))


def usable_aspect(aspect: Fraction | None) -> Fraction:
    """The sample aspect ratio, or 1 if the file gives none or nonsense (beyond 8 to 1)."""
    if aspect is None or not Fraction(1, WIDEST_PIXEL) <= aspect <= WIDEST_PIXEL:
        return Fraction(1)
    return aspect


def frame_type(frame: VideoFrame) -> str:
    """How the frame is coded: "I", "P" or "B"; "?" for anything else."""
    return TYPES.get(PictureType(frame.pict_type), "?")


def has_transparency(frame: VideoFrame) -> bool:
    """Whether a part of the frame is transparent."""
    if not any(component.is_alpha for component in frame.format.components):
        return False
    return bool(frame.reformat(format="rgba").to_ndarray()[:, :, 3].min() < 255)


class Painter:
    """Turns decoded frames into upright RGB; keeps the scaler's tables between calls.

    8-bit YUV is converted here, within one grey level of the exact values: FFmpeg's scaler is off
    by up to 3, or five times slower. Anything else is first brought to 8-bit YUV 4:4:4 or RGB by
    that scaler. Chroma counts as sampled in the middle of its pixels.
    """

    def __init__(self, threads: int) -> None:
        self._scaler = VideoReformatter()
        self._threads = threads

    def rgb(self, frame: VideoFrame, aspect: Fraction) -> NDArray[np.uint8]:
        """Convert one frame.

        Args:
            frame: As decoded.
            aspect: Sample aspect ratio, width to height of one pixel.

        Returns:
            (H, W, 3) uint8, 0-255 full range, upright, square pixels, read-only.

        Raises:
            AnalysisError: the picture is too large.
        """
        size = square_size(frame.width, frame.height, aspect)
        check_size(*size)
        colour = colour_of(frame)
        if colour.matrix == "RGB":
            rgb = self._as_format(frame, "rgb24", True).to_ndarray().astype(np.uint8, copy=False)
        else:
            rgb = yuv_to_rgb(self._eight_bit(frame, colour), colour)
        if size != (frame.width, frame.height):
            # Not bicubic: of 8-bit pictures OpenCV computes it differently with and without IPP, so
            # that hashes and scores would depend on the processor.
            rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_LANCZOS4).astype(
                np.uint8, copy=False
            )
        rgb = turn_of(frame).apply(rgb)
        rgb.flags.writeable = False
        return rgb

    def _eight_bit(self, frame: VideoFrame, colour: Colour) -> VideoFrame:
        name = frame.format.name
        if name in PLANAR or name == "gray":
            return frame
        if name.startswith("gray"):
            # The scaler takes every grey picture as full range: with the same range on both sides,
            # it keeps the numbers.
            return self._as_format(frame, "gray", True)
        return self._as_format(frame, "yuvj444p" if colour.full else "yuv444p", colour.full)

    def _as_format(self, frame: VideoFrame, name: str, full: bool) -> VideoFrame:
        """The frame in another pixel format of the same matrix and range."""
        levels = ColorRange.JPEG if full else ColorRange.MPEG
        return self._scaler.reformat(
            frame, format=name, src_color_range=levels, dst_color_range=levels,
            interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND, threads=self._threads,
        )  # fmt: skip


def yuv_to_rgb(frame: VideoFrame, colour: Colour) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 RGB, 0-255, of a frame in one of the `PLANAR` formats or 8-bit grey."""
    luma, *chroma = (_samples(plane) for plane in frame.planes)
    chroma = chroma or [np.full((1, 1), 128, np.uint8)] * 2
    height, width = luma.shape
    # If chroma does not divide the size: enlarge its last sample whole, then cut.
    across, down = (
        -(-whole // part)
        for whole, part in zip((width, height), chroma[0].shape[::-1], strict=True)
    )
    full = [luma]
    for part in chroma:
        large = (part.shape[1] * across, part.shape[0] * down)
        full.append(
            cv2.resize(part, large, interpolation=cv2.INTER_LINEAR).astype(np.uint8, copy=False)[
                :height, :width
            ]
        )
    return cv2.transform(cv2.merge(full), colour.to_rgb()).astype(np.uint8, copy=False)


def _samples(plane: VideoPlane) -> NDArray[np.uint8]:
    rows = np.frombuffer(memoryview(plane), np.uint8, plane.height * plane.line_size)
    return rows.reshape(plane.height, plane.line_size)[:, : plane.width]
