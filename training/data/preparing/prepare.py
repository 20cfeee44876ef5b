"""Videos -> shards of arrays, by several processes with one video each at a time.

After a kill it continues without loss or duplicates. A worker fills a shard and puts its arrays in
place; only then does this process append the shard to the manifest. After a kill a shard is either
in the manifest and complete, or not in it and made again.
"""

from __future__ import annotations

import csv
import io
import math
import os
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, fields
from itertools import count
from multiprocessing.connection import wait
from pathlib import Path

import msgspec

from dfgui.core.errors import AnalysisError
from dfgui.core.files import replace_file
from dfgui.resources import FACE_CHECK, resource
from training.data.prepared.shards import (
    NO_FACE,
    Manifest,
    PreparedVideo,
    PrepareSettings,
    Source,
    lock,
)
from training.data.preparing.crew import Begun, Done, Failed, Task, Worker
from training.data.table import LABELS
from training.data.videos import VideoRow, VideoTable

TABLE = "videos.csv"
SHARD_BYTES = 64 << 20
# At least so many if there are enough videos, so that workers share them and a kill costs little.
SHARDS = 16
TRIES = 2  # a video may kill a worker so often
WRITES = 3  # or a worker may die so often between videos
POLL_S = 0.5
SILENCE_S = 300.0
START_S = 120.0  # until a process is ready, at least
SAME = ("label", "original", "people", "split")
Say = Callable[..., None]  # a sentence and "info", or nothing, or "warning"


def _quiet(*_: object) -> None:
    pass


