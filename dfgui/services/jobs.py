"""Work that takes time: how far each job got, how long it still takes, how to call it off."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from dfgui.services.folder_search import FolderSearch, Search, Seen
from dfgui.services.worker_client import WorkerClient
from dfgui.worker.messages import (
    Follow,
    FollowedOne,
    Hash,
    Inspect,
    Listen,
    Map,
    Mapped,
    Measure,
    Open,
    Part,
    Progressed,
    Request,
    Scan,
)

SHOWN_AFTER_S = 0.5  # what is done sooner is not worth a word
FIRST_GUESS_S = 0.8  # before that, a guess of the time left jumps about
WATCHED = (Open, Hash, Listen, Measure, Map, Follow, Inspect, Scan, Search)
# The others come by themselves, with a file or a frame.
ASKED_FOR = (Map, Follow, Inspect, Scan, Search)
# For requests with several stages: the one whose share says how far the request is.
STEADY_STAGES: dict[type, str] = {Scan: "frames", Inspect: "map"}


@dataclass(frozen=True)
class Job:
    """A piece of work.

    Attributes:
        request: what was asked.
        done: how much of `total`.
        total: 0 while it is not known.
        began_s: by the clock of `Jobs`.
        cancel: calls it off.
    """

    request: Request | Search
    done: int
    total: int
    began_s: float
    cancel: Callable[[], None]

    @property
    def fraction(self) -> float | None:
        """Share that is done, 0-1; None while it is not known."""
        return min(1.0, self.done / self.total) if self.total else None


class Jobs(QObject):
    """The pieces of work that are under way: in the workers, and the search of folders.

    Args:
        now: a clock in seconds, for tests.
        parent: owner.
    """

    changed = Signal()

    def __init__(
        self, now: Callable[[], float] = time.monotonic, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self._jobs: dict[int, Job] = {}
        self._reveal = QTimer(self, singleShot=True, interval=round(SHOWN_AFTER_S * 1000) + 20)
        self._reveal.timeout.connect(self.changed)

    def watch(self, client: WorkerClient | FolderSearch) -> None:
        """Follow what is asked of a worker, or which folders are searched."""
        client.asked.connect(lambda request: self._on_asked(client, request))
        client.moved.connect(self._on_moved)
        client.ended.connect(self._on_ended)

    @property
    def current(self) -> Job | None:
        """The job to show and to call off; None until one has taken a while.

        From then on it is the last to begin of those that the user asked for, or, if there are
        none, of those that have taken a while.
        """
        begun = [job for job in self._jobs.values() if job.began_s <= self._now()]
        slow = [job for job in begun if self._now() - job.began_s >= SHOWN_AFTER_S]
        asked = [job for job in begun if isinstance(job.request, ASKED_FOR)]
        return max(asked if slow and asked else slow, key=lambda job: job.began_s, default=None)

    def left_s(self, job: Job) -> float | None:
        """Seconds that it will still take; None while that cannot be told."""
        spent, share = self._now() - job.began_s, job.fraction
        return spent * (1 - share) / share if share and spent >= FIRST_GUESS_S else None

    def _on_asked(self, client: WorkerClient | FolderSearch, request: Request | Search) -> None:
        if isinstance(request, WATCHED) and not isinstance(request, Scan):
            self._begin(client, request)
        elif isinstance(request, Scan):
            # Scans wait for each other: one begins with its first message.
            self._jobs[request.id] = Job(
                request, 0, 0, float("inf"), lambda: client.cancel(request.id)
            )

    def _begin(self, client: WorkerClient | FolderSearch, request: Request | Search) -> None:
        self._jobs[request.id] = Job(request, 0, 0, self._now(), lambda: client.cancel(request.id))
        self._reveal.start()

    def _on_moved(self, number: int, part: Part | Seen) -> None:
        job = self._jobs.get(number)
        if job is None:
            return
        if job.began_s == float("inf"):
            job = replace(job, began_s=self._now())
            self._reveal.start()
        self._jobs[number] = _moved(job, part)
        self.changed.emit()

    def _on_ended(self, number: int) -> None:
        if self._jobs.pop(number, None) is not None:
            self.changed.emit()


def _moved(job: Job, part: Part | Seen) -> Job:
    """The job with its new progress."""
    if isinstance(part, Seen):
        return replace(job, done=part.count)
    if isinstance(part, Mapped):
        return replace(job, done=part.evaluated, total=part.total)
    if isinstance(part, FollowedOne) and isinstance(job.request, Follow):
        return replace(job, done=job.done + 1, total=len(job.request.faces))
    steady = STEADY_STAGES.get(type(job.request))
    if isinstance(part, Progressed) and part.total and steady in (None, part.stage):
        return replace(job, done=part.done, total=part.total)
    return job
