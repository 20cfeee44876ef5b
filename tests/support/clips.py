"""Small clips with known content: each frame carries its number as bright and dark blocks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

BITS = 10
CODE_WIDTH = 8 * BITS


def numbered(number: int, width: int = CODE_WIDTH, height: int = 48) -> NDArray[np.uint8]:
    """(H, W) uint8 luma, 40 or 200: bit i of `number` is the i-th of ten upright bars."""
    bits = [(number >> bit) & 1 for bit in range(BITS)]
    bars = np.array([200 if bit else 40 for bit in bits], np.uint8)
    return np.tile(bars[np.arange(width) * BITS // width], (height, 1))


def read_number(rgb: NDArray[np.uint8]) -> int:
    """The number that `numbered` drew, from an (H, W, 3) picture of any brightness coding."""
    width = rgb.shape[1]
    centres = [(2 * bit + 1) * width // (2 * BITS) for bit in range(BITS)]
    return sum(1 << bit for bit, column in enumerate(centres) if rgb[:, column].mean() > 120)


def yuv_frame(
    luma: NDArray[np.uint8], *, u: int = 128, v: int = 128, pix_fmt: str = "yuv420p"
) -> VideoFrame:
    """A frame of `luma` (H, W) and a flat colour; 10-bit formats get 4 times the 8-bit values."""
    frame = VideoFrame(luma.shape[1], luma.shape[0], pix_fmt)
    deep = pix_fmt.endswith("10le")
    for plane, values in zip(frame.planes, (luma, u, v), strict=False):
        dtype = np.uint16 if deep else np.uint8
        padded = np.zeros((plane.height, plane.line_size // dtype().itemsize), dtype)
        padded[:, : plane.width] = np.asarray(values, dtype) * (4 if deep else 1)
        plane.update(padded.tobytes())
    return frame


def make_clip(
    path: Path,
    *,
    frames: int = 30,
    size: tuple[int, int] = (CODE_WIDTH, 48),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    rate: Fraction | int = 25,
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    gop: int = 10,
    b_frames: int = 0,
    options: dict[str, str] | None = None,
    flat: tuple[int, int, int] | None = None,
    picture: NDArray[np.uint8] | None = None,
    colour: tuple[int, int] | None = None,
    transfer: int | None = None,
    aspect: Fraction | None = None,
    rotation: float | None = None,
    matrix: Sequence[int] | None = None,
    audio: bool = False,
    extra_streams: int = 0,
    container_format: str | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a clip and return its path.

    Args:
        path: Where to; the suffix chooses the container unless `container_format` does.
        frames: How many; frame i shows the number i.
        size: Width and height.
        pts: Presentation times in `time_base`, which is 1/rate by default; 0, 1, 2, ... by default.
        gop: Frames from one key frame to the next.
        b_frames: B-frames in a row; the encoder uses all of them.
        flat: Y, U, V of every pixel in place of the number.
        picture: (H, W) luma of every frame in place of the number.
        colour: H.273 matrix code point and range (1 limited, 2 full) to declare.
        transfer: H.273 transfer code point to declare.
        aspect: Sample aspect ratio to declare.
        rotation: Degrees of the display matrix as FFmpeg counts them (counter-clockwise).
        matrix: The nine numbers of the display matrix instead.
        audio: Add a second of silence.
        extra_streams: Number of further video streams, each of one picture.
    """
    with av.open(
        str(path), "w", format=container_format, container_options=container_options or {}
    ) as container:
        stream = _video_stream(
            container, codec, rate, size, pix_fmt, time_base, gop, b_frames, options
        )
        if colour is not None:
            stream.codec_context.colorspace, stream.codec_context.color_range = colour
        if transfer is not None:
            stream.codec_context.color_trc = transfer
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation is not None:
            stream.set_display_rotation(rotation)
        if matrix is not None:
            stream.set_display_matrix(matrix)
        sound = _add_sound(container) if audio else None
        others = [
            _video_stream(container, "mpeg4", 25, (16, 16), "yuv420p", None, 1, 0, None)
            for _ in range(extra_streams)
        ]
        for number in range(frames):
            y, u, v = flat or (None, 128, 128)
            luma = (
                np.full(size[::-1], y, np.uint8)
                if y is not None
                else numbered(number, *size)
                if picture is None
                else picture
            )
            frame = yuv_frame(luma, u=u, v=v, pix_fmt=pix_fmt)
            frame.pts = pts[number] if pts is not None else number
            frame.time_base = stream.codec_context.time_base
            if colour is not None:
                frame.colorspace, frame.color_range = colour
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        for other in others:
            single = yuv_frame(np.full((16, 16), 90, np.uint8))
            single.pts = 0
            container.mux([*other.encode(single), *other.encode(None)])
        if sound is not None:
            _silence(container, sound)
    return path


def make_sound(path: Path) -> Path:
    """A file with one second of silence and nothing else."""
    with av.open(str(path), "w") as container:
        _silence(container, _add_sound(container))
    return path


def cut_bytes(source: Path, target: Path, share: float) -> Path:
    """The first `share` (0-1) of a file's bytes."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def copy_packets(
    source: Path, target: Path, *, skip: int = 0, earlier: int = 0, times: int = 1
) -> Path:
    """Copy the video packets of a file without encoding them again.

    Args:
        skip: Number of packets to leave out at the beginning, in file order.
        earlier: Move all times back by this many units; MP4 hides what falls below 0 with an edit
            list.
        times: Number of times to append the packets, with times that continue.
    """
    with av.open(str(target), "w", container_options={"avoid_negative_ts": "disabled"}) as writer:
        with av.open(str(source)) as reader:
            stream = writer.add_stream_from_template(reader.streams.video[0])
            length = reader.streams.video[0].duration or 0
        for turn in range(times):
            with av.open(str(source)) as reader:
                for number, packet in enumerate(
                    packet for packet in reader.demux(reader.streams.video[0]) if packet.size
                ):
                    if number >= skip and packet.pts is not None and packet.dts is not None:
                        packet.pts += turn * length - earlier
                        packet.dts += turn * length - earlier
                        packet.stream = stream
                        writer.mux(packet)
    return target


def _video_stream(
    container: OutputContainer, codec: str, rate: Fraction | int, size: tuple[int, int],
    pix_fmt: str, time_base: Fraction | None, gop: int, b_frames: int,
    options: dict[str, str] | None,
) -> VideoStream:  # fmt: skip
    stream = container.add_stream(codec, rate=Fraction(rate))
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = pix_fmt
    stream.codec_context.time_base = time_base or 1 / Fraction(rate)
    stream.codec_context.gop_size = gop
    stream.codec_context.max_b_frames = b_frames
    stream.codec_context.thread_count = 1
    if codec in ("libx264", "libx265"):
        stream.codec_context.options = {
            "preset": "ultrafast",
            "crf": "10",
            **_encoder_options(codec, gop, b_frames),
            **(options or {}),
        }
    elif options:
        stream.codec_context.options = options
    return stream


def _encoder_options(codec: str, gop: int, b_frames: int) -> dict[str, str]:
    """Key frames and B-frames exactly where asked, whatever the pictures show."""
    settings = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}:b-adapt=0"
    return (
        {"x264-params": settings}
        if codec == "libx264"
        else {"x265-params": f"{settings}:log-level=none:pools=none:frame-threads=1"}
    )


def _add_sound(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("aac", rate=44100)
    assert isinstance(stream, AudioStream)
    stream.layout = "mono"
    return stream


def _silence(container: OutputContainer, stream: AudioStream) -> None:
    for start in range(0, 44100, 1024):
        frame = AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts = 44100, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
