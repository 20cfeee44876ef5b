"""The names over the timeline: which colour is which track, and how it scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from dfgui.ui.widgets.icons import icon
from dfgui.ui.widgets.theme import SPACE


@dataclass(frozen=True)
class LegendEntry:
    """One name: its colour, its text and its track number; None for a curve that is no track.

    `faint`: a track that holds no face.
    """

    colour: str
    text: str
    track: int | None = None
    faint: bool = False


class Legend(QWidget):
    """A row of names; a click on a track says that it is wanted."""

    track_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE // 2)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        # An empty row is as high as one with names: the plot below must not jump.
        self.setMinimumHeight(
            self._button(LegendEntry("#000000", "0", 0), None).sizeHint().height()
        )

    def show_entries(
        self, entries: Sequence[LegendEntry], chosen: int | None, more: Sequence[int]
    ) -> None:
        """Show names, the chosen track's in bold, and how many tracks have none here."""
        wanted = (*entries, chosen, *more)
        if wanted == self._shown:
            return
        self._shown = wanted
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for entry in entries:
            self._row.addWidget(
                self._line(entry) if entry.track is None else self._button(entry, chosen)
            )
        if more:
            rest = QLabel(self.tr("+ {} more").format(len(more)))
            rest.setProperty("role", "muted")
            rest.setToolTip(
                self.tr("Tracks seen in fewer frames: {}").format(", ".join(map(str, more[:50])))
            )
            self._row.addWidget(rest)

    def _button(self, entry: LegendEntry, chosen: int | None) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "faint" if entry.faint else "flat")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(icon("dot", entry.colour, self._side()))
        button.setIconSize(QSize(self._side(), self._side()))
        button.setText(entry.text)
        button.setToolTip(self.tr("Choose this track"))
        button.setAccessibleName(entry.text)
        font = button.font()
        font.setBold(entry.track == chosen)
        button.setFont(font)
        button.clicked.connect(lambda _checked, track=entry.track: self.track_chosen.emit(track))
        return button

    def _line(self, entry: LegendEntry) -> QLabel:
        label = QLabel(f"\N{EN DASH} \N{EN DASH}  {entry.text}")
        label.setProperty("role", "muted")
        return label

    def _side(self) -> int:
        return self.fontMetrics().height()
