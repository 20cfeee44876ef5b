"""A bad worker costs only its file and is replaced; nothing outlives the pool.

A worker is bad if it crashes, hangs or sends nonsense. A sentence says which it was.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import psutil
import pytest

from dfgui.core.analysis_results import (
    InspectSettings,
    ScanSettings,
)
from dfgui.core.values import Array
from dfgui.logs import log_folder, start_log
from dfgui.worker.messages import Failed, Inspect, Inspected, Progressed, Scan, Scanned, ScoreFace
from dfgui.worker.pool import Outcome, Pool
from dfgui.worker.process import BACKLOG, Limits, Worker, WorkerGoneError
from tests.support.clips import copy_packets, make_clip
from tests.support.program import PROGRAM, SCORE_RED_170, Y_RED_170

FAKE = str(Path(__file__).with_name("fake.py"))
LIMITS = Limits(memory_bytes=200 << 20, silence_s=1.0, start_s=30.0)
ENDED = "The analysis of this file stopped: its process ended unexpectedly."
NONSENSE = "The analysis of this file stopped: its process gave an answer that makes no sense."
SILENT = "The analysis of this file stopped: nothing was heard of its process for 1 s."
MEMORY = "The file needs more than the 200 MB of memory that one file may use."
MISBEHAVIOUR = {
    "crash": ENDED,
    "leave": ENDED,
    "half": ENDED,
    "hang": SILENT,
    "garbage": NONSENSE,
    "text": NONSENSE,
    "huge": NONSENSE,
    "wrong_type": NONSENSE,
    "wrong_shape": NONSENSE,
    "wrong_hash": NONSENSE,
    "deep": NONSENSE,
    "other_id": NONSENSE,
    "ready_again": NONSENSE,
    "other_part": NONSENSE,
    "other_answer": NONSENSE,
    "eat": MEMORY,
}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No process and no thread outlives a test."""
    threads = set(threading.enumerate())
    yield
    assert workers() == []
    assert set(threading.enumerate()) <= threads


def workers() -> list[psutil.Process]:
    """The child processes, without Python's helper that stays after the use of shared memory."""
    helper = resource_tracker._resource_tracker._pid  # type: ignore[attr-defined]
    return [child for child in psutil.Process().children(recursive=True) if child.pid != helper]


def fake_pool(start: str = "well", *, workers: int = 1, limits: Limits = LIMITS) -> Pool:
    return Pool("anywhere", workers=workers, limits=limits, start=[sys.executable, FAKE, start])


def request(number: int, how: str | Path) -> Scan:
    return Scan(number, os.fsencode(how), ScanSettings())


def outcomes(pool: Pool, *requests: Scan) -> dict[int, Outcome]:
    answers = [message for message in pool.run(requests) if not isinstance(message, Progressed)]
    assert len(answers) == len(requests)
    return {answer.id: answer for answer in answers}


def answered_by(outcome: Outcome) -> int:
    """The process number of the fake worker that gave a good answer for the requested path."""
    assert isinstance(outcome, Scanned)
    assert (outcome.result.status, outcome.result.path) == ("not_scored", "good")
    (process,) = outcome.result.warnings
    return int(process)


@pytest.mark.parametrize("how", MISBEHAVIOUR)
def test_misbehaviour_costs_its_file_alone(how: str) -> None:
    with fake_pool() as pool:
        answers = outcomes(
            pool, request(1, "good"), request(2, how), request(3, "good"), request(4, "good")
        )
    assert answers[2] == Failed(2, MISBEHAVIOUR[how])
    assert answered_by(answers[1]) != answered_by(answers[3])
    assert answered_by(answers[3]) == answered_by(answers[4])


def test_a_good_inspection_passes_under_the_path_that_was_asked_for() -> None:
    with fake_pool() as pool:
        (answer,) = pool.run([Inspect(1, b"caf\xe9/inspected", InspectSettings())])
    assert isinstance(answer, Inspected)
    # Byte E9 alone is not valid UTF-8.
    assert (answer.result.path, answer.result.crop.numpy().shape) == ("caf?/inspected", (2, 2, 3))


def test_a_worker_that_talks_all_the_time_ends_at_its_limit() -> None:
    with fake_pool(limits=Limits(LIMITS.memory_bytes, silence_s=60.0, total_s=1.0)) as pool:
        answers = outcomes(pool, request(1, "chatter"), request(2, "good"))
    assert answers[1] == Failed(
        1, "The analysis of this file stopped: it took more than the 1 s that one file may take."
    )
    assert answered_by(answers[2])


