"""Requests about a face: values by hand, the newest request of a kind wins, and each ends once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import (
    InspectSettings,
    OcclusionSettings,
)
from dfgui.core.geometry import Box
from dfgui.core.values import Array
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.worker.messages import Cancelled, Final, Hidden, Inspected, Mapped
from tests.support.clips import make_clip
from tests.support.packages import make_package
from tests.support.program import SCORE_RED_85, SCORE_RED_170, Y_RED_170

WAIT_MS = 60_000
BLACK = OcclusionSettings(16, 16, "black", "drop")
FINE = OcclusionSettings(2, 1, "black", "drop")
BF16 = 0.01


class Ear:
    """Records the messages of `FaceQueries`, in order."""

    def __init__(self, face_queries: FaceQueries) -> None:
        self.face_queries = face_queries
        self.scores: list[float] = []
        self.maps: list[Mapped] = []
        self.hidden: list[Hidden] = []
        self.followed: list[tuple[int, float]] = []
        self.finished: list[str] = []
        self.failed: list[tuple[str, str]] = []
        face_queries.scored.connect(self.scores.append)
        face_queries.mapped.connect(self.maps.append)
        face_queries.hidden.connect(self.hidden.append)
        face_queries.followed.connect(lambda index, drop: self.followed.append((index, drop)))
        face_queries.finished.connect(self.finished.append)
        face_queries.failed.connect(lambda kind, sentence: self.failed.append((kind, sentence)))


@pytest.fixture
def ear(qapp: object, package: Path) -> Iterator[Ear]:
    face_queries = FaceQueries(str(package))
    yield Ear(face_queries)
    face_queries.close()
    face_queries.deleteLater()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("clips") / "flat.mkv"
    return str(
        make_clip(
            path, codec="ffv1", frames=50, size=(64, 64), flat=(Y_RED_170, 128, 128), colour=(5, 1)
        )
    )


def flat(red: int) -> Array:
    return Array.of(np.full((32, 32, 3), red, np.uint8))


def score(red: float) -> float:
    return 1 / (1 + math.exp(-(red - 128) / 16))


def until(qtbot: QtBot, ready: Callable[[], bool]) -> None:
    qtbot.waitUntil(ready, timeout=WAIT_MS)


def test_each_kind_of_question_by_hand(qtbot: QtBot, ear: Ear, clip: str) -> None:
    face_queries = ear.face_queries
    face_queries.score(flat(170))
    face_queries.map(flat(170), BLACK)
    face_queries.hide(flat(170), Box(0, 0, 16, 32), BLACK)
    face_queries.follow(
        clip, [(3, Box(0, 0, 64, 64)), (7, Box(0, 0, 32, 32))], (0, 0, 1, 0.25), BLACK
    )
    assert [kind for kind in ("score", "map", "hide", "follow") if face_queries.is_busy(kind)] == [
        "score",
        "map",
        "hide",
        "follow",
    ]
    until(qtbot, lambda: len(ear.finished) == 4)
    assert ear.finished == ["score", "map", "hide", "follow"]
    assert ear.scores == [pytest.approx(SCORE_RED_170, abs=1e-6)]
    assert [made.complete for made in ear.maps] == [False] * (len(ear.maps) - 1) + [True]
    assert ear.maps[-1].faithfulness is not None
    assert ear.maps[-1].values.numpy() == pytest.approx(score(170) - score(170 * 0.75), abs=BF16)
    assert [one.drop for one in ear.hidden] == pytest.approx([score(170) - score(85)], abs=BF16)
    assert [index for index, _ in ear.followed] == [3, 7]
    assert [drop for _, drop in ear.followed] == pytest.approx(
        [score(170) - score(170 * 0.75)] * 2, abs=BF16
    )
    assert (ear.failed, face_queries.busy, face_queries.is_busy("map")) == ([], False, False)


def test_a_new_question_of_a_kind_replaces_the_one_before(qtbot: QtBot, ear: Ear) -> None:
    for red in (0, 50, 100, 85):
        ear.face_queries.score(flat(red))
    ear.face_queries.map(flat(255), FINE)
    until(qtbot, lambda: bool(ear.maps))
    count = len(ear.maps)
    ear.face_queries.map(flat(85), BLACK)
    until(qtbot, lambda: "map" in ear.finished)
    assert ear.scores == [pytest.approx(SCORE_RED_85, abs=1e-6)]
    assert ear.finished == ["score", "map"]
    assert all(made.base == pytest.approx(score(85), abs=BF16) for made in ear.maps[count:])
    until(qtbot, lambda: not ear.face_queries.busy)
    assert ear.finished == ["score", "map"]


def test_a_cancelled_question_is_finished_at_once_and_says_no_more(
    qtbot: QtBot, ear: Ear, clip: str
) -> None:
    ear.face_queries.follow(
        clip, [(index, Box(0, 0, 64, 64)) for index in range(50)], (0, 0, 1, 1), BLACK
    )
    until(qtbot, lambda: len(ear.followed) >= 2)
    count = len(ear.followed)
    ear.face_queries.cancel("follow")
    assert (ear.finished, ear.face_queries.is_busy("follow")) == (["follow"], False)
    ear.face_queries.cancel("follow")
    ear.face_queries.cancel("map")
    ear.face_queries.score(flat(170))
    until(qtbot, lambda: not ear.face_queries.busy)
    assert (len(ear.followed), ear.finished) == (count, ["follow", "score"])


def test_what_cannot_be_answered_is_a_sentence(qtbot: QtBot, ear: Ear, tmp_path: Path) -> None:
    ear.face_queries.follow(
        str(tmp_path / "missing.mp4"), [(0, Box(0, 0, 4, 4))], (0, 0, 1, 1), BLACK
    )
    ear.face_queries.hide(flat(170), Box(50, 50, 4, 4), BLACK)
    until(qtbot, lambda: len(ear.finished) == 2)
    assert [kind for kind, _ in ear.failed] == ["follow", "hide"]
    assert ear.failed[1][1] == "The region to hide lies outside the face; draw it inside."
    assert all(sentence.endswith(".") for _, sentence in ear.failed)


def test_a_frame_is_taken_apart_for_an_export(qtbot: QtBot, ear: Ear, clip: str) -> None:
    answers: list[Final] = []
    settings = InspectSettings(frame=9, box=Box(0, 0, 64, 64), occlusion=BLACK)
    ear.face_queries.inspect(clip, settings, answers.append)
    until(qtbot, lambda: bool(answers))
    (answer,) = answers
    assert isinstance(answer, Inspected)
    assert (answer.result.path, answer.result.index) == (clip, 9)
    assert answer.result.score == pytest.approx(SCORE_RED_170, abs=1e-6)


def test_another_network_answers_from_then_on(qtbot: QtBot, ear: Ear, tmp_path: Path) -> None:
    ear.face_queries.map(flat(170), FINE)
    until(qtbot, lambda: bool(ear.maps))
    ear.face_queries.use_model(str(make_package(tmp_path / "other", divisor=32.0)))
    count = len(ear.maps)
    assert not ear.face_queries.is_busy("map")
    ear.face_queries.score(flat(170))
    until(qtbot, lambda: bool(ear.scores))
    assert ear.scores == [pytest.approx(1 / (1 + math.exp(-(170 - 128) / 32)), abs=1e-6)]
    assert len(ear.maps) == count


def test_a_change_of_network_ends_what_was_asked(
    qtbot: QtBot, ear: Ear, clip: str, package: Path
) -> None:
    answers: list[Final] = []
    ear.face_queries.map(flat(170), FINE)
    ear.face_queries.inspect(clip, InspectSettings(), answers.append)
    until(qtbot, lambda: bool(ear.maps))
    ear.face_queries.use_model(str(package))
    assert ear.finished == ["map"]
    assert [type(answer) for answer in answers] == [Cancelled]
    assert not ear.face_queries.busy
