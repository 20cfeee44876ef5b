"""Groups of videos that share a source video or a person; splits and folds by group.

A check makes sure that no group is on two sides.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from training.data.videos import VideoRow


class Grouped(Protocol):
    """The origin of a row of any table.

    The row is a face picture (`table.Row`) or a video (`VideoRow`).
    """

    @property
    def file(self) -> str: ...  # noqa: D102
    @property
    def original(self) -> str: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def split(self) -> str: ...  # noqa: D102


def components(keys: Sequence[Iterable[str]]) -> list[int]:
    """Link samples that share a key, directly or through others.

    Args:
        keys: (n,) the keys of each sample.

    Returns:
        (n,) the lowest number of a sample of the same component.
    """
    parent = list(range(len(keys)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    holder: dict[str, int] = {}
    for i, own in enumerate(keys):
        for key in own:
            one, other = root(i), root(holder.setdefault(key, i))
            parent[max(one, other)] = min(one, other)
    return [root(i) for i in range(len(keys))]


def groups(rows: Sequence[Grouped]) -> list[str]:
    """The group of each row.

    Rows that share a source video or a person, directly or through other rows, are one group.

    Returns:
        (n,) names: data set and alphabetically first original of the group, such as `ffpp:033`.
    """
    found = components([_keys(row) for row in rows])
    names: dict[int, str] = {}
    for row, number in zip(rows, found, strict=True):
        name = f"{row.source}:{row.original}"
        names[number] = min(names.get(number, name), name)
    return [names[number] for number in found]


def _keys(row: Grouped) -> list[str]:
    people: tuple[str, ...] = getattr(row, "people", ())
    return [
        f"{row.source}/video/{row.original}",
        *(f"{row.source}/person/{person}" for person in people),
    ]


def check(rows: Sequence[Grouped]) -> None:
    """Check that no group is on two sides.

    Raises:
        AnalysisError: one is; the message names it, and a row on each side.
    """
    sides: dict[str, dict[str, Grouped]] = {}
    for row, group in zip(rows, groups(rows), strict=True):
        sides.setdefault(group, {}).setdefault(row.split, row)
    torn = {group: by for group, by in sides.items() if len(by) > 1}
    if torn:
        group, by = next(iter(torn.items()))
        where = ", ".join(f"{row.file} in {split}" for split, row in by.items())
        raise AnalysisError(
            f"The group {group} is on {len(by)} sides of the split: {where}. {len(torn)} of"
            f" {len(sides)} groups are; split by person and source video."
        )


def _shared_out(names: Sequence[str], shares: Sequence[float], seed: int) -> NDArray[np.int64]:
    """(n,) the share of each sample.

    Larger groups go first, equal ones in random order, each to the share that lacks most.
    """
    sizes = Counter(names)
    order = [sorted(sizes)[i] for i in np.random.default_rng(seed).permutation(len(sizes))]
    lacking = [share * len(names) for share in shares]
    place: dict[str, int] = {}
    for name in sorted(order, key=lambda name: -sizes[name]):
        place[name] = int(np.argmax(lacking))
        lacking[place[name]] -= sizes[name]
    return np.array([place[name] for name in names], dtype=np.int64)


def assign(
    rows: Sequence[VideoRow], fractions: Mapping[str, float], *, seed: int = 0
) -> list[VideoRow]:
    """Give each row a split, whole groups at a time.

    Args:
        rows: at least one.
        fractions: share of the rows of each split, above 0, together 1; kept as well as the size of
            the groups allows.
        seed: decides between groups of one size.

    Raises:
        AnalysisError: a split has no row of some class, because too few groups hold everything
            together.
        ValueError: the shares do not add up to 1.
    """
    if (
        not fractions
        or min(fractions.values()) <= 0
        or not math.isclose(sum(fractions.values()), 1.0, abs_tol=1e-6)
    ):
        raise ValueError(
            f"fractions: expected shares above 0 that add up to 1, received {dict(fractions)}"
        )
    names = groups(rows)
    splits = [list(fractions)[i] for i in _shared_out(names, list(fractions.values()), seed)]
    _require_classes([row.label for row in rows], splits, names, list(fractions))
    return [replace(row, split=split) for row, split in zip(rows, splits, strict=True)]


def folds(
    names: Sequence[str], k: int, *, seed: int = 0, labels: Sequence[Any] | None = None
) -> NDArray[np.int64]:
    """Distribute groups over folds of nearly one size.

    Args:
        names: (n,) group of each sample, as from `groups`.
        k: folds, at least 2.
        seed: decides between groups of one size.
        labels: (n,) class of each sample; if given, each fold must hold every class.

    Returns:
        (n,) fold of each sample, 0 to k - 1.

    Raises:
        AnalysisError: there are fewer groups than folds, or a fold has no row of some class.
    """
    if k < 2:
        raise ValueError(f"k: expected at least 2 folds, received {k}")
    if len(set(names)) < k:
        raise AnalysisError(
            f"{len(set(names))} groups cannot be shared out among {k} folds; take fewer folds or"
            " more videos."
        )
    found = _shared_out(names, [1 / k] * k, seed)
    if labels is not None:
        _require_classes(
            labels, [f"fold {i}" for i in found], names, [f"fold {i}" for i in range(k)]
        )
    return found


def _require_classes(
    labels: Sequence[Any], sides: Sequence[str], names: Sequence[str], wanted: Sequence[str]
) -> None:
    there = set(zip(sides, labels, strict=True))
    for side, label in product(wanted, dict.fromkeys(labels)):
        if (side, label) not in there:
            largest, size = Counter(names).most_common(1)[0]
            raise AnalysisError(
                f"{side} would hold no {label}: of {len(set(names))} groups, {largest} alone holds"
                f" {size} of {len(names)} videos; take fewer splits or folds, or more videos."
            )
