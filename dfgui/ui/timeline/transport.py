"""The row under the timeline: playback, the place in the file, sound, and the job that runs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSlider, QToolButton, QWidget

from dfgui.core.display.wording import time_code
from dfgui.core.media.facts import MediaFacts
from dfgui.ui.widgets.elided import ElidedLine
from dfgui.ui.widgets.icons import icon
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

STEPS = 1000  # of the progress bar
LOUDEST = 100  # of the slider
WIDE = 150  # letters; below that the slider folds, so that the job has room for its words


class Transport(QWidget):
    """Shows where playback stands and says what was pressed; it moves nothing itself."""

    play_toggled = Signal()
    stepped = Signal(int)  # frames: -1 or 1
    key_jumped = Signal(int)  # key frames: -1 or 1
    end_jumped = Signal(int)  # -1: to the first frame, 1: to the last
    go_to_requested = Signal()
    volume_changed = Signal(float)  # 0 silent to 1
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self._is_still = self._sounds = False
        self._theme = LIGHT
        self._buttons: dict[str, QToolButton] = {}
        self._build_ui()
        self._connect()
        self.set_theme(LIGHT)
        self.set_media(None)
        self.set_playing(False, 1.0)
        self.set_job(None, None)

    def set_media(self, facts: MediaFacts | None, instead: str = "") -> None:
        """Set what the controls act on; without several frames, those of playback are hidden.

        `instead` says what a chosen file waits for, or why it has no frames; empty if none is open.
        """
        moves = facts is not None and facts.count > 1
        for name in ("start", "previous_key", "back", "play", "forward", "next_key", "end"):
            self._buttons[name].setVisible(moves)
        self._is_still = facts is not None and facts.kind == "still"
        self._sounds = facts is not None and facts.has_audio
        self._buttons["mute"].setVisible(self._sounds)
        self._fold()
        self._time.setVisible(moves)
        self._time.setText(self.tr("go to"))
        nothing = instead or self.tr("No file is open.")
        still = self.tr("Still picture") if self._is_still else ""
        self._frame.setText(nothing if facts is None else still)
        self._frame.setEnabled(facts is not None)

    def set_position(self, index: int, pts_s: float | None, frame_type: str) -> None:
        """Show the frame's number, time in seconds (None if not given) and "I", "P", "B" or "?"."""
        if self._is_still:
            return
        self._time.setText(self.tr("go to") if pts_s is None else time_code(pts_s))
        named = self.tr("frame {}") if frame_type == "?" else self.tr("frame {} ({})")
        self._frame.setText(named.format(index, frame_type))

    def set_playing(self, playing: bool, speed: float) -> None:
        """Show whether it plays, and how many times as fast as filmed; negative runs backwards."""
        self._playing = playing
        name = self.tr("Pause") if playing else self.tr("Play")
        self._buttons["play"].setAccessibleName(name)
        self._buttons["play"].setToolTip(self.tr("{} (Space)").format(name))
        self._buttons["play"].setIcon(
            icon("pause" if playing else "play", self._theme.text, self._side())
        )
        self._speed.setText(f"{speed:g}\N{MULTIPLICATION SIGN}")
        self._speed.setVisible(speed != 1)

    def set_job(self, text: str | None, fraction: float | None) -> None:
        """Show what runs, such as "analysing 14/32, 3 s left", and how much of it is done, 0-1.

        The fraction is None if it is not known. Without a text nothing runs, and the area is
        hidden.
        """
        self._job.setVisible(text is not None)
        self._job_text.set_text(text or "")
        # A bar of no length swings to and fro.
        self._progress.setRange(0, STEPS if fraction is not None or text is None else 0)
        if fraction is not None:
            self._progress.setValue(round(STEPS * min(max(fraction, 0.0), 1.0)))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        for name, button in self._buttons.items():
            if name not in ("play", "mute"):
                button.setIcon(icon(name, theme.text, self._side()))
        self._buttons["play"].setIcon(
            icon("pause" if self._playing else "play", theme.text, self._side())
        )
        self._show_volume()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold the slider of the volume if the row is narrow; the button next to it stays."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        wide = WIDE * self.fontMetrics().averageCharWidth()
        self._volume.setVisible(self._sounds and self.width() >= wide)

    def _side(self) -> int:
        """The side of an icon: it grows with the font."""
        return round(1.25 * self.fontMetrics().height())

    def _build_ui(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE // 2, SPACE // 2, SPACE // 2, SPACE // 2)
        layout.setSpacing(SPACE // 4)
        for name, title, key in (
            ("start", self.tr("To the first frame"), "Home"),
            ("previous_key", self.tr("Previous key frame"), "Alt+Left"),
            ("back", self.tr("Previous frame"), ","),
            ("play", self.tr("Play"), "Space"),
            ("forward", self.tr("Next frame"), "."),
            ("next_key", self.tr("Next key frame"), "Alt+Right"),
            ("end", self.tr("To the last frame"), "End"),
        ):
            layout.addWidget(self._add_button(name, title, f"{title} ({key})"))
        layout.addSpacing(SPACE)
        self._build_place(layout)
        self._build_volume(layout)
        layout.addStretch()
        self._build_job(layout)

    def _build_place(self, layout: QHBoxLayout) -> None:
        self._time = QToolButton()
        self._time.setProperty("role", "flat")
        self._time.setAccessibleName(self.tr("Time code; go to a frame or time"))
        self._time.setToolTip(self.tr("Go to a frame or time (G)"))
        # Digits that change must not move what is next to them.
        self._time.setMinimumWidth(
            self._time.fontMetrics().horizontalAdvance("00:00:00.000") + 2 * SPACE
        )
        self._frame = QLabel()
        self._frame.setAccessibleName(self.tr("Frame number and type"))
        self._frame.setToolTip(
            self.tr(
                "Frame number and how the frame is coded: I alone, P from earlier frames, B from"
                " both sides"
            )
        )
        self._frame.setMinimumWidth(
            self._frame.fontMetrics().horizontalAdvance(
                self.tr("frame {} ({})").format("00000", "P")
            )
        )
        self._speed = QLabel()
        self._speed.setProperty("role", "heading")
        self._speed.setAccessibleName(self.tr("Speed"))
        self._speed.setToolTip(self.tr("Speed of playback (J slower or back, L faster)"))
        for widget in (self._time, self._frame, self._speed):
            layout.addWidget(widget)
            layout.addSpacing(SPACE // 2)

    def _build_volume(self, layout: QHBoxLayout) -> None:
        layout.addWidget(self._add_button("mute", self.tr("Mute"), self.tr("Sound on or off")))
        self._buttons["mute"].setCheckable(True)
        self._buttons["mute"].setProperty("role", "flat")
        self._volume = QSlider(Qt.Orientation.Horizontal)
        self._volume.setRange(0, LOUDEST)
        self._volume.setValue(LOUDEST)
        self._volume.setPageStep(10)
        self._volume.setFixedWidth(9 * self.fontMetrics().averageCharWidth())
        self._volume.setAccessibleName(self.tr("Volume"))
        layout.addWidget(self._volume)

    def _build_job(self, layout: QHBoxLayout) -> None:
        self._job = QWidget()
        row = QHBoxLayout(self._job)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self._job_text = ElidedLine()
        self._job_text.setAccessibleName(self.tr("What runs"))
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._progress.setMinimumWidth(6 * self.fontMetrics().averageCharWidth())
        self._progress.setMaximumWidth(12 * self.fontMetrics().averageCharWidth())
        row.addWidget(self._job_text, 1)
        row.addWidget(self._progress)
        row.addWidget(self._add_button("cancel", self.tr("Cancel"), self.tr("Stop what runs")))
        layout.addWidget(self._job, 1)

    def _add_button(self, name: str, title: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setIconSize(QSize(self._side(), self._side()))
        button.setAccessibleName(title)
        button.setToolTip(tooltip)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._buttons[name] = button
        return button

    def _connect(self) -> None:
        for name, signal, way in (
            ("start", self.end_jumped, -1),
            ("previous_key", self.key_jumped, -1),
            ("back", self.stepped, -1),
            ("forward", self.stepped, 1),
            ("next_key", self.key_jumped, 1),
            ("end", self.end_jumped, 1),
        ):
            self._buttons[name].clicked.connect(
                lambda _checked, signal=signal, way=way: signal.emit(way)
            )
        for name in ("back", "forward"):
            self._buttons[name].setAutoRepeat(True)
        self._buttons["play"].clicked.connect(self.play_toggled)
        self._buttons["cancel"].clicked.connect(self.cancelled)
        self._time.clicked.connect(self.go_to_requested)
        self._volume.valueChanged.connect(self._on_volume)
        self._buttons["mute"].toggled.connect(self._on_mute)

    def _on_volume(self) -> None:
        # A person who moves the slider wants to hear something.
        if self._buttons["mute"].isChecked():
            self._buttons["mute"].setChecked(False)
        else:
            self._say_volume()

    def _on_mute(self) -> None:
        self._say_volume()

    def _say_volume(self) -> None:
        self._show_volume()
        self.volume_changed.emit(
            0.0 if self._buttons["mute"].isChecked() else self._volume.value() / LOUDEST
        )

    def _show_volume(self) -> None:
        button = self._buttons["mute"]
        silent = button.isChecked() or not self._volume.value()
        button.setIcon(
            icon(
                "mute" if silent else "volume",
                self._theme.on_accent if button.isChecked() else self._theme.text,
                self._side(),
            )
        )
        self._volume.setToolTip(self.tr("Volume: {} %").format(self._volume.value()))
