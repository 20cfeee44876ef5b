"""A video as numbered frames, and the opening of any media file.

Frames are found exactly, by number or time, forward and backward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from av.video.frame import VideoFrame

from dfgui.core.errors import AnalysisError
from dfgui.core.media.colour import Painter, colour_of, frame_type, turn_of, usable_aspect
from dfgui.core.media.container.packets import open_evidence
from dfgui.core.media.container.sections import Part
from dfgui.core.media.container.track_header import TrackHeader, track_header
from dfgui.core.media.decoder import Decoder
from dfgui.core.media.media_files import (
    STILL_SUFFIXES,
    VIDEO_SUFFIXES,
    Frame,
    Progress,
    check_ascending,
    check_index,
    check_size,
)
from dfgui.core.media.picture_buffer import Picture, PictureBuffer
from dfgui.core.media.signatures import HEAD_BYTES, still_format
from dfgui.core.media.stills.heif import heif_still
from dfgui.core.media.stills.stills import FilmOfStill, Still, film_at
from dfgui.core.media.video_facts import (
    INTERLACED,
    facts_of,
    frame_length,
    notes_of_container,
    notes_on,
)
from dfgui.core.sentences import Sentence

BUFFER_BYTES = 256 << 20
NEAR = 8  # frames that are decoded sooner than a seek takes


class Video:
    """A video file, opened for reading only, whose frames are found by the times in its packets.

    Use it from one thread at a time.

    Args:
        path: The file.
        stream: Index of the video stream, as ffprobe prints it; None for the one with the default
            flag, else the largest.
        part: Read this part of the file as if it were the whole.
        threads: Threads for decoding; 0 for as many as there are cores.
        buffer_bytes: Decoded pictures kept for stepping backward, in bytes.
        progress: Called while the file is read and, from the thread that asks for frames, while
            those on the way to one are decoded: "index" or "frames", packets so far, and 0, as
            their number is not known. What it raises is passed on.

    Raises:
        AnalysisError: the file cannot be read, has no video stream, no key frame, or nothing in it
            can be decoded.
    """

    def __init__(
        self,
        path: Path,
        *,
        stream: int | None = None,
        part: Part | None = None,
        threads: int = 0,
        buffer_bytes: int = BUFFER_BYTES,
        progress: Progress | None = None,
    ) -> None:
        self.path, self._part = path, part
        self._warnings: list[Sentence] = []
        self._lost: set[int] = set()
        self._blank: set[int] = set()
        self._ring = PictureBuffer(buffer_bytes)
        self._painter = Painter(threads)
        self._decoder = Decoder(path, threads, progress, stream, part)
        try:
            header = self._track_header()
            first = self._first_picture()
            self.index = self._decoder.index
            container, read = self._decoder.container, self._decoder.stream
            self._aspect, self._colour = usable_aspect(first.aspect), colour_of(first.frame)
            self.info = facts_of(container, read, self.index, first.frame, self._aspect)
            for note in (
                *notes_on(self.index, self.info, first.frame),
                *notes_of_container(header, read, self.info, first.frame),
            ):
                self.warn(note)
        except BaseException:
            self.close()
            raise

    @property
    def count(self) -> int:
        """Frames that the file's packets promise; some may turn out not to be decodable."""
        return len(self.index)

    @property
    def warnings(self) -> tuple[Sentence, ...]:
        """What a reader of the result must know, one sentence each.

        The list grows while frames are decoded.
        """
        return (*self._warnings, *self._count_warnings())

    def warn(self, sentence: Sentence) -> None:
        """Add a warning unless it is there already."""
        if sentence not in self._warnings:
            self._warnings.append(sentence)

    def frame(self, index: int) -> Frame:
        """Frame `index` in presentation order.

        Raises:
            AnalysisError: there is no such frame, or it cannot be decoded.
        """
        check_index(index, self.count)
        picture = self._picture(index)
        if picture is None and index in self._blank:
            raise AnalysisError(
                "Frame {index} shows no picture of its own; choose another frame.", index=index
            )
        if picture is None:
            raise AnalysisError(
                "Frame {index} cannot be decoded; the file is damaged there, so choose another"
                " frame.",
                index=index,
            )
        return self._finish(index, picture)

    def frame_at(self, seconds: float) -> Frame:
        """The frame on screen at `seconds` of the file's clock.

        It is the last one that begins at or before that time.

        Raises:
            AnalysisError: the file has no times, the time lies before its first frame or more than
                one frame's length after the end of its last, or the frame cannot be decoded.
        """
        if not self.index.timed:
            raise AnalysisError(
                "The file gives no time stamps for its frames; choose the frame by its number."
            )
        # Half a unit allows for the rounding of a time that was printed and typed in again.
        ticks = seconds / float(self.index.time_base) + 0.5
        pts, step = self.index.pts, frame_length(self._decoder.stream, self.index)
        # Where the clock starts again, a time may occur twice; the first frame of it is given.
        breaks = (np.flatnonzero(np.diff(pts) < 0) + 1).tolist()
        for first, end in pairwise((0, *breaks, len(pts))):
            last = pts[end - 1] + (2 * step + 0.5 if end == len(pts) else step)
            # Written so that NaN is rejected too.
            if pts[first] <= ticks <= last:
                found = first + int(np.searchsorted(pts[first:end], ticks, side="right")) - 1
                return self.frame(found)
        raise AnalysisError(
            "There is no frame at {seconds:g} s; this file's frames run from {start:.3f} s to"
            " {end:.3f} s.",
            seconds=seconds,
            start=float(int(pts.min()) * self.index.time_base),
            end=float(int(pts.max() + step) * self.index.time_base),
        )

    def frames(self, indices: Sequence[int]) -> Iterator[Frame]:
        """Decode forward once and yield the requested frames.

        A frame that cannot be decoded is left out, with a warning.

        Args:
            indices: Strictly ascending frame numbers.

        Raises:
            AnalysisError: a frame does not exist.
            ValueError: the numbers do not ascend.
        """
        check_ascending(indices, self.count)
        wanted = frozenset(indices)
        for index in indices:
            buffered = index in self._ring
            picture = self._picture(index, wanted)
            if not buffered:
                # The decoder writes faster into memory that it has used before.
                self._ring.drop(index)
            if picture is not None:
                yield self._finish(index, picture)

    def close(self) -> None:
        """Close the file and forget the buffered pictures."""
        self._ring.clear()
        self._decoder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _picture(self, index: int, wanted: frozenset[int] | None = None) -> Picture | None:
        """The decoded frame, None if lost.

        Without a set of wanted frames, those decoded on the way to it are buffered.
        """
        if index in self._ring or index in self._lost or index in self._blank:
            return self._ring.get(index)
        key, decoder = self.index.key_before(index), self._decoder
        if decoder.wanted != wanted or not (
            decoder.last < index and self.index.first_from(key) <= decoder.last + NEAR
        ):
            decoder.wanted = wanted
            decoder.start(key)
        found = self._run_to(index)
        if not found and not decoder.thorough(key):
            # A frame not reached from its own key frame may still be reached from the one before.
            decoder.be_careful()
            decoder.start(max(key - 1, -1), anew=False)
            found = self._run_to(index)
        if not found:
            missed = range(index, self._next_after(index))
            # Without an error in the file, its packets show no picture.
            why = self._lost if decoder.damaged or not decoder.passed(index) else self._blank
            why.update(number for number in missed if number not in self._ring)
        return self._ring.get(index)

    def _run_to(self, index: int) -> bool:
        while self._decoder.last < index:
            found = self._decoder.next()
            if found is None:
                break
            if self._decoder.wanted is None or found[0] >= index:
                self._ring.put(*found)
        return index in self._ring

    def _next_after(self, index: int) -> int:
        return self._decoder.last if self._decoder.last > index else self.count

    def _finish(self, index: int, picture: Picture) -> Frame:
        frame, aspect = picture.frame, usable_aspect(picture.aspect)
        seconds = (
            float(int(self.index.pts[index]) * self.index.time_base) if self.index.timed else None
        )
        rgb = self._painter.rgb(frame, aspect)
        for note in self._changes(frame, aspect, rgb.shape[:2]):
            self.warn(note)
        return Frame(index, seconds, frame_type(frame), rgb, bool(frame.is_corrupt), turn_of(frame))

    def _changes(
        self, frame: VideoFrame, aspect: Fraction, size: tuple[int, ...]
    ) -> Iterator[Sentence]:
        """What of this frame is not as in the first."""
        if frame.is_corrupt:
            yield Sentence(
                "Some pictures are damaged in the file, and the decoder repaired them as well"
                " as it could."
            )
        if frame.interlaced_frame:
            yield INTERLACED
        if aspect != self._aspect:
            yield Sentence(
                "The shape of the pixels changes within the file; each frame is shown in its own."
            )
        elif size != (self.info.height, self.info.width):
            yield Sentence("The size of the picture changes within the file.")
        if colour_of(frame) != self._colour:
            yield Sentence(
                "The coding of the colours changes within the file; each frame is read by its own."
            )

    def _track_header(self) -> TrackHeader:
        stream, container = self._decoder.stream, self._decoder.container
        with open_evidence(self.path, self._part) as file:
            found = track_header(file, container.format.name, stream.index, stream.id)
        if found.encrypted == "wholly":
            raise AnalysisError(
                "{path} holds an encrypted video stream; its pictures cannot be read without the"
                " key, so ask for a copy without encryption.",
                path=self.path,
            )
        return found

    def _first_picture(self) -> Picture:
        if not len(self._decoder.index.keys):
            raise AnalysisError(
                "{path} has no key frame in its video stream, so none of its pictures can be"
                " decoded.",
                path=self.path,
            )
        context = self._decoder.stream.codec_context
        check_size(context.width, context.height)
        found = self._decoder.next()
        if found is None:
            raise AnalysisError(
                "{path} holds a video stream, but none of its pictures can be decoded.",
                path=self.path,
            )
        number, picture = found
        check_size(picture.frame.width, picture.frame.height)
        if number and not self._decoder.damaged and self._decoder.index.leads(number):
            self._decoder.leave_out_leading(number)
            number = 0
        self._ring.put(number, picture)
        return picture

    def _count_warnings(self) -> Iterator[Sentence]:
        declared, decodable = (
            self.info.declared_frames,
            self.count - len(self._lost) - len(self._blank),
        )
        # Some containers count packets that give no frame.
        if declared is not None and declared not in (decodable, decodable + self.index.silent):
            yield Sentence(
                "The file declares {declared} frames, {decodable} can be decoded; its edit list"
                " leaves some out."
                if self.index.hidden
                else "The file declares {declared} frames, {decodable} can be decoded.",
                declared=declared,
                decodable=decodable,
            )
        if self._lost:
            yield Sentence(
                "{lost} of {count} frames could not be decoded, the first of them frame {first}.",
                lost=len(self._lost),
                count=self.count,
                first=min(self._lost),
            )
        if self._blank:
            yield Sentence(
                "{n} of {count} frames shows no picture of its own, frame {first}.|{n} of {count}"
                " frames show no picture of their own, the first of them frame {first}.",
                n=len(self._blank),
                count=self.count,
                first=min(self._blank),
            )


