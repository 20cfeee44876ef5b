"""The names over the timeline: which colour is which track, and how it scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from dfgui.ui.widgets.icons import icon
from dfgui.ui.widgets.theme import SPACE

LISTED = 50  # tracks in the menu


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
    """A row of names; a click on a track says that it is wanted.

    A menu at its end has the tracks that have no name in the row.
    """

    track_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = ()
        self._names: list[tuple[LegendEntry, QWidget]] = []
        self._chosen: int | None = None
        self._unnamed: tuple[int, ...] = ()
        self._is_fitting = False
        self._rest = self._build_rest()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE // 2)
        self._row.addWidget(self._rest)
        self._row.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # An empty row is as high as one with names: the plot below must not jump.
        self.setMinimumHeight(
            self._button(LegendEntry("#000000", "0", 0), None).sizeHint().height()
        )

    def show_entries(
        self, entries: Sequence[LegendEntry], chosen: int | None, more: Sequence[int]
    ) -> None:
        """Show names, the chosen track's in bold; `more` are tracks for the menu."""
        wanted = (*entries, chosen, *more)
        if wanted == self._shown:
            return
        self._shown, self._chosen, self._unnamed = wanted, chosen, tuple(more)
        for _, name in self._names:
            self._row.removeWidget(name)
            name.hide()
            name.deleteLater()
        self._names = [
            (entry, self._line(entry) if entry.track is None else self._button(entry, chosen))
            for entry in entries
        ]
        for place, (_, name) in enumerate(self._names):
            self._row.insertWidget(place, name)
        self.updateGeometry()
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for every name."""
        return self._size(sum(_width(name) for _, name in self._names))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the longest name and the menu."""
        return self._size(max((_width(name) for _, name in self._names), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show the names that have room."""
        super().resizeEvent(event)
        self._fit()

    def _size(self, names: int) -> QSize:
        return QSize(names + _width(self._rest), self.minimumHeight())

    def _fit(self) -> None:
        """Show what has room.

        To show or hide a name can resize the row, which asks for this again in the middle of it.
        """
        if self._is_fitting:
            return
        self._is_fitting, width = True, -1
        while width != self.width():
            width = self.width()
            self._show_what_fits()
        self._is_fitting = False

    def _show_what_fits(self) -> None:
        """Show the names that have room, the chosen track's first; the menu has the others."""
        whole = sum(_width(name) for _, name in self._names) - SPACE // 2
        room = self.width() - (
            0 if whole <= self.width() and not self._unnamed else _width(self._rest)
        )
        hidden = []
        for entry, name in sorted(self._names, key=lambda one: one[0].track != self._chosen):
            room -= _width(name)
            name.setVisible(room + SPACE // 2 >= 0)
            if name.isHidden() and entry.track is not None:
                hidden.append(entry.track)
        tracks = sorted((*hidden, *self._unnamed))
        self._rest.setVisible(bool(tracks))
        self._rest.setText(self.tr("+ {} more").format(len(tracks)))
        self._offer(tracks)

    def _build_rest(self) -> QToolButton:
        rest = QToolButton()
        rest.setProperty("role", "faint")
        rest.setText(self.tr("+ {} more").format(1000))  # the widest, for its size
        rest.setAccessibleName(self.tr("More tracks"))
        rest.setToolTip(self.tr("Choose one of the other tracks"))
        rest.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(rest)
        menu.triggered.connect(lambda action: self.track_chosen.emit(action.data()))
        rest.setMenu(menu)
        return rest

    def _offer(self, tracks: Sequence[int]) -> None:
        menu = self._rest.menu()
        menu.clear()
        for track in tracks[:LISTED]:
            menu.addAction(self.tr("track {}").format(track)).setData(track)

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


def _width(name: QWidget) -> int:
    """The width of a name with the gap behind it."""
    return name.sizeHint().width() + SPACE // 2
