"""The Frame tab: facts on the shown frame, its faces, and the score of a hand-drawn box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.analysis_results import RegionDrop
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.display.wording import time_code
from dfgui.core.geometry import Box
from dfgui.core.media.facts import FrameFacts
from dfgui.ui.inspector.region_table import RegionTable
from dfgui.ui.widgets.fields import FactGrid, HashField, TrackTable, label, scrolled
from dfgui.ui.widgets.language import grouped, worded
from dfgui.ui.widgets.theme import SPACE


class FramePage(QWidget):
    """Facts and faces of one frame."""

    face_chosen = Signal(int)  # the face's track
    box_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: int | None = None
        self._build_ui()
        self._connect()
        self.show_instead("")
        self.show_faces((), None)
        self.show_hand_score(None, None, "")
        self.show_regions(())

    def show_instead(self, sentence: str) -> None:
        """Say what a chosen file waits for, or why it has no frame; empty if none is open."""
        self._empty.setText(sentence or self.tr("No frame is shown. Open a file with Ctrl+O."))

    def show_frame(self, frame: FrameFacts | None, *, is_still: bool = False) -> None:
        """Show a frame's facts; None if no frame is shown.

        A still picture has no number, no time and no type of coding among others.
        """
        self._pages.setCurrentIndex(0 if frame is None else 1)
        if frame is None:
            return
        self._fact_grid.setVisible(not is_still)
        time = self.tr("not given by the file")
        self._number.setText(grouped(frame.index))
        self._time.setText(time if frame.pts_s is None else time_code(frame.pts_s))
        self._pts.setText(time if frame.pts_s is None else self.tr("{:.6f} s").format(frame.pts_s))
        name, meaning = self._types.get(frame.type, self._types["?"])
        self._type.setText(name)
        self._type.setToolTip(meaning)
        self._hash.show_hash(frame.sha256)
        self._damaged.setVisible(frame.damaged)

    def show_faces(self, faces: Sequence[PlacedFace], chosen: int | None) -> None:
        """Show the faces of this frame; `chosen` is the track of the face in the other views."""
        self._chosen = chosen
        faces = [face for face in faces if face.track]
        # A face that no scan has numbered can be chosen too.
        rows = [(face.track or 0, (_place(face.box), self._score(face))) for face in faces]
        self._table.show_rows(rows, greyed={face.track or 0 for face in faces if face.excluded})
        self._table.setVisible(bool(faces))
        self._no_face.setVisible(not faces)
        for row, face in enumerate(faces):
            if face.track == chosen:
                self._table.selectRow(row)
        self._enable_choose()

    def _score(self, face: PlacedFace) -> str:
        if face.excluded:
            return self.tr("no face")
        return "-" if face.score is None else f"{face.score:.3f}"

    def show_hand_score(self, box: Box | None, score: float | None, sentence: str) -> None:
        """Show a box drawn by hand with its score, and a sentence.

        The sentence says what the score means, or why there is none.
        """
        self._hand_facts.setVisible(box is not None)
        if box is not None:
            facts = [(self.tr("Box by hand"), _place(box))]
            self._hand_facts.show_facts(
                [*facts, (self.tr("Score"), f"{score:.3f}")] if score is not None else facts
            )
        self._hand_sentence.setText(worded(sentence))
        self._hand_sentence.setVisible(bool(sentence))

    def show_regions(self, regions: Sequence[RegionDrop]) -> None:
        """Show what hiding each region of the face did; nothing if no map was made by regions."""
        self._regions.show_regions(regions)
        self._region_part.setVisible(bool(regions))

    def _build_ui(self) -> None:
        self._types = {
            "I": (
                self.tr("I (coded alone)"),
                self.tr("Everything in this frame comes from its own data."),
            ),
            "P": (
                self.tr("P (predicted)"),
                self.tr("Built on earlier frames: parts may be copies of theirs."),
            ),
            "B": (
                self.tr("B (predicted both ways)"),
                self.tr("Built on earlier and later frames: parts may be copies of theirs."),
            ),
            "?": (
                self.tr("not known"),
                self.tr("The decoder does not say how this frame was coded."),
            ),
        }
        self._empty = label("", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(SPACE)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(scrolled(self._content()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _content(self) -> QWidget:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        self._damaged = label(
            self.tr("This frame is damaged: parts of it may come from other frames."), "warning"
        )
        layout.addWidget(self._damaged)
        layout.addWidget(self._build_regions())
        self._fact_grid = self._facts()
        layout.addWidget(self._fact_grid)
        self._hash = HashField(self.tr("SHA-256 of the picture"))
        layout.addWidget(self._hash)
        layout.addWidget(label(self.tr("Faces in this frame"), "heading"))
        for widget in self._faces():
            layout.addWidget(widget)
        layout.addLayout(self._buttons())
        self._hand_facts, self._hand_sentence = FactGrid(), label(role="muted", selectable=True)
        layout.addWidget(self._hand_facts)
        layout.addWidget(self._hand_sentence)
        layout.addStretch(1)
        return content

    def _build_regions(self) -> QWidget:
        self._regions = RegionTable()
        self._region_part = QWidget()
        column = QVBoxLayout(self._region_part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(label(self.tr("Heat map by regions"), "heading"))
        column.addWidget(self._regions)
        column.addWidget(
            label(
                self.tr("Right and left are the person's own. Pairs are hidden together."), "muted"
            )
        )
        return self._region_part

    def _facts(self) -> FactGrid:
        grid = FactGrid()
        self._number, self._time, self._pts, self._type = (label(selectable=True) for _ in range(4))
        rows = (
            (self.tr("Number"), self._number),
            (self.tr("Time code"), self._time),
            (self.tr("PTS"), self._pts),
            (self.tr("Type"), self._type),
        )
        for row, (name, value) in enumerate(rows):
            grid.add(row, name, value)
        self._number.setToolTip(self.tr("Counted from 0 in the order of presentation."))
        self._pts.setToolTip(self.tr("Presentation time on the file's own clock."))
        return grid

    def _faces(self) -> tuple[QWidget, QWidget]:
        headings = (self.tr("Track"), self.tr("Box (x, y, size)"), self.tr("Score"))
        self._table = TrackTable(headings, self.tr("Faces in this frame"))
        self._table.horizontalHeader().setSectionResizeMode(
            2, QHeaderView.ResizeMode.ResizeToContents
        )
        self._table.setToolTip(
            self.tr(
                "Scores of single faces; the verdict comes from whole tracks. Enter chooses a face."
            )
        )
        self._no_face = label(
            self.tr("No face is known in this frame. Draw a box by hand to score one."), "muted"
        )
        return self._table, self._no_face

    def _buttons(self) -> QHBoxLayout:
        self._choose = QPushButton(self.tr("Choose"))
        self._choose.setToolTip(
            self.tr("Show this face in the views and on request its heat map (Enter)")
        )
        self._choose.setAccessibleName(self.tr("Choose the selected face"))
        self._draw = QPushButton(self.tr("Draw a box by hand"))
        self._draw.setToolTip(
            self.tr("Drag a rectangle over a face in the original; it is scored at once.")
        )
        self._draw.setAccessibleName(self.tr("Draw a box by hand"))
        buttons = QHBoxLayout()
        buttons.addWidget(self._choose)
        buttons.addWidget(self._draw)
        buttons.addStretch(1)
        return buttons

    def _connect(self) -> None:
        self._table.itemSelectionChanged.connect(self._enable_choose)
        self._table.activated.connect(lambda index: self._on_choose())
        self._choose.clicked.connect(self._on_choose)
        self._draw.clicked.connect(self.box_requested)

    def _selected(self) -> int | None:
        rows = self._table.selectionModel().selectedRows()
        return self._table.track_at(rows[0].row()) if rows else None

    def _enable_choose(self) -> None:
        self._choose.setEnabled(self._selected() not in (None, self._chosen))

    def _on_choose(self) -> None:
        track = self._selected()
        if track is not None:
            self.face_chosen.emit(track)


def _place(box: Box) -> str:
    return f"{box.x}, {box.y}, {box.w} x {box.h}"
