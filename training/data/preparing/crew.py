"""The processes that prepare videos: what one is told, what it reports, and how it ended.

A worker parses files of any origin. If it crashes, that costs one video and not the preparation,
and nothing that it sends is unpickled.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import msgspec

from dfgui.core.errors import AnalysisError
from training.data.prepared.shards import PrepareSettings, Shard, ShardWriter
from training.data.preparing.examine import examine
from training.data.preparing.examine_pair import examine_pair
from training.data.preparing.marks import load_mesh
from training.data.videos import VideoRow

BEAT_S = 1.0  # between two signs of life
GRACE_S = 10.0  # for a process to end after it was told to or killed
log = logging.getLogger(__name__)


class Task(msgspec.Struct, frozen=True):
    """The videos of one shard; those given up are left out, with a sentence each."""

    number: int
    rows: tuple[VideoRow, ...]
    given_up: dict[str, str] = {}


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """A video was begun; `file` is '' once the shard is being written and at the start."""

    file: str


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """The work is still running."""


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The arrays of a shard are on the disk."""

    shard: Shard


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """Nothing more can be written; says why in a sentence."""

    sentence: str


Message = Begun | Beat | Done | Failed


def work(
    connection: Connection, settings: PrepareSettings, out: Path, name: str, threads: int
) -> None:
    """Run a worker process: do tasks until it is told None or the connection closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the tasks
    cv2.setNumThreads(threads)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        _Hands(connection, settings, out, name, threads).work()


class _Hands:
    def __init__(
        self, connection: Connection, settings: PrepareSettings, out: Path, name: str, threads: int
    ) -> None:
        # With one thread the decoder would also decode the frames that nobody needs.
        self._connection, self._settings, self._out, self._threads = (
            connection,
            settings,
            out,
            max(2, threads),
        )
        self._scratch = out / f"incoming-{name}.part"
        self._beaten = 0.0
        self._mesh = load_mesh() if settings.landmarks and settings.faces != "none" else None

    def work(self) -> None:
        self._say(Begun(""))
        tasks = msgspec.msgpack.Decoder(Task)
        while data := self._connection.recv_bytes():
            try:
                self._say(Done(self._shard(tasks.decode(data))))
            except (BrokenPipeError, ConnectionResetError):
                raise
            except OSError as error:
                where = (
                    Path(error.filename).name if error.filename else f"A file in {self._out.name}"
                )
                self._say(
                    Failed(
                        f"{where} cannot be written: {error.strerror or error}. Free some space;"
                        " the same command continues."
                    )
                )

    def _shard(self, task: Task) -> Shard:
        writer = ShardWriter(self._out, task.number)
        for row in task.rows:
            why = task.given_up.get(row.file) or self._examine(row, writer)
            if why:
                writer.skip(row.file, why)
        self._say(Begun(""))
        return writer.write()

    def _examine(self, row: VideoRow, writer: ShardWriter) -> str:
        """Add a video, or say why it cannot be added."""
        self._say(Begun(row.file))
        try:
            look = examine_pair if row.partner and self._settings.pairs else examine
            writer.add(
                row,
                look(
                    row,
                    self._settings,
                    self._scratch,
                    self._mesh,
                    threads=self._threads,
                    beat=self._beat,
                ),
            )
        except AnalysisError as error:
            return str(error).rstrip(".")
        except OSError:
            raise  # an error of the disk, or of the connection
        except MemoryError:
            return "there is not enough memory for it"
        except Exception as error:
            log.exception("%s", row.file)
            return f"a fault of the program ({type(error).__name__}: {error})"
        return ""

    def _beat(self) -> None:
        if time.monotonic() - self._beaten > BEAT_S:
            self._say(Beat())

    def _say(self, message: Message) -> None:
        self._beaten = time.monotonic()
        self._connection.send_bytes(msgspec.msgpack.encode(message))


class Worker:
    """A worker process as seen from the one that gives the tasks.

    Attributes:
        connection: to wait on.
        task: its current task; None while it is free.
        present: the video it works on, '' between videos, None before the process is ready.
        begun: videos of the task that it has begun.
        heard: when it gave the last sign of life, on the monotonic clock.
    """

    def __init__(self, settings: PrepareSettings, out: Path, name: str, threads: int) -> None:
        spawning = multiprocessing.get_context("spawn")
        self.connection, theirs = spawning.Pipe()
        self._process = spawning.Process(
            target=work,
            args=(theirs, settings, out, name, threads),
            name=f"prepare-{name}",
            daemon=True,
        )
        self._process.start()
        theirs.close()
        self.task: Task | None = None
        self.present: str | None = None
        self.begun = 0
        self.heard = time.monotonic()
        self._messages = msgspec.msgpack.Decoder(Message)

    def give(self, task: Task) -> None:
        """Give it a task; if it has died, `messages` will tell."""
        self.task, self.begun, self.heard = task, 0, time.monotonic()
        with suppress(OSError):
            self.connection.send_bytes(msgspec.msgpack.encode(task))

    def messages(self) -> Iterator[Message]:
        """What it has said since the last call.

        Raises:
            EOFError: it died, or sent something invalid.
        """
        try:
            while self.connection.poll():
                message = self._messages.decode(self.connection.recv_bytes())
                self.heard = time.monotonic()
                if isinstance(message, Begun):
                    self.present = message.file
                    self.begun += bool(message.file)
                yield message
        except (OSError, msgspec.DecodeError) as error:
            raise EOFError from error

    def end(self) -> str:
        """Make sure that it has ended, and say how."""
        self._process.join(0.1)
        alive = self._process.is_alive()
        self._process.kill()
        self._process.join(GRACE_S)
        self.connection.close()
        code = self._process.exitcode or 0
        if alive:
            return "had to be ended"
        return (
            f"was ended by {signal.Signals(-code).name}"
            if code < 0 and os.name == "posix"
            else f"ended with status {code}"
        )
