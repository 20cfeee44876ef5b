"""Model cards as pages: what a network is, how often it errs on each set, what it is not for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dfgui.core.display.card_rows import RATIOS, Part, card_parts
from dfgui.core.display.wording import ROBUSTNESS
from dfgui.core.faces.check_card import CheckSource, FaceCheckPackage
from dfgui.core.network.package import Metric, ModelPackage
from dfgui.core.sentences import Sentence
from dfgui.ui.dialogs.ratio_plots import RatioPlots
from dfgui.ui.widgets.language import grouped, worded
from dfgui.ui.widgets.theme import SPACE, Theme


class CardPage(QWidget):
    """A card as a page of headings, figures and facts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page = QVBoxLayout(self)
        self._page.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        self._page.setSpacing(SPACE // 2)

    def _metrics(self, metrics: Sequence[Metric]) -> None:
        self._heading(self.tr("How often it errs"))
        if not metrics:
            nothing = self.tr(
                "The card gives no figures: nothing is known of how often this network errs."
            )
            self._page.addWidget(text_label(nothing, "warning"))
            return
        self._page.addWidget(
            text_label(
                self.tr("Value with its 95 % interval, drawn on a scale from 0 to 1."), "muted"
            )
        )
        self._page.addSpacing(SPACE)
        grid = self._grid()
        for name, group in groupby(metrics, key=lambda metric: metric.set):
            own = list(group)
            # 1 for an empty grid: its first row stays empty and has no height.
            row = grid.rowCount()
            shown, scores = self._changed(own) if ROBUSTNESS in name else (own, {})
            title = worded(Sentence(name)).replace(ROBUSTNESS, "").strip() + (
                self.tr("; mean scores and AUC") if scores else ""
            )
            heading = text_label(
                self.tr("{}: n = {} in {} groups").format(
                    title, grouped(own[0].n), grouped(own[0].groups)
                ),
                "heading",
            )
            grid.addWidget(heading, row, 0, 1, 4)
            for number, metric in enumerate(shown, start=row + 1):
                self._metric(grid, number, metric, own[0], scores)
            grid.setRowMinimumHeight(row + len(shown) + 1, SPACE)
        grid.setColumnStretch(0, 1)
        self._page.addLayout(grid)

    def _changed(self, metrics: Sequence[Metric]) -> tuple[list[Metric], dict[str, str]]:
        """Return the AUC of each change of the pictures, and the words for each AUC by its name.

        The words hold the mean scores of the real and of the fake files.
        """
        value = {metric.name: metric.value for metric in metrics}
        shown = [metric for metric in metrics if metric.name.startswith("auc: ")]
        words = self.tr("{}: real {:.2f}, fake {:.2f}")
        scores = {}
        for metric in shown:
            change = metric.name.removeprefix("auc: ")
            real, fake = (
                value.get(f"mean_score_{side}: {change}", math.nan) for side in ("real", "fake")
            )
            scores[metric.name] = words.format(change, real, fake)
        return shown, scores

    def _metric(
        self, grid: QGridLayout, row: int, metric: Metric, first: Metric, scores: Mapping[str, str]
    ) -> None:
        words, meaning = self._in_words(metric.name)
        if metric.name in scores:
            words, meaning = scores[metric.name], self.tr("After this change. {}").format(meaning)
        apart = (
            ""
            if (metric.n, metric.groups) == (first.n, first.groups)
            else self.tr(" (n = {})").format(grouped(metric.n))
        )
        name = text_label(words + apart)
        interval = IntervalBar(metric, self._theme)
        value = QLabel(f"{metric.value:.3f}")
        span = text_label(f"{metric.low:.3f} \N{EN DASH} {metric.high:.3f}", "muted")
        span.setWordWrap(False)
        for column, widget in enumerate((name, value, span, interval)):
            widget.setToolTip(meaning)
            grid.addWidget(widget, row, column)

    def _in_words(self, name: str) -> tuple[str, str]:
        """A metric's name as people read it, and what its ends mean."""
        known = {
            "auc": (
                self.tr("AUC"),
                self.tr(
                    "Chance that a fake scores above a real one: 0.5 is guessing, 1 is perfect."
                ),
            ),
            "log_loss": (
                self.tr("log-loss"),
                self.tr(
                    "At even classes: 0 is perfect, 0.693 is guessing, more is worse than guessing."
                ),
            ),
            "balanced_accuracy": (
                self.tr("balanced accuracy"),
                self.tr("Mean of the shares of fakes and reals on their side of 0.5."),
            ),
            "calibration_error": (
                self.tr("calibration error"),
                self.tr("How far scores lie from how often they are right; 0 is best."),
            ),
            "share_with_verdict": (
                self.tr("proportion given a verdict"),
                self.tr('Files whose verdict was not "inconclusive".'),
            ),
            "real_called_fake": (
                self.tr("real called fake"),
                self.tr("Share of the real files whose verdict supports fake."),
            ),
        }
        lower = name.lower()
        if lower in known:
            return known[lower]
        if lower.startswith(("auc_", "auc: ")):
            return self.tr("AUC, {}").format(name[4:].strip()), known["auc"][1]
        return name.replace("_", " "), ""

    def _heading(self, text: str) -> None:
        self._page.addSpacing(SPACE + SPACE // 2)
        self._page.addWidget(text_label(text, "heading"))

    def _facts(self, heading: str, facts: Sequence[tuple[str, str]], *, mono: bool = False) -> None:
        self._heading(heading)
        grid = self._grid()
        for row, (name, value) in enumerate(facts):
            key, text = text_label(name, "muted"), text_label(value, "mono" if mono else "")
            key.setWordWrap(False)
            if mono:
                # A zero-width space marks where a line may break.
                text.setText(
                    "\u200b".join(value[start : start + 8] for start in range(0, len(value), 8))
                )
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self._page.addLayout(grid)

    def _sentences(self, heading: str, sentences: Sequence[str]) -> None:
        if len(sentences) > 1:
            self._facts(heading, [("\N{BULLET}", worded(one)) for one in sentences])
            return
        self._heading(heading)
        for sentence in sentences:
            self._page.addWidget(text_label(worded(sentence)))

    def _part(self, part: Part) -> None:
        title, rows = worded(part.title), part.rows
        if any(label for label, _ in rows):
            self._facts(title, [(worded(label), worded(value)) for label, value in rows])
        else:
            self._sentences(title, [sentence for _, sentence in rows])

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        return grid


class CardView(CardPage):
    """A card as a page: what the network is, how often it errs on which set, what it is not for."""

    def __init__(self, package: ModelPackage, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        card = package.card
        self._page.addWidget(
            text_label(self.tr("{}, version {}").format(card.name, card.version), "title")
        )
        size = self.tr("{}; input {} x {} pixels, crop = face box x {:g}").format(
            card.architecture, card.input_size, card.input_size, card.crop.haar_factor
        )
        self._page.addWidget(text_label(size, "muted"))
        self._metrics(card.metrics)
        for part in card_parts(card):
            self._part(part)
            if part.title == RATIOS:
                self._page.addWidget(RatioPlots(card.validation, theme))
        hashes = [(self.tr("network"), package.sha256), *sorted(card.files.items())]
        self._facts(self.tr("SHA-256"), hashes, mono=True)
        self._page.addStretch()


class CheckView(CardPage):
    """The card of the check of faces: what it does, how often it errs, where it comes from."""

    def __init__(
        self, package: FaceCheckPackage, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        card = package.card
        self._page.addWidget(
            text_label(self.tr("{}, version {}").format(card.name, card.version), "title")
        )
        what = self.tr(
            "Tells faces from patterns in every analysis. It scores nothing, so it cannot be chosen"
            " as the network."
        )
        self._page.addWidget(text_label(what))
        size = self.tr("{}; input {} x {} pixels, crop = face box x {:g}")
        side = card.input.side
        self._page.addWidget(
            text_label(size.format(card.architecture, side, side, card.input.box_factor), "muted")
        )
        self._metrics(card.metrics)
        least = self.tr("{:g} or more, chosen on {}").format(card.presence, card.chosen_on)
        self._facts(self.tr("Counts as a face"), [(self.tr("presence"), least)])
        self._sentences(self.tr("Not for"), [Sentence(use) for use in card.not_for])
        self._facts(self.tr("Source"), self._source(card.source))
        self._sentences(self.tr("Terms"), (Sentence(card.terms),))
        hashes = [
            (self.tr("network"), package.sha256),
            *sorted(card.files.items()),
            (self.tr("source"), card.source.sha256),
        ]
        self._facts(self.tr("SHA-256"), hashes, mono=True)
        self._page.addStretch()

    def _source(self, source: CheckSource) -> list[tuple[str, str]]:
        return [
            (self.tr("file"), f"{source.file}, {source.bundle}"),
            (self.tr("model card"), source.model_card),
            (self.tr("licence"), source.licence),
            (self.tr("conversion"), source.conversion),
        ]


class IntervalBar(QWidget):
    """A value and its interval on a line from 0 to 1; empty if they lie outside."""

    def __init__(self, metric: Metric, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric, self._theme = metric, theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(f"{metric.value:.3f}, {metric.low:.3f} to {metric.high:.3f}")

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough to tell .05 apart."""
        return QSize(140, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """The same width: a long name next to it wraps instead."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line, the interval and the value."""
        low, value, high = self._metric.low, self._metric.value, self._metric.high
        if not 0 <= min(low, value) <= max(high, value) <= 1:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width, middle = 5.0, self.width() - 10.0, self.height() / 2
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawLine(QPointF(left, middle), QPointF(left + width, middle))
        for tick in (0.0, 0.5, 1.0):
            painter.drawLine(
                QPointF(left + tick * width, middle - 3), QPointF(left + tick * width, middle + 3)
            )
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(self._theme.accent)
        colour.setAlpha(110)
        painter.setBrush(colour)
        painter.drawRoundedRect(
            QRectF(left + low * width - 1, middle - 2.5, (high - low) * width + 2, 5), 2.5, 2.5
        )
        painter.setBrush(QColor(self._theme.accent))
        painter.drawEllipse(QPointF(left + value * width, middle), 4, 4)


def text_label(text: str, role: str = "") -> QLabel:
    """A label for text from outside, which wraps and can be selected."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a card comes from outside
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label
