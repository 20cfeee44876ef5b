"""One video -> frames and faces: which frames, whose face, what is said if a video gives none."""

import errno
import gzip
import hashlib
import os
import zipfile
from pathlib import Path

import cv2
import fsspec
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import resize
from dfgui.core.faces.haar import detect
from dfgui.core.faces.landmarks import FaceMesh, Landmarks
from dfgui.core.geometry import Box
from dfgui.core.media.video import Video
from tests.support.clips import cut_bytes, make_clip
from tests.training.faces import FACE, frame, write_clip
from training.data.prepared.shards import Examined, PrepareSettings
from training.data.preparing import fetching as module
from training.data.preparing.examine import People, examine, near
from training.data.preparing.fetching import fetched
from training.data.preparing.marks import load_mesh
from training.data.videos import VideoRow

Picture = NDArray[np.uint8]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12 frames of the portrait, each 3 grey levels brighter."""
    return write_clip(
        tmp_path_factory.mktemp("clip") / "clip.mp4", [frame(number) for number in range(12)]
    )


@pytest.fixture(scope="module")
def portrait() -> Picture:
    return frame(3)


def _examined(path: Path | str, folder: Path, **settings: object) -> Examined:
    chosen = PrepareSettings(**{"frames": 4, "size": 64, "face_size": 96, **settings})  # type: ignore[arg-type]
    return examine(VideoRow("v", str(path), "REAL", "v", "s"), chosen, folder / "incoming")


def _placed(portrait: Picture, *at: tuple[int, int], size: tuple[int, int] = (400, 640)) -> Picture:
    """A grey frame with the portrait at each place (left, top)."""
    picture = np.full((*size, 3), 90, np.uint8)
    for left, top in at:
        picture[top : top + 240, left : left + 240] = portrait
    return picture


def _centre(box: Box, left: int = 0, top: int = 0) -> tuple[float, float]:
    """Middle of a box, from the face's place in a portrait at (left, top)."""
    return abs(box.centre[0] - FACE[0] - left), abs(box.centre[1] - FACE[1] - top)


def test_frames_are_spread_and_resized(clip: Path, tmp_path: Path) -> None:
    found = _examined(clip, tmp_path)
    assert found.places[:, 0].tolist() == [1, 4, 7, 10]  # the middles of four spans of three
    assert (found.width, found.height, found.bytes) == (240, 240, clip.stat().st_size)
    assert found.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()
    with Video(clip) as video:
        expected = np.stack(
            [
                cv2.resize(video.frame(i).rgb, (64, 64), interpolation=cv2.INTER_AREA)
                for i in (1, 4, 7, 10)
            ]
        )
    np.testing.assert_array_equal(found.frames, expected)
    assert found.notes == ()


def test_the_face_is_cut_out_a_quarter_larger_than_its_box(clip: Path, tmp_path: Path) -> None:
    found = _examined(clip, tmp_path)
    assert found.faces.shape == (4, 96, 96, 3)
    assert found.places[:, 1].tolist() == [0, 1, 2, 3]
    for place, face in zip(found.places, found.faces, strict=True):
        box = Box(*map(int, place[2:]))
        assert max(_centre(box)) < 15
        assert 70 < box.w < 150
        with Video(clip) as video:
            rgb = video.frame(int(place[0])).rgb
        side = round(1.25 * box.w)
        left, top = (round(middle - side / 2) for middle in box.centre)
        assert min(left, top) >= 0  # so that no border has to be repeated
        np.testing.assert_array_equal(
            face, resize(rgb[top : top + side, left : left + side], (96, 96))
        )


def test_the_first_frames_as_the_paper_took_them(clip: Path, tmp_path: Path) -> None:
    assert _examined(clip, tmp_path, first=True, frames=1).places[:, 0].tolist() == [0]
    assert _examined(clip, tmp_path, first=True, frames=3, faces="none").places[:, 0].tolist() == [
        0,
        1,
        2,
    ]


def test_a_short_clip_gives_all_its_frames(clip: Path, tmp_path: Path) -> None:
    assert _examined(clip, tmp_path, frames=99, faces="none").places[:, 0].tolist() == list(
        range(12)
    )


