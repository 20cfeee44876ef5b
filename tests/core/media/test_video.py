"""A video gives the requested frame for any container, any coding and any order of requests."""

from __future__ import annotations

import math
import os
import random
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.frame import VideoFrame

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import media_files, sample_indices
from dfgui.core.media.video import Video, open_media
from tests.support.clips import copy_packets, cut_bytes, make_clip, make_sound, read_number
from tests.support.real_data import manipulated, needs_ffpp, original

CLIPS: dict[str, dict[str, Any]] = {
    "plain.mp4": {},
    "b_frames.mp4": {"b_frames": 3},
    "b_frames.mkv": {"b_frames": 2},
    "b_frames.ts": {"b_frames": 2, "frames": 80},
    "b_frames.flv": {"b_frames": 2},
    "open_gop.ts": {
        "b_frames": 3,
        "frames": 60,
        "options": {"x264-params": "keyint=10:min-keyint=10:scenecut=0:bframes=3:open-gop=1"},
    },
    "one_group.mp4": {"gop": 300, "frames": 60, "b_frames": 2},
    "intra.mp4": {"gop": 1},
    "mpeg4.avi": {"codec": "mpeg4"},
    "reordered.avi": {"codec": "mpeg4", "b_frames": 2},
    "h264.avi": {"b_frames": 2},
    "mpeg2.mpg": {"codec": "mpeg2video", "b_frames": 2},
    "raw.h264": {"b_frames": 2},
    "hevc.mp4": {"codec": "libx265", "b_frames": 3},
    "ten_bit.mp4": {"pix_fmt": "yuv420p10le"},
    "422.mkv": {"codec": "ffv1", "pix_fmt": "yuv422p"},
    "444.mp4": {"pix_fmt": "yuv444p"},
    "odd.mkv": {"codec": "ffv1", "size": (83, 47)},
    "motion_jpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
    "vp9.webm": {"codec": "libvpx-vp9", "frames": 20},
}


@pytest.mark.parametrize("name", CLIPS)
def test_every_frame_in_any_order(name: str, tmp_path: Path) -> None:
    settings = CLIPS[name]
    count = settings.get("frames", 30)
    with open_media(make_clip(tmp_path / name, **settings)) as video:
        assert video.count == count
        assert [(frame.index, read_number(frame.rgb)) for frame in video.frames(range(count))] == [
            (i, i) for i in range(count)
        ]
    order = random.Random(7).sample(range(count), 12)
    backward = [*range(count - 1, -1, -1)]
    with Video(tmp_path / name, buffer_bytes=20_000) as video:  # three pictures
        assert [read_number(video.frame(i).rgb) for i in [*order, *backward]] == [*order, *backward]
        sampled = sample_indices(count, 5)
        assert [read_number(frame.rgb) for frame in video.frames(sampled)] == sampled


def test_times_are_those_of_the_file(tmp_path: Path) -> None:
    pts = [0, 10, 50, 51, 200, 210, 220, 500, 900, 910]
    path = make_clip(
        tmp_path / "vfr.mkv", frames=10, pts=pts, time_base=Fraction(1, 1000), rate=1000, b_frames=2
    )
    with open_media(path) as video:
        assert isinstance(video, Video)
        assert [video.frame(i).pts_s for i in range(10)] == pytest.approx([p / 1000 for p in pts])
        assert video.index.pts.tolist() == pts
        assert video.info.is_vfr
        assert any("rate varies" in sentence for sentence in video.warnings)
        for seconds, index in ((0.0, 0), (0.009, 0), (0.05, 2), (0.3, 6), (0.899, 7), (0.92, 9)):
            assert read_number(video.frame_at(seconds).rgb) == index
        # The usual step is 10 ms: the clip ends at 910 + 10, and 10 more are forgiven.
        assert video.info.duration_s == pytest.approx(0.92)
        for seconds in (-0.01, 0.94, 5.0, math.nan, math.inf, -math.inf):
            with pytest.raises(
                AnalysisError, match=r"no frame at .* run from 0\.000 s to 0\.920 s\.$"
            ):
                video.frame_at(seconds)


