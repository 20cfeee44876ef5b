"""Messages from a worker: values out of range are refused.

So none of them reaches a file name or breaks the program.
"""

from __future__ import annotations

import io
import random
import struct
from typing import Any, get_args

import msgspec
import numpy as np
import pytest

from dfgui.core.analysis_results import (
    OcclusionSettings,
    ScanSettings,
)
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ViewSettings
from dfgui.core.values import Array
from dfgui.worker.messages import (
    Answer,
    Attempt,
    Cancel,
    Cancelled,
    Failed,
    Follow,
    FollowedOne,
    FrameScanned,
    Hidden,
    Inspected,
    Map,
    Mapped,
    Outline,
    Pcm,
    Progressed,
    Ready,
    Render,
    Rendered,
    Request,
    Scan,
    Scanned,
    ScoreFace,
    SharedPlace,
)
from dfgui.worker.protocol import (
    ANSWERS,
    NonsenseError,
    packed,
    part_or_final,
    receive_answer,
    receive_request,
)
from tests.support.plain import foreign

FACE = {"track": 1, "box": [0, 0, 8, 8], "score": 0.5}
FRAME = {"index": 0, "pts_s": None, "type": "I", "faces": [FACE]}
RESULT = {
    "path": "x",
    "sha256": "0" * 64,
    "status": "scored",
    "score": 1.0,
    "log10_lr": -3.0,
    "verdict": "inconclusive",
    "support": "none",
    "frames": [FRAME],
}
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
MAP = {
    "values": LEVELS,
    "base": 0.5,
    "patches": 4,
    "precision": "f32",
    "faithfulness": None,
    "region_drop": -1.0,
}
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
    assert received(
        "Inspected", id=1, result=INSPECTION | {"map": MAP, "ela": ELA}
    ).result.ela.levels.numpy().shape == (2, 2)
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
        {"verdict": None},
        {"status": "not_scored", "reason": "No face."},
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
        {"crop": PICTURE | {"shape": [12]}},  # the bytes fit, but this is not a picture
        {"crop": PICTURE | {"shape": [2, 3, 2]}},
        {"original": PICTURE | {"shape": [-2, -2, 3]}},
        {"original": PICTURE | {"shape": [0, 2, 3], "data": b""}},
        {"original": PICTURE | {"dtype": "float32", "data": bytes(48)}},
        {"original": PICTURE | {"dtype": "object"}},
        {"map": MAP | {"values": PICTURE}},
        {"map": MAP | {"base": NAN}},
        {"map": MAP | {"patches": -1}},
        {
            "map": (
                MAP
                | {"regions": [{"region": "nose", "drop": 0.0, "face_share": -0.5, "pixels": 2}]}
            )
        },
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


RENDERED = {
    "id": 1,
    "frame": {"index": 0, "pts_s": None, "type": "I"},
    "width": 2,
    "height": 2,
    "has_values": False,
}
REGION = {"region": "nose", "drop": -0.25, "face_share": 0.5, "pixels": 2}
MAPPED = {
    "id": 1,
    "values": LEVELS,
    "base": 0.5,
    "evaluated": 4,
    "total": 4,
    "error": None,
    "precision": "f32",
    "complete": False,
    "faithfulness": None,
    "regions": [REGION, {"region": "surroundings", "drop": 0.25, "face_share": None, "pixels": 2}],
}
FACTS = {
    "path": "x",
    "kind": "video",
    "width": 2,
    "height": 2,
    "count": 1,
    "fps": 25.0,
    "times_s": [0.0],
    "key_frames": [0],
    "has_audio": False,
    "facts": [{"name": "codec", "value": "h264"}],
    "warnings": [],
}
PLACED = {"track": None, "box": [0, 0, 2, 2]}
STATE: dict[str, Any] = {"size": 3, "modified_ns": 0, "changed_ns": 0, "inode": "1:2"}
EVIDENCE: dict[str, Any] = {"sha256": "0" * 64, "state": STATE, "others": {}}
GOOD: dict[str, dict[str, Any]] = {
    "Rendered": RENDERED,
    "Mapped": MAPPED,
    "Outlined": {"id": 1, "labels": GREY},
    "Opened": {"id": 1, "facts": FACTS},
    "Found": {"id": 1, "faces": [PLACED, PLACED | {"track": 3, "excluded": True}]},
    "WasCut": {
        "id": 1,
        "crop": PICTURE,
        "square": [-1, 0, 2, 2],
        "pixels": None,
        "sentence": "too small",
    },
    "FaceScored": {"id": 1, "score": 0.5},
    "Hidden": {"id": 1, "base": 0.5, "drop": -0.25, "part": PICTURE, "precision": "bf16"},
    "FollowedOne": {"id": 1, "index": 3, "drop": 0.25},
    "FrameScanned": {"id": 1, "frame": FRAME},
    "Thumbnail": {"id": 1, "picture": PICTURE},
    "Hashed": {"id": 1, "evidence": EVIDENCE},
    "Identified": {"id": 1, "evidence": EVIDENCE},
}


