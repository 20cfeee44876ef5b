"""A video as numbered frames, and the opening of any media file.

Frames are found exactly, by number or time, forward and backward.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.colour import (
    Colour,
    Painter,
    colour_of,
    frame_type,
    square_size,
    turn_of,
    usable_aspect,
)
from dfgui.core.media.decoder import Decoder
from dfgui.core.media.media_files import (
    STILL_SUFFIXES,
    VIDEO_SUFFIXES,
    Frame,
    MediaInfo,
    Progress,
    check_ascending,
    check_index,
    check_size,
    media_files,
    sample_indices,
    turn_warning,
)
from dfgui.core.media.packets import PacketIndex, open_evidence, video_streams
from dfgui.core.media.stills import Still, still_format
from dfgui.core.sentences import Sentence

__all__ = [
    "Frame",
    "MediaInfo",
    "PacketIndex",
    "Still",
    "Video",
    "media_files",
    "open_media",
    "sample_indices",
]

BUFFER_BYTES = 256 << 20
NEAR = 8  # frames that are decoded sooner than a seek takes


class Video:
    """A video file, opened for reading only, whose frames are found by the times in its packets.

    Use it from one thread at a time.

    Args:
        path: The file.
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
        threads: int = 0,
        buffer_bytes: int = BUFFER_BYTES,
        progress: Progress | None = None,
    ) -> None:
        self.path = path
        self._warnings: list[Sentence] = []
        self._lost: set[int] = set()
        self._ring = _Ring(buffer_bytes)
        self._painter = Painter(threads)
        self._decoder = Decoder(path, threads, progress)
        try:
            self.index = self._decoder.index
            first = self._first_picture()
            self._aspect = usable_aspect(self._decoder.stream.sample_aspect_ratio)
            self.info = self._facts(first)
            self._note_facts(first)
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
        pts, step = self.index.pts, self._typical_step()
        # Written so that NaN is rejected too.
        if not pts[0] <= ticks <= pts[-1] + 2 * step + 0.5:
            start, end = (
                float(at * self.index.time_base) for at in (int(pts[0]), int(pts[-1] + step))
            )
            raise AnalysisError(
                "There is no frame at {seconds:g} s; this file's frames run from {start:.3f} s to"
                " {end:.3f} s.",
                seconds=seconds,
                start=start,
                end=end,
            )
        return self.frame(int(np.searchsorted(pts, ticks, side="right")) - 1)

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

    def _picture(self, index: int, wanted: frozenset[int] | None = None) -> VideoFrame | None:
        """The decoded frame, None if lost.

        Without a set of wanted frames, those decoded on the way to it are buffered.
        """
        if index in self._ring or index in self._lost:
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
            decoder.start(max(key - 1, -1))
            found = self._run_to(index)
        if not found:
            self._lost.update(
                number
                for number in range(index, self._next_after(index))
                if number not in self._ring
            )
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

    def _finish(self, index: int, picture: VideoFrame) -> Frame:
        if picture.is_corrupt:
            self.warn(
                Sentence(
                    "Some pictures are damaged in the file, and the decoder repaired them as well"
                    " as it could."
                )
            )
        seconds = (
            float(int(self.index.pts[index]) * self.index.time_base) if self.index.timed else None
        )
        rgb = self._painter.rgb(picture, self._aspect)
        if rgb.shape[:2] != (self.info.height, self.info.width):
            self.warn(Sentence("The size of the picture changes within the file."))
        return Frame(index, seconds, frame_type(picture), rgb, bool(picture.is_corrupt))

    def _first_picture(self) -> VideoFrame:
        if not len(self.index.keys):
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
        self._ring.put(*found)
        check_size(found[1].width, found[1].height)
        return found[1]

    def _facts(self, first: VideoFrame) -> MediaInfo:
        stream, container, turn, colour = (
            self._decoder.stream,
            self._decoder.container,
            turn_of(first),
            colour_of(first),
        )
        width, height = square_size(first.width, first.height, self._aspect)
        return MediaInfo(
            kind="video", container=container.format.name,
            codec=stream.codec_context.codec.canonical_name, pixel_format=first.format.name,
            width=height if turn.transpose else width, height=width if turn.transpose else height,
            coded_width=first.width, coded_height=first.height,
            rotation=turn.degrees, mirrored=turn.mirrored, sample_aspect_ratio=self._aspect,
            fps=float(stream.average_rate) if stream.average_rate else None,
            is_vfr=self.index.timed and is_variable(self.index.pts),
            colour_range=colour.range_name, colour_range_declared=colour.range_declared,
            matrix=colour.matrix, matrix_declared=colour.matrix_declared,
            duration_s=self._duration(),
            declared_frames=stream.frames or None, frame_count=self.count,
            has_audio=any(other.type == "audio" for other in container.streams),
            streams=tuple(map(_describe, container.streams)),
        )  # fmt: skip

    def _typical_step(self) -> float:
        """Time from one frame to the next, in units of the time base.

        It is 0 if there is one frame and no rate.
        """
        if self.count > 1:
            return float(np.median(np.diff(self.index.pts)))
        rate = self._decoder.stream.average_rate
        return float(1 / rate / self.index.time_base) if rate else 0.0

    def _duration(self) -> float | None:
        """Seconds from the first frame to the end of the last.

        If the frames have no times, it is what the header says.
        """
        stream, container = self._decoder.stream, self._decoder.container
        if self.index.timed and (self.count > 1 or stream.average_rate):
            return (float(self.index.pts[-1] - self.index.pts[0]) + self._typical_step()) * float(
                self.index.time_base
            )
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return container.duration / 1e6 if container.duration else None

    def _note_facts(self, first: VideoFrame) -> None:
        index, info, colour, videos = (
            self.index,
            self.info,
            colour_of(first),
            len(video_streams(self._decoder.container)),
        )
        notes: tuple[tuple[object, Sentence], ...] = (
            (
                index.broken,
                Sentence("The file ends with a read error; what comes before it is read."),
            ),
            (
                index.headless,
                Sentence(
                    "{packets} packets before the first key frame cannot be decoded and are not"
                    " counted.",
                    packets=index.headless,
                ),
            ),
            (
                index.counted,
                Sentence(
                    "The file's time stamps are missing, repeated or run backwards; frames are"
                    " found by counting from the start."
                ),
            ),
            (
                not index.timed,
                Sentence("The file gives no usable time stamps; frames have a number and no time."),
            ),
            (info.fps is None, Sentence("The file declares no frame rate.")),
            (
                info.is_vfr,
                Sentence("The frame rate varies; times come from the file's time stamps."),
            ),
            (
                colour.hdr,
                Sentence(
                    "The video is HDR ({hdr}); it is shown without tone mapping, so colours look"
                    " flat.",
                    hdr=colour.hdr,
                ),
            ),
            (
                colour.unsupported_matrix,
                Sentence(
                    "The colour matrix the file declares is not supported; {matrix} was assumed.",
                    matrix=colour.matrix,
                ),
            ),
            (
                first.interlaced_frame,
                Sentence(
                    "The video is interlaced; frames are shown as they are stored, with both"
                    " fields."
                ),
            ),
            (
                not turn_of(first).exact,
                Sentence(
                    "The file asks for a turn that is not a right angle; the nearest right angle is"
                    " shown."
                ),
            ),
            (
                info.sample_aspect_ratio != 1,
                Sentence(
                    "Its pixels are not square; the picture is stretched to {width} x {height}.",
                    width=info.width,
                    height=info.height,
                ),
            ),
            (
                videos > 1,
                Sentence(
                    "The file holds {videos} video streams; only the first is read.", videos=videos
                ),
            ),
        )
        for applies, sentence in notes:
            if applies:
                self.warn(sentence)
        for found in (
            turn_warning(info.rotation, info.mirrored),
            _assumed(colour, info.pixel_format),
        ):
            if found:
                self.warn(found)

    def _count_warnings(self) -> Iterator[Sentence]:
        declared, decodable = self.info.declared_frames, self.count - len(self._lost)
        if declared is not None and declared != decodable:
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


