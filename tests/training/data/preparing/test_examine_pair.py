"""A fake and its real partner -> arrays.

The same frames, the same box, the face that was replaced and no other.
"""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.landmarks import FaceMesh, Landmarks
from dfgui.core.geometry import Box
from dfgui.core.media.video import Video
from dfgui.resources import resource
from tests.training.faces import FACE, frame, replaced, write_clip
from training.data.prepared.shards import Examined, PrepareSettings
from training.data.preparing.examine_pair import examine_pair, shift
from training.data.preparing.marks import load_mesh
from training.data.preparing.panels import panel
from training.data.videos import VideoRow

Picture = NDArray[np.uint8]
SETTINGS = PrepareSettings(
    frames=4, size=0, face_size=96, face_scale=1.6, pairs=True, landmarks=True
)


class Unsure(FaceMesh):
    """A network that takes nothing for a face."""

    def __init__(self) -> None:
        pass

    def look(self, rgb: Picture, boxes: object) -> list[Landmarks]:
        return [Landmarks(5.0, np.zeros((478, 2), np.float32))]


@pytest.fixture(scope="module")
def mesh() -> FaceMesh:
    return load_mesh()


def _halves(real: Picture, fake: Picture) -> Picture:
    return np.concatenate([real, fake], axis=1)


def _side_by_side(
    path: Path, tmp_path: Path, mesh: FaceMesh | None = None, **settings: object
) -> Examined:
    row = VideoRow(
        "v", str(path), "FAKE", "v", "s", panel="right", partner=str(path), partner_panel="left"
    )
    chosen = PrepareSettings(
        **{**{name: getattr(SETTINGS, name) for name in SETTINGS.__struct_fields__}, **settings}
    )  # type: ignore[arg-type]
    return examine_pair(row, chosen, tmp_path / "incoming", mesh)


def _still(folder: Path, picture: Picture) -> Path:
    cv2.imwrite(str(folder / "still.png"), picture[:, :, ::-1])
    return folder / "still.png"


def _placed(left: Picture | None, right: Picture | None) -> Picture:
    """A grey frame with one face on the left and one on the right."""
    rng = np.random.default_rng(0)
    picture = cv2.resize(
        rng.integers(60, 140, (20, 32, 3), dtype=np.uint8),
        (640, 300),
        interpolation=cv2.INTER_CUBIC,
    )
    for start, face in ((20, left), (380, right)):
        if face is not None:
            picture[30:270, start : start + 240] = face
    return picture


def test_both_faces_are_cut_by_the_box_of_the_real_one(tmp_path: Path, mesh: FaceMesh) -> None:
    path = write_clip(
        tmp_path / "clip.mp4", [_halves(frame(n), replaced(frame(n))) for n in range(8)]
    )
    found = _side_by_side(path, tmp_path, mesh)
    assert (found.width, found.height) == (240, 240)
    assert found.places[:, :2].tolist() == [[1, 0], [3, 1], [5, 2], [7, 3]]
    assert found.partners is not None
    assert found.landmarks is not None
    assert found.presence is not None
    assert found.faces.shape == found.partners.shape == (4, 96, 96, 3)
    assert (found.landmarks.shape, found.landmarks.dtype, found.presence.shape) == (
        (4, 478, 2),
        np.float16,
        (4,),
    )
    assert found.presence.min() > 11
    assert found.marked == 4
    assert found.partner_sha256 == found.sha256
    with Video(path) as video:
        rgb = video.frame(1).rgb
    for picture, half in ((found.partners[0], rgb[:, :240]), (found.faces[0], rgb[:, 240:])):
        square = Box(*map(int, found.places[0, 2:])).scaled(1.6)
        padded = np.pad(half, ((400, 400), (400, 400), (0, 0)), mode="edge")
        part = padded[
            square.y + 400 : square.y + 400 + square.h, square.x + 400 : square.x + 400 + square.w
        ]
        how = cv2.INTER_AREA if square.w > 96 else cv2.INTER_LINEAR
        np.testing.assert_array_equal(picture, cv2.resize(part, (96, 96), interpolation=how))
    middle = (np.array(FACE) - (square.x, square.y)) * 96 / square.w
    # pixels of 96
    assert np.abs(found.landmarks[0].astype(np.float32).mean(axis=0) - middle).max() < 8
    inner = found.landmarks[0].min() > 0 and found.landmarks[0].max() < 96
    assert inner


def test_the_landmarks_are_those_of_the_real_face(tmp_path: Path, mesh: FaceMesh) -> None:
    real = frame(0)
    found = _side_by_side(_still(tmp_path, _halves(real, replaced(real))), tmp_path, mesh)
    assert found.landmarks is not None
    box = Box(*map(int, found.places[0, 2:]))
    square = box.scaled(1.6)
    expected = (mesh.look(real, [box])[0].points - (square.x, square.y)) * 96 / square.w
    assert np.abs(found.landmarks[0] - expected).max() <= 1 / 32  # half a step of 16 bits below 128


