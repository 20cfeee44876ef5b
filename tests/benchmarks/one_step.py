"""Time training steps of one library in a process of its own.

Usage: LIBRARY SIZE STEPS; prints the median seconds of a step of 32 pictures.
"""

from __future__ import annotations

import statistics
import sys
import time

import keras
import numpy as np

from training.fitting.learner import learner
from training.network.backbone import fast_precision
from training.network.models import build_xception
from training.recipe import FitSettings

BATCH = 32


def main(library: str, size: int, steps: int) -> None:
    """Print the median; the first two steps, which trace and warm up, do not count."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (BATCH, size, size, 3), dtype=np.uint8)
    labels = (np.arange(BATCH) % 2).astype(np.float32)[:, None]
    with fast_precision():
        learning = learner(
            "torch" if library == "torch" else "keras",
            lambda: build_xception(None),
            FitSettings(steps=steps),
            None,
        )
    spent = []
    for _ in range(steps + 2):
        began = time.perf_counter()
        learning.step(pictures, labels, 1e-4)
        spent.append(time.perf_counter() - began)
    print(statistics.median(spent[2:]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