class _Ring:
    """Decoded pictures by frame number, limited to a number of bytes.

    Beyond the limit the oldest is dropped first; at least two stay.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._pictures: OrderedDict[int, VideoFrame] = OrderedDict()

    def __contains__(self, number: int) -> bool:
        return number in self._pictures

    def get(self, number: int) -> VideoFrame | None:
        return self._pictures.get(number)

    def put(self, number: int, picture: VideoFrame) -> None:
        old = self._pictures.pop(number, None)
        self._bytes += _bytes_of(picture) - (_bytes_of(old) if old else 0)
        self._pictures[number] = picture
        while self._bytes > self._limit and len(self._pictures) > 2:
            self._bytes -= _bytes_of(self._pictures.popitem(last=False)[1])

    def drop(self, number: int) -> None:
        if number in self._pictures:
            self._bytes -= _bytes_of(self._pictures.pop(number))

    def clear(self) -> None:
        self._pictures.clear()
        self._bytes = 0


def _bytes_of(picture: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in picture.planes)


def is_variable(pts: NDArray[np.int64]) -> bool:
    """Whether ascending times show a variable frame rate.

    They do if they leave a uniform grid by more than their unit's rounding, or if a gap is at least
    half as long again as usual.
    """
    if len(pts) < 3:
        return False
    grid = np.linspace(pts[0], pts[-1], len(pts))
    steps = np.diff(pts)
    return bool(np.abs(pts - grid).max() > 1 or steps.max() >= 1.5 * np.median(steps))


def _assumed(colour: Colour, pixel_format: str) -> Sentence | None:
    """The sentence that says which of a picture's colour facts the file does not declare.

    None if it declares all.
    """
    silent_matrix = not (
        colour.matrix_declared or colour.unsupported_matrix or pixel_format.startswith("gray")
    )
    if not silent_matrix and colour.range_declared:
        return None
    return Sentence(
        "The file does not say how its colours are coded; the matrix {matrix} was assumed."
        if colour.range_declared
        else "The file does not say how its colours are coded; the matrix {matrix} and {range}"
        " range were assumed."
        if silent_matrix
        else "The file does not say how its colours are coded; {range} range was assumed.",
        matrix=colour.matrix,
        range=Sentence("limited" if colour.range_name == "limited" else "full"),
    )


def _describe(stream: Stream) -> str:
    context = getattr(stream, "codec_context", None)
    words = [
        f"{stream.index}: {stream.type}",
        context.codec.canonical_name if context else "unknown codec",
    ]
    if isinstance(stream, VideoStream) and context:
        words.append(f"{context.width} x {context.height}")
    if stream.type == "audio" and context:
        words.append(f"{context.sample_rate} Hz")
    if stream.language:
        words.append(stream.language)
    return ", ".join(words)


def open_media(path: Path, *, threads: int = 0, progress: Progress | None = None) -> Video | Still:
    """Open a video or a still; the content decides which, not the name.

    Args:
        path: The file.
        threads: Threads for decoding; 0 for as many as there are cores.
        progress: As in `Video`.

    Raises:
        AnalysisError: the file cannot be read as either.
    """
    with open_evidence(path) as file:
        kind = still_format(file.read(16))
    suffix = path.suffix.lower()
    if kind is not None:
        still = Still(path)
        if suffix in VIDEO_SUFFIXES:
            still.warn(
                Sentence(
                    "The name ends in {suffix}, but the file is a still picture ({kind}).",
                    suffix=suffix,
                    kind=kind,
                )
            )
        return still
    video = Video(path, threads=threads, progress=progress)
    if suffix in STILL_SUFFIXES:
        video.warn(
            Sentence(
                "The name ends in {suffix}, but the file is a video ({container}).",
                suffix=suffix,
                container=video.info.container,
            )
        )
    return video
