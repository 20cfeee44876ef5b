"""What is heard: samples to the loudspeaker, and the clock that the picture follows.

A missing device or sound server is not an error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, qInstallMessageHandler

from dfgui.core.media.sound.audio import PCM_RATE

log = logging.getLogger(__name__)

FRAME_BYTES = 4  # two channels of int16
BYTES_PER_S = PCM_RATE * FRAME_BYTES
AHEAD_S = 0.5  # fed and not yet heard
PUMP_MS = 20
STALLED_S = 4.0  # a device may take two seconds to begin


class Sink(Protocol):
    """A loudspeaker for 48 kHz stereo int16."""

    def start(self) -> bool:
        """Begin to play what is written; False if the device refuses."""

    def write(self, pcm: bytes) -> int:
        """Take as much as there is room for, and say how many bytes."""

    def room(self) -> int:
        """Bytes that `write` would take now."""

    def played_us(self) -> int:
        """Microseconds played since the start."""

    def runs(self) -> bool:
        """Whether it plays, or waits for more; False after an error or when the device is gone."""

    def set_volume(self, volume: float) -> None:
        """From 0 to 1, linear."""

    def stop(self) -> None:
        """Be silent at once."""


class SoundOutput(QObject):
    """Plays samples from a place in the file, and says which place is heard.

    The player calls `start`, then `feed` with as many seconds as `needed_s` says, several times a
    second, and follows `position_s`. If the file has no sound it feeds silence: the clock counts
    what was played, and stands still when nothing comes. If `start` gives False, or `position_s`
    None later (a headset was pulled), the player uses its own clock.

    Args:
        parent: as for every QObject.
        find: gives the loudspeaker, None if there is none; asked at every start, since devices
            come and go.
    """

    def __init__(
        self, parent: QObject | None = None, *, find: Callable[[], Sink | None] | None = None
    ) -> None:
        super().__init__(parent)
        self._find = find or _default_sink
        self._sink: Sink | None = None
        self._volume = 1.0
        self._at_s = 0.0
        self._fed = 0
        self._pending = bytearray()
        self._played_us = 0
        self._moved_s = 0.0
        self._lost = False
        self._timer = QTimer(self, interval=PUMP_MS)
        self._timer.timeout.connect(self._pump)

    @property
    def available(self) -> bool:
        """Whether there is a device now, and none was lost before."""
        return not self._lost and self._find() is not None

    def start(self, at_s: float) -> bool:
        """Get ready to play from a place.

        Args:
            at_s: time of the first sample that will be fed, seconds on the file's own clock.

        Returns:
            False if there is no device, if it refuses, or if one was lost before; then nothing is
            played.
        """
        self.stop()
        # Qt 6.12 ends the program when a sink is started after the PulseAudio server was lost.
        sink = None if self._lost else self._find()
        if sink is None:
            return False
        sink.set_volume(self._volume)
        if not sink.start():
            log.warning("the sound device does not start")
            return False
        self._sink, self._at_s, self._fed = sink, at_s, 0
        self._played_us, self._moved_s = 0, monotonic()
        return True

    def feed(self, pcm: bytes) -> None:
        """Play these samples after those before; does nothing if it is stopped.

        They are 48 kHz, left and right, int16 in the machine's byte order.

        Raises:
            ValueError: the last sample is incomplete.
        """
        if len(pcm) % FRAME_BYTES:
            raise ValueError(
                f"pcm: expected a multiple of {FRAME_BYTES} bytes, received {len(pcm)}"
            )
        if self._sink:
            self._fed += len(pcm)
            self._pending += pcm
            self._pump()

    def needed_s(self) -> float:
        """Seconds to feed now so that half a second is ready; 0 if it is stopped."""
        position = self.position_s()
        return (
            0.0
            if position is None
            else max(0.0, position + AHEAD_S - self._at_s - self._fed / BYTES_PER_S)
        )

    def position_s(self) -> float | None:
        """The place that is heard, seconds on the file's own clock.

        None if it is stopped or the device is gone.
        """
        if self._sink is None or not self._sink.runs():
            return None
        played_us, now = self._sink.played_us(), monotonic()
        if played_us != self._played_us or played_us / 1e6 >= self._fed / BYTES_PER_S:
            self._played_us, self._moved_s = played_us, now
        elif now - self._moved_s > STALLED_S:  # a sound server that died: Qt does not notice
            log.warning(
                "the sound device plays no more; there is no sound until the program is started"
                " again"
            )
            self._lost = True
            self.stop()
            return None
        return self._at_s + played_us / 1e6

    def stop(self) -> None:
        """Be silent at once and forget what was fed."""
        self._timer.stop()
        self._pending.clear()
        if self._sink:
            self._sink.stop()
            self._sink = None

    def set_volume(self, volume: float) -> None:
        """From 0, silent, to 1; what is outside counts as the nearer of the two."""
        self._volume = min(max(volume, 0.0), 1.0)
        if self._sink:
            self._sink.set_volume(self._volume)

    def _pump(self) -> None:
        """Hand over what the device has room for; the rest follows soon."""
        if (
            self._sink
            and self._pending
            and (room := self._sink.room() // FRAME_BYTES * FRAME_BYTES)
        ):
            taken = self._sink.write(bytes(self._pending[:room]))
            del self._pending[: max(0, taken)]
        if not self._pending:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()


class _QtSink:
    """Qt's sink in push mode.

    QtMultimedia is imported only where it is needed: it takes time and is noisy without a sound
    server.
    """

    def __init__(self, device: Any) -> None:
        from PySide6.QtMultimedia import QAudioFormat, QAudioSink

        sound = QAudioFormat()
        sound.setSampleRate(PCM_RATE)
        sound.setChannelCount(2)
        sound.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(device, sound)
        self._sink.setBufferSize(int(AHEAD_S * BYTES_PER_S))
        self._pipe: Any = None

    def start(self) -> bool:
        with _quiet_qt():
            self._pipe = self._sink.start()
        return self._pipe is not None and self.runs()

    def write(self, pcm: bytes) -> int:
        return int(self._pipe.write(pcm))

    def room(self) -> int:
        return self._sink.bytesFree()

    def played_us(self) -> int:
        return self._sink.processedUSecs()

    def runs(self) -> bool:
        from PySide6.QtMultimedia import QtAudio

        return self._sink.state() != QtAudio.State.StoppedState

    def set_volume(self, volume: float) -> None:
        self._sink.setVolume(volume)

    def stop(self) -> None:
        # Not stop(): it plays out what it has.
        self._sink.reset()


def _default_sink() -> Sink | None:
    with _quiet_qt():
        try:
            from PySide6.QtMultimedia import QMediaDevices
        except ImportError:  # its libraries need the system's sound libraries
            log.exception("the sound cannot be played")
            return None
        device = QMediaDevices.defaultAudioOutput()
        return None if device.isNull() else _QtSink(device)


@contextmanager
def _quiet_qt() -> Iterator[None]:
    """Send what Qt says meanwhile to the log.

    The user need not see that a library or a server is not there.
    """
    before = qInstallMessageHandler(lambda kind, context, message: log.debug("Qt: %s", message))
    try:
        yield
    finally:
        qInstallMessageHandler(before)