def test_only_what_was_asked_for_is_kept(clip: Path, tmp_path: Path) -> None:
    frames = _examined(clip, tmp_path, faces="none")
    assert (frames.frames.shape, frames.faces.shape) == ((4, 64, 64, 3), (0, 96, 96, 3))
    assert frames.places[:, 1:].tolist() == [[-1] * 5] * 4
    faces = _examined(clip, tmp_path, size=0)
    assert (len(faces.frames), len(faces.faces)) == (0, 4)


def test_a_whole_picture_may_be_the_face(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)
    cv2.imwrite(str(tmp_path / "crop.png"), noise[:, :, ::-1])
    found = _examined(tmp_path / "crop.png", tmp_path, faces="whole")
    assert found.places.tolist() == [[0, 0, 0, 0, 96, 96]]
    np.testing.assert_array_equal(found.faces[0], noise)


def test_a_video_without_a_face_says_so(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "bars.mp4", frames=6, size=(160, 96))
    with pytest.raises(AnalysisError, match="no face was found in any of its 4 frames"):
        _examined(path, tmp_path)
    assert len(_examined(path, tmp_path, faces="none").frames) == 4


def test_frames_without_the_face_are_counted(tmp_path: Path) -> None:
    grey = np.full((240, 240, 3), 90, np.uint8)
    path = write_clip(tmp_path / "clip.mp4", [frame(0), grey, grey, frame(3)])
    found = _examined(path, tmp_path)
    assert found.places[:, 1].tolist() == [0, -1, -1, 1]
    assert (len(found.frames), len(found.faces)) == (4, 2)
    assert found.notes == ("2 of 4 frames do not show the face.",)


def test_frames_that_cannot_be_decoded_are_counted(clip: Path, tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.ts", frames=30, size=(160, 96), gop=30)
    with Video(whole) as video:
        assert video.count == 30
    data = bytearray(whole.read_bytes())
    half = len(data) // 2 // 188 * 188
    for start in range(half, len(data) - 188 * 4, 188):
        # packets keep their place, their content is gone
        data[start + 12 : start + 188] = bytes(176)
    path = tmp_path / "damaged.ts"
    path.write_bytes(data)
    found = _examined(path, tmp_path, faces="none", frames=30)
    with Video(path) as video:
        promised, decoded = video.count, [one.index for one in video.frames(range(video.count))]
    assert 10 < len(decoded) < promised
    assert found.places[:, 0].tolist() == decoded
    assert found.notes == (f"{promised - len(decoded)} of {promised} frames cannot be decoded.",)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.mp4", None, "it cannot be read: There is no file"),
        ("empty.mp4", b"", "it cannot be read: .* is empty"),
        ("text.mp4", b"no video at all" * 99, "it cannot be read as a video or a still picture"),
        ("cut.png", b"\x89PNG\r\n\x1a\n" + bytes(40), "is not a picture that can be read"),
    ],
)
def test_what_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(AnalysisError, match=says):
        _examined(tmp_path / name, tmp_path)


def test_a_clip_that_is_cut_off_says_why(clip: Path, tmp_path: Path) -> None:
    # the table of an MP4 is at its end
    with pytest.raises(AnalysisError, match="it cannot be read as a video"):
        _examined(cut_bytes(clip, tmp_path / "cut.mp4", 0.5), tmp_path)


