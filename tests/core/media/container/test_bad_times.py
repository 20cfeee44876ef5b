"""A bad time stamp costs no other frame its time, its place or its speed.

The stamps are spoiled on purpose, and each picture shows its number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import av
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.media.decoder import Decoder
from dfgui.core.media.describe import media_facts
from dfgui.core.media.video import Video, open_media
from tests.corpus_inputs.films import films
from tests.support.clips import make_clip, read_number

FRAMES, RATE, GOP = 100, 25, 20
SHUFFLED = [61, 3, 99, 60, 59, 0, 40, 41, 62, 80, 58, 20]


def retimed(source: Path, target: Path, moved: Callable[[int], float]) -> Path:
    """Copy a clip whose n-th frame is shown `moved(n)` frames after the time n.

    All are shown two frames later than they were, as no time may lie before that of decoding.
    """
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        given = reader.streams.video[0]
        stream = writer.add_stream_from_template(given)
        assert given.time_base is not None
        step = int(1 / RATE / given.time_base)
        for packet in reader.demux(given):
            if packet.size and packet.pts is not None:
                packet.pts += round((2 + moved(packet.pts // step)) * step)
                packet.stream = stream
                writer.mux(packet)
    return target


def numbers(video: Video, indices: Sequence[int]) -> list[int]:
    return [read_number(video.frame(index).rgb) for index in indices]


def times(video: Video) -> list[float]:
    """Times in frames from the first."""
    pts = [frame.pts_s for frame in video.frames(range(video.count))]
    return [
        round((time - pts[0]) * RATE, 3) for time in pts if time is not None and pts[0] is not None
    ]


def starts_of(video: Video) -> list[int]:
    """Fills up with the rows of the keys that decoding starts from."""
    starts: list[int] = []
    start = video._decoder.start
    video._decoder.start = lambda key, **how: (starts.append(key), start(key, **how))[1]  # type: ignore[method-assign, func-returns-value]
    return starts


@pytest.mark.parametrize("b_frames", [0, 2])
def test_two_frames_with_one_time(b_frames: int, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "even.mp4", frames=FRAMES, gop=GOP, b_frames=b_frames)
    path = retimed(clip, tmp_path / "twice.mp4", lambda number: -(number == 60))
    with Video(path) as video:
        assert times(video) == [*range(60), 59, *range(61, FRAMES)]
        start = video.frame(0).pts_s
        assert start is not None
        assert (
            "1 frame repeats the time stamp of the frame before it: frame 60,"
            f" {start + 59 / RATE:.3f} s." in video.warnings
        )
        assert read_number(video.frame_at(start + 58 / RATE).rgb) == 58
        assert read_number(video.frame_at(start + 59 / RATE).rgb) == 60
        assert len(media_facts("a.mp4", video).times_s) == FRAMES
    with Video(path, buffer_bytes=0) as video:
        assert numbers(video, SHUFFLED) == SHUFFLED
        starts = starts_of(video)
        assert numbers(video, [95, 45, 75]) == [95, 45, 75]
        assert starts == [4, 2, 3]  # rows of the key frames 80, 40, 60


def test_a_time_far_off_is_kept_and_moves_no_frame(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "even.mp4", frames=FRAMES, gop=GOP, b_frames=2)
    path = retimed(clip, tmp_path / "far.mp4", lambda number: 1000 * (number == 50))
    with Video(path, buffer_bytes=0) as video:
        assert numbers(video, SHUFFLED) == SHUFFLED
        assert numbers(video, range(47, 54)) == list(range(47, 54))
        assert sorted(times(video)) == [*range(50), *range(51, FRAMES), 1050]
        assert any("1 frame has a time stamp that does not fit" in note for note in video.warnings)
        assert video.info.duration_s == pytest.approx(FRAMES / RATE)


def test_a_time_slightly_too_late_loses_no_frame(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "even.mp4", frames=FRAMES, gop=GOP, b_frames=2)
    path = retimed(clip, tmp_path / "late.mp4", lambda number: 4.5 * (number == 50))
    with Video(path) as video:
        shown = [read_number(frame.rgb) for frame in video.frames(range(FRAMES))]
        # The file says that it comes between 54 and 55, and no codec forbids that.
        assert shown == [*range(50), 51, 52, 53, 54, 50, *range(55, FRAMES)]
        assert numbers(video, [54, 50, 53]) == [50, 51, 54]


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_clock_that_starts_again(b_frames: int, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "once.ts", frames=40, gop=10, b_frames=b_frames)
    path = tmp_path / "again.ts"
    path.write_bytes(clip.read_bytes() * 2)
    with Video(path, buffer_bytes=0) as video:
        assert numbers(video, [50, 10, 79, 0, 45]) == [10, 10, 39, 0, 5]
        assert times(video) == [*range(40), *range(40)]
        start = video.frame(0).pts_s
        assert start is not None
        assert (
            f"The file's clock starts again 1 time, at frame 40: from {start + 39 / RATE:.3f} s"
            f" back to {start:.3f} s. Times are those of the file, so some may occur twice."
            in video.warnings
        )
        assert video.frame_at(start + 1).index == 25
        assert video.info.duration_s == pytest.approx(80 / RATE)
        assert not video.info.is_vfr
        facts = media_facts("again.ts", video).times_s
        assert facts == pytest.approx([start + number / RATE for number in range(80)])
        with pytest.raises(AnalysisError, match="run from"):
            video.frame_at(start + 2)


@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_frame_without_a_time(b_frames: int, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.ts", frames=60, gop=20, b_frames=b_frames)
    data = bytearray(path.read_bytes())
    at = -1
    for _ in range(31):
        at = data.index(b"\0\0\1\xe0", at + 1)
    # ISO/IEC 13818-1, 2.4.3.6: PTS_DTS_flags of the PES packet say that there is no stamp; its
    # bytes become stuffing.
    data[at + 7] &= 0x3F
    data[at + 9 : at + 9 + data[at + 8]] = b"\xff" * data[at + 8]
    path.write_bytes(data)
    with open_media(path) as video:
        assert isinstance(video, Video)
        assert times(video) == list(range(60))
        assert numbers(video, [59, 31, 30, 29, 28, 0]) == [59, 31, 30, 29, 28, 0]


def test_times_before_the_clock_of_a_transport_stream_wraps_are_negative(tmp_path: Path) -> None:
    """The corpus has one whose clock of 33 bits starts again .4 s after its first frame."""
    path = tmp_path / "wrap.ts"
    dict(films())["wrap.ts"].write(path)
    with Video(path) as video:
        times = [video.frame(number).pts_s for number in (0, 9, 10, 19)]
        assert times == pytest.approx([-0.4, -0.04, 0.0, 0.36])
        assert video.frame_at(-0.3).index == 2
        assert (
            "The file's clock is near its end, where it starts again at 0; times before that are"
            " negative, from -0.400 s on."
        ) in video.warnings


def test_h264_in_avi_is_counted_from_the_last_idr_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AVI stores no presentation times; at an IDR picture all earlier ones were shown."""
    path, started = make_clip(tmp_path / "clip.avi", frames=60, b_frames=2), list[int]()
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    assert len(keys) >= 6
    start = Decoder.start
    monkeypatch.setattr(
        Decoder,
        "start",
        lambda self, key, **how: (started.append(key), start(self, key, **how))[1],
    )
    with Video(path, buffer_bytes=0) as video:
        assert video.index.counted
        assert video.index.keys[:, 3].tolist() == keys
        for number in (57, 3, 31, 58, 19, 0, keys[2], keys[2] - 1):
            assert read_number(video.frame(number).rgb) == number
            assert video.index.first_from(started[-1]) in (0, *keys)
            assert number - video.index.first_from(started[-1]) <= 12


def test_mpeg4_in_avi_is_found_by_the_times_that_its_types_give(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.avi", frames=40, codec="mpeg4", b_frames=2)
    with Video(path, buffer_bytes=0) as video:
        assert not video.index.counted
        assert len(video.index.stretches) == 0
        for number in (37, 3, 21, 22, 0, 39):
            assert read_number(video.frame(number).rgb) == number