def test_a_clip_whose_clock_does_not_begin_at_zero(tmp_path: Path) -> None:
    pts = range(2000, 2400, 40)
    with Video(
        make_clip(tmp_path / "late.mkv", frames=10, pts=pts, time_base=Fraction(1, 1000))
    ) as video:
        assert video.info.duration_s == pytest.approx(0.4)
        assert read_number(video.frame_at(2.0).rgb) == 0
        with pytest.raises(
            AnalysisError,
            match=r"no frame at 1\.9 s; this file's frames run from 2\.000 s to 2\.400 s\.",
        ):
            video.frame_at(1.9)


@pytest.mark.parametrize("name", ["live.mkv", "live.webm"])
def test_a_live_recording_declares_no_duration_and_has_one(name: str, tmp_path: Path) -> None:
    codec = "libvpx-vp9" if name.endswith("webm") else "libx264"
    path = make_clip(tmp_path / name, codec=codec, frames=20, container_options={"live": "1"})
    with av.open(str(path)) as reader:
        assert (reader.duration, reader.streams.video[0].duration) == (None, None)
    with Video(path) as video:
        assert video.info.duration_s == pytest.approx(20 / 25)


def test_a_wrong_duration_in_the_header_does_not_mislead(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=25)
    # Matroska's Duration (0x4489, an 8-byte float in ms) becomes an hour.
    data = path.read_bytes()
    at = data.index(b"\x44\x89\x88")
    path.write_bytes(data[: at + 3] + struct.pack(">d", 3_600_000.0) + data[at + 11 :])
    with av.open(str(path)) as reader:
        assert reader.duration == 3_600_000_000
    with Video(path) as video:
        assert video.info.duration_s == pytest.approx(1.0)


def test_one_frame_lasts_as_long_as_its_rate_says(tmp_path: Path) -> None:
    with Video(make_clip(tmp_path / "one.mp4", frames=1, rate=5)) as video:
        assert video.info.duration_s == pytest.approx(0.2)


def test_progress_while_indexing_and_on_the_way_to_a_frame(tmp_path: Path) -> None:
    # Found by counting from the start: it has one key frame.
    path = make_clip(tmp_path / "clip.avi", frames=250, b_frames=2, gop=300)
    steps: list[tuple[str, int, int]] = []
    with open_media(path, threads=1, progress=lambda *step: steps.append(step)) as video:
        assert steps == [("index", 100, 0), ("index", 200, 0)]
        assert read_number(video.frame(249).rgb) == 249
    assert steps[2:] == [("frames", 100, 0), ("frames", 200, 0)]


@pytest.mark.parametrize("stage", ["index", "frames"])
def test_what_progress_raises_ends_the_reading(stage: str, tmp_path: Path) -> None:
    def stop(reported: str, *_: int) -> None:
        if reported == stage:
            raise InterruptedError("no more")

    path = make_clip(tmp_path / "clip.mkv", frames=150, gop=300)
    with (
        pytest.raises(InterruptedError, match="no more"),
        open_media(path, threads=1, progress=stop) as video,
    ):
        video.frame(149)


