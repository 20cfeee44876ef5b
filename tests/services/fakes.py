"""Services without workers: they note what is asked, and a test gives the answer."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from dfgui.core.media.facts import FileState, HashedFile, MediaFacts
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.worker_client import Then
from dfgui.worker.messages import Cancelled, Hashed


def facts_of(*, has_audio: bool = False, count: int = 3) -> MediaFacts:
    return MediaFacts(
        "clip.mp4", "video", 64, 64, count, 25.0, (0.0, 0.04, 0.08), (0,), has_audio, (), ()
    )


def hashed(sha256: str) -> HashedFile:
    """A file of 7 bytes with this hash, last changed at the beginning of 2026."""
    return HashedFile(sha256, FileState(7, 1_767_225_600_000_000_000, 0, "1:2"))


class FakeCache(QObject):
    """Has a file open as soon as a test says so."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.facts: MediaFacts | None = None
        self.index = 0
        self.busy = False
        self.asked: dict[str, Then] = {}
        self.qualities: list[int] = []
        self.now: HashedFile | None = hashed("ab" * 32)  # None: hashing is called off

    def open(self, facts: MediaFacts) -> None:
        self.facts = facts
        self.opened.emit(facts)

    def hash_file(self, then: Then) -> None:
        self.asked["hash_file"] = then

    def hash_again(self, path: str, then: Then) -> None:
        then(Cancelled(1) if self.now is None else Hashed(1, self.now))

    def listen(self, then: Then) -> None:
        self.asked["listen"] = then

    def measure(self, quality: int, then: Then) -> None:
        self.qualities.append(quality)
        self.asked["measure"] = then


class FakeSelection(QObject):
    """What is chosen is set by a test."""

    chosen = Signal(object)
    faces_changed = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.item: Item | None = None
        self.faces: tuple[Any, ...] = ()
        self.face = self.track = None

    @property
    def number(self) -> int | None:
        return self.track

    @property
    def item_id(self) -> int | None:
        return None if self.item is None else self.item.id

    def choose(self, item: Item | None) -> None:
        self.item = item
        self.chosen.emit(item)


class FakeHeatMaps(QObject):
    """A map is set by a test."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heat: Any = None


class FakeRegion(QObject):
    """A region hidden by hand is set by a test."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.region: Any = None
        self.followed: Any = None
        self.curve: tuple[tuple[int, float], ...] = ()


class FakeNotebook(QObject):
    """Notes what is opened and left."""

    changed = Signal(object)
    undo_changed = Signal(bool, bool)

    def __init__(self) -> None:
        super().__init__()
        self.current: object = None
        self.opened: list[tuple[str, str]] = []

    def open(self, sha256: str, path: str) -> None:
        self.opened.append((sha256, path))

    def leave(self) -> None:
        self.opened.clear()


class FakeEvidence(QObject):
    """The open files; none is scanned."""

    changed = Signal(int)
    hashed = Signal(int)
    engine = "OpenVINO 1"

    def __init__(self, selection: FakeSelection) -> None:
        super().__init__()
        self.selection = selection
        self.next: int | None = None

    def is_next(self, number: int) -> bool:
        return number == self.next

    def keep_hash(self, number: int, evidence: HashedFile) -> None:
        if self.selection.item is not None and self.selection.item.id == number:
            self.selection.item = replace(self.selection.item, evidence=evidence)
        self.hashed.emit(number)


def fake_services(**more: Any) -> Any:
    """Enough of `AppServices` for what listens to them."""
    selection = FakeSelection()
    made = SimpleNamespace(
        selection=selection,
        face_cut=SimpleNamespace(cut=None, score_of=lambda face: face.score),
        heat_maps=FakeHeatMaps(),
        hidden_region=FakeRegion(),
        frame_cache=FakeCache(),
        notebook=FakeNotebook(),
        open_evidence=FakeEvidence(selection),
        settings=AppSettings(),
        package=SimpleNamespace(
            card=SimpleNamespace(name="net", input_size=32, version="3"), sha256="5" * 64
        ),
        file_details=SimpleNamespace(hashed=None),
        **more,
    )
    return cast(AppServices, made)
