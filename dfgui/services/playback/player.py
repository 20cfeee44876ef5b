"""Playback: which frame is due, by the clock of the sound if there is one."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from dfgui.core.media.facts import MediaFacts
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.playback.sound import SoundOutput
from dfgui.worker.messages import Final, Played

TICK_MS = 6
AHEAD = 5  # frames that are made before they are due
FASTEST = 8.0
FEED_S = 0.4  # sound asked for at once
ASSUMED_FPS = 25.0  # if the file gives neither times nor a rate


def time_of(facts: MediaFacts, index: int) -> float:
    """Presentation time of a frame in seconds; counted from 0 if the file gives none."""
    return facts.times_s[index] if facts.times_s else index / (facts.fps or ASSUMED_FPS)


def index_at(facts: MediaFacts, seconds: float) -> int:
    """The frame on screen at a time: the last one that begins at or before it."""
    place = (
        bisect_right(facts.times_s, seconds) - 1
        if facts.times_s
        else int(seconds * (facts.fps or ASSUMED_FPS) + 1e-6)
    )
    return min(max(place, 0), facts.count - 1)


class Player(QObject):
    """Moves the frame cache along the file's own times.

    Frames that are not ready in time are left out, never shown late.

    Args:
        frame_cache: shows the frames.
        sound: plays what is heard.
        now: a clock in seconds, for tests.
        parent: owner.
    """

    playing_changed = Signal(bool, float)
    """Whether it plays, and how fast: negative is backward."""

    def __init__(
        self,
        frame_cache: FrameCache,
        sound: SoundOutput,
        *,
        now: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._frame_cache, self._sound, self._now = frame_cache, sound, now
        self.speed = 0.0
        self._began = (0.0, 0.0)
        self._fed_to: float | None = None
        self._feeding = False
        self._run = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self.speed != 0

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play(1.0)

    def faster(self, direction: int) -> None:
        """Play in this direction (+1 or -1), twice as fast if it plays that way already."""
        same = self.speed * direction > 0
        self.play(direction * min(FASTEST, 2 * abs(self.speed)) if same else float(direction))

    def play(self, speed: float) -> None:
        """Play from the frame that is shown; from the start if that is the last one."""
        facts = self._frame_cache.facts
        if facts is None or facts.count < 2:
            return
        if speed > 0 and self._frame_cache.index >= facts.count - 1:
            self._frame_cache.go_to(0)
        self.speed = speed
        self._start_clock()
        self._timer.start()
        self.playing_changed.emit(True, speed)

    def pause(self) -> None:
        """Stop where it is."""
        if not self.playing:
            return
        self.speed = 0.0
        self._timer.stop()
        self._sound.stop()
        self._fed_to = None
        self._frame_cache.read_ahead(())
        self.playing_changed.emit(False, 0.0)

    def go_to(self, index: int) -> None:
        """Show another frame, and continue from there if it plays."""
        self._frame_cache.go_to(index)
        if self.playing:
            self._start_clock()

    def step(self, frames: int) -> None:
        """Pause and go this many frames on."""
        self.pause()
        self._frame_cache.go_to(self._frame_cache.index + frames)

    def go_to_time(self, seconds: float) -> None:
        """Show the frame that is on screen at a time on the file's own clock."""
        if (facts := self._frame_cache.facts) is not None:
            self.go_to(index_at(facts, seconds))

    def to_end(self, direction: int) -> None:
        """Go to the first frame (-1) or the last (+1)."""
        if (facts := self._frame_cache.facts) is not None:
            self.go_to(0 if direction < 0 else facts.count - 1)

    def to_key_frame(self, direction: int) -> None:
        """Go to the next key frame in this direction (+1 or -1); stay if there is none."""
        if (facts := self._frame_cache.facts) is None:
            return
        at = self._frame_cache.index
        further = [key for key in facts.key_frames if (key - at) * direction > 0]
        if further:
            self.go_to(min(further, key=lambda key: abs(key - at)))

    def _start_clock(self) -> None:
        facts = self._frame_cache.facts
        assert facts is not None
        at_s = time_of(facts, self._frame_cache.index)
        self._began = self._now(), at_s
        self._run += 1
        self._sound.stop()
        self._fed_to, self._feeding = None, False
        if facts.has_audio and self.speed == 1 and self._sound.start(at_s):
            self._fed_to = at_s

    def _place_s(self) -> float:
        """Where playback is on the file's clock."""
        if self._fed_to is not None:
            heard = self._sound.position_s()
            if heard is not None:
                # Where to continue without the sound if the device is lost.
                self._began = (self._now(), heard)
                return heard
            self._fed_to = None
        began, at_s = self._began
        return at_s + (self._now() - began) * self.speed

    def _on_tick(self) -> None:
        facts = self._frame_cache.facts
        if facts is None:
            self.pause()
            return
        self._feed()
        due = index_at(facts, self._place_s())
        step = 1 if self.speed > 0 else -1
        ready = next(
            (
                index
                for index in range(due, self._frame_cache.index, -step)
                if self._frame_cache.has(index)
            ),
            None,
        )
        if ready is not None:
            self._frame_cache.go_to(ready)
        shown, end = self._frame_cache.index, facts.count - 1 if step > 0 else 0
        if shown == end or (due == end and self._frame_cache.refuses(end)):
            self.pause()
            return
        first = max(due, shown + 1) if step > 0 else min(due, shown - 1)
        coming = range(first, first + step * AHEAD, step)
        self._frame_cache.read_ahead([index for index in coming if 0 <= index < facts.count])

    def _feed(self) -> None:
        """Keep half a second of sound in stock."""
        if self._fed_to is None or self._feeding or self._sound.needed_s() < FEED_S / 2:
            return
        self._feeding = True
        start_s, run = self._fed_to, self._run

        def then(answer: Final) -> None:
            if self._run != run:
                return  # playback went elsewhere meanwhile
            self._feeding = False
            if self._fed_to is None:
                return
            if isinstance(answer, Played):
                self._sound.feed(answer.samples)
                self._fed_to = start_s + FEED_S
            else:
                self._place_s()
                self._fed_to = None  # no more sound; the clock runs on by itself

        self._frame_cache.pcm(start_s, FEED_S, then)
