"""Pictures in shared memory: the parent reads what a child writes.

A picture that does not fit is refused, and no memory is left behind.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dfgui.worker.messages import SharedPlace
from dfgui.worker.pictures import Segment, Writer

SHARED = Path("/dev/shm")
WIDTH, HEIGHT = 6, 4

CHILD = """
import os, signal, sys
import numpy as np
from dfgui.worker.messages import SharedPlace
from dfgui.worker.pictures import Writer
name, offset, size, end = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
picture = np.arange(96, dtype=np.uint8).reshape(4, 6, 4)
Writer().write(SharedPlace(name, offset, size), picture, \
np.arange(24, dtype=np.float32).reshape(4, 6) / 3)
if end == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
"""

# Runs in its own process, since Python's helper reports leaked memory when the program ends.
PARENT = """
import subprocess, sys
import numpy as np
from dfgui.worker.pictures import Segment
segment = Segment(24, 2)
first, second = segment.take(), segment.take()
for place, end in ((first, "well"), (second, "killed")):
    code = subprocess.run([sys.executable, "-c", sys.argv[1], \
place.segment, str(place.offset), str(place.size), end]).returncode
    picture, values = segment.read(place, 6, 4, values=True)
    print(code, picture.dtype, picture.shape, picture.tobytes() == bytes(range(96)), \
values.dtype, values.tolist()[3][5])
    assert segment.read(place, 6, 4, values=False)[1] is None
print(segment.name)
segment.close()
"""


# The file system holds 16 pages of 4096 bytes: one segment wants 30 pages, the next one page.
TINY = 'mount -t tmpfs -o size=64k tmpfs /dev/shm && exec "$@"'
BEYOND = """
import errno, os
from dfgui.worker.messages import SharedPlace
from dfgui.worker.pictures import Segment, Writer
import numpy as np
try:
    Segment(10_000, 2)
except OSError as error:
    print(errno.errorcode[error.errno], os.listdir("/dev/shm"))
segment = Segment(100, 2)
Writer().write(segment.take(), np.full((10, 10, 4), 7, np.uint8), None)
segment.close()
"""


@pytest.fixture
def segment() -> Iterator[Segment]:
    segment = Segment(WIDTH * HEIGHT, 2)
    yield segment
    segment.close()


def place_of(segment: Segment) -> SharedPlace:
    place = segment.take()
    assert place is not None
    return place


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's shared memory")
def test_a_child_writes_what_the_parent_reads_and_nothing_is_left_though_it_was_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARENT, CHILD],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    *lines, name = done.stdout.splitlines()
    # 23 / 3 = 7.667; the nearest float16 is 7.668.
    assert lines == [f"{code} uint8 (4, 6, 4) True float16 7.66796875" for code in (0, -9)]
    assert done.stderr == ""  # Python reports no leaked memory
    assert done.returncode == 0
    assert not (SHARED / name).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's shared memory")
def test_memory_that_is_not_there_is_refused_and_kills_nobody() -> None:
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c", TINY, "sh"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system may be mounted here")
    done = subprocess.run(
        [*alone, sys.executable, "-c", BEYOND],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ENOSPC []\n", "")


def test_places_do_not_overlap_and_come_back(segment: Segment) -> None:
    writer, places = Writer(), [place_of(segment), place_of(segment)]
    assert segment.take() is None
    for number, place in enumerate(places, 1):
        writer.write(
            place,
            np.full((HEIGHT, WIDTH, 4), number, np.uint8),
            np.full((HEIGHT, WIDTH), number / 4, np.float32),
        )
    for number, place in enumerate(places, 1):
        picture, values = segment.read(place, WIDTH, HEIGHT, values=True)
        assert values is not None
        assert (picture == number).all()
        assert (values == number / 4).all()
    segment.give_back(places[0])
    assert segment.take() == places[0]
    writer.close()


def test_a_smaller_picture_fits_and_what_was_read_is_a_copy(segment: Segment) -> None:
    writer, place = Writer(), place_of(segment)
    writer.write(place, np.full((2, 3, 4), 9, np.uint8), None)
    picture, _ = segment.read(place, 3, 2, values=False)
    writer.write(place, np.zeros((2, 3, 4), np.uint8), None)
    assert (picture == 9).all()
    writer.close()


def test_what_does_not_fit_is_refused_before_a_byte_is_written(segment: Segment) -> None:
    writer, place = Writer(), place_of(segment)
    with pytest.raises(ValueError, match="at most 144 bytes"):  # 24 pixels of 4 + 2 bytes
        writer.write(place, np.full((6, 7, 4), 1, np.uint8), None)
    with pytest.raises(ValueError, match="at most 144 bytes"):
        writer.write(place, np.full((5, 6, 4), 1, np.uint8), np.ones((5, 6), np.float32))
    picture, values = segment.read(place, WIDTH, HEIGHT, values=True)
    assert values is not None
    assert not picture.any()
    assert not values.any()
    for width, height in ((WIDTH + 1, HEIGHT), (10**6, 10**6)):
        with pytest.raises(ValueError, match="expected a picture of at most"):
            segment.read(place, width, height, values=False)
    writer.close()


def test_a_writer_goes_from_one_segment_to_the_next_and_keeps_what_is_gone(
    segment: Segment,
) -> None:
    other, writer = Segment(WIDTH * HEIGHT, 1), Writer()
    picture = np.full((HEIGHT, WIDTH, 4), 5, np.uint8)
    place = place_of(other)
    writer.write(place, picture, None)
    other.close()
    writer.write(place, picture, None)  # its own handle outlives the name
    mine = place_of(segment)
    writer.write(mine, picture, None)
    assert (segment.read(mine, WIDTH, HEIGHT, values=False)[0] == 5).all()
    with pytest.raises(FileNotFoundError):
        writer.write(place, picture, None)
    writer.close()
    writer.close()
