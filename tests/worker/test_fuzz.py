"""Two hundred damaged copies of a demo clip: each ends in a status, and none stops the program.

`tests/fuzz/run.py` does the same with every kind of file and as many copies as are asked for.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import av
import pytest

from dfgui.core.analysis_results import FileResult, ScanSettings
from dfgui.core.plain import json_of
from dfgui.resources import resource
from dfgui.worker.messages import Failed, Inspected, Progressed, Scan
from dfgui.worker.pool import Pool
from dfgui.worker.process import Limits
from tests.fuzz.mutations import (
    MUTATIONS,
    Mutation,
    Source,
    mutated,
    swapped_packets,
    wrong_sizes,
)

COPIES = 200
SEED = 20


def source() -> Source:
    """The demo clip."""
    path = resource("demo", "portrait.mp4")
    with av.open(str(path)) as container:
        packets = [(packet.pos or 0, packet.size) for packet in container.demux() if packet.size]
    return Source(path.read_bytes(), packets)


def test_no_damaged_copy_kills_the_program(package: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    clip = source()
    requests = []
    for number in range(1, COPIES + 1):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(mutated(clip, chance)[1])
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
    clip = source()
    copies = [mutated(clip, random.Random(SEED)) for _ in range(2)]
    assert copies[0] == copies[1]
    assert copies[0][1] != clip.data


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_each_kind_of_damage_damages(mutation: Mutation) -> None:
    clip = source()
    copies = {mutation(clip, random.Random(seed)) for seed in range(10)}
    assert len(copies) > 5
    assert clip.data not in copies


def test_a_wrong_size_is_that_of_a_box() -> None:
    """Nothing else changes: the bytes that differ lie before the four letters of a box."""
    clip = source()
    for seed in range(20):
        copy = wrong_sizes(clip, random.Random(seed))
        differing = [at for at in range(len(copy)) if copy[at] != clip.data[at]]
        assert len(copy) == len(clip.data)
        assert 0 < len(differing) <= 12
        for at in differing:
            assert any(copy[at + skip : at + skip + 4].isalnum() for skip in range(1, 5))


def test_swapped_packets_hold_the_same_bytes() -> None:
    clip = source()
    copy = swapped_packets(clip, random.Random(SEED))
    assert sorted(copy) == sorted(clip.data)
