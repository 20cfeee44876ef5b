"""The Audio tab: waveform and log-mel spectrogram on one time axis, with the shown frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from dfgui.core.media.sound.audio import BANDS, HIGHEST_HZ, LOWEST_HZ, Sound, mel_of
from dfgui.ui.widgets.fields import label
from dfgui.ui.widgets.language import grouped, worded
from dfgui.ui.widgets.plots import still, style_plot
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

DECIBELS = (-80.0, 0.0)
"""Of the colours, against full scale; fixed, so that two files can be compared by eye."""
COLOURS = "viridis"
AXIS_WIDTH = 3.4  # em; the same on both plots, or their times would not lie under each other
MARKS_HZ = (200, 500, 1000, 2000, 4000)
SHORTEST_S = 0.05
ZOOM, STEP = 1.25, 0.1  # of the time that is shown, for one key


class AudioPage(QWidget):
    """Shows what the sound looks like.

    A click goes to a time, the wheel zooms, dragging moves the time axis, and keys do the same.
    """

    sought_s = Signal(float)  # seconds on the file's own clock

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound: Sound | None = None
        self._theme = LIGHT
        self._build_ui()
        self._connect()
        self.set_theme(LIGHT)
        self.show_sound(None, "")

    def show_sound(self, sound: Sound | None, sentence: str) -> None:
        """Show a file's sound.

        Args:
            sound: None if there is none, or none yet; then only the sentence is shown.
            sentence: what to know about it, or why there is nothing ("Reading the sound..."); empty
                for the usual one.
        """
        self._sound = sound
        self._stack.setCurrentIndex(0 if sound is None else 1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if sound is None else Qt.FocusPolicy.StrongFocus)
        if sound is None:
            self._nothing.setText(worded(sentence) or self.tr("This file has no sound."))
            return
        self._facts.setText(self._in_words(sound))
        self._sentence.setText(worded(sentence))
        self._sentence.setVisible(bool(sentence))
        self._warnings.setText("\n".join(map(worded, sound.warnings)))
        self._warnings.setVisible(bool(sound.warnings))
        self._draw(sound)

    def set_time(self, pts_s: float | None) -> None:
        """Move the playhead to the frame's time, seconds on the file's own clock; None hides it."""
        for head in self._heads:
            head.setVisible(pts_s is not None)
            if pts_s is not None:
                head.setValue(pts_s)
        if pts_s is not None and self._sound:
            self._follow(pts_s)

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours; those of the spectrogram mean decibels and stay."""
        self._theme = theme
        self._frame_plots()
        self._view.setBackground(theme.surface)
        for plot in self._plots:
            style_plot(plot, theme)
        self._bar.axis.setPen(pg.mkPen(theme.border))
        self._bar.axis.setTextPen(pg.mkPen(theme.muted))
        self._wave.setPen(pg.mkPen(theme.muted))
        self._heads[0].setPen(pg.mkPen(theme.accent, width=2))
        # Every theme's accent is lost on viridis.
        self._heads[1].setPen(pg.mkPen("#ffffff", width=2))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep room for the labels at the font's size."""
        super().resizeEvent(event)
        width = round(AXIS_WIDTH * self.fontMetrics().height())
        for plot in self._plots:
            plot.getAxis("left").setWidth(width)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Plus and minus zoom about the playhead, 0 shows all, left and right move along."""
        zooms: dict[int, float] = {
            Qt.Key.Key_Plus: 1 / ZOOM,
            Qt.Key.Key_Equal: 1 / ZOOM,
            Qt.Key.Key_Minus: ZOOM,
        }
        moves: dict[int, float] = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}
        others = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        key, sound = event.key(), self._sound
        if sound is not None and not others and key in zooms:
            self._zoom(zooms[key])
        elif sound is not None and not others and key in moves:
            self._move(moves[key])
        elif sound is not None and not others and key == Qt.Key.Key_0:
            self._show_all(sound)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show where keys go."""
        super().focusInEvent(event)
        self._frame_plots()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self._frame_plots()

    def _frame_plots(self) -> None:
        for plot in self._plots:
            plot.getViewBox().setBorder(pg.mkPen(self._theme.accent) if self.hasFocus() else None)

    def _build_ui(self) -> None:
        self.setAccessibleName(self.tr("Sound"))
        self.setAccessibleDescription(
            self.tr(
                "Plus and minus zoom the time axis, 0 shows all of it, left and right move"
                " along it."
            )
        )
        self._nothing = label("", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._facts = label("", selectable=True)
        self._sentence = label("", "muted")
        self._warnings = label("", "warning")
        self._build_view()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        for widget in (self._facts, self._view, self._warnings, self._sentence):
            layout.addWidget(widget)
        layout.setStretch(1, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _build_view(self) -> None:
        self._view = pg.GraphicsLayoutWidget()
        self._view.setAccessibleName(self.tr("Waveform and log-mel spectrogram"))
        self._view.setToolTip(
            self.tr(
                "Click: go there. Wheel, + and -: zoom. Drag, arrow keys: move. Double click, 0:"
                " show all."
            )
        )
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._view.setMinimumHeight(200)
        self._view.ci.layout.setContentsMargins(0, SPACE // 2, SPACE // 2, 0)
        self._view.ci.layout.setSpacing(SPACE // 2)
        self._plots = [self._view.addPlot(row=row, col=0) for row in range(2)]
        self._view.ci.layout.setRowStretchFactor(0, 2)
        self._view.ci.layout.setRowStretchFactor(1, 3)
        self._heads = [pg.InfiniteLine(angle=90, movable=False) for _ in self._plots]
        self._build_waveform()
        self._build_spectrogram()
        for plot, head in zip(self._plots, self._heads, strict=True):
            still(plot)
            plot.setMouseEnabled(x=True, y=False)
            head.setZValue(10)
            plot.addItem(head, ignoreBounds=True)
        self._plots[0].setXLink(self._plots[1])

    def _build_waveform(self) -> None:
        plot = self._plots[0]
        plot.setYRange(-1, 1, padding=0.02)
        plot.getAxis("left").setTicks([[(-1, "-1"), (0, "0"), (1, "1")]])
        plot.getAxis("bottom").setStyle(showValues=False)
        self._wave = pg.PlotCurveItem()
        plot.addItem(self._wave)

    def _build_spectrogram(self) -> None:
        plot = self._plots[1]
        plot.setYRange(0, BANDS, padding=0)
        plot.getAxis("left").setTicks([[(_row_of(hertz), _short(hertz)) for hertz in MARKS_HZ]])
        plot.setLabel("left", self.tr("Hz"))
        plot.setLabel("bottom", self.tr("seconds"))
        self._image = pg.ImageItem(axisOrder="row-major")
        plot.addItem(self._image)
        self._bar = pg.ColorBarItem(
            values=DECIBELS,
            colorMap=pg.colormap.get(COLOURS),
            orientation="h",
            interactive=False,
            label=self.tr("dB of full scale"),
            width=10,
        )
        self._bar.setImageItem(self._image)
        self._view.addItem(self._bar, row=2, col=0)

    def _connect(self) -> None:
        self._view.scene().sigMouseClicked.connect(self._on_click)

    def _on_click(self, event: Any) -> None:
        sound = self._sound
        if sound is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        place: QPointF = event.scenePos()
        for box in (plot.getViewBox() for plot in self._plots):
            if box.sceneBoundingRect().contains(place):
                if event.double():
                    self._show_all(sound)
                else:
                    self.sought_s.emit(float(box.mapSceneToView(place).x()))
                event.accept()

    def _draw(self, sound: Sound) -> None:
        envelope = sound.envelope.numpy()
        times = sound.start_s + (np.arange(len(envelope)) + 0.5) * sound.envelope_bin_s
        # Down and up again at every time: one line draws what a bar for each would.
        self._wave.setData(np.repeat(times, 2), envelope.ravel())
        mel = sound.mel.numpy()
        self._image.setImage(mel, autoLevels=False)
        self._image.setLevels(DECIBELS)
        self._image.setRect(QRectF(sound.start_s, 0, mel.shape[1] * sound.mel_hop_s, BANDS))
        self._show_all(sound)

    def _show_all(self, sound: Sound) -> None:
        first, last = _span(sound)
        for plot in self._plots:
            plot.setLimits(xMin=first, xMax=last, minXRange=min(SHORTEST_S, last - first))
        self._plots[1].setXRange(first, last, padding=0)

    def _zoom(self, factor: float) -> None:
        """Show so many times as much time, about the playhead if it is in view."""
        first, last = self._plots[1].getViewBox().viewRange()[0]
        head = float(self._heads[1].value())
        about = head if self._heads[1].isVisible() and first <= head <= last else (first + last) / 2
        self._plots[1].setXRange(
            about + (first - about) * factor, about + (last - about) * factor, padding=0
        )

    def _move(self, share: float) -> None:
        """Move by a share of what is shown, as far as the sound reaches."""
        assert self._sound is not None
        begin, end = _span(self._sound)
        first, last = self._plots[1].getViewBox().viewRange()[0]
        by = min(max(share * (last - first), begin - first), end - last)
        self._plots[1].setXRange(first + by, last + by, padding=0)

    def _follow(self, pts_s: float) -> None:
        """Turn the page when the playhead leaves what a zoomed view shows."""
        first, last = self._plots[1].getViewBox().viewRange()[0]
        if not first <= pts_s <= last:
            start = pts_s - 0.1 * (last - first)
            self._plots[1].setXRange(start, start + last - first, padding=0)

    def _in_words(self, sound: Sound) -> str:
        channels = (
            self.tr("1 channel")
            if sound.channels == 1
            else self.tr("{} channels").format(sound.channels)
        )
        return self.tr("{}, {} Hz, {}, starts at {:.3f} s, lasts {:.3f} s").format(
            sound.codec, grouped(sound.rate), channels, sound.start_s, sound.duration_s
        )


def _span(sound: Sound) -> tuple[float, float]:
    """Where the sound begins and ends."""
    return sound.start_s, sound.start_s + max(sound.duration_s, sound.envelope_bin_s)


def _row_of(hertz: float) -> float:
    """The row of the picture at which a frequency lies.

    Band b is drawn from row b to b + 1 and has its centre b + 1 of 65 steps up the mel scale.
    """
    mel, low, high = mel_of(np.array([hertz, LOWEST_HZ, HIGHEST_HZ])).tolist()
    return float((mel - low) / (high - low) * (BANDS + 1) - 0.5)


def _short(hertz: int) -> str:
    return f"{hertz // 1000}k" if hertz >= 1000 else str(hertz)
