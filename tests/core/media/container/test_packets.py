"""The guarded opening: broken, foreign and hostile files are refused in one sentence."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from dfgui.core import opening
from dfgui.core.errors import AnalysisError
from dfgui.core.media.video import open_media
from tests.support.clips import copy_packets, cut_bytes, make_clip, make_sound

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
        monkeypatch.setattr(opening, "open_file", _refuse)
    with pytest.raises(AnalysisError, match="permission to read"):
        open_media(path)


def _refuse(*_: object) -> int:
    raise PermissionError(13, "Permission denied")
