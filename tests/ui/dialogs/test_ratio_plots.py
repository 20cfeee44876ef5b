"""The Tippett plot and the reliability diagram in the dialog of models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from dfgui.core.network.package import load_package
from dfgui.ui.dialogs.model_dialog import ModelDialog
from dfgui.ui.dialogs.ratio_plots import RatioPlots
from dfgui.ui.widgets.theme import DARK, LIGHT
from tests.support.validations import validation

WORSE = msgspec.structs.replace(
    validation("face"),
    tippett=tuple(
        msgspec.structs.replace(point, real=point.fake) for point in validation().tippett
    ),
)


@pytest.fixture
def plots(qtbot: QtBot) -> RatioPlots:
    widget = RatioPlots((WORSE, validation("file")), LIGHT)
    qtbot.addWidget(widget)
    widget.resize(800, 400)
    widget.show()
    return widget


def _curves(plot: pg.PlotWidget) -> list[tuple[np.ndarray, np.ndarray]]:
    return [item.getData() for item in plot.getPlotItem().listDataItems()]


def _drawn(plot: pg.PlotWidget) -> list[list[float]]:
    return [np.round(values, 6).tolist() for _, values in _curves(plot)]


def test_the_tippett_plot_has_a_curve_for_each_class(plots: RatioPlots) -> None:
    assert plots._unit.currentText() == "files"
    real, fake = _curves(plots._tippett)
    assert real[0].tolist() == fake[0].tolist() == [-1.0, -0.3, 0.3, 1.0, 1.1]
    assert _drawn(plots._tippett) == [[100, 40, 20, 10, 0], [100, 95, 80, 50, 0]]
    # 20 % of the real ones at 2 or more; all but 95 % of the fakes below 1/2
    assert plots._tippett.accessibleDescription().startswith(
        "20 % of the real ones have a ratio of 2 or more, 5 % of the fakes one below 1/2."
    )


def test_the_reliability_diagram_has_a_step_for_each_pool(plots: RatioPlots) -> None:
    diagonal, *steps = _curves(plots._reliability)
    assert diagonal[0].tolist() == diagonal[1].tolist() == [0, 1]
    assert [(x.tolist(), y.tolist()) for x, y in steps[:2]] == [
        ([0.1, 0.4], [0.2, 0.2]),
        ([0.45, 0.92], [0.75, 0.75]),
    ]


def test_another_unit_is_chosen_by_the_keyboard(plots: RatioPlots, qtbot: QtBot) -> None:
    qtbot.keyClick(plots._unit, Qt.Key.Key_Up)
    assert plots._unit.currentText() == "single faces"
    assert _drawn(plots._tippett) == [[100, 95, 80, 50, 0]] * 2


def test_the_curves_follow_the_theme(plots: RatioPlots) -> None:
    plots.set_theme(DARK)
    real, fake = plots._tippett.getPlotItem().listDataItems()
    assert [one.opts["pen"].color().name() for one in (real, fake)] == [DARK.real, DARK.fake]


def test_the_dialog_shows_them_below_their_figures(package: Path, qtbot: QtBot) -> None:
    loaded = load_package(package)
    card = msgspec.structs.replace(loaded.card, validation=(validation("file"),))
    dialog = ModelDialog([("red-mean", replace(loaded, card=card))], "red-mean")
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.processEvents()
    (shown,) = dialog.findChildren(RatioPlots)
    assert [box.currentText() for box in shown.findChildren(QComboBox)] == ["files"]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "How good the likelihood ratios are" in texts
    assert any(text.startswith("Cllr 0.62 [0.51, 0.70], Cllr-min") for text in texts)
    dialog.set_theme(DARK)
    assert shown._theme is DARK


def test_a_card_without_them_has_no_plots(package: Path, qtbot: QtBot) -> None:
    dialog = ModelDialog([("red-mean", load_package(package))], "red-mean")
    qtbot.addWidget(dialog)
    assert dialog.findChildren(RatioPlots) == []
