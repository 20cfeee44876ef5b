"""The dialog of model packages: which there are, what each card says, and which one scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.card import Calibration, Card, Metric, ModelPackage
from dfgui.core.wording import ROBUSTNESS
from dfgui.ui.theme import LIGHT, SPACE, Theme

Package = tuple[str, ModelPackage | str]


class ModelDialog(QDialog):
    """Lists model packages with their cards and lets the user choose one.

    `model_chosen` carries the name that a package was given with; `folder_requested` asks for a folder dialog.

    Args:
        packages: the name or folder of each, and the package or the sentence that says why it was refused.
        chosen: the name of the one that scores now.
        parent: the window.
    """

    model_chosen = Signal(str)
    folder_requested = Signal()

    def __init__(self, packages: Sequence[Package], chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model packages"))
        self._theme = LIGHT
        self._build_ui()
        self._connect()
        self.set_packages(packages, chosen)
        self.resize(900, 620)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for interval in self.findChildren(Interval):
            interval.set_theme(theme)

    def set_packages(self, packages: Sequence[Package], chosen: str) -> None:
        """Show these packages; arguments as for the dialog."""
        self._packages, self._chosen = dict(packages), chosen
        names = [name for name, _ in packages]
        with QSignalBlocker(self._list):
            self._list.clear()
            for name, package in packages:
                item = QListWidgetItem(self._line(name, package))
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setToolTip(name)
                self._list.addItem(item)
            self._list.setCurrentRow(names.index(chosen) if chosen in names else min(0, len(names) - 1))
        self._on_row_changed(self._list.currentRow())

    def _build_ui(self) -> None:
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Model packages"))
        self._list.setWordWrap(True)
        self._list.setStyleSheet("QListView { padding: 2px; outline: none; } QListView::item { padding: 5px 6px; border-radius: 4px; }")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.tr("Card of the model package"))
        frame = QFrame()
        frame.setProperty("role", "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._area)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._list)
        split.addWidget(frame)
        split.setSizes([210, 660])
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE + SPACE // 2)
        layout.addWidget(split, 1)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self._folder = self._button(self.tr("Open folder..."), self.tr("Use a model package from a folder"))
        self._use = self._button(self.tr("Use this network"), self.tr("Score with this network; what is open is analysed again"))
        self._close = self._button(self.tr("Close"), self.tr("Close (Esc)"))
        buttons = QHBoxLayout()
        buttons.addWidget(self._folder)
        buttons.addStretch()
        buttons.addWidget(self._close)
        buttons.addWidget(self._use)
        return buttons

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._list.itemActivated.connect(self._on_use)
        self._folder.clicked.connect(self.folder_requested)
        self._use.clicked.connect(self._on_use)
        self._close.clicked.connect(self.reject)

    def _line(self, name: str, package: ModelPackage | str) -> str:
        if isinstance(package, str):
            return self.tr("{}\nrefused").format(name)
        in_use = self.tr(", in use") if name == self._chosen else ""
        return self.tr("{}\nversion {}{}").format(package.card.name, package.card.version, in_use)

    def _on_row_changed(self, row: int) -> None:
        package = None if row < 0 else self._packages[self._name()]
        if isinstance(package, ModelPackage):
            self._area.setWidget(CardView(package, self._theme))
        else:
            nothing = self.tr("There is no model package. Open the folder of one to score with it.")
            self._area.setWidget(_refusal(nothing if package is None else package))
        usable = isinstance(package, ModelPackage) and self._name() != self._chosen
        self._use.setEnabled(usable)
        self._use.setDefault(usable)

    def _on_use(self) -> None:
        if self._use.isEnabled():
            self.model_chosen.emit(self._name())
            self.accept()

    def _name(self) -> str:
        return str(self._list.currentItem().data(Qt.ItemDataRole.UserRole))


class CardView(QWidget):
    """A card as a page: what the network is, how often it errs on which set, what it is not for."""

    def __init__(self, package: ModelPackage, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page = QVBoxLayout(self)
        self._page.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        self._page.setSpacing(SPACE // 2)
        card = package.card
        self._page.addWidget(_label(self.tr("{}, version {}").format(card.name, card.version), "title"))
        size = self.tr("{}; input {} x {} pixels, cut at {:g} of a face's box").format(
            card.architecture, card.input_size, card.input_size, card.crop.haar_factor
        )
        self._page.addWidget(_label(size, "muted"))
        self._metrics(card)
        self._facts(self.tr("Calibration"), self._calibration(card))
        self._facts(self.tr("Tested in"), self._domain(card))
        self._sentences(self.tr("Not for"), card.not_for)
        self._facts(self.tr("Training"), self._training(card))
        self._sentences(self.tr("Terms"), (card.terms,))
        hashes = [(self.tr("network"), package.sha256), *sorted(card.files.items())]
        self._facts(self.tr("SHA-256"), hashes, mono=True)
        self._page.addStretch()

    def _metrics(self, card: Card) -> None:
        self._heading(self.tr("How often it errs"))
        if not card.metrics:
            self._page.addWidget(_label(self.tr("The card gives no figures: nothing is known of how often this network errs."), "warning"))
            return
        self._page.addWidget(_label(self.tr("Value with its 95 % interval, drawn on a scale from 0 to 1."), "muted"))
        self._page.addSpacing(SPACE)
        grid = self._grid()
        for name, metrics in groupby(card.metrics, key=lambda metric: metric.set):
            own = list(metrics)
            row = grid.rowCount()  # 1 for an empty grid: its first row stays empty and has no height
            shown, scores = self._changed(own) if ROBUSTNESS in name else (own, {})
            title = name.replace(ROBUSTNESS, "").strip() + (self.tr("; mean scores and AUC") if scores else "")
            heading = _label(self.tr("{}: n = {:,} in {:,} groups").format(title, own[0].n, own[0].groups), "heading")
            grid.addWidget(heading, row, 0, 1, 4)
            for number, metric in enumerate(shown, start=row + 1):
                self._metric(grid, number, metric, own[0], scores)
            grid.setRowMinimumHeight(row + len(shown) + 1, SPACE)
        grid.setColumnStretch(0, 1)
        self._page.addLayout(grid)

    def _changed(self, metrics: Sequence[Metric]) -> tuple[list[Metric], dict[str, str]]:
        """Of changed pictures a row a change, its AUC; the mean scores of real and of fake go into words beside it."""
        value = {metric.name: metric.value for metric in metrics}
        shown = [metric for metric in metrics if metric.name.startswith("auc: ")]
        words = self.tr("{}: real {:.2f}, fake {:.2f}")
        scores = {}
        for metric in shown:
            change = metric.name.removeprefix("auc: ")
            real, fake = (value.get(f"mean_score_{side}: {change}", math.nan) for side in ("real", "fake"))
            scores[metric.name] = words.format(change, real, fake)
        return shown, scores

    def _metric(self, grid: QGridLayout, row: int, metric: Metric, first: Metric, scores: Mapping[str, str]) -> None:
        words, meaning = self._in_words(metric.name)
        if metric.name in scores:
            words, meaning = scores[metric.name], self.tr("After this change. {}").format(meaning)
        apart = "" if (metric.n, metric.groups) == (first.n, first.groups) else self.tr(" (n = {:,})").format(metric.n)
        name = _label(words + apart)
        interval = Interval(metric, self._theme)
        value = QLabel(f"{metric.value:.3f}")
        span = _label(f"{metric.low:.3f} \N{EN DASH} {metric.high:.3f}", "muted")
        span.setWordWrap(False)
        for column, widget in enumerate((name, value, span, interval)):
            widget.setToolTip(meaning)
            grid.addWidget(widget, row, column)

    def _in_words(self, name: str) -> tuple[str, str]:
        """A metric's name as people read it, and what its ends mean."""
        known = {
            "auc": (self.tr("AUC"), self.tr("Chance that a fake scores above a real one: 0.5 is guessing, 1 is perfect.")),
            "log_loss": (self.tr("log-loss"), self.tr("At even classes: 0 is perfect, 0.693 is guessing, more is worse than guessing.")),
            "balanced_accuracy": (self.tr("balanced accuracy"), self.tr("Mean of the shares of fakes and reals on their side of 0.5.")),
            "calibration_error": (self.tr("calibration error"), self.tr("How far scores lie from how often they are right; 0 is best.")),
            "share_with_verdict": (self.tr("share with a verdict"), self.tr("Files whose verdict was not \"inconclusive\".")),
            "real_called_fake": (self.tr("real called fake"), self.tr("Share of the real files whose verdict supports fake.")),
        }  # fmt: skip
        lower = name.lower()
        if lower in known:
            return known[lower]
        if lower.startswith(("auc_", "auc: ")):
            return self.tr("AUC, {}").format(name[4:].strip()), known["auc"][1]
        return name.replace("_", " "), ""

    def _calibration(self, card: Card) -> list[tuple[str, str]]:
        def line(one: Calibration) -> str:
            counts = self.tr("{:,} real and {:,} fake").format(one.real, one.fake)
            bound = self.tr("likelihood ratio at most 10^{:g} either way").format(one.log10_lr_bound)
            sharpness = "; " + self.tr("how sharp the face is counts too") if one.sharpness_slope else ""
            return self.tr("{} of {}; {}").format(counts, one.set, bound) + sharpness

        return [(self.tr("single faces"), line(card.calibration.face)), (self.tr("tracks"), line(card.calibration.track))]

    def _domain(self, card: Card) -> list[tuple[str, str]]:
        domain, least = card.domain, self.tr("{:g} or more")
        bits = self.tr("not tested") if domain.bits_per_pixel is None else least.format(domain.bits_per_pixel)
        return [
            (self.tr("side of the cut, pixels"), least.format(domain.cut_side)),
            (self.tr("sharpness"), least.format(domain.sharpness)),
            (self.tr("bits per pixel of a video"), bits),
            (self.tr("faces a track needs"), least.format(domain.track_frames)),
        ]

    def _training(self, card: Card) -> list[tuple[str, str]]:
        made = card.training
        return [
            (self.tr("data"), "\n".join(made.data) or self.tr("not given")),
            (self.tr("faces"), self.tr("{:,} real, {:,} fake").format(made.real, made.fake)),
            (self.tr("split"), made.split),
            (self.tr("steps"), self.tr("{:,}, from {} weights, seed {}").format(made.steps, made.backbone_init, made.seed)),
        ]

    def _heading(self, text: str) -> None:
        self._page.addSpacing(SPACE + SPACE // 2)
        self._page.addWidget(_label(text, "heading"))

    def _facts(self, heading: str, facts: Sequence[tuple[str, str]], *, mono: bool = False) -> None:
        self._heading(heading)
        grid = self._grid()
        for row, (name, value) in enumerate(facts):
            key, text = _label(name, "muted"), _label(value, "mono" if mono else "")
            key.setWordWrap(False)
            if mono:
                text.setText("\u200b".join(value[start : start + 8] for start in range(0, len(value), 8)))  # where a line may break
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self._page.addLayout(grid)

    def _sentences(self, heading: str, sentences: Sequence[str]) -> None:
        if len(sentences) > 1:
            self._facts(heading, [("\N{BULLET}", sentence) for sentence in sentences])
            return
        self._heading(heading)
        for sentence in sentences:
            self._page.addWidget(_label(sentence))

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        return grid


class Interval(QWidget):
    """A value and its interval on a line from 0 to 1; empty where they lie outside."""

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
        """As wide: a long name beside it is broken into lines instead."""
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
            painter.drawLine(QPointF(left + tick * width, middle - 3), QPointF(left + tick * width, middle + 3))
        painter.setPen(Qt.PenStyle.NoPen)
        colour = QColor(self._theme.accent)
        colour.setAlpha(110)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(left + low * width - 1, middle - 2.5, (high - low) * width + 2, 5), 2.5, 2.5)
        painter.setBrush(QColor(self._theme.accent))
        painter.drawEllipse(QPointF(left + value * width, middle), 4, 4)


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a card comes from outside
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label


def _refusal(sentence: str) -> QWidget:
    page = QWidget()
    label = _label(sentence, "warning")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
    layout.addWidget(label)
    return page
