"""A heat map by regions, through the real `main()`.

It is chosen in the settings, made with O, read in the table and exported.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from dfgui.ui.inspector.region_table import RegionTable
from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import Program
from tests.e2e.hands import LONG_MS, named, press, wait_settled

KEY = Qt.Key
ROWS = 14  # eleven regions, three pairs


def test_squares_become_regions_with_a_table(
    program: Program, qtbot: QtBot, one_face: Path, tmp_path: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        inspector = window.inspector
        inspector.show_page(inspector.settings)
        qtbot.keyClick(named(window, QComboBox, "Hide"), KEY.Key_Down)
        assert window.services.settings.by == "regions"
        table = window.findChild(RegionTable)
        assert not table.isVisible()
        window.views.current.picture.setFocus()
        press(qtbot, window, KEY.Key_O)
        assert window.actions_by_name["occlusion"].isChecked()
        qtbot.waitUntil(lambda: window.services.heat_maps.heat is not None, timeout=LONG_MS)
        assert inspector.page is inspector.frame
        assert table.isVisible()
        assert table.rowCount() == ROWS
        assert window.views.panels[2].heat_bar.isVisible()
        inspector.show_page(inspector.settings)
        qtbot.keyClick(named(window, QComboBox, "Fill"), KEY.Key_Down)
        wait_settled(qtbot, window)
        assert window.services.heat_maps.heat.settings.fill == "mean"
        assert inspector.page is inspector.settings  # a change of settings keeps the tab open
        written: list[object] = []
        window.export_menu.exporter.finished.connect(written.append)
        window.export_menu.exporter.export_map(tmp_path / "out")
        qtbot.waitUntil(lambda: bool(written), timeout=LONG_MS)
        inspector.show_page(inspector.frame)
        assert table.isVisible()
        window.views.current.picture.setFocus()
        press(qtbot, window, KEY.Key_O)
        assert window.services.heat_maps.heat is None
        assert not table.isVisible()

    program.run(work, one_face)
    files = {
        path.name.split("-heat-map")[-1].split("-")[-1]: path
        for path in (tmp_path / "out").iterdir()
    }
    table = files["regions.csv"].read_text().splitlines()
    assert table[0] == "region,drop,face_share,pixels"
    assert len(table) == 1 + ROWS
    facts = msgspec.json.decode(files[".json"].read_bytes())
    assert facts["map"]["settings"]["by"] == "regions"
    assert sum(one["face_share"] or 0 for one in facts["map"]["regions"][:11]) == pytest.approx(1)


def test_a_map_that_is_called_off_at_once_leaves_the_action_up(
    program: Program, qtbot: QtBot, one_face: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        window.services.change(by="regions")
        press(qtbot, window, KEY.Key_O)
        press(qtbot, window, KEY.Key_Escape)
        assert not window.actions_by_name["occlusion"].isChecked()
        wait_settled(qtbot, window)
        assert window.services.heat_maps.heat is None

    program.run(work, one_face)
