"""The experiments as the main window sees them: two entries, and what to ask before closing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from dfgui.services.training.experiments import Experiments
from dfgui.services.training.run_folders import has_results, report_in, runs_folder
from dfgui.ui.experiments.window import ExperimentsWindow
from dfgui.ui.widgets.theme import LIGHT, Theme


class ExperimentController(QObject):
    """Opens the window of the experiments when it is asked for, and not before.

    Args:
        window: the main window.
        command: how the training program is started, without arguments.
        data: the folder with the data sets, as chosen last.
    """

    model_made = Signal(str)
    """Folder of a model package that is to be used from now on."""
    data_chosen = Signal(str)
    """Folder with the data sets, to be remembered."""
    refused = Signal(object)
    """A sentence for the person."""
    help_requested = Signal(str)
    """Name of a help page."""
    quit_requested = Signal()
    """The run that made `may_close` say no has stopped."""

    def __init__(self, window: QWidget, command: Sequence[str], data: str = "") -> None:
        super().__init__(window)
        self._parent, self._data = window, data
        self._theme, self._quits = LIGHT, False
        self.experiments = Experiments(command, self)
        self.window: ExperimentsWindow | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self._theme = theme
        if self.window is not None:
            self.window.set_theme(theme)

    def show(self) -> ExperimentsWindow:
        """Open the window."""
        if self.window is None:
            self.window = ExperimentsWindow(self.experiments, self._data, self._parent)
            self.window.set_theme(self._theme)
            self.window.model_made.connect(self.model_made)
            self.window.data_chosen.connect(self.data_chosen)
            self.window.help_requested.connect(lambda: self.help_requested.emit("experiments"))
            self.window.report_requested.connect(self.ask_for_report)
            self.window.closed_after_run.connect(self._on_closed_after_run)
        self.window.load()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        return self.window

    def ask_for_report(self) -> None:
        """Open the report of a run; write it first if there is none."""
        over = self.window if self.window is not None and self.window.isVisible() else self._parent
        title = self.tr("Choose the folder of a run, or of a report")
        folder = QFileDialog.getExistingDirectory(over, title, str(runs_folder()))
        if not folder:
            return
        page = report_in(Path(folder))
        if page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(page)))
        elif has_results(Path(folder)):
            self.show().report_on(Path(folder))
        else:
            text = self.tr(
                "{} holds neither a report nor the results of a run; choose the folder of a run."
            )
            self.refused.emit(text.format(Path(folder).name))

    def may_close(self) -> bool:
        """Ask if a run is under way; `quit_requested` follows once it has stopped."""
        if self.window is None:
            return True
        may = self.window.may_close(quits=True)
        self._quits = not may
        return may

    def close(self) -> None:
        """End every process and close the window, without asking."""
        self.experiments.close()
        if self.window is not None:
            self.window.close()

    def _on_closed_after_run(self) -> None:
        if self._quits:
            self.quit_requested.emit()
        elif self.window is not None:
            self.window.close()
