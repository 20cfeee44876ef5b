"""Shards and their manifest: what is written is read back, and what is said of damaged ones.

It is read by video, as arrays and as a table.
"""

import errno
import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from training.data.prepared import reading, shards
from training.data.prepared.reading import Prepared
from training.data.prepared.shards import (
    Examined,
    Manifest,
    PrepareSettings,
    Shard,
    ShardWriter,
    Source,
    lock,
)
from training.data.splits import check
from training.data.videos import VideoRow
from training.results import Skipped

SETTINGS = PrepareSettings(frames=3, size=8, face_size=4)
BOX = (10, 20, 40, 30)


def _row(name: str, label: str, original: str) -> VideoRow:
    return VideoRow(
        f"{label}/{name}.mp4",
        f"/data/{name}.mp4",
        label,
        original,
        "s",
        people=(original,),
        part="7",
    )


def _flat(values: list[int], side: int) -> NDArray[np.uint8]:
    return np.array([np.full((side, side, 3), value) for value in values], np.uint8).reshape(
        -1, side, side, 3
    )


def _examined(start: int, *, without: tuple[int, ...] = ()) -> Examined:
    """Frames 5, 15 and 25 with the values start, start + 1, start + 2.

    Faces are 100 brighter; the frames at `without` have none.
    """
    shown = [i for i in range(3) if i not in without]
    places = np.array(
        [
            (10 * i + 5, shown.index(i), *BOX) if i in shown else (10 * i + 5, *[-1] * 5)
            for i in range(3)
        ],
        np.int32,
    )
    frames = _flat([start + i for i in range(3)], 8)
    return Examined(
        1000 + start,
        f"{start:064x}",
        640,
        480,
        frames,
        _flat([100 + start + i for i in shown], 4),
        places,
        ("A note.",),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Shard 0: a real video and its fake, whose second frame shows no face.

    Shard 1: another fake, and one that was left out.
    """
    lock(tmp_path / "out", SETTINGS)
    manifest = Manifest(tmp_path / "out")
    manifest.append(Source((Skipped("t.mp4", "it has no label"),), {"metadata.json": "abc"}))
    writer = ShardWriter(tmp_path / "out", 0)
    writer.add(_row("a", "REAL", "a"), _examined(10))
    writer.add(_row("b", "FAKE", "a"), _examined(20, without=(1,)))
    manifest.append(writer.write())
    writer = ShardWriter(tmp_path / "out", 1)
    writer.skip("FAKE/x.mp4", "it cannot be read")
    writer.add(_row("c", "FAKE", "c"), _examined(30))
    manifest.append(writer.write())
    return tmp_path / "out"


def test_videos_are_read_as_they_were_written(folder: Path) -> None:
    prepared = Prepared(folder)
    assert (prepared.settings, len(prepared)) == (SETTINGS, 3)
    found = [
        (video.row, frames[:, 0, 0, 0].tolist(), faces[:, 0, 0, 0].tolist())
        for video, frames, faces in prepared
    ]
    assert found == [
        (_row("a", "REAL", "a"), [10, 11, 12], [110, 111, 112]),
        (_row("b", "FAKE", "a"), [20, 21, 22], [120, 122]),
        (_row("c", "FAKE", "c"), [30, 31, 32], [130, 131, 132]),
    ]
    video = prepared.videos[1]
    assert (video.bytes, video.sha256, video.width, video.height, video.faces) == (
        1020,
        f"{20:064x}",
        640,
        480,
        2,
    )
    assert video.notes == ("A note.",)
    # after the three faces of the first video
    assert prepared.places(video).tolist() == [[5, 3, *BOX], [15, *[-1] * 5], [25, 4, *BOX]]
    assert [one.what for one in prepared.skipped] == ["t.mp4", "FAKE/x.mp4"]
    check([video.row for video in prepared.videos])


def test_arrays_with_labels_and_groups(folder: Path) -> None:
    pictures, labels, groups = Prepared(folder).arrays("faces")
    assert pictures.shape == (8, 4, 4, 3)
    assert pictures[:, 1, 1, 2].tolist() == [110, 111, 112, 120, 122, 130, 131, 132]
    assert labels.tolist() == [0, 0, 0, 1, 1, 1, 1, 1]
    assert groups == ["s:a"] * 5 + ["s:c"] * 3
    frames, labels, _ = Prepared(folder).arrays(
        "frames", where=lambda video: video.row.original == "a", each=1
    )
    assert (frames[:, 0, 0, 0].tolist(), labels.tolist()) == ([10, 20], [0, 1])


def test_a_class_that_is_empty_is_named(folder: Path) -> None:
    with pytest.raises(AnalysisError, match="has no REAL video of the kind asked for"):
        Prepared(folder).arrays(where=lambda video: video.row.label == "FAKE")


def test_a_table_of_faces(folder: Path) -> None:
    table = Prepared(folder).table()
    assert len(table) == 8
    assert [(row.file, row.original, row.moment, row.label) for row in table.rows[3:5]] == [
        ("FAKE/b.mp4#00005", "a", "00005", "FAKE"),
        ("FAKE/b.mp4#00025", "a", "00025", "FAKE"),
    ]
    # 1.25 times the longer side of the box
    assert (table.rows[0].scale, table.rows[0].box_width) == (1.25, 50.0)
    assert [int(table.picture(row)[0, 0, 0]) for row in table.rows] == [
        110,
        111,
        112,
        120,
        122,
        130,
        131,
        132,
    ]
    fakes = table.where(lambda row: row.is_fake)
    assert int(fakes.picture(fakes.rows[1])[0, 0, 0]) == 122
    both = fakes + table
    np.testing.assert_array_equal(both.picture(both.rows[5]), _flat([110], 4)[0])


def test_a_table_of_frames(folder: Path) -> None:
    table = Prepared(folder).table("frames")
    assert [int(table.picture(row)[0, 0, 0]) for row in table.rows] == [
        10,
        11,
        12,
        20,
        21,
        22,
        30,
        31,
        32,
    ]
    assert (table.rows[0].scale, table.rows[0].box_width) == (1.0, 640.0)


def test_nothing_is_stored_that_was_not_asked_for(tmp_path: Path) -> None:
    lock(tmp_path, PrepareSettings(size=0, faces="whole", face_size=4))
    writer = ShardWriter(tmp_path, 0)
    writer.add(_row("a", "REAL", "a"), replace(_examined(10), frames=_flat([], 8)))
    Manifest(tmp_path).append(writer.write())
    prepared = Prepared(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.npy")) == [
        "shard-00000-faces.npy",
        "shard-00000-places.npy",
    ]
    assert (len(prepared.frames(prepared.videos[0])), len(prepared.faces(prepared.videos[0]))) == (
        0,
        3,
    )
    assert prepared.table().rows[0].scale == 1.0  # the whole picture is the face
    assert len(prepared.table("frames")) == 0


def test_few_files_are_open_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "OPEN_FILES", 8)
    lock(tmp_path, SETTINGS)
    manifest = Manifest(tmp_path)
    for number in range(12):
        writer = ShardWriter(tmp_path, number)
        writer.add(_row(str(number), "REAL", str(number)), _examined(number))
        manifest.append(writer.write())
    prepared = Prepared(tmp_path)
    assert [int(frames[0, 0, 0, 0]) for _, frames, _ in prepared] == list(range(12))
    assert len(prepared._open) <= 8


def test_hashes_and_sizes_are_those_of_the_files(folder: Path) -> None:
    for shard in Manifest(folder).shards.values():
        for stored in shard.files.values():
            data = (folder / stored.file).read_bytes()
            assert (stored.bytes, stored.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    Prepared(folder).verify()


def test_a_changed_shard_is_named(folder: Path) -> None:
    path = folder / "shard-00001-faces.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    prepared = Prepared(folder)
    with pytest.raises(
        AnalysisError, match=r"out/shard-00001-faces\.npy: its SHA-256 is not that of the manifest"
    ):
        prepared.verify()


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"short")])
def test_a_missing_shard_is_named_and_forgotten_by_the_next_preparation(
    folder: Path, harm: Callable[[Path], object]
) -> None:
    harm(folder / "shard-00001-frames.npy")
    with pytest.raises(
        AnalysisError, match=r"out/shard-00001-frames\.npy is missing or has another size"
    ):
        Prepared(folder)
    manifest = Manifest(folder)
    manifest.mend()
    assert list(manifest.shards) == [0]


def test_a_shard_of_another_shape_is_named(folder: Path) -> None:
    path = folder / "shard-00000-faces.npy"
    path.write_bytes(path.read_bytes().replace(b"(5, 4, 4, 3)", b"(5, 4, 2, 6)"))
    prepared = Prepared(folder)
    with pytest.raises(
        AnalysisError,
        match=(
            r"shard-00000-faces\.npy: its shape is \(5, 4, 2, 6\), the manifest says \(5, 4, 4, 3\)"
        ),
    ):
        prepared.faces(prepared.videos[0])


def test_a_line_that_a_kill_cut_off_counts_for_nothing(folder: Path) -> None:
    path = folder / "manifest.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    assert [video.row.file for video in Prepared(folder).videos] == ["REAL/a.mp4", "FAKE/b.mp4"]
    manifest = Manifest(folder)
    manifest.mend()
    assert path.read_bytes() == b"".join(whole.splitlines(keepends=True)[:2])


def test_a_line_that_makes_no_sense_is_named(folder: Path) -> None:
    path = folder / "manifest.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b'{"type": "shard", "number": "x"}\n' + lines[2])
    with pytest.raises(AnalysisError, match=r"out/manifest\.jsonl, line 2 cannot be read"):
        Prepared(folder)


def test_a_later_attempt_counts(folder: Path) -> None:
    writer = ShardWriter(folder, 2)
    writer.add(_row("x", "FAKE", "x"), _examined(40))
    Manifest(folder).append(writer.write())
    prepared = Prepared(folder)
    assert [one.what for one in prepared.skipped] == ["t.mp4"]
    assert len(prepared) == 4


def test_other_settings_are_named(folder: Path) -> None:
    lock(folder, SETTINGS)
    with pytest.raises(
        AnalysisError,
        match="was prepared with frames 3, not 4; faces haar, not whole; choose another folder",
    ):
        lock(folder, PrepareSettings(frames=4, size=8, face_size=4, faces="whole"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "holds no prepared videos"),
        ("{", "cannot be read"),
        ('{"schema": "dfgui.prepared/9"}', "schema is 'dfgui.prepared/9'"),
    ],
)
def test_a_folder_that_is_none_is_named(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "prepared.json").write_text(text)
    with pytest.raises(AnalysisError, match=says):
        Prepared(tmp_path)


def test_a_full_disk_leaves_the_manifest_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "manifest.jsonl").read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shards.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        Manifest(folder).append(Shard(9, {}, ()))
    assert (folder / "manifest.jsonl").read_bytes() == before


def test_a_full_disk_leaves_no_part_of_a_shard(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: Any, array: NDArray[Any], **_: object) -> None:
        file.write(array.tobytes()[:10])
        if array.dtype == np.int32:  # the places, when frames and faces are there already
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(folder.iterdir())
    monkeypatch.setattr(shards.np.lib.format, "write_array", full)
    writer = ShardWriter(folder, 5)
    writer.add(_row("y", "REAL", "y"), _examined(50))
    with pytest.raises(OSError, match=r"No space left.*shard-00005-places\.npy"):
        writer.write()
    assert sorted(folder.iterdir()) == before


def test_boxes_are_boxes_of_the_frame(folder: Path) -> None:
    prepared = Prepared(folder)
    assert Box(*map(int, prepared.places(prepared.videos[0])[0, shards.BOX])) == Box(*BOX)
