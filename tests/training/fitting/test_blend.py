"""Self-blended images and swaps: changed inside, seamless at the border, fixed by the seed."""

import numpy as np

from tests.training.faces import frame
from training.fitting.blend import PART_CHANCES, PARTS, face_mask, landmark_mask, self_blend, swap

FACE = frame(0)[40:160, 60:180]
SEEDS = range(40)


def _border(values: np.ndarray) -> np.ndarray:
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def test_the_mask_is_soft_and_ends_inside_the_picture() -> None:
    for seed in SEEDS:
        mask = face_mask(120, 100, np.random.default_rng(seed))
        assert (mask.shape, mask.dtype) == ((120, 100), np.float32)
        assert _border(mask).max() == 0
        assert mask.min() >= 0
        assert 0.99 < mask.max() <= 1.0001  # the inner face is fully covered
        # Half axes from .22 to .42 of the sides: an ellipse of the smallest covers 15 %, a
        # rectangle of the largest 67 %.
        assert 0.12 < mask.mean() < 0.67
        assert ((mask > 0.1) & (mask < 0.9)).any()


def test_changed_inside() -> None:
    for seed in SEEDS:
        blend = self_blend(FACE, np.random.default_rng(seed))
        assert (blend.shape, blend.dtype) == (FACE.shape, np.uint8)
        assert np.abs(blend[40:80, 40:80].astype(int) - FACE[40:80, 40:80]).mean() > 0.2


def test_the_border_is_the_face_itself_or_its_altered_copy_with_even_chance() -> None:
    same = sum(
        np.array_equal(_border(self_blend(FACE, np.random.default_rng(seed))), _border(FACE))
        for seed in SEEDS
    )
    assert 10 <= same <= 30


def test_nothing_of_the_input_is_touched_and_a_seed_decides() -> None:
    face = FACE.copy()
    first, again, other = (self_blend(face, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(face, FACE)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_swap_shows_the_other_face_inside_in_the_colours_of_this_one() -> None:
    """The donor is much brighter, and another picture: it has stripes and the face has none."""
    donor = np.full((60, 60, 3), 230, np.uint8)
    donor[::6] = donor[1::6] = donor[2::6] = 190
    face = FACE // 2
    for seed in SEEDS:
        made = swap(face, donor, np.random.default_rng(seed))
        assert (made.shape, made.dtype) == (face.shape, np.uint8)
        np.testing.assert_array_equal(_border(made), _border(face))
        middle = np.s_[45:75, 45:75]
        assert np.abs(made[middle].astype(int) - face[middle]).mean() > 3
        assert np.abs(made[middle].mean() - donor.mean()) > 60  # not the donor's brightness


def test_a_swap_touches_nothing_of_its_inputs_and_a_seed_decides() -> None:
    face, donor = FACE.copy(), frame(3)[30:150, 50:170].copy()
    kept = donor.copy()
    first, again, other = (swap(face, donor, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(face, FACE)
    np.testing.assert_array_equal(donor, kept)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def _oval() -> np.ndarray:
    """478 points on a circle of radius 50 around (70, 60) and inside it: every part has an area."""
    rng = np.random.default_rng(0)
    angle, radius = rng.uniform(0, 2 * np.pi, 478), 50 * np.sqrt(rng.uniform(0, 1, 478))
    angle[:60], radius[:60] = np.linspace(0, 2 * np.pi, 60), 50
    return np.column_stack([70 + radius * np.cos(angle), 60 + radius * np.sin(angle)]).astype(
        np.float32
    )


def test_the_mask_of_landmarks_lies_on_the_face() -> None:
    points = _oval()
    y, x = np.mgrid[0:120, 0:140]
    # 30 px off the face: deforming and softening reach at most about 25
    far = (x - 70) ** 2 + (y - 60) ** 2 > 80**2
    shares = []
    for seed in SEEDS:
        mask = landmark_mask(120, 140, points, np.random.default_rng(seed))
        assert (mask.shape, mask.dtype) == ((120, 140), np.float32)
        assert 0.5 < mask.max() <= 1.0001
        assert mask.min() >= 0
        assert mask[far].max(initial=0) < 0.05
        shares.append(mask.mean() * mask.size / (np.pi * 50**2))
    assert 0.6 < max(shares) < 1.5  # sometimes the whole face, give or take its border
    assert min(shares) < 0.8  # sometimes a part of it


def test_every_part_of_the_mesh_has_points_of_it_and_chances_that_sum_to_one() -> None:
    assert sum(PART_CHANCES) == 1
    assert PARTS[0] is None
    for part in PARTS[1:]:
        assert part is not None
        assert len(set(part)) == len(part)
        assert 0 <= min(part) <= max(part) < 468  # the last ten of the mesh are the irises


def test_a_blend_by_landmarks_leaves_the_face_or_its_surroundings() -> None:
    points = _oval() * [120 / 140, 1]
    same = 0
    for seed in SEEDS:
        blend = self_blend(FACE, np.random.default_rng(seed), points=points.astype(np.float32))
        assert not np.array_equal(blend, FACE)
        same += np.array_equal(_border(blend), _border(FACE))
    assert 10 <= same <= 30
