"""A worker that misbehaves as the name of the file that it is given says. Speaks the protocol by hand: 4 bytes of length, msgpack."""

from __future__ import annotations

import os
import struct
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

NO_TIME = {"decode": 0.0, "faces": 0.0, "network": 0.0, "total": 0.0}


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _say(kind: str, **fields: Any) -> None:
    data = msgspec.msgpack.encode({"type": kind} | fields)
    _write(struct.pack("<I", len(data)) + data)


def _heard() -> dict[str, Any]:
    header = sys.stdin.buffer.read(4)
    if not header:
        sys.exit()
    message = msgspec.msgpack.decode(sys.stdin.buffer.read(struct.unpack("<I", header)[0]))
    assert isinstance(message, dict)
    return message


def _answer(number: int) -> None:
    """A result whose path is the process's number, so that a test sees who answered."""
    result = {"path": str(os.getpid()), "sha256": None, "status": "not_scored", "reason": "fake", "timing_s": NO_TIME}
    _say("Scanned", id=number, result=result)


def _misbehave(how: str, number: int) -> None:
    if how == "crash":
        os.abort()
    elif how == "leave":
        sys.exit(0)
    elif how == "hang":
        _say("Progressed", id=number, stage="frames", done=1, total=2)
        time.sleep(600)
    elif how == "garbage":
        _write(b"\x05\0\0\0\xc1\xc1\xc1\xc1\xc1")
    elif how == "text":
        _write(b"Segmentation fault\n" * 10)
    elif how == "huge":
        _write(b"\xff\xff\xff\xff")
        time.sleep(600)
    elif how == "half":
        _write(b"\x40\0\0\0half")
        sys.exit(0)
    elif how == "wrong_type":
        _say("Scanned", id=number, result={"path": 7, "sha256": None, "status": "perhaps"})
    elif how == "other_id":
        _answer(number + 1)
    elif how == "ready_again":
        _say("Ready")
    elif how == "eat":
        kept = b"x" * (400 << 20)
        while kept:
            # Talks all the time, so that only its memory gives it away.
            _say("Progressed", id=number, stage="frames", done=1, total=2)
            time.sleep(0.01)
    elif how == "answer_then_die":
        _answer(number)
        os.abort()
    else:
        _answer(number)


def main() -> None:
    """Come up as the first argument says, then answer."""
    how = sys.argv[1]
    _heard()
    if how == "never":
        time.sleep(600)
    elif how == "die":
        sys.exit("no network here")
    elif how == "refuse":
        _say("Failed", id=0, sentence="The model package of the test is refused.")
        time.sleep(600)
    elif how == "answer_unasked":
        _answer(1)
    _say("Ready")
    while True:
        request = _heard()
        _misbehave(Path(os.fsdecode(request["path"])).name, request["id"])


main()
