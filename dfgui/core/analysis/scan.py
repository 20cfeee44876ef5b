"""The main job: a file in, a FileResult out. Decoding, detection and the network overlap."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.file_result import (
    SPARSE_S,
    ScannedFace,
    ScannedFrame,
    file_result,
    frame_result,
    passes,
    sampled_step_s,
    without_faceless,
)
from dfgui.core.analysis_results import (
    FileResult,
    FrameResult,
    ScanSettings,
    Timing,
    failed,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.crop import cut
from dfgui.core.faces.finder import Finder, finder
from dfgui.core.faces.tracks import Face, FoundBox, Tracker
from dfgui.core.geometry import Box
from dfgui.core.media.facts import HashedFile, OtherHash
from dfgui.core.media.integrity import check_unchanged, hash_file
from dfgui.core.media.media_files import Frame, Progress, sample_indices
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video, open_media
from dfgui.core.network.engine import Detector
from dfgui.core.network.score import FaceLogit
from dfgui.core.values import printable

Crop = NDArray[np.uint8]
BACKLOG = 4  # frames whose crops may wait for the network
NO_PICTURE = np.empty((0, 0, 3), dtype=np.uint8)


@dataclass(frozen=True)
class Live:
    """What a scan calls while it runs.

    `hashed` gets the hash of the file once it is known; `scanned` gets each frame as it is scored,
    in order; `first` gets the first picture, (H, W, 3) uint8.
    """

    hashed: Callable[[HashedFile], None]
    scanned: Callable[[FrameResult], None]
    first: Callable[[NDArray[np.uint8]], None]


class Clock:
    """Adds up the seconds of each stage."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._spent = {"decode": 0.0, "faces": 0.0, "network": 0.0}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time inside to `decode`, `faces` or `network`."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._spent[name] += time.perf_counter() - began

    def timing(self) -> Timing:
        """The time spent so far."""
        total = time.perf_counter() - self._began
        return Timing(
            **{
                name: round(seconds, 3)
                for name, seconds in (self._spent | {"total": total}).items()
            }
        )


def scan_file(
    path: Path,
    detector: Detector,
    settings: ScanSettings,
    *,
    check: FaceCheck | None,
    threads: int,
    evidence: HashedFile | None = None,
    hashes: Sequence[OtherHash] = (),
    thorough: bool = False,
    progress: Progress = lambda *_: None,
    live: Live | None = None,
) -> FileResult:
    """Score the faces of a video or a still.

    Args:
        path: the file; opened for reading only.
        detector: with precision f32.
        settings: how many frames, and what counts as a face.
        check: tells faces from patterns among what is found; None lets every box pass.
        threads: for decoding; OpenCV and the detector have budgets of their own.
        evidence: the file as it was hashed before; None to hash it now.
        hashes: digests to compute besides SHA-256 when it is hashed now.
        thorough: hash it again at the end, even if its size, times and inode stayed the same.
        progress: called during the work; an exception that it raises ends the scan.
        live: gets what was found so far.

    Returns:
        A result with status `scored`, `not_scored` or, for a file that cannot be read, `failed`.
    """
    clock, progress = Clock(), _one_at_a_time(progress)
    if check is not None and finder(settings.faces).searches:
        check.start()

    def hashing(done: int, size: int) -> None:
        progress("hash", done, size)

    try:
        progress("hash", 0, 1)
        evidence = evidence or hash_file(path, others=hashes, progress=hashing)
    except AnalysisError as error:
        return failed(str(path), error.sentence)
    if live:
        live.hashed(evidence)
    try:
        with open_media(path, stream=settings.stream, threads=threads, progress=progress) as media:
            looked = look(
                media, detector, settings, check=check, clock=clock, progress=progress, live=live
            )
            result = file_result(
                printable(str(path)), evidence.sha256, media, looked, detector, check
            )
        check_unchanged(path, evidence, thorough=thorough, progress=hashing)
    except AnalysisError as error:
        result = failed(str(path), error.sentence, sha256=evidence.sha256)
    else:
        result = msgspec.structs.replace(result, timing_s=clock.timing())
    return msgspec.structs.replace(result, hashes=evidence.others)


def _one_at_a_time(progress: Progress) -> Progress:
    """Serialise progress reports, since the decoding thread reports too."""
    lock = threading.Lock()

    def report(stage: str, done: int, total: int) -> None:
        with lock:
            progress(stage, done, total)

    return report