def prepare(
    table: VideoTable,
    out: Path,
    settings: PrepareSettings | None = None,
    *,
    workers: int = 0,
    again: bool = False,
    with_test: bool = False,
    say: Say = _quiet,
    progress: Callable[[float, str], None] = _quiet,
    stopping: Callable[[], bool] = lambda: False,
    silence_s: float = SILENCE_S,
    shard_bytes: int = SHARD_BYTES,
) -> int:
    """Take frames and faces of all videos, or of those that an earlier run did not reach.

    Args:
        table: the videos; more may be added for a later run.
        out: folder for the shards; read it with `Prepared`. Its `videos.csv` lists every video with
            size, SHA-256 and result.
        settings: what to take.
        workers: processes; 0 for as many as there are cores.
        again: also retry those that were left out before.
        with_test: also store videos of the split `test`; without it, training cannot touch them.
        say: gets a sentence for each video that is left out, and a count at the end.
        progress: gets 0-1 and the name of the video.
        stopping: is asked twice a second; once it returns true, finished shards are kept and the
            rest is dropped.
        silence_s: a worker without a sign of life for so long is ended.
        shard_bytes: approximate bytes of pictures in a shard.

    Returns:
        Number of videos not reached: 0 unless it was stopped.

    Raises:
        AnalysisError: the folder holds other settings or videos, the disk is full, no worker can be
            started, or a class stays empty.
    """
    settings = settings or PrepareSettings()
    table = _chosen(table, settings, with_test=with_test, say=say)
    _check(settings, table)
    with _disk_errors(out):
        lock(out, settings)
        manifest = Manifest(out)
        manifest.mend()
        _tidy(out, manifest)
        pending = _pending(manifest, table, again=again)
        _note_source(manifest, table, say)
        if pending:
            _warn_of_space(out, settings, len(pending), say)
            each = max(1, min(shard_bytes // settings.video_bytes, math.ceil(len(table) / SHARDS)))
            tasks = _tasks(pending, each, set(manifest.shards))
            _Preparation(
                out,
                settings,
                manifest,
                tasks,
                workers or os.cpu_count() or 1,
                say,
                progress,
                stopping,
                silence_s,
            ).run()
        left = len(_pending(manifest, table, again=False))
        _write_table(out, table, manifest)
    _conclude(out, manifest, table, left, say)
    return left


def _chosen(
    table: VideoTable, settings: PrepareSettings, *, with_test: bool, say: Say
) -> VideoTable:
    """The videos without the partners of fakes if pairs are prepared.

    Those of the split `test` are left out too, unless asked for.
    """
    table = table.paired() if settings.pairs else table
    kept = table if with_test else table.where(lambda row: row.split != "test")
    if len(kept) < len(table):
        say(
            f"Left untouched: the test part, {len(table) - len(kept)} of {len(table)}; --with-test"
            " prepares it too."
        )
    return kept


def _check(settings: PrepareSettings, table: VideoTable) -> None:
    for name, least in (("frames", 1), ("size", 0), ("face_size", 1)):
        if getattr(settings, name) < least:
            raise AnalysisError(
                f"{name}: expected {least} or more, received {getattr(settings, name)}."
            )
    if settings.face_scale <= 0 or not settings.video_bytes:
        raise AnalysisError(
            "face_scale must be above 0, and frames or faces must be stored; change the settings."
        )
    if settings.pairs and settings.faces != "haar":
        raise AnalysisError(
            "Pairs are cut by the box of a face that is found: faces must be haar, or pairs be"
            " prepared one by one."
        )
    if settings.landmarks and not resource("models", FACE_CHECK, "model.xml").is_file():
        raise AnalysisError(
            f"The network {FACE_CHECK}, which finds landmarks, is not there; install the program"
            " again, or do without landmarks."
        )
    twice = [file for file, times in Counter(row.file for row in table.rows).items() if times > 1]
    if twice:
        raise AnalysisError(
            f"{len(twice)} videos are in the table twice, the first of them {twice[0]}."
        )


def _note_source(manifest: Manifest, table: VideoTable, say: Say) -> None:
    source = Source(table.skipped, table.files)
    if source != manifest.source:
        for one in table.skipped:
            say(f"{one.what} is left out: {one.why}.", "warning")
        manifest.append(source)


def _tidy(out: Path, manifest: Manifest) -> None:
    """Remove what a kill left: half-written files, and shards that are not in the manifest."""
    known = {stored.file for shard in manifest.shards.values() for stored in shard.files.values()}
    for path in (*out.glob("*.part"), *out.glob("incoming-*"), *out.glob("shard-*.npy")):
        if path.name not in known:
            with suppress(OSError):
                path.unlink()


def _pending(manifest: Manifest, table: VideoTable, *, again: bool) -> list[VideoRow]:
    """The rows that no shard covers yet.

    Raises:
        AnalysisError: a video was prepared with other values than the table has now.
    """
    rows = {row.file: row for row in table.rows}
    done = set()
    for shard in manifest.shards.values():
        for video in shard.videos:
            _require_same(video, rows.get(video.row.file))
            done.add(video.row.file)
        done.update(() if again else (one.what for one in shard.skipped))
    return [row for row in table.rows if row.file not in done]


def _require_same(video: PreparedVideo, row: VideoRow | None) -> None:
    for name in SAME if row is not None else ():
        before, now = getattr(video.row, name), getattr(row, name)
        if before != now:
            raise AnalysisError(
                f"{video.row.file} was prepared with the {name} {before!r}, the table says {now!r}"
                " now; choose another folder."
            )


def _tasks(pending: Sequence[VideoRow], each: int, taken: set[int]) -> deque[Task]:
    """Tasks for shards with the lowest free numbers.

    After a kill the same videos come into the same shards.
    """
    free = (number for number in count() if number not in taken)
    return deque(
        Task(next(free), tuple(pending[i : i + each])) for i in range(0, len(pending), each)
    )


def _warn_of_space(out: Path, settings: PrepareSettings, videos: int, say: Say) -> None:
    needed, free = videos * settings.video_bytes, shutil.disk_usage(out).free
    if needed > free:
        say(
            f"{out.name} may need {needed / 1e9:.1f} GB more, and {free / 1e9:.1f} GB are free.",
            "warning",
        )


@contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    """Turns an error of the disk into a sentence."""
    try:
        yield
    except OSError as error:
        where = Path(error.filename).name if error.filename else out.name
        raise AnalysisError(
            f"{where} cannot be written: {error.strerror or error}. Free some space; the same"
            " command continues."
        ) from error


class _Preparation:
    """The tasks, the workers that do them, and their results."""

    def __init__(
        self, out: Path, settings: PrepareSettings, manifest: Manifest, tasks: deque[Task],
        workers: int, say: Say, progress: Callable[[float, str], None],
        stopping: Callable[[], bool], silence_s: float,
    ) -> None:  # fmt: skip
        self._out, self._settings, self._manifest, self._tasks = out, settings, manifest, tasks
        self._say, self._progress, self._stopping, self._silence_s = (
            say,
            progress,
            stopping,
            silence_s,
        )
        self._most = min(workers, len(tasks))
        self._threads = max(1, (os.cpu_count() or 1) // self._most)
        self._total = sum(len(task.rows) for task in tasks)
        self._done = 0
        self._workers: list[Worker] = []
        self._names = count()
        self._deaths: Counter[str] = Counter()

    def run(self) -> None:
        try:
            while (
                self._tasks or any(worker.task for worker in self._workers)
            ) and not self._stopping():
                self._give_out()
                by_connection = {worker.connection: worker for worker in self._workers}
                for connection in wait(list(by_connection), POLL_S):
                    self._hear(by_connection[connection])  # type: ignore[index]
                self._end_silent()
        finally:
            for worker in self._workers:
                worker.end()

    def _give_out(self) -> None:
        while len(self._workers) < min(
            self._most, len(self._tasks) + sum(worker.task is not None for worker in self._workers)
        ):
            self._workers.append(
                Worker(self._settings, self._out, str(next(self._names)), self._threads)
            )
        for worker in self._workers:
            if worker.task is None and self._tasks:
                worker.give(self._tasks.popleft())

    def _hear(self, worker: Worker) -> None:
        try:
            for message in worker.messages():
                if isinstance(message, Begun) and message.file:
                    self._report(f": {message.file}")
                elif isinstance(message, Done):
                    self._keep(worker, message)
                elif isinstance(message, Failed):
                    raise AnalysisError(message.sentence)
        except EOFError:
            self._lose(worker, worker.end())

    def _keep(self, worker: Worker, done: Done) -> None:
        self._manifest.append(done.shard)
        for one in done.shard.skipped:
            self._say(f"{one.what} is left out: {one.why}.", "warning")
        self._done += len(done.shard.names())
        worker.task, worker.begun = None, 0
        self._report("")

    def _report(self, what: str) -> None:
        done = self._done + sum(max(0, worker.begun - 1) for worker in self._workers)
        self._progress(done / self._total, f"{done} of {self._total} videos{what}")

    def _end_silent(self) -> None:
        for worker in list(self._workers):
            allowed = max(self._silence_s, START_S if worker.present is None else 0.0)
            if worker.task and time.monotonic() - worker.heard > allowed:
                worker.end()
                self._lose(worker, f"gave no sign of life for {allowed:g} s")

    def _lose(self, worker: Worker, how: str) -> None:
        """Handle a lost worker: restart its task; give up what killed workers twice."""
        self._workers.remove(worker)
        if worker.present is None:
            raise AnalysisError(
                f"A worker process {how} before it was ready; see the messages above, or take fewer"
                " workers."
            )
        task, file = worker.task, worker.present
        if task is None:
            return
        self._deaths[file or str(task.number)] += 1
        if not file and self._deaths[str(task.number)] >= WRITES:
            raise AnalysisError(
                f"The worker process that wrote shard {task.number} {how}, {WRITES} times; take"
                " fewer workers."
            )
        if file and self._deaths[file] >= TRIES:
            why = (
                f"the worker process that read it {how}, {TRIES} times; where memory ran out, take"
                " fewer workers"
            )
            task = msgspec.structs.replace(task, given_up=task.given_up | {file: why})
        else:
            self._say(
                f"The worker process that read {file or 'the last video'} {how}; its shard is begun"
                " again.",
                "warning",
            )
        self._tasks.appendleft(task)


def _write_table(out: Path, table: VideoTable, manifest: Manifest) -> None:
    """The merged table: every video, its size and SHA-256, and its result."""
    names = [one.name for one in fields(VideoRow)]
    prepared = {
        video.row.file: video for shard in manifest.shards.values() for video in shard.videos
    }
    left_out = {one.what: one.why for one in manifest.skipped()}
    text = io.StringIO()
    writer = csv.DictWriter(text, [*names, "sha256", "state", "why"], lineterminator="\n")
    writer.writeheader()
    for row in table.rows:
        video, why = prepared.get(row.file), left_out.get(row.file, "")
        state = "prepared" if video else "left out" if why else ""
        values = dict(zip(names, astuple(row), strict=True)) | {"people": " ".join(row.people)}
        found = {"bytes": video.bytes, "sha256": video.sha256} if video else {}
        writer.writerow(values | found | {"state": state, "why": why})
    for one in table.skipped:
        writer.writerow({"file": one.what, "state": "left out", "why": one.why})
    replace_file(out / TABLE, text.getvalue().encode(), durable=True)


def _conclude(out: Path, manifest: Manifest, table: VideoTable, left: int, say: Say) -> None:
    videos = [video for shard in manifest.shards.values() for video in shard.videos]
    labels = Counter(video.row.label for video in videos) + Counter(
        "REAL" for video in videos if video.partners != NO_FACE
    )
    skipped = manifest.skipped()
    lost = f"; {len(skipped)} were left out, {TABLE} says why" if skipped else ""
    if left:
        say(f"Stopped with {left} of {len(table)} videos to go. The same command continues there.")
        return
    for label in table.classes:
        if not labels[label]:
            first = f", the first of them {skipped[0].what}: {skipped[0].why}" if skipped else ""
            raise AnalysisError(f"{out.name} has no {label} video{lost}{first}.")
    say(f"{len(videos)} videos are prepared, {_counted(labels, videos)}{lost}.")


def _counted(labels: Counter[str], videos: Sequence[PreparedVideo]) -> str:
    """Such as `3 REAL and 4 FAKE, with landmarks on 97 of 100 faces`."""
    faces, marked = sum(video.faces for video in videos), sum(video.marked for video in videos)
    by_label = " and ".join(f"{labels[label]} {label}" for label in LABELS)
    return by_label + (f", with landmarks on {marked} of {faces} faces" if marked else "")
