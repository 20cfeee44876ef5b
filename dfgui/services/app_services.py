"""What the window works with: every long-lived service, built once and closed together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.core.analysis_results import ScanSettings
from dfgui.core.display.contents import Content
from dfgui.core.network.package import ModelPackage
from dfgui.services.app_settings import AppSettings, save_settings
from dfgui.services.evidence.file_details import FileDetails
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.evidence.notes import Notebook
from dfgui.services.evidence.open_evidence import OpenEvidence
from dfgui.services.evidence.selection import Selection
from dfgui.services.faces.face_cut import FaceCut
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.services.faces.heat_maps import HeatMaps
from dfgui.services.faces.hidden_region import HiddenRegion
from dfgui.services.jobs import Jobs
from dfgui.services.playback.player import Player
from dfgui.services.playback.sound import SoundOutput
from dfgui.services.training.packages import package_named

SAVE_MS = 200  # a slider that is dragged changes a setting many times a second


class AppServices(QObject):
    """The services of one window, and the settings that they share.

    Args:
        settings: remembered from last time.
        package: the network to begin with.
        remembers: whether settings are kept for the next time.
    """

    settings_changed = Signal(object)
    """The `AppSettings` now in force."""
    model_changed = Signal(object)
    """The `ModelPackage` now in use."""
    scan_cancelled = Signal(object)
    """The `Item` whose scan a person called off, as it was before."""
    died = Signal(object)
    """A worker ended unexpectedly: the sentence. Another one is started when it is needed."""

    def __init__(
        self, settings: AppSettings, package: ModelPackage, *, remembers: bool = True
    ) -> None:
        super().__init__()
        self.settings = settings
        self.package = package
        self._remembers = remembers
        self._saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._saving.timeout.connect(self._save)
        folder = str(package.folder)
        self.jobs = Jobs(parent=self)
        self.open_evidence = OpenEvidence(
            folder, ScanSettings(settings.frames), self, jobs=self.jobs
        )
        self.frame_cache = FrameCache(
            lambda view, index: self.selection.view_settings(view, index),
            jobs=self.jobs,
            parent=self,
        )
        self.face_queries = FaceQueries(folder, self, jobs=self.jobs)
        self.sound = SoundOutput(self)
        self.player = Player(self.frame_cache, self.sound, parent=self)
        self.notebook = Notebook(self)
        self.selection = Selection(
            self.open_evidence, self.frame_cache, package.card, lambda: self.settings, self
        )
        self.face_cut = FaceCut(self.selection, self.frame_cache, self.face_queries, self)
        self.heat_maps = HeatMaps(
            self.selection,
            self.face_cut,
            self.frame_cache,
            self.face_queries,
            lambda: self.settings,
            self,
        )
        self.hidden_region = HiddenRegion(
            self.selection, self.face_cut, self.face_queries, lambda: self.settings, self
        )
        self.file_details = FileDetails(
            self.selection,
            self.open_evidence,
            self.frame_cache,
            self.notebook,
            lambda: self.settings,
            self,
        )
        self.selection.chosen.connect(lambda _item: self.player.pause())
        self.settings_changed.connect(lambda _settings: self.file_details.measure())
        for service in (self.open_evidence, self.frame_cache, self.face_queries):
            service.died.connect(self.died)
        self.sound.set_volume(settings.volume)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is under way for the chosen file."""
        item = self.selection.item
        return not (
            (item is not None and item.is_scanning)
            or self.open_evidence.searching
            or self.frame_cache.busy
            or self.face_queries.busy
            or self.selection.is_settling
            or self.player.playing
        )

    def open(self, paths: Sequence[str]) -> None:
        """Open files and folders, and choose the first of them.

        What was asked for is among the recent files from now on. If there are only folders, the
        first of their files is chosen once it is found, unless another one was chosen by then.
        """
        before = self.selection.item_id

        def listed(first: int) -> None:
            if self.selection.item_id == before:
                self.selection.choose(first)

        numbers = self.open_evidence.add(paths, listed)
        settings = self.settings
        for path in paths:
            settings = settings.with_recent(str(Path(path).absolute()))
        self.use_settings(settings)
        if numbers:
            self.selection.choose(numbers[0])

    def cancel_job(self) -> None:
        """Call off the job that is shown."""
        if (job := self.jobs.current) is None:
            return
        scanned = self.open_evidence.scanned_by(job.request.id)
        if scanned is None:
            job.cancel()
        else:
            self.cancel_scan(scanned.id)

    def cancel_scan(self, number: int) -> None:
        """Call off the scan of a file, and say so."""
        item = self.open_evidence.item(number)
        if item is not None and item.is_scanning:
            self.open_evidence.cancel(number)
            self.scan_cancelled.emit(item)

    def undo_cancel(self, number: int) -> None:
        """Scan a file whose scan was called off, unless it is gone or scanned again already."""
        item = self.open_evidence.item(number)
        if item is not None and item.state == "cancelled":
            self.open_evidence.analyse(number)

    def go_to_worst(self) -> None:
        """Go to the frame in which the chosen face scores highest."""
        item = self.selection.item
        index = None if item is None else item.worst_frame(self.selection.track)
        if index is not None:
            self.player.go_to(index)

    def bookmark(self) -> None:
        """Bookmark the frame that is shown."""
        if (facts := self.frame_cache.facts) is not None:
            index = self.frame_cache.index
            self.notebook.add_bookmark(index, facts.time_of(index))

    def show_content(self, view: int, content: Content) -> None:
        """Show something else in a view."""
        first, second, third = (
            content if number == view else old for number, old in enumerate(self.settings.views)
        )
        self.change(views=(first, second, third))

    def change(self, **values: object) -> None:
        """Put new values into the settings."""
        self.use_settings(msgspec.structs.replace(self.settings, **values))

    def use_settings(self, settings: AppSettings) -> None:
        """Put other settings in force."""
        if settings == self.settings:
            return
        self.settings = settings
        if self._remembers and not self._saving.isActive():
            self._saving.start()
        self.open_evidence.settings = ScanSettings(settings.frames)
        self.sound.set_volume(settings.volume)
        self.settings_changed.emit(settings)
        self.frame_cache.refresh()
        self.heat_maps.settings_changed()
        self.hidden_region.settings_changed()

    def use_model(self, name: str) -> str | None:
        """Use the model package of this name or in this folder; a sentence if it is refused."""
        package = package_named(name)
        if isinstance(package, str):
            return package
        if package.folder != self.package.folder:
            self.use_package(package, name)
        return None

    def use_package(self, package: ModelPackage, name: str) -> None:
        """Use another network from now on; every open file is analysed again."""
        self.package = package
        self.face_queries.use_model(str(package.folder))
        self.face_cut.forget_scores()
        self.selection.use_card(package.card)
        self.open_evidence.use_model(str(package.folder))
        self.change(model=name)
        self.model_changed.emit(package)

    def close(self) -> None:
        """Keep drafts and settings, end every worker."""
        self.player.pause()
        self.notebook.flush()
        self._save()
        for service in (self.open_evidence, self.frame_cache, self.face_queries):
            service.close()

    def _save(self) -> None:
        self._saving.stop()
        if self._remembers:
            save_settings(self.settings)
