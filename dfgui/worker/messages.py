"""What goes over the pipe between the program and a worker: length-prefixed msgpack, typed both ways."""

from __future__ import annotations

import struct
from typing import IO, Literal, TypeVar

import msgspec

from dfgui.core.card import Count
from dfgui.core.results import FileResult, Inspection, InspectSettings, ScanSettings

LARGEST = 1 << 30  # bytes; an 8K picture is a tenth of it
FAULT = "The analysis of this file stopped because of a fault in the program; the log says where."
MEMORY = "The file needs more than the {} MB of memory that one file may use."
Stage = Literal["hash", "index", "frames", "map", "ela"]
Message = TypeVar("Message")
_HEADER = struct.Struct("<I")


class Setup(msgspec.Struct, frozen=True, tag=True):
    """First message to a worker: its network, its share of the processor and of the memory."""

    model: bytes  # its folder, as the file system has it
    threads: int
    memory_bytes: int


class Scan(msgspec.Struct, frozen=True, tag=True):
    """Scan one file."""

    id: int
    path: bytes  # as the file system has it
    settings: ScanSettings


class Inspect(msgspec.Struct, frozen=True, tag=True):
    """Take one frame of a file apart: pictures, error levels, face, occlusion map."""

    id: int
    path: bytes  # as the file system has it
    settings: InspectSettings


Request = Scan | Inspect


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker has loaded its network; `engine` runs it: its name and version."""

    engine: str


class Progressed(msgspec.Struct, frozen=True, tag=True):
    """Something was done of request `id`; also the sign that the worker is alive."""

    id: int
    stage: Stage
    done: Count
    total: Count


class Scanned(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Scan`."""

    id: int
    result: FileResult


class Inspected(msgspec.Struct, frozen=True, tag=True):
    """The answer to `Inspect`."""

    id: int
    result: Inspection


class Failed(msgspec.Struct, frozen=True, tag=True):
    """No answer: a sentence for the user, and for the log a trace where it was a bug. Request 0 is the set-up."""

    id: int
    sentence: str
    trace: str = ""


Answer = Ready | Progressed | Scanned | Inspected | Failed

_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Setup | Scan | Inspect)
_answers = msgspec.msgpack.Decoder(Answer)


class NonsenseError(Exception):
    """The bytes are no message."""


def send(pipe: IO[bytes], message: Setup | Request | Answer) -> None:
    """Write one message. Raises OSError where the other side is gone."""
    data = _encoder.encode(message)
    pipe.write(_HEADER.pack(len(data)) + data)
    pipe.flush()


def receive_request(pipe: IO[bytes]) -> Setup | Request | None:
    """The next message to a worker; None at the end. Raises NonsenseError."""
    return _receive(pipe, _requests)


def receive_answer(pipe: IO[bytes]) -> Answer | None:
    """The next message from a worker; None at the end. Raises NonsenseError."""
    return _receive(pipe, _answers)


def _receive(pipe: IO[bytes], decoder: msgspec.msgpack.Decoder[Message]) -> Message | None:
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    (size,) = _HEADER.unpack(header)
    if size > LARGEST:
        raise NonsenseError(f"a message of {size} bytes")
    data = pipe.read(size)
    if len(data) < size:
        return None
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NonsenseError(str(error)) from error
