"""The Settings tab: what the views, the heat map and the scan are made with, changed live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.analysis_results import ElaInformativeness
from dfgui.core.fills import FILLS
from dfgui.services.app_settings import AppSettings
from dfgui.ui.inspector.controls import ChoiceControl, NumberControl
from dfgui.ui.inspector.informativeness_meter import InformativenessMeter
from dfgui.ui.widgets.fields import WheelGuard, label, scrolled
from dfgui.ui.widgets.language import offered_languages, worded
from dfgui.ui.widgets.theme import SPACE, Theme

LARGEST_PATCH = 1024  # px; as in `AppSettings`
SLIDER_PATCH = 128  # px; larger squares than a usual network's input are typed


class SettingsPage(QWidget):
    """Every setting that is not on a menu; each change signals the whole new value."""

    changed = Signal(AppSettings)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = AppSettings()
        self._used_frames: int | None = None
        self._show: dict[str, Callable[[Any], None]] = {}
        self._guard = WheelGuard(self)
        self._build_ui()
        self.set_settings(self._settings)
        self.show_informativeness(
            None, self.tr("Show a frame to measure what error levels can say in it.")
        )

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours."""
        self._meter.set_theme(theme)

    def set_settings(self, settings: AppSettings) -> None:
        """Show settings without a signal."""
        self._settings = settings
        self._stride.set_high(settings.patch)
        for part in self._stride.parts():
            part.setEnabled(settings.by == "squares")
        for name, show in self._show.items():
            show(settings.value(name))
        self._say_used_frames()

    def show_used_frames(self, frames: int | None) -> None:
        """Say how many frames the result on screen was made with; None if that says nothing."""
        self._used_frames = frames
        self._say_used_frames()

    def _say_used_frames(self) -> None:
        used, now = self._used_frames, self._settings.frames
        self._used.setVisible(used not in (None, now))
        self._used.setText(self.tr("The result shown used {}; F5 applies {}.").format(used, now))

    def show_informativeness(self, value: ElaInformativeness | None, sentence: str) -> None:
        """Show what error levels can say: the measured value, or None, and a sentence.

        The sentence is `wording.ela_sentence`, or why there is no value.
        """
        self._meter.show_value(None if value is None else value.visibility)
        self._meter.setVisible(value is not None)
        self._ela_sentence.setText(worded(sentence))

    def _build_ui(self) -> None:
        content = QWidget()
        self._layout = QVBoxLayout(content)
        self._layout.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._layout.setSpacing(2 * SPACE)
        self._build_error_levels()
        self._build_occlusion()
        self._build_views()
        self._build_program()
        self._layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(content))

    def _build_error_levels(self) -> None:
        self._meter, self._ela_sentence = (
            InformativenessMeter(),
            label(role="muted", selectable=True),
        )
        group = self._group(self.tr("Error levels"), ("ela.quality", "ela.scale", "ela_channel"))
        self._number(
            group,
            "ela.quality",
            self.tr("Quality"),
            NumberControl(self.tr("JPEG quality"), 1, 100),
            self.tr("Quality of the test re-compression, 1-100"),
        )
        self._number(
            group,
            "ela.scale",
            self.tr("Scale"),
            NumberControl(self.tr("Scale of error levels"), 1, 200, decimals=1),
            self.tr(
                "Brightness per grey level of change; never set by itself,"
                " so that two frames can be compared"
            ),
        )
        channels = [
            ("mean", self.tr("Mean of the channels")),
            ("luminance", self.tr("Luminance")),
            ("red", self.tr("Red")),
            ("green", self.tr("Green")),
            ("blue", self.tr("Blue")),
        ]
        self._choice(
            group, "ela_channel", self.tr("Channel"), channels, self.tr("Which change is shown")
        )
        row = group.rowCount()
        group.addWidget(self._meter, row, 0, 1, 2)
        group.addWidget(self._ela_sentence, row + 1, 0, 1, 2)

    def _build_occlusion(self) -> None:
        group = self._group(
            self.tr("Occlusion"), ("by", "patch", "stride", "fill", "mode", "opacity")
        )
        ways = [("squares", self.tr("Squares")), ("regions", self.tr("Regions of the face"))]
        self._choice(
            group,
            "by",
            self.tr("Hide"),
            ways,
            self.tr(
                "Squares in turn, or eyes, brows, nose, mouth, cheeks, forehead,"
                " jaw line and surroundings"
            ),
        )
        patch = NumberControl(
            self.tr("Patch"), 1, LARGEST_PATCH, slider_high=SLIDER_PATCH, unit=self.tr(" px")
        )
        self._number(
            group,
            "patch",
            self.tr("Patch"),
            patch,
            self.tr("Side of the hidden square, pixels of the network's input"),
        )
        self._stride = NumberControl(self.tr("Stride"), 1, LARGEST_PATCH, unit=self.tr(" px"))
        self._number(
            group,
            "stride",
            self.tr("Stride"),
            self._stride,
            self.tr(
                "Distance between squares, at most the patch: beyond it"
                " some pixels would never be hidden"
            ),
        )
        fills = [(name, worded(fill.words)) for name, fill in FILLS.items()]
        self._choice(
            group, "fill", self.tr("Fill"), fills, self.tr("What a hidden square or region shows")
        )
        modes = [
            ("drop", self.tr("Drop of the score")),
            ("printed", self.tr("255 x score, as printed")),
        ]
        self._choice(
            group,
            "mode",
            self.tr("Map"),
            modes,
            self.tr("How far the score falls when a region is hidden, or as the paper prints it"),
        )
        self._percent(
            group, "opacity", self.tr("Opacity"), 100, self.tr("Of the heat map over the face")
        )

    def _build_views(self) -> None:
        group = self._group(self.tr("Other views"), ("face_margin", "noise_scale"))
        self._percent(
            group,
            "face_margin",
            self.tr("Face margin"),
            200,
            self.tr(
                "Share of the face's box that is kept on every side where only the face is shown"
            ),
        )
        self._number(
            group,
            "noise_scale",
            self.tr("Noise scale"),
            NumberControl(self.tr("Noise scale"), 1, 200, decimals=1),
            self.tr("Brightness per grey level of luminance noise"),
        )

    def _build_program(self) -> None:
        group = self._group(self.tr("Scan and window"), ("frames", "theme", "language"))
        frames = QSpinBox()
        frames.setRange(1, 100_000)
        frames.setAccessibleName(self.tr("Frames of a scan"))
        frames.setSuffix(self.tr(" frames"))
        frames.valueChanged.connect(lambda value: self._on_changed("frames", value))
        self._show["frames"] = _silently(frames)
        self._row(
            group,
            self.tr("Scan"),
            frames,
            self.tr("Frames of a video that a scan looks at; for the next analysis"),
            (frames,),
        )
        self._used = label("", "warning")
        group.addWidget(self._used, group.rowCount(), 1)
        themes = [
            ("system", self.tr("Follow system")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        ]
        self._choice(group, "theme", self.tr("Theme"), themes, self.tr("Colours of the window"))
        self._choice(
            group,
            "language",
            self.tr("Language"),
            [("system", self.tr("Follow system")), *offered_languages()],
            self.tr("Language of the window, from the next start on; files stay English"),
        )
        self._restart = label(
            self.tr("The language changes when the program starts again."), "muted"
        )
        self._restart.hide()
        group.addWidget(self._restart, group.rowCount(), 1)

    def _group(self, title: str, names: Sequence[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 2 + 2)
        grid.setColumnStretch(1, 1)
        restore = QToolButton()
        restore.setText(self.tr("Restore defaults"))
        restore.setProperty("role", "flat")
        restore.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        restore.setAccessibleName(self.tr("Restore defaults of {}").format(title))
        restore.setToolTip(
            self.tr("Put the settings of this group back to what they were at first")
        )
        restore.clicked.connect(lambda: self._on_restore(names))
        head = QHBoxLayout()
        head.addWidget(label(title, "heading"), 1)
        head.addWidget(restore)
        grid.addLayout(head, 0, 0, 1, 2)
        self._layout.addLayout(grid)
        return grid

    def _number(
        self, group: QGridLayout, field: str, name: str, control: NumberControl, tip: str
    ) -> None:
        whole = isinstance(self._settings.value(field), int)
        control.changed.connect(
            lambda value: self._on_changed(field, round(value) if whole else value)
        )
        self._show[field] = control.set_value
        self._row(group, name, control, tip, control.parts())

    def _percent(self, group: QGridLayout, field: str, name: str, high: int, tip: str) -> None:
        control = NumberControl(name, 0, high, unit=self.tr(" %"))
        control.changed.connect(lambda value: self._on_changed(field, value / 100))
        self._show[field] = lambda share: control.set_value(100 * share)
        self._row(group, name, control, tip, control.parts())

    def _choice(
        self,
        group: QGridLayout,
        field: str,
        name: str,
        choices: Sequence[tuple[str, str]],
        tip: str,
    ) -> None:
        control = ChoiceControl(name, choices)
        control.chosen.connect(lambda value: self._on_changed(field, value))
        self._show[field] = control.set_value
        self._row(group, name, control, tip, (control,))

    def _row(
        self, group: QGridLayout, name: str, control: QWidget, tip: str, parts: Sequence[QWidget]
    ) -> None:
        row = group.rowCount()
        text = QLabel(name)
        text.setBuddy(parts[-1])
        text.setToolTip(tip)
        group.addWidget(text, row, 0)
        group.addWidget(control, row, 1)
        for part in parts:
            part.setToolTip(tip)
            part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            part.installEventFilter(self._guard)

    def _on_changed(self, field: str, value: float | str) -> None:
        settings = self._settings.with_value(field, value)
        if settings.stride > settings.patch:
            settings = msgspec.structs.replace(settings, stride=settings.patch)
        self._say(settings)

    def _on_restore(self, names: Sequence[str]) -> None:
        defaults, settings = AppSettings(), self._settings
        for name in names:
            settings = settings.with_value(name, defaults.value(name))
        self._say(settings)

    def _say(self, settings: AppSettings) -> None:
        if settings != self._settings:
            self._restart.setVisible(
                not self._restart.isHidden() or settings.language != self._settings.language
            )
            self.set_settings(settings)
            self.changed.emit(settings)


def _silently(field: QSpinBox) -> Callable[[int], None]:
    """Sets a field without its signal."""

    def show(value: int) -> None:
        with QSignalBlocker(field):
            field.setValue(value)

    return show
