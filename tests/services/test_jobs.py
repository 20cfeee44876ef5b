"""A job is shown once it has taken half a second, with an honest estimate of the time left."""

from typing import cast

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import OcclusionSettings, ScanSettings
from dfgui.core.geometry import Box
from dfgui.services.jobs import Jobs
from dfgui.services.worker_client import WorkerClient
from dfgui.worker.messages import Follow, FollowedOne, Hash, Measure, Pcm, Progressed, Scan


class _WorkerClient(QObject):
    asked = Signal(object)
    moved = Signal(int, object)
    ended = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.cancelled: list[int] = []

    def cancel(self, number: int) -> None:
        self.cancelled.append(number)


class _Clock:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def _watched() -> tuple[Jobs, _WorkerClient, _Clock]:
    client, clock = _WorkerClient(), _Clock()
    jobs = Jobs(clock)
    jobs.watch(cast(WorkerClient, client))
    return jobs, client, clock


def test_short_work_is_never_named(qtbot: QtBot) -> None:
    jobs, client, clock = _watched()
    client.asked.emit(Hash(1, b"a.mp4"))
    clock.seconds += 0.4
    assert jobs.current is None
    client.ended.emit(1)
    clock.seconds += 10
    assert jobs.current is None


def test_time_left_follows_from_the_share_that_is_done(qtbot: QtBot) -> None:
    jobs, client, clock = _watched()
    client.asked.emit(Hash(1, b"a.mp4"))
    clock.seconds += 2
    client.moved.emit(1, Progressed(1, "hash", 25, 100))
    job = jobs.current
    assert job is not None
    assert job.fraction == 0.25
    assert jobs.left_s(job) == 6.0  # 2 s for a quarter: 6 s for the rest
    job.cancel()
    assert client.cancelled == [1]


def test_a_scan_begins_when_its_turn_comes_and_counts_frames_only(qtbot: QtBot) -> None:
    jobs, client, clock = _watched()
    for number in (1, 2):
        client.asked.emit(Scan(number, b"a.mp4", ScanSettings()))
    clock.seconds += 5
    assert jobs.current is None
    client.moved.emit(2, Progressed(2, "hash", 1, 1))
    clock.seconds += 1
    client.moved.emit(2, Progressed(2, "frames", 8, 32))
    job = jobs.current
    assert job is not None
    assert (job.request.id, job.done, job.total) == (2, 8, 32)
    assert jobs.left_s(job) == 3.0  # the wait before its turn does not count


def test_what_was_asked_for_comes_before_what_comes_by_itself(qtbot: QtBot) -> None:
    jobs, client, clock = _watched()
    client.asked.emit(Scan(1, b"a.mp4", ScanSettings()))
    client.asked.emit(Measure(2, b"a.mp4", 0, 90))
    clock.seconds += 0.4
    client.moved.emit(1, Progressed(1, "frames", 1, 32))
    assert jobs.current is None
    clock.seconds += 0.2  # the measurement takes a while, the scan has only begun
    job = jobs.current
    assert job is not None
    assert job.request.id == 1
    client.asked.emit(Measure(3, b"a.mp4", 5, 90))
    clock.seconds += 1
    assert jobs.current == job
    client.ended.emit(1)
    job = jobs.current
    assert job is not None
    assert job.request.id == 3


def test_the_last_to_begin_is_shown_and_the_one_before_comes_back(qtbot: QtBot) -> None:
    jobs, client, clock = _watched()
    client.asked.emit(Hash(1, b"a.mp4"))
    clock.seconds += 1
    client.asked.emit(
        Follow(
            2,
            b"a.mp4",
            ((0, Box(0, 0, 9, 9)), (5, Box(0, 0, 9, 9))),
            (0.0, 0.0, 0.5, 0.5),
            OcclusionSettings(),
        )
    )
    clock.seconds += 1
    client.moved.emit(2, FollowedOne(2, 0, 0.1))
    job = jobs.current
    assert job is not None
    assert (job.request.id, job.fraction) == (2, 0.5)
    client.ended.emit(2)
    job = jobs.current
    assert job is not None
    assert job.request.id == 1


def test_what_is_asked_all_the_time_is_no_job(qtbot: QtBot) -> None:
    jobs, client, clock = _watched()
    client.asked.emit(Pcm(1, b"a.mp4", 0.0, 0.4))
    clock.seconds += 5
    assert jobs.current is None
