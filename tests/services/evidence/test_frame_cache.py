"""The views get the frame that is wanted last, once, with its hash, even if the worker dies."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from dfgui.core.analysis.error_levels import error_level_map
from dfgui.core.geometry import Box
from dfgui.core.media.facts import MediaFacts, ViewSettings
from dfgui.services.evidence import frame_cache as module
from dfgui.services.evidence.frame_cache import DEPTH, FrameCache, ViewPicture
from dfgui.services.worker_client import NICENESS
from dfgui.worker import process
from dfgui.worker.messages import (
    Failed,
    Final,
    Found,
    Hashed,
    Heard,
    Measured,
    Played,
    Render,
    Request,
    WasCut,
)
from tests.support.clips import make_clip, read_number

FAKE = str(Path(__file__).parents[2] / "worker" / "fake.py")
ENDED = "The analysis of this file stopped: its process ended unexpectedly."
FAULT = "The analysis of this file stopped because of a fault in the program; the log says where."
WAIT_MS = 60_000
VIEWS = (ViewSettings(), ViewSettings("error_levels"), ViewSettings("noise"))
FACE_VIEWS = (ViewSettings("face_only"), ViewSettings(), ViewSettings("noise"))
WIDTH, HEIGHT, FRAMES = 320, 64, 60


class Eye:
    """Records what a frame cache shows and what it asks for."""

    def __init__(self, frame_cache: FrameCache) -> None:
        self.frame_cache = frame_cache
        self.views: dict[int, ViewPicture] = {}
        self.seen: list[tuple[int, int]] = []
        self.sentences: dict[int, str] = {}
        self.opened: list[MediaFacts] = []
        self.failed: list[str] = []
        self.deaths: list[str] = []
        self.asked: list[Request] = []
        self.engines: list[str] = []
        frame_cache._client.engine_found.connect(self.engines.append)
        frame_cache.shown.connect(self._on_shown)
        frame_cache.view_failed.connect(
            lambda view, sentence: self.sentences.update({view: sentence})
        )
        frame_cache.opened.connect(self.opened.append)
        frame_cache.failed.connect(self.failed.append)
        frame_cache.died.connect(self.deaths.append)
        for client in (frame_cache._client, frame_cache._reader):
            client.asked.connect(self.asked.append)

    def _on_shown(self, view: int, shown: ViewPicture) -> None:
        self.views[view] = shown
        self.seen.append((view, shown.frame.index))

    def is_at(self, index: int) -> bool:
        """Whether all three views show the frame, and the original with its hash."""
        whole = [
            view
            for view, shown in self.views.items()
            if shown.frame.index == index and (view != 0 or shown.frame.sha256)
        ]
        return len(whole) == 3

    def pictures_asked(self) -> list[Render]:
        return [request for request in self.asked if isinstance(request, Render)]


@pytest.fixture
def watch(qapp: object) -> Iterator[Callable[..., Eye]]:
    """Make a frame cache, and the object that records its messages."""
    eyes: list[Eye] = []

    def make(settings: tuple[ViewSettings, ...] = VIEWS) -> Eye:
        eyes.append(Eye(FrameCache(lambda view, index: settings[view])))
        return eyes[-1]

    yield make
    for eye in eyes:
        eye.frame_cache.close()
        eye.frame_cache.deleteLater()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make workers misbehave in the way that the name of the file says."""
    monkeypatch.setattr(process, "command", lambda: [sys.executable, FAKE, "well"])


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(
        make_clip(
            tmp_path_factory.mktemp("clips") / "numbers.mp4",
            frames=FRAMES,
            size=(WIDTH, HEIGHT),
            audio=True,
        )
    )


def number_in(shown: ViewPicture) -> int:
    return read_number(shown.picture[..., 2::-1])


def opened(qtbot: QtBot, eye: Eye, path: str, count: int = FRAMES) -> None:
    eye.frame_cache.open(path)
    qtbot.waitUntil(
        lambda: eye.frame_cache.facts is not None and eye.frame_cache.facts.count == count,
        timeout=WAIT_MS,
    )


def at(qtbot: QtBot, eye: Eye, index: int) -> None:
    qtbot.waitUntil(lambda: eye.is_at(index), timeout=WAIT_MS)


def idle(qtbot: QtBot, eye: Eye) -> None:
    qtbot.waitUntil(lambda: not eye.frame_cache.busy, timeout=WAIT_MS)