def test_a_flood_of_progress_does_not_pile_up() -> None:
    threads = set(threading.enumerate())
    with fake_pool(limits=Limits(LIMITS.memory_bytes, silence_s=60.0)) as pool:
        running = pool.run([request(1, "flood")])
        assert isinstance(next(running), Progressed)
        for thread in set(threading.enumerate()) - threads:
            thread.join()  # the worker sends everything before the pool reads it
        *waiting, last = running
    assert isinstance(last, Scanned)
    assert 0 < len(waiting) <= BACKLOG


def test_what_a_worker_starts_counts_and_ends_with_it() -> None:
    with fake_pool(limits=Limits(LIMITS.memory_bytes, silence_s=60.0)) as pool:
        told, outcome = pool.run([request(1, "eat_below")])
    assert outcome == Failed(1, MEMORY)
    assert isinstance(told, Progressed)
    while runs(told.done):  # until the test times out, if it never ends
        threading.Event().wait(0.02)


def runs(process: int) -> bool:
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_worker_that_does_not_read_holds_up_neither_who_asks_nor_who_cancels() -> None:
    worker = Worker(threads=1, limits=LIMITS, start=[sys.executable, FAKE, "well"])
    try:
        worker.prepare("anywhere")
        assert isinstance(worker.ask(request(1, "deaf"), lambda part: None), Scanned)
        # More than a pipe holds.
        large = ScoreFace(2, Array("uint8", (512, 512, 3), bytes(512 * 512 * 3)))
        began = time.monotonic()
        cancelling = threading.Timer(0.2, worker.cancel, [2])
        cancelling.start()
        with pytest.raises(WorkerGoneError, match="nothing was heard of its process for 1 s"):
            worker.ask(large, lambda part: None)
        assert time.monotonic() - began < 30
        cancelling.join()
    finally:
        worker.close()


def test_the_engine_is_what_the_worker_says() -> None:
    with fake_pool() as pool:
        assert pool.engine is None
        outcomes(pool, request(1, "good"))
        assert pool.engine == "fake 1"


@pytest.mark.parametrize("how", ["crash", "garbage", "fault"])
def test_the_log_names_the_file_and_stays_one_json_value_a_line(how: str, own_log: Path) -> None:
    with fake_pool() as pool:
        outcomes(
            pool,
            request(1, Path('an\n"odd"\x1b[2J', how)),
            request(2, Path(os.fsdecode(b"\xff"), how)),
        )
    messages = [json.loads(line)["message"] for line in own_log.read_text().splitlines()]
    for name in ('an\n"odd"\x1b[2J', "?"):
        assert any(message.startswith(f"{name}{os.sep}{how}: ") for message in messages)


@pytest.fixture
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The program's log, in its own folder."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    logger = logging.getLogger("dfgui")
    before = (list(logger.handlers), logger.level, logger.propagate, logging.raiseExceptions)
    start_log()
    yield log_folder() / "dfgui.jsonl"
    for handler in logger.handlers:
        handler.close()
    logger.handlers, logger.level, logger.propagate, logging.raiseExceptions = before


def test_a_worker_that_dies_after_its_answer_costs_nothing() -> None:
    with fake_pool() as pool:
        (answer,) = outcomes(pool, request(1, "answer_then_die")).values()
        assert isinstance(answer, Scanned)
        gone = int(answer.result.warnings[0])
        assert not psutil.pid_exists(gone)
        assert answered_by(outcomes(pool, request(2, "good"))[2]) != gone


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        ("never", SILENT),
        ("die", ENDED),
        ("refuse", "The model package of the test is refused."),
        ("answer_unasked", "The analysis process did not start properly."),
    ],
)
def test_a_worker_that_does_not_come_up(start: str, sentence: str) -> None:
    with fake_pool(
        start,
        limits=Limits(
            LIMITS.memory_bytes, silence_s=60.0, start_s=1.0 if start == "never" else 30.0
        ),
    ) as pool:
        assert outcomes(pool, request(1, "good"), request(2, "good")) == {
            n: Failed(n, sentence) for n in (1, 2)
        }


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with Pool("anywhere", start=[str(tmp_path / "nothing")]) as pool:
        answer = outcomes(pool, request(1, "good"))[1]
    assert answer == Failed(1, "The analysis process cannot be started; install the program again.")


def test_several_workers_share_the_requests() -> None:
    with fake_pool(workers=3) as pool:
        answers = outcomes(
            pool,
            *(request(number, "crash" if number % 5 == 0 else "good") for number in range(1, 21)),
        )
    assert {number for number, answer in answers.items() if isinstance(answer, Failed)} == {
        5,
        10,
        15,
        20,
    }


