"""The answers of a worker in a real process about the regions of a face."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dfgui.core.analysis_results import (
    OcclusionSettings,
)
from dfgui.core.faces.regions import PAIRS, REGIONS, region_labels
from dfgui.core.geometry import Box
from dfgui.core.values import Array
from dfgui.resources import resource
from dfgui.worker.messages import FAULT, Failed, Map, Mapped, Outline, Outlined, ScoreFace
from dfgui.worker.process import Worker
from tests.support.landmarks import rectangles

CLIP = os.fsencode(resource("demo", "portrait-altered.mp4"))
FACE = Box(219, 72, 141, 141)
SIZE = 32  # from the network that scores the mean red
BY_REGIONS = OcclusionSettings(by="regions")
BF16 = 0.01  # maps may be made in bf16, whose numbers have three digits
LABELS = region_labels(rectangles() * (SIZE / 100), SIZE)


def score(red: float) -> float:
    return 1 / (1 + math.exp(-(red - 128) / 16))


@pytest.fixture(scope="module")
def worker(package: Path) -> Iterator[Worker]:
    worker = Worker(threads=2)
    worker.prepare(str(package))
    yield worker
    worker.close()


def no_parts(part: object) -> None:
    raise AssertionError(f"nothing comes on the way, but {part}")


def test_the_regions_of_the_face_in_a_frame(worker: Worker) -> None:
    answer = worker.ask(Outline(1, CLIP, 20, FACE, 160, 1.25), lambda _part: None)
    assert isinstance(answer, Outlined)
    labels = answer.labels.numpy()
    assert labels.shape == (160, 160)
    assert set(np.unique(labels)) == set(range(len(REGIONS)))
    # The eyes of the portrait: the person's right eye on the left of the picture.
    assert [REGIONS[label] for label in (labels[60, 52], labels[60, 108], labels[85, 80])] == [
        "right_eye",
        "left_eye",
        "nose",
    ]


def test_no_landmarks_are_a_sentence(worker: Worker) -> None:
    answer = worker.ask(Outline(2, CLIP, 20, Box(0, 0, 60, 60), 160, 1.0), lambda _part: None)
    assert isinstance(answer, Failed)
    assert (answer.sentence[:51], answer.trace) == (
        "No landmarks of a face were found in this box, so i",
        "",
    )


def test_a_box_outside_the_frame_is_a_sentence(worker: Worker) -> None:
    answer = worker.ask(Outline(3, CLIP, 20, Box(5000, 0, 60, 60), 160, 1.0), lambda _part: None)
    assert answer == Failed(3, "The box lies outside the frame; draw it over the face.")


def test_a_map_by_hand(worker: Worker) -> None:
    """All is 200 red: hiding a share of the picture takes that share of 200 from the mean."""
    crop = np.zeros((SIZE, SIZE, 3), np.uint8)
    crop[..., 0] = 200
    answer = worker.ask(Map(4, Array.of(crop), BY_REGIONS, Array.of(LABELS)), no_parts)
    assert isinstance(answer, Mapped)
    assert (answer.complete, answer.error, answer.faithfulness) == (True, 0.0, None)
    assert [one.region for one in answer.regions] == [*REGIONS, *PAIRS]
    assert answer.evaluated == answer.total == len(answer.regions)
    values = answer.values.numpy()
    for one in answer.regions:
        expected = score(200) - score(200 * (1 - one.pixels / SIZE**2))
        assert one.drop == pytest.approx(expected, abs=BF16)
        if one.region in REGIONS:
            assert (values[REGIONS.index(one.region) == LABELS] == np.float32(one.drop)).all()


@pytest.mark.parametrize(
    "labels", [None, LABELS[:8], LABELS.astype(np.float32), np.full((SIZE, SIZE), 11, np.uint8)]
)
def test_labels_that_do_not_fit_are_a_fault_and_the_worker_goes_on(
    labels: np.ndarray | None, worker: Worker
) -> None:
    crop = Array.of(np.full((SIZE, SIZE, 3), 128, np.uint8))
    answer = worker.ask(
        Map(5, crop, BY_REGIONS, None if labels is None else Array.of(labels)), no_parts
    )
    assert isinstance(answer, Failed)
    assert answer.sentence == FAULT
    assert worker.ask(ScoreFace(6, crop), no_parts).id == 6
