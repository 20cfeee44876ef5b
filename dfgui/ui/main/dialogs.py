"""The dialogs: files to open, go to, the network, help, keys, about, and questions on notes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from dfgui.core.media.media_files import STILL_SUFFIXES, VIDEO_SUFFIXES
from dfgui.logs import log_folder
from dfgui.resources import training_command
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import kept_folder
from dfgui.services.evidence.notes import Notes
from dfgui.services.training.packages import load_packages
from dfgui.ui.dialogs.about import AboutDialog
from dfgui.ui.dialogs.goto import GoToDialog
from dfgui.ui.dialogs.help_window import HelpWindow
from dfgui.ui.dialogs.model_dialog import ModelDialog
from dfgui.ui.dialogs.shortcut_sheet import ShortcutSheet
from dfgui.ui.experiments.controller import ExperimentController
from dfgui.ui.main.message_bar import MessageBar
from dfgui.ui.widgets.theme import LIGHT, Theme

NAMED = 3  # files in a question


def patterns() -> str:
    """What names of videos and pictures end in, each in small and in capital letters, once."""
    suffixes = sorted(VIDEO_SUFFIXES | STILL_SUFFIXES)
    ends = dict.fromkeys(end for suffix in suffixes for end in (suffix, suffix.upper()))
    return " ".join(f"*{end}" for end in ends)


def open_log_folder() -> None:
    """Show the log folder in the desktop's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))


class Dialogs(QObject):
    """Opens the window's dialogs and passes on the answers.

    Args:
        window: over which they open.
        services: for what they show.
        groups: the actions under their headings, for the shortcut sheet.
        message_bar: for questions that can wait.

    Attributes:
        help: the help window; None until it is asked for.
        controller: the experiments; None if there is no training program.
    """

    files_chosen = Signal(list)
    """Paths to open."""

    def __init__(
        self,
        window: QWidget,
        services: AppServices,
        groups: Sequence[tuple[str, Sequence[QAction]]],
        message_bar: MessageBar,
    ) -> None:
        super().__init__(window)
        self._window, self._services = window, services
        self._groups, self._message_bar = groups, message_bar
        self._theme = LIGHT
        self.help: HelpWindow | None = None
        command = training_command()
        self.controller = None if command is None else self._make_controller(command)

    def _make_controller(self, command: Sequence[str]) -> ExperimentController:
        made = ExperimentController(self._window, command, self._services.settings.training_data)
        made.model_made.connect(self.use_model)
        made.data_chosen.connect(lambda folder: self._services.change(training_data=folder))
        made.refused.connect(self._warn)
        made.help_requested.connect(self.show_help)
        made.quit_requested.connect(self._window.close)
        return made

    def _warn(self, sentence: str) -> None:
        self._message_bar.show_message(sentence, "warning")

    def set_theme(self, theme: Theme) -> None:
        """Set the colours of what opens next to the window."""
        self._theme = theme
        if self.controller is not None:
            self.controller.set_theme(theme)

    def may_close(self) -> bool:
        """Ask about a run that is under way, and about notes that are not saved."""
        return (self.controller is None or self.controller.may_close()) and self._may_leave_notes()

    def close(self) -> None:
        """Close what is open next to the window."""
        if self.controller is not None:
            self.controller.close()
        if self.help is not None:
            self.help.close()

    # -- evidence

    def ask_for_files(self) -> None:
        """Open files."""
        kinds = f"{self.tr('Videos and pictures')} ({patterns()});;{self.tr('All files')} (*)"
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open evidence"), self._services.settings.evidence_folder, kinds
        )
        if paths:
            self._services.change(evidence_folder=kept_folder(Path(paths[0]).parent))
            self.files_chosen.emit(paths)

    def ask_for_folder(self) -> None:
        """Open a folder."""
        if folder := QFileDialog.getExistingDirectory(
            self._window,
            self.tr("Open every video and picture in a folder"),
            self._services.settings.evidence_folder,
        ):
            self._services.change(evidence_folder=kept_folder(Path(folder)))
            self.files_chosen.emit([folder])

    def ask_where(self) -> None:
        """Ask for a frame or time, and go there."""
        facts = self._services.frame_cache.facts
        if facts is None:
            return
        self._services.player.pause()
        dialog = GoToDialog(facts, self._services.frame_cache.index, self._window)
        if dialog.exec() and dialog.place is not None:
            self._services.player.go_to(dialog.place)
        dialog.deleteLater()

    # -- the network

    def ask_for_model(self) -> None:
        """Choose another model package."""
        dialog = ModelDialog(
            load_packages(self._services.settings.model),
            self._services.settings.model,
            self._window,
        )
        dialog.set_theme(self._theme)
        dialog.model_chosen.connect(self.use_model)
        dialog.folder_requested.connect(lambda: self._choose_model_folder(dialog))
        dialog.exec()
        dialog.deleteLater()

    def use_model(self, name: str) -> None:
        """Use the model package of this name, or in this folder, from now on."""
        if (sentence := self._services.use_model(name)) is not None:
            self._warn(sentence)

    def _choose_model_folder(self, dialog: ModelDialog) -> None:
        if folder := QFileDialog.getExistingDirectory(dialog, self.tr("Choose a model package")):
            dialog.set_packages(load_packages(folder), folder)

    # -- help

    def show_help(self, page: str = "index") -> None:
        """Open the help at a page."""
        if self.help is None:
            self.help = HelpWindow(parent=self._window)
        self.help.open_page(page)
        self.help.show()
        self.help.raise_()

    def show_keys(self) -> None:
        """Show the sheet of shortcuts."""
        sheet = ShortcutSheet(self._groups, self._window)
        sheet.exec()
        sheet.deleteLater()

    def show_about(self) -> None:
        """Show version, network and licences."""
        about = AboutDialog(self._services.package.card, self._window)
        about.log_folder_requested.connect(open_log_folder)
        about.exec()
        about.deleteLater()

    # -- notes

    def offer_drafts(self) -> None:
        """Offer to restore notes that an earlier session left unsaved."""
        drafts = self._services.notebook.drafts()
        if drafts:
            names = ", ".join(Path(draft.path).name for draft in drafts)
            text = self.tr("Unsaved notes recovered: {}.").format(names)
            actions = [
                (self.tr("Restore"), lambda: self._restore(drafts)),
                (self.tr("Discard"), lambda: self._discard(drafts)),
            ]
            self._message_bar.show_message(text, "info", actions, stays=True)

    def _restore(self, drafts: Sequence[Notes]) -> None:
        for draft in drafts:
            self._services.notebook.restore(draft)
        self.files_chosen.emit([draft.path for draft in drafts])

    def _discard(self, drafts: Sequence[Notes]) -> None:
        for draft in drafts:
            self._services.notebook.discard(draft)

    def _may_leave_notes(self) -> bool:
        """If notes are not saved, ask: save them, keep them as drafts, or stay."""
        unsaved = self._services.notebook.unsaved
        if not unsaved:
            return True
        names = ", ".join(Path(notes.path).name for notes in unsaved)
        text = (
            self.tr("The notes of {} are not saved.").format(names)
            if len(unsaved) <= NAMED
            else self.tr("The notes of {} files are not saved.").format(len(unsaved))
        )
        box = QMessageBox(QMessageBox.Icon.Question, "dfgui", text, parent=self._window)
        save = box.addButton(self.tr("Save"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Quit and keep draft"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        return clicked is not stay and (clicked is not save or self._services.notebook.save_all())
