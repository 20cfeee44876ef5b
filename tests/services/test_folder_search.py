"""Folders are searched while the window goes on, with progress, and can be called off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.media import media_files as searching
from dfgui.core.media.media_files import MediaFiles
from dfgui.services.folder_search import FolderSearch, Found, Search, Seen
from dfgui.services.jobs import SHOWN_AFTER_S, Jobs

WAIT_MS = 30_000


@pytest.fixture
def search(qapp: object) -> Iterator[FolderSearch]:
    search = FolderSearch()
    yield search
    search.close()
    search.deleteLater()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk that gives its second entry only once the event is set."""
    go_on, entries = threading.Event(), searching._entries

    def slowly(root: Path) -> Iterator[Path]:
        for number, entry in enumerate(sorted(entries(root))):
            if number:
                go_on.wait(WAIT_MS / 1000)
            yield entry

    monkeypatch.setattr(searching, "_entries", slowly)
    yield go_on
    go_on.set()


def _folder(tmp_path: Path) -> Path:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        (tmp_path / name).write_bytes(b"")
    return tmp_path


def test_a_slow_folder_holds_up_nobody_and_is_shown_as_a_job(
    search: FolderSearch, slow: threading.Event, qtbot: QtBot, tmp_path: Path
) -> None:
    seconds = [0.0]
    jobs, found = Jobs(lambda: seconds[0]), list[Found]()
    jobs.watch(search)
    search.search(7, str(_folder(tmp_path)), found.append)
    seconds[0] += SHOWN_AFTER_S
    qtbot.waitUntil(lambda: jobs.current is not None and jobs.current.done == 1, timeout=WAIT_MS)
    assert search.busy
    assert jobs.current is not None
    assert jobs.current.request == Search(7, str(tmp_path))
    assert found == []
    slow.set()
    qtbot.waitUntil(lambda: not search.busy, timeout=WAIT_MS)
    assert found == [MediaFiles(tuple(tmp_path / name for name in ("a.mp4", "b.mp4", "c.mp4")))]
    assert jobs.current is None


def test_a_search_that_is_called_off_says_nothing_more(
    search: FolderSearch, slow: threading.Event, qtbot: QtBot, tmp_path: Path
) -> None:
    found, seen, ended = list[Found](), list[Seen](), list[int]()
    search.moved.connect(lambda _number, part: seen.append(part))
    search.ended.connect(ended.append)
    search.search(7, str(_folder(tmp_path)), found.append)
    qtbot.waitUntil(lambda: seen == [Seen(1)], timeout=WAIT_MS)
    search.cancel(7)
    assert (ended, search.busy) == ([7], False)
    slow.set()
    search.close()  # waits for the thread
    qtbot.wait(50)
    assert (found, seen, ended) == ([], [Seen(1)], [7])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "There is no file or folder"),
        (lambda path: path.mkdir(), "holds no video and no still picture"),
    ],
)
def test_what_cannot_be_searched_is_a_sentence(
    make: Callable[[Path], object],
    said: str,
    search: FolderSearch,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    found = list[Found]()
    make(tmp_path / "folder")
    search.search(1, str(tmp_path / "folder"), found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    assert said in str(found[0])
