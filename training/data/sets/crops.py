"""A table of ready face crops, such as `dfdc_faces.csv`, as a table of videos of one frame."""

from __future__ import annotations

import zipfile
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.network.package import DataSource
from training.data.data_set import DataSet, Trained
from training.data.prepared.shards import PrepareSettings
from training.data.table import Row, read_table
from training.data.videos import VideoRow, VideoTable, sha256
from training.results import Skipped

TABLE = "dfdc_faces.csv"
FOLDER = "crops"  # of the prepared ones


def read_videos(root: str | Path) -> VideoTable:
    """All crops of a table, with its splits; a crop that is in no archive is listed as left out.

    Args:
        root: the CSV, or a local folder with `dfdc_faces.csv`. Archives are in the same folder, as
            zip files or folders.

    Raises:
        AnalysisError: there is no such table, something in it is wrong, or a class is empty.
    """
    path = Path(root) / TABLE if Path(root).is_dir() else Path(root)
    if not path.is_file():
        raise AnalysisError(
            f"{path} is not there; name a table of face crops, or the folder that holds {TABLE}."
        )
    places = _places(path.parent, read_table(path).rows)
    rows: list[VideoRow] = []
    skipped: list[Skipped] = []
    for row in read_table(path, rows_only=True).rows:
        place = places.get((row.archive, row.file))
        if place is None:
            skipped.append(
                Skipped(
                    f"{row.archive}/{row.file}",
                    f"{path.name} lists it, but {row.archive} does not hold it",
                )
            )
        else:
            rows.append(_video(row, *place))
    return VideoTable(tuple(rows), tuple(skipped), {path.name: sha256(path.read_bytes())}).require(
        root
    )


def _places(folder: Path, rows: list[Row]) -> dict[tuple[str, str], tuple[str, int]]:
    """Path or URL, and size, of each crop that exists, by archive and file."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for name in sorted({row.archive for row in rows}):
        place = folder / name
        if place.is_dir():
            files = [path for path in place.rglob("*") if path.is_file()]
            found |= {
                (name, path.relative_to(place).as_posix()): (str(path), path.stat().st_size)
                for path in files
            }
        else:
            with zipfile.ZipFile(place) as archive:
                found |= {
                    (name, info.filename): (f"zip://{info.filename}::{place}", info.file_size)
                    for info in archive.infolist()
                }
    return found


def _video(row: Row, path: str, size: int) -> VideoRow:
    name = f"{row.archive}/{row.file}"
    return VideoRow(
        name,
        path,
        row.label,
        row.original,
        row.source,
        method=row.method,
        split=row.split,
        bytes=size,
    )


DATA_SET = DataSet(
    name="crops",
    hint="a table of ready crops",
    read=read_videos,
    source="dfdc",
    settings=PrepareSettings(
        frames=1, size=0, faces="whole", face_size=224, face_scale=1.0, landmarks=True
    ),
    names_people=False,
    trained=Trained(
        folder=FOLDER,
        words="DFDC (face crops)",
        needs="DFDC face crops",
        source=DataSource(
            "DFDC face crops", "The terms of the DeepFake Detection Challenge data set apply."
        ),
        shares={"pairs": 6, "blends": 2},
        split="DFDC by part",
    ),
)
