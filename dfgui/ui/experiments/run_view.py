"""A run, under way or ended: progress, curves, sentences, and what can be made from it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.training_events import Ended, Epoch, Event, Progress, Said, Started
from dfgui.services.training.experiments import Making, RunState
from dfgui.services.training.learning import Learning
from dfgui.ui.experiments.arm_table import ArmTable
from dfgui.ui.experiments.curves_plot import CurvesPlot
from dfgui.ui.experiments.run_labels import quantity_name, time_left
from dfgui.ui.experiments.sentences import Sentences
from dfgui.ui.widgets.fields import ElidedLabel, label
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import SPACE, Theme

DRAW_MS = 400  # at least between two drawings of the curves: forty arms take a tenth of a second
STEPS = 1000  # of the progress bar


class RunView(QWidget):
    """Shows one run."""

    cancel_requested = Signal()
    report_requested = Signal()
    folder_requested = Signal()
    model_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._learning = Learning()
        self._state: RunState = "idle"
        self._has_run = False
        self._draw = QTimer(self, singleShot=True, interval=DRAW_MS)
        self._build_ui()
        self._connect()
        self.show_state("idle", "")
        self.show_run("", Learning())
        self.show_offers(report=False, folder=False, model=None)

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        for part in (self._plot, self.arms, self.said):
            part.set_theme(theme)

    # -- what is shown

    def show_run(self, title: str, learning: Learning) -> None:
        """Begin with another run.

        Args:
            title: of its experiment; empty for no run at all.
            learning: its epochs so far; it is read again at each `show_event`.
        """
        self._learning, self._has_run = learning, bool(title)
        self._title.show_text(title or self.tr("No run yet"))
        self._progress_text.show_text("")
        self._left.setText("")
        self._outcome.setText("")
        self.said.forget()
        self._quantity.clear()
        self.redraw()

    def show_state(self, state: RunState, making: Making) -> None:
        """Show how far the run is, and what is being made of it."""
        self._state = state
        working = state != "idle" or making != ""
        self._bar.setVisible(working)
        self._left.setVisible(working)
        self._progress_text.setVisible(working)
        self.cancel.setVisible(working)
        at_once = state == "stopping"
        self.cancel.setText(self.tr("End at once") if at_once else self.tr("Cancel"))
        self.cancel.setAccessibleName(self.cancel.text())
        keeps = self.tr(
            "Stop after the present step; the best so far is kept, and the run can be resumed"
        )
        self.cancel.setToolTip(
            self.tr("Do not wait for the present step; what was finished before is kept")
            if at_once
            else keeps
        )
        texts = {
            "starting": self.tr("Starting; TensorFlow takes some seconds to load."),
            "stopping": self.tr("Stopping after the present step; what is finished is kept."),
        }
        made = {
            "report": self.tr("Writing the report."),
            "package": self.tr("Making and calibrating the model package."),
        }
        if text := texts.get(state, "") or made.get(making, ""):
            self._progress_text.show_text(text)
            self._left.setText("")
        elif state == "idle":
            self._progress_text.show_text("")
        if state in ("idle", "starting"):
            self._bar.setRange(0, 0)  # nobody knows how far it is
        self._say_what_is_missing()

    def show_event(self, event: Event) -> None:
        """Show what the run says."""
        if isinstance(event, Progress):
            self._bar.setRange(0, STEPS)
            self._bar.setValue(round(min(max(event.done, 0.0), 1.0) * STEPS))
            if self._state != "stopping":
                self._progress_text.show_text(event.text)
                self._left.setText(
                    "" if event.seconds_left is None else time_left(event.seconds_left)
                )
        elif isinstance(event, Said):
            self.said.add(event.text, warns=event.level == "warning")
        elif isinstance(event, Started):
            if event.backbone:
                self.said.add(event.backbone[:1].upper() + event.backbone[1:])
            self._draw.start()
        elif isinstance(event, Epoch) and not self._draw.isActive():
            self._draw.start()

    def show_end(self, end: Ended, words: str) -> None:
        """Show how the run ended.

        Args:
            end: outcome and sentence.
            words: the program's last words, if they may help; else empty.
        """
        self.redraw()
        if words:
            self.said.add(self.tr("The program's last words:"), warns=True)
            self.said.add(words)
        self.show_outcome(end.sentence, warns=end.outcome != "finished")

    def show_outcome(self, sentence: str, *, warns: bool) -> None:
        """Say how the run ended, or what was made from it, or why that failed."""
        self._outcome.setText(worded(sentence))
        self._outcome.setProperty("role", "warning" if warns else "")
        self._outcome.style().polish(self._outcome)

    def show_offers(self, *, report: bool, folder: bool, model: str | None) -> None:
        """Offer what can be made from the run.

        Args:
            report: there are results to report on.
            folder: there is a run folder.
            model: empty where a model package can be made, else the sentence that says why not;
                None hides the button.
        """
        self.report.setEnabled(report)
        self._say_what_is_missing()
        self.folder.setEnabled(folder)
        self.model.setVisible(model is not None)
        self.model.setEnabled(model == "")
        self.model.setToolTip(
            model
            or self.tr(
                "Make a model package, calibrate it on held-out data, and score with it from now on"
            )
        )

    def redraw(self) -> None:
        """Draw the curves again."""
        self._draw.stop()
        self._offer_quantities()
        quantity = self._quantity.currentData() or "val_loss"
        curves = [self._learning.curve(arm, quantity) for arm in self._learning.arms]
        level = self._learning.constant(quantity)
        self.arms.show_arms(quantity, curves, level)
        self.arms.updateGeometry()
        if any(len(curve.epochs) for curve in curves):
            self._plot.show_curves(quantity, curves, level, self.arms.arm)
        else:
            self._say_what_is_missing()

    # -- how it is built

    def _build_ui(self) -> None:
        self._title = ElidedLabel()
        self._title.setProperty("role", "title")
        self._plot = CurvesPlot()
        self.arms = ArmTable()
        self.said = Sentences()
        self._outcome = label("", selectable=True)
        below = QSplitter(Qt.Orientation.Horizontal)
        below.setChildrenCollapsible(False)
        below.addWidget(self.arms)
        below.addWidget(self.said)
        below.setSizes([390, 310])
        rows = QSplitter(Qt.Orientation.Vertical)
        rows.setChildrenCollapsible(False)
        rows.addWidget(self._framed_plot())
        rows.addWidget(below)
        rows.setStretchFactor(0, 3)
        rows.setStretchFactor(1, 1)
        rows.setSizes([420, 190])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self._title)
        column.addLayout(self._progress_row())
        column.addWidget(rows, 1)
        column.addWidget(self._outcome)
        column.addLayout(self._buttons())

    def _progress_row(self) -> QVBoxLayout:
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._bar.setTextVisible(True)
        self._left = QLabel()
        self._left.setProperty("role", "muted")
        self.cancel = self._button(self.tr("Cancel"), "")
        self._progress_text = ElidedLabel()
        self._progress_text.setProperty("role", "muted")
        self._progress_text.setAccessibleName(self.tr("What the run does now"))
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self._bar, 1)
        row.addWidget(self._left)
        row.addWidget(self.cancel)
        both = QVBoxLayout()
        both.setSpacing(SPACE // 2)
        both.addLayout(row)
        both.addWidget(self._progress_text)
        return both

    def _framed_plot(self) -> QWidget:
        self._quantity = QComboBox()
        self._quantity.setAccessibleName(self.tr("Quantity over the epochs"))
        self._quantity.setToolTip(self.tr("What the curves show (Up, Down)"))
        self._quantity.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE, SPACE, SPACE, 0)
        head.setSpacing(SPACE)
        head.addWidget(self._quantity)
        self._legend = label(
            self.tr("Mean over the fits so far; dashed: a constant answer."), "muted", wrap=False
        )
        head.addWidget(self._legend)
        head.addStretch()
        frame = QWidget()
        frame.setProperty("role", "panel")
        frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addLayout(head)
        inside.addWidget(self._plot, 1)
        return frame

    def _buttons(self) -> QHBoxLayout:
        self.report = self._button(
            self.tr("Open the report"),
            self.tr("Write the report of this run and open it in the browser"),
        )
        self.folder = self._button(
            self.tr("Show the folder"), self.tr("Show the run's folder in the file manager")
        )
        self.model = self._button(self.tr("Use this model"), "")
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in (self.report, self.folder, self.model):
            row.addWidget(button)
        row.addStretch()
        return row

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self._draw.timeout.connect(self.redraw)
        self._quantity.activated.connect(self.redraw)
        self.arms.chosen.connect(self.redraw)
        self.cancel.clicked.connect(self.cancel_requested)
        self.report.clicked.connect(self.report_requested)
        self.folder.clicked.connect(self.folder_requested)
        self.model.clicked.connect(self.model_requested)

    def _offer_quantities(self) -> None:
        names = self._learning.quantities
        if [self._quantity.itemData(row) for row in range(self._quantity.count())] != list(names):
            chosen = self._quantity.currentData()
            self._quantity.clear()
            for name in names:
                self._quantity.addItem(quantity_name(name), name)
            self._quantity.setCurrentIndex(max(0, self._quantity.findData(chosen)))
        self._quantity.setVisible(bool(names))
        self._legend.setVisible(bool(names))

    def _say_what_is_missing(self) -> None:
        if self._learning.quantities:
            return
        if self._state != "idle":
            sentence = self.tr(
                "The curves appear with the first epoch. What is not fitted in epochs is in the"
                " report only."
            )
        elif self._has_run and self.report.isEnabled():
            sentence = self.tr("This run has no epochs to draw. Its figures are in the report.")
        elif self._has_run:
            sentence = self.tr("This run has no epochs to draw, and no results to report on.")
        else:
            sentence = self.tr(
                "Choose an experiment, name the folder with the data, and press Run: the curves"
                " appear here."
            )
        self._plot.show_nothing(sentence)
