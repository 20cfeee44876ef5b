"""The likelihood ratios of faces, tracks and files that a network was calibrated on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from dfgui.core.network.likelihood_ratios import KnownRatios, elub
from dfgui.core.network.package import Bounds, Calibration, Calibrations
from dfgui.core.network.score import (
    DIGITS,
    TrackScore,
    calibrated,
    deciding,
    log10_likelihood_ratio,
    track_scores,
)
from training.evaluation.calibrate import bounded, even_weights
from training.evaluation.looks import ClipLook, CropLook, groups_of

CROPS = "DFDC validation crops"
# What a score rounded to six digits can say.
WIDEST = Bounds(-float(DIGITS), float(DIGITS))


@dataclass
class Known:
    """Scores of one unit (faces, tracks or files), one entry each in every list.

    Attributes:
        scores: 0-1.
        bounds: of the likelihood ratio of each.
        fake: whether it is one.
        sources: data sets; in a class each weighs the same.
        files: names; of a source each weighs the same.
        groups: of people or originals.
    """

    scores: list[float] = field(default_factory=list)
    bounds: list[Bounds | Calibration] = field(default_factory=list)
    fake: list[bool] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    def add(
        self,
        score: float,
        bounds: Bounds | Calibration,
        *,
        fake: bool,
        source: str,
        file: str,
        group: str,
    ) -> None:
        """Append one."""
        self.scores.append(score)
        self.bounds.append(bounds)
        self.fake.append(fake)
        self.sources.append(source)
        self.files.append(file)
        self.groups.append(group)

    def ratios(self, *, within_bounds: bool) -> KnownRatios:
        """Their likelihood ratios, weighted as `calibrate` weighs them."""
        labels, files = np.array(self.fake, np.int64), np.array(self.files)
        limits = self.bounds if within_bounds else [WIDEST] * len(self.scores)
        return KnownRatios.of(
            np.array(
                [log10_likelihood_ratio(*one) for one in zip(self.scores, limits, strict=True)]
            ),
            labels,
            weights=even_weights(labels, np.array(self.sources), files),
            files=np.unique(files, return_inverse=True)[1],
        )


def known_faces(
    crops: CropLook,
    looks: Sequence[ClipLook],
    of_crops: Sequence[Calibration],
    of_clips: Sequence[Calibration],
) -> Known:
    """Crops, and the faces of the main tracks of clips.

    Args:
        crops: ready ones.
        looks: of clips.
        of_crops: the calibration of single faces for each crop.
        of_clips: the same for each clip.
    """
    found = Known()
    for number, (logit, one) in enumerate(zip(crops.logits.tolist(), of_crops, strict=True)):
        found.add(
            calibrated(logit, one),
            one,
            fake=bool(crops.labels[number]),
            source=CROPS,
            file=f"crop {number}",
            group=f"crops {crops.groups[number]}",
        )
    for clip, one, group in zip(looks, of_clips, groups_of(looks), strict=True):
        for face in clip.main_track:
            found.add(
                calibrated(face.logit, one),
                one,
                fake=clip.is_fake,
                source=clip.clip.source,
                file=clip.clip.file,
                group=group,
            )
    return found


def known_tracks(
    looks: Sequence[ClipLook], calibrations: Sequence[Calibrations], needed: int
) -> Known:
    """Every track that can decide about its clip: with enough faces, or the one that decides.

    Args:
        looks: of clips.
        calibrations: for each clip.
        needed: faces of a track that may decide.
    """
    found = Known()
    for clip, one, group in zip(looks, calibrations, groups_of(looks), strict=True):
        tracks, decides = _scored(clip, one, needed)
        for track in tracks:
            if len(track.faces) >= needed or track is decides:
                found.add(
                    track.score,
                    one.track,
                    fake=clip.shows_fake(track.track),
                    source=clip.clip.source,
                    file=clip.clip.file,
                    group=group,
                )
    return found


def known_files(
    looks: Sequence[ClipLook], calibrations: Sequence[Calibrations], needed: int
) -> Known:
    """Every clip by its most suspicious track; arguments as for `known_tracks`."""
    found = Known()
    for clip, one, group in zip(looks, calibrations, groups_of(looks), strict=True):
        found.add(
            _scored(clip, one, needed)[1].score,
            one.bounds_of_file(still=False),
            fake=clip.is_fake,
            source=clip.clip.source,
            file=clip.clip.file,
            group=group,
        )
    return found


def _scored(
    clip: ClipLook, calibrations: Calibrations, needed: int
) -> tuple[list[TrackScore], TrackScore]:
    tracks = track_scores(clip.faces, calibrations.track)
    return tracks, deciding(tracks, needed)


def with_bounds(
    crops: CropLook, looks: Sequence[ClipLook], calibrations: Calibrations, needed: int
) -> Calibrations:
    """The calibrations with the bounds that these crops and clips support.

    Args:
        crops: ready ones.
        looks: of clips.
        calibrations: slopes and intercepts stay.
        needed: faces of a track that may decide.
    """
    face = calibrations.face
    faces = known_faces(crops, looks, [face] * len(crops.logits), [face] * len(looks))
    return msgspec.structs.replace(
        with_bounds_of_clips(looks, calibrations, needed),
        face=bounded(face, elub(faces.ratios(within_bounds=False))),
    )


def with_bounds_of_clips(
    looks: Sequence[ClipLook], calibrations: Calibrations, needed: int
) -> Calibrations:
    """As `with_bounds`, for tracks and files alone."""
    every = [calibrations] * len(looks)
    tracks, files = (
        elub(known(looks, every, needed).ratios(within_bounds=False))
        for known in (known_tracks, known_files)
    )
    return Calibrations(calibrations.face, bounded(calibrations.track, tracks), Bounds(*files))
