"""The question to ask if a window closes while the training program works."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

Answer = Literal["stop", "end", "stay"]
"""Close once the run has stopped after its current step; end it now and close; do not close."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Closing", text)


def ask_to_close(over: QWidget | None, *, runs: bool, stops: bool, quits: bool) -> Answer:
    """Ask, and wait for the answer.

    Args:
        over: the window to ask in.
        runs: a run is under way; else something is being made from one.
        stops: the run has been asked to stop already.
        quits: the whole program is to end, not a window only.
    """
    text = _tr(
        "A run is under way and stops if this window closes. What is finished is kept, and the run"
        " can be resumed."
    )
    if not runs:
        text = _tr("Something is being made of a run, and would be given up.")
    box = QMessageBox(QMessageBox.Icon.Question, "dfgui", text, parent=over)
    answers: dict[QAbstractButton, Answer] = {}
    if runs:
        stop = _tr("Stop the run and quit") if quits else _tr("Stop the run and close")
        wait = _tr("Quit when it has stopped") if quits else _tr("Close when it has stopped")
        answers[box.addButton(wait if stops else stop, QMessageBox.ButtonRole.AcceptRole)] = "stop"
    if stops or not runs:
        answers[box.addButton(_tr("End it at once"), QMessageBox.ButtonRole.DestructiveRole)] = (
            "end"
        )
    box.setEscapeButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    answer = answers.get(box.clickedButton(), "stay")
    box.deleteLater()
    return answer