DECLARED: dict[str, Any] = {"colour": (5, 1)}
ASSUMED = (
    "The file does not say how its colours are coded; the matrix BT.601 and limited range were"
    " assumed."
)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(DECLARED, (), id="nothing to say"),
        pytest.param({}, (ASSUMED,), id="colours"),
        pytest.param(
            {**DECLARED, "aspect": Fraction(4, 3)},
            ("Its pixels are not square; the picture is stretched to 107 x 48.",),
            id="pixels",
        ),
        # FFmpeg counts counter-clockwise.
        pytest.param(
            {**DECLARED, "rotation": -90},
            ("The picture is shown turned clockwise by 90 degrees, as the file asks.",),
            id="turned",
        ),
        pytest.param(
            {**DECLARED, "matrix": (-(1 << 16), 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)},
            ("The picture is shown mirrored left-right, as the file asks.",),
            id="mirrored",
        ),
        pytest.param(
            {**DECLARED, "extra_streams": 1},
            ("The file holds 2 video streams; stream 0 is read. Not read: 1 (16 x 16).",),
            id="streams",
        ),
    ],
)
def test_what_was_assumed_or_changed_is_said(
    settings: dict[str, Any], expected: tuple[str, ...], tmp_path: Path
) -> None:
    with open_media(make_clip(tmp_path / "clip.mp4", frames=3, **settings)) as video:
        assert video.warnings == expected


