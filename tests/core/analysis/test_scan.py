"""Scans of files: scores by hand, repeatable results, and no number without an answer."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from dfgui.core.analysis.scan import (
    BACKLOG,
    Live,
    _one_at_a_time,
    new_tracker,
    scan_file,
    sharpness,
)
from dfgui.core.analysis_results import FileResult, FrameResult, ScanSettings, Timing
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.media.facts import HashedFile
from dfgui.core.media.integrity import hash_file
from dfgui.core.media.video import open_media
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import load_package
from dfgui.core.plain import json_of
from dfgui.resources import FACE_CHECK, resource
from tests.support.clips import make_clip
from tests.support.packages import make_package
from tests.support.program import SCORE_RED_170, Y_RED_170


@cache
def check() -> FaceCheck:
    return FaceCheck(load_face_check(resource("models", FACE_CHECK)))


FLAT: dict[str, Any] = {"flat": (Y_RED_170, 128, 128), "colour": (5, 1)}
FAKE = {"codec": "ffv1", **FLAT}
WHOLE = ScanSettings(frames=5, faces="whole")


@pytest.fixture(scope="module")
def detector(package: Path) -> Detector:
    return Detector(load_package(package), threads=2)


def scanned(
    path: Path, detector: Detector, settings: ScanSettings = WHOLE, *, threads: int = 2
) -> FileResult:
    return scan_file(path, detector, settings, check=check(), threads=threads)


def test_a_clip_of_one_colour(detector: Detector, tmp_path: Path) -> None:
    result = scanned(make_clip(tmp_path / "clip.mkv", frames=10, **FAKE), detector)
    assert (result.status, result.score, result.verdict, result.support) == (
        "scored",
        SCORE_RED_170,
        "supports_fake",
        "moderate",
    )
    assert [frame.index for frame in result.frames] == [1, 3, 5, 7, 9]
    assert [frame.pts_s for frame in result.frames] == [0.04, 0.12, 0.2, 0.28, 0.36]
    assert [face.score for frame in result.frames for face in frame.faces] == [SCORE_RED_170] * 5
    assert result.timing_s.total > 0
    assert result.timing_s.network <= result.timing_s.total


def test_a_file_takes_the_mean_logit_of_its_frames(detector: Detector, tmp_path: Path) -> None:
    # Frames 0 and 1 differ in their first bar alone: luma 40 and 200 are red 28 and 214 (1.164 x
    # (luma - 16)).
    path = make_clip(tmp_path / "clip.mkv", codec="ffv1", frames=2, size=(320, 32), colour=(5, 1))
    result = scanned(path, detector, ScanSettings(frames=2, faces="whole"))
    # The square cut repeats each column over its height, so the mean red of the picture equals
    # that of its bars.
    logits = [(28 - 128) / 16, ((9 * 28 + 214) / 10 - 128) / 16]
    for frame, logit in zip(result.frames, logits, strict=True):
        assert frame.faces[0].score == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-4)
    assert result.score == pytest.approx(1 / (1 + np.exp(-sum(logits) / 2)), abs=1e-4)


def test_a_still_needs_one_face_and_uses_the_calibration_of_faces(tmp_path: Path) -> None:
    Image.fromarray(np.full((50, 50, 3), 170, np.uint8)).save(tmp_path / "still.png")
    strict = Detector(
        load_package(make_package(tmp_path / "net", domain={"track_frames": 9})), threads=1
    )
    still = scanned(tmp_path / "still.png", strict)
    video = scanned(make_clip(tmp_path / "clip.mkv", frames=8, **FAKE), strict)
    assert (still.status, still.score, still.verdict, still.reason) == (
        "scored",
        SCORE_RED_170,
        "supports_fake",
        None,
    )
    assert (video.status, video.score, video.verdict, video.support) == (
        "scored",
        SCORE_RED_170,
        "inconclusive",
        "none",
    )
    assert (
        video.reason == "Too few frames show the same face: 5, at least 9 are needed for a verdict."
    )


def test_outside_the_tested_compression(tmp_path: Path) -> None:
    strict = Detector(
        load_package(make_package(tmp_path / "net", domain={"bits_per_pixel": 1000.0})), threads=1
    )
    result = scanned(make_clip(tmp_path / "clip.mkv", frames=5, **FLAT), strict)
    assert (result.status, result.verdict) == ("scored", "inconclusive")
    assert "compressed too hard" in (result.reason or "")
    assert not any("compress" in warning for warning in result.warnings)


def test_the_compression_of_another_codec_is_not_judged_and_the_result_says_so(
    tmp_path: Path,
) -> None:
    strict = Detector(
        load_package(make_package(tmp_path / "net", domain={"bits_per_pixel": 1000.0})), threads=1
    )
    clip = make_clip(tmp_path / "clip.mkv", frames=5, codec="libx265", **FLAT)
    result = scanned(clip, strict)
    assert (result.verdict, result.reason) == ("supports_fake", None)
    assert result.warnings[-1] == (
        "The video is coded as HEVC. The limit of compression was tested on H.264 only, so whether"
        " this video is compressed too hard was not judged."
    )


def test_no_face(detector: Detector, tmp_path: Path) -> None:
    result = scanned(
        make_clip(tmp_path / "clip.mkv", frames=5, **FAKE), detector, ScanSettings(frames=3)
    )
    assert (result.status, result.score, result.log10_lr, result.verdict, result.support) == (
        "not_scored",
        None,
        None,
        None,
        None,
    )
    assert result.reason == "No face was found in the frames that were looked at."
    assert [frame.faces for frame in result.frames] == [(), (), ()]


def test_a_file_that_is_none(detector: Detector, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video" * 100)
    result = scanned(tmp_path / "text.mp4", detector)
    assert (result.status, result.score, result.frames) == ("failed", None, ())
    assert result.sha256 is not None  # a refused file is still identified


def test_a_file_is_hashed_once_unless_its_result_is_exported(
    detector: Detector, tmp_path: Path
) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=3, **FAKE)
    evidence = hash_file(path, others=("md5",))
    size = path.stat().st_size

    def passes(**how: Any) -> int:
        seen: list[tuple[str, int, int]] = []
        result = scan_file(
            path,
            detector,
            ScanSettings(frames=1, faces="whole"),
            check=None,
            threads=1,
            progress=lambda *step: seen.append(step),
            **how,
        )
        assert (result.status, result.sha256) == ("scored", evidence.sha256)
        assert result.hashes == (evidence.others if how.get("evidence") else {})
        return seen.count(("hash", size, size))

    assert passes() == 1
    assert passes(evidence=evidence) == 0
    assert passes(thorough=True) == 2
    assert passes(evidence=evidence, thorough=True) == 1


def test_a_file_that_changed_since_it_was_hashed_gets_no_result(
    detector: Detector, tmp_path: Path
) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=3, **FAKE)
    evidence = hash_file(path)
    make_clip(path, frames=4, **FAKE)
    result = scan_file(
        path,
        detector,
        ScanSettings(frames=1, faces="whole"),
        check=None,
        threads=1,
        evidence=evidence,
    )
    assert (result.status, result.sha256) == ("failed", evidence.sha256)
    assert "changed while it was read" in str(result.reason)


def test_same_json_with_any_number_of_threads(package: Path) -> None:
    results = []
    for threads in (1, 2, 3, 1):
        detector = Detector(load_package(package), threads=threads)
        result = scanned(
            resource("demo", "portrait.mp4"), detector, ScanSettings(frames=4), threads=threads
        )
        results.append(json_of(msgspec.structs.replace(result, timing_s=Timing())))
    assert results == [results[0]] * 4
    assert b'"status":"scored"' in results[0]


@pytest.mark.parametrize("live", ["0", "1"])
def test_frames_far_apart_are_warned_of(live: str, detector: Detector, tmp_path: Path) -> None:
    slow: dict[str, Any] = {
        "rate": Fraction(1, 3),
        "time_base": Fraction(1, 1000),
        "pts": range(0, 30000, 3000),
    }
    # A live recording declares no duration.
    path = make_clip(
        tmp_path / "slow.mkv", frames=10, container_options={"live": live}, **slow, **FAKE
    )
    with open_media(path) as media:
        assert new_tracker(media, 2).most_missed == 1  # 15 s lie between two frames
    result = scanned(path, detector, ScanSettings(frames=2, faces="whole"))
    assert any(
        warning.startswith("The frames looked at lie 15 s apart") for warning in result.warnings
    )


def test_a_face_may_be_missed_for_two_seconds_of_frames(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=100)
    gaps = make_clip(
        tmp_path / "gaps.mkv",
        frames=100,
        time_base=Fraction(1, 1000),
        pts=[40 * i + 9000 * (i >= 30) + 12000 * (i >= 60) for i in range(100)],
    )
    for clip in (path, gaps):
        with open_media(clip) as media:
            # Of 8 frames in 4 s each is half a second after the one before: the fourth is too late.
            assert new_tracker(media, 8).most_missed == 3
            assert new_tracker(media, 32).most_missed == 15  # 2 / 0.125 - 1
            assert new_tracker(media, 1).most_missed == 1


def _filmed(path: Path, *clips: str, gaps: bool = False) -> Path:
    """A clip whose frame i is that of the demo clip named for its third of the time."""
    frames = {}
    for name in {*clips}:
        with av.open(resource("demo", name)) as source:
            frames[name] = [frame.to_ndarray() for frame in source.decode(video=0)]
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for i in range(100):
            third = (i >= 33) + (i >= 67)
            frame = av.VideoFrame.from_ndarray(frames[clips[third]][i], format="yuv420p")
            frame.pts, frame.time_base = i + gaps * third * 250, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


P, A = "portrait.mp4", "portrait-altered.mp4"
TWELVE = ScanSettings(frames=12)  # four of them in each third


def test_gaps_in_a_recording_do_not_split_a_face(detector: Detector, tmp_path: Path) -> None:
    result = scanned(_filmed(tmp_path / "gaps.mp4", A, A, A, gaps=True), detector, TWELVE)
    (track,) = result.tracks
    assert (track.frames, track.cut) == (12, None)
    assert result.frames[-1].pts_s == pytest.approx(95 / 25 + 20)  # two gaps of ten seconds


def test_two_faces_one_after_the_other_in_one_place_have_tracks_of_their_own(
    detector: Detector, tmp_path: Path
) -> None:
    result = scanned(_filmed(tmp_path / "cuts.mp4", P, A, P), detector, TWELVE)
    # The middles of twelfths of 100 frames; 37 and 70 are the first ones after the cuts.
    assert [frame.index for frame in result.frames][3:9] == [29, 37, 45, 54, 62, 70]
    assert [(track.frames, track.cut) for track in result.tracks] == [(4, 37), (4, 70), (4, None)]
    assert result.warnings[-1] == (
        "2 cuts in the video end tracks, the first before frame 37: a person seen before and after"
        " a cut has one for each part."
    )


def test_progress_reaches_its_end(detector: Detector, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = make_clip(tmp_path / "clip.mkv", frames=4, **FAKE)
    scan_file(
        path, detector, WHOLE, check=None, threads=1, progress=lambda *step: seen.append(step)
    )
    assert [step for step in seen if step[0] == "frames"] == [
        ("frames", done, 4) for done in range(5)
    ]
    assert ("hash", path.stat().st_size, path.stat().st_size) in seen


def test_reading_a_long_file_is_reported(detector: Detector, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    path = make_clip(tmp_path / "clip.mkv", frames=250, **FAKE)
    scan_file(
        path,
        detector,
        ScanSettings(frames=1, faces="whole"),
        check=None,
        threads=1,
        progress=lambda *step: seen.append(step),
    )
    assert [step for step in seen if step[0] == "index"] == [("index", 100, 0), ("index", 200, 0)]


def test_a_picture_far_from_its_key_frame_is_reported_on_the_way(
    detector: Detector, tmp_path: Path
) -> None:
    seen: list[tuple[str, int, int]] = []
    path = make_clip(tmp_path / "clip.mp4", frames=250, gop=300, colour=(5, 1))
    scan_file(
        path,
        detector,
        ScanSettings(frames=1, faces="whole"),
        check=None,
        threads=1,
        progress=lambda *step: seen.append(step),
    )
    assert ("frames", 100, 0) in seen
    assert seen.index(("frames", 100, 0)) < seen.index(("frames", 0, 1))


def test_a_live_scan_shows_each_frame_in_order_and_finds_the_same(
    detector: Detector, tmp_path: Path
) -> None:
    path = make_clip(tmp_path / "clip.mkv", codec="ffv1", frames=40, size=(320, 32), colour=(5, 1))
    hashed: list[HashedFile] = []
    found: list[FrameResult] = []
    first: list[NDArray[np.uint8]] = []
    settings = ScanSettings(frames=12, faces="whole")
    shown = scan_file(
        path,
        detector,
        settings,
        check=None,
        threads=2,
        live=Live(hashed.append, found.append, first.append),
    )
    plain = scanned(path, detector, settings)
    assert tuple(found) == plain.frames == shown.frames
    # The middles of twelfths.
    assert [frame.index for frame in found] == [1, 5, 8, 11, 15, 18, 21, 25, 28, 31, 35, 38]
    assert shown.score == plain.score
    assert [one.sha256 for one in hashed] == [hashlib.sha256(path.read_bytes()).hexdigest()]
    (picture,) = first
    assert picture.shape == (32, 320, 3)
    # Frame 1 has its first bar bright: luma 200 is red 214.
    assert abs(picture[:, :32].astype(int) - 214).max() <= 1


def test_progress_is_told_one_at_a_time() -> None:
    inside, most = 0, 0

    def listen(*_: object) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.01)
        inside -= 1

    report = _one_at_a_time(listen)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda done: report("frames", done, 0), range(8)))
    assert most == 1


def test_few_crops_wait_for_a_slow_network(package: Path, tmp_path: Path) -> None:
    answered: list[int] = []
    waiting: list[int] = []

    class Slow(Detector):
        def logits(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
            time.sleep(0.01)
            answered.append(len(crops))
            return super().logits(crops)

    def count(stage: str, done: int, total: int) -> None:
        if stage == "frames":
            waiting.append(done - len(answered))

    path = make_clip(tmp_path / "clip.mkv", frames=30, **FAKE)
    slow = Slow(load_package(package), threads=1)
    result = scan_file(
        path, slow, ScanSettings(frames=30, faces="whole"), check=None, threads=1, progress=count
    )
    assert (len(result.frames), result.score) == (30, SCORE_RED_170)
    assert max(waiting) <= BACKLOG


def test_what_progress_raises_ends_the_scan(detector: Detector, tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("frames", 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan_file(
            make_clip(tmp_path / "clip.mkv", frames=5, **FAKE),
            detector,
            WHOLE,
            check=None,
            threads=1,
            progress=stop,
        )


def test_a_change_during_the_scan_makes_no_result(detector: Detector, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", frames=5, **FAKE)

    def touch(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("frames", 3):
            with path.open("ab") as file:
                file.write(b"!")

    result = scan_file(path, detector, WHOLE, check=None, threads=1, progress=touch)
    assert (result.status, result.score, result.tracks) == ("failed", None, ())
    assert "changed while it was read" in (result.reason or "")


def test_sharpness_by_hand() -> None:
    assert sharpness(np.full((8, 8, 3), 90, np.uint8)) == 0.0
    # A checkerboard of 0 and 100: the Laplacian (four neighbours less four times the middle) is
    # +-400 all over.
    board = np.uint8(100) * (np.indices((8, 8)).sum(axis=0) % 2).astype(np.uint8)
    assert sharpness(np.repeat(board[..., None], 3, axis=2)) == 160000.0


def test_patterns_are_left_out_and_scores_stay(detector: Detector) -> None:
    portrait, settings = resource("demo", "portrait.mp4"), ScanSettings(frames=32)
    checked = scanned(portrait, detector, settings)
    unchecked = scan_file(portrait, detector, settings, check=None, threads=2)
    # By eye: track 1 is the astronaut, 2 and 4 are parts of the flag, 3 is the wall next to the
    # shuttle.
    assert [track.id for track in unchecked.tracks] == [1, 2, 3, 4]
    assert checked.tracks == unchecked.tracks[:1]
    assert [(track.id, track.frames) for track in checked.excluded_tracks] == [
        (t.id, t.frames) for t in unchecked.tracks[1:]
    ]
    assert [frame.faces for frame in checked.frames] == [
        frame.faces[:1] for frame in unchecked.frames
    ]
    assert [[(box.track, box.box) for box in frame.excluded] for frame in checked.frames] == [
        [
            (face.track, face.box)
            for face in sorted(frame.faces, key=lambda one: one.box)
            if face.track != 1
        ]
        for frame in unchecked.frames
    ]
    assert (unchecked.excluded_tracks, unchecked.frames_total, checked.frames_total) == (
        (),
        100,
        100,
    )


class Strict(FaceCheck):
    """Nothing is a face."""

    def passes(self, presence: float | None) -> bool:
        return presence is None


def test_without_any_face_there_is_no_score(detector: Detector) -> None:
    strict = Strict(load_face_check(resource("models", FACE_CHECK)))
    result = scan_file(
        resource("demo", "portrait.mp4"), detector, ScanSettings(frames=3), check=strict, threads=2
    )
    assert (result.status, result.score, result.tracks) == ("not_scored", None, ())
    assert result.reason == "Nothing that was found is a face: its one track was left out."
    assert [(track.id, track.frames, track.first_frame) for track in result.excluded_tracks] == [
        (1, 3, result.frames[0].index)
    ]


def test_the_whole_picture_is_a_face_without_a_check(detector: Detector) -> None:
    strict = Strict(load_face_check(resource("models", FACE_CHECK)))
    result = scan_file(
        resource("demo", "portrait.mp4"),
        detector,
        ScanSettings(2, "whole"),
        check=strict,
        threads=2,
    )
    assert (result.status, result.excluded_tracks) == ("scored", ())
