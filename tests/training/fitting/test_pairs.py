"""Paired batches: a real face and its fake, changed alike.

The batch is the same for the same seed and step.
"""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.geometry import Box
from tests.training.faces import frame
from training.data.table import FaceTable, Row
from training.fitting.pairs import (
    DONORS,
    PairedBatches,
    real_and_blend,
    real_and_fake,
    real_and_swap,
    unrelated,
)

SIZE = 48
Picture = NDArray[np.uint8]


def _row(name: str, label: str, original: str, moment: str = "", scale: float = 1.0) -> Row:
    return Row(name, "z", label, original, "train", moment=moment, scale=scale)


def _table(rows: list[Row], picture: Callable[[Row], Picture]) -> FaceTable:
    return FaceTable(rows, lambda row: cv2.imencode(".png", picture(row)[:, :, ::-1])[1].tobytes())


def _coded(row: Row) -> Picture:
    """A flat picture whose red is the original's number and whose green is the moment's."""
    flat = np.zeros((20, 20, 3), np.uint8)
    flat[:] = (int(row.original), int(row.moment or 0), 255 * row.is_fake)
    return flat


def test_a_pair_shares_original_and_moment() -> None:
    rows = [
        _row(f"{o}{m}{label}", label, str(o), str(m))
        for o in (1, 2)
        for m in (3, 4)
        for label in ("REAL", "FAKE")
    ]
    # without a partner: never drawn
    rows += [_row("alone", "REAL", "9", "3"), _row("other", "FAKE", "1", "9")]
    draw, rng = real_and_fake(_table(rows, _coded)), np.random.default_rng(0)
    seen = set()
    for _ in range(60):
        real, fake, _ = draw(rng)
        assert (real[0, 0, 2], fake[0, 0, 2]) == (0, 255)
        assert real[0, 0, :2].tolist() == fake[0, 0, :2].tolist()
        seen.add(tuple(real[0, 0, :2].tolist()))
    assert seen == {(1, 3), (1, 4), (2, 3), (2, 4)}


def test_originals_are_drawn_evenly_however_many_fakes_they_have() -> None:
    rows = [_row("r1", "REAL", "1"), _row("r2", "REAL", "2"), _row("f1", "FAKE", "1")] + [
        _row(f"f2{i}", "FAKE", "2") for i in range(30)
    ]
    draw, rng = real_and_fake(_table(rows, _coded)), np.random.default_rng(0)
    ones = sum(draw(rng)[0][0, 0, 0] == 1 for _ in range(200))
    assert 70 <= ones <= 130


@pytest.mark.parametrize(
    ("scale", "expected"), [(1.0, Box(0, 0, 200, 200)), (1.25, Box(36, 36, 128, 128))]
)
def test_the_crop_rule_holds_for_pictures_that_show_more_than_the_face(
    scale: float, expected: Box
) -> None:
    # 200 / 1.25 = 160 is the face box, .8 of it 128; a ready crop is taken whole.
    rows = [_row("r", "REAL", "1", scale=scale), _row("f", "FAKE", "1", scale=scale)]
    _, _, box = real_and_fake(
        _table(rows, lambda _: np.zeros((200, 200, 3), np.uint8)), factor=0.8
    )(np.random.default_rng(0))
    assert box == expected


def test_real_and_fake_are_changed_alike() -> None:
    """If the fake is the real picture itself, nothing may tell them apart."""
    rows = [_row("r", "REAL", "1"), _row("f", "FAKE", "1")]
    batches = PairedBatches([(6, real_and_fake(_table(rows, lambda _: frame(0))))], SIZE)
    for step in range(5):
        pictures, _ = batches(step)
        np.testing.assert_array_equal(pictures[0::2], pictures[1::2])
        # but each pair has a change of its own
        assert len({picture.tobytes() for picture in pictures}) == 6


def test_labels_alternate_and_shapes_fit() -> None:
    rows = [_row("r", "REAL", "1"), _row("f", "FAKE", "1")]
    table = _table(rows, lambda _: frame(0))
    pictures, labels = PairedBatches([(2, real_and_fake(table)), (1, real_and_blend(table))], SIZE)(
        0
    )
    assert (pictures.shape, pictures.dtype) == ((6, SIZE, SIZE, 3), np.uint8)
    assert (labels.tolist(), labels.dtype) == ([[0.0], [1.0]] * 3, np.float32)
    assert not np.array_equal(pictures[4], pictures[5])


def test_seed_and_step_decide() -> None:
    rows = [_row("r", "REAL", "1"), _row("f", "FAKE", "1")]
    sources = [(2, real_and_blend(_table(rows, lambda _: frame(0))))]
    batches = PairedBatches(sources, SIZE, seed=3)
    late_first = batches(7)[0]
    batches(0)
    np.testing.assert_array_equal(PairedBatches(sources, SIZE, seed=3)(7)[0], late_first)
    assert not np.array_equal(batches(8)[0], late_first)
    assert not np.array_equal(PairedBatches(sources, SIZE, seed=4)(7)[0], late_first)


def test_a_blend_changes_the_face_box_only() -> None:
    rows = [_row("r", "REAL", "1", scale=2.0), _row("f", "FAKE", "2")]
    draw = real_and_blend(_table(rows, lambda _: frame(0)))
    for seed in range(10):
        real, fake, box = draw(np.random.default_rng(seed))
        np.testing.assert_array_equal(real, frame(0))
        assert box == Box(60, 60, 120, 120)
        inside = np.zeros(real.shape[:2], bool)
        inside[60:180, 60:180] = True
        assert (real != fake)[inside].any()
        assert not (real != fake)[~inside].any()


