"""What the Export menu does: ask for a folder, hand over what is shown, say what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import kept_folder
from dfgui.services.export.exporter import Exporter
from dfgui.ui.main.parts import Parts


class ExportMenu(QObject):
    """Asks where to, and shows how an export ended.

    Args:
        parts: of the window, for their pictures.
        services: know what there is to export.
        actions: of the window, by name.

    Attributes:
        exporter: does the work.
        kinds: what each action exports into a folder.
    """

    def __init__(self, parts: Parts, services: AppServices, actions: Mapping[str, QAction]) -> None:
        super().__init__(parts.window)
        self._parts, self._services = parts, services
        self.exporter = Exporter(services, lambda: parts.views.pictures, self)
        self.exporter.finished.connect(self._on_finished)
        self.exporter.inspecting.connect(
            lambda is_on: parts.say(self.tr("Exporting...") if is_on else "")
        )
        self.kinds: dict[str, Callable[[Path], None]] = {
            "export_frame": self.exporter.export_frame,
            "export_view": self._export_view,
            "export_map": self.exporter.export_map,
            "export_timeline": self._export_timeline,
            "export_scan": self.exporter.export_scan,
        }
        for kind in self.kinds:
            actions[kind].triggered.connect(lambda _checked=False, kind=kind: self._ask(kind))

    def _ask(self, kind: str) -> None:
        folder = QFileDialog.getExistingDirectory(
            self._parts.window,
            self.tr("Choose an export folder"),
            self._services.settings.export_folder,
        )
        if folder:
            self._services.change(export_folder=kept_folder(Path(folder)))
            self.kinds[kind](Path(folder))

    def _export_view(self, folder: Path) -> None:
        views, panel = self._parts.views, self._parts.views.current
        self.exporter.export_view(views.panels.index(panel), panel.content, png_of(panel), folder)

    def _export_timeline(self, folder: Path) -> None:
        timeline = self._parts.timeline
        self.exporter.export_timeline(timeline.picture("png"), timeline.picture("svg"), folder)

    def _on_finished(self, done: list[Path] | str) -> None:
        if isinstance(done, str):
            self._parts.warn(done)
            return
        folder = done[0].parent

        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        text = self.tr("{} files were written to {}.").format(len(done), folder)
        self._parts.message_bar.show_message(text, "info", [(self.tr("Show folder"), show)])


def png_of(widget: QWidget) -> bytes:
    """What the screen shows of a widget."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(data.data())
