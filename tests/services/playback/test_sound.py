"""Sound: the clock's arithmetic with a loudspeaker that the test controls, and without a device."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from dfgui.services.playback import sound as module
from dfgui.services.playback.sound import SoundOutput

SECOND = 192_000  # bytes: 48,000 x 2 channels x 2 bytes

SILENT = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer, qWarning
from dfgui.services.playback.sound import SoundOutput
assert "PySide6.QtMultimedia" not in sys.modules
app = QCoreApplication([])
output = SoundOutput()
assert not output.available
assert not output.start(1.0)
output.feed(bytes(400))
output.set_volume(0.5)
assert output.position_s() is None and output.needed_s() == 0
output.stop()
qWarning("the program's own")
QTimer.singleShot(300, app.quit)
app.exec()
"""


class FakeSink:
    """Takes up to half a second ahead of what the test has played."""

    def __init__(self, *, starts: bool = True) -> None:
        self.taken = b""
        self.played_bytes = 0
        self.running = False
        self.volume = -1.0
        self.stops = 0
        self._starts = starts

    def start(self) -> bool:
        self.running = self._starts
        return self._starts

    def write(self, pcm: bytes) -> int:
        assert len(pcm) <= self.room()
        self.taken += pcm
        return len(pcm)

    def room(self) -> int:
        return SECOND // 2 - (len(self.taken) - self.played_bytes)

    def played_us(self) -> int:
        return round(self.played_bytes / SECOND * 1e6)

    def runs(self) -> bool:
        return self.running

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    def stop(self) -> None:
        self.running = False
        self.stops += 1


@pytest.fixture
def sink() -> FakeSink:
    return FakeSink()


@pytest.fixture
def output(qapp: object, sink: FakeSink) -> Iterator[SoundOutput]:
    output = SoundOutput(find=lambda: sink)
    yield output
    output.stop()
    output.deleteLater()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def test_the_clock_counts_what_was_played(output: SoundOutput, sink: FakeSink) -> None:
    assert output.position_s() is None
    assert output.needed_s() == 0
    assert output.start(7.25)
    assert output.position_s() == 7.25
    assert output.needed_s() == 0.5
    output.feed(bytes(SECOND // 5))
    assert output.position_s() == 7.25  # fed, not heard
    assert output.needed_s() == pytest.approx(0.3)
    sink.played_bytes = SECOND // 10
    assert output.position_s() == pytest.approx(7.35)
    assert output.needed_s() == pytest.approx(0.4)  # 0.1 s is ready
    output.stop()
    assert output.position_s() is None
    assert output.needed_s() == 0
    assert sink.stops == 1


def test_what_the_device_has_no_room_for_follows_in_order(
    output: SoundOutput, sink: FakeSink, qtbot: QtBot
) -> None:
    pcm = os.urandom(SECOND)
    output.start(0)
    output.feed(pcm[: SECOND // 4 * 3])
    output.feed(pcm[SECOND // 4 * 3 :])
    assert sink.taken == pcm[: SECOND // 2]
    assert output.needed_s() == 0  # a whole second is fed
    sink.played_bytes = SECOND // 4
    qtbot.waitUntil(lambda: len(sink.taken) == SECOND // 4 * 3, timeout=2000)
    sink.played_bytes = SECOND // 2
    qtbot.waitUntil(lambda: len(sink.taken) == SECOND, timeout=2000)
    assert sink.taken == pcm


def test_a_new_start_forgets_what_was_fed(
    output: SoundOutput, sink: FakeSink, qtbot: QtBot
) -> None:
    output.start(0)
    output.feed(bytes(SECOND))
    sink.played_bytes = SECOND // 4
    second = FakeSink()
    output._find = lambda: second
    assert output.start(30.0)
    assert sink.stops == 1
    output.feed(b"\x01\x02\x03\x04")
    qtbot.wait(3 * module.PUMP_MS)
    assert second.taken == b"\x01\x02\x03\x04"
    assert output.position_s() == 30.0


def test_a_sample_is_never_torn(output: SoundOutput, sink: FakeSink) -> None:
    output.start(0)
    with pytest.raises(ValueError, match="multiple of 4"):
        output.feed(bytes(6))
    sink.taken = bytes(SECOND // 2 - 7)  # room for 7 bytes
    output.feed(bytes(8))
    assert len(sink.taken) == SECOND // 2 - 3


def test_volume_holds_for_later_starts(output: SoundOutput, sink: FakeSink) -> None:
    output.set_volume(0.25)
    output.start(0)
    assert sink.volume == 0.25
    output.set_volume(7)
    assert sink.volume == 1


def test_a_pulled_headset_ends_the_clock(output: SoundOutput, sink: FakeSink) -> None:
    output.start(3.0)
    output.feed(bytes(SECOND // 2))
    sink.running = False
    assert output.position_s() is None
    assert output.needed_s() == 0
    assert output.start(3.1)  # another device may be available by now


def test_a_device_that_hangs_counts_as_lost(
    output: SoundOutput, sink: FakeSink, clock: list[float]
) -> None:
    output.start(3.0)
    clock[0] += 60
    assert output.position_s() == 3.0  # nothing was fed, so it must wait
    output.feed(bytes(SECOND // 2))
    assert output.position_s() == 3.0
    clock[0] += 3.9
    assert output.position_s() == 3.0
    sink.played_bytes = SECOND // 4
    assert output.position_s() == 3.25
    clock[0] += 4.1
    assert output.position_s() is None
    assert not sink.running
    assert not output.available
    assert not output.start(3.0)


def test_a_device_that_refuses_is_as_none(qapp: object) -> None:
    for found in (None, FakeSink(starts=False)):
        output = SoundOutput(find=lambda found=found: found)
        assert not output.start(0)
        output.feed(bytes(4))
        assert output.position_s() is None
        output.deleteLater()


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere the sound device cannot be hidden from a process"
)
def test_without_a_sound_server_it_is_quiet_and_says_so() -> None:
    # A server that cannot be reached, whatever this machine has.
    environment = os.environ | {
        "PULSE_SERVER": "unix:/nonexistent",
        "PIPEWIRE_REMOTE": "nonexistent",
        "QT_AUDIO_BACKEND": "pulseaudio",
    }
    done = subprocess.run(
        [sys.executable, "-c", SILENT], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.strip() == "the program's own"  # Qt's messages show again afterwards
