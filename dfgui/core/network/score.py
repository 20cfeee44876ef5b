"""Faces -> tracks -> file: calibration, likelihood ratio and verdict, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from dfgui.core.network.package import Bounds, Calibration, Domain
from dfgui.core.sentences import Sentence

Verdict = Literal["supports_fake", "supports_real", "inconclusive"]
Strength = Literal["weak", "moderate", "moderately_strong", "strong"]
Support = Literal["none", "weak", "moderate", "moderately_strong", "strong"]

DIGITS = 6
BANDS: dict[Strength, float] = {
    "weak": 0.3,
    "moderate": 1.0,
    "moderately_strong": 2.0,
    "strong": 3.0,
}
"""Where each strength of support begins: log10 of a likelihood ratio of 2, 10, 100 and 1,000.

Words and limits are those of ENFSI's Guideline for Evaluative Reporting in Forensic Science, 2015.
Its two strongest words begin at 10,000 and 1,000,000: this program goes no further than "strong".
"""
WEAK = BANDS["weak"]


@dataclass(frozen=True)
class Scored:
    """An answer. `reason` says why the verdict is withheld although there is a score."""

    score: float
    log10_lr: float
    verdict: Verdict
    support: Support
    reason: Sentence | None = None


@dataclass(frozen=True)
class NotScored:
    """No answer, and why."""

    reason: Sentence


@dataclass(frozen=True)
class FaceLogit:
    """The network's output for one face, and what decides if the face is in the tested domain.

    Attributes:
        track: number of the person.
        logit: the network's output.
        cut_side: side of the cut in pixels of the frame.
        sharpness: variance of the Laplacian of the network's input.
    """

    track: int
    logit: float
    cut_side: float
    sharpness: float


@dataclass(frozen=True)
class TrackScore:
    """One person's score over the frames that show the face."""

    track: int
    score: float
    log10_lr: float
    faces: tuple[FaceLogit, ...]


def calibrated(logit: float, calibration: Calibration, log_sharpness: float = 0.0) -> float:
    """Score 0-1 at even prior odds, rounded to six digits.

    The rounding hides the last bits, which differ between processors.
    """
    x = (
        calibration.slope * logit
        + calibration.sharpness_slope * log_sharpness
        + calibration.intercept
    )
    score = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    return round(score, DIGITS)


def log10_likelihood_ratio(score: float, bounds: Bounds | Calibration) -> float:
    """log10 of score / (1 - score), limited to what the calibration set can support.

    Positive supports "fake".
    """
    low, high = bounds.log10_lr_low, bounds.log10_lr_high
    if score in (0.0, 1.0):
        return round(high if score else low, DIGITS)
    return round(min(max(math.log10(score / (1 - score)), low), high), DIGITS)


def in_words(log10_lr: float) -> tuple[Verdict, Support]:
    """The verdict and its strength, by `BANDS`; below the first it is inconclusive, either way."""
    reached = [word for word, begin in BANDS.items() if abs(log10_lr) >= begin]
    if not reached:
        return "inconclusive", "none"
    return ("supports_fake" if log10_lr > 0 else "supports_real"), reached[-1]


def out_of_reach(bounds: Bounds) -> Sentence | None:
    """Which verdicts the bounds rule out, in one sentence; None if they allow both."""
    least, most = 10**-bounds.log10_lr_low, 10**bounds.log10_lr_high
    no_real, no_fake = -bounds.log10_lr_low < WEAK, bounds.log10_lr_high < WEAK
    if no_real and no_fake:
        return Sentence(
            "No verdict is possible: the calibration supports likelihood ratios from 1/{least:.2f}"
            " to {most:.2f} only, and a verdict needs 1/2 or 2.",
            least=least,
            most=most,
        )
    if no_fake:
        return Sentence(
            "A verdict for fake is not possible: the calibration supports a likelihood ratio of"
            " {most:.2f} at most, and that verdict needs 2.",
            most=most,
        )
    if no_real:
        return Sentence(
            "A verdict for real is not possible: the calibration supports a likelihood ratio of"
            " 1/{least:.2f} at least, and that verdict needs 1/2.",
            least=least,
        )
    return None


