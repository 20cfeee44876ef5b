"""Batches for a fit over epochs, from arrays or from a Keras data set.

Each epoch draws a new order, and each batch comes several times in a row if asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Arrays:
    """Samples in memory.

    Attributes:
        x: (n, ...) pictures in uint8, or features; a memory map works too.
        y: (n,) 1 for FAKE, 0 for REAL.
        groups: (n,) original or pair of people of each; empty if that is not known.
    """

    x: NDArray[Any]
    y: NDArray[np.int64]
    groups: Sequence[str] = ()


class InMemory(keras.utils.PyDataset):
    """Batches of arrays, in an order that depends on seed and epoch alone.

    Each batch comes `passes` times in a row.
    """

    def __init__(self, arrays: Arrays, batch: int, passes: int, seed: int) -> None:
        super().__init__()
        self._arrays, self._batch, self._passes, self._seed = arrays, batch, passes, seed
        self._labels = arrays.y.astype(np.float32)[:, None]
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """Draw the order of an epoch."""
        self._order = np.random.default_rng((self._seed, epoch)).permutation(len(self._labels))

    def __len__(self) -> int:
        return -(-len(self._labels) // self._batch) * self._passes

    def __getitem__(self, index: int) -> tuple[NDArray[Any], NDArray[np.float32]]:
        start = index // self._passes * self._batch
        chosen = self._order[start : start + self._batch]
        return self._arrays.x[chosen], self._labels[chosen]


class ReadAhead(keras.utils.PyDataset):
    """Batches of a given data set, read ahead by threads; drawn and repeated as `InMemory` does.

    Keras could read ahead itself, but would read a batch again for each pass.
    """

    def __init__(
        self, inner: keras.utils.PyDataset, passes: int, seed: int, pool: ThreadPoolExecutor
    ) -> None:
        super().__init__()
        self._inner, self._passes, self._seed, self._pool = inner, passes, seed, pool
        self._lock = threading.Lock()
        self._epoch = -1
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """Draw the order of an epoch and forget what was read for another."""
        if epoch == self._epoch:
            return
        with self._lock:
            self._epoch = epoch
            self._order = np.random.default_rng((self._seed, epoch)).permutation(
                self._inner.num_batches
            )
            self._waiting: dict[int, Future[Any]] = {}
            self._last: tuple[int, Any] = (-1, None)

    def __len__(self) -> int:
        return self._inner.num_batches * self._passes

    def __getitem__(self, index: int) -> Any:
        number = index // self._passes
        with self._lock:
            if self._last[0] != number:
                self._last = number, self._read(number)
            return self._last[1]

    def _read(self, number: int) -> Any:
        for ahead in range(number, min(number + 2 * max(1, self._inner.workers), len(self._order))):
            if ahead not in self._waiting:
                self._waiting[ahead] = self._pool.submit(
                    self._inner.__getitem__, int(self._order[ahead])
                )
        x, y = self._waiting.pop(number).result()
        return x, np.asarray(y, dtype=np.float32).reshape(-1, 1)

    def on_epoch_begin(self) -> None:
        """Pass it on to the data set."""
        self._inner.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Pass it on to the data set."""
        self._inner.on_epoch_end()


Batches = InMemory | ReadAhead


@contextmanager
def batches_of(
    train: Arrays | keras.utils.PyDataset, *, batch: int, passes: int, seed: int
) -> Iterator[Batches]:
    """Batches to fit on, `batch` samples each if they come from arrays; see the two classes."""
    if isinstance(train, Arrays):
        yield InMemory(train, batch, passes, seed)
        return
    pool = ThreadPoolExecutor(max(1, train.workers))
    try:
        yield ReadAhead(train, passes, seed, pool)
    finally:
        pool.shutdown(cancel_futures=True)
