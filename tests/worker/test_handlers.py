"""The answers of a worker in a real process, by hand; it keeps working after a cancel."""

from __future__ import annotations

import hashlib
import math
import os
import wave
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dfgui.core.analysis.error_levels import error_level_map
from dfgui.core.analysis_results import (
    OcclusionSettings,
    ScanSettings,
    Timing,
)
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.faces.haar import _cascade
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings, ViewSettings
from dfgui.core.sentences import Sentence, decoded
from dfgui.core.values import Array
from dfgui.resources import resource
from dfgui.worker.handlers import Handlers
from dfgui.worker.messages import (
    FAULT,
    Answer,
    Cancelled,
    Cut,
    FaceScored,
    Failed,
    Final,
    Find,
    Follow,
    Followed,
    FollowedOne,
    Found,
    FrameScanned,
    Hash,
    Hashed,
    Heard,
    Hidden,
    Hide,
    Identified,
    Listen,
    Map,
    Mapped,
    Measure,
    Measured,
    Open,
    Opened,
    Part,
    Pcm,
    Played,
    Progressed,
    Render,
    Rendered,
    Request,
    Scan,
    Scanned,
    ScoreFace,
    Setup,
    Thumbnail,
    WasCut,
)
from dfgui.worker.pictures import Segment
from dfgui.worker.process import Worker
from tests.support.clips import make_clip, read_number
from tests.support.program import SCORE_RED_85, SCORE_RED_170, Y_RED_85, Y_RED_170
from tests.support.streams import LARGE, SMALL, two_streams

