"""What is asked about a file by itself: hash, sound and meter, each once, and not of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import ElaInformativeness
from dfgui.services.evidence.file_details import FileDetails
from dfgui.services.evidence.open_evidence import Item
from dfgui.worker.messages import Cancelled, Failed, Hashed, Measured
from tests.services.fakes import facts_of, fake_services, hashed

HASH = "ab" * 32
VALUE = ElaInformativeness(2.0, 1.0, 2.0, 2.5, (2.0,), "h264", 23)


class Case:
    """Records what a `FileDetails` says."""

    def __init__(self) -> None:
        self.services: Any = fake_services()
        self.it = FileDetails(
            self.services.selection,
            self.services.open_evidence,
            self.services.frame_cache,
            self.services.notebook,
            lambda: self.services.settings,
        )
        self.sounds: list[tuple[object, str]] = []
        self.meters: list[tuple[object, str]] = []
        self.faults: list[str] = []
        self.it.sound_changed.connect(lambda *said: self.sounds.append(said))
        self.it.meter_changed.connect(lambda *said: self.meters.append(said))
        self.it.failed.connect(self.faults.append)

    def open(self, number: int = 1, *, has_audio: bool = False) -> None:
        self.services.selection.choose(Item(number, f"{number}.mp4"))
        self.services.frame_cache.open(facts_of(has_audio=has_audio))

    def answer(self, kind: str, answer: object) -> None:
        self.services.frame_cache.asked[kind](answer)


@pytest.fixture
def case(qtbot: QtBot) -> Iterator[Case]:
    case = Case()
    yield case
    case.it.deleteLater()


def test_a_file_whose_scan_waits_is_hashed_and_its_notes_are_opened(case: Case) -> None:
    case.open()
    assert case.it.hashed is None
    case.answer("hash_file", Hashed(1, hashed(HASH)))
    assert case.it.hashed == hashed(HASH)
    assert (case.it.hashed.size, case.it.hashed.modified_utc[:19]) == (7, "2026-01-01T00:00:00")
    assert case.services.notebook.opened == [(HASH, "1.mp4")]
    case.services.selection.choose(None)
    assert case.it.hashed is None
    assert case.services.notebook.opened == []


def test_the_hash_of_the_scan_is_taken(case: Case) -> None:
    case.services.open_evidence.next = 1
    case.open()
    case.services.open_evidence.changed.emit(1)
    assert "hash_file" not in case.services.frame_cache.asked
    case.services.open_evidence.keep_hash(2, hashed("cd" * 32))  # of another file
    assert case.it.hashed is None
    case.services.open_evidence.keep_hash(1, hashed(HASH))
    case.services.open_evidence.changed.emit(1)
    assert case.it.hashed == hashed(HASH)
    assert case.services.notebook.opened == [(HASH, "1.mp4")]


def test_a_scan_that_ends_before_the_hash_leaves_it_to_the_details(case: Case) -> None:
    case.services.open_evidence.next = 1
    case.open()
    case.services.open_evidence.next = None
    case.services.open_evidence.changed.emit(1)
    case.answer("hash_file", Hashed(1, hashed(HASH)))
    assert case.it.hashed == hashed(HASH)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Failed(1, "The file is gone."), "The file is gone."),
        (Cancelled(1), "Without its hash the file can have no notes; open it again."),
    ],
)
def test_a_file_without_its_hash_has_no_notes(case: Case, answer: object, sentence: str) -> None:
    case.open()
    case.answer("hash_file", answer)
    assert case.faults == [sentence]
    assert case.it.hashed is None
    assert case.services.notebook.opened == []


def test_only_a_file_with_sound_is_listened_to(case: Case) -> None:
    case.open()
    assert "listen" not in case.services.frame_cache.asked
    assert case.sounds[-1] == (None, "This file has no sound.")
    case.open(2, has_audio=True)
    assert case.sounds[-1] == (None, "Reading the sound...")
    case.answer("listen", Failed(1, "The sound is damaged."))
    assert case.sounds[-1] == (None, "The sound is damaged.")


def test_the_meter_is_read_once_for_each_file_and_quality(case: Case) -> None:
    case.it.measure()  # nothing is open
    case.open()
    case.it.measure()
    assert case.services.frame_cache.qualities == [90]
    case.answer("measure", Measured(1, VALUE))
    value, sentence = case.meters[-1]
    assert value == VALUE
    assert "video" in sentence
    late = case.services.frame_cache.asked["measure"]
    case.services.settings = case.services.settings.with_value("ela.quality", 70)
    case.it.measure()
    assert case.services.frame_cache.qualities == [90, 70]
    assert case.meters[-1][0] is None
    late(Measured(2, VALUE))  # about the quality before
    assert case.meters[-1][0] is None
    case.open(2)
    assert case.services.frame_cache.qualities == [90, 70, 70]
