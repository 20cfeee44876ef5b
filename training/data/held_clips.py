"""What a network is calibrated and tested on: ready crops and clips.

They come as their data sets lay them out, or out of prepared ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import VIDEO_SUFFIXES
from training.data.prepared.reading import Prepared
from training.data.prepared.shards import SETTINGS
from training.data.sets import DATA_SETS
from training.data.sets.crops import FOLDER as CROPS
from training.data.sets.crops import TABLE
from training.data.table import FaceTable, read_table
from training.data.videos import VideoRow, suffix


def is_prepared(data: Path) -> bool:
    """Whether a folder holds prepared data sets, as `learn` reads them."""
    return any(data.glob(f"*/{SETTINGS}"))


def crops_of(data: Path, split: str) -> FaceTable:
    """The ready crops of a split.

    Raises:
        AnalysisError: there are none.
    """
    if not is_prepared(data):
        return read_table(data / TABLE).where(lambda row: row.split == split)
    if not (data / CROPS / SETTINGS).is_file():
        raise AnalysisError(
            f"{data.name} has no folder {CROPS}; prepare a table of face crops into it."
        )
    return Prepared(data / CROPS).table("faces").where(lambda row: row.split == split)


def clips_of(data: Path, gathered: Path | None = None) -> list[VideoRow]:
    """Every clip of the data sets; halves of side-by-side ones are clips of their own.

    Args:
        data: folder with those that lie there, such as `ffpp`; or with prepared data sets, whose
            videos must still be at their paths.
        gathered: folder with the others; without it, they are left out.

    Raises:
        AnalysisError: one of them does not exist.
    """
    rows = list(_prepared(data)) if is_prepared(data) else _laid_out("data", data)
    return rows if gathered is None else [*rows, *_laid_out("gathered", gathered)]


def _laid_out(among: Literal["data", "gathered"], folder: Path) -> list[VideoRow]:
    """The clips of the data sets that a folder holds, as each lays them out."""
    found = [(one, one.clips.folder) for one in DATA_SETS if one.clips and one.clips.among == among]
    for _, name in found:
        if among == "gathered" and not (folder / name).is_dir():
            raise AnalysisError(
                f"{folder.name} has no folder {name}; name the folder with the gathered clips."
            )
    return [row for one, name in found for row in one.read(folder / name).rows]


def _prepared(data: Path) -> Iterator[VideoRow]:
    """The videos of prepared data sets, both of each pair; stills and crops do not count."""
    found: dict[tuple[str, str], VideoRow] = {}
    for settings in sorted(data.glob(f"*/{SETTINGS}")):
        for row in (video.row for video in Prepared(settings.parent).videos):
            found.setdefault((row.path, row.panel), row)
            if row.partner:
                found.setdefault((row.partner, row.partner_panel), _partner(row))
    return (row for row in found.values() if suffix(row.path) in VIDEO_SUFFIXES)


def _partner(row: VideoRow) -> VideoRow:
    """The real video of a pair."""
    people = row.people[:1]  # the first lends the frame, the second the face
    return replace(
        row, file=f"{row.file}:real", path=row.partner, panel=row.partner_panel, label="REAL",
        people=people, method="", partner="", partner_panel="",
    )  # fmt: skip
