"""A packet is not a frame: fields are merged, and what is not shown is left out.

Right values follow from how each clip is made: its pictures carry their numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from dfgui.core.analysis.file_result import bits_per_pixel
from dfgui.core.media.container.coded_pictures import coded_pictures
from dfgui.core.media.container.packet_headers import SECOND, SHOWN, SILENT
from dfgui.core.media.describe import media_facts
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video, open_media
from tests.support.clips import copy_packets, make_clip, read_number
from tests.support.fields import wrap, write_fields

SHUFFLED = [11, 3, 7, 0, 10, 4]


def shown(video: Video | Still) -> list[int]:
    """The numbers on all frames, from first to last."""
    return [read_number(frame.rgb) for frame in video.frames(range(video.count))]


def stream_bytes(path: Path) -> int:
    with av.open(str(path)) as reader:
        return sum(packet.size for packet in reader.demux(video=0))


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
@pytest.mark.parametrize("whole", [(), (3, 4, 7)], ids=["fields", "fields and frames"])
def test_two_fields_are_one_frame(suffix: str, whole: tuple[int, ...], tmp_path: Path) -> None:
    raw = write_fields(tmp_path / "fields.h264", frames=12, whole=whole)
    times = [
        2 * number + field
        for number in range(12)
        for field in ((0,) if number in whole else (0, 1))
    ]
    path = wrap(raw, tmp_path / f"fields.{suffix}", times.__getitem__)
    with open_media(path) as video:
        assert isinstance(video, Video)
        assert (video.count, video.index.silent) == (12, 12 - len(whole))
        assert shown(video) == list(range(12))
        pts = [video.frame(number).pts_s for number in SHUFFLED]
        start = min(time for time in pts if time is not None)
        assert [time - start for time in pts if time is not None] == pytest.approx(
            [number / 25 for number in SHUFFLED]
        )
        # All their macroblocks are plain samples, so no frame needs another.
        assert video.index.key.all()
        assert int(video.index.size.sum()) == stream_bytes(path)
        assert bits_per_pixel(video) == pytest.approx(stream_bytes(path) * 8 / (12 * 80 * 64))
        assert not any("could not be decoded" in note for note in video.warnings)


def test_fields_without_times(tmp_path: Path) -> None:
    with open_media(write_fields(tmp_path / "fields.h264", frames=12, whole=[5])) as video:
        assert video.count == 12
        assert shown(video) == list(range(12))
        assert [read_number(video.frame(number).rgb) for number in SHUFFLED] == SHUFFLED


def with_packets(
    source: Path, target: Path, more: Callable[[int, Packet[Any]], bytes | None]
) -> Path:
    """Copy a clip; `more` makes the packet that comes half a frame after the n-th one, if any."""
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        given = reader.streams.video[0]
        stream = writer.add_stream_from_template(given)
        assert given.time_base is not None
        for number, packet in enumerate(packet for packet in reader.demux(given) if packet.size):
            data = more(number, packet)
            extra = Packet(data) if data is not None else None
            if extra is not None:
                extra.pts = extra.dts = (packet.pts or 0) + round(Fraction(1, 50) / given.time_base)
                extra.time_base, extra.stream = given.time_base, stream
            packet.stream = stream
            writer.mux(packet)
            if extra is not None:
                writer.mux(extra)
    return target


def hidden_copy(bit: int) -> Callable[[int, Packet[Any]], bytes | None]:
    """A copy of each key frame that is not shown; it leaves the decoder as it is."""

    def more(_: int, packet: Packet[Any]) -> bytes | None:
        data = bytes(packet)
        return bytes([data[0] & ~bit]) + data[1:] if packet.is_keyframe else None

    return more


def not_coded(number: int, _: Packet[Any]) -> bytes | None:
    """A picture of MPEG-4 that is not coded: type P, a time of 5 bits, vop_coded 0."""
    bits = "01" + "0" + "1" + format(number % 25, "05b") + "1" + "0" + "01111"
    return b"\0\0\1\xb6" + int(bits, 2).to_bytes(2, "big") if number % 4 == 1 else None


# The frame is shown: bit 4 of the first byte (RFC 6386, 9.1), bit 1 (VP9, 6.2, profile 0).
@pytest.mark.parametrize(
    ("codec", "suffix", "more", "silent"),
    [
        ("libvpx", "webm", hidden_copy(0x10), 3),
        # Other muxers of FFmpeg put a VP9 frame that is not shown into the next packet.
        ("libvpx-vp9", "nut", hidden_copy(0x02), 3),
        ("mpeg4", "mp4", not_coded, 8),
    ],
)
def test_packets_that_show_nothing_are_no_frames(
    codec: str,
    suffix: str,
    more: Callable[[int, Packet[Any]], bytes | None],
    silent: int,
    tmp_path: Path,
) -> None:
    options = {"lag-in-frames": "0", "auto-alt-ref": "0"} if codec.startswith("libvpx") else None
    clip = make_clip(tmp_path / f"clip.{suffix}", codec=codec, gop=10, options=options)
    path = with_packets(clip, tmp_path / f"more.{suffix}", more)
    with open_media(path) as video:
        assert isinstance(video, Video)
        assert (video.count, video.index.silent) == (30, silent)
        assert shown(video) == list(range(30))
        assert [video.frame(number).pts_s for number in (29, 0, 13)] == pytest.approx(
            [29 / 25, 0, 13 / 25]
        )
        assert int(video.index.size.sum()) == stream_bytes(path)
        assert not any("decoded" in note for note in video.warnings)


def context(codec: str, extradata: bytes = b"") -> Any:
    """What `coded_pictures` asks of a stream."""
    made = VideoCodecContext.create(codec, "r")
    made.extradata = extradata or None

    class Stream:
        codec_context = made

    return Stream()


def packet_of(data: bytes, *, key: bool = False) -> Any:
    packet = Packet(data)
    packet.is_keyframe = key
    return packet


def test_a_superframe_is_shown_if_one_of_its_frames_is() -> None:
    # VP9, annex B: frames, then an index with the length of each between two markers.
    vp9 = coded_pictures(context("vp9"))
    hidden, visible = b"\x80" + bytes(4), b"\x82" + bytes(6)
    marker = bytes([0xC0 | 1])
    both = hidden + visible + marker + bytes([5, 7]) + marker
    none = hidden + hidden + marker + bytes([5, 5]) + marker
    again = bytes([0x88])  # shows a frame that was decoded before
    assert [vp9.kind(packet_of(data)) for data in (hidden, visible, both, none, again)] == [
        SILENT, SHOWN, SHOWN, SILENT, SHOWN,
    ]  # fmt: skip


def test_a_temporal_unit_is_shown_if_one_of_its_frames_is() -> None:
    # AV1, 5.3: type and "has size" in the first byte, the size, the payload.
    av1 = coded_pictures(context("libdav1d"))

    def unit(kind: int, payload: bytes) -> bytes:
        return bytes([kind << 3 | 2, len(payload)]) + payload

    start, hidden, visible = unit(2, b""), unit(6, b"\x20abc"), unit(6, b"\x30abc")
    again = unit(3, b"\x80")
    units = (start + hidden, start + hidden + visible, start + again, start + unit(5, b"\x30"))
    assert [av1.kind(packet_of(data)) for data in units] == [SILENT, SHOWN, SHOWN, SILENT]


def test_packed_pictures_take_the_place_of_those_that_are_not_coded() -> None:
    # A layer whose time has 5 bits (25 units a second), as FFmpeg writes it after a sequence.
    layer = "0" + "00000001" + "0" + "0001" + "0" + "00" + "1" + format(25, "016b") + "1" + "0"
    layer += "0" * (-len(layer) % 8)
    extradata = b"\0\0\1\x20" + int(layer, 2).to_bytes(len(layer) // 8, "big")
    mpeg4 = coded_pictures(context("mpeg4", extradata))
    coded = b"\0\0\1\xb6" + bytes([0b01_0_1_0000, 0b1_1_1_00000]) + b"data"
    skipped = not_coded(1, Packet(b"x")) or b""
    kinds = [mpeg4.kind(packet_of(data)) for data in (coded, skipped, coded * 2, skipped, skipped)]
    assert kinds == [SHOWN, SILENT, SHOWN, SHOWN, SILENT]


def test_a_lone_field_stays_a_frame(tmp_path: Path) -> None:
    raw = write_fields(tmp_path / "fields.h264", frames=4)
    with av.open(str(raw)) as reader:
        pictures = coded_pictures(reader.streams.video[0])
        packets = [packet for packet in reader.demux(video=0) if packet.size]
    assert len(packets) == 8
    # The bottom field of the second frame is lost.
    kinds = [pictures.kind(packet) for at, packet in enumerate(packets) if at != 3]
    assert kinds == [SHOWN, SECOND, SHOWN, SHOWN, SECOND, SHOWN, SECOND]


@pytest.mark.parametrize("codec", ["h264", "hevc", "libvpx", "vp9", "libdav1d", "mpeg4", "mjpeg"])
def test_nonsense_is_a_frame_or_nothing(codec: str) -> None:
    chance = np.random.default_rng(0)

    def rubbish() -> Iterator[bytes]:
        for size in (1, 2, 3, 5, 9, 40, 300):
            for _ in range(20):
                data = chance.bytes(size)
                yield data
                yield (b"\0\0\1" + data)[:size]

    for data in rubbish():
        pictures = coded_pictures(context(codec, data))
        for packet in (packet_of(data, key=True), packet_of(data)):
            assert pictures.kind(packet) in (SHOWN, SECOND, SILENT)
            assert pictures.holds_key_frame(packet) in (True, False)


def test_frames_that_need_what_came_before_the_file_are_left_out(tmp_path: Path) -> None:
    settings = "keyint=10:min-keyint=10:scenecut=0:bframes=3:b-adapt=0:open-gop=1"
    quiet = ":log-level=none:pools=none:frame-threads=1"
    whole = make_clip(
        tmp_path / "whole.ts", codec="libx265", frames=40, b_frames=3,
        options={"x265-params": settings + quiet},
    )  # fmt: skip
    with av.open(str(whole)) as reader:
        packets = [packet for packet in reader.demux(video=0) if packet.size]
    second = [at for at, packet in enumerate(packets) if packet.is_keyframe][1]
    first = sorted(packet.pts or 0 for packet in packets).index(packets[second].pts or 0)
    leading = sum((packet.pts or 0) < (packets[second].pts or 0) for packet in packets[second:])
    assert leading > 0
    with open_media(copy_packets(whole, tmp_path / "cut.ts", skip=second)) as video:
        assert isinstance(video, Video)
        assert video.count == 40 - first
        assert shown(video) == list(range(first, 40))
        assert [read_number(video.frame(at).rgb) for at in (9, 0, 5)] == [
            first + 9,
            first,
            first + 5,
        ]
        assert not any("could not be decoded" in note for note in video.warnings)
        assert any(
            f"{leading} frame" in note and "recorded before" in note for note in video.warnings
        )


@pytest.mark.parametrize("suffix", ["mp4", "ts"])
def test_a_recovery_point_is_no_key_frame(suffix: str, tmp_path: Path) -> None:
    # Intra refresh: after the first picture a column of intra blocks wanders through P pictures.
    path = make_clip(
        tmp_path / f"refresh.{suffix}", frames=60, size=(320, 64),
        options={"x264-params": "intra-refresh=1:keyint=20:bframes=0"},
    )  # fmt: skip
    with av.open(str(path)) as reader:
        assert sum(packet.is_keyframe for packet in reader.demux(video=0) if packet.size) > 1
    with Video(path) as video:
        assert media_facts("a.mp4", video).key_frames == (0,)
        assert [read_number(video.frame(at).rgb) for at in (59, 25, 43)] == [59, 25, 43]
