"""Waveform, log-mel spectrogram and playable samples of a file's sound, in step with its frames.

The window imports the result types from here, so PyAV is imported only where sound is decoded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.container.sections import Part
from dfgui.core.media.media_files import Progress
from dfgui.core.values import Array, Count, Finite, Seconds

if TYPE_CHECKING:
    from dfgui.core.media.sound.audio_decoder import SoundDecoder
from dfgui.core.sentences import Sentence

RATE = 16_000
"""Sample rate of the analysis, in Hz."""
BANDS = 64
LOWEST_HZ, HIGHEST_HZ = 20.0, 8_000.0
HOP = 160
"""Samples from one column of a spectrogram to the next: 10 ms."""
FLOOR_DB = -100.0
PCM_RATE = 48_000
"""Sample rate of playback, in Hz."""
MAX_BINS = 4_000
"""Most bins of a waveform and columns of a spectrogram, whatever the file's length."""
LONGEST_READ_S = 60.0

_WINDOW = 512
_FFT = 1024
_EDGE = (_WINDOW - HOP) // 2
_ENVELOPE_BIN = RATE // 1000
_LIMIT = 16.0
"""Samples are clipped to this many times full scale; float samples may hold anything."""
_BATCH = 4 * RATE
# A decoder needs some packets before its sound is right: 80 ms for Opus (RFC 7845), a few frames
# for AAC and MP3.
_WARM_UP_S = 0.5
_NEAR = 2 * PCM_RATE
_KEPT = PCM_RATE // 10

Float = NDArray[np.float64]
Samples = NDArray[Any]
LONGEST_S = 1e9
Span = Annotated[float, msgspec.Meta(gt=0, le=LONGEST_S)]


class Sound(msgspec.Struct, frozen=True):
    """The sound of a whole file, at a resolution that a screen can show.

    Attributes:
        codec: its name.
        rate: samples per second in the file.
        channels: how many the file has.
        start_s: when the sound begins, in seconds on the file's own clock, which the frames' times
            use too.
        duration_s: from there to its last sample.
        envelope: (N, 2) float32, smallest and largest sample of any channel in each span of
            `envelope_bin_s` from `start_s` on, after resampling to 16 kHz, 1 is full scale; 0 where
            the file has no sound. N is at most 4,000.
        envelope_bin_s: 1 ms times the smallest power of 2 that is enough.
        mel: (64, M) float32, dB, as `log_mel` gives them for the mean of all channels; column m
            covers `mel_hop_s` from `start_s` + m x `mel_hop_s` on and holds the mean power of the
            10 ms columns in it. M is at most 4,000.
        mel_hop_s: 10 ms times the smallest power of 2 that is enough.
        warnings: what a reader must know, one sentence each.
    """

    codec: str
    rate: Count
    channels: Count
    start_s: Finite
    duration_s: Seconds
    envelope: Array
    envelope_bin_s: Span
    mel: Array
    mel_hop_s: Span
    warnings: tuple[Sentence, ...]

    def __post_init__(self) -> None:
        for name, array, axis, size in (
            ("envelope", self.envelope, 1, 2),
            ("mel", self.mel, 0, BANDS),
        ):
            array.check("float32")
            if array.shape[axis] != size or max(array.shape) > MAX_BINS:
                raise ValueError(
                    f"{name}: expected {size} on axis {axis} and at most {MAX_BINS}, received"
                    f" {array.shape}"
                )


def mel_of(hertz: Float) -> Float:
    """The HTK mel scale, 2595 log10(1 + f / 700).

    Source: S. Young and others, "The HTK Book", 5.6.
    """
    return np.asarray(2595 * np.log10(1 + hertz / 700), np.float64)


def band_edges() -> Float:
    """Edges of the mel bands: (66,) Hz, ascending from 20 to 8,000, equally spaced in mel.

    Band b rises from edge b to its centre b + 1 and falls to edge b + 2.
    """
    low, high = mel_of(np.array([LOWEST_HZ, HIGHEST_HZ]))
    return np.asarray(700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1), np.float64)


