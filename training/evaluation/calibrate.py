"""Calibrates: from logits of held-out faces and tracks to slope, intercept and bounds.

The bounds say how far a likelihood ratio may go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from dfgui.core.errors import AnalysisError
from dfgui.core.network.likelihood_ratios import KnownRatios, elub
from dfgui.core.network.package import Calibration

# Of a network that knows nothing: every score is then .5, and a card needs a slope above 0.
SMALLEST_SLOPE = 1e-6


def calibrate(
    logits: NDArray[np.floating],
    labels: NDArray[np.int64],
    *,
    name: str,
    sharpness: NDArray[np.floating] | None = None,
    files: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
) -> Calibration:
    """Fit slopes and intercept at even prior odds by maximum likelihood.

    Both classes weigh the same, in a class every source, in a source every file, and in a file
    every face. Targets are Platt's, a little inside 0 and 1, so that a small set that separates
    perfectly gives no infinite slope; they count files.

    Args:
        logits: (n,) of the network: single faces, or means of a track.
        labels: (n,) 1 fake, 0 real.
        name: of the set, for the card.
        sharpness: (n,) above 0, of each or the geometric mean of a track; if it is given, the
            score depends on it too.
        files: (n,) which file each is from; if not given, each has its own.
        sources: (n,) which data set each is from; if not given, all are from one.

    Returns:
        The calibration. Its bounds are those that the ratios of this very set support, with the
        weights above.

    Raises:
        AnalysisError: a class is missing.

    Sources: Platt, "Probabilistic Outputs for Support Vector Machines", 1999; a term for quality,
        Garcia-Romero et al., "Using quality measures for multilevel speaker recognition", 2006; the
        bounds as in `elub`.
    """
    names = np.arange(len(labels)).astype(str) if files is None else np.asarray(files)
    real, fake = (len(np.unique(names[labels == label])) for label in (0, 1))
    if not fake or not real:
        raise AnalysisError(
            f"{name}: calibration needs both classes, there are {real} real and {fake} fake; add"
            " the other."
        )
    targets = np.where(labels == 1, (fake + 1) / (fake + 2), 1 / (real + 2))
    weights = even_weights(
        labels, np.full(len(labels), "") if sources is None else np.asarray(sources), names
    )
    logs = np.zeros(1) if sharpness is None else np.log(sharpness)
    middle = float(logs.mean())

    def loss(parameters: NDArray[np.float64]) -> float:
        x = math.exp(parameters[0]) * logits + parameters[1] + sum(parameters[2:]) * (logs - middle)
        return float(np.sum(weights * (np.logaddexp(0, x) - targets * x)))

    start = np.zeros(2 if sharpness is None else 3)
    found = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10, "maxiter": 4000}
    )
    slope, intercept = max(math.exp(found.x[0]), SMALLEST_SLOPE), float(found.x[1])
    quality = 0.0 if sharpness is None else float(found.x[2])
    calibration = Calibration(
        slope=round(slope, 6),
        intercept=round(intercept - quality * middle, 6),
        log10_lr_low=0.0,
        log10_lr_high=0.0,
        set=name,
        real=real,
        fake=fake,
        sharpness_slope=round(quality, 6),
        sharpness_range=(1.0, 1.0)
        if sharpness is None
        else (round(float(sharpness.min()), 3), round(float(sharpness.max()), 3)),
    )
    odds = calibration.slope * logits + calibration.sharpness_slope * logs + calibration.intercept
    ratios = KnownRatios.of(odds / math.log(10), labels, weights=weights, files=_numbered(names))
    return bounded(calibration, elub(ratios))


def bounded(calibration: Calibration, limits: tuple[float, float]) -> Calibration:
    """The calibration with these bounds, the lower one first."""
    return msgspec.structs.replace(calibration, log10_lr_low=limits[0], log10_lr_high=limits[1])


def _numbered(names: NDArray[np.str_]) -> NDArray[np.int64]:
    return np.asarray(np.unique(names, return_inverse=True)[1], np.int64)


def even_weights(
    labels: NDArray[np.int64], sources: NDArray[np.str_], files: NDArray[np.str_]
) -> NDArray[np.float64]:
    """(n,) weights that add up to 1 and are even over classes, sources and files.

    The two classes weigh the same, in a class every source, in a source every file.
    """
    weights = np.ones(len(labels))
    for label in (0, 1):
        own = np.flatnonzero(labels == label)
        there = np.unique(sources[own])
        for source in there:
            part = own[sources[own] == source]
            _, place, faces = np.unique(files[part], return_inverse=True, return_counts=True)
            weights[part] = 0.5 / len(there) / len(faces) / faces[place]
    return weights