def track_scores(faces: Sequence[FaceLogit], calibration: Calibration) -> list[TrackScore]:
    """One score per track, from the means of its logits and of ln of its sharpness.

    The scores are in the order of the tracks' numbers.
    """
    result = []
    for track in sorted({face.track for face in faces}):
        own = tuple(face for face in faces if face.track == track)
        logit = math.fsum(face.logit for face in own) / len(own)
        sharpness = math.fsum(calibration.log_sharpness(face.sharpness) for face in own) / len(own)
        score = calibrated(logit, calibration, sharpness)
        result.append(TrackScore(track, score, log10_likelihood_ratio(score, calibration), own))
    return result


def file_score(
    tracks: Sequence[TrackScore],
    domain: Domain,
    *,
    still: bool,
    bounds: Bounds | None = None,
    bits_per_pixel: float | None = None,
    codec: str = "",
    left_out: int = 0,
) -> Scored | NotScored:
    """The file's answer: that of its most suspicious track with enough frames.

    One replaced face is enough to make a file manipulated. If no track has enough frames, the
    longest answers: a pattern that is seen once may have any score.

    Args:
        tracks: scored with the calibration that fits the file (faces for a still, tracks for a
            video).
        domain: what the network was tested in.
        still: a still has one frame and needs no more.
        bounds: of a file's likelihood ratio; those of the tracks if not given.
        bits_per_pixel: of the video stream, None if there is none.
        codec: of the video stream, as FFmpeg names it.
        left_out: number of other tracks that were found to hold no face.
    """
    if not tracks:
        return NotScored(_nothing_to_score(left_out))
    needed = 1 if still else domain.track_frames
    worst = deciding(tracks, needed)
    reason = outside(worst, domain, needed=needed, bits_per_pixel=bits_per_pixel, codec=codec)
    ratio = worst.log10_lr if bounds is None else log10_likelihood_ratio(worst.score, bounds)
    verdict, support = in_words(ratio) if reason is None else ("inconclusive", "none")
    return Scored(worst.score, ratio, verdict, support, reason)


def _nothing_to_score(left_out: int) -> Sentence:
    if not left_out:
        return Sentence("No face was found in the frames that were looked at.")
    return Sentence(
        "Nothing that was found is a face: its one track was left out.|"
        "Nothing that was found is a face: all {n} tracks were left out.",
        n=left_out,
    )


def deciding(tracks: Sequence[TrackScore], needed: int) -> TrackScore:
    """The most suspicious track with at least `needed` faces; there must be a track.

    If none has so many, it is the longest, and of several the most suspicious.
    """
    enough = [track for track in tracks if len(track.faces) >= needed]
    if enough:
        return max(enough, key=lambda track: (track.score, len(track.faces), -track.track))
    return max(tracks, key=lambda track: (len(track.faces), track.score, -track.track))


def outside(
    track: TrackScore, domain: Domain, *, needed: int, bits_per_pixel: float | None, codec: str
) -> Sentence | None:
    """Why a track lies outside the network's tested domain; None if it lies inside.

    The reason is one sentence. The limit of compression counts for the codec that it was measured
    on alone: others need fewer or more bits for the same picture.
    """
    side, sharpness = (
        _median([getattr(face, name) for face in track.faces]) for name in ("cut_side", "sharpness")
    )
    if len(track.faces) < needed:
        return Sentence(
            "Too few frames show the same face: {faces}, at least {needed} are needed for a"
            " verdict.",
            faces=len(track.faces),
            needed=needed,
        )
    if side < domain.cut_side:
        return Sentence(
            "The face is too small for a verdict: the cut has {side:.0f} pixels, the network was"
            " tested from {cut_side:.0f}.",
            side=side,
            cut_side=domain.cut_side,
        )
    if sharpness < domain.sharpness:
        return Sentence(
            "The face is too blurred for a verdict: sharpness {sharpness:.1f}, the network was"
            " tested from {tested:.1f}.",
            sharpness=sharpness,
            tested=domain.sharpness,
        )
    if (
        bits_per_pixel is not None
        and domain.bits_per_pixel is not None
        and codec == domain.codec
        and bits_per_pixel < domain.bits_per_pixel
    ):
        return Sentence(
            "The video is compressed too hard for a verdict: {bits_per_pixel:.3f} bits per pixel,"
            " the network was tested from {tested:.3f}.",
            bits_per_pixel=bits_per_pixel,
            tested=domain.bits_per_pixel,
        )
    return None


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
