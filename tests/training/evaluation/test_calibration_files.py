"""`calibration.csv` and `features.npz`.

A row for each face and each track, no names of people, and no more bytes than allowed.
"""

import csv
import io
from pathlib import Path

import numpy as np

from tests.training.looked import clip, look, seen
from training.evaluation.calibration_files import MOST_BYTES, CalibrationFiles, calibration_files
from training.evaluation.looks import ClipLook, CropLook


def _crops(n: int, width: int | None = None) -> CropLook:
    features = None if width is None else np.arange(n * width, dtype=np.float32).reshape(n, width)
    sides = np.where(np.arange(n) % 2, np.nan, 90.0)
    groups = [f"film-{i // 2}.mp4" for i in range(n)]
    return CropLook(
        np.arange(n, dtype=np.float32), np.full(n, 50.0), sides, np.arange(n) % 2, groups, features
    )


def _rows(files: CalibrationFiles) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files.csv().decode())))


def test_every_face_and_every_track_has_a_row_and_nobody_a_name() -> None:
    fake = ClipLook(
        clip("component-03", "DeepFaceLab", "side_by_side"),
        seen([1.0, 3.0], side=80.0, sharpness=20.0) + seen([-1.0], track=2), 0.25, "h264",
        frozenset({1}), "without side_by_side",
    )  # fmt: skip
    real = look(clip("component-03", source="side_by_side"), [0.5])
    rows = _rows(
        calibration_files(
            _crops(2), [fake, real, look(clip("speaking_03", source="real_clips"), [-2.0])]
        )
    )
    assert [row["row"] for row in rows] == [str(number) for number in range(11)]
    assert list(rows[0].values()) == [
        "0",
        "dfdc",
        "0",
        "0",
        "face",
        "0",
        "real",
        "all",
        "0",
        "90",
        "50",
        "",
        "jpeg",
        "1",
    ]
    assert rows[1]["cut_side"] == ""  # not known
    assert (rows[1]["clip"], rows[1]["group"], rows[1]["label"]) == ("1", "0", "fake")
    # The track's mean 2, its median side, the geometric mean of its sharpness, and its two faces;
    # the bystander is real.
    assert list(rows[2].values()) == [
        "2", "side_by_side", "2", "1", "track", "1", "fake", "without side_by_side", "2", "80",
        "20", "0.25", "h264", "2",
    ]  # fmt: skip
    assert [(row["kind"], row["track"], row["label"], row["logit"]) for row in rows[3:7]] == [
        ("face", "1", "fake", "1"), ("face", "1", "fake", "3"), ("track", "2", "real", "-1"),
        ("face", "2", "real", "-1"),
    ]  # fmt: skip
    # people of one component are one group
    assert [(row["clip"], row["group"]) for row in rows[7::2]] == [("3", "1"), ("4", "2")]
    text = calibration_files(_crops(2), [fake, real]).csv().decode()
    assert not any(name in text for name in ("component", "film", "mp4", "speaking"))


def test_features_are_those_of_their_rows(tmp_path: Path) -> None:
    one = ClipLook(
        clip("001"),
        seen([1.0, 2.0]),
        0.1,
        features=np.array([[1.0, 10.0], [3.0, 70000.0]], np.float32),
    )
    files = calibration_files(_crops(2, 2), [one])
    files.write(tmp_path)
    with np.load(tmp_path / "features.npz") as found:
        assert found["features"].dtype == np.float16
        assert found["rows"].tolist() == [0, 1, 2, 3, 4]
        # The second row is the track's: the mean of its two faces; 65504 is the largest number of
        # half precision.
        assert found["features"].tolist() == [[0, 1], [2, 3], [2, 35008], [1, 10], [3, 65504]]
    assert len(_rows(files)) == 5


def test_tracks_come_first_where_there_is_no_room_for_all(tmp_path: Path) -> None:
    width = 2048
    looks = [
        ClipLook(
            clip(f"{i:03}"), seen([float(i)] * 2), 0.1, features=np.ones((2, width), np.float32)
        )
        for i in range(30)
    ]
    files = calibration_files(_crops(1400, width), looks)
    files.write(tmp_path)
    assert MOST_BYTES - 2 * width - 2000 < (tmp_path / "features.npz").stat().st_size <= MOST_BYTES
    tracks = [entry.row for entry in files.entries if entry.kind == "track"]
    assert len(tracks) == 30
    assert set(tracks) < set(files.rows.tolist())
    assert files.rows.tolist() == sorted(files.rows.tolist())
    np.testing.assert_array_equal(calibration_files(_crops(1400, width), looks).rows, files.rows)


def test_a_network_without_features_has_no_file_of_them(tmp_path: Path) -> None:
    (tmp_path / "features.npz").write_bytes(b"of an older calibration")
    calibration_files(_crops(2), [look(clip("001"), [1.0])]).write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.csv"]
