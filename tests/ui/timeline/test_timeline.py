"""The timeline as a user works it, and what it draws."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QWheelEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import ExcludedBox, FaceResult, FrameResult, TrackResult
from dfgui.core.geometry import Box
from dfgui.core.media.facts import MediaFacts
from dfgui.core.network.package import Bounds
from dfgui.ui.timeline.axes import BOTTOM, TICK_ROOM
from dfgui.ui.timeline.timeline import Timeline
from dfgui.ui.widgets.theme import DARK, LIGHT, track_colour


def facts(count: int = 200, times: tuple[float, ...] | None = None) -> MediaFacts:
    times = tuple(i / 25 for i in range(count)) if times is None else times
    kind = "video" if count > 1 else "still"
    return MediaFacts(
        "clip.mp4", kind, 640, 360, count, 25.0, times, tuple(range(0, count, 50)), True, (), ()
    )


def frame(index: int, *faces: tuple[int, float]) -> FrameResult:
    return FrameResult(
        index,
        index / 25,
        "P",
        tuple(FaceResult(track, Box(0, 0, 50, 50), score) for track, score in faces),
    )


SCAN = [frame(i, *([(1, 0.9), (2, 0.1)] if not 60 < i < 140 else [])) for i in range(5, 200, 10)]


@pytest.fixture
def timeline(qtbot: QtBot) -> Iterator[Timeline]:
    widget = Timeline()
    qtbot.addWidget(widget)
    widget.resize(900, 180)
    widget.set_media(facts())
    widget.show()
    qtbot.waitExposed(widget)
    yield widget
    QToolTip.hideText()


def at(timeline: Timeline, index: float, score: float = 0.5) -> QPoint:
    return timeline._plot.point(index, score).toPoint()


def wheel(
    timeline: Timeline,
    where: QPoint,
    notches: float,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    view = timeline._plot.viewport()
    event = QWheelEvent(
        QPointF(where),
        QPointF(view.mapToGlobal(where)),
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def pixels(timeline: Timeline) -> QImage:
    return timeline._plot.viewport().grab().toImage()


def colours(image: QImage, area: QRect) -> set[str]:
    points = (
        (x, y)
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )
    return {image.pixelColor(x, y).name() for x, y in points}


def is_inked(image: QImage, point: QPoint, colour: QColor) -> bool:
    """Whether a line of that colour passes within a pixel; its edges are smoothed."""
    seen = (image.pixelColor(point + QPoint(0, by)) for by in (-1, 0, 1))
    return any(
        abs(c.red() - colour.red())
        + abs(c.green() - colour.green())
        + abs(c.blue() - colour.blue())
        < 60
        for c in seen
    )


def named(timeline: Timeline) -> list[str]:
    QApplication.processEvents()
    return [
        button.text() for button in timeline._legend.findChildren(QToolButton) if button.isVisible()
    ]


def test_without_a_file_it_says_what_to_do(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_media(None)
    assert timeline._empty.isVisible()
    assert not timeline._plot.isVisible()
    with qtbot.assertNotEmitted(timeline.sought):
        qtbot.keyClick(timeline, Qt.Key.Key_Right)


def test_a_click_and_a_drag_seek(qtbot: QtBot, timeline: Timeline) -> None:
    sought: list[int] = []
    timeline.sought.connect(sought.append)
    view = timeline._plot.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at(timeline, 40))
    qtbot.mouseMove(view, at(timeline, 80))
    timeline.set_position(40)  # the late answer to the press must not pull the playhead back
    assert timeline._plot.playhead.pos().x() == pytest.approx(
        timeline._plot.canvas.scale_now.place(80, 0).x()
    )
    qtbot.mouseMove(view, QPoint(5000, 40))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(timeline, 150))
    qtbot.mouseMove(view, at(timeline, 20))
    assert sought == [40, 80, 199]
    timeline.set_position(10)
    assert timeline._plot.playhead.pos().x() == pytest.approx(
        timeline._plot.canvas.scale_now.place(10, 0).x()
    )
    assert timeline.hasFocus()


def test_keys_step_and_quick_steps_add_up(qtbot: QtBot, timeline: Timeline) -> None:
    sought: list[int] = []
    timeline.sought.connect(sought.append)
    timeline.set_position(100)
    keys = (
        Qt.Key.Key_Right,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
        Qt.Key.Key_End,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_Left,
    )
    for key in keys:
        qtbot.keyClick(timeline, key)
    assert sought == [101, 102, 101, 199, 0]


def test_the_wheel_zooms_about_the_mouse_and_a_double_click_resets(
    qtbot: QtBot, timeline: Timeline
) -> None:
    assert timeline._plot.range_now == pytest.approx((-0.5, 199.5))
    here = at(timeline, 50)
    under = timeline._plot.frame_at(QPointF(here))
    wheel(timeline, here, 3)
    left, right = timeline._plot.range_now
    assert right - left == pytest.approx(200 / 1.25**3)
    assert timeline._plot.frame_at(QPointF(here)) == pytest.approx(under)
    wheel(timeline, here, -1, Qt.KeyboardModifier.ShiftModifier)
    assert timeline._plot.range_now[0] == pytest.approx(left + 0.1 * (right - left))
    for _ in range(40):
        wheel(timeline, here, 1)
    left, right = timeline._plot.range_now
    assert right - left == pytest.approx(10)  # the closest zoom
    qtbot.mouseDClick(timeline._plot.viewport(), Qt.MouseButton.LeftButton, pos=here)
    assert timeline._plot.range_now == pytest.approx((-0.5, 199.5))
    wheel(timeline, here, -5)
    assert timeline._plot.range_now == pytest.approx((-0.5, 199.5))


def test_keys_zoom_and_the_view_follows_the_playhead(qtbot: QtBot, timeline: Timeline) -> None:
    for _ in range(6):
        qtbot.keyClick(timeline, Qt.Key.Key_Up)
    assert timeline._plot.range_now[1] < 100
    timeline.set_position(150)
    left, right = timeline._plot.range_now
    assert left < 150 < right


def test_curves_gap_and_playhead_are_where_the_numbers_say(
    qtbot: QtBot, timeline: Timeline
) -> None:
    timeline.set_frames([frame(0, (3, 0.3))])
    timeline.set_media(facts())  # clears the timeline
    timeline.set_frames(SCAN)
    timeline.set_position(30)
    image = pixels(timeline)
    green, pink = QColor(track_colour(1)), QColor(track_colour(2))
    for track, score in ((green, 0.9), (pink, 0.1)):
        assert is_inked(image, at(timeline, 20, score), track)  # on the line, between two dots
        assert not is_inked(image, at(timeline, 100, score), track)  # no face here
    assert is_inked(image, at(timeline, 30, 0.6), QColor(LIGHT.accent))
    # The gap lies halfway between 55 and 65 to halfway between 135 and 145, and is grey on the bare
    # middle.
    bare = QColor(LIGHT.surface)
    assert (
        image.pixelColor(at(timeline, 58, 0.6)) == bare == image.pixelColor(at(timeline, 142, 0.6))
    )
    grey = image.pixelColor(at(timeline, 63, 0.6))
    assert grey == image.pixelColor(at(timeline, 137, 0.6))
    assert 200 < grey.red() < 240
    assert abs(grey.red() - grey.blue()) < 12


def test_zones_are_tinted_where_they_begin(timeline: Timeline) -> None:
    timeline.set_frames([frame(0, (1, 0.5))])
    image = pixels(timeline)
    assert (
        image.pixelColor(at(timeline, 100, 0.6))
        == QColor(LIGHT.surface)
        == image.pixelColor(at(timeline, 100, 0.4))
    )
    # The plot reaches from -.10 to 1.14, the outermost zones begin at .001 and .999.
    weak, moderate, strong = (
        image.pixelColor(at(timeline, 100, score)) for score in (0.8, 0.95, 1.05)
    )
    assert weak.blue() > moderate.blue() > strong.blue()  # more and more orange
    weak, moderate, strong = (
        image.pixelColor(at(timeline, 100, score)) for score in (0.2, 0.04, -0.05)
    )
    assert weak.red() > moderate.red() > strong.red()  # more and more blue


def test_every_zone_has_its_word_a_line_apart(timeline: Timeline) -> None:
    words = [word for _, _, word, _ in timeline._plot._zone_axis.words()]
    fake = ["strong", "moderately strong", "moderate", "weak"]
    assert words == [*fake, "inconclusive", *reversed(fake)]
    zones = [
        (round(low, 3), round(high, 3)) for low, high, _, _ in timeline._plot._zone_axis.words()
    ]
    # 10^.3 / (1 + 10^.3) = .66614, 10 / 11 = .90909, 100 / 101 = .99010, 1000 / 1001 = .99900
    assert zones == [
        (0.999, 1),
        (0.99, 0.999),
        (0.909, 0.99),
        (0.666, 0.909),
        (0.334, 0.666),
        (0.091, 0.334),
        (0.01, 0.091),
        (0.001, 0.01),
        (0, 0.001),
    ]


def test_zones_that_the_bounds_rule_out_are_neither_drawn_nor_named(timeline: Timeline) -> None:
    # 10^1.2 for "fake" lies among the moderate, 10^-.2 for "real" gives no verdict.
    timeline.set_bounds(Bounds(-0.2, 1.2))
    timeline.set_frames([frame(0, (1, 0.5))])
    zones = [
        (round(low, 3), round(high, 3), word)
        for low, high, word, _ in timeline._plot._zone_axis.words()
    ]
    assert zones == [
        (0.909, 1, "moderate"), (0.666, 0.909, "weak"), (0, 0.666, "inconclusive"),
    ]  # fmt: skip
    image = pixels(timeline)
    bare = QColor(LIGHT.surface)
    # Frame 125 is no key frame, which has a mark below.
    assert all(image.pixelColor(at(timeline, 125, score)) == bare for score in (0.6, 0.2, -0.05))
    moderate = image.pixelColor(at(timeline, 125, 0.95))
    assert moderate != bare
    assert image.pixelColor(at(timeline, 125, 1.05)) == moderate  # the same zone up to the edge
    timeline.set_media(facts())
    assert len(timeline._plot._zone_axis.words()) == 3  # another file of the same network


def test_frames_that_come_live_are_drawn_at_a_pace(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_frames(SCAN[:3])
    assert [len(curve.frames) for curve in timeline._content.curves] == [3, 3]
    for known in range(4, len(SCAN) + 1):
        timeline.set_frames(SCAN[:known])
    assert [len(curve.frames) for curve in timeline._content.curves] == [3, 3]  # not yet
    qtbot.waitUntil(lambda: [len(curve.frames) for curve in timeline._content.curves] == [12, 12])
    timeline.set_frames(SCAN[5:8])  # another scan
    qtbot.waitUntil(lambda: [len(curve.frames) for curve in timeline._content.curves] == [1, 1])
    timeline.set_frames([*SCAN[5:8], SCAN[0]])  # a late result
    qtbot.waitUntil(
        lambda: [curve.frames.tolist() for curve in timeline._content.curves] == [[5, 55]] * 2
    )


def test_the_legend_names_tracks_and_chooses(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_frames(SCAN)
    assert named(timeline) == ["track 1", "track 2"]
    timeline.set_tracks([TrackResult(1, 0.912, 1.01, 12), TrackResult(2, 0.1, -0.95, 12)])
    assert named(timeline) == ["track 1  0.91", "track 2  0.10"]
    with qtbot.waitSignal(timeline.track_chosen) as chosen:
        button = next(
            button
            for button in timeline._legend.findChildren(QToolButton)
            if button.text().startswith("track 2")
        )
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == [2]
    timeline.choose_track(2)
    image = pixels(timeline)
    assert is_inked(image, at(timeline, 20, 0.1), QColor(track_colour(2)))
    assert not is_inked(image, at(timeline, 20, 0.9), QColor(track_colour(1)))  # fainter now


def test_many_tracks_keep_the_legend_short(timeline: Timeline) -> None:
    timeline.set_frames(
        [
            frame(i, *((track, 0.5) for track in range(1, 21) if i < 200 - track))
            for i in range(5, 200, 10)
        ]
    )
    timeline.choose_track(15)
    assert named(timeline) == ["+ 14 more", *(f"track {track}" for track in (1, 2, 3, 4, 5, 15))]
    assert timeline._legend.sizeHint().width() <= timeline.width()


def test_the_mouse_reads_time_frame_and_nearest_score(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_frames([frame(10, (1, 0.9), (2, 0.2)), frame(12, (1, 0.8)), frame(100)])
    view = timeline._plot.viewport()
    qtbot.mouseMove(view, at(timeline, 10, 0.85))
    # Mean of two logits ln 9 and ln 4 is ln 6: .857; its interval as in the test of the curves.
    assert (
        timeline._readout.text()
        == "0:00:00.400  frame 10  track 1: 0.90  mean 0.86 (95 %: 0.03\u20131.00)"
    )
    qtbot.mouseMove(view, at(timeline, 10, 0.25))
    assert timeline._readout.text() == "0:00:00.400  frame 10  track 2: 0.20"
    qtbot.mouseMove(view, at(timeline, 100, 0.5))
    assert timeline._readout.text() == "0:00:04.000  frame 100"


def test_a_bookmark_is_a_flag_that_tells_its_label(qtbot: QtBot, timeline: Timeline) -> None:
    before = pixels(timeline)
    timeline.set_bookmarks([(120, "mouth does not close"), (30, "start")])
    flag = QRect(at(timeline, 120, 1.1), at(timeline, 120, 1.1) + QPoint(6, 3))
    assert QColor(LIGHT.warning).name() in colours(pixels(timeline), flag)
    assert QColor(LIGHT.warning).name() not in colours(before, flag)
    qtbot.mouseMove(timeline._plot.viewport(), at(timeline, 120, 1.1))
    assert QToolTip.text() == "mouth does not close"


def test_a_region_curve_is_drawn_about_the_middle_and_named(timeline: Timeline) -> None:
    timeline.set_frames(SCAN)
    timeline.set_region_curve([(150, 0.4), (10, 0.4)])  # half of .4 above the middle: at .7
    image = pixels(timeline)
    along = QRect(at(timeline, 20, 0.7), at(timeline, 40, 0.7) + QPoint(0, 0))
    assert (
        min(QColor(name).lightness() for name in colours(image, along.adjusted(0, -1, 0, 1))) < 60
    )
    assert [entry.text for entry in timeline._entries()][-1].startswith("Score change")
    timeline.set_region_curve([])
    assert len(timeline._entries()) == 2


def room_for(timeline: Timeline, labels: int, label: str = "0:00:00") -> float:
    return (
        TICK_ROOM
        * QFontMetricsF(timeline._plot._time_axis.font()).horizontalAdvance(label)
        * (labels + 0.01)
    )


def test_axis_labels_are_round_times(timeline: Timeline) -> None:
    axis = timeline._plot._time_axis
    ((_, places),) = axis.tickValues(-0.5, 199.5, room_for(timeline, 9))
    assert axis.tickStrings(places, 1, 1) == [f"0:00:0{second}" for second in range(8)]
    assert places == pytest.approx([25 * second for second in range(8)])
    ((_, places),) = axis.tickValues(100, 112, room_for(timeline, 9, "0:00:00.00"))
    assert axis.tickStrings(places, 1, 1)[:2] == ["0:00:04.0", "0:00:04.1"]


def test_axis_labels_keep_to_uneven_times_and_to_numbers(timeline: Timeline) -> None:
    axis = timeline._plot._time_axis
    # From frame 99 on, a frame lasts three seconds.
    uneven = tuple(float(i) for i in range(100)) + tuple(99 + 3 * float(i) for i in range(1, 101))
    timeline.set_media(facts(200, uneven))
    ((_, places),) = axis.tickValues(-0.5, 199.5, room_for(timeline, 9))
    labelled = dict(zip(axis.tickStrings(places, 1, 1), places, strict=True))
    assert labelled["0:01:00"] == pytest.approx(60)
    assert labelled["0:05:00"] == pytest.approx(99 + (300 - 99) / 3)
    timeline.set_media(facts(200, ()))
    ((_, places),) = axis.tickValues(-0.5, 199.5, room_for(timeline, 10, "0000000"))
    assert axis.tickStrings(places, 1, 1)[:3] == ["0", "20", "40"]


def test_one_long_frame_does_not_crowd_the_axis(timeline: Timeline) -> None:
    timeline.set_media(facts(100, (*(i / 100 for i in range(99)), 3600.0)))
    axis = timeline._plot._time_axis
    ((_, places),) = axis.tickValues(-0.5, 99.5, room_for(timeline, 9))
    assert len(places) > 3
    assert np.diff(places).min() >= 5
    assert axis.tickStrings(places, 1, 1)[1] == f"0:00:00.{round(places[1]):02d}0"


def test_a_still_shows_one_named_point_a_face(timeline: Timeline) -> None:
    timeline.set_media(facts(1, ()))
    timeline.set_frames([frame(0, (1, 0.8), (2, 0.8))])
    image = pixels(timeline)
    # Side by side at a third and two thirds of the way.
    assert (
        image.pixelColor(at(timeline, -0.5 + 1 / 3, 0.8)).name()
        != image.pixelColor(at(timeline, 0, 0.8)).name()
    )
    for track, place in ((1, -0.5 + 1 / 3), (2, -0.5 + 2 / 3)):
        dot = image.pixelColor(at(timeline, place, 0.8))
        assert abs(dot.hue() - QColor(track_colour(track)).hue()) < 12
    assert not timeline._plot.playhead.isVisible()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_theme_can_change_at_run_time(timeline: Timeline, theme: object) -> None:
    timeline.set_frames(SCAN)
    for other in (DARK, LIGHT):
        timeline.set_theme(other)
        assert pixels(timeline).pixelColor(at(timeline, 58, 0.6)) == QColor(other.surface)


def test_the_picture_is_wide_white_and_has_the_curves(timeline: Timeline) -> None:
    timeline.set_theme(DARK)
    timeline.set_frames(SCAN)
    image = QImage.fromData(timeline.picture("png"))
    assert image.width() >= 1600
    assert image.pixelColor(2, image.height() - 2) == QColor("#ffffff")
    found = colours(image, image.rect().adjusted(100, 60, -100, -60))
    assert {track_colour(1).lower(), track_colour(2).lower()} <= found
    assert LIGHT.accent not in found  # no playhead


def test_the_picture_as_svg_holds_shapes_and_words(timeline: Timeline) -> None:
    timeline.set_frames(SCAN)
    wheel(timeline, at(timeline, 50), 4)
    data = timeline.picture("svg")
    assert b"<image" not in data
    for word in (b"inconclusive", b"no face", b"track 1", b"fake 1", b"0:00:01"):
        assert word in data
    assert QSvgRenderer(data).isValid()
    assert b'viewBox="0 0 1000 360"' in data


def test_two_hours_are_drawn_with_as_few_items_and_lines(timeline: Timeline) -> None:
    timeline.set_frames(SCAN)
    few = len(timeline._plot.scene().items())
    count = 216_000
    keys = tuple(range(0, 200_000, 2))
    long = MediaFacts(
        "long.mp4",
        "video",
        640,
        360,
        count,
        30.0,
        tuple(i / 30 for i in range(count)),
        keys,
        True,
        (),
        (),
    )
    timeline.set_media(long)
    timeline.set_frames(
        [frame(i, (1, 0.25 + 0.5 * (i % 2))) if i % 5000 else frame(i) for i in range(count)]
    )
    assert len(timeline._plot.scene().items()) == few
    # 216,000 points as shapes would take megabytes.
    assert len(timeline.picture("svg")) < 500_000
    assert is_inked(pixels(timeline), at(timeline, 102_500, 0.5), QColor(track_colour(1)))


def without_face(index: int, *tracks: int) -> FrameResult:
    return FrameResult(
        index,
        index / 25,
        "P",
        (),
        tuple(ExcludedBox(track, Box(0, 0, 50, 50), -5.0) for track in tracks),
    )


def test_tracks_without_a_face_are_grey_and_have_no_curve(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.set_frames([frame(10, (1, 0.9)), without_face(100, 3), frame(190, (1, 0.9))])
    assert named(timeline) == ["track 1", "track 3: no face"]
    assert [curve.track for curve in timeline._content.curves] == [1]
    assert {track: frames.tolist() for track, frames in timeline._content.left_out.items()} == {
        3: [100]
    }
    below = at(timeline, 100, 0.0)
    image, muted = pixels(timeline), QColor(LIGHT.muted)
    stroke = QPoint(below.x(), timeline._plot.point(100, BOTTOM).toPoint().y() - 10)
    beside = image.pixelColor(stroke + QPoint(12, 0))
    assert (
        abs(image.pixelColor(stroke).lightness() - muted.lightness())
        < abs(beside.lightness() - muted.lightness()) - 20
    )
    (chip,) = (
        button
        for button in timeline._legend.findChildren(QToolButton)
        if button.text() == "track 3: no face"
    )
    assert chip.property("role") == "faint"
    with qtbot.waitSignal(timeline.track_chosen) as chosen:
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert chosen.args == [3]


def test_the_end_of_a_scan_may_leave_out_what_was_shown_before(timeline: Timeline) -> None:
    live = [frame(10, (1, 0.9)), frame(100, (1, 0.8), (3, 0.7)), frame(190, (1, 0.9))]
    timeline.set_frames(live)
    assert named(timeline) == ["track 1", "track 3"]
    last = [
        live[0],
        FrameResult(100, 4.0, "P", live[1].faces[:1], without_face(100, 3).excluded),
        live[2],
    ]
    timeline.set_frames(last, again=True)
    timeline._on_pace()
    assert named(timeline) == ["track 1", "track 3: no face"]
    assert [curve.track for curve in timeline._content.curves] == [1]
