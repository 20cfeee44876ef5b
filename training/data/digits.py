"""Handwritten digits for the occlusion experiment: MNIST from a file, else scikit-learn's."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError

SIDE = 28
INNER = 20  # MNIST's digits fill 20x20 of 28x28 pixels
# scikit-learn's digits come writer by writer, so its last ones are mostly from other hands.
SMALL_TEST = 360
IMAGES, LABELS = "images-idx3", "labels-idx1"
GZIP, NPZ = b"\x1f\x8b", b"PK"
DAMAGE = (OSError, ValueError, EOFError, KeyError, struct.error, zlib.error, zipfile.BadZipFile)

Pictures = NDArray[np.uint8]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Digits:
    """Handwritten digits.

    Attributes:
        images: (n, 28, 28) uint8, 0 paper to 255 ink.
        labels: (n,) int64, 0-9.
        test: (n,) bool, the part not to train on.
        words: which digits they are, for a report.
    """

    images: Pictures
    labels: Numbers
    test: NDArray[np.bool_]
    words: str


def load(mnist: Path | None = None) -> Digits:
    """MNIST if a file is given, else scikit-learn's digits.

    Args:
        mnist: `mnist.npz` as Keras has it, or one of the four `...-ubyte` files as MNIST has them,
            gzipped or not; the others are expected in the same folder, and without the `t10k` files
            the last sixth is the test part.

    Raises:
        AnalysisError: the file is not one of these; the message names the file and what is wrong
            in it.
    """
    if mnist is None:
        return _small()
    try:
        with mnist.open("rb") as file:
            head = file.read(2)
        parts = _from_npz(mnist) if head == NPZ else _from_idx(mnist)
    except DAMAGE as error:
        raise AnalysisError(
            f"{mnist.name} cannot be read as MNIST ({error}); give mnist.npz or"
            " train-images-idx3-ubyte.gz."
        ) from error
    for place, images, labels in parts:
        _check(place, images, labels)
    if len(parts) == 1:
        place, images, labels = parts[0]
        learned = len(images) * 5 // 6
        parts = [
            (place, images[:learned], labels[:learned]),
            (place, images[learned:], labels[learned:]),
        ]
    (_, x, y), (_, other_x, other_y) = parts
    test = np.arange(len(x) + len(other_x)) >= len(x)
    words = (
        f"MNIST from {mnist.name}, {len(x):,} digits to learn from and {len(other_x):,} to test on"
    )
    return Digits(
        np.concatenate([x, other_x]), np.concatenate([y, other_y]).astype(np.int64), test, words
    )


def _small() -> Digits:
    # It takes a second to load, and MNIST needs none of it.
    from sklearn.datasets import load_digits

    found = load_digits()
    images = np.stack([_enlarged(picture) for picture in found.images])
    test = np.arange(len(images)) >= len(images) - SMALL_TEST
    words = (
        f"scikit-learn's {len(images):,} digits of 8x8 pixels, enlarged to MNIST's size; the last"
        f" {SMALL_TEST} to test on"
    )
    return Digits(images, np.asarray(found.target, np.int64), test, words)


def _enlarged(picture: NDArray[np.float64]) -> Pictures:
    """An 8x8 picture of 0-16 as 28x28 of 0-255, the digit in the inner 20x20."""
    inner = cv2.resize(
        picture.astype(np.float32), (INNER, INNER), interpolation=cv2.INTER_LINEAR
    ) * (255 / 16)
    return np.pad(np.rint(inner).astype(np.uint8), (SIDE - INNER) // 2)


Part = tuple[str, NDArray[Any], NDArray[Any]]


def _from_npz(path: Path) -> list[Part]:
    # Given a name, np.load leaves a bad file open.
    with (
        path.open("rb") as file,
        np.load(file, allow_pickle=False) as kept,
    ):
        return [
            (f"{path.name}, x_{part} and y_{part}", kept[f"x_{part}"], kept[f"y_{part}"])
            for part in ("train", "test")
        ]


def _from_idx(path: Path) -> list[Part]:
    given = path.name.replace(LABELS, IMAGES).replace("t10k", "train")
    if IMAGES not in given:
        raise ValueError("its name says neither images-idx3 nor labels-idx1")
    parts = []
    for name in (given, given.replace("train", "t10k")):
        images, labels = path.with_name(name), path.with_name(name.replace(IMAGES, LABELS))
        if name == given or images.exists():
            parts.append((f"{images.name} and {labels.name}", _idx(images), _idx(labels)))
    return parts


def _idx(path: Path) -> NDArray[np.uint8]:
    """The array of an IDX file.

    The file holds two zero bytes, type 8 (uint8), the number of axes, their big-endian lengths, and
    the values.
    """
    data = path.read_bytes()
    data = gzip.decompress(data) if data.startswith(GZIP) else data
    zero, kind, axes = struct.unpack_from(">HBB", data)
    shape = struct.unpack_from(f">{axes}I", data, 4)
    values = np.frombuffer(data, np.uint8, offset=4 + 4 * axes)
    if (zero, kind) != (0, 8) or len(values) != int(np.prod(shape, dtype=np.int64)):
        raise ValueError(f"{path.name} is no IDX file of bytes, or is cut off")
    return values.reshape(shape)


def _check(place: str, images: NDArray[Any], labels: NDArray[Any]) -> None:
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
        raise AnalysisError(
            f"{place}: expected pictures of (n, 28, 28) uint8, found {images.shape} {images.dtype}."
        )
    if (
        labels.shape != images.shape[:1]
        or labels.dtype.kind not in "iu"
        or labels.size == 0
        or labels.min() < 0
        or labels.max() > 9
    ):
        raise AnalysisError(
            f"{place}: expected {len(images)} labels of 0-9, found {labels.shape} {labels.dtype}."
        )
