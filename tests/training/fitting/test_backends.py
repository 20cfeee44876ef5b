"""The same network, one step of training and the export on Keras' other backends."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from pathlib import Path
import keras, numpy as np
from tests.support.cards import card
from dfgui.core.network.engine import Detector
from training.network.export import UNCALIBRATED, write_card, write_ir
from training.fitting.fit import FitSettings, fit
from training.network.models import build_xception, in_float32

keras.mixed_precision.set_global_policy("mixed_bfloat16")
run, size = Path(sys.argv[1]), 72
pictures = np.random.default_rng(0).integers(0, 256, (4, size, size, 3), dtype=np.uint8)
labels = np.array([[0], [1], [0], [1]], np.float32)
for steps in (1, 2):  # the second call goes on
    settings = FitSettings(steps=steps, log_every=1, refreshing=2)
    model = fit(lambda: build_xception(size), lambda step: (pictures, labels), settings, run, \
judge=lambda model: {})
write_ir(run / "final.keras", run / "package")
made = card(name="other", architecture="Xception", input_size=size, calibration=UNCALIBRATED)
expected = in_float32(model).predict(pictures, verbose=0)[:, 0]
print(keras.backend.backend(), float(np.abs(\
Detector(write_card(run / "package", made), threads=2).logits(pictures) - expected).max()))
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_training_and_export_on_another_backend(tmp_path: Path, backend: str) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(
            f"{backend} is not installed; it is an alternative to TensorFlow, not a requirement"
        )
    environment = os.environ | {"KERAS_BACKEND": backend}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    name, difference = done.stdout.split()[-2:]
    assert name == backend
    assert float(difference) < 1e-3
    # two steps, each with its loss and its judging
    assert len((tmp_path / "steps.jsonl").read_text(encoding="utf-8").splitlines()) == 4
