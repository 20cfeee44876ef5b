"""The Settings tab as a user works it."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QScrollArea,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import ElaInformativeness
from dfgui.core.media.facts import ElaSettings
from dfgui.services.app_settings import AppSettings
from dfgui.ui.inspector.informativeness_meter import InformativenessMeter
from dfgui.ui.inspector.settings_page import SettingsPage
from dfgui.ui.widgets.theme import DARK

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


@pytest.fixture
def page(qtbot: QtBot) -> SettingsPage:
    widget = SettingsPage()
    qtbot.addWidget(widget)
    widget.resize(320, 900)
    widget.show()
    return widget


@pytest.fixture
def said(page: SettingsPage) -> list[AppSettings]:
    values: list[AppSettings] = []
    page.changed.connect(values.append)
    return values


def _named(page: SettingsPage, kind: type[AnyWidget], name: str) -> AnyWidget:
    return next(widget for widget in page.findChildren(kind) if widget.accessibleName() == name)


def test_a_slider_says_each_new_value_while_it_moves(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    slider = _named(page, QSlider, "JPEG quality, slider")
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert said == [AppSettings(ela=ElaSettings(89)), AppSettings(ela=ElaSettings(88))]
    assert _named(page, QSpinBox, "JPEG quality").value() == 88


def test_a_field_is_typed_into(qtbot: QtBot, page: SettingsPage, said: list[AppSettings]) -> None:
    field = _named(page, QSpinBox, "Frames of a scan")
    field.selectAll()
    qtbot.keyClicks(field, "64")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said[-1] == AppSettings(frames=64)


def test_choices(qtbot: QtBot, page: SettingsPage, said: list[AppSettings]) -> None:
    qtbot.keyClick(_named(page, QComboBox, "Channel"), Qt.Key.Key_Down)
    qtbot.keyClick(_named(page, QComboBox, "Fill"), Qt.Key.Key_End)
    qtbot.keyClick(_named(page, QComboBox, "Map"), Qt.Key.Key_Down)
    qtbot.keyClick(_named(page, QComboBox, "Theme"), Qt.Key.Key_End)
    assert said[-1] == AppSettings(
        ela_channel="luminance", fill="blur", mode="printed", theme="dark"
    )


def test_the_stride_never_exceeds_the_patch(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    qtbot.keyClick(_named(page, QSlider, "Patch, slider"), Qt.Key.Key_Left)
    assert said == [AppSettings(patch=19, stride=19)]
    qtbot.keyClick(_named(page, QSlider, "Stride, slider"), Qt.Key.Key_End)
    assert len(said) == 1  # it is at its end already
    qtbot.keyClick(_named(page, QSlider, "Patch, slider"), Qt.Key.Key_Right)
    qtbot.keyClick(_named(page, QSlider, "Stride, slider"), Qt.Key.Key_End)
    assert said[1:] == [AppSettings(patch=20, stride=19), AppSettings(patch=20, stride=20)]


def test_shares_are_shown_as_percentages(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    qtbot.keyClick(_named(page, QSlider, "Opacity, slider"), Qt.Key.Key_Right)
    assert said == [AppSettings(opacity=0.61)]
    assert _named(page, QSpinBox, "Opacity").text() == "61 %"


def test_settings_from_elsewhere_are_shown_without_an_echo(
    page: SettingsPage, said: list[AppSettings]
) -> None:
    page.set_settings(
        AppSettings(
            ela=ElaSettings(70), patch=300, stride=250, fill="mean", frames=8, face_margin=0.5
        )
    )
    assert said == []
    assert _named(page, QSpinBox, "JPEG quality").value() == 70
    assert _named(page, QSpinBox, "Patch").value() == 300
    assert _named(page, QSpinBox, "Stride").value() == 250
    assert _named(page, QComboBox, "Fill").currentText() == "Mean colour"
    assert _named(page, QSpinBox, "Face margin").text() == "50 %"


def test_a_change_keeps_what_the_page_does_not_show(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    page.set_settings(AppSettings(recent=("a.mp4",), volume=0.3))
    qtbot.keyClick(_named(page, QSlider, "JPEG quality, slider"), Qt.Key.Key_Left)
    assert said == [AppSettings(recent=("a.mp4",), volume=0.3, ela=ElaSettings(89))]


def test_defaults_come_back_for_one_group(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    page.set_settings(AppSettings(ela=ElaSettings(70, 5.0), patch=40, stride=10, opacity=0.1))
    qtbot.mouseClick(
        _named(page, QToolButton, "Restore defaults of Occlusion"), Qt.MouseButton.LeftButton
    )
    assert said == [AppSettings(ela=ElaSettings(70, 5.0))]
    assert _named(page, QSpinBox, "Stride").value() == 20


def test_the_wheel_scrolls_the_page_and_changes_nothing(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    page.resize(320, 200)
    area = page.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    slider = _named(page, QSlider, "JPEG quality, slider")
    slider.clearFocus()
    place = slider.mapTo(page, slider.rect().center())
    QTest.wheelEvent(page.windowHandle(), QPointF(place), QPoint(0, -120))
    assert said == []
    assert area.verticalScrollBar().value() > 0


def test_the_meter_of_error_levels(qtbot: QtBot, page: SettingsPage) -> None:
    meter = page.findChild(InformativenessMeter)
    assert not meter.isVisible()
    page.set_theme(DARK)
    # A factor of 1.5, half of the way from 1 to 2; below 1 counts as its inverse.
    page.show_informativeness(
        ElaInformativeness(1.0, 1.5, 1 / 1.5, 2.0, (1 / 1.5,), "h264", 23), "Weakly."
    )
    assert meter.isVisible()
    assert "Weakly." in [label.text() for label in page.findChildren(QLabel)]
    image = meter.grab().toImage()
    accent = [x for x in range(image.width()) if image.pixelColor(x, 5).name() == DARK.accent]
    assert accent[-1] == pytest.approx(image.width() / 2, abs=2)
    page.show_informativeness(None, "The picture is too small.")
    assert not meter.isVisible()


def test_the_wheel_changes_what_has_the_focus(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    page.activateWindow()
    slider = _named(page, QSlider, "JPEG quality, slider")
    slider.setFocus()
    place = slider.mapTo(page, slider.rect().center())
    QTest.wheelEvent(page.windowHandle(), QPointF(place), QPoint(0, -120))
    assert said
    assert said[-1].ela.quality < 90


def test_a_map_by_regions_has_no_stride(
    qtbot: QtBot, page: SettingsPage, said: list[AppSettings]
) -> None:
    assert _named(page, QSpinBox, "Stride").isEnabled()
    qtbot.keyClick(_named(page, QComboBox, "Hide"), Qt.Key.Key_Down)
    assert said == [AppSettings(by="regions")]
    assert not _named(page, QSpinBox, "Stride").isEnabled()
    assert not _named(page, QSlider, "Stride, slider").isEnabled()
    qtbot.mouseClick(
        _named(page, QToolButton, "Restore defaults of Occlusion"), Qt.MouseButton.LeftButton
    )
    assert said[-1] == AppSettings()
    assert _named(page, QSpinBox, "Stride").isEnabled()
