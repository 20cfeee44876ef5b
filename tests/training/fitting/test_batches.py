"""Batches of a fit: drawn again for each epoch, each several times in a row, read ahead."""

from __future__ import annotations

import threading

import keras
import numpy as np
import pytest

from training.fitting.batches import Arrays, batches_of

ARRAYS = Arrays(np.arange(10, dtype=np.uint8)[:, None], np.arange(10) % 2)


class Numbers(keras.utils.PyDataset):
    """Batch i is the number i, labelled with its parity; counts what was read, and by whom."""

    def __init__(self, count: int, workers: int = 1) -> None:
        super().__init__(workers=workers)
        self._count = count
        self.read: list[int] = []
        self.threads: set[int] = set()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        self.read.append(index)
        self.threads.add(threading.get_ident())
        return np.array([[index]]), np.array([index % 2])


def _epoch(
    train: Arrays | keras.utils.PyDataset,
    epoch: int,
    *,
    batch: int = 4,
    passes: int = 1,
    seed: int = 0,
) -> list[list[int]]:
    with batches_of(train, batch=batch, passes=passes, seed=seed) as batches:
        batches.begin(epoch)
        found = [batches[index] for index in range(len(batches))]
    for x, y in found:
        assert y.dtype == np.float32
        np.testing.assert_array_equal(y, x % 2)  # labels stay with their samples
    return [x[:, 0].tolist() for x, _ in found]


def test_an_epoch_has_every_sample_once() -> None:
    epoch = _epoch(ARRAYS, 0)
    assert [len(batch) for batch in epoch] == [4, 4, 2]
    assert sorted(number for batch in epoch for number in batch) == list(range(10))


@pytest.mark.parametrize("train", [ARRAYS, Numbers(6)])
def test_the_order_depends_on_seed_and_epoch_alone(train: Arrays | keras.utils.PyDataset) -> None:
    assert _epoch(train, 3) == _epoch(train, 3)
    assert _epoch(train, 3) != _epoch(train, 4)
    assert _epoch(train, 3, seed=1) != _epoch(train, 3)


@pytest.mark.parametrize("train", [ARRAYS, Numbers(6)])
def test_each_batch_comes_so_many_times_in_a_row(train: Arrays | keras.utils.PyDataset) -> None:
    once, thrice = _epoch(train, 2), _epoch(train, 2, passes=3)
    assert thrice == [batch for batch in once for _ in range(3)]


def test_a_batch_is_read_once_however_often_it_is_used() -> None:
    numbers = Numbers(6, workers=3)
    _epoch(numbers, 0, passes=4)
    assert sorted(numbers.read) == list(range(6))


def test_threads_read_ahead() -> None:
    numbers = Numbers(40, workers=2)
    with batches_of(numbers, batch=1, passes=1, seed=0) as batches:
        batches[0]
    assert 1 < len(numbers.read) <= 4  # two for each worker, as far as they were begun
    assert threading.get_ident() not in numbers.threads


def test_what_fails_in_a_thread_fails_where_it_is_used() -> None:
    class Broken(Numbers):
        def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
            raise OSError(f"batch {index} cannot be read")

    with (
        batches_of(Broken(3), batch=1, passes=1, seed=0) as batches,
        pytest.raises(OSError, match=r"batch \d cannot be read"),
    ):
        batches[0]


def test_a_memory_map_will_do(tmp_path: object) -> None:
    path = f"{tmp_path}/x.npy"
    np.save(path, ARRAYS.x)
    assert _epoch(Arrays(np.load(path, mmap_mode="r"), ARRAYS.y), 1) == _epoch(ARRAYS, 1)
