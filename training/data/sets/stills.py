"""Pictures of faces with their surroundings as a table of videos.

They are in `train/real`, `train/fake`, `validation/real` and `validation/fake`. Nothing says which
fake was made from which real picture, so each stands alone.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from dfgui.core.media.media_files import STILL_SUFFIXES
from dfgui.core.network.package import DataSource
from training.data.data_set import DataSet, Trained
from training.data.prepared.shards import PrepareSettings
from training.data.videos import Store, VideoRow, VideoTable, suffix

SOURCE = "stills"
SPLITS = "train", "validation", "test"
LABEL_OF = {"real": "REAL", "fake": "FAKE"}


def read_videos(root: str | Path) -> VideoTable:
    """All pictures of these folders.

    Args:
        root: local folder or fsspec URL.

    Raises:
        AnalysisError: a class is empty.
    """
    store = Store(root)
    return VideoTable(
        tuple(_row(store, name) for name in store.sizes if _is_one(PurePosixPath(name)))
    ).require(root)


def _is_one(name: PurePosixPath) -> bool:
    return (
        len(name.parts) == 3
        and name.parts[0] in SPLITS
        and name.parts[1] in LABEL_OF
        and suffix(name.name) in STILL_SUFFIXES
    )


def _row(store: Store, name: str) -> VideoRow:
    split, label, _ = PurePosixPath(name).parts
    original = str(PurePosixPath(name).with_suffix(""))
    return VideoRow(
        name,
        store.path(name),
        LABEL_OF[label],
        original,
        SOURCE,
        split=split,
        bytes=store.sizes[name],
    )


DATA_SET = DataSet(
    name="stills",
    hint="",
    read=read_videos,
    source=SOURCE,
    settings=PrepareSettings(frames=1, size=0, face_size=224, face_scale=1.5, landmarks=True),
    names_people=False,
    trained=Trained(
        folder="stills",
        words="stills, real and GAN-made",
        needs="stills",
        source=DataSource("stills that look like OpenForensics", "Terms unclear: research only."),
        shares={"unrelated": 1},
    ),
)
