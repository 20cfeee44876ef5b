"""A training step with each library that can run it.

They are Keras on TensorFlow, on JAX, on PyTorch, and PyTorch without Keras.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.measure import BenchTable

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
SIZE, STEPS, ROUNDS = 160, 3, 3
# Name of a way -> Keras' backend and what runs the steps.
WAYS = {
    "Keras on TensorFlow": ("tensorflow", "keras"),
    "Keras on JAX": ("jax", "keras"),
    "Keras on PyTorch": ("torch", "keras"),
    "PyTorch": ("tensorflow", "torch"),
}


def _seconds(backend: str, library: str) -> float:
    command = [sys.executable, "-m", "tests.benchmarks.one_step", library, str(SIZE), str(STEPS)]
    environment = os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "2"}
    done = subprocess.run(
        command,
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def test_a_step_with_each_library(table: BenchTable) -> None:
    """Run every way in its own process, in turn, so that other load affects all of them alike."""
    there = {
        name: way for name, way in WAYS.items() if all(importlib.util.find_spec(one) for one in way)
    }
    if "PyTorch" not in there:
        pytest.skip("PyTorch is not installed")
    spent: dict[str, list[float]] = {name: [] for name in there}
    for _ in range(ROUNDS):
        for name, way in there.items():
            spent[name].append(_seconds(*way))
    medians = {name: statistics.median(each) for name, each in spent.items()}
    plain = medians["Keras on TensorFlow"]
    for name in [*there][1:]:
        wanted = "1.8" if name == "PyTorch" else ""
        table.compare(
            f"a step of 32 pictures of {SIZE} px, Xception: Keras on TensorFlow; {name}",
            plain,
            medians[name],
            wanted,
        )
    assert plain >= 1.8 * medians["PyTorch"]
