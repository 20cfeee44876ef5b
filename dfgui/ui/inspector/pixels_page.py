"""The Pixels tab: colours and noise of a face against its background."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.analysis.pixels import BINS, ChannelComparison, PixelComparison
from dfgui.ui.widgets.fields import label, scrolled
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.plots import still, style_plot
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

LEVELS = 256
PLOT_LINES = 12  # of text: the histogram's height
FILL = 60  # of 255: both areas stay visible where they overlap


class PixelsPage(QWidget):
    """Histograms, distances and noise levels of the chosen face; a sentence if there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: PixelComparison | None = None
        self._theme = LIGHT
        self._build_ui()
        self._connect()
        self.set_theme(LIGHT)
        self.show_comparison(None, "")

    def show_comparison(
        self, value: PixelComparison | None, sentence: str, *, frame: int | None = None
    ) -> None:
        """Show a comparison.

        Args:
            value: None if there is none; then only the sentence is shown.
            sentence: what the figures can say or, without a value, why there are none and what to
                do; empty for the usual one.
            frame: number of the frame that was measured.
        """
        self._value = value
        self._stack.setCurrentIndex(0 if value is None else 1)
        if value is None:
            self._nothing.setText(
                worded(sentence)
                or self.tr("Choose a face in the original view to compare it with its background.")
            )
            return
        self._sentence.setText(worded(sentence) or self._usual_sentence())
        self._measured.setText(
            "" if frame is None else self.tr("Measured at frame {}.").format(frame)
        )
        for row, channel in enumerate(value.channels):
            self._moved[row].setText(f"{channel.wasserstein:.1f}")
            self._apart[row].setText(f"{channel.jensen_shannon:.2f}")
        self._noise.show_levels(value.face_noise, value.background_noise)
        self._ratio.setText(self._ratio_in_words(value.noise_ratio))
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        style_plot(self._plot.getPlotItem(), theme)
        self._plot.setBackground(theme.surface)
        self._noise.set_theme(theme)
        self._legend.setText(
            f'<span style="color:{theme.accent}">&#9632;</span> {self.tr("face")} &nbsp; '
            f'<span style="color:{theme.muted}">&#9632;</span> {self.tr("background")}'
        )
        for curve, colour, width in (
            (self._face, theme.accent, 2),
            (self._background, theme.muted, 1),
        ):
            fill = QColor(colour)
            fill.setAlpha(FILL)
            curve.setPen(pg.mkPen(colour, width=width))
            curve.setBrush(fill)

    def _build_ui(self) -> None:
        self._nothing = label("", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._build_plot()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(self._channel_row())
        layout.addWidget(self._plot)
        layout.addWidget(self._legend)
        layout.addLayout(self._distance_table())
        layout.addWidget(label(self.tr("Luminance noise"), "heading"))
        self._noise = _NoiseBars(self.tr("face"), self.tr("background"))
        self._ratio = label()
        self._sentence = label("", "muted")
        self._measured = label("", "muted")
        for widget in (self._noise, self._ratio, self._sentence, self._measured):
            layout.addWidget(widget)
        layout.addStretch(1)

        self._stack = QStackedWidget()
        self._stack.addWidget(self._nothing)
        self._stack.addWidget(scrolled(page))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _build_plot(self) -> None:
        self._plot = pg.PlotWidget()
        self._plot.setAccessibleName(self.tr("Histograms of the face and of the background"))
        # It takes no input, so the wheel scrolls the page.
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.setFixedHeight(PLOT_LINES * self.fontMetrics().height())
        plot = self._plot.getPlotItem()
        still(plot)
        plot.setLabel("bottom", self.tr("grey level"))
        plot.setLabel("left", self.tr("% of pixels"))
        plot.getAxis("bottom").setTicks([[(level, str(level)) for level in (0, 64, 128, 192, 255)]])
        plot.setXRange(0, LEVELS, padding=0)
        self._background, self._face = (
            pg.PlotDataItem(stepMode="center", fillLevel=0) for _ in range(2)
        )
        plot.addItem(self._background)
        plot.addItem(self._face)
        self._legend = QLabel()

    def _channel_row(self) -> QHBoxLayout:
        """The channels in the comparison's order, with luma chosen: it is what the eye sees."""
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        self._channels = QButtonGroup(self)
        for number, name in enumerate(self._channel_names()):
            button = QToolButton()
            button.setText(name)
            button.setCheckable(True)
            button.setChecked(number == len(self._channel_names()) - 1)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            button.setAccessibleName(self.tr("Histogram of {}").format(name))
            button.setToolTip(self.tr("Show the histogram of {} (arrow keys choose)").format(name))
            self._channels.addButton(button, number)
            row.addWidget(button)
        return row

    def _distance_table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        tips = (
            self.tr(
                "How many grey levels the face's pixels have to move, on average, to be spread as"
                " the background's (Wasserstein distance)"
            ),
            self.tr(
                "0: the two histograms are equal; 1: they have no level in common (Jensen-Shannon"
                " distance)"
            ),
        )
        grid.addWidget(label(self.tr("Distance"), "heading"), 0, 0)
        for column, (text, tip) in enumerate(
            zip((self.tr("grey levels"), self.tr("0 to 1")), tips, strict=True), 1
        ):
            grid.addWidget(_number(text, "muted", tip), 0, column)
        self._moved, self._apart = (
            [_number("", "", tip) for _ in self._channel_names()] for tip in tips
        )
        for row, name in enumerate(self._channel_names()):
            for column, widget in enumerate((label(name), self._moved[row], self._apart[row])):
                grid.addWidget(widget, row + 1, column)
        return grid

    def _channel_names(self) -> tuple[str, ...]:
        return self.tr("red"), self.tr("green"), self.tr("blue"), self.tr("luma")

    def _connect(self) -> None:
        self._channels.idClicked.connect(self._on_channel)

    def _on_channel(self) -> None:
        if self._value:
            self._draw()

    def _draw(self) -> None:
        assert self._value
        channel: ChannelComparison = self._value.channels[self._channels.checkedId()]
        edges = np.linspace(0, LEVELS, BINS + 1)
        highest = 100 * max(*channel.face, *channel.background)
        for curve, shares in ((self._face, channel.face), (self._background, channel.background)):
            curve.setData(edges, 100 * np.asarray(shares))
        self._plot.getPlotItem().setYRange(0, highest * 1.05, padding=0)

    def _usual_sentence(self) -> str:
        return self.tr(
            "Compare frames of one video: every face differs from its background, and no figure"
            " here says that it was replaced."
        )

    def _ratio_in_words(self, ratio: float | None) -> str:
        if ratio is None:
            return self.tr("The background has no noise to compare with.")
        return self.tr("The face has {:.2f} times the noise of its background.").format(ratio)


class _NoiseBars(QWidget):
    """Two bars on one scale that begins at 0, with their values in grey levels."""

    def __init__(self, face: str, background: str) -> None:
        super().__init__()
        self._names = (face, background)
        self._levels = (0.0, 0.0)
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_levels(self, face: float, background: float) -> None:
        """Show two standard deviations, grey levels."""
        self._levels = (face, background)
        self.setAccessibleName(
            ", ".join(
                f"{name} {level:.2f}" for name, level in zip(self._names, self._levels, strict=True)
            )
        )
        self.setToolTip(
            self.tr("Standard deviation of what no smooth surface explains, in grey levels")
        )
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, 2 * (self.fontMetrics().height() + SPACE // 2))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        metrics = self.fontMetrics()
        height = self.height() // 2
        left = max(metrics.horizontalAdvance(name) for name in self._names) + SPACE
        right = metrics.horizontalAdvance("0000.00") + SPACE
        room, largest = max(0, self.width() - left - right), max(*self._levels, 1e-9)
        for row, (name, level, colour) in enumerate(
            zip(self._names, self._levels, (self._theme.accent, self._theme.muted), strict=True)
        ):
            top, long = row * height, round(room * level / largest)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(
                0,
                top,
                left,
                height,
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                name,
            )
            painter.fillRect(left, top + SPACE // 4, long, height - SPACE // 2, QColor(colour))
            value = f"{level:.2f}"
            painter.drawText(
                left + long + SPACE // 2,
                top,
                right,
                height,
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                value,
            )
        painter.end()


def _number(text: str, role: str, tip: str) -> QLabel:
    made = label(text, role)
    made.setAlignment(Qt.AlignmentFlag.AlignRight)
    made.setToolTip(tip)
    return made
