"""The first bytes of files by other writers, and of texts that look like them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from av.audio.frame import AudioFrame
from PIL import Image

from dfgui.core.media.signatures import HEAD_BYTES, UNKNOWN, still_format, why_not_media
from dfgui.core.media.video import open_media
from tests.support.clips import make_clip, make_sound, read_number
from tests.support.recorder_clips import make_dhav, make_luodat


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


@pytest.mark.parametrize(
    ("container", "settings"),
    [
        ("mp4", {}),
        ("mp4", {"container_options": {"movflags": "frag_keyframe+empty_moov"}}),
        ("mov", {}),
        ("matroska", {}),
        ("webm", {"codec": "libvpx-vp9"}),
        ("avi", {"codec": "mpeg4"}),
        ("flv", {"codec": "flv1"}),
        ("asf", {"codec": "mpeg4"}),
        ("ogg", {"codec": "libvpx"}),
        ("mxf", {"codec": "mpeg2video"}),
        ("gxf", {"codec": "mpeg2video", "size": (720, 576)}),
        ("dv", {"codec": "dvvideo", "size": (720, 576)}),
        ("mpegts", {}),
        ("mpegts", {"container_options": {"mpegts_m2ts_mode": "1"}}),
        ("mpeg", {"codec": "mpeg2video"}),
        ("mpeg1video", {"codec": "mpeg1video"}),
        ("mpeg2video", {"codec": "mpeg2video"}),
        ("m4v", {"codec": "mpeg4"}),
        ("h264", {}),
        ("hevc", {"codec": "libx265"}),
        ("obu", {"codec": "libsvtav1", "size": (80, 64)}),
        ("ivf", {"codec": "libvpx"}),
        ("gif", {"codec": "gif", "pix_fmt": "gray"}),
        ("yuv4mpegpipe", {"codec": "wrapped_avframe"}),
        ("nut", {}),
        ("rm", {"codec": "rv10", "size": (176, 144)}),
        ("wtv", {"codec": "mpeg2video"}),
        ("smjpeg", {"codec": "mjpeg", "pix_fmt": "yuvj420p"}),
    ],
)
def test_videos_of_each_container(container: str, settings: dict[str, Any], tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip", container_format=container, **settings)
    assert still_format(_head(clip)) is None
    assert why_not_media(_head(clip)) is None


def test_a_stream_cut_within_a_packet(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole", container_format="mpegts").read_bytes()
    assert why_not_media(whole[100 : 100 + HEAD_BYTES]) is None


@pytest.mark.parametrize("make", [make_dhav, make_luodat])
def test_clips_of_recorders_are_read(make: Callable[[Path], Path], tmp_path: Path) -> None:
    clip = make(tmp_path / "ch01.bin")
    assert why_not_media(_head(clip)) is None
    with open_media(clip) as video:
        frames = list(video.frames(range(video.count)))
    assert [read_number(frame.rgb) for frame in frames] == list(range(20))
    times = [frame.pts_s for frame in frames]
    assert [round(time - times[0], 3) for time in times] == [n / 25 for n in range(20)]


@pytest.mark.parametrize("make", [make_dhav, make_luodat])
def test_frames_of_recorders_are_found_in_any_order(
    make: Callable[..., Path], tmp_path: Path
) -> None:
    # Past the first second and off the key frames, where FFmpeg's own seek finds other frames.
    with open_media(make(tmp_path / "ch01.bin", frames=60)) as video:
        numbers = [37, 12, 55, 3, 59]
        assert [read_number(video.frame(index).rgb) for index in numbers] == numbers


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "JPEG2000", "PPM"])
def test_stills_of_each_kind(kind: str, tmp_path: Path) -> None:
    Image.new("RGB", (5, 3)).save(tmp_path / "still", kind)
    assert still_format(_head(tmp_path / "still")) == kind
    assert why_not_media(_head(tmp_path / "still")) is None


def _tar(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        archive.add(__file__, "clip.mp4")


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("clip.mp4", b"x")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_tar, "archive"),
        (_zip, "archive"),
        (lambda path: path.write_bytes(gzip.compress(b"x")), "archive"),
        (lambda path: Image.new("RGB", (16, 16)).save(path, "ICO"), "picture of a kind"),
        (lambda path: Image.new("RGB", (16, 16)).save(path, "DDS"), "picture of a kind"),
    ],
)
def test_other_kinds_are_told_apart(
    make: Callable[[Path], object], words: str, tmp_path: Path
) -> None:
    make(tmp_path / "file")
    assert words in str(why_not_media(_head(tmp_path / "file")))


@pytest.mark.parametrize("suffix", ["m4a", "wav", "aac"])
def test_sound_alone(suffix: str, tmp_path: Path) -> None:
    assert "sound" in str(why_not_media(_head(make_sound(tmp_path / f"voice.{suffix}"))))


@pytest.mark.parametrize(
    ("suffix", "codec", "layout"),
    [
        ("opus", "libopus", "flt"),
        ("mp3", "libmp3lame", "fltp"),
        ("flac", "flac", "s16"),
    ],
)
def test_voice_messages(suffix: str, codec: str, layout: str, tmp_path: Path) -> None:
    voice = tmp_path / f"voice.{suffix}"
    with av.open(str(voice), "w") as container:
        stream = container.add_stream(codec, rate=48000, layout="mono", format=layout)
        frame = AudioFrame(layout, "mono", 960)
        frame.sample_rate, frame.pts = 48000, 0
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert "sound" in str(why_not_media(_head(voice)))


@pytest.mark.parametrize(
    "text",
    [
        "BMW is a maker of cars.",
        "The free software is free.",
        "P5 is a number; P6 another.",
        "Gentlemen, " * 200,
        "--\nA signature",
        "RIFF raff",
        "\ufeffGrüße",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_texts_are_no_media(text: str, encoding: str) -> None:
    assert why_not_media(text.encode(encoding)) == UNKNOWN


def test_bytes_that_end_early() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (5, 3)).save(buffer, "PNG")
    assert why_not_media(b"\x89PNG") == UNKNOWN
    assert why_not_media(buffer.getvalue()[:8]) is None
