"""The verdict in words, its place on the likelihood ratio scale, why, and how wrong it may be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.analysis_results import FileResult
from dfgui.core.display import wording
from dfgui.core.network.package import Bounds, Card
from dfgui.core.network.score import BANDS, WEAK, NotScored, Scored
from dfgui.ui.widgets.fields import Section, TrackTable, label, scrolled
from dfgui.ui.widgets.language import grouped, worded
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

BAR, MARK = 20, 10  # px; height of the scale, and of its mark above it
TINTS = dict(zip(BANDS, (0.3, 0.5, 0.7, 0.9), strict=True))  # how strongly each zone is coloured
ROOM_LINES = 34
"""Lines of text that the panel needs to show "how wrong" next to the verdict and its reasons."""


class RatioScale(QWidget):
    """log10 of the likelihood ratio from its lower to its upper bound, with a mark at the value.

    The zones are those of ENFSI's words. What lies beyond the bounds is not drawn: the calibration
    cannot support it. The middle zone, without a verdict, is always drawn as a whole.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._value: float | None = None
        self._low, self._high = -1.0, 1.0
        self._withheld = False
        self.setAccessibleName(self.tr("Scale of the likelihood ratio"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self.update()

    def show_value(self, value: float, bounds: Bounds, *, withheld: bool) -> None:
        """Mark a value; hollow if the verdict was withheld although there is a score."""
        low, high = bounds.log10_lr_low, bounds.log10_lr_high
        self._value, self._withheld = value, withheld
        self._low, self._high = min(low, -WEAK), max(high, WEAK)
        text = self.tr(
            "log10 of the likelihood ratio, from {0:+.2f} (real) to {1:+.2f} (fake)."
        ).format(low, high)
        text += " " + self.tr("Here: {0:+.2f}.").format(value)
        if withheld:
            text += " " + self.tr("The mark is hollow because no verdict follows from it.")
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A line above the bar, two below it."""
        return QSize(240, round(BAR + MARK + 2 + 3.2 * self.fontMetrics().lineSpacing()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw zones, borders, ends and the mark."""
        line = self.fontMetrics().lineSpacing()
        bar = QRectF(1, line + MARK, self.width() - 2, BAR)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_zones(painter, bar)
            self._paint_borders(painter, bar)
            self._paint_ends(painter, bar)
            if self._value is not None:
                self._paint_mark(painter, bar, self._value)

    def _x(self, bar: QRectF, value: float) -> float:
        clipped = min(max(value, self._low), self._high)
        return bar.left() + bar.width() * (clipped - self._low) / (self._high - self._low)

    def _zones(self, bound: float) -> list[tuple[float, float, str, float]]:
        """From, to, word, strength (0-1) of each zone on a side of that length, as if positive."""
        ends = [*list(BANDS.values())[1:], bound]
        return [
            (begin, min(end, bound), worded(wording.STRENGTHS[name]), TINTS[name])
            for (name, begin), end in zip(BANDS.items(), ends, strict=True)
            if begin < bound
        ]

    def _paint_zones(self, painter: QPainter, bar: QRectF) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(bar, 5, 5)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(bar, QColor(self._theme.raised))
        self._paint_zone(
            painter, bar, (-WEAK, WEAK), self.tr("inconclusive"), QColor(self._theme.muted), 0.16
        )
        for low, high, word, strength in self._zones(self._high):
            self._paint_zone(painter, bar, (low, high), word, QColor(self._theme.fake), strength)
        for low, high, word, strength in self._zones(-self._low):
            self._paint_zone(painter, bar, (-high, -low), word, QColor(self._theme.real), strength)
        painter.restore()
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawPath(outline)

    def _paint_zone(
        self,
        painter: QPainter,
        bar: QRectF,
        span: tuple[float, float],
        word: str,
        colour: QColor,
        strength: float,
    ) -> None:
        left, right = self._x(bar, span[0]), self._x(bar, span[1])
        place = QRectF(left, bar.top(), right - left, bar.height())
        colour.setAlphaF(strength)
        painter.fillRect(place, colour)
        font = self._small_font()
        width = QFontMetricsF(font).horizontalAdvance(word) + 6
        free = self._beside_mark(bar, place, width)
        if width <= free.width():
            painter.setFont(font)
            strong_on = self._theme.window if self._theme.name == "dark" else self._theme.surface
            painter.setPen(QColor(strong_on if strength > 0.75 else self._theme.text))
            painter.drawText(free, Qt.AlignmentFlag.AlignCenter, word)

    def _beside_mark(self, bar: QRectF, place: QRectF, width: float) -> QRectF:
        """The zone, or its larger side if the mark would cross a centred word of that width."""
        x = place.left() if self._value is None else self._x(bar, self._value)
        if abs(x - place.center().x()) > width / 2:
            return place
        left = QRectF(place.left(), place.top(), x - place.left() - 3, place.height())
        right = QRectF(x + 3, place.top(), place.right() - x - 3, place.height())
        return max(left, right, key=QRectF.width)

    def _paint_borders(self, painter: QPainter, bar: QRectF) -> None:
        """Paint the zone borders as ratios: people read 10 times more easily than log10 = 1."""
        font = self._small_font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        marks = [(0.0, "1")]
        for border in BANDS.values():
            text = grouped(round(10**border))
            marks += [(border, text)] * (border < self._high) + [(-border, f"1/{text}")] * (
                border < -self._low
            )
        taken: list[QRectF] = []
        for value, text in marks:
            x = self._x(bar, value)
            painter.setPen(QPen(QColor(self._theme.surface), 1.5))
            if value:
                painter.drawLine(QPointF(x, bar.top() + 1), QPointF(x, bar.bottom() - 1))
            width = metrics.horizontalAdvance(text) + 4
            place = QRectF(x - width / 2, bar.bottom() + 2, width, metrics.lineSpacing())
            if not any(place.intersects(other) for other in taken):
                taken.append(place)
                painter.setPen(QColor(self._theme.muted))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ends(self, painter: QPainter, bar: QRectF) -> None:
        font = QFont(self.font())
        font.setBold(True)
        painter.setFont(font)
        below = QRectF(
            bar.left(),
            bar.bottom() + self.fontMetrics().lineSpacing() + 1,
            bar.width(),
            self.fontMetrics().lineSpacing(),
        )
        painter.setPen(QColor(self._theme.real))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self.tr("real"))
        painter.setPen(QColor(self._theme.fake))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.tr("fake"))
        painter.setFont(self._small_font())
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, self.tr("likelihood ratio"))

    def _paint_mark(self, painter: QPainter, bar: QRectF, value: float) -> None:
        x = self._x(bar, value)
        x = min(max(x, bar.left() + 6), bar.right() - 6)
        colour = QColor(self._theme.muted if self._withheld else self._theme.text)
        painter.setPen(QPen(QColor(self._theme.surface), 4))
        painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()))
        painter.setPen(QPen(colour, 2))
        painter.drawLine(QPointF(x, bar.top() - 2), QPointF(x, bar.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush if self._withheld else colour)
        painter.setPen(QPen(colour, 1.5))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - 5, bar.top() - 8),
                    QPointF(x + 5, bar.top() - 8),
                    QPointF(x, bar.top() - 1),
                ]
            )
        )
        text = self.tr("log10 {0:+.2f}").format(value)
        width = self.fontMetrics().horizontalAdvance(text) + 4
        left = min(max(x - width / 2, 0), self.width() - width)
        painter.setFont(self.font())
        painter.drawText(
            QRectF(left, 0, width, self.fontMetrics().lineSpacing()),
            Qt.AlignmentFlag.AlignCenter,
            text,
        )

    def _small_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.82)
        return font


