"""Labels that a network which has learned gives to the next one.

A table says 0 or 1 of every picture, also of a fake in which nothing is to be seen. What a network says of the mean over a face and
its mirror image is softer, and ranks held-out crops better than what it says of the face alone.
Source: Hinton et al., "Distilling the Knowledge in a Neural Network", 2015; Furlanello et al., "Born-Again Neural Networks", ICML 2018.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dfgui.core.card import load_package
from dfgui.core.crop import cut
from dfgui.core.detector import Detector, has_bf16
from training.data.table import FaceTable, Row, face_box
from training.evaluate import sigmoid

Picture = NDArray[np.uint8]

BLOCK = 200  # rows at a time


def taught(package: Path, table: FaceTable, rows: Sequence[Row], *, told: Callable[[int], None] = lambda done: None) -> NDArray[np.float64]:
    """What the network of a package says of pictures.

    Args:
        package: the teacher's folder.
        table: holds the pictures; ready crops.
        rows: of the table.
        told: how many are done; may raise to end it.

    Returns:
        (n,) scores, 0-1, of the mean logit over each face and its mirror image; not calibrated.
    """
    detector = Detector(load_package(package), threads=os.cpu_count() or 1, precision="bf16" if has_bf16() else "f32")
    logits: list[NDArray[np.float64]] = []
    for start in range(0, len(rows), BLOCK):
        told(start)
        faces = [_face(table, row, detector.input_size) for row in rows[start : start + BLOCK]]
        logits.append(
            detector.logits(np.stack([copy for face in faces for copy in (face, face[:, ::-1])]))
            .reshape(len(faces), -1)
            .mean(axis=1, dtype=np.float64)
        )
    return sigmoid(np.concatenate(logits))


def _face(table: FaceTable, row: Row, size: int) -> Picture:
    picture = table.picture(row)
    return cut(picture, face_box(picture, row.scale), size=size, factor=1.0)
