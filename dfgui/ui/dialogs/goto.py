"""Go to a frame: the dialog, what may be typed into it, and how times are written."""

from __future__ import annotations

import re

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from dfgui.core.display.wording import time_code
from dfgui.core.media.facts import MediaFacts
from dfgui.ui.widgets.theme import SPACE

_FRAME = re.compile(r"[0-9]{1,15}")
_SECONDS = re.compile(
    r"(?P<sign>-?)(?:(?P<seconds>[0-9]{1,12}(?:[.,][0-9]{0,9})?) ?s"
    r"|(?P<plain>[0-9]{1,12}[.,][0-9]{1,9}))"
)
_CLOCK = re.compile(
    r"(?P<sign>-?)(?:(?P<hours>[0-9]{1,6}):)?(?P<minutes>[0-9]{1,6}):"
    r"(?P<seconds>[0-9]{1,2}(?:[.,][0-9]{0,9})?)"
)
_SMPTE = re.compile(
    r"(?P<hours>[0-9]{1,6}):(?P<minutes>[0-9]{1,2}):(?P<seconds>[0-9]{1,2})"
    r"(?P<mark>[:;])(?P<frames>[0-9]{1,3})"
)
_translate = QCoreApplication.translate
_UNEVEN = 0.25  # share of the usual step by which the steps of a constant rate may differ
# A shown time is off by half a millisecond at most, and by the last bits of its number.
_ROUNDING_S = 0.00051


def parse_place(text: str, facts: MediaFacts) -> int:
    """The frame that a text means: a frame number ("103") or a time.

    A time is typed as "00:00:04.12", "1:02:03", "4:05", "4.12s" or "4.12". "00:00:04:03" is a time
    code of SMPTE ST 12-1: hours, minutes, seconds and frames, counted from the first frame; with a
    semicolon before the frames, numbers are dropped.

    A time means the last frame that begins at or before it, as in the worker's own search. Half a
    millisecond allows for the rounding of a time that was shown and typed in again.

    Raises:
        ValueError: with a sentence for the user, if there is no such frame or the text cannot be
            read.
    """
    text = text.strip()
    if _FRAME.fullmatch(text):
        return _checked(int(text), facts)
    if found := _SMPTE.fullmatch(text):
        return _coded(found, facts)
    if found := _SECONDS.fullmatch(text) or _CLOCK.fullmatch(text):
        parts = found.groupdict()
        seconds = float((parts["seconds"] or parts["plain"]).replace(",", "."))
        if (":" in text and seconds >= 60) or (parts.get("hours") and int(parts["minutes"]) >= 60):
            raise ValueError(_translate("GoToDialog", "Minutes and seconds go up to 59."))
        seconds += 60 * int(parts.get("minutes") or 0) + 3600 * int(parts.get("hours") or 0)
        return _frame_at(-seconds if parts["sign"] else seconds, facts)
    raise ValueError(
        _translate(
            "GoToDialog",
            "Type a frame number such as 103, or a time such as 0:00:04.12, 4.12 or 00:00:04:03.",
        )
    )


def _checked(index: int, facts: MediaFacts) -> int:
    if index >= facts.count:
        only = _translate("GoToDialog", "There is no frame {}; the only frame has the number 0.")
        several = _translate("GoToDialog", "There is no frame {}; the frames run from 0 to {}.")
        raise ValueError((only if facts.count == 1 else several).format(index, facts.count - 1))
    return index


