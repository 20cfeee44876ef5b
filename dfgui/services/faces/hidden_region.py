"""The part of the chosen face that is hidden by hand, and what that does to the score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.geometry import Box
from dfgui.core.values import Array
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.selection import NO_FACE, NOT_SCORED, Selection
from dfgui.services.faces.face_cut import FaceCut
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.services.faces.heat_maps import occlusion_settings
from dfgui.worker.messages import Hidden


@dataclass(frozen=True)
class HiddenPart:
    """What the network saw instead of a region.

    Attributes:
        picture: (h, w, 3) uint8 red, green, blue.
        inside: its place in the cut, pixels of the network's input.
        square: the cut, pixels of the frame.
        size: side of the network's input, pixels.
        precision: of the scores, "f32" or "bf16".
    """

    picture: Array
    inside: Box
    square: Box
    size: int
    precision: str


@dataclass(frozen=True)
class Region:
    """A part of the face that was hidden by hand, and what that did to the score.

    `box` is in pixels of the frame, `settings` say how it was hidden; the effect is None while it
    is not known.
    """

    box: Box
    settings: OcclusionSettings
    base: float | None = None
    drop: float | None = None
    part: HiddenPart | None = None


class HiddenRegion(QObject):
    """Hides a rectangle of the chosen face, in one frame or along its track.

    Args:
        selection: the chosen face.
        face_cut: its cut.
        face_queries: is asked what hiding does.
        settings: gives those in force.
        parent: owner.
    """

    changed = Signal(object)
    """`Region`, or None."""
    curve_changed = Signal(object)
    """Tuple of (frame, drop): what hiding the region does along the track."""
    refused = Signal(object)
    """The region cannot be hidden: the sentence says why."""

    def __init__(
        self,
        selection: Selection,
        face_cut: FaceCut,
        face_queries: FaceQueries,
        settings: Callable[[], AppSettings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection, self._face_cut, self._face_queries = selection, face_cut, face_queries
        self._settings = settings
        self.region: Region | None = None
        self.curve: tuple[tuple[int, float], ...] = ()
        self.followed: Region | None = None
        """What was hidden for `curve`, and how; None if there is no curve."""
        # The region that was there when drawing began.
        self._before_drawing: tuple[Region | None] | None = None
        self._drawn: Box | None = None  # not asked about yet
        selection.face_changed.connect(self._forget)
        selection.track_changed.connect(self._drop_curve)
        face_queries.hidden.connect(self._on_hidden)
        face_queries.followed.connect(self._on_followed)
        face_queries.finished.connect(self._on_finished)
        face_queries.failed.connect(self._on_query_failed)

    def hide(self, box: Box) -> None:
        """Hide a rectangle of the chosen face, pixels of the frame, and see the score move."""
        face = self._selection.face
        if self._face_cut.cut is None:
            self.refused.emit(NO_FACE)
        elif face is not None and face.excluded:
            self.give_up_drawing()
            self.refused.emit(NOT_SCORED)
        elif not self._inside(box).area:
            self.give_up_drawing()
            self.refused.emit(self.tr("The region lies outside the face; draw it inside the cut."))
        elif self._end_drawing() and self.region is not None and self.region.box == box:
            self._set(self.region)  # asked already
        else:
            self._ask(box)

    def draw(self, box: Box) -> None:
        """Hide a rectangle that is still being drawn.

        One question is asked at a time, and the next is about the rectangle as it is by then.
        """
        if self._before_drawing is None:
            self._before_drawing = (self.region,)
        self._drawn = box
        self._ask_drawn()

    def give_up_drawing(self) -> None:
        """Go back to the region that was there before one was drawn."""
        if self._before_drawing is None:
            return
        (before,) = self._before_drawing
        self._end_drawing()
        self._face_queries.cancel("hide")
        if before is not None and before.drop is None:
            self._ask(before.box)
        else:
            self._set(before)

    def clear(self) -> None:
        """Clear region."""
        self._end_drawing()
        self._face_queries.cancel("hide")
        self._set(None)
        self._drop_curve()

    def follow(self) -> None:
        """Hide the same part of the face in every frame that a scan found it in."""
        item, track, cut = self._selection.item, self._selection.number, self._face_cut.cut
        if item is None or self.region is None or cut is None or track is None:
            self.refused.emit(self.tr("Draw a region on the face of a track first (R)."))
            return
        faces = [
            (frame.index, face.box)
            for frame in item.frames
            for face in frame.faces
            if face.track == track
        ]
        self._set_curve(())
        self.followed = Region(self.region.box, occlusion_settings(self._settings()))
        self._face_queries.follow(
            item.path,
            faces,
            _shares(self.region.box, cut.square),
            self.followed.settings,
            item.stream,
        )

    def settings_changed(self) -> None:
        """Hide the region again if it would be hidden in another way now, and drop the curve."""
        settings = occlusion_settings(self._settings())
        if self.region is not None and _way(self.region.settings) != _way(settings):
            self._ask(self.region.box)
        if self.followed is not None and _way(self.followed.settings) != _way(settings):
            self._drop_curve()
            self.refused.emit(
                self.tr(
                    "The curve of the hidden region is gone, as the fill changed; Shift+R makes it"
                    " again."
                )
            )

    def _forget(self) -> None:
        self._end_drawing()
        self._face_queries.cancel("hide")
        if self.region is not None:
            self._set(None)

    def _inside(self, box: Box) -> Box:
        """The part of a rectangle inside the cut, pixels of the network's input; empty if none."""
        cut = self._face_cut.cut
        return Box(0, 0, 0, 0) if cut is None else box.seen_in(cut.square, cut.crop.shape[0])

    def _ask(self, box: Box) -> None:
        if (cut := self._face_cut.cut) is not None:
            region = Region(box, occlusion_settings(self._settings()))
            self._set(region)
            self._face_queries.hide(cut.crop, self._inside(box), region.settings)

    def _ask_drawn(self) -> None:
        """Ask about the rectangle as it is drawn now.

        If an answer is still awaited, its arrival leads to the question instead.
        """
        if self._drawn is None or self._face_queries.is_busy("hide"):
            return
        box, self._drawn = self._drawn, None
        if self._inside(box).area:
            self._ask(box)

    def _end_drawing(self) -> bool:
        """End the drawing; returns whether there was one."""
        was_drawing = self._before_drawing is not None
        self._before_drawing = self._drawn = None
        return was_drawing

    def _on_finished(self, kind: str) -> None:
        if kind == "hide":
            self._ask_drawn()

    def _on_hidden(self, answer: Hidden) -> None:
        cut = self._face_cut.cut
        if self.region is not None and cut is not None:
            part = HiddenPart(
                answer.part,
                self._inside(self.region.box),
                cut.square,
                cut.crop.shape[0],
                answer.precision,
            )
            self._set(replace(self.region, base=answer.base, drop=answer.drop, part=part))

    def _set(self, region: Region | None) -> None:
        self.region = region
        self.changed.emit(region)

    def _on_followed(self, index: int, drop: float) -> None:
        self._set_curve((*self.curve, (index, drop)))

    def _drop_curve(self) -> None:
        """Drop the curve, which belongs to another track or is not wanted.

        What is still on the way must not get into the next curve.
        """
        self._face_queries.cancel("follow")
        self.followed = None
        self._set_curve(())

    def _set_curve(self, curve: tuple[tuple[int, float], ...]) -> None:
        if curve != self.curve:
            self.curve = curve
            self.curve_changed.emit(curve)

    def _on_query_failed(self, kind: str, sentence: str) -> None:
        if kind in ("hide", "follow"):
            self.refused.emit(sentence)


def _way(settings: OcclusionSettings) -> tuple[str, int]:
    """What of the settings counts for a region: its fill, and for a blur how strong it is."""
    return settings.fill, settings.patch if settings.fill == "blur" else 0


def _shares(box: Box, square: Box) -> tuple[float, float, float, float]:
    """Left, top, width and height of the part of a box inside the cut, as shares of the cut."""
    left, top = (box.x - square.x) / square.w, (box.y - square.y) / square.h
    right, bottom = left + box.w / square.w, top + box.h / square.h
    left, top, right, bottom = (min(max(value, 0.0), 1.0) for value in (left, top, right, bottom))
    return left, top, right - left, bottom - top
