"""Large clips for the benchmarks: the demo portrait at 1080p with sensor grain, and hours of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.resources import resource

WIDTH, HEIGHT, FPS = 1920, 1080, 30
# Standard deviation in grey levels: the encoder has as much to do as with a real camera's picture.
GRAIN = 3.0


def pictures(count: int) -> Iterator[NDArray[np.uint8]]:
    """(1080, 1920, 3) uint8 RGB: the demo clip forward and backward, three times as large."""
    with av.open(str(resource("demo", "portrait.mp4"))) as container:
        small = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    turns = small + small[-2:0:-1]
    chance = np.random.default_rng(0)
    grain = chance.normal(0, GRAIN, (HEIGHT + 100, WIDTH + 100, 1)).astype(np.int16)
    for index in range(count):
        large = cv2.resize(
            turns[index % len(turns)], (WIDTH, WIDTH * 3 // 4), interpolation=cv2.INTER_CUBIC
        )[100 : 100 + HEIGHT]
        top, left = chance.integers(0, 100, 2)
        yield np.clip(large + grain[top : top + HEIGHT, left : left + WIDTH], 0, 255).astype(
            np.uint8
        )


def film(path: Path, *, frames: int, options: dict[str, str] | None = None) -> Path:
    """Write 1080p at 30 frames/s with x264, preset "veryfast" and otherwise its defaults."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"preset": "veryfast"} | (options or {})
        )
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in pictures(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def loop(source: Path, path: Path, *, times: int) -> Path:
    """Repeat the packets of a clip, which begins with a key frame, without encoding them again."""
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        template = given.streams.video[0]
        stream = made.add_stream_from_template(template)
        packets = [
            (packet.pts or 0, packet.dts or 0, packet.is_keyframe, bytes(packet))
            for packet in given.demux(template)
            if packet.size
        ]
        assert template.average_rate is not None
        assert template.time_base is not None
        step = round(len(packets) / template.average_rate / template.time_base)
        for turn in range(times):
            for pts, dts, key, data in packets:
                packet = av.Packet(data)
                packet.pts, packet.dts, packet.is_keyframe = (
                    pts + turn * step,
                    dts + turn * step,
                    key,
                )
                packet.time_base, packet.stream = template.time_base, stream
                made.mux(packet)
    return path