@pytest.mark.parametrize("kind", GOOD)
def test_answers_for_the_window_in_range_pass(kind: str) -> None:
    answer = received(kind, **GOOD[kind])
    assert type(answer).__name__ == kind
    assert answer.id == 1


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("Rendered", {"width": 0}),
        ("Rendered", {"height": -1}),
        ("Rendered", {"frame": {"index": 0, "pts_s": NAN, "type": "I"}}),
        ("Rendered", {"frame": {"index": 0, "pts_s": None, "type": "../"}}),
        ("Rendered", {"frame": {"index": 0, "pts_s": None, "type": "I", "sha256": "0" * 63}}),
        ("Mapped", {"base": 1.5}),
        ("Mapped", {"values": GREY}),
        ("Mapped", {"error": NAN}),
        ("Mapped", {"evaluated": -1}),
        ("Mapped", {"regions": [REGION | {"region": "../ear"}]}),
        ("Mapped", {"regions": [REGION | {"drop": NAN}]}),
        ("Mapped", {"regions": [REGION | {"face_share": 1.01}]}),
        ("Mapped", {"regions": [REGION | {"pixels": 0}]}),
        ("Outlined", {"labels": LEVELS}),
        ("Outlined", {"labels": PICTURE}),
        ("Opened", {"facts": FACTS | {"times_s": [NAN]}}),
        ("Opened", {"facts": FACTS | {"count": -1}}),
        ("Opened", {"facts": FACTS | {"fps": INFINITE}}),
        ("Found", {"faces": [PLACED | {"track": -1}]}),
        ("Found", {"faces": [PLACED | {"box": [0, 0, 2]}]}),
        ("Found", {"faces": [PLACED | {"excluded": 1}]}),
        ("Found", {"faces": [PLACED | {"score": 1.01}]}),
        ("WasCut", {"crop": GREY}),
        ("WasCut", {"holds_face": "yes"}),
        (
            "FrameScanned",
            {"frame": FRAME | {"excluded": [{"track": 1, "box": [0, 0, 1, 1], "presence": NAN}]}},
        ),
        ("FaceScored", {"score": NAN}),
        ("FaceScored", {"score": 1.01}),
        ("Hidden", {"drop": INFINITE}),
        ("Hidden", {"part": GREY}),
        ("FollowedOne", {"index": -1}),
        ("FollowedOne", {"drop": NAN}),
        ("FrameScanned", {"frame": FRAME | {"index": -1}}),
        ("Thumbnail", {"picture": LEVELS}),
        ("Hashed", {"evidence": EVIDENCE | {"sha256": "/../" + "0" * 60}}),
        ("Hashed", {"evidence": EVIDENCE | {"others": {"crc32": "0" * 32}}}),
        ("Hashed", {"evidence": EVIDENCE | {"others": {"md5": "/../" + "0" * 28}}}),
        ("Hashed", {"evidence": EVIDENCE | {"state": STATE | {"modified_ns": 2**63}}}),
    ],
)
def test_answers_for_the_window_out_of_range_are_nonsense(
    kind: str, change: dict[str, Any]
) -> None:
    with pytest.raises(NonsenseError):
        received(kind, **(GOOD[kind] | change))


@pytest.mark.parametrize(
    "request_",
    [
        Scan(1, b"\xff.mp4", ScanSettings(3, "whole"), live=True),
        Render(
            2,
            b"a",
            7,
            ViewSettings("face_only", box=Box(-1, 2, 3, 4), square=Box(0, 0, 9, 9), margin=0.5),
            SharedPlace("psm_1", 6, 12),
            hash=True,
        ),
        Follow(
            3,
            b"a",
            ((4, Box(1, 2, 3, 4)),),
            (0.0, 0.25, 0.5, 1.0),
            OcclusionSettings(8, 4, "mean", "printed"),
        ),
        Attempt(5, "read", b"/tmp/folder"),
        Map(4, Array("uint8", (1, 1, 3), b"abc"), OcclusionSettings()),
        Map(
            4,
            Array("uint8", (1, 1, 3), b"abc"),
            OcclusionSettings(by="regions"),
            Array("uint8", (1, 1), b"\x0a"),
        ),
        Outline(6, b"\xff", 3, Box(-1, 2, 3, 4), 160, 1.25),
        Cancel(5),
    ],
)
def test_a_request_arrives_as_it_was_sent(request_: Request | Cancel) -> None:
    assert receive_request(io.BytesIO(packed(request_))) == request_


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("Pcm", {"id": 1, "path": b"a", "start_s": 0.0, "seconds": 11.0}),
        ("Pcm", {"id": 1, "path": b"a", "start_s": NAN, "seconds": 1.0}),
        (
            "Cut",
            {"id": 1, "path": b"a", "index": 0, "box": [0, 0, 1, 1], "size": 16, "factor": 1.0},
        ),
        (
            "Outline",
            {"id": 1, "path": b"a", "index": 0, "box": [0, 0, 1, 1], "size": 2048, "factor": 1.0},
        ),
        ("Measure", {"id": 1, "path": b"a", "index": 0, "quality": 0}),
        ("Follow", {"id": 1, "path": b"a", "faces": [], "region": [0, 0, 1.5, 1], "settings": {}}),
    ],
)
def test_a_request_out_of_range_is_nonsense(kind: str, fields: dict[str, Any]) -> None:
    data = msgspec.msgpack.encode({"type": kind} | fields)
    with pytest.raises(NonsenseError):
        receive_request(io.BytesIO(struct.pack("<I", len(data)) + data))


