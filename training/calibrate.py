"""Calibration: logits of held-out faces and tracks -> slope, intercept, and how far a likelihood ratio may go."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dfgui.core.card import Calibration
from dfgui.core.errors import AnalysisError

SMALLEST_SLOPE = 1e-6  # of a network that knows nothing: every score is then .5, and a card needs a slope above 0


def calibrate(
    logits: NDArray[np.floating], labels: NDArray[np.int64], *, name: str, sharpness: NDArray[np.floating] | None = None
) -> Calibration:
    """Fit slopes and intercept at even prior odds by maximum likelihood, both classes weighted evenly.

    Targets are Platt's, a little inside 0 and 1, so that a small set that separates perfectly gives no infinite slope.

    Args:
        logits: (n,) of the network: single faces, or means of a track.
        labels: (n,) 1 fake, 0 real.
        name: of the set, for the card.
        sharpness: (n,) above 0, of each or the geometric mean of a track; where it is given, the score depends on it too.

    Returns:
        The calibration; its bound is log10 of the smaller class's size, since n files cannot support a ratio much beyond n.

    Raises:
        AnalysisError: a class is missing.

    Source: Platt, "Probabilistic Outputs for Support Vector Machines", 1999; a term for quality, Garcia-Romero et al., "Using quality
        measures for multilevel speaker recognition", 2006.
    """
    fake, real = int((labels == 1).sum()), int((labels == 0).sum())
    if not fake or not real:
        raise AnalysisError(f"{name}: calibration needs both classes, there are {real} real and {fake} fake; add the other.")
    targets = np.where(labels == 1, (fake + 1) / (fake + 2), 1 / (real + 2))
    weights = np.where(labels == 1, 0.5 / fake, 0.5 / real)
    logs = np.zeros(1) if sharpness is None else np.log(sharpness)
    middle = float(logs.mean())

    def loss(parameters: NDArray[np.float64]) -> float:
        x = math.exp(parameters[0]) * logits + parameters[1] + sum(parameters[2:]) * (logs - middle)
        return float(np.sum(weights * (np.logaddexp(0, x) - targets * x)))

    start = np.zeros(2 if sharpness is None else 3)
    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10, "maxiter": 4000})
    slope, intercept = max(math.exp(found.x[0]), SMALLEST_SLOPE), float(found.x[1])
    calibration = Calibration(round(slope, 6), round(intercept, 6), round(math.log10(max(2, min(real, fake))), 3), name, real, fake)
    if sharpness is None:
        return calibration
    quality = float(found.x[2])
    return msgspec.structs.replace(
        calibration,
        intercept=round(intercept - quality * middle, 6),
        sharpness_slope=round(quality, 6),
        sharpness_range=(round(float(sharpness.min()), 3), round(float(sharpness.max()), 3)),
    )
