"""Small data sets of every kind, laid out for calibration and tests, and prepared for training."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from dfgui.core.errors import AnalysisError
from tests.training.faces import Picture, frame, replaced, write_clip, write_crops, write_pair
from training.data.lookup import read_videos
from training.data.prepared.shards import Manifest, PrepareSettings, ShardWriter, lock
from training.data.preparing.examine import examine
from training.data.preparing.examine_pair import examine_pair

PAIRS = {"train": 1, "validation": 3, "test": 0}  # a side-by-side component of each split, as drawn
SPEAKING = {"train": "speaking_01", "validation": "speaking_03", "test": "speaking_00"}
FFPP = {"train": ("001", "002"), "test": ("469", "481")}
FRAMES = 9


def beside(real: Picture, fake: Picture) -> Picture:
    """The two halves of a side-by-side clip."""
    return np.concatenate([real, fake], axis=1)


def write_beside(path: Path, *, frames: int = FRAMES) -> Path:
    """A side-by-side clip of one person."""
    return write_clip(
        path, [beside(frame(number), replaced(frame(number))) for number in range(frames)]
    )


def write_data(folder: Path, *, crops: int = 4) -> Path:
    """`dfdc_faces.csv` with this many pairs per split, and `ffpp`.

    The latter has one pair of people to train on and one to test on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_crops(folder, dict.fromkeys(("train", "validation", "test"), crops))
    for one, other in FFPP.values():
        for person, donor in ((one, other), (other, one)):
            write_pair(folder / "ffpp", person, donor, frames=FRAMES)
    return folder


def write_gathered(folder: Path) -> Path:
    """`pairs` and `real_clips`, a component and a person of each split."""
    (folder / "pairs").mkdir(parents=True)
    for number in PAIRS.values():
        write_beside(folder / "pairs" / f"pair_{number:02d}.mp4")
    rows = [f"pair_{number:02d}.mp4,{number},0" for number in sorted(PAIRS.values())]
    (folder / "pairs" / "pairs.csv").write_text(
        "\n".join(["file,component,one_panel", *rows, ""]), encoding="utf-8"
    )
    for name in SPEAKING.values():
        write_clip(
            folder / "real_clips" / f"{name}.mp4", [frame(number) for number in range(FRAMES)]
        )
    return folder


def write_stills(folder: Path) -> Path:
    """A real and a fake still to train on, and as many to choose by."""
    for split in ("train", "validation"):
        for label, picture in (("real", frame(0)), ("fake", replaced(frame(1)))):
            path = folder / split / label / "0.png"
            path.parent.mkdir(parents=True)
            cv2.imwrite(str(path), picture[:, :, ::-1])
    return folder


def prepare_here(kind: str, data: Path, out: Path, settings: PrepareSettings) -> None:
    """As `prepare`, in one shard, in this process, without the test part."""
    table = read_videos(kind, data)
    table = table.paired() if settings.pairs else table
    lock(out, settings)
    writer = ShardWriter(out, 0)
    for row in table.rows:
        if row.split != "test":
            try:
                look = examine_pair if row.partner and settings.pairs else examine
                writer.add(row, look(row, settings, out / "scratch"))
            except AnalysisError as error:
                pytest.fail(f"{row.file}: {error}")
    Manifest(out).append(writer.write())


def prepare_all(data: Path, gathered: Path, stills: Path, shards: Path) -> Path:
    """Every data set that the recipe reads, three frames of each clip, without landmarks."""
    clips = PrepareSettings(frames=3, size=0, face_size=96, face_scale=1.6)
    pairs = PrepareSettings(frames=3, size=0, face_size=96, face_scale=1.6, pairs=True)
    prepare_here(
        "crops",
        data,
        shards / "crops",
        PrepareSettings(frames=1, size=0, faces="whole", face_size=96, face_scale=1.0),
    )
    prepare_here("ffpp", data / "ffpp", shards / "ffpp", pairs)
    prepare_here("side_by_side", gathered / "pairs", shards / "side_by_side", pairs)
    prepare_here("real_clips", gathered / "real_clips", shards / "speaking", clips)
    prepare_here(
        "stills",
        stills,
        shards / "stills",
        PrepareSettings(frames=1, size=0, face_size=96, face_scale=1.5),
    )
    return shards
