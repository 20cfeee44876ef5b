"""Encrypted tracks are refused in a sentence, and the part to be shown is said."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from dfgui.core.errors import AnalysisError
from dfgui.core.media.container.track_header import TrackHeader, track_header
from dfgui.core.media.video import open_media
from tests.support.clips import make_clip

ENCRYPTED = "holds an encrypted video stream; its pictures cannot be read without the key"
IN_THE_ENTRY = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"]


def _within(data: bytearray, path: list[bytes], more: bytes) -> int:
    """Put bytes at the end of a box, and make the boxes around it longer; where they were put.

    The `moov` of these clips comes last, so that no place of a sample changes.
    """
    start, end = 0, len(data)
    for kind in path:
        at = start
        while data[at + 4 : at + 8] != kind:
            (size,) = struct.unpack_from(">I", data, at)
            at += size
        (size,) = struct.unpack_from(">I", data, at)
        struct.pack_into(">I", data, at, size + len(more))
        start, end = at + {b"stsd": 16, b"avc1": 8 + 78}.get(kind, 8), at + size
    data[end:end] = more
    return end


def test_common_encryption_is_refused(tmp_path: Path) -> None:
    key = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "00112233445566778899aabbccddeeff",
        "encryption_kid": "00112233445566778899aabbccddeeff",
    }
    path = make_clip(tmp_path / "locked.mp4", container_options=key)
    with pytest.raises(AnalysisError, match=ENCRYPTED):
        open_media(path)


def test_a_track_that_is_partly_encrypted_is_said(tmp_path: Path) -> None:
    """Behind a clear lead, the second description of the samples is an encrypted one."""
    path = make_clip(tmp_path / "lead.mp4", frames=5)
    data = bytearray(path.read_bytes())
    at = data.index(b"avc1", data.index(b"stsd")) - 4
    entry = bytearray(data[at : at + struct.unpack_from(">I", data, at)[0]])
    entry[4:8] = b"encv"
    _within(data, IN_THE_ENTRY[:-1], bytes(entry))
    struct.pack_into(">I", data, data.index(b"stsd") + 8, 2)
    path.write_bytes(data)
    with open_media(path) as video:
        assert video.count == 5
        assert (
            "Part of the video stream is encrypted; frames from it show noise or cannot be decoded."
            in video.warnings
        )


def test_a_clean_aperture_is_said(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "aperture.mp4", frames=3)
    data = bytearray(path.read_bytes())
    clap = struct.pack(">I4s8I", 40, b"clap", 120, 2, 40, 1, 0, 1, 0, 1)
    _within(data, IN_THE_ENTRY, clap)
    path.write_bytes(data)
    with open_media(path) as video:
        assert video.frame(0).rgb.shape == (48, 80, 3)
        assert (
            "The file wants only 60 x 40 of its 80 x 48 pixels to be shown; they are shown whole."
            in video.warnings
        )


def test_a_scrambled_transport_stream_is_refused(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.ts", frames=60)
    data = bytearray(path.read_bytes())
    for at in range(0, len(data), 188):
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        if pid == 256:  # the video of FFmpeg's first programme
            data[at + 3] |= 0x80
    path.write_bytes(data)
    with pytest.raises(AnalysisError, match=ENCRYPTED):
        open_media(path)


def _ebml(name: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    size = len(data) | 1 << 7 * 4
    return name.to_bytes((name.bit_length() + 7) // 8) + size.to_bytes(4) + data


def _matroska(*tracks: bytes) -> io.BytesIO:
    """Head, then a segment of unknown size with the tracks, as live recorders write it."""
    segment = bytes.fromhex("18538067 01ffffffffffffff")
    return io.BytesIO(_ebml(0x1A45DFA3, b"x" * 20) + segment + _ebml(0x1654AE6B, *tracks))


def _numbers(**values: int) -> list[bytes]:
    names = {"width": 0xB0, "height": 0xBA, "bottom": 0x54AA, "top": 0x54BB, "left": 0x54CC}
    return [_ebml(names[name], value.to_bytes(2)) for name, value in values.items()]


def test_what_matroska_says_of_each_track() -> None:
    plain = _ebml(0xAE, _ebml(0xE0, *_numbers(width=640, height=480)))
    cropped = _ebml(0xAE, _ebml(0xE0, *_numbers(width=640, height=480, top=8, bottom=16, left=30)))
    locked = _ebml(0xAE, _ebml(0x6D80, _ebml(0x6240, _ebml(0x5035, b""))))
    file = _matroska(plain, cropped, locked)
    assert [track_header(file, "matroska,webm", index, 0) for index in range(4)] == [
        TrackHeader(),
        TrackHeader(shown=(610, 456)),
        TrackHeader("wholly"),
        TrackHeader(),  # there is no such track
    ]


def test_cropping_of_a_picture_without_a_size_says_nothing() -> None:
    video = _ebml(0xE0, *_numbers(left=10))
    file = _matroska(_ebml(0xAE, video))
    assert track_header(file, "matroska,webm", 0, 0) == TrackHeader()


def test_protected_asf() -> None:
    # The GUID 2211B3FB-BD23-11D2-B4B7-00A0C955FC6E as ASF stores it.
    guid = struct.pack("<IHH", 0x2211B3FB, 0xBD23, 0x11D2) + bytes.fromhex("b4b700a0c955fc6e")
    assert track_header(io.BytesIO(b"x" * 50 + guid), "asf", 0, 1) == TrackHeader("wholly")
    assert track_header(io.BytesIO(b"x" * 90), "asf", 0, 1) == TrackHeader()


@pytest.mark.parametrize("container", ["mov,mp4", "matroska,webm", "mpegts", "asf", "avi"])
def test_nonsense_says_nothing(container: str) -> None:
    rng = np.random.default_rng(4)
    for size in (0, 1, 30, 5000):
        assert track_header(io.BytesIO(rng.bytes(size)), container, 0, 1) == TrackHeader()


@pytest.mark.parametrize(("alpha", "is_said"), [(255, False), (128, True)])
def test_transparent_parts_of_a_video_are_said(alpha: int, is_said: bool, tmp_path: Path) -> None:
    path = tmp_path / "clear.mov"
    picture = np.full((32, 64, 4), (200, 100, 50, alpha), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "rgba"
        container.mux(stream.encode(VideoFrame.from_ndarray(picture, "rgba")))
        container.mux(stream.encode(None))
    with open_media(path) as video:
        assert video.frame(0).rgb[0, 0].tolist() == [200, 100, 50]
        assert any("has transparent parts" in one for one in video.warnings) == is_said
