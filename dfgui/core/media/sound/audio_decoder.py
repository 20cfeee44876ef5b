"""The first sound stream of a file, decoded and resampled.

It comes in runs of samples, each with its place on the file's clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path
from typing import Any, Self

import av
import av.stream
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.container.packets import open_container, open_evidence, read_packets
from dfgui.core.media.container.sections import Part
from dfgui.core.media.media_files import REPORT_EVERY, Progress
from dfgui.core.sentences import Sentence

# Matroska rounds times to 1 ms, some recorders are off by half a packet. Nobody notices sound
# that is less than 45 ms early (ITU-R BT.1359).
JITTER_S = 0.040
# After a seek into MPEG-PS, FFmpeg cuts the first packets in the wrong places and their times are
# off.
SETTLING_S = 0.2
RATES = range(1_000, 768_001)
SPEAKERS_KNOWN = 8
LONGEST_S = 10**9
Samples = NDArray[Any]


class SoundDecoder:
    """The first sound stream of a file as samples at one rate.

    The samples come in runs, each with its place on the file's clock.

    Args:
        path: The file.
        rate: Samples per second to give.
        playing: Give int16 and two channels, whatever the file has; else float32, 1 is full scale,
            and the file's channels.
        progress: As in `dfgui.core.media.sound.audio.sound_of`.
        part: Read this part of the file as if it were the whole.

    Raises:
        AnalysisError: the file cannot be read or has no sound that this program can decode.

    Attributes:
        codec: Its name.
        rate: Samples per second in the file; 0 before the first.
        channels: Likewise.
        begin_s: When the sound begins according to the file, 0 if it does not say.
    """

    def __init__(
        self,
        path: Path,
        rate: int,
        *,
        playing: bool,
        progress: Progress | None = None,
        part: Part | None = None,
    ) -> None:
        self._part = part
        self._path, self._out_rate, self._playing, self._progress = path, rate, playing, progress
        self._stack = ExitStack()
        self._packets = self._refused = self.rate = self.channels = 0
        self._reached: float | None = None
        self._lost, self._unsettled_s = False, 0.0
        try:
            self.open()
        except BaseException:
            self.close()
            raise

    def open(self) -> None:
        """Go to the beginning of the file."""
        self._stack.close()
        self._unsettled_s = 0.0
        self._container = self._stack.enter_context(
            open_container(
                self._stack.enter_context(open_evidence(self._path, self._part)), self._path
            )
        )
        sounds = [stream for stream in self._container.streams if stream.type == "audio"]
        if not sounds:
            raise AnalysisError("The file has no sound.")
        self._stream: Any = sounds[0]
        if self._stream.codec_context is None:
            raise AnalysisError(
                "The file's sound is coded in a way that this program cannot decode."
            )
        for stream in self._container.streams:
            stream.discard = av.stream.Discard.all
        self._stream.discard = av.stream.Discard.default
        self.codec: str = self._stream.codec_context.codec.canonical_name
        self._unit = float(self._stream.time_base or 1)
        self.begin_s = (self._stream.start_time or 0) * self._unit

    def seek(self, seconds: float) -> bool:
        """Seek to the last known place at or before a time, and skip .2 s after it.

        The container decides which places are known. Returns False if it cannot seek.
        """
        try:
            self._container.seek(int(seconds / self._unit), stream=self._stream)
        except (av.FFmpegError, OSError, OverflowError):
            return False
        self._unsettled_s = SETTLING_S
        return True

    def chunks(self) -> Iterator[tuple[int, Samples]]:
        """The samples from the current position on, as pairs of a place and (n, channels) samples.

        The place is that of the first sample, in samples since 0 on the file's clock.
        """
        run: _Run | None = None
        for frame in self._frames():
            if self._unsettled_s > 0:
                self._unsettled_s -= frame.samples / frame.sample_rate
                continue
            time = None if frame.pts is None else frame.pts * self._unit
            # One lost packet is shorter than the error allowed in time stamps, so the times alone
            # would not show it.
            if run is None or self._lost or not run.goes_on(frame, time):
                end = run.end if run is not None else 0.0
                yield from run.flush() if run is not None else ()
                run = _Run(
                    frame, end if time is None else time, self._out_rate, playing=self._playing
                )
            self._reached, self._lost = run.end, False
            try:
                pieces = run.add(frame)
            except (av.FFmpegError, ValueError):
                self._refused += 1
                self._lost = True
                continue
            yield from pieces
        yield from run.flush() if run is not None else ()

    def warnings(self) -> tuple[Sentence, ...]:
        """What a reader of the result must know."""
        return (
            Sentence(
                "The sound has {n} packet that cannot be decoded and was left out.|"
                "The sound has {n} packets that cannot be decoded and were left out.",
                n=self._refused,
            ),
        ) * bool(self._refused)

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _frames(self) -> Iterator[AudioFrame]:
        for packet in chain(self._read(), [None]):
            try:
                frames = self._stream.codec_context.decode(packet)
            except (av.FFmpegError, OSError, ValueError):
                self._refused += packet is not None
                self._lost = True
                continue
            for frame in frames:
                self._check(frame)
                yield frame

    def _read(self) -> Iterator[Any]:
        # A damaged file ends at a read error.
        with suppress(av.FFmpegError, OSError):
            for packet in read_packets(self._container, self._stream):
                self._packets += 1
                if self._packets % REPORT_EVERY == 0 and self._progress is not None:
                    self._report(self._progress)
                yield packet

    def _report(self, progress: Progress) -> None:
        declared = (
            self._stream.duration * self._unit
            if self._stream.duration
            else (self._container.duration or 0) / 1_000_000
        )
        done = self._reached - self.begin_s if self._reached is not None else 0
        total = math.ceil(declared) if 0 < declared < LONGEST_S else 0
        progress("audio", max(0, min(int(done), total or LONGEST_S)), total)

    def _check(self, frame: AudioFrame) -> None:
        if frame.sample_rate not in RATES:
            raise AnalysisError(
                "The file's sound has {sample_rate} samples per second; this program reads 1,000"
                " to 768,000.",
                sample_rate=frame.sample_rate,
            )
        if not self.rate:
            self.rate, self.channels = frame.sample_rate, frame.layout.nb_channels


class _Run:
    """Decoded frames without a gap, through one resampler.

    Attributes:
        end: Time on the file's clock at which the next frame should begin.
    """

    def __init__(self, frame: AudioFrame, start: float, rate: int, *, playing: bool) -> None:
        self.end = self._start = start
        self._taken = 0
        self._at = round(start * rate)
        self._kind = self._kind_of(frame)
        self._playing = playing
        channels = frame.layout.nb_channels
        # FFmpeg makes one channel quieter when it doubles it, and cannot mix channels whose places
        # it does not know; these channels are averaged.
        self._mixed = playing and 2 < channels <= SPEAKERS_KNOWN
        self._channels = 2 if self._mixed else channels
        # Packed: with planar samples, PyAV reads invalid memory beyond the eighth channel.
        self._resampler = AudioResampler(
            "s16" if playing else "flt", "stereo" if self._mixed else None, rate
        )

    def goes_on(self, frame: AudioFrame, time: float | None) -> bool:
        """Whether the frame directly follows those before it."""
        return self._kind_of(frame) == self._kind and (
            time is None or abs(time - self.end) <= JITTER_S
        )

    def add(self, frame: AudioFrame) -> list[tuple[int, Samples]]:
        """Resample a frame; some of its samples may come later."""
        self._taken += frame.samples
        self.end = self._start + self._taken / frame.sample_rate
        return self._resample(frame)

    def flush(self) -> list[tuple[int, Samples]]:
        """What the resampler holds back."""
        with suppress(av.FFmpegError):
            return self._resample(None)
        return []

    def _resample(self, frame: AudioFrame | None) -> list[tuple[int, Samples]]:
        pieces: list[tuple[int, Samples]] = []
        for piece in self._resampler.resample(frame):
            samples = piece.to_ndarray().reshape(-1, self._channels)
            if len(samples):
                pieces.append((self._at, self._two_sided(samples) if self._playing else samples))
                self._at += len(samples)
        return pieces

    def _two_sided(self, samples: Samples) -> Samples:
        if self._channels == 2:
            return samples
        return np.asarray(
            np.rint(samples.mean(axis=1, keepdims=True)).astype(np.int16).repeat(2, axis=1)
        )

    @staticmethod
    def _kind_of(frame: AudioFrame) -> tuple[str, str, int]:
        return frame.format.name, frame.layout.name, frame.sample_rate
