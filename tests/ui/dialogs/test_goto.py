"""Go to: the input it accepts, the frame it means, and the dialog."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from dfgui.core.display.wording import time_code
from dfgui.core.media.facts import MediaFacts
from dfgui.ui.dialogs.goto import GoToDialog, parse_place


def facts(
    times: tuple[float, ...], *, count: int | None = None, fps: float | None = 25.0
) -> MediaFacts:
    return MediaFacts(
        "clip.mp4",
        "video",
        640,
        360,
        len(times) if count is None else count,
        fps,
        times,
        (0,),
        False,
        (),
        (),
    )


CLIP = facts(tuple(i / 25 for i in range(250)))


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("103", 103),
        (" 0 ", 0),
        ("249", 249),
        ("00:00:04.12", 103),  # 4.12 x 25
        ("0:04.12", 103),
        ("4.12s", 103),
        ("4,12 s", 103),
        ("4.159s", 103),
        ("4.16s", 104),
        ("4s", 100),
        ("0:00:09.99", 249),
        ("9.999s", 249),  # the last frame is on screen until 10 s
        ("2.5", 62),  # frame 62 is on screen from 2.48 s
        ("4,12", 103),
        ("00:00:02:12", 62),  # 2 x 25 + 12
        ("0:00:09:24", 249),
    ],
)
def test_a_place_by_number_or_time(text: str, frame: int) -> None:
    assert parse_place(text, CLIP) == frame


def test_hours_and_minutes_by_hand() -> None:
    long = facts(tuple(float(i) for i in range(4000)), fps=1)
    assert parse_place("1:02:03", long) == 3723
    assert parse_place("1:02", long) == 62
    assert parse_place("62:03", long) == 3723


@pytest.mark.parametrize(
    ("text", "frame"),
    # SMPTE ST 12-1: in drop-frame counting ten minutes have 17,982 frames, and 00:01:00;02 follows
    # 00:00:59;29. Without dropping, a minute has 1,800 numbers.
    [
        ("00:00:59;29", 1799),
        ("00:01:00;02", 1800),
        ("00:10:00;00", 17982),
        ("00:01:00:02", 1802),
    ],
)
def test_a_time_code_at_2997(text: str, frame: int) -> None:
    ntsc = facts(tuple(i * 1001 / 30000 for i in range(18000)), fps=30000 / 1001)
    assert parse_place(text, ntsc) == frame
    with pytest.raises(ValueError, match="one of those that are dropped"):
        parse_place("00:01:00;01", ntsc)


def test_a_time_code_needs_a_constant_rate() -> None:
    with pytest.raises(ValueError, match="no constant frame rate"):
        parse_place("00:00:01:00", facts((0.0, 0.04, 0.3, 0.34)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type a frame number"),
        ("00:00:02:25", "The frames of a second go up to 24 here."),
        ("00:00:60:00", "Minutes and seconds go up to 59."),
        ("00:00:10:00", "There is no frame 250; the frames run from 0 to 249."),
        ("00:00:02;12", "Time codes drop frames at 29.97 and 59.94 frames/s only"),
        ("-3", "Type a frame number"),
        ("²", "Type a frame number"),
        ("1e3", "Type a frame number"),
        ("9" * 5000, "Type a frame number"),
        ("250", "There is no frame 250; the frames run from 0 to 249."),
        ("0:00:75", "Minutes and seconds go up to 59."),
        ("1:60:00", "Minutes and seconds go up to 59."),
        (
            "11s",
            r"There is no frame at 00:00:11.000; the frames run from 00:00:00.000 to 00:00:10.000.",
        ),
        ("-1s", "There is no frame at -00:00:01.000"),
    ],
)
def test_a_place_that_is_none_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_place(text, CLIP)


def test_files_without_times_and_stills() -> None:
    untimed = facts((), count=9, fps=None)
    assert parse_place("8", untimed) == 8
    with pytest.raises(ValueError, match="no times"):
        parse_place("1s", untimed)
    with pytest.raises(ValueError, match="the only frame has the number 0"):
        parse_place("1", facts((), count=1, fps=None))


def test_the_clock_of_the_file_counts_and_frames_may_be_uneven() -> None:
    uneven = facts((-0.5, 0.0, 0.1, 3.0, 3.04), fps=None)
    assert [parse_place(text, uneven) for text in ("-0.5s", "-0.01s", "0s", "2.99s", "3s")] == [
        0,
        0,
        1,
        2,
        3,
    ]


def test_a_shorter_step_than_a_millisecond_keeps_its_frames() -> None:
    fast = facts(tuple(i / 4000 for i in range(100)), fps=4000)
    assert parse_place("0.01s", fast) == 40
    assert parse_place("0.01025s", fast) == 41


@example(0.9985, [2])
@given(st.floats(-100, 5000), st.lists(st.integers(2, 40_000), min_size=1, max_size=40))
def test_a_time_that_is_shown_leads_back_to_its_frame(start: float, steps_ms: list[int]) -> None:
    times = tuple(accumulate((step / 1000 for step in steps_ms), initial=start))
    clip = facts(times)
    assert [parse_place(time_code(at), clip) for at in times] == list(range(len(times)))


def test_time_codes_by_hand() -> None:
    assert time_code(4.12) == "00:00:04.120"
    assert time_code(3723.9996) == "01:02:04.000"
    assert time_code(-0.0001) == "00:00:00.000"
    assert time_code(-61.5, decimals=1, hours=1) == "-0:01:01.5"
    assert time_code(59.6, decimals=0, hours=1) == "0:01:00"


def test_the_dialog_says_which_frame_it_is_and_gives_it(qtbot: QtBot) -> None:
    dialog = GoToDialog(CLIP, 7)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog._answer.text() == "Frame 7 at 00:00:00.280"
    qtbot.keyClicks(dialog._field, "0:04.12")  # replaces the selected number
    assert dialog._answer.text() == "Frame 103 at 00:00:04.120"
    qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    assert (dialog.result(), dialog.place) == (QDialog.DialogCode.Accepted, 103)


def test_the_dialog_does_not_take_what_it_cannot_find(qtbot: QtBot) -> None:
    dialog = GoToDialog(CLIP, 7)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClicks(dialog._field, "999")
    assert "run from 0 to 249" in dialog._answer.text()
    assert not dialog._ok.isEnabled()
    qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.place is None
