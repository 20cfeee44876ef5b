"""Clips with the original on the left and the fake on the right, as a table of videos.

Both are in one encode. `pairs.csv` lists the clips: `file, component, one_panel`. Clips of one
component share people, so no split parts them; with `one_panel` 1 a clip shows only the replaced
face.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import VIDEO_SUFFIXES
from dfgui.core.network.package import DataSource
from training.data.data_set import PAIRS, DataSet, HeldClips, Trained
from training.data.held_out import split_of
from training.data.videos import Store, VideoRow, VideoTable, sha256, suffix
from training.results import Skipped

TABLE = "pairs.csv"
COLUMNS = "file", "component", "one_panel"
SOURCE = "side_by_side"
METHOD = "DeepFaceLab"


def read_videos(root: str | Path) -> VideoTable:
    """Each clip as a real video, its left half, and the fake of it, its right half.

    A clip that shows only the replaced face is a fake without a partner.

    Args:
        root: local folder or fsspec URL.

    Raises:
        AnalysisError: there is no `pairs.csv`, a column or a value in it is wrong, or a class is
            empty.
    """
    store = Store(root)
    if TABLE not in store.sizes:
        raise AnalysisError(
            f"{root} holds no {TABLE}; name the folder with the side-by-side clips."
        )
    data = store.read(TABLE)
    listed = dict(_listed(data))
    rows = [
        row
        for name, (number, alone) in listed.items()
        if name in store.sizes
        for row in _rows(store, name, number, alone=alone)
    ]
    missing = [
        Skipped(name, f"{TABLE} lists it, but the clip is not there")
        for name in listed
        if name not in store.sizes
    ]
    unlisted = [
        Skipped(
            name, f"{TABLE} does not list it, so nobody knows with which clips it shares people"
        )
        for name in store.sizes
        if suffix(name) in VIDEO_SUFFIXES and name not in listed
    ]
    return VideoTable(tuple(rows), (*missing, *unlisted), {TABLE: sha256(data)}).require(root)


def _listed(data: bytes) -> Iterator[tuple[str, tuple[int, bool]]]:
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig", errors="replace")))
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise AnalysisError(
            f"{TABLE}: the columns {', '.join(missing)} are missing; lay the clips out again."
        )
    for record in reader:
        file, component, alone = (record[name] or "" for name in COLUMNS)
        if not file or not component.isdecimal() or alone not in ("0", "1"):
            raise AnalysisError(
                f"{TABLE}, line {reader.line_num}: expected a file, a number and 0 or 1, received"
                f" {file}, {component}, {alone}."
            )
        yield file, (int(component), alone == "1")


def _rows(store: Store, name: str, number: int, *, alone: bool) -> Iterator[VideoRow]:
    path, group, split = store.path(name), f"component-{number:02d}", split_of(number)
    if alone:
        yield VideoRow(
            name,
            path,
            "FAKE",
            group,
            SOURCE,
            (group,),
            METHOD,
            split=split,
            bytes=store.sizes[name],
        )
        return
    yield VideoRow(
        f"{name}:left",
        path,
        "REAL",
        group,
        SOURCE,
        (group,),
        split=split,
        bytes=store.sizes[name],
        panel="left",
    )
    yield VideoRow(
        f"{name}:right", path, "FAKE", group, SOURCE, (group,), METHOD, split=split,
        bytes=store.sizes[name], panel="right", partner=path, partner_panel="left",
    )  # fmt: skip


DATA_SET = DataSet(
    name="side_by_side",
    hint="with pairs.csv",
    read=read_videos,
    source=SOURCE,
    settings=PAIRS,
    trained=Trained(
        folder="side_by_side",
        words="DeepFaceLab swaps next to their originals (frames of clips)",
        needs="clips side by side",
        source=DataSource(
            "DeepFaceLive, clips of originals next to DeepFaceLab swaps",
            "Terms unclear: research only.",
        ),
        shares={"pairs": 2, "blends": 1},
        split="side-by-side clips by component",
    ),
    clips=HeldClips("gathered", "pairs", "side-by-side swaps", "side-by-side test components"),
)
