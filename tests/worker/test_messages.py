"""What a worker may say: values out of range are refused, so that none reaches the name of a file or breaks the program."""

from __future__ import annotations

import io
import random
import struct
from typing import Any

import msgspec
import pytest

from dfgui.worker.messages import Inspected, NonsenseError, Scanned, receive_answer

FACE = {"track": 1, "box": [0, 0, 8, 8], "score": 0.5}
FRAME = {"index": 0, "pts_s": None, "type": "I", "faces": [FACE]}
RESULT = {"path": "x", "sha256": "0" * 64, "status": "scored", "score": 1.0, "log10_lr": -3.0, "frames": [FRAME]}
PICTURE = {"dtype": "uint8", "shape": [2, 2, 3], "data": bytes(12)}
INSPECTION = {
    "path": "x",
    "sha256": "0" * 64,
    "model": "m",
    "index": 0,
    "pts_s": 0.0,
    "type": "B",
    "frame_sha256": "0" * 64,
    "track": None,
    "box": [0, 0, 2, 2],
    "cut": [0, 0, 2, 2],
    "score": 0.0,
    "original": PICTURE,
    "crop": PICTURE,
    "map": None,
    "ela": None,
    "warnings": [],
}
GREY = {"dtype": "uint8", "shape": [2, 2], "data": bytes(4)}
LEVELS = {"dtype": "float32", "shape": [2, 2], "data": bytes(16)}
MAP = {"values": LEVELS, "base": 0.5, "patches": 4, "precision": "f32", "faithfulness": None, "region_drop": -1.0}
ELA = {"levels": LEVELS, "picture": GREY, "informativeness": None}
NAN, INFINITE = float("nan"), float("inf")


def received(kind: str, **fields: Any) -> Any:
    return decoded(msgspec.msgpack.encode({"type": kind} | fields))


def decoded(data: bytes) -> Any:
    return receive_answer(io.BytesIO(struct.pack("<I", len(data)) + data))


def test_what_is_in_range_passes() -> None:
    answer = received("Scanned", id=1, result=RESULT)
    assert isinstance(answer, Scanned)
    assert answer.result.frames[0].faces[0].box.area == 64
    assert received("Inspected", id=1, result=INSPECTION | {"map": MAP, "ela": ELA}).result.ela.levels.numpy().shape == (2, 2)
    assert received("Progressed", id=1, stage="index", done=1, total=0).stage == "index"


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 63},
        {"sha256": "/../" + "0" * 60},
        {"score": NAN},
        {"score": -0.01},
        {"score": 1.01},
        {"log10_lr": INFINITE},
        {"log10_lr": NAN},
        {"timing_s": {"total": -1.0}},
        {"tracks": [{"id": 1, "score": 0.5, "log10_lr": 0.0, "frames": -1}]},
        {"frames": [FRAME | {"index": -1}]},
        {"frames": [FRAME | {"type": "../"}]},
        {"frames": [FRAME | {"pts_s": NAN}]},
        {"frames": [FRAME | {"faces": [FACE | {"score": 2.0}]}]},
    ],
)
def test_a_scan_out_of_range_is_nonsense(change: dict[str, Any]) -> None:
    with pytest.raises(NonsenseError):
        received("Scanned", id=1, result=RESULT | change)


@pytest.mark.parametrize(
    "change",
    [
        {"frame_sha256": "/../" + "0" * 60},
        {"sha256": None},
        {"index": -1},
        {"score": INFINITE},
        {"crop": PICTURE | {"shape": [2, 2, 4]}},  # 16 bytes, there are 12
        {"crop": PICTURE | {"shape": [12]}},  # the bytes fit, but it is no picture
        {"crop": PICTURE | {"shape": [2, 3, 2]}},
        {"original": PICTURE | {"shape": [-2, -2, 3]}},
        {"original": PICTURE | {"shape": [0, 2, 3], "data": b""}},
        {"original": PICTURE | {"dtype": "float32", "data": bytes(48)}},
        {"original": PICTURE | {"dtype": "object"}},
        {"map": MAP | {"values": PICTURE}},
        {"map": MAP | {"base": NAN}},
        {"map": MAP | {"patches": -1}},
        {"ela": ELA | {"levels": GREY}},
        {"ela": ELA | {"picture": LEVELS}},
    ],
)
def test_an_inspection_out_of_range_is_nonsense(change: dict[str, Any]) -> None:
    with pytest.raises(NonsenseError):
        received("Inspected", id=1, result=INSPECTION | change)


@pytest.mark.parametrize("change", [{"stage": "elsewhere"}, {"done": -1}, {"total": -1}])
def test_progress_out_of_range_is_nonsense(change: dict[str, Any]) -> None:
    with pytest.raises(NonsenseError):
        received("Progressed", **({"id": 1, "stage": "hash", "done": 0, "total": 0} | change))


def test_damaged_messages_are_nonsense_or_in_range() -> None:
    chance = random.Random(7)
    good = msgspec.msgpack.encode({"type": "Inspected", "id": 1, "result": INSPECTION | {"map": MAP, "ela": ELA}})
    passed = 0
    for _ in range(5000):
        damaged = bytearray(good)
        for _ in range(chance.choice((1, 1, 4))):
            damaged[chance.randrange(len(good))] = chance.randrange(256)
        try:
            answer = decoded(bytes(damaged))
        except NonsenseError:
            continue
        if isinstance(answer, Inspected):
            passed += 1
            assert set(answer.result.frame_sha256) <= set("0123456789abcdef")
            assert answer.result.crop.numpy().ndim == 3
            assert 0 <= answer.result.score <= 1
    assert 0 < passed < 5000
