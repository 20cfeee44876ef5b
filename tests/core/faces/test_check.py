"""The check of faces: its package, what it says of known boxes, and the rule for whole tracks."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck, faceless_tracks
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.faces.landmarks import BOX_FACTOR, SIDE
from dfgui.core.faces.tracks import FoundBox
from dfgui.core.geometry import Box
from dfgui.core.media.video import open_media
from dfgui.core.network.package import CHECK_KIND, kind_of, load_package
from dfgui.resources import FACE_CHECK, resource

BUNDLED = resource("models", FACE_CHECK)
FACE, WALL, FLAG = (
    (40, Box(212, 81, 142, 142)),
    (17, Box(361, 150, 198, 198)),
    (7, Box(504, 128, 47, 47)),
)
# TensorFlow Lite on MediaPipe's own .tflite, for the same cuts of 256 x 256 in 0-1.
PRESENCES = {FACE: 29.936, WALL: -11.707, FLAG: -14.178}


@pytest.fixture(scope="module")
def check() -> FaceCheck:
    return FaceCheck(load_face_check(BUNDLED))


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "face-check"))


def test_the_bundled_package_is_what_the_code_asks_it_for() -> None:
    package = load_face_check(BUNDLED)
    card = package.card
    assert (card.name, card.input.side, card.input.box_factor) == ("face-check", SIDE, BOX_FACTOR)
    hashes = [
        hashlib.sha256((BUNDLED / name).read_bytes()).hexdigest()
        for name in ("model.xml", "model.bin")
    ]
    assert package.sha256 == hashlib.sha256("".join(hashes).encode()).hexdigest()
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) < 5_000_000


@pytest.mark.parametrize("file", ["model.xml", "model.bin"])
def test_a_changed_byte_is_refused_by_name(file: str, copied: Path) -> None:
    data = bytearray((copied / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / file).write_bytes(data)
    with pytest.raises(
        AnalysisError, match=f"face-check was changed: {file} differs from the hash in its card"
    ):
        load_face_check(copied)


@pytest.mark.parametrize(
    "change", [{"presence": "high"}, {"presence": None}, {"unknown": 1}, {"files": {}}]
)
def test_a_wrong_card_is_refused_by_name(change: dict[str, Any], copied: Path) -> None:
    card = msgspec.json.decode((copied / "card.json").read_bytes())
    (copied / "card.json").write_bytes(msgspec.json.encode(card | change))
    with pytest.raises(AnalysisError, match="card of the model package face-check"):
        load_face_check(copied)


def test_neither_kind_of_package_is_taken_for_the_other(package: Path) -> None:
    with pytest.raises(
        AnalysisError,
        match=(
            "face-check is the check that tells faces from patterns, not a network that scores"
            " faces"
        ),
    ):
        load_package(BUNDLED)
    with pytest.raises(
        AnalysisError,
        match=(
            "red-mean is a network that scores faces, not the check that tells faces from patterns"
        ),
    ):
        load_face_check(package)
    assert (kind_of(BUNDLED), kind_of(package), kind_of(package.parent)) == (
        CHECK_KIND,
        "dfgui.card",
        "",
    )


@pytest.mark.parametrize(("frame", "box"), PRESENCES)
def test_presence_is_that_of_the_original_network(frame: int, box: Box, check: FaceCheck) -> None:
    with open_media(resource("demo", "portrait.mp4")) as media:
        rgb = media.frame(frame).rgb
    presence = check.presence(rgb, box)
    assert presence == pytest.approx(PRESENCES[frame, box], abs=0.05)
    assert presence == round(presence, 2)
    assert check.checked(rgb, [box]) == [FoundBox(box, presence, (frame, box) == FACE)]
    assert check.passes(presence) is check.holds_face(rgb, box) is ((frame, box) == FACE)


def test_the_threshold_itself_is_a_face_and_what_was_not_checked_passes(check: FaceCheck) -> None:
    least = load_face_check(BUNDLED).card.presence
    assert (check.passes(least), check.passes(least - 0.01), check.passes(None)) == (
        True,
        False,
        True,
    )


def test_a_box_beyond_the_frame_holds_no_face(check: FaceCheck) -> None:
    assert not check.holds_face(np.zeros((50, 50, 3), np.uint8), Box(200, 0, 20, 20))


def test_a_network_that_cannot_be_read_is_a_sentence(copied: Path) -> None:
    broken = FaceCheck(load_face_check(copied))
    (copied / "model.xml").write_text("<net/>")
    broken.start()
    with pytest.raises(
        AnalysisError, match="The network of face-check cannot be loaded; install it again"
    ):
        broken.presence(np.zeros((50, 50, 3), np.uint8), Box(0, 0, 50, 50))


def test_a_track_without_a_face_in_half_of_its_boxes_is_left_out() -> None:
    boxes = {
        1: [True],
        2: [False],
        3: [True, False],
        4: [True, False, False],
        5: [True] * 3 + [False] * 3,
        6: [True] * 3 + [False] * 4,
    }
    assert faceless_tracks((track, holds) for track, held in boxes.items() for holds in held) == {
        2,
        4,
        6,
    }
    assert faceless_tracks([]) == set()


def test_landmarks_are_those_of_a_face_alone(check: FaceCheck) -> None:
    with open_media(resource("demo", "portrait.mp4"), threads=1) as media:
        (frame, face), (other, wall) = FACE, WALL
        points = check.landmarks(media.frame(frame).rgb, face)
        assert check.landmarks(media.frame(other).rgb, wall) is None
    assert points is not None
    assert points.shape == (478, 2)
    # The eyes lie above the middle of the box, the person's right one on its left half; the chin is
    # near its lower end.
    (right_x, right_y), (left_x, _), (_, chin_y) = points[33], points[263], points[152]
    assert face.x < right_x < face.centre[0] < left_x < face.x + face.w
    assert face.y < right_y < face.centre[1] < chin_y < face.y + 1.2 * face.h
    assert check.landmarks(np.zeros((40, 40, 3), np.uint8), Box(200, 200, 20, 20)) is None
