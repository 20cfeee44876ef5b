"""How a film of the corpus is written: its recipe, and colours calculated after H.273."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import ClassVar

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from dfgui.cli.corpus import Truth
from tests.corpus_inputs.scene import FRAMES, HEIGHT, WIDTH, Picture, face, pixels, scaled, scene

# SVT-AV1 otherwise prints what it is.
os.environ.setdefault("SVT_LOG", "1")
LOOKED_AT = (0, FRAMES // 2, FRAMES - 1)
FACE_AT = FRAMES // 2
SMALLEST_FACE = 320
"""Columns of a film below which no face is asked for."""
# H.273: weights of red and blue, by the number of the matrix that a file declares.
MATRICES = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
LIMITED, FULL = 1, 2


@dataclass(frozen=True)
class Film:
    """How one film is made.

    Attributes:
        made: in words, for the truth.
        codec: PyAV's name of the encoder.
        size: of the upright picture, without the shape of the pixels.
        pts: times of the frames in `time_base`; evenly at `rate` if empty.
        clock: step of the container's clock; 0 if it holds the times exactly.
        from_first: times are compared with the first one.
        timed: the container holds times.
        matrix: number in H.273 that the pictures are converted with.
        declared: matrix and range that are declared; None for neither.
        turn: degrees clockwise that the container tells a player to turn.
        within: levels by which a colour may differ.
        preview: a small film stands before it, and it is declared as the default.
    """

    made: str
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    size: tuple[int, int] = (WIDTH, HEIGHT)
    rate: Fraction = Fraction(25)
    pts: Sequence[int] = ()
    time_base: Fraction | None = None
    clock: Fraction = Fraction(0)
    from_first: bool = True
    timed: bool = True
    gop: int = 10
    b_frames: int = 0
    options: dict[str, str] = field(default_factory=dict)
    container: str | None = None
    container_options: dict[str, str] = field(default_factory=dict)
    matrix: int = 6
    full: bool = False
    declared: tuple[int, int] | None = (6, LIMITED)
    turn: int = 0
    aspect: Fraction = Fraction(1)
    within: int = 10
    preview: bool = False
    needs: ClassVar[str | None] = None

    @property
    def grey(self) -> bool:
        """Whether it has no colour."""
        return self.pix_fmt.startswith("gray")

    @property
    def base(self) -> Fraction:
        """The unit of `pts`."""
        return self.time_base or 1 / self.rate

    @property
    def stamps(self) -> Sequence[int]:
        """The time of each frame, in units of `base`."""
        return self.pts or range(FRAMES)

    def truth(self, name: str) -> Truth:
        """What the file must be read as."""
        start = self.stamps[0] if self.from_first else 0
        times = tuple(float((stamp - start) * self.base) for stamp in self.stamps)
        has_face = self.size[0] >= SMALLEST_FACE
        return Truth(
            name,
            self.made,
            "video",
            FRAMES,
            times if self.timed else None,
            self.from_first,
            float(self.clock / 2),
            self.size,
            self.turn,
            tuple(
                pixel
                for frame in LOOKED_AT
                for pixel in pixels(frame, self.size, within=self.within, grey=self.grey)
            ),
            (face(FACE_AT, self.size),) if has_face else (),
        )

    def write(self, path: Path) -> None:
        """Write the file."""
        options = self.container_options
        with av.open(str(path), "w", format=self.container, container_options=options) as container:
            # A container takes no further stream once it has a packet.
            small = _preview_stream(container) if self.preview else None
            stream = self._stream(container)
            if small is not None:
                stream.disposition = av.stream.Disposition.default
                _write_preview(container, small)
            for number, stamp in enumerate(self.stamps):
                frame = self._frame(scene()[number])
                frame.pts, frame.time_base = stamp, self.base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))

    def _stream(self, container: OutputContainer) -> VideoStream:
        stream = container.add_stream(self.codec, rate=self.rate)
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        stream.width, stream.height = self._stored_size()
        stream.pix_fmt = self.pix_fmt
        context.time_base, context.gop_size = self.base, self.gop
        context.max_b_frames = self.b_frames
        if self.codec not in QUALITY:
            context.bit_rate = 20_000_000
        context.options = {**QUALITY.get(self.codec, {}), **self.options}
        if self.declared is not None:
            context.colorspace, context.color_range = self.declared
        if self.aspect != 1:
            context.sample_aspect_ratio = self.aspect
        if self.turn:
            stream.set_display_rotation(-self.turn)  # FFmpeg counts counter-clockwise
        return stream

    def _stored_size(self) -> tuple[int, int]:
        width, height = self._unstretched()
        return (height, width) if self.turn % 180 else (width, height)

    def _unstretched(self) -> tuple[int, int]:
        """The size without the shape of the pixels: a player enlarges one side and shrinks none."""
        width, height = self.size
        if self.aspect > 1:
            return round(width / self.aspect), height
        return width, round(height * self.aspect)

    def _frame(self, picture: Picture) -> VideoFrame:
        upright = scaled(picture, *self._unstretched())
        stored = np.ascontiguousarray(np.rot90(upright, self.turn // 90))  # counter-clockwise
        if self.pix_fmt in ("rgb24", "rgb8", "bgr0"):
            frame = VideoFrame.from_ndarray(stored, format="rgb24")
            return frame.reformat(format=self.pix_fmt)
        frame = yuv(stored, self.pix_fmt, MATRICES[self.matrix], full=self.full)
        if self.declared is not None:
            frame.colorspace, frame.color_range = self.declared
        return frame


@dataclass(frozen=True)
class TwoPasses(Film):
    """A film that ffmpeg encodes in two passes; in one, VP8 has no packets that show nothing."""

    needs: ClassVar[str | None] = "ffmpeg"

    def write(self, path: Path) -> None:
        """Write the file."""
        options = [part for name, value in self.options.items() for part in (f"-{name}", value)]
        with tempfile.TemporaryDirectory() as folder:
            Film("", codec="ffv1").write(Path(folder, "source.mkv"))
            start = ["ffmpeg", "-v", "error", "-y", "-i", "source.mkv", "-c:v", self.codec]
            for number, target in (("1", ["-f", "null", "-"]), ("2", [str(path.resolve())])):
                subprocess.run(
                    [*start, *options, "-pass", number, *target],
                    cwd=folder,
                    check=True,
                    capture_output=True,
                )


QUALITY = {
    "libx264": {"preset": "ultrafast", "crf": "14"},
    "libx265": {"preset": "ultrafast", "crf": "14", "x265-params": "log-level=none"},
    "libsvtav1": {"preset": "12", "crf": "20", "svtav1-params": "lp=1"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "b": "8M"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "b": "8M"},
}


def yuv(rgb: Picture, pix_fmt: str, weights: tuple[float, float], *, full: bool) -> VideoFrame:
    """An RGB picture as Y'CbCr, calculated after H.273.

    Args:
        rgb: (H, W, 3) uint8.
        pix_fmt: FFmpeg's name of a planar format, or of grey.
        weights: of red and blue in luma.
        full: full range instead of limited.
    """
    bits = 10 if "10" in pix_fmt else 8
    red, green, blue = (rgb[..., plane] / 255.0 for plane in range(3))
    kr, kb = weights
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    planes = [luma, (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)]
    frame = VideoFrame(rgb.shape[1], rgb.shape[0], pix_fmt)
    for number, (plane, values) in enumerate(zip(frame.planes, planes, strict=False)):
        sampled = values if number == 0 else _sampled(values, plane.width, plane.height)
        levels = _levels(sampled, bits, full=full, chroma=number > 0)
        stored = np.zeros((plane.height, plane.line_size // levels.itemsize), levels.dtype)
        stored[:, : plane.width] = levels
        plane.update(stored.tobytes())
    return frame


def _sampled(values: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """The mean of the pixels that share a value of chroma."""
    across, down = -(-values.shape[1] // width), -(-values.shape[0] // height)
    padded = np.pad(
        values,
        ((0, height * down - values.shape[0]), (0, width * across - values.shape[1])),
        mode="edge",
    )
    return np.asarray(padded.reshape(height, down, width, across).mean(axis=(1, 3)), np.float64)


def _levels(
    values: NDArray[np.float64], bits: int, *, full: bool, chroma: bool
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    scale = 1 << (bits - 8)
    if full:
        levels = values * ((1 << bits) - 1) + (128 * scale if chroma else 0)
    else:
        levels = (values * (224 if chroma else 219) + (128 if chroma else 16)) * scale
    limited = np.clip(np.rint(levels), 0, (1 << bits) - 1)
    return limited.astype(np.uint8 if bits == 8 else np.uint16)


def _preview_stream(container: OutputContainer) -> VideoStream:
    """The first stream of a file, 160 x 120, which the file does not declare as its default."""
    stream = container.add_stream("mjpeg", rate=25)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = 160, 120, "yuvj420p"
    stream.disposition = av.stream.Disposition(0)
    return stream


def _write_preview(container: OutputContainer, stream: VideoStream) -> None:
    """One grey frame."""
    grey = np.full((120, 160, 3), 128, np.uint8)
    frame = yuv(grey, "yuvj420p", MATRICES[6], full=True)
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    container.mux([*stream.encode(frame), *stream.encode(None)])
