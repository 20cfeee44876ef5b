"""The files that a path stands for, and the frames that a scan looks at."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import MediaFiles, media_files, sample_indices
from tests.support.clips import make_clip


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden" / "empty").mkdir(parents=True)
    for name in ("b/one.MP4", "a.jpg", ".dot.mp4", ".hidden/x.mp4", "c.mkv"):
        (tmp_path / name).touch()
    assert media_files(tmp_path) == MediaFiles(
        tuple(
            tmp_path / name for name in (".dot.mp4", ".hidden/x.mp4", "a.jpg", "b/one.MP4", "c.mkv")
        )
    )
    (tmp_path / "notes.txt").touch()
    assert media_files(tmp_path / "notes.txt") == MediaFiles((tmp_path / "notes.txt",))
    with pytest.raises(AnalysisError, match="no video and no still"):
        media_files(tmp_path / ".hidden" / "empty")
    with pytest.raises(AnalysisError, match="no file or folder"):
        media_files(tmp_path / "nothing")


def test_the_first_bytes_decide_and_not_the_suffix(tmp_path: Path) -> None:
    picture = Image.new("RGB", (4, 4))
    picture.save(tmp_path / "IMG_0001", "PNG")
    picture.save(tmp_path / "shot.dat", "BMP")
    make_clip(tmp_path / "clip.mp4", frames=2).rename(tmp_path / "clip.unknown")
    (tmp_path / "damaged.mp4").write_text("no video")  # its name says that it should be one
    assert media_files(tmp_path) == MediaFiles(
        tuple(tmp_path / name for name in ("IMG_0001", "clip.unknown", "damaged.mp4", "shot.dat"))
    )


def test_every_other_file_is_named_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "notes.txt").write_text("nothing to see")
    (tmp_path / "._clip.mp4").write_bytes(b"\0\x05\x16\x07\0\x02\0\0Mac OS X")
    (tmp_path / "sound").write_bytes(b"RIFF\x24\0\0\0WAVEfmt ")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("clip.mp4", b"x")
    found = media_files(tmp_path)
    assert found.files == ()
    assert {path.name: reason for path, reason in found.left_out} == {
        "._clip.mp4": "It holds what macOS stores about another file, and no picture.",
        "empty": "It is empty.",
        "more.zip": "It is an archive; unpack it and scan what it holds.",
        "notes.txt": "Its first bytes are not those of a video or still picture that this program"
        " reads; give the file itself to try it anyway.",
        "sound": "It holds sound and no picture.",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes links for administrators only")
def test_links_and_pipes_are_named(tmp_path: Path) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "folder"
    elsewhere.mkdir()
    folder.mkdir()
    clip = make_clip(elsewhere / "clip.mp4", frames=2)
    os.mkfifo(folder / "pipe.mp4")
    (folder / "linked").symlink_to(elsewhere)
    (folder / "lost.mp4").symlink_to(tmp_path / "nowhere")
    (folder / "other.mp4").symlink_to(clip)
    found = media_files(folder)
    assert found.files == (folder / "other.mp4",)
    assert {path.name: reason for path, reason in found.left_out} == {
        "linked": "It is a link to a folder; give that folder itself.",
        "lost.mp4": "It is a link to a file that is not there.",
        "pipe.mp4": "It is not a regular file.",
    }


def test_what_may_be_listed_and_not_entered_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir()
    for name in ("locked/one.mp4", "locked/notes.txt", "two.mp4"):
        (tmp_path / name).touch()
    stat = Path.stat

    def refuse(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if self.parent.name == "locked":
            raise PermissionError(13, "Permission denied", str(self))
        return stat(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", refuse)
    # What is in it may be evidence: the result of each says that it could not be read.
    assert media_files(tmp_path) == MediaFiles(
        tuple(tmp_path / name for name in ("locked/notes.txt", "locked/one.mp4", "two.mp4"))
    )


@given(st.integers(0, 5000), st.integers(1, 600))
def test_samples_are_spread_evenly(count: int, wanted: int) -> None:
    chosen = sample_indices(count, wanted)
    assert len(chosen) == min(count, wanted)
    assert chosen == sorted(set(chosen))
    assert all(0 <= index < count for index in chosen)
    gaps = np.diff(chosen)
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


def test_samples_are_centres() -> None:
    assert sample_indices(10, 5) == [1, 3, 5, 7, 9]
    assert sample_indices(9, 3) == [1, 4, 7]
    assert sample_indices(100, 1) == [50]
    assert sample_indices(3, 8) == [0, 1, 2]
    with pytest.raises(ValueError, match="wanted"):
        sample_indices(3, 0)
