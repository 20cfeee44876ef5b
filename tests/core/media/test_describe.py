"""An open file in words and numbers, from clips whose facts are known."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dfgui.core.media.describe import media_facts
from dfgui.core.media.facts import MediaFacts
from dfgui.core.media.video import open_media
from tests.support.clips import make_clip


def described(path: Path) -> tuple[MediaFacts, dict[str, str]]:
    with open_media(path) as media:
        facts = media_facts("a.mp4", media)
    return facts, {fact.name: fact.value for fact in facts.facts}


def test_a_clip(tmp_path: Path) -> None:
    facts, words = described(
        make_clip(tmp_path / "clip.mp4", frames=25, gop=10, rotation=-90, audio=True)
    )
    assert (facts.path, facts.kind, facts.width, facts.height, facts.count, facts.fps) == (
        "a.mp4",
        "video",
        48,
        80,
        25,
        25.0,
    )
    assert facts.times_s == pytest.approx([number / 25 for number in range(25)])
    assert (facts.key_frames, facts.has_audio) == ((0, 10, 20), True)
    assert (facts.time_of(24), facts.time_of(25), facts.time_of(-1)) == (0.96, None, None)
    assert (words["picture"], words["stored as"], words["turned"]) == (
        "48 x 80 pixels",
        "80 x 48, yuv420p",
        "90 degrees clockwise",
    )
    assert (words["frame rate"], words["frames"], words["duration"]) == (
        "25.000 frames/s",
        "25 (25 declared)",
        "1.000 s",
    )
    assert (words["codec"], words["pixel aspect ratio"]) == ("h264", "1:1")
    assert "(assumed)" in words["colour"]
    assert "aac" in words["stream 1"]


def test_a_variable_frame_rate_has_its_own_times(tmp_path: Path) -> None:
    pts = [1000, 1040, 1200, 1240, 1500]
    facts, words = described(
        make_clip(tmp_path / "vfr.mkv", frames=5, pts=pts, time_base=Fraction(1, 1000))
    )
    assert facts.times_s == pytest.approx([at / 1000 for at in pts])
    assert words["frame rate"].endswith(", variable")


def test_a_file_without_times_has_none(tmp_path: Path) -> None:
    facts, words = described(make_clip(tmp_path / "raw.h264", frames=6))
    assert (facts.count, facts.times_s, facts.time_of(0), facts.key_frames) == (6, (), None, (0,))
    assert words["duration"] == "not known"
    assert any("no usable time stamps" in warning for warning in facts.warnings)


def test_a_still(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((30, 50, 3), np.uint8)).save(tmp_path / "still.png")
    facts, words = described(tmp_path / "still.png")
    assert (facts.kind, facts.width, facts.height, facts.count, facts.fps) == (
        "still",
        50,
        30,
        1,
        None,
    )
    assert (facts.times_s, facts.key_frames, facts.has_audio) == ((), (0,), False)
    assert words == {
        "container": "PNG",
        "codec": "PNG",
        "picture": "50 x 30 pixels",
        "stored as": "50 x 30, RGB",
        "colour": "RGB, full range",
        "stream 0": "still: PNG, 50 x 30, RGB",
    }
