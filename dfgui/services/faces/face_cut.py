"""The cut of the chosen face, which the network sees, and its score."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from dfgui.core.display.tracks import PlacedFace
from dfgui.core.geometry import Box
from dfgui.services.evidence.frame_cache import FrameCache
from dfgui.services.evidence.selection import BY_HAND, Selection
from dfgui.services.faces.face_queries import FaceQueries
from dfgui.worker.messages import Failed, Final, WasCut


class FaceCut(QObject):
    """Cuts the chosen face when its frame stays on screen, and has it scored.

    Args:
        selection: the chosen face.
        frame_cache: cuts it.
        face_queries: scores it.
        parent: owner.
    """

    cut_changed = Signal(object, object)
    """`WasCut` of the chosen face, with its background comparison; else None and the reason."""
    score_changed = Signal(object)
    """Score of the chosen face in this frame; None while it is not known."""
    ready = Signal()
    """The face is cut and its score asked for, so that more can be asked about it."""
    failed = Signal(object)
    """The face cannot be cut: the sentence says why."""
    refused = Signal(object)
    """The face cannot be scored: the sentence says why."""

    def __init__(
        self,
        selection: Selection,
        frame_cache: FrameCache,
        face_queries: FaceQueries,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection, self._frame_cache, self._face_queries = (
            selection,
            frame_cache,
            face_queries,
        )
        self.cut: WasCut | None = None
        self.score: float | None = None
        self._asked = 0
        self._has_failed = False
        # Of the chosen file, by frame and box: kept while another face is looked at.
        self._scores: dict[tuple[int, Box], float] = {}
        self._without_face: set[tuple[int, Box]] = set()
        selection.chosen.connect(lambda _item: self.forget_scores())
        selection.face_changed.connect(self._forget)
        selection.refreshed.connect(lambda: self.score_changed.emit(self.score))
        selection.settled.connect(self._on_settled)
        face_queries.scored.connect(self._on_scored)
        face_queries.failed.connect(self._on_query_failed)

    def score_of(self, face: PlacedFace) -> float | None:
        """The score of a face of the frame on screen, 0-1; None if it is not known.

        It is that of the scan, or else the one that was computed when the face was chosen.
        """
        if face.excluded or face.score is not None:
            return face.score
        return self._scores.get((self._selection.index, face.box))

    def is_without_face(self, face: PlacedFace) -> bool:
        """Whether the check of faces found none in this box of the frame on screen."""
        return (self._selection.index, face.box) in self._without_face

    def forget_scores(self) -> None:
        """Forget the scores that were computed: another file or network was chosen."""
        self._scores.clear()
        self._without_face.clear()

    def retry(self) -> None:
        """Cut the face again if that failed: it works now, or says once more why not."""
        if self._has_failed:
            self._ask()

    def _forget(self) -> None:
        self._face_queries.cancel("score")
        self.cut, self._asked, self._has_failed = None, 0, False
        self._set_score(None)

    def _on_settled(self) -> None:
        if self.cut is None:
            self._ask()

    def _ask(self) -> None:
        face = self._selection.face
        if face is None:
            self.cut_changed.emit(None, self.tr("No face is chosen in this frame."))
            return
        self._has_failed = False
        self._asked = self._frame_cache.cut(
            self._frame_cache.index,
            face.box,
            self._selection.card.input_size,
            self._selection.cut_factor,
            self._on_cut,
            check=face.track == BY_HAND,
        )

    def _on_cut(self, answer: Final) -> None:
        if answer.id != self._asked:
            return
        if isinstance(answer, Failed):
            self._has_failed = True
            self.cut_changed.emit(None, answer.sentence)
            self.failed.emit(answer.sentence)
        elif isinstance(answer, WasCut):
            self.cut = answer
            face = self._selection.face
            if face is not None and answer.holds_face is False:
                self._without_face.add((self._selection.index, face.box))
            self.cut_changed.emit(answer, answer.sentence)
            if face is not None and face.excluded:
                return
            self._face_queries.score(answer.crop)
            self.ready.emit()

    def _on_scored(self, score: float) -> None:
        if (face := self._selection.face) is not None:
            self._scores[self._selection.index, face.box] = score
        self._set_score(score)

    def _set_score(self, score: float | None) -> None:
        self.score = score
        self.score_changed.emit(score)

    def _on_query_failed(self, kind: str, sentence: str) -> None:
        if kind == "score":
            self.refused.emit(sentence)