def test_pictures_that_are_too_small_say_their_size(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((20, 300, 3), np.uint8))
    with pytest.raises(
        AnalysisError, match="its pictures have 300 x 20 pixels, expected at least 32 x 32"
    ):
        _examined(tmp_path / "tiny.png", tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(AnalysisError, match=r"it cannot be read: .* is not a regular file"):
        _examined(tmp_path / "pipe.mp4", tmp_path)


def test_a_member_of_an_archive_is_copied_and_the_copy_removed(clip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "part.zip", "w") as archive:
        archive.write(clip, "inner/clip.mp4")
    found = _examined(f"zip://inner/clip.mp4::{tmp_path / 'part.zip'}", tmp_path)
    here = _examined(clip, tmp_path)
    assert (found.sha256, found.bytes) == (here.sha256, here.bytes)
    np.testing.assert_array_equal(found.faces, here.faces)
    assert [path.name for path in tmp_path.iterdir()] == ["part.zip"]


def test_a_url_is_copied_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec.filesystem("memory").pipe("/far/file.mp4", b"0123456789")
    monkeypatch.setattr(module, "CHUNK", 4)
    beats: list[int] = []
    with fetched("memory://far/file.mp4", tmp_path / "incoming", lambda: beats.append(1)) as (
        path,
        size,
        digest,
    ):
        assert path.read_bytes() == b"0123456789"
        assert path.parent == tmp_path
        assert path.suffix == ".mp4"
        assert (size, digest) == (10, hashlib.sha256(b"0123456789").hexdigest())
    assert len(beats) == 3  # 4 + 4 + 2 bytes
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("zip://clip.mp4::{}/gone.zip", "it cannot be read"),
        ("zip://other.mp4::{}/part.zip", "it cannot be read"),
        ("zip://clip.mp4::{}/bad.zip", "it cannot be read .*CRC"),
        ("nosuch://clip.mp4", "it cannot be read .*nosuch"),
    ],
)
def test_a_member_that_cannot_be_read_says_why(tmp_path: Path, path: str, says: str) -> None:
    with zipfile.ZipFile(tmp_path / "part.zip", "w") as archive:
        archive.writestr("clip.mp4", "0123456789")
    (tmp_path / "bad.zip").write_bytes(
        (tmp_path / "part.zip").read_bytes().replace(b"0123456789", b"0123456780")
    )
    with pytest.raises(AnalysisError, match=says):
        _examined(path.format(tmp_path), tmp_path)
    assert not list(tmp_path.glob("incoming*"))


def test_a_full_disk_is_not_the_videos_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec.filesystem("memory").pipe("/far/file.mp4", gzip.compress(b"x"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module, "_copy", full)
    with pytest.raises(OSError, match="No space left"):
        _examined("memory://far/file.mp4", tmp_path)


def test_a_face_is_found_near_its_last_place(portrait: Picture) -> None:
    (box,) = detect(_placed(portrait, (100, 80)))
    moved = near(_placed(portrait, (115, 90)), box)
    assert moved is not None
    assert max(_centre(moved, 115, 90)) < 15
    assert 0.85 < moved.w / box.w < 1.15
    assert near(_placed(portrait, (400, 80)), box) is None  # too far away to be the same
    assert near(_placed(portrait), box) is None


def test_a_face_at_the_border_is_looked_for_in_what_is_there(portrait: Picture) -> None:
    assert near(portrait, Box(-200, 20, 100, 100)) is None
    assert near(portrait, Box(-5, -5, 20, 20)) is None


def test_people_keep_their_numbers(portrait: Picture) -> None:
    people = People()
    left, right = people.follow(_placed(portrait, (20, 80), (380, 80))).values()
    numbers = {0 if left.x < right.x else 1: (20, 80), 1 if left.x < right.x else 0: (380, 80)}
    for step in range(1, 4):
        found = people.follow(_placed(portrait, (20 + 8 * step, 80), (380 - 8 * step, 80)))
        assert set(found) == {0, 1}
        for person, box in found.items():
            start, top = numbers[person]
            assert (
                max(_centre(box, start + 8 * step if start == 20 else start - 8 * step, top)) < 15
            )


def test_the_leading_person_is_found_again_after_a_gap(portrait: Picture) -> None:
    people = People()
    assert set(people.follow(_placed(portrait, (100, 80)))) == {0}
    assert not people.follow(_placed(portrait))
    assert set(people.follow(_placed(portrait, (104, 84)))) == {0}


def test_somebody_elsewhere_is_somebody_else(portrait: Picture) -> None:
    people = People()
    assert set(people.follow(_placed(portrait, (20, 80)))) == {0}
    assert set(people.follow(_placed(portrait, (380, 80)))) == {1}


def test_the_main_person_is_the_one_seen_most(portrait: Picture, tmp_path: Path) -> None:
    places = [(20, 80), (20, 80), (380, 80), (380, 80), (380, 80)]
    path = write_clip(tmp_path / "two.mp4", [_placed(portrait, at) for at in places])
    found = _examined(path, tmp_path, frames=5)
    assert found.places[:, 1].tolist() == [-1, -1, 0, 1, 2]
    assert all(place[2] > 380 for place in found.places[2:])


def test_of_two_the_larger_is_the_main_one(portrait: Picture, tmp_path: Path) -> None:
    picture = _placed(portrait, (380, 80))
    picture[100:220, 20:140] = cv2.resize(portrait, (120, 120), interpolation=cv2.INTER_AREA)
    assert len(detect(picture)) == 2
    found = _examined(write_clip(tmp_path / "two.mp4", [picture] * 4), tmp_path)
    assert all(place[2] > 380 for place in found.places)


def test_large_frames_are_shrunk_nearly_alike(tmp_path: Path) -> None:
    large = cv2.resize(frame(0), (960, 720), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / "large.png"), large[:, :, ::-1])
    (shrunk,) = _examined(tmp_path / "large.png", tmp_path, faces="none").frames
    assert (
        cv2.absdiff(shrunk, cv2.resize(large, (64, 64), interpolation=cv2.INTER_AREA)).mean() < 0.5
    )


