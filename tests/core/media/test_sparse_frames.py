"""Frames far apart: skipping frames that no other frame needs does not change the result."""

from pathlib import Path

import pytest

from dfgui.core.media.video import Video
from tests.support.clips import make_clip, read_number

SPARSE = (0, 7, 20, 33, 59)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "clip.mp4", frames=60, gop=30, b_frames=3, colour=(5, 1))


def test_superfluous_frames_are_not_decoded(clip: Path) -> None:
    with Video(clip, threads=2) as video:
        decode = video._decoder.next
        decoded = []
        video._decoder.next = lambda: (found := decode()) and (decoded.append(found[0]) or found)  # type: ignore[method-assign, func-returns-value]
        assert [read_number(frame.rgb) for frame in video.frames(SPARSE)] == list(SPARSE)
    # At least a third of the frames between two key frames are B frames that no other frame
    # refers to.
    assert len(decoded) <= 40
    assert set(SPARSE[1:]) <= set(decoded)


def test_sparse_frames_are_those_of_a_full_decode(clip: Path) -> None:
    with Video(clip, threads=2) as sparse, Video(clip, threads=1) as full:
        assert [frame.sha256 for frame in sparse.frames(SPARSE)] == [
            full.frame(index).sha256 for index in SPARSE
        ]


def test_neighbours_of_sparse_frames_can_be_asked_for(clip: Path) -> None:
    with Video(clip, threads=2) as video:
        for frame in video.frames(SPARSE):
            neighbours = [
                index for index in (frame.index - 1, frame.index + 1) if 0 <= index < video.count
            ]
            assert [read_number(video.frame(index).rgb) for index in neighbours] == neighbours
        assert not video.warnings
