"""Preparing the newer kinds by the command line, and what is kept out of the shards.

The newer kinds are pairs, real clips, stills and ready crops.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from tests.training.faces import frame, replaced, write_clip, write_crops, write_pair
from training.data.lookup import BY_NAME, read_videos
from training.data.prepared.reading import Prepared
from training.data.prepared.shards import PrepareSettings
from training.data.preparing import prepare as module
from training.data.preparing.prepare import prepare


def _side_by_side(number: int) -> NDArray[np.uint8]:
    return np.concatenate([frame(number), replaced(frame(number))], axis=1)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Components 1 (train: a pair and a swap alone), 3 (validation) and 0 (test).

    One clip is missing, and one has halves that do not match.
    """
    root = tmp_path_factory.mktemp("pairs")
    for name in ("train", "choose", "test"):
        write_clip(root / f"{name}.mp4", [_side_by_side(number) for number in range(4)])
    write_clip(root / "alone.mp4", [replaced(frame(number)) for number in range(4)])
    write_clip(
        root / "moved.mp4",
        [
            np.concatenate([frame(n), np.roll(replaced(frame(n)), 6, axis=0)], axis=1)
            for n in range(4)
        ],
    )
    rows = [
        ("train.mp4", 1, 0),
        ("choose.mp4", 3, 0),
        ("test.mp4", 0, 0),
        ("alone.mp4", 1, 1),
        ("moved.mp4", 1, 0),
        ("gone.mp4", 1, 0),
    ]
    with (root / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", "component", "one_panel"), *rows])
    return root


def _run(*words: str) -> tuple[int, list[dict[str, object]]]:
    command = [sys.executable, "-m", "training", "prepare", *words, "--workers", "1", "--json"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[4])}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()]


def _said(events: list[dict[str, object]]) -> list[str]:
    return [str(event["text"]) for event in events if event["event"] == "said"]


