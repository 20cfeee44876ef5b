"""Settings of a fit, in a module of their own: reading them must not load a training library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class FitSettings:
    """What a fit needs to be repeated. Written to `settings.json` of the run."""

    steps: int
    learning_rate: float = 1e-3
    warm_up: int = 200
    hold: int = 0  # steps at the peak rate between the warm-up and the cosine
    weight_decay: float = 0.02
    average_decay: float = 0.998  # moving average of the weights, per step
    # Batches that measure the normalisation statistics of the averaged weights.
    refreshing: int = 30
    clip_norm: float = 1.0
    judge_every: int = 500
    save_every: int = 250
    log_every: int = 20
    readers: int = 1  # threads that make batches ahead
    # The dense layers alone, those and the normalisation, or every weight.
    trained: Literal["head", "norms", "all"] = "all"
