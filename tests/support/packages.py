"""Tiny model packages for tests, with scores known by hand.

By default the logit is (mean of the red channel - 128) / 16.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import openvino as ov
from openvino import opset13 as ops

from dfgui.core.network.package import Calibration, CropRule, Domain, Metric
from tests.support.cards import card

Reds = Literal["mean", "largest", "root"]


def make_package(
    folder: Path,
    *,
    size: int = 32,
    fixed_side: int | None = None,
    outputs: int = 1,
    divisor: float = 16.0,
    red: Reds = "mean",
    domain: dict[str, Any] | None = None,
    haar_factor: float = 1.0,
    log10_lr_bound: float = 3.0,
    features: bool = False,
) -> Path:
    """Write a package that OpenVINO really runs, and return its folder.

    Args:
        folder: made if missing; its name is the package's.
        size: side of the input, in the card.
        fixed_side: the only side that the network itself accepts; any by default.
        outputs: numbers that the network gives for each picture.
        divisor: what the logit's (mean - 128) is divided by; 0 gives no number at all.
        red: what of the red channel counts. "largest" does not change until every pixel that has it
            is hidden; "root" is the square root of (mean - 128), over the divisor: no number if the
            mean is below 128.
        domain: fields of the card's domain that are not at their loosest.
        haar_factor: side of the cut relative to that of a Haar box.
        log10_lr_bound: bound on both sides of both calibrations, which leave the logit unchanged.
        features: whether the network also gives the means of red, green and blue as its features.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ov.save_model(
        _network(fixed_side or -1, outputs, divisor, red, features=features),
        folder / "model.xml",
        compress_to_fp16=True,
    )
    made = card(
        name=folder.name,
        architecture="mean of the red channel",
        input_size=size,
        crop=CropRule(haar_factor, 1.0),
        metrics=(Metric("AUC", "nothing", 0.5, 0.25, 0.75, 4, 2),),
        calibration=Calibration(1.0, 0.0, -log10_lr_bound, log10_lr_bound, "none", 0, 0),
        domain=msgspec.structs.replace(Domain(1.0, 0.0, None, 1), **(domain or {})),
        not_for=("anything but tests",),
        terms="Apache-2.0",
        files={
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
            for name in ("model.xml", "model.bin")
        },
    )
    write_card(folder, msgspec.to_builtins(made))
    return folder


def read_card(folder: Path) -> dict[str, Any]:
    """The card as plain values, to change and write back."""
    card = msgspec.json.decode((folder / "card.json").read_bytes())
    assert isinstance(card, dict)
    return card


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Write the card, valid or not."""
    (folder / "card.json").write_bytes(msgspec.json.encode(card))


def _network(side: int, outputs: int, divisor: float, counts: Reds, *, features: bool) -> ov.Model:
    picture = ops.parameter([-1, side, side, 3], np.float32, name="picture")
    red = ops.gather(picture, ops.constant(0), ops.constant(3))
    reduce = ops.reduce_max if counts == "largest" else ops.reduce_mean
    above = ops.subtract(
        reduce(red, ops.constant([1, 2]), keep_dims=False), ops.constant(np.float32(128))
    )
    logit = ops.divide(
        ops.sqrt(above) if counts == "root" else above, ops.constant(np.float32(divisor))
    )
    column = ops.unsqueeze(logit, ops.constant(1))
    said = [column if outputs == 1 else ops.concat([column] * outputs, axis=1)]
    said += [ops.reduce_mean(picture, ops.constant([1, 2]), keep_dims=False)] if features else []
    model = ov.Model(said, [picture], "red_mean")
    for output, name in zip(model.outputs, ("logit", "features"), strict=False):
        output.get_tensor().set_names({name})
    return model