def log_mel(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The log-mel spectrogram of sound.

    Hann windows of 32 ms, padded with zeros to 1024 for the transform, every 10 ms; 64 triangular
    bands between 20 Hz and 8 kHz, their edges equally spaced on the HTK mel scale and their peaks
    1, so that between the lowest and the highest centre the bands together hold each frequency's
    whole power.

    Args:
        samples: (n,) float32, n >= 1, mono at 16 kHz, -1 to 1.

    Returns:
        (64, ceil(n / 160)) float32, dB against a sine of full scale (AES17), at least -100: for
        such a sine the powers of all bands together give 0 dB. A sine at a band's centre reads up
        to 2 dB less in that band; the rest is in its neighbours. Column c covers samples 160 c to
        160 c + 159, its window is centred on them, and there is silence before the first sample and
        after the last.

    Raises:
        ValueError: not such an array.
    """
    if samples.ndim != 1 or not len(samples):
        raise ValueError(f"samples: expected (n,) with n >= 1, received {samples.shape}")
    columns = -(-len(samples) // HOP)
    padded = np.pad(samples, (_EDGE, columns * HOP - len(samples) + _EDGE))
    return _decibels(_Spectrum().powers(padded)).T.copy()


def sound_of(
    path: Path,
    *,
    part: Part | None = None,
    progress: Progress | None = None,
    max_seconds: float = 4 * 3600.0,
) -> Sound:
    """Read the first sound stream of a file once; memory does not grow with its length.

    Args:
        path: The file.
        part: Read this part of the file as if it were the whole.
        progress: Called with "audio", the seconds read so far and those that the file declares (0
            if it does not), every 100 packets.
        max_seconds: Sound later than this after the first sample is left out; above 0, up to 1e9.

    Returns:
        Waveform, spectrogram and facts about the sound. Damaged packets are skipped and leave
        silence.

    Raises:
        AnalysisError: the file cannot be read, has no sound, or none that can be decoded.
    """
    from dfgui.core.media.sound.audio_decoder import SoundDecoder

    if not 0 < max_seconds <= LONGEST_S:
        raise ValueError(
            f"max_seconds: expected above 0 and at most {LONGEST_S:g}, received {max_seconds}"
        )
    limit = max(1, round(max_seconds * RATE))
    with SoundDecoder(path, RATE, playing=False, progress=progress, part=part) as decoder:
        overview, cut = _Overview(), False
        for at, samples in _batches(decoder.chunks()):
            if overview.add(at, samples, limit):
                cut = True
                break
        warnings = (
            decoder.warnings()
            + (
                Sentence(
                    "Only the first {max_seconds:g} s of the sound were read.",
                    max_seconds=max_seconds,
                ),
            )
            * cut
        )
        return overview.finish(decoder, warnings)


class SoundReader:
    """The first sound stream of a file as it is played: 48 kHz, two channels, 16 bits.

    One channel is played on both sides, more than two are mixed down. Use it from one thread at a
    time.

    Args:
        path: The file.
        part: Read this part of the file as if it were the whole.

    Raises:
        AnalysisError: the file cannot be read or has no sound that this program can decode.
    """

    def __init__(self, path: Path, part: Part | None = None) -> None:
        from dfgui.core.media.sound.audio_decoder import SoundDecoder

        self._decoder = SoundDecoder(path, PCM_RATE, playing=True, part=part)
        self._forget(0)
        self._chunks = self._decoder.chunks()

    def read(self, start_s: float, seconds: float) -> NDArray[np.int16]:
        """Samples from `start_s` on the file's clock, with silence where the file has no sound.

        A read that begins where the last one ended continues decoding; any other read seeks. The
        position is as exact as the file's time stamps: to half a sample in most files, to a
        millisecond in Matroska and in MP4 files that move the sound by an edit list.

        Args:
            start_s: First sample's time in seconds, on the same clock as the frames' times.
            seconds: How much, above 0, up to 60.

        Returns:
            (round(seconds x 48000), 2) int16, left and right.

        Raises:
            ValueError: an argument is out of range.
        """
        if not (math.isfinite(start_s) and 0 < seconds <= LONGEST_READ_S):
            raise ValueError(
                f"expected a finite start and 0 < seconds <= {LONGEST_READ_S:g}, received {start_s}"
                f" and {seconds}"
            )
        first, count = round(start_s * PCM_RATE), round(seconds * PCM_RATE)
        if not self._from <= first <= self._to + _NEAR:
            self._forget(first)
            self._chunks = self._seek(first)
        while self._to < first + count:
            self._hold(next(self._chunks, None))
        out = np.zeros((count, 2), np.int16)
        for at, samples in self._held:
            begin, end = max(at, first), min(at + len(samples), first + count)
            if begin < end:
                out[begin - first : end - first] = samples[begin - at : end - at]
        # Rounding may let the next read begin a sample before the end of this one.
        self._drop_before(first + count - _KEPT)
        return out

    def close(self) -> None:
        """Close the file."""
        self._decoder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _forget(self, first: int) -> None:
        """Drop all samples; those that end before `first` will not be kept."""
        self._held: list[tuple[int, NDArray[np.int16]]] = []
        self._from: float = first
        self._to: float = first

    def _hold(self, chunk: tuple[int, NDArray[np.int16]] | None) -> None:
        if chunk is None:
            self._to = math.inf
            return
        at, samples = chunk
        if at + len(samples) > self._from:
            self._held.append(chunk)
            self._to = max(self._to, at + len(samples))

    def _drop_before(self, first: int) -> None:
        self._from = max(self._from, first)
        self._held = [(at, samples) for at, samples in self._held if at + len(samples) > self._from]

    def _seek(self, first: int) -> Iterator[tuple[int, NDArray[np.int16]]]:
        """Chunks from before sample `first` on, far enough for the decoder to have warmed up."""
        back = _WARM_UP_S
        while first / PCM_RATE - back > self._decoder.begin_s:
            if self._decoder.seek(first / PCM_RATE - back):
                chunks = self._decoder.chunks()
                found = next(chunks, None)
                # In MPEG-TS a seek may land late.
                if found is not None and found[0] <= first - _WARM_UP_S / 2 * PCM_RATE:
                    return chain([found], chunks)
            back *= 4
        self._decoder.open()
        return self._decoder.chunks()


class _Overview:
    """Waveform and spectrogram of one file, filled as its sound arrives."""

    def __init__(self) -> None:
        self._start: int | None = None
        self._length = 0
        # Smallest sample, and smallest of the negated, so that one operation serves both.
        self._envelope = _Bins(np.minimum, math.inf, 2, _ENVELOPE_BIN)
        self._mel = _Mel()

    def add(self, at: int, samples: Samples, limit: int) -> bool:
        """Take (n, channels) samples.

        Returns True once the limit, in samples after the first, is passed and no more are wanted.
        """
        if self._start is None:
            self._start = at
        first = at - self._start
        passed = first + len(samples) > limit
        samples = samples[max(0, -first) : max(0, limit - first)]
        first = max(0, first)
        if len(samples):
            self._length = max(self._length, first + len(samples))
            # One row per channel: NumPy is ten times as slow along rows of two.
            rows = np.clip(
                np.nan_to_num(samples.T.copy(), posinf=_LIMIT, neginf=-_LIMIT), -_LIMIT, _LIMIT
            )
            self._envelope.add(first, np.stack([rows.min(axis=0), -rows.max(axis=0)], axis=1))
            self._mel.add(first, rows.mean(axis=0, dtype=np.float32))
        return passed

    def finish(self, decoder: SoundDecoder, warnings: tuple[Sentence, ...]) -> Sound:
        """The result. Raises AnalysisError if no sound came."""
        if self._start is None:
            raise AnalysisError("The file has a sound stream, but none of it can be decoded.")
        envelope = self._envelope.values[: self._envelope.count(self._length)] * [1, -1]
        return Sound(
            codec=decoder.codec, rate=decoder.rate, channels=decoder.channels,
            start_s=self._start / RATE, duration_s=self._length / RATE,
            envelope=Array.of(np.where(np.isfinite(envelope), envelope, 0).astype(np.float32)),
            envelope_bin_s=self._envelope.size / RATE,
            mel=Array.of(self._mel.finish(self._length)),
            mel_hop_s=self._mel.bins.size * HOP / RATE, warnings=warnings,
        )  # fmt: skip


class _Mel:
    """Columns of the spectrogram, from sound that arrives in runs.

    Attributes:
        bins: In each row the sums of the 64 powers and the number of columns in them.
    """

    def __init__(self) -> None:
        self.bins = _Bins(np.add, 0.0, BANDS + 1, 1)
        self._spectrum = _Spectrum()
        self._next = -1
        self._column = 0
        self._pending = np.zeros(0, np.float32)

    def add(self, at: int, samples: NDArray[np.float32]) -> None:
        """Take mono samples; a gap after the last ones counts as silence."""
        if at != self._next:
            self._flush()
            self._column = at // HOP
            self._pending = np.zeros(_EDGE + at % HOP, np.float32)
        self._next = at + len(samples)
        self._pending = np.concatenate([self._pending, samples])
        self._take()

    def finish(self, length: int) -> NDArray[np.float32]:
        """(64, M) dB of `length` samples."""
        self._flush()
        rows = self.bins.values[: self.bins.count(-(-length // HOP))]
        return _decibels(rows[:, :BANDS] / np.maximum(rows[:, BANDS:], 1)).T.copy()

    def _flush(self) -> None:
        if self._next >= 0:
            missing = -self._next % HOP
            self._pending = np.concatenate([self._pending, np.zeros(missing + _EDGE, np.float32)])
            self._take()

    def _take(self) -> None:
        columns = (len(self._pending) - _WINDOW) // HOP + 1
        if columns > 0:
            powers = self._spectrum.powers(self._pending)
            self.bins.add(self._column, np.pad(powers, ((0, 0), (0, 1)), constant_values=1))
            self._column += columns
            self._pending = self._pending[columns * HOP :]


class _Spectrum:
    """Mel-band powers of windows a hop apart."""

    def __init__(self) -> None:
        self._window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)).astype(
            np.float32
        )
        edges, bins = mel_of(band_edges()), mel_of(np.arange(_FFT // 2 + 1) * RATE / _FFT)
        rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
        fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
        # By Parseval, twice the mean square of the window's sound, so that a sine of full scale has
        # 1; the second 2 is for the frequencies below 0. No band reaches the two frequencies that
        # have no counterpart, 0 and 8 kHz.
        scale = 2 * 2 / (_FFT * float(np.square(self._window).sum()))
        self._weights = (scale * np.clip(np.minimum(rise, fall), 0, None)).T.astype(np.float32)

    def powers(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Band powers of every window that fits into (n,) samples, n >= 512: (columns, 64) float32.

        A sine of full scale has 1 in all bands together.
        """
        windows = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::HOP]
        spectrum = np.fft.rfft(windows * self._window, _FFT, axis=1)
        return np.asarray(
            (np.square(spectrum.real) + np.square(spectrum.imag)) @ self._weights, np.float32
        )


