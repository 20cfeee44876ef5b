"""Exports of what the window shows: whether they can be made, with which settings, and where to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import numpy as np
from PySide6.QtCore import QObject, QThreadPool, Signal

import dfgui
from dfgui.core.analysis_results import (
    SCORE_PRECISION,
    InspectSettings,
    Model,
    Report,
    ScanSettings,
    Tool,
)
from dfgui.core.display.contents import CONTENTS
from dfgui.core.errors import AnalysisError
from dfgui.core.sentences import Sentence
from dfgui.output.inspection import InspectionTool, write_inspection
from dfgui.services.app_services import AppServices
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import ViewPicture
from dfgui.services.evidence.open_evidence import Item
from dfgui.services.evidence.selection import BY_HAND
from dfgui.services.export.exports import (
    Context,
    export_map,
    export_scan,
    export_screen,
    export_timeline,
    export_view,
)
from dfgui.services.faces.heat_maps import HeatMap, occlusion_settings
from dfgui.worker.messages import Failed, Final, Hashed, Inspected

log = logging.getLogger(__name__)
Write = Callable[[], list[Path]]
Prepare = Callable[[], Write | None]
UNKNOWN_HASH = Sentence(
    "The file's hash is not known yet, so nothing was exported; export again once it is."
)


class Exporter(QObject):
    """Writes what the window shows; the writing itself runs in a thread.

    Args:
        services: know what there is to export.
        pictures: gives what each view shows now.
        parent: owner.
    """

    finished = Signal(object)
    """List of the files written, or the sentence that says why not."""
    inspecting = Signal(bool)
    """Whether a worker takes a frame apart for an export."""

    def __init__(
        self,
        services: AppServices,
        pictures: Callable[[], Sequence[ViewPicture | None]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._pictures = services, pictures
        self._threads = QThreadPool(self)

    def export_view(self, view: int, content: str, screen: bytes, folder: Path) -> None:
        """Write the picture of a view, its values, and `screen`: a PNG of what is on screen."""
        self._begin(lambda: self._view(view, content, screen, folder))

    def export_map(self, folder: Path) -> None:
        """Write the heat map of the chosen face."""
        self._begin(lambda: self._map(folder))

    def export_timeline(self, png: bytes, svg: bytes, folder: Path) -> None:
        """Write the timeline; the pictures of it are given."""
        self._begin(lambda: self._timeline(png, svg, folder))

    def export_scan(self, folder: Path) -> None:
        """Write the results of the chosen file as `dfgui scan` does."""
        self._begin(lambda: self._scan(folder))

    def export_frame(self, folder: Path) -> None:
        """Take the frame apart again in a worker, with the exact map, and write that.

        The evidence is hashed again after it.
        """
        self._begin(lambda: self._frame(folder))

    def report(self) -> Report:
        """The result of the chosen file, as `scan --json` gives it."""
        services, item = self._services, self._item()
        if item.result is None:
            raise AnalysisError("The analysis of this file has no result yet; wait for its end.")
        tool = Tool(
            dfgui.__version__,
            services.open_evidence.engine,
            SCORE_PRECISION,
            Model.of(services.package),
            item.settings or ScanSettings(services.settings.frames),
        )
        return Report("dfgui.scan/2", tool, (item.result,))

    def _begin(self, prepare: Prepare) -> None:
        """Gather what is written while the window holds still; `finished` follows."""
        try:
            write = prepare()
        except AnalysisError as error:
            self.finished.emit(error.sentence)
        else:
            if write is not None:
                self._write_if_unchanged(write)

    def _write_if_unchanged(self, write: Write) -> None:
        """Hash the evidence again, and write only if it is what it was when it was opened."""
        item = self._item()
        if (evidence := item.evidence) is None:
            self.finished.emit(UNKNOWN_HASH)
            return

        def then(answer: Final) -> None:
            if isinstance(answer, Failed):
                self.finished.emit(answer.sentence)
            elif isinstance(answer, Hashed):
                if evidence.sha256 == answer.evidence.sha256:
                    self._write(write)
                else:
                    self.finished.emit(_changed(item.path))
            else:
                self.finished.emit(
                    self.tr("Nothing was written, since hashing the file again was called off.")
                )

        self._services.frame_cache.hash_again(item.path, then)

    def _write(self, write: Write) -> None:
        def work() -> None:
            try:
                done: list[Path] | str = write()
            except AnalysisError as error:
                done = error.sentence
            except Exception:
                log.exception("the export stopped")
                done = self.tr(
                    "The export stopped because of a fault in the program; the log says where."
                )
            self.finished.emit(done)

        self._threads.start(work)

    def _context(
        self,
        shown: ViewPicture | None = None,
        heat: HeatMap | None = None,
        layers: Mapping[str, object] = MappingProxyType({}),
    ) -> Context:
        """The context of the frame on screen, not of one asked for that still loads."""
        settings = _as_made(self._services.settings, self._item(), shown, heat)
        services, item, pictures = self._services, self._item(), self._pictures()
        known = services.file_details.hashed
        shown = shown or pictures[0]
        index = shown.frame.index if shown else services.frame_cache.index
        sha256 = next(
            (
                one.frame.sha256
                for one in pictures
                if one and one.frame.index == index and one.frame.sha256
            ),
            None,
        )
        face, facts = services.selection.face, services.frame_cache.facts
        extra = dict(layers)
        if shown is not None:
            extra["frame_type"] = shown.frame.type
        if face is not None and index == services.frame_cache.index:
            extra |= {
                "track": face.track if face.track == BY_HAND else face.number,
                "box": face.box,
                "found": face.found,
                "score": services.face_cut.score_of(face),
            }
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
            model_version=services.package.card.version,
            settings=settings,
            scan=item.settings,
            extra=extra
            | {
                "input_size": services.package.card.input_size,
                "warnings": facts.warnings if facts else (),
            },
        )

    def _layers(self, index: int) -> dict[str, object]:
        """What lies over the views of a frame: the heat map and the hidden region."""
        heat, region = self._services.heat_maps.heat, self._services.hidden_region.region
        layers: dict[str, object] = {}
        if heat is not None and heat.index == index:
            names = ("base", "evaluated", "total", "precision", "complete")
            made = {name: getattr(heat.map, name) for name in names}
            layers["heat_map"] = made | {"settings": heat.settings}
        if region is not None and index == self._services.frame_cache.index:
            layers["region"] = region
        return layers

    def _item(self) -> Item:
        item = self._services.selection.item
        if item is None:
            raise AnalysisError("No evidence is open; open a file first (Ctrl+O).")
        return item

    def _view(self, view: int, content: str, screen: bytes, folder: Path) -> Write:
        shown = self._pictures()[view]
        if shown is None:
            raise AnalysisError("This view shows no picture; choose another view.")
        context = self._context(shown, layers=self._layers(shown.frame.index))

        def write() -> list[Path]:
            written = export_view(shown.picture, shown.values, shown.settings, context, folder)
            return written + export_screen(screen, content, context, folder)

        return write

    def _map(self, folder: Path) -> Write:
        services = self._services
        heat, cut = services.heat_maps.heat, services.face_cut.cut
        context = self._context(heat=heat)
        if heat is None or cut is None or heat.index != context.index:
            raise AnalysisError("There is no heat map of this frame; make one first (O).")
        return lambda: export_map(heat, np.asarray(cut.crop.numpy(), np.uint8), context, folder)

    def _timeline(self, png: bytes, svg: bytes, folder: Path) -> Write:
        item, hidden = self._item(), self._services.hidden_region
        tracks = item.result.tracks if item.result else ()
        region, curve = hidden.followed or hidden.region, hidden.curve
        hidden_region = {
            "region": region and region.box,
            "region_settings": region and region.settings,
        }
        context = self._context(layers=hidden_region)
        track = self._services.selection.number if curve else None
        return lambda: export_timeline(
            png, svg, item.frames, curve, tracks, context, folder, region_track=track
        )

    def _scan(self, folder: Path) -> Write:
        report, context = self.report(), self._context()
        return lambda: export_scan(report, context, folder)

    def _frame(self, folder: Path) -> None:
        services, item, face = self._services, self._item(), self._services.selection.face
        if face is None:
            raise AnalysisError(
                "No face is chosen in this frame; click one, or draw a box by hand (D)."
            )
        if item.evidence is None:
            raise AnalysisError(UNKNOWN_HASH)
        settings = InspectSettings(
            frame=services.frame_cache.index,
            box=face.box,
            occlusion=occlusion_settings(services.settings),
            track=face.number,
            ela=services.settings.ela,
            ela_channel=services.settings.ela_channel,
            stream=item.stream,
        )
        tool = InspectionTool(
            dfgui.__version__, services.open_evidence.engine, Model.of(services.package)
        )

        def then(answer: Final) -> None:
            self.inspecting.emit(False)
            if isinstance(answer, Inspected):
                self._write(lambda: write_inspection(answer.result, settings, tool, folder))
            elif isinstance(answer, Failed):
                self.finished.emit(answer.sentence)

        self.inspecting.emit(True)
        services.face_queries.inspect(item.path, settings, then, item.evidence)


def _as_made(
    chosen: AppSettings, item: Item, shown: ViewPicture | None, heat: HeatMap | None
) -> AppSettings:
    """The settings in force, with those that a result was made with in their place."""
    made: dict[str, Any] = {}
    if item.settings is not None:
        made["frames"] = item.settings.frames
    if shown is not None:
        content = CONTENTS[shown.settings.content]
        made |= {name: getattr(shown.settings, own) for own, name in content.settings.items()}
    if heat is not None:
        made |= asdict(heat.settings)
    return msgspec.structs.replace(chosen, **made)


def _changed(path: str) -> Sentence:
    return Sentence(
        "{path} changed after it was opened; nothing was exported, so analyse a copy that nothing"
        " writes to.",
        path=path,
    )
