"""The analysis of one frame: the right frame, face and region, scores and drops by hand."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from dfgui.core.analysis.inspection import inspect_file, measured_informativeness
from dfgui.core.analysis_results import Inspection, InspectSettings, OcclusionSettings
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.geometry import Box
from dfgui.core.media.facts import ElaSettings
from dfgui.core.media.video import Video, open_media
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import load_package
from dfgui.resources import FACE_CHECK, resource
from tests.support.clips import copy_packets, make_clip, read_number
from tests.support.program import SCORE_RED_85, SCORE_RED_170

PORTRAIT = resource("demo", "portrait.mp4")
PLAIN = {"faces": "whole", "occlusion": None}
LEFT, RIGHT = Box(0, 0, 32, 32), Box(32, 0, 32, 32)
QUARTERS = OcclusionSettings(16, 16, "black", "drop")
QUARTER_HIDDEN = 0.492188  # 1 / (1 + exp(1 / 32)): a mean red of 127.5


@pytest.fixture(scope="module")
def detector(package: Path) -> Detector:
    return Detector(load_package(package), threads=2)


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A still of 64 x 32: red 170 on the left, 85 on the right."""
    red = np.zeros((32, 64, 3), np.uint8)
    red[:, :32, 0], red[:, 32:, 0] = 170, 85
    path = tmp_path_factory.mktemp("stills") / "halves.png"
    Image.fromarray(red).save(path)
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", frames=30)


def inspected(path: Path, detector: Detector, **settings: object) -> Inspection:
    chosen = InspectSettings(**settings)  # type: ignore[arg-type]
    return inspect_file(
        path, detector, lambda: detector, chosen, check=None, threads=2, progress=lambda *_: None
    )


@pytest.mark.parametrize(
    ("settings", "index"),
    [
        ({"frame": 7}, 7),
        ({"time_s": 0.52}, 13),
        ({"time_s": 0.55}, 13),
        ({"time_s": 1.2}, 29),
        ({}, 0),
    ],
)
def test_the_frame_asked_for(
    settings: dict[str, float], index: int, clip: Path, detector: Detector
) -> None:
    result = inspected(clip, detector, **PLAIN, **settings)
    picture = result.original.numpy()
    assert (result.index, read_number(picture.astype(np.uint8))) == (index, index)
    assert result.pts_s == pytest.approx(index / 25)
    assert result.frame_sha256 == hashlib.sha256(b"48x80x3 " + picture.tobytes()).hexdigest()
    assert (result.sha256, result.model) == (
        hashlib.sha256(clip.read_bytes()).hexdigest(),
        "red-mean",
    )
    assert (result.box, result.track, result.map, result.ela) == (
        Box(0, 0, 80, 48),
        None,
        None,
        None,
    )


def test_a_box_by_hand(halves: Path, detector: Detector) -> None:
    for box, score in ((LEFT, SCORE_RED_170), (RIGHT, SCORE_RED_85)):
        result = inspected(halves, detector, box=box, occlusion=None)
        assert (result.box, result.cut, result.score) == (box, box, score)
        assert result.track is None
        assert inspected(halves, detector, box=box, track=2, occlusion=None).track == 2
        assert (result.crop.numpy()[..., 0] == (170 if box == LEFT else 85)).all()
    with pytest.raises(AnalysisError, match=r"box \(64, 0, 5, 5\) lies outside the frame"):
        inspected(halves, detector, box=Box(64, 0, 5, 5), occlusion=None)


def test_a_map_by_hand(halves: Path, detector: Detector) -> None:
    made = inspected(halves, detector, box=LEFT, occlusion=QUARTERS).map
    assert made is not None
    assert (made.patches, made.precision) == (4, "f32")
    assert made.base == pytest.approx(SCORE_RED_170, abs=1e-6)
    assert made.values.numpy() == pytest.approx(
        np.full((32, 32), SCORE_RED_170 - QUARTER_HIDDEN), abs=2e-6
    )
    assert made.region_drop is None


