"""Likelihood ratios of known files that are the same everywhere: the quantiles of two normals."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from dfgui.core.network.likelihood_ratios import KnownRatios


def binormal(real: int, fake: int, apart: float, stretch: float = 1.0) -> KnownRatios:
    """Ratios of two normal classes, calibrated if `stretch` is 1.

    Scores x of real files are normal around -apart / 2, those of fakes around apart / 2, with
    deviation 1. The natural logarithm of the ratio of the two densities is then apart * x.

    Args:
        real: number of real files.
        fake: number of fakes.
        apart: distance of the means; the AUC is Phi(apart / sqrt(2)).
        stretch: what log10 is multiplied by; above 1 the ratios claim too much.
    """
    log10 = np.concatenate([_scores(real, -apart / 2), _scores(fake, apart / 2)])
    labels = np.repeat([0, 1], [real, fake])
    return KnownRatios.of(stretch * apart * log10 / math.log(10), labels)


def _scores(n: int, mean: float) -> NDArray[np.float64]:
    normal = NormalDist(mean)
    return np.array([normal.inv_cdf((i + 0.5) / n) for i in range(n)])
