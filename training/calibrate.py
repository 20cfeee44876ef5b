"""Calibration: logits of held-out faces and tracks -> slope, intercept, and how far a likelihood ratio may go."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dfgui.core.card import Calibration
from dfgui.core.errors import AnalysisError

SMALLEST_SLOPE = 1e-6  # of a network that knows nothing: every score is then .5, and a card needs a slope above 0


def calibrate(logits: NDArray[np.floating], labels: NDArray[np.int64], *, name: str) -> Calibration:
    """Fit slope and intercept at even prior odds by maximum likelihood, both classes weighted evenly.

    Targets are Platt's, a little inside 0 and 1, so that a small set that separates perfectly gives no infinite slope.

    Args:
        logits: (n,) of the network: single faces, or means of a track.
        labels: (n,) 1 fake, 0 real.
        name: of the set, for the card.

    Returns:
        The calibration; its bound is log10 of the smaller class's size, since n files cannot support a ratio much beyond n.

    Raises:
        AnalysisError: a class is missing.

    Source: Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
    """
    fake, real = int((labels == 1).sum()), int((labels == 0).sum())
    if not fake or not real:
        raise AnalysisError(f"{name}: calibration needs both classes, there are {real} real and {fake} fake; add the other.")
    targets = np.where(labels == 1, (fake + 1) / (fake + 2), 1 / (real + 2))
    weights = np.where(labels == 1, 0.5 / fake, 0.5 / real)

    def loss(parameters: NDArray[np.float64]) -> float:
        x = math.exp(parameters[0]) * logits + parameters[1]
        return float(np.sum(weights * (np.logaddexp(0, x) - targets * x)))

    found = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10, "maxiter": 4000})
    slope, intercept = max(math.exp(found.x[0]), SMALLEST_SLOPE), float(found.x[1])
    return Calibration(round(slope, 6), round(intercept, 6), round(math.log10(max(2, min(real, fake))), 3), name, real, fake)
