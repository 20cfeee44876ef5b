"""Digits: MNIST files of both kinds, scikit-learn's own, and what is said of a bad file."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from training.data.digits import _enlarged, load

Array = NDArray[np.uint8]


def _pictures(count: int, start: int = 0) -> tuple[Array, Array]:
    """Picture i has all pixels start + i, and the label i modulo 10."""
    values = np.arange(start, start + count, dtype=np.uint8)
    return np.broadcast_to(values[:, None, None], (count, 28, 28)).copy(), (
        np.arange(count) % 10
    ).astype(np.uint8)


def _npz(path: Path, **changes: Array) -> Path:
    (x, y), (other_x, other_y) = _pictures(12), _pictures(3, 100)
    arrays = {"x_train": x, "y_train": y, "x_test": other_x, "y_test": other_y} | changes
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def _idx(path: Path, array: Array, *, packed: bool = True) -> Path:
    data = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
    path.write_bytes(gzip.compress(data) if packed else data)
    return path


def test_the_file_of_keras(tmp_path: Path) -> None:
    found = load(_npz(tmp_path / "mnist.npz"))
    assert (found.images.shape, found.images.dtype) == ((15, 28, 28), np.uint8)
    assert found.images[:, 5, 5].tolist() == [*range(12), 100, 101, 102]
    assert (found.labels.tolist(), found.labels.dtype) == ([*range(10), 0, 1, 0, 1, 2], np.int64)
    assert found.test.tolist() == [False] * 12 + [True] * 3
    assert found.words == "MNIST from mnist.npz, 12 digits to learn from and 3 to test on"


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("given", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_the_files_of_mnist(tmp_path: Path, packed: bool, given: str) -> None:
    end = ".gz" if packed else ""
    for part, count, start in (("train", 12, 0), ("t10k", 3, 100)):
        images, labels = _pictures(count, start)
        _idx(tmp_path / f"{part}-images-idx3-ubyte{end}", images, packed=packed)
        _idx(tmp_path / f"{part}-labels-idx1-ubyte{end}", labels, packed=packed)
    found = load(tmp_path / f"{given}{end}")
    assert found.images[:, 0, 0].tolist() == [*range(12), 100, 101, 102]
    assert found.labels[-3:].tolist() == [0, 1, 2]
    assert found.test.sum() == 3


def test_the_training_files_alone_keep_a_sixth_for_testing(tmp_path: Path) -> None:
    images, labels = _pictures(12)
    path = _idx(tmp_path / "train-images-idx3-ubyte.gz", images)
    _idx(tmp_path / "train-labels-idx1-ubyte.gz", labels)
    assert load(path).test.tolist() == [False] * 10 + [True] * 2


def test_without_a_file_scikit_learns_digits_are_taken() -> None:
    found = load()
    assert found.images.shape == (1797, 28, 28)
    assert (found.images.dtype, int(found.images.max())) == (np.uint8, 255)
    assert not found.images[:, :4].any()  # the border of MNIST
    assert not found.images[:, :, -4:].any()
    assert found.labels[:4].tolist() == [0, 1, 2, 3]  # as scikit-learn has them
    assert found.test.sum() == 360
    assert "scikit-learn's 1,797 digits" in found.words


def test_enlarging_scales_ink_and_place() -> None:
    full = _enlarged(np.full((8, 8), 16.0))
    assert (full[4:24, 4:24] == 255).all()
    assert full.astype(int).sum() == 255 * 400
    half = np.zeros((8, 8))
    half[:, 4:] = 8  # right half, half the ink: 8 * 255 / 16 = 127.5
    picture = _enlarged(half)
    assert not picture[:, :12].any()
    assert set(picture[4:24, 16:24].ravel()) == {128}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"x_train": np.zeros((12, 28, 27), np.uint8)},
            r"x_train and y_train: expected pictures of \(n, 28, 28\) uint8, found \(12, 28, 27\)",
        ),
        (
            {"x_test": np.zeros((3, 28, 28), np.float32)},
            r"x_test and y_test: expected pictures .* float32",
        ),
        ({"y_train": np.zeros(11, np.uint8)}, r"expected 12 labels of 0-9, found \(11,\)"),
        ({"y_test": np.array([1, 2, 10], np.uint8)}, "expected 3 labels of 0-9"),
        ({"x_train": np.array([None])}, "cannot be read as MNIST"),
    ],
)
def test_a_field_that_is_wrong_is_named(
    tmp_path: Path, changes: dict[str, Array], says: str
) -> None:
    with pytest.raises(AnalysisError, match=rf"m\.npz.*{says}"):
        load(_npz(tmp_path / "m.npz", **changes))


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "m.npz", x_train=_pictures(2)[0])
    with pytest.raises(AnalysisError, match=r"m\.npz cannot be read as MNIST .*y_train"):
        load(tmp_path / "m.npz")


@pytest.mark.parametrize(
    "name", ["mnist.npz", "train-images-idx3-ubyte.gz", "train-images-idx3-ubyte", "other.bin"]
)
def test_files_that_are_cut_off_or_others_are_named(tmp_path: Path, name: str) -> None:
    images, labels = _pictures(12)
    _idx(tmp_path / name.replace("images-idx3", "labels-idx1"), labels, packed=name.endswith("gz"))
    path = tmp_path / name
    _npz(path) if name.endswith("npz") else _idx(path, images, packed=name.endswith("gz"))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(AnalysisError, match=rf"{name} cannot be read as MNIST"):
        load(path)


def test_labels_that_are_missing_are_named(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"cannot be read as MNIST .*labels-idx1"):
        load(_idx(tmp_path / "train-images-idx3-ubyte.gz", _pictures(2)[0]))
