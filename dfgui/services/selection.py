"""What a person looks at: one file, one frame, one face; and what is asked about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.core.analysis_results import OcclusionSettings
from dfgui.core.display.tracks import PlacedFace, faces_at
from dfgui.core.display.wording import deciding_track
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings
from dfgui.core.network.package import Card
from dfgui.services.app_settings import AppSettings
from dfgui.services.face_queries import FaceQueries
from dfgui.services.frame_cache import FrameCache, ViewPicture
from dfgui.services.open_evidence import Item, OpenEvidence
from dfgui.worker.messages import Failed, Final, Found, Hidden, Mapped, Outlined, WasCut

SETTLED_MS = 150  # after the last step: then the frame is worth a closer look
BY_HAND = 0  # the track of a box that was drawn by hand
NOT_SCORED = (
    "This box holds no face, so it is not scored; draw a box by hand (D) to score it all the same."
)


@dataclass(frozen=True)
class HeatMap:
    """A heat map, its place in the frame, the frame, and the settings it was asked for with."""

    square: Box
    map: Mapped
    settings: OcclusionSettings
    index: int


@dataclass(frozen=True)
class Region:
    """A part of the face that was hidden by hand, and what that did to the score.

    `box` is in pixels of the frame; the effect is None while it is not known.
    """

    box: Box
    base: float | None = None
    drop: float | None = None


class Selection(QObject):
    """The chosen file, its frame and face.

    Args:
        open_evidence: the open files.
        frame_cache: shows the chosen one.
        face_queries: is asked about the face.
        card: of the network in use.
        settings: gives those in force.
        parent: owner.
    """

    chosen = Signal(object)
    """The `Item` that was chosen; None if none is."""
    faces_changed = Signal(object, object)
    """Faces of the shown frame (tuple of `PlacedFace`), and the track of the chosen one or None."""
    cut_changed = Signal(object, str)
    """`WasCut` of the chosen face, with its background comparison; else None and the reason."""
    score_changed = Signal(object)
    """Score of the chosen face in this frame; None while it is not known."""
    heat_changed = Signal(object)
    """`HeatMap`, or None."""
    region_changed = Signal(object)
    """`Region`, or None."""
    curve_changed = Signal(object)
    """Tuple of (frame, drop): what hiding the region does along the track."""
    refused = Signal(str)
    """A question cannot be asked now: the sentence says why."""

    def __init__(
        self,
        open_evidence: OpenEvidence,
        frame_cache: FrameCache,
        face_queries: FaceQueries,
        card: Card,
        settings: Callable[[], AppSettings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_evidence, self._frame_cache, self._face_queries = (
            open_evidence,
            frame_cache,
            face_queries,
        )
        self.card = card
        self._settings = settings
        self.item_id: int | None = None
        self.track: int | None = None
        self.faces: tuple[PlacedFace, ...] = ()
        self.cut: WasCut | None = None
        self.score: float | None = None
        self.heat: HeatMap | None = None
        self.no_map = ""
        """Why the last attempt at a heat map failed, in a sentence; empty if it did not."""
        self.region: Region | None = None
        self._found: dict[int, tuple[PlacedFace, ...]] = {}
        self._by_hand: dict[int, Box] = {}
        self.curve: tuple[tuple[int, float], ...] = ()
        self._wants_map: int | None = None  # the frame
        self._map_settings = OcclusionSettings()
        self._is_picked = False  # by a person: then it stays, whatever the scan still finds
        self._looked_at = -1
        self._about: object = None
        # The region that was there when drawing began.
        self._before_drawing: tuple[Region | None] | None = None
        self._drawn: Box | None = None  # not asked about yet
        self._cut_asked = 0
        self._cut_failed = False
        self._outline_asked = 0  # for a map by regions
        self._settle = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settle.timeout.connect(self._on_settled)
        frame_cache.shown.connect(self._on_shown)
        frame_cache.view_failed.connect(self._on_view_failed)
        open_evidence.frames_scanned.connect(self._on_frames_scanned)
        open_evidence.changed.connect(self._on_frames_scanned)
        open_evidence.removed.connect(self._on_removed)
        face_queries.scored.connect(self._set_score)
        face_queries.mapped.connect(self._on_mapped)
        face_queries.hidden.connect(self._on_hidden)
        face_queries.followed.connect(self._on_followed)
        face_queries.finished.connect(self._on_finished)
        face_queries.failed.connect(self._on_failed)

    @property
    def item(self) -> Item | None:
        """The chosen file."""
        return None if self.item_id is None else self._open_evidence.item(self.item_id)

    @property
    def face(self) -> PlacedFace | None:
        """The chosen face in the frame that is shown; None if it is not there."""
        return (
            next((face for face in self.faces if face.track == self.track), None)
            if self.track is not None
            else None
        )

    @property
    def is_mapping(self) -> bool:
        """Whether a heat map is being made."""
        return self._outline_asked != 0 or self._face_queries.is_busy("map")

    @property
    def is_settling(self) -> bool:
        """Whether questions about the frame that is shown are still to be asked."""
        return self._settle.isActive()

    def choose(self, number: int | None) -> None:
        """Look at another file."""
        if number == self.item_id:
            return
        self.item_id, self.track, self.faces, self._is_picked = number, None, (), False
        self._found.clear()
        self._by_hand.clear()
        self._forget_answers()
        self._drop_curve()
        self._looked_at, self._wants_map = -1, None
        item = self.item
        if item is None:
            self._frame_cache.close_file()
        else:
            self.track = _first_track(item)
            self._frame_cache.open(item.path)
        self.chosen.emit(item)
        self.faces_changed.emit((), None)

    def use_card(self, card: Card) -> None:
        """Another network was chosen."""
        self.card = card
        self._drop_curve()
        self._about = None
        self._refresh_faces()

    def view_settings(self, view: int, index: int) -> ViewSettings:
        """What a view is to show of a frame."""
        chosen = self._settings()
        content = chosen.views[view]
        if content == "error_levels":
            return ViewSettings(content, ela=chosen.ela, ela_channel=chosen.ela_channel)
        if content == "noise":
            return ViewSettings(content, noise_scale=chosen.noise_scale)
        if content == "original":
            return ViewSettings()
        face = next((face for face in self._faces_of(index) if face.track == self.track), None)
        if face is None:
            return ViewSettings(content)
        margin = chosen.face_margin if content == "face_only" else 0.0
        return ViewSettings(
            content, box=face.box, square=face.box.scaled(self.card.crop.haar_factor), margin=margin
        )

    def choose_face(self, track: int | None) -> None:
        """Look at another person of this file."""
        self._is_picked = True
        if track != self.track:
            self.track = track
            self._drop_curve()
            self._refresh_faces()

    def next_face(self, direction: int) -> None:
        """Choose the next face of this frame."""
        tracks = [face.track for face in self.faces if face.track is not None]
        if tracks:
            place = tracks.index(self.track) + direction if self.track in tracks else 0
            self.choose_face(tracks[place % len(tracks)])

    def set_box(self, box: Box) -> None:
        """Take a box that was drawn by hand as the face of this frame."""
        self._by_hand[self._index] = box
        self.track, self._is_picked = BY_HAND, True
        self._drop_curve()
        self._refresh_faces()

    def make_map(self) -> None:
        """Make the heat map of the chosen face in this frame; what cannot be made is `refused`."""
        if self.face is None:
            self._refuse_map(
                self.tr("No face is chosen in this frame; click one, or draw a box by hand (D).")
            )
            return
        if self.face.excluded:
            self._refuse_map(self.tr(NOT_SCORED))
            return
        self._wants_map, self.no_map = self._frame_cache.index, ""
        if self._wants_map != self._looked_at:
            return
        if self._cut_failed:
            self._cut()  # again: it works now, or says once more why not
        self._ask_map()

    def clear_map(self) -> None:
        """Take the heat map away, or stop making it."""
        self._wants_map, self.no_map = None, ""
        self._face_queries.cancel("map")
        self._drop_outline()
        self._set_heat(None)

    def hide_region(self, box: Box) -> None:
        """Hide a rectangle of the chosen face, pixels of the frame, and see the score move."""
        if self.cut is None:
            self.refused.emit(
                self.tr("No face is chosen in this frame; click one, or draw a box by hand (D).")
            )
        elif self.face is not None and self.face.excluded:
            self.give_up_drawing()
            self.refused.emit(self.tr(NOT_SCORED))
        elif not self._inside(box).area:
            self.give_up_drawing()
            self.refused.emit(self.tr("The region lies outside the face; draw it inside the cut."))
        elif self._end_drawing() and self.region is not None and self.region.box == box:
            self._set_region(self.region)  # asked already
        else:
            self._ask_hidden(box)

    def draw_region(self, box: Box) -> None:
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
            self._ask_hidden(before.box)
        else:
            self._set_region(before)

    def clear_region(self) -> None:
        """Forget the region that was hidden by hand."""
        self._end_drawing()
        self._face_queries.cancel("hide")
        self._set_region(None)
        self._drop_curve()

    def follow_region(self) -> None:
        """Hide the same part of the face in every frame that a scan found it in."""
        item, region = self.item, self.region
        if item is None or region is None or self.cut is None or not self.track:
            self.refused.emit(self.tr("Draw a region on the face of a track first (R)."))
            return
        faces = [
            (frame.index, face.box)
            for frame in item.frames
            for face in frame.faces
            if face.track == self.track
        ]
        square = self.cut.square
        left, top = (region.box.x - square.x) / square.w, (region.box.y - square.y) / square.h
        right, bottom = left + region.box.w / square.w, top + region.box.h / square.h
        left, top, right, bottom = (
            min(max(value, 0.0), 1.0) for value in (left, top, right, bottom)
        )
        self._set_curve(())
        self._face_queries.follow(
            item.path, faces, (left, top, right - left, bottom - top), self.occlusion()
        )

    def settings_changed(self) -> None:
        """Settings of the views or of the heat map changed."""
        self._frame_cache.refresh()
        if (self.heat is not None or self.is_mapping) and self.occlusion() != self._map_settings:
            self._ask_map()

    def occlusion(self) -> OcclusionSettings:
        """The settings in force for heat maps."""
        chosen = self._settings()
        return OcclusionSettings(
            chosen.patch, min(chosen.stride, chosen.patch), chosen.fill, chosen.mode, chosen.by
        )

    def _faces_of(self, index: int) -> tuple[PlacedFace, ...]:
        frames = self.item.frames if self.item else ()
        scanned = any(frame.index == index for frame in frames)
        faces = (not scanned and self._found.get(index)) or tuple(faces_at(frames, index))
        left_out = self._left_out
        faces = tuple(
            replace(face, excluded=True) if face.track in left_out else face for face in faces
        )
        by_hand = self._by_hand.get(index)
        return faces if by_hand is None else (*faces, PlacedFace(BY_HAND, by_hand))

    @property
    def _left_out(self) -> set[int]:
        """Numbers of the tracks that the scan left out; their boxes hold no face in any frame."""
        result = self.item.result if self.item else None
        return set() if result is None else {track.id for track in result.excluded_tracks}

    @property
    def _index(self) -> int:
        """The frame on screen; the frame cache may be on its way to another."""
        return max(self._looked_at, 0)

    def _on_shown(self, view: int, shown: ViewPicture) -> None:
        if view == 0:
            self._arrive(shown.index)

    def _on_view_failed(self, view: int, _sentence: str) -> None:
        if view == 0:
            self._arrive(self._frame_cache.index)

    def _arrive(self, index: int) -> None:
        """The first view shows a frame, or says why it cannot."""
        if index != self._looked_at:
            is_first = self._looked_at < 0
            self._looked_at = index
            if self._wants_map != index:
                self._wants_map = None
            self._refresh_faces()
            if is_first:
                self._settle.start(0)  # the scan has yet to begin, and the face is wanted on screen

    def _on_frames_scanned(self, number: int) -> None:
        if number != self.item_id:
            return
        before, item = self.track, self.item
        tracks = {face.track for faces in self._found.values() for face in faces}
        if item is not None and any((track is None) == bool(item.frames) for track in tracks):
            # A new scan numbers the tracks again; one that has begun may know whose face it is.
            self._found.clear()
        if not self._is_picked and item is not None:
            self.track = _first_track(item)
        if self.track != before:
            self._drop_curve()
        if self.track != before or self._faces_of(self._index) != self.faces:
            self._refresh_faces()

    def _on_removed(self, number: int) -> None:
        if number == self.item_id:
            self.choose(None)

    def _refresh_faces(self) -> None:
        """Take in another frame, other faces or another choice.

        What was said about a face no longer holds if it is now another face.
        """
        self.faces = self._faces_of(self._index)
        about = self._index, self.face and (self.face.track, self.face.box, self.face.excluded)
        if about != self._about:
            self._forget_answers()
            self._about = about
        self.faces_changed.emit(self.faces, self.track)
        self.score_changed.emit(self.score)
        self._frame_cache.refresh()
        self._settle.start(SETTLED_MS)

    def _forget_answers(self) -> None:
        self._end_drawing()
        for kind in ("score", "map", "hide"):
            self._face_queries.cancel(kind)
        self.cut, self._cut_asked, self._cut_failed, self._about, self.no_map = (
            None,
            0,
            False,
            None,
            "",
        )
        self._drop_outline()
        if self.region is not None:
            self._set_region(None)
        self._set_heat(None)
        self._set_score(None)

    def _on_settled(self) -> None:
        """The frame stays: look for faces in it if the scan did not, then cut the chosen one."""
        index, item = self._frame_cache.index, self.item
        if self._frame_cache.facts is None or item is None or index != self._looked_at:
            return  # when its picture comes, there will be more to say
        scanned = any(frame.index == index for frame in item.frames)
        if not scanned and index not in self._found:
            expected = [(face.track, face.box) for face in self.faces if face.track]
            self._frame_cache.find_faces(expected, lambda answer: self._on_found(index, answer))
        if self.cut is None:
            self._cut()

    def _on_found(self, index: int, answer: Final) -> None:
        if not isinstance(answer, Found) or not answer.faces:
            return
        self._found[index] = tuple(
            PlacedFace(track, box, excluded=not holds_face)
            for track, box, holds_face in answer.faces
        )
        if index == self._index:
            self._refresh_faces()

    def _cut(self) -> None:
        face = self.face
        if face is None:
            self.cut_changed.emit(None, self.tr("No face is chosen in this frame."))
            return
        card, self._cut_failed, by_hand = self.card, False, face.track == BY_HAND
        self._cut_asked = self._frame_cache.cut(
            self._frame_cache.index,
            face.box,
            card.input_size,
            card.crop.haar_factor,
            self._on_cut,
            check=by_hand,
        )

    def _on_cut(self, answer: Final) -> None:
        if answer.id != self._cut_asked:
            return
        if isinstance(answer, Failed):
            self._cut_failed = True
            self.cut_changed.emit(None, answer.sentence)
            if self._wants_map == self._looked_at:
                self._refuse_map(answer.sentence)
        elif isinstance(answer, WasCut):
            self.cut = answer
            self.cut_changed.emit(answer, answer.sentence)
            if self.face is not None and self.face.excluded:
                return
            self._face_queries.score(answer.crop)
            if self._wants_map == self._looked_at:
                self._ask_map()

    def _set_score(self, score: float | None) -> None:
        self.score = score
        self.score_changed.emit(score)

    def _ask_map(self) -> None:
        if self.cut is None:
            return
        self._wants_map, self._outline_asked, self.no_map = None, 0, ""
        self._map_settings = self.occlusion()
        if self._map_settings.by == "regions":
            self._ask_outline()
        else:
            self._face_queries.map(self.cut.crop, self._map_settings)

    def _ask_outline(self) -> None:
        """Ask where the regions of the face are; the map is made with them."""
        self._face_queries.cancel("map")
        if self.face is not None:
            size, factor = self.card.input_size, self.card.crop.haar_factor
            self._outline_asked = self._frame_cache.outline(
                self._index, self.face.box, size, factor, self._on_outlined
            )

    def _on_outlined(self, answer: Final) -> None:
        if answer.id != self._outline_asked:
            return
        self._outline_asked = 0
        if isinstance(answer, Failed):
            self._refuse_map(answer.sentence)
        elif isinstance(answer, Outlined) and self.cut is not None:
            self._face_queries.map(self.cut.crop, self._map_settings, answer.labels)
        else:
            self.heat_changed.emit(self.heat)

    def _drop_outline(self) -> None:
        """Give up the regions, and tell those who show that a map is being made."""
        if self._outline_asked:
            self._outline_asked = 0
            self.heat_changed.emit(self.heat)

    def _on_mapped(self, made: Mapped) -> None:
        if self.cut is not None:
            self._set_heat(HeatMap(self.cut.square, made, self._map_settings, self._index))

    def _set_heat(self, heat: HeatMap | None) -> None:
        if heat is not self.heat:
            self.heat = heat
            self.heat_changed.emit(heat)

    def _on_failed(self, kind: str, sentence: str) -> None:
        if kind == "map":
            self._refuse_map(sentence)
        else:
            self.refused.emit(sentence)

    def _refuse_map(self, sentence: str) -> None:
        """Say that there will be no heat map, and remove what there is of it.

        Nobody would finish it.
        """
        self._wants_map, self.no_map = None, sentence
        self._set_heat(None)
        self.refused.emit(sentence)

    def _inside(self, box: Box) -> Box:
        """The part of a rectangle inside the cut, pixels of the network's input; empty if none."""
        return (
            Box(0, 0, 0, 0)
            if self.cut is None
            else box.seen_in(self.cut.square, self.cut.crop.shape[0])
        )

    def _ask_hidden(self, box: Box) -> None:
        if self.cut is not None:
            self._set_region(Region(box))
            self._face_queries.hide(self.cut.crop, self._inside(box), self.occlusion())

    def _ask_drawn(self) -> None:
        """Ask about the rectangle as it is drawn now.

        If an answer is still awaited, its arrival leads to the question instead.
        """
        if self._drawn is None or self._face_queries.is_busy("hide"):
            return
        box, self._drawn = self._drawn, None
        if self._inside(box).area:
            self._ask_hidden(box)

    def _end_drawing(self) -> bool:
        """End the drawing; returns whether there was one."""
        was_drawing = self._before_drawing is not None
        self._before_drawing = self._drawn = None
        return was_drawing

    def _on_finished(self, kind: str) -> None:
        if kind == "hide":
            self._ask_drawn()

    def _on_hidden(self, answer: Hidden) -> None:
        if self.region is not None:
            self._set_region(Region(self.region.box, answer.base, answer.drop))

    def _set_region(self, region: Region | None) -> None:
        self.region = region
        self.region_changed.emit(region)

    def _on_followed(self, index: int, drop: float) -> None:
        self._set_curve((*self.curve, (index, drop)))

    def _drop_curve(self) -> None:
        """Drop the curve, which belongs to another track or is not wanted.

        What is still on the way must not get into the next curve.
        """
        self._face_queries.cancel("follow")
        self._set_curve(())

    def _set_curve(self, curve: tuple[tuple[int, float], ...]) -> None:
        if curve != self.curve:
            self.curve = curve
            self.curve_changed.emit(curve)


def _first_track(item: Item) -> int | None:
    """The track that decided the result; without a result yet, that of the first face found."""
    if item.result is not None and (track := deciding_track(item.result)):
        return track.id
    return next((face.track for frame in item.frames for face in frame.faces), None)
