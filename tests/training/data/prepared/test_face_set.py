"""Faces as a table over memory maps.

Both sides of a pair, their landmarks, and sets that are joined or handed on.
"""

import pickle
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from training.data.prepared.face_set import FaceSet
from training.data.prepared.reading import Prepared
from training.data.prepared.shards import Examined, Manifest, PrepareSettings, ShardWriter, lock
from training.data.table import FaceTable, Row
from training.data.videos import VideoRow
from training.fitting.pairs import real_and_fake

SETTINGS = PrepareSettings(
    frames=3, size=0, face_size=4, face_scale=1.6, pairs=True, landmarks=True
)


def _flat(values: list[int]) -> NDArray[np.uint8]:
    return np.array([np.full((4, 4, 3), value) for value in values], np.uint8)


def _examined(start: int, *, paired: bool, unmarked: tuple[int, ...] = ()) -> Examined:
    """Faces of frames 5 and 25 with the values start and start + 1, partners 100 brighter.

    Frame 15 has none. Landmark k is (k, start).
    """
    places = np.array([(5, 0, 10, 20, 40, 30), (15, *[-1] * 5), (25, 1, 10, 20, 40, 30)], np.int32)
    points = np.stack(
        [np.stack([np.arange(478), np.full(478, start + i)], axis=1) for i in range(2)]
    ).astype(np.float16)
    points[list(unmarked)] = np.nan
    presence = np.array([20 + start, 21 + start], np.float32)
    frames = np.zeros((0, 0, 0, 3), np.uint8)
    partners = _flat([start + 100, start + 101]) if paired else None
    return Examined(
        1,
        "a",
        64,
        48,
        frames,
        _flat([start, start + 1]),
        places,
        (),
        partners,
        points,
        presence,
        "b" if paired else "",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """In one shard a pair, a fake without a partner, and another pair.

    The next one has a pair of the same frames by another method.
    """
    row = VideoRow("f1.mp4", "", "FAKE", "o1", "s", ("p",), "m1", split="train")
    lock(tmp_path / "out", SETTINGS)
    manifest = Manifest(tmp_path / "out")
    writer = ShardWriter(tmp_path / "out", 0)
    writer.add(row, _examined(10, paired=True))
    writer.add(replace(row, file="alone.mp4"), _examined(30, paired=False, unmarked=(1,)))
    writer.add(
        replace(row, file="f2.mp4", original="o2", split="validation"), _examined(50, paired=True)
    )
    manifest.append(writer.write())
    writer = ShardWriter(tmp_path / "out", 1)
    writer.add(replace(row, file="f3.mp4", method="m2"), _examined(70, paired=True))
    manifest.append(writer.write())
    return tmp_path / "out"


def _value(faces: FaceTable, row: Row) -> int:
    picture = faces.picture(row)
    assert picture.shape == (4, 4, 3)
    return int(picture[0, 0, 0])


def test_both_sides_of_a_pair_share_original_and_moment(folder: Path) -> None:
    faces = Prepared(folder).table()
    assert len(faces) == 2 + 2 + 2 + 2 + 6
    sides: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in faces.rows:
        sides.setdefault((row.original, row.moment), []).append((row.label, _value(faces, row)))
    assert sides == {
        ("o1", "f1.mp4#00005"): [("FAKE", 10), ("REAL", 110)],
        ("o1", "f1.mp4#00025"): [("FAKE", 11), ("REAL", 111)],
        ("o1", "00005"): [("FAKE", 30)],
        ("o1", "00025"): [("FAKE", 31)],
        ("o2", "f2.mp4#00005"): [("FAKE", 50), ("REAL", 150)],
        ("o2", "f2.mp4#00025"): [("FAKE", 51), ("REAL", 151)],
        ("o1", "f3.mp4#00005"): [("FAKE", 70), ("REAL", 170)],
        ("o1", "f3.mp4#00025"): [("FAKE", 71), ("REAL", 171)],
    }
    assert len({row.file for row in faces.rows}) == len(faces)
    fake, real = faces.rows[:2]
    assert (fake.method, real.method, fake.split, fake.scale, fake.box_width) == (
        "m1",
        "",
        "train",
        1.6,
        64.0,
    )


def test_pairs_are_drawn_exactly(folder: Path) -> None:
    draw, rng = real_and_fake(Prepared(folder).table()), np.random.default_rng(0)
    drawn = Counter(
        (int(real[0, 0, 0]), int(fake[0, 0, 0])) for real, fake, _ in (draw(rng) for _ in range(60))
    )
    assert set(drawn) == {(value + 100, value) for value in (10, 11, 50, 51, 70, 71)}


def test_landmarks_are_those_of_the_row(folder: Path) -> None:
    faces = Prepared(folder).table()
    for row in faces.rows:
        points, value = faces.landmarks(row), _value(faces, row) % 100
        if value == 31:
            assert points is None
        else:
            assert points is not None
            assert (points.shape, points.dtype) == ((478, 2), np.float32)
            assert points[477].tolist() == [477, value]


def test_videos_give_partners_landmarks_and_presence(folder: Path) -> None:
    prepared = Prepared(folder)
    pair, alone, other = prepared.videos[:3]
    assert [picture[0, 0, 0] for picture in prepared.partners(other)] == [150, 151]
    assert prepared.partners(alone).shape == (0, 4, 4, 3)
    assert prepared.presence(other).tolist() == [70, 71]
    assert prepared.landmarks(other)[:, 0].tolist() == [[0, 50], [0, 51]]
    assert np.isnan(prepared.landmarks(alone)[1]).all()
    assert [
        (video.partners, video.marked, video.partner_sha256) for video in (pair, alone, other)
    ] == [
        (0, 2, "b"),
        (-1, 1, ""),
        (2, 2, "b"),
    ]


def test_arrays_hold_both_sides(folder: Path) -> None:
    pictures, labels, groups = Prepared(folder).arrays(each=1)
    assert pictures[:, 0, 0, 0].tolist() == [10, 110, 30, 50, 150, 70, 170]
    assert labels.tolist() == [1, 0, 1, 1, 0, 1, 0]
    assert set(groups) == {"s:o1"}  # all show the person p


def test_sets_are_joined_without_encoding(folder: Path) -> None:
    one, other = Prepared(folder).table(), Prepared(folder).table()
    both = one.where(lambda row: row.split == "validation") + other.where(
        lambda row: not row.is_fake
    )
    assert isinstance(both, FaceSet)
    assert sorted(_value(both, row) for row in both.rows) == sorted(
        [50, 51, 150, 151, 110, 111, 150, 151, 170, 171]
    )
    assert not both._bytes
    plain = FaceTable([Row("x", "y", "REAL", "z", "train")], lambda row: b"")
    mixed = one + plain
    assert _value(mixed, mixed.rows[0]) == 10  # by way of PNG


def test_a_set_can_be_handed_to_another_process(folder: Path) -> None:
    faces = Prepared(folder).table()
    assert _value(faces, faces.rows[0]) == 10
    copy = pickle.loads(pickle.dumps(faces))
    assert [_value(copy, row) for row in copy.rows] == [_value(faces, row) for row in faces.rows]
    assert copy.landmarks(copy.rows[0])[0].tolist() == [0, 10]


def test_threads_may_ask_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # each question closes what the other one reads
    monkeypatch.setattr("training.data.prepared.reading.OPEN_FILES", 1)
    faces = Prepared(folder).table()
    rows = faces.rows * 50
    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(lambda row: _value(faces, row), rows))
    assert values == [_value(faces, row) for row in rows]


def test_a_picture_can_be_changed_without_harm(folder: Path) -> None:
    faces = Prepared(folder).table()
    faces.picture(faces.rows[0])[:] = 0
    assert _value(faces, faces.rows[0]) == 10


def test_faces_that_nobody_looked_at_have_no_landmarks(tmp_path: Path) -> None:
    lock(tmp_path, PrepareSettings(frames=3, size=0, face_size=4))
    writer = ShardWriter(tmp_path, 0)
    writer.add(
        VideoRow("a", "", "REAL", "a", "s"),
        replace(_examined(10, paired=False), landmarks=None, presence=None),
    )
    Manifest(tmp_path).append(writer.write())
    prepared = Prepared(tmp_path)
    faces = prepared.table()
    assert faces.landmarks(faces.rows[0]) is None
    assert np.isnan(prepared.landmarks(prepared.videos[0])).all()
    assert np.isnan(prepared.presence(prepared.videos[0])).all()
