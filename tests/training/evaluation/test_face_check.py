"""The face check's measures equal those worked out by hand, on the labels of the table."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from scipy.stats import binomtest

from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.geometry import Box
from dfgui.resources import FACE_CHECK, resource
from training.evaluation.face_check import (
    Judged,
    LabelledBox,
    chosen_threshold,
    clip_path,
    convert,
    exact_interval,
    judge,
    lost,
    metrics,
    outcomes,
    read_boxes,
    write_card,
)

TABLE = Path(__file__).resolve().parents[2] / "data" / "face_boxes.csv"
PORTRAIT = resource("demo", "portrait.mp4")


def judged(
    label: str,
    presence: float,
    *,
    clip: str = "speaking_01",
    track: int = 1,
    kinds: tuple[str, ...] = (),
) -> Judged:
    return Judged(LabelledBox("speaking", clip, 0, Box(0, 0, 9, 9), label, kinds), presence, track)


def test_the_table_is_parted_as_its_notes_say() -> None:
    boxes = read_boxes(TABLE)
    counted = Counter((box.set, box.is_stated_on, box.label) for box in boxes)
    assert counted == {
        ("ffpp_train", False, "face"): 768,
        ("ffpp_train", False, "pattern"): 146,
        ("ffpp_train", False, "unsure"): 97,
        ("ffpp_train", True, "face"): 255,
        ("ffpp_train", True, "pattern"): 70,
        ("ffpp_train", True, "unsure"): 1,
        ("speaking", False, "face"): 209,
        ("speaking", False, "pattern"): 56,
        ("speaking", False, "unsure"): 1,
        ("speaking", True, "face"): 219,
        ("speaking", True, "pattern"): 35,
        ("speaking", True, "unsure"): 4,
    }


def test_a_clip_is_where_the_data_sets_have_it_or_refused(tmp_path: Path) -> None:
    fake = LabelledBox("ffpp_train", "Deepfakes/033_097", 0, Box(0, 0, 9, 9), "face")
    place = (
        tmp_path / "ffpp" / "manipulated_sequences" / "Deepfakes" / "c23" / "videos" / "033_097.mp4"
    )
    with pytest.raises(AnalysisError, match=r"033_097\.mp4 is missing"):
        clip_path(fake, tmp_path, tmp_path)
    place.parent.mkdir(parents=True)
    place.touch()
    assert clip_path(fake, tmp_path, tmp_path) == place
    (tmp_path / "speaking_07.mp4").touch()
    assert (
        clip_path(judged("face", 1.0, clip="speaking_07").box, tmp_path, tmp_path)
        == tmp_path / "speaking_07.mp4"
    )


def test_the_threshold_is_the_middle_of_the_widest_range_without_a_mistake() -> None:
    # Nothing is wrong between -1 and 20 except for the pattern at 8: the widest range without
    # another box is 8 to 20.
    rows = [judged("face", value) for value in (20.0, 25.0, 30.0)] + [
        judged("pattern", value) for value in (-9.0, -1.0, 8.0)
    ]
    assert chosen_threshold(rows) == 14.0
    # A face at 0 is lost rather than two patterns kept; a box that nobody is sure of does not
    # count.
    rows += [judged("face", 0.0), judged("pattern", 7.0), judged("unsure", 12.0)]
    assert chosen_threshold(rows) == 14.0


def test_what_becomes_of_boxes_alone_and_in_tracks() -> None:
    rows = [
        judged("face", 30.0, kinds=("frontal", "glasses")),
        judged("face", 5.0, kinds=("profile",)),
        judged("pattern", -5.0, track=2),
        judged("pattern", 15.0, track=2),  # passes, and so does its track: one of two boxes
        judged("face", 30.0, track=3, kinds=("frontal",)),  # lost with its track: one of three
        judged("pattern", -5.0, track=3),
        judged("pattern", -5.0, track=3),
        # the same number in another clip
        judged("face", 30.0, track=3, clip="speaking_03", kinds=("frontal",)),
        judged("unsure", 0.0, track=3, clip="speaking_03"),
    ]
    found = outcomes(rows, 10.0)
    right = {words: sum(outcome.right) / len(outcome.right) for words, outcome in found.items()}
    assert right == {
        "patterns left out": 3 / 4,
        "faces kept": 3 / 4,
        "patterns left out, with the rule for tracks": 3 / 4,
        "faces kept, with the rule for tracks": 2 / 4,
        "faces kept: frontal": 2 / 3,
        "faces kept: glasses": 1.0,
        "faces kept: profile": 0.0,
    }
    assert lost(rows, 10.0) == [rows[1]]
    by_name = {metric.name: metric for metric in metrics("hand", found)}
    expected = binomtest(3, 4).proportion_ci(0.95, method="exact")
    kept = by_name["faces kept"]
    assert (kept.value, kept.low, kept.high, kept.n, kept.groups) == (
        0.75,
        round(expected.low, 4),
        round(expected.high, 4),
        4,
        2,
    )
    assert (
        by_name["faces kept, a clip counts once"].n,
        by_name["patterns left out, a clip counts once"].n,
    ) == (2, 1)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (3, 10), (10, 10), (474, 474)])
def test_exact_intervals_are_scipys(hits: int, n: int) -> None:
    expected = binomtest(hits, n).proportion_ci(0.95, method="exact")
    assert exact_interval(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_boxes_are_judged_and_followed_as_in_a_scan() -> None:
    # The portrait's face and the wall, as tests/core/faces/test_check.py has them from another
    # program.
    face, wall = Box(212, 81, 142, 142), Box(361, 150, 198, 198)
    boxes = [
        LabelledBox("speaking", "speaking_01", frame, box, "face")
        for frame in (38, 40)
        for box in (face, wall)
    ]
    told: list[str] = []
    found = judge(
        boxes,
        FaceCheck(load_face_check(resource("models", FACE_CHECK))),
        lambda _: PORTRAIT,
        told.append,
    )
    assert [one.track for one in found] == [1, 2, 1, 2]
    assert found[2].presence == pytest.approx(29.94, abs=0.05)
    assert all((one.presence > 12) is (one.box.box == face) for one in found)
    assert told == ["4 of 4 boxes: speaking_01"]


def test_a_file_that_is_no_network_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.tflite").write_text("no network")
    with pytest.raises(
        AnalysisError, match=r"text\.tflite is no network that takes pictures of 256 x 256"
    ):
        convert(tmp_path / "text.tflite", tmp_path / "out")


def test_a_network_is_converted_with_its_numbers(tmp_path: Path) -> None:
    # OpenVINO reads its own format the same way; the .tflite itself is not part of the project.
    convert(resource("models", FACE_CHECK, "model.xml"), tmp_path / "out")
    given = np.random.default_rng(0).random((1, 256, 256, 3), dtype=np.float32)
    before, after = (
        ov.Core().compile_model(folder / "model.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(
            {0: given}
        )
        for folder in (resource("models", FACE_CHECK), tmp_path / "out")
    )
    assert [float(value.ravel()[0]) for value in after.values()] == [
        float(value.ravel()[0]) for value in before.values()
    ]


def test_a_card_is_written_with_the_hashes_of_its_files(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(resource("models", FACE_CHECK), tmp_path / "face-check"))
    card = load_face_check(folder).card
    with (folder / "model.xml").open("a") as file:
        file.write("\n")
    written = write_card(folder, card)
    assert written.card.files["model.bin"] == card.files["model.bin"]
    assert written.card.files["model.xml"] != card.files["model.xml"]
