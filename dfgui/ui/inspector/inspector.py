"""The right column as a whole: the verdict above, and below it six tabs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from dfgui.ui.inspector.audio_page import AudioPage
from dfgui.ui.inspector.file_page import FilePage
from dfgui.ui.inspector.frame_page import FramePage
from dfgui.ui.inspector.notes_page import NotesPage
from dfgui.ui.inspector.pixels_page import PixelsPage
from dfgui.ui.inspector.settings_page import SettingsPage
from dfgui.ui.inspector.verdict import VerdictPanel
from dfgui.ui.widgets.fields import scrolled
from dfgui.ui.widgets.theme import SPACE, Theme


class Inspector(QWidget):
    """Puts the pages together; the window talks to each of them.

    Attributes:
        verdict: the panel above.
        frame: first tab.
        settings: second tab.
        pixels: third tab.
        audio: fourth tab.
        file: fifth tab.
        notes: sixth tab.
        tabs: the six.
        splitter: between verdict and tabs; its state belongs to the layout that is remembered.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = VerdictPanel()
        self.frame = FramePage()
        self.settings = SettingsPage()
        self.pixels = PixelsPage()
        self.audio = AudioPage()
        self.file = FilePage()
        self.notes = NotesPage()
        self._build_ui()

    def set_theme(self, theme: Theme) -> None:
        """Use a theme's colours wherever they are painted."""
        for part in (self.verdict, self.settings, self.pixels, self.audio):
            part.set_theme(theme)

    def show_page(self, page: QWidget) -> None:
        """Bring one of the six pages to the front."""
        self.tabs.setCurrentIndex(self._pages.index(page))

    @property
    def page(self) -> QWidget:
        """The page in front."""
        return self._pages[self.tabs.currentIndex()]

    def _build_ui(self) -> None:
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        bar = self.tabs.tabBar()
        bar.setDrawBase(False)
        bar.setExpanding(True)
        bar.setUsesScrollButtons(False)
        bar.setElideMode(Qt.TextElideMode.ElideNone)
        bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        bar.setAccessibleName(self.tr("Pages of the inspector"))
        # Six names side by side in a column of 300 pixels leave no more room than this.
        bar.setStyleSheet("QTabBar::tab { padding: 5px 3px; }")
        # The sound is taller than its share of a small window; other pages scroll by themselves.
        self._pages: list[QWidget] = []
        for page, name, tip in (
            (
                self.frame,
                self.tr("Frame"),
                self.tr("Number, time, type and hash of the frame, and its faces"),
            ),
            (self.settings, self.tr("Settings"), self.tr("Error levels, occlusion, scan, colours")),
            (
                self.pixels,
                self.tr("Pixels"),
                self.tr("Colours and noise of the face against the background"),
            ),
            (self.audio, self.tr("Audio"), self.tr("Waveform and spectrogram")),
            (self.file, self.tr("File"), self.tr("Hash, container, streams, warnings, model")),
            (self.notes, self.tr("Notes"), self.tr("Bookmarks and notes")),
        ):
            place = scrolled(page) if page is self.audio else page
            self._pages.append(page)
            self.tabs.setTabToolTip(self.tabs.addTab(place, name), tip)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        for part in (self.verdict, self.tabs):
            self.splitter.addWidget(part)
        # Shares of the height: what the tabs would like to have must not squeeze the verdict.
        self.splitter.setSizes([550, 450])
        self.splitter.setStretchFactor(0, 55)
        self.splitter.setStretchFactor(1, 45)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.setMinimumWidth(max(300, bar.sizeHint().width() + SPACE))
