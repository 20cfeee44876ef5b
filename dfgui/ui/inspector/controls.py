"""The controls of settings: a number with a slider, and one of a few values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QSlider, QSpinBox, QWidget

from dfgui.ui.widgets.theme import SPACE


class NumberControl(QWidget):
    """A slider and a field for one number; both signal a new value while dragged or typed in.

    Args:
        name: for the accessible names.
        low: least value.
        high: largest value.
        slider_high: where the slider ends; the field continues to `high`.
        unit: behind the number.
        decimals: of the field; a step of the slider is the last of them.
    """

    changed = Signal(float)

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        *,
        slider_high: float | None = None,
        unit: str = "",
        decimals: int = 0,
    ) -> None:
        super().__init__()
        self._steps = 10**decimals
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(round(low * self._steps), round((slider_high or high) * self._steps))
        self._slider.setPageStep(max(1, (self._slider.maximum() - self._slider.minimum()) // 10))
        self._field: QSpinBox | QDoubleSpinBox = QDoubleSpinBox() if decimals else QSpinBox()
        if isinstance(self._field, QDoubleSpinBox):
            self._field.setDecimals(decimals)
            self._field.setRange(low, high)
        else:
            self._field.setRange(round(low), round(high))
        self._field.setSuffix(unit)
        # One width for all fields, that of the longest: sliders below each other then end in one
        # line.
        self._field.setMinimumWidth(
            self._field.fontMetrics().horizontalAdvance("1024 px") + 5 * SPACE
        )
        for part, kind in ((self._slider, self.tr("{}, slider")), (self._field, "{}")):
            part.setAccessibleName(kind.format(name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._field)
        self._slider.valueChanged.connect(self._on_slider)
        self._field.valueChanged.connect(self._on_field)

    @property
    def value(self) -> float:
        """What the field shows."""
        return self._field.value()

    def set_value(self, value: float) -> None:
        """Show a value without a signal."""
        with QSignalBlocker(self._field), QSignalBlocker(self._slider):
            self._put(value)
            self._slider.setValue(round(value * self._steps))

    def set_high(self, high: int) -> None:
        """Set another largest value; a value above it becomes it, without a signal."""
        with QSignalBlocker(self._field), QSignalBlocker(self._slider):
            self._field.setMaximum(high)
            self._slider.setMaximum(high * self._steps)

    def parts(self) -> tuple[QWidget, QWidget]:
        """Slider and field."""
        return self._slider, self._field

    def _put(self, value: float) -> None:
        if isinstance(self._field, QDoubleSpinBox):
            self._field.setValue(value)
        else:
            self._field.setValue(round(value))

    def _on_slider(self, steps: int) -> None:
        with QSignalBlocker(self._field):
            self._put(steps / self._steps)
        self.changed.emit(self.value)

    def _on_field(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(value * self._steps))
        self.changed.emit(self.value)


class ChoiceControl(QComboBox):
    """One of a few values, each with its words."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        for value, words in choices:
            self.addItem(words, value)
        self.currentIndexChanged.connect(lambda index: self.chosen.emit(self.itemData(index)))

    def set_value(self, value: str) -> None:
        """Show a value without a signal."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(value))
