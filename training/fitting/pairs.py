"""Paired batches: each real picture comes with a fake made from it, changed the same way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.crop import resize, take
from dfgui.core.geometry import Box
from training.data.table import FaceTable, Landmarks, Row, face_box
from training.fitting import augment
from training.fitting.blend import self_blend, swap
from training.recipe import Augmentation

Picture = NDArray[np.uint8]
Batch = tuple[NDArray[np.uint8], NDArray[np.float32]]
# So many faces are looked at, and one of the so many most alike lends the inner face.
ASKED, DONORS = 2000, 10
PairSource = Callable[[np.random.Generator], tuple[Picture, Picture, Box]]


def real_and_fake(table: FaceTable, *, factor: float = 1.0) -> PairSource:
    """Draws (real, fake, box) with the same original and moment.

    It draws evenly over the originals that have both.

    Args:
        table: rows of one source.
        factor: the crop rule: nominal cut over the face box, for pictures that hold more than the
            face.

    Raises:
        AnalysisError: no original has a real and a fake picture; when drawing, the two are not of
            one size.
    """
    sides: dict[tuple[str, str], tuple[list[Row], list[Row]]] = {}
    for row in table.rows:
        sides.setdefault((row.original, row.moment), ([], []))[row.is_fake].append(row)
    both = [pair for pair in sides.values() if all(pair)]
    if not both:
        raise AnalysisError(
            f"None of the {len(table)} rows to train on is an original with a REAL and a FAKE"
            " picture; add pairs to the table."
        )

    def draw(rng: np.random.Generator) -> tuple[Picture, Picture, Box]:
        real, fake = (side[rng.integers(len(side))] for side in both[rng.integers(len(both))])
        picture, other = table.picture(real), table.picture(fake)
        if picture.shape != other.shape:
            raise AnalysisError(
                f"{fake.file} and {real.file} are a pair and must have one size; resize one of"
                " them."
            )
        return picture, other, _nominal(picture, real, factor)

    return draw


def unrelated(table: FaceTable, *, factor: float = 1.0) -> PairSource:
    """Draws unrelated (real, fake, box); each picture is resized to the larger of both.

    Raises:
        AnalysisError: a class is missing.
    """
    sides = [[row for row in table.rows if row.is_fake == fake] for fake in (False, True)]
    if not all(sides):
        raise AnalysisError(
            "The rows to train on hold one class alone; add the other to the table."
        )

    def draw(rng: np.random.Generator) -> tuple[Picture, Picture, Box]:
        rows = [side[rng.integers(len(side))] for side in sides]
        pictures = [table.picture(row) for row in rows]
        side = max(max(picture.shape[:2]) for picture in pictures)
        if rows[0].scale != rows[1].scale:
            raise AnalysisError(
                f"{rows[0].file} and {rows[1].file} hold the face at another scale; prepare them"
                " alike."
            )
        real, fake = (resize(picture, (side, side)) for picture in pictures)
        return real, fake, _nominal(real, rows[0], factor)

    return draw


def real_and_blend(table: FaceTable, *, factor: float = 1.0) -> PairSource:
    """Draws (real, self-blended image of it, box) from the real rows of `table`.

    It draws evenly over their originals. The mask comes from the landmarks of the row, if there are
    any.

    Raises:
        AnalysisError: there are none.
    """
    by_original: dict[str, list[Row]] = {}
    for row in table.rows:
        if not row.is_fake:
            by_original.setdefault(row.original, []).append(row)
    if not by_original:
        raise AnalysisError(
            "The rows to train on hold no REAL picture to blend; add some to the table."
        )
    originals = list(by_original.values())

    def draw(rng: np.random.Generator) -> tuple[Picture, Picture, Box]:
        rows = originals[rng.integers(len(originals))]
        row = rows[rng.integers(len(rows))]
        picture = table.picture(row)
        box = _nominal(picture, row, factor)
        return picture, _blended(picture, box, table.landmarks(row), rng), box

    return draw


def _blended(
    picture: Picture, box: Box, points: Landmarks | None, rng: np.random.Generator
) -> Picture:
    """The face blended with itself: by its landmarks in the whole picture, else inside the box."""
    if points is not None:
        return self_blend(picture, rng, points=points)
    fake = picture.copy()
    inner = box.clipped(picture.shape[1], picture.shape[0])
    area = np.s_[inner.y : inner.y + inner.h, inner.x : inner.x + inner.w]
    fake[area] = self_blend(picture[area], rng)
    return fake


def real_and_swap(table: FaceTable, *, factor: float = 1.0) -> PairSource:
    """Draws (real, fake, box) from the real rows of `table`.

    The fake is the same picture with the inner face of another original in about the same pose.

    Raises:
        AnalysisError: they are of fewer than two originals.
    """
    rows = [row for row in table.rows if not row.is_fake]
    names, originals = np.unique([row.original for row in rows], return_inverse=True)
    if len(names) < 2:
        raise AnalysisError(
            "The rows to train on hold REAL pictures of fewer than two originals, and no face can"
            " be swapped; add some."
        )

    def face(row: Row) -> tuple[Picture, Box, Picture]:
        picture = table.picture(row)
        box = _nominal(picture, row, factor)
        return picture, box, take(picture, box)

    sketches = np.stack([_sketch(face(row)[2]) for row in rows])

    def draw(rng: np.random.Generator) -> tuple[Picture, Picture, Box]:
        number = int(rng.integers(len(rows)))
        others = rng.permutation(np.flatnonzero(originals != originals[number]))[:ASKED]
        alike = sketches[others] @ sketches[number]
        donor = rng.choice(others[np.argsort(-alike)[:DONORS]])
        picture, box, own = face(rows[number])
        fake = picture.copy()
        inner = box.clipped(picture.shape[1], picture.shape[0])
        swapped = swap(own, face(rows[donor])[2], rng)
        fake[inner.y : inner.y + inner.h, inner.x : inner.x + inner.w] = swapped[
            inner.y - box.y : inner.y - box.y + inner.h, inner.x - box.x : inner.x - box.x + inner.w
        ]
        return picture, fake, box

    return draw


def _sketch(face: Picture) -> NDArray[np.float32]:
    """(144,) a 12 x 12 grey picture without its mean and spread.

    Two of them are much alike if eyes and mouth are in the same places.
    """
    grey = cv2.cvtColor(resize(face, (12, 12)), cv2.COLOR_RGB2GRAY).astype(np.float32).ravel()
    return np.asarray((grey - grey.mean()) / (grey.std() + 1), dtype=np.float32)


def _nominal(picture: Picture, row: Row, factor: float) -> Box:
    box = face_box(picture, row.scale)
    return box if row.scale == 1.0 else box.scaled(factor)


@dataclass(frozen=True)
class PairedBatches:
    """The batch of step n, the same for every run with the same seed.

    It does not matter how the run was interrupted.

    Attributes:
        sources: (pairs per batch, source).
        size: side of the network's input.
        early_size: side before step `early_steps`.
        seed: with the step, seeds every draw.
    """

    sources: list[tuple[int, PairSource]]
    size: int
    seed: int = 0
    early_size: int = 0
    early_steps: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __call__(self, step: int) -> Batch:
        """The batch of a step.

        Returns:
            (2 p, size, size, 3) uint8 pictures, real and fake in turn, and (2 p, 1) float32 labels,
            1 for FAKE.
        """
        rng = np.random.default_rng((self.seed, step))
        size = self.early_size if step < self.early_steps else self.size
        pictures: list[Picture] = []
        for pairs, draw in self.sources:
            for _ in range(pairs):
                real, fake, box = draw(rng)
                on_real, on_fake = augment.draw(self.augmentation, rng)
                pictures += [on_real(real, box, size), on_fake(fake, box, size)]
        labels = np.tile(np.array([[0.0], [1.0]], dtype=np.float32), (len(pictures) // 2, 1))
        return np.stack(pictures), labels
