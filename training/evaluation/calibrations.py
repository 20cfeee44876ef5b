"""The calibration and the tested domain of a package.

Single faces are calibrated on crops and frames, files by the maximum over their tracks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.stats import gmean

from dfgui.core.analysis_results import ScanSettings
from dfgui.core.network.package import Calibration, Calibrations, Card, Domain
from dfgui.core.network.score import FaceLogit, deciding, track_scores
from training.evaluation.calibrate import calibrate
from training.evaluation.known_ratios import CROPS, with_bounds, with_bounds_of_clips
from training.evaluation.looks import ClipLook, CropLook, groups_of, labels_of
from training.evaluation.measures import FEWEST
from training.metrics import auc, evaluate
from training.network.export import UNCALIBRATED

# Bounds of the number of faces that a track needs for a verdict.
TRACK_FRAMES = (ScanSettings().frames // 4, ScanSettings().frames // 2)
FEWEST_CLIPS = 10  # of each class, to calibrate on sharpness too
LEAST_SHARP = 1.0  # squared grey levels: a flat face has no logarithm
ROUNDS = 10  # of fitting and choosing the tracks that decide
MOST_SUSPICIOUS = ", most suspicious tracks"


def calibrations_of(
    crops: CropLook, looks: Sequence[ClipLook], whose: str
) -> tuple[Calibrations, Domain]:
    """The calibrations and the tested domain.

    Args:
        crops: ready crops that the network has not met.
        looks: clips of people that the answering network has not met.
        whose: says in words whose clips they are.
    """
    tested = domain_of(crops, looks)
    faces = face_calibration(crops, looks, f"{CROPS} and frames of {whose}")
    files = track_calibration(looks, f"{whose}{MOST_SUSPICIOUS}", tested.track_frames)
    return with_bounds(crops, looks, Calibrations(faces, files), tested.track_frames), tested


def face_calibration(crops: CropLook, looks: Sequence[ClipLook], name: str) -> Calibration:
    """Calibration of single faces: crops pooled with the faces of main tracks.

    In each class, crops and every source of clips weigh the same.
    """
    faces = [
        (face.logit, one.is_fake, one.clip.source, one.clip.file)
        for one in looks
        for face in one.main_track
    ]
    logits, fake, sources, files = zip(*faces, strict=True) if faces else ((), (), (), ())
    return calibrate(
        np.concatenate([crops.logits.astype(np.float64), np.array(logits, np.float64)]),
        np.concatenate([crops.labels, np.array(fake, np.int64)]),
        name=name,
        files=[*(f"crop {number}" for number in range(len(crops.logits))), *files],
        sources=[*[CROPS] * len(crops.logits), *sources],
    )


def track_calibration(
    looks: Sequence[ClipLook], name: str, needed: int, *, with_sharpness: bool | None = None
) -> Calibration:
    """Calibration of files by their most suspicious track with enough faces.

    A file takes the score of that track, and this maximum is calibrated. Which track it is depends
    on the calibration if it counts how sharp a face is; both are found in turn.

    Args:
        looks: of clips; in a class every source weighs the same.
        name: of the set, for the card.
        needed: faces of a track that may decide.
        with_sharpness: with a term for it; None adds it only with `FEWEST_CLIPS` of each class, and
            if both classes come from the same sources. Where one source is real alone, how sharp it
            is would tell the source, and the source the label.
    """
    if with_sharpness is None:
        real, fake = (
            [one.clip.source for one in looks if one.is_fake is of] for of in (False, True)
        )
        with_sharpness = min(len(real), len(fake)) >= FEWEST_CLIPS and set(real) == set(fake)
    found, chosen = UNCALIBRATED, list[int]()
    for _ in range(ROUNDS):
        before, chosen = (
            chosen,
            [deciding(track_scores(one.faces, found), needed).track for one in looks],
        )
        if chosen == before:
            break
        found = _fitted(looks, chosen, name, with_sharpness=with_sharpness)
    return found


def _fitted(
    looks: Sequence[ClipLook], chosen: Sequence[int], name: str, *, with_sharpness: bool
) -> Calibration:
    tracks = [
        [face for face in one.faces if face.track == track]
        for one, track in zip(looks, chosen, strict=True)
    ]
    logits = np.array([np.mean([face.logit for face in track]) for track in tracks])
    sharp = np.array([mean_sharpness(track) for track in tracks])
    sources = [one.clip.source for one in looks]
    return calibrate(
        logits,
        labels_of(looks),
        name=name,
        sources=sources,
        sharpness=sharp if with_sharpness else None,
    )


def mean_sharpness(track: Sequence[FaceLogit]) -> float:
    """The geometric mean of the sharpness of a track's faces."""
    return float(gmean([max(face.sharpness, LEAST_SHARP) for face in track]))


