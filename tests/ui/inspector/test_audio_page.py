"""The Audio tab: drawings at their place on the time axis, clicks, and the playhead."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from dfgui.core.media.sound.audio import Sound
from dfgui.core.values import Array
from dfgui.ui.inspector.audio_page import AudioPage
from dfgui.ui.widgets.theme import DARK, LIGHT

START_S, SECONDS = 2.0, 10.0


def _sound(warnings: tuple[str, ...] = ()) -> Sound:
    """10 s from 2 s on, loud in the second second only.

    In that second, band 20 has -10 dB and the rest -90.
    """
    envelope = np.zeros((1000, 2), np.float32)
    envelope[100:200] = (-0.25, 0.75)
    mel = np.full((64, 1000), -90, np.float32)
    mel[20, 100:200] = -10
    return Sound(
        "aac", 44_100, 2, START_S, SECONDS, Array.of(envelope), 0.01, Array.of(mel), 0.01, warnings
    )


@pytest.fixture
def page(qtbot: QtBot) -> AudioPage:
    page = AudioPage()
    qtbot.addWidget(page)
    page.resize(340, 480)
    page.show()
    return page


def _texts(page: AudioPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def _at(page: AudioPage, plot: int, x: float, y: float) -> QPoint:
    """The place of a point of a plot in the view."""
    return page._view.mapFromScene(page._plots[plot].getViewBox().mapViewToScene(QPointF(x, y)))


def _times_shown(page: AudioPage) -> list[list[float]]:
    return [plot.getViewBox().viewRange()[0] for plot in page._plots]


def test_without_sound_it_says_why(page: AudioPage) -> None:
    assert _texts(page) == ["This file has no sound."]
    page.show_sound(None, "Reading the sound...")
    assert _texts(page) == ["Reading the sound..."]


def test_facts_sentence_and_warnings(page: AudioPage) -> None:
    page.show_sound(_sound(("A packet is damaged.",)), "Speech and lips agree.")
    assert _texts(page) == [
        "aac, 44,100 Hz, 2 channels, starts at 2.000 s, lasts 10.000 s",
        "A packet is damaged.",
        "Speech and lips agree.",
    ]
    page.show_sound(_sound(), "")
    assert len(_texts(page)) == 1


def test_what_is_drawn_lies_at_its_time_and_frequency(page: AudioPage, qtbot: QtBot) -> None:
    page.show_sound(_sound(), "")
    qtbot.wait(50)
    times, values = page._wave.getData()
    loud = times[np.abs(values) > 0.1]
    # Middles of bins 100 and 199.
    assert (loud.min(), loud.max()) == (pytest.approx(3.005), pytest.approx(3.995))
    assert (values.min(), values.max()) == (-0.25, 0.75)
    picture = page._view.grab().toImage()

    def colour(x: float, y: float) -> tuple[int, ...]:
        place = _at(page, 1, x, y) * picture.devicePixelRatio()
        return picture.pixelColor(place).getRgb()[:3]

    # Viridis at 0 and at (-10 + 80) / 80 = .875 of its way.
    dark, bright = (
        [round(part) for part in pg.colormap.get("viridis").map(share, mode="byte")[:3]]
        for share in (0.0, 0.875)
    )
    assert colour(3.5, 20.5) == pytest.approx(bright, abs=6)
    for x, y in ((3.5, 18.5), (3.5, 22.5), (2.5, 20.5), (4.5, 20.5)):
        assert colour(x, y) == pytest.approx(dark, abs=6)
    assert _times_shown(page) == [[START_S, START_S + SECONDS]] * 2


def test_colours_mean_the_same_decibels_in_every_file(page: AudioPage) -> None:
    page.show_sound(_sound(), "")
    assert tuple(page._image.levels) == (-80, 0)
    assert tuple(page._bar.levels()) == (-80, 0)


def test_frequencies_stand_at_their_bands(page: AudioPage) -> None:
    (ticks,) = page._plots[1].getAxis("left")._tickLevels
    rows = {text: row for row, text in ticks}
    # 2595 log10(1 + 1000 / 700) = 1000.0 mel, and 31.75 and 2840.02 at the ends; 65 steps, band b's
    # centre after b + 1 of them.
    step = (2840.02 - 31.75) / 65
    assert rows["1k"] == pytest.approx((1000.0 - 31.75) / step - 0.5, abs=0.01)
    assert rows["4k"] == pytest.approx(
        (2595 * math.log10(1 + 4000 / 700) - 31.75) / step - 0.5, abs=0.01
    )


@pytest.mark.parametrize(("plot", "y"), [(0, 0.5), (1, 40)])
def test_a_click_goes_to_its_time(page: AudioPage, qtbot: QtBot, plot: int, y: float) -> None:
    page.show_sound(_sound(), "")
    qtbot.wait(50)
    with qtbot.waitSignal(page.sought_s) as sought:
        qtbot.mouseClick(
            page._view.viewport(), Qt.MouseButton.LeftButton, pos=_at(page, plot, 7.0, y)
        )
    assert sought.args[0] == pytest.approx(7.0, abs=SECONDS / 150)  # a pixel or two


def test_a_click_on_the_colour_bar_goes_nowhere(page: AudioPage, qtbot: QtBot) -> None:
    page.show_sound(_sound(), "")
    qtbot.wait(50)
    said: list[float] = []
    page.sought_s.connect(said.append)
    view = page._view.viewport()
    qtbot.mouseClick(
        view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 2, view.height() - 5)
    )
    assert said == []


def test_the_playhead_is_in_step_and_stays_in_a_zoomed_view(page: AudioPage, qtbot: QtBot) -> None:
    page.show_sound(_sound(), "")
    page.set_time(4.5)
    assert [(head.value(), head.isVisible()) for head in page._heads] == [(4.5, True)] * 2
    assert _times_shown(page) == [[START_S, START_S + SECONDS]] * 2  # all is shown: nothing moves
    page._plots[1].setXRange(4, 6, padding=0)
    page.set_time(5.9)
    assert _times_shown(page)[1] == [4, 6]
    page.set_time(6.1)
    assert _times_shown(page)[1] == pytest.approx([5.9, 7.9])
    # Qt's test sends the second press only.
    for act in (qtbot.mouseClick, qtbot.mouseDClick, qtbot.mouseRelease):
        act(page._view.viewport(), Qt.MouseButton.LeftButton, pos=_at(page, 1, 7, 30))
    assert _times_shown(page)[1] == [START_S, START_S + SECONDS]
    page.set_time(None)
    assert not any(head.isVisible() for head in page._heads)


def test_keys_zoom_about_the_playhead_and_move_along(page: AudioPage, qtbot: QtBot) -> None:
    page.show_sound(_sound(), "")
    page.set_time(4.0)
    page.setFocus()
    for key, shown in (
        # The 2 s before the playhead and the 8 s after it shrink by a factor of 1.25.
        (Qt.Key.Key_Plus, (4 - 2 / 1.25, 4 + 8 / 1.25)),
        (Qt.Key.Key_Equal, (4 - 2 / 1.25**2, 4 + 8 / 1.25**2)),
        (Qt.Key.Key_Minus, (4 - 2 / 1.25, 4 + 8 / 1.25)),
        (Qt.Key.Key_Right, (3.2, 11.2)),  # a tenth of 8 s
        (Qt.Key.Key_Right, (4.0, 12.0)),
        (Qt.Key.Key_Right, (4.0, 12.0)),  # the sound ends there
        (Qt.Key.Key_Left, (3.2, 11.2)),
        (Qt.Key.Key_0, (START_S, START_S + SECONDS)),
        (Qt.Key.Key_Minus, (START_S, START_S + SECONDS)),
    ):
        qtbot.keyClick(page, key)
        assert _times_shown(page)[1] == pytest.approx(list(shown))
    page.set_time(None)
    qtbot.keyClick(page, Qt.Key.Key_Plus)
    assert _times_shown(page)[1] == pytest.approx([3, 11])  # about the middle


def test_the_keyboard_comes_with_a_click_and_only_where_there_is_sound(
    page: AudioPage, qtbot: QtBot
) -> None:
    assert page.focusPolicy() == Qt.FocusPolicy.NoFocus
    page.show_sound(_sound(), "")
    qtbot.wait(50)

    def framed() -> bool:
        image = page._view.grab().toImage()
        row = page._view.mapFromScene(page._plots[1].getViewBox().sceneBoundingRect().topLeft()).y()
        accents = [
            image.pixelColor(x, y).name() == LIGHT.accent
            for y in (row - 1, row, row + 1)
            for x in range(image.width())
        ]
        return sum(accents) > image.width() // 2

    assert not framed()
    qtbot.mouseClick(page._view.viewport(), Qt.MouseButton.LeftButton, pos=_at(page, 1, 7.0, 40))
    assert page.hasFocus()
    assert framed()
    page.clearFocus()
    assert not framed()


def test_another_file_replaces_the_time_axis(page: AudioPage) -> None:
    page.show_sound(_sound(), "")
    envelope, mel = np.zeros((20, 2), np.float32), np.full((64, 2), -90, np.float32)
    later = Sound(
        "opus", 48_000, 1, 100.0, 0.02, Array.of(envelope), 0.001, Array.of(mel), 0.01, ()
    )
    page.show_sound(later, "")
    assert _times_shown(page) == [[pytest.approx(100.0), pytest.approx(100.02)]] * 2
    assert "1 channel," in _texts(page)[0]


def test_themes_change_the_frame_but_not_the_decibels(page: AudioPage) -> None:
    page.show_sound(_sound(), "")
    for theme in (LIGHT, DARK):
        page.set_theme(theme)
        assert page._view.grab().toImage().pixelColor(2, 2).name() == theme.surface
        assert page._heads[0].pen.color().name() == theme.accent
        assert page._bar.colorMap().name == "viridis"
