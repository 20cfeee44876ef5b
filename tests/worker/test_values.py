"""Every message with values from real computations survives encoding and holds Python numbers only.

Each message comes back equal. A message made up in a test holds Python numbers from the start and
proves nothing. So the handlers work on pictures that hypothesis draws: noise, and faces in which
only one square or one block matters. In these, the largest part of a map's error is the drop of a
block that no patch accounts for.
"""

from __future__ import annotations

import io
import os
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dfgui.core.analysis_results import (
    InspectSettings,
    Mode,
    OcclusionSettings,
    ScanSettings,
)
from dfgui.core.display.contents import Content
from dfgui.core.fills import Fill
from dfgui.core.geometry import Box
from dfgui.core.media.facts import Channel, ElaSettings, ViewSettings
from dfgui.core.network.engine import ENGINE
from dfgui.core.values import Array
from dfgui.resources import resource
from dfgui.worker.handlers import Handlers
from dfgui.worker.messages import (
    Answer,
    Attempt,
    Cancel,
    Cut,
    Failed,
    Find,
    Follow,
    Hash,
    Hide,
    Inspect,
    Listen,
    Map,
    Mapped,
    Measure,
    Open,
    Outline,
    Outlined,
    Pcm,
    Ready,
    Render,
    Request,
    Scan,
    ScoreFace,
    Setup,
)
from dfgui.worker.pictures import Segment
from dfgui.worker.protocol import (
    packed,
    receive_answer,
    receive_request,
)
from tests.support.clips import make_clip
from tests.support.packages import make_package
from tests.support.plain import foreign

SIDE, PATCH = 32, 4
"""64 patches: a grid of 62 or more has blocks."""
STRONG = 0.5
"""The divisor of the logit: hiding one bright square of 64 moves the score from .5 to .02."""
MEMORY = 3 << 30


class Line:
    """Handlers and a pipe in this process; messages must come out of the pipe unchanged."""

    def __init__(self, package: Path) -> None:
        self.seen: set[type] = set()
        self.errors: list[float] = []
        self._cancelled: set[int] = set()
        setup = Setup(os.fsencode(package), 1, MEMORY)
        self._arrived(setup)
        self._handlers = Handlers(setup, self._say, self._cancelled.__contains__)
        self._say(Ready(ENGINE.name()))
        self._number = 0

    @property
    def number(self) -> int:
        """The number for the next request."""
        self._number += 1
        return self._number

    def ask(self, request: Request) -> Answer:
        arrived = self._arrived(request)
        assert not isinstance(arrived, Setup | Cancel)
        answer = self._handlers.answer(arrived)
        self._say(answer)
        if isinstance(answer, Failed):
            assert answer.trace == "", answer.trace
        return answer

    def give_up(self, request: Request) -> None:
        """Cancel a request, then make it."""
        cancel = self._arrived(Cancel(request.id))
        self._cancelled.add(cancel.id)
        self.ask(request)

    def _arrived(self, message: Setup | Request | Cancel) -> Setup | Request | Cancel:
        assert foreign(message) == []
        arrived = receive_request(io.BytesIO(packed(message)))
        assert arrived == message
        assert arrived is not None
        self.seen.add(type(message))
        return arrived

    def _say(self, answer: Answer) -> None:
        assert foreign(answer, type(answer).__name__) == []
        assert receive_answer(io.BytesIO(packed(answer))) == answer
        self.seen.add(type(answer))
        if isinstance(answer, Mapped) and answer.error is not None:
            self.errors.append(answer.error)


@pytest.fixture(scope="module", autouse=True)
def _same_scores_on_every_processor() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dfgui.worker.handlers.has_bf16", lambda: False)
        yield


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return Line(
        make_package(tmp_path_factory.mktemp("models") / "strong", size=SIDE, divisor=STRONG)
    )


