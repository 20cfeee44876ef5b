"""The packet index sorts, hides and counts frames.

Broken, foreign and hostile files are refused in one sentence.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.media.packets import NO_TIME, build_index, index_from_table
from dfgui.core.media.video import open_media
from tests.clips import copy_packets, cut_bytes, make_clip, make_sound


def test_index_sorts_hides_and_drops_what_no_key_frame_precedes() -> None:
    # In file order: a frame without its key frame, then I P B, then one that an edit list hides.
    table = np.array(
        [[0, 0, 0, 9, 0], [10, 1, 1, 50, 0], [30, 2, 0, 20, 0], [20, 3, 0, 5, 0], [40, 4, 1, 60, 1]]
    )
    index = index_from_table(table, Fraction(1, 10))
    assert index.pts.tolist() == [10, 20, 30]
    assert index.key.tolist() == [True, False, False]
    assert index.size.tolist() == [50, 5, 20]
    assert (index.headless, index.hidden, index.counted, index.timed, index.start_pts) == (
        1,
        1,
        False,
        True,
        10,
    )
    assert index.keys.tolist() == [[10, 1, 0], [40, 4, 3]]
    assert [index.key_before(i) for i in range(3)] == [0, 0, 0]
    assert (index.order(20), index.order(25), index.number(30), index.number(40)) == (
        2,
        None,
        2,
        None,
    )


@pytest.mark.parametrize(
    ("pts", "dts", "timed"),
    [
        pytest.param([NO_TIME, NO_TIME, NO_TIME], [4, 5, 6], True, id="decoding times only"),
        pytest.param([NO_TIME] * 3, [NO_TIME] * 3, False, id="no times"),
        pytest.param([5, 5, 6], [1, 2, 3], True, id="repeated"),
        pytest.param([5, 6, 7], [5, 6, 2], False, id="running backwards"),
    ],
)
def test_index_counts_where_times_cannot_tell_frames_apart(
    pts: Sequence[int], dts: Sequence[int], timed: bool
) -> None:
    table = np.array([[p, d, i == 0, 9, 0] for i, (p, d) in enumerate(zip(pts, dts, strict=True))])
    index = index_from_table(table, Fraction(1, 25))
    assert (index.counted, index.timed) == (True, timed)
    assert index.pts.tolist() == (list(dts) if timed else [0, 1, 2])
    assert index.key_before(2) == -1


class _Stumbling:
    """A container that fails after every third packet.

    A real one does this when a stream appears late or the disk fails.
    """

    def __init__(self, container: Any, error: Exception) -> None:
        self._container, self._error, self.format = container, error, container.format
        self._packets = container.demux(video=0)

    def demux(self, stream: object) -> Any:
        for count, packet in enumerate(self._packets):
            yield packet
            if count % 3 == 2:
                raise self._error


@pytest.mark.parametrize(
    ("error", "count", "broken"),
    [(IndexError("late stream"), 30, False), (OSError(5, "I/O error"), 3, True)],
)
def test_reading_goes_on_behind_a_late_stream_and_ends_at_a_read_error(
    error: Exception, count: int, broken: bool, tmp_path: Path
) -> None:
    with av.open(str(make_clip(tmp_path / "clip.mkv"))) as container:
        stumbling: Any = _Stumbling(container, error)
        index = build_index(stumbling, container.streams.video[0])
    assert (len(index), index.broken) == (count, broken)


PLAYLISTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.ts\n#EXT-X-ENDLIST\n",
    "list.mp4": "ffconcat version 1.0\nfile secret.ts\n",
    "list.sdp": (
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP"
        " 96\na=rtpmap:96 H264/90000\n"
    ),
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_evidence_cannot_open_other_files(name: str, tmp_path: Path) -> None:
    make_clip(tmp_path / "secret.ts")
    (tmp_path / name).write_text(PLAYLISTS[name])
    with pytest.raises(AnalysisError, match="cannot be read as"):
        open_media(tmp_path / name)


def _bad_inputs(folder: Path) -> dict[str, Path]:
    (folder / "empty.mp4").touch()
    (folder / "noise.mp4").write_bytes(random.Random(3).randbytes(200_000))
    (folder / "text.mp4").write_text("This is no video.\n" * 500)
    (folder / "noise.jpg").write_bytes(b"\xff\xd8\xff" + random.Random(4).randbytes(5_000))
    whole = make_clip(folder / "whole.mp4")
    cut_bytes(whole, folder / "headless.mp4", 0.5)
    copy_packets(whole, folder / "no_key.mp4", skip=21)
    make_sound(folder / "sound.m4a").rename(folder / "sound.mp4")
    return {
        "missing": folder / "missing.mp4",
        "folder": folder,
        "empty": folder / "empty.mp4",
        "noise": folder / "noise.mp4",
        "text": folder / "text.mp4",
        "noise as still": folder / "noise.jpg",
        "no moov": folder / "headless.mp4",
        "no key frame": folder / "no_key.mp4",
        "only sound": folder / "sound.mp4",
    }


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("missing", "There is no file"),
        ("folder", "is a folder"),
        ("empty", "is empty"),
        ("noise", "cannot be read as a video"),
        ("text", "cannot be read as a video"),
        ("noise as still", "is not a picture"),
        ("no moov", "cannot be read as a video"),
        ("no key frame", "no key frame"),
        ("only sound", "no video stream"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(case: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=words) as caught:
        open_media(_bad_inputs(tmp_path)[case])
    text = str(caught.value)
    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(AnalysisError, match="not a regular file"):
        open_media(tmp_path / "pipe.mp4")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_clip(tmp_path / "clip.mp4")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read everything
        monkeypatch.setattr(os, "open", _refuse)
    with pytest.raises(AnalysisError, match="may not be read"):
        open_media(path)


def _refuse(*_: object) -> int:
    raise PermissionError(13, "Permission denied")
