"""The open files and their scans: every file ends in its own state, whatever the others do."""

from __future__ import annotations

import hashlib
import math
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import (
    ScanSettings,
)
from dfgui.core.media.facts import FileState, HashedFile
from dfgui.core.media.signatures import UNKNOWN
from dfgui.core.values import Array
from dfgui.services.evidence.open_evidence import Item, OpenEvidence
from tests.support.clips import make_clip, read_number
from tests.support.packages import make_package
from tests.support.program import SCORE_RED_85, SCORE_RED_170, Y_RED_85, Y_RED_170

WHOLE = ScanSettings(frames=5, faces="whole")
WAIT_MS = 60_000
FLAT: dict[str, Any] = {"codec": "ffv1", "colour": (5, 1)}


class Watcher(QObject):
    """Records what the open evidence says of its files."""

    def __init__(self, open_evidence: OpenEvidence) -> None:
        super().__init__(open_evidence)
        self.open_evidence = open_evidence
        self.added: list[int] = []
        self.removed: list[int] = []
        self.pictures: dict[int, Array] = {}
        self.states: dict[int, list[str]] = {}
        self.frames_scanned: list[tuple[int, int]] = []
        self.deaths: list[str] = []
        open_evidence.added.connect(self.added.append)
        open_evidence.removed.connect(self.removed.append)
        open_evidence.changed.connect(self._on_changed)
        open_evidence.frames_scanned.connect(self._on_frames_scanned)
        open_evidence.pictured.connect(
            lambda number, picture: self.pictures.update({number: picture})
        )
        open_evidence.died.connect(self.deaths.append)

    def _on_changed(self, number: int) -> None:
        state = self.item(number).state
        states = self.states.setdefault(number, [])
        if states[-1:] != [state]:
            states.append(state)

    def _on_frames_scanned(self, number: int) -> None:
        self.frames_scanned.append((number, len(self.item(number).frames)))

    def add(self, qtbot: QtBot, *paths: str) -> list[int]:
        """Open files and folders, and wait until all that is in the folders is listed."""
        before = {item.id for item in self.open_evidence.items}
        numbers = self.open_evidence.add(paths)
        qtbot.waitUntil(lambda: not self.open_evidence.searching, timeout=WAIT_MS)
        found = [item.id for item in self.open_evidence.items if item.id not in before]
        return numbers + [number for number in found if number not in numbers]

    def item(self, number: int) -> Item:
        item = self.open_evidence.item(number)
        assert item is not None
        return item


@pytest.fixture
def watch(qapp: object, package: Path) -> Iterator[Callable[..., Watcher]]:
    sessions: list[OpenEvidence] = []

    def make(settings: ScanSettings = WHOLE) -> Watcher:
        sessions.append(OpenEvidence(str(package), settings))
        return Watcher(sessions[-1])

    yield make
    for open_evidence in sessions:
        open_evidence.close()
        open_evidence.deleteLater()


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_clip(tmp_path_factory.mktemp("clips") / "long.mp4", frames=600, size=(320, 64)))


@pytest.fixture(scope="module")
def short_clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(
        make_clip(
            tmp_path_factory.mktemp("clips") / "short.mkv",
            frames=10,
            flat=(Y_RED_170, 128, 128),
            **FLAT,
        )
    )


def ended(qtbot: QtBot, watcher: Watcher, *numbers: int) -> None:
    qtbot.waitUntil(
        lambda: all(
            watcher.item(number).state not in ("waiting", "analysing") for number in numbers
        ),
        timeout=WAIT_MS,
    )


def test_twenty_files_of_which_three_are_bad(
    qtbot: QtBot, watch: Callable[..., Watcher], tmp_path: Path
) -> None:
    for number in range(17):
        luma = Y_RED_170 if number % 2 else Y_RED_85
        make_clip(tmp_path / f"{number:02}.mkv", frames=6, flat=(luma, 128, 128), **FLAT)
    (tmp_path / "text.mp4").write_text("no video" * 100)
    (tmp_path / "empty.mp4").write_bytes(b"")
    missing = str(tmp_path / "missing.mp4")
    watcher = watch()
    numbers = watcher.add(qtbot, missing, str(tmp_path))
    assert len(numbers) == 20
    assert watcher.added == numbers
    items = {Path(watcher.item(number).path).name: number for number in numbers}
    assert watcher.states[numbers[1]][0] == "waiting"
    assert watcher.states.get(items["missing.mp4"]) is None  # refused before its turn
    ended(qtbot, watcher, *numbers)
    for name, number in items.items():
        item = watcher.item(number)
        assert item.result is not None
        if name in ("text.mp4", "empty.mp4", "missing.mp4"):
            assert (item.state, item.result.status, item.result.score, item.frames) == (
                "failed",
                "failed",
                None,
                (),
            )
            assert (item.result.reason or "").endswith(".")
        else:
            expected = SCORE_RED_170 if int(name[:2]) % 2 else SCORE_RED_85
            assert (item.state, item.result.score, len(item.frames)) == ("done", expected, 5)
            assert watcher.states[number] == ["waiting", "analysing", "done"]
    assert watcher.pictures.keys() == {
        number for name, number in items.items() if name[:2].isdigit()
    }
    assert (watcher.deaths, watcher.open_evidence.engine[:8]) == ([], "OpenVINO")


