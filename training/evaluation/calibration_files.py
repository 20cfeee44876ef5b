"""`calibration.csv` and `features.npz` of a package.

They hold what was seen of all that it was calibrated on, without a name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from dfgui.core.network.package import MORE_FILES
from training.evaluation.calibrations import mean_sharpness
from training.evaluation.looks import OWN, ClipLook, CropLook, Features, groups_of

TABLE, FEATURES = MORE_FILES
MOST_BYTES = 5_000_000  # of `features.npz`
HEADERS = 2000  # bytes in it that are not numbers, at most
CROPS_CODEC = "jpeg"
FAKE, REAL = "fake", "real"


@dataclass(frozen=True)
class Entry:
    """A row of `calibration.csv`.

    Attributes:
        row: its number, from 0.
        set: dfdc, ffpp, side_by_side or real_clips.
        clip: number of the clip or crop.
        group: number of the group of people; no two groups share a person as far as is known.
        kind: `face`, or `track` for the mean over its faces.
        track: number of the track in its clip; of a crop 0.
        label: `fake` if the face was replaced.
        fold: which network answered: `all`, the package's own, or `without NAME`, that of a run
            without a data set.
        logit: of the network; of a track the mean.
        cut_side: of the cut in pixels of the frame; of a track the median; empty if it is not
            known.
        sharpness: of the network's input; of a track the geometric mean.
        bits_per_pixel: of the video stream; empty for a crop.
        codec: of the video stream.
        frames: how many faces the row stands for.
    """

    row: int
    set: str
    clip: int
    group: int
    kind: str
    track: int
    label: str
    fold: str
    logit: float
    cut_side: float | None
    sharpness: float
    bits_per_pixel: float | None
    codec: str
    frames: int


@dataclass(frozen=True, eq=False)
class CalibrationFiles:
    """The two files.

    Attributes:
        entries: rows of the table.
        rows: (k,) int32, numbers of the rows that have features.
        features: (k, width) float16, of a track the mean over its faces; None if the network gives
            none.
    """

    entries: tuple[Entry, ...]
    rows: NDArray[np.int32]
    features: NDArray[np.float16] | None

    def write(self, folder: Path) -> None:
        """Write them into a package, replacing older ones."""
        (folder / TABLE).write_bytes(self.csv())
        if self.features is None:
            (folder / FEATURES).unlink(missing_ok=True)
            return
        with (folder / FEATURES).open("wb") as file:
            np.savez(file, rows=self.rows, features=self.features)

    def csv(self) -> bytes:
        """The table; numbers with six significant digits."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow([one.name for one in fields(Entry)])
        writer.writerows([_short(value) for value in astuple(entry)] for entry in self.entries)
        return text.getvalue().encode()


def _short(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else "" if value is None else value


def calibration_files(
    crops: CropLook, looks: Sequence[ClipLook], *, seed: int = 0
) -> CalibrationFiles:
    """Both files from what was seen.

    They hold features of all tracks and, drawn by `seed`, of as many faces as there is room for.
    """
    found = [*_of_crops(crops), *_of_clips(looks, len(crops.logits), len(set(crops.groups)))]
    entries = tuple(replace(entry, row=number) for number, (entry, _) in enumerate(found))
    given = [features for _, features in found]
    if any(row is None for row in given):
        return CalibrationFiles(entries, np.zeros(0, np.int32), None)
    rows = _chosen(
        [entry.kind for entry in entries], len(given[0] if given[0] is not None else ()), seed
    )
    largest = np.finfo(np.float16).max
    features = np.stack(
        [
            np.clip(row, -largest, largest).astype(np.float16)
            for row in map(given.__getitem__, rows)
            if row is not None
        ]
    )
    return CalibrationFiles(entries, rows, features)


def _chosen(kinds: Sequence[str], width: int, seed: int) -> NDArray[np.int32]:
    """Numbers of the rows whose features fit into the file, ascending.

    Tracks come first, then faces by chance.
    """
    order = np.random.default_rng(seed).permutation(len(kinds))
    tracks_first = sorted(order.tolist(), key=lambda number: kinds[number] != "track")
    room = (MOST_BYTES - HEADERS) // (2 * width + 4)
    return np.array(sorted(tracks_first[:room]), dtype=np.int32)


Recorded = tuple[Entry, Features | None]


def _of_crops(crops: CropLook) -> Iterator[Recorded]:
    numbers = {name: number for number, name in enumerate(dict.fromkeys(crops.groups))}
    for i, group in enumerate(crops.groups):
        side = float(crops.cut_side[i])
        label = FAKE if crops.labels[i] else REAL
        seen = (
            float(crops.logits[i]),
            side if np.isfinite(side) else None,
            float(crops.sharpness[i]),
        )
        entry = Entry(
            0, "dfdc", i, numbers[group], "face", 0, label, OWN, *seen, None, CROPS_CODEC, 1
        )
        yield entry, None if crops.features is None else crops.features[i]


def _of_clips(looks: Sequence[ClipLook], first_clip: int, first_group: int) -> Iterator[Recorded]:
    groups = groups_of(looks)
    numbers = {name: first_group + number for number, name in enumerate(dict.fromkeys(groups))}
    for number, (one, group) in enumerate(zip(looks, groups, strict=True), start=first_clip):
        for track in sorted({face.track for face in one.faces}):
            start = one.clip.source, number, numbers[group]
            label = FAKE if one.shows_fake(track) else REAL
            own = [i for i, face in enumerate(one.faces) if face.track == track]
            end = one.bits_per_pixel, one.codec
            faces = [one.faces[i] for i in own]
            mean = (
                fmean(face.logit for face in faces),
                median(face.cut_side for face in faces),
                mean_sharpness(faces),
            )
            features = None if one.features is None else one.features[own]
            entry = Entry(0, *start, "track", track, label, one.fold, *mean, *end, len(own))
            yield entry, None if features is None else features.mean(axis=0)
            for place, face in enumerate(faces):
                seen = face.logit, face.cut_side, face.sharpness
                yield (
                    Entry(0, *start, "face", track, label, one.fold, *seen, *end, 1),
                    (None if features is None else features[place]),
                )
