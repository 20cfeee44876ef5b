"""The evidence list as a user works it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QLabel, QListView, QPushButton, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from dfgui.core.catalogue import catalogue_of
from dfgui.core.network.score import NotScored, Scored
from dfgui.core.sentences import Sentence
from dfgui.resources import resource
from dfgui.ui.evidence.evidence_list import EvidenceList, EvidenceRow
from dfgui.ui.evidence.evidence_row import RowPainter, name_lines
from dfgui.ui.widgets.theme import DARK
from tests.ui.conftest import Speak

WHY = "The file is not a video or picture that can be read; ask for the original file."
WEAK_FAKE = Scored(0.9, 0.954, "supports_fake", "weak")
WITHHELD = Scored(0.9, 0.954, "inconclusive", "none", Sentence("The face is too small."))
ROWS = (
    EvidenceRow(7, "/cases/a.mp4", "done", 32, 32, WEAK_FAKE, "a" * 64),
    EvidenceRow(3, "/cases/b.mov", "analysing", 14, 32),
    EvidenceRow(9, "/cases/c.png", "failed", answer=NotScored(Sentence(WHY))),
    EvidenceRow(4, "/cases/d.mp4", "waiting"),
)


@pytest.fixture
def evidence(qtbot: QtBot) -> EvidenceList:
    widget = EvidenceList()
    qtbot.addWidget(widget)
    widget.resize(210, 500)
    widget.set_rows(ROWS)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def _view(widget: EvidenceList) -> QListView:
    return widget.findChildren(QListView)[0]


def _texts(
    widget: EvidenceList, role: Qt.ItemDataRole = Qt.ItemDataRole.AccessibleTextRole
) -> list[str]:
    model = _view(widget).model()
    return [model.index(row, 0).data(role) for row in range(model.rowCount())]


def _middle(widget: EvidenceList, row: int) -> QPoint:
    view = _view(widget)
    return view.visualRect(view.model().index(row, 0)).center()


def _colours(widget: EvidenceList, row: int) -> set[str]:
    view = _view(widget)
    picture = view.viewport().grab(view.visualRect(view.model().index(row, 0))).toImage()
    return {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
    }


def test_states_in_words(evidence: EvidenceList) -> None:
    assert _texts(evidence) == [
        "a.mp4, weak support: fake",
        "b.mov, analysing 14/32",
        f"c.png, failed: {WHY}",
        "d.mp4, waiting",
    ]
    evidence.set_rows([
        EvidenceRow(1, "/x/1", "done", answer=Scored(0.0003, -3.5, "supports_real", "strong")),
        EvidenceRow(2, "/x/2", "done", answer=WITHHELD),
        EvidenceRow(3, "/x/3", "done", answer=NotScored(Sentence("no face"))),
        EvidenceRow(4, "/x/4", "cancelled"),
        EvidenceRow(5, "/x/5", "analysing"),
        EvidenceRow(6, "/x/6", "left_out", answer=NotScored(Sentence("It is empty."))),
    ])  # fmt: skip
    assert _texts(evidence) == [
        "1, strong support: real",
        "2, inconclusive",
        "3, no face",
        "4, cancelled",
        "5, analysing",
        "6, left out: It is empty.",
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Scored(0.9, 0.954, "supports_fake", "weak"), "stützt schwach: gefälscht"),
        (Scored(0.95, 1.3, "supports_fake", "moderate"), "stützt mäßig: gefälscht"),
        (
            Scored(0.997, 2.5, "supports_fake", "moderately_strong"),
            "stützt mäßig stark: gefälscht",
        ),
        (Scored(0.9997, 3.5, "supports_fake", "strong"), "stützt stark: gefälscht"),
        (Scored(0.1, -0.954, "supports_real", "weak"), "stützt schwach: echt"),
        (Scored(0.05, -1.3, "supports_real", "moderate"), "stützt mäßig: echt"),
        (Scored(0.003, -2.5, "supports_real", "moderately_strong"), "stützt mäßig stark: echt"),
        (Scored(0.0003, -3.5, "supports_real", "strong"), "stützt stark: echt"),
        (WITHHELD, "nicht entscheidbar"),
    ],
)
def test_the_verdict_in_german(
    evidence: EvidenceList, speak: Speak, answer: Scored, expected: str
) -> None:
    speak(catalogue_of("de", resource("translations")))
    evidence.set_rows([EvidenceRow(1, "/x/1", "done", answer=answer)])
    assert _texts(evidence) == [f"1, {expected}"]


def test_names_that_differ_at_their_ends_can_be_told_apart(evidence: EvidenceList) -> None:
    font = QFontMetrics(evidence.font())
    names = [f"WhatsApp Video 2026-11-30 at 10.11.12 of the courtyard ({i}).mp4" for i in (1, 2)]
    width = font.horizontalAdvance(names[0]) // 4
    for name in names:
        first, last = name_lines(name, font, width)
        assert name.startswith(first)
        assert last.startswith("…")
        assert name.endswith(last[1:])
        assert last.endswith(name[-7:])  # "(1).mp4"
        assert max(map(font.horizontalAdvance, (first, last))) <= width
    assert name_lines("a.mp4", font, width) == ["a.mp4"]


def test_the_tooltip_holds_what_the_row_cuts_off(evidence: EvidenceList) -> None:
    tips = _texts(evidence, Qt.ItemDataRole.ToolTipRole)
    assert tips[0] == "/cases/a.mp4\nweak support: fake\nSHA-256 " + "a" * 64
    assert tips[2] == f"/cases/c.png\nfailed: {WHY}"


def test_verdicts_and_failures_have_the_colours_of_the_theme(evidence: EvidenceList) -> None:
    evidence.set_theme(DARK)
    QGuiApplication.processEvents()
    assert DARK.fake in _colours(evidence, 0)
    assert DARK.accent in _colours(evidence, 1)  # the progress bar
    assert DARK.warning in _colours(evidence, 2)
    assert DARK.fake not in _colours(evidence, 3)


def test_progress_in_place(evidence: EvidenceList) -> None:
    evidence.put_row(EvidenceRow(3, "/cases/b.mov", "done", 32, 32, WITHHELD))
    assert _texts(evidence)[1] == "b.mov, inconclusive"
    evidence.put_row(EvidenceRow(11, "/cases/e.mp4", "waiting"))
    assert _texts(evidence)[-1] == "e.mp4, waiting"


def test_choosing_by_mouse_and_key(evidence: EvidenceList, qtbot: QtBot) -> None:
    chosen: list[int] = []
    evidence.chosen.connect(chosen.append)
    evidence.choose(7)
    assert (evidence.current_id(), chosen) == (7, [])
    qtbot.mouseClick(
        _view(evidence).viewport(), Qt.MouseButton.LeftButton, pos=_middle(evidence, 2)
    )
    qtbot.keyClick(_view(evidence), Qt.Key.Key_Down)
    assert chosen == [9, 4]


def test_the_cross_cancels_only_what_runs(evidence: EvidenceList, qtbot: QtBot) -> None:
    cancelled: list[int] = []
    evidence.cancel_requested.connect(cancelled.append)
    view = _view(evidence)
    for row in range(4):
        place = view.visualRect(view.model().index(row, 0))
        qtbot.mouseClick(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=QPoint(place.right() - 12, place.center().y()),
        )
    assert cancelled == [3, 4]


def test_keys_of_a_row_win_over_those_of_the_window(evidence: EvidenceList, qtbot: QtBot) -> None:
    window: list[str] = []
    for keys in ("Esc", "F5", "Del"):
        QShortcut(
            QKeySequence(keys), evidence, context=Qt.ShortcutContext.WindowShortcut
        ).activated.connect(lambda keys=keys: window.append(keys))
    asked: list[tuple[str, int]] = []
    evidence.again_requested.connect(lambda row: asked.append(("again", row)))
    evidence.remove_requested.connect(lambda row: asked.append(("remove", row)))
    view = _view(evidence)
    view.setFocus()
    evidence.choose(3)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F5, Qt.Key.Key_Delete):
        qtbot.keyClick(view, key)
    evidence.choose(7)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F5):
        qtbot.keyClick(view, key)
    # A running scan cannot start again: the window then gets the key. Escape cancels no scan.
    assert asked == [("remove", 3), ("again", 7)]
    assert window == ["Esc", "F5", "Esc"]


def test_the_menu_offers_what_can_be_done(evidence: EvidenceList) -> None:
    again: list[int] = []
    evidence.again_requested.connect(again.append)
    menu = evidence.menu(ROWS[0])
    entries = {
        action.text().replace("&", ""): action
        for action in menu.actions()
        if not action.isSeparator()
    }
    assert {text: action.isEnabled() for text, action in entries.items()} == {
        "Analyse again": True,
        "Cancel analysis": False,
        "Remove from list": True,
        "Copy path": True,
        "Copy SHA-256": True,
    }
    entries["Analyse again"].trigger()
    entries["Copy SHA-256"].trigger()
    assert (again, QGuiApplication.clipboard().text()) == ([7], "a" * 64)
    assert not next(
        action
        for action in evidence.menu(ROWS[3]).actions()
        if action.text().replace("&", "") == "Copy SHA-256"
    ).isEnabled()


def test_removing_the_chosen_row_chooses_its_neighbour(evidence: EvidenceList) -> None:
    evidence.choose(3)
    chosen: list[int] = []
    evidence.chosen.connect(chosen.append)
    evidence.remove_row(3)
    assert chosen == [evidence.current_id()]
    assert chosen[0] in (7, 9)
    evidence.remove_row(4)
    assert len(chosen) == 1


def test_new_rows_keep_the_choice(evidence: EvidenceList) -> None:
    evidence.choose(9)
    evidence.set_rows(ROWS[::-1])
    assert evidence.current_id() == 9


def test_empty_list_says_what_to_do(evidence: EvidenceList, qtbot: QtBot) -> None:
    def visible() -> list[str]:
        return [label.text() for label in evidence.findChildren(QLabel) if label.isVisible()]

    assert "4" in visible()
    evidence.set_rows([])
    assert "Drop videos or pictures here, or press Ctrl+O." in visible()
    with qtbot.waitSignal(evidence.open_requested):
        qtbot.mouseClick(evidence.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)


def test_the_thumbnail_replaces_the_glyph(evidence: EvidenceList) -> None:
    image = QImage(64, 48, QImage.Format.Format_RGB32)
    image.fill(QColor("#12a452"))
    assert "#12a452" not in _colours(evidence, 3)
    evidence.set_thumbnail(4, image)
    assert "#12a452" in _colours(evidence, 3)
    evidence.set_thumbnail(99, image)  # removed in the meantime


def test_a_changed_row_is_not_the_cause_of_a_layout_of_all(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 rows of one height, each changed once: every layout asks for that height."""
    asked: list[int] = []
    own = RowPainter.sizeHint

    def counted(painter: RowPainter, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        asked.append(index.row())
        return own(painter, option, index)

    monkeypatch.setattr(RowPainter, "sizeHint", counted)
    evidence = EvidenceList()
    qtbot.addWidget(evidence)
    rows = [EvidenceRow(number, f"/cases/clip {number}.mp4", "waiting") for number in range(500)]
    evidence.set_rows(rows)
    _view(evidence).viewport().grab()
    assert asked
    for row in rows:
        evidence.put_row(replace(row, state="analysing", done=1, total=32))
    _view(evidence).viewport().grab()
    assert len(asked) < 20