A = TypeVar("A")
WIDTH, HEIGHT = 128, 64
LEFT_170 = np.tile(np.repeat(np.array([Y_RED_170, Y_RED_85], np.uint8), WIDTH // 2), (HEIGHT, 1))
ORIGINAL = ViewSettings()
BLACK = OcclusionSettings(16, 16, "black", "drop")
MEAN = OcclusionSettings(16, 16, "mean", "drop")
BF16 = 0.01  # maps may be made in bf16, whose numbers have three digits


def score(red: float) -> float:
    return 1 / (1 + math.exp(-(red - 128) / 16))


class Desk:
    """Asks a real worker, and keeps the messages before its answer."""

    def __init__(self, model: Path) -> None:
        self.worker = Worker(threads=2)
        self.worker.prepare(str(model))
        self.parts: list[Part] = []
        self._number = 0

    def ask(
        self, make: Callable[[int], Request], kind: type[A], *, cancel_at: type[Part] | None = None
    ) -> A:
        """Ask, and cancel at the first partial answer of a kind."""
        self._number += 1
        number, self.parts = self._number, []

        def heard(part: Part) -> None:
            self.parts.append(part)
            if cancel_at is not None and isinstance(part, cancel_at):
                self.worker.cancel(number)

        answer = self.worker.ask(make(number), heard)
        assert answer.id == number
        assert isinstance(answer, kind), answer
        return answer

    def told(self, kind: type[A]) -> list[A]:
        return [part for part in self.parts if isinstance(part, kind)]


@pytest.fixture(scope="module")
def desk(package: Path) -> Iterator[Desk]:
    desk = Desk(package)
    yield desk
    desk.worker.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def halves(folder: Path) -> bytes:
    """Ten frames, red 170 on the left and 85 on the right, grey."""
    path = make_clip(
        folder / "halves.mkv",
        codec="ffv1",
        frames=10,
        size=(WIDTH, HEIGHT),
        picture=LEFT_170,
        colour=(5, 1),
    )
    return os.fsencode(path)


@pytest.fixture(scope="module")
def numbers(folder: Path) -> bytes:
    return os.fsencode(make_clip(folder / "numbers.mp4", frames=60, size=(320, 64), audio=True))


@pytest.fixture
def segment() -> Iterator[Segment]:
    segment = Segment(320 * 64, 2)
    yield segment
    segment.close()


def view(
    desk: Desk,
    segment: Segment,
    path: bytes,
    index: int,
    settings: ViewSettings = ORIGINAL,
    **more: Any,
) -> Any:
    place = segment.take()
    assert place is not None
    answer = desk.ask(lambda number: Render(number, path, index, settings, place, **more), Rendered)
    picture, values = segment.read(place, answer.width, answer.height, values=answer.has_values)
    segment.give_back(place)
    return answer, picture, values


def halved() -> NDArray[np.uint8]:
    rgb = np.full((HEIGHT, WIDTH, 3), 85, np.uint8)
    rgb[:, : WIDTH // 2] = 170
    return rgb


def crop(left: int, right: int, side: int = 32) -> Array:
    """A cut with one grey level in its left half and another in its right half."""
    rgb = np.full((side, side, 3), right, np.uint8)
    rgb[:, : side // 2] = left
    return Array.of(rgb)


def test_open_says_what_the_file_is(desk: Desk, numbers: bytes) -> None:
    facts = desk.ask(lambda number: Open(number, numbers), Opened).facts
    assert (facts.path, facts.width, facts.height, facts.count, facts.has_audio) == (
        os.fsdecode(numbers),
        320,
        64,
        60,
        True,
    )
    assert facts.key_frames == (0, 10, 20, 30, 40, 50)


def test_another_stream_is_another_open_file(desk: Desk, tmp_path: Path) -> None:
    path = os.fsencode(two_streams(tmp_path / "two.mkv", (SMALL, LARGE), default=1))
    for stream, read in ((None, 1), (0, 0), (1, 1)):
        facts = desk.ask(lambda number, stream=stream: Open(number, path, stream), Opened).facts
        assert (facts.stream, facts.width) == (read, (SMALL, LARGE)[read][0])
        assert [(one.index, one.width) for one in facts.choices] == [(0, 64), (1, 160)]


def test_the_original_is_the_clip_s_own_pixels(desk: Desk, segment: Segment, halves: bytes) -> None:
    answer, picture, values = view(desk, segment, halves, 3, hash=True)
    assert (
        answer.frame.index,
        answer.frame.pts_s,
        answer.frame.type,
        answer.frame.damaged,
        values,
    ) == (
        3,
        0.12,
        "I",
        False,
        None,
    )
    assert (picture[..., :3] == halved()).all()
    assert (picture[..., 3] == 255).all()
    assert answer.frame.sha256 == hashlib.sha256(b"64x128x3 " + halved().tobytes()).hexdigest()
    assert view(desk, segment, halves, 4)[0].frame.sha256 is None


def test_the_cut_is_bright_in_a_frame_of_a_quarter(
    desk: Desk, segment: Segment, halves: bytes
) -> None:
    settings = ViewSettings("face_crop", box=Box(40, 8, 32, 32), square=Box(40, 8, 40, 40))
    _, picture, _ = view(desk, segment, halves, 0, settings)
    expected = halved() / 4.0
    expected[8:48, 40:80] = halved()[8:48, 40:80]
    assert abs(picture[..., :3] - expected).max() <= 0.5


def test_the_face_alone_is_on_black(desk: Desk, segment: Segment, halves: bytes) -> None:
    settings = ViewSettings("face_only", box=Box(40, 8, 32, 32), square=Box(40, 8, 40, 40))
    _, picture, _ = view(desk, segment, halves, 0, settings)
    expected = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    expected[8:40, 40:72] = halved()[8:40, 40:72]
    assert (picture[..., :3] == expected).all()


def test_error_levels_come_with_their_values(desk: Desk) -> None:
    path, segment = os.fsencode(resource("demo", "portrait.mp4")), Segment(640 * 480, 1)
    try:
        _, original, _ = view(desk, segment, path, 30)
        _, _, values = view(
            desk,
            segment,
            path,
            30,
            ViewSettings("error_levels", ela=ElaSettings(60), ela_channel="luminance"),
        )
    finally:
        segment.close()
    levels = error_level_map(
        np.ascontiguousarray(original[..., 2::-1]), quality=60, channel="luminance"
    )
    assert levels.max() > 10
    assert values.dtype == np.float16
    assert (values == levels.astype(np.float16)).all()


@pytest.mark.parametrize("content", ["face_crop", "face_only"])
def test_a_view_of_no_face_is_a_sentence(
    content: Any, desk: Desk, segment: Segment, halves: bytes
) -> None:
    place = segment.take()
    assert place is not None
    answer = desk.ask(
        lambda number: Render(number, halves, 0, ViewSettings(content), place), Failed
    )
    assert (answer.trace, answer.sentence[:17]) == ("", "No face is chosen")


def test_frames_by_number_in_any_order(
    desk: Desk, segment: Segment, numbers: bytes, halves: bytes
) -> None:
    for index in (59, 0, 31, 30, 29, 58):
        assert read_number(view(desk, segment, numbers, index)[1][..., 2::-1]) == index
    assert view(desk, segment, halves, 0)[1].shape == (HEIGHT, WIDTH, 4)  # another file in between
    # The same number, another file.
    assert read_number(view(desk, segment, numbers, 0)[1][..., 2::-1]) == 0
    place = segment.take()
    assert place is not None
    answer = desk.ask(lambda number: Render(number, numbers, 60, ViewSettings(), place), Failed)
    assert (answer.trace, "no frame 60" in answer.sentence) == ("", True)


def test_a_file_without_times_whose_pictures_grow(desk: Desk, folder: Path) -> None:
    small = make_clip(folder / "small.h264", frames=3, gop=1)
    large = make_clip(folder / "large.h264", frames=3, gop=1, size=(160, 96))
    path = folder / "both.h264"
    path.write_bytes(small.read_bytes() + large.read_bytes() + small.read_bytes())
    both = os.fsencode(path)
    facts = desk.ask(lambda number: Open(number, both), Opened).facts
    assert (facts.width, facts.height, facts.count, facts.times_s) == (80, 48, 9, ())
    segment = Segment(facts.width * facts.height, 1)
    try:
        answer, picture, _ = view(desk, segment, both, 2)
        assert (answer.frame.pts_s, picture.shape, read_number(picture[..., 2::-1])) == (
            None,
            (48, 80, 4),
            2,
        )
        place = segment.take()
        assert place is not None
        refused = desk.ask(lambda number: Render(number, both, 4, ViewSettings(), place), Failed)
        segment.give_back(place)
        assert (refused.sentence, refused.trace) == (
            "Frame 4 is larger than the first one of the file and cannot be shown.",
            "",
        )
        assert read_number(view(desk, segment, both, 8)[1][..., 2::-1]) == 2
    finally:
        segment.close()


def test_a_picture_for_memory_that_was_given_back_is_a_sentence(desk: Desk, halves: bytes) -> None:
    gone = Segment(WIDTH * HEIGHT, 1)
    place = gone.take()
    assert place is not None
    gone.close()
    answer = desk.ask(lambda number: Render(number, halves, 0, ORIGINAL, place), Failed)
    assert answer == Failed(answer.id, "The file was closed before its picture came.")


def test_a_still_is_a_file_of_one_frame(desk: Desk, segment: Segment, folder: Path) -> None:
    path = folder / "still.png"
    Image.fromarray(halved()).save(path)
    still = os.fsencode(path)
    facts = desk.ask(lambda number: Open(number, still), Opened).facts
    assert (facts.kind, facts.count, facts.times_s) == ("still", 1, ())
    answer, picture, _ = view(desk, segment, still, 0)
    assert (answer.frame.pts_s, answer.frame.type) == (None, "?")
    assert (picture[..., :3] == halved()).all()
    measured = desk.ask(lambda number: Measure(number, still, 0, 90), Measured).value
    assert (measured.saved_as, measured.strength) == ("lossless", None)
    assert measured.visibility >= 1
    faces = ((0, Box(0, 0, 64, 64)),)
    desk.ask(lambda number: Follow(number, still, faces, (0, 0, 0.5, 1), BLACK), Followed)
    assert [part.drop for part in desk.told(FollowedOne)] == pytest.approx(
        [score(170) - score(85)], abs=BF16
    )
    assert desk.ask(lambda number: Listen(number, still), Failed).trace == ""


def test_a_frame_too_small_to_measure_is_a_sentence(desk: Desk, folder: Path) -> None:
    path = os.fsencode(make_clip(folder / "tiny.mp4", frames=2))
    answer = desk.ask(lambda number: Measure(number, path, 1, 90), Failed)
    assert answer == Failed(
        answer.id,
        "The picture is too small to measure what error levels can say in it; 64 x 64 pixels are"
        " needed.",
    )


def test_faces_are_found_and_named_after_those_expected(desk: Desk) -> None:
    path = os.fsencode(resource("demo", "portrait.mp4"))
    (face,) = desk.ask(lambda number: Find(number, path, 0, ()), Found).faces
    box = face.box
    assert face == PlacedFace(None, box)
    # The place of the face in the demo's script; see tests/core/faces/test_haar.py.
    assert box.centre == pytest.approx((292, 150), abs=25)
    expected = ((3, box._replace(x=box.x + 4)), (8, box._replace(x=0, y=0)))
    assert desk.ask(lambda number: Find(number, path, 0, expected), Found).faces == (
        PlacedFace(3, box),
    )


def test_a_pattern_that_is_found_holds_no_face(desk: Desk) -> None:
    path = os.fsencode(resource("demo", "portrait.mp4"))
    # By eye: the face of the portrait, and the wall next to the shuttle.
    face, wall = desk.ask(lambda number: Find(number, path, 17, ()), Found).faces
    assert (face.box.centre, wall.box.centre) == (
        pytest.approx((274, 144), abs=15),
        pytest.approx((460, 249), abs=15),
    )
    assert (face.excluded, wall.excluded) == (False, True)
    for box, expected in ((face.box, True), (wall.box, False)):
        asked = desk.ask(
            lambda number, box=box: Cut(number, path, 17, box, 32, 0.7, check=True), WasCut
        )
        assert asked.holds_face is expected
        assert (
            desk.ask(lambda number, box=box: Cut(number, path, 17, box, 32, 0.7), WasCut).holds_face
            is None
        )


def test_a_cut_has_the_face_s_pixels_and_its_square(desk: Desk, halves: bytes) -> None:
    cut = desk.ask(lambda number: Cut(number, halves, 5, Box(0, 0, 64, 64), 32, 0.5), WasCut)
    assert cut.square == Box(16, 16, 32, 32)
    assert (cut.crop.numpy() == 170).all()
    assert cut.pixels is not None
    red = cut.pixels.channels[0]
    assert red.face[170 // 4] == 1  # 64 bins of 4 levels; the face is flat
    # The background is all but the box with a quarter of margin: columns 80 to 127, flat too.
    assert (red.background[85 // 4], red.wasserstein) == (1, 85)


def test_a_face_too_small_to_compare_says_so(desk: Desk, halves: bytes) -> None:
    cut = desk.ask(lambda number: Cut(number, halves, 5, Box(0, 0, 8, 8), 32, 1.0), WasCut)
    assert (cut.pixels, "choose a frame that shows it larger" in cut.sentence) == (None, True)


@pytest.mark.parametrize(
    ("box", "factor"), [(Box(200, 0, 20, 20), 1.0), (Box(-50, 0, 60, 60), 0.5)]
)
def test_a_box_whose_cut_misses_the_frame_is_a_sentence(
    box: Box, factor: float, desk: Desk, halves: bytes
) -> None:
    # The second box reaches ten pixels into the frame, but its cut of half the size ends five
    # pixels before the frame.
    answer = desk.ask(lambda number: Cut(number, halves, 0, box, 32, factor), Failed)
    assert answer == Failed(answer.id, "The box lies outside the frame; draw it over the face.")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(170, 170, SCORE_RED_170), (85, 85, SCORE_RED_85), (170, 86, 0.5)],
)
def test_scores_by_hand(left: int, right: int, expected: float, desk: Desk) -> None:
    assert desk.ask(
        lambda number: ScoreFace(number, crop(left, right)), FaceScored
    ).score == pytest.approx(expected, abs=1e-6)


def test_a_map_by_hand_grows_and_ends_with_its_faithfulness(desk: Desk) -> None:
    made = desk.ask(lambda number: Map(number, crop(170, 86), BLACK), Mapped)
    assert made.base == pytest.approx(0.5, abs=BF16)
    assert (made.evaluated, made.total, made.error) == (4, 4, 0.0)
    # Hiding a quarter of the left half takes 170 / 4 from the mean of 128, a quarter of the right
    # half 86 / 4.
    values = made.values.numpy()
    assert values.shape == (32, 32)
    assert values[:, :16] == pytest.approx(0.5 - score(128 - 42.5), abs=BF16)
    assert values[:, 16:] == pytest.approx(0.5 - score(128 - 21.5), abs=BF16)
    assert made.faithfulness is not None
    # Deletion hides both left quarters first: 128, 85.5, 43, 21.5, 0; the trapezoidal rule gives
    # the areas.
    curve = [score(red) for red in (128, 85.5, 43, 21.5, 0)]
    assert made.faithfulness.deletion == pytest.approx(
        sum(curve[1:4]) / 4 + (curve[0] + curve[4]) / 8, abs=BF16
    )
    assert made.complete
    parts = desk.told(Mapped)
    assert parts
    assert not any(part.complete or part.faithfulness for part in parts)


def test_a_larger_map_is_told_of_many_times(desk: Desk) -> None:
    made = desk.ask(
        lambda number: Map(number, crop(170, 86), OcclusionSettings(4, 2, "mean", "printed")),
        Mapped,
    )
    parts = desk.told(Mapped)
    assert len(parts) > 2
    assert [part.evaluated for part in parts] == sorted(part.evaluated for part in parts)
    assert parts[0].evaluated < parts[-1].evaluated == made.evaluated <= made.total == 15 * 15
    # Printed: 255 x score, all near 128 as the fill is the mean colour.
    assert np.nanmean(made.values.numpy()) == pytest.approx(255 * 0.5, abs=4)


def test_hiding_a_region_by_hand(desk: Desk) -> None:
    hidden = desk.ask(lambda number: Hide(number, crop(170, 86), Box(0, 0, 16, 32), BLACK), Hidden)
    assert [hidden.base, hidden.drop] == pytest.approx([0.5, 0.5 - score(43)], abs=BF16)
    assert np.array_equal(hidden.part.numpy(), np.zeros((32, 16, 3), np.uint8))
    assert hidden.precision in ("bf16", "f32")
    mean = desk.ask(lambda number: Hide(number, crop(170, 86), Box(24, 30, 16, 16), MEAN), Hidden)
    assert mean.part.shape == (2, 8, 3)  # what of it lies inside of 32 pixels
    assert set(mean.part.numpy().ravel()) == {128}  # the mean of 170 and 86
    beyond = desk.ask(lambda number: Hide(number, crop(170, 86), Box(40, 0, 5, 5), BLACK), Failed)
    for left, right in ((86, 86), (170, 86)):  # each face has its own base score
        face = crop(left, right)
        hidden = desk.ask(
            lambda number, face=face: Hide(number, face, Box(0, 0, 16, 32), BLACK), Hidden
        )
        assert [hidden.base, hidden.drop] == pytest.approx(
            [score((left + right) / 2), score((left + right) / 2) - score(43)], abs=BF16
        )
    assert (beyond.sentence, beyond.trace) == (
        "The region to hide lies outside the face; draw it inside.",
        "",
    )


def test_following_a_region_along_a_track(desk: Desk, halves: bytes) -> None:
    left, right = Box(0, 0, 64, 64), Box(64, 0, 64, 64)
    faces = ((4, left), (0, right), (9, left))
    desk.ask(lambda number: Follow(number, halves, faces, (0.5, 0.0, 0.5, 1.0), BLACK), Followed)
    told = [(part.index, part.drop) for part in desk.told(FollowedOne)]
    drops = {170: score(170) - score(85), 85: score(85) - score(42.5)}
    assert [index for index, _ in told] == [0, 4, 9]
    assert [drop for _, drop in told] == pytest.approx(
        [drops[85], drops[170], drops[170]], abs=BF16
    )


def test_a_frame_follows_though_a_track_was_followed_before(
    desk: Desk, segment: Segment, numbers: bytes
) -> None:
    faces = tuple((index, Box(0, 0, 64, 64)) for index in (3, 20, 40))
    desk.ask(lambda number: Follow(number, numbers, faces, (0, 0, 1, 1), BLACK), Followed)
    assert read_number(view(desk, segment, numbers, 41)[1][..., 2::-1]) == 41


def noise(path: Path) -> tuple[bytes, NDArray[np.int16]]:
    """A file with one second of noise, and its samples."""
    samples = np.random.default_rng(5).integers(-20000, 20000, (48000, 2)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return os.fsencode(path), samples


def test_sound_is_heard_and_played_as_it_is(desk: Desk, folder: Path) -> None:
    path, samples = noise(folder / "noise.wav")
    sound = desk.ask(lambda number: Listen(number, path), Heard).sound
    assert (sound.rate, sound.channels) == (48000, 2)
    assert sound.duration_s == pytest.approx(1.0, abs=0.01)
    played = desk.ask(lambda number: Pcm(number, path, 0.25, 0.4), Played).samples
    assert played == samples[12000:31200].tobytes()
    # 0.1 s are left at 0.9 s; beyond the end there is silence.
    end = np.frombuffer(
        desk.ask(lambda number: Pcm(number, path, 0.9, 0.4), Played).samples, "<i2"
    ).reshape(-1, 2)
    assert end.shape == (19200, 2)
    assert (end[:4800] == samples[43200:]).all()
    assert not end[4800:].any()
    assert desk.ask(lambda number: Pcm(number, path, 100.0, 0.1), Played).samples == bytes(19200)


def test_a_file_without_sound_costs_the_one_before_nothing(
    desk: Desk, folder: Path, halves: bytes
) -> None:
    path, samples = noise(folder / "more.wav")
    assert (
        desk.ask(lambda number: Pcm(number, path, 0.0, 0.1), Played).samples
        == samples[:4800].tobytes()
    )
    refused = desk.ask(lambda number: Pcm(number, halves, 0.0, 0.1), Failed)
    assert refused.trace == ""
    assert (
        desk.ask(lambda number: Pcm(number, path, 0.6, 0.1), Played).samples
        == samples[28800:33600].tobytes()
    )


def test_a_hash_is_sha_256(desk: Desk, halves: bytes) -> None:
    data = Path(os.fsdecode(halves)).read_bytes()
    found = desk.ask(lambda number: Hash(number, halves), Hashed)
    assert found.evidence.sha256 == hashlib.sha256(data).hexdigest()
    assert found.evidence.size == len(data)


def test_a_live_scan_tells_of_each_frame_and_ends_like_any_other(
    desk: Desk, numbers: bytes
) -> None:
    settings = ScanSettings(12, "whole")
    live = desk.ask(lambda number: Scan(number, numbers, settings, live=True), Scanned).result
    frames = tuple(part.frame for part in desk.told(FrameScanned))
    (thumbnail,) = desk.told(Thumbnail)
    (identified,) = desk.told(Identified)
    assert identified.evidence.sha256 == live.sha256
    assert frames == live.frames
    assert [frame.index for frame in frames] == [2, 7, 12, 17, 22, 27, 32, 37, 42, 47, 52, 57]
    # 320 x 64 becomes 160 x 32; it shows frame 2.
    picture = np.asarray(thumbnail.picture.numpy(), np.uint8)
    assert (picture.shape, read_number(picture)) == ((32, 160, 3), 2)
    plain = desk.ask(lambda number: Scan(number, numbers, settings), Scanned).result
    assert desk.told(FrameScanned) + desk.told(Thumbnail) == []
    assert msgspec.structs.replace(live, timing_s=Timing()) == msgspec.structs.replace(
        plain, timing_s=Timing()
    )


def test_a_cancelled_scan_ends_early_and_the_next_is_whole(
    desk: Desk, folder: Path, numbers: bytes
) -> None:
    # Long enough that the cancel comes before its end, however fast the machine is.
    long = os.fsencode(make_clip(folder / "long.mp4", frames=2000, size=(320, 64)))
    desk.ask(
        lambda number: Scan(number, long, ScanSettings(2000, "whole"), live=True),
        Cancelled,
        cancel_at=Thumbnail,
    )
    assert len(desk.told(FrameScanned)) < 2000
    result = desk.ask(
        lambda number: Scan(number, numbers, ScanSettings(60, "whole"), live=True), Scanned
    ).result
    assert len(result.frames) == len(desk.told(FrameScanned)) == 60


def test_a_cancelled_map_ends_early_and_the_next_is_whole(desk: Desk) -> None:
    fine = OcclusionSettings(2, 1, "black", "drop")  # 961 patches
    desk.ask(lambda number: Map(number, crop(170, 86), fine), Cancelled, cancel_at=Mapped)
    assert desk.told(Mapped)[-1].evaluated < 500
    assert desk.ask(lambda number: Map(number, crop(170, 86), BLACK), Mapped).complete


def test_a_cancelled_hash_ends_early(desk: Desk, folder: Path, halves: bytes) -> None:
    with (folder / "large.mp4").open("wb") as file:
        file.truncate(64 << 30)  # takes no disk space; reading it all takes half a minute or more
    path = os.fsencode(folder / "large.mp4")
    desk.ask(lambda number: Hash(number, path), Cancelled, cancel_at=Progressed)
    assert desk.told(Progressed)[-1].done < 32 << 30
    assert desk.ask(lambda number: Hash(number, halves), Hashed).evidence.size < 1 << 20


def test_a_cancelled_follow_ends_early_and_frames_still_come(
    desk: Desk, segment: Segment, numbers: bytes
) -> None:
    faces = tuple((index, Box(0, 0, 64, 64)) for index in range(60))
    desk.ask(
        lambda number: Follow(number, numbers, faces, (0, 0, 1, 1), BLACK),
        Cancelled,
        cancel_at=FollowedOne,
    )
    assert len(desk.told(FollowedOne)) < 60
    assert read_number(view(desk, segment, numbers, 59)[1][..., 2::-1]) == 59


def test_a_cancel_of_what_is_done_costs_nothing(desk: Desk, halves: bytes) -> None:
    done = desk.ask(lambda number: Hash(number, halves), Hashed)
    desk.worker.cancel(done.id)
    again = desk.ask(lambda number: Hash(number, halves), Hashed)
    assert again.evidence == done.evidence


class Alone:
    """Handlers in this process; they cancel a request at its first progress of a given stage."""

    def __init__(self, package: Path | None = None) -> None:
        self.said: list[Answer] = []
        self.cancelled: set[int] = set()
        self.cancel_at: str | None = None
        model = b"" if package is None else os.fsencode(package)
        self.handlers = Handlers(Setup(model, 1, 1 << 30), self._say, self.cancelled.__contains__)

    def _say(self, answer: Answer) -> None:
        self.said.append(answer)
        if isinstance(answer, Progressed) and answer.stage == self.cancel_at:
            self.cancelled.add(answer.id)

    def answer(self, request: Request) -> Final:
        return self.handlers.answer(request)


def test_a_decoder_that_was_stopped_on_its_way_finds_its_frames_later(
    folder: Path, segment: Segment
) -> None:
    path = os.fsencode(make_clip(folder / "far.mp4", frames=250, size=(320, 64), gop=300))
    alone, place = Alone(), segment.take()
    assert place is not None
    alone.answer(Open(1, path))
    alone.cancel_at = "frames"
    for number in (2, 3, 4):
        assert alone.answer(Render(number, path, 240, ViewSettings(), place)) == Cancelled(number)
    alone.cancel_at = None
    viewed = alone.answer(Render(5, path, 240, ViewSettings(), place))
    assert isinstance(viewed, Rendered), viewed
    assert read_number(segment.read(place, 320, 64, values=False)[0][..., 2::-1]) == 240


def test_a_stopped_opening_is_begun_anew(folder: Path, segment: Segment) -> None:
    path = os.fsencode(make_clip(folder / "long.mp4", frames=250, size=(320, 64)))
    alone = Alone()
    alone.cancel_at = "index"
    assert alone.answer(Open(1, path)) == Cancelled(1)
    alone.cancel_at = None
    opened = alone.answer(Open(2, path))
    assert isinstance(opened, Opened)
    assert opened.facts.count == 250


def test_where_pictures_are_shown_the_first_one_finds_all_in_place(package: Path) -> None:
    _cascade.cache_clear()
    assert list(Alone(package).handlers.warm_up()) == []  # this worker shows no pictures
    assert _cascade.cache_info().currsize == 0
    alone = Alone()
    assert (
        len(list(alone.handlers.warm_up())) == 3
    )  # a request waits for at most one of these steps
    assert _cascade.cache_info().currsize == 2  # frontal and in profile
    assert alone.said == []


def test_a_request_that_was_cancelled_while_it_waited_is_not_begun() -> None:
    alone = Alone()
    alone.cancelled.add(7)
    assert alone.answer(Open(7, b"/nowhere")) == Cancelled(7)
    assert alone.said == []


def test_a_fault_is_told_apart_from_what_the_user_can_mend(tmp_path: Path) -> None:
    alone = Alone()
    missing = alone.answer(Open(1, os.fsencode(tmp_path) + b"/no\xff.mp4"))
    assert isinstance(missing, Failed)
    assert missing.trace == ""
    # A worker without a network is never asked for a score: if it is, that is a fault of the
    # program, and its trace can go over the pipe.
    fault = alone.answer(ScoreFace(2, crop(0, 0)))
    assert isinstance(fault, Failed)
    assert (fault.sentence, "AttributeError" in fault.trace) == (FAULT, True)
    packed = msgspec.msgpack.encode(missing, enc_hook=Sentence.packed)
    assert msgspec.msgpack.decode(packed, type=Failed, dec_hook=decoded) == missing


def test_variable_times_come_with_the_frames(desk: Desk, segment: Segment, folder: Path) -> None:
    pts = [1000, 1040, 1200, 1240, 1500]
    path = os.fsencode(
        make_clip(
            folder / "vfr.mkv", frames=5, size=(320, 64), pts=pts, time_base=Fraction(1, 1000)
        )
    )
    facts = desk.ask(lambda number: Open(number, path), Opened).facts
    shown = [view(desk, segment, path, index)[0].frame.pts_s for index in range(5)]
    assert shown == pytest.approx([1.0, 1.04, 1.2, 1.24, 1.5])
    assert list(facts.times_s) == pytest.approx(shown)
