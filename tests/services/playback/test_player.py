"""Playback with a clock and a loudspeaker under the test's control.

The tests cover which frame is due, and what happens if it does not arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import cast

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.media.facts import MediaFacts
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.playback.player import AHEAD, FEED_S, Player, index_at, time_of
from dfgui.services.playback.sound import SoundOutput
from dfgui.services.worker_client import Then
from dfgui.worker.messages import Failed, Played

WAIT_MS = 30_000
CLIP = MediaFacts(
    "a.mp4",
    "video",
    80,
    48,
    100,
    25.0,
    tuple(2 + index / 25 for index in range(100)),
    (0, 40, 80),
    False,
    (),
    (),
)
VARIABLE = msgspec.structs.replace(
    CLIP, count=5, times_s=(1.0, 1.04, 1.2, 1.24, 1.5), key_frames=(0,)
)
UNTIMED = msgspec.structs.replace(CLIP, times_s=(), fps=10.0)
AUDIBLE = msgspec.structs.replace(CLIP, has_audio=True)


class FakeViewer:
    """Has every frame ready, or those that the test says; records the requests."""

    def __init__(self, facts: MediaFacts | None = CLIP) -> None:
        self.facts = facts
        self.index = 0
        self.ready: set[int] | None = None
        self.refused: set[int] = set()
        self.went: list[int] = []
        self.ahead: tuple[int, ...] = ()
        self.asked: list[tuple[float, float, Then]] = []

    def go_to(self, index: int) -> None:
        assert self.facts is not None
        self.index = min(max(index, 0), self.facts.count - 1)
        self.went.append(self.index)

    def has(self, index: int) -> bool:
        return index not in self.refused and (self.ready is None or index in self.ready)

    def refuses(self, index: int) -> bool:
        return index in self.refused

    def read_ahead(self, indices: Sequence[int]) -> None:
        self.ahead = tuple(indices)

    def pcm(self, start_s: float, seconds: float, then: Then) -> int:
        self.asked.append((start_s, seconds, then))
        return len(self.asked)


class FakeSound:
    """Reports as played what the test says."""

    def __init__(self) -> None:
        self.works = True
        self.at_s: float | None = None
        self.fed = 0.0
        self.starts: list[float] = []
        self.stops = 0

    def start(self, at_s: float) -> bool:
        if self.works:
            self.at_s, self.fed = at_s, at_s
            self.starts.append(at_s)
        return self.works

    def stop(self) -> None:
        self.at_s = None
        self.stops += 1

    def position_s(self) -> float | None:
        return self.at_s

    def needed_s(self) -> float:
        return 0.0 if self.at_s is None else max(0.0, self.at_s + 0.5 - self.fed)

    def feed(self, samples: bytes) -> None:
        self.fed += len(samples) / 192_000


class Stage:
    """A player with its fake parts."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.frame_cache, self.sound = FakeViewer(), FakeSound()
        self.now = 100.0
        self.player = Player(
            cast(FrameCache, self.frame_cache), cast(SoundOutput, self.sound), now=lambda: self.now
        )
        self.told: list[tuple[bool, float]] = []
        self.player.playing_changed.connect(
            lambda playing, speed: self.told.append((playing, speed))
        )

    def show(self, facts: MediaFacts, index: int = 0) -> None:
        self.frame_cache.facts, self.frame_cache.index = facts, index

    def pass_s(self, seconds: float, index: int) -> None:
        """Move the clock, and wait for the frame that is then due."""
        self.now += seconds
        self.until(lambda: self.frame_cache.index == index)

    def until(self, ready: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(ready, timeout=WAIT_MS)

    def ticks(self) -> None:
        """Run some rounds of the event loop in which nothing must happen."""
        self.qtbot.wait(40)

    def answer(self, number: int = -1) -> None:
        _, seconds, then = self.frame_cache.asked[number]
        then(Played(1, bytes(round(seconds * 48_000) * 4)))


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage(qtbot)
    yield stage
    stage.player.pause()
    stage.player.deleteLater()


@pytest.mark.parametrize(
    ("facts", "seconds", "index"),
    [
        (CLIP, 2.0, 0), (CLIP, 2.039, 0), (CLIP, 2.04, 1), (CLIP, 5.96, 99), (CLIP, 99.0, 99),
        (CLIP, 0.0, 0),
        (VARIABLE, 1.19, 1), (VARIABLE, 1.2, 2), (VARIABLE, 1.49, 3), (VARIABLE, 1.5, 4),
        (UNTIMED, 0.1, 1), (UNTIMED, 0.29, 2), (UNTIMED, 0.3, 3), (UNTIMED, -1.0, 0),
        (msgspec.structs.replace(UNTIMED, fps=None), 1.0, 25),
    ],
)  # fmt: skip
def test_which_frame_is_on_screen_at_a_time(facts: MediaFacts, seconds: float, index: int) -> None:
    assert index_at(facts, seconds) == index


def test_every_frame_is_on_screen_at_its_own_time() -> None:
    for facts in (CLIP, VARIABLE, UNTIMED, msgspec.structs.replace(UNTIMED, fps=30000 / 1001)):
        assert [index_at(facts, time_of(facts, index)) for index in range(facts.count)] == list(
            range(facts.count)
        )


def test_frames_come_when_they_are_due(stage: Stage) -> None:
    stage.player.toggle()
    assert (stage.player.playing, stage.told) == (True, [(True, 1.0)])
    stage.ticks()
    assert stage.frame_cache.went == []
    stage.pass_s(0.05, 1)
    stage.ticks()
    stage.pass_s(0.04, 2)
    stage.pass_s(1.0, 27)
    assert stage.frame_cache.went == [1, 2, 27]
    stage.until(lambda: stage.frame_cache.ahead == tuple(range(28, 28 + AHEAD)))
    stage.player.toggle()
    assert stage.told[1][0] is False
    assert (stage.player.playing, stage.frame_cache.ahead) == (False, ())
    stage.now += 5
    stage.ticks()
    assert stage.frame_cache.index == 27


def test_a_variable_rate_has_its_own_times(stage: Stage) -> None:
    stage.show(VARIABLE)
    stage.player.play(1.0)
    stage.pass_s(0.041, 1)
    stage.now += 0.1  # 1.141: frame 1 until 1.2
    stage.ticks()
    assert stage.frame_cache.index == 1
    stage.pass_s(0.07, 2)
    stage.pass_s(0.04, 3)
    stage.pass_s(0.26, 4)
    stage.until(lambda: not stage.player.playing)


def test_a_file_without_times_goes_by_its_rate(stage: Stage) -> None:
    stage.show(UNTIMED, 10)
    stage.player.play(1.0)
    stage.pass_s(0.35, 13)


def test_frames_that_are_not_ready_are_left_out(stage: Stage) -> None:
    stage.frame_cache.ready = {3, 4, 9}
    stage.player.play(1.0)
    stage.now += 0.1  # frame 2 is due and not ready
    stage.ticks()
    assert stage.frame_cache.went == []
    stage.until(lambda: stage.frame_cache.ahead == (2, 3, 4, 5, 6))
    stage.pass_s(0.2, 4)  # 7 is due; 4 is the last that is ready
    stage.until(lambda: stage.frame_cache.ahead == (7, 8, 9, 10, 11))
    stage.pass_s(0.12, 9)  # 10 is due
    stage.now += 1
    stage.ticks()
    assert stage.frame_cache.went == [4, 9]


def test_it_pauses_at_the_end_and_starts_over(stage: Stage) -> None:
    stage.frame_cache.index = 97
    stage.player.play(1.0)
    stage.pass_s(1.0, 99)
    stage.until(lambda: not stage.player.playing)
    assert stage.told[-1][0] is False
    stage.player.toggle()
    assert stage.frame_cache.index == 0
    stage.pass_s(0.05, 1)


def test_it_pauses_at_the_end_though_the_last_frames_cannot_be_shown(stage: Stage) -> None:
    stage.frame_cache.index, stage.frame_cache.refused = 95, {98, 99}
    stage.player.play(1.0)
    stage.pass_s(1.0, 97)
    stage.until(lambda: not stage.player.playing)


def test_backward_to_the_start(stage: Stage) -> None:
    stage.frame_cache.index = 20
    stage.player.faster(-1)
    assert stage.told == [(True, -1.0)]
    stage.pass_s(0.06, 18)
    stage.until(lambda: stage.frame_cache.ahead == (17, 16, 15, 14, 13))
    stage.frame_cache.ready = {8, 12, 14}
    stage.pass_s(0.32, 12)  # 10 is due; 12 is the last ready frame on the way to it
    stage.frame_cache.ready = None
    stage.pass_s(5.0, 0)
    stage.until(lambda: not stage.player.playing)


def test_the_keys_double_the_speed_and_turn_around(stage: Stage) -> None:
    stage.frame_cache.index = 50
    for direction in (1, 1, 1, 1, 1, -1, -1, 1):
        stage.player.faster(direction)
    assert [speed for _, speed in stage.told] == [1, 2, 4, 8, 8, -1, -2, 1]
    stage.player.faster(1)
    stage.pass_s(0.11, 55)  # twice 2.75 frames
    stage.player.pause()
    stage.player.pause()
    assert [playing for playing, _ in stage.told[-2:]] == [True, False]


def test_seeking_goes_on_from_there(stage: Stage) -> None:
    stage.player.play(1.0)
    stage.pass_s(0.4, 10)
    stage.player.go_to(60)
    stage.ticks()
    assert stage.frame_cache.index == 60
    stage.pass_s(0.05, 61)
    assert stage.player.playing
    stage.player.to_key_frame(-1)
    assert stage.frame_cache.index == 40
    stage.player.to_key_frame(-1)
    stage.player.to_key_frame(-1)
    assert stage.frame_cache.index == 0
    stage.player.to_key_frame(1)
    assert stage.frame_cache.index == 40
    stage.player.step(-1)
    assert (stage.frame_cache.index, stage.player.playing) == (39, False)
    stage.player.go_to(90)
    stage.player.to_key_frame(1)
    assert (stage.frame_cache.index, stage.player.playing) == (90, False)


def test_nothing_to_play(stage: Stage) -> None:
    stage.frame_cache.facts = None
    stage.player.toggle()
    stage.player.to_key_frame(1)
    stage.show(msgspec.structs.replace(CLIP, kind="still", count=1, times_s=()))
    stage.player.toggle()
    assert (stage.player.playing, stage.told) == (False, [])


def test_a_file_that_is_closed_ends_playback(stage: Stage) -> None:
    stage.player.play(1.0)
    stage.frame_cache.facts = None
    stage.until(lambda: not stage.player.playing)


def test_the_picture_follows_the_sound(stage: Stage) -> None:
    stage.show(AUDIBLE, 25)
    stage.player.play(1.0)
    assert stage.sound.starts == [3.0]  # frame 25 begins there
    stage.until(lambda: len(stage.frame_cache.asked) == 1)
    assert stage.frame_cache.asked[0][:2] == (3.0, FEED_S)
    stage.now += 10  # the sound has not begun: the picture waits
    stage.ticks()
    assert (stage.frame_cache.index, len(stage.frame_cache.asked)) == (25, 1)
    stage.answer()
    stage.ticks()
    assert len(stage.frame_cache.asked) == 1  # 0.4 of 0.5 s are in stock
    stage.sound.at_s = 3.125
    stage.until(lambda: stage.frame_cache.index == 28 and len(stage.frame_cache.asked) == 2)
    assert stage.frame_cache.asked[1][:2] == (3.4, FEED_S)
    stage.answer()
    stage.sound.at_s = 3.7
    stage.until(lambda: stage.frame_cache.index == 42)
    stage.player.pause()
    assert stage.sound.at_s is None


def test_when_the_device_is_lost_the_clock_goes_on_from_what_was_heard(stage: Stage) -> None:
    stage.show(AUDIBLE)
    stage.player.play(1.0)
    stage.sound.at_s = 2.5
    stage.until(lambda: stage.frame_cache.index == 12)
    stage.sound.at_s = None
    stage.ticks()
    assert stage.frame_cache.index == 12
    stage.pass_s(0.11, 15)  # 2.5 + 0.11 s
    assert stage.player.playing


def test_no_device_and_other_speeds_go_by_the_clock(stage: Stage) -> None:
    stage.show(AUDIBLE)
    stage.player.faster(1)
    stage.player.faster(1)
    assert (stage.sound.starts, stage.sound.at_s) == ([2.0], None)  # silent at twice the speed
    stage.pass_s(0.11, 5)
    stage.player.pause()
    stage.sound.works = False
    stage.player.play(1.0)
    asked = len(stage.frame_cache.asked)
    stage.pass_s(0.11, 7)
    assert len(stage.frame_cache.asked) == asked


def test_sound_that_cannot_be_read_leaves_the_clock(stage: Stage) -> None:
    stage.show(AUDIBLE)
    stage.player.play(1.0)
    stage.until(lambda: len(stage.frame_cache.asked) == 1)
    stage.frame_cache.asked[0][2](Failed(1, "The sound cannot be read."))
    stage.ticks()
    stage.pass_s(0.1, 2)
    assert len(stage.frame_cache.asked) == 1


def test_sound_for_another_place_is_dropped(stage: Stage) -> None:
    stage.show(AUDIBLE)
    stage.player.play(1.0)
    stage.until(lambda: len(stage.frame_cache.asked) == 1)
    stage.player.go_to(50)
    assert stage.sound.starts == [2.0, 4.0]
    stage.until(lambda: len(stage.frame_cache.asked) == 2)
    assert stage.frame_cache.asked[1][0] == 4.0
    stage.answer(0)
    assert stage.sound.fed == 4.0
    stage.ticks()
    assert len(stage.frame_cache.asked) == 2  # the late answer does not make it ask twice
    stage.answer(1)
    assert stage.sound.fed == pytest.approx(4.4)


def test_sound_that_never_comes_for_one_file_does_not_silence_the_next(stage: Stage) -> None:
    stage.show(AUDIBLE)
    stage.player.play(1.0)
    stage.until(lambda: len(stage.frame_cache.asked) == 1)
    stage.player.pause()  # the frame cache drops the answer, since another file is opened
    stage.show(msgspec.structs.replace(AUDIBLE, path="b.mp4"))
    stage.player.play(1.0)
    stage.until(lambda: len(stage.frame_cache.asked) == 2)
    stage.answer()
    assert stage.sound.fed == pytest.approx(2.4)
