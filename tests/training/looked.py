"""Clips as a network saw them, without a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dfgui.core.network.package import Calibration, Domain
from dfgui.core.network.score import FaceLogit
from tests.support.cards import card
from training.data.videos import VideoRow
from training.evaluation.looks import ClipLook

PLAIN = Calibration(1.0, 0.0, -3.0, 3.0, "made", 1, 1)
CARD = card(input_size=72, calibration=PLAIN, domain=Domain(50.0, 10.0, 0.01, 2))


def clip(name: str, method: str = "", source: str = "ffpp", **more: Any) -> VideoRow:
    """A clip of `001`, or of 001 with the face of 002 (`001_002`, with a method)."""
    people = tuple(name.split("_")) if source == "ffpp" else (name,)
    return VideoRow(
        f"{name}{method}.mp4",
        f"{name}.mp4",
        "FAKE" if method else "REAL",
        people[0],
        source,
        people,
        method,
        **more,
    )


def seen(
    logits: Sequence[float], *, track: int = 1, side: float = 100.0, sharpness: float = 100.0
) -> tuple[FaceLogit, ...]:
    """Faces of one track."""
    return tuple(FaceLogit(track, logit, side, sharpness) for logit in logits)


def look(one: VideoRow, logits: Sequence[float], *, bits: float = 0.1) -> ClipLook:
    """A clip with one track."""
    return ClipLook(one, seen(logits), bits, "h264")
