"""The faces of a frame through the real `main()`: chosen, scored, and before a scan knows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dfgui.ui.main.main_window import MainWindow
from tests.e2e.conftest import DEMO, Program
from tests.e2e.hands import LONG_MS, press, wait_frame, wait_settled
from tests.support.clips import make_clip

KEY = Qt.Key


@pytest.fixture(scope="module")
def two_faces(tmp_path_factory: pytest.TempPathFactory, portrait: NDArray[np.uint8]) -> Path:
    """The same face twice, 320 pixels apart; a scan of five frames leaves out the second."""
    both = np.hstack([portrait, portrait])
    return make_clip(
        tmp_path_factory.mktemp("clips") / "two.mp4", size=(640, 320), frames=9, picture=both
    )


def scores_in_table(window: MainWindow) -> list[str]:
    table = window.inspector.frame._table
    return [table.item(row, 2).text() for row in range(table.rowCount())]


def test_the_score_of_a_face_stays_while_another_is_chosen(
    program: Program, qtbot: QtBot, two_faces: Path
) -> None:
    def work(window: MainWindow) -> None:
        wait_settled(qtbot, window)
        press(qtbot, window, KEY.Key_Period)
        wait_frame(qtbot, window, 1)
        qtbot.waitUntil(lambda: window.services.face_cut.score is not None, timeout=LONG_MS)
        wait_settled(qtbot, window)
        (first,) = [text for text in scores_in_table(window) if text != "-"]
        press(qtbot, window, KEY.Key_F)
        assert [text for text in scores_in_table(window) if text != "-"] == [first]
        qtbot.waitUntil(lambda: "-" not in scores_in_table(window), timeout=LONG_MS)
        assert first in scores_in_table(window)
        marked = window.views.panels[0].picture._marks._faces
        assert sorted(f"{face.score:.3f}" for face in marked) == sorted(scores_in_table(window))

    program.run(work, two_faces)


def test_a_face_can_be_looked_at_before_the_scan_knows_it(
    program: Program, qtbot: QtBot, two_faces: Path
) -> None:
    def work(window: MainWindow) -> None:
        evidence, selection = window.services.open_evidence, window.services.selection
        # The scan of the second file has to wait for that of the first.
        number = evidence.items[1].id
        evidence.cancel(number)
        window.evidence._select(number)
        qtbot.waitUntil(lambda: len(selection.faces) == 2, timeout=LONG_MS)
        assert evidence.items[1].frames == ()
        assert selection.face is not None
        assert window.actions_by_name["zoom_face"].isEnabled()
        table = window.inspector.frame._table
        window.inspector.show_page(window.inspector.frame)
        assert [table.item(row, 0).text() for row in range(table.rowCount())] == ["?", "?"]
        assert not window.inspector.frame._no_face.isVisible()
        scale = window.views.panels[0].picture.place.scale
        press(qtbot, window, KEY.Key_Z)
        assert window.views.panels[0].picture.place.scale > scale
        before = selection.face
        press(qtbot, window, KEY.Key_F)
        assert selection.face not in (None, before)
        box = selection.face.box
        assert not window.actions_by_name["follow"].isEnabled()  # there is no track yet
        evidence.analyse(number)
        wait_settled(qtbot, window)
        assert selection.number in (1, 2)
        assert selection.face.box.overlap(box) > 0.5

    program.run(work, DEMO, two_faces)