CROP = Array("uint8", (1, 1, 3), b"abc")
A_SCAN, A_MAP, A_RENDER = (
    Scan(1, b"a", ScanSettings()),
    Map(1, CROP, OcclusionSettings()),
    Render(1, b"a", 0, ViewSettings(), SharedPlace("psm_1", 0, 6)),
)
A_FOLLOW = Follow(1, b"a", (), (0, 0, 1, 1), OcclusionSettings())


def made(kind: str, **change: Any) -> Answer:
    answer: Answer = received(kind, **(GOOD[kind] | change))
    return answer


def test_what_is_said_on_the_way_and_what_ends_a_request() -> None:
    request: Request
    for request, part in (
        (A_SCAN, "Identified"),
        (A_SCAN, "FrameScanned"),
        (A_SCAN, "Thumbnail"),
        (A_MAP, "Mapped"),
        (A_FOLLOW, "FollowedOne"),
    ):
        assert part_or_final(request, made(part)) == (made(part), None)
    whole = made("Mapped", complete=True)
    assert part_or_final(A_MAP, whole) == (None, whole)
    viewed = made("Rendered")
    assert part_or_final(A_RENDER, viewed) == (None, viewed)
    for request in (A_SCAN, A_MAP, A_RENDER, A_FOLLOW):
        progress = Progressed(1, "hash", 0, 1)
        assert part_or_final(request, progress) == (progress, None)
        for end in (Cancelled(1), Failed(1, "No.")):
            assert part_or_final(request, end) == (None, end)


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (A_SCAN, made("Rendered")),
        (A_SCAN, made("Mapped")),
        (A_SCAN, made("Mapped", complete=True)),
        (A_SCAN, made("FollowedOne")),
        (A_MAP, made("FrameScanned")),
        (A_MAP, made("Hidden")),
        (A_RENDER, made("Thumbnail")),
        (A_FOLLOW, made("Mapped")),
        (A_RENDER, made("Rendered", id=2)),
        (A_MAP, made("Mapped", id=2)),
        (A_RENDER, Cancelled(2)),
        (A_RENDER, Progressed(2, "hash", 0, 1)),
        (A_RENDER, Ready("fake")),
    ],
)
def test_an_answer_to_another_question_is_nonsense(request_: Request, answer: Answer) -> None:
    with pytest.raises(NonsenseError):
        part_or_final(request_, answer)


def test_a_number_of_numpy_arrives_as_python_s() -> None:
    sent = msgspec.structs.replace(
        made("Mapped"),
        base=np.float32(0.25),
        evaluated=np.int64(3),
        error=np.float64(0.1),
        complete=np.bool_(True),
    )
    arrived = receive_answer(io.BytesIO(packed(sent)))
    assert isinstance(arrived, Mapped)
    assert (arrived.base, arrived.evaluated, arrived.error, arrived.complete) == (
        0.25,
        3,
        0.1,
        True,
    )
    assert (len(foreign(sent)), foreign(arrived)) == (4, [])


def test_every_request_has_its_answer() -> None:
    assert set(ANSWERS) == set(get_args(Request))
    assert len(set(ANSWERS.values())) == len(ANSWERS)
    assert ANSWERS[ScoreFace].__name__ == "FaceScored"
    assert {type(made(kind)) for kind in GOOD} >= {
        Rendered,
        Mapped,
        Hidden,
        FrameScanned,
        FollowedOne,
    }
    assert ANSWERS[Pcm].__name__ == "Played"


def test_damaged_messages_are_nonsense_or_in_range() -> None:
    chance = random.Random(7)
    good = msgspec.msgpack.encode(
        {"type": "Inspected", "id": 1, "result": INSPECTION | {"map": MAP, "ela": ELA}}
    )
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
