"""Facts that a header states wrongly, or that change within the file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from dfgui.core.media.describe import media_facts
from dfgui.core.media.video import Video, open_media
from tests.support.clips import make_clip
from tests.support.fields import write_fields


def rate_of(path: Path) -> tuple[float | None, str]:
    """The frame rate as a number and in words."""
    with open_media(path) as video:
        words: dict[str, str] = {fact.name: fact.value for fact in media_facts("clip", video).facts}
        return video.info.fps, words["frame rate"]


def test_the_rate_is_that_of_the_times_and_not_of_the_header(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=26)
    # Matroska's DefaultDuration (0x23E383, 4 bytes, nanoseconds): 60,000 frames a second.
    data = path.read_bytes()
    at = data.index(b"\x23\xe3\x83\x84")
    path.write_bytes(data[: at + 4] + (16_667).to_bytes(4, "big") + data[at + 8 :])
    with av.open(str(path)) as reader:
        assert (reader.streams.video[0].average_rate or 0) >= 30_000
    rate, words = rate_of(path)
    assert rate == pytest.approx(25)
    assert words == "25.000 frames/s"


def test_a_declared_rate_is_kept_if_rounded_times_agree(tmp_path: Path) -> None:
    rate = Fraction(30_000, 1001)
    path = make_clip(tmp_path / "clip.mkv", frames=31, rate=rate)
    assert rate_of(path) == (float(rate), "29.970 frames/s")


def test_a_variable_rate_is_the_mean(tmp_path: Path) -> None:
    pts = [0, 40, 200, 240, 500]
    path = make_clip(tmp_path / "clip.mkv", frames=5, pts=pts, time_base=Fraction(1, 1000))
    rate, words = rate_of(path)
    assert rate == pytest.approx(8)
    assert words == "8.000 frames/s, variable"


def test_a_single_frame_of_one_tick_has_no_rate(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", frames=1, rate=60_000)
    assert rate_of(path) == (None, "not declared")
    with Video(path) as video:
        assert "The file declares no frame rate." in video.warnings


@pytest.mark.parametrize(
    ("rate", "words"), [(None, "not declared"), (50, "50.000 frames/s"), (25, "25.000 frames/s")]
)
def test_a_raw_stream_has_the_rate_that_it_declares(
    rate: int | None, words: str, tmp_path: Path
) -> None:
    path = write_fields(tmp_path / "raw.h264", frames=4, rate=rate)
    assert rate_of(path) == (rate, words)


def test_pixels_whose_shape_changes(tmp_path: Path) -> None:
    parts = [
        make_clip(tmp_path / f"{name}.ts", frames=20, gop=10, b_frames=2, aspect=aspect)
        for name, aspect in (("wide", Fraction(4, 3)), ("square", Fraction(1)))
    ]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    with Video(path) as video:
        assert video.info.sample_aspect_ratio == Fraction(4, 3)
        sizes = [frame.rgb.shape[:2] for frame in video.frames(range(40))]
        assert sizes == [(48, 107)] * 20 + [(48, 80)] * 20
        for number in (35, 5, 20, 19):
            assert video.frame(number).rgb.shape[:2] == sizes[number]
        assert (
            "The shape of the pixels changes within the file; each frame is shown in its own."
            in video.warnings
        )
