"""The heat map of the chosen face: asked for, made step by step, and forgotten with the face."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.geometry import Box
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.evidence.selection import NO_FACE, NOT_SCORED, Selection
from dfgui.services.faces.face_cut import FaceCut
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.worker.messages import Failed, Final, Mapped, Outlined


@dataclass(frozen=True)
class HeatMap:
    """A heat map, its place in the frame, the frame, and the settings it was asked for with.

    `stopped` if it was called off before it was complete.
    """

    square: Box
    map: Mapped
    settings: OcclusionSettings
    index: int
    stopped: bool = False


def occlusion_settings(chosen: AppSettings) -> OcclusionSettings:
    """The settings of a heat map; no stride is larger than the patch."""
    return OcclusionSettings(
        chosen.patch, min(chosen.stride, chosen.patch), chosen.fill, chosen.mode, chosen.by
    )


class HeatMaps(QObject):
    """Makes the heat map that a person asks for.

    Args:
        selection: the chosen face.
        face_cut: its cut.
        frame_cache: finds the regions of the face.
        face_queries: makes the map.
        settings: gives those in force.
        parent: owner.
    """

    changed = Signal(object)
    """`HeatMap`, or None."""
    refused = Signal(object)
    """No map can be made now: the sentence says why."""

    def __init__(
        self,
        selection: Selection,
        face_cut: FaceCut,
        frame_cache: FrameCache,
        face_queries: FaceQueries,
        settings: Callable[[], AppSettings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection, self._face_cut = selection, face_cut
        self._frame_cache, self._face_queries = frame_cache, face_queries
        self._settings = settings
        self.heat: HeatMap | None = None
        self.no_map = ""
        """Why the last attempt failed, in a sentence; empty if it did not."""
        self._wanted: int | None = None  # the frame
        self._asked_with = OcclusionSettings()
        self._outline_asked = 0  # for a map by regions
        selection.frame_changed.connect(self._on_frame)
        selection.face_changed.connect(self._forget)
        face_cut.ready.connect(self._on_ready)
        face_cut.failed.connect(self._on_cut_failed)
        face_queries.mapped.connect(self._on_mapped)
        face_queries.failed.connect(self._on_query_failed)
        face_queries.finished.connect(self._on_finished)

    @property
    def is_mapping(self) -> bool:
        """Whether a heat map is being made."""
        return self._outline_asked != 0 or self._face_queries.is_busy("map")

    def make(self) -> None:
        """Make the map of the chosen face in this frame; what cannot be made is `refused`."""
        face = self._selection.face
        if face is None:
            self._refuse(NO_FACE)
            return
        if face.excluded:
            self._refuse(NOT_SCORED)
            return
        self._wanted, self.no_map = self._frame_cache.index, ""
        if self._wanted == self._selection.shown:
            self._face_cut.retry()
            self._ask()

    def clear(self) -> None:
        """Take the map away, or stop making it."""
        self._wanted, self.no_map = None, ""
        self._face_queries.cancel("map")
        self._drop_outline()
        self._set(None)

    def settings_changed(self) -> None:
        """Make the map again if there is one and its settings changed."""
        settings = occlusion_settings(self._settings())
        if (self.heat is not None or self.is_mapping) and settings != self._asked_with:
            self._ask()

    def _on_frame(self, index: int) -> None:
        if self._wanted != index:
            self._wanted = None

    def _forget(self) -> None:
        self._face_queries.cancel("map")
        self.no_map = ""
        self._drop_outline()
        self._set(None)

    def _on_ready(self) -> None:
        if self._wanted == self._selection.shown:
            self._ask()

    def _on_cut_failed(self, sentence: str) -> None:
        if self._wanted == self._selection.shown:
            self._refuse(sentence)

    def _ask(self) -> None:
        if self._face_cut.cut is None:
            return
        self._wanted, self._outline_asked, self.no_map = None, 0, ""
        self._asked_with = occlusion_settings(self._settings())
        if self._asked_with.by == "regions":
            self._ask_outline()
        else:
            self._face_queries.map(self._face_cut.cut.crop, self._asked_with)

    def _ask_outline(self) -> None:
        """Ask where the regions of the face are; the map is made with them."""
        self._face_queries.cancel("map")
        face = self._selection.face
        if face is not None:
            self._outline_asked = self._frame_cache.outline(
                self._selection.index,
                face.box,
                self._selection.card.input_size,
                self._selection.cut_factor,
                self._on_outlined,
            )

    def _on_outlined(self, answer: Final) -> None:
        if answer.id != self._outline_asked:
            return
        self._outline_asked = 0
        cut = self._face_cut.cut
        if isinstance(answer, Failed):
            self._refuse(answer.sentence)
        elif isinstance(answer, Outlined) and cut is not None:
            self._face_queries.map(cut.crop, self._asked_with, answer.labels)
        else:
            self._on_finished("map")
            self.changed.emit(self.heat)

    def _drop_outline(self) -> None:
        """Give up the regions, and tell those who show that a map is being made."""
        if self._outline_asked:
            self._outline_asked = 0
            self.changed.emit(self.heat)

    def _on_mapped(self, made: Mapped) -> None:
        if (cut := self._face_cut.cut) is not None:
            self._set(HeatMap(cut.square, made, self._asked_with, self._selection.index))

    def _set(self, heat: HeatMap | None) -> None:
        if heat is not self.heat:
            self.heat = heat
            self.changed.emit(heat)

    def _on_finished(self, kind: str) -> None:
        """A map that nobody completes says so; the one before, with other settings, goes."""
        if kind != "map" or self.heat is None:
            return
        if self.heat.settings != self._asked_with:
            self._set(None)
        elif not self.heat.map.complete:
            self._set(replace(self.heat, stopped=True))

    def _on_query_failed(self, kind: str, sentence: str) -> None:
        if kind == "map":
            self._refuse(sentence)

    def _refuse(self, sentence: str) -> None:
        """Say that there will be no map, and remove what there is of it.

        Nobody would finish it.
        """
        self._wanted, self.no_map = None, sentence
        self._set(None)
        self.refused.emit(sentence)
