"""Celeb-DF v2 in its own folders as a table of videos.

`Celeb-synthesis/idA_idB_NNNN.mp4` is the video `Celeb-real/idA_NNNN.mp4` with the face of idB, so
it involves two people. The official list of testing videos holds fakes of people who also occur in
the rest, so `splits.check` rejects it by people, and says so; `splits.assign` splits by groups of
people who are linked by fakes.

Source: Li et al., "Celeb-DF: A Large-scale Challenging Dataset for DeepFake Forensics", CVPR 2020.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from dfgui.core.errors import AnalysisError
from dfgui.core.media.media_files import VIDEO_SUFFIXES
from training.data.data_set import DataSet
from training.data.videos import Store, VideoRow, VideoTable, sha256, suffix
from training.results import Skipped

LABEL_OF = {"Celeb-real": "REAL", "YouTube-real": "REAL", "Celeb-synthesis": "FAKE"}
NAME = {
    "Celeb-real": re.compile(r"(id\d+)_(\d+)"),
    "YouTube-real": re.compile(r"()(\d+)"),
    "Celeb-synthesis": re.compile(r"(id\d+)_(id\d+)_(\d+)"),
}
TESTING = "List_of_testing_videos.txt"
LISTED_AS = {"1": "REAL", "0": "FAKE"}


def read_videos(root: str | Path) -> VideoTable:
    """All videos of the three folders.

    Those in the official list have the split `test`, all others `train`.

    Args:
        root: local folder or fsspec URL.

    Raises:
        AnalysisError: a class is empty, or the list of testing videos is cut off.
    """
    store = Store(root)
    listed = _listed(store)
    rows: list[VideoRow] = []
    skipped: list[Skipped] = []
    for name in store.sizes:
        folder = PurePosixPath(name).parent.name
        if folder in LABEL_OF and suffix(name) in VIDEO_SUFFIXES:
            one = _row(store, name, folder, listed)
            if isinstance(one, VideoRow):
                rows.append(one)
            else:
                skipped.append(one)
    known = {
        f"{PurePosixPath(name).parent.name}/{PurePosixPath(name).name}" for name in store.sizes
    }
    skipped += [
        Skipped(name, f"{TESTING} lists it, but the video is not there")
        for name in listed
        if name not in known
    ]
    files = {
        name: sha256(store.read(name))
        for name in store.sizes
        if PurePosixPath(name).name == TESTING
    }
    return VideoTable(tuple(rows), tuple(skipped), files).require(root)


def _listed(store: Store) -> dict[str, str]:
    """Label of each testing video, by folder and name."""
    found: dict[str, str] = {}
    for name in [name for name in store.sizes if PurePosixPath(name).name == TESTING]:
        for number, line in enumerate(
            store.read(name).decode("utf-8", errors="replace").splitlines(), start=1
        ):
            mark, _, video = line.strip().partition(" ")
            if not line.strip():
                continue
            if mark not in LISTED_AS or not suffix(video.strip()):
                raise AnalysisError(
                    f"{name}, line {number}: expected 0 or 1 and the name of a video, found"
                    f" {line.strip()!r}; copy it again."
                )
            found[video.strip()] = LISTED_AS[mark]
    return found


def _row(store: Store, name: str, folder: str, listed: dict[str, str]) -> VideoRow | Skipped:
    stem, short = PurePosixPath(name).stem, f"{folder}/{PurePosixPath(name).name}"
    match = NAME[folder].fullmatch(stem)
    if match is None:
        return Skipped(
            name,
            "its name does not say who it shows; expected one as"
            f" {'id0_id1_0000' if folder == 'Celeb-synthesis' else 'id0_0000'}",
        )
    if listed.get(short, LABEL_OF[folder]) != LABEL_OF[folder]:
        return Skipped(
            name,
            f"it has two labels: {LABEL_OF[folder]} by its folder, {listed[short]} in {TESTING}",
        )
    *people, number = match.groups()
    return VideoRow(
        file=name,
        path=store.path(name),
        label=LABEL_OF[folder],
        original=f"{people[0]}_{number}" if people[0] else f"YouTube-real/{number}",
        source="celebdf",
        people=tuple(person for person in people if person),
        method=folder,
        split="test" if short in listed else "train",
        bytes=store.sizes[name],
    )


DATA_SET = DataSet(name="celebdf", hint="", read=read_videos, source="celebdf")