def sound_part(path: Path, stream: int | None) -> Part | None:
    """The part of a file whose sound belongs to a stream: None for the whole file.

    Raises:
        AnalysisError: the file cannot be read.
    """
    if stream is None:
        return None
    with open_evidence(path) as file:
        kind = still_format(file.read(HEAD_BYTES)) or heif_still(file)
    film = None if kind is None else film_at(path, stream)
    return None if film is None else film.part


def open_media(
    path: Path,
    *,
    stream: int | None = None,
    threads: int = 0,
    progress: Progress | None = None,
) -> Video | Still:
    """Open a video or a still; the content decides which, not the name.

    Args:
        path: The file.
        stream: Index of the video stream as ffprobe prints it, or of the picture in a still, from
            0, and then of its films; None for the one with the default flag, else the largest.
        threads: Threads for decoding; 0 for as many as there are cores.
        progress: As in `Video`.

    Raises:
        AnalysisError: the file cannot be read as either.
    """
    with open_evidence(path) as file:
        kind = still_format(file.read(HEAD_BYTES)) or heif_still(file)
    suffix = path.suffix.lower()
    if kind is not None and stream is not None and (film := film_at(path, stream)) is not None:
        return _film_of_still(path, film, stream, threads, progress)
    if kind is not None:
        still = Still(path, stream)
        if suffix in VIDEO_SUFFIXES:
            still.warn(
                Sentence(
                    "The name ends in {suffix}, but the file is a still picture ({kind}).",
                    suffix=suffix,
                    kind=kind,
                )
            )
        return still
    video = Video(path, stream=stream, threads=threads, progress=progress)
    if suffix in STILL_SUFFIXES:
        video.warn(
            Sentence(
                "The name ends in {suffix}, but the file is a video ({container}).",
                suffix=suffix,
                container=video.info.container,
            )
        )
    return video


def _film_of_still(
    path: Path, film: FilmOfStill, number: int, threads: int, progress: Progress | None
) -> Video:
    video = Video(path, part=film.part, threads=threads, progress=progress)
    video.info = replace(video.info, stream=number, choices=film.contents.choices)
    for sentence in film.contents.sentences(number):
        video.warn(sentence)
    return video
