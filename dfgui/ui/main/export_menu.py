"""What the Export menu does: ask for a folder, hand over what is shown, say what was written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QIODevice,
    QObject,
    QThreadPool,
    QUrl,
    Signal,
)
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

import dfgui
from dfgui.core.analysis_results import InspectSettings, Model, Report, ScanSettings, Tool
from dfgui.core.errors import AnalysisError
from dfgui.output.inspection import InspectionTool, write_inspection
from dfgui.services.exports import (
    Context,
    export_map,
    export_scan,
    export_screen,
    export_timeline,
    export_view,
)
from dfgui.services.frame_cache import ViewPicture
from dfgui.services.heat_maps import occlusion_settings
from dfgui.services.open_evidence import Item
from dfgui.worker.messages import Failed, Final, Inspected

if TYPE_CHECKING:
    from dfgui.ui.main.main_window import MainWindow

log = logging.getLogger(__name__)
Write = Callable[[], list[Path]]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Exporter", text)


class Exporter(QObject):
    """Writes what the window shows; the writing itself runs in a thread."""

    finished = Signal(object)
    """List of the files written, or the sentence that says why not."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._services = window, window.services
        self._threads = QThreadPool(self)
        self.finished.connect(self._on_finished)
        self.kinds: dict[str, Callable[[Path], Write | None]] = {
            "export_frame": self._frame, "export_view": self._view, "export_map": self._map,
            "export_timeline": self._timeline, "export_scan": self._scan,
        }  # fmt: skip
        for kind in self.kinds:
            window.actions_by_name[kind].triggered.connect(
                lambda _checked=False, kind=kind: self._ask(kind)
            )

    def _ask(self, kind: str) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, _tr("Export into the folder"))
        if folder:
            self.write(kind, Path(folder))

    def write(self, kind: str, folder: Path) -> None:
        """Write one kind of export into a folder; `finished` follows."""
        try:
            write = self.kinds[kind](folder)
        except AnalysisError as error:
            self.finished.emit(str(error))
        else:
            if write is not None:
                self._write(write)

    def _write(self, write: Write) -> None:
        def work() -> None:
            try:
                done: list[Path] | str = write()
            except AnalysisError as error:
                done = str(error)
            except Exception:
                log.exception("the export stopped")
                done = _tr(
                    "The export stopped because of a fault in the program; the log says where."
                )
            self.finished.emit(done)

        self._threads.start(work)

    def _on_finished(self, done: list[Path] | str) -> None:
        if isinstance(done, str):
            self._window.message(done)
            return
        folder = done[0].parent

        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        text = _tr("{} files were written to {}.").format(len(done), folder)
        self._window.message_bar.show_message(text, "info", [(_tr("Show folder"), show)])

    def _context(self, shown: ViewPicture | None = None, **extra: object) -> Context:
        """The context of the frame on screen, not of one asked for that still loads."""
        services, item, known = self._services, self._item(), self._window.evidence_facts
        shown = shown or self._window.views.panels[0].picture.shown
        index = shown.frame.index if shown else services.frame_cache.index
        pictures = [panel.picture.shown for panel in self._window.views.panels]
        sha256 = next(
            (
                one.frame.sha256
                for one in pictures
                if one and one.frame.index == index and one.frame.sha256
            ),
            None,
        )
        face = services.selection.face
        if shown is not None:
            extra["frame_type"] = shown.frame.type
        if face is not None and index == services.frame_cache.index:
            extra |= {
                "track": face.track,
                "box": face.box,
                "found": face.found,
                "score": face.score,
            }
        facts = services.frame_cache.facts
        return Context(
            path=item.path,
            sha256=known.sha256 if known else None,
            index=index,
            frame_sha256=sha256,
            pts_s=shown.frame.pts_s if shown else None,
            version=dfgui.__version__,
            engine=services.open_evidence.engine,
            model=services.package.card.name,
            model_sha256=services.package.sha256,
            settings=services.settings,
            extra=extra
            | {
                "input_size": services.package.card.input_size,
                "warnings": facts.warnings if facts else (),
            },
        )

    def _item(self) -> Item:
        item = self._services.selection.item
        if item is None:
            raise AnalysisError(_tr("No evidence is open; open a file first (Ctrl+O)."))
        return item

    def _view(self, folder: Path) -> Write:
        panel = self._window.views.current
        shown = panel.picture.shown
        if shown is None:
            raise AnalysisError(_tr("This view shows no picture; choose another view."))
        context, screen, content = self._context(shown), png_of(panel), panel.content

        def write() -> list[Path]:
            written = export_view(shown.picture, shown.values, shown.settings, context, folder)
            return written + export_screen(screen, content, context, folder)

        return write

    def _map(self, folder: Path) -> Write:
        services, context = self._services, self._context()
        heat, cut = services.heat_maps.heat, services.face_cut.cut
        if heat is None or cut is None or heat.index != context.index:
            raise AnalysisError(_tr("There is no heat map of this frame; make one first (O)."))
        return lambda: export_map(heat, np.asarray(cut.crop.numpy(), np.uint8), context, folder)

    def _timeline(self, folder: Path) -> Write:
        item, timeline, hidden = self._item(), self._window.timeline, self._services.hidden_region
        tracks = item.result.tracks if item.result else ()
        region = hidden.region.box if hidden.region else None
        context, curve = self._context(region=region), hidden.curve
        png, svg, track = (
            timeline.picture("png"),
            timeline.picture("svg"),
            self._services.selection.track if curve else None,
        )
        return lambda: export_timeline(
            png, svg, item.frames, curve, tracks, context, folder, region_track=track
        )

    def _scan(self, folder: Path) -> Write:
        report, context = self.report(), self._context()
        return lambda: export_scan(report, context, folder)

    def report(self) -> Report:
        """The result of the chosen file, as `scan --json` gives it."""
        services, item = self._services, self._item()
        if item.result is None:
            raise AnalysisError(
                _tr("The analysis of this file has no result yet; wait for its end.")
            )
        settings = item.settings or ScanSettings(services.settings.frames)
        tool = Tool(
            dfgui.__version__,
            services.open_evidence.engine,
            "f32",
            Model.of(services.package),
            settings,
        )
        return Report("dfgui.scan/2", tool, (item.result,))

    def _frame(self, folder: Path) -> None:
        """Inspect the frame again in a worker, with the exact map.

        The evidence is hashed before and after.
        """
        services, item, face = self._services, self._item(), self._services.selection.face
        if face is None:
            raise AnalysisError(
                _tr("No face is chosen in this frame; click one, or draw a box by hand (D).")
            )
        settings = InspectSettings(
            frame=services.frame_cache.index,
            box=face.box,
            occlusion=occlusion_settings(services.settings),
            ela=services.settings.ela,
        )
        tool = InspectionTool(
            dfgui.__version__, services.open_evidence.engine, Model.of(services.package)
        )
        self._window.statusBar().showMessage(_tr("Exporting..."))

        def then(answer: Final) -> None:
            self._window.statusBar().clearMessage()
            if isinstance(answer, Inspected):
                self._write(lambda: write_inspection(answer.result, settings, tool, folder))
            elif isinstance(answer, Failed):
                self.finished.emit(answer.sentence)

        services.face_queries.inspect(item.path, settings, then)


def png_of(widget: QWidget) -> bytes:
    """What the screen shows of a widget."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(data.data())
