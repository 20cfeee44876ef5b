"""Colours, rotations and pixel shapes against values worked out by hand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from dfgui.core.media.colour import Painter
from dfgui.core.media.media_files import Frame
from dfgui.core.media.video import open_media
from tests.support.clips import make_clip, read_number

# Worked out by hand from ITU-T H.273 for Y 81, Cb 90, Cr 240; for example BT.601, limited:
# R = 255/219 (81-16) + 2 (1-.299) 255/224 (240-128) = 75.68 + 178.75 = 254.4
COLOURS = [
    pytest.param("yuv420p", (5, 1), (254, 0, 0), id="601 limited"),
    pytest.param("yuv420p", (1, 1), (255, 24, 0), id="709 limited"),
    pytest.param("yuv420p", (9, 1), (255, 10, 0), id="2020 limited"),
    pytest.param("yuv420p", (5, 2), (238, 14, 14), id="601 full"),
    pytest.param("yuv420p", (1, 2), (255, 36, 10), id="709 full"),
    pytest.param("yuv422p", (6, 1), (254, 0, 0), id="422"),
    pytest.param("yuv444p", (1, 1), (255, 24, 0), id="444"),
    pytest.param("yuv420p10le", (1, 1), (255, 24, 0), id="10 bit limited"),
    pytest.param("yuv420p10le", (5, 2), (238, 14, 14), id="10 bit full"),
    pytest.param("yuv420p", None, (254, 0, 0), id="silent, small: 601 limited"),
    pytest.param("yuva420p", (5, 1), (254, 0, 0), id="with transparency"),
]


@pytest.mark.parametrize(("pix_fmt", "colour", "rgb"), COLOURS)
def test_colours_by_hand(
    pix_fmt: str, colour: tuple[int, int] | None, rgb: tuple[int, int, int], tmp_path: Path
) -> None:
    path = make_clip(
        tmp_path / "flat.mkv",
        codec="ffv1",
        frames=1,
        pix_fmt=pix_fmt,
        flat=(81, 90, 240),
        colour=colour,
        size=(33, 17),
    )
    with open_media(path) as video:
        picture = video.frame(0).rgb
        assert np.abs(picture.astype(int) - np.array(rgb)).max() <= 1
        assert picture.shape == (17, 33, 3)
        assert (
            video.info.matrix_declared == video.info.colour_range_declared == (colour is not None)
        )
        assert video.info.colour_range == (
            "full" if colour is not None and colour[1] == 2 else "limited"
        )


@pytest.mark.parametrize(
    ("pix_fmt", "levels", "grey"),
    [("gray", 2, 81), ("gray", 1, 76), ("gray10le", 2, 81), ("gray10le", 1, 76)],
)
def test_grey(pix_fmt: str, levels: int, grey: int, tmp_path: Path) -> None:
    # Limited: 255/219 (81 - 16) = 75.7
    path = make_clip(
        tmp_path / "flat.mkv",
        codec="ffv1",
        frames=1,
        pix_fmt=pix_fmt,
        flat=(81, 0, 0),
        colour=(5, levels),
        size=(32, 16),
    )
    with open_media(path) as video:
        # The scaler dithers if it drops bits.
        assert np.abs(video.frame(0).rgb.astype(int) - grey).max() <= (2 if "10" in pix_fmt else 1)


def test_rgb_is_left_as_it_is(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "rgb.mkv"), "w") as writer:
        stream: Any = writer.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 6, 4, "bgr0"
        picture = np.arange(72, dtype=np.uint8).reshape(4, 6, 3) * 3
        writer.mux(stream.encode(VideoFrame.from_ndarray(picture, "rgb24").reformat(format="bgr0")))
        writer.mux(stream.encode(None))
    with open_media(tmp_path / "rgb.mkv") as video:
        assert np.array_equal(video.frame(0).rgb, picture)
        assert video.info.matrix == "RGB"


def test_a_large_silent_video_is_read_as_bt709(tmp_path: Path) -> None:
    with open_media(
        make_clip(
            tmp_path / "flat.mkv", codec="ffv1", frames=1, flat=(81, 90, 240), size=(1280, 16)
        )
    ) as video:
        assert (video.info.matrix, video.info.matrix_declared) == ("BT.709", False)
        assert np.abs(video.frame(0).rgb.astype(int) - (255, 24, 0)).max() <= 1


def test_hdr_is_said(tmp_path: Path) -> None:
    path = make_clip(
        tmp_path / "hdr.mp4",
        frames=2,
        codec="libx265",
        pix_fmt="yuv420p10le",
        colour=(9, 1),
        transfer=16,
    )
    with open_media(path) as video:
        assert video.info.matrix == "BT.2020"
        assert any("HDR (PQ)" in sentence for sentence in video.warnings)


ONE = 1 << 16
# Corners A B / C D, and their places by ISO/IEC 14496-12 (x' = a x + c y, y' = b x + d y), worked
# out on paper.
MATRICES = [
    pytest.param((1, 0, 0, 1), "ABCD", 0, False, id="as it is"),
    pytest.param((0, 1, -1, 0), "CADB", 90, False, id="clockwise, a phone upright"),
    pytest.param((-1, 0, 0, -1), "DCBA", 180, False, id="upside down"),
    pytest.param((0, -1, 1, 0), "BDAC", 270, False, id="counter-clockwise"),
    pytest.param((-1, 0, 0, 1), "BADC", 0, True, id="mirrored"),
    pytest.param((1, 0, 0, -1), "CDAB", 180, True, id="top to bottom"),
    pytest.param((0, 1, 1, 0), "ACBD", 90, True, id="transposed"),
    pytest.param((0, -1, -1, 0), "DBCA", 270, True, id="transposed across"),
]
GREYS = {"A": 200, "B": 150, "C": 100, "D": 50}


def _corners(frame: Frame) -> str:
    height, width = frame.rgb.shape[:2]
    points = [
        (height // 4, width // 4),
        (height // 4, 3 * width // 4),
        (3 * height // 4, width // 4),
        (3 * height // 4, 3 * width // 4),
    ]
    # Limited range: 16-235 become 0-255.
    seen = [frame.rgb[point].mean() * 219 / 255 + 16 for point in points]
    return "".join(min(GREYS, key=lambda name: abs(GREYS[name] - grey)) for grey in seen)


@pytest.mark.parametrize(("abcd", "corners", "degrees", "mirrored"), MATRICES)
def test_upright(
    abcd: tuple[int, int, int, int], corners: str, degrees: int, mirrored: bool, tmp_path: Path
) -> None:
    picture = np.array([[200, 150], [100, 50]], np.uint8).repeat(24, axis=0).repeat(40, axis=1)
    a, b, c, d = (ONE * value for value in abcd)
    path = make_clip(
        tmp_path / "turned.mp4", frames=2, picture=picture, matrix=(a, b, 0, c, d, 0, 0, 0, 1 << 30)
    )
    with open_media(path) as video:
        frame = video.frame(1)
        assert _corners(frame) == corners
        assert (video.info.rotation, video.info.mirrored) == (degrees, mirrored)
        assert (
            frame.rgb.shape
            == ((48, 80, 3) if abcd[0] else (80, 48, 3))
            == (video.info.height, video.info.width, 3)
        )


@pytest.mark.parametrize(
    "matrix", [None, (0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30)], ids=["as it is", "turned"]
)
def test_a_frame_is_freed_as_soon_as_it_is_let_go(
    matrix: tuple[int, ...] | None, tmp_path: Path
) -> None:
    """A frame that refers to itself keeps its picture, 3 MB at 1080p, until garbage collection."""
    with av.open(str(make_clip(tmp_path / "clip.mp4", frames=2, matrix=matrix))) as container:
        frame = next(container.decode(video=0))
        before = sys.getrefcount(frame)
        rgb = Painter(1).rgb(frame, Fraction(1))
        assert rgb.shape == ((48, 80, 3) if matrix is None else (80, 48, 3))
        assert sys.getrefcount(frame) == before


@pytest.mark.parametrize("grain", [0, 50])
def test_film_grain_is_named_and_not_painted(grain: int, tmp_path: Path) -> None:
    """What the encoder takes out as grain is painted again by players, some grey levels strong."""
    noise = np.random.default_rng(1).integers(-20, 21, (128, 128))
    luma = np.clip(np.linspace(60, 180, 128)[None] + noise, 0, 255).astype(np.uint8)
    clip = make_clip(
        tmp_path / "clip.mp4", codec="libsvtav1", size=(128, 128), frames=3, picture=luma,
        colour=(5, 1), options={"svtav1-params": f"film-grain={grain}:film-grain-denoise=1"},
    )  # fmt: skip
    with open_media(clip) as video:
        shown = video.frame(1).rgb
        named = [warning for warning in video.warnings if "film grain" in warning]
    assert len(named) == (grain > 0)
    with av.open(str(clip)) as painted:
        players = [frame.to_ndarray(format="rgb24") for frame in painted.decode(video=0)][1]
    assert (noise_of(players) > noise_of(shown) + 1) == (grain > 0)


def noise_of(rgb: NDArray[np.uint8]) -> float:
    """Mean change from one pixel to the next, in grey levels."""
    return float(np.abs(np.diff(rgb.astype(float), axis=1)).mean())


def test_a_stretched_picture_does_not_depend_on_the_processor(tmp_path: Path) -> None:
    """OpenCV has other code for processors with Intel's library than for those without."""
    luma = np.random.default_rng(1).integers(16, 236, (576, 720), dtype=np.uint8)
    clip = make_clip(
        tmp_path / "wide.mkv", codec="ffv1", size=(720, 576), frames=1, picture=luma,
        aspect=Fraction(16, 15),
    )  # fmt: skip
    hashing = (
        "import sys; from pathlib import Path; from dfgui.core.media.video import open_media;"
        " print(open_media(Path(sys.argv[1])).frame(0).sha256)"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", hashing, clip],
            env=os.environ | environment,
            capture_output=True,
            check=True,
        ).stdout
        for environment in ({}, {"OPENCV_IPP": "disabled"})
    }
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("aspect", "size"),
    [
        (Fraction(4, 3), (107, 48)),
        (Fraction(1, 2), (80, 96)),
        (Fraction(1, 1), (80, 48)),
        (Fraction(100, 1), (80, 48)),
    ],
)
def test_square_pixels_by_widening(aspect: Fraction, size: tuple[int, int], tmp_path: Path) -> None:
    with open_media(make_clip(tmp_path / "wide.mp4", frames=3, aspect=aspect)) as video:
        assert (video.info.width, video.info.height) == size
        assert video.frame(2).rgb.shape == (size[1], size[0], 3)
        assert read_number(video.frame(2).rgb) == 2


def test_side_data_that_pyav_does_not_know_is_passed_over(tmp_path: Path) -> None:
    """FFmpeg hands the EXIF of each JPEG of a Motion JPEG film on as side data of kind 31."""
    exif = Image.Exif()
    exif[0x010F] = "a maker"
    with av.open(str(tmp_path / "film.mov"), "w") as container:
        stream = container.add_stream("mjpeg", rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 32, 16, "yuvj444p"
        for number in range(3):
            data = io.BytesIO()
            Image.new("RGB", (32, 16), (90, 90, 90)).save(data, "JPEG", subsampling=0, exif=exif)
            packet = Packet(data.getvalue())
            packet.stream, packet.pts, packet.dts = stream, number, number
            packet.time_base = Fraction(1, 25)
            container.mux(packet)
    with av.open(str(tmp_path / "film.mov")) as container:
        frame = next(container.decode(video=0))
        assert [data.type.value for data in frame.side_data] == [31]
    with open_media(tmp_path / "film.mov") as video:
        assert video.frame(2).rgb[8, 8].tolist() == [90, 90, 90]
