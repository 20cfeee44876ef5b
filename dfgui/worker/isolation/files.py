"""Open files for a worker that may open none: the program opens them and passes the descriptors.

The program opens what the current request names and nothing else: the evidence for reading, the
shared memory for its picture for both.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CHANNEL = "DFGUI_FILES"
"""The environment variable that tells a worker the descriptor of its end of the channel."""
PATIENCE_S = 1.0
"""An open on a network share that does not answer may never return; its thread is then left."""
LARGEST = 1 << 16
"""Bytes of a question; a path has at most 4,096."""
_ERROR = struct.Struct("<i")


class FileServer:
    """The program's end: a thread that opens files for one worker until the worker ends.

    Args:
        flags_of: how the current request lets a file be opened, as flags for `os.open`; None if it
            does not name that file.
    """

    def __init__(self, flags_of: Callable[[Path], int | None]) -> None:
        self._flags_of = flags_of
        self._own, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._thread = threading.Thread(target=self._serve, daemon=True, name="worker-files")

    @property
    def descriptor(self) -> int:
        """The worker's end, to be inherited by it."""
        return self._theirs.fileno()

    def start(self) -> None:
        """Begin; the worker has its end now."""
        self._theirs.close()
        self._thread.start()

    def close(self) -> None:
        """Let go of both ends. The worker has ended or was never started."""
        self._theirs.close()
        with suppress(OSError):  # it is shut already
            self._own.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join(PATIENCE_S)
        if not self._thread.is_alive():
            self._own.close()

    def _serve(self) -> None:
        with suppress(OSError):  # the worker has ended
            while question := self._own.recv(LARGEST):
                self._answer(Path(os.fsdecode(question)))

    def _answer(self, path: Path) -> None:
        flags = self._flags_of(path)
        try:
            if flags is None:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            handle = os.open(path, flags | os.O_CLOEXEC)
        except OSError as error:
            self._own.send(_ERROR.pack(error.errno or errno.EIO))
            return
        try:
            socket.send_fds(self._own, [_ERROR.pack(0)], [handle])
        finally:
            os.close(handle)


class FileClient:
    """The worker's end.

    Args:
        descriptor: of the channel.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, fileno=descriptor)
        self._asking = threading.Lock()

    def open(self, path: Path, flags: int) -> int:
        """Open a file as `os.open` does, or have the program open it if this process may not.

        Raises:
            OSError: it cannot be opened, or the current request does not name it.
        """
        try:
            return os.open(path, flags)
        except PermissionError:
            handle = self._ask(path)
        try:
            # Names such as /dev/stdin mean another file in another process.
            if not os.path.samestat(os.fstat(handle), os.stat(path)):
                raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        except OSError:
            os.close(handle)
            raise
        return handle

    def close(self) -> None:
        """Let go of this end."""
        self._socket.close()

    def _ask(self, path: Path) -> int:
        with self._asking:
            self._socket.send(os.fsencode(path))
            answer, handles, _, _ = socket.recv_fds(self._socket, _ERROR.size, 1)
        (error,) = _ERROR.unpack(answer)
        if error:
            raise OSError(error, os.strerror(error), str(path))
        return handles[0]
