"""Where things lie in the timeline: its scale, zones and time axis, and the words next to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from dfgui.core.display.wording import time_code
from dfgui.core.network.score import MODERATE, STRONG, WEAK
from dfgui.ui.widgets.theme import LIGHT, Theme

translate = QCoreApplication.translate

BOTTOM, TOP = -0.10, 1.14  # scores at the edges: room for key frames below and flags above
TICK_ROOM = 1.6  # widths of a label from one to the next
EMPTY = 0.6  # of the axis: the largest part without a label
SMALL = 0.82  # of the font
STEPS_S = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60,
    120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000,
)  # fmt: skip


def score_at(log10_lr: float) -> float:
    """The score that stands for a likelihood ratio at even odds."""
    odds = 10**log10_lr
    return float(odds / (1 + odds))


# From the middle outwards: where each zone begins towards "fake", how strong its tint is (0-255);
# towards "real" they mirror.
ZONES = tuple((score_at(begin), tint) for begin, tint in ((WEAK, 20), (MODERATE, 42), (STRONG, 70)))


def small(font: QFont) -> QFont:
    """A smaller font for words in the plot."""
    result = QFont(font)
    result.setPointSizeF(SMALL * font.pointSizeF())
    return result


@dataclass(frozen=True)
class Scale:
    """From frames and scores to pixels of the canvas."""

    left: float
    right: float
    width: float
    height: float

    def x(self, frames: NDArray[Any]) -> NDArray[np.float64]:
        """Pixels from the left edge."""
        return np.asarray((frames - self.left) / (self.right - self.left) * self.width, np.float64)

    def y(self, scores: NDArray[Any]) -> NDArray[np.float64]:
        """Pixels from the top edge."""
        return np.asarray((TOP - scores) / (TOP - BOTTOM) * self.height, np.float64)

    def place(self, frame: float, score: float) -> QPointF:
        """One point."""
        return QPointF(float(self.x(np.array(frame))), float(self.y(np.array(score))))


class TimeAxis(pg.AxisItem):
    """Frame numbers below, labelled with the frames' own times if the file has them."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.times: NDArray[np.float64] = np.empty(0)
        self._labels: dict[float, str] = {}

    def set_times(self, times: NDArray[np.float64]) -> None:
        """(N,) seconds of every frame, ascending; empty for frame numbers."""
        self.times = times
        self.picture = None
        self.update()

    def tickValues(  # noqa: N802 - pyqtgraph's names
        self,
        minVal: float,  # noqa: N803
        maxVal: float,  # noqa: N803
        size: float,
    ) -> list[tuple[float, list[float]]]:
        """Round times (or frame numbers) that leave room for their labels."""
        frames, labels = self._ticks(minVal, maxVal, size)
        self._labels = dict(zip(frames, labels, strict=True))
        return [(1.0, frames)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph's name
        """The labels that belong to these ticks."""
        return [self._labels.get(value, "") for value in values]

    def _ticks(self, first: float, last: float, size: float) -> tuple[list[float], list[str]]:
        if len(self.times) < 2:
            return self._numbered(first, last, self._room(size, "0000000"))
        numbers = np.arange(len(self.times))
        start, end = np.interp([first, last], numbers, self.times).tolist()
        step, room = self._step(end - start, size)
        decimals = _decimals(step)
        times = np.arange(math.ceil(start / step), math.floor(end / step) + 1) * step
        places = np.interp(times, self.times, numbers)
        # Uneven frames: many seconds may lie between two of them, and no label in a long row of
        # others.
        apart = 0.5 * (last - first) / room
        kept = [i for i, place in enumerate(places) if i == 0 or place - places[i - 1] >= apart]
        if room > 1 and np.diff([first, *places[kept], last]).max() > EMPTY * (last - first):
            whole, _ = self._numbered(first, last, self._room(size, time_code(end, hours=1)))
            return whole, [time_code(self.times[int(place)], hours=1) for place in whole]
        return [float(places[i]) for i in kept], [
            time_code(times[i], decimals=decimals, hours=1) for i in kept
        ]

    def _step(self, span: float, size: float) -> tuple[float, int]:
        """Seconds from label to label, and how many labels fit."""
        for step in STEPS_S:
            room = self._room(size, time_code(0, decimals=_decimals(step), hours=1))
            if step * room >= span:
                return step, room
        return STEPS_S[-1] * math.ceil(span / room / STEPS_S[-1]), room

    def _room(self, size: float, label: str) -> int:
        return max(1, int(size / (TICK_ROOM * QFontMetricsF(self.font()).horizontalAdvance(label))))

    def _numbered(self, first: float, last: float, room: int) -> tuple[list[float], list[str]]:
        least = max((last - first) / room, 1)
        power = 10 ** math.floor(math.log10(least))
        step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= least)
        whole = range(math.ceil(max(first, 0) / step) * step, math.floor(last) + 1, step)
        return [float(number) for number in whole], [str(number) for number in whole]


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step)))


class ZoneAxis(pg.AxisItem):
    """The words of the zones, at the right."""

    GAP = 4.0  # pixels between zone, line and word

    def __init__(self) -> None:
        super().__init__("right")
        self._theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        self.update()

    def words(self) -> list[tuple[float, float, str, str]]:
        """Of each zone: its lower and upper score, its word, its colour; from the top down."""
        w, m, s = (begin for begin, _ in ZONES)
        fake = [
            (s, 1.0, translate("Timeline", "strong")),
            (m, s, translate("Timeline", "moderate")),
            (w, m, translate("Timeline", "weak")),
        ]
        middle = (1 - w, w, translate("Timeline", "inconclusive"), self._theme.muted)
        above = [(low, high, word, self._theme.fake) for low, high, word in fake]
        return [
            *above,
            middle,
            *((1 - high, 1 - low, word, self._theme.real) for low, high, word in reversed(fake)),
        ]

    def needed(self) -> float:
        """Width in pixels."""
        metrics = QFontMetricsF(small(self.font()))
        return max(metrics.horizontalAdvance(word) for _, _, word, _ in self.words()) + 5 * self.GAP

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint each word next to its zone, or with a line to it if the zones are too narrow.

        If there is little room, the outer words are left out first.
        """
        font = small(self.font())
        metrics = QFontMetricsF(font)
        words, line = self.words(), metrics.ascent() + 1
        scale = Scale(0, 1, 1, self.size().height())
        words = words if scale.height > len(words) * line + self.GAP else words[2:5]
        if scale.height < len(words) * line:
            return
        middles = [scale.place(0, (low + high) / 2).y() for low, high, _, _ in words]
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (_, _, word, colour), middle, at in zip(
            words, middles, _spread(middles, line, scale.height), strict=True
        ):
            ink = QColor(colour)
            painter.setPen(QPen(ink, 1))
            painter.drawLine(QPointF(self.GAP / 2, middle), QPointF(3 * self.GAP, at))
            painter.drawText(QPointF(4 * self.GAP, at + metrics.capHeight() / 2), word)


def _spread(places: list[float], line: float, height: float) -> list[float]:
    """Move the places as little as needed to be a line apart and inside, from the ends inwards."""
    result, half = list(places), len(places) // 2
    result[0], result[-1] = max(result[0], line / 2), min(result[-1], height - line / 2)
    for i in range(1, half):
        result[i] = max(result[i], result[i - 1] + line)
    for i in range(len(places) - 2, half, -1):
        result[i] = min(result[i], result[i + 1] - line)
    return result
