"""What is read of the chosen file on the side: its hash, its sound, the error-level meter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from dfgui.core.display.wording import ela_sentence
from dfgui.core.media.facts import HashedFile, MediaFacts
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.evidence.notes import Notebook
from dfgui.services.evidence.open_evidence import Item, OpenEvidence
from dfgui.services.evidence.selection import Selection
from dfgui.worker.messages import Failed, Final, Hashed, Heard, Measured


class FileDetails(QObject):
    """Asks about a file as soon as it is open, and opens its notes once its hash is known.

    The hash is that of the file's scan; if the scan has to wait, the file is hashed now, for both.

    Args:
        selection: says which file is chosen.
        open_evidence: scans it and keeps its hash.
        frame_cache: opens it and is asked about it.
        notebook: holds its notes.
        settings: gives those in force.
        parent: owner.

    Attributes:
        hashed: hash, size and time of the chosen file; None while they are not known.
    """

    hashed_changed = Signal()
    sound_changed = Signal(object, object)
    """`Sound`, or None and the reason; an empty sentence for the usual one."""
    meter_changed = Signal(object, object)
    """`ElaInformativeness` or None, and a sentence."""
    failed = Signal(object)
    """The file could not be hashed: the sentence."""

    def __init__(
        self,
        selection: Selection,
        open_evidence: OpenEvidence,
        frame_cache: FrameCache,
        notebook: Notebook,
        settings: Callable[[], AppSettings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection, self._frame_cache, self._notebook = selection, frame_cache, notebook
        self._open_evidence, self._settings = open_evidence, settings
        self.hashed: HashedFile | None = None
        self._is_hashing = False
        self._measured: tuple[int, int] | None = None
        selection.chosen.connect(self._on_chosen)
        frame_cache.opened.connect(self._on_opened)
        frame_cache.failed.connect(self._on_failed)
        open_evidence.hashed.connect(self._identify)
        open_evidence.changed.connect(self._identify)

    def measure(self) -> None:
        """Measure how much error levels can say in this file, once for each quality."""
        wanted = (self._selection.item_id or 0, self._settings().ela.quality)
        if self._frame_cache.facts is None or self._measured == wanted:
            return
        self._measured = wanted
        self.meter_changed.emit(
            None, self.tr("Measuring what error levels can show in this file...")
        )
        self._frame_cache.measure(wanted[1], lambda answer: self._on_measured(wanted, answer))

    def _on_chosen(self, item: Item | None) -> None:
        self.hashed, self._measured, self._is_hashing = None, None, False
        self._notebook.leave()
        self.sound_changed.emit(None, "" if item is None else self.tr("The file is being opened."))
        self.meter_changed.emit(None, "")

    def _on_opened(self, facts: MediaFacts) -> None:
        if (item := self._selection.item) is not None:
            self._identify(item.id)
        self.measure()
        if facts.has_audio:
            self.sound_changed.emit(None, self.tr("Reading the sound..."))
            self._frame_cache.listen(self._on_heard)
        else:
            self.sound_changed.emit(None, self.tr("This file has no sound."))

    def _on_failed(self, _sentence: str) -> None:
        """The file cannot be opened, which the views explain: nothing more can be said of it."""
        self.sound_changed.emit(None, self.tr("This file could not be opened."))
        self.meter_changed.emit(None, self.tr("This file could not be opened."))

    def _identify(self, number: int) -> None:
        """Take the hash that is known, wait for the one on its way, or ask for it."""
        item = self._selection.item
        if item is None or item.id != number or self._frame_cache.facts is None:
            return
        if item.evidence is not None:
            if self.hashed is None or self.hashed.sha256 != item.evidence.sha256:
                self._notebook.open(item.evidence.sha256, item.path)
            if self.hashed != item.evidence:
                self.hashed = item.evidence
                self.hashed_changed.emit()
        elif not (self._is_hashing or self._open_evidence.is_next(number)):
            self._is_hashing = True
            self._frame_cache.hash_file(lambda answer: self._on_hashed(number, answer))

    def _on_hashed(self, number: int, answer: Final) -> None:
        if isinstance(answer, Hashed):
            self._open_evidence.keep_hash(number, answer.evidence)
        else:
            called_off = self.tr("Without its hash the file can have no notes; open it again.")
            self.failed.emit(answer.sentence if isinstance(answer, Failed) else called_off)
            self.hashed_changed.emit()

    def _on_heard(self, answer: Final) -> None:
        if isinstance(answer, Heard):
            self.sound_changed.emit(answer.sound, "")
        elif isinstance(answer, Failed):
            self.sound_changed.emit(None, answer.sentence)
        else:
            self.sound_changed.emit(None, self.tr("The sound was not read."))

    def _on_measured(self, wanted: tuple[int, int], answer: Final) -> None:
        if self._measured != wanted:
            return
        if isinstance(answer, Measured):
            self.meter_changed.emit(answer.value, ela_sentence(answer.value))
        elif isinstance(answer, Failed):
            self.meter_changed.emit(None, answer.sentence)
        else:
            self.meter_changed.emit(None, self.tr("What error levels can show was not measured."))
