"""Sound: spectrograms and waveforms worked out by hand, and samples at the right time.

The samples come from files of several formats.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

import av
import msgspec
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dfgui.core.errors import AnalysisError
from dfgui.core.media.sound import audio
from dfgui.core.media.sound.audio import FLOOR_DB, HOP, SoundReader, log_mel, sound_of
from dfgui.core.media.sound.audio_decoder import SoundDecoder
from dfgui.core.media.video import open_media
from tests.support.clips import cut_bytes, make_clip, yuv_frame

FORMATS = {"pcm_s16le": "s16", "pcm_f32le": "flt", "flac": "s16", "libopus": "flt"}


def _write(
    path: Path, values: NDArray[Any], *, codec: str = "pcm_s16le", rate: int = 48_000,
    layout: str | None = None, start: int = 0, gap_at: int | None = None, gap: int = 0,
    video: bool = False, clock_s: int = 0,
) -> Path:  # fmt: skip
    """Write a file with (channels, n) samples, int16 or float from -1 to 1.

    Args:
        start: Time of the first sample, in samples.
        gap_at: From this sample on, all times are `gap` samples later.
        video: Add 50 frames at 25 a second; frames before 25 are dark, the others bright.
        clock_s: Time of 0 on the file's clock.
    """
    layout = layout or {1: "mono", 2: "stereo"}[len(values)]
    options = {"avoid_negative_ts": "disabled", "output_ts_offset": str(clock_s)}
    with av.open(str(path), "w", container_options=options) as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, AudioStream)
        stream.layout = layout
        if video:
            _add_video(container)
        for frame, at in _frames(values, FORMATS.get(codec, "fltp"), layout):
            frame.sample_rate, frame.pts = (
                rate,
                start + at + (gap if gap_at is not None and at >= gap_at else 0),
            )
            frame.time_base = Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _frames(values: NDArray[Any], kind: str, layout: str) -> Iterator[tuple[AudioFrame, int]]:
    if kind == "s16" and values.dtype != np.int16:
        values = (values * 32767).astype(np.int16)
    for at in range(0, values.shape[1], 1000):
        part = values[:, at : at + 1000]
        data = part if kind.endswith("p") else part.T.reshape(1, -1)
        yield AudioFrame.from_ndarray(np.ascontiguousarray(data), kind, layout), at


def _add_video(container: Any) -> None:
    stream = container.add_stream("mpeg4", rate=25)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    for number in range(50):
        frame = yuv_frame(np.full((48, 64), 40 if number < 25 else 200, np.uint8))
        frame.pts, frame.time_base = number, Fraction(1, 25)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _click(seconds: float, at: float, rate: int = 48_000) -> NDArray[np.float32]:
    """(1, n): silence with 1 ms of a loud tone."""
    values = np.zeros((1, round(seconds * rate)), np.float32)
    length = rate // 1000
    values[0, round(at * rate) : round(at * rate) + length] = 0.9 * np.cos(
        np.arange(length) * 2 * np.pi * 4000 / rate
    )
    return values


def _tone(hertz: float, amplitude: float, seconds: float = 0.5) -> NDArray[np.float32]:
    return (
        amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * 16_000)) / 16_000)
    ).astype(np.float32)


def _total_db(levels: NDArray[np.float32]) -> float:
    return float(10 * np.log10((10 ** (levels / 10)).sum()))


def test_the_mel_scale_by_hand() -> None:
    # 2595 log10 2 = 781.17; 1000 Hz is about 1000 mel by design.
    assert audio.mel_of(np.array([0.0, 700.0, 1000.0])) == pytest.approx(
        [0, 781.173, 999.986], abs=1e-3
    )
    edges = audio.band_edges()
    assert len(edges) == 66
    assert edges[[0, -1]] == pytest.approx([20, 8000])
    # 20 Hz are 31.748 mel, 8000 Hz 2840.023: steps of 43.204; edge 31 lies at 1371.08 mel.
    assert edges[31] == pytest.approx(1662.9, abs=0.2)


@pytest.mark.parametrize("amplitude", [1.0, 0.5, 0.01])
def test_a_tone_lands_in_its_band_at_its_level(amplitude: float) -> None:
    levels = log_mel(_tone(1662.9, amplitude))
    assert levels.shape == (64, 50)
    assert levels.dtype == np.float32
    decibels = {1.0: 0.0, 0.5: -6.0206, 0.01: -40.0}[amplitude]
    for column in levels.T[2:-2]:
        assert column.argmax() == 30
        assert decibels - 2 < column[30] < decibels
        assert _total_db(column) == pytest.approx(decibels, abs=0.05)


@given(hertz=st.floats(200, 7000), amplitude=st.floats(0.01, 1))
def test_bands_share_out_all_power(hertz: float, amplitude: float) -> None:
    column = log_mel(_tone(hertz, amplitude, 0.1))[:, 5]
    edges = audio.band_edges()
    band = int(column.argmax())
    # At the border of two bands, either may win.
    assert edges[band] - 16 < hertz < edges[band + 2] + 16
    assert _total_db(column) == pytest.approx(20 * math.log10(amplitude), abs=0.2)


@pytest.mark.parametrize(("samples", "columns"), [(1, 1), (160, 1), (161, 2), (16_000, 100)])
def test_silence_is_the_floor(samples: int, columns: int) -> None:
    levels = log_mel(np.zeros(samples, np.float32))
    assert levels.shape == (64, columns)
    assert (levels == FLOOR_DB).all()


@pytest.mark.parametrize("at", [0, 80, 1599, 1601, 1759, 1761, 4799])
def test_an_impulse_lands_in_the_column_that_covers_it(at: int) -> None:
    samples = np.zeros(4800, np.float32)
    samples[at] = 1
    levels = log_mel(samples)
    assert levels.sum(axis=0).argmax() == at // HOP
    if at == 80:
        # The middle of column 0: the window's peak is there. Its power is 2 / (1.5 x 128) of a
        # sine's, spread over 8 kHz: the mean square of the windowed impulse is 1 / sum(hann
        # squared) = 1 / 192, twice that is -19.8 dB.
        assert _total_db(levels[:, 0]) == pytest.approx(-19.8, abs=0.3)


@pytest.mark.parametrize("bad", [np.zeros(0, np.float32), np.zeros((2, 100), np.float32)])
def test_log_mel_refuses_what_is_no_sound(bad: Any) -> None:
    with pytest.raises(ValueError, match="samples"):
        log_mel(bad)


def test_the_envelope_of_a_square_wave(tmp_path: Path) -> None:
    # Half a period is 10 ms; .5 is exact in 16 bits.
    wave = np.where(np.arange(32_000) // 160 % 2 == 0, 16_384, -16_384).astype(np.int16)
    sound = sound_of(
        _write(tmp_path / "square.wav", np.stack([wave, np.zeros_like(wave)]), rate=16_000)
    )
    assert (sound.codec, sound.rate, sound.channels) == ("pcm_s16le", 16_000, 2)
    assert (sound.start_s, sound.duration_s, sound.envelope_bin_s, sound.mel_hop_s) == (
        0,
        2,
        0.001,
        0.01,
    )
    assert sound.warnings == ()
    up = np.arange(2000) // 10 % 2 == 0
    # The other channel is silent, so that 0 is the other end of each span.
    np.testing.assert_array_equal(
        sound.envelope.numpy(), np.stack([np.where(up, 0, -0.5), np.where(up, 0.5, 0)], axis=1)
    )
    assert sound.mel.shape == (64, 200)


def test_a_long_envelope_gets_larger_bins(tmp_path: Path) -> None:
    wave = np.where(np.arange(80_000) // 160 % 2 == 0, 16_384, -16_384).astype(np.int16)
    sound = sound_of(_write(tmp_path / "square.wav", wave[None], rate=16_000))
    assert (sound.duration_s, sound.envelope_bin_s, sound.envelope.shape) == (5, 0.002, (2500, 2))
    expected = np.where(np.arange(2500) // 5 % 2 == 0, 0.5, -0.5)
    np.testing.assert_array_equal(sound.envelope.numpy(), np.stack([expected, expected], axis=1))


def test_the_spectrogram_of_a_file_is_that_of_its_samples(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 9 * 16_000 + 77)
    values = np.rint(noise * 32_768).astype(np.int16)
    sound = sound_of(_write(tmp_path / "noise.wav", values[None], rate=16_000))
    np.testing.assert_allclose(
        sound.mel.numpy(), log_mel(values.astype(np.float32) / 32_768), atol=1e-3
    )


def test_a_long_spectrogram_holds_mean_powers(tmp_path: Path) -> None:
    # 41 s make 4,100 columns of 10 ms: two to a bin. In the first half of each second there is a
    # tone of full scale.
    second = np.concatenate([_tone(1000, 32_767), np.zeros(8_000)]).astype(np.int16)
    sound = sound_of(_write(tmp_path / "long.wav", np.tile(second, 41)[None], rate=16_000))
    assert (sound.mel_hop_s, sound.mel.shape) == (0.02, (64, 2050))
    totals = [_total_db(column) for column in sound.mel.numpy().T[::5]]  # every 100 ms
    assert totals[1:5] == pytest.approx([0] * 4, abs=0.05)
    # A hundred decibels down in each of 64 bands.
    assert totals[6:10] == pytest.approx([-100 + 10 * math.log10(64)] * 4, abs=0.1)
    assert totals[401:405] == pytest.approx([0] * 4, abs=0.05)


@settings(max_examples=60)
@given(
    runs=st.lists(
        st.tuples(st.integers(0, 60), st.lists(st.integers(-9, 9), min_size=1, max_size=30)),
        min_size=1,
        max_size=8,
    )
)
def test_bins_gather_like_the_whole(runs: Sequence[tuple[int, Sequence[int]]]) -> None:
    with mock.patch.object(audio, "MAX_BINS", 8):
        bins = audio._Bins(np.minimum, math.inf, 1, 2)
        line: dict[int, int] = {}
        at = 0
        for gap, values in runs:
            at += gap
            bins.add(at, np.array(values, float)[:, None])
            line |= dict(enumerate(values, at))
            at += len(values)
    assert bins.size == 2 * 2 ** max(0, math.ceil(math.log2(at / 16)))
    expected = [
        min(
            (line.get(row, math.inf) for row in range(n * bins.size, (n + 1) * bins.size)),
            default=math.inf,
        )
        for n in range(8)
    ]
    assert bins.values[:, 0].tolist() == expected
    assert bins.count(at) == -(-at // bins.size)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("clip.mp4", "aac"), ("clip.mkv", "pcm_s16le"), ("clip.mov", "pcm_s16le"), ("clip.ts", "ac3")],
)
@pytest.mark.parametrize("clock_s", [0, 5])
def test_a_click_is_in_step_with_its_frame(
    name: str, codec: str, clock_s: int, tmp_path: Path
) -> None:
    path = _write(tmp_path / name, _click(2, at=1), codec=codec, video=True, clock_s=clock_s)
    with open_media(path) as video:
        bright = video.frame(25)
        assert bright.rgb.mean() > 120 > video.frame(24).rgb.mean()
    assert bright.pts_s == pytest.approx(1 + clock_s, abs=0.001)
    sound = sound_of(path)
    loudest = int(np.ptp(sound.envelope.numpy(), axis=1).argmax())
    assert sound.start_s + loudest * sound.envelope_bin_s == pytest.approx(1 + clock_s, abs=0.002)
    assert sound.start_s + int(
        sound.mel.numpy().sum(axis=0).argmax()
    ) * sound.mel_hop_s == pytest.approx(1 + clock_s, abs=0.011)
    with SoundReader(path) as reader:
        samples = reader.read(clock_s + 0.5, 1.0).astype(float)[:, 0]
    # The tone lasts 48 samples; lossy coding rings around it, and MP4's edit list moves sound by
    # whole milliseconds.
    assert np.average(np.arange(48_000), weights=np.square(samples)) == pytest.approx(
        24_024, abs=48
    )


def test_sound_that_begins_late_keeps_its_time(tmp_path: Path) -> None:
    path = _write(tmp_path / "late.mkv", _click(1, at=0.25), start=72_000)
    sound = sound_of(path)
    assert (sound.start_s, sound.duration_s) == (1.5, 1)
    assert np.flatnonzero(np.ptp(sound.envelope.numpy(), axis=1) > 0.5).tolist() == [250]
    with SoundReader(path) as reader:
        assert not reader.read(-1, 2.7).any()
        assert np.flatnonzero(reader.read(1.7, 0.1)[:, 0]).tolist()[0] == 2_400


def _ramp(seconds: float) -> NDArray[np.int16]:
    count = np.arange(round(seconds * 48_000)) % 30_000
    return np.stack([count, -count]).astype(np.int16)


# Matroska rounds times to 1 ms: half of that is 24 samples.
@pytest.mark.parametrize(("name", "off"), [("ramp.wav", 0), ("ramp.mov", 0), ("ramp.mkv", 24)])
def test_samples_are_read_from_where_they_are(name: str, off: int, tmp_path: Path) -> None:
    ramp = _ramp(6)
    with SoundReader(_write(tmp_path / name, ramp)) as reader:
        for start, seconds in ((1.25, 0.01), (5.0, 0.3), (0.1, 0.02), (3.3, 0.2), (1.25, 0.01)):
            samples, first = reader.read(start, seconds), round(start * 48_000)
            found = first - first % 30_000 + int(samples[0, 0])
            assert abs(found - first) <= off
            assert samples.dtype == np.int16
            np.testing.assert_array_equal(samples, ramp.T[found : found + round(seconds * 48_000)])


def test_outside_the_file_is_silence(tmp_path: Path) -> None:
    ramp = _ramp(1) + 1
    with SoundReader(_write(tmp_path / "ramp.wav", ramp)) as reader:
        around = reader.read(-0.5, 2.0)
        np.testing.assert_array_equal(around[24_000:72_000], ramp.T)
        assert not around[:24_000].any()
        assert not around[72_000:].any()
        assert not reader.read(1e6, 0.1).any()
        assert reader.read(0, 0.1).any()


def test_reading_on_does_not_seek(tmp_path: Path) -> None:
    ramp = _ramp(8)
    with (
        SoundReader(_write(tmp_path / "ramp.wav", ramp)) as reader,
        mock.patch.object(reader._decoder, "seek") as seek,
    ):
        # A third of a second is no whole number of samples at every step.
        parts = [reader.read(step / 30, 1 / 30) for step in range(230)]
        assert not seek.called
        for step, part in enumerate(parts):
            first = round(step / 30 * 48_000)
            np.testing.assert_array_equal(part, ramp.T[first : first + 1600])
        assert sum(len(samples) for _, samples in reader._held) < 48_000


@pytest.mark.parametrize(
    ("start_s", "seconds"), [(math.nan, 1), (math.inf, 1), (0, 0), (0, 61), (0, math.nan)]
)
def test_a_wrong_span_is_refused(start_s: float, seconds: float, tmp_path: Path) -> None:
    with (
        SoundReader(_write(tmp_path / "ramp.wav", _ramp(0.1))) as reader,
        pytest.raises(ValueError, match="start"),
    ):
        reader.read(start_s, seconds)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("tone.wav", "pcm_s16le"),
        ("tone.m4a", "aac"),
        ("tone.flac", "flac"),
        ("tone.mp3", "libmp3lame"),
    ],
)
def test_a_seek_finds_the_same_sound(name: str, codec: str, tmp_path: Path) -> None:
    # 97 Hz: no two of the spans read are equal. Half a sample of 48 kHz makes 10,000 x 2 pi x
    # 97 / 48,000 / 2 = 63; coding makes the rest.
    tone = (10_000 / 32_767 * np.sin(2 * np.pi * 97 * np.arange(44_100 * 12) / 44_100))[
        None
    ].astype(np.float32)
    path = _write(tmp_path / name, tone, codec=codec, rate=44_100)
    # MP3 begins with the coder's delay of 1,105 samples, which the file states, and LAME turns the
    # level down to .95.
    delay_s, level = (1105 / 44_100, 9_500) if codec == "libmp3lame" else (0, 10_000)
    with (
        SoundReader(path) as reader,
        mock.patch.object(reader._decoder, "seek", wraps=reader._decoder.seek) as seek,
    ):
        for start in (10.3, 4.123, 7.7):
            got = reader.read(start, 0.5)[:, 0]
            times = start - delay_s + np.arange(24_000) / 48_000
            np.testing.assert_allclose(got, level * np.sin(2 * np.pi * 97 * times), atol=200)
        assert seek.called


def test_a_seek_into_a_program_stream_finds_the_same_sound(tmp_path: Path) -> None:
    tone = (0.3 * np.sin(2 * np.pi * 97 * np.arange(48_000 * 12) / 48_000))[None].astype(np.float32)
    with SoundReader(_write(tmp_path / "tone.mpg", tone, codec="mp2")) as reader:
        whole = reader.read(0, 12).astype(int)
        # A pack holds several packets, and seeks land on different ones; in 18 of 75 places
        # the first times are wrong.
        for tenth in range(115, 40, -3):
            np.testing.assert_allclose(
                reader.read(tenth / 10, 0.2), whole[tenth * 4_800 :][:9_600], atol=2
            )


def test_a_seek_that_lands_late_is_tried_again(tmp_path: Path) -> None:
    ramp = _ramp(8)
    with SoundReader(_write(tmp_path / "ramp.wav", ramp)) as reader:
        seek = reader._decoder.seek
        with mock.patch.object(
            reader._decoder, "seek", side_effect=[seek(7.5), *[mock.DEFAULT] * 9], wraps=seek
        ) as called:
            np.testing.assert_array_equal(reader.read(6, 0.5), ramp.T[288_000:312_000])
        assert called.call_count == 2


class _Refusing:
    """A codec context that refuses one packet."""

    def __init__(self, context: Any, packet: int) -> None:
        self._context, self._left = context, packet

    def decode(self, packet: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            raise av.InvalidDataError(0, "refused")
        return self._context.decode(packet)


def test_sound_behind_a_lost_packet_keeps_its_time(tmp_path: Path) -> None:
    # A packet of 1,000 samples is shorter than the error that time stamps may have.
    ramp = _ramp(0.6)
    with SoundDecoder(_write(tmp_path / "ramp.mov", ramp), 48_000, playing=True) as decoder:
        stream = mock.Mock(
            wraps=decoder._stream,
            codec_context=_Refusing(decoder._stream.codec_context, 5),
            type="audio",
        )
        packets = [packet for packet in decoder._container.demux(decoder._stream) if packet.size]
        lost = range(packets[4].pts, packets[5].pts)
        assert 0 < len(lost) < 1_920
        with (
            mock.patch.object(decoder, "_stream", stream),
            mock.patch.object(decoder, "_read", return_value=iter(packets)),
        ):
            chunks = list(decoder.chunks())
        assert decoder.warnings() == (
            "The sound has 1 packet that cannot be decoded and was left out.",
        )
    found = {
        at + row: int(left) for at, samples in chunks for row, left in enumerate(samples[:, 0])
    }
    assert found == {at: int(left) for at, left in enumerate(ramp[0]) if at not in lost}


def test_a_run_that_begins_between_two_columns_keeps_its_time() -> None:
    noise = np.random.default_rng(5).uniform(-1, 1, 8_000).astype(np.float32)
    mel = audio._Mel()
    mel.add(0, noise[:3_000])
    mel.add(9_050, noise[3_000:])
    whole = np.zeros(14_050, np.float32)
    whole[:3_000], whole[9_050:] = noise[:3_000], noise[3_000:]
    found, expected = mel.finish(14_050), log_mel(whole)
    # A run does not know the other at its ends, and silence far from both gets no column.
    assert found.shape == expected.shape == (64, 88)
    for columns in (slice(0, 18), slice(57, 88)):
        np.testing.assert_allclose(found[:, columns], expected[:, columns], atol=0.01)
    assert (found[:, 20:56] == FLOOR_DB).all()


def test_a_gap_is_silence(tmp_path: Path) -> None:
    ones = np.full((1, 48_000), 16_384, np.int16)
    path = _write(tmp_path / "gap.mkv", ones, gap_at=24_000, gap=48_000)
    sound = sound_of(path)
    assert sound.duration_s == 2
    expected = np.zeros(2000)
    expected[:500] = expected[1500:] = 0.5
    # The resampler needs some samples to settle.
    inner = np.ones(2000, bool)
    inner[[499, 500, 1499, 1500, 1501]] = False
    np.testing.assert_allclose(sound.envelope.numpy()[inner, 0], expected[inner], atol=0.01)
    assert (sound.mel.numpy()[:, 60:140] == FLOOR_DB).all()
    with SoundReader(path) as reader:
        samples = reader.read(0, 2)[:, 0]
    np.testing.assert_array_equal(np.unique(samples[:24_000]), [16_384])
    assert not samples[24_000:72_000].any()
    np.testing.assert_array_equal(np.unique(samples[72_000:]), [16_384])


def test_one_channel_is_played_on_both_sides_as_loud_as_it_is(tmp_path: Path) -> None:
    with SoundReader(
        _write(tmp_path / "mono.wav", np.full((1, 48_000), 12_345, np.int16))
    ) as reader:
        np.testing.assert_array_equal(np.unique(reader.read(0.2, 0.5)), [12_345])


@pytest.mark.parametrize("layout", ["5.1", "hexagonal", "16 channels", "22.2"])
def test_more_channels_are_mixed_down(layout: str, tmp_path: Path) -> None:
    channels = av.AudioLayout(layout).nb_channels
    values = np.zeros((channels, 48_000), np.int16)
    values[:2] = [[20_000], [-20_000]]
    path = _write(tmp_path / "many.wav", values, layout=layout)
    sound = sound_of(path)
    assert sound.channels == channels
    assert sound.envelope.numpy()[500] == pytest.approx([-0.61, 0.61], abs=0.01)
    assert sound.mel.numpy()[:, 50].max() < -90  # their mean is silence
    with SoundReader(path) as reader:
        left, right = reader.read(0.5, 0.1).astype(int)[100]
    if channels <= 8:
        assert left > 5_000
        assert right == -left
    else:
        assert (left, right) == (0, 0)


def test_samples_that_are_no_numbers_are_cut(tmp_path: Path) -> None:
    values = np.zeros((1, 16_000), np.float32)
    values[0, 3_000:3_003] = math.nan, math.inf, -math.inf
    values[0, 8_000] = 1e30
    sound = sound_of(_write(tmp_path / "bad.wav", values, codec="pcm_f32le", rate=16_000))
    envelope = sound.envelope.numpy()
    assert envelope[187].tolist() == [-16, 16]  # 3,000 / 16
    assert envelope[500].tolist() == [0, 16]
    assert np.isfinite(sound.mel.numpy()).all()


@pytest.mark.parametrize("read", [sound_of, SoundReader])
def test_a_file_without_sound_is_refused(read: Any, tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r"^The file has no sound\.$"):
        read(make_clip(tmp_path / "mute.mp4", frames=3))
    with pytest.raises(AnalysisError, match="There is no file"):
        read(tmp_path / "missing.mp4")
    (tmp_path / "text.mp4").write_text("This is no sound.\n" * 500)
    with pytest.raises(AnalysisError, match="cannot be read"):
        read(tmp_path / "text.mp4")


def test_a_rate_out_of_range_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "slow.wav", _ramp(0.1), rate=500)
    with pytest.raises(AnalysisError, match="500 samples per second"):
        sound_of(path)


def test_damage_leaves_silence_and_a_warning(tmp_path: Path) -> None:
    tone = np.tile(_tone(440, 0.5, 1), 10)[None]
    data = bytearray(_write(tmp_path / "whole.m4a", tone, codec="aac", rate=16_000).read_bytes())
    # The packets stand in front of the index; a stretch of them is lost.
    data[10_000:20_000] = bytes([255]) * 10_000
    (tmp_path / "damaged.m4a").write_bytes(data)
    sound = sound_of(tmp_path / "damaged.m4a")
    assert any("cannot be decoded" in warning for warning in sound.warnings)
    assert sound.duration_s == pytest.approx(10, abs=0.1)
    rms = np.ptp(sound.envelope.numpy(), axis=1)
    # An envelope of 4 ms misses part of the swing of 440 Hz in places.
    assert (rms[:200] > 0.5).all()
    assert (rms[-200:-30] > 0.5).all()


def test_a_truncated_file_gives_its_beginning(tmp_path: Path) -> None:
    tone = np.tile(_tone(440, 0.5, 1), 10)[None]
    path = cut_bytes(
        _write(tmp_path / "whole.mkv", tone, codec="pcm_s16le", rate=16_000),
        tmp_path / "half.mkv",
        0.5,
    )
    assert sound_of(path).duration_s == pytest.approx(5, abs=0.2)
    with SoundReader(path) as reader:
        samples = reader.read(4, 2)
    assert samples[:24_000].any()
    assert not samples[-24_000:].any()


def test_a_file_beyond_the_limit_is_cut_and_says_so(tmp_path: Path) -> None:
    path = _write(tmp_path / "ramp.wav", _ramp(3))
    sound = sound_of(path, max_seconds=1.5)
    assert sound.duration_s == 1.5
    assert sound.warnings == ("Only the first 1.5 s of the sound were read.",)
    assert sound_of(path, max_seconds=3).warnings == ()
    for limit in (0, -1, math.nan, math.inf):
        with pytest.raises(ValueError, match="max_seconds"):
            sound_of(path, max_seconds=limit)


def test_progress_counts_seconds(tmp_path: Path) -> None:
    calls: list[tuple[str, int, int]] = []
    path = _write(tmp_path / "long.wav", np.zeros((1, 48_000 * 30), np.int16))
    sound_of(path, progress=lambda *call: calls.append(call))
    assert {(stage, total) for stage, _, total in calls} == {("audio", 30)}
    done = [call[1] for call in calls]
    assert done == sorted(done)
    assert len(done) >= 3
    assert done[-1] <= 30


def test_a_sound_crosses_processes_and_a_wrong_one_does_not(tmp_path: Path) -> None:
    sound = sound_of(_write(tmp_path / "ramp.wav", _ramp(0.3)))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(sound), type=audio.Sound) == sound
    arrays: tuple[dict[str, Any], ...] = ({"mel": sound.envelope}, {"envelope": sound.mel})
    for change in arrays:
        with pytest.raises(ValueError, match="expected"):
            msgspec.structs.replace(sound, **change)
    figures: tuple[dict[str, Any], ...] = (
        {"start_s": math.inf},
        {"duration_s": -1.0},
        {"mel_hop_s": 0.0},
    )
    for change in figures:
        data = msgspec.msgpack.encode(msgspec.structs.replace(sound, **change))
        with pytest.raises(msgspec.ValidationError):
            msgspec.msgpack.decode(data, type=audio.Sound)


@settings(max_examples=40)
@given(
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=20),
    kind=st.sampled_from(["wav", "mp3", "mkv", "m4a"]),
)
def test_any_damage_ends_in_a_result_or_a_sentence(
    flips: Sequence[tuple[int, int]], kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "flips"
    folder.mkdir(exist_ok=True)
    path = folder / f"whole.{kind}"
    if not path.exists():
        _write(
            path,
            _tone(440, 0.5, 1)[None],
            codec={"wav": "pcm_s16le", "mp3": "libmp3lame"}.get(kind, "aac"),
            rate=16_000,
        )
    data = bytearray(path.read_bytes())
    for at, value in flips:
        data[at % len(data)] = value
    bad = folder / f"bad.{kind}"
    bad.write_bytes(data)
    try:
        sound = sound_of(bad)
        with SoundReader(bad) as reader:
            assert reader.read(sound.start_s + 0.1, 0.5).shape == (24_000, 2)
    except AnalysisError:
        return
    assert np.isfinite(sound.mel.numpy()).all()
    assert np.isfinite(sound.envelope.numpy()).all()
