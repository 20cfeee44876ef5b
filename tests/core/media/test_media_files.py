"""The files that a path stands for, and the frames that a scan looks at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfgui.core.errors import AnalysisError
from dfgui.core.media.video import media_files, sample_indices


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden" / "empty").mkdir(parents=True)
    for name in ("b/one.MP4", "a.jpg", "notes.txt", ".dot.mp4", ".hidden/x.mp4", "c.mkv"):
        (tmp_path / name).touch()
    assert media_files(tmp_path) == [
        tmp_path / "a.jpg",
        tmp_path / "b" / "one.MP4",
        tmp_path / "c.mkv",
    ]
    assert media_files(tmp_path / "notes.txt") == [tmp_path / "notes.txt"]
    with pytest.raises(AnalysisError, match="no video and no still"):
        media_files(tmp_path / ".hidden" / "empty")
    with pytest.raises(AnalysisError, match="no file or folder"):
        media_files(tmp_path / "nothing")


def test_what_may_be_listed_and_not_entered_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir()
    for name in ("locked/one.mp4", "locked/notes.txt", "two.mp4"):
        (tmp_path / name).touch()
    is_file = Path.is_file

    def refuse(self: Path) -> bool:
        if self.parent.name == "locked":
            raise PermissionError(13, "Permission denied", str(self))
        return is_file(self)

    monkeypatch.setattr(Path, "is_file", refuse)
    assert media_files(tmp_path) == [tmp_path / "locked" / "one.mp4", tmp_path / "two.mp4"]


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
