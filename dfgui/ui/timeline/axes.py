"""Where things lie in the timeline: its scale, zones and time axis, and the words next to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from dfgui.core.display.wording import STRENGTHS, time_code
from dfgui.core.network.package import Bounds
from dfgui.core.network.score import BANDS, Strength
from dfgui.ui.widgets.language import worded
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


LIMITLESS = Bounds(-math.inf, math.inf)
TINTS = dict(zip(BANDS, (20, 36, 53, 70), strict=True))  # how strong each zone's tint is, 0-255


@dataclass(frozen=True)
class Zone:
    """The scores from `low` to `high`, 0-1, that one word of the verdict stands for.

    `strength` is None for those without a verdict.
    """

    low: float
    high: float
    side: Literal["fake", "none", "real"]
    strength: Strength | None


def zones(bounds: Bounds) -> tuple[Zone, ...]:
    """The zones that a likelihood ratio within bounds can reach, from the top down.

    The outermost one takes all scores beyond it: their ratio is cut off at the bound.
    """
    fake = [(score_at(at), name) for name, at in BANDS.items() if at <= bounds.log10_lr_high]
    real = [(1 - score_at(at), name) for name, at in BANDS.items() if at <= -bounds.log10_lr_low]
    above = [*(begin for begin, _ in fake), 1.0]
    below = [*(begin for begin, _ in real), 0.0]
    return (
        *(
            Zone(begin, end, "fake", name)
            for (begin, name), end in reversed([*zip(fake, above[1:], strict=True)])
        ),
        Zone(below[0], above[0], "none", None),
        *(
            Zone(end, begin, "real", name)
            for (begin, name), end in zip(real, below[1:], strict=True)
        ),
    )


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
        self._bounds = LIMITLESS

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._theme = theme
        self.update()

    def set_bounds(self, bounds: Bounds) -> None:
        """Name the zones within these bounds alone."""
        if bounds != self._bounds:
            self._bounds = bounds
            self.update()

    def words(self) -> list[tuple[float, float, str, str]]:
        """Of each zone: its lower and upper score, its word, its colour; from the top down."""
        colours = {"fake": self._theme.fake, "none": self._theme.muted, "real": self._theme.real}
        return [
            (zone.low, zone.high, _word(zone.strength), colours[zone.side])
            for zone in zones(self._bounds)
        ]

    def needed(self) -> float:
        """Width in pixels, with room for each word that there is."""
        metrics = QFontMetricsF(small(self.font()))
        words = (_word(zone.strength) for zone in zones(LIMITLESS))
        return max(map(metrics.horizontalAdvance, words)) + 5 * self.GAP

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
        if scale.height <= len(words) * line + self.GAP:
            middle = [zone.side for zone in zones(self._bounds)].index("none")
            words = words[max(middle - 1, 0) : middle + 2]
        if scale.height < len(words) * line:
            return
        middles = [scale.place(0, (low + high) / 2).y() for low, high, _, _ in words]
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (_, _, word, colour), place, at in zip(
            words, middles, _spread(middles, line, scale.height), strict=True
        ):
            ink = QColor(colour)
            painter.setPen(QPen(ink, 1))
            painter.drawLine(QPointF(self.GAP / 2, place), QPointF(3 * self.GAP, at))
            painter.drawText(QPointF(4 * self.GAP, at + metrics.capHeight() / 2), word)


def _word(strength: Strength | None) -> str:
    if strength is None:
        return translate("Timeline", "inconclusive")
    return worded(STRENGTHS[strength])


def _spread(places: list[float], line: float, height: float) -> list[float]:
    """Move the places as little as needed to be a line apart and inside, from the ends inwards."""
    result, half = list(places), len(places) // 2
    result[0], result[-1] = max(result[0], line / 2), min(result[-1], height - line / 2)
    for i in range(1, half):
        result[i] = max(result[i], result[i - 1] + line)
    for i in range(len(places) - 2, half, -1):
        result[i] = min(result[i], result[i + 1] - line)
    return result
