"""A folder of real clips of one person each, as a table of videos."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import VIDEO_SUFFIXES
from dfgui.core.network.package import DataSource
from training.data.data_set import CLIPS, DataSet, HeldClips, Trained
from training.data.held_out import split_of_clip
from training.data.videos import Store, VideoRow, VideoTable, suffix

SOURCE = "real_clips"


def read_videos(root: str | Path) -> VideoTable:
    """All clips below `root`, each with a person of its own.

    `held_out` says which ones train, choose and test.

    Args:
        root: local folder or fsspec URL.

    Raises:
        AnalysisError: there is none.
    """
    store = Store(root)
    rows = tuple(_row(store, name) for name in store.sizes if suffix(name) in VIDEO_SUFFIXES)
    if not rows:
        raise AnalysisError(f"{root} holds no video; name the folder with the real clips.")
    return VideoTable(rows, classes=("REAL",))


def _row(store: Store, name: str) -> VideoRow:
    person = str(PurePosixPath(name).with_suffix(""))
    split = split_of_clip(PurePosixPath(name).stem)
    return VideoRow(
        name,
        store.path(name),
        "REAL",
        person,
        SOURCE,
        (person,),
        split=split,
        bytes=store.sizes[name],
    )


DATA_SET = DataSet(
    name="real_clips",
    hint="",
    read=read_videos,
    source=SOURCE,
    settings=CLIPS,
    trained=Trained(
        folder="speaking",
        words="people speaking (frames of clips)",
        needs="people speaking",
        source=DataSource(
            "talk-vid, people speaking",
            "The clips come from its repository without terms of their own: research only.",
        ),
        shares={"blends": 1},
        split="people speaking by person",
    ),
    clips=HeldClips("gathered", "real_clips", "people speaking", "people speaking, test clips"),
)
