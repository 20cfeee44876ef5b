"""The data sets that can be prepared: who reads each, and what is taken by default."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dfgui.core.errors import AnalysisError
from training.data import celebdf, crops, dfdc, ffpp, folders, real_clips, side_by_side, stills
from training.data.shards import PrepareSettings
from training.data.videos import VideoTable

PLAIN = PrepareSettings()
CLIPS = PrepareSettings(frames=40, size=0, face_size=288, face_scale=1.6, landmarks=True)
PAIRS = PrepareSettings(
    frames=40, size=0, face_size=288, face_scale=1.6, landmarks=True, pairs=True
)


@dataclass(frozen=True)
class Kind:
    """A kind of data set.

    Attributes:
        read: gives its table of videos, from a local folder or an fsspec URL.
        settings: what is taken by default.
    """

    read: Callable[[str | Path], VideoTable]
    settings: PrepareSettings = PLAIN


KINDS: dict[str, Kind] = {
    "dfdc": Kind(dfdc.read_videos),
    "ffpp": Kind(ffpp.read_videos, PAIRS),
    "celebdf": Kind(celebdf.read_videos),
    "folders": Kind(folders.read_videos),
    "crops": Kind(
        crops.read_videos,
        PrepareSettings(
            frames=1, size=0, faces="whole", face_size=224, face_scale=1.0, landmarks=True
        ),
    ),
    "side_by_side": Kind(side_by_side.read_videos, PAIRS),
    "real_clips": Kind(real_clips.read_videos, CLIPS),
    "stills": Kind(
        stills.read_videos,
        PrepareSettings(frames=1, size=0, face_size=224, face_scale=1.5, landmarks=True),
    ),
}


def kind_named(name: str) -> Kind:
    """A kind of data set.

    Raises:
        AnalysisError: no kind has that name.
    """
    if name not in KINDS:
        raise AnalysisError(
            f"There is no kind of data set named {name!r}; there are: {', '.join(KINDS)}."
        )
    return KINDS[name]


def read_videos(name: str, data: str | Path) -> VideoTable:
    """The table of a data set.

    Args:
        name: of its kind, one of `KINDS`.
        data: its local folder or fsspec URL; FaceForensics++ and tables of crops must be local.

    Raises:
        AnalysisError: there is no such kind, or no data of that kind.
    """
    return kind_named(name).read(data)
