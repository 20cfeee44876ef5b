"""Files with two video streams."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.stream import Disposition
from av.video.stream import VideoStream

from tests.support.clips import yuv_frame

SMALL, LARGE = (64, 32), (160, 96)
LUMA = (60, 180)  # of the first and the second stream


def two_streams(
    path: Path, sizes: tuple[tuple[int, int], tuple[int, int]], default: int | None = None
) -> Path:
    """Two films of three frames; stream `default` has the flag."""
    with av.open(str(path), "w") as container:
        streams = []
        for size in sizes:
            stream = container.add_stream("mpeg2video", rate=25)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            streams.append(stream)
        if default is not None:
            streams[1 - default].disposition = Disposition(0)
            streams[default].disposition = Disposition.default
        for number in range(3):
            for stream, luma in zip(streams, LUMA, strict=True):
                frame = yuv_frame(np.full((stream.height, stream.width), luma, np.uint8))
                frame.pts = number
                container.mux(stream.encode(frame))
        for stream in streams:
            container.mux(stream.encode(None))
    return path
