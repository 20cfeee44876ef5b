"""Chooses who answers for a clip: the first of several networks that has met nobody in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from dfgui.core.network.package import ModelPackage
from training.data.held_clips import clips_of
from training.data.lookup import HELD_CLIPS, people_in_clip
from training.data.videos import VideoRow
from training.evaluation.looks import OWN, Clips, Remembering, look_at_clips
from training.network.training_exposure import UNKNOWN, seen_by_package
from training.results import Skipped

MET = "every network has met, or may have met, somebody in it"


@dataclass(frozen=True)
class Answerer:
    """A network that may be asked about clips.

    Attributes:
        package: calibrated or not.
        fold: its name in the calibration table: `all` for the package's own, or `without ffpp`.
    """

    package: ModelPackage
    fold: str = OWN

    @cached_property
    def seen(self) -> frozenset[str]:
        """Whom it has met."""
        return seen_by_package(self.package.card)

    def has_met(self, clip: VideoRow) -> bool:
        """Whether it has met, or may have met, somebody in a clip."""
        return not self.seen.isdisjoint({UNKNOWN, *people_in_clip(clip)})


def clips_to_test(data: Path, gathered: Path | None) -> dict[str, list[VideoRow]]:
    """The clips of the test part by data set; the errors of `clips_of`."""
    rows = [row for row in clips_of(data, gathered) if row.split == "test"]
    return {
        source: [row for row in rows if row.source == source]
        for source in HELD_CLIPS
        if any(row.source == source for row in rows)
    }


def answered(
    answerers: Sequence[Answerer],
    clips: Sequence[VideoRow],
    *,
    told: Callable[[str], None] = lambda _: None,
) -> Clips:
    """What the networks say of clips, each by the first that has met nobody in it.

    Args:
        answerers: in the order in which they are asked.
        clips: not of the test part.
        told: is told the clip that is next.

    Returns:
        What was seen, and which clips nobody may answer, cannot be read, or show no face that is
        known to be replaced.
    """
    found, left = Clips(), list(clips)
    for one in answerers:
        own, left = (
            [clip for clip in left if not one.has_met(clip)],
            [clip for clip in left if one.has_met(clip)],
        )
        if own:
            detector = Remembering(one.package, threads=2)
            found += look_at_clips(detector, own, tell_faces=True, fold=one.fold, told=told)
    return found + Clips(left_out=[Skipped(clip.file, MET) for clip in left])
