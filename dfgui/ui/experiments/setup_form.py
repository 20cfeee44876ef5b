"""What to run: the experiment's description, folders, settings, and the button that starts it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from dfgui.core.training_events import Described
from dfgui.services.training.run_folders import RunRequest
from dfgui.ui.experiments.folder_field import FolderField
from dfgui.ui.experiments.settings_table import SettingsTable
from dfgui.ui.widgets.fields import FactGrid, Section, label, scrolled
from dfgui.ui.widgets.theme import SPACE, Theme

ARMS_NAMED = 10  # the table of the run names them all


class SetupForm(QWidget):
    """Asks for everything that a run needs; it checks only the kind of each setting's value."""

    changed = Signal()
    """Something that decides what would be run."""
    out_chosen = Signal(str)
    """The output folder is complete."""
    run_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._described: Described | None = None
        self._build_ui()
        self._connect()

    def set_theme(self, theme: Theme) -> None:
        """Take a theme's colours."""
        self.settings.set_theme(theme)

    @property
    def described(self) -> Described | None:
        """The experiment that is shown."""
        return self._described

    @property
    def request(self) -> RunRequest | None:
        """What would be run, folders as typed; None without an experiment."""
        if self._described is None:
            return None
        data, out = Path(self.data.path), Path(self.out.path)
        return RunRequest(
            self._described.name, data, out, self.settings.given(), self.smoke.isChecked()
        )

    def show_experiment(
        self, described: Described, given: Mapping[str, Any] | None = None, *, smoke: bool = False
    ) -> None:
        """Describe an experiment, with its settings at their defaults or as given."""
        self._described = described
        self._title.setText(described.title)
        self._summary.setText(described.summary)
        arms = ", ".join(described.arms[:ARMS_NAMED])
        if more := len(described.arms[ARMS_NAMED:]):
            arms = self.tr("{} and {} more").format(arms, more)
        facts = (
            (self.tr("reproduces"), described.reproduces),
            (self.tr("arms"), arms),
            (self.tr("needs"), described.needs),
        )
        self._facts.show_facts([fact for fact in facts if fact[1]])
        self.settings.show_settings(described.settings, given)
        with QSignalBlocker(self.smoke):
            self.smoke.setChecked(smoke)
        self._page.setEnabled(True)

    def show_judgement(self, button: str, sentence: str, *, can_run: bool, warns: bool) -> None:
        """Say what the button would do, and whether it can.

        Args:
            button: its words.
            sentence: why it cannot, or what to know.
            can_run: whether it works.
            warns: the sentence is a warning.
        """
        self.run.setText(button)
        self.run.setAccessibleName(button)
        self.run.setEnabled(can_run)
        self.run.setDefault(can_run)
        self._judgement.setText(sentence)
        self._judgement.setVisible(bool(sentence))
        self._judgement.setProperty("role", "warning" if warns else "muted")
        self._judgement.style().polish(self._judgement)

    def _build_ui(self) -> None:
        self._title = label("", "heading")
        self._summary = label("", selectable=True)
        self._facts = FactGrid()
        self.data = FolderField(self.tr("Data"), self.tr("Folder with the data sets"))
        self.out = FolderField(
            self.tr("Output"),
            self.tr("Folder of this run; an interrupted run in it continues where it stopped"),
        )
        self.smoke = QCheckBox(self.tr("Smoke run"))
        self.smoke.setAccessibleName(self.tr("Smoke run"))
        sentence = self.tr(
            "Every stage in about two minutes, with small values for every setting that you did not"
            " change. It shows that the program works here; its figures say nothing."
        )
        self.smoke.setToolTip(sentence)
        self.settings = SettingsTable()
        self._section = Section(self.tr("Settings"), self.settings)
        self._section.set_open(False)
        self._page = QWidget()
        rows = QVBoxLayout(self._page)
        rows.setContentsMargins(SPACE + SPACE // 2, SPACE, SPACE + SPACE // 2, SPACE)
        rows.setSpacing(SPACE)
        for part in (
            self._title,
            self._summary,
            self._facts,
            self.data,
            self.out,
            self.smoke,
            label(sentence, "muted"),
            self._section,
        ):
            rows.addWidget(part)
        rows.addStretch()
        self._page.setEnabled(False)
        self._judgement = label()
        self.run = QPushButton(self.tr("Run"))
        self.run.setToolTip(self.tr("Start the run (Ctrl+Enter)"))
        self.run.setShortcut("Ctrl+Return")
        frame = QWidget()
        frame.setProperty("role", "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(scrolled(self._page))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(frame, 1)
        column.addWidget(self._judgement)
        column.addWidget(self.run)

    def _connect(self) -> None:
        for field in (self.data, self.out):
            field.changed.connect(self.changed)
        self.out.chosen.connect(self.out_chosen)
        self.settings.changed.connect(self.changed)
        self.smoke.toggled.connect(self.changed)
        self.run.clicked.connect(self.run_requested)