@pytest.fixture(scope="module")
def redundant(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return Line(
        make_package(tmp_path_factory.mktemp("models") / "largest", size=SIDE, red="largest")
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def spotted(row: int, column: int, background: int, bright: int) -> NDArray[np.uint8]:
    """A cut of one grey level, except for the patch in this row and column of the grid."""
    crop = np.full((SIDE, SIDE, 3), background, np.uint8)
    crop[row * PATCH : (row + 1) * PATCH, column * PATCH : (column + 1) * PATCH] = bright
    return crop


def noise(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


fills = st.sampled_from(get_args(Fill))
modes = st.sampled_from(get_args(Mode))
places = st.integers(0, SIDE // PATCH - 1)


@given(row=places, column=places, background=st.integers(124, 127), fill=fills, mode=modes)
def test_maps_of_a_face_of_which_one_square_matters(
    row: int, column: int, background: int, fill: Fill, mode: Mode, line: Line
) -> None:
    crop, occlusion = (
        Array.of(spotted(row, column, background, 255)),
        OcclusionSettings(PATCH, PATCH, fill, mode),
    )
    assert isinstance(line.ask(Map(line.number, crop, occlusion)), Mapped)
    line.ask(ScoreFace(line.number, crop))
    line.ask(Hide(line.number, crop, Box(column * PATCH, row * PATCH, PATCH, PATCH), occlusion))


@given(row=st.booleans(), column=st.booleans(), seed=st.integers(0, 2**32 - 1), mode=modes)
def test_maps_whose_error_is_what_a_block_showed_and_no_patch_accounts_for(
    row: bool, column: bool, seed: int, mode: Mode, redundant: Line
) -> None:
    """One of the four blocks, a quarter, is bright, and the score depends on the largest value.

    By hand: a patch hidden alone costs nothing, the whole quarter all of a score near 1. Its 16
    patches are guessed at 1/16 at most, so the misses alone make the error 1/16 at most.
    """
    crop, half = np.random.default_rng(seed).integers(0, 64, (SIDE, SIDE, 3), np.uint8), SIDE // 2
    crop[row * half : (row + 1) * half, column * half : (column + 1) * half] = 255
    redundant.errors.clear()
    made = redundant.ask(
        Map(redundant.number, Array.of(crop), OcclusionSettings(PATCH, PATCH, "black", mode))
    )
    assert isinstance(made, Mapped)
    assert 1 / 16 < max(redundant.errors) <= 1


@settings(max_examples=10)
@given(
    seed=st.integers(0, 2**32 - 1),
    width=st.integers(32, 80).map(lambda half: 2 * half),
    height=st.integers(32, 60).map(lambda half: 2 * half),
    frames=st.integers(2, 6),
    content=st.sampled_from(get_args(Content)),
    channel=st.sampled_from(get_args(Channel)),
    fill=fills,
    mode=modes,
)
def test_whatever_is_asked_about_a_file(
    seed: int,
    width: int,
    height: int,
    frames: int,
    content: Content,
    channel: Channel,
    fill: Fill,
    mode: Mode,
    line: Line,
    folder: Path,
) -> None:
    name = folder / f"{seed}-{width}-{height}-{frames}.mkv"
    path = os.fsencode(
        make_clip(
            name,
            codec="ffv1",
            frames=frames,
            size=(width, height),
            picture=noise(seed, height, width),
        )
    )
    box, occlusion = (
        Box(seed % 20, 4, width // 2, height // 2),
        OcclusionSettings(PATCH, PATCH, fill, mode),
    )
    ask_all(
        line,
        path,
        frames - 1,
        box,
        ViewSettings(content, ela_channel=channel, box=box, square=box.scaled(1.5)),
        occlusion,
    )
    name.unlink()


def test_whatever_is_asked_about_a_person(line: Line) -> None:
    path = os.fsencode(resource("demo", "portrait.mp4"))
    ask_all(
        line,
        path,
        30,
        Box(200, 100, 200, 200),
        ViewSettings("error_levels"),
        OcclusionSettings(PATCH, PATCH),
    )
    face, by_regions = Box(204, 80, 140, 140), OcclusionSettings(PATCH, PATCH, by="regions")
    outlined = line.ask(Outline(line.number, path, 30, face, SIDE, 1.0))
    assert isinstance(outlined, Outlined)
    crop = Array.of(spotted(3, 3, 125, 255))
    assert isinstance(line.ask(Map(line.number, crop, by_regions, outlined.labels)), Mapped)
    line.ask(Inspect(line.number, path, InspectSettings(30, box=face, occlusion=by_regions)))


def ask_all(
    line: Line, path: bytes, index: int, box: Box, view: ViewSettings, occlusion: OcclusionSettings
) -> None:
    """Send every request about a file except those about its sound."""
    line.ask(Open(line.number, path))
    line.ask(Hash(line.number, path))
    segment = Segment(1 << 20, 1)
    try:
        place = segment.take()
        assert place is not None
        line.ask(Render(line.number, path, index, view, place, hash=True))
    finally:
        segment.close()
    line.ask(Find(line.number, path, index, ((3, box),)))
    line.ask(Cut(line.number, path, index, box, SIDE, 1.3))
    line.ask(Measure(line.number, path, index, 80))
    line.ask(Follow(line.number, path, ((0, box), (index, box)), (0.0, 0.25, 0.5, 1.0), occlusion))
    for faces in ("haar", "whole"):
        line.ask(Scan(line.number, path, ScanSettings(4, faces), live=True))
    line.ask(
        Inspect(
            line.number,
            path,
            InspectSettings(index, box=box, region=box, occlusion=occlusion, ela=ElaSettings()),
        )
    )
    line.give_up(Open(line.number, path))


@settings(max_examples=10)
@given(
    seed=st.integers(0, 2**32 - 1),
    rate=st.sampled_from([8_000, 44_100, 48_000]),
    count=st.integers(1, 40_000),
)
def test_whatever_is_asked_about_sound(
    seed: int, rate: int, count: int, line: Line, folder: Path
) -> None:
    path = folder / f"{seed}-{rate}-{count}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(
            np.random.default_rng(seed).integers(-(2**15), 2**15, count, np.int16).tobytes()
        )
    line.ask(Listen(line.number, os.fsencode(path)))
    line.ask(Pcm(line.number, os.fsencode(path), 0.0, 0.25))
    path.unlink()


def test_no_message_was_left_out(line: Line, folder: Path) -> None:
    """This test runs last: all kinds of message went over the pipe."""
    line.ask(Open(line.number, os.fsencode(folder / "missing.mp4")))
    line.ask(Attempt(line.number, "list", os.fsencode(folder)))
    assert line.seen == {Setup, Cancel, *get_args(Request), *get_args(Answer)}
