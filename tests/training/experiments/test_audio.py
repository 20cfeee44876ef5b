"""The experiment on sound: pieces and grouping by hand, the whole way on short tones."""

from __future__ import annotations

import wave
from pathlib import Path

import keras
import numpy as np
import pytest

from dfgui.core import training_events as events
from training.execution import carry_out
from training.experiments.audio import EXPERIMENT, Config, listed, network, pieces_of, samples_of
from training.results import read_result

RATE = 16_000


def write(path: Path, *channels: np.ndarray, rate: int = RATE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (np.stack(channels, axis=1) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(data.tobytes())


def tone(hertz: float, seconds: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


def test_pieces_are_spread_evenly_and_cover_ten_milliseconds_a_column() -> None:
    """Four seconds: silence, then a tone in the last.

    Three pieces of 1 s begin at 0, 1.5 and 3 s; only the last is loud.
    """
    samples = np.concatenate([np.zeros(3 * RATE), tone(1000, 1)]).astype(np.float32)
    found = pieces_of(samples, Config(seconds=1.0, pieces=3))
    assert found.shape == (3, 64, 100)
    np.testing.assert_array_equal(found[:2, :, :98], -100)
    assert found[2, :, 50].max() > -10  # a sine of half the full scale has -6 dB


def test_a_short_file_is_one_piece_with_silence_after_it() -> None:
    found = pieces_of(tone(1000, 0.25).astype(np.float32), Config(seconds=1.0, pieces=3))
    assert found.shape == (1, 64, 100)
    np.testing.assert_array_equal(found[0, :, 30:], -100)
    assert found[0, :, 10].max() > -10


def test_channels_are_averaged(tmp_path: Path) -> None:
    """A tone and its own negative become silence; a tone and silence, a tone half as strong."""
    write(tmp_path / "against.wav", tone(440, 0.5), -tone(440, 0.5))
    np.testing.assert_allclose(samples_of(tmp_path / "against.wav"), 0, atol=1e-4)
    write(tmp_path / "beside.wav", tone(440, 0.5), np.zeros(RATE // 2))
    np.testing.assert_allclose(samples_of(tmp_path / "beside.wav"), tone(440, 0.5) / 2, atol=1e-3)


def test_what_belongs_to_one_original(tmp_path: Path) -> None:
    for name in (
        "REAL/a.wav",
        "FAKE/a.wav",
        "FAKE/b/1.wav",
        "FAKE/b/2.wav",
        "REAL/.hidden",
        "other/c.wav",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [
        (path.relative_to(tmp_path).as_posix(), label, original)
        for path, label, original in listed(tmp_path)
    ]
    assert found == [
        ("REAL/a.wav", 0, "a"),
        ("FAKE/a.wav", 1, "a"),
        ("FAKE/b/1.wav", 1, "b"),
        ("FAKE/b/2.wav", 1, "b"),
    ]


def test_the_network_takes_decibels_and_gives_one_logit() -> None:
    model = network(40, (4,))
    assert model.output_shape == (None, 1)
    scaled = keras.Model(model.input, model.layers[1].output)
    # -100 dB, the floor, is -1; 0 dB, a sine of full scale, is 1
    np.testing.assert_allclose(scaled(np.full((1, 64, 40), -100.0))[0, 0, 0], -1)
    np.testing.assert_allclose(scaled(np.zeros((1, 64, 40)))[0, 0, 0], 1)


def carried(data: Path, out: Path, *, smoke: bool = False) -> tuple[int, list[events.Event]]:
    said: list[events.Event] = []
    config = Config(seconds=0.5, pieces=2, folds=2, filters=(4,), epochs=2, seeds=(0,))
    status = carry_out(EXPERIMENT, config, data, out, smoke=smoke, command="c", watch=said.append)
    return status, said


def test_the_whole_way_with_files_that_cannot_be_used(tmp_path: Path) -> None:
    """Fakes are an octave higher than their originals: the bands tell them apart."""
    data = tmp_path / "data"
    for number in range(6):
        write(data / "REAL" / f"{number}.wav", tone(300 + 10 * number, 0.7))
        write(data / "FAKE" / f"{number}.wav", tone(2000 + 10 * number, 0.7))
    (data / "FAKE" / "broken.mp4").write_bytes(b"not a video")
    status, said = carried(data, tmp_path / "run")
    assert status == 0, said[-1]
    result = read_result(tmp_path / "run")
    assert [one.what for one in result.skipped] == ["FAKE/broken.mp4"]
    assert len(result.data) == 12
    network_arm, bands = result.arms
    assert (network_arm.n, bands.n) == (12, 12)
    assert next(metric.value for metric in bands.metrics if metric.name == "roc_auc") == 1.0
    assert bands.prior == pytest.approx(np.log(2))
    assert {curve.fold for curve in result.curves} == {0, 1}


def test_a_class_without_sound_is_named(tmp_path: Path) -> None:
    for number in range(6):
        write(tmp_path / "data" / "REAL" / f"{number}.wav", tone(300, 0.7))
    status, said = carried(tmp_path / "data", tmp_path / "run")
    assert status == 1
    assert said[-1] == events.Ended(
        "failed",
        "data has 0 files with sound in a folder named FAKE, and 4 are the least; add some.",
    )


def test_a_smoke_run_without_sound_says_that_its_tones_are_made(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    status, _ = carried(tmp_path / "data", tmp_path / "run", smoke=True)
    assert status == 0
    assert "tones made for the smoke run" in read_result(tmp_path / "run").sentences[0]