@pytest.mark.parametrize(
    ("region", "score"),
    [
        (Box(0, 0, 16, 32), SCORE_RED_85),  # half of 170 is 85
        (Box(-50, 16, 66, 16), QUARTER_HIDDEN),  # a quarter lies inside
        (Box(0, 0, 640, 480), 0.000335),  # all black: 1 / (1 + exp(8))
    ],
)
def test_a_region_by_hand(region: Box, score: float, halves: Path, detector: Detector) -> None:
    made = inspected(halves, detector, box=LEFT, region=region, occlusion=QUARTERS).map
    assert made is not None
    assert made.region_drop == pytest.approx(SCORE_RED_170 - score, abs=2e-6)


def test_a_region_is_in_pixels_of_the_frame_and_must_meet_the_face(
    halves: Path, detector: Detector
) -> None:
    made = inspected(halves, detector, box=RIGHT, region=Box(32, 0, 16, 32), occlusion=QUARTERS).map
    assert made is not None
    # Half of 85 is 42.5: the logit is -85.5 / 16.
    assert made.region_drop == pytest.approx(SCORE_RED_85 - 0.004755, abs=2e-6)
    with pytest.raises(AnalysisError, match=r"region \(0, 0, 16, 32\) lies outside the face"):
        inspected(halves, detector, box=RIGHT, region=Box(0, 0, 16, 32), occlusion=QUARTERS)


def test_the_printed_map_is_255_times_the_score(halves: Path, detector: Detector) -> None:
    made = inspected(
        halves, detector, box=LEFT, occlusion=OcclusionSettings(16, 16, "black", "printed")
    ).map
    assert made is not None
    assert made.values.numpy() == pytest.approx(np.full((32, 32), 255 * QUARTER_HIDDEN), abs=1e-3)


def test_the_face_of_a_track(detector: Detector) -> None:
    first = inspected(PORTRAIT, detector, occlusion=None)
    # The first of 32 of 100 frames is (0 + 1/2) x 100 / 32.
    assert (first.index, first.track) == (1, 1)
    later = inspected(PORTRAIT, detector, frame=40, track=1, occlusion=None)
    assert (later.index, later.track) == (40, 1)
    assert later.cut.w == max(later.box.w, later.box.h)
    with pytest.raises(
        AnalysisError, match=r"No face of track 2 was found in frame 40; choose another frame"
    ):
        inspected(PORTRAIT, detector, frame=40, track=2, occlusion=None)


def test_no_face_is_a_sentence(clip: Path, detector: Detector) -> None:
    with pytest.raises(
        AnalysisError,
        match=r"No face was found in the frames that were looked at; .*--faces whole\.$",
    ):
        inspected(clip, detector)
    with pytest.raises(AnalysisError, match="No face was found in frame 3"):
        inspected(clip, detector, frame=3)


def test_frames_that_are_not_there(clip: Path, detector: Detector) -> None:
    with pytest.raises(AnalysisError, match="There is no frame 30"):
        inspected(clip, detector, **PLAIN, frame=30)
    for seconds in (-1.0, 99.0):
        with pytest.raises(AnalysisError, match=r"frames run from 0\.000 s to 1\.200 s"):
            inspected(clip, detector, **PLAIN, time_s=seconds)


def test_error_levels(halves: Path, detector: Detector, tmp_path: Path) -> None:
    flat = tmp_path / "flat.png"
    Image.fromarray(np.full((96, 80, 3), 128, np.uint8)).save(flat)
    result = inspected(flat, detector, **PLAIN, ela=ElaSettings())
    assert result.ela is not None
    # A grey picture of 128 is all zeros to JPEG: saving it again changes nothing.
    assert not result.ela.levels.numpy().any()
    assert result.ela.picture.shape == (96, 80)
    assert result.ela.informativeness is not None
    small = inspected(halves, detector, **PLAIN, ela=ElaSettings()).ela
    assert small is not None
    assert small.informativeness is None


