"""DFDC as Kaggle serves it: folders and zips as one table, and what is said of bad metadata."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import fsspec
import pytest

from dfgui.core.errors import AnalysisError
from training.data.sets.dfdc import read_videos
from training.data.videos import VideoRow, VideoTable

REAL = {"label": "REAL", "split": "train"}
Entry = dict[str, Any]


def _fake(original: str) -> Entry:
    return {"label": "FAKE", "split": "train", "original": original}


def _folder(root: Path, part: str, metadata: dict[str, Entry] | str | None, *videos: str) -> Path:
    folder = root / part
    folder.mkdir(parents=True)
    for video in videos:
        (folder / video).write_bytes(video.encode())
    if metadata is not None:
        (folder / "metadata.json").write_text(
            metadata if isinstance(metadata, str) else json.dumps(metadata)
        )
    return folder


def _zip(root: Path, number: str, metadata: dict[str, Entry], *videos: str) -> Path:
    path = root / f"dfdc_train_part_{number}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for video in videos:
            archive.writestr(f"dfdc_train_part_{int(number)}/{video}", f"zipped {video}")
        archive.writestr(f"dfdc_train_part_{int(number)}/metadata.json", json.dumps(metadata))
    return path


def _good(root: Path) -> Path:
    """A part that by itself is a table: good.mp4 and its fake."""
    return _folder(
        root,
        "dfdc_train_part_0",
        {"good.mp4": REAL, "made.mp4": _fake("good.mp4")},
        "good.mp4",
        "made.mp4",
    )


def _by_name(table: VideoTable) -> dict[str, VideoRow]:
    return {Path(row.file).name: row for row in table.rows}


def _why(table: VideoTable, name: str) -> str:
    (found,) = [one.why for one in table.skipped if Path(one.what).name == name]
    return found


def test_folders_and_zips_become_one_table(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path, "dfdc_train_part_10", {"a.mp4": REAL, "b.mp4": _fake("a.mp4")}, "a.mp4", "b.mp4"
    )
    _folder(tmp_path, "dfdc_train_part_2", {"e.mp4": REAL}, "e.mp4")
    archive = _zip(
        tmp_path, "03", {"c.mp4": REAL, "d.mp4": _fake("elsewhere.mp4")}, "c.mp4", "d.mp4"
    )
    table = read_videos(tmp_path)
    assert [row.file for row in table.rows] == [
        "dfdc_train_part_2/e.mp4",
        "dfdc_train_part_10/a.mp4",
        "dfdc_train_part_10/b.mp4",
        "dfdc_train_part_3/c.mp4",
        "dfdc_train_part_3/d.mp4",
    ]
    rows = _by_name(table)
    assert [
        (rows[name].label, rows[name].original, rows[name].part)
        for name in ("a.mp4", "b.mp4", "c.mp4", "d.mp4")
    ] == [
        ("REAL", "a.mp4", "10"),
        ("FAKE", "a.mp4", "10"),
        ("REAL", "c.mp4", "3"),
        ("FAKE", "elsewhere.mp4", "3"),
    ]
    assert rows["a.mp4"].path == str(folder / "a.mp4")
    assert rows["c.mp4"].path == f"zip://dfdc_train_part_3/c.mp4::{archive}"
    assert (rows["a.mp4"].bytes, rows["c.mp4"].bytes) == (len("a.mp4"), len("zipped c.mp4"))
    assert not table.skipped


def test_metadata_files_are_hashed(tmp_path: Path) -> None:
    metadata = (_good(tmp_path) / "metadata.json").read_bytes()
    assert read_videos(tmp_path).files == {
        "dfdc_train_part_0/metadata.json": hashlib.sha256(metadata).hexdigest()
    }


def test_the_folder_itself_may_be_a_part(tmp_path: Path) -> None:
    folder = _good(tmp_path)
    assert [(row.file, row.part) for row in read_videos(folder).rows] == [
        ("good.mp4", ""),
        ("made.mp4", ""),
    ]


def test_a_part_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    folder = _good(tmp_path)
    _zip(tmp_path, "00", {"good.mp4": REAL, "made.mp4": _fake("good.mp4")}, "good.mp4", "made.mp4")
    table = read_videos(tmp_path)
    assert [row.path for row in table.rows] == [str(folder / "good.mp4"), str(folder / "made.mp4")]
    assert not table.skipped


def test_a_url_is_read_like_a_folder() -> None:
    files = fsspec.filesystem("memory")
    files.pipe(
        "/dfdc/dfdc_train_part_1/metadata.json",
        json.dumps({"a.mp4": REAL, "b.mp4": _fake("a.mp4")}).encode(),
    )
    for name in ("a.mp4", "b.mp4"):
        files.pipe(f"/dfdc/dfdc_train_part_1/{name}", b"1234")
    table = read_videos("memory://dfdc")
    assert [(row.path, row.bytes) for row in table.rows] == [
        ("memory:///dfdc/dfdc_train_part_1/a.mp4", 4),
        ("memory:///dfdc/dfdc_train_part_1/b.mp4", 4),
    ]
    with fsspec.open(table.rows[0].path) as file:
        assert file.read() == b"1234"


def test_two_labels_are_named_with_both_files(tmp_path: Path) -> None:
    _good(tmp_path)
    _folder(tmp_path, "dfdc_train_part_4", {"x.mp4": REAL}, "x.mp4")
    _folder(tmp_path, "dfdc_train_part_5", {"x.mp4": _fake("good.mp4")})
    table = read_videos(tmp_path)
    assert "x.mp4" not in _by_name(table)
    assert (
        _why(table, "x.mp4")
        == "it has two labels: REAL in dfdc_train_part_4/metadata.json and FAKE in"
        " dfdc_train_part_5/metadata.json"
    )


def test_two_labels_in_one_file_are_seen(tmp_path: Path) -> None:
    _good(tmp_path)
    text = '{"x.mp4": {"label": "REAL"}, "x.mp4": {"label": "FAKE", "original": "y.mp4"}}'
    _folder(tmp_path, "dfdc_train_part_4", text, "x.mp4")
    assert "two labels" in _why(read_videos(tmp_path), "x.mp4")


def test_a_metadata_file_that_is_cut_off_leaves_its_videos_without_label(tmp_path: Path) -> None:
    _good(tmp_path)
    whole = json.dumps({"x.mp4": REAL, "y.mp4": _fake("x.mp4")})
    _folder(tmp_path, "dfdc_train_part_7", whole[:-20], "x.mp4", "y.mp4")
    table = read_videos(tmp_path)
    assert sorted(_by_name(table)) == ["good.mp4", "made.mp4"]
    for name in ("x.mp4", "y.mp4"):
        assert (
            "it has no label: dfdc_train_part_7/metadata.json cannot be read, it may be cut off"
            in _why(table, name)
        )


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (
            {"label": "MAYBE"},
            "its label in dfdc_train_part_4/metadata.json is 'MAYBE', expected REAL or FAKE",
        ),
        ({"split": "train"}, "its label in dfdc_train_part_4/metadata.json is None"),
        ("REAL", "its label in dfdc_train_part_4/metadata.json is 'REAL', expected REAL or FAKE"),
        ({"label": "FAKE"}, "its original in dfdc_train_part_4/metadata.json is None"),
        (
            {"label": "FAKE", "original": ""},
            "its original in dfdc_train_part_4/metadata.json is ''",
        ),
    ],
)
def test_a_bad_entry_is_named_by_file_and_field(tmp_path: Path, entry: Any, says: str) -> None:
    _good(tmp_path)
    _folder(tmp_path, "dfdc_train_part_4", {"x.mp4": entry}, "x.mp4")
    table = read_videos(tmp_path)
    assert len(table) == 2
    assert says in _why(table, "x.mp4")


def test_videos_without_metadata_and_metadata_without_videos_are_listed(tmp_path: Path) -> None:
    _good(tmp_path)
    _folder(tmp_path, "test_videos", None, "t.mp4")
    _folder(tmp_path, "dfdc_train_part_4", {"gone.mp4": REAL}, "extra.mp4")
    _folder(tmp_path, "dfdc_train_part_5", "[1, 2]", "odd.mp4")
    table = read_videos(tmp_path)
    assert _why(table, "t.mp4") == "it has no label: there is no test_videos/metadata.json"
    assert (
        _why(table, "gone.mp4")
        == "dfdc_train_part_4/metadata.json lists it, but the video is not there"
    )
    assert (
        _why(table, "extra.mp4")
        == "it has no label: dfdc_train_part_4/metadata.json does not list it"
    )
    assert (
        _why(table, "odd.mp4")
        == "it has no label: dfdc_train_part_5/metadata.json is no table of videos"
    )


def test_a_zip_that_is_cut_off_is_named(tmp_path: Path) -> None:
    _good(tmp_path)
    archive = _zip(tmp_path, "08", {"x.mp4": REAL}, "x.mp4")
    archive.write_bytes(archive.read_bytes()[:-40])
    table = read_videos(tmp_path)
    assert len(table) == 2
    assert "cut off" in _why(table, "dfdc_train_part_08.zip")


def test_a_metadata_member_that_is_damaged_is_named(tmp_path: Path) -> None:
    _good(tmp_path)
    archive = _zip(tmp_path, "08", {"x.mp4": REAL}, "x.mp4")
    data = archive.read_bytes()
    archive.write_bytes(data.replace(b'"REAL"', b'"REEL"'))  # no longer what its checksum says
    assert "download it again" in _why(read_videos(tmp_path), archive.name)


def test_an_empty_class_is_named_with_what_was_left_out(tmp_path: Path) -> None:
    _folder(
        tmp_path, "dfdc_train_part_4", {"x.mp4": REAL, "y.mp4": {"label": "FAKE"}}, "x.mp4", "y.mp4"
    )
    with pytest.raises(
        AnalysisError,
        match=r"has no FAKE video that can be used; 1 were left out, .*y\.mp4: its original",
    ):
        read_videos(tmp_path)


def test_a_place_without_metadata_is_refused(tmp_path: Path) -> None:
    _folder(tmp_path, "videos", None, "x.mp4")
    with pytest.raises(AnalysisError, match=r"holds no metadata\.json"):
        read_videos(tmp_path)


@pytest.mark.parametrize("place", ["nowhere", "nosuch://bucket/dfdc"])
def test_a_place_that_is_not_there_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(AnalysisError, match=rf"{place} .*check its name"):
        read_videos(place if "://" in place else tmp_path / place)
