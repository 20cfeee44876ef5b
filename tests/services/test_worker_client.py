"""One worker as the window sees it: every answer arrives once and in the window's thread.

This holds even if the worker dies.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from dfgui.core.analysis_results import (
    ScanSettings,
)
from dfgui.core.values import Array
from dfgui.services.worker_client import GONE, WorkerClient, new_id
from dfgui.worker.messages import (
    FAULT,
    Cancelled,
    Failed,
    Final,
    Part,
    Progressed,
    Request,
    Scan,
    Scanned,
    ScoreFace,
)
from dfgui.worker.process import BACKLOG, Limits

FAKE = str(Path(__file__).parent.parent / "worker" / "fake.py")
LIMITS = Limits(memory_bytes=200 << 20, silence_s=60.0, start_s=60.0)
ENDED = "The analysis of this file stopped: its process ended unexpectedly."
WAIT_MS = 60_000


class Ear:
    """Records the answers and parts from a client, in order, with the thread that they came in."""

    def __init__(self, client: WorkerClient) -> None:
        self.client = client
        self.answers: list[Final] = []
        self.parts: list[Part] = []
        self.threads: set[threading.Thread] = set()
        self.deaths: list[str] = []
        self.engines: list[str] = []
        client.died.connect(self.deaths.append)
        client.engine_found.connect(self.engines.append)

    def ask(self, how: str) -> int:
        return self.client.ask(
            Scan(new_id(), how.encode(), ScanSettings()), self._then, self._heard
        )

    def ask_for(self, request: Request) -> int:
        return self.client.ask(request, self._then, self._heard)

    def _then(self, answer: Final) -> None:
        self.threads.add(threading.current_thread())
        self.answers.append(answer)

    def _heard(self, part: Part) -> None:
        self.threads.add(threading.current_thread())
        self.parts.append(part)


@pytest.fixture
def listen(qapp: object) -> Iterator[Callable[..., Ear]]:
    """Make a client of a fake worker, and the object that records its messages."""
    ears: list[Ear] = []

    def make(
        how: str = "well",
        *,
        limits: Limits = LIMITS,
        behind: bool = False,
        digest: Callable[[Request, Final], None] | None = None,
    ) -> Ear:
        client = WorkerClient(
            "",
            threads=1,
            limits=limits,
            start=[sys.executable, FAKE, how],
            behind=behind,
            digest=digest,
        )
        ears.append(Ear(client))
        return ears[-1]

    yield make
    for ear in ears:
        ear.client.close()
        ear.client.deleteLater()


def answered(qtbot: QtBot, ear: Ear, count: int) -> None:
    qtbot.waitUntil(lambda: len(ear.answers) >= count, timeout=WAIT_MS)


def test_each_request_is_answered_once_in_order_and_in_the_main_thread(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    assert ear.client.pid is None
    numbers = [ear.ask("good") for _ in range(5)]
    assert ear.client.busy
    answered(qtbot, ear, 5)
    qtbot.wait(50)
    assert [answer.id for answer in ear.answers] == numbers
    assert len(set(numbers)) == 5
    assert all(isinstance(answer, Scanned) for answer in ear.answers)
    assert ear.threads == {threading.main_thread()}
    assert (ear.engines, ear.deaths, ear.client.busy) == (["fake 1"], [], False)


def test_prepare_starts_the_worker_that_answers_later(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    ear.client.prepare()
    qtbot.waitUntil(lambda: ear.engines == ["fake 1"], timeout=WAIT_MS)
    worker = ear.client.pid
    ear.ask("good")
    answered(qtbot, ear, 1)
    (answer,) = ear.answers
    assert isinstance(answer, Scanned)
    assert answer.result.warnings == (str(worker),)


def test_a_killed_worker_fails_its_request_and_the_next_one_works(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    first, second = ear.ask("hang"), ear.ask("good")
    qtbot.waitUntil(lambda: ear.parts == [Progressed(first, "frames", 1, 2)], timeout=WAIT_MS)
    assert ear.client.pid is not None
    os.kill(ear.client.pid, signal.SIGKILL)
    answered(qtbot, ear, 2)
    assert ear.answers[0] == Failed(first, ENDED, GONE)
    assert (ear.answers[1].id, type(ear.answers[1])) == (second, Scanned)
    assert ear.deaths == [ENDED]


def test_a_worker_killed_while_idle_is_replaced_and_nobody_hears_of_it(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    ear.ask("good")
    answered(qtbot, ear, 1)
    assert ear.client.pid is not None
    worker = psutil.Process(ear.client.pid)
    worker.kill()
    worker.wait(60)
    ear.ask("good")
    answered(qtbot, ear, 2)
    assert isinstance(ear.answers[1], Scanned)
    assert (ear.deaths, ear.engines) == ([], ["fake 1", "fake 1"])


def test_a_worker_that_has_a_fault_is_not_asked_again(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    for how in ("good", "fault", "good"):
        ear.ask(how)
    answered(qtbot, ear, 3)
    before, fault, after = ear.answers
    assert isinstance(fault, Failed)
    assert fault.sentence == "A fault."
    assert isinstance(before, Scanned)
    assert isinstance(after, Scanned)
    assert before.result.warnings != after.result.warnings
    assert ear.deaths == []


@pytest.mark.parametrize(
    ("how", "sentence"), [("die", ENDED), ("refuse", "The model package of the test is refused.")]
)
def test_a_worker_that_does_not_come_up_fails_each_request(
    how: str, sentence: str, qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen(how)
    ear.client.prepare()
    numbers = [ear.ask("good"), ear.ask("good")]
    answered(qtbot, ear, 2)
    assert ear.answers == [Failed(number, sentence, GONE) for number in numbers]


def test_who_watches_sees_each_request_begin_move_and_end(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    seen: list[tuple[str, object]] = []
    ear.client.asked.connect(lambda request: seen.append(("asked", request.id)))
    ear.client.moved.connect(lambda number, part: seen.append(("moved", (number, part))))
    ear.client.ended.connect(lambda number: seen.append(("ended", number)))
    first, second = ear.ask("hang"), ear.ask("good")
    qtbot.waitUntil(lambda: bool(ear.parts), timeout=WAIT_MS)
    ear.client.close()
    moved = ("moved", (first, Progressed(first, "frames", 1, 2)))
    assert seen == [("asked", first), ("asked", second), moved, ("ended", first), ("ended", second)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority")
def test_a_worker_behind_the_others_is_nicer(qtbot: QtBot, listen: Callable[..., Ear]) -> None:
    ear = listen(behind=True)
    ear.ask("good")
    answered(qtbot, ear, 1)
    assert psutil.Process(ear.client.pid).nice() == min(19, max(10, psutil.Process().nice()))


def test_closing_ends_all_at_once_in_mid_request(qtbot: QtBot, listen: Callable[..., Ear]) -> None:
    ear = listen()
    ear.ask("hang")
    ear.ask("good")
    qtbot.waitUntil(lambda: bool(ear.parts), timeout=WAIT_MS)
    assert ear.client.pid is not None
    worker, before = psutil.Process(ear.client.pid), threading.active_count()
    began = time.monotonic()
    ear.client.close()
    assert time.monotonic() - began < 10  # the fake would hang for ten minutes
    assert not worker.is_running()
    assert threading.active_count() < before
    qtbot.wait(100)
    assert (ear.answers, ear.deaths, len(ear.parts), ear.client.busy) == ([], [], 1, False)


def test_what_was_said_and_not_heard_before_closing_is_dropped(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    said = threading.Event()
    ear = listen(digest=lambda request, answer: said.set())
    ear.ask("good")
    assert said.wait(60)  # the answer waits for this thread's event loop
    ear.client.close()
    qtbot.wait(100)
    assert ear.answers == []


@pytest.mark.parametrize("how", ["never", "slowly"])
def test_closing_ends_a_worker_that_still_starts(
    how: str, qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen(how)
    ear.ask("good")
    qtbot.waitUntil(lambda: ear.client.pid is not None, timeout=WAIT_MS)
    worker = psutil.Process(ear.client.pid)
    ear.client.close()
    assert not worker.is_running()
    qtbot.wait(50)
    assert (ear.answers, ear.deaths, ear.engines) == ([], [], [])


def test_a_waiting_request_is_called_off_and_not_begun(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    first, second, third = ear.ask("hang"), ear.ask("crash"), ear.ask("good")
    qtbot.waitUntil(lambda: bool(ear.parts), timeout=WAIT_MS)
    ear.client.cancel(second)
    ear.client.cancel(second)
    assert ear.client.pid is not None
    os.kill(ear.client.pid, signal.SIGKILL)
    answered(qtbot, ear, 3)
    assert ear.answers[:2] == [Failed(first, ENDED, GONE), Cancelled(second)]
    assert (ear.answers[2].id, ear.deaths) == (third, [ENDED])


def test_a_request_cancelled_while_its_worker_starts_is_not_begun(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen("slowly")
    first = ear.ask("crash")
    qtbot.waitUntil(lambda: ear.client.pid is not None, timeout=WAIT_MS)
    ear.client.cancel(first)
    second = ear.ask("good")
    answered(qtbot, ear, 2)
    assert ear.answers[0] == Cancelled(first)
    assert (ear.answers[1].id, type(ear.answers[1]), ear.deaths) == (second, Scanned, [])
    # This worker exits when it is told of a request that it did not get.
    assert ear.engines == ["fake 1"]


def test_a_cancel_after_the_answer_changes_nothing(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen()
    first = ear.ask("good")
    answered(qtbot, ear, 1)
    for number in (first, 0, 10**9):
        ear.client.cancel(number)
    ear.ask("good")
    answered(qtbot, ear, 2)
    assert isinstance(ear.answers[1], Scanned)


def test_a_flood_of_progress_does_not_pile_up_before_a_busy_window(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    said = threading.Event()
    ear = listen(digest=lambda request, answer: said.set())
    ear.ask("flood")
    assert said.wait(60)  # the worker sent everything, and this thread read nothing
    answered(qtbot, ear, 1)
    assert isinstance(ear.answers[0], Scanned)
    assert 0 < len(ear.parts) <= BACKLOG


def test_a_digest_that_fails_is_a_fault_and_the_link_lives_on(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    digested: list[Final] = []

    def digest(request: Request, answer: Final) -> None:
        assert threading.current_thread() is not threading.main_thread()
        digested.append(answer)
        if len(digested) == 1:
            raise ValueError("a picture that does not fit")

    ear = listen(digest=digest)
    first, _ = ear.ask("good"), ear.ask("good")
    answered(qtbot, ear, 2)
    assert ear.answers[0] == Failed(first, FAULT)
    assert ear.answers[1] is digested[1]


def test_a_worker_that_does_not_read_does_not_hold_up_the_window(
    qtbot: QtBot, listen: Callable[..., Ear]
) -> None:
    ear = listen(limits=Limits(memory_bytes=200 << 20, silence_s=2.0, start_s=60.0))
    ear.ask("deaf")
    answered(qtbot, ear, 1)
    # More than a pipe holds.
    number = ear.ask_for(ScoreFace(new_id(), Array("uint8", (512, 512, 3), bytes(512 * 512 * 3))))
    qtbot.wait(300)
    began = time.monotonic()
    ear.client.cancel(number)
    assert time.monotonic() - began < 1
    answered(qtbot, ear, 2)
    assert isinstance(ear.answers[1], Failed)
    assert ear.answers[1].trace == GONE
