"""Which side-by-side components and clips of people speaking train, choose and test.

They are drawn once, by seed, before any training. The numbers below are what `draw_components` and
`draw_clips` give for the sizes of the data; a test draws them again. They are written down here so
that a missing or added clip cannot move another one to a different side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

SEED = 15
TEST_COMPONENTS, TEST_CLIPS = 4, 12  # at least
VALIDATION_COMPONENTS, VALIDATION_CLIPS = (2, 3), 6  # from, to; at least
SIDE_BY_SIDE: Mapping[str, frozenset[int]] = {
    "test": frozenset((0, 4, 6, 7, 8, 9, 13)),
    "validation": frozenset((3, 12)),
}
_SPEAKING: Mapping[str, tuple[int, ...]] = {
    "test": (
        0,
        4,
        5,
        6,
        8,
        9,
        11,
        12,
        13,
        15,
        16,
        19,
        22,
        26,
        32,
        34,
        35,
        38,
        39,
        40,
        41,
        45,
        46,
        47,
        48,
        52,
        54,
        55,
    ),
    "validation": (3, 7, 10, 14, 18, 23, 24, 25, 27, 30, 31, 33, 42, 43, 50, 51),
}
REAL_CLIPS: Mapping[str, frozenset[str]] = {
    split: frozenset(f"speaking_{i:02d}" for i in numbers) for split, numbers in _SPEAKING.items()
}
REAL_CLIPS_COUNTS = {"test": 28, "validation": 16}  # of 56; the rest trains


def draw_components(sizes: Mapping[int, int], *, seed: int = SEED) -> dict[str, frozenset[int]]:
    """Draw whole components for `test` and `validation`.

    The others, always including the largest, are for `train`. Components come in random order. The
    first are for `test` until they are enough, the next for `validation`. An order that needs more
    components for `validation` than are wanted is drawn again.

    Args:
        sizes: clips of each component.
        seed: decides the order.
    """
    rng = np.random.default_rng(seed)
    largest = max(sizes, key=lambda number: (sizes[number], -number))
    names = sorted(set(sizes) - {largest})
    while True:
        order = [names[i] for i in rng.permutation(len(names))]
        test = _enough(order, sizes, TEST_COMPONENTS, TEST_CLIPS)
        validation = _enough(order[len(test) :], sizes, VALIDATION_COMPONENTS[0], VALIDATION_CLIPS)
        if (
            len(validation) <= VALIDATION_COMPONENTS[1]
            and sum(sizes[number] for number in validation) >= VALIDATION_CLIPS
        ):
            return {"test": frozenset(test), "validation": frozenset(validation)}


def _enough(order: Sequence[int], sizes: Mapping[int, int], least: int, clips: int) -> list[int]:
    """The first of an order that suffice: at least so many components with so many clips."""
    taken: list[int] = []
    for number in order:
        if len(taken) >= least and sum(sizes[one] for one in taken) >= clips:
            break
        taken.append(number)
    return taken


def draw_clips(
    names: Sequence[str], counts: Mapping[str, int], *, seed: int = SEED
) -> dict[str, frozenset[str]]:
    """Draw so many clips for each split, in the order of the counts."""
    order = [sorted(names)[i] for i in np.random.default_rng(seed).permutation(len(names))]
    found: dict[str, frozenset[str]] = {}
    for split, count in counts.items():
        found[split], order = frozenset(order[:count]), order[count:]
    return found


def split_of(number: int) -> str:
    """Split of a side-by-side component."""
    return next((split for split, numbers in SIDE_BY_SIDE.items() if number in numbers), "train")


def split_of_clip(name: str) -> str:
    """Split of a clip of a person speaking, by file name without suffix."""
    return next((split for split, names in REAL_CLIPS.items() if name in names), "train")
