"""The table of a heat map by regions as a user works it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import RegionDrop
from dfgui.core.media.facts import FrameFacts
from dfgui.ui.inspector.frame_page import FramePage
from dfgui.ui.inspector.region_table import RegionTable

REGIONS = (
    RegionDrop("forehead", 0.125, 0.2, 1280),
    RegionDrop("right_eye", -0.25, 0.0625, 400),
    RegionDrop("nose", 0.5, 0.1, 640),
    RegionDrop("surroundings", 0.0625, None, 3600),
)
KEY = Qt.Key


@pytest.fixture
def page(qtbot: QtBot) -> FramePage:
    widget = FramePage()
    qtbot.addWidget(widget)
    widget.resize(320, 700)
    widget.show()
    widget.show_frame(FrameFacts(3, None, "I"))
    widget.show_regions(REGIONS)
    QApplication.processEvents()
    return widget


@pytest.fixture
def table(page: FramePage) -> RegionTable:
    return page.findChild(RegionTable)


def rows(table: RegionTable) -> list[list[str]]:
    cells = [[table.item(row, column) for column in range(3)] for row in range(table.rowCount())]
    return [[cell.text() for cell in row if cell] for row in cells]


def names(table: RegionTable) -> list[str]:
    return [row[0] for row in rows(table)]


def test_the_region_that_matters_most_comes_first(table: RegionTable) -> None:
    assert rows(table) == [
        ["Nose", "+0.500", "10.0 %"],
        ["Forehead", "+0.125", "20.0 %"],
        ["Surroundings", "+0.062", "outside"],
        ["Right eye", "-0.250", "6.2 %"],
    ]


def test_sorting_with_the_keyboard(qtbot: QtBot, table: RegionTable) -> None:
    table.setFocus()
    qtbot.keyClick(table, KEY.Key_3)
    assert names(table) == ["Forehead", "Nose", "Right eye", "Surroundings"]
    qtbot.keyClick(table, KEY.Key_3)
    assert names(table) == ["Surroundings", "Right eye", "Nose", "Forehead"]
    qtbot.keyClick(table, KEY.Key_1)
    # As they lie in the face.
    assert names(table) == ["Forehead", "Right eye", "Nose", "Surroundings"]
    qtbot.keyClick(table, KEY.Key_1)
    assert names(table) == ["Surroundings", "Nose", "Right eye", "Forehead"]
    qtbot.keyClick(table, KEY.Key_2)
    assert names(table)[0] == "Nose"
    qtbot.keyClick(table, KEY.Key_2)
    assert names(table)[0] == "Right eye"
    qtbot.keyClick(table, KEY.Key_1, Qt.KeyboardModifier.ControlModifier)  # 1:1 of the window
    assert names(table)[0] == "Right eye"


def test_sorting_with_the_mouse(qtbot: QtBot, table: RegionTable) -> None:
    header = table.horizontalHeader()
    where = QPoint(header.sectionPosition(1) + 10, header.height() // 2)
    before = names(table)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert names(table) == before[::-1]


def test_the_order_stays_when_another_map_comes(
    qtbot: QtBot, page: FramePage, table: RegionTable
) -> None:
    qtbot.keyClick(table, KEY.Key_3)
    page.show_regions(
        tuple(
            RegionDrop(one.region, -one.drop, one.face_share, one.pixels) for one in REGIONS[::-1]
        )
    )
    assert names(table) == ["Forehead", "Nose", "Right eye", "Surroundings"]
    assert rows(table)[0] == ["Forehead", "-0.125", "20.0 %"]


def test_the_page_follows_the_keyboard(qtbot: QtBot, page: FramePage, table: RegionTable) -> None:
    page.setFixedHeight(150)
    table.setFocus()
    QApplication.processEvents()
    last = table.item(3, 0)
    for _ in range(4):
        qtbot.keyClick(table, KEY.Key_Down)
    assert table.currentRow() == 3
    seen = table.mapTo(page, table.viewport().pos() + table.visualItemRect(last).bottomLeft())
    assert 0 < seen.y() < 150


def test_every_row_is_seen_and_none_without_a_map(page: FramePage, table: RegionTable) -> None:
    assert table.visualItemRect(table.item(3, 0)).bottom() <= table.viewport().height()
    assert table.isVisible()
    page.show_regions(())
    assert not table.isVisible()
    assert not any(
        label.isVisible() and label.text() == "Heat map by regions"
        for label in page.findChildren(QLabel)
    )


def test_each_kind_of_region_has_a_name_and_fits(table: RegionTable) -> None:
    single = (
        "forehead",
        "right_brow",
        "left_brow",
        "right_eye",
        "left_eye",
        "nose",
        "right_cheek",
        "left_cheek",
        "mouth",
        "jaw_line",
    )
    table.show_regions(
        [
            RegionDrop(name, -0.123, 0.1, 9)
            for name in (*single, "surroundings", "brows", "eyes", "cheeks")
        ]
    )
    assert len(set(names(table))) == 14
    QApplication.processEvents()
    for row in range(14):
        cell = table.item(row, 0)
        assert cell is not None
        assert table.fontMetrics().horizontalAdvance(cell.text()) < table.columnWidth(0)
