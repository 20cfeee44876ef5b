"""The Pixels tab: it draws the data that it was given, for every channel."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from dfgui.core.analysis.pixels import CHANNELS, ChannelComparison, PixelComparison
from dfgui.ui.inspector.pixels_page import PixelsPage
from dfgui.ui.widgets.theme import DARK, LIGHT


def _spike(bin_: int) -> tuple[float, ...]:
    return tuple(1.0 if place == bin_ else 0.0 for place in range(64))


def _comparison(ratio: float | None = 0.5) -> PixelComparison:
    """Channel c of the face lies in bin c only, and of the background in bin 60.

    The distances are (60 - c) x 4 levels.
    """
    red, green, blue, luma = (
        ChannelComparison(name, _spike(number), _spike(60), 4.0 * (60 - number), 1.0)
        for number, name in enumerate(CHANNELS)
    )
    return PixelComparison((red, green, blue, luma), 0.8, 1.6, ratio, 5000, 90_000)


@pytest.fixture
def page(qtbot: QtBot) -> PixelsPage:
    page = PixelsPage()
    qtbot.addWidget(page)
    page.resize(320, 500)
    page.show()
    return page


def _texts(page: PixelsPage) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def _curves(page: PixelsPage) -> list[np.ndarray]:
    """Shares in per cent of background and face."""
    return [
        item.getData()[1] for item in page.findChild(pg.PlotWidget).getPlotItem().listDataItems()
    ]


def test_without_a_face_it_says_what_to_do(page: PixelsPage) -> None:
    assert _texts(page) == ["Choose a face in the original view to compare it with its background."]
    page.show_comparison(_comparison(), "")
    page.show_comparison(
        None,
        "The face has 12 pixels in this frame and 1000 are needed to compare; choose a frame that"
        " shows it larger.",
    )
    (text,) = _texts(page)
    assert text.startswith("The face has 12 pixels")


def test_figures_are_those_of_the_comparison(page: PixelsPage) -> None:
    page.show_comparison(_comparison(), "Speaks for nothing.", frame=103)
    texts = _texts(page)
    assert {
        "Speaks for nothing.",
        "Measured at frame 103.",
        "The face has 0.50 times the noise of its background.",
    } <= set(texts)
    assert [text for text in texts if text.endswith(".0")] == ["240.0", "236.0", "232.0", "228.0"]
    assert texts.count("1.00") == 4
    page.show_comparison(_comparison(None), "")
    assert "The background has no noise to compare with." in _texts(page)
    assert any("no figure here says that it was replaced" in text for text in _texts(page))


def test_each_channel_shows_its_own_histogram(page: PixelsPage, qtbot: QtBot) -> None:
    page.show_comparison(_comparison(), "")
    buttons = page.findChildren(QToolButton)
    assert [button.text() for button in buttons if button.isChecked()] == ["luma"]
    background, face = _curves(page)
    assert (np.argmax(face), np.max(face), np.argmax(background)) == (3, 100, 60)
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert np.argmax(_curves(page)[1]) == 1
    qtbot.keyClick(buttons[1], Qt.Key.Key_Left)
    qtbot.keyClick(buttons[0], Qt.Key.Key_Space)
    assert np.argmax(_curves(page)[1]) == 0
    page.show_comparison(_comparison(), "")
    assert np.argmax(_curves(page)[1]) == 0  # the choice outlives the frame


def test_bars_are_as_long_as_their_levels(page: PixelsPage) -> None:
    page.show_comparison(_comparison(), "")
    for theme in (LIGHT, DARK):
        page.set_theme(theme)
        picture = page.grab().toImage()
        ratio = picture.devicePixelRatio()
        bars = page._noise
        left, top = (
            round(ratio * value)
            for value in (
                bars.mapTo(page, bars.rect().topLeft()).x(),
                bars.mapTo(page, bars.rect().topLeft()).y(),
            )
        )
        lengths = []
        for row, colour in ((1, theme.accent), (3, theme.muted)):
            y = top + round(ratio * bars.height() * row / 4)
            lengths.append(
                sum(picture.pixelColor(x, y).name() == colour for x in range(left, picture.width()))
            )
        assert lengths[0] > 20
        # 0.8 and 1.6; anti-aliased text may share the colour.
        assert lengths[1] == pytest.approx(2 * lengths[0], abs=4)
