"""Measures how good the likelihood ratios of a package are on what it was calibrated on.

Each face, track and file is calibrated without its own group of people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from dfgui.core.display.wording import CALIBRATED_ON
from dfgui.core.network.likelihood_ratios import KnownRatios, cllr, cllr_min
from dfgui.core.network.package import Calibration, Card, ModelPackage
from dfgui.core.network.validation import (
    Estimate,
    Unit,
    Validation,
    reliability_steps,
    tippett_points,
)
from training.data import splits
from training.evaluation.calibration_table import read_table
from training.evaluation.calibrations import MOST_SUSPICIOUS, cards_by_folds, face_calibration
from training.evaluation.known_ratios import (
    Known,
    known_faces,
    known_files,
    known_tracks,
    with_bounds,
)
from training.evaluation.looks import ClipLook, CropLook, groups_of
from training.metrics import Interval, Labels, Metric, Scores, evaluate

FOLDS = 10  # of the groups, for single faces
VERDICTS = "share_with_verdict", "real_called_fake"


def validations_of(
    card: Card, crops: CropLook, looks: Sequence[ClipLook]
) -> tuple[Validation, ...]:
    """What a card says of the likelihood ratios of faces, tracks and files.

    Single faces are calibrated by ten folds of the groups, tracks and files by one fold a group.
    Bounds are those of each fold. If a fold would leave a class out, the card's own calibration
    answers for all, and the name of the set does not say "by folds". A unit without both classes
    is left out.

    Args:
        card: calibrated on these crops and clips.
        crops: ready ones.
        looks: of clips.
    """
    own, needed = card.calibration, card.domain.track_frames
    folds = _faces_by_folds(crops, looks)
    cards = cards_by_folds(looks, card)
    of_faces = folds or [own.face] * (len(crops.logits) + len(looks))
    of_clips = [one.calibration for one in cards or [card] * len(looks)]
    faces = known_faces(crops, looks, of_faces[: len(crops.logits)], of_faces[len(crops.logits) :])
    clips = own.track.set.removesuffix(MOST_SUSPICIOUS)
    units: tuple[tuple[Unit, str, Known, bool], ...] = (
        ("face", own.face.set, faces, bool(folds)),
        ("track", clips, known_tracks(looks, of_clips, needed), bool(cards)),
        ("file", clips, known_files(looks, of_clips, needed), bool(cards)),
    )
    return tuple(_validation(*unit) for unit in units if len(set(unit[2].fake)) == 2)


def _faces_by_folds(crops: CropLook, looks: Sequence[ClipLook]) -> list[Calibration]:
    """For each crop and then each clip the calibration of single faces without its fold.

    It is empty if a class would then be missing.
    """
    groups = [*(f"crops {name}" for name in crops.groups), *groups_of(looks)]
    # By first appearance: the folds are then the same after `calibration.csv` was read back.
    order = {name: f"{number:06}" for number, name in enumerate(dict.fromkeys(groups))}
    if len(order) < 2:
        return []
    place = splits.folds([order[name] for name in groups], min(FOLDS, len(order)))
    found: dict[int, Calibration] = {}
    for fold in sorted(set(place.tolist())):
        of_crops, of_clips = np.split(place != fold, [len(crops.logits)])
        rest = [one for one, kept in zip(looks, of_clips, strict=True) if kept]
        kept_crops = _part(crops, np.flatnonzero(of_crops))
        if {*kept_crops.labels.tolist(), *(int(one.is_fake) for one in rest)} != {0, 1}:
            return []
        found[fold] = face_calibration(kept_crops, rest, "")
    return [found[fold] for fold in place.tolist()]


def _part(crops: CropLook, kept: np.ndarray) -> CropLook:
    return CropLook(
        crops.logits[kept],
        crops.sharpness[kept],
        crops.cut_side[kept],
        crops.labels[kept],
        [crops.groups[i] for i in kept],
    )


def _validation(of: Unit, name: str, known: Known, by_folds: bool) -> Validation:
    ratios = known.ratios(within_bounds=True)
    real, fake = (int(np.sum(ratios.labels == label)) for label in (0, 1))
    measured = evaluate(
        ratios.labels,
        np.stack([ratios.log10_lr, ratios.weights], axis=1),
        known.groups,
        metrics={"cllr": _metric(cllr), "cllr_min": _metric(cllr_min)},
    )
    return Validation(
        of,
        f"{name}{', by folds' if by_folds else ''} {CALIBRATED_ON}",
        real,
        fake,
        measured["cllr"].groups,
        _estimate(measured["cllr"]),
        _estimate(measured["cllr_min"]),
        tippett_points(ratios),
        reliability_steps(ratios),
    )


def _estimate(found: Interval) -> Estimate:
    return Estimate(round(found.value, 4), round(found.low, 4), round(found.high, 4))


def _metric(of: Callable[[KnownRatios], float]) -> Metric:
    """A metric of pairs of a log10 ratio and its weight."""

    def measure(labels: Labels, pairs: Scores) -> float:
        return of(KnownRatios.of(pairs[:, 0], labels, weights=pairs[:, 1]))

    return measure


def validate_again(package: ModelPackage) -> Card:
    """The card with bounds and validation from the package's `calibration.csv`.

    Slopes and intercepts stay. If the bounds change, figures of verdicts are left out: they were
    measured with the old ones.

    Args:
        package: nothing is written.

    Raises:
        AnalysisError: it has no table, or one that cannot be read.
    """
    crops, looks = read_table(package.folder)
    card, needed = package.card, package.card.domain.track_frames
    calibrations = with_bounds(crops, looks, card.calibration, needed)
    metrics = card.metrics
    if calibrations != card.calibration:
        metrics = tuple(metric for metric in metrics if metric.name not in VERDICTS)
    card = msgspec.structs.replace(card, calibration=calibrations, metrics=metrics)
    return msgspec.structs.replace(card, validation=validations_of(card, crops, looks))
