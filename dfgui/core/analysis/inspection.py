"""One frame in detail: picture, error levels, face crop, score and occlusion map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.error_levels import error_level_map, error_level_picture, informativeness
from dfgui.core.analysis.file_result import passes
from dfgui.core.analysis.occlusion import PatchGrid, exact_map, faithfulness, region_drop
from dfgui.core.analysis.region_map import MOST_HIDDEN, map_regions
from dfgui.core.analysis.scan import find_faces, new_tracker
from dfgui.core.analysis_results import (
    BOX_WITHOUT_FACE,
    ElaInformativeness,
    ElaResult,
    Inspection,
    InspectSettings,
    MapResult,
    OcclusionSettings,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.crop import cut
from dfgui.core.faces.finder import Finder, finder
from dfgui.core.faces.regions import outline
from dfgui.core.faces.tracks import Face
from dfgui.core.geometry import Box
from dfgui.core.media.facts import HashedFile
from dfgui.core.media.integrity import check_unchanged, hash_file
from dfgui.core.media.media_files import Frame, Progress, sample_indices
from dfgui.core.media.stills.still_facts import LOSSY
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video, open_media
from dfgui.core.network.engine import Detector
from dfgui.core.sentences import Sentence
from dfgui.core.values import Array, printable

CURVE_STEPS, RANDOM_ORDERS = 20, 2  # of the faithfulness figure
LOOKED_AT = 32  # frames, as in a scan with its defaults: its track numbers hold here too
Mapper = Callable[[], Detector]


def inspect_file(
    path: Path,
    detector: Detector,
    mapper: Mapper,
    settings: InspectSettings,
    *,
    check: FaceCheck | None,
    threads: int,
    evidence: HashedFile | None = None,
    progress: Progress,
) -> Inspection:
    """Analyse one frame of a video or a still in detail.

    Args:
        path: the file; opened for reading only, always hashed after, as what comes out is exported.
        detector: with precision f32, for the score.
        mapper: gives the detector for maps, which may use bf16; called only if a map is made.
        settings: which frame and face, and what to compute.
        check: tells faces from patterns; a pattern that is found is skipped, one in a box drawn
            by hand gets a warning; its landmarks make the regions of a map. None lets every box
            pass, and makes no map by regions.
        threads: for decoding.
        evidence: the file as it was hashed before; None to hash it now.
        progress: called during the work; an exception that it raises ends the work.

    Raises:
        AnalysisError: the file cannot be read, or there is no such frame or face, or no landmarks
            in it.
    """

    def hashing(done: int, size: int) -> None:
        progress("hash", done, size)

    progress("hash", 0, 1)
    evidence = evidence or hash_file(path, progress=hashing)
    with open_media(path, stream=settings.stream, threads=threads, progress=progress) as media:
        factor = finder(settings.faces).cut_factor(detector.card.crop)
        frame, box, track = _choose(media, settings, factor, check, progress)
        if settings.box is not None and check is not None and not check.holds_face(frame.rgb, box):
            media.warn(BOX_WITHOUT_FACE)
        if frame.damaged:
            media.warn(
                Sentence(
                    "Frame {frame} itself is damaged in the file; what stands out in it may come"
                    " from that.",
                    frame=frame.index,
                )
            )
        crop = cut(frame.rgb, box, size=detector.input_size, factor=factor)
        square = box.scaled(factor)
        by_regions = settings.occlusion is not None and settings.occlusion.by == "regions"
        labels = (
            outline(frame.rgb, box, square, detector.input_size, _required(check))
            if by_regions
            else None
        )
        result = Inspection(
            printable(str(path)),
            evidence.sha256,
            detector.card.name,
            frame.index,
            frame.pts_s,
            frame.type,
            frame.sha256,
            track,
            box,
            square,
            float(detector.face_scores(crop[None])[0]),
            Array.of(frame.rgb),
            Array.of(crop),
            (
                _map(media, crop, square, labels, mapper, settings, progress)
                if settings.occlusion
                else None
            ),
            _error_levels(media, frame, settings, progress),
            media.warnings,
        )
    check_unchanged(path, evidence, thorough=True, progress=hashing)
    return result


def _choose(
    media: Video | Still,
    settings: InspectSettings,
    factor: float,
    check: FaceCheck | None,
    progress: Progress,
) -> tuple[Frame, Box, int | None]:
    """The frame, the face in it, and its track if tracks were followed."""
    wanted, face_finder = _wanted_frame(media, settings), finder(settings.faces)
    if settings.box is not None:
        frame = wanted or media.frame(0)
        return frame, _touching(settings.box, frame, factor), settings.track
    if not face_finder.searches:
        frame = wanted or media.frame(0)
        return frame, face_finder.find(frame.rgb)[0], None
    patterns = 0
    for frame, faces in _searched(media, wanted, settings.track, face_finder, check, progress):
        if wanted is not None and frame.index != wanted.index:
            continue
        found = [face for face in faces if settings.track in (None, face.track)]
        chosen = [face for face in found if passes(face, check)]
        patterns += len(found) - len(chosen)
        if chosen:
            largest = max(chosen, key=lambda face: face.box.area)
            return frame, largest.box, largest.track if wanted is None else settings.track
    raise _no_face(wanted, settings.track, patterns=bool(patterns))


def _no_face(wanted: Frame | None, track: int | None, *, patterns: bool) -> AnalysisError:
    where = (
        Sentence("in frame {frame}", frame=wanted.index)
        if wanted
        else Sentence("in the frames that were looked at")
    )
    return AnalysisError(
        "{whose} was found {where}{why}; choose another frame, or take the whole picture as the"
        " face with --faces whole.",
        whose=Sentence("No face")
        if track is None
        else Sentence("No face of track {track}", track=track),
        where=where,
        why=Sentence(" (what was found there holds no face)") if patterns else "",
    )


def _touching(box: Box, frame: Frame, factor: float) -> Box:
    if not box.scaled(factor).clipped(frame.rgb.shape[1], frame.rgb.shape[0]).area:
        raise AnalysisError(
            "The box {box} lies outside the frame; draw it over the face.", box=tuple(box)
        )
    return box


def _wanted_frame(media: Video | Still, settings: InspectSettings) -> Frame | None:
    if settings.frame is not None:
        return media.frame(settings.frame)
    return None if settings.time_s is None else media.frame_at(settings.time_s)


def _searched(
    media: Video | Still,
    wanted: Frame | None,
    track: int | None,
    face_finder: Finder,
    check: FaceCheck | None,
    progress: Progress,
) -> Iterator[tuple[Frame, list[Face]]]:
    """The wanted frame with its faces; with a track to follow, also earlier frames.

    These are the frames before it that a scan looks at, since the scan gives tracks their numbers.
    """
    indices = sample_indices(media.count, LOOKED_AT)
    if wanted is not None:
        before = [index for index in indices if index < wanted.index and track is not None]
        indices = [*before, wanted.index]
    tracker = new_tracker(media, LOOKED_AT)
    for done, frame in enumerate(media.frames(indices)):
        progress("frames", done, len(indices))
        yield frame, find_faces(frame, tracker, face_finder, check)


def _map(
    media: Video | Still,
    crop: NDArray[np.uint8],
    square: Box,
    labels: NDArray[np.uint8] | None,
    mapper: Mapper,
    settings: InspectSettings,
    progress: Progress,
) -> MapResult:
    """The map by the regions of `labels`, or by squares without them."""
    detector, occlusion = mapper(), settings.occlusion or OcclusionSettings()
    region = None if settings.region is None else _in_crop(settings.region, square, len(crop))
    if settings.region is not None and _reaches_over(settings.region, square):
        media.warn(
            Sentence(
                "The region {region} reaches over the face's cut at {square}; only what lies"
                " inside was hidden.",
                region=tuple(settings.region),
                square=tuple(square),
            )
        )
    seen, total = 0, _evaluations(len(crop), occlusion, region)
    precision = detector.precision

    def predict(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        nonlocal seen
        seen += len(crops)
        progress("map", seen, total)
        return detector.face_scores(crops).astype(np.float32)

    by_hand = None if region is None else region_drop(predict, crop, region, occlusion)
    if labels is not None:
        found = map_regions(predict, crop, labels, occlusion)
        return MapResult(
            Array.of(found.values),
            found.base,
            len(found.regions),
            precision,
            None,
            by_hand,
            found.regions,
        )
    made = exact_map(predict, crop, occlusion)
    trust = faithfulness(predict, crop, made, steps=CURVE_STEPS, random_orders=RANDOM_ORDERS)
    return MapResult(Array.of(made.values), made.base, made.total, precision, trust, by_hand)


def _evaluations(side: int, occlusion: OcclusionSettings, region: Box | None) -> int:
    """Number of pictures that the network will see.

    They are those of the map and of the region, each with the whole crop, and of the curves of
    faithfulness.
    """
    by_hand = 0 if region is None else 2
    if occlusion.by == "regions":
        return 1 + MOST_HIDDEN + by_hand
    rows, columns = PatchGrid.over(side, side, occlusion).shape
    patches = rows * columns
    return 1 + patches + 2 * (1 + RANDOM_ORDERS) * (min(CURVE_STEPS, patches) + 1) + by_hand


def _reaches_over(region: Box, square: Box) -> bool:
    inside = region._replace(x=region.x - square.x, y=region.y - square.y)
    return inside.clipped(square.w, square.h) != inside


def _in_crop(region: Box, square: Box, size: int) -> Box:
    """A region of the frame in pixels of the network's input.

    Raises AnalysisError if it misses the face.
    """
    box = region.seen_in(square, size)
    if not box.area:
        raise AnalysisError(
            "The region {region} lies outside the face, which is cut at {square}; choose one"
            " inside it.",
            region=tuple(region),
            square=tuple(square),
        )
    return box


def _error_levels(
    media: Video | Still, frame: Frame, settings: InspectSettings, progress: Progress
) -> ElaResult | None:
    """The error levels; None if not asked for, or too large for a JPEG, which is a warning.

    They are measured in the picture as it is stored: off the block grid of its last save, or turned
    by a quarter, error levels rise.
    """
    if (ela := settings.ela) is None:
        return None
    progress("ela", 0, 1)
    try:
        levels = frame.turn.apply(
            error_level_map(frame.stored, quality=ela.quality, channel=settings.ela_channel)
        )
    except AnalysisError as error:
        media.warn(error.sentence)
        return None
    picture = error_level_picture(levels, scale=ela.scale)
    return ElaResult(
        Array.of(levels), Array.of(picture), _informativeness(media, frame, ela.quality)
    )


def _informativeness(media: Video | Still, frame: Frame, quality: int) -> ElaInformativeness | None:
    """What error levels can say; None, with a warning, if it cannot be measured."""
    try:
        return measured_informativeness(media, frame, quality)
    except AnalysisError as error:
        media.warn(error.sentence)
        return None


def measured_informativeness(
    media: Video | Still, frame: Frame, quality: int
) -> ElaInformativeness:
    """Measure how much error levels can say in a frame of this file, as it is stored.

    A frame of a video is coded alone, in as many bits as the video's key frames take.

    Raises:
        AnalysisError: it cannot be measured.
    """
    rgb = frame.stored
    if isinstance(media, Still):
        if media.info.codec in LOSSY:
            raise AnalysisError(
                "What error levels can show cannot be measured in a picture that is coded as"
                " {codec}.",
                codec=media.info.codec,
            )
        return informativeness(
            rgb, saved_as="jpeg" if media.info.codec == "JPEG" else "lossless", quality=quality
        )
    bits = _key_frame_bits(media) / (rgb.shape[0] * rgb.shape[1])
    return informativeness(rgb, saved_as="h264", bits_per_pixel=bits, quality=quality)


def _key_frame_bits(video: Video) -> float:
    """Median over the key frames that are shown.

    If an edit list hides every key frame, the median is over all frames.
    """
    sizes = video.index.size
    return float(np.median(sizes[video.index.key] if video.index.key.any() else sizes)) * 8


def _required(check: FaceCheck | None) -> FaceCheck:
    if check is None:
        raise ValueError("check: expected one, as a map by regions needs landmarks; received None")
    return check
