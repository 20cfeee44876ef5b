"""What a card says of how good a network is.

It gives metrics of single faces and of whole clips as a scan answers, and shares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, trim_mean

from dfgui.core.network.package import Card, Metric
from dfgui.core.network.score import Scored, calibrated, file_score, track_scores
from training.evaluation.looks import ClipLook, CropLook, groups_of, labels_of
from training.metrics import Interval, auc, evaluate
from training.metrics import Metric as Measure

SIDES = {
    "faces under 100 px": (0, 100),
    "faces of 100 to 199 px": (100, 200),
    "faces of 200 px and more": (200, math.inf),
}
POOLINGS: Mapping[str, Callable[[NDArray[np.float64]], np.floating]] = {
    "mean of logits": np.mean,
    "mean without the outer tenths": partial(trim_mean, proportiontocut=0.1),
    "median of logits": np.median,
    "mean of the highest quarter": lambda logits: np.mean(
        np.sort(logits)[-max(1, len(logits) // 4) :]
    ),
}
FEWEST = 20  # of each class, for a figure about a part of a set


def metrics_of(name: str, measured: Mapping[str, Interval]) -> list[Metric]:
    """Measured values as a card holds them; `name` is that of the set."""
    return [
        Metric(metric, name, round(i.value, 4), round(i.low, 4), round(i.high, 4), i.n, i.groups)
        for metric, i in measured.items()
    ]


def crop_metrics(name: str, crops: CropLook, card: Card) -> list[Metric]:
    """All metrics of single faces, and the AUC by size of the face in its video.

    Intervals are over originals.
    """
    scores = np.array([calibrated(float(logit), card.calibration.face) for logit in crops.logits])
    result = metrics_of(name, evaluate(crops.labels, scores, crops.groups))
    for words, (low, high) in SIDES.items():
        part = np.flatnonzero((crops.cut_side >= low) & (crops.cut_side < high))
        if min(np.bincount(crops.labels[part], minlength=2)) >= FEWEST:
            only: dict[str, Measure] = {f"auc: {words}": auc}
            result += metrics_of(
                name,
                evaluate(
                    crops.labels[part], scores[part], [crops.groups[i] for i in part], metrics=only
                ),
            )
    return result


def face_metrics(name: str, looks: Sequence[ClipLook], card: Card) -> list[Metric]:
    """Metrics of the faces of main tracks, one by one, scored as those of stills are.

    Intervals are over groups of people.
    """
    groups = [
        group for one, group in zip(looks, groups_of(looks), strict=True) for _ in one.main_track
    ]
    labels = np.array([one.is_fake for one in looks for _ in one.main_track], dtype=np.int64)
    scores = np.array(
        [calibrated(face.logit, card.calibration.face) for one in looks for face in one.main_track]
    )
    return metrics_of(name, evaluate(labels, scores, groups))


def answers_of(
    looks: Sequence[ClipLook], cards: Sequence[Card]
) -> tuple[NDArray[np.int64], list[str], list[Scored]]:
    """For each clip its label, its group of people and the answer of a scan with its card.

    Labels are 1 fake, 0 real.
    """
    return (
        labels_of(looks),
        groups_of(looks),
        [_answer(one, card) for one, card in zip(looks, cards, strict=True)],
    )


def clip_metrics(name: str, looks: Sequence[ClipLook], cards: Sequence[Card]) -> list[Metric]:
    """All metrics of whole clips, the AUC of each manipulation, and what the verdicts are.

    Intervals are over groups of people. Clips of one class alone have only the verdicts.
    """
    labels, groups, answers = answers_of(looks, cards)
    result: list[Metric] = []
    if set(labels) == {0, 1}:
        scores = np.array([answer.score for answer in answers])
        result = metrics_of(name, evaluate(labels, scores, groups)) + _by_method(
            name, looks, scores, groups
        )
    return result + _verdicts(name, labels, groups, answers)


def _by_method(
    name: str, looks: Sequence[ClipLook], scores: NDArray[np.float64], groups: Sequence[str]
) -> list[Metric]:
    labels, result = labels_of(looks), list[Metric]()
    methods = sorted({one.clip.method for one in looks if one.is_fake})
    for method in methods if len(methods) > 1 else ():
        sources = {one.clip.source for one in looks if one.clip.method == method}
        part = [
            i
            for i, one in enumerate(looks)
            if one.clip.source in sources and (not one.is_fake or one.clip.method == method)
        ]
        only: dict[str, Measure] = {f"auc_{method}": auc}
        result += metrics_of(
            name, evaluate(labels[part], scores[part], [groups[i] for i in part], metrics=only)
        )
    return result


def _verdicts(
    name: str, labels: NDArray[np.int64], groups: Sequence[str], answers: Sequence[Scored]
) -> list[Metric]:
    concluded = np.array([answer.verdict != "inconclusive" for answer in answers], dtype=np.float64)
    accused = np.array([answer.verdict == "supports_fake" for answer in answers], dtype=np.float64)
    real = [i for i, label in enumerate(labels) if label == 0]
    shares: dict[str, Measure] = {"share_with_verdict": lambda _, values: float(values.mean())}
    if set(labels) == {0, 1}:
        result = metrics_of(name, evaluate(labels, concluded, groups, metrics=shares))
    else:
        result = [share("share_with_verdict", name, concluded, groups)]
    return result + (
        [share("real_called_fake", name, accused[real], [groups[i] for i in real])]
        if len(real)
        else []
    )


def share(metric: str, name: str, happened: NDArray[np.float64], groups: Sequence[str]) -> Metric:
    """A share of few clips with its exact 95 % interval.

    Resampling none of ten would give no interval at all. Source: Clopper and Pearson, 1934.
    """
    found = binomtest(int(happened.sum()), len(happened))
    low, high = found.proportion_ci(0.95, method="exact")
    return Metric(
        metric,
        name,
        round(float(happened.mean()), 4),
        round(float(low), 4),
        round(float(high), 4),
        len(happened),
        len(set(groups)),
    )


def pooling_metrics(name: str, looks: Sequence[ClipLook]) -> list[Metric]:
    """The AUC of clips by several ways to turn the logits of a track's faces into one number.

    The application takes the mean.
    """
    labels, groups = labels_of(looks), groups_of(looks)
    result = []
    for words, pooled in POOLINGS.items():
        values = np.array(
            [float(pooled(np.array([face.logit for face in one.main_track]))) for one in looks]
        )
        only: dict[str, Measure] = {f"auc: {words}": auc}
        result += metrics_of(name, evaluate(labels, values, groups, metrics=only))
    return result


def _answer(one: ClipLook, card: Card) -> Scored:
    tracks = track_scores(one.faces, card.calibration.track)
    answer = file_score(
        tracks,
        card.domain,
        still=False,
        bounds=card.calibration.bounds_of_file(still=False),
        bits_per_pixel=one.bits_per_pixel,
        codec=one.codec,
    )
    if not isinstance(answer, Scored):
        raise ValueError(f"{one.clip.file}: expected a clip with faces, received one without")
    return answer
