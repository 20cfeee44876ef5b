"""A worker that misbehaves in the way that the name of its file says.

It speaks the protocol by hand: 4 bytes of length, then msgpack.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

EATER = "import time; kept = b'x' * (400 << 20); time.sleep(600)"
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
    """Send a result with the path of another file.

    Its warning is the process number, so that a test sees which worker answered.
    """
    result = {
        "path": "/other.mp4",
        "sha256": None,
        "status": "not_scored",
        "reason": "No face was found.",
        "warnings": [str(os.getpid())],
        "timing_s": NO_TIME,
    }
    _say("Scanned", id=number, result=result)


def _picture(*shape: int, size: int) -> dict[str, Any]:
    return {"dtype": "uint8", "shape": shape, "data": b"\x80" * size}


def _inspected(number: int, **changes: Any) -> None:
    """Send the analysis of one frame of 2 x 1 pixels."""
    result = {
        "path": "/other.mp4",
        "sha256": "a" * 64,
        "model": "fake",
        "index": 0,
        "pts_s": None,
        "type": "?",
        "frame_sha256": "b" * 64,
        "track": None,
        "box": (0, 0, 2, 1),
        "cut": (0, 0, 2, 2),
        "score": 0.5,
        "original": _picture(1, 2, 3, size=6),
        "crop": _picture(2, 2, 3, size=12),
        "map": None,
        "ela": None,
        "warnings": (),
    }
    _say("Inspected", id=number, result=result | changes)


def _say_deeply_nested(number: int) -> None:
    """Send a message with an unknown field that holds arrays nested 100,000 deep."""
    known = msgspec.msgpack.encode({"type": "Scanned", "id": number})
    data = b"\x83" + known[1:] + b"\xa1x" + b"\x91" * 100_000 + b"\xc0"
    _write(struct.pack("<I", len(data)) + data)
    time.sleep(600)


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
    elif how == "other_part":
        _say("FollowedOne", id=number, index=0, drop=0.0)
        time.sleep(600)
    elif how == "other_answer":
        pixel = {"dtype": "uint8", "shape": [1, 1, 3], "data": bytes(3)}
        _say("Hidden", id=number, base=0.5, drop=0.0, part=pixel, precision="f32")
    elif how == "deaf":
        _answer(number)
        time.sleep(600)
    elif how == "ready_again":
        _say("Ready", engine="fake 2")
    elif how == "eat":
        kept = b"x" * (400 << 20)
        while kept:
            # Keep talking, so that only its memory gives it away.
            _say("Progressed", id=number, stage="frames", done=1, total=2)
            time.sleep(0.01)
    elif how == "eat_below":
        eater = subprocess.Popen([sys.executable, "-c", EATER], stdin=subprocess.DEVNULL)
        _say("Progressed", id=number, stage="frames", done=eater.pid, total=0)
        time.sleep(600)
    elif how == "chatter":
        while True:
            _say("Progressed", id=number, stage="frames", done=1, total=2)
            time.sleep(0.01)
    elif how == "flood":
        for done in range(20_000):
            _say("Progressed", id=number, stage="frames", done=done, total=20_000)
        _answer(number)
    elif how == "deep":
        _say_deeply_nested(number)
    elif how == "inspected":
        _inspected(number)
    elif how == "wrong_shape":
        _inspected(number, crop=_picture(2, 2, 3, size=11))
    elif how == "wrong_hash":
        _inspected(number, frame_sha256="/../../x" + "b" * 56)
    elif how == "fault":
        _say("Failed", id=number, sentence="A fault.", trace='Traceback\n"where"')
    elif how == "answer_then_die":
        _answer(number)
        os.abort()
    else:
        _answer(number)


def _show(request: dict[str, Any], name: str) -> None:
    """Open a clip of ten frames of 4 x 2 pixels, or say that one of them is in shared memory.

    The frame in shared memory is black, as it is when new.
    """
    number, index = request["id"], request.get("index", 0)
    if request["type"] == "Open":
        side = 10**9 if name == "immense" else 4
        facts = {
            "path": "/other.mp4",
            "kind": "video",
            "width": side,
            "height": side // 2,
            "count": 10,
            "fps": 25.0,
            "times_s": [frame / 25 for frame in range(10)],
            "key_frames": [0],
            "has_audio": False,
            "facts": [],
            "warnings": [],
        }
        _say("Opened", id=number, facts=facts)
        return
    if name == "deadly" and index == 3:
        os.abort()
    sha256 = "a" * 64 if request["hash"] and name != "unhashed" else None
    shown = index + (name == "another")
    picture = {
        "width": 4,
        "height": 3 if name == "overfull" else 2,
        "has_values": False,
    }
    frame = {"index": shown, "pts_s": shown / 25, "type": "I", "sha256": sha256}
    _say("Rendered", id=number, frame=frame, **picture)


def main() -> None:
    """Start in the way that the first argument says, then answer."""
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
    elif how == "slowly":
        time.sleep(1)
    _say("Ready", engine="fake 1")
    while True:
        request = _heard()
        if request["type"] == "Cancel":
            if how == "slowly":
                sys.exit("A request was called off before it was made.")
            continue
        name = Path(os.fsdecode(request["path"])).name
        if request["type"] in ("Open", "Render"):
            _show(request, name)
        else:
            _misbehave(name, request["id"])


main()
