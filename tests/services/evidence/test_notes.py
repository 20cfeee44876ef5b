"""Notes: undo, drafts, several files in a session, and a program killed while a user types."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dfgui.services.evidence import notes as module
from dfgui.services.evidence.notes import Bookmark, Notebook, Notes, notes_folder

A, B = "a" * 64, "b" * 64

# Types like a person, a word every 20 ms without a pause. It prints each word with the time at
# which it was typed.
TYPIST = """
import sys, time
from PySide6.QtCore import QCoreApplication, QTimer
from dfgui.services.evidence.notes import Notebook

app = QCoreApplication([])
book = Notebook()
book.open(sys.argv[1], "clip.mp4")
words = []
def type_one():
    words.append(f"w{len(words)}")
    book.set_text(" ".join(words))
    print(len(words), time.time(), flush=True)
timer = QTimer(interval=20)
timer.timeout.connect(type_one)
timer.start()
app.exec()
"""


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        module.platformdirs, "user_data_dir", lambda *args, **options: str(tmp_path)
    )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def book(qapp: object) -> Iterator[Notebook]:
    book = Notebook()
    yield book
    book.deleteLater()


def _text(book: Notebook) -> str:
    assert book.current is not None
    return book.current.text


def _as_left_by_a_kill(sha256: str, text: str) -> None:
    """Leave a draft by a process that has ended, the one started here."""
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    draft = {
        "notes": {"sha256": sha256, "path": "/old/clip.mp4", "text": text},
        "process": int(done.stdout),
        "started_s": 1.0,
    }
    notes_folder().mkdir(parents=True, exist_ok=True)
    (notes_folder() / f"{sha256}.draft.json").write_text(json.dumps(draft))


def test_typing_without_a_pause_is_one_step(book: Notebook, clock: list[float]) -> None:
    book.open(A, "clip.mp4")
    for text, at in (("o", 0.0), ("on", 0.9), ("one", 1.8), ("one t", 3.0), ("one two", 3.4)):
        clock[0] = 100 + at
        book.set_text(text)
    book.undo()
    assert _text(book) == "one"  # the pause before " t" was 1.2 s
    book.undo()
    assert _text(book) == ""
    book.redo()
    book.redo()
    assert _text(book) == "one two"
    book.undo()
    book.set_text("one and")  # within the second, but after an undo
    book.redo()
    assert _text(book) == "one and"  # a change clears the redo list
    book.undo()
    assert _text(book) == "one"


def test_text_that_did_not_change_starts_no_step(book: Notebook, clock: list[float]) -> None:
    book.open(A, "clip.mp4")
    book.set_text("")
    book.set_text("new")
    book.undo()
    assert _text(book) == ""


def test_a_bookmark_between_two_words_parts_them(book: Notebook, clock: list[float]) -> None:
    book.open(A, "clip.mp4")
    book.set_text("left")
    book.add_bookmark(3, 0.12)
    book.set_text("left right")
    book.undo()
    assert book.current == Notes(A, "clip.mp4", "left", (Bookmark(3, 0.12),))
    book.undo()
    assert book.current == Notes(A, "clip.mp4", "left")


def test_bookmarks_are_one_a_frame_and_in_order(book: Notebook) -> None:
    book.open(A, "clip.mp4")
    book.add_bookmark(30, 1.2)
    book.add_bookmark(4, None, "chin")
    book.add_bookmark(30, 1.2, "again")
    book.rename_bookmark(30, "seam")
    assert book.current is not None
    assert book.current.bookmarks == (Bookmark(4, None, "chin"), Bookmark(30, 1.2, "seam"))
    book.remove_bookmark(4)
    book.remove_bookmark(5)
    assert book.current.bookmarks == (Bookmark(30, 1.2, "seam"),)
    book.undo()
    book.undo()
    assert book.current.bookmarks == (Bookmark(4, None, "chin"), Bookmark(30, 1.2, ""))


def test_saved_notes_come_back_under_another_name_of_the_file(book: Notebook, qtbot: QtBot) -> None:
    book.open(A, "clip.mp4")
    book.set_text("Ärger\nat 4 s")
    book.add_bookmark(100, 4.0, "seam")
    said: list[bool] = []
    book.saved_changed.connect(said.append)
    assert book.save()
    assert said == [True]
    assert not book.unsaved
    later = Notebook(book)
    later.open(A, "copy.mp4")
    assert later.current == Notes(A, "copy.mp4", "Ärger\nat 4 s", (Bookmark(100, 4.0, "seam"),))
    assert not later.unsaved
    assert [path.name for path in notes_folder().iterdir()] == [f"{A}.json"]


def test_each_file_has_its_own_text_undo_and_draft(book: Notebook) -> None:
    book.open(A, "a.mp4")
    book.set_text("about a")
    book.open(B, "b.mp4")
    assert _text(book) == ""
    book.set_text("about b")
    book.flush()
    assert {path.name for path in notes_folder().iterdir()} == {
        f"{A}.draft.json",
        f"{B}.draft.json",
    }
    book.open(A, "a.mp4")
    assert _text(book) == "about a"
    states: list[tuple[bool, bool]] = []
    book.undo_changed.connect(lambda undo, redo: states.append((undo, redo)))
    book.undo()
    assert states == [(False, True)]
    book.flush()
    # Nothing to keep of file A: its notes are as saved.
    assert {path.name for path in notes_folder().iterdir()} == {f"{B}.draft.json"}
    assert [notes.text for notes in book.unsaved] == ["about b"]
    assert book.save_all()
    assert {path.name for path in notes_folder().iterdir()} == {f"{B}.json"}


def test_a_change_is_drafted_within_the_half_second(book: Notebook, qtbot: QtBot) -> None:
    book.open(A, "clip.mp4")
    book.set_text("typed")
    draft = notes_folder() / f"{A}.draft.json"
    assert not draft.exists()
    qtbot.waitUntil(draft.exists, timeout=2000)
    assert json.loads(draft.read_bytes())["notes"]["text"] == "typed"
    assert book.drafts() == ()  # its program still runs: nothing was left behind
    book.discard(book.unsaved[0])
    assert not draft.exists()
    assert _text(book) == ""
    assert not book.unsaved


def test_a_draft_is_restored_without_its_evidence_and_can_be_undone(book: Notebook) -> None:
    _as_left_by_a_kill(A, "half a sent")
    (draft,) = book.drafts()
    book.restore(draft)
    assert book.current is None
    assert book.unsaved == (Notes(A, "/old/clip.mp4", "half a sent"),)
    book.flush()
    assert book.drafts() == ()  # it belongs to this program now
    book.open(A, "clip.mp4")
    assert _text(book) == "half a sent"
    book.undo()
    assert _text(book) == ""
    book.redo()
    assert book.save()
    assert not (notes_folder() / f"{A}.draft.json").exists()


def test_opening_the_evidence_brings_its_draft_back_unasked(book: Notebook) -> None:
    book.open(A, "clip.mp4")
    book.set_text("saved")
    book.save()
    _as_left_by_a_kill(A, "saved and more")
    later = Notebook(book)
    said: list[bool] = []
    later.saved_changed.connect(said.append)
    later.open(A, "clip.mp4")
    assert _text(later) == "saved and more"
    assert said == [False]
    later.undo()
    assert _text(later) == "saved"
    later.flush()
    assert not (notes_folder() / f"{A}.draft.json").exists()


def test_a_discarded_draft_is_gone(book: Notebook) -> None:
    _as_left_by_a_kill(A, "half a sent")
    book.discard(book.drafts()[0])
    assert book.drafts() == ()
    book.open(A, "clip.mp4")
    assert _text(book) == ""


@pytest.mark.parametrize("sha256", ["", "../../evil", "A" * 64, "a" * 63])
def test_only_a_hash_names_a_file(book: Notebook, sha256: str) -> None:
    with pytest.raises(ValueError, match="sha256"):
        book.open(sha256, "clip.mp4")


@pytest.mark.parametrize("content", [b"", b"{", b'{"sha256": "x", "path": ""}', b"\xff\xfe"])
def test_notes_that_cannot_be_read_are_put_aside(book: Notebook, content: bytes) -> None:
    notes_folder().mkdir()
    (notes_folder() / f"{A}.json").write_bytes(content)
    (notes_folder() / f"{B}.draft.json").write_bytes(content)
    sentences: list[str] = []
    book.failed.connect(sentences.append)
    assert book.drafts() == ()
    book.open(A, "clip.mp4")
    book.set_text("new")
    assert book.save()
    assert len(sentences) == 1
    assert "put aside" in sentences[0]
    assert (notes_folder() / f"{A}.unreadable").read_bytes() == content


def test_a_full_disk_is_told_and_loses_nothing(
    book: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.open(A, "clip.mp4")
    book.set_text("kept")
    assert book.save()
    book.set_text("kept too")

    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    sentences: list[str] = []
    book.failed.connect(sentences.append)
    assert not book.save()
    assert "No space left on device" in sentences[0]
    assert len(book.unsaved) == 1
    assert _text(book) == "kept too"
    monkeypatch.undo()


def test_a_kill_loses_at_most_half_a_second_of_typing(book: Notebook, tmp_path: Path) -> None:
    script = (
        "import platformdirs; platformdirs.user_data_dir = lambda *args, **options:"
        f" {str(tmp_path)!r}\n{TYPIST}"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, A], stdout=subprocess.PIPE, text=True
    ) as typist:
        assert typist.stdout is not None
        lines: list[str] = []
        until = None
        for line in typist.stdout:
            lines.append(line)
            until = until or time.time() + 1.7
            if time.time() > until:
                break
        assert book.drafts() == ()  # its program still runs
        typist.kill()
        killed = time.time()
        lines += typist.stdout.readlines()
    (draft,) = book.drafts()
    kept = len(draft.text.split())
    assert draft.text.split() == [f"w{number}" for number in range(kept)]
    typed = [float(line.split()[1]) for line in lines]
    # The first lost word was typed less than half a second before the kill, plus the time that a
    # busy machine takes to write the draft.
    assert kept > 1
    assert kept == len(typed) or killed - typed[kept] < 0.5 + 0.5
    book.open(A, "clip.mp4")
    assert _text(book) == draft.text