def test_side_by_side_clips_by_the_command_line(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, events = _run(
        "--kind", "side_by_side", "--data", str(clips), "--out", str(out), "--frames", "3"
    )
    assert status == 0
    said = _said(events)
    assert said[0] == "Left untouched: the test part, 1 of 5; --with-test prepares it too."
    assert "gone.mp4 is left out: pairs.csv lists it, but the clip is not there." in said
    assert any(
        text.startswith("moved.mp4:right is left out: it and its partner do not match: ")
        for text in said
    )
    assert (
        said[-1]
        == "3 videos are prepared, 2 REAL and 3 FAKE, with landmarks on 9 of 9 faces; 2 were left"
        " out, videos.csv says why."
    )
    prepared = Prepared(out)
    assert prepared.settings == PrepareSettings(
        frames=3, size=0, face_size=288, face_scale=1.6, pairs=True, landmarks=True
    )
    found = {
        video.row.file: (video.row.split, video.faces, len(prepared.partners(video)))
        for video in prepared.videos
    }
    assert found == {
        "train.mp4:right": ("train", 3, 3),
        "choose.mp4:right": ("validation", 3, 3),
        "alone.mp4": ("train", 3, 0),
    }
    assert {row.original for row in prepared.table().rows if row.split == "train"} == {
        "component-01"
    }


def test_the_test_part_comes_when_it_is_asked_for(clips: Path, tmp_path: Path) -> None:
    table = read_videos("side_by_side", clips).where(
        lambda row: row.file.startswith(("train", "test"))
    )
    settings = PrepareSettings(frames=1, size=0, face_size=32, pairs=True)
    for with_test, splits in ((False, {"train"}), (True, {"train", "test"})):
        assert prepare(table, tmp_path / "out", settings, workers=1, with_test=with_test) == 0
        assert {video.row.split for video in Prepared(tmp_path / "out").videos} == splits


def test_faceforensics_is_prepared_in_pairs(tmp_path: Path) -> None:
    write_pair(tmp_path / "ffpp", "001", "002", frames=3)
    write_pair(tmp_path / "ffpp", "001", "002", frames=2, method="FaceSwap")
    write_pair(tmp_path / "ffpp", "469", "481", frames=1)
    table = read_videos("ffpp", tmp_path / "ffpp")
    settings = PrepareSettings(frames=2, size=0, face_size=32, pairs=True)
    assert prepare(table, tmp_path / "out", settings, workers=1) == 0
    prepared = Prepared(tmp_path / "out")
    assert [(video.row.method, video.faces, video.partners != -1) for video in prepared.videos] == [
        ("Deepfakes", 2, True),
        ("FaceSwap", 2, True),
    ]
    assert {row.split for row in prepared.table().rows} == {"train"}
    assert len({row.moment for row in prepared.table().rows}) == 4


def test_one_class_is_enough_where_the_data_set_has_no_other(tmp_path: Path) -> None:
    write_clip(tmp_path / "clips" / "someone.mp4", [frame(number) for number in range(4)])
    write_clip(tmp_path / "clips" / "wall.mp4", [np.full((120, 160, 3), 90, np.uint8)] * 4)
    assert (
        prepare(
            read_videos("real_clips", tmp_path / "clips"),
            tmp_path / "out",
            BY_NAME["real_clips"].settings,
            workers=1,
        )
        == 0
    )
    prepared = Prepared(tmp_path / "out")
    assert [(video.row.label, video.faces, video.marked) for video in prepared.videos] == [
        ("REAL", 4, 4)
    ]
    assert [(one.what, one.why) for one in prepared.skipped] == [
        ("wall.mp4", "no face was found in any of its 4 frames")
    ]


def test_stills_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    for label, picture in (("real", frame(0)), ("fake", replaced(frame(0)))):
        (tmp_path / "stills" / "train" / label).mkdir(parents=True)
        cv2.imwrite(str(tmp_path / "stills" / "train" / label / "a.jpg"), picture[:, :, ::-1])
    (tmp_path / "stills" / "train" / "real" / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    said: list[str] = []
    table = read_videos("stills", tmp_path / "stills")
    assert (
        prepare(
            table,
            tmp_path / "out",
            BY_NAME["stills"].settings,
            workers=1,
            say=lambda text, *_: said.append(text),
        )
        == 0
    )
    assert (
        said[-1]
        == "2 videos are prepared, 1 REAL and 1 FAKE, with landmarks on 2 of 2 faces; 1 were left"
        " out, videos.csv says why."
    )
    assert "train/real/b.jpg is left out: it is not a picture that can be read" in said[0]


def test_crops_without_landmarks_are_kept_and_counted(tmp_path: Path) -> None:
    write_crops(tmp_path, {"train": 2, "test": 1})
    grey = cv2.imencode(".png", np.full((90, 90, 3), 90, np.uint8))[1].tobytes()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "grey.png").write_bytes(grey)
    path = tmp_path / "dfdc_faces.csv"
    path.write_text(path.read_text() + "grey.png,more,FAKE,x.mp4,train,90\n")
    said: list[str] = []
    settings = BY_NAME["crops"].settings
    assert (
        prepare(
            read_videos("crops", path),
            tmp_path / "out",
            settings,
            workers=1,
            say=lambda text, *_: said.append(text),
        )
        == 0
    )
    assert said[-1] == "5 videos are prepared, 2 REAL and 3 FAKE, with landmarks on 4 of 5 faces."
    faces = Prepared(tmp_path / "out").table()
    assert [row.file for row in faces.rows if faces.landmarks(row) is None] == [
        "more/grey.png#00000"
    ]
    row = faces.rows[0]
    assert (row.file, row.scale, row.box_width, faces.picture(row).shape) == (
        "crops.zip/train-0-REAL.png#00000",
        1.0,
        90.0,
        (224, 224, 3),
    )
    points = faces.landmarks(row)
    assert points is not None
    assert np.abs(points.mean(axis=0) - 112).max() < 25  # the face is in the middle of its crop


def test_a_limit_by_the_command_line(tmp_path: Path) -> None:
    write_crops(tmp_path, {"train": 4})
    status, events = _run(
        "--kind",
        "crops",
        "--data",
        str(tmp_path),
        "--out",
        str(tmp_path / "out"),
        "--limit",
        "1",
        "--no-landmarks",
    )
    assert status == 0
    assert _said(events)[-1] == "2 videos are prepared, 1 REAL and 1 FAKE."


def test_settings_that_do_not_go_together_are_refused(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = read_videos("side_by_side", clips)
    with pytest.raises(AnalysisError, match="faces must be haar"):
        prepare(table, tmp_path / "out", PrepareSettings(faces="whole", pairs=True))
    monkeypatch.setattr(module, "resource", lambda *parts: tmp_path.joinpath(*parts))
    with pytest.raises(
        AnalysisError, match="The network face-check, which finds landmarks, is not there"
    ):
        prepare(table, tmp_path / "out", PrepareSettings(landmarks=True))


def test_shards_of_the_first_schema_are_refused(tmp_path: Path) -> None:
    (tmp_path / "prepared.json").write_text(json.dumps({"frames": 8, "schema": "dfgui.prepared/1"}))
    with pytest.raises(
        AnalysisError,
        match=r"schema is 'dfgui\.prepared/1', this version reads 'dfgui\.prepared/2'",
    ):
        Prepared(tmp_path)
