"""Reads `calibration.csv` of a package back: what was seen of crops and clips."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from dfgui.core.errors import AnalysisError
from dfgui.core.network.score import FaceLogit
from training.data.videos import VideoRow
from training.evaluation.calibration_files import CROPS_CODEC, FAKE, TABLE
from training.evaluation.looks import ClipLook, CropLook


@dataclass(frozen=True)
class _Row:
    """What is needed of an `Entry`."""

    set: str
    clip: int
    group: int
    kind: str
    track: int
    fake: bool
    fold: str
    logit: float
    cut_side: float
    sharpness: float
    bits_per_pixel: float
    codec: str

    @classmethod
    def of(cls, row: dict[str, str]) -> _Row:
        return cls(
            row["set"],
            int(row["clip"]),
            int(row["group"]),
            row["kind"],
            int(row["track"]),
            row["label"] == FAKE,
            row["fold"],
            float(row["logit"]),
            float(row["cut_side"] or "nan"),
            float(row["sharpness"]),
            float(row["bits_per_pixel"] or "nan"),
            row["codec"],
        )


def read_table(folder: Path) -> tuple[CropLook, list[ClipLook]]:
    """The crops and clips of a package, without features and names.

    Args:
        folder: of the package.

    Raises:
        AnalysisError: there is no table, or it cannot be read.
    """
    try:
        with (folder / TABLE).open(newline="", encoding="utf-8") as file:
            rows = [_Row.of(row) for row in csv.DictReader(file)]
    except OSError:
        rows = []
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise AnalysisError(
            "{table} of {name} cannot be read: {error}.",
            table=TABLE,
            name=folder.name,
            error=error,
        ) from error
    if not rows:
        raise AnalysisError(
            "{name} does not say what it was calibrated on; calibrate it again.", name=folder.name
        )
    faces = [row for row in rows if row.kind == "face"]
    crops = [row for row in faces if row.codec == CROPS_CODEC]
    clips = [row for row in faces if row.codec != CROPS_CODEC]
    return _crops(crops), list(_clips(clips))


def _crops(rows: Sequence[_Row]) -> CropLook:
    return CropLook(
        np.array([row.logit for row in rows], np.float32),
        np.array([row.sharpness for row in rows]),
        np.array([row.cut_side for row in rows]),
        np.array([row.fake for row in rows], np.int64),
        [str(row.group) for row in rows],
    )


def _clips(rows: Sequence[_Row]) -> Iterator[ClipLook]:
    """Clips with all their faces; a clip is fake if one of its tracks is."""
    for number, found in groupby(rows, key=lambda row: row.clip):
        own = list(found)
        fake, group = frozenset(row.track for row in own if row.fake), str(own[0].group)
        yield ClipLook(
            VideoRow(
                f"clip {number}",
                "",
                "FAKE" if fake else "REAL",
                group,
                own[0].set,
                people=(group,),
            ),
            tuple(FaceLogit(row.track, row.logit, row.cut_side, row.sharpness) for row in own),
            own[0].bits_per_pixel,
            own[0].codec,
            fake,
            own[0].fold,
        )
