"""What a network is calibrated and tested on: ready crops and clips.

They come as their data sets lay them out, or out of prepared ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import VIDEO_SUFFIXES
from training.data import ffpp, real_clips, side_by_side
from training.data.prepared import Prepared
from training.data.shards import SETTINGS
from training.data.table import FaceTable, read_table
from training.data.videos import VideoRow, suffix

TABLE = "dfdc_faces.csv"
CROPS = "crops"  # folder of the prepared crops
PAIRS, REAL = "pairs", "real_clips"  # folders of gathered clips


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
        data: folder with `ffpp`; or with prepared data sets, whose videos must still be at their
            paths.
        gathered: folder with `pairs` and `real_clips`; without it, they are left out.

    Raises:
        AnalysisError: one of them does not exist.
    """
    rows = (
        list(_prepared(data)) if is_prepared(data) else list(ffpp.read_videos(data / "ffpp").rows)
    )
    if gathered is not None:
        for folder in (PAIRS, REAL):
            if not (gathered / folder).is_dir():
                raise AnalysisError(
                    f"{gathered.name} has no folder {folder}; name the folder with the gathered"
                    " clips."
                )
        rows += [
            *side_by_side.read_videos(gathered / PAIRS).rows,
            *real_clips.read_videos(gathered / REAL).rows,
        ]
    return rows


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
