"""Landmarks of faces that are stored: in which pixels, and when there are none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.faces.landmarks import FaceMesh, Landmarks
from dfgui.core.geometry import Box
from tests.training.faces import FACE, frame
from training.data.preparing.marks import PRESENCE, TRIES, in_face, load_mesh, look_at_crop


class Told(FaceMesh):
    """Answers with the presence given for each side of a box, and records what it was asked."""

    def __init__(self, presence: dict[int, float]) -> None:
        self._presence, self.asked = presence, list[Box]()

    def look(self, rgb: NDArray[np.uint8], boxes: list[Box]) -> list[Landmarks]:  # type: ignore[override]
        self.asked += boxes
        return [
            Landmarks(self._presence.get(box.w, -5.0), np.full((478, 2), box.w, np.float32))
            for box in boxes
        ]


def test_landmarks_move_with_the_cut() -> None:
    points = np.tile(np.array([[110.0, 260.0]], np.float32), (478, 1))
    found = in_face(Landmarks(PRESENCE, points), Box(100, 200, 80, 80), 40)
    assert found.dtype == np.float16
    np.testing.assert_array_equal(found, np.tile([[5.0, 30.0]], (478, 1)))  # half of (10, 60)


def test_there_are_none_without_a_face() -> None:
    assert np.isnan(
        in_face(Landmarks(PRESENCE - 0.1, np.ones((478, 2), np.float32)), Box(0, 0, 4, 4), 4)
    ).all()


@pytest.mark.parametrize(
    ("presence", "sides", "chosen"),
    [
        ({100: 12.0}, [100], 100),
        ({100: 10.0, 90: 11.0, 115: 30.0}, [100, 90], 90),  # the first that is enough
        ({100: 3.0, 115: 7.0}, [100, 90, 115, 80], 115),  # else the best
    ],
)
def test_a_crop_is_tried_in_several_sizes(
    presence: dict[int, float], sides: list[int], chosen: int
) -> None:
    mesh = Told(presence)
    found = look_at_crop(mesh, np.zeros((100, 100, 3), np.uint8))
    assert [box.w for box in mesh.asked] == sides
    assert found.points[0, 0] == chosen
    assert sorted(TRIES) == [0.8, 0.9, 1.0, 1.15]


def test_a_tight_crop_is_found_with_the_bundled_network() -> None:
    left, top, side = 70, 45, 100
    crop = np.ascontiguousarray(frame(0)[top : top + side, left : left + side])
    found = look_at_crop(load_mesh(), crop)
    assert found.presence >= PRESENCE
    assert np.abs(found.points.mean(axis=0) - (FACE[0] - left, FACE[1] - top)).max() < 10