def test_progress_is_passed_on() -> None:
    with fake_pool() as pool:
        messages = list(pool.run([request(7, "hang")]))
    assert messages == [Progressed(7, "frames", 1, 2), Failed(7, SILENT)]


def test_no_requests() -> None:
    with fake_pool() as pool:
        assert list(pool.run([])) == []
    assert workers() == []


def test_stop_ends_busy_workers_and_the_run() -> None:
    pool = fake_pool(workers=2, limits=Limits(silence_s=600.0))
    running = pool.run([request(number, "hang") for number in range(1, 6)])
    assert {getattr(next(running), "id", 0) for _ in range(2)} == {1, 2}  # both are at work
    pool.stop()
    assert workers() == []
    assert list(running) == []
    assert list(pool.run([request(9, "good")])) == []  # a stopped pool starts nothing


def test_what_was_finished_and_not_given_yet_is_kept_at_a_stop() -> None:
    pool = fake_pool()
    running = pool.run([request(1, "good"), request(2, "good")])
    first = next(running)
    while workers():  # until the worker has answered both, and ended
        threading.Event().wait(0.01)
    pool.stop()
    assert (first.id, [outcome.id for outcome in pool.unheard]) == (1, [2])
    assert list(running) == []


def test_stop_ends_a_worker_that_is_still_starting() -> None:
    pool = fake_pool("never", limits=Limits(start_s=600.0, silence_s=600.0))
    ended: list[list[object]] = []
    waiting = threading.Thread(target=lambda: ended.append(list(pool.run([request(1, "good")]))))
    waiting.start()
    while not workers():
        threading.Event().wait(0.01)
    pool.stop()
    waiting.join()
    assert ended == [[]]


def test_the_real_worker_survives_a_refused_file(package: Path, tmp_path: Path) -> None:
    good = make_clip(tmp_path / "good.mkv", codec="ffv1", frames=2, flat=(Y_RED_170, 128, 128))
    with Pool(str(package)) as pool:
        settings = ScanSettings(frames=2, faces="whole")
        answers = outcomes(
            pool, Scan(1, b"/nowhere/x.mp4", settings), Scan(2, os.fsencode(good), settings)
        )
    assert isinstance(answers[1], Scanned)
    assert (answers[1].result.status, answers[1].result.sha256) == ("failed", None)
    assert isinstance(answers[2], Scanned)
    assert answers[2].result.score == SCORE_RED_170


def test_the_real_worker_keeps_to_its_memory(package: Path, tmp_path: Path) -> None:
    small = make_clip(tmp_path / "small.mkv", codec="ffv1", frames=3, flat=(Y_RED_170, 128, 128))
    big = copy_packets(
        make_clip(tmp_path / "one.mp4", size=(7680, 4320), frames=2), tmp_path / "big.mp4", times=20
    )
    settings = ScanSettings(frames=40, faces="whole")
    # Enough for two workers on a small file, a third of what 8K pictures take.
    with Pool(str(package), limits=Limits(memory_bytes=500 << 20, silence_s=30.0)) as pool:
        answers = outcomes(
            pool,
            *(
                Scan(number, os.fsencode(path), settings)
                for number, path in enumerate((big, small), 1)
            ),
        )
    refused = answers[1]
    assert isinstance(refused, Failed)
    assert (
        refused.sentence == "The file needs more than the 500 MB of memory that one file may use."
    )
    scanned = answers[2]
    assert isinstance(scanned, Scanned)
    assert scanned.result.score == SCORE_RED_170


def test_a_worker_ends_with_its_parent(package: Path, tmp_path: Path) -> None:
    path = copy_packets(
        make_clip(tmp_path / "clip.mp4", size=(640, 480)), tmp_path / "long.mp4", times=40
    )
    program = subprocess.Popen(
        [*PROGRAM, "scan", path, "--model", package, "--frames", "1200"], stdout=subprocess.DEVNULL
    )
    worker = at_work_on(path, program.pid)
    program.kill()
    program.wait()
    worker.wait(timeout=60)
    assert not worker.is_running()


def at_work_on(path: Path, program: int) -> psutil.Process:
    """Wait for the worker of a program that has the file open, and return it."""
    while True:
        for child in psutil.Process(program).children():
            try:
                if str(path) in [file.path for file in child.open_files()]:
                    return child
            except psutil.Error:
                continue
        threading.Event().wait(0.02)
