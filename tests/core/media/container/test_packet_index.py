"""The packet index sorts, hides and numbers frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from dfgui.core.media.container.packet_headers import HIDDEN, SECOND, SHOWN, SILENT
from dfgui.core.media.container.packet_index import (
    RECOVERY,
    PacketIndex,
    build_index,
    index_from_table,
)
from dfgui.core.media.container.time_stamps import NO_TIME
from tests.support.clips import make_clip


def index_of(*rows: tuple[int, ...]) -> PacketIndex:
    """The index of packets: pts, dts, key, size, place, kind."""
    return index_from_table(np.array(rows, np.int64), Fraction(1, 10))


class _Packet:
    """What the index asks of a packet that was read again."""

    def __init__(self, pts: int | None, size: int, pos: int) -> None:
        self.pts, self.size, self.pos = pts, size, pos


def test_index_sorts_hides_and_drops_what_no_key_frame_precedes() -> None:
    # In file order: a frame without its key frame, then I P B, then one that an edit list hides.
    index = index_of(
        (0, 0, 0, 9, 0, SHOWN),
        (10, 1, 1, 50, 9, SHOWN),
        (30, 2, 0, 20, 59, SHOWN),
        (20, 3, 0, 5, 79, SHOWN),
        (40, 4, 1, 60, 84, HIDDEN),
    )
    assert index.pts.tolist() == [10, 20, 30]
    assert index.key.tolist() == [True, False, False]
    assert index.size.tolist() == [50, 5, 20]
    assert index.rows.tolist() == [0, 2, 1]
    assert index.numbers.tolist() == [0, 2, 1, -1]
    assert (index.headless, index.hidden, index.counted, index.timed) == (1, 1, False, True)
    assert index.keys.tolist() == [[10, 1, 0, 0], [40, 4, 3, 3]]
    assert [index.key_before(i) for i in range(3)] == [0, 0, 0]


def test_fields_and_silent_packets_get_no_number() -> None:
    # A key frame in two fields, a packet that is not shown, a frame, one more that is not shown.
    index = index_of(
        (0, 0, 1, 50, 0, SHOWN),
        (NO_TIME, NO_TIME, 0, 40, 50, SECOND),
        (15, 15, 0, 7, 90, SILENT),
        (20, 20, 2, 5, 97, SHOWN),
        (30, 30, 0, 3, 102, SILENT),
    )
    assert index.pts.tolist() == [0, 20]
    assert index.size.tolist() == [90, 15]
    assert index.numbers.tolist() == [0, 0, -1, 1, -1]
    assert (index.silent, index.hidden, len(index.faults.missing)) == (3, 0, 0)
    # Decoding may start at a recovery point, which is no key frame.
    assert index.key.tolist() == [True, False]
    assert index.keys[:, 2].tolist() == [0, 3]
    only = index_of((0, 0, RECOVERY, 9, 0, SILENT), (10, 10, 0, 9, 9, SILENT))
    assert len(only) == 2


def test_frames_near_a_bad_stamp_are_decoded_from_a_key_frame_before_it() -> None:
    # I P B P B, twice; the last B has no stamp, so the place of three frames is not certain.
    group = ((0, 1), (2, 0), (1, 0), (4, 0), (3, 0))
    rows = [
        (10 * (5 * turn + place), 10 * (5 * turn + at), key, 9, 0, SHOWN)
        for turn in range(2)
        for at, (place, key) in enumerate(group)
    ]
    rows[9] = (NO_TIME, *rows[9][1:])
    index = index_of(*rows)
    assert index.pts.tolist() == list(range(0, 100, 10))
    assert index.stretches.tolist() == [[7, 10]]
    assert (index.faults.missing.tolist(), index.faults.misplaced.tolist()) == ([8], [])
    assert [index.key_before(i) for i in (4, 5, 6, 7, 9)] == [0, 1, 1, 1, 1]
    # With the second key frame among them, decoding starts at the first.
    rows[9], rows[6] = (80, *rows[9][1:]), (NO_TIME, *rows[6][1:])
    index = index_of(*rows)
    assert index.pts.tolist() == list(range(0, 100, 10))
    assert index.stretches.tolist() == [[6, 9]]
    rows[6], rows[5] = (70, *rows[6][1:]), (NO_TIME, *rows[5][1:])
    index = index_of(*rows)
    assert index.stretches.tolist() == [[4, 7]]
    assert [index.key_before(i) for i in (4, 5, 6, 7)] == [0, 0, 0, 1]


def test_a_packet_is_known_again_by_its_stamp_and_then_by_size_and_place() -> None:
    index = index_of(
        (10, 10, 1, 50, 0, SHOWN),
        (20, 20, 0, 7, 50, SHOWN),
        (20, 20, 0, 9, 57, SHOWN),
        (30, 30, 0, 5, 66, SHOWN),
        (30, 30, 0, 5, 71, SHOWN),
    )
    found: list[int | None] = []
    for pts, size, pos in (
        (10, 1, -1),
        (20, 9, -1),
        (20, 8, -1),
        (30, 5, 71),
        (30, 5, -1),
        (25, 5, 0),
    ):
        packet: Any = _Packet(pts, size, pos)
        found.append(index.row_of(packet))
    assert found == [0, 2, None, 4, None, None]
    packet = _Packet(30, 5, -1)
    assert index.row_of(packet, 3) == 3
    packet = _Packet(None, 5, 71)
    assert index.row_of(packet, 4) is None


class _Stumbling:
    """A container that fails after every third packet.

    A real one does this when a stream appears late or the disk fails.
    """

    def __init__(self, container: Any, error: Exception) -> None:
        self._container, self._error, self.format = container, error, container.format
        self._packets = container.demux(video=0)

    def demux(self, stream: object) -> Any:
        for count, packet in enumerate(self._packets):
            yield packet
            if count % 3 == 2:
                raise self._error


@pytest.mark.parametrize(
    ("error", "count", "broken"),
    [(IndexError("late stream"), 30, False), (OSError(5, "I/O error"), 3, True)],
)
def test_reading_goes_on_behind_a_late_stream_and_ends_at_a_read_error(
    error: Exception, count: int, broken: bool, tmp_path: Path
) -> None:
    with av.open(str(make_clip(tmp_path / "clip.mkv"))) as container:
        stumbling: Any = _Stumbling(container, error)
        index = build_index(stumbling, container.streams.video[0])
    assert (len(index), index.broken) == (count, broken)
