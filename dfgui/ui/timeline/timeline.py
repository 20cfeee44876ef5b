"""The timeline: track scores over the frames, thresholds, gaps and marks; a click or drag seeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QToolTip, QVBoxLayout, QWidget

from dfgui.core.analysis_results import FrameResult, TrackResult
from dfgui.core.display.score_curves import ScanArrays, ScoreCurve, faceless, left_out, track_curves
from dfgui.core.display.wording import time_code
from dfgui.core.media.facts import MediaFacts
from dfgui.core.network.package import Bounds
from dfgui.ui.timeline.axes import TOP
from dfgui.ui.timeline.canvas import PlotContent
from dfgui.ui.timeline.legend import Legend, LegendEntry
from dfgui.ui.timeline.picture import PictureKind, timeline_picture
from dfgui.ui.timeline.plot import TimelinePlot
from dfgui.ui.widgets.elided import ElidedLine
from dfgui.ui.widgets.theme import EXCLUDED_COLOUR, LIGHT, SPACE, Theme, track_colour

REDRAW_MS = 100  # between two pictures while a scan runs, at least
NAMED = 6  # tracks in the legend; its menu has the others
HIT = 8.0  # pixels from the mouse to what it means
FLAG = 16.0  # pixels from the top edge, where flags are
ZOOM = 1.25  # a notch of the wheel, or a key
NOTCH = 120  # Qt's units of a notch


class Timeline(QWidget):
    """Shows scores over time and says which frame is wanted; it scores and moves nothing itself."""

    sought = Signal(int)  # frame number
    track_chosen = Signal(int)  # track number, from the legend

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: MediaFacts | None = None
        self._scan = ScanArrays.of([])
        self._ends: tuple[FrameResult, FrameResult] | None = None
        self._scores: dict[int, float] = {}
        self._content = PlotContent()
        self._position = 0
        self._dragging = False
        # The first picture comes at once, later ones at this pace.
        self._pace = QTimer(self, interval=REDRAW_MS, singleShot=True)
        self._waiting = False
        self._build_ui()
        self._connect()
        self.set_theme(LIGHT)
        self.set_media(None)

    def set_media(self, facts: MediaFacts | None, instead: str = "") -> None:
        """Start again with a file, or with none."""
        self._facts = facts
        self._scan, self._ends, self._scores, self._position, self._dragging = (
            ScanArrays.of([]),
            None,
            {},
            0,
            False,
        )
        count, keys = (facts.count, facts.key_frames) if facts else (0, ())
        times = facts.times_s if facts and len(facts.times_s) == count else ()
        self._content = PlotContent(
            count=count, key_frames=np.array(keys, np.int64), bounds=self._content.bounds
        )
        self._plot.set_media(count, np.array(times, np.float64))
        self._empty.setText(
            instead
            or self.tr(
                "Open a video or a picture: the scores of its faces appear here, frame by frame."
            )
        )
        self._pages.setCurrentWidget(self._empty if facts is None else self._plot)
        self._readout.set_text("")
        self._pace.stop()
        self._draw()

    def set_frames(self, frames: Sequence[FrameResult], *, again: bool = False) -> None:
        """Set the frames looked at so far; cheap if they only extend those of the last call.

        `again`: those of the last call may have changed.
        """
        known = len(self._scan.frames)
        grown = (
            not again and 0 < known <= len(frames) and (frames[0], frames[known - 1]) == self._ends
        )
        if grown and known == len(frames):
            return
        new = frames[known:] if grown else frames
        in_order = grown and all(frame.index > self._scan.frames[-1] for frame in new)
        self._scan = self._scan.plus(new) if in_order else ScanArrays.of(frames)
        self._ends = (frames[0], frames[-1]) if frames else None
        self._waiting = True
        if not self._pace.isActive():
            self._on_pace()

    def set_tracks(self, tracks: Sequence[TrackResult]) -> None:
        """Set the tracks' own scores, for the legend."""
        self._scores = {track.id: track.score for track in tracks}
        self._show_legend()

    def set_bounds(self, bounds: Bounds) -> None:
        """Set how far the file's likelihood ratio may go: zones beyond that are not drawn."""
        self._show(bounds=bounds)

    def choose_track(self, track: int | None) -> None:
        """Emphasise one track, or with None show all alike; called with every frame shown."""
        if track != self._content.chosen:
            self._show(chosen=track)

    def set_position(self, index: int) -> None:
        """Set the frame on screen; while the mouse drags the playhead, only the mouse moves it."""
        if not self._dragging:
            self._position = index
            self._plot.set_position(index)

    def set_bookmarks(self, marks: Sequence[tuple[int, str]]) -> None:
        """Set the frame number and label of each bookmark."""
        self._show(marks=tuple(sorted(marks)))

    def set_region_curve(self, points: Sequence[tuple[int, float]]) -> None:
        """Set the curve of a hidden region: frames, and how much the score drops there, -1 to 1.

        The region is of the face, and not every frame needs a point. No points remove the curve.
        """
        self._show(region=np.array(sorted(points), np.float64).reshape(-1, 2).T)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._plot.set_theme(theme)
        self._plot.set_focused(self.hasFocus())

    def picture(self, kind: PictureKind) -> bytes:
        """The stretch in view as the bytes of a PNG (2000 pixels wide) or SVG.

        It is on white, with axes, legend and marks.

        Raises:
            RuntimeError: the picture could not be coded.
        """
        return timeline_picture(kind, self._plot, self._entries(), self.font())

    def _build_ui(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timeline"))
        self.setAccessibleDescription(
            self.tr(
                "Score of each track over the frames. Left and right step one frame, Home and End"
                " go to the ends, up and down zoom."
            )
        )
        self._legend, self._readout = Legend(), ElidedLine()
        self._readout.setProperty("role", "muted")
        self._readout.setAccessibleName(self.tr("Under the mouse"))
        header = QHBoxLayout()
        header.setContentsMargins(SPACE // 2, SPACE // 4, SPACE, 0)
        header.setSpacing(SPACE)
        header.addWidget(self._legend)
        header.addWidget(self._readout, 1)
        self._plot = TimelinePlot()
        self._plot.setAccessibleName(self.tr("Scores over time"))
        self._empty = QLabel()
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._plot)
        self._pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addWidget(pages, 1)
        self.setMinimumHeight(round(8.5 * self.fontMetrics().height()))

    def _connect(self) -> None:
        self._pace.timeout.connect(self._on_pace)
        self._legend.track_chosen.connect(self.track_chosen)
        # The plot's own use of the mouse stays out of the way.
        self._plot.viewport().installEventFilter(self)

    def _on_pace(self) -> None:
        if self._waiting:
            began = perf_counter()
            self._draw()
            # However much there is to draw, it takes a tenth of the time.
            self._pace.start(max(REDRAW_MS, round(10_000 * (perf_counter() - began))))

    def _draw(self) -> None:
        self._waiting = False
        self._show(
            curves=track_curves(self._scan),
            gaps=faceless(self._scan),
            left_out=left_out(self._scan),
            has_scan=len(self._scan.frames) > 0,
        )

    def _show(self, **changes: Any) -> None:
        self._content = replace(self._content, **changes)
        self._plot.show_content(self._content)
        self._show_legend()

    def _show_legend(self) -> None:
        entries = self._entries()
        named = [entry.track for entry in entries]
        tracks = [*(curve.track for curve in self._content.curves), *self._content.left_out]
        more = [track for track in tracks if track not in named]
        self._legend.show_entries(entries, self._content.chosen, more)

    def _entries(self) -> list[LegendEntry]:
        """The tracks with most frames and the chosen one, by number.

        Then come those that hold no face, then the region's curve.
        """
        by_frames = sorted(
            self._content.curves,
            key=lambda curve: (curve.track != self._content.chosen, -len(curve.frames)),
        )
        entries = [
            LegendEntry(track_colour(track), self._named(track), track)
            for track in sorted(curve.track for curve in by_frames[:NAMED])
        ]
        grey = sorted(
            self._content.left_out,
            key=lambda track: (track != self._content.chosen, -len(self._content.left_out[track])),
        )
        without = self.tr("track {}: no face")
        entries += [
            LegendEntry(EXCLUDED_COLOUR, without.format(track), track, faint=True)
            for track in sorted(grey[: NAMED - len(entries)])
        ]
        if self._content.region.size:
            entries.append(
                LegendEntry(
                    "#000000", self.tr("Score change with the region hidden (centre line = 0)")
                )
            )
        return entries

    def _named(self, track: int) -> str:
        name = self.tr("track {}").format(track)
        return f"{name}  {self._scores[track]:.2f}" if track in self._scores else name

    # The mouse

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the mouse from the plot."""
        if self._facts is None:
            return False
        kind = event.type()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._on_press(event.position())
            elif kind == QEvent.Type.MouseMove:
                self._on_move(event.position())
            elif (
                kind == QEvent.Type.MouseButtonRelease
                and event.button() == Qt.MouseButton.LeftButton
            ):
                self._dragging = False
            elif kind == QEvent.Type.MouseButtonDblClick:
                self._plot.reset()
            return True
        if isinstance(event, QWheelEvent):
            self._on_wheel(event)
            return True
        if kind == QEvent.Type.Leave:
            self._readout.set_text("")
        return kind == QEvent.Type.ContextMenu

    def _on_press(self, at: QPointF) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._dragging = True
        self._seek(self._plot.nearest(at))

    def _on_move(self, at: QPointF) -> None:
        if self._dragging:
            self._seek(self._plot.nearest(at))
        self._hover(at)

    def _on_wheel(self, event: QWheelEvent) -> None:
        """Zoom about the mouse; sideways, or with Shift held, move along."""
        by = event.angleDelta()
        left, right = self._plot.range_now
        sideways = by.x() or (
            by.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        )
        if sideways:
            shift = -sideways / NOTCH * 0.1 * (right - left)
            self._plot.show_range(left + shift, right + shift)
        elif by.y():
            self._plot.zoom(ZOOM ** (-by.y() / NOTCH), self._plot.frame_at(event.position()))

    def _hover(self, at: QPointF) -> None:
        frame = self._plot.nearest(at)
        near = self._near(at)
        if near is not None:
            frame = int(near[0].frames[near[1]])
        self._readout.set_text("  ".join([*self._place(frame), *self._said(near)]))
        labels = [label for index, label in self._content.marks if self._is_flag(at, index)]
        if labels:
            QToolTip.showText(
                self._plot.viewport().mapToGlobal(at.toPoint()), "\n".join(labels), self._plot
            )
        else:
            QToolTip.hideText()

    def _is_flag(self, at: QPointF, index: int) -> bool:
        flag = self._plot.point(index, TOP)
        return abs(flag.x() - at.x()) <= HIT and 0 <= at.y() - flag.y() <= FLAG + HIT / 2

    def _place(self, frame: int) -> list[str]:
        """Time and number of a frame."""
        seconds = self._facts.time_of(frame) if self._facts else None
        return [
            *([] if seconds is None else [time_code(seconds, hours=1)]),
            self.tr("frame {}").format(frame),
        ]

    def _near(self, at: QPointF) -> tuple[ScoreCurve, int] | None:
        """The curve and the place in it of the score nearest to the mouse, if in reach sideways."""
        found: tuple[float, ScoreCurve, int] | None = None
        for curve in self._content.curves:
            offset = self._content.offset(curve)
            place = int(np.abs(curve.frames + offset - self._plot.frame_at(at)).argmin())
            point = self._plot.point(curve.frames[place] + offset, curve.scores[place])
            # Of scores in the same frame the one at the mouse's height counts.
            away = abs(point.x() - at.x()) * 4 + abs(point.y() - at.y())
            if abs(point.x() - at.x()) <= HIT and (found is None or away < found[0]):
                found = away, curve, place
        return None if found is None else (found[1], found[2])

    def _said(self, near: tuple[ScoreCurve, int] | None) -> list[str]:
        """A score, and what the moving mean makes of its surroundings."""
        if near is None:
            return []
        curve, i = near
        said = [self.tr("track {}: {:.2f}").format(curve.track, curve.scores[i])]
        if curve.counted[i] > 1:
            said.append(
                self.tr("mean {:.2f} (95 %: {:.2f}\N{EN DASH}{:.2f})").format(
                    curve.mean[i], curve.low[i], curve.high[i]
                )
            )
        return said

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right step, Home and End go to the ends, up and down zoom about the playhead."""
        last = self._content.count - 1
        steps: dict[int, int] = {
            Qt.Key.Key_Left: self._position - 1,
            Qt.Key.Key_Right: self._position + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        zooms: dict[int, float] = {Qt.Key.Key_Up: 1 / ZOOM, Qt.Key.Key_Down: ZOOM}
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        key = event.key()
        if plain and last >= 0 and key in steps:
            self._seek(min(max(steps[key], 0), last))
        elif plain and last >= 0 and key in zooms:
            self._plot.zoom(zooms[key], self._position)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show where keys go."""
        super().focusInEvent(event)
        self._plot.set_focused(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self._plot.set_focused(False)

    def _seek(self, index: int) -> None:
        """Move the playhead at once, so that quick steps add up, and ask for the frame."""
        if index != self._position:
            self._position = index
            self._plot.set_position(index)
            self.sought.emit(index)