def test_a_pair_of_two_sizes_is_named() -> None:
    rows = [_row("r.png", "REAL", "1"), _row("f.png", "FAKE", "1")]
    draw = real_and_fake(_table(rows, lambda row: np.zeros((20 + row.is_fake, 20, 3), np.uint8)))
    with pytest.raises(AnalysisError, match=r"f\.png and r\.png"):
        draw(np.random.default_rng(0))


def test_rows_without_pairs_are_refused() -> None:
    table = _table([_row("r", "REAL", "1"), _row("f", "FAKE", "2")], _coded)
    with pytest.raises(AnalysisError, match="None of the 2 rows"):
        real_and_fake(table)
    with pytest.raises(AnalysisError, match="no REAL picture"):
        real_and_blend(table.where(lambda row: row.is_fake))


def _turned(row: Row) -> Picture:
    """Originals 1 to 30 look one way, the rest are upside down; each has a red of its own."""
    picture = frame(0) if int(row.original) <= 30 else frame(0)[::-1]
    return np.concatenate(
        [np.full_like(picture[..., :1], int(row.original)), picture[..., 1:]], axis=2
    )


def test_a_swap_takes_the_face_of_another_original_that_looks_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert DONORS < 29
    given: list[tuple[int, int]] = []

    def note(face: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
        given.append((int(face[0, 0, 0]), int(donor[0, 0, 0])))
        return np.full_like(face, 255)

    monkeypatch.setattr("training.fitting.pairs.swap", note)
    rows = [
        Row(f"{i}-{n}", "z", "REAL", str(i), "train", scale=1.25)
        for i in range(1, 61)
        for n in range(2)
    ]
    rows += [Row("fake", "z", "FAKE", "1", "train", scale=1.25)]
    draw, rng = real_and_swap(_table(rows, _turned), factor=0.5), np.random.default_rng(0)
    for _ in range(40):
        real, fake, box = draw(rng)
        changed = np.flatnonzero((real != fake).any(axis=2).any(axis=0))
        assert box.x <= changed[0] <= changed[-1] < box.x + box.w
    assert all(own != donor and (own <= 30) == (donor <= 30) for own, donor in given)
    assert len({donor for _, donor in given}) > 10


def test_a_swap_of_few_people_and_of_one() -> None:
    rows = [Row(f"{i}", "z", "REAL", str(i), "train") for i in (1, 2)]
    real, fake, _ = real_and_swap(_table(rows, _turned))(np.random.default_rng(0))
    assert (real != fake).any()
    with pytest.raises(AnalysisError, match="fewer than two originals"):
        real_and_swap(_table(rows[:1], _turned))


def test_unrelated_faces_come_in_one_size() -> None:
    rows = [
        _row(f"{label}{i}", label, f"{label}{i}") for label in ("REAL", "FAKE") for i in range(3)
    ]
    sides = {"REAL": 40, "FAKE": 60}
    draw = unrelated(
        _table(
            rows,
            lambda row: np.full(
                (sides[row.label],) * 2 + (3,), 10 * int(row.file[-1]) + row.is_fake, np.uint8
            ),
        )
    )
    seen = set()
    for seed in range(40):
        real, fake, box = draw(np.random.default_rng(seed))
        assert real.shape == fake.shape == (60, 60, 3)
        assert box == Box(0, 0, 60, 60)
        assert (real[0, 0, 0] % 10, fake[0, 0, 0] % 10) == (0, 1)
        seen.add((int(real[0, 0, 0]), int(fake[0, 0, 0])))
    assert len(seen) == 9  # every real one with every fake one
    with pytest.raises(AnalysisError, match="one class alone"):
        unrelated(_table(rows[:3], _coded))


class _Marked(FaceTable):
    """A table that knows the landmarks of every face: a circle in the middle."""

    def landmarks(self, row: Row) -> NDArray[np.float32]:
        angle = np.linspace(0, 2 * np.pi, 478)
        return np.column_stack([120 + 40 * np.cos(angle), 120 + 40 * np.sin(angle)]).astype(
            np.float32
        )


def test_a_blend_follows_the_landmarks_if_they_are_known() -> None:
    rows = [_row("r", "REAL", "1", scale=2.0)]
    plain = _table(rows, lambda _: frame(0))
    marked = _Marked(rows, plain._encoded)
    differs = 0
    for seed in range(20):
        real, fake, box = real_and_blend(marked)(np.random.default_rng(seed))
        assert box == Box(60, 60, 120, 120)
        changed = (real != fake).any(axis=2)
        assert changed.any()
        # The altered copy may be what surrounds the face, in the whole picture.
        differs += changed[:30].any()
    assert 0 < differs < 20


def test_originals_are_blended_evenly_however_many_pictures_they_have() -> None:
    rows = [_row("one", "REAL", "1")] + [_row(f"many{i}", "REAL", "2") for i in range(30)]
    draw, rng = real_and_blend(_table(rows, _coded)), np.random.default_rng(0)
    assert 70 <= sum(draw(rng)[0][0, 0, 0] == 1 for _ in range(200)) <= 130
