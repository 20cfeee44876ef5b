"""The window of the experiments: what there is, what to run, and how it goes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.training_events import Described, Ended, Event, Said
from dfgui.services.training.experiments import Experiments, learned_in
from dfgui.services.training.run_folders import (
    KeptRun,
    RunRequest,
    events_in,
    free_folder,
    has_results,
    holds_files,
    models_folder,
    package_name,
    report_in,
    run_in,
    runs_folder,
)
from dfgui.ui.experiments.close_dialog import ask_to_close
from dfgui.ui.experiments.run_view import RunView
from dfgui.ui.experiments.setup_form import SetupForm
from dfgui.ui.widgets.fields import label
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import SPACE, Theme

SIZES = (190, 350, 720)  # px: list, form, run


class ExperimentsWindow(QWidget):
    """Chooses, starts and shows experiments.

    Args:
        experiments: the training program.
        data: the folder with the data sets, as chosen last.
        parent: the main window.
    """

    model_made = Signal(str)
    """Folder of a model package that is to be used."""
    data_chosen = Signal(str)
    help_requested = Signal()
    report_requested = Signal()
    """A run's report is to be opened."""
    closed_after_run = Signal()
    """The run that prevented closing has ended."""

    def __init__(self, experiments: Experiments, data: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._experiments = experiments
        self._described: dict[str, Described] = {}
        self._subject: RunRequest | None = None  # the run that the right side shows
        self._proposed = ""
        self._packages: dict[Path, str] = {}
        self._asking, self._closing = False, False
        self.setWindowTitle(self.tr("Experiments"))
        self._build_ui()
        self.form.data.set_path(data)
        self._connect()
        self._judge()
        self.resize(1280, 720)

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.form.set_theme(theme)
        self.run_view.set_theme(theme)

    def load(self) -> None:
        """Ask the training program for its experiments, if they are not known yet."""
        if not self._described:
            self._nothing.setText(self.tr("Asking the training program for its experiments."))
            self._nothing.show()
            self._again.hide()
            self._experiments.load()

    def report_on(self, run: Path) -> None:
        """Write the report of a run and open it."""
        if not self._experiments.making:
            self._experiments.make_report(run)

    # -- how it is built

    def _build_ui(self) -> None:
        self.form, self.run_view = SetupForm(), RunView()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        for place, (part, width) in enumerate(
            zip((self._build_list(), self.form, self.run_view), (150, 290, 420), strict=True)
        ):
            part.setMinimumWidth(width)
            split.addWidget(part)
            split.setStretchFactor(place, int(part is self.run_view))
        split.setHandleWidth(SPACE)
        split.setSizes(list(SIZES))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.addWidget(split)

    def _build_list(self) -> QWidget:
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Experiments"))
        self._list.setWordWrap(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setStyleSheet(
            "QListView { padding: 2px; outline: none; } QListView::item { padding: 5px 6px;"
            " border-radius: 4px; }"
        )
        self._nothing = label("", "muted")
        self._again = self._button(
            self.tr("Try again"), self.tr("Ask the training program once more")
        )
        self._report = self._button(
            self.tr("Open a report..."), self.tr("The report of an earlier run")
        )
        self._help = self._button(
            self.tr("Help"), self.tr("What the experiments are and what their figures say (F1)")
        )
        self._help.setShortcut("F1")
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for part in (self._nothing, self._again, self._list, self._report, self._help):
            column.addWidget(part)
        column.setStretch(2, 1)
        self._again.hide()
        return side

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        experiments, form, view = self._experiments, self.form, self.run_view
        experiments.listed.connect(self._on_listed)
        experiments.changed.connect(self._on_state)
        experiments.heard.connect(self._on_heard)
        experiments.ended.connect(self._on_ended)
        experiments.reported.connect(self._on_reported)
        experiments.exported.connect(self._on_exported)
        self._list.currentItemChanged.connect(self._on_experiment)
        self._again.clicked.connect(self.load)
        self._report.clicked.connect(self.report_requested)
        self._help.clicked.connect(self.help_requested)
        form.changed.connect(self._on_form)
        form.data.chosen.connect(self._on_data)
        form.out_chosen.connect(self._on_out)
        form.run_requested.connect(self._on_run)
        view.cancel_requested.connect(self._on_cancel)
        view.report_requested.connect(self._on_report)
        view.folder_requested.connect(self._on_folder)
        view.model_requested.connect(self._on_model)

    # -- which experiment

    def _on_listed(self, found: Sequence[Described] | str) -> None:
        if isinstance(found, str):
            self._nothing.setText(worded(found))
            self._again.show()
            return
        self._nothing.hide()
        self._described = {one.name: one for one in found}
        for one in found:
            item = QListWidgetItem(one.title)
            item.setData(Qt.ItemDataRole.UserRole, one.name)
            item.setToolTip(f"{one.name}: {one.reproduces}")
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def _on_experiment(self) -> None:
        if (item := self._list.currentItem()) is not None:
            self.form.show_experiment(self._described[item.data(Qt.ItemDataRole.UserRole)])
            self._propose()
            self._judge()

    # -- what to run

    def _on_form(self) -> None:
        self._propose()
        self._judge()

    def _propose(self) -> None:
        """Propose a new folder for the run, as long as nobody has chosen one."""
        request = self.form.request
        if request is not None and self.form.out.path in ("", self._proposed):
            folder = free_folder(
                runs_folder(),
                f"{request.experiment}-smoke" if request.smoke else request.experiment,
            )
            self._proposed = str(folder)
            self.form.out.set_path(self._proposed)

    def _on_data(self, folder: str) -> None:
        if os.path.isdir(folder):
            self.data_chosen.emit(folder)

    def _on_out(self, folder: str) -> None:
        """Take the settings of an earlier run's folder, and show how far it has come."""
        kept = run_in(Path(folder)) if folder else None
        if kept is None or kept.experiment not in self._described or self._experiments.runs:
            return
        with QSignalBlocker(self._list):
            self._list.setCurrentRow(list(self._described).index(kept.experiment))
        described = self._described[kept.experiment]
        self.form.show_experiment(described, kept.config, smoke=kept.smoke)
        self._show_kept(
            RunRequest(kept.experiment, Path(self.form.data.path), Path(folder), smoke=kept.smoke),
            kept,
        )
        self._judge()

    def _show_kept(self, request: RunRequest, kept: KeptRun) -> None:
        self._subject = request
        self.run_view.show_run(self._described[request.experiment].title, learned_in(request.out))
        for event in events_in(request.out):
            if isinstance(event, Said):
                self.run_view.show_event(event)
        text = (
            self.tr("This run has finished.")
            if kept.finished
            else self.tr("This run was interrupted.")
        )
        self.run_view.show_outcome(text, warns=not kept.finished)
        self._offer()

    def _judge(self) -> None:
        """Judge whether the button can start what is asked for, and why not."""
        button, sentence, can_run, warns = self.tr("Run"), self._objection(), False, False
        request = self.form.request
        if not sentence and request is not None:
            can_run = True
            kept = run_in(request.out)
            if kept is not None:
                button, sentence = (
                    self.tr("Resume"),
                    self.tr("This folder holds an interrupted run: it continues where it stopped."),
                )
            elif holds_files(request.out):
                sentence, warns = (
                    self.tr(
                        "The output folder holds other files; those of the run will lie next to"
                        " them."
                    ),
                    True,
                )
        self.form.show_judgement(button, sentence, can_run=can_run, warns=warns)

    def _objection(self) -> str:
        form, request = self.form, self.form.request
        if request is None:
            return self.tr("Choose an experiment.")
        if self._experiments.runs:
            return self.tr("Another run is in progress.")
        if name := form.settings.unsuited():
            return self.tr("The value of {} does not suit; Delete brings its default back.").format(
                name
            )
        if not form.data.path or not os.path.isdir(request.data):
            return self.tr("Name the folder that holds the data sets.")
        if not form.out.path or not request.out.is_absolute() or os.path.isfile(request.out):
            return self.tr("Name a folder for the run.")
        kept = run_in(request.out)
        if kept is not None and kept.experiment != request.experiment:
            return self.tr("The output folder holds a run of {}; choose another folder.").format(
                kept.experiment
            )
        if kept is not None and kept.finished:
            return self.tr("The output folder holds a finished run; choose another folder.")
        return ""

    # -- the run

    def _on_run(self) -> None:
        request = self.form.request
        if request is None or self._objection():
            return
        self.data_chosen.emit(str(request.data))
        self._subject = request
        self._experiments.start(request)
        self.run_view.show_run(self._title(request), self._experiments.learning)
        self.run_view.show_state(self._experiments.state, self._experiments.making)
        self._offer()
        self.run_view.arms.setFocus()  # and not Cancel, which a second press would reach

    def _title(self, request: RunRequest) -> str:
        title = self._described[request.experiment].title
        return self.tr("{} (smoke run)").format(title) if request.smoke else title

    def _on_cancel(self) -> None:
        if self._experiments.runs:
            self._experiments.stop()
        else:
            self._experiments.cancel_making()

    def _on_state(self) -> None:
        self.run_view.show_state(self._experiments.state, self._experiments.making)
        self._offer()
        self._judge()

    def _on_heard(self, event: Event) -> None:
        self.run_view.show_event(event)

    def _on_ended(self, end: Ended, words: str) -> None:
        self.run_view.show_end(end, words)
        if end.outcome == "finished":
            self._propose()
        self._offer()
        self._judge()
        if self._closing:
            self._closing = False
            self.closed_after_run.emit()

    # -- what is made from it

    def _offer(self) -> None:
        request, busy = self._subject, self._experiments.runs or bool(self._experiments.making)
        if request is None:
            self.run_view.show_offers(report=False, folder=False, model=None)
            return
        kept, model = run_in(request.out), None
        if self._described[request.experiment].makes_package:
            model = self.tr("A model package can be made of a finished run that is no smoke run.")
            if kept is not None and kept.finished and not kept.smoke:
                model = "" if not busy else self.tr("Something else is being done.")
        self.run_view.show_offers(
            report=has_results(request.out) and not busy,
            folder=os.path.isdir(request.out),
            model=model,
        )

    def _on_report(self) -> None:
        if self._subject is not None:
            page = report_in(self._subject.out)
            if page is None:
                self._experiments.make_report(self._subject.out)
            else:
                self._on_reported(page)

    def _on_reported(self, page: Path | str) -> None:
        if isinstance(page, Path):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))
        elif page:
            self.run_view.show_outcome(page, warns=True)

    def _on_folder(self) -> None:
        if self._subject is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._subject.out)))

    def _on_model(self) -> None:
        if self._subject is None:
            return
        made = self._packages.get(self._subject.out)
        if made is not None:
            self.model_made.emit(made)
        else:
            to = free_folder(models_folder(), package_name(self._subject.out))
            self._experiments.make_package(self._subject.out, self._subject.data, to)

    def _on_exported(self, package: Path | str) -> None:
        if isinstance(package, Path):
            if self._subject is not None:
                self._packages[self._subject.out] = str(package)
            self.run_view.show_outcome(
                self.tr("The model package {} was made and is in use.").format(package.name),
                warns=False,
            )
            self.model_made.emit(str(package))
        elif package:
            self.run_view.show_outcome(package, warns=True)

    # -- its end

    def may_close(self, *, quits: bool) -> bool:
        """Ask if something is under way; `closed_after_run` follows if the run has to stop first.

        Args:
            quits: the whole program is to end, not this window only.
        """
        experiments = self._experiments
        if not experiments.runs and not experiments.making:
            return True
        if self._asking:
            return False
        self._asking = True
        over = self if self.isVisible() else self.parentWidget()
        answer = ask_to_close(
            over, runs=experiments.runs, stops=experiments.state == "stopping", quits=quits
        )
        self._asking = False
        if answer == "stop" and experiments.runs:
            self._closing = True
            if experiments.state != "stopping":
                experiments.stop()
            return False
        if answer == "end":
            experiments.close()
        return answer != "stay" and not experiments.runs

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask if a run is under way."""
        if self.may_close(quits=False):
            super().closeEvent(event)
        else:
            event.ignore()
