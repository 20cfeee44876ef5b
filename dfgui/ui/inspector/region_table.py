"""A heat map's regions as a table: how far hiding each lowers the score, and how large it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from dfgui.core.analysis_results import (
    RegionDrop,
)
from dfgui.core.values import RegionName
from dfgui.ui.widgets.theme import SPACE

REGION, DROP, SHARE = range(3)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
# For the arrow of sorting, which Qt draws over a heading on the right.
ROOM = "\N{NO-BREAK SPACE}" * 2
KEYS = {Qt.Key.Key_1: REGION, Qt.Key.Key_2: DROP, Qt.Key.Key_3: SHARE}


class _Cell(QTableWidgetItem):
    """A text that is sorted by a value behind it."""

    def __init__(self, text: str, value: float) -> None:
        super().__init__(text)
        self.value = value

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return self.value < other.value if isinstance(other, _Cell) else super().__lt__(other)


class RegionTable(QTableWidget):
    """Regions with their drops, largest first.

    A click on a heading, or the keys 1, 2 and 3, sort by another column or reverse the order.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 3, parent)
        self._names: dict[RegionName, str] = {
            "forehead": self.tr("Forehead"),
            "right_brow": self.tr("Right brow"),
            "left_brow": self.tr("Left brow"),
            "right_eye": self.tr("Right eye"),
            "left_eye": self.tr("Left eye"),
            "nose": self.tr("Nose"),
            "right_cheek": self.tr("Right cheek"),
            "left_cheek": self.tr("Left cheek"),
            "mouth": self.tr("Mouth"),
            "jaw_line": self.tr("Jaw line"),
            "surroundings": self.tr("Surroundings"),
            "brows": self.tr("Both brows"),
            "eyes": self.tr("Both eyes"),
            "cheeks": self.tr("Both cheeks"),
        }
        self._build_ui()
        self.currentCellChanged.connect(lambda row: self._reveal(row))

    def show_regions(self, regions: Sequence[RegionDrop]) -> None:
        """Replace all rows; the order of sorting stays."""
        self.setSortingEnabled(False)  # else a row moves while it is filled
        self.setRowCount(len(regions))
        for row, one in enumerate(regions):
            self._fill(row, one)
        self.setSortingEnabled(True)
        self._fit()

    def sort_by(self, column: int) -> None:
        """Sort by a column; sort again to reverse.

        Numbers start with the largest, names go as they lie in the face, top to bottom.
        """
        header = self.horizontalHeader()
        first = Qt.SortOrder.AscendingOrder if column == REGION else Qt.SortOrder.DescendingOrder
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == first
        other = Qt.SortOrder.DescendingOrder if column == REGION else Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, other if again else first)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Keys 1, 2 and 3 sort."""
        others = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        column = KEYS.get(Qt.Key(event.key()))
        if column is None or others:
            super().keyPressEvent(event)
        else:
            self.sort_by(column)

    def _build_ui(self) -> None:
        for column, heading in enumerate(
            (self.tr("Region"), self.tr("Drop"), self.tr("Of the face"))
        ):
            item = QTableWidgetItem(heading if column == REGION else heading + ROOM)
            item.setTextAlignment(LEFT if column == REGION else RIGHT)
            self.setHorizontalHeaderItem(column, item)
        self.setAccessibleName(self.tr("Heat map by regions"))
        self.setAccessibleDescription(
            self.tr(
                "Keys 1, 2 and 3 sort by region, drop and share; once more turns the order round."
            )
        )
        self.setToolTip(
            self.tr(
                "Drop: how far hiding the region lowers the score; above 0 it speaks for fake."
                " Headings and keys 1, 2, 3 sort."
            )
        )
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        for policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().lineSpacing() + SPACE // 2)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(REGION, QHeaderView.ResizeMode.Stretch)
        self.sortByColumn(DROP, Qt.SortOrder.DescendingOrder)

    def _fill(self, row: int, one: RegionDrop) -> None:
        share = self.tr("outside") if one.face_share is None else f"{100 * one.face_share:.1f} %"
        place = list(self._names).index(one.region)
        cells = (
            _Cell(self._names[one.region], place),
            _Cell(f"{one.drop:+.3f}", one.drop),
            _Cell(share, -1.0 if one.face_share is None else one.face_share),
        )
        for column, cell in enumerate(cells):
            if column != REGION:
                cell.setTextAlignment(RIGHT)
            self.setItem(row, column, cell)

    def _reveal(self, row: int) -> None:
        """Scroll the page to the row that the keyboard went to."""
        area: QWidget | None = self
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        content = None if area is None else area.widget()
        if area is not None and content is not None and row >= 0 and self.hasFocus():
            place = self.visualRect(self.model().index(row, REGION)).center()
            inner = content.mapFromGlobal(self.viewport().mapToGlobal(place))
            area.ensureVisible(0, inner.y(), 0, self.verticalHeader().defaultSectionSize())

    def _fit(self) -> None:
        """As high as its rows: the page scrolls."""
        edges = self.contentsMargins() + QMargins(1, 1, 1, 1)
        rows = max(self.rowCount(), 1) * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(
            self.horizontalHeader().sizeHint().height() + rows + edges.top() + edges.bottom()
        )
