"""The tools of one worker: its network, its open file, and how it answers each request."""

from __future__ import annotations

import math
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.analysis.inspection import inspect_file, measured_informativeness
from dfgui.core.analysis.occlusion import (
    OcclusionMap,
    faithfulness,
    hidden_part,
    refine,
    region_drop,
)
from dfgui.core.analysis.pixels import PixelComparison, compare
from dfgui.core.analysis.region_map import map_regions
from dfgui.core.analysis.scan import Live, scan_file
from dfgui.core.analysis_results import (
    FrameResult,
)
from dfgui.core.display.contents import view_picture
from dfgui.core.display.tracks import PlacedFace
from dfgui.core.errors import AnalysisError
from dfgui.core.faces.check import FaceCheck
from dfgui.core.faces.check_card import load_face_check
from dfgui.core.faces.crop import cut, resize
from dfgui.core.faces.finder import DEFAULT_FINDER, finder
from dfgui.core.faces.regions import outline
from dfgui.core.faces.tracks import owners
from dfgui.core.geometry import Box
from dfgui.core.media.describe import media_facts
from dfgui.core.media.facts import FrameFacts, HashedFile, ViewSettings
from dfgui.core.media.integrity import hash_file
from dfgui.core.media.media_files import Frame
from dfgui.core.media.sound.audio import SoundReader, sound_of
from dfgui.core.media.stills.stills import Still
from dfgui.core.media.video import Video, open_media, sound_part
from dfgui.core.network.engine import Detector, has_bf16
from dfgui.core.network.package import ModelPackage, load_package
from dfgui.core.sentences import Sentence
from dfgui.core.values import Array, printable
from dfgui.resources import FACE_CHECK, resource
from dfgui.worker.isolation.attempts import attempt
from dfgui.worker.messages import (
    FAULT,
    Answer,
    Attempt,
    Attempted,
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
    Inspect,
    Inspected,
    Listen,
    Map,
    Mapped,
    Measure,
    Measured,
    Open,
    Opened,
    Outline,
    Outlined,
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
    Stage,
    Thumbnail,
    WasCut,
    too_much_memory,
)
from dfgui.worker.pictures import Writer

THUMBNAIL_SIDE = 160  # px
WARM_SIDE = 96  # px
Picture = NDArray[np.uint8]


class _StoppedError(Exception):
    """The request was cancelled."""


