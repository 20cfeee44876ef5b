"""The transport row as a user works it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from dfgui.core.media.facts import MediaFacts
from dfgui.ui.timeline.transport import Transport
from dfgui.ui.widgets.theme import DARK, LIGHT


def facts(*, count: int = 250, sound: bool = True, timed: bool = True) -> MediaFacts:
    times = tuple(i / 25 for i in range(count)) if timed else ()
    kind = "video" if count > 1 else "still"
    return MediaFacts("clip.mp4", kind, 640, 360, count, 25.0, times, (0,), sound, (), ())


@pytest.fixture
def transport(qtbot: QtBot) -> Transport:
    widget = Transport()
    qtbot.addWidget(widget)
    widget.resize(1200, 40)
    widget.set_media(facts())
    widget.show()
    return widget


def press(qtbot: QtBot, transport: Transport, name: str) -> None:
    qtbot.mouseClick(transport._buttons[name], Qt.MouseButton.LeftButton)


def test_every_button_says_what_was_pressed(qtbot: QtBot, transport: Transport) -> None:
    said: list[object] = []
    transport.play_toggled.connect(lambda: said.append("play"))
    transport.stepped.connect(lambda by: said.append(("step", by)))
    transport.key_jumped.connect(lambda by: said.append(("key", by)))
    transport.end_jumped.connect(lambda by: said.append(("end", by)))
    transport.go_to_requested.connect(lambda: said.append("go to"))
    for name in ("start", "previous_key", "back", "play", "forward", "next_key", "end"):
        press(qtbot, transport, name)
    qtbot.mouseClick(transport._time, Qt.MouseButton.LeftButton)
    assert said == [
        ("end", -1),
        ("key", -1),
        ("step", -1),
        "play",
        ("step", 1),
        ("key", 1),
        ("end", 1),
        "go to",
    ]


def test_a_button_works_by_key(qtbot: QtBot, transport: Transport) -> None:
    transport._buttons["forward"].setFocus()
    with qtbot.waitSignal(transport.stepped) as step:
        qtbot.keyClick(transport._buttons["forward"], Qt.Key.Key_Space)
    assert step.args == [1]


def test_the_place_is_shown(transport: Transport) -> None:
    transport.set_position(103, 4.12, "P")
    assert (transport._time.text(), transport._frame.text()) == ("00:00:04.120", "frame 103 (P)")
    transport.set_position(7, None, "?")
    assert (transport._time.text(), transport._frame.text()) == ("go to", "frame 7")
    transport.set_media(None)
    assert not transport._time.isVisible()
    assert transport._frame.text() == "No file is open."


def test_the_speed_is_shown_where_it_is_not_that_of_the_file(transport: Transport) -> None:
    transport.set_playing(True, 1.0)
    assert not transport._speed.isVisible()
    assert transport._buttons["play"].accessibleName() == "Pause"
    transport.set_playing(True, -0.5)
    assert (transport._speed.isVisible(), transport._speed.text()) == (True, "-0.5\u00d7")
    transport.set_playing(False, 1.0)
    assert transport._buttons["play"].toolTip() == "Play (Space)"


def test_sound_has_controls_only_where_there_is_sound(qtbot: QtBot, transport: Transport) -> None:
    said: list[float] = []
    transport.volume_changed.connect(said.append)
    transport._volume.setFocus()
    qtbot.keyClick(transport._volume, Qt.Key.Key_PageDown)
    press(qtbot, transport, "mute")
    press(qtbot, transport, "mute")
    press(qtbot, transport, "mute")
    # Moving the slider turns the sound on again.
    qtbot.keyClick(transport._volume, Qt.Key.Key_PageDown)
    assert said == [0.9, 0.0, 0.9, 0.0, 0.8]
    assert not transport._buttons["mute"].isChecked()
    transport.set_media(facts(sound=False))
    assert not transport._volume.isVisible()
    assert not transport._buttons["mute"].isVisible()


def test_a_still_has_nothing_to_play(transport: Transport) -> None:
    transport.set_media(facts(count=1, sound=False, timed=False))
    transport.set_position(0, None, "?")
    assert not any(button.isVisible() for button in transport._buttons.values())
    assert not transport._time.isVisible()
    assert transport._frame.text() == "Still picture"


def test_a_job_shows_until_it_ends(qtbot: QtBot, transport: Transport) -> None:
    assert not transport._job.isVisible()
    transport.set_job("analysing 14/32, 3 s left", 14 / 32)
    assert transport._job.isVisible()
    # 437.5, rounded to even.
    assert (transport._progress.value(), transport._progress.maximum()) == (438, 1000)
    with qtbot.waitSignal(transport.cancelled):
        press(qtbot, transport, "cancel")
    transport.set_job("opening", None)
    assert transport._progress.maximum() == 0
    transport.set_job(None, None)
    assert not transport._job.isVisible()


def test_a_narrow_window_shortens_the_job_and_cuts_nothing_off(
    qtbot: QtBot, transport: Transport
) -> None:
    transport.set_position(103, 4.12, "P")
    transport.set_job(
        "analysing a file with a long name that goes on and on, 14/32, 12 min 3 s left", 0.5
    )
    transport.resize(760, 40)
    qtbot.waitUntil(lambda: transport.width() == 760)
    assert transport.minimumSizeHint().width() <= 760
    cancel = transport._buttons["cancel"]
    assert cancel.mapTo(transport, cancel.rect().bottomRight()).x() < 760
    assert "12 min 3 s left" in transport._job_text.toolTip()


def test_every_control_has_a_name_and_a_tooltip(transport: Transport) -> None:
    for button in transport.findChildren(QToolButton):
        assert button.accessibleName()
        assert button.toolTip()


def test_icons_follow_the_theme(transport: Transport) -> None:
    before = transport._buttons["end"].icon().pixmap(20).toImage()
    transport.set_theme(DARK)
    assert transport._buttons["end"].icon().pixmap(20).toImage() != before
    transport.set_theme(LIGHT)
    assert transport._buttons["end"].icon().pixmap(20).toImage() == before
