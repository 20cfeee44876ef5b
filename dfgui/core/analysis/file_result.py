"""What a scan saw in each frame, the tracks without a face, and the file's result."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dfgui.core.analysis_results import (
    ExcludedBox,
    ExcludedTrack,
    FaceResult,
    FileResult,
    FrameResult,
    TrackResult,
)
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck, faceless_tracks
from dfgui.core.faces.tracks import Face
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video
from dfgui.core.network.engine import Detector
from dfgui.core.network.package import Calibration, Domain, codec_name
from dfgui.core.network.score import (
    DIGITS,
    FaceLogit,
    Scored,
    Support,
    Verdict,
    calibrated,
    file_score,
    out_of_reach,
    track_scores,
)
from dfgui.core.sentences import Sentence

SPARSE_S = 2.0


@dataclass(frozen=True)
class ScannedFace:
    """A box that holds a face, and what the network said of it."""

    face: Face
    answer: FaceLogit


@dataclass(frozen=True)
class ScannedFrame:
    """A frame that was looked at.

    Attributes:
        index: its number.
        pts_s: its time in seconds; None if the file gives none.
        type: I, P, B or ?.
        faces: the boxes that hold a face, each with what the network said of it.
        excluded: boxes that hold no face, or whose track holds none; they are not scored.
        ended_by_cut: tracks that a cut right before this frame has ended.
    """

    index: int
    pts_s: float | None
    type: str
    faces: tuple[ScannedFace, ...]
    excluded: tuple[Face, ...] = ()
    ended_by_cut: tuple[int, ...] = ()


def sampled_step_s(media: Video | Still, frames: int) -> float:
    """Seconds that usually lie between two of `frames` evenly spread frames.

    A gap in the recording does not change it. It is 0 if that is not known.
    """
    if isinstance(media, Still) or not media.index.timed or media.count < 2:
        return (media.info.duration_s or 0.0) / frames
    return media.index.step * float(media.index.time_base) * media.count / frames


def passes(face: Face, check: FaceCheck | None) -> bool:
    """Whether a box counts as a face; without a check every box does."""
    return check is None or check.passes(face.presence)


def without_faceless(looks: Sequence[ScannedFrame]) -> list[ScannedFrame]:
    """Exclude tracks with fewer than half of their boxes holding a face.

    Their boxes that do pass the check are excluded too.
    """
    passing = [(one.face.track, True) for frame in looks for one in frame.faces]
    others = [(face.track, False) for frame in looks for face in frame.excluded]
    faceless = faceless_tracks([*passing, *others])
    return [_without(one, faceless) for one in looks]


def _without(frame: ScannedFrame, tracks: Container[int]) -> ScannedFrame:
    left_out = [one.face for one in frame.faces if one.face.track in tracks]
    return replace(
        frame,
        faces=tuple(one for one in frame.faces if one.face.track not in tracks),
        excluded=tuple(sorted((*frame.excluded, *left_out), key=lambda face: face.box)),
    )


def bits_per_pixel(media: Video | Still) -> float | None:
    """Mean bits of the video stream for each coded pixel; None for a still."""
    if isinstance(media, Still) or not media.count:
        return None
    return (
        float(media.index.size.sum())
        * 8
        / (media.count * media.info.coded_width * media.info.coded_height)
    )


def file_result(
    path: str,
    sha256: str,
    media: Video | Still,
    looked: list[ScannedFrame],
    detector: Detector,
    check: FaceCheck | None,
) -> FileResult:
    """The result of a file, without its times.

    Args:
        path: of the file, as the result names it.
        sha256: of the file.
        media: open.
        looked: what was seen, from `look`.
        detector: the one that scored it.
        check: the one that checked it.

    Raises:
        AnalysisError: no frame could be decoded.
    """
    if not looked:
        raise AnalysisError(
            "{path} opens, but none of the frames that were asked for can be decoded.", path=path
        )
    still = isinstance(media, Still)
    calibrations, domain = detector.card.calibration, detector.card.domain
    tracks = track_scores(
        [face.answer for one in looked for face in one.faces],
        calibrations.face if still else calibrations.track,
    )
    left_out = tuple(_excluded_tracks(looked, check))
    scored = {track.track for track in tracks}
    cuts = {n: one.index for one in looked for n in one.ended_by_cut if n in scored}
    bounds = calibrations.bounds_of_file(still=still)
    answer = file_score(
        tracks,
        domain,
        still=still,
        bounds=bounds,
        bits_per_pixel=bits_per_pixel(media),
        codec=media.info.codec,
        left_out=len(left_out),
    )
    # Score, log10 of the likelihood ratio, verdict, support: in the order of the fields below.
    found: tuple[float | None, float | None, Verdict | None, Support | None] = (None,) * 4
    if isinstance(answer, Scored):
        found = answer.score, answer.log10_lr, answer.verdict, answer.support
    return FileResult(
        path,
        sha256,
        "scored" if isinstance(answer, Scored) else "not_scored",
        answer.reason,
        *found,
        tracks=tuple(
            TrackResult(
                track.track,
                track.score,
                track.log10_lr,
                len(track.faces),
                cuts.get(track.track),
            )
            for track in tracks
        ),
        excluded_tracks=left_out,
        frames_total=media.count,
        frames=tuple(frame_result(one, calibrations.face) for one in looked),
        warnings=(
            *media.warnings,
            *_sparse(media, looked),
            *_ended_by_cut(cuts),
            *(_other_codec(media, domain) if tracks else ()),
            *(filter(None, [out_of_reach(bounds)]) if tracks else ()),
        ),
        stream=media.info.stream,
    )


def frame_result(frame: ScannedFrame, calibration: Calibration) -> FrameResult:
    """A scanned frame as one of the results; `calibration` is that of single faces."""
    faces = tuple(
        FaceResult(one.face.track, one.face.box, calibrated(one.answer.logit, calibration))
        for one in frame.faces
    )
    excluded = tuple(
        ExcludedBox(face.track, face.box, face.presence or 0.0) for face in frame.excluded
    )
    return FrameResult(
        frame.index,
        None if frame.pts_s is None else round(frame.pts_s, DIGITS),
        frame.type,
        faces,
        excluded,
    )


def _excluded_tracks(
    looked: Sequence[ScannedFrame], check: FaceCheck | None
) -> Iterator[ExcludedTrack]:
    """Tracks without a face, in the order of their numbers.

    Of any other track at least half of the boxes are among the faces.
    """
    kept = {one.face.track for frame in looked for one in frame.faces}
    boxes = [(one.index, face) for one in looked for face in one.excluded if face.track not in kept]
    for track in sorted({face.track for _, face in boxes}):
        own = [(index, face) for index, face in boxes if face.track == track]
        passing = sum(passes(face, check) for _, face in own)
        reason = Sentence(
            "No face: the check finds a face in {passing} of {n} box; at least half are needed.|"
            "No face: the check finds a face in {passing} of {n} boxes; at least half are needed.",
            passing=passing,
            n=len(own),
        )
        yield ExcludedTrack(track, len(own), own[0][0], reason)


def _sparse(media: Video | Still, looked: list[ScannedFrame]) -> Iterator[Sentence]:
    step = sampled_step_s(media, len(looked))
    if len(looked) > 1 and step > SPARSE_S:
        yield Sentence(
            "The frames looked at lie {step:.0f} s apart; a cut or another person between two of"
            " them may go unnoticed.",
            step=step,
        )


def _other_codec(media: Video | Still, domain: Domain) -> Iterator[Sentence]:
    """What is not known of a video whose compression cannot be held against the limit."""
    if isinstance(media, Still) or domain.bits_per_pixel is None:
        return
    if media.info.codec != domain.codec:
        yield Sentence(
            "The video is coded as {codec}. The limit of compression was tested on {tested} only,"
            " so whether this video is compressed too hard was not judged.",
            codec=codec_name(media.info.codec),
            tested=codec_name(domain.codec),
        )


def _ended_by_cut(cuts: Mapping[int, int]) -> Iterator[Sentence]:
    """What is to be said of the cuts that ended tracks; for each track the frame after the cut."""
    if cuts:
        yield Sentence(
            "A cut in the video before frame {first} ends tracks: a person seen before and after it"
            " has one for each part.|"
            "{n} cuts in the video end tracks, the first before frame {first}: a person seen before"
            " and after a cut has one for each part.",
            n=len(set(cuts.values())),
            first=min(cuts.values()),
        )