def look(
    media: Video | Still,
    detector: Detector,
    settings: ScanSettings,
    *,
    check: FaceCheck | None,
    clock: Clock | None = None,
    progress: Progress = lambda *_: None,
    live: Live | None = None,
) -> list[ScannedFrame]:
    """Find the faces of evenly spread frames and get the network's score for each.

    Decoding, detection and network overlap.

    Args:
        media: open.
        detector: with precision f32.
        settings: how many frames, and what counts as a face.
        check: as in `scan_file`.
        clock: adds up the time of each stage.
        progress: as in `scan_file`.
        live: as in `scan_file`.

    Returns:
        One entry for each frame that could be decoded, with or without faces. `live` gets a box
        that passes even if its track later turns out to hold no face; here it is excluded.
    """
    clock = clock or Clock()
    indices = sample_indices(media.count, settings.frames)
    tracker = new_tracker(media, settings.frames)
    face_finder = finder(settings.faces)
    factor = face_finder.cut_factor(detector.card.crop)
    waiting: deque[_Waiting] = deque()
    looks: list[ScannedFrame] = []

    def infer(crops: list[Crop]) -> list[tuple[float, float]]:
        """Logit and sharpness of each crop."""
        with clock.stage("network"):
            logits = detector.logits(np.stack(crops)) if crops else ()
        return [(float(logit), sharpness(crop)) for logit, crop in zip(logits, crops, strict=True)]

    def keep() -> None:
        """Take the oldest frame that waits for the network."""
        looks.append(_scanned(waiting.popleft(), factor))
        if live:
            live.scanned(frame_result(looks[-1], detector.card.calibration.face))

    with ThreadPoolExecutor(1) as decoding, ThreadPoolExecutor(1) as network:
        for done, frame in enumerate(_ahead(decoding, _timed(media.frames(indices), clock))):
            progress("frames", done, len(indices))
            with clock.stage("faces"):
                found = find_faces(frame, tracker, face_finder, check)
            faces, excluded = (
                [face for face in found if passes(face, check) is holds] for holds in (True, False)
            )
            crops = [
                cut(frame.rgb, face.box, size=detector.input_size, factor=factor) for face in faces
            ]
            if live and not (waiting or looks):
                live.first(frame.rgb)
            # In a long scan no picture and only few crops stay in memory.
            waiting.append(
                _Waiting(
                    replace(frame, rgb=NO_PICTURE),
                    faces,
                    excluded,
                    tracker.ended_by_cut,
                    network.submit(infer, crops),
                )
            )
            while waiting and (len(waiting) > BACKLOG or waiting[0].answers.done()):
                keep()
        while waiting:
            keep()
        progress("frames", len(indices), len(indices))
        return without_faceless(looks)


@dataclass(frozen=True)
class _Waiting:
    """A frame whose crops wait for the network."""

    frame: Frame
    faces: list[Face]
    excluded: list[Face]
    ended_by_cut: tuple[int, ...]
    answers: Future[list[tuple[float, float]]]


def _scanned(one: _Waiting, factor: float) -> ScannedFrame:
    faces = tuple(
        ScannedFace(face, FaceLogit(face.track, logit, max(face.box.w, face.box.h) * factor, sharp))
        for face, (logit, sharp) in zip(one.faces, one.answers.result(), strict=True)
    )
    return ScannedFrame(
        one.frame.index,
        one.frame.pts_s,
        one.frame.type,
        faces,
        tuple(one.excluded),
        one.ended_by_cut,
    )


def _timed(frames: Iterator[Frame], clock: Clock) -> Iterator[Frame]:
    while True:
        with clock.stage("decode"):
            frame = next(frames, None)
        if frame is None:
            return
        yield frame


def _ahead(pool: ThreadPoolExecutor, frames: Iterator[Frame]) -> Iterator[Frame]:
    """The frames in order, while the next one is decoded."""
    waiting = pool.submit(next, frames, None)
    while (frame := waiting.result()) is not None:
        waiting = pool.submit(next, frames, None)
        yield frame


def new_tracker(media: Video | Still, frames: int) -> Tracker:
    """A tracker for that many evenly spread frames.

    A face may be missing in one frame, or in as many in a row as leave no more than two seconds
    between the frames that show it. The usual step counts: a recording may have gaps.
    """
    step = sampled_step_s(media, frames)
    if not step:
        return Tracker()
    # The small share keeps four times half a second from being less than two seconds.
    return Tracker(most_missed=max(1, int(SPARSE_S / step + 1e-6) - 1))


def find_faces(
    frame: Frame, tracker: Tracker, face_finder: Finder, check: FaceCheck | None
) -> list[Face]:
    """The boxes of a frame with their tracks and, unless `check` is None, their presence.

    If the finder does not search, its boxes are neither followed nor checked.
    """
    if not face_finder.searches:
        return [Face(box, number) for number, box in enumerate(face_finder.find(frame.rgb), 1)]

    def find(expected: list[Box]) -> list[FoundBox]:
        boxes = face_finder.find(frame.rgb, expected=expected)
        return list(map(FoundBox, boxes)) if check is None else check.checked(frame.rgb, boxes)

    return tracker.follow(frame.rgb, find)


def sharpness(crop: NDArray[np.uint8]) -> float:
    """Variance of the Laplacian of the grey network input, in squared grey levels.

    It is low if the picture is blurred.
    """
    return float(cv2.Laplacian(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), cv2.CV_32F).var())