def test_two_files_are_read_at_the_same_frames(tmp_path: Path) -> None:
    real = write_clip(tmp_path / "real.mp4", [frame(n) for n in range(12)])
    fake = write_clip(tmp_path / "fake.mp4", [replaced(frame(n)) for n in range(8)])
    row = VideoRow("v", str(fake), "FAKE", "v", "s", partner=str(real))
    found = examine_pair(row, SETTINGS, tmp_path / "incoming")
    assert found.places[:, 0].tolist() == [1, 3, 5, 7]  # of the eight that both have
    assert found.partners is not None
    assert found.landmarks is None
    assert found.sha256 != found.partner_sha256
    for picture, partner in zip(found.faces, found.partners, strict=True):
        change = cv2.absdiff(picture, partner).mean(axis=2)
        # another frame is 3 grey levels away at least
        assert change[:8].mean() < 4 < 20 < change[40:56, 40:56].mean()


def test_the_demo_clips_are_a_pair(tmp_path: Path, mesh: FaceMesh) -> None:
    real, fake = (resource("demo", f"{name}.mp4") for name in ("portrait", "portrait-altered"))
    found = examine_pair(
        VideoRow("v", str(fake), "FAKE", "v", "s", partner=str(real)),
        SETTINGS,
        tmp_path / "incoming",
        mesh,
    )
    assert (len(found.faces), found.marked) == (4, 4)


def test_bystanders_are_not_taken(tmp_path: Path, mesh: FaceMesh) -> None:
    real, fake = _placed(frame(0), frame(1)), _placed(frame(0), replaced(frame(1)))
    # another range of values in one half changes nothing
    brighter = np.clip(fake.astype(np.int16) + 9, 0, 255).astype(np.uint8)
    for other in (fake, brighter):
        found = _side_by_side(_still(tmp_path, _halves(real, other)), tmp_path, mesh)
        assert found.places[0, 2] > 320


def test_frames_that_show_only_a_bystander_have_no_face(tmp_path: Path) -> None:
    both = _halves(_placed(frame(0), frame(1)), _placed(frame(0), replaced(frame(1))))
    rng = np.random.default_rng(1)
    noise = rng.integers(-12, 13, (300, 640, 3))
    alone = _placed(frame(0), None)
    bystander = _halves(alone, np.clip(alone + noise, 0, 255).astype(np.uint8))
    path = write_clip(tmp_path / "clip.mp4", [both, bystander, both, both])
    found = _side_by_side(path, tmp_path)
    assert found.places[:, 1].tolist() == [0, -1, 1, 2]
    assert found.notes == ("1 of 4 frames do not show the face.",)


def _same(real: Picture) -> Picture:
    return real


def _moved(real: Picture) -> Picture:
    return np.roll(replaced(real), 1, axis=1)


def _unlike(real: Picture) -> Picture:
    return np.ascontiguousarray(255 - replaced(real))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            _same,
            (
                "no replaced face was found in its frame: no box of a face differs between it and"
                " its partner"
            ),
        ),
        (
            _moved,
            r"it and its partner do not match: one is moved by \((0\.[89]|1\.\d), -?0\.\d\) pixels",
        ),
        (
            _unlike,
            (
                r"it and its partner do not match: around the faces they differ by \d+\.\d grey"
                r" levels, expected 8 at most"
            ),
        ),
    ],
)
def test_halves_that_are_no_pair_are_named(tmp_path: Path, change: object, says: str) -> None:
    real = frame(0)
    with pytest.raises(AnalysisError, match=says):
        _side_by_side(_still(tmp_path, _halves(real, change(real))), tmp_path)  # type: ignore[operator]


def test_a_box_that_holds_no_face_is_no_face(tmp_path: Path) -> None:
    real = frame(0)
    with pytest.raises(
        AnalysisError,
        match="no replaced face was found in its frame: what changed most in 1 box is no face",
    ):
        _side_by_side(_still(tmp_path, _halves(real, replaced(real))), tmp_path, Unsure())


def test_a_picture_without_any_face_is_named(tmp_path: Path) -> None:
    grey = np.full((120, 320, 3), 90, np.uint8)
    with pytest.raises(AnalysisError, match="no replaced face was found in its frame"):
        _side_by_side(_still(tmp_path, grey), tmp_path)


def test_an_odd_width_has_no_halves(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="its width of 321 pixels is odd"):
        _side_by_side(_still(tmp_path, np.full((120, 321, 3), 90, np.uint8)), tmp_path)
    assert (panel("left", 320).left, panel("right", 320).left, panel("", 321).width) == (
        0,
        160,
        321,
    )


def test_halves_that_are_too_small_say_their_size(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="its pictures have 30 x 120 pixels"):
        _side_by_side(_still(tmp_path, np.full((120, 60, 3), 90, np.uint8)), tmp_path)


def test_a_partner_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    fake = _still(tmp_path, frame(0))
    with pytest.raises(AnalysisError, match=r"of its partner gone\.mp4: it cannot be read"):
        examine_pair(
            VideoRow("v", str(fake), "FAKE", "v", "s", partner=str(tmp_path / "gone.mp4")),
            SETTINGS,
            tmp_path / "incoming",
        )


@pytest.mark.parametrize("moved", [(0, 0), (3, 0), (0, -2)])
def test_a_shift_is_measured(moved: tuple[int, int]) -> None:
    real = frame(0)
    x, y = shift(real, np.roll(replaced(real), moved[::-1], axis=(0, 1)))
    assert (x, y) == pytest.approx(moved, abs=0.4)
