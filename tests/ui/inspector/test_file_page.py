"""The File tab: what it shows of the file and the model, and what it copies."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import FileResult, Timing, failed
from dfgui.core.media.facts import Fact, MediaFacts, StreamChoice
from dfgui.ui.inspector.file_page import FilePage
from tests.ui.inspector.test_verdict import CARD

PATH = (
    "/cases/2026-118/exhibits/a name that is far too long for the column of the inspector, second"
    " copy.mp4"
)
FACTS = MediaFacts(
    PATH,
    "video",
    640,
    480,
    100,
    25.0,
    (),
    (0,),
    False,
    (Fact("container", "mov,mp4"), Fact("codec", "h264")),
    ("It ends early.",),
)
RESULT = FileResult(
    PATH,
    "ab" * 32,
    "not_scored",
    "No face.",
    warnings=("It ends early.", "One frame is damaged."),
    timing_s=Timing(0.25, 1.5, 0.75, 2.0),
)


@pytest.fixture
def page(qtbot: QtBot) -> FilePage:
    widget = FilePage()
    qtbot.addWidget(widget)
    widget.resize(320, 900)
    widget.show()
    return widget


def _shown(page: FilePage) -> list[str]:
    QApplication.processEvents()  # Qt shows labels added later only after this
    return [
        label.text() for label in page.findChildren(QLabel) if label.isVisible() and label.text()
    ]


def test_without_a_file_it_says_what_to_do(page: FilePage) -> None:
    assert _shown(page) == ["No file is open. Open one with Ctrl+O, or drop it on the window."]
    assert not page._copy.isVisible()


def test_a_long_path_is_shortened_in_the_middle(page: FilePage) -> None:
    page.show_file(FACTS, None, 1_500, None)
    assert page._path.toolTip() == PATH
    start, end = page._path.text().split("…")
    assert PATH.startswith(start)
    assert PATH.endswith(end)
    assert start
    assert end


def test_before_the_end_of_the_analysis(page: FilePage) -> None:
    page.show_file(FACTS, None, 1_500, "2026-11-02 14:03:11")
    shown = _shown(page)
    for text in ("1.5 kB (1,500 bytes)", "2026-11-02 14:03:11", "h264", "• It ends early."):
        assert text in shown
    assert "Processing time" not in shown
    assert page._hash.text == ""


def test_warnings_are_said_once(page: FilePage) -> None:
    page.show_file(FACTS, RESULT, None, None)
    assert "• It ends early.\n• One frame is damaged." in _shown(page)


def test_a_file_that_cannot_be_opened_still_has_its_name(page: FilePage) -> None:
    page.show_file(None, failed("broken.mp4", "It is empty.", sha256="cd" * 32), 0, None)
    shown = _shown(page)
    assert "broken.mp4" in shown
    assert "0 bytes" in shown
    assert "Contents" not in shown
    assert page._hash.text == "cd" * 32


def test_all_is_copied_in_full(qtbot: QtBot, page: FilePage) -> None:
    page.show_file(FACTS, RESULT, 1_500, "yesterday")
    page.show_model(CARD, "ef" * 32, "OpenVINO 2026.4, f32")
    qtbot.mouseClick(page._copy, Qt.MouseButton.LeftButton)
    assert (
        QGuiApplication.clipboard().text()
        == f"File\n  path: {PATH}\n  size: 1.5 kB (1,500 bytes)\n  modified: yesterday\n  SHA-256:"
        f" {'ab' * 32}\n\nWarnings\n  1: It ends early.\n  2: One frame is"
        " damaged.\n\nContents\n  container: mov,mp4\n  codec: h264\n\nProcessing"
        " time\n  decoding: 0.25 s\n  faces: 1.50 s\n  network: 0.75 s\n  in all: 2.00 s"
        " (stages overlap)\n\nModel\n  name: hand\n  version: 1\n  network: none\n  input: 112"
        f" x 112 pixels, RGB\n  engine: OpenVINO 2026.4, f32\n  SHA-256: {'ef' * 32}\n"
    )


def test_another_file_leaves_nothing_of_the_last(page: FilePage) -> None:
    page.show_file(FACTS, RESULT, 1_500, "yesterday")
    page.show_file(
        MediaFacts(
            "b.png", "still", 9, 9, 1, None, (), (0,), False, (Fact("container", "PNG"),), ()
        ),
        None,
        5,
        None,
    )
    shown = _shown(page)
    assert "h264" not in shown
    assert not any("ends early" in text for text in shown)
    assert page._hash.text == ""


def test_another_stream_of_the_file_can_be_chosen(page: FilePage, qtbot: QtBot) -> None:
    choices = (StreamChoice(0, 160, 120), StreamChoice(2, 640, 480), StreamChoice(3, 0, 0))
    page.show_file(msgspec.structs.replace(FACTS, stream=2, choices=choices), None, None, None)
    (box,) = page.findChildren(QComboBox)
    texts = [box.itemText(row) for row in range(box.count())]
    assert texts == ["0: 160 x 120 pixels", "2: 640 x 480 pixels", "3: size not known"]
    assert (box.isVisible(), box.currentIndex()) == (True, 1)
    with qtbot.waitSignal(page.stream_chosen) as chosen:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == [3]
    # A stream that cannot be opened leaves the way back open.
    page.show_file(None, failed(PATH, "It cannot be decoded."), None, None)
    assert (box.isVisible(), box.count()) == (True, 3)
    page.show_file(FACTS, None, None, None)
    assert not box.isVisible()
