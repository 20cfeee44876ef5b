"""How messages travel, and which answers which: length-prefixed msgpack, typed both ways."""

from __future__ import annotations

import struct
from typing import IO, TypeVar

import msgspec

from dfgui.core.plain import python_number
from dfgui.core.sentences import Sentence, decoded
from dfgui.worker import messages
from dfgui.worker.messages import (
    Answer,
    Cancel,
    Cancelled,
    Failed,
    Final,
    Part,
    Progressed,
    Ready,
    Request,
    Setup,
)

LARGEST = 1 << 30  # bytes; an 8K picture is a tenth of it
Message = TypeVar("Message")
_HEADER = struct.Struct("<I")
ANSWERS: dict[type[Request], type[Final]] = {
    messages.Scan: messages.Scanned,
    messages.Inspect: messages.Inspected,
    messages.Open: messages.Opened,
    messages.Hash: messages.Hashed,
    messages.Render: messages.Rendered,
    messages.Find: messages.Found,
    messages.Cut: messages.WasCut,
    messages.Outline: messages.Outlined,
    messages.Listen: messages.Heard,
    messages.Pcm: messages.Played,
    messages.Measure: messages.Measured,
    messages.ScoreFace: messages.FaceScored,
    messages.Map: messages.Mapped,
    messages.Hide: messages.Hidden,
    messages.Follow: messages.Followed,
    messages.Attempt: messages.Attempted,
}
PARTS: dict[type[Request], tuple[type[Part], ...]] = {
    messages.Scan: (messages.Identified, messages.FrameScanned, messages.Thumbnail),
    messages.Map: (messages.Mapped,),
    messages.Follow: (messages.FollowedOne,),
}


def part_or_final(request: Request, answer: Answer) -> tuple[Part | None, Final | None]:
    """Say whether an answer is a part on the way or the request's end; the other is None.

    Raises:
        NonsenseError: it does not answer this request.
    """
    if isinstance(answer, Ready) or answer.id != request.id:
        raise NonsenseError(f"a {type(answer).__name__} as the answer to request {request.id}")
    if isinstance(answer, Progressed):
        return answer, None
    if isinstance(
        answer,
        messages.Identified
        | messages.FrameScanned
        | messages.Thumbnail
        | messages.FollowedOne
        | messages.Mapped,
    ) and not (isinstance(answer, messages.Mapped) and answer.complete):
        if isinstance(answer, PARTS.get(type(request), ())):
            return answer, None
    elif isinstance(answer, (ANSWERS[type(request)], Failed, Cancelled)):
        return None, answer
    raise NonsenseError(f"a {type(answer).__name__} as the answer to a {type(request).__name__}")


def _encoded(value: object) -> object:
    return value.packed() if isinstance(value, Sentence) else python_number(value)


_encoder = msgspec.msgpack.Encoder(enc_hook=_encoded)
_requests = msgspec.msgpack.Decoder(Setup | Cancel | Request)
_answers = msgspec.msgpack.Decoder(Answer, dec_hook=decoded)


class NonsenseError(Exception):
    """The bytes are not a message."""


def packed(message: Setup | Request | Cancel | Answer) -> bytes:
    """A message as it goes over the pipe."""
    data = _encoder.encode(message)
    return _HEADER.pack(len(data)) + data


def send(pipe: IO[bytes], message: Setup | Request | Cancel | Answer) -> None:
    """Write one message. Raises OSError if the other side is gone."""
    pipe.write(packed(message))
    pipe.flush()


def receive_request(pipe: IO[bytes]) -> Setup | Request | Cancel | None:
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
