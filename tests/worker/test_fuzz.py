"""Two hundred damaged copies of a demo clip: each ends in a status, and none stops the program."""

from __future__ import annotations

import os
import random
from pathlib import Path

from dfgui.core.analysis_results import FileResult, ScanSettings
from dfgui.core.plain import json_of
from dfgui.resources import resource
from dfgui.worker.messages import Failed, Inspected, Progressed, Scan
from dfgui.worker.pool import Pool
from dfgui.worker.process import Limits

COPIES = 200
SEED = 20


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Flip bytes, cut off the end, or insert a piece.

    This happens anywhere, or in the last part, which holds an MP4's tables.
    """
    changed = bytearray(data)
    start = chance.choice((0, 0, len(data) * 95 // 100))
    kind = chance.choice(("flips", "truncation", "insertion", "both"))
    if kind in ("flips", "both"):
        for _ in range(chance.choice((1, 8, 64, 512))):
            changed[chance.randrange(start, len(data))] = chance.randrange(256)
    if kind in ("insertion", "both"):
        at = chance.randrange(start, len(data))
        changed[at:at] = chance.randbytes(chance.choice((1, 100, 5000)))
    if kind == "truncation":
        del changed[chance.randrange(start, len(data)) :]
    return bytes(changed)


def test_no_damaged_copy_kills_the_program(package: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    clip = resource("demo", "portrait.mp4").read_bytes()
    requests = []
    for number in range(1, COPIES + 1):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(mutated(clip, chance))
        requests.append(Scan(number, os.fsencode(path), ScanSettings(frames=2, faces="whole")))
    results: dict[int, FileResult] = {}
    with Pool(str(package), workers=2, limits=Limits(silence_s=30.0)) as pool:
        for message in pool.run(requests):
            assert not isinstance(message, Inspected)
            if isinstance(message, Failed):
                assert message.sentence.endswith(".")
                # A decoder may crash; the program itself must have no fault.
                assert message.trace == ""
            elif not isinstance(message, Progressed):
                results[message.id] = message.result
    statuses = [result.status for result in results.values()]
    assert len(results) > COPIES * 0.9
    assert {"scored", "failed"} <= set(statuses)
    assert all(
        result.reason and result.reason.endswith(".")
        for result in results.values()
        if result.status == "failed"
    )
    json_of(list(results.values()))


def test_the_same_seed_gives_the_same_copies() -> None:
    assert mutated(bytes(1000), random.Random(SEED)) == mutated(bytes(1000), random.Random(SEED))
    assert mutated(bytes(1000), random.Random(SEED)) != bytes(1000)
