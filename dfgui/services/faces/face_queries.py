"""Questions about one face: its score, its heat map, what hiding a region does.

Hiding is asked about in one frame or along the whole track.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from dfgui.core.analysis_results import (
    InspectSettings,
    OcclusionSettings,
)
from dfgui.core.geometry import Box
from dfgui.core.media.facts import HashedFile
from dfgui.core.values import Array
from dfgui.services.jobs import Jobs
from dfgui.services.worker_client import Then, WorkerClient, new_id
from dfgui.worker.messages import (
    Cancelled,
    FaceScored,
    Failed,
    Final,
    Follow,
    FollowedOne,
    Hidden,
    Hide,
    Inspect,
    Map,
    Mapped,
    Part,
    ScoreFace,
)


class FaceQueries(QObject):
    """A worker with the network, for questions that a person waits for.

    A new question replaces the one of the same kind before it.

    Args:
        model: folder of the model package.
        parent: owner.
        jobs: shows what takes time.
    """

    scored = Signal(object)
    """Score of the face that was asked about last, f32."""
    mapped = Signal(object)
    """`Mapped`: the heat map so far; the last one is `complete` and has its faithfulness."""
    hidden = Signal(object)
    """`Hidden`: what hiding the region did."""
    followed = Signal(int, float)
    """A frame of the track and how far hiding the region lowers its score."""
    finished = Signal(str)
    """The question of this kind ("score", "map", "hide", "follow") has its last answer."""
    failed = Signal(str, object)
    """Kind and sentence."""
    died = Signal(object)

    def __init__(
        self, model: str, parent: QObject | None = None, *, jobs: Jobs | None = None
    ) -> None:
        super().__init__(parent)
        self._asked: dict[str, int] = {}
        self._inspecting: dict[int, Then] = {}
        self._jobs = jobs
        self._is_warm = False
        self._client = self._new_client(model)
        self._client.prepare()

    def _new_client(self, model: str) -> WorkerClient:
        client = WorkerClient(model, parent=self)
        client.died.connect(self.died)
        if self._jobs is not None:
            self._jobs.watch(client)
        return client

    def use_model(self, model: str) -> None:
        """Ask another network from now on; questions to the one before are given up."""
        for kind in tuple(self._asked):
            self.cancel(kind)
        given_up, self._inspecting = self._inspecting, {}
        self._is_warm = False
        self._client.close()
        self._client.deleteLater()
        self._client = self._new_client(model)
        self._client.prepare()
        for number, then in given_up.items():
            then(Cancelled(number))

    def score(self, crop: Array) -> None:
        """Score one face cut; `scored` follows."""
        self._ask("score", ScoreFace(new_id(), crop))
        if not self._is_warm:
            # Maps have their own network, in bf16 if the processor has it. It is loaded now, not
            # while someone waits for a map.
            self._is_warm = True
            self._client.ask(
                Hide(new_id(), crop, Box(0, 0, 1, 1), OcclusionSettings()), lambda _answer: None
            )

    def map(self, crop: Array, settings: OcclusionSettings, labels: Array | None = None) -> None:
        """Make a heat map; `mapped` follows, several times.

        A map by regions needs their `labels`, from `Outlined`.
        """
        self._ask("map", Map(new_id(), crop, settings, labels))

    def hide(self, crop: Array, region: Box, settings: OcclusionSettings) -> None:
        """Hide a rectangle, pixels of the network's input; `hidden` follows."""
        self._ask("hide", Hide(new_id(), crop, region, settings))

    def follow(
        self,
        path: str,
        faces: Sequence[tuple[int, Box]],
        region: tuple[float, float, float, float],
        settings: OcclusionSettings,
        stream: int | None = None,
    ) -> None:
        """Hide the same part of the face in each of these frames; `followed` comes for each."""
        self._ask(
            "follow", Follow(new_id(), os.fsencode(path), tuple(faces), region, settings, stream)
        )

    def inspect(
        self, path: str, settings: InspectSettings, then: Then, evidence: HashedFile | None = None
    ) -> int:
        """Take a frame apart for an export; `then` gets the answer.

        `evidence` is the file as it was hashed before.

        It waits in the queue behind the questions.
        """

        def answered(answer: Final) -> None:
            self._inspecting.pop(answer.id, None)
            then(answer)

        request = Inspect(new_id(), os.fsencode(path), settings, evidence)
        self._inspecting[request.id] = then
        return self._client.ask(request, answered)

    def cancel(self, kind: str) -> None:
        """Give up the question of this kind; `finished` follows at once."""
        if (number := self._asked.pop(kind, None)) is not None:
            self._client.cancel(number)
            self.finished.emit(kind)

    def is_busy(self, kind: str) -> bool:
        """Whether the question of this kind waits for its answer."""
        return kind in self._asked

    @property
    def busy(self) -> bool:
        """Whether something was asked and not yet answered."""
        return self._client.busy

    def close(self) -> None:
        """End the worker."""
        self._client.close()

    def _ask(self, kind: str, request: ScoreFace | Map | Hide | Follow) -> None:
        if (before := self._asked.pop(kind, None)) is not None:
            self._client.cancel(before)
        self._asked[kind] = request.id
        self._client.ask(
            request,
            lambda answer: self._on_answer(kind, answer),
            lambda part: self._on_part(kind, part),
        )

    def _on_part(self, kind: str, part: Part) -> None:
        if self._asked.get(kind) != part.id:
            return
        if isinstance(part, Mapped):
            self.mapped.emit(part)
        elif isinstance(part, FollowedOne):
            self.followed.emit(part.index, part.drop)

    def _on_answer(self, kind: str, answer: Final) -> None:
        if self._asked.get(kind) != answer.id:
            return  # a newer question of the kind was asked, or it was called off
        del self._asked[kind]
        if isinstance(answer, Failed):
            self.failed.emit(kind, answer.sentence)
        elif isinstance(answer, Mapped):
            self.mapped.emit(answer)
        elif isinstance(answer, Hidden):
            self.hidden.emit(answer)
        elif isinstance(answer, FaceScored):
            self.scored.emit(answer.score)
        self.finished.emit(kind)
