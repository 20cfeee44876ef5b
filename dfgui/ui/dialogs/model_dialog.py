"""The dialog of model packages: which there are, what each card says, and which one scores."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.faces.check_card import FaceCheckPackage
from dfgui.core.network.package import ModelPackage
from dfgui.services.training.packages import AnyPackage
from dfgui.ui.dialogs.card_view import CardPage, CardView, CheckView, IntervalBar, text_label
from dfgui.ui.dialogs.ratio_plots import RatioPlots
from dfgui.ui.widgets.language import worded
from dfgui.ui.widgets.theme import LIGHT, SPACE, Theme

Package = tuple[str, AnyPackage]


class ModelDialog(QDialog):
    """Lists model packages with their cards and lets the user choose one.

    `model_chosen` carries the name that a package was given with; `folder_requested` asks for a
    folder dialog.

    Args:
        packages: the name or folder of each, and the package or the sentence that says why it was
            refused.
        chosen: the name of the one that scores now.
        parent: the window.
    """

    model_chosen = Signal(str)
    folder_requested = Signal()

    def __init__(
        self, packages: Sequence[Package], chosen: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model packages"))
        self._theme = LIGHT
        self._build_ui()
        self._connect()
        self.set_packages(packages, chosen)
        self.resize(900, 620)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        for interval in self.findChildren(IntervalBar):
            interval.set_theme(theme)
        for plots in self.findChildren(RatioPlots):
            plots.set_theme(theme)

    def set_packages(self, packages: Sequence[Package], chosen: str) -> None:
        """Show these packages; arguments as for the dialog."""
        self._packages, self._chosen = dict(packages), chosen
        names = [name for name, _ in packages]
        with QSignalBlocker(self._list):
            self._list.clear()
            for name, package in packages:
                item = QListWidgetItem(self._line(name, package))
                item.setData(Qt.ItemDataRole.UserRole, name)
                item.setToolTip(name)
                self._list.addItem(item)
            self._list.setCurrentRow(
                names.index(chosen) if chosen in names else min(0, len(names) - 1)
            )
        self._on_row_changed(self._list.currentRow())

    def _build_ui(self) -> None:
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Model packages"))
        self._list.setWordWrap(True)
        self._list.setStyleSheet(
            "QListView { padding: 2px; outline: none; } QListView::item { padding: 5px 6px;"
            " border-radius: 4px; }"
        )
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.tr("Card of the model package"))
        frame = QFrame()
        frame.setProperty("role", "panel")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self._area)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._list)
        split.addWidget(frame)
        split.setSizes([210, 660])
        split.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(SPACE + SPACE // 2)
        layout.addWidget(split, 1)
        layout.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self._folder = self._button(
            self.tr("Add package..."), self.tr("Use a model package from a folder")
        )
        self._use = self._button(
            self.tr("Use this network"),
            self.tr("Score with this network; what is open is analysed again"),
        )
        self._close = self._button(self.tr("Close"), self.tr("Close (Esc)"))
        buttons = QHBoxLayout()
        buttons.addWidget(self._folder)
        buttons.addStretch()
        buttons.addWidget(self._close)
        buttons.addWidget(self._use)
        return buttons

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        return button

    def _connect(self) -> None:
        self._list.currentRowChanged.connect(self._on_row_changed)
        self._list.itemActivated.connect(self._on_use)
        self._folder.clicked.connect(self.folder_requested)
        self._use.clicked.connect(self._on_use)
        self._close.clicked.connect(self.reject)

    def _line(self, name: str, package: AnyPackage) -> str:
        if isinstance(package, FaceCheckPackage):
            return self.tr("{}\nversion {}, check of faces").format(
                package.card.name, package.card.version
            )
        if isinstance(package, str):
            return self.tr("{}\nrefused").format(name)
        in_use = self.tr(", in use") if name == self._chosen else ""
        return self.tr("{}\nversion {}{}").format(package.card.name, package.card.version, in_use)

    def _on_row_changed(self, row: int) -> None:
        package = None if row < 0 else self._packages[self._name()]
        if isinstance(package, ModelPackage | FaceCheckPackage):
            self._area.setWidget(self._card(package))
        else:
            nothing = self.tr("There is no model package. Open the folder of one to score with it.")
            self._area.setWidget(_refusal(nothing if package is None else package))
        usable = isinstance(package, ModelPackage) and self._name() != self._chosen
        self._use.setEnabled(usable)
        self._use.setDefault(usable)

    def _card(self, package: ModelPackage | FaceCheckPackage) -> CardPage:
        return (
            CardView(package, self._theme)
            if isinstance(package, ModelPackage)
            else CheckView(package, self._theme)
        )

    def _on_use(self) -> None:
        if self._use.isEnabled():
            self.model_chosen.emit(self._name())
            self.accept()

    def _name(self) -> str:
        return str(self._list.currentItem().data(Qt.ItemDataRole.UserRole))


def _refusal(sentence: str) -> QWidget:
    page = QWidget()
    label = text_label(worded(sentence), "warning")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
    layout.addWidget(label)
    return page
