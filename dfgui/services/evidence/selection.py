"""What a person looks at: one file, one frame, one face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.core.display.contents import CONTENTS
from dfgui.core.display.tracks import PlacedFace, faces_at
from dfgui.core.display.wording import deciding_track
from dfgui.core.faces.finder import DEFAULT_FINDER, finder
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings
from dfgui.core.network.package import Card
from dfgui.core.sentences import Sentence
from dfgui.services.app_settings import AppSettings
from dfgui.services.evidence.frame_cache import FrameCache, ViewPicture
from dfgui.services.evidence.open_evidence import Item, OpenEvidence
from dfgui.worker.messages import Final, Found

SETTLED_MS = 150  # after the last step: then the frame is worth a closer look
BY_HAND = 0  # the track of a box that was drawn by hand
NO_FACE = Sentence("No face is chosen in this frame; click one, or draw a box by hand (D).")
NOT_SCORED = Sentence(
    "This box holds no face, so it is not scored; draw a box by hand (D) to score it all the same."
)


class Selection(QObject):
    """The chosen file, its frame and face.

    Args:
        open_evidence: the open files.
        frame_cache: shows the chosen one.
        card: of the network in use.
        settings: gives those in force.
        parent: owner.
    """

    chosen = Signal(object)
    """The `Item` that was chosen; None if none is."""
    faces_changed = Signal(object, object)
    """Faces of the shown frame (tuple of `PlacedFace`), and the track of the chosen one or None."""
    track_changed = Signal()
    """Another person was chosen, or another network: what was said along the track is stale."""
    face_changed = Signal()
    """The chosen face is now another one: what was said about it no longer holds."""
    frame_changed = Signal(int)
    """The number of the frame on screen; -1 if none is."""
    refreshed = Signal()
    """Follows `faces_changed` when the faces of the frame on screen were said again."""
    settled = Signal()
    """The frame stays on screen, so that its face is worth a closer look."""

    def __init__(
        self,
        open_evidence: OpenEvidence,
        frame_cache: FrameCache,
        card: Card,
        settings: Callable[[], AppSettings],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_evidence, self._frame_cache = open_evidence, frame_cache
        self.card = card
        self._settings = settings
        self.item_id: int | None = None
        self.track: int | None = None
        self.faces: tuple[PlacedFace, ...] = ()
        self._found: dict[int, tuple[PlacedFace, ...]] = {}
        self._by_hand: dict[int, Box] = {}
        self._is_picked = False  # by a person: then it stays, whatever the scan still finds
        self.shown = -1
        """The frame on screen, to which the frame cache may be on its way; -1 if none is."""
        self._about: object = None
        self._settle = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settle.timeout.connect(self._on_settled)
        frame_cache.shown.connect(self._on_shown)
        frame_cache.view_failed.connect(self._on_view_failed)
        open_evidence.frames_scanned.connect(self._on_frames_scanned)
        open_evidence.changed.connect(self._on_frames_scanned)
        open_evidence.removed.connect(self._on_removed)

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
    def number(self) -> int | None:
        """The number that the scan gave the chosen person; None if it gave none."""
        return self.track if self.track is not None and self.track > 0 else None

    @property
    def cut_factor(self) -> float:
        """Side of the network's cut over the longer side of a face's box, above 0."""
        return finder(DEFAULT_FINDER).cut_factor(self.card.crop)

    @property
    def is_settling(self) -> bool:
        """Whether questions about the frame that is shown are still to be asked."""
        return self._settle.isActive()

    def choose(self, number: int | None) -> None:
        """Look at another file."""
        if number != self.item_id:
            self._look_at(number)

    def choose_stream(self, stream: int) -> None:
        """Read another video stream or picture of the chosen file: scan and open it again."""
        if self.item_id is not None:
            self._open_evidence.read_stream(self.item_id, stream)
            self._look_at(self.item_id)

    def _look_at(self, number: int | None) -> None:
        self.item_id, self.track, self.faces, self._is_picked = number, None, (), False
        self._found.clear()
        self._by_hand.clear()
        self._forget_face()
        self.track_changed.emit()
        self.shown = -1
        self.frame_changed.emit(self.shown)
        item = self.item
        if item is None:
            self._frame_cache.close_file()
        else:
            self.track = _first_track(item)
            self._frame_cache.open(item.path, item.stream)
        self.chosen.emit(item)
        self.faces_changed.emit((), None)

    def use_card(self, card: Card) -> None:
        """Another network was chosen."""
        self.card = card
        self.track_changed.emit()
        self._about = None
        self._refresh_faces()

    def view_settings(self, view: int, index: int) -> ViewSettings:
        """What a view is to show of a frame."""
        chosen = self._settings()
        name = chosen.views[view]
        content = CONTENTS[name]
        values = {own: getattr(chosen, setting) for own, setting in content.settings.items()}
        if not content.of_face:
            return ViewSettings(name, **values)
        face = next((face for face in self._faces_of(index) if face.track == self.track), None)
        if face is None:
            return ViewSettings(name)
        square = face.box.scaled(self.cut_factor)
        return ViewSettings(name, box=face.box, square=square, **values)

    def choose_face(self, track: int | None) -> None:
        """Look at another person of this file."""
        self._is_picked = True
        if track != self.track:
            self.track = track
            self.track_changed.emit()
            self._refresh_faces()

    def next_face(self, direction: int) -> None:
        """Choose the next face of this frame."""
        tracks = [face.track for face in self.faces if face.track is not None]
        if tracks:
            place = tracks.index(self.track) + direction if self.track in tracks else 0
            self.choose_face(tracks[place % len(tracks)])

    def set_box(self, box: Box) -> None:
        """Take a box that was drawn by hand as the face of this frame."""
        self._by_hand[self.index] = box
        self.track, self._is_picked = BY_HAND, True
        self.track_changed.emit()
        self._refresh_faces()

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
    def index(self) -> int:
        """The frame on screen; 0 while none is."""
        return max(self.shown, 0)

    def _on_shown(self, view: int, shown: ViewPicture) -> None:
        if view == 0:
            self._arrive(shown.frame.index)

    def _on_view_failed(self, view: int, _sentence: str) -> None:
        if view == 0:
            self._arrive(self._frame_cache.index)

    def _arrive(self, index: int) -> None:
        """The first view shows a frame, or says why it cannot."""
        if index != self.shown:
            is_first = self.shown < 0
            self.shown = index
            self.frame_changed.emit(index)
            self._refresh_faces()
            if is_first:
                self._settle.start(0)  # the scan has yet to begin, and the face is wanted on screen

    def _on_frames_scanned(self, number: int) -> None:
        if number != self.item_id:
            return
        before, item, face = self.track, self.item, self.face
        found = [face.number for faces in self._found.values() for face in faces]
        if item is not None and any((number is None) == bool(item.frames) for number in found):
            # A new scan numbers the tracks again; one that has begun may know whose face it is.
            self._found.clear()
        if item is not None and _is_provisional(self.track):
            if item.frames:
                self.track = self._numbered(item, face if self._is_picked else None)
        elif not self._is_picked and item is not None:
            self.track = _first_track(item)
        if self.track != before:
            self.track_changed.emit()
        if self.track != before or self._faces_of(self.index) != self.faces:
            self._refresh_faces()

    def _numbered(self, item: Item, face: PlacedFace | None) -> int | None:
        """The track that is now where a face without a number was; else the first."""
        there = [
            (one.box.overlap(face.box), one.number)
            for one in self._faces_of(self.index)
            if face is not None and one.number is not None
        ]
        overlap, number = max(there, default=(0.0, None))
        return number if overlap else _first_track(item)

    def _on_removed(self, number: int) -> None:
        if number == self.item_id:
            self.choose(None)

    def _refresh_faces(self) -> None:
        """Take in another frame, other faces or another choice.

        What was said about a face no longer holds if it is now another face.
        """
        self.faces = self._faces_of(self.index)
        about = self.index, self.face and (self.face.track, self.face.box, self.face.excluded)
        if about != self._about:
            self._forget_face()
            self._about = about
        self.faces_changed.emit(self.faces, self.track)
        self.refreshed.emit()
        self._frame_cache.refresh()
        self._settle.start(SETTLED_MS)

    def _forget_face(self) -> None:
        self._about = None
        self.face_changed.emit()

    def _on_settled(self) -> None:
        """The frame stays: look for faces in it if the scan did not."""
        index, item = self._frame_cache.index, self.item
        if self._frame_cache.facts is None or item is None or index != self.shown:
            return  # when its picture comes, there will be more to say
        scanned = any(frame.index == index for frame in item.frames)
        if not scanned and index not in self._found:
            expected = [(face.number, face.box) for face in self.faces if face.number]
            self._frame_cache.find_faces(expected, lambda answer: self._on_found(index, answer))
        self.settled.emit()

    def _on_found(self, index: int, answer: Final) -> None:
        if not isinstance(answer, Found) or not answer.faces:
            return
        self._found[index] = _with_numbers(answer.faces)
        if index != self.index:
            return
        if self.track is None and not self._is_picked:
            self.track = next(
                (face.track for face in self._found[index] if not face.excluded), None
            )
            self.track_changed.emit()
        self._refresh_faces()


def _is_provisional(track: int | None) -> bool:
    """Whether a number was given by `_with_numbers`, until a scan gives another."""
    return track is not None and track < 0


def _with_numbers(faces: Sequence[PlacedFace]) -> tuple[PlacedFace, ...]:
    """The faces with a negative number for each that has none, the largest first.

    So they can be chosen and looked at before a scan knows whose they are.
    """
    by_size = sorted(faces, key=lambda face: -face.box.area)
    numbers = count(-1, -1)
    return tuple(
        replace(face, track=next(numbers)) if face.track is None else face for face in by_size
    )


def _first_track(item: Item) -> int | None:
    """The track that decided the result; without a result yet, that of the first face found."""
    if item.result is not None and (track := deciding_track(item.result)):
        return track.id
    return next((face.track for frame in item.frames for face in frame.faces), None)