def test_each_face_is_checked_and_has_its_landmarks(clip: Path, tmp_path: Path) -> None:
    chosen = PrepareSettings(frames=2, size=0, face_size=96, face_scale=1.6, landmarks=True)
    found = examine(
        VideoRow("v", str(clip), "REAL", "v", "s"), chosen, tmp_path / "incoming", load_mesh()
    )
    assert found.landmarks is not None
    assert found.presence is not None
    assert (found.landmarks.shape, found.presence.shape, found.marked, found.partners) == (
        (2, 478, 2),
        (2,),
        2,
        None,
    )
    square = Box(*map(int, found.places[0, 2:])).scaled(1.6)
    middle = (np.array(FACE) - (square.x, square.y)) * 96 / square.w
    assert np.abs(found.landmarks[0].astype(np.float32).mean(axis=0) - middle).max() < 8


def test_what_is_no_face_is_no_face(portrait: Picture, tmp_path: Path) -> None:
    class Unsure(FaceMesh):
        """Takes what is on the left for a face, and nothing else."""

        def __init__(self) -> None:
            pass

        def look(self, rgb: Picture, boxes: list[Box]) -> list[Landmarks]:  # type: ignore[override]
            return [
                Landmarks(20.0 if box.x < 320 else 3.0, np.zeros((478, 2), np.float32))
                for box in boxes
            ]

    chosen = PrepareSettings(frames=4, size=0, landmarks=True)
    both = write_clip(tmp_path / "both.mp4", [_placed(portrait, (20, 80), (380, 80))] * 4)
    found = examine(
        VideoRow("v", str(both), "REAL", "v", "s"), chosen, tmp_path / "incoming", Unsure()
    )
    assert all(place[2] < 320 for place in found.places)
    alone = write_clip(tmp_path / "alone.mp4", [_placed(portrait, (380, 80))] * 4)
    with pytest.raises(
        AnalysisError,
        match="no face was found in any of its 4 frames, only what looks like one in 4 boxes",
    ):
        examine(
            VideoRow("v", str(alone), "REAL", "v", "s"), chosen, tmp_path / "incoming", Unsure()
        )


def test_a_half_may_be_the_video(portrait: Picture, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "halves.mp4", [_placed(portrait, (380, 80))] * 2)
    right = examine(
        VideoRow("v", str(path), "FAKE", "v", "s", panel="right"),
        PrepareSettings(frames=2),
        tmp_path / "incoming",
    )
    assert (right.width, right.height) == (320, 400)
    assert max(_centre(Box(*map(int, right.places[0, 2:])), 60, 80)) < 15
    with pytest.raises(AnalysisError, match="no face"):
        examine(
            VideoRow("v", str(path), "REAL", "v", "s", panel="left"),
            PrepareSettings(frames=2),
            tmp_path / "incoming",
        )
