"""The window: its parts, its colours and layout, the files opened in it, and its end."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QMoveEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dfgui.core.values import ThemeName
from dfgui.resources import demo_clips
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import AppSettings
from dfgui.services.availability import Availability
from dfgui.ui.evidence.evidence_list import EvidenceList
from dfgui.ui.evidence.start_page import StartPage
from dfgui.ui.inspector.inspector import Inspector
from dfgui.ui.main.actions import Actions
from dfgui.ui.main.commands import Commands
from dfgui.ui.main.dialogs import Dialogs
from dfgui.ui.main.export_menu import ExportMenu
from dfgui.ui.main.menus import Menus
from dfgui.ui.main.message_bar import MessageBar
from dfgui.ui.main.panels import Panels
from dfgui.ui.main.parts import Parts
from dfgui.ui.main.presenter import Presenter
from dfgui.ui.timeline.timeline import Timeline
from dfgui.ui.timeline.transport import Transport
from dfgui.ui.viewer.views import ViewGrid
from dfgui.ui.widgets.theme import SPACE, apply_theme, system_theme

SMALLEST = QSize(800, 500)
PREFERRED = QSize(1600, 1000)
FRAME = QSize(16, 48)  # what a desktop puts around a window, at most
LIST_WIDTH, INSPECTOR_WIDTH, TIMELINE_HEIGHT = 220, 330, 190
REMEMBER_MS = 200  # after the last move of a border: it moves many times a second


class MainWindow(QMainWindow):
    """The main window over its services.

    Args:
        services: what it works with; the window closes them when it closes.

    Attributes:
        actions_by_name: what can be done.
        menus: the menus of these actions.
        dialogs: what opens next to the window.
        presenter: shows what the services say.
        start: the first screen, while no file is open.
        commands: passes what the person does to the services.
        export_menu: writes files.
        panels: which of list, inspector and timeline are shown.
    """

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self.services = services
        self._theme_name: ThemeName | None = None
        self._build_ui()
        for part in self.findChildren(QWidget):
            # Files are opened wherever they are dropped, also on plots and texts.
            part.setAcceptDrops(False)
        parts = Parts(
            self,
            self.message_bar,
            self.evidence,
            self.views,
            self.timeline,
            self.transport,
            self.inspector,
            self.frame_line,
        )
        self.actions_by_name = Actions(self)
        self.menus = Menus(self, self.actions_by_name)
        self.dialogs = Dialogs(self, services, self.actions_by_name.groups, self.message_bar)
        self.presenter = Presenter(parts, services, self.actions_by_name)
        self.panels = Panels(parts, self.columns, services, self.actions_by_name)
        self.commands = Commands(
            parts, services, self.actions_by_name, self.menus, self.dialogs, self.panels
        )
        self.export_menu = ExportMenu(parts, services, self.actions_by_name)
        self._connect_start()
        services.settings_changed.connect(self._use_settings)
        self._use_settings(services.settings)
        self.presenter.show_package(services.package)
        self._restore_layout()
        self._remember_layout()
        self.presenter.show_chosen(None)
        availability = Availability(services, self)
        availability.changed.connect(self.actions_by_name.enable)
        self.dialogs.offer_drafts()

    # -- what it is made of

    def _build_ui(self) -> None:
        self.setWindowTitle("dfgui")
        room = self.screen().availableSize() - FRAME
        self.setMinimumSize(SMALLEST.boundedTo(room))
        self.resize(PREFERRED.boundedTo(room))
        self.setAcceptDrops(True)
        self.evidence = EvidenceList()
        self.views = ViewGrid()
        self.message_bar = MessageBar(self.views)
        self.timeline = Timeline()
        self.transport = Transport()
        self.inspector = Inspector()
        self.columns = self._build_columns(self._build_centre())
        self.start = StartPage()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start)
        self._pages.addWidget(self.columns)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(SPACE // 2, 0, SPACE // 2, 0)
        rows.setSpacing(SPACE // 2)
        rows.addWidget(self._pages, 1)
        rows.addWidget(self.transport)
        self.setCentralWidget(whole)
        self.frame_line = QLabel()
        self.frame_line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.frame_line.setAccessibleName(self.tr("The frame that is shown"))
        self.statusBar().addPermanentWidget(self.frame_line)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().messageChanged.connect(self._on_status)

    def _on_status(self, sentence: str) -> None:
        """Give a sentence the whole line if both do not fit: the frame's facts stand elsewhere."""
        wide = self.statusBar().fontMetrics().horizontalAdvance(sentence) + 4 * SPACE
        self.frame_line.setVisible(
            not sentence or wide + self.frame_line.sizeHint().width() <= self.width()
        )

    def _build_centre(self) -> QWidget:
        """Views over timeline."""
        self.middle = _splitter(
            Qt.Orientation.Vertical, self.views, self.timeline, grows=self.views
        )
        self.middle.setSizes([PREFERRED.height() - TIMELINE_HEIGHT, TIMELINE_HEIGHT])
        return self.middle

    def _build_columns(self, centre: QWidget) -> QSplitter:
        columns = _splitter(
            Qt.Orientation.Horizontal, self.evidence, centre, self.inspector, grows=centre
        )
        columns.setSizes(
            [LIST_WIDTH, PREFERRED.width() - LIST_WIDTH - INSPECTOR_WIDTH, INSPECTOR_WIDTH]
        )
        return columns

    def _connect_start(self) -> None:
        self.start.open_requested.connect(self.dialogs.ask_for_files)
        self.start.demo_requested.connect(lambda: self.open([str(one) for one in demo_clips()]))
        self.start.meaning_requested.connect(lambda: self.dialogs.show_help("verdict"))
        evidence = self.services.open_evidence
        for signal in (evidence.added, evidence.removed):
            signal.connect(lambda _number: self._show_start())
        self._show_start()

    def _show_start(self) -> None:
        """Show the first screen while no file is open, else the file."""
        is_empty = not self.services.open_evidence.items
        self._pages.setCurrentWidget(self.start if is_empty else self.columns)
        self.message_bar.put_over(self.start if is_empty else self.views)
        self.transport.setVisible(not is_empty)
        self.statusBar().setVisible(not is_empty)

    def _use_settings(self, settings: AppSettings) -> None:
        name: ThemeName = system_theme() if settings.theme == "system" else settings.theme
        app = QApplication.instance()
        if isinstance(app, QApplication) and self._theme_name != name:
            self._theme_name = name
            theme = apply_theme(app, name)
            for part in (
                self.message_bar,
                self.evidence,
                self.views,
                self.timeline,
                self.transport,
                self.inspector,
                self.dialogs,
            ):
                part.set_theme(theme)
        self.views.set_settings(settings)
        self.inspector.settings.set_settings(settings)
        self.actions_by_name["linked"].setChecked(settings.linked)
        self.menus.show_settings(settings)

    def _restore_layout(self) -> None:
        parts = self.services.settings.layout.split(",")
        try:
            states = [QByteArray(base64.b64decode(part)) for part in parts]
        except ValueError:  # somebody edited the file of settings
            return
        self.restoreGeometry(states[0])
        for splitter, state in zip(self._splitters, states[1:], strict=False):
            splitter.restoreState(state)

    def _layout(self) -> str:
        states = [self.saveGeometry(), *(splitter.saveState() for splitter in self._splitters)]
        return ",".join(base64.b64encode(state.data()).decode() for state in states)

    @property
    def _splitters(self) -> tuple[QSplitter, ...]:
        """Those whose borders are remembered."""
        return self.columns, self.middle, self.inspector.splitter, self.views.splitter

    def _remember_layout(self) -> None:
        """Write the layout down whenever it changed, not only at the end."""
        self._moved = QTimer(self, singleShot=True, interval=REMEMBER_MS)
        self._moved.timeout.connect(lambda: self.services.change(layout=self._layout()))
        for splitter in self._splitters:
            splitter.splitterMoved.connect(lambda *_: self._moved.start())

    # -- what others ask of it

    def open(self, paths: Sequence[str]) -> None:
        """Open files and folders, and show the first of them."""
        self.commands.open(paths)

    def go_to(self, index: int) -> None:
        """Show a frame."""
        self.services.player.go_to(index)

    def make_map(self) -> None:
        """Make the heat map of the chosen face."""
        self.commands.make_map()

    def message(self, sentence: str) -> None:
        """Tell the person something, in a sentence."""
        self.message_bar.show_message(sentence, "warning")

    def is_settled(self) -> bool:
        """Whether nothing is under way for the chosen file."""
        return self.services.is_settled

    # -- events

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files may be dropped anywhere on the window."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open(paths)

    def event(self, event: QEvent) -> bool:
        """Leave Space to a button that has the keyboard: it would play instead of pressing it."""
        is_space = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and is_space
            and isinstance(QApplication.focusWidget(), QAbstractButton)
        ):
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fold what has no room."""
        super().resizeEvent(event)
        self.panels.fit()
        self._moved.start()

    def moveEvent(self, event: QMoveEvent) -> None:  # noqa: N802 - Qt's name
        """Remember the place on the screen."""
        super().moveEvent(event)
        self._moved.start()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the desktop's colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ThemeChange and self.services.settings.theme == "system":
            self._use_settings(self.services.settings)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask about notes that were not saved, then end every worker."""
        if not self.dialogs.may_close():
            event.ignore()
            return
        self._moved.stop()
        self.services.change(layout=self._layout())
        self.dialogs.close()
        self.services.close()
        super().closeEvent(event)


def _splitter(direction: Qt.Orientation, *widgets: QWidget, grows: QWidget) -> QSplitter:
    """Widgets side by side; one of them takes the room that the window gains."""
    splitter = QSplitter(direction)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(SPACE // 2)
    for place, widget in enumerate(widgets):
        splitter.addWidget(widget)
        splitter.setStretchFactor(place, int(widget is grows))
    return splitter