def test_what_a_folder_leaves_out_is_listed_and_scanned_on_demand(
    qtbot: QtBot, watch: Callable[..., Watcher], short_clip: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    watcher = watch()
    refused, notes = watcher.add(qtbot, str(tmp_path))
    assert "holds no video" in str(getattr(watcher.item(refused).result, "reason", None))
    assert (watcher.item(notes).state, watcher.item(notes).left_out) == ("left_out", UNKNOWN)
    (tmp_path / "clip").write_bytes(Path(short_clip).read_bytes())
    (clip,) = watcher.add(qtbot, str(tmp_path))
    assert watcher.states[clip][0] == "waiting"
    # The file itself was asked for.
    assert watcher.open_evidence.add([str(tmp_path / "notes.txt")]) == [notes]
    ended(qtbot, watcher, clip, notes)
    assert watcher.states == {
        clip: ["waiting", "analysing", "done"],
        notes: ["waiting", "analysing", "failed"],
    }
    assert watcher.item(notes).left_out is None


def test_a_hash_that_is_known_is_not_computed_again(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str, short_clip: str
) -> None:
    watcher = watch()
    first, second = watcher.open_evidence.add([long_clip, short_clip])
    assert watcher.open_evidence.is_next(first)
    assert not watcher.open_evidence.is_next(second)
    # Not its true hash: it shows whether the file was hashed once more.
    told = HashedFile("0" * 64, FileState.of(Path(short_clip).stat()))
    watcher.open_evidence.keep_hash(second, told)
    ended(qtbot, watcher, first, second)
    digest = hashlib.sha256(Path(long_clip).read_bytes()).hexdigest()
    for number, sha256 in ((first, digest), (second, told.sha256)):
        item = watcher.item(number)
        assert item.evidence is not None
        assert item.evidence.sha256 == sha256 == getattr(item.result, "sha256", None)


def test_a_scan_is_seen_as_it_grows(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str
) -> None:
    watcher = watch(ScanSettings(frames=40, faces="whole"))
    (number,) = watcher.open_evidence.add([long_clip])
    ended(qtbot, watcher, number)
    assert watcher.frames_scanned == [(number, count) for count in range(1, 41)]
    item = watcher.item(number)
    assert item.result is not None
    assert (item.done, item.total, item.frames, item.settings) == (
        40,
        40,
        item.result.frames,
        ScanSettings(frames=40, faces="whole"),
    )
    # 600 frames in 40 spans of 15: the middle of the first is frame 7.
    assert read_number(watcher.pictures[number].numpy()) == 7  # type: ignore[arg-type]


def test_a_file_that_is_open_is_not_opened_twice(
    qtbot: QtBot, watch: Callable[..., Watcher], short_clip: str, tmp_path: Path
) -> None:
    watcher = watch()
    (number,) = watcher.open_evidence.add([short_clip])
    missing = str(tmp_path / "missing.mp4")
    first = watcher.open_evidence.add([missing])
    assert watcher.add(qtbot, short_clip, missing, str(Path(short_clip).parent)) == [number, *first]
    assert len(watcher.open_evidence.items) == 2
    ended(qtbot, watcher, number)
    assert watcher.states[number] == ["waiting", "analysing", "done"]


def test_an_empty_folder_is_a_sentence(
    qtbot: QtBot, watch: Callable[..., Watcher], tmp_path: Path
) -> None:
    watcher = watch()
    (number,) = watcher.add(qtbot, str(tmp_path))
    item = watcher.item(number)
    assert item.result is not None
    assert (item.state, item.result.reason) == (
        "failed",
        f"The folder {tmp_path} holds no video and no still picture.",
    )


def test_a_cancelled_scan_keeps_what_it_found_and_the_next_file_goes_on(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str, short_clip: str
) -> None:
    watcher = watch(ScanSettings(frames=600, faces="whole"))
    first, second = watcher.open_evidence.add([long_clip, short_clip])
    qtbot.waitUntil(lambda: len(watcher.frames_scanned) >= 3, timeout=WAIT_MS)
    watcher.open_evidence.cancel(first)
    item = watcher.item(first)
    assert (item.state, item.result) == ("cancelled", None)
    assert 3 <= len(item.frames) < 600
    watcher.open_evidence.cancel(first)
    ended(qtbot, watcher, second)
    assert watcher.item(second).state == "done"
    assert watcher.item(first) == item  # nothing came later
    assert watcher.states[first] == ["waiting", "analysing", "cancelled"]


def test_a_waiting_file_is_called_off(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str, short_clip: str
) -> None:
    watcher = watch(ScanSettings(frames=30, faces="whole"))
    first, second = watcher.open_evidence.add([long_clip, short_clip])
    watcher.open_evidence.cancel(second)
    ended(qtbot, watcher, first)
    qtbot.wait(50)
    assert (watcher.item(first).state, watcher.item(second).state) == ("done", "cancelled")
    assert watcher.states[second] == ["waiting", "cancelled"]


def test_again_with_other_settings_replaces_what_was_found(
    qtbot: QtBot, watch: Callable[..., Watcher], short_clip: str
) -> None:
    watcher = watch()
    (number,) = watcher.open_evidence.add([short_clip])
    watcher.open_evidence.settings = ScanSettings(frames=2, faces="whole")
    watcher.open_evidence.analyse(number)  # during the first scan, or before it began
    assert (watcher.item(number).state, watcher.item(number).frames) == ("waiting", ())
    ended(qtbot, watcher, number)
    item = watcher.item(number)
    assert item.result is not None
    assert (item.settings, len(item.result.frames), item.total) == (
        watcher.open_evidence.settings,
        2,
        2,
    )
    assert [frame.index for frame in item.frames] == [2, 7]
    watcher.open_evidence.settings = ScanSettings(frames=3, faces="whole")
    watcher.open_evidence.analyse(number)
    assert watcher.item(number).result is None
    ended(qtbot, watcher, number)
    assert len(watcher.item(number).frames) == 3


def test_a_file_removed_while_it_is_scanned_is_gone(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str, short_clip: str
) -> None:
    watcher = watch(ScanSettings(frames=600, faces="whole"))
    first, second, third = watcher.open_evidence.add([long_clip, short_clip, __file__])
    qtbot.waitUntil(lambda: len(watcher.frames_scanned) >= 3, timeout=WAIT_MS)
    watcher.open_evidence.remove(first)
    watcher.open_evidence.remove(third)  # it waits
    watcher.open_evidence.remove(first)
    ended(qtbot, watcher, second)
    qtbot.wait(50)
    assert (watcher.removed, watcher.open_evidence.item(first)) == ([first, third], None)
    assert [item.id for item in watcher.open_evidence.items] == [second]
    (again,) = watcher.open_evidence.add([short_clip])
    assert again == second


def test_a_worker_killed_in_a_scan_costs_that_file(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str, short_clip: str
) -> None:
    watcher = watch(ScanSettings(frames=600, faces="whole"))
    first, second = watcher.open_evidence.add([long_clip, short_clip])
    qtbot.waitUntil(lambda: len(watcher.frames_scanned) >= 3, timeout=WAIT_MS)
    assert watcher.open_evidence.pid is not None
    os.kill(watcher.open_evidence.pid, signal.SIGKILL)
    ended(qtbot, watcher, first, second)
    lost, good = watcher.item(first), watcher.item(second)
    assert lost.result is not None
    assert (lost.state, good.state) == ("failed", "done")
    assert (
        lost.result.reason == "The analysis of this file stopped: its process ended unexpectedly."
    )
    assert len(watcher.deaths) == 1


def test_another_network_scans_everything_again(
    qtbot: QtBot, watch: Callable[..., Watcher], long_clip: str, short_clip: str, tmp_path: Path
) -> None:
    watcher = watch(ScanSettings(frames=300, faces="whole"))
    short, long = watcher.open_evidence.add([short_clip, long_clip])
    ended(qtbot, watcher, short)
    qtbot.waitUntil(lambda: watcher.frames_scanned[-1][0] == long, timeout=WAIT_MS)
    watcher.open_evidence.settings = WHOLE
    watcher.open_evidence.use_model(str(make_package(tmp_path / "other", divisor=32.0)))
    assert {item.state for item in watcher.open_evidence.items} == {"waiting"}
    ended(qtbot, watcher, short, long)
    result = watcher.item(short).result
    assert result is not None
    assert result.score == round(1 / (1 + math.exp(-(170 - 128) / 32)), 6)
    assert len(watcher.item(long).frames) == 5
    assert watcher.deaths == []


def test_a_network_that_is_refused_fails_every_file_with_its_sentence(
    qtbot: QtBot, watch: Callable[..., Watcher], short_clip: str, tmp_path: Path
) -> None:
    watcher = watch()
    watcher.open_evidence.use_model(str(tmp_path / "nothing"))
    (number,) = watcher.open_evidence.add([short_clip])
    ended(qtbot, watcher, number)
    result = watcher.item(number).result
    assert result is not None
    assert (watcher.item(number).state, "has no readable card.json" in (result.reason or "")) == (
        "failed",
        True,
    )