def test_error_levels_of_one_channel(detector: Detector, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (96, 80, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    saved = io.BytesIO()
    Image.fromarray(noise).save(saved, "JPEG", quality=90, subsampling="4:2:0")
    change = np.abs(np.asarray(Image.open(saved)).astype(np.float32) - noise)
    result = inspected(
        tmp_path / "noise.png", detector, **PLAIN, ela=ElaSettings(), ela_channel="blue"
    )
    assert result.ela is not None
    # Another build of the library may decode a JPEG a little differently.
    assert np.abs(result.ela.levels.numpy() - change[..., 2]).mean() < 1
    assert np.abs(result.ela.levels.numpy() - change.mean(axis=2)).mean() > 10


def test_error_levels_that_cannot_be_measured_cost_no_more_than_themselves(
    halves: Path, detector: Detector, tmp_path: Path
) -> None:
    small = inspected(halves, detector, **PLAIN, ela=ElaSettings())
    assert small.ela is not None
    assert any(
        "too small to measure what error levels can say" in warning for warning in small.warnings
    )
    # A JPEG has at most 65500 columns.
    Image.fromarray(np.full((64, 65_501, 3), 170, np.uint8)).save(tmp_path / "wide.png")
    wide = inspected(
        tmp_path / "wide.png", detector, box=Box(0, 0, 64, 64), occlusion=None, ela=ElaSettings()
    )
    assert (wide.ela, wide.score) == (None, SCORE_RED_170)
    assert any("too large for error levels" in warning for warning in wide.warnings)


def test_error_levels_where_an_edit_list_hides_every_key_frame(
    detector: Detector, tmp_path: Path
) -> None:
    make_clip(tmp_path / "whole.mp4", frames=40, gop=300, size=(160, 96))
    # 512 units a frame: the first 13 frames, the only key frame among them, begin before 0.
    cut = copy_packets(tmp_path / "whole.mp4", tmp_path / "cut.mp4", earlier=13 * 512)
    with Video(cut) as video:
        assert (video.count, video.index.key.any()) == (27, False)
    result = inspected(cut, detector, **PLAIN, frame=0, ela=ElaSettings())
    assert result.ela is not None
    assert result.ela.informativeness is not None
    assert result.ela.informativeness.visibility >= 1


def test_a_damaged_frame_is_named(
    clip: Path, detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = Video.frame
    monkeypatch.setattr(
        Video, "frame", lambda self, index: replace(frame(self, index), damaged=index == 4)
    )
    assert any(
        "Frame 4 itself is damaged" in warning
        for warning in inspected(clip, detector, **PLAIN, frame=4).warnings
    )
    assert not any(
        "damaged" in warning for warning in inspected(clip, detector, **PLAIN, frame=5).warnings
    )


@pytest.mark.parametrize(
    ("region", "over"),
    [
        (Box(0, 0, 32, 32), False),
        (Box(8, 8, 8, 8), False),
        (Box(16, 0, 17, 32), True),
        (Box(0, -1, 8, 8), True),
        (Box(8, 8, 4, 25), True),
    ],
)
def test_a_region_that_reaches_over_the_face_is_said(
    region: Box, over: bool, halves: Path, detector: Detector
) -> None:
    warnings = inspected(halves, detector, box=LEFT, region=region, occlusion=QUARTERS).warnings
    assert any("only what lies inside was hidden" in warning for warning in warnings) == over


@pytest.mark.parametrize(("region", "total"), [(None, 35), (Box(0, 0, 8, 8), 37)])
def test_progress_of_a_map_reaches_its_end(
    region: Box | None, total: int, halves: Path, detector: Detector
) -> None:
    # The crop and 4 patches; 6 curves of 5 pictures; for a region the crop again and the region.
    seen: list[tuple[str, int, int]] = []
    settings = InspectSettings(box=LEFT, region=region, occlusion=QUARTERS)
    inspect_file(
        halves,
        detector,
        lambda: detector,
        settings,
        check=None,
        threads=1,
        progress=lambda *step: seen.append(step),
    )
    steps = [step for step in seen if step[0] == "map"]
    assert {of for _, _, of in steps} == {total}
    assert steps[0] == ("map", 1, total)
    assert steps[-1] == ("map", total, total)


def test_a_change_meanwhile_makes_no_result(detector: Detector, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", frames=5)

    def grow(stage: str, done: int, total: int) -> None:
        if stage == "map":
            with path.open("ab") as file:
                file.write(b"!")

    settings = InspectSettings(frame=0, faces="whole", occlusion=QUARTERS)
    with pytest.raises(AnalysisError, match="changed while it was read"):
        inspect_file(
            path, detector, lambda: detector, settings, check=None, threads=1, progress=grow
        )


def test_patterns_are_passed_over_and_a_box_by_hand_on_one_earns_a_warning(
    detector: Detector,
) -> None:
    # By eye: in frame 17 the wall next to the shuttle, track 3, is larger than the face.
    check = FaceCheck(load_face_check(resource("models", FACE_CHECK)))

    def looked(**settings: object) -> Inspection:
        chosen = InspectSettings(frame=17, occlusion=None, **settings)  # type: ignore[arg-type]
        return inspect_file(
            PORTRAIT,
            detector,
            lambda: detector,
            chosen,
            check=check,
            threads=2,
            progress=lambda *_: None,
        )

    wall = inspected(PORTRAIT, detector, frame=17, occlusion=None).box
    face = looked()
    assert (wall.centre, face.box.centre) == (
        pytest.approx((460, 249), abs=15),
        pytest.approx((274, 144), abs=15),
    )
    assert face.warnings == ()
    by_hand = looked(box=wall)
    assert by_hand.warnings == (
        "The check of faces finds no face in this box; its score says nothing about a person.",
    )
    assert by_hand.score == inspected(PORTRAIT, detector, frame=17, occlusion=None).score
    with pytest.raises(
        AnalysisError,
        match=r"No face of track 3 was found in frame 17 \(what was found there holds no face\)",
    ):
        looked(track=3)


@pytest.mark.parametrize("suffix", ["avif", "webp"])
def test_error_levels_of_another_lossy_coding_are_not_measured(suffix: str, tmp_path: Path) -> None:
    """Neither the model of a JPEG nor that of a lossless picture holds for them."""
    Image.new("RGB", (640, 480), (90, 120, 60)).save(tmp_path / f"lossy.{suffix}", quality=50)
    with (
        open_media(tmp_path / f"lossy.{suffix}") as still,
        pytest.raises(AnalysisError, match=f"coded as {suffix.upper()}"),
    ):
        measured_informativeness(still, still.frame(0), 90)


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, None),
        (3, Image.Transpose.ROTATE_180),
        (6, Image.Transpose.ROTATE_270),
        (7, Image.Transpose.TRANSVERSE),
    ],
)
def test_a_turned_jpeg_is_measured_as_it_is_stored(
    orientation: int, turn: Image.Transpose | None, detector: Detector, tmp_path: Path
) -> None:
    """Its blocks of 8 x 8 pixels begin at the stored corner, and their table is not symmetric."""
    coarse = np.random.default_rng(5).integers(0, 256, (14, 20, 3), np.uint8)
    scene = Image.fromarray(coarse).resize((198, 134), Image.Resampling.BICUBIC)
    exif, path = Image.Exif(), tmp_path / "turned.jpg"
    exif[ExifTags.Base.Orientation] = orientation
    scene.save(path, quality=75, subsampling=2, exif=exif)
    with Image.open(path) as image:
        stored = image.convert("RGB")
    probe = io.BytesIO()
    stored.save(probe, "JPEG", quality=90, subsampling=2)
    again = Image.open(probe).convert("RGB")
    change = np.abs(np.asarray(stored, np.float32) - np.asarray(again, np.float32)).mean(axis=2)
    upright = Image.fromarray(change)
    found = inspected(path, detector, faces="whole", occlusion=None, ela=ElaSettings()).ela
    assert found is not None
    assert found.informativeness is not None
    assert found.informativeness.strength == 75
    np.testing.assert_allclose(
        found.levels.numpy(), np.asarray(upright if turn is None else upright.transpose(turn)),
        atol=1e-4,
    )  # fmt: skip
