"""Occlusion maps: exact against the paper's loop, first coarse map, coarse to fine on real maps."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.data import astronaut

from dfgui.core.analysis.occlusion import OcclusionMap, Predict, exact_map, refine
from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.faces.crop import cut
from dfgui.core.faces.haar import detect
from dfgui.core.fills import Fill
from dfgui.core.geometry import Box
from dfgui.core.media.video import Video
from dfgui.core.network.engine import Detector, has_bf16
from dfgui.core.network.inference import Precision
from dfgui.core.network.package import ModelPackage
from dfgui.core.network.score import calibrated
from dfgui.resources import resource
from tests.benchmarks.measure import BenchTable, interleaved
from training.network.export import write_card, write_ir
from training.network.models import build_xception

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
SIDE, PATCH = 200, 20
FACE = Box(176, 64, 100, 100)  # in the portrait
ROUNDS = 3
ASKED: dict[Precision, str] = {"f32": "3.3", "bf16": "6.5"}
NEAR: dict[Precision, float] = {"f32": 0.001, "bf16": 0.01}
"""How far scores may be from those of Keras (fp16 weights, fewer digits).

They spread by .015 over the patches.
"""
TOLERANCE = 0.02


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """The paper's network at its size, with random weights."""
    keras.utils.set_random_seed(0)
    network = build_xception(SIDE)
    for layer in network.get_layer("xception").layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    # Normalised on real input: as built, the signal dies out in the layers and every map is flat.
    network(np.stack([portrait(shift) for shift in range(0, 80, 10)]), training=True)
    return network


@pytest.fixture(scope="module")
def package(
    network: keras.Model, bundled: ModelPackage, tmp_path_factory: pytest.TempPathFactory
) -> ModelPackage:
    """The same network, exported."""
    folder = tmp_path_factory.mktemp("package")
    network.save(folder / "trained.keras")
    write_ir(folder / "trained.keras", folder)
    return write_card(folder, msgspec.structs.replace(bundled.card, name="random", input_size=SIDE))


def portrait(shift: int = 0) -> NDArray[np.uint8]:
    """A face crop, shifted by `shift` pixels."""
    return cut(np.asarray(astronaut(), np.uint8), FACE._replace(x=FACE.x + shift), size=SIDE)


def papers_loop(network: Any, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The paper's way with its bugs fixed: one `predict` per patch; (10, 10) logits."""
    logits = []
    for top in range(0, SIDE, PATCH):
        for left in range(0, SIDE, PATCH):
            hidden = crop.copy()
            hidden[top : top + PATCH, left : left + PATCH] = 0
            logits.append(network.predict(hidden[None], verbose=0)[0, 0])
    return np.array(logits, np.float32).reshape(SIDE // PATCH, -1)


def predictor(detector: Detector) -> Predict:
    """The scores of single faces, as `dfgui occlude` asks for them."""
    return lambda crops: detector.face_scores(crops).astype(np.float32)


def coarse_map(
    predict: Predict, crop: NDArray[np.uint8], settings: OcclusionSettings
) -> OcclusionMap:
    return next(refine(predict, crop, settings))


def test_exact_map(network: keras.Model, package: ModelPackage, table: BenchTable) -> None:
    crop = portrait()
    settings = OcclusionSettings(PATCH, PATCH, mode="printed")
    precisions: tuple[Precision, ...] = ("f32", "bf16") if has_bf16() else ("f32",)
    makers: dict[str, Callable[[], Any]] = {"paper": partial(papers_loop, network, crop)}
    for precision in precisions:
        predict = predictor(Detector(package, threads=os.cpu_count() or 1, precision=precision))
        predict(crop[None])
        makers[precision] = partial(exact_map, predict, crop, settings)
        makers[f"{precision} coarse"] = partial(coarse_map, predict, crop, settings)
    network.predict(crop[None], verbose=0)  # the first call builds the graph
    spent, made = interleaved(ROUNDS, makers)
    expected = [
        calibrated(float(logit), package.card.calibration.face) for logit in made["paper"].flat
    ]
    for precision in precisions:
        np.testing.assert_allclose(
            made[precision].patch_values.ravel() / 255, expected, atol=NEAR[precision]
        )
        assert np.isfinite(made[f"{precision} coarse"].values).all()
        what = f"occlusion, 100 patches at {SIDE}x{SIDE}, {precision}"
        table.compare(
            f"{what}: exact map (plain: one Keras `predict` a patch)",
            spent["paper"],
            spent[precision],
            ASKED[precision],
        )
        table.compare(
            f"{what}: first coarse map (plain: our exact map)",
            spent[precision],
            spent[f"{precision} coarse"],
            "10",
        )


def faces(package: ModelPackage) -> Iterator[NDArray[np.uint8]]:
    """Two face crops of each demo clip."""
    for name in ("portrait.mp4", "portrait-altered.mp4"):
        with Video(resource("demo", name)) as video:
            for frame in video.frames((20, 70)):
                box = max(detect(frame.rgb), key=lambda each: each.area)
                yield cut(
                    frame.rgb,
                    box,
                    size=package.card.input_size,
                    factor=package.card.crop.haar_factor,
                )


@pytest.mark.parametrize("fill", ["black", "mean"])
def test_coarse_to_fine(fill: Fill, bundled: ModelPackage, table: BenchTable) -> None:
    precision: Precision = "bf16" if has_bf16() else "f32"
    detector = Detector(bundled, threads=os.cpu_count() or 1, precision=precision)
    side = bundled.card.input_size
    settings, predict, crops = (
        OcclusionSettings(-(-side // 10), -(-side // 10), fill),
        predictor(detector),
        list(faces(bundled)),
    )
    makers: dict[str, Callable[[], list[OcclusionMap]]] = {
        "exact": lambda: [exact_map(predict, crop, settings) for crop in crops],
        "refined": lambda: [
            list(refine(predict, crop, settings, tolerance=TOLERANCE))[-1] for crop in crops
        ],
    }
    predict(np.stack(crops))
    spent, made = interleaved(ROUNDS, makers)
    assert {one.total for one in made["exact"]} == {100}
    off = [
        fine.patch_values - full.patch_values
        for fine, full in zip(made["refined"], made["exact"], strict=True)
    ]
    asked_for = sum(one.evaluations for one in made["refined"]) / sum(
        one.evaluations for one in made["exact"]
    )
    rms, largest = (
        max(float(np.sqrt((each**2).mean())) for each in off),
        max(float(np.abs(each).max()) for each in off),
    )
    reach = max(float(np.abs(one.patch_values).max()) for one in made["exact"])
    table.compare(
        f"coarse to fine within {TOLERANCE}, bundled network, {len(crops)} faces, {fill} fill,"
        f" {precision} (plain: our exact map)",
        spent["exact"],
        spent["refined"],
        "2",
    )
    text = (
        f"RMS {rms:.3f}, largest {largest:.3f} (largest drop {reach:.2f}; {asked_for:.0%} of the"
        " evaluations)"
    )
    table.note(
        f"the same, {fill} fill: deviation from the exact map, the worst face",
        text,
        f"RMS {TOLERANCE}",
    )
