"""The verdict panel: its words in each state, the place of its mark, keyboard and mouse."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import FaceResult, FileResult, FrameResult, TrackResult, failed
from dfgui.core.geometry import Box
from dfgui.core.network.package import Bounds, Domain, Metric
from dfgui.ui.inspector.verdict import BAR, MARK, RatioScale, VerdictPanel
from dfgui.ui.widgets.theme import DARK, LIGHT, Theme
from tests.support.cards import card

CARD = card(name="hand", domain=Domain(74.0, 6.6, 0.039, 8), not_for=("cats",))
FAKE = FileResult(
    "clip.mp4", "0" * 64, "scored", score=0.9, log10_lr=0.954, verdict="supports_fake",
    support="weak", tracks=(TrackResult(1, 0.9, 0.954, 30), TrackResult(7, 0.2, -0.602, 12)),
    frames=(
        FrameResult(0, 0.0, "I", (FaceResult(1, Box(0, 0, 9, 9), 0.9),)),
        FrameResult(5, 0.2, "P", ()),
    ),
)  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot) -> VerdictPanel:
    widget = VerdictPanel()
    qtbot.addWidget(widget)
    widget.resize(320, 900)
    widget.show()
    return widget


def _shown(panel: VerdictPanel) -> list[str]:
    QApplication.processEvents()  # Qt shows labels added later only after this
    return [
        label.text() for label in panel.findChildren(QLabel) if label.isVisible() and label.text()
    ]


def test_before_any_evidence_it_says_what_to_do(panel: VerdictPanel) -> None:
    assert _shown(panel) == [
        "No evidence is open. Open a file with Ctrl+O, or drop it on the window."
    ]


def test_while_it_waits_it_shows_the_state_and_no_number(panel: VerdictPanel) -> None:
    panel.show_result(FAKE, CARD)
    panel.show_state("Analysing frame 14 of 32.")
    assert _shown(panel) == ["Analysing frame 14 of 32."]
    panel.show_result(None, CARD)
    assert _shown(panel)[0].startswith("No evidence is open.")


def test_a_scored_file(panel: VerdictPanel) -> None:
    panel.show_result(FAKE, CARD)
    shown = _shown(panel)
    assert shown[:2] == [
        "Supports fake",
        "Weak support for the proposition that the face was replaced.",
    ]
    assert "Score 0.900 (0 real, 0.5 neither, 1 fake)." in shown
    # 10 ** .954 = 9.0
    assert (
        "The finding is about 9 times more likely if the face was replaced than if it was not."
        in shown
    )
    assert "2 frames examined, 1 with a face." in shown


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (
            FileResult("clip.mp4", "0" * 64, "not_scored", "No face was found."),
            ["Not scored", "No face was found."],
        ),
        (
            failed("clip.mp4", "The file is empty; get another copy."),
            ["Failed", "The file is empty; get another copy."],
        ),
    ],
)
def test_without_a_score_there_is_a_reason_and_nothing_of_the_file_before(
    panel: VerdictPanel, result: FileResult, expected: list[str]
) -> None:  # fmt: skip
    panel.show_result(FAKE, CARD)
    panel.show_result(result, CARD)
    assert _shown(panel) == expected
    assert not panel.findChild(RatioScale).isVisible()


def test_a_withheld_verdict_keeps_the_score_and_gives_no_ratio(panel: VerdictPanel) -> None:
    withheld = msgspec.structs.replace(
        FAKE, verdict="inconclusive", support="none", reason="The face is too small."
    )
    panel.show_result(withheld, CARD)
    shown = _shown(panel)
    assert shown[:2] == ["Inconclusive", "There is a score, but the verdict is withheld."]
    assert "The face is too small." in shown
    assert not any("times more likely" in text for text in shown)


def test_sections_open_and_close_by_keyboard_and_stay_so(qtbot: QtBot, panel: VerdictPanel) -> None:
    panel.show_result(FAKE, CARD)
    assert (panel._why.is_open, panel._how_wrong.is_open, panel._limits.is_open) == (
        True,
        True,
        False,
    )
    panel._limits.button.setFocus()
    qtbot.keyClick(panel._limits.button, Qt.Key.Key_Space)
    assert "Not for cats." in _shown(panel)
    qtbot.mouseClick(panel._how_wrong.button, Qt.MouseButton.LeftButton)
    assert not panel._how_wrong.is_open
    panel.resize(320, 1200)
    assert not panel._how_wrong.is_open


def test_how_often_real_files_are_called_fake_is_counted(panel: VerdictPanel) -> None:
    # The exact interval for none of 10 ends at 1 - .025^(1/10) = .3085.
    metrics = (
        Metric("share_with_verdict", "clips", 0.5, 0.4, 0.6, 32, 5),
        Metric("real_called_fake", "clips", 0.0, 0.0, 0.3085, 10, 5),
    )
    panel.show_result(FAKE, msgspec.structs.replace(CARD, metrics=metrics))
    assert any("0 of 10 real files called fake: 0 % [0, 31]" in text for text in _shown(panel))


def test_how_wrong_is_folded_where_there_is_no_room(panel: VerdictPanel) -> None:
    panel.show_result(FAKE, CARD)
    panel.resize(320, 200)
    assert not panel._how_wrong.is_open
    panel.resize(320, 1200)
    assert panel._how_wrong.is_open


def test_a_track_is_chosen_by_click_and_by_enter(qtbot: QtBot, panel: VerdictPanel) -> None:
    panel.show_result(FAKE, CARD)
    chosen: list[int] = []
    panel.track_chosen.connect(chosen.append)
    table = panel._tracks
    row = table.visualItemRect(table.item(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert chosen == [7]
    qtbot.keyClick(table, Qt.Key.Key_Up)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen == [7, 1]


def _drawn(qtbot: QtBot, value: float, bounds: Bounds, theme: Theme = LIGHT) -> QImage:
    scale = RatioScale()
    qtbot.addWidget(scale)
    scale.set_theme(theme)
    scale.show_value(value, bounds, withheld=False)
    scale.resize(602, scale.sizeHint().height())
    return scale.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def _row() -> int:
    """A line through the bar, close to its lower edge, below the words in it."""
    return QFontMetrics(QApplication.font()).lineSpacing() + MARK + BAR - 3


@pytest.mark.parametrize(("value", "x"), [(0.0, 301), (1.5, 451), (-3.0, 7)])
def test_the_mark_stands_at_its_value(qtbot: QtBot, value: float, x: int) -> None:
    # The bar is 600 pixels wide and begins at 1: 0 lies at 301, 1.5 of 3 at 451; at the end the
    # mark stays inside.
    image = _drawn(qtbot, value, Bounds(-3.0, 3.0))
    row = _row()
    dark = [at for at in range(image.width()) if image.pixelColor(at, row).lightness() < 70]
    assert dark
    assert all(abs(at - x) <= 2 for at in dark)


def test_each_side_reaches_as_far_as_its_bound(qtbot: QtBot) -> None:
    # From -1 to 3 in 600 pixels: 0 lies 150 right of the bar's beginning at 1, and 1.5 lies 225
    # further.
    image = _drawn(qtbot, 1.5, Bounds(-1.0, 3.0))
    dark = [at for at in range(image.width()) if image.pixelColor(at, _row()).lightness() < 70]
    assert dark
    assert all(abs(at - 376) <= 2 for at in dark)
    # -.8 and 2.5.
    warmth = [
        image.pixelColor(at, _row()).red() - image.pixelColor(at, _row()).blue()
        for at in (30, 151 + 375)
    ]
    assert warmth[0] < -20 < 20 < warmth[1]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_zones_are_warm_for_fake_cold_for_real_and_grow_stronger(
    qtbot: QtBot, theme: Theme
) -> None:
    image = _drawn(qtbot, 3.0, Bounds(-4.0, 4.0), theme)
    row = _row()

    def warmth(value: float) -> int:
        colour: QColor = image.pixelColor(QPoint(round(301 + 75 * value), row))
        return colour.red() - colour.blue()

    # Inside the zones, away from their borders at .3, 1, 2 and 3, where the mark stands.
    assert warmth(3.5) > warmth(2.5) > warmth(1.5) > warmth(0.6) > abs(warmth(0.15)) + 20
    assert warmth(-3.5) < warmth(-2.5) < warmth(-1.5) < warmth(-0.6) < -abs(warmth(-0.15)) - 20


def test_a_side_without_a_verdict_has_no_zone(qtbot: QtBot) -> None:
    # From -2 to .3 in 600 pixels: the middle zone, without a colour, takes all from -.3 on.
    image = _drawn(qtbot, -1.0, Bounds(-2.0, 0.1))

    def warmth(value: float) -> int:
        colour = image.pixelColor(QPoint(round(1 + 600 * (value + 2) / 2.3), _row()))
        return colour.red() - colour.blue()

    assert warmth(-0.6) < -20
    assert all(abs(warmth(value)) < 10 for value in (-0.2, 0.05, 0.15, 0.25))


def test_nothing_is_supported_on_either_side(qtbot: QtBot) -> None:
    image = _drawn(qtbot, 0.0, Bounds(0.0, 0.0))  # the middle zone alone
    greys = [image.pixelColor(x, _row()) for x in (20, 150, 450, 580)]
    assert all(abs(grey.red() - grey.blue()) < 10 for grey in greys)


def test_the_panel_says_that_a_verdict_is_not_possible(panel: VerdictPanel) -> None:
    bounded = msgspec.structs.replace(
        CARD, calibration=msgspec.structs.replace(CARD.calibration, file=Bounds(-1.0, 0.2))
    )
    panel.show_result(
        msgspec.structs.replace(FAKE, log10_lr=0.2, verdict="inconclusive", support="none"), bounded
    )
    # 10^.2 = 1.58
    assert (
        "A verdict for fake is not possible: the calibration supports a likelihood ratio of 1.58 at"
        " most, and that verdict needs 2."
    ) in _shown(panel)


def test_a_colour_stands_for_the_verdict_and_follows_the_theme(panel: VerdictPanel) -> None:
    panel.show_result(FAKE, CARD)
    panel.set_theme(LIGHT)
    light = panel._chip.grab().toImage().pixelColor(4, 20)
    panel.set_theme(DARK)
    dark = panel._chip.grab().toImage().pixelColor(4, 20)
    assert (light.name(), dark.name()) == (LIGHT.fake, DARK.fake)