def cards_by_folds(looks: Sequence[ClipLook], card: Card) -> list[Card]:
    """For each clip the card with tracks calibrated without its group of people.

    The list is empty if a class would then be missing.

    Args:
        looks: of the clips that `card` was calibrated on.
        card: calibrated; the terms of its calibration, such as sharpness, stay.
    """
    groups, track = groups_of(looks), card.calibration.track
    found = {}
    for group in sorted(set(groups)):
        others = [one for one, own in zip(looks, groups, strict=True) if own != group]
        if len(set(labels_of(others))) < 2:
            return []
        fitted = track_calibration(
            others, track.set, card.domain.track_frames, with_sharpness=track.sharpness_slope != 0
        )
        calibrations = with_bounds_of_clips(
            others, Calibrations(card.calibration.face, fitted), card.domain.track_frames
        )
        found[group] = msgspec.structs.replace(card, calibration=calibrations)
    return [found[group] for group in groups]


def domain_of(crops: CropLook, looks: Sequence[ClipLook]) -> Domain:
    """Where the network was tested and can tell real from fake.

    That is size and sharpness of faces, the hardest compression of a clip in the codec that most
    clips have, and faces of a track.
    Size and sharpness begin where the calibration data does, less its outermost 2 %, and not before
    the network tells crops apart.
    """
    faces = [face for one in looks for face in one.main_track]
    sharp = np.concatenate([crops.sharpness, [face.sharpness for face in faces]])
    sides = np.concatenate([crops.cut_side, [face.cut_side for face in faces]])
    codec = Counter(one.codec for one in looks).most_common(1)[0][0]
    return Domain(
        cut_side=float(
            np.floor(max(np.nanquantile(sides, 0.02), _told_apart_from(crops, crops.cut_side)))
        ),
        sharpness=round(
            max(float(np.quantile(sharp, 0.02)), _told_apart_from(crops, crops.sharpness)), 1
        ),
        bits_per_pixel=round(min(one.bits_per_pixel for one in looks if one.codec == codec), 3),
        track_frames=_track_frames(looks),
        codec=codec,
    )


def _track_frames(looks: Sequence[ClipLook]) -> int:
    """More faces than 98 % of the tracks have that are not a clip's main one.

    Such tracks are patterns taken for a face, which no network learned. Halves of side-by-side
    clips are left out: they show bystanders.
    """
    alone = [one for one in looks if not one.clip.panel]
    stray = [
        count
        for one in alone
        for count in sorted(Counter(face.track for face in one.faces).values())[:-1]
    ]
    return int(np.clip(np.quantile(stray, 0.98) + 1 if stray else 0, *TRACK_FRAMES))


def _told_apart_from(crops: CropLook, values: NDArray[np.float64]) -> float:
    """The least value from which on the network tells crops apart; 0 for all.

    From there on each tenth of the crops, up to the middle, has an AUC whose interval lies above
    .5. Unknown values and tenths without enough of both classes say nothing.
    """
    known = np.flatnonzero(np.isfinite(values))
    start = 0.0
    for tenth in np.array_split(known[np.argsort(values[known], kind="stable")], 10)[4::-1]:
        if min(np.bincount(crops.labels[tenth], minlength=2)) < FEWEST:
            continue
        found = evaluate(
            crops.labels[tenth],
            crops.logits[tenth].astype(np.float64),
            [crops.groups[i] for i in tenth],
            metrics={"auc": auc},
        )
        if found["auc"].low <= 0.5:
            start = max(start, float(values[tenth].max()))
    return start