class Handlers:
    """Answers requests, one after another.

    Args:
        setup: network, share of processor and memory.
        say: sends what comes before an answer.
        is_cancelled: whether a request was cancelled.

    Raises:
        AnalysisError: the model package is refused.
    """

    def __init__(
        self, setup: Setup, say: Callable[[Answer], None], is_cancelled: Callable[[int], bool]
    ) -> None:
        cv2.setNumThreads(setup.threads)
        self._threads = setup.threads
        self._memory_bytes = setup.memory_bytes
        self._say = say
        self._is_cancelled = is_cancelled
        self._number = 0
        self._writer = Writer()
        self._open: tuple[tuple[bytes, int | None], Video | Still] | None = None
        self._frame: Frame | None = None
        self._sound: tuple[tuple[bytes, int | None], SoundReader] | None = None
        self._base: tuple[Picture, NDArray[np.float32]] | None = None
        self._shows = not setup.model
        if setup.model:
            self._package: ModelPackage = load_package(Path(os.fsdecode(setup.model)))
            self._detector = Detector(self._package, threads=setup.threads)
            # Refused now if it was changed, but compiled only when the first face is found.
            _ = self._check_of_faces

    @cached_property
    def _check_of_faces(self) -> FaceCheck:
        return FaceCheck(load_face_check(resource("models", FACE_CHECK)))

    @cached_property
    def _mapper(self) -> Detector:
        return Detector(
            self._package, threads=self._threads, precision="bf16" if has_bf16() else "f32"
        )

    def warm_up(self) -> Iterator[None]:
        """Do once, in small steps, what takes longer the first time.

        These are the decoder, the finder of faces, the check and the threads' memory. Only a
        worker that shows pictures does this, as somebody waits for them. A request that comes
        meanwhile goes before the next step.
        """
        if self._shows:
            blank = np.zeros((WARM_SIDE, WARM_SIDE, 3), np.uint8)
            finder(DEFAULT_FINDER).find(blank)
            self._check_of_faces.start()
            yield
            view_picture(blank, ViewSettings("error_levels"))
            _compared(blank, Box(WARM_SIDE // 4, WARM_SIDE // 4, WARM_SIDE // 2, WARM_SIDE // 2))
            yield
            with closing(
                open_media(resource("demo", "portrait.mp4"), threads=self._threads)
            ) as media:
                yield
                view_picture(media.frame(0).rgb, ViewSettings())

    def answer(self, request: Request) -> Final:
        """Do what is asked; every exception becomes a `Failed`, a cancel `Cancelled`."""
        self._number = request.id
        if self._is_cancelled(request.id):
            return Cancelled(request.id)
        try:
            return self._do(request)
        except _StoppedError:
            self._close()  # an interrupted decoder finds no more frames
            return Cancelled(request.id)
        except Exception as error:
            return failure(request.id, error, self._memory_bytes)

    def _do(self, request: Request) -> Final:
        match request:
            case Scan():
                return self._scan(request)
            case Inspect():
                return self._inspect(request)
            case Open():
                return Opened(
                    request.id,
                    media_facts(printable(str(_path(request.path))), self._media(request)),
                )
            case Hash():
                found = hash_file(
                    _path(request.path),
                    progress=lambda done, size: self._progress("hash", done, size),
                )
                return Hashed(request.id, found)
            case Render():
                return self._render(request)
            case Find():
                return self._find(request)
            case Cut():
                return self._cut(request)
            case Outline():
                return self._outline(request)
            case Listen():
                path = _path(request.path)
                part = sound_part(path, request.stream)
                return Heard(request.id, sound_of(path, part=part, progress=self._progress))
            case Pcm():
                return Played(
                    request.id,
                    self._reader(request).read(request.start_s, request.seconds).tobytes(),
                )
            case Measure():
                frame = self._shown(request)
                return Measured(
                    request.id,
                    measured_informativeness(self._media(request), frame, request.quality),
                )
            case ScoreFace():
                return FaceScored(
                    request.id, float(self._detector.face_scores(_picture(request.crop)[None])[0])
                )
            case Map():
                return self._map(request)
            case Hide():
                return self._hide(request)
            case Follow():
                return self._follow(request)
            case Attempt():
                return Attempted(request.id, attempt(request.act, _path(request.folder)))

    def _check(self) -> None:
        if self._is_cancelled(self._number):
            raise _StoppedError

    def _progress(self, stage: str, done: int, total: int) -> None:
        """Report progress of the current request.

        A file that stays open reports to whichever request asks for its frames.
        """
        self._check()
        self._say(Progressed(self._number, msgspec.convert(stage, Stage), done, total))

    def _predict(self, crops: Picture) -> NDArray[np.float32]:
        """Scores for maps; a cancel is noticed before each batch."""
        self._check()
        return self._mapper.face_scores(crops).astype(np.float32)

    def _media(
        self, request: Open | Render | Find | Cut | Outline | Measure | Follow
    ) -> Video | Still:
        """The file of a request; it stays open, and the one open before is closed."""
        wanted = request.path, request.stream
        if self._open is None or self._open[0] != wanted:
            self._close()
            media = open_media(
                _path(request.path),
                stream=request.stream,
                threads=self._threads,
                progress=self._progress,
            )
            self._open = wanted, media
        return self._open[1]

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
        self._open = self._frame = None

    def _shown(self, request: Render | Find | Cut | Outline | Measure) -> Frame:
        """The frame of a request; the last one is kept, as several views ask for the same."""
        media = self._media(request)
        if self._frame is None or self._frame.index != request.index:
            self._frame = media.frame(request.index)
        return self._frame

    def _scan(self, request: Scan) -> Scanned:
        number = request.id

        def hashed(evidence: HashedFile) -> None:
            self._say(Identified(number, evidence))

        def scanned(frame: FrameResult) -> None:
            self._say(FrameScanned(number, frame))

        def first(rgb: Picture) -> None:
            self._say(Thumbnail(number, Array.of(_small(rgb))))

        live = Live(hashed, scanned, first) if request.live else None
        result = scan_file(
            _path(request.path),
            self._detector,
            request.settings,
            check=self._check_of_faces,
            threads=self._threads,
            evidence=request.evidence,
            hashes=request.hashes,
            thorough=request.thorough,
            progress=self._progress,
            live=live,
        )
        return Scanned(number, result)

    def _inspect(self, request: Inspect) -> Inspected:
        result = inspect_file(
            _path(request.path),
            self._detector,
            lambda: self._mapper,
            request.settings,
            check=self._check_of_faces,
            threads=self._threads,
            evidence=request.evidence,
            progress=self._progress,
        )
        return Inspected(request.id, result)

    def _find(self, request: Find) -> Found:
        rgb = self._shown(request).rgb
        boxes = finder(DEFAULT_FINDER).find(rgb, expected=[box for _, box in request.expected])
        faces = (
            PlacedFace(track, box, excluded=not self._check_of_faces.holds_face(rgb, box))
            for track, box in zip(owners(boxes, request.expected), boxes, strict=True)
        )
        return Found(request.id, tuple(faces))

    def _render(self, request: Render) -> Rendered:
        frame = self._shown(request)
        picture, values = view_picture(frame.rgb, request.settings, frame.turn)
        height, width = picture.shape[:2]
        try:
            self._writer.write(request.place, picture, values)
        except FileNotFoundError as error:
            raise AnalysisError("The file was closed before its picture came.") from error
        except ValueError as error:
            raise AnalysisError(
                "Frame {frame} is larger than the first one of the file and cannot be shown.",
                frame=frame.index,
            ) from error
        sha256 = frame.sha256 if request.hash else None
        facts = FrameFacts(frame.index, frame.pts_s, frame.type, frame.damaged, sha256)
        return Rendered(request.id, facts, width, height, values is not None)

    def _cut(self, request: Cut) -> WasCut:
        rgb = self._shown(request).rgb
        square = _square(rgb, request)
        crop = cut(rgb, request.box, size=request.size, factor=request.factor)
        pixels, sentence = _compared(rgb, request.box)
        holds_face = self._check_of_faces.holds_face(rgb, request.box) if request.check else None
        return WasCut(request.id, Array.of(crop), square, pixels, sentence, holds_face)

    def _outline(self, request: Outline) -> Outlined:
        rgb = self._shown(request).rgb
        return Outlined(
            request.id,
            Array.of(
                outline(rgb, request.box, _square(rgb, request), request.size, self._check_of_faces)
            ),
        )

    def _reader(self, request: Pcm) -> SoundReader:
        wanted, path = (request.path, request.stream), _path(request.path)
        if self._sound is None or self._sound[0] != wanted:
            if self._sound is not None:
                self._sound[1].close()
                self._sound = None  # the next file may have no sound
            self._sound = wanted, SoundReader(path, sound_part(path, request.stream))
        return self._sound[1]

    def _map(self, request: Map) -> Mapped:
        crop = _picture(request.crop)
        if request.settings.by == "regions":
            return self._map_regions(request, crop)
        heat: OcclusionMap | None = None
        for heat in refine(self._predict, crop, request.settings):
            self._say(self._mapped(request.id, heat))
        assert heat is not None
        trust = faithfulness(self._predict, crop, heat)
        return msgspec.structs.replace(
            self._mapped(request.id, heat), complete=True, faithfulness=trust
        )

    def _map_regions(self, request: Map, crop: Picture) -> Mapped:
        if request.labels is None:
            raise ValueError("a map by regions without the regions")
        request.labels.check("uint8")
        made = map_regions(
            self._predict, crop, np.asarray(request.labels.numpy(), np.uint8), request.settings
        )
        count, precision = len(made.regions), self._mapper.precision
        return Mapped(
            request.id,
            Array.of(made.values),
            made.base,
            count,
            count,
            0.0,
            precision,
            True,
            None,
            made.regions,
        )

    def _mapped(self, number: int, heat: OcclusionMap) -> Mapped:
        error = heat.error if math.isfinite(heat.error) else None
        values = Array.of(heat.values)
        return Mapped(
            number,
            values,
            heat.base,
            heat.evaluated,
            heat.total,
            error,
            self._mapper.precision,
            False,
            None,
        )

    def _hide(self, request: Hide) -> Hidden:
        """Hide a region; the score of the whole face is kept for the next time.

        While a region is drawn it is asked about many times, and each answer then costs one
        picture.
        """
        crop = _picture(request.crop)
        if self._base is None or not np.array_equal(self._base[0], crop):
            self._base = crop, self._predict(crop[None])
        base = self._base[1]

        def predict(crops: Picture) -> NDArray[np.float32]:
            self._check()
            return (
                base if len(crops) == 1 and np.array_equal(crops[0], crop) else self._predict(crops)
            )

        drop = region_drop(predict, crop, request.region, request.settings)
        part = hidden_part(crop, request.region, request.settings)
        return Hidden(request.id, float(base[0]), drop, Array.of(part), self._mapper.precision)

    def _follow(self, request: Follow) -> Followed:
        size = self._detector.input_size
        factor = finder(DEFAULT_FINDER).cut_factor(self._detector.card.crop)
        left, top, width, height = request.region
        region = Box(
            round(left * size),
            round(top * size),
            max(1, round(width * size)),
            max(1, round(height * size)),
        )
        boxes = dict(request.faces)
        for frame in self._media(request).frames(sorted(boxes)):
            crop = cut(frame.rgb, boxes[frame.index], size=size, factor=factor)
            drop = region_drop(self._predict, crop, region, request.settings)
            self._say(FollowedOne(request.id, frame.index, drop))
        return Followed(request.id)


def failure(number: int, error: Exception, memory_bytes: int) -> Failed:
    """A sentence for the user on what went wrong, and a trace for the log if it was a bug."""
    if isinstance(error, AnalysisError):
        return Failed(number, error.sentence)
    if isinstance(error, MemoryError) or (
        isinstance(error, cv2.error) and error.code == cv2.Error.StsNoMem
    ):
        return Failed(number, too_much_memory(memory_bytes), printable(traceback.format_exc()))
    return Failed(number, FAULT, printable(traceback.format_exc()))


def _path(raw: bytes) -> Path:
    return Path(os.fsdecode(raw))


def _picture(array: Array) -> Picture:
    array.check("uint8", channels=3)
    return np.asarray(array.numpy(), np.uint8)


def _square(rgb: Picture, request: Cut | Outline) -> Box:
    """The cut in pixels of the frame."""
    square = request.box.scaled(request.factor)
    if not square.clipped(rgb.shape[1], rgb.shape[0]).area:
        raise AnalysisError("The box lies outside the frame; draw it over the face.")
    return square


def _small(rgb: Picture) -> Picture:
    """The picture, its longer side reduced to 160 px."""
    scale = min(1.0, THUMBNAIL_SIDE / max(rgb.shape[:2]))
    return resize(rgb, (max(1, round(rgb.shape[0] * scale)), max(1, round(rgb.shape[1] * scale))))


def _compared(rgb: Picture, box: Box) -> tuple[PixelComparison | None, Sentence]:
    try:
        return compare(rgb, box), Sentence("")
    except AnalysisError as error:
        return None, error.sentence