def test_a_file_opens_at_its_first_frame_in_every_view(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    original, levels, noise = (eye.views[view] for view in range(3))
    rgb = np.ascontiguousarray(original.picture[..., 2::-1])
    assert (eye.opened[0].path, original.frame.pts_s, original.frame.type, original.values) == (
        clip,
        0.0,
        "I",
        None,
    )
    assert original.frame.sha256 == hashlib.sha256(b"64x320x3 " + rgb.tobytes()).hexdigest()
    assert levels.values is not None
    assert noise.values is not None
    assert (levels.values == error_level_map(rgb).astype(np.float16)).all()
    assert (levels.settings, noise.settings) == VIEWS[1:]
    idle(qtbot, eye)
    assert len(eye.pictures_asked()) == 3


def test_while_scrubbing_the_newest_wish_wins_and_nothing_is_asked_twice(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    eye.asked.clear()
    path = [*range(1, FRAMES), *range(FRAMES - 2, 10, -1)]
    for index in path:
        eye.frame_cache.go_to(index)
        QCoreApplication.processEvents()
        assert len(eye.frame_cache._in_flight) <= DEPTH
    at(qtbot, eye, 11)
    idle(qtbot, eye)
    qtbot.wait(50)
    assert [eye.views[view].frame.index for view in range(3)] == [11, 11, 11]
    assert number_in(eye.views[0]) == 11
    keys = Counter(
        (request.index, request.settings, request.hash) for request in eye.pictures_asked()
    )
    assert set(keys.values()) == {1}
    assert len(keys) < 2 * FRAMES  # of the 3 x 108 that passed


def test_steps_are_kept_and_shown_again_at_once(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    for index in (5, 6):
        eye.frame_cache.go_to(index)
        at(qtbot, eye, index)
    idle(qtbot, eye)
    before = len(eye.asked)
    eye.frame_cache.go_to(5)
    assert eye.is_at(5)  # without a turn of the event loop
    assert len(eye.asked) == before
    assert number_in(eye.views[0]) == 5


def test_indices_beyond_the_ends_are_the_ends(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    eye.frame_cache.go_to(7)  # nothing is open
    eye.frame_cache.refresh()
    assert eye.frame_cache.index == 0
    opened(qtbot, eye, clip)
    eye.frame_cache.go_to(10**6)
    at(qtbot, eye, FRAMES - 1)
    eye.frame_cache.go_to(-3)
    at(qtbot, eye, 0)


def test_what_was_read_ahead_is_shown_without_a_request_and_hashed_when_it_stays(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    frame_cache = eye.frame_cache
    frame_cache.read_ahead((5, 6, 7))
    qtbot.waitUntil(lambda: all(frame_cache.has(index) for index in (5, 6, 7)), timeout=WAIT_MS)
    before = len(eye.pictures_asked())
    frame_cache.go_to(6)
    assert (eye.views[0].frame.index, number_in(eye.views[0]), eye.views[0].frame.sha256) == (
        6,
        6,
        None,
    )
    qtbot.waitUntil(
        lambda: eye.views[1].frame.index == eye.views[2].frame.index == 6, timeout=WAIT_MS
    )
    asked = eye.pictures_asked()[before:]
    assert sorted(request.settings.content for request in asked) == ["error_levels", "noise"]
    assert not any(request.hash for request in asked)
    frame_cache.read_ahead(())
    at(qtbot, eye, 6)
    rgb = np.ascontiguousarray(eye.views[0].picture[..., 2::-1])
    assert eye.views[0].frame.sha256 == hashlib.sha256(b"64x320x3 " + rgb.tobytes()).hexdigest()
    idle(qtbot, eye)
    assert [request.hash for request in eye.pictures_asked()[before + 2 :]] == [True]


def test_reading_ahead_comes_before_what_is_computed(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    idle(qtbot, eye)
    eye.asked.clear()
    eye.frame_cache.read_ahead((31, 32))
    eye.frame_cache.go_to(30)
    at_30 = lambda: (  # noqa: E731
        {view for view, shown in eye.views.items() if shown.frame.index == 30} == {0, 1, 2}
    )
    qtbot.waitUntil(at_30, timeout=WAIT_MS)
    asked = [(request.index, request.settings.content) for request in eye.pictures_asked()]
    # Two requests are open when frame 30 is asked for.
    assert asked == [
        (31, "original"),
        (32, "original"),
        (30, "original"),
        (30, "error_levels"),
        (30, "noise"),
    ]


def test_little_memory_is_enough_to_go_on_playing(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = WIDTH * HEIGHT * 4
    monkeypatch.setattr(module, "KEPT_BYTES", 4 * one)  # like 160 MB for 4K
    eye = watch()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    eye.asked.clear()
    for index in range(20, 30):
        eye.frame_cache.read_ahead(range(index + 1, index + 6))
        eye.frame_cache.go_to(index)
        idle(qtbot, eye)
        assert {view for view, shown in eye.views.items() if shown.frame.index == index} == {
            0,
            1,
            2,
        }
    keys = Counter((request.index, request.settings.content) for request in eye.pictures_asked())
    assert max(keys.values()) == 1
    # Two ahead fit into half of the memory.
    assert {index for index, _ in keys} == set(range(20, 32))
    assert eye.frame_cache._bytes <= (1 + 1.5 + 1.5 + 2) * one
    eye.frame_cache.read_ahead(())
    at(qtbot, eye, 29)
    idle(qtbot, eye)
    assert eye.frame_cache._bytes <= 4 * one


def test_a_killed_worker_is_not_noticed_in_the_views(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    for index in (10, 20):
        eye.frame_cache.go_to(index)
        assert eye.frame_cache.pid is not None
        os.kill(eye.frame_cache.pid, signal.SIGKILL)  # with two requests open
        at(qtbot, eye, index)
        assert number_in(eye.views[0]) == index
    assert eye.sentences == {}
    assert set(eye.deaths) <= {ENDED}


def test_a_frame_that_kills_twice_gets_its_sentence_and_the_others_come(
    qtbot: QtBot, watch: Callable[..., Eye], fake: None
) -> None:
    eye = watch()
    opened(qtbot, eye, "deadly", 10)
    eye.frame_cache.go_to(3)
    qtbot.waitUntil(lambda: len(eye.sentences) == 3, timeout=WAIT_MS)
    assert eye.sentences == {0: ENDED, 1: ENDED, 2: ENDED}
    idle(qtbot, eye)
    counts = Counter(
        request.settings.content for request in eye.pictures_asked() if request.index == 3
    )
    assert counts == {"original": 2, "error_levels": 2, "noise": 2}
    assert eye.frame_cache.refuses(3)
    eye.frame_cache.go_to(4)
    at(qtbot, eye, 4)
    eye.sentences.clear()
    eye.frame_cache.go_to(3)
    assert len(eye.sentences) == 3  # at once: it is not asked for a third time
    assert not eye.frame_cache.busy


@pytest.mark.parametrize("how", ["unhashed", "another", "overfull"])
def test_a_picture_that_is_not_what_was_asked_for_is_a_fault_and_no_endless_loop(
    how: str, qtbot: QtBot, watch: Callable[..., Eye], fake: None
) -> None:
    eye = watch()
    opened(qtbot, eye, how, 10)
    qtbot.waitUntil(lambda: 0 in eye.sentences, timeout=WAIT_MS)
    idle(qtbot, eye)
    assert eye.sentences[0] == FAULT
    assert len(eye.pictures_asked()) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not set memory aside")
def test_shared_memory_that_is_full_is_a_sentence_and_later_the_file_opens(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    eye = watch()
    with monkeypatch.context() as short:
        short.setattr(os, "posix_fallocate", full)
        eye.frame_cache.open(clip)
        qtbot.waitUntil(lambda: bool(eye.failed), timeout=WAIT_MS)
    assert eye.failed == [
        "There is not enough shared memory to show this file's pictures; close other programs."
    ]
    assert (eye.opened, eye.frame_cache.facts) == ([], None)
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    assert (len(eye.failed), eye.deaths) == (1, [])


def test_an_opening_whose_answer_is_on_its_way_keeps_no_memory_when_another_is_chosen(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    eye.frame_cache.open(clip)
    until = time.monotonic() + WAIT_MS / 1000
    while not eye.frame_cache._made:  # the window sees it only when it has time
        assert time.monotonic() < until
        time.sleep(0.01)
    (segment,) = eye.frame_cache._made.values()
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)
    assert (len(eye.opened), eye.frame_cache._made) == (1, {})
    with pytest.raises(FileNotFoundError):
        SharedMemory(segment.name)
    eye.frame_cache.open(clip)
    eye.frame_cache.close()  # with an answer that nothing will receive
    assert eye.frame_cache._made == {}


def test_pictures_larger_than_any_memory_are_a_sentence(
    qtbot: QtBot, watch: Callable[..., Eye], fake: None
) -> None:
    eye = watch()
    eye.frame_cache.open("immense")
    qtbot.waitUntil(lambda: bool(eye.failed), timeout=WAIT_MS)
    assert (eye.opened, eye.frame_cache.facts, "not enough shared memory" in eye.failed[0]) == (
        [],
        None,
        True,
    )
    opened(qtbot, eye, "well", 10)
    at(qtbot, eye, 0)


def test_only_the_last_of_several_files_opens(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, tmp_path: Path
) -> None:
    other = str(make_clip(tmp_path / "other.mkv", frames=7, size=(80, 48)))
    eye = watch()
    for path in (clip, other, clip, other):
        eye.frame_cache.open(path)
    qtbot.waitUntil(lambda: bool(eye.opened), timeout=WAIT_MS)
    at(qtbot, eye, 0)
    idle(qtbot, eye)
    assert [facts.path for facts in eye.opened] == [other]
    assert (eye.views[0].picture.shape, eye.failed) == ((48, 80, 4), [])
    eye.frame_cache.go_to(6)
    at(qtbot, eye, 6)
    assert number_in(eye.views[0]) == 6


def test_another_file_in_the_midst_of_scrubbing(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, tmp_path: Path
) -> None:
    other = str(make_clip(tmp_path / "other.mkv", frames=30, size=(80, 48)))
    eye = watch()
    opened(qtbot, eye, clip)
    eye.frame_cache.go_to(25)
    eye.frame_cache.open(other)
    eye.views.clear()
    at(qtbot, eye, 0)
    assert {shown.picture.shape[:2] for shown in eye.views.values()} == {(48, 80)}
    eye.frame_cache.go_to(25)
    at(qtbot, eye, 25)
    assert eye.views[0].picture.shape == (48, 80, 4)


def test_a_file_that_was_closed_while_it_opened_does_not_open(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    eye.frame_cache.open(clip)
    eye.frame_cache.close_file()
    idle(qtbot, eye)
    qtbot.wait(50)
    assert (eye.opened, eye.failed, eye.frame_cache.facts, eye.asked[1:]) == ([], [], None, [])


def test_a_file_that_is_closed_gives_its_memory_back_in_the_midst_of_all(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    for index in range(4):
        opened(qtbot, eye, clip)
        segment = eye.frame_cache._segment
        assert segment is not None
        eye.frame_cache.go_to(index)
        qtbot.wait(index * 5)
        eye.frame_cache.close_file()
        with pytest.raises(FileNotFoundError):
            SharedMemory(segment.name)
    idle(qtbot, eye)
    assert eye.deaths == []
    assert len(eye.engines) == 1  # no worker was lost


def test_a_file_that_is_none_is_a_sentence_and_the_next_opens(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, tmp_path: Path
) -> None:
    (tmp_path / "text.mp4").write_text("no video" * 100)
    eye = watch()
    eye.frame_cache.open(str(tmp_path / "text.mp4"))
    qtbot.waitUntil(lambda: bool(eye.failed), timeout=WAIT_MS)
    assert (eye.opened, eye.frame_cache.facts, eye.deaths) == ([], None, [])
    opened(qtbot, eye, clip)
    at(qtbot, eye, 0)


def test_a_name_that_is_not_unicode(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, tmp_path: Path
) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4")
    Path(path).write_bytes(Path(clip).read_bytes())
    eye = watch()
    opened(qtbot, eye, path)
    at(qtbot, eye, 0)
    assert eye.opened[0].path.endswith("/caf?.mp4")


def test_an_opening_that_was_called_off_says_so(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    eye.frame_cache.open(clip)
    eye.frame_cache._client.cancel(eye.asked[0].id)
    qtbot.waitUntil(lambda: bool(eye.failed), timeout=WAIT_MS)
    assert ("called off" in eye.failed[0], eye.opened) == (True, [])


def test_questions_about_the_open_file(qtbot: QtBot, watch: Callable[..., Eye], clip: str) -> None:
    eye, answers = watch(), list[Final]()
    assert eye.frame_cache.hash_file(answers.append) == 0  # nothing is open
    opened(qtbot, eye, clip)
    eye.frame_cache.go_to(20)
    ask: list[Callable[..., Any]] = [
        lambda then: eye.frame_cache.hash_file(then),
        lambda then: eye.frame_cache.listen(then),
        lambda then: eye.frame_cache.measure(90, then),
        lambda then: eye.frame_cache.pcm(0.0, 0.4, then),
        lambda then: eye.frame_cache.cut(20, Box(0, 0, 64, 64), 32, 1.0, then),
        lambda then: eye.frame_cache.find_faces([], then),
    ]
    numbers = [put(answers.append) for put in ask]
    qtbot.waitUntil(lambda: len(answers) == len(ask), timeout=WAIT_MS)
    by_number = {answer.id: type(answer) for answer in answers}
    assert [by_number[number] for number in numbers] == [
        Hashed,
        Heard,
        Measured,
        Played,
        WasCut,
        Found,
    ]
    (hashed,) = (answer for answer in answers if isinstance(answer, Hashed))
    assert hashed.evidence.sha256 == hashlib.sha256(Path(clip).read_bytes()).hexdigest()
    at(qtbot, eye, 20)


def test_what_was_asked_about_one_file_does_not_hold_up_the_next(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str, tmp_path: Path
) -> None:
    with (tmp_path / "large.mp4").open("wb") as file:
        file.truncate(64 << 30)  # takes no disk space; hashing it takes half a minute or more
    eye, stale, fresh = watch(), list[Final](), list[Final]()
    eye.frame_cache.open(str(tmp_path / "large.mp4"))
    eye.frame_cache.hash_file(stale.append)
    eye.frame_cache.listen(stale.append)
    qtbot.waitUntil(lambda: bool(eye.failed), timeout=WAIT_MS)
    eye.frame_cache.open(clip)
    eye.frame_cache.hash_file(fresh.append)
    qtbot.waitUntil(lambda: bool(fresh), timeout=15_000)
    assert isinstance(fresh[0], Hashed)
    idle(qtbot, eye)
    assert stale == []


def test_answers_of_a_file_that_was_closed_and_opened_again_are_dropped(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye, stale, fresh = watch(), list[Final](), list[Final]()
    opened(qtbot, eye, clip)
    eye.frame_cache.cut(0, Box(0, 0, 64, 64), 32, 1.0, stale.append)
    eye.frame_cache.open(clip)
    eye.frame_cache.cut(0, Box(0, 0, 64, 64), 32, 1.0, fresh.append)
    qtbot.waitUntil(lambda: bool(fresh), timeout=WAIT_MS)
    idle(qtbot, eye)
    assert (stale, [type(answer) for answer in fresh]) == ([], [WasCut])


def test_a_view_without_a_face_has_a_sentence_until_there_is_one(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    settings = list(FACE_VIEWS)
    eye = watch(settings)
    opened(qtbot, eye, clip)
    qtbot.waitUntil(lambda: 0 in eye.sentences and {1, 2} <= set(eye.views), timeout=WAIT_MS)
    assert eye.sentences[0].startswith("No face is chosen")
    assert eye.frame_cache.refuses(0)
    settings[0] = ViewSettings("face_only", box=Box(0, 0, 32, 64), square=Box(0, 0, 64, 64))
    eye.frame_cache.refresh()
    qtbot.waitUntil(lambda: 0 in eye.views, timeout=WAIT_MS)
    assert not eye.views[0].picture[:, 32:, :3].any()


def test_closing_leaves_nothing_and_says_nothing(
    qtbot: QtBot, watch: Callable[..., Eye], clip: str
) -> None:
    eye = watch()
    opened(qtbot, eye, clip)
    eye.frame_cache.go_to(30)
    before = len(eye.seen)
    eye.frame_cache.close()
    qtbot.wait(50)
    assert (len(eye.seen), eye.frame_cache.pid) == (before, None)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority")
def test_what_takes_long_has_a_worker_of_its_own_from_the_start_which_lets_pictures_go_first(
    qtbot: QtBot, watch: Callable[..., Eye]
) -> None:
    frame_cache = watch().frame_cache
    qtbot.waitUntil(
        lambda: frame_cache.pid is not None and frame_cache._reader.pid is not None, timeout=WAIT_MS
    )
    assert frame_cache._reader.pid != frame_cache.pid
    qtbot.waitUntil(
        lambda: psutil.Process(frame_cache._reader.pid).nice() >= NICENESS, timeout=WAIT_MS
    )


def test_a_dead_reader_answers_with_a_sentence(
    qtbot: QtBot, watch: Callable[..., Eye], fake: None
) -> None:
    eye, answers = watch(), list[Final]()
    opened(qtbot, eye, "crash", 10)
    eye.frame_cache.hash_file(answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
    assert isinstance(answers[0], Failed)
    assert (answers[0].sentence, eye.deaths) == (ENDED, [ENDED])
