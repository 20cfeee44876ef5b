"""The labelled boxes: their form, the counts in their README, and that Haar still proposes them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from dfgui.core.analysis.scan import find_faces, new_tracker
from dfgui.core.faces.finder import finder
from dfgui.core.faces.haar import detect
from dfgui.core.geometry import Box
from dfgui.core.media.media_files import sample_indices
from dfgui.core.media.video import open_media
from tests.support.real_data import FFPP, needs_ffpp

DATA = Path(__file__).parents[2] / "data"
FRAMES = {"ffpp_train": 32, "speaking": 8}
STATE_PEOPLE = ("035", "036", "055", "147")
KINDS = (
    "frontal",
    "profile",
    "dark_skin",
    "glasses",
    "beard",
    "mask",
    "hat",
    "child",
    "old",
    "hand_over_face",
    "blurred",
)
COLUMNS = (
    ("ffpp_train", "choose"),
    ("ffpp_train", "state"),
    ("speaking", "choose"),
    ("speaking", "state"),
)
CLIP_NAMES = {
    "ffpp_train": r"original/\d{3}|(Deepfakes|FaceSwap|Face2Face)/\d{3}_\d{3}",
    "speaking": r"speaking_\d\d",
}


class Labelled(NamedTuple):
    """A row of the table."""

    set: str
    clip: str
    frame: int
    box: Box
    label: str
    kinds: tuple[str, ...]
    note: str

    @property
    def part(self) -> tuple[str, str]:
        """The set and half of a clip."""
        in_state = (
            int(self.clip[-2:]) % 2 == 1
            if self.set == "speaking"
            else self.clip.split("/")[1][:3] in STATE_PEOPLE
        )
        return self.set, "state" if in_state else "choose"


@cache
def rows() -> list[Labelled]:
    with (DATA / "face_boxes.csv").open(newline="", encoding="utf-8") as file:
        return [
            Labelled(
                row["set"],
                row["clip"],
                int(row["frame"]),
                Box(*(int(row[side]) for side in "xywh")),
                row["label"],
                tuple(filter(None, row["kind"].split(";"))),
                row["note"],
            )
            for row in csv.DictReader(file, strict=True)
        ]


def stated(first: str) -> list[list[str]]:
    """Rows of the README's table whose first heading is `first`."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    table = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    assert table
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


def boxes_of(clip: str) -> dict[int, list[Box]]:
    found: dict[int, list[Box]] = {}
    for row in rows():
        if row.clip == clip:
            found.setdefault(row.frame, []).append(row.box)
    return found


def path_of(clip: str) -> Path:
    method, name = clip.split("/")
    folder = (
        "original_sequences/youtube" if method == "original" else f"manipulated_sequences/{method}"
    )
    return FFPP / folder / "c23" / "videos" / f"{name}.mp4"


def test_each_row_has_a_known_set_clip_label_and_kind() -> None:
    for row in rows():
        assert re.fullmatch(CLIP_NAMES[row.set], row.clip), row
        assert row.label in ("face", "pattern", "unsure"), row
        assert list(row.kinds) == [kind for kind in KINDS if kind in row.kinds], row


def test_boxes_are_squares_inside_a_frame_and_none_comes_twice() -> None:
    keys = [(row.set, row.clip, row.frame, *row.box) for row in rows()]
    assert keys == sorted(set(keys))
    for row in rows():
        assert row.frame >= 0, row
        assert min(row.box.x, row.box.y) >= 0, row
        assert min(row.box.w, row.box.h) >= 24, row  # the detector's smallest face
        # The cascade's window is square; rounding may take a pixel.
        assert abs(row.box.w - row.box.h) <= 1, row


def test_a_face_has_one_pose_and_what_is_no_face_says_what_it_is() -> None:
    for row in rows():
        if row.label == "face":
            assert len({"frontal", "profile"} & set(row.kinds)) == 1, row
        else:
            assert row.note, row
            assert row.kinds == (), row


def test_no_frame_has_two_faces_and_no_clip_more_frames_than_were_looked_at() -> None:
    # Each of these clips shows one person; a second face in a frame is a wrong label.
    faces = Counter((row.clip, row.frame) for row in rows() if row.label == "face")
    assert set(faces.values()) == {1}
    frames = Counter(clip for clip, _ in {(row.clip, row.frame) for row in rows()})
    assert all(frames[row.clip] <= FRAMES[row.set] for row in rows())


def test_the_readme_states_the_counts() -> None:
    labels = Counter((*row.part, row.label) for row in rows())
    clips = Counter(part for part, _ in {(row.part, row.clip) for row in rows()})
    boxes = Counter(row.part for row in rows())
    table = {(line[0], line[1]): [int(cell) for cell in line[2:]] for line in stated("set")}
    assert table == {
        part: [
            clips[part],
            boxes[part],
            *(labels[(*part, label)] for label in ("face", "pattern", "unsure")),
        ]
        for part in COLUMNS
    }


def test_the_readme_states_the_kinds() -> None:
    kinds = Counter((kind, row.part) for row in rows() for kind in row.kinds)
    table = {line[0]: [int(cell) for cell in line[1:]] for line in stated("kind")}
    assert table == {kind: [kinds[kind, part] for part in COLUMNS] for kind in KINDS}


@needs_ffpp
@pytest.mark.parametrize("clip", ["Deepfakes/147_055", "FaceSwap/097_033"])
def test_a_scan_of_a_clip_proposes_the_boxes_of_the_table(clip: str) -> None:
    # The first has most patterns and ten tracks; in the second, patterns come and go.
    with open_media(path_of(clip)) as media:
        tracker = new_tracker(media, FRAMES["ffpp_train"])
        frames = media.frames(sample_indices(media.count, FRAMES["ffpp_train"]))
        found = {
            frame.index: [face.box for face in find_faces(frame, tracker, finder("haar"), None)]
            for frame in frames
        }
    assert {index: boxes for index, boxes in found.items() if boxes} == boxes_of(clip)


@needs_ffpp
@pytest.mark.parametrize(
    "clip",
    ["original/033", "original/055", "original/134", "Deepfakes/210_241", "Face2Face/241_210"],
)
def test_the_first_frame_gives_the_boxes_of_the_table(clip: str) -> None:
    with open_media(path_of(clip)) as media:
        first = sample_indices(media.count, FRAMES["ffpp_train"])[0]
        (frame,) = media.frames([first])
    assert detect(frame.rgb) == boxes_of(clip)[first]
