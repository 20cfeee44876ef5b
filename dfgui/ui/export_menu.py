"""What the entries of the Export menu do: ask for a folder, hand over what is shown, say what was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

import dfgui
from dfgui.core.errors import AnalysisError
from dfgui.core.results import ElaSettings, InspectSettings, Model, Report, ScanSettings, Tool
from dfgui.output import InspectionTool, write_inspection
from dfgui.services.exports import Context, export_map, export_scan, export_screen, export_timeline, export_view
from dfgui.services.session import Item
from dfgui.worker.messages import Failed, Final, Inspected

if TYPE_CHECKING:
    from dfgui.ui.main_window import MainWindow


def _tr(text: str) -> str:
    return QCoreApplication.translate("Exporter", text)


class Exporter:
    """Writes what the window shows."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._bench = window, window.bench
        does: dict[str, Callable[[Path], list[Path] | None]] = {
            "export_frame": self._frame, "export_view": self._view, "export_map": self._map,
            "export_timeline": self._timeline, "export_scan": self._scan,
        }  # fmt: skip
        for name, do in does.items():
            window.actions_by_name[name].triggered.connect(lambda _checked=False, do=do: self._export(do))

    def _export(self, do: Callable[[Path], list[Path] | None]) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, _tr("Export into the folder"))
        if folder:
            self.write(do, Path(folder))

    def write(self, do: Callable[[Path], list[Path] | None], folder: Path) -> None:
        """Write into a folder, and say what was written or why not."""
        try:
            written = do(folder)
        except AnalysisError as error:
            self._window.message(str(error))
        else:
            if written is not None:
                self._say(written)

    def _say(self, written: list[Path]) -> None:
        folder = written[0].parent
        text = _tr("{} files were written to {}.").format(len(written), folder)

        def show() -> None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

        self._window.message_bar.show_message(text, "info", [(_tr("Show folder"), show)])

    def _context(self, **extra: object) -> Context:
        bench, item = self._bench, self._item()
        shown = self._window.views.panels[0].picture.shown
        known = self._window.evidence_facts
        index = bench.viewer.index
        shown_hash = next(
            (view.sha256 for panel in self._window.views.panels if (view := panel.picture.shown) and view.index == index and view.sha256),
            None,
        )
        return Context(
            path=item.path, sha256=known.sha256 if known else None, index=index, frame_sha256=shown_hash,
            pts_s=shown.pts_s if shown else None, version=dfgui.__version__, engine=bench.session.engine,
            model=bench.package.card.name, model_sha256=bench.package.sha256, settings=bench.settings, extra=extra,
        )  # fmt: skip

    def _item(self) -> Item:
        item = self._bench.examination.item
        if item is None:
            raise AnalysisError(_tr("No evidence is open; open a file first (Ctrl+O)."))
        return item

    def _view(self, folder: Path) -> list[Path]:
        panel = self._window.views.current
        shown = panel.picture.shown
        if shown is None:
            raise AnalysisError(_tr("This view shows no picture; choose another view."))
        context = self._context()
        written = export_view(shown.picture, shown.values, shown.settings, context, folder)
        return written + export_screen(png_of(panel), panel.content, context, folder)

    def _map(self, folder: Path) -> list[Path]:
        examination = self._bench.examination
        if examination.heat is None or examination.cut is None:
            raise AnalysisError(_tr("There is no heat map; make one first (O)."))
        return export_map(examination.heat, np.asarray(examination.cut.crop.numpy(), np.uint8), self._context(), folder)

    def _timeline(self, folder: Path) -> list[Path]:
        item, timeline, examination = self._item(), self._window.timeline, self._bench.examination
        tracks = item.result.tracks if item.result else ()
        region = examination.region.box if examination.region else None
        return export_timeline(
            timeline.picture("png"), timeline.picture("svg"), item.frames, examination.curve, tracks, self._context(region=region), folder,
            region_track=examination.track if examination.curve else None,
        )  # fmt: skip

    def _scan(self, folder: Path) -> list[Path]:
        return export_scan(self.report(), self._context(), folder)

    def report(self) -> Report:
        """The result of the chosen file, as `scan --json` gives it."""
        bench, item = self._bench, self._item()
        if item.result is None:
            raise AnalysisError(_tr("The analysis of this file has no result yet; wait for its end."))
        settings = item.settings or ScanSettings(bench.settings.frames)
        model = Model(bench.package.card.name, bench.package.sha256, bench.package.card.input_size)
        return Report("dfgui.scan/1", Tool(dfgui.__version__, bench.session.engine, "f32", model, settings), (item.result,))

    def _frame(self, folder: Path) -> None:
        """Take the frame apart anew in a worker, with the exact map; the evidence is hashed before and after."""
        bench, item, face = self._bench, self._item(), self._bench.examination.face
        if face is None:
            raise AnalysisError(_tr("No face is chosen in this frame; click one, or draw a box by hand (D)."))
        settings = InspectSettings(
            frame=bench.viewer.index, box=face.box, occlusion=bench.examination.occlusion(),
            ela=ElaSettings(bench.settings.ela_quality, bench.settings.ela_scale),
        )  # fmt: skip
        tool = InspectionTool(
            dfgui.__version__, bench.session.engine, Model(bench.package.card.name, bench.package.sha256, bench.package.card.input_size)
        )
        self._window.statusBar().showMessage(_tr("Exporting..."))

        def then(answer: Final) -> None:
            self._window.statusBar().clearMessage()
            if isinstance(answer, Inspected):
                self.write(lambda place: write_inspection(answer.result, settings, tool, place), folder)
            elif isinstance(answer, Failed):
                self._window.message(answer.sentence)

        bench.analyst.inspect(item.path, settings, then)


def png_of(widget: QWidget) -> bytes:
    """What the screen shows of a widget."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    widget.grab().save(buffer, "PNG")
    return bytes(data.data())