def _coded(found: re.Match[str], facts: MediaFacts) -> int:
    """The frame of a SMPTE time code."""
    rate = _constant_rate(facts)
    hours, minutes, seconds, frames = (
        int(found[name]) for name in ("hours", "minutes", "seconds", "frames")
    )
    if minutes >= 60 or seconds >= 60:
        raise ValueError(_translate("GoToDialog", "Minutes and seconds go up to 59."))
    if frames >= rate:
        sentence = _translate("GoToDialog", "The frames of a second go up to {} here.")
        raise ValueError(sentence.format(rate - 1))
    index = (3600 * hours + 60 * minutes + seconds) * rate + frames
    if found["mark"] == ";":
        # At 30 frames/s two numbers are dropped each minute but every tenth, at 60 four.
        dropped, whole = rate // 15, 60 * hours + minutes
        if rate % 30:
            raise ValueError(
                _translate(
                    "GoToDialog", "Time codes drop frames at 29.97 and 59.94 frames/s only; use :."
                )
            )
        if minutes % 10 and not seconds and frames < dropped:
            raise ValueError(
                _translate("GoToDialog", "That time code is one of those that are dropped.")
            )
        index -= dropped * (whole - whole // 10)
    return _checked(index, facts)


def _constant_rate(facts: MediaFacts) -> int:
    """Frames that a time code counts in a second, such as 30 at 29.97.

    Raises:
        ValueError: the frames come at no constant rate, so that no time code counts them.
    """
    steps = np.diff(np.array(facts.times_s))
    usual = float(np.median(steps)) if len(steps) else 0.0
    uneven = len(steps) and bool((abs(steps - usual) > _UNEVEN * usual).any())
    if not facts.fps or uneven:
        raise ValueError(
            _translate(
                "GoToDialog",
                "This file has no constant frame rate; type a frame number or a time in seconds.",
            )
        )
    return max(1, round(facts.fps))


def _frame_at(seconds: float, facts: MediaFacts) -> int:
    times = np.array(facts.times_s)
    if not len(times):
        raise ValueError(
            _translate(
                "GoToDialog", "This file gives no times for its frames; type a frame number."
            )
        )
    step = (
        float(np.median(np.diff(times))) if len(times) > 1 else 1 / facts.fps if facts.fps else 0.0
    )
    at = seconds + min(_ROUNDING_S, step / 2)
    # The last frame stays on screen for its own length; one more is what the worker allows.
    if not times[0] <= at <= times[-1] + 2 * step + _ROUNDING_S:
        sentence = _translate(
            "GoToDialog", "There is no frame at {}; the frames run from {} to {}."
        )
        raise ValueError(
            sentence.format(*(time_code(at) for at in (seconds, times[0], times[-1] + step)))
        )
    return int(np.searchsorted(times, at, side="right")) - 1


class GoToDialog(QDialog):
    """Asks for a frame by number or time, and says while typing which frame that is.

    After `accept`, `place` is the frame's number.
    """

    def __init__(self, facts: MediaFacts, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self.place: int | None = None
        self._build_ui()
        self._connect()
        self._field.setText(str(index))
        self._field.selectAll()

    def _build_ui(self) -> None:
        self.setWindowTitle(self.tr("Go to"))
        title = QLabel(self.tr("&Frame number or time"))
        title.setProperty("role", "heading")
        self._field = QLineEdit()
        self._field.setAccessibleName(self.tr("Frame number or time"))
        self._field.setToolTip(
            self.tr(
                "A frame number such as 103, seconds such as 4.12, a time such as 0:00:04.12, or a"
                " SMPTE time code such as 00:00:04:03"
            )
        )
        self._field.setClearButtonEnabled(True)
        title.setBuddy(self._field)
        self._answer = QLabel()
        self._answer.setWordWrap(True)
        self._answer.setAccessibleName(self.tr("What this means"))
        # Two lines stay free, so that the dialog does not jump while somebody types.
        self._answer.setMinimumHeight(2 * self._answer.fontMetrics().lineSpacing() + SPACE // 2)
        self._answer.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText(self.tr("Go"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE)
        for widget in (title, self._field, self._answer, self._buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(44 * self.fontMetrics().averageCharWidth())

    def _connect(self) -> None:
        self._field.textChanged.connect(self._on_text)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def _on_text(self, text: str) -> None:
        try:
            self.place = parse_place(text, self._facts)
        except ValueError as error:
            self.place = None
            self._answer.setText(str(error))
        else:
            at = self._facts.time_of(self.place)
            named = self.tr("Frame {}").format(self.place)
            self._answer.setText(
                named if at is None else self.tr("Frame {} at {}").format(self.place, time_code(at))
            )
        self._answer.setProperty(
            "role", "muted" if self.place is not None or not text.strip() else "warning"
        )
        self._answer.style().unpolish(self._answer)
        self._answer.style().polish(self._answer)
        self._ok.setEnabled(self.place is not None)