@pytest.mark.parametrize(
    ("suffix", "settings"),
    [
        ("gif", {"codec": "gif", "pix_fmt": "gray"}),
        ("ivf", {"codec": "libvpx-vp9"}),
        ("y4m", {"codec": "wrapped_avframe"}),
        ("nut", {}),
        ("rm", {"codec": "rv10", "size": (176, 144)}),
        ("wtv", {"codec": "mpeg2video"}),
        ("m1v", {"codec": "mpeg1video"}),
        ("m2v", {"codec": "mpeg2video"}),
        ("mpe", {"codec": "mpeg2video", "container_format": "mpeg"}),
        ("f4v", {}),
        ("gxf", {"codec": "mpeg2video", "size": (720, 576)}),
        ("smjpeg", {"codec": "mjpeg", "pix_fmt": "yuvj420p", "container_format": "smjpeg"}),
    ],
)
def test_a_folder_takes_the_less_usual_formats_too(
    suffix: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    path = make_clip(tmp_path / f"clip.{suffix}", frames=12, **settings)
    assert media_files(tmp_path).files == (path,)
    with open_media(path) as video:
        assert [read_number(frame.rgb) for frame in video.frames(range(video.count))] == list(
            range(12)
        )


def test_types_keys_and_sizes(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", frames=9, gop=8, b_frames=3)
    with Video(path) as video:
        assert "".join(frame.type for frame in video.frames(range(9))) == "IBBBPBBPI"
        assert np.flatnonzero(video.index.key).tolist() == [0, 8]
        with av.open(str(path)) as reader:
            packets = {packet.pts: packet.size for packet in reader.demux(video=0) if packet.size}
        assert {
            int(pts): int(size) for pts, size in zip(video.index.pts, video.index.size, strict=True)
        } == packets


class _LateSeek:
    """A container whose seeks land a second late, as they may in MPEG-TS."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self.demux, self.format = container.demux, container.format

    def seek(self, stamp: int, *, stream: Any) -> None:
        self._container.seek(stamp + 90_000, stream=stream)


def test_a_seek_that_lands_late_is_noticed(tmp_path: Path) -> None:
    with Video(make_clip(tmp_path / "clip.ts", frames=120, b_frames=2), buffer_bytes=0) as video:
        for index in (100, 60, 95, 10, 119, 0):
            decoder: Any = video._decoder
            if not isinstance(decoder.container, _LateSeek):
                decoder.container = _LateSeek(decoder.container)
            assert read_number(video.frame(index).rgb) == index


def test_frames_hidden_by_an_edit_list_are_not_shown(tmp_path: Path) -> None:
    make_clip(tmp_path / "whole.mp4", b_frames=2, frames=40)
    # 512 units a frame: the first 13 frames begin before 0.
    with Video(
        copy_packets(tmp_path / "whole.mp4", tmp_path / "cut.mp4", earlier=13 * 512)
    ) as video:
        assert [read_number(frame.rgb) for frame in video.frames(range(video.count))] == list(
            range(13, 40)
        )
        assert read_number(video.frame(0).rgb) == 13
        assert video.frame(0).pts_s == 0
        assert (
            "The file declares 40 frames, 27 can be decoded; its edit list leaves some out."
            in video.warnings
        )


def test_a_cut_before_the_first_key_frame(tmp_path: Path) -> None:
    make_clip(tmp_path / "whole.ts", frames=40)
    with open_media(copy_packets(tmp_path / "whole.ts", tmp_path / "cut.ts", skip=13)) as video:
        assert [read_number(frame.rgb) for frame in video.frames(range(video.count))] == list(
            range(20, 40)
        )
        assert (
            "7 packets before the first key frame cannot be decoded and are not counted."
            in video.warnings
        )


def test_a_truncated_file_gives_what_is_there(tmp_path: Path) -> None:
    whole = make_clip(
        tmp_path / "whole.mp4", frames=60, container_options={"movflags": "+faststart"}
    )
    with open_media(cut_bytes(whole, tmp_path / "part.mp4", 0.8)) as video:
        numbers = [read_number(frame.rgb) for frame in video.frames(range(video.count))]
        assert 5 < len(numbers) < 60
        assert numbers == list(range(len(numbers)))
        assert f"The file declares 60 frames, {len(numbers)} can be decoded." in video.warnings
        if len(numbers) < video.count:
            with pytest.raises(AnalysisError, match="cannot be decoded"):
                video.frame(video.count - 1)


def test_damage_in_the_middle_costs_only_the_damaged(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=30, gop=10)
    with Video(path) as video, av.open(str(path)) as reader:
        broken = next(
            packet for packet in reader.demux(video=0) if packet.pts == video.index.pts[15]
        )
        data = path.read_bytes()
        at = data.index(bytes(broken))
    path.write_bytes(data[:at] + b"\xff" * broken.size + data[at + broken.size :])
    with Video(path) as video:
        got = {frame.index: frame for frame in video.frames(range(video.count))}
        assert set(range(30)) - set(got) <= set(range(15, 20))
        assert {i: read_number(got[i].rgb) for i in [*range(15), *range(20, 30)]} == {
            i: i for i in [*range(15), *range(20, 30)]
        }
        assert 15 not in got or got[15].damaged
        assert video.warnings


def test_damaged_files_give_the_same_with_any_number_of_threads(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=40, gop=20, b_frames=2, size=(320, 192))
    data = bytearray(path.read_bytes())
    spoiler = random.Random(1)
    for _ in range(12):
        data[spoiler.randrange(len(data) // 4, len(data))] = spoiler.randrange(256)
    path.write_bytes(data)
    seen = []
    for threads in (1, 2, 4):
        with Video(path, threads=threads) as video:
            frames = [
                (frame.index, frame.sha256, frame.damaged)
                for frame in video.frames(range(video.count))
            ]
            seen.append((frames, video.warnings))
    assert any(damaged for _, _, damaged in seen[0][0])
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("seed", [0, 10, 11])
def test_a_frame_of_a_damaged_file_does_not_depend_on_the_way_to_it(
    seed: int, tmp_path: Path
) -> None:
    """A damaged key frame is repaired from what was decoded before it, if anything was."""
    path = make_clip(tmp_path / "clip.mp4", frames=60, gop=12, b_frames=2, size=(320, 192))
    data, chance = bytearray(path.read_bytes()), random.Random(seed)
    keys = [packet for packet in _packets(path) if packet.is_keyframe]
    for key in keys[1::2]:
        for _ in range(4):
            data[(key.pos or 0) + chance.randrange(key.size // 2, key.size)] = chance.randrange(256)
    path.write_bytes(data)
    with Video(path, threads=1) as video:
        wanted = {frame.index: frame.sha256 for frame in video.frames(range(video.count))}
        assert any(video.frame(number).damaged for number in wanted)
    for threads in (1, 2):
        order = sorted(wanted, key=lambda _: chance.random())
        with Video(path, threads=threads, buffer_bytes=0) as video:
            assert {number: video.frame(number).sha256 for number in order} == wanted


def _packets(path: Path) -> list[av.packet.Packet[Any]]:
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(video=0) if packet.size]


def test_ring_answers_backward_steps_without_decoding(tmp_path: Path) -> None:
    with Video(make_clip(tmp_path / "clip.mp4", frames=60, gop=60)) as video:
        video.frame(50)
        starts: list[int] = []
        start = video._decoder.start
        video._decoder.start = lambda key, **how: (starts.append(key), start(key, **how))[1]  # type: ignore[method-assign, func-returns-value]
        assert [read_number(video.frame(i).rgb) for i in range(49, -1, -1)] == list(
            range(49, -1, -1)
        )
        assert starts == []


def test_ring_refills_once_a_group_and_not_once_a_step(tmp_path: Path) -> None:
    # 80 x 48 in 4:2:0 take about 6 kB: the buffer holds about ten of sixty frames.
    with Video(make_clip(tmp_path / "clip.mp4", frames=60, gop=60), buffer_bytes=62_000) as video:
        video.frame(59)
        starts: list[int] = []
        start = video._decoder.start
        video._decoder.start = lambda key, **how: (starts.append(key), start(key, **how))[1]  # type: ignore[method-assign, func-returns-value]
        assert [read_number(video.frame(i).rgb) for i in range(58, -1, -1)] == list(
            range(58, -1, -1)
        )
        assert len(starts) <= 10


def test_lost_frames_are_looked_for_once_and_not_one_by_one(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mkv", frames=60, gop=30)
    with Video(tmp_path / "clip.mkv") as video:
        # Let the index forget which packets show every second frame.
        video.index.numbers[video.index.rows[1::2]] = -1
        video._decoder.start(-1)
        starts: list[int] = []
        start = video._decoder.start
        video._decoder.start = lambda key, **how: (starts.append(key), start(key, **how))[1]  # type: ignore[method-assign, func-returns-value]
        assert [frame.index for frame in video.frames(range(60))] == list(range(0, 60, 2))
        assert len(starts) <= 2
        # No error was met, so nothing is called damaged.
        assert (
            "30 of 60 frames show no picture of their own, the first of them frame 1."
            in video.warnings
        )
        with pytest.raises(AnalysisError, match="Frame 1 shows no picture of its own"):
            video.frame(1)


def test_pictures_are_read_only_and_hashed(tmp_path: Path) -> None:
    path = make_clip(
        tmp_path / "flat.mkv",
        codec="ffv1",
        frames=2,
        size=(2, 1),
        flat=(16, 128, 128),
        colour=(5, 1),
    )
    with open_media(path) as video:
        frame = video.frame(0)
        # The SHA-256 of "1x2x3 " and six zero bytes, from sha256sum
        assert (
            frame.sha256
            == video.frame(1).sha256
            == "e3739fcce6422cf9c7c5c2c2bfaf66dd5c13618db7d913ad13cc77ebf99d02e8"
        )
        with pytest.raises(ValueError, match="read-only"):
            frame.rgb[0, 0, 0] = 1


def test_many_streams_sound_and_cover(tmp_path: Path) -> None:
    with open_media(
        make_clip(tmp_path / "many.mkv", frames=12, extra_streams=298, audio=True)
    ) as video:
        assert len(video.info.streams) == 300
        assert video.info.has_audio
        assert read_number(video.frame(11).rgb) == 11


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    sound = make_sound(tmp_path / "sound.m4a")
    with av.open(str(sound)) as reader, av.open(str(tmp_path / "cover.mp4"), "w") as writer:
        copied = writer.add_stream_from_template(reader.streams.audio[0])
        cover: Any = writer.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt, cover.disposition = (
            16,
            16,
            "yuvj420p",
            Disposition.attached_pic,
        )
        for packet in reader.demux(audio=0):
            if packet.size:
                packet.stream = copied
                writer.mux(packet)
        writer.mux([*cover.encode(VideoFrame(16, 16, "yuvj420p")), *cover.encode(None)])
    with pytest.raises(AnalysisError, match="no video stream"):
        open_media(tmp_path / "cover.mp4")


@pytest.mark.parametrize("size", [(1, 1), (7680, 4320)])
def test_smallest_and_largest(size: tuple[int, int], tmp_path: Path) -> None:
    path = make_clip(
        tmp_path / "clip.mkv", codec="ffv1" if size == (1, 1) else "libx264", size=size, frames=2
    )
    with open_media(path) as video:
        assert [frame.rgb.shape for frame in video.frames(range(2))] == [(size[1], size[0], 3)] * 2


def test_no_frame_rate_declared(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "one.mkv", frames=1, pts=[7], time_base=Fraction(1, 1000))
    # Matroska's DefaultDuration (0x23E383, 4 bytes), the only place that declares a rate, becomes a
    # void element of the same length.
    data = path.read_bytes()
    at = data.index(b"\x23\xe3\x83\x84")
    path.write_bytes(data[:at] + b"\xec\x86" + bytes(6) + data[at + 8 :])
    with open_media(path) as video:
        assert (video.count, video.info.fps) == (1, None)
        assert "The file declares no frame rate." in video.warnings
        assert video.frame(0).pts_s == pytest.approx(0.007)


def test_content_decides_and_not_the_name(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mp4").rename(tmp_path / "clip.jpg")
    with open_media(tmp_path / "clip.jpg") as video:
        assert video.info.kind == "video"
        assert any(
            "ends in .jpg, but the file is a video" in sentence for sentence in video.warnings
        )
        assert read_number(video.frame(9).rgb) == 9


@pytest.mark.parametrize(
    "name", ["Ünïcödé 映像 🎞.mp4", "n" * 251 + ".mp4", "concat:a|b.mp4", "%03d.mp4", "-.mp4"]
)
def test_names(name: str, tmp_path: Path) -> None:
    make_clip(tmp_path / "clip.mp4").rename(tmp_path / name)
    with open_media(tmp_path / name) as video:
        assert read_number(video.frame(12).rgb) == 12


@pytest.mark.skipif(os.name == "nt", reason="Windows names are text")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.mp4"))
    make_clip(tmp_path / "clip.mp4").rename(path)
    with open_media(path) as video:
        assert read_number(video.frame(3).rgb) == 3


def test_numbers_outside_and_out_of_order(tmp_path: Path) -> None:
    with open_media(make_clip(tmp_path / "clip.mp4", frames=3)) as video:
        for index in (-1, 3):
            with pytest.raises(AnalysisError, match="numbered from 0 to 2"):
                video.frame(index)
        with pytest.raises(AnalysisError, match="no frame 5"):
            list(video.frames([0, 5]))
        with pytest.raises(ValueError, match="ascending"):
            list(video.frames([2, 1]))


@needs_ffpp
@pytest.mark.parametrize(
    "path", [original("097"), manipulated("033_097", "Deepfakes")], ids=lambda path: path.stem
)
def test_real_clips_match_a_sequential_decode(path: Path) -> None:
    with av.open(str(path)) as reader, Video(path) as video:
        reader.streams.video[0].thread_type = "AUTO"
        stamps: list[int | None] = []
        wanted: dict[int, Any] = {20: None, 150: None, 151: None}
        for picture in reader.decode(video=0):
            if len(stamps) in wanted:
                wanted[len(stamps)] = picture.to_ndarray(format="gray")
            stamps.append(picture.pts)
        assert video.index.pts.tolist() == stamps
        for index in (151, 20, 150):
            found = video._picture(index)
            assert found is not None
            assert np.array_equal(found.frame.to_ndarray(format="gray"), wanted[index])