class _Bins:
    """Rows of values gathered in at most 4,000 bins of equal size.

    The bin size doubles when the bins are full.

    Attributes:
        size: Rows per bin.
        values: (4000, width) float64, `empty` where nothing came.
    """

    def __init__(self, gather: np.ufunc, empty: float, width: int, size: int) -> None:
        self._gather, self._empty, self.size = gather, empty, size
        self.values = np.full((MAX_BINS, width), empty)

    def add(self, at: int, rows: NDArray[Any]) -> None:
        """Gather (n, width) rows, n >= 1, of which the first is row `at` of all."""
        end = at + len(rows)
        while end > self.size * MAX_BINS:
            self.values[: MAX_BINS // 2] = self._gather(self.values[::2], self.values[1::2])
            self.values[MAX_BINS // 2 :] = self._empty
            self.size *= 2
        first, last = at // self.size, (end - 1) // self.size
        starts = np.maximum(np.arange(first, last + 1) * self.size - at, 0)
        part = self.values[first : last + 1]
        part[:] = self._gather(part, self._gather.reduceat(rows, starts, axis=0))

    def count(self, rows: int) -> int:
        """How many bins this many rows take."""
        return -(-rows // self.size)


def _batches(chunks: Iterator[tuple[int, Samples]]) -> Iterator[tuple[int, Samples]]:
    """Join samples with no gap between them into pieces of four seconds or more.

    The work on a piece costs the same whatever its length.
    """
    start, pieces, count = 0, list[Samples](), 0
    for at, samples in chunks:
        if pieces and (
            at != start + count or count >= _BATCH or samples.shape[1] != pieces[0].shape[1]
        ):
            yield start, np.concatenate(pieces)
            pieces, count = [], 0
        if not pieces:
            start = at
        pieces.append(samples)
        count += len(samples)
    if pieces:
        yield start, np.concatenate(pieces)


def _decibels(powers: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(np.maximum(10 * np.log10(np.maximum(powers, 1e-30)), FLOOR_DB), np.float32)