class VerdictPanel(QWidget):
    """Top of the right column: a sentence about the state of the evidence, or its verdict."""

    track_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._result: FileResult | None = None
        self._by_hand = False
        self._build_ui()
        self._connect()
        self.show_state(None)

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._theme = theme
        self._scale.set_theme(theme)
        self._colour_chip()

    def show_state(self, text: str | None) -> None:
        """Say what the evidence waits for ("Analysing frame 14 of 32."); None if none is open."""
        self._result = None
        self._state.setText(
            text
            or self.tr("No evidence is open. Open a file with Ctrl+O, or drop it on the window.")
        )
        self._pages.setCurrentIndex(0)

    def show_result(self, result: FileResult | None, card: Card) -> None:
        """Show a verdict, or why there is none; with no result the same as no evidence."""
        if result is None:
            self.show_state(None)
            return
        self._result = result
        answer = result.answer
        self._word.setText(worded(wording.verdict_word(result)))
        self._sentence.setText(self._finding(result))
        self._score.setText(worded(wording.score_sentence(result)))
        self._ratio.setText(worded(wording.ratio_sentence(result, card)))
        for part in (self._scale, self._score, self._why, self._how_wrong, self._limits):
            part.setVisible(isinstance(answer, Scored))
        self._ratio.setVisible(bool(self._ratio.text()))
        if isinstance(answer, Scored):
            bounds = wording.bounds_of(result, card)
            self._scale.show_value(answer.log10_lr, bounds, withheld=answer.reason is not None)
        self._tracks.show_rows(
            [(t.id, (str(t.frames), f"{t.score:.3f}", f"{t.log10_lr:+.2f}")) for t in result.tracks]
        )
        self._why_text.show_sentences(wording.why_sentences(result, card))
        self._errors_text.show_sentences(
            (
                self.tr("Measured on these sets; 95 % intervals in brackets."),
                *wording.error_sentences(card),
            )
        )
        self._limits_text.show_sentences(wording.limit_sentences(card))
        self._colour_chip()
        self._pages.setCurrentIndex(1)
        self._area.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Open "how wrong" if there is room, until the user has opened or closed a section."""
        super().resizeEvent(event)
        if not self._by_hand:
            self._how_wrong.set_open(self.height() >= ROOM_LINES * self.fontMetrics().lineSpacing())

    def _build_ui(self) -> None:
        self._state = label(role="muted")
        self._state.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._state.setMargin(2 * SPACE)
        self._area = scrolled(self._verdict_page())
        self._area.setAccessibleName(self.tr("Verdict"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._state)
        self._pages.addWidget(self._area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        # The verdict in words and the scale stay in sight.
        self.setMinimumHeight(11 * self.fontMetrics().lineSpacing())

    def _verdict_page(self) -> QWidget:
        self._chip = QFrame()
        self._chip.setFixedWidth(SPACE)
        self._word = label(role="title", selectable=True)
        self._sentence = label(selectable=True)
        head = QHBoxLayout()
        head.setSpacing(SPACE)
        words = QVBoxLayout()
        words.setSpacing(SPACE // 4)
        words.addWidget(self._word)
        words.addWidget(self._sentence)
        head.addWidget(self._chip)
        head.addLayout(words, 1)
        self._scale = RatioScale()
        self._score, self._ratio = label(role="muted", selectable=True), label(selectable=True)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        layout.setSpacing(SPACE)
        layout.addLayout(head)
        for widget in (self._scale, self._ratio, self._score, *self._build_sections()):
            layout.addWidget(widget)
        layout.addStretch(1)
        return page

    def _build_sections(self) -> tuple[Section, Section, Section]:
        headings = (self.tr("Track"), self.tr("Frames"), self.tr("Score"), self.tr("log10 LR"))
        self._tracks = TrackTable(headings, self.tr("Tracks"))
        self._tracks.setToolTip(self.tr("Click a track, or press Enter on it, to go to its face."))
        self._why_text, self._errors_text, self._limits_text = (_Sentences() for _ in range(3))
        why = QWidget()
        layout = QVBoxLayout(why)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._why_text)
        layout.addWidget(self._tracks)
        self._why = Section(self.tr("Why"), why)
        self._how_wrong = Section(self.tr("Error rates"), self._errors_text)
        self._limits = Section(self.tr("Limits"), self._limits_text)
        self._limits.set_open(False)
        return self._why, self._how_wrong, self._limits

    def _connect(self) -> None:
        self._tracks.cellClicked.connect(self._on_row)
        self._tracks.activated.connect(lambda index: self._on_row(index.row()))
        for section in (self._why, self._how_wrong, self._limits):
            section.toggled.connect(self._on_section)

    def _on_row(self, row: int, _column: int = 0) -> None:
        self.track_chosen.emit(self._tracks.track_at(row))

    def _on_section(self) -> None:
        self._by_hand = True

    def _finding(self, result: FileResult) -> str:
        answer = result.answer
        if isinstance(answer, NotScored):
            return worded(answer.reason)
        if answer.reason is not None:
            return self.tr("There is a score, but the verdict is withheld.")
        return (
            self.tr("No support either way.")
            if answer.support == "none"
            else worded(wording.verdict_sentence(result))
        )

    def _colour_chip(self) -> None:
        colour = self._theme.muted
        if self._result is not None:
            answer = self._result.answer
            if isinstance(answer, Scored):
                colour = self._theme.of_verdict(answer.verdict)
            elif self._result.status == "failed":
                colour = self._theme.warning
        self._chip.setStyleSheet(f"background: {colour}; border-radius: {SPACE // 2}px;")


class _Sentences(QWidget):
    """Sentences below each other, each of which wraps."""

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE // 2)

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Replace all of them."""
        old: list[QLabel] = self.findChildren(QLabel)
        for widget in old:
            self._layout.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for sentence in sentences:
            self._layout.addWidget(label(worded(sentence), selectable=True))
